/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_POST_H
#define DAEMON_POST_H

/*
 * A post is where one worker at a time takes calls: a socket for each address,
 * its own, so that workers do not fight over calls.  The master holds them
 * all; workers come and go, and who waits at a socket does not notice.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct daemon_conf;
struct err;
struct successor;

struct post {
	int *listeners;        /* one each of conf */
	int64_t start_ms;      /* no worker before */
	int64_t delay_ms;
	int64_t empty_ms;      /* since when nobody serves; 0: somebody does */
};

struct posts {
	const struct daemon_conf *conf;
	size_t n;
	struct post *at;       /* the arena's */
};

/* As many as conf has workers.  listeners: one each of conf, open, the posts'
 * from now on; what an earlier program handed over is found by itself. */
bool posts_open(struct posts *p, struct arena *a,
    const struct daemon_conf *conf, const int *listeners, struct err *e);

/* Closes all sockets but those of one, or NULL. */
void posts_shut(const struct posts *p, const struct post *but);

/* Says in the log where calls are taken. */
void posts_tell(const struct posts *p);

/* The next worker there has to wait, longer each time. */
void post_put_off(struct post *p);

/*
 * Nobody serves there, and nobody is about to.  After a moment its own sockets
 * refuse calls, and those of other posts of the same address get them, until a
 * worker listens again; later where others serve nobody either.  Sockets that
 * all posts share are left alone.
 */
void post_is_empty(const struct posts *p, struct post *post, bool has_others);
void post_is_manned(struct post *post);
/* In the worker, before it takes calls. */
void post_listen(const struct daemon_conf *conf, const int *listeners);

/* Starts the program of these words with all sockets in hand. */
bool posts_hand_over(const struct posts *p, char **words,
    struct successor *out, struct err *e);

#endif
