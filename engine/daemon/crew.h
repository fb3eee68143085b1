/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_CREW_H
#define DAEMON_CREW_H

/*
 * All workers: at each post one who stays, and those who go.  Who dies gets a
 * successor, later if it died soon; what it had in hand is written down, and
 * its seat stays taken until that is done.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/board.h"
#include "daemon/member.h"
#include "daemon/post.h"
#include "daemon/quarantine.h"
#include "daemon/worker.h"

struct arena;
struct buf;
struct err;

struct crew {
	struct board board;
	struct quarantine quarantine;
	struct posts posts;
	size_t n;
	struct member *members;  /* one a seat; the arena's */
	bool is_ending;          /* all go, and nobody is started */
	/* What each is started with; post, talk and seat are filled in. */
	struct worker_job job;
	/* In the new process: closes what is the master's alone. */
	void (*shed)(void *owner);
	void *owner;
};

struct crew_conf {
	struct worker_job job;   /* conf, source, made and user */
	const int *listeners;    /* one each of conf, open; the crew's now */
	const char *quarantine;  /* folder, or NULL */
	void (*shed)(void *owner);
	void *owner;
};

bool crew_open(struct crew *c, struct arena *a, const struct crew_conf *conf,
    struct err *e);
void crew_close(struct crew *c);

/* The next after w, NULL: the first, of those that are; NULL: no more. */
struct member *crew_next(const struct crew *c, const struct member *w,
    bool (*is)(const struct member *w));
#define CREW_EACH(w, c, is) \
	for ((w) = NULL; ((w) = crew_next((c), (w), (is))) != NULL;)

/* Whose post it is or will be, NULL: nobody's. */
struct member *crew_at(const struct crew *c, size_t post);
/* Nobody is left, and nothing is being written down. */
bool crew_is_gone(const struct crew *c);
/* Nobody can reach them any more. */
bool crew_is_shut(const struct crew *c);
/* All posts serve what is made, and nobody serves anything else. */
bool crew_serves(const struct crew *c);

/* Starts one at each post that has nobody and may have somebody. */
void crew_fill(struct crew *c);
/* Sees to it that nobody calls where nobody serves. */
void crew_mind(struct crew *c);
/* For how long there is nothing to start, ms at the most. */
int64_t crew_patience(const struct crew *c, int64_t ms);
/* Those go whose successor serves. */
void crew_relieve(struct crew *c);
/* What is made goes to all who serve. */
void crew_give(struct crew *c);
/* All who stay are to have successors. */
void crew_outdate(struct crew *c);
/* All take their words, and those end that take too long. */
void crew_turn(struct crew *c);
void crew_watch(struct crew *c);
/* Buries one that has died and says how; false: none has. */
bool crew_reap(struct crew *c, int *status);

/* A line a worker. */
void crew_tell(const struct crew *c, struct buf *b);

#endif
