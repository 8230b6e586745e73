/* SPDX-License-Identifier: ISC */
/*
 * nl - a netlink conversation, netlink(7)
 *
 * Messages are written one after the other into a buffer, sent in one piece, and the kernel's
 * answers read. The kernel takes them in their order and doesn't stop at one that it refuses: only
 * one asks for an acknowledgement, the last unless the writer chose another; errors come unasked.
 */
#ifndef NSKIT_NL_H
#define NSKIT_NL_H

#include <linux/netlink.h>
#include <stddef.h>
#include <stdint.h>

enum { NL_BYTES = 65536, NL_STEPS = 160 };

/* The longest answer that is read: an interface can have 64 KiB of alternative names. */
enum { NL_ANSWER = 131072 };

/* One message, for people. The texts are borrowed. */
struct nl_step {
	const char *type;	/* as the kernel's headers have it: "NEWADDR" */
	const char *deed;	/* what it tries: "add address" */
	const char *word;	/* what it is about: "10.0.0.1/24" */
};

struct nl {
	int fd;			/* the socket; it stays in the network namespace it was opened in */
	uint32_t seq;		/* of the first message in the buffer */
	uint32_t count;		/* messages in the buffer */
	size_t start;		/* of the last message */
	size_t length;		/* of all */
	int full;		/* something didn't fit */
	uint32_t awaited;	/* messages up to the last to be acknowledged; 0: nobody chose it */
	int failed;		/* after nl_run(): the first refused message, -1: none */
	struct nl_step step[NL_STEPS]; /* of each message, kept after nl_run() */
	_Alignas(4) unsigned char bytes[NL_BYTES];
};

/* Open a socket of `protocol` (NETLINK_ROUTE, NETLINK_NETFILTER) in the network namespace that the
 * caller is in. Returns 0, or -1 with errno of socket(2). nl_close() ends it, and keeps errno. */
int nl_open(struct nl *nl, int protocol);
void nl_close(struct nl *nl);

/* Have the kernel read what is asked of a dump, and refuse what it doesn't know (Linux 4.20).
 * Returns 0, or -1 with errno ENOPROTOOPT. */
int nl_set_strict(struct nl *nl);

/* Begin a message of `type` with the `size` bytes of its family's header. NLM_F_REQUEST is added
 * to `flags`. What doesn't fit makes nl_run() fail, so writers needn't be asked one by one. */
void nl_add(struct nl *nl, const struct nl_step *step, int type, int flags, const void *header,
	    size_t size);

/* Add an attribute to the message begun last. */
void nl_put(struct nl *nl, int type, const void *data, size_t size);
void nl_put_u32(struct nl *nl, int type, uint32_t value);
void nl_put_text(struct nl *nl, int type, const char *text);

/* Attributes, and with `size` a header before them, within an attribute. Returns what
 * nl_nest_end() takes. */
size_t nl_nest(struct nl *nl, int type, const void *header, size_t size);
void nl_nest_end(struct nl *nl, size_t nest);

/* Ask for the acknowledgement of the message begun last. nl_run() does so by itself; it's for where
 * the last is one that is never acknowledged, as the end of a batch before Linux 6.10. */
void nl_ask_ack(struct nl *nl);

/* Send what was written, read all answers and empty the buffer. `answer`, which may be NULL, is
 * called with each that is neither an error nor an acknowledgement, and asks for nothing itself.
 * Returns 0, or -1 with errno: that of the first message which the kernel refused, with nl->failed
 * its number in the buffer and the kernel's text in why.h; or with nl->failed -1 where the
 * conversation broke, and what the kernel did is unknown. EMSGSIZE: the buffer was too small,
 * nothing was sent. ENOBUFS: the socket had no room for all answers. EINTR: a dump changed while it
 * was read, and is to be asked for again. */
int nl_run(struct nl *nl, void (*answer)(const struct nlmsghdr *message, void *context),
	   void *context);

/* Add a message that asks for all of `type`, with such a header alone. Of interfaces it leaves out
 * the counters. */
void nl_add_dump(struct nl *nl, const struct nl_step *step, int type, const void *header,
		 size_t size);

/* Send such a message, until an answer is whole: five times at the most. What was told before is
 * told again then. Returns 0, or -1 with errno as nl_run(): EINTR where it changes all the time. */
int nl_dump(struct nl *nl, const struct nl_step *step, int type, const void *header, size_t size,
	    void (*answer)(const struct nlmsghdr *message, void *context), void *context);

/* The attribute `type` of `message`, past the `header` bytes of its family's header. NULL where it
 * isn't there or is shorter than `least` bytes. */
const void *nl_find(const struct nlmsghdr *message, size_t header, int type, size_t least);

/* The size of what was found, and an attribute within it, as above. NULL as `nest` has none. */
size_t nl_size(const void *value);
const void *nl_find_in(const void *nest, int type, size_t least);

/* The next one of `type` within `nest`, after `value`, which was found there. */
const void *nl_find_next(const void *nest, const void *value, int type, size_t least);

#endif
