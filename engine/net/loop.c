/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libevent waits; the ready list is worked off after each turn of it.  Work
 * in threads comes home through a pipe.
 */
#include "net/loop.h"

#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "net/loop_event.h"

enum { CAUGHT_MOST = 8 };

TAILQ_HEAD(task_list, task);

struct caught {
	struct event *event;
	void (*call)(void *owner);
	void *owner;
};

struct loop {
	struct event_base *base;
	char *room;
	char *(*lend)(void *owner);
	void *lender;
	struct task_list ready;
	bool is_stopped;
	struct caught caught[CAUGHT_MOST];  /* signals, descriptors */
	unsigned n_caught;
	int pipe[2];              /* finished work */
	struct event *finished;
	unsigned n_working;       /* threads not yet home */
};

struct work {
	int to;
	void (*run)(void *owner);
	void (*done)(void *owner);
	void *owner;
};

struct timer {
	struct event *event;
	void (*ring)(void *owner);
	void *owner;
};

static void
on_finished(evutil_socket_t fd, short what, void *arg)
{
	struct loop *l = arg;
	struct work *w;

	(void)what;
	/* A pointer is far below PIPE_BUF: it comes whole. */
	while (read(fd, &w, sizeof(w)) == (ssize_t)sizeof(w)) {
		l->n_working--;
		w->done(w->owner);
		free(w);
	}
}

static bool
pipe_open(struct loop *l, struct err *e)
{
	if (pipe2(l->pipe, O_CLOEXEC) != 0)
		return err_set(e, "pipe: %s", strerror(errno));
	evutil_make_socket_nonblocking(l->pipe[0]);
	l->finished = event_new(l->base, l->pipe[0], EV_READ | EV_PERSIST,
	    on_finished, l);
	if (l->finished == NULL || event_add(l->finished, NULL) != 0)
		return err_set(e, "event loop: no memory");
	return true;
}

/* Changes of what is waited for go to the kernel once a turn: a reply that
 * is sent, a connection that ends take some back. */
static struct event_base *
base_new(void)
{
	struct event_config *conf = event_config_new();
	struct event_base *base = NULL;

	if (conf == NULL)
		return NULL;
	if (event_config_set_flag(conf,
		EVENT_BASE_FLAG_EPOLL_USE_CHANGELIST) == 0)
		base = event_base_new_with_config(conf);
	event_config_free(conf);
	return base;
}

bool
loop_new(struct loop **out, struct err *e)
{
	struct loop *l = calloc(1, sizeof(*l));

	if (l == NULL || (l->base = base_new()) == NULL ||
	    (l->room = malloc(LOOP_ROOM)) == NULL) {
		if (l != NULL && l->base != NULL)
			event_base_free(l->base);
		free(l);
		return err_set(e, "event loop: no memory");
	}
	TAILQ_INIT(&l->ready);
	l->pipe[0] = l->pipe[1] = -1;
	if (!pipe_open(l, e)) {
		loop_free(l);
		return false;
	}
	*out = l;
	return true;
}

/* What a thread still reads must not be freed under it. */
static void
wait_for_threads(struct loop *l)
{
	struct pollfd p = { .fd = l->pipe[0], .events = POLLIN };
	struct work *w;

	while (l->n_working > 0) {
		poll(&p, 1, -1);
		while (read(p.fd, &w, sizeof(w)) == (ssize_t)sizeof(w)) {
			l->n_working--;
			free(w);
		}
	}
}

void
loop_free(struct loop *l)
{
	if (l == NULL)
		return;
	wait_for_threads(l);
	for (unsigned i = 0; i < l->n_caught; i++)
		event_free(l->caught[i].event);
	if (l->finished != NULL)
		event_free(l->finished);
	if (l->pipe[0] >= 0) {
		close(l->pipe[0]);
		close(l->pipe[1]);
	}
	event_base_free(l->base);
	free(l->room);
	free(l);
}

struct event_base *
loop_base(struct loop *l)
{
	return l->base;
}

void
loop_lend(struct loop *l, char *(*lend)(void *owner), void *owner)
{
	l->lend = lend;
	l->lender = owner;
}

char *
loop_room(struct loop *l)
{
	char *lent = l->lend == NULL ? NULL : l->lend(l->lender);

	return lent != NULL ? lent : l->room;
}

/* Only what is on the list now: what a task puts there waits a turn. */
static void
run_ready(struct loop *l)
{
	struct task_list now = TAILQ_HEAD_INITIALIZER(now);
	struct task *t, mark = { .is_ready = true };

	TAILQ_INSERT_TAIL(&l->ready, &mark, entry);
	while ((t = TAILQ_FIRST(&l->ready)) != &mark) {
		TAILQ_REMOVE(&l->ready, t, entry);
		t->is_ready = false;
		t->run(t->owner);
	}
	TAILQ_REMOVE(&l->ready, &mark, entry);
}

void
loop_run(struct loop *l)
{
	l->is_stopped = false;
	while (!l->is_stopped) {
		event_base_loop(l->base, EVLOOP_ONCE |
		    (TAILQ_EMPTY(&l->ready) ? 0 : EVLOOP_NONBLOCK));
		run_ready(l);
	}
}

void
loop_stop(struct loop *l)
{
	l->is_stopped = true;
	event_base_loopbreak(l->base);
}

void
loop_ready(struct loop *l, struct task *t)
{
	if (t->is_ready)
		return;
	t->is_ready = true;
	TAILQ_INSERT_TAIL(&l->ready, t, entry);
}

void
loop_unready(struct loop *l, struct task *t)
{
	if (!t->is_ready)
		return;
	t->is_ready = false;
	TAILQ_REMOVE(&l->ready, t, entry);
}

static void
on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct timer *t = arg;

	(void)fd;
	(void)what;
	t->ring(t->owner);
}

struct timer *
timer_new(struct loop *l, void (*ring)(void *owner), void *owner)
{
	struct timer *t = calloc(1, sizeof(*t));

	if (t == NULL || (t->event = evtimer_new(l->base, on_timer, t)) == NULL)
		abort();
	t->ring = ring;
	t->owner = owner;
	return t;
}

void
timer_free(struct timer *t)
{
	if (t == NULL)
		return;
	event_free(t->event);
	free(t);
}

void
timer_set(struct timer *t, int64_t ms)
{
	struct timeval tv = { ms / 1000, (suseconds_t)(ms % 1000) * 1000 };

	evtimer_add(t->event, &tv);
}

void
timer_stop(struct timer *t)
{
	evtimer_del(t->event);
}

static void
on_caught(evutil_socket_t number, short what, void *arg)
{
	struct caught *c = arg;

	(void)number;
	(void)what;
	c->call(c->owner);
}

static bool
catch(struct loop *l, int number, short what, const struct caught *how)
{
	struct caught *c = &l->caught[l->n_caught];

	if (l->n_caught == CAUGHT_MOST)
		return false;
	*c = *how;
	c->event = event_new(l->base, number, what | EV_PERSIST, on_caught, c);
	if (c->event == NULL)
		return false;
	l->n_caught++;
	return event_add(c->event, NULL) == 0;
}

bool
loop_on_signal(struct loop *l, int number, void (*caught)(void *owner),
    void *owner, struct err *e)
{
	const struct caught how = { .call = caught, .owner = owner };

	return catch(l, number, EV_SIGNAL, &how) ||
	    err_set(e, "signal %d cannot be caught", number);
}

bool
loop_on_readable(struct loop *l, int fd, void (*call)(void *owner),
    void *owner, struct err *e)
{
	const struct caught how = { .call = call, .owner = owner };

	return catch(l, fd, EV_READ, &how) ||
	    err_set(e, "descriptor %d cannot be watched", fd);
}

void
loop_unreadable(struct loop *l, int fd)
{
	for (unsigned i = 0; i < l->n_caught; i++) {
		struct event *event = l->caught[i].event;

		if (event_get_fd(event) == fd &&
		    (event_get_events(event) & EV_READ) != 0)
			event_del(event);
	}
}

static void *
work_main(void *arg)
{
	struct work *w = arg;
	ssize_t n;

	w->run(w->owner);
	do
		n = write(w->to, &w, sizeof(w));
	while (n < 0 && errno == EINTR);
	return NULL;
}

bool
loop_work(struct loop *l, void (*work)(void *owner),
    void (*done)(void *owner), void *owner, struct err *e)
{
	struct work *w = calloc(1, sizeof(*w));
	sigset_t all, before;
	pthread_t thread;
	int failed;

	if (w == NULL)
		return err_set(e, "no memory for a thread");
	*w = (struct work){ l->pipe[1], work, done, owner };
	/* Signals are the loop's. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	failed = pthread_create(&thread, NULL, work_main, w);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (failed != 0) {
		free(w);
		return err_set(e, "thread: %s", strerror(failed));
	}
	pthread_detach(thread);
	l->n_working++;
	return true;
}
