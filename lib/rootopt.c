/* SPDX-License-Identifier: ISC */
/* rootopt - the options of nsroot that say what a root is made of and what goes into it */
#include "rootopt.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "apifs.h"
#include "die.h"
#include "num.h"

void rootopt_begin(struct recipe *recipe)
{
	*recipe = (struct recipe){ .base = RECIPE_LAYERS };
	source_begin(&recipe->kept, NULL);
}

/* Cut the next part off `*rest`, up to a `separator`; a backslash takes away the meaning of what
 * follows. Where there is no more, `*rest` is NULL. */
static char *cut(char **rest, char separator)
{
	char *part = *rest, *from = part, *to = part;

	for (; *from && *from != separator; from++) {
		if (from[0] == '\\' && (from[1] == ':' || from[1] == ',' || from[1] == '\\'))
			from++;
		*to++ = *from;
	}
	*rest = *from ? from + 1 : NULL;
	*to = '\0';
	return part;
}

static const char *check_target(const char *target, const char *word)
{
	if (!target || *target != '/')
		refuse_usage("'%s': the path in the root begins with /", word);
	return target;
}

static struct recipe_step *add_step(struct recipe *recipe, enum recipe_verb verb,
				    const char *target)
{
	struct recipe_step *step = recipe_add_step(recipe, verb, target);

	if (!step)
		die("read the options");
	return step;
}

/* A step whose argument has parts: they are cut off a copy, for messages say the whole word. */
static struct recipe_step *add_words(struct recipe *recipe, enum recipe_verb verb, const char *word)
{
	struct recipe_step *step = add_step(recipe, verb, NULL);

	step->words = strdup(word);
	if (!step->words)
		die("read '%s'", word);
	return step;
}

static int parse_octal(const char *text)
{
	char *end;
	long mode = strtol(text, &end, 8);

	return *text >= '0' && *text <= '7' && !*end && mode <= 07777 ? (int)mode : -1;
}

/* A size of a tmpfs: a number, not 0, which would be no limit at all, with k, m, g or %. */
static int is_size(const char *text)
{
	char number[24];
	size_t length = strspn(text, "0123456789");
	uint64_t value;

	if (!length || length >= sizeof(number) || strspn(text + length, "kKmMgG%") > 1 ||
	    text[length + strspn(text + length, "kKmMgG%")])
		return 0;
	memcpy(number, text, length);
	number[length] = '\0';
	return num_parse(number, INT64_MAX >> 30, &value) == 0 && value > 0;
}

static struct idmap *add_range(struct idmap *map, const char *text)
{
	struct idmap_range range;

	map = map ? map : calloc(1, sizeof(*map));
	if (!map || idmap_parse(text, &range) < 0 || idmap_add(map, range) < 0)
		die("map ids by '%s'", text);
	return map;
}

const struct rootopt_attribute rootopt_attributes[] = {
	{ "ro", MNT_RDONLY },
	{ "nosuid", MNT_NOSUID },
	{ "nodev", MNT_NODEV },
	{ "noexec", MNT_NOEXEC },
	{ "nosymfollow", MNT_NOSYMFOLLOW },
	{ "rec", MNT_RECURSIVE },
	{ NULL, 0 },
};

static int find_attribute(const char *name)
{
	for (const struct rootopt_attribute *known = rootopt_attributes; known->name; known++)
		if (!strcmp(known->name, name))
			return known->attribute;
	return 0;
}

/* An option of the tmpfs itself: kept as the file system takes it. */
static int take_tmpfs_option(struct recipe_step *step, const char *name, const char *value)
{
	struct mnt_option *option = step->options;
	uint64_t number;

	if (strcmp(name, "size") && strcmp(name, "nr_inodes") && strcmp(name, "uid") &&
	    strcmp(name, "gid"))
		return 0;
	if (*name == 's' || *name == 'n' ? !is_size(value) : num_parse(value, ~0U - 1, &number) < 0)
		return 0;
	while (option->key)
		option++;
	if (option == step->options + RECIPE_OPTIONS - 2)
		return 0;
	*option = (struct mnt_option){ name, value };
	return 1;
}

/* One of the OPTIONS of a step; `value` is NULL where it has none. 0: there is no such option. */
static int take_option(struct recipe_step *step, const char *name, const char *value)
{
	int attribute = value ? 0 : find_attribute(name);
	uint64_t number;

	step->attributes |= attribute;
	if (attribute)
		return attribute != MNT_RECURSIVE || step->verb == RECIPE_BIND;
	if (step->verb == RECIPE_BIND && !strcmp(name, "idmap")) {
		step->mapped = 1;
		step->idmap = value ? add_range(step->idmap, value) : NULL;
		return 1;
	}
	if (!value)
		return 0;
	if (step->verb != RECIPE_BIND && !strcmp(name, "mode"))
		return (step->mode = parse_octal(value)) >= 0;
	if (step->verb == RECIPE_FILE && !strcmp(name, "fd")) {
		step->fd = num_parse(value, 1 << 20, &number) == 0 ? (int)number : -1;
		return step->fd >= 0;
	}
	return step->verb == RECIPE_TMPFS && take_tmpfs_option(step, name, value);
}

static void take_options(struct recipe_step *step, char *rest, const char *word)
{
	while (rest) {
		char *name = cut(&rest, ','), *value = strchr(name, '=');

		if (value)
			*value++ = '\0';
		if (!take_option(step, name, value))
			refuse_usage("'%s': '%s%s%s' is no option here", word, name,
				     value ? "=" : "", value ? value : "");
		if (step->verb == RECIPE_DIR && step->attributes)
			refuse_usage("'%s': '%s' is for mounts only", word, name);
	}
}

static void take_step(struct recipe *recipe, enum recipe_verb verb, const char *word)
{
	struct recipe_step *step = add_words(recipe, verb, word);
	char *rest = step->words;

	step->target = check_target(cut(&rest, ':'), word);
	if (verb == RECIPE_TMPFS)
		step->attributes = MNT_NOSUID | MNT_NODEV;
	take_options(step, rest, word);
}

static void take_bind(struct recipe *recipe, const char *word, int is_fd, int attributes_given)
{
	struct recipe_step *step = add_words(recipe, RECIPE_BIND, word);
	char *rest = step->words, *from = cut(&rest, ':');
	uint64_t number;

	step->source.word = from;
	step->target = check_target(rest ? cut(&rest, ':') : NULL, word);
	step->attributes = attributes_given;
	take_options(step, rest, word);
	if (!is_fd)
		return;
	if (num_parse(from, 1 << 20, &number) < 0 || fcntl((int)number, F_GETFD) < 0)
		die("bind descriptor '%s'", from);
	step->fd = (int)number;
}

static void take_symlink(struct recipe *recipe, const char *word)
{
	struct recipe_step *step = add_words(recipe, RECIPE_SYMLINK, word);
	char *rest = step->words;

	step->text = cut(&rest, ':');
	step->target = check_target(rest ? cut(&rest, ':') : NULL, word);
	if (rest || !*step->text)
		refuse_usage("'%s' is no TEXT:DST", word);
}

static struct source *take_layer(struct recipe *recipe, const char *word)
{
	struct source *layer = recipe_add_layer(recipe, word);

	if (!layer)
		die("read the options");
	return layer;
}

static void take_root_fd(struct recipe *recipe, const char *word)
{
	uint64_t number;

	if (num_parse(word, 1 << 20, &number) < 0 ||
	    source_open_fd(take_layer(recipe, word), (int)number) < 0)
		die("take descriptor '%s' as a root", word);
}

static void take_base(struct recipe *recipe, enum recipe_base base)
{
	if (recipe->base != RECIPE_LAYERS && recipe->base != base)
		refuse_usage("one root only: --host, --empty or --add");
	recipe->base = base;
}

static void take_cgroup(struct recipe *recipe, const char *word)
{
	if (word && strcmp(word, "rw"))
		refuse_usage("'%s': --cgroup takes rw or nothing", word);
	add_step(recipe, RECIPE_CGROUP, "/sys/fs/cgroup")->attributes = word ? 0 : MNT_RDONLY;
}

static void take_device(struct recipe *recipe, const char *word)
{
	add_step(recipe, RECIPE_DEVICE, check_target(word, word))->source.word = word;
}

void rootopt_take(struct recipe *recipe, int key, char *word)
{
	switch (key) {
	case ROOTOPT_LAYER: take_layer(recipe, word); break;
	case ROOTOPT_HOST: take_base(recipe, RECIPE_HOST); break;
	case ROOTOPT_EMPTY: take_base(recipe, RECIPE_EMPTY); break;
	case ROOTOPT_ADD: take_base(recipe, RECIPE_LIVE); break;
	case ROOTOPT_FD: take_root_fd(recipe, word); break;
	case ROOTOPT_OVERLAY: recipe->overlay = 1; recipe->kept.word = word; break;
	case ROOTOPT_RO: recipe->attributes |= MNT_RDONLY; break;
	case ROOTOPT_NOSUID: recipe->attributes |= MNT_NOSUID; break;
	case ROOTOPT_NODEV: recipe->attributes |= MNT_NODEV; break;
	case ROOTOPT_IDMAP:
		recipe->mapped = 1;
		recipe->idmap = word ? add_range(recipe->idmap, word) : NULL;
		break;
	case ROOTOPT_BARE: recipe->bare = 1; break;
	case ROOTOPT_UNMASKED: recipe->masks = APIFS_UNMASKED; break;
	case ROOTOPT_BIND: take_bind(recipe, word, 0, 0); break;
	case ROOTOPT_BIND_FD: take_bind(recipe, word, 1, 0); break;
	case ROOTOPT_VOLUME:
		take_bind(recipe, word, 0, MNT_NOSUID | MNT_NODEV | MNT_RECURSIVE);
		break;
	case ROOTOPT_TMPFS: take_step(recipe, RECIPE_TMPFS, word); break;
	case ROOTOPT_PROC: add_step(recipe, RECIPE_PROC, "/proc"); break;
	case ROOTOPT_SYSFS: add_step(recipe, RECIPE_SYSFS, "/sys"); break;
	case ROOTOPT_DEV: add_step(recipe, RECIPE_DEV, "/dev"); break;
	case ROOTOPT_MQUEUE: add_step(recipe, RECIPE_MQUEUE, "/dev/mqueue"); break;
	case ROOTOPT_CGROUP: take_cgroup(recipe, word); break;
	case ROOTOPT_DIR: take_step(recipe, RECIPE_DIR, word); break;
	case ROOTOPT_FILE: take_step(recipe, RECIPE_FILE, word); break;
	case ROOTOPT_SYMLINK: take_symlink(recipe, word); break;
	case ROOTOPT_MASK: add_step(recipe, RECIPE_MASK, check_target(word, word)); break;
	case ROOTOPT_READONLY: add_step(recipe, RECIPE_READONLY, check_target(word, word)); break;
	case ROOTOPT_DEVICE: take_device(recipe, word); break;
	case ROOTOPT_ETC: add_step(recipe, RECIPE_ETC, "/etc"); break;
	case ROOTOPT_UMOUNT: add_step(recipe, RECIPE_UMOUNT, check_target(word, word)); break;
	}
}
