/* SPDX-License-Identifier: Apache-2.0 */
/* Starting workers, replacing them, and burying them. */
#include "daemon/crew.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/count.h"
#include "base/err.h"
#include "base/log.h"
#include "daemon/talk.h"

enum { QUICK_MS = 1000 };       /* a worker that dies sooner is in trouble */

/* Looking. */

struct member *
crew_next(const struct crew *c, const struct member *w,
    bool (*is)(const struct member *w))
{
	size_t i = w == NULL ? 0 : (size_t)(w - c->members) + 1;

	for (; i < c->n; i++) {
		if (is(&c->members[i]))
			return &c->members[i];
	}
	return NULL;
}

static size_t
seat_of(const struct crew *c, const struct member *w)
{
	return (size_t)(w - c->members);
}

struct member *
crew_at(const struct crew *c, size_t post)
{
	struct member *w;

	CREW_EACH(w, c, member_stays) {
		if (w->post == post && !w->is_outdated)
			return w;
	}
	return NULL;
}

static bool
is_taken(const struct member *w)
{
	return w->state != MEMBER_NONE;
}

static bool
is_free(const struct member *w)
{
	return !is_taken(w);
}

bool
crew_is_gone(const struct crew *c)
{
	return crew_next(c, NULL, is_taken) == NULL;
}

bool
crew_is_shut(const struct crew *c)
{
	const struct member *w;

	CREW_EACH(w, c, member_lives) {
		if (!w->is_shut)
			return false;
	}
	return true;
}

bool
crew_serves(const struct crew *c)
{
	if (crew_next(c, NULL, member_is_in_the_way) != NULL)
		return false;
	for (size_t i = 0; i < c->posts.n; i++) {
		const struct member *w = crew_at(c, i);

		if (w == NULL || w->state != MEMBER_SERVING ||
		    w->serves != c->job.made->number)
			return false;
	}
	return true;
}

void
crew_tell(const struct crew *c, struct buf *b)
{
	const struct member *w;

	CREW_EACH(w, c, is_taken) {
		const struct front_now *now =
		    &c->board.fronts[seat_of(c, w)].now;

		buf_printf(b, "worker %ld %s, generation %" PRIu64 ", %" PRIu64
		    " scanned, %zu connections\n", (long)w->pid,
		    member_state_word(w->state), w->serves, now->scanned,
		    now->inside);
	}
}

/* Starting. */

/* In the new process.  What is the master's, or another worker's, goes. */
static _Noreturn void
work(struct crew *c, const struct member *own)
{
	const struct post *post = &c->posts.at[own->post];
	struct worker_job job = c->job;
	const struct member *w;
	sigset_t none;

	c->shed(c->owner);
	CREW_EACH(w, c, member_lives) {
		if (w != own)
			close(w->talk);
	}
	posts_shut(&c->posts, post);
	job.listeners = post->listeners;
	job.talk = own->talk;
	job.seat = seat_of(c, own);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	exit(worker_run(&job));
}

static bool
start(struct crew *c, size_t post, struct err *e)
{
	struct member *w = crew_next(c, NULL, is_free);
	int pair[2];

	if (w == NULL)
		return err_set(e, "too many workers are ending");
	if (!talk_open(pair, e))
		return false;
	*w = (struct member){ .talk = pair[1], .post = post,
		.serves = c->job.made->number };
	w->pid = fork();
	if (w->pid == 0) {
		close(pair[0]);
		work(c, w);
	}
	close(pair[1]);
	w->talk = pair[0];
	if (w->pid < 0) {
		close(pair[0]);
		return err_set(e, "fork: %s", strerror(errno));
	}
	member_turn(w, MEMBER_STARTING);
	return true;
}

void
crew_fill(struct crew *c)
{
	struct err e;

	for (size_t i = 0; i < c->posts.n && !c->is_ending; i++) {
		struct post *p = &c->posts.at[i];

		if (crew_at(c, i) != NULL || clock_ms() < p->start_ms ||
		    start(c, i, &e))
			continue;
		log_error("a worker cannot be started: %s", e.text);
		post_put_off(p);
	}
}

static bool
is_serving(const struct member *w)
{
	return w->state == MEMBER_SERVING;
}

static bool
is_manned(const struct crew *c, size_t post)
{
	const struct member *w;

	CREW_EACH(w, c, is_serving) {
		if (w->post == post)
			return true;
	}
	return false;
}

/* Whoever is starting listens by himself. */
void
crew_mind(struct crew *c)
{
	bool has_any = crew_next(c, NULL, is_serving) != NULL;

	for (size_t i = 0; i < c->posts.n && !c->is_ending; i++) {
		if (is_manned(c, i))
			post_is_manned(&c->posts.at[i]);
		else if (c->job.has_served && crew_at(c, i) == NULL)
			post_is_empty(&c->posts, &c->posts.at[i], has_any);
	}
}

int64_t
crew_patience(const struct crew *c, int64_t ms)
{
	int64_t now = clock_ms();

	for (size_t i = 0; i < c->posts.n; i++) {
		int64_t left = c->posts.at[i].start_ms - now;

		if (left < ms && crew_at(c, i) == NULL)
			ms = left;
	}
	return ms;
}

/* Replacing. */

void
crew_relieve(struct crew *c)
{
	struct member *w;

	CREW_EACH(w, c, member_stays) {
		const struct member *next = w->state == MEMBER_SERVING &&
		    w->is_outdated ? crew_at(c, w->post) : NULL;

		if (next != NULL && next->state == MEMBER_SERVING)
			member_retire(w);
	}
}

void
crew_give(struct crew *c)
{
	const struct member *w;

	CREW_EACH(w, c, member_stays) {
		if (w->state == MEMBER_SERVING && !w->is_outdated)
			member_give(w, c->job.made);
	}
}

void
crew_outdate(struct crew *c)
{
	struct member *w;

	CREW_EACH(w, c, member_stays)
		w->is_outdated = true;
}

void
crew_turn(struct crew *c)
{
	struct member *w;

	CREW_EACH(w, c, member_lives)
		member_listen(w, c->job.made);
}

void
crew_watch(struct crew *c)
{
	struct member *w;

	board_look_back(&c->board);
	CREW_EACH(w, c, member_lives)
		member_watch(w, &c->board.inhands[seat_of(c, w)],
		    c->job.conf->cpu_ms);
}

/* Burying. */

static void
tell_death(const struct crew *c, const struct member *w, int status)
{
	size_t inside = c->board.fronts[seat_of(c, w)].now.inside;
	uint64_t lost = board_lost(&c->board, seat_of(c, w));

	if (WIFSIGNALED(status))
		log_error("worker %ld was ended by signal %d (%s); %zu "
		    "connections are cut, %" PRIu64 " updates of the store are "
		    "lost", (long)w->pid, WTERMSIG(status),
		    strsignal(WTERMSIG(status)), inside, lost);
	else if (w->state < MEMBER_RETIRING)
		log_warn("worker %ld ended with status %d", (long)w->pid,
		    WEXITSTATUS(status));
}

/* Who ends as it was told to is not missed. */
static void
count_death(struct front_house *house, const struct member *w, int status)
{
	if (WIFSIGNALED(status))
		count_add(&house->killed, 1);
	else if (w->state < MEMBER_RETIRING)
		count_add(&house->failed, 1);
}

/* Whether a process has it now, which must end first. */
static bool
file_message(const struct crew *c, struct member *w)
{
	const struct inhand *h = &c->board.inhands[seat_of(c, w)];

	w->pid = inhand_is_taken(h) ? quarantine_file(&c->quarantine, h) : 0;
	count_add(&c->board.house->filed, w->pid != 0);
	return w->pid != 0;
}

static void
clear_seat(struct crew *c, struct member *w)
{
	board_leave(&c->board, seat_of(c, w));
	w->state = MEMBER_NONE;
}

static void
bury(struct crew *c, struct member *w, int status)
{
	struct post *p = &c->posts.at[w->post];

	member_listen(w, c->job.made);
	tell_death(c, w, status);
	count_death(c->board.house, w, status);
	close(w->talk);
	w->talk = -1;
	w->is_shut = true;
	if (w->state == MEMBER_SERVING &&
	    clock_ms() - w->since_ms > QUICK_MS)
		p->delay_ms = 0;
	else if (w->state < MEMBER_RETIRING)
		post_put_off(p);
	if (file_message(c, w))
		w->state = MEMBER_FILED;
	else
		clear_seat(c, w);
}

bool
crew_reap(struct crew *c, int *status)
{
	struct member *w;

	CREW_EACH(w, c, is_taken) {
		if (waitpid(w->pid, status, WNOHANG) != w->pid)
			continue;
		if (w->state == MEMBER_FILED) {
			clear_seat(c, w);
			continue;
		}
		bury(c, w, *status);
		return true;
	}
	return false;
}

/* Coming and going. */

static const char *
state_of(const struct daemon_conf *conf, struct arena *a)
{
	return conf->state.n == 0 ? NULL : str_cstr(a, conf->state);
}

bool
crew_open(struct crew *c, struct arena *a, const struct crew_conf *conf,
    struct err *e)
{
	c->job = conf->job;
	c->job.board = &c->board;
	c->shed = conf->shed;
	c->owner = conf->owner;
	/* For each post the one that goes and the one that comes. */
	c->n = 2 * conf->job.conf->workers;
	c->members = ARENA_MANY(a, struct member, c->n);
	if (!board_open(&c->board, c->n, conf->job.conf->front.message + 1,
	    state_of(conf->job.conf, a), e) ||
	    !posts_open(&c->posts, a, conf->job.conf, conf->listeners, e))
		return false;
	c->board.house->workers = c->posts.n;
	c->quarantine = (struct quarantine){ conf->quarantine, conf->job.user,
		c->board.deadly };
	return quarantine_open(&c->quarantine, e);
}

void
crew_close(struct crew *c)
{
	board_close(&c->board);
}
