/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_TURN_H
#define BASE_TURN_H

/*
 * Processes that would all do the same work take turns: the first does it,
 * and those behind find it done.  A courtesy, no promise: who has waited long
 * enough goes on, and the kernel ends the turn of a process that dies.
 */

#include <stdint.h>

/* On a file or folder that is there, for up to so many ms.  -1: it is not
 * ours. */
int turn_take(const char *path, int64_t ms);
void turn_end(int turn);

#endif
