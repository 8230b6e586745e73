/* SPDX-License-Identifier: ISC */
/* recipe - what a root is made of, and what goes into it, in order */
#include "recipe.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "etc.h"
#include "file.h"
#include "hostfs.h"
#include "image.h"
#include "overlay.h"
#include "step.h"
#include "why.h"

struct source *recipe_add_layer(struct recipe *recipe, const char *word)
{
	size_t size = (recipe->layer_count + 1) * sizeof(*recipe->layers);
	struct source *layers = realloc(recipe->layers, size);

	if (!layers)
		return NULL;
	recipe->layers = layers;
	source_begin(&layers[recipe->layer_count], word);
	return &layers[recipe->layer_count++];
}

struct recipe_step *recipe_add_step(struct recipe *recipe, enum recipe_verb verb,
				    const char *target)
{
	size_t size = (recipe->count + 1) * sizeof(*recipe->steps);
	struct recipe_step *steps = realloc(recipe->steps, size);

	if (!steps)
		return NULL;
	recipe->steps = steps;
	steps[recipe->count] = (struct recipe_step){
		.verb = verb, .target = target, .mode = -1, .fd = -1,
	};
	source_begin(&steps[recipe->count].source, NULL);
	return &steps[recipe->count++];
}

/* An image is mounted at once, from the descriptor that was looked at. */
static int open_image(struct recipe *recipe, struct source *layer)
{
	char path[32];
	int file;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", layer->fd);
	file = open(path, O_RDONLY | O_CLOEXEC);
	if (file >= 0 && !image_type(file)) {
		why_set("nor an image of squashfs, erofs or ext4");
		errno = ENOTDIR;
		why_fail(recipe->step, "open root directory '%s'", layer->word);
		return file_close(file, -1);
	}
	recipe->image = 1;
	layer->taken = file < 0 ? -1 : file_close(file, image_open(file));
	/* It isn't to be found again under its path: that is the file. */
	free(layer->path);
	layer->path = NULL;
	if (layer->taken < 0)
		return why_fail(recipe->step, "mount image '%s'", layer->word);
	recipe->image = 0;
	return 0;
}

/* A copy that an ordinary user may not take, or the kernel can't, is looked for in the target. */
static int take(struct source *source, int flags)
{
	if (source_take(source, flags) == 0)
		return 0;
	return source->userns < 0 && (errno == EPERM || errno == ENOSYS) ? 0 : -1;
}

static int open_layer(struct recipe *recipe, struct source *layer, int takes)
{
	if (layer->fd < 0 && source_open(layer) < 0)
		return why_fail(recipe->step, "open root directory '%s'", layer->word);
	if (S_ISREG(layer->st.st_mode))
		return open_image(recipe, layer);
	if (!S_ISDIR(layer->st.st_mode)) {
		errno = ENOTDIR;
		return why_fail(recipe->step, "open root directory '%s'", layer->word);
	}
	if ((takes || layer->userns >= 0) && take(layer, MNT_RECURSIVE) < 0)
		return why_fail(recipe->step, "take '%s' as a root", layer->word);
	return 0;
}

static int open_bind(struct recipe *recipe, struct recipe_step *step, int takes)
{
	struct source *source = &step->source;
	const char *word = source->word;

	if ((step->fd >= 0 ? source_open_fd(source, step->fd) : source_open(source)) < 0)
		return why_fail(recipe->step, "open '%s'", word);
	if ((takes || source->userns >= 0) && take(source, step->attributes) < 0)
		return why_fail(recipe->step, "take '%s' along", word);
	return 0;
}

static int open_device(struct recipe *recipe, struct recipe_step *step, int takes)
{
	struct source *source = &step->source;

	if (source_open(source) < 0)
		return why_fail(recipe->step, "open '%s'", source->word);
	if (!S_ISCHR(source->st.st_mode) && !S_ISBLK(source->st.st_mode)) {
		errno = ENODEV;
		return why_fail(recipe->step, "take device '%s'", source->word);
	}
	if (takes && take(source, 0) < 0)
		return why_fail(recipe->step, "take '%s' along", source->word);
	return 0;
}

static int open_step(struct recipe *recipe, struct recipe_step *step, int takes)
{
	switch (step->verb) {
	case RECIPE_BIND:
		return open_bind(recipe, step, takes);
	case RECIPE_DEVICE:
		return open_device(recipe, step, takes);
	case RECIPE_FILE:
		step->text = file_read_all(step->fd < 0 ? STDIN_FILENO : step->fd, &step->length);
		return step->text ? 0 : why_fail(recipe->step, "read the content of '%s'",
						 step->target);
	case RECIPE_ETC:
		step->text = etc_read_resolv(takes);
		return step->text ? 0 : why_fail(recipe->step, "read /etc/resolv.conf");
	default:
		return 0;
	}
}

int recipe_open(struct recipe *recipe, int takes)
{
	struct source *kept = &recipe->kept;

	why_set("");
	for (size_t i = 0; i < recipe->layer_count; i++)
		if (open_layer(recipe, &recipe->layers[i], takes) < 0)
			return -1;
	if (kept->word && (source_open(kept) < 0 || (takes && take(kept, 0) < 0)))
		return why_fail(recipe->step, "open '%s'", kept->word);
	for (size_t i = 0; i < recipe->count; i++)
		if (open_step(recipe, &recipe->steps[i], takes) < 0)
			return -1;
	return 0;
}

static int find(struct recipe *recipe, struct source *source)
{
	if (source->fd < 0 || source_find(source) == 0)
		return 0;
	return why_fail(recipe->step, "use '%s' in the target", source->word);
}

int recipe_find(struct recipe *recipe)
{
	for (size_t i = 0; i < recipe->layer_count; i++)
		if (find(recipe, &recipe->layers[i]) < 0)
			return -1;
	if (find(recipe, &recipe->kept) < 0)
		return -1;
	for (size_t i = 0; i < recipe->count; i++)
		if (find(recipe, &recipe->steps[i].source) < 0)
			return -1;
	return 0;
}

static int has_taken(const struct recipe *recipe)
{
	int taken = recipe->kept.taken >= 0;

	for (size_t i = 0; i < recipe->layer_count; i++)
		taken |= recipe->layers[i].taken >= 0;
	return taken;
}

/* A layer from the mount namespace of another user namespace, and before Linux 6.15 from any other,
 * is taken only while it is attached in this one, where processes of the target may see it
 * meanwhile: they can't write to it. */
static int stage_layers(struct recipe *recipe)
{
	for (size_t i = 0; i < recipe->layer_count; i++) {
		int fd = recipe->layers[i].taken;

		if (fd >= 0 && (mnt_set(fd, MNT_RDONLY | MNT_RECURSIVE) < 0 || mnt_stage(fd) < 0))
			return -1;
	}
	return recipe->kept.taken >= 0 ? mnt_stage(recipe->kept.taken) : 0;
}

static void unstage_layers(struct recipe *recipe)
{
	int saved = errno;

	if (recipe->kept.taken >= 0)
		mnt_detach(recipe->kept.taken);
	for (size_t i = recipe->layer_count; i-- > 0;)
		if (recipe->layers[i].taken >= 0)
			mnt_detach(recipe->layers[i].taken);
	errno = saved;
}

/* The layers as one overlay: what is written goes to memory, to a directory, or is refused. */
static int overlay_layers(struct recipe *recipe, const int *lower)
{
	size_t count = recipe->layer_count;

	if (!recipe->overlay)
		return overlay_open(lower, count, -1, -1);
	if (!recipe->kept.word)
		return overlay_open_scratch(lower, count);
	return overlay_open_kept(lower, count, source_fd(&recipe->kept));
}

static int open_overlay(struct recipe *recipe)
{
	int *lower = calloc(recipe->layer_count, sizeof(*lower)), fd;

	if (!lower)
		return -1;
	for (size_t i = 0; i < recipe->layer_count; i++)
		lower[i] = source_fd(&recipe->layers[i]);
	fd = overlay_layers(recipe, lower);
	if (fd < 0 && (errno == EINVAL || errno == EPERM) && has_taken(recipe)) {
		fd = stage_layers(recipe) < 0 ? -1 : overlay_layers(recipe, lower);
		unstage_layers(recipe);
	}
	free(lower);
	return fd;
}

static int begin_layers(struct recipe *recipe, struct rootfs *root)
{
	int overlaid = recipe->overlay || recipe->layer_count > 1;
	int fd = overlaid ? open_overlay(recipe) : source_mount(recipe->layers, MNT_RECURSIVE);

	if (fd >= 0 && recipe->attributes && mnt_set(fd, recipe->attributes | MNT_RECURSIVE) < 0)
		fd = file_close(fd, -1);
	if (rootfs_begin(root, fd) < 0)
		return why_fail(root->step, overlaid ? "overlay '%s'" : "take '%s' as a root",
				   recipe->layers->word);
	return 0;
}

static int begin_empty(struct rootfs *root)
{
	static const struct mnt_option options[] = { { "mode", "0755" }, { NULL, NULL } };

	if (rootfs_begin(root, mnt_open_new("tmpfs", 0, options)) < 0)
		return why_fail(root->step, "mount a tmpfs for the root");
	return 0;
}

int recipe_begin(struct recipe *recipe, struct rootfs *root)
{
	mnt_begin();
	switch (recipe->base) {
	case RECIPE_LAYERS: return begin_layers(recipe, root);
	case RECIPE_HOST: return hostfs_open(root);
	case RECIPE_EMPTY: return begin_empty(root);
	case RECIPE_LIVE: return rootfs_begin_live(root);
	}
	return -1;
}

int recipe_add(struct recipe *recipe, struct rootfs *root)
{
	int own = recipe->base == RECIPE_HOST || recipe->base == RECIPE_EMPTY;

	why_set("");
	for (size_t i = 0; i < recipe->count; i++)
		if (step_do(&recipe->steps[i], recipe, root) < 0)
			return -1;
	/* A root of ours is filled before it is closed to writes. */
	if (own && recipe->attributes && mnt_set(root->fd, recipe->attributes) < 0)
		return why_fail(root->step, "set the attributes of the root");
	for (size_t i = 0; i < recipe->count; i++)
		if (recipe->steps[i].verb == RECIPE_UMOUNT &&
		    step_umount(&recipe->steps[i], root) < 0)
			return -1;
	return 0;
}
