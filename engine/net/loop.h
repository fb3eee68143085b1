/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NET_LOOP_H
#define NET_LOOP_H

/*
 * The event loop of a worker: sockets, timers, signals, and a ready list.
 * What is put on the ready list runs once in the loop's next turn, never
 * from inside the call that puts it there; so no step of a scan ever runs
 * inside another.
 *
 * Everything here belongs to the one thread that runs the loop.
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

struct err;
struct loop;
struct timer;

bool loop_new(struct loop **out, struct err *e);
/* Waits for the threads of loop_work; their done is not called. */
void loop_free(struct loop *l);

/* Until loop_stop. */
void loop_run(struct loop *l);
void loop_stop(struct loop *l);

/*
 * What connections bring is read into room of the loop's own, or where lend
 * says: LOOP_ROOM bytes, which stay as they are until it is asked again or a
 * task runs; or NULL.
 */
enum { LOOP_ROOM = 128 * 1024 };
void loop_lend(struct loop *l, char *(*lend)(void *owner), void *owner);

/* Embedded in its owner, zeroed, with run and owner set. */
struct task {
	TAILQ_ENTRY(task) entry;
	void (*run)(void *owner);
	void *owner;
	bool is_ready;
};

/* Putting one that is on the list already changes nothing. */
void loop_ready(struct loop *l, struct task *t);
void loop_unready(struct loop *l, struct task *t);

/* Rings once, after the last timer_set. */
struct timer *timer_new(struct loop *l, void (*ring)(void *owner),
    void *owner);
void timer_free(struct timer *t);
void timer_set(struct timer *t, int64_t ms);
void timer_stop(struct timer *t);

/* Until the loop is freed. */
bool loop_on_signal(struct loop *l, int number, void (*caught)(void *owner),
    void *owner, struct err *e);

/* Called while there is something to read, until the loop is freed. */
bool loop_on_readable(struct loop *l, int fd, void (*call)(void *owner),
    void *owner, struct err *e);

/* No more, though it stays open. */
void loop_unreadable(struct loop *l, int fd);

/*
 * Runs work in a thread of its own, then done on the loop.  The thread must
 * touch nothing that the loop's thread uses.
 */
bool loop_work(struct loop *l, void (*work)(void *owner),
    void (*done)(void *owner), void *owner, struct err *e);

#endif
