/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_MASTER_H
#define DAEMON_MASTER_H

/*
 * The process that was started.  It holds every listening socket, has packs
 * compiled, starts workers and their successors, and reads no byte of mail.
 */

#include <stdbool.h>

#include "daemon/compiler.h"
#include "daemon/config.h"

struct err;
struct master;

struct master_job {
	const struct daemon_conf *conf;
	const struct conf_source *source;
	const struct user *user;
	const char *log;       /* file to be opened again, or NULL */
	const char *control;   /* path of the operator's socket, or NULL */
	const char *quarantine; /* folder of messages that end workers, or
	                           NULL */
	char **words;          /* of the command line: to be started again */
	const int *listeners;  /* one each of conf, open; the master's now */
};

bool master_new(struct master **out, const struct master_job *job,
    struct err *e);

/* The first generation; false: what is wrong has been logged. */
bool master_compile(struct master *m);

/* Until a signal ends it.  The exit status. */
int master_run(struct master *m);

/* Another program has taken its place: what names it is that one's now. */
bool master_is_succeeded(const struct master *m);

void master_free(struct master *m);

#endif
