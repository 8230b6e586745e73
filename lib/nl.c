/* SPDX-License-Identifier: ISC */
/* nl - a netlink conversation */
#include "nl.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "trace.h"
#include "why.h"

#ifndef SOL_NETLINK
#define SOL_NETLINK 270
#endif

int nl_open(struct nl *nl, int protocol)
{
	int on = 1;

	memset(nl, 0, offsetof(struct nl, bytes));
	nl->seq = 1;
	nl->failed = -1;
	nl->fd = traced(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol),
			"socket(NETLINK, %s)",
			protocol == NETLINK_ROUTE ? "ROUTE" : "NETFILTER");
	if (nl->fd < 0)
		return -1;
	/* The kernel's words beside errno, Linux 4.12. Without them we still have the number. */
	setsockopt(nl->fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	return 0;
}

int nl_set_strict(struct nl *nl)
{
	int on = 1;

	return setsockopt(nl->fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on, sizeof(on));
}

void nl_close(struct nl *nl)
{
	int saved = errno;

	if (nl->fd >= 0)
		close(nl->fd);
	nl->fd = -1;
	errno = saved;
}

/* Append `size` bytes and zeros up to the next multiple of four. Returns where they are. */
static size_t append(struct nl *nl, const void *data, size_t size)
{
	size_t at = nl->length, padded = NLMSG_ALIGN(size);

	if (size > NL_BYTES || padded > NL_BYTES - at) {
		nl->full = 1;
		return 0;
	}
	memset(nl->bytes + at, 0, padded);
	if (size)
		memcpy(nl->bytes + at, data, size);
	nl->length = at + padded;
	return at;
}

static struct nlmsghdr *last_message(struct nl *nl)
{
	return (struct nlmsghdr *)(void *)(nl->bytes + nl->start);
}

static const void *payload(const struct nlmsghdr *message)
{
	return (const unsigned char *)message + NLMSG_HDRLEN;
}

/* After each append(): the message has grown. */
static void fit(struct nl *nl)
{
	last_message(nl)->nlmsg_len = (uint32_t)(nl->length - nl->start);
}

void nl_add(struct nl *nl, const struct nl_step *step, int type, int flags, const void *header,
	    size_t size)
{
	struct nlmsghdr message = {
		.nlmsg_type = (uint16_t)type,
		.nlmsg_flags = (uint16_t)(flags | NLM_F_REQUEST),
		.nlmsg_seq = nl->seq + nl->count,
	};

	if (nl->count == NL_STEPS)
		nl->full = 1;
	if (nl->full)
		return;
	nl->step[nl->count++] = *step;
	nl->start = append(nl, &message, sizeof(message));
	append(nl, header, size);
	fit(nl);
}

void nl_put(struct nl *nl, int type, const void *data, size_t size)
{
	struct nlattr attribute = {
		.nla_type = (uint16_t)type,
		.nla_len = (uint16_t)(sizeof(attribute) + size),
	};

	if (nl->full || size > NL_BYTES)
		return;
	append(nl, &attribute, sizeof(attribute));
	append(nl, data, size);
	fit(nl);
}

void nl_put_u32(struct nl *nl, int type, uint32_t value)
{
	nl_put(nl, type, &value, sizeof(value));
}

void nl_put_text(struct nl *nl, int type, const char *text)
{
	nl_put(nl, type, text, strlen(text) + 1);
}

size_t nl_nest(struct nl *nl, int type, const void *header, size_t size)
{
	size_t at = nl->length;

	nl_put(nl, type, header, size);
	return at;
}

void nl_nest_end(struct nl *nl, size_t nest)
{
	struct nlattr *attribute = (struct nlattr *)(void *)(nl->bytes + nest);

	if (!nl->full)
		attribute->nla_len = (uint16_t)(nl->length - nest);
}

void nl_ask_ack(struct nl *nl)
{
	if (nl->full || !nl->count)
		return;
	last_message(nl)->nlmsg_flags |= NLM_F_ACK;
	nl->awaited = nl->count;
}

/* The extended acknowledgement: attributes after the error, and after the refused message, which
 * comes back whole unless it is marked as capped. */
static void keep_why(const struct nlmsghdr *message)
{
	struct nlmsgerr error;
	size_t header = sizeof(error);
	const char *text;

	if (!(message->nlmsg_flags & NLM_F_ACK_TLVS) || message->nlmsg_len < NLMSG_LENGTH(header))
		return;
	memcpy(&error, payload(message), sizeof(error));
	if (!(message->nlmsg_flags & NLM_F_CAPPED))
		header += error.msg.nlmsg_len - sizeof(error.msg);
	text = nl_find(message, header, NLMSGERR_ATTR_MSG, 1);
	if (text)
		why_set(text);
}

/* So many messages are still read where some were lost. */
enum { REST = 1000 };

/* What came of a run so far. */
struct outcome {
	void (*answer)(const struct nlmsghdr *message, void *context);
	void *context;
	int error[NL_STEPS];
	int interrupted, done;
	int lost;		/* the socket had no room for all; how often it was read since */
};

/* Errors, acknowledgements and a dump's end carry an errno. */
static void take(struct nl *nl, const struct nlmsghdr *message, struct outcome *outcome)
{
	uint32_t number = message->nlmsg_seq - nl->seq;
	int error = 0;

	/* Not about us: an answer that came late for what an earlier run gave up on. */
	if (number >= nl->count)
		return;
	outcome->interrupted |= message->nlmsg_flags & NLM_F_DUMP_INTR;
	if (message->nlmsg_type != NLMSG_ERROR && message->nlmsg_type != NLMSG_DONE) {
		if (outcome->answer)
			outcome->answer(message, outcome->context);
		return;
	}
	if (message->nlmsg_len >= NLMSG_LENGTH(sizeof(error)))
		memcpy(&error, payload(message), sizeof(error));
	outcome->error[number] = -error;
	if (error && nl->failed < 0) {
		nl->failed = (int)number;
		if (message->nlmsg_type == NLMSG_ERROR)
			keep_why(message);
	}
	outcome->done |= number + 1 == nl->awaited;
}

/* Read until the last message is answered. The kernel answered within the send, so there is nothing
 * to wait for. What had no room is lost; the rest is read then, for there to be room again. Who has
 * CAP_NET_ADMIN in the namespace, a container too, can send to our socket: only the kernel is port
 * 0, and a flood has an end for us. */
static int read_answers(struct nl *nl, struct outcome *outcome)
{
	/* Too much for a stack that somebody has limited. */
	static _Alignas(4) char bytes[NL_ANSWER];

	while (!outcome->done && outcome->lost < REST) {
		struct sockaddr_nl from = { 0 };
		socklen_t size = sizeof(from);
		ssize_t got = recvfrom(nl->fd, bytes, sizeof(bytes), MSG_DONTWAIT | MSG_TRUNC,
				       (struct sockaddr *)&from, &size);
		size_t left = (size_t)got, at = 0;

		if (outcome->lost || (got < 0 && errno == ENOBUFS))
			outcome->lost++;
		if (got < 0 && (errno == EINTR || errno == ENOBUFS))
			continue;
		/* A batch that isn't even begun is answered by its error alone. */
		if (got < 0 && errno == EAGAIN && (outcome->lost || nl->failed >= 0))
			break;
		if (got < 0)
			return -1;
		if (left > sizeof(bytes)) {
			errno = EMSGSIZE;
			return -1;
		}
		if (from.nl_pid)
			continue;
		while (left - at >= NLMSG_HDRLEN) {
			const struct nlmsghdr *message = (const void *)(bytes + at);

			if (message->nlmsg_len < NLMSG_HDRLEN || message->nlmsg_len > left - at)
				break;
			take(nl, message, outcome);
			at += NLMSG_ALIGN(message->nlmsg_len);
			if (at > left)
				break;
		}
	}
	errno = ENOBUFS;
	return outcome->lost ? -1 : 0;
}

static int converse(struct nl *nl, struct outcome *outcome)
{
	if (nl->full) {
		errno = EMSGSIZE;
		return -1;
	}
	if ((last_message(nl)->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP)
		nl->awaited = nl->count;
	else if (!nl->awaited)
		nl_ask_ack(nl);
	if (send(nl->fd, nl->bytes, nl->length, 0) < 0 || read_answers(nl, outcome) < 0)
		return -1;
	if (nl->failed >= 0)
		errno = outcome->error[nl->failed];
	else if (outcome->interrupted)
		errno = EINTR;
	return nl->failed >= 0 || outcome->interrupted ? -1 : 0;
}

int nl_run(struct nl *nl, void (*answer)(const struct nlmsghdr *message, void *context),
	   void *context)
{
	struct outcome outcome = { .answer = answer, .context = context };
	int result = 0, saved;

	nl->failed = -1;
	why_set("");
	if (nl->count)
		result = converse(nl, &outcome);
	saved = errno;
	for (uint32_t i = 0; i < nl->count; i++) {
		errno = outcome.error[i] ? outcome.error[i] : saved;
		traced(outcome.error[i] || (result < 0 && nl->failed < 0) ? -1 : 0,
		       "send(%d, %s %s)", nl->fd, nl->step[i].type, nl->step[i].word);
	}
	nl->seq += nl->count;
	nl->count = nl->awaited = 0;
	nl->length = nl->start = 0;
	nl->full = 0;
	errno = saved;
	return result;
}
