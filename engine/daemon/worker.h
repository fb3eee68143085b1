/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_WORKER_H
#define DAEMON_WORKER_H

/*
 * A worker: one loop, one store, the fronts on sockets it was handed.  It
 * binds nothing, forks nothing and compiles nothing; what it serves the master
 * hands over, and when the master is gone it ends.
 */

#include "daemon/board.h"
#include "daemon/compiler.h"
#include "daemon/config.h"

struct worker_job {
	const struct daemon_conf *conf;   /* as the daemon was started */
	const struct conf_source *source; /* what a reload reads again */
	const int *listeners;             /* one a listener of conf */
	int talk;                         /* to the master */
	const struct made *made;          /* to begin with */
	const struct board *board;
	size_t seat;                      /* of the board, its own */
	const struct user *user;
	bool has_served;                  /* the crew: a worker then does
	                                     without what it cannot open */
};

/* Until it is told to end.  The exit status. */
int worker_run(const struct worker_job *job);

#endif
