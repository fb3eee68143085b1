/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_MEMBER_H
#define DAEMON_MEMBER_H

/*
 * One worker as the master sees it: a process, what was heard of it, and for
 * how long it has been in its state.  The master never waits for one.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct inhand;
struct made;
struct talk;

enum member_state {
	MEMBER_NONE,
	MEMBER_STARTING,
	MEMBER_SERVING,
	MEMBER_RETIRING,       /* its successor serves */
	MEMBER_LEAVING,
	MEMBER_FILED           /* dead; a process writes down what it had in
	                          hand */
};

/* Its place is its seat of the board. */
struct member {
	enum member_state state;
	pid_t pid;
	int talk;
	size_t post;
	uint64_t serves;       /* generation */
	uint64_t closed;       /* of enum sandbox_part */
	int64_t since_ms;      /* in this state */
	uint64_t turn;         /* of its scans, when last looked at */
	int64_t turn_ms;       /* since then it has been the same */
	int64_t turn_cpu_ms;   /* and the processor's time then */
	bool is_outdated;      /* goes once its successor serves */
	bool is_shut;          /* takes no more calls */
};

/* There is a process. */
bool member_lives(const struct member *w);
/* Starting or serving: nobody has told it to go. */
bool member_stays(const struct member *w);
/* It may still take a call with what served before. */
bool member_is_in_the_way(const struct member *w);

const char *member_state_word(enum member_state state);

void member_turn(struct member *w, enum member_state state);
void member_say(const struct member *w, const struct talk *t);
/* The generation it is to serve. */
void member_give(const struct member *w, const struct made *made);
/* To finish what was begun and go; twice: now. */
void member_leave(struct member *w);
/* To go with all patience for who is inside. */
void member_retire(struct member *w);
/* All it has to say; made is what it is to serve. */
void member_listen(struct member *w, const struct made *made);
/* Ends it if it takes too long to go, or over one scan: h is what it has in
 * hand, cpu_ms what a scan may take of the processor. */
void member_watch(struct member *w, const struct inhand *h, int64_t cpu_ms);

#endif
