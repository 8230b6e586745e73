/* SPDX-License-Identifier: ISC */
/* maps - the options of nsnew that map users and groups, made into maps */
#include "maps.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "die.h"
#include "num.h"
#include "proc.h"
#include "subid.h"
#include "user.h"

/* The two of them. */
static const struct side {
	const char *what, *option, *map, *names, *subids;
} by_user = { "user", "--map-users", "uid_map", "/etc/passwd", "/etc/subuid" },
  by_group = { "group", "--map-groups", "gid_map", "/etc/group", "/etc/subgid" };

static void add_one(struct maps_wish *wish, uint32_t inside)
{
	wish->one = 1;
	wish->inside = inside;
}

void maps_add_root(struct maps *maps)
{
	add_one(&maps->users, 0);
	add_one(&maps->groups, 0);
}

static void read_map(const char *file, struct idmap *map)
{
	int self = proc_open(0);

	if (self < 0 || idmap_read(self, file, map) < 0)
		die("read the map of this user namespace");
	close(self);
}

/* What the user calls the own id: that of before the step that made him root of one id. */
static uint32_t find_current(const char *file, uint32_t id)
{
	struct idmap here;

	read_map(file, &here);
	return here.count == 1 && here.range[0].count == 1 ? here.range[0].outside : id;
}

void maps_add_current(struct maps *maps)
{
	add_one(&maps->users, find_current(by_user.map, geteuid()));
	add_one(&maps->groups, find_current(by_group.map, getegid()));
}

static void add_named(struct maps_wish *wish, const struct side *side, const char *word)
{
	uint64_t number;
	uint32_t id;

	if (num_parse(word, UINT32_MAX - 1, &number) == 0)
		id = (uint32_t)number;
	else if (errno == ERANGE || user_read_id(side->names, word, &id) < 0)
		refuse("map the own %s to '%s': no such %s", side->what, word, side->what);
	add_one(wish, id);
}

void maps_add_user(struct maps *maps, const char *word)
{
	add_named(&maps->users, &by_user, word);
}

void maps_add_group(struct maps *maps, const char *word)
{
	add_named(&maps->groups, &by_group, word);
}

/* Add a range, or refuse it for what it has in common with another. */
static void add_range(struct idmap *map, const struct side *side, struct idmap_range range)
{
	const struct idmap_range *other = idmap_find_overlap(map, range);

	if (other)
		refuse("%s '%u:%u:%u' overlaps '%u:%u:%u'", side->option, range.inside,
		       range.outside, range.count, other->inside, other->outside, other->count);
	if (idmap_add(map, range) < 0)
		die("%s '%u:%u:%u'", side->option, range.inside, range.outside, range.count);
}

static void add_ranges(struct maps_wish *wish, const struct side *side, const char *word)
{
	struct idmap_range range;

	if (!strcmp(word, "auto"))
		wish->fill = MAPS_AUTO;
	else if (!strcmp(word, "subids"))
		wish->fill = MAPS_SUBIDS;
	else if (!strcmp(word, "all"))
		wish->fill = MAPS_ALL;
	else if (idmap_parse(word, &range) < 0)
		die("%s '%s', INSIDE:OUTSIDE:COUNT", side->option, word);
	else
		add_range(&wish->ranges, side, range);
}

void maps_add_users(struct maps *maps, const char *word)
{
	add_ranges(&maps->users, &by_user, word);
}

void maps_add_groups(struct maps *maps, const char *word)
{
	add_ranges(&maps->groups, &by_group, word);
}

int maps_is_wanted(const struct maps *maps)
{
	const struct maps_wish *u = &maps->users, *g = &maps->groups;

	return u->one || u->ranges.count || u->fill || g->one || g->ranges.count || g->fill;
}

static void fill_from_file(struct idmap *map, const struct side *side, int same)
{
	struct idmap_range range;
	char name[256] = "";

	user_read_name("/etc/passwd", geteuid(), name, sizeof(name));
	if (subid_find(side->subids, geteuid(), name, &range) < 0)
		refuse("%s has no range for user %u, '%s'", side->subids, geteuid(), name);
	if (idmap_fill(map, range.outside, range.count, same) < 0)
		die("map the %u ids of %s", range.count, side->subids);
}

static void settle(const struct maps_wish *wish, const struct side *side, uint32_t own,
		   struct idmap *map)
{
	const struct idmap_range *hole;
	struct idmap here;

	map->count = 0;
	if (wish->one)
		add_range(map, side, (struct idmap_range){ wish->inside, own, 1 });
	for (size_t i = 0; i < wish->ranges.count; i++)
		add_range(map, side, wish->ranges.range[i]);
	if (wish->fill == MAPS_AUTO || wish->fill == MAPS_SUBIDS)
		fill_from_file(map, side, wish->fill == MAPS_SUBIDS);
	if (!wish->ranges.count && !wish->fill)
		return;
	read_map(side->map, &here);
	for (size_t i = 0; wish->fill == MAPS_ALL && i < here.count; i++)
		if (idmap_fill(map, here.range[i].inside, here.range[i].count, 1) < 0)
			die("map all %ss", side->what);
	hole = idmap_find_hole(map, &here);
	if (hole)
		refuse("%s '%u:%u:%u': not all of these ids are mapped in this user namespace",
		       side->option, hole->inside, hole->outside, hole->count);
}

void maps_settle(const struct maps *maps, struct plan *plan)
{
	plan->own_uid = plan->owner_uid < 0 ? geteuid() : (uint32_t)plan->owner_uid;
	plan->own_gid = plan->owner_gid < 0 ? getegid() : (uint32_t)plan->owner_gid;
	settle(&maps->users, &by_user, plan->own_uid, &plan->uids);
	settle(&maps->groups, &by_group, plan->own_gid, &plan->gids);
}
