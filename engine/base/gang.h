/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_GANG_H
#define BASE_GANG_H

/*
 * Many pieces of work done by a process for each processor, for tools whose
 * work cannot be shared by threads or may die of its input.  The processes
 * see what the caller had when it called; what they find they send back as
 * bytes, in which pointers to what was there before stay good.
 *
 * Few pieces are done by the caller itself.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct buf;
struct err;

struct gang_job {
	size_t n;     /* pieces */
	size_t least; /* fewer are not worth a process */
	/* In any process, any order: what was found goes to out. */
	void (*work)(void *client, size_t i, struct buf *out);
	/* In the caller's, in any order: what was found about a piece; p is
	 * NULL where the process died of it. */
	void (*take)(void *client, size_t i, struct str found);
	void *client;
};

/* Returns once every piece was taken.  False: no process can be had. */
bool gang_run(const struct gang_job *job, struct err *e);

#endif
