/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_WORKER_H
#define DAEMON_WORKER_H

/*
 * A worker: one loop, one store, the fronts on sockets it was handed.  It
 * binds nothing and reads no pack itself; a new generation comes from
 * whoever runs it, through load.
 */

#include <stdbool.h>

struct daemon_conf;
struct generation;

struct worker_job {
	const struct daemon_conf *conf;
	struct generation *generation; /* the worker's from now on */
	const int *listeners;          /* one a listener of conf, the same */
	/* A fresh generation, or NULL: what is wrong has been logged.  Runs
	 * in a thread of its own. */
	struct generation *(*load)(void *owner);
	void *owner;
};

/* Until it is told to end.  The exit status. */
int worker_run(const struct worker_job *job);

#endif
