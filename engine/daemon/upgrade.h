/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_UPGRADE_H
#define DAEMON_UPGRADE_H

/*
 * Another program in the place of this one, and no call lost: it is started
 * with the listening sockets in hand and says when it serves; only then the old
 * one lets go.  What is handed over stands in the environment.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct err;

/* A socket of the address, for worker number n: as it stands in the
 * configuration.  -1: none was handed over. */
int upgrade_socket(struct str address, size_t n);

/* To the program before: here it serves.  False: there is none. */
bool upgrade_serves(void);

struct upgrade_socket {
	struct str address;
	const int *fds;
	size_t n;
};

/* Starts the program with these words.  *answer: becomes readable, with one
 * byte if it serves, with the end if it never will. */
bool upgrade_start(int *answer, char **words,
    const struct upgrade_socket *sockets, size_t n, struct err *e);

#endif
