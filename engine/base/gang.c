/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each process takes the next number from memory that all share and writes
 * records to a pipe of its own.  One that dies is replaced, and the piece it
 * had in hand is told as lost.
 */
#include "base/gang.h"

#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"

enum { HANDS_MOST = 16, FOUND_MOST = 64 << 20, READ_SIZE = 64 << 10,
	DEATHS_MOST = 1000 };

/* In memory that the processes share. */
struct bench {
	atomic_size_t next;
	atomic_size_t in_hand[HANDS_MOST]; /* piece + 1; 0: none */
};

struct hand {
	pid_t pid;
	int fd;            /* -1: gone */
	struct buf bytes;
};

struct gang {
	const struct gang_job *job;
	struct bench *bench;
	struct hand hands[HANDS_MOST];
	size_t n;
	size_t deaths;
};

struct record {
	size_t piece;
	size_t n; /* bytes behind it */
};

static bool
write_all(int fd, const void *bytes, size_t n)
{
	const char *p = bytes;

	while (n != 0) {
		ssize_t done = write(fd, p, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return false;
		p += done;
		n -= (size_t)done;
	}
	return true;
}

/* The life of a process. */
static void
serve(const struct gang *g, size_t self, int fd)
{
	const struct gang_job *job = g->job;
	struct buf found;
	size_t i;

	buf_init(&found, FOUND_MOST);
	while ((i = atomic_fetch_add(&g->bench->next, 1)) < job->n) {
		struct record head = { .piece = i };

		atomic_store(&g->bench->in_hand[self], i + 1);
		buf_empty(&found);
		job->work(job->client, i, &found);
		head.n = found.n;
		if (!write_all(fd, &head, sizeof(head)) ||
		    !write_all(fd, found.p, found.n))
			_exit(1);
		atomic_store(&g->bench->in_hand[self], 0);
	}
	_exit(0);
}

static bool
start_hand(struct gang *g, size_t i)
{
	struct hand *h = &g->hands[i];
	int ends[2];

	if (pipe(ends) != 0)
		return false;
	atomic_store(&g->bench->in_hand[i], 0);
	h->pid = fork();
	if (h->pid == 0) {
		close(ends[0]);
		serve(g, i, ends[1]);
	}
	close(ends[1]);
	h->fd = ends[0];
	if (h->pid > 0)
		return true;
	close(h->fd);
	h->fd = -1;
	return false;
}

/* The whole records that have come. */
static void
take_records(struct gang *g, struct hand *h)
{
	struct record head;
	size_t at = 0;

	while (h->bytes.n - at >= sizeof(head)) {
		memcpy(&head, h->bytes.p + at, sizeof(head));
		if (h->bytes.n - at - sizeof(head) < head.n)
			break;
		at += sizeof(head);
		g->job->take(g->job->client, head.piece,
		    (struct str){ h->bytes.p + at, head.n });
		at += head.n;
	}
	buf_drop(&h->bytes, at);
}

/* It has come to its end, or to grief. */
static void
bury(struct gang *g, size_t i)
{
	struct hand *h = &g->hands[i];
	size_t in_hand = atomic_load(&g->bench->in_hand[i]);
	int status = 0;

	close(h->fd);
	h->fd = -1;
	buf_empty(&h->bytes);
	while (waitpid(h->pid, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return;
	if (in_hand != 0)
		g->job->take(g->job->client, in_hand - 1, (struct str){ 0 });
	if (++g->deaths < DEATHS_MOST)
		start_hand(g, i);
}

static void
read_hand(struct gang *g, size_t i)
{
	struct hand *h = &g->hands[i];
	ssize_t n = -1;

	if (buf_reserve(&h->bytes, READ_SIZE))
		n = read(h->fd, h->bytes.p + h->bytes.n, READ_SIZE);
	if (n < 0 && errno == EINTR)
		return;
	if (n <= 0) {
		bury(g, i);
		return;
	}
	h->bytes.n += (size_t)n;
	take_records(g, h);
}

/* Until the last pipe is closed. */
static void
listen_to(struct gang *g)
{
	struct pollfd fds[HANDS_MOST];
	size_t who[HANDS_MOST], n;

	for (;;) {
		n = 0;
		for (size_t i = 0; i < g->n; i++) {
			if (g->hands[i].fd < 0)
				continue;
			who[n] = i;
			fds[n++] = (struct pollfd){ .fd = g->hands[i].fd,
				.events = POLLIN };
		}
		if (n == 0)
			return;
		if (poll(fds, n, -1) <= 0)
			continue;
		for (size_t i = 0; i < n; i++)
			if (fds[i].revents != 0)
				read_hand(g, who[i]);
	}
}

static size_t
hands_for(const struct gang_job *job)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);

	if (job->n < job->least || job->n < 2 || processors < 2)
		return 0;
	return processors > HANDS_MOST ? HANDS_MOST : (size_t)processors;
}

static void
work_alone(const struct gang_job *job, size_t from)
{
	struct buf found;

	buf_init(&found, FOUND_MOST);
	for (size_t i = from; i < job->n; i++) {
		buf_empty(&found);
		job->work(job->client, i, &found);
		job->take(job->client, i, (struct str){
		    found.p == NULL ? "" : found.p, found.n });
	}
	buf_release(&found);
}

bool
gang_run(const struct gang_job *job, struct err *e)
{
	struct gang g = { .job = job };
	size_t wanted = hands_for(job);

	if (wanted == 0) {
		work_alone(job, 0);
		return true;
	}
	g.bench = mmap(NULL, sizeof(*g.bench), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (g.bench == MAP_FAILED)
		return err_set(e, "no memory to share between processes: %s",
		    strerror(errno));
	for (; g.n < wanted; g.n++) {
		buf_init(&g.hands[g.n].bytes, 2 * (size_t)FOUND_MOST);
		g.hands[g.n].fd = -1;
		if (!start_hand(&g, g.n))
			break;
	}
	listen_to(&g);
	for (size_t i = 0; i < wanted && i <= g.n; i++)
		buf_release(&g.hands[i].bytes);
	/* What nobody took: no process at all could be had. */
	work_alone(job, atomic_load(&g.bench->next) < job->n
	    ? atomic_load(&g.bench->next) : job->n);
	munmap(g.bench, sizeof(*g.bench));
	return true;
}
