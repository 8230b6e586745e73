/* SPDX-License-Identifier: ISC */
/*
 * netpeer - what is at the other end of an interface, and in whose network namespace
 *
 * The kernel tells another namespace by a number alone, which means something only in the one that
 * was asked. So that one is asked by which number it knows each namespace that has a name, and that
 * of each process, until all are found.
 */
#include "netpeer.h"

#include <dirent.h>
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "file.h"
#include "kernel.h"
#include "netids.h"
#include "nsname.h"
#include "proc.h"
#include "why.h"

/* So many answers wait in a socket, however long they are. */
enum { BATCH = 32 };

struct search {
	struct nl *nl;
	struct sorted *peers;
	int own;		/* the number of the namespace that the caller came from */
	size_t missing;		/* namespaces of which no process is known */
	struct netlist_link *link[BATCH]; /* what each message is about */
	pid_t pid[BATCH];
};

/* The place in the batch of what `message` answers. */
static size_t number_in(const struct search *search, const struct nlmsghdr *message)
{
	return message->nlmsg_seq - search->nl->seq;
}

static void note_name(const struct nlmsghdr *message, void *context)
{
	const char *name = nl_find(message, sizeof(struct ifinfomsg), IFLA_IFNAME, 1);
	struct search *search = context;

	if (name)
		snprintf(search->link[number_in(search, message)]->peer_name, IF_NAMESIZE, "%s",
			 name);
}

/* Ask for the name of an interface elsewhere, without its counters. */
static void ask_name(struct search *search, struct netlist_link *link)
{
	static const struct nl_step step = { "GETLINK", "look for", "peer" };
	const struct ifinfomsg header = { .ifi_index = link->peer };
	struct nl *nl = search->nl;

	search->link[nl->count] = link;
	nl_add(nl, &step, RTM_GETLINK, 0, &header, sizeof(header));
	nl_put_u32(nl, IFLA_TARGET_NETNSID, (uint32_t)link->netid);
	nl_put_u32(nl, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
}

/* What is refused stays unknown. Where the answers were too long for the socket, as a container can
 * make them, each is asked for by itself. */
static void note_names(struct search *search)
{
	uint32_t count = search->nl->count;

	if (nl_run(search->nl, note_name, search) == 0 || errno != ENOBUFS)
		return;
	for (uint32_t i = 0; i < count; i++) {
		ask_name(search, search->link[i]);
		nl_run(search->nl, note_name, search);
	}
}

static int add_peer(struct search *search, int netid)
{
	struct netpeer *peer;

	if (netid < 0 || sorted_find(search->peers, netid))
		return 0;
	peer = calloc(1, sizeof(*peer));
	if (!peer)
		return -1;
	peer->netid = netid;
	search->missing++;
	return sorted_insert(search->peers, peer);
}

static int find_names(struct search *search, const struct netlist *list)
{
	for (size_t i = 0; i < list->links.count; i++) {
		struct netlist_link *link = list->links.item[i], *here;

		if (!link->wanted || !link->peer)
			continue;
		if (link->netid >= 0)
			ask_name(search, link);
		if (search->nl->count == BATCH)
			note_names(search);
		if (link->netid == NETLIST_HERE &&
		    (here = sorted_find(&list->links, link->peer)))
			strcpy(link->peer_name, here->name);
		if (add_peer(search, link->netid) < 0)
			return -1;
	}
	note_names(search);
	return 0;
}

/* A handle's own file comes before the process that it may have, too. */
static int find_netid(struct nl *nl, const struct handle *handle)
{
	int fd = handle->ns[nskind_find_flag(CLONE_NEWNET) - nskinds];

	return fd >= 0 ? netids_find(nl, NETNSA_FD, (uint32_t)fd) :
			 netids_find(nl, NETNSA_PID, (uint32_t)handle->pid);
}

/* Where the process still lives, it has had its number all the time. */
static int is_alive(const struct handle *handle)
{
	return handle->pidfd < 0 || sys_pidfd_send_signal(handle->pidfd, 0) == 0 || errno == EPERM;
}

static void note_handle(struct search *search, struct netpeer *peer, const struct handle *handle)
{
	int fd = handle_open_ns(handle, CLONE_NEWNET);
	struct stat st;

	if (fd >= 0 && fstat(fd, &st) == 0)
		peer->inode = st.st_ino;
	file_close(fd, 0);
	if (!handle->pid || *peer->handle)
		return;
	search->missing--;
	if (handle_write(handle->pid, handle->pidfd, peer->handle) < 0)
		snprintf(peer->handle, HANDLE_TEXT, "%d", (int)handle->pid);
}

/* Take what `word` names, a name or the number of a process, for what it is. */
static void try(struct search *search, const char *word, int is_name)
{
	struct netpeer *peer = NULL;
	struct handle handle;
	int netid;

	if (handle_open(word, &handle) < 0)
		return;
	netid = find_netid(search->nl, &handle);
	if (netid >= 0 && !(is_name && handle.pid && netid == search->own))
		peer = sorted_find(search->peers, netid);
	if (peer && is_alive(&handle)) {
		note_handle(search, peer, &handle);
		if (is_name && !peer->name)
			peer->name = strdup(word);
	}
	handle_close(&handle);
}

static void try_name(const char *name, void *search)
{
	try(search, name, 1);
}

static void note_process(const struct nlmsghdr *message, void *context)
{
	struct search *search = context;
	int netid = netids_read(message);
	struct netpeer *peer = netid < 0 ? NULL : sorted_find(search->peers, netid);

	if (peer && !peer->pid)
		peer->pid = search->pid[number_in(search, message)];
}

/* The first process of each, as far as one of the batch is. */
static void try_processes(struct search *search)
{
	nl_run(search->nl, note_process, search);
	for (size_t i = 0; i < search->peers->count; i++) {
		struct netpeer *peer = search->peers->item[i];
		char digits[16];

		if (peer->pid && !*peer->handle) {
			snprintf(digits, sizeof(digits), "%d", (int)peer->pid);
			try(search, digits, 0);
			peer->pid = 0;
		}
	}
}

static void find_processes(struct search *search)
{
	int fd = proc_open_all();
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	for (const struct dirent *entry; dir && search->missing && (entry = readdir(dir));) {
		pid_t pid = atoi(entry->d_name);

		if (pid <= 0)
			continue;
		search->pid[search->nl->count] = pid;
		netids_ask(search->nl, NETNSA_PID, (uint32_t)pid);
		if (search->nl->count == BATCH)
			try_processes(search);
	}
	try_processes(search);
	if (dir)
		closedir(dir);
}

int netpeer_find(struct sorted *peers, struct nl *nl, const struct netlist *list, int own)
{
	static struct search search;

	search.nl = nl;
	search.peers = peers;
	search.missing = 0;
	if (find_names(&search, list) < 0)
		return -1;
	if (search.missing) {
		search.own = netids_find(nl, NETNSA_FD, (uint32_t)own);
		nsname_each(try_name, &search);
		find_processes(&search);
	}
	why_set("");
	return 0;
}

void netpeer_free(struct sorted *peers)
{
	for (size_t i = 0; i < peers->count; i++) {
		struct netpeer *peer = peers->item[i];

		free(peer->name);
		free(peer);
	}
	free(peers->item);
	*peers = (struct sorted){ 0 };
}
