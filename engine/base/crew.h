/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_CREW_H
#define BASE_CREW_H

/*
 * Many equal pieces of work done by a thread for each processor, for tools
 * that a person waits for.  Pieces share nothing; where there are few, or no
 * thread can be had, the caller does all of it.
 */

#include <stddef.h>

struct crew_job {
	size_t n;                                /* pieces */
	void (*work)(void *client, size_t i);    /* in any thread, any order */
	/* Called now and then by the caller's own thread, or NULL. */
	void (*watch)(void *client, size_t done);
	void *client;
};

/* Returns once every piece is done. */
void crew_run(const struct crew_job *job);

#endif
