/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_FEEDS_H
#define DAEMON_FEEDS_H

/*
 * Looks after the files of external lists: what has changed is read in a
 * thread of its own and serves in a generation that has everything else from
 * the one before.  No pack is compiled for it.
 */

struct feeds;
struct generation;
struct loop;

/* serve takes over the generation given. */
struct feeds *feeds_new(struct loop *l,
    void (*serve)(void *owner, struct generation *g), void *owner);

/* Stop them while the loop is there, free them once it is gone: a thread may
 * be reading. */
void feeds_stop(struct feeds *f);
void feeds_free(struct feeds *f);

/* From now on the lists of this generation are looked after. */
void feeds_watch(struct feeds *f, struct generation *g);

#endif
