/* SPDX-License-Identifier: Apache-2.0 */
/* Threads that each take the next piece until none is left. */
#include "base/crew.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <unistd.h>

enum { THREADS_MOST = 16, PIECES_LEAST = 32 };

struct crew {
	const struct crew_job *job;
	atomic_size_t next;
	atomic_size_t done;
};

static bool
take_piece(struct crew *c)
{
	size_t i = atomic_fetch_add(&c->next, 1);

	if (i >= c->job->n)
		return false;
	c->job->work(c->job->client, i);
	atomic_fetch_add(&c->done, 1);
	return true;
}

static void *
work_on(void *client)
{
	while (take_piece(client))
		;
	return NULL;
}

/* The caller works too: one thread less. */
static size_t
helpers_for(size_t n)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);

	if (n < PIECES_LEAST || processors < 2)
		return 0;
	return processors > THREADS_MOST ? THREADS_MOST - 1
	    : (size_t)processors - 1;
}

void
crew_run(const struct crew_job *job)
{
	struct crew c = { .job = job };
	pthread_t threads[THREADS_MOST];
	size_t wanted = helpers_for(job->n), n = 0;

	while (n < wanted &&
	    pthread_create(&threads[n], NULL, work_on, &c) == 0)
		n++;
	while (take_piece(&c))
		if (job->watch != NULL)
			job->watch(job->client, atomic_load(&c.done));
	for (size_t i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
}
