/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_RELOAD_H
#define DAEMON_RELOAD_H

/*
 * Generations: what serves, and the next one on its way from the compiler to
 * all workers.  One is on its way at a time; who asks meanwhile gets the one
 * after it.  Who asked is answered when theirs serves everywhere, or is
 * refused.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "daemon/compiler.h"
#include "daemon/desk.h"
#include "daemon/lookout.h"

struct crew;
struct pollfd;
struct user;

/* Which reload a caller at the desk waits for. */
enum awaited { AWAITS_NONE, AWAITS_NEXT, AWAITS_THIS };

struct reload {
	const struct daemon_conf *conf;
	const struct conf_source *source;
	const struct user *user;
	struct crew *crew;
	struct desk *desk;
	struct made made;      /* the last generation that was made */
	struct compiler compiler;
	struct buf said;       /* by the last compiler */
	struct lookout lookout;
	enum awaited awaited[DESK_CALLERS];
	bool has_served;       /* at all posts, once */
	bool is_spreading;     /* a generation is on its way to workers */
	bool is_wanted;        /* again, once the one under way is done */
};

enum { RELOAD_POLLED = 2 };

/* conf, source, user, crew and desk are set. */
void reload_init(struct reload *r);
void reload_release(struct reload *r);

/* The first generation, waited for; false: what is wrong has been logged. */
bool reload_first(struct reload *r);

/* Now, or after the one under way; nothing when all ends. */
void reload_start(struct reload *r);
/* The same, and this caller at the desk hears of it. */
void reload_ask(struct reload *r, size_t caller);

/* What to wait for, RELOAD_POLLED at most; how many. */
size_t reload_poll(const struct reload *r, struct pollfd *to);
/* Follows the compiler, and gives to workers what it has made. */
void reload_turn(struct reload *r);
/* Loads what has changed, ends a compiler that takes too long. */
void reload_look_at_clock(struct reload *r);

/* True, once: the generation has come to all posts.  Then reload_close
 * answers who waits for it, and begins the next one that is wanted. */
bool reload_has_come(struct reload *r);
void reload_close(struct reload *r);

/* Whatever is under way will never be. */
void reload_end(struct reload *r);
/* In a new process: nothing of it is that one's. */
void reload_shed(struct reload *r);

#endif
