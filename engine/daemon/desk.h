/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_DESK_H
#define DAEMON_DESK_H

/*
 * A socket in the file system where the operator's programs ask the master:
 * one word a connection, "reload" or "status", and a text for an answer.  Who
 * may open the socket may ask.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct err;
struct pollfd;

enum { DESK_CALLERS = 8, DESK_WORD = 32 };

struct desk {
	int fd;                 /* -1: there is none */
	struct caller {
		int fd;         /* -1: nobody */
		bool has_asked;
		char word[DESK_WORD];
		size_t n;
	} callers[DESK_CALLERS];
};

/* path: NULL for none. */
bool desk_open(struct desk *d, const char *path, struct err *e);
void desk_close(struct desk *d);
/* In the process that stays: who connects is told by the kernel that it is
 * this one, not the one that opened the socket and went. */
void desk_own(const struct desk *d);

/* What to wait for, DESK_CALLERS + 1 at most; how many. */
size_t desk_poll(const struct desk *d, struct pollfd *to);

/* Reads what has come.  asked: a caller, to be answered now or later. */
void desk_turn(struct desk *d, void (*asked)(void *owner, size_t caller,
    struct str word), void *owner);

/* All of the answer; the caller goes. */
void desk_answer(struct desk *d, size_t caller, struct str text);

#endif
