/* SPDX-License-Identifier: ISC */
/* nsname - the names that lead to namespaces */
#include "nsname.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "handle.h"
#include "name.h"
#include "ns.h"
#include "why.h"

static const char netns[] = "/run/netns";

static void each_net(void (*visit)(const char *name, void *context), void *context)
{
	DIR *dir = opendir(netns);

	for (const struct dirent *entry; dir && (entry = readdir(dir));)
		if (entry->d_name[0] != '.')
			visit(entry->d_name, context);
	if (dir)
		closedir(dir);
}

void nsname_each(void (*visit)(const char *name, void *context), void *context)
{
	name_each(visit, context);
	each_net(visit, context);
}

static void give(struct nsscan *scan, ino_t inode, const char *name)
{
	struct nsentry *ns = inode ? nstable_find(&scan->table, inode) : NULL;

	if (ns && !ns->name)
		ns->name = strdup(name);
}

/* One whose process is gone, or isn't ours to look at, leads nowhere. */
static void give_registered(const char *name, void *context)
{
	int self = proc_open(0);
	struct handle handle;
	char word[HANDLE_TEXT];

	if (self < 0 || name_read(name, word) < 0 || handle_open(word, &handle) < 0) {
		file_close(self, 0);
		return;
	}
	for (const struct nskind *kind = nskinds; kind < nskinds + NSKIND_COUNT; kind++) {
		ino_t inode = ns_read_inode(handle.procdir, kind->name);

		if (inode != ns_read_inode(self, kind->name))
			give(context, inode, name);
	}
	handle_close(&handle);
	close(self);
}

static void give_net(const char *name, void *context)
{
	int dir = open(netns, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct stat st;

	if (dir >= 0 && fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode))
		give(context, st.st_ino, name);
	file_close(dir, 0);
}

void nsname_find_all(struct nsscan *scan)
{
	name_each(give_registered, scan);
	each_net(give_net, scan);
	why_set("");
}
