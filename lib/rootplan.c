/* SPDX-License-Identifier: ISC */
/* rootplan - a recipe that all options have gone into: completed, checked, and told */
#include "rootplan.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "apifs.h"
#include "die.h"
#include "idns.h"
#include "report.h"
#include "rootopt.h"

int rootplan_needs_dir(const struct recipe *recipe)
{
	return recipe->base == RECIPE_LAYERS && !recipe->layer_count;
}

static int is_standard(enum recipe_verb verb)
{
	return verb == RECIPE_PROC || verb == RECIPE_SYSFS || verb == RECIPE_DEV ||
	       verb == RECIPE_MQUEUE;
}

/* Of two mounts, one below the other, the lower goes with the upper. */
static void check_umount(const struct recipe *recipe, const char *target)
{
	size_t length = strlen(target);

	for (size_t i = 0; i < recipe->count; i++) {
		const struct recipe_step *step = &recipe->steps[i];

		if (step->verb == RECIPE_UMOUNT && step->target != target &&
		    !strncmp(step->target, target, length) && strchr("/", step->target[length]))
			refuse_usage("--umount '%s' is done with '%s' already", step->target,
				     target);
	}
}

static void check(const struct recipe *recipe)
{
	int layers = recipe->base == RECIPE_LAYERS, live = recipe->base == RECIPE_LIVE;
	int readers = recipe->reads_handle;

	if (!layers && recipe->layer_count)
		refuse_usage("one root only: a directory, --layer, --host, --empty or --add");
	if (!layers && (recipe->overlay || recipe->mapped))
		refuse_usage("--overlay and --idmap are for directories and layers");
	if (recipe->base == RECIPE_HOST && recipe->attributes)
		refuse_usage("--ro, --nosuid and --nodev aren't for --host, which is many mounts");
	if (live && (recipe->bare || recipe->attributes))
		refuse_usage("--add leaves the root as it is: no --bare, --ro, --nosuid, --nodev");
	if (recipe->overlay && recipe->attributes & MNT_RDONLY)
		refuse_usage("--overlay is there to be written, --ro forbids it");
	for (size_t i = 0; i < recipe->count; i++) {
		const struct recipe_step *step = &recipe->steps[i];

		if (step->verb == RECIPE_UMOUNT && !live)
			refuse_usage("--umount goes with --add");
		if (step->verb == RECIPE_UMOUNT)
			check_umount(recipe, step->target);
		if (step->verb == RECIPE_FILE && step->fd <= STDIN_FILENO && readers++)
			refuse_usage("only one --file can read standard input, none with -t -");
	}
}

void rootplan_complete(struct recipe *recipe)
{
	static const struct {
		enum recipe_verb verb;
		const char *target;
	} standard[] = {
		{ RECIPE_PROC, "/proc" }, { RECIPE_SYSFS, "/sys" }, { RECIPE_DEV, "/dev" }
	};
	struct recipe_step *asked = recipe->steps;
	size_t count = recipe->count;

	check(recipe);
	if (recipe->bare || recipe->base == RECIPE_LIVE)
		return;
	recipe->steps = NULL;
	recipe->count = 0;
	for (size_t i = 0; i < sizeof(standard) / sizeof(standard[0]); i++)
		if (!recipe_add_step(recipe, standard[i].verb, standard[i].target))
			die("read the options");
	for (size_t i = 0; i < count; i++) {
		struct recipe_step *step;

		if (is_standard(asked[i].verb))
			continue;
		step = recipe_add_step(recipe, asked[i].verb, asked[i].target);
		if (!step)
			die("read the options");
		*step = asked[i];
	}
	free(asked);
}

static int open_map(const struct idmap *map, const struct target *target)
{
	int fd;

	if (!map && !target)
		refuse_usage("--idmap without a MAP is for the user namespace of -t HANDLE");
	fd = map ? idns_open(map, map) : handle_open_ns(&target->handle, CLONE_NEWUSER);
	if (fd < 0)
		die("open the user namespace that maps the ids");
	return fd;
}

void rootplan_open_maps(struct recipe *recipe, const struct target *target)
{
	for (size_t i = 0; recipe->mapped && i < recipe->layer_count; i++)
		recipe->layers[i].userns = open_map(recipe->idmap, target);
	for (size_t i = 0; i < recipe->count; i++)
		if (recipe->steps[i].mapped)
			recipe->steps[i].source.userns = open_map(recipe->steps[i].idmap, target);
}

static const char *const verbs[] = {
	[RECIPE_BIND] = "bind",	    [RECIPE_TMPFS] = "tmpfs",	[RECIPE_PROC] = "proc",
	[RECIPE_SYSFS] = "sysfs",   [RECIPE_DEV] = "dev",	[RECIPE_MQUEUE] = "mqueue",
	[RECIPE_CGROUP] = "cgroup", [RECIPE_DIR] = "dir",	[RECIPE_FILE] = "file",
	[RECIPE_SYMLINK] = "symlink", [RECIPE_MASK] = "mask",	[RECIPE_READONLY] = "readonly",
	[RECIPE_DEVICE] = "device", [RECIPE_ETC] = "etc",	[RECIPE_UMOUNT] = "umount",
};

/* Add a word to those in `text`, after a comma. */
static void append(char *text, size_t size, const char *word)
{
	size_t used = strlen(text);

	snprintf(text + used, size - used, "%s%s", used ? "," : "", word);
}

/* The options of a step as one word, in a memory that the next call takes. */
static const char *describe(int attributes, int mapped, const struct mnt_option *options,
			    int masked)
{
	static char text[400];
	char option[80];

	*text = '\0';
	for (const struct rootopt_attribute *known = rootopt_attributes; known->name; known++)
		if (attributes & known->attribute)
			append(text, sizeof(text), known->name);
	if (mapped)
		append(text, sizeof(text), "idmap");
	if (masked)
		append(text, sizeof(text), "masked");
	for (; options && options->key; options++) {
		snprintf(option, sizeof(option), "%s=%s", options->key, options->value);
		append(text, sizeof(text), option);
	}
	return *text ? text : NULL;
}

static void print_row(struct report *report, const char *verb, const char *target,
		      const char *source, const char *options)
{
	const struct out_value values[] = { out_text(verb), out_text(target), out_text(options),
					    out_text(source) };

	report_row(report, values);
}

static void print_base(struct report *report, const struct recipe *recipe)
{
	static const char *const bases[] = { "directory", "host", "empty", "present" };
	const char *options = describe(recipe->attributes, recipe->mapped, NULL, 0);

	if (recipe->base != RECIPE_LAYERS)
		print_row(report, bases[recipe->base], "/", NULL, options);
	for (size_t i = 0; i < recipe->layer_count; i++)
		print_row(report, recipe->layer_count > 1 || recipe->overlay ? "layer" : bases[0],
			  "/", recipe->layers[i].word, options);
	if (recipe->overlay)
		print_row(report, "overlay", "/", recipe->kept.word, NULL);
}

void rootplan_print(const struct recipe *recipe, int json)
{
	static const struct report_column columns[] = {
		{ "step", "STEP", 0 },	     { "target", "TARGET", 0 },
		{ "options", "OPTIONS", 0 }, { "source", "SOURCE", 0 },
		{ NULL, NULL, 0 },
	};
	struct report report;

	report_begin(&report, columns, "steps", json);
	print_base(&report, recipe);
	for (size_t i = 0; i < recipe->count; i++) {
		const struct recipe_step *step = &recipe->steps[i];
		int masked = recipe->masks == APIFS_MASKED &&
			     (step->verb == RECIPE_PROC || step->verb == RECIPE_SYSFS);

		print_row(&report, verbs[step->verb], step->target,
			  step->verb == RECIPE_SYMLINK ? step->text : step->source.word,
			  describe(step->attributes, step->mapped, step->options, masked));
	}
	if (recipe->base != RECIPE_LIVE)
		print_row(&report, "pivot", "/", NULL, NULL);
	report_end(&report);
}
