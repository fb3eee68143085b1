/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_QUARANTINE_H
#define DAEMON_QUARANTINE_H

/*
 * Messages that have ended a worker: a folder of files named by hash and
 * number of deaths, for whoever mends the fault, and the table that workers
 * look into.  Processes of its own write the files.
 */

#include <stdbool.h>
#include <sys/types.h>

#include "daemon/user.h"
#include "scan/inhand.h"

struct err;

struct quarantine {
	const char *folder;        /* NULL: nothing is kept */
	const struct user *user;
	struct deadly *deadly;
};

/* Reads what is kept into the table. */
bool quarantine_open(struct quarantine *q, struct err *e);

/* A worker died with this in hand.  The process that writes it down, 0 for
 * none: h must stay as it is until that has ended. */
pid_t quarantine_file(const struct quarantine *q, const struct inhand *h);

#endif
