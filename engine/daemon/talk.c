/* SPDX-License-Identifier: Apache-2.0 */
/* Words over SOCK_SEQPACKET, descriptors beside them. */
#include "daemon/talk.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/err.h"

struct word {
	uint64_t number, packs, indicators, closed;
	uint32_t kind;
	uint32_t has; /* bits: which descriptors come along */
};

union room {
	struct cmsghdr head;
	char bytes[CMSG_SPACE(TALK_FDS * sizeof(int))];
};

bool
talk_open(int pair[static 2], struct err *e)
{
	return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC |
	    SOCK_NONBLOCK, 0, pair) == 0 ||
	    err_set(e, "socketpair: %s", strerror(errno));
}

static void
add_fds(struct msghdr *m, union room *room, struct word *word,
    const struct talk *t)
{
	int fds[TALK_FDS];
	size_t n = 0;

	for (size_t i = 0; i < TALK_FDS; i++) {
		if (t->fds[i] < 0)
			continue;
		word->has |= 1U << i;
		fds[n++] = t->fds[i];
	}
	if (n == 0)
		return;
	memset(room, 0, sizeof(*room));
	m->msg_control = room;
	m->msg_controllen = CMSG_SPACE(n * sizeof(int));
	room->head.cmsg_level = SOL_SOCKET;
	room->head.cmsg_type = SCM_RIGHTS;
	room->head.cmsg_len = CMSG_LEN(n * sizeof(int));
	memcpy(CMSG_DATA(&room->head), fds, n * sizeof(int));
}

bool
talk_send(int to, const struct talk *t)
{
	struct word word = { .kind = t->kind, .number = t->number,
		.packs = t->packs, .indicators = t->indicators,
		.closed = t->closed };
	struct iovec part = { &word, sizeof(word) };
	struct msghdr m = { .msg_iov = &part, .msg_iovlen = 1 };
	union room room;
	ssize_t n;

	add_fds(&m, &room, &word, t);
	do
		n = sendmsg(to, &m, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	return n == (ssize_t)sizeof(word);
}

/* One by one into the places the word says; what has none is closed. */
static void
take_fds(struct talk *t, struct msghdr *m, uint32_t has)
{
	const struct cmsghdr *c = CMSG_FIRSTHDR(m);
	size_t n, place = 0;
	int fd;

	if (c == NULL || c->cmsg_level != SOL_SOCKET ||
	    c->cmsg_type != SCM_RIGHTS)
		return;
	n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
	for (size_t i = 0; i < n; i++) {
		memcpy(&fd, CMSG_DATA(c) + i * sizeof(int), sizeof(fd));
		while (place < TALK_FDS && (has & 1U << place) == 0)
			place++;
		if (place < TALK_FDS)
			t->fds[place++] = fd;
		else
			close(fd);
	}
}

enum talk_result
talk_read(int from, struct talk *t)
{
	struct word word;
	struct iovec part = { &word, sizeof(word) };
	union room room;
	struct msghdr m = { .msg_iov = &part, .msg_iovlen = 1,
		.msg_control = &room, .msg_controllen = sizeof(room) };
	ssize_t n;

	do
		n = recvmsg(from, &m, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return TALK_NOTHING;
	if (n != (ssize_t)sizeof(word))
		return TALK_OVER;
	*t = (struct talk){ .kind = (enum talk_kind)word.kind,
		.number = word.number, .packs = word.packs,
		.indicators = word.indicators, .closed = word.closed,
		.fds = { -1, -1 } };
	take_fds(t, &m, word.has);
	return TALK_GOT;
}

void
talk_release(struct talk *t)
{
	for (size_t i = 0; i < TALK_FDS; i++) {
		if (t->fds[i] >= 0)
			close(t->fds[i]);
		t->fds[i] = -1;
	}
}
