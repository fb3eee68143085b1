/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_TALK_H
#define DAEMON_TALK_H

/*
 * What master, workers and compiler tell each other: short words with files
 * in hand, over a pair of sockets that keep words apart.  Nobody waits: a
 * socket that is full belongs to a process that does not read any more.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;

enum talk_kind {
	/* by a worker */
	TALK_READY,    /* it serves generation number */
	TALK_TAKEN,    /* the same, after TALK_TAKE */
	TALK_REFUSED,  /* it cannot: another process must */
	TALK_SHUT,     /* it takes no more calls */
	/* to a worker */
	TALK_TAKE,     /* image and configuration of generation number */
	TALK_END,      /* finish what was begun, then exit; twice: now */
	TALK_RETIRE,   /* the same, with all patience for who is inside */
	TALK_LOG,      /* where the log goes from now on */
	/* by the compiler */
	TALK_MADE,     /* image, and the list of files that are right */
	TALK_KEPT      /* the text of those, before TALK_MADE */
};

enum { TALK_FDS = 2 };

struct talk {
	enum talk_kind kind;
	uint64_t number;
	uint64_t packs, indicators; /* TALK_MADE */
	uint64_t closed;            /* TALK_READY: of enum sandbox_part */
	int fds[TALK_FDS];          /* -1: none */
};

bool talk_open(int pair[static 2], struct err *e);
/* False: the other side is gone, or does not read. */
bool talk_send(int to, const struct talk *t);

enum talk_result { TALK_GOT, TALK_NOTHING, TALK_OVER };

/* The descriptors are the caller's. */
enum talk_result talk_read(int from, struct talk *t);
void talk_release(struct talk *t);

#endif
