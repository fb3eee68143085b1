/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_SERVING_H
#define DAEMON_SERVING_H

/*
 * The generation that a worker serves, and how the next one takes its place:
 * one that the master hands over, or the same with lists that have changed.
 * Scans under way keep theirs.  What cannot be taken is refused, and another
 * worker is to open it.
 */

#include <stdbool.h>
#include <stdint.h>

#include "daemon/talk.h"
#include "front/front.h"

struct conf_source;
struct confines;
struct daemon_conf;
struct dnsprobe;
struct err;
struct feeds;
struct generation;
struct loop;
struct made;

struct serving {
	/* for the owner to set; loop, front and probe before serving_begin */
	const struct daemon_conf *told;   /* as the daemon was started */
	const struct conf_source *source; /* what a reload reads again */
	const struct confines *confines;
	struct loop *loop;
	struct front *front;              /* whose generation is changed */
	struct dnsprobe *probe;           /* or NULL */
	void (*say)(void *owner, enum talk_kind kind, uint64_t number);
	void *owner;
	/* its own */
	struct front_conf conf;           /* of the generation that serves */
	struct feeds *feeds;
	struct talk next;                 /* by the thread, until it is done */
	struct generation *taken;
	struct front_conf taken_conf;
	bool is_taking;
	bool is_over;                     /* nothing more is taken */
};

/* With its lists; NULL, with e, when it does not open. */
struct generation *serving_first(struct serving *s, const struct made *made,
    struct err *e);

/* From now on feeds are looked after. */
void serving_begin(struct serving *s);

/* Takes over what t has in hand, and says TALK_TAKEN or TALK_REFUSED; one at a
 * time, a second one is refused. */
void serving_take(struct serving *s, struct talk *t);

/* Feeds are let go at once; a thread may still be opening: while is_taking,
 * the loop must run.  Release once the loop is gone. */
void serving_end(struct serving *s);
void serving_release(struct serving *s);

#endif
