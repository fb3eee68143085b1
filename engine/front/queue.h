/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRONT_QUEUE_H
#define FRONT_QUEUE_H

/*
 * Messages that wait for their turn in one worker, first come first served.
 * The loop gets as many at a time as keep it busy for some milliseconds, so
 * that it goes on reading, answering, and saying no quickly.
 *
 * What one message costs is measured while there are any; from it follows
 * how long the next one would wait.  One that would wait too long is not
 * taken, and if its client has its share of those that wait already, nor is
 * one that would wait a quarter as long: so a client that sends everything it
 * has leaves room for the others, also when messages become dearer meanwhile.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct loop;
struct queue;
struct queued;
struct scan;
struct world;

/* waiting: where it tells how many wait, for others who read that memory. */
struct queue *queue_new(struct loop *l, struct world *w, size_t *waiting);
/* When nobody waits any more. */
void queue_free(struct queue *q);

/* Whether one more would not have to wait for more than wait_ms.  caller: a
 * number below FRONT_CALLERS, of who sends it. */
bool queue_has_room(const struct queue *q, size_t caller, int64_t wait_ms);

/* Now, or in its turn, the scan goes to the world.  Until then s->queued says
 * that it waits. */
void queue_put(struct queue *q, struct scan *s, size_t caller);

/* Nobody waits for this one any more. */
void queue_leave(struct queued *w);

#endif
