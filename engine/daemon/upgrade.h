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
#include <sys/types.h>

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

/* The program that is started in the place of this one. */
struct successor {
	int answer;   /* pipe, to be polled: something has come; or -1 */
	pid_t pid;    /* 0: there is none */
};

/* Starts the program with these words. */
bool upgrade_start(struct successor *out, char **words,
    const struct upgrade_socket *sockets, size_t n, struct err *e);

enum successor_word {
	SUCCESSOR_SILENT,     /* it has not said anything yet */
	SUCCESSOR_SERVES,
	SUCCESSOR_FAILED      /* it never will, and e says why */
};
/* After the last two there is none any more. */
enum successor_word successor_hear(struct successor *s, struct err *e);

#endif
