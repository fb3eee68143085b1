/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One loop over poll(2): nothing in it outlives a fork, and nothing waits but
 * there.
 */
#include "daemon/master.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "daemon/crew.h"
#include "daemon/desk.h"
#include "daemon/notify.h"
#include "daemon/reload.h"
#include "daemon/sandbox.h"
#include "daemon/talk.h"
#include "daemon/upgrade.h"

enum {
	/* Signals, the successor, and the desk's own socket. */
	POLLED_OWN = 3 + RELOAD_POLLED + DESK_CALLERS,
	TICK_MS = 300
};

struct master {
	struct arena *arena;
	const struct master_job *job;
	struct crew crew;
	struct reload reload;
	struct desk desk;
	struct pollfd *polled;
	int signals;
	struct successor successor; /* the new program, until it serves */
	bool is_succeeded;
	int status;
	bool is_told;          /* that it ends */
};

/* The desk. */

static void
open_desk(struct master *m)
{
	struct err e;

	if (!desk_open(&m->desk, m->job->control, &e))
		log_warn("control: %s; sekisho reload finds nobody", e.text);
}

static void
shut_desk(struct master *m)
{
	if (m->desk.fd >= 0)
		unlink(m->job->control);
	desk_close(&m->desk);
}

static void
tell_status(struct master *m, size_t caller)
{
	struct buf b;

	buf_init(&b, SIZE_MAX);
	buf_printf(&b, "ok generation %" PRIu64 "\nmaster %ld\n",
	    m->reload.made.number, (long)getpid());
	crew_tell(&m->crew, &b);
	desk_answer(&m->desk, caller, buf_str(&b));
	buf_release(&b);
}

static void
on_asked(void *owner, size_t caller, struct str word)
{
	struct master *m = owner;

	if (str_is(word, "status"))
		tell_status(m, caller);
	else if (str_is(word, "reload") && !m->crew.is_ending)
		reload_ask(&m->reload, caller);
	else
		desk_answer(&m->desk, caller,
		    STR("failed: the words are reload and status\n"));
}

/* Ending. */

/* The first start has failed: what keeps one worker keeps all. */
static void
give_up(struct master *m, int status)
{
	struct member *w;

	m->status = WIFEXITED(status) && WEXITSTATUS(status) != 0
	    ? WEXITSTATUS(status) : EX_SOFTWARE;
	m->crew.is_ending = m->is_told = true;
	CREW_EACH(w, &m->crew, member_stays)
		member_leave(w);
}

/* Asked twice, workers end at once. */
static void
end(struct master *m)
{
	struct member *w;

	if (!m->crew.is_ending)
		posts_shut(&m->crew.posts, NULL);
	m->crew.is_ending = true;
	reload_end(&m->reload);
	CREW_EACH(w, &m->crew, member_lives)
		member_leave(w);
}

static void
tell_end(struct master *m)
{
	if (!m->crew.is_ending || m->is_told || !crew_is_shut(&m->crew))
		return;
	m->is_told = true;
	notify_send("STOPPING=1");
	log_info("ending");
}

static void
tell_counts(const struct master *m)
{
	const struct board *b = &m->crew.board;
	struct counts sum;

	board_counts(b, &sum);
	log_info("ended: %" PRIu64 " scanned, %" PRIu64 " refused, %" PRIu64
	    " updates lost", counts_scanned(&sum), counts_refused(&sum),
	    b->lost);
}

/* The successor. */

static void
upgrade(struct master *m)
{
	struct err e;

	if (m->successor.pid != 0 || m->crew.is_ending ||
	    !m->reload.has_served)
		return;
	log_info("another program is started in place of this one");
	shut_desk(m);
	if (posts_hand_over(&m->crew.posts, m->job->words, &m->successor,
	    &e))
		return;
	log_error("%s", e.text);
	open_desk(m);
}

/* Who is inside is served to the end. */
static void
give_way(struct master *m)
{
	struct member *w;

	log_info("another program serves; this one ends");
	m->is_succeeded = m->crew.is_ending = m->is_told = true;
	posts_shut(&m->crew.posts, NULL);
	reload_end(&m->reload);
	CREW_EACH(w, &m->crew, member_stays)
		member_retire(w);
}

static void
hear_successor(struct master *m)
{
	struct err e;

	switch (successor_hear(&m->successor, &e)) {
	case SUCCESSOR_SILENT:
		break;
	case SUCCESSOR_SERVES:
		give_way(m);
		break;
	case SUCCESSOR_FAILED:
		log_error("the other program does not serve; this one goes "
		    "on: %s: %s", m->job->words[0], e.text);
		open_desk(m);
		break;
	}
}

/* Signals. */

/* The file has been moved away, or is to be looked for elsewhere. */
static void
reopen_log(struct master *m)
{
	struct talk t = { .kind = TALK_LOG, .fds = { -1, -1 } };
	const struct member *w;

	if (m->job->log == NULL)
		return;
	t.fds[0] = open(m->job->log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC,
	    0640);
	if (t.fds[0] < 0) {
		log_error("log_file %s: %s", m->job->log, strerror(errno));
		return;
	}
	dup2(t.fds[0], STDERR_FILENO);
	CREW_EACH(w, &m->crew, member_lives)
		member_say(w, &t);
	close(t.fds[0]);
	log_info("the log goes on here");
}

static void
on_signals(struct master *m)
{
	struct signalfd_siginfo s;

	while (read(m->signals, &s, sizeof(s)) == (ssize_t)sizeof(s)) {
		switch (s.ssi_signo) {
		case SIGTERM:
		case SIGINT:
			end(m);
			break;
		case SIGHUP:
			reload_start(&m->reload);
			break;
		case SIGUSR1:
			reopen_log(m);
			break;
		case SIGUSR2:
			upgrade(m);
			break;
		default: /* SIGCHLD: looked for in any case */
			break;
		}
	}
}

static bool
catch_signals(struct master *m)
{
	static const int heard[] = { SIGTERM, SIGINT, SIGHUP, SIGUSR1,
		SIGUSR2, SIGCHLD };
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(heard) / sizeof(heard[0]); i++)
		sigaddset(&set, heard[i]);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	m->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (m->signals < 0)
		log_error("signalfd: %s", strerror(errno));
	return m->signals >= 0;
}

/* The loop. */

static size_t
poll_set(struct master *m)
{
	const struct member *w;
	size_t n = 0;

	m->polled[n++] = (struct pollfd){ .fd = m->signals,
		.events = POLLIN };
	n += reload_poll(&m->reload, m->polled + n);
	CREW_EACH(w, &m->crew, member_lives)
		m->polled[n++] = (struct pollfd){ .fd = w->talk,
			.events = POLLIN };
	if (m->successor.answer >= 0)
		m->polled[n++] = (struct pollfd){ .fd = m->successor.answer,
			.events = POLLIN };
	return n + desk_poll(&m->desk, m->polled + n);
}

static int
patience(const struct master *m)
{
	int64_t ms = crew_patience(&m->crew, TICK_MS);

	return ms < 0 || m->crew.is_ending ? TICK_MS / 10 : (int)ms;
}

static void
bury_dead(struct master *m)
{
	int status;

	while (crew_reap(&m->crew, &status)) {
		if (!m->reload.has_served && !m->crew.is_ending)
			give_up(m, status);
	}
}

static void
tell_start(const struct master *m)
{
	sandbox_tell(m->job->conf->sandbox != 0, crew_at(&m->crew, 0)->closed);
	posts_tell(&m->crew.posts);
	/* A successor is found by its pid_file: what it says is not heard as
	 * long as the other one is there. */
	if (!upgrade_serves())
		notify_send("READY=1");
}

static void
look_at_reload(struct master *m)
{
	if (!reload_has_come(&m->reload))
		return;
	if (!m->reload.has_served)
		tell_start(m);
	reload_close(&m->reload);
}

static void
turn_once(struct master *m)
{
	size_t n = poll_set(m);

	poll(m->polled, n, patience(m));
	on_signals(m);
	hear_successor(m);
	desk_turn(&m->desk, on_asked, m);
	reload_turn(&m->reload);
	crew_turn(&m->crew);
	bury_dead(m);
	crew_relieve(&m->crew);
	crew_fill(&m->crew);
	/* What another program has too is not ours to shut. */
	if (m->successor.pid == 0)
		crew_mind(&m->crew);
	look_at_reload(m);
	reload_look_at_clock(&m->reload);
	crew_watch(&m->crew);
	tell_end(m);
}

bool
master_compile(struct master *m)
{
	return reload_first(&m->reload);
}

int
master_run(struct master *m)
{
	if (!catch_signals(m))
		return EX_OSERR;
	desk_own(&m->desk);
	crew_fill(&m->crew);
	while (!m->crew.is_ending || !crew_is_gone(&m->crew))
		turn_once(m);
	tell_counts(m);
	return m->status;
}

/* In a new worker. */
static void
shed(void *owner)
{
	struct master *m = owner;

	close(m->signals);
	if (m->successor.answer >= 0)
		close(m->successor.answer);
	desk_close(&m->desk);
	reload_shed(&m->reload);
}

bool
master_new(struct master **out, const struct master_job *job, struct err *e)
{
	struct arena *a = arena_new();
	struct master *m = ARENA_ONE(a, struct master);
	const struct crew_conf crew = { .job = { .conf = job->conf,
		.source = job->source, .made = &m->reload.made,
		.user = job->user }, .listeners = job->listeners,
		.quarantine = job->quarantine, .shed = shed, .owner = m };

	*m = (struct master){ .arena = a, .job = job, .signals = -1,
		.successor = { .answer = -1 }, .reload = { .conf = job->conf,
		.source = job->source, .user = job->user, .crew = &m->crew,
		.desk = &m->desk } };
	reload_init(&m->reload);
	*out = m;
	open_desk(m);
	if (!crew_open(&m->crew, a, &crew, e))
		return false;
	m->polled = ARENA_MANY(a, struct pollfd, m->crew.n + POLLED_OWN);
	return true;
}

bool
master_is_succeeded(const struct master *m)
{
	return m->is_succeeded;
}

void
master_free(struct master *m)
{
	if (m == NULL)
		return;
	reload_release(&m->reload);
	shut_desk(m);
	crew_close(&m->crew);
	if (m->signals >= 0)
		close(m->signals);
	arena_free(m->arena);
}
