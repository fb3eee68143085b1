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
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "daemon/board.h"
#include "daemon/desk.h"
#include "daemon/lookout.h"
#include "daemon/quarantine.h"
#include "daemon/sandbox.h"
#include "daemon/talk.h"
#include "daemon/upgrade.h"
#include "daemon/worker.h"
#include "net/listener.h"

enum {
	POLLED_OWN = 4 + DESK_CALLERS + 1,
	SAID_MOST = 256 * 1024,
	TICK_MS = 300,
	TURN_TIMES = 30,        /* as long as it may use the processor */
	LEAVE_MS = 12000,       /* a worker's own patience is 10 s */
	RETIRE_MS = 75000,      /* and 60 s more */
	QUICK_MS = 1000,        /* a worker that dies sooner is in trouble */
	DELAY_MS = 100,         /* doubled with each that does */
	DELAY_MOST_MS = 5000
};

enum member_state {
	MEMBER_NONE,
	MEMBER_STARTING,
	MEMBER_SERVING,
	MEMBER_RETIRING,       /* its successor serves */
	MEMBER_LEAVING,
	MEMBER_FILED           /* dead; a process writes down what it had in
	                          hand */
};

/* A worker that lives; its place is its seat of the board. */
struct member {
	enum member_state state;
	pid_t pid;
	int talk;
	size_t post;
	uint64_t serves;       /* generation */
	uint64_t closed;       /* of enum sandbox_part */
	int64_t since_ms;      /* in this state */
	uint64_t turn;         /* of its scans, when last looked at */
	int64_t turn_ms;       /* since then it has been the same */
	int64_t turn_cpu_ms;   /* and the processor's time then */
	bool is_outdated;      /* goes once its successor serves */
	bool is_shut;          /* takes no more calls */
};

/* Where one worker at a time takes calls. */
struct post {
	int *listeners;        /* one each of conf */
	int64_t start_ms;      /* not before */
	int64_t delay_ms;
};

/* Which reload a caller at the desk waits for. */
enum awaited { AWAITS_NONE, AWAITS_NEXT, AWAITS_THIS };

struct master {
	const struct master_job *job;
	struct board board;
	struct quarantine quarantine;
	size_t n_posts, n_members;
	struct post *posts;
	struct member *members;
	struct pollfd *polled;
	struct made made;
	struct compiler compiler;
	struct desk desk;
	enum awaited awaited[DESK_CALLERS];
	struct buf said;       /* by the last compiler */
	struct lookout lookout;
	int signals;
	int successor;         /* pipe: whether the new program serves; -1:
	                          there is none */
	bool is_succeeded;
	int status;
	bool is_started;       /* all posts have served once */
	bool is_ending;
	bool is_told;          /* that it ends */
	bool is_spreading;     /* a generation is on its way to workers */
	bool wants_reload;     /* again, once the one under way is done */
};

static void *
zeroed(size_t n, size_t size)
{
	void *p = calloc(n, size);

	if (p == NULL)
		abort();
	return p;
}

/* Members. */

/* One that does not hear it has ended, or is watched for not ending. */
static void
say(const struct member *w, const struct talk *t)
{
	if (!talk_send(w->talk, t))
		log_debug("worker %ld does not listen", (long)w->pid);
}

static void
turn(struct member *w, enum member_state state)
{
	w->state = state;
	w->since_ms = clock_ms();
}

static void
leave(struct member *w)
{
	const struct talk t = { .kind = TALK_END, .fds = { -1, -1 } };

	turn(w, MEMBER_LEAVING);
	say(w, &t);
}

static void
retire(struct member *w)
{
	const struct talk t = { .kind = TALK_RETIRE, .fds = { -1, -1 } };

	turn(w, MEMBER_RETIRING);
	say(w, &t);
}

/* Whose post it is or will be: not one that goes. */
static struct member *
member_of(struct master *m, size_t post)
{
	for (size_t i = 0; i < m->n_members; i++) {
		struct member *w = &m->members[i];

		if (w->post == post && !w->is_outdated &&
		    (w->state == MEMBER_STARTING ||
			w->state == MEMBER_SERVING))
			return w;
	}
	return NULL;
}

static size_t
count(const struct master *m, enum member_state state)
{
	size_t n = 0;

	for (size_t i = 0; i < m->n_members; i++)
		n += m->members[i].state == state;
	return n;
}

static struct member *
free_seat(struct master *m)
{
	for (size_t i = 0; i < m->n_members; i++) {
		if (m->members[i].state == MEMBER_NONE)
			return &m->members[i];
	}
	return NULL;
}

/* What is the master's, or another worker's. */
static void
close_others(struct master *m, const struct member *own)
{
	close(m->signals);
	if (m->successor >= 0)
		close(m->successor);
	desk_close(&m->desk);
	for (size_t i = 0; i < m->n_members; i++) {
		if (m->members[i].state != MEMBER_NONE &&
		    &m->members[i] != own)
			close(m->members[i].talk);
	}
	for (size_t i = 0; i < m->n_posts; i++) {
		for (size_t k = 0; i != own->post &&
		    k < m->job->conf->listeners.n; k++)
			close(m->posts[i].listeners[k]);
	}
	if (m->compiler.pid != 0) {
		close(m->compiler.talk);
		close(m->compiler.said);
	}
}

static _Noreturn void
work(struct master *m, const struct member *own)
{
	const struct worker_job job = {
		.conf = m->job->conf, .source = m->job->source,
		.listeners = m->posts[own->post].listeners,
		.talk = own->talk, .made = &m->made, .board = &m->board,
		.seat = (size_t)(own - m->members), .user = m->job->user
	};
	sigset_t none;

	close_others(m, own);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	exit(worker_run(&job));
}

static bool
start_member(struct master *m, size_t post, struct err *e)
{
	struct member *w = free_seat(m);
	int pair[2];

	if (w == NULL)
		return err_set(e, "too many workers are ending");
	if (!talk_open(pair, e))
		return false;
	*w = (struct member){ .talk = pair[1], .post = post,
		.serves = m->made.number };
	w->pid = fork();
	if (w->pid == 0) {
		close(pair[0]);
		work(m, w);
	}
	close(pair[1]);
	w->talk = pair[0];
	if (w->pid < 0) {
		close(pair[0]);
		return err_set(e, "fork: %s", strerror(errno));
	}
	turn(w, MEMBER_STARTING);
	return true;
}

static void
put_off(struct post *p)
{
	p->delay_ms = p->delay_ms == 0 ? DELAY_MS : p->delay_ms * 2;
	if (p->delay_ms > DELAY_MOST_MS)
		p->delay_ms = DELAY_MOST_MS;
	p->start_ms = clock_ms() + p->delay_ms;
}

static void
fill_posts(struct master *m)
{
	struct err e;

	for (size_t i = 0; i < m->n_posts && !m->is_ending; i++) {
		struct post *p = &m->posts[i];

		if (member_of(m, i) != NULL || clock_ms() < p->start_ms ||
		    start_member(m, i, &e))
			continue;
		log_error("a worker cannot be started: %s", e.text);
		put_off(p);
	}
}

/* Reload. */

static void
tell_generation(const struct master *m)
{
	log_info("generation %" PRIu64 " serves: %" PRIu64 " packs, %" PRIu64
	    " indicators", m->made.number, m->made.packs,
	    m->made.indicators);
}

static void
tell_listeners(const struct master *m)
{
	const struct daemon_conf *conf = m->job->conf;
	char name[LISTENER_NAME];

	for (size_t i = 0; i < conf->listeners.n; i++) {
		const struct front_listener *at =
		    &conf->listeners.at[i].front;

		listener_name(m->posts[0].listeners[i], name);
		log_info("listening %s %s",
		    at->protocol == NULL ? "auto" : at->protocol->name, name);
	}
}

static void
tell_sandbox(struct master *m)
{
	uint64_t closed = member_of(m, 0)->closed;

	if (m->job->conf->sandbox == 0)
		log_warn("sandbox: no; workers may do what their user may");
	else if (!sandbox_is_possible())
		log_warn("built with sanitizers: workers have no sandbox");
	else if (closed == (SANDBOX_CALLS | SANDBOX_FILES))
		log_debug("workers have their sandbox");
	else
		log_warn("this kernel cannot confine workers wholly: %s, %s",
		    (closed & SANDBOX_CALLS) != 0 ? "system calls are filtered"
		    : "system calls are not filtered (no seccomp)",
		    (closed & SANDBOX_FILES) != 0 ? "files are confined"
		    : "files their user may read are in reach (no Landlock)");
}

/* It may still take a call with what served before. */
static bool
is_in_the_way(const struct member *w)
{
	return (w->state == MEMBER_SERVING && w->is_outdated) ||
	    (w->state == MEMBER_RETIRING && !w->is_shut);
}

static bool
is_spread(struct master *m)
{
	for (size_t i = 0; i < m->n_members; i++) {
		if (is_in_the_way(&m->members[i]))
			return false;
	}
	for (size_t i = 0; i < m->n_posts; i++) {
		const struct member *w = member_of(m, i);

		if (w == NULL || w->state != MEMBER_SERVING ||
		    w->serves != m->made.number)
			return false;
	}
	return true;
}

/* Everybody who waits for this one. */
static void
answer(struct master *m, bool is_done)
{
	struct buf b;

	buf_init(&b, SIZE_MAX);
	buf_printf(&b, "%s generation %" PRIu64 " %s: %" PRIu64 " packs, %"
	    PRIu64 " indicators\n", is_done ? "ok" : "failed",
	    m->made.number, is_done ? "serves" : "goes on serving",
	    m->made.packs, m->made.indicators);
	buf_add_str(&b, buf_str(&m->said));
	for (size_t i = 0; i < DESK_CALLERS; i++) {
		if (m->awaited[i] != AWAITS_THIS)
			continue;
		m->awaited[i] = AWAITS_NONE;
		desk_answer(&m->desk, i, buf_str(&b));
	}
	buf_release(&b);
}

static void reload(struct master *m);

static void
look_at_spread(struct master *m)
{
	if (!m->is_spreading || m->is_ending || !is_spread(m))
		return;
	m->is_spreading = false;
	tell_generation(m);
	if (!m->is_started) {
		tell_sandbox(m);
		tell_listeners(m);
		upgrade_serves();
	}
	m->is_started = true;
	answer(m, true);
	if (m->wants_reload)
		reload(m);
}

static void
give(struct master *m, struct member *w)
{
	const struct talk t = { .kind = TALK_TAKE, .number = m->made.number,
		.fds = { m->made.image, m->made.conf } };

	say(w, &t);
}

static void
spread(struct master *m)
{
	m->is_spreading = true;
	for (size_t i = 0; i < m->n_members; i++) {
		struct member *w = &m->members[i];

		if (w->state == MEMBER_SERVING && !w->is_outdated)
			give(m, w);
	}
}

/* Certificates are renewed more often than daemons are started.  A key may be
 * root's, so workers are given it by being made anew. */
static void
renew_tls(struct master *m)
{
	const struct listen_conf *c;
	bool is_new = false;
	struct err e;

	VEC_EACH(c, &m->job->conf->listeners) {
		if (c->front.tls == NULL || !tls_has_changed(c->front.tls))
			continue;
		if (tls_renew(c->front.tls, &e))
			is_new = true;
		else
			log_error("listen %" STR_FMT ": %s; the old one "
			    "serves", STR_ARG(c->front.address), e.text);
	}
	for (size_t i = 0; is_new && i < m->n_members; i++)
		m->members[i].is_outdated =
		    m->members[i].state == MEMBER_STARTING ||
		    m->members[i].state == MEMBER_SERVING;
}

static bool
start_compiler(struct master *m)
{
	const struct compiler_job job = { .conf = m->job->conf,
		.source = m->job->source, .user = m->job->user,
		.before = &m->made };
	struct err e;

	return compiler_start(&m->compiler, &job, &e) ||
	    (log_error("%s", e.text), false);
}

static void
refuse_reload(struct master *m)
{
	log_error("reload failed: generation %" PRIu64 " goes on serving",
	    m->made.number);
	answer(m, false);
	if (m->wants_reload)
		reload(m);
}

static void
reload(struct master *m)
{
	m->wants_reload = m->compiler.pid != 0 || m->is_spreading;
	if (m->wants_reload || m->is_ending)
		return;
	log_info("reload");
	lookout_loaded(&m->lookout);
	buf_empty(&m->said);
	for (size_t i = 0; i < DESK_CALLERS; i++) {
		if (m->awaited[i] == AWAITS_NEXT)
			m->awaited[i] = AWAITS_THIS;
	}
	if (!start_compiler(m))
		refuse_reload(m);
}

static void
tell_compiler_end(const struct compiler *c, int status)
{
	if (!WIFSIGNALED(status))
		return;
	if (clock_ms() >= c->deadline_ms || WTERMSIG(status) == SIGXCPU)
		log_error("compiling the packs takes longer than "
		    "limits.compile_time allows");
	else
		log_error("compiling the packs was ended by signal %d (%s)",
		    WTERMSIG(status), strsignal(WTERMSIG(status)));
}

/* Once it says nothing any more; true if it has made something. */
static bool
finish_compiler(struct master *m)
{
	struct compiler *c = &m->compiler;
	int status = 0;

	while (waitpid(c->pid, &status, 0) < 0 && errno == EINTR)
		;
	tell_compiler_end(c, status);
	c->pid = 0;
	buf_add_str(&m->said, buf_str(&c->text));
	compiler_end(c);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0 &&
	    c->made.image >= 0) {
		c->made.number = m->made.number + 1;
		made_release(&m->made);
		m->made = c->made;
		return true;
	}
	made_release(&c->made);
	return false;
}

static void
on_compiled(struct master *m)
{
	if (!finish_compiler(m)) {
		refuse_reload(m);
		return;
	}
	renew_tls(m);
	spread(m);
}

/* What happens. */

static void
hear(struct master *m, struct member *w, const struct talk *t)
{
	switch (t->kind) {
	case TALK_READY:
		w->closed = t->closed;
		turn(w, w->state == MEMBER_STARTING ? MEMBER_SERVING :
		    w->state);
		if (w->serves != m->made.number)
			give(m, w);
		break;
	case TALK_TAKEN:
		w->serves = t->number;
		break;
	case TALK_REFUSED:
		w->is_outdated = w->state == MEMBER_SERVING;
		break;
	case TALK_SHUT:
		w->is_shut = true;
		break;
	default:
		break;
	}
}

/* Those whose successor serves. */
static void
relieve(struct master *m)
{
	for (size_t i = 0; i < m->n_members; i++) {
		struct member *w = &m->members[i];
		const struct member *next = w->state == MEMBER_SERVING &&
		    w->is_outdated ? member_of(m, w->post) : NULL;

		if (next != NULL && next->state == MEMBER_SERVING)
			retire(w);
	}
}

static void
listen_to(struct master *m, struct member *w)
{
	struct talk t;

	while (talk_read(w->talk, &t) == TALK_GOT) {
		hear(m, w, &t);
		talk_release(&t);
	}
}

static void
tell_death(const struct master *m, const struct member *w, int status)
{
	size_t inside = m->board.fronts[w - m->members].now.inside;

	if (WIFSIGNALED(status))
		log_error("worker %ld was ended by signal %d (%s); %zu "
		    "connections are cut", (long)w->pid, WTERMSIG(status),
		    strsignal(WTERMSIG(status)), inside);
	else if (w->state < MEMBER_RETIRING)
		log_warn("worker %ld ended with status %d", (long)w->pid,
		    WEXITSTATUS(status));
}

/* The first start has failed: what keeps one worker keeps all. */
static void
give_up(struct master *m, int status)
{
	m->status = WIFEXITED(status) && WEXITSTATUS(status) != 0
	    ? WEXITSTATUS(status) : EX_SOFTWARE;
	m->is_ending = m->is_told = true;
	for (size_t i = 0; i < m->n_members; i++) {
		if (m->members[i].state == MEMBER_STARTING ||
		    m->members[i].state == MEMBER_SERVING)
			leave(&m->members[i]);
	}
}

/* Whether a process has it now, which must end first. */
static bool
file_message(struct master *m, struct member *w)
{
	const struct inhand *h = &m->board.inhands[w - m->members];

	w->pid = inhand_is_taken(h) ? quarantine_file(&m->quarantine, h) : 0;
	return w->pid != 0;
}

static void
clear_seat(struct master *m, struct member *w)
{
	board_leave(&m->board, (size_t)(w - m->members));
	w->state = MEMBER_NONE;
}

static void
bury(struct master *m, struct member *w, int status)
{
	struct post *p = &m->posts[w->post];
	bool is_early = !m->is_started && !m->is_ending;

	listen_to(m, w);
	tell_death(m, w, status);
	close(w->talk);
	w->talk = -1;
	w->is_shut = true;
	if (w->state == MEMBER_SERVING &&
	    clock_ms() - w->since_ms > QUICK_MS)
		p->delay_ms = 0;
	else if (w->state < MEMBER_RETIRING)
		put_off(p);
	if (file_message(m, w))
		w->state = MEMBER_FILED;
	else
		clear_seat(m, w);
	if (is_early)
		give_up(m, status);
}

static void
reap(struct master *m)
{
	for (size_t i = 0; i < m->n_members; i++) {
		struct member *w = &m->members[i];
		int status;

		if (w->state == MEMBER_NONE ||
		    waitpid(w->pid, &status, WNOHANG) != w->pid)
			continue;
		if (w->state == MEMBER_FILED)
			clear_seat(m, w);
		else
			bury(m, w, status);
	}
}

static void
close_listeners(struct master *m)
{
	for (size_t i = 0; i < m->n_posts; i++) {
		for (size_t k = 0; k < m->job->conf->listeners.n; k++)
			close(m->posts[i].listeners[k]);
	}
}

/* Asked twice, workers end at once. */
static void
end(struct master *m)
{
	if (!m->is_ending)
		close_listeners(m);
	m->is_ending = true;
	compiler_end(&m->compiler);
	made_release(&m->compiler.made);
	for (size_t i = 0; i < m->n_members; i++) {
		if (m->members[i].state != MEMBER_NONE &&
		    m->members[i].state != MEMBER_FILED)
			leave(&m->members[i]);
	}
}

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

/* Sockets by address, for all posts. */
static bool
start_successor(struct master *m, struct err *e)
{
	const struct daemon_conf *conf = m->job->conf;
	size_t n = conf->listeners.n;
	struct upgrade_socket *sockets = zeroed(n, sizeof(*sockets));
	int *fds = zeroed(n * m->n_posts, sizeof(*fds));
	bool is_started;

	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < m->n_posts; k++)
			fds[i * m->n_posts + k] = m->posts[k].listeners[i];
		sockets[i] = (struct upgrade_socket){
			conf->listeners.at[i].front.address,
			fds + i * m->n_posts, m->n_posts };
	}
	is_started = upgrade_start(&m->successor, m->job->words, sockets, n,
	    e);
	free(fds);
	free(sockets);
	return is_started;
}

static void
upgrade(struct master *m)
{
	struct err e;

	if (m->successor >= 0 || m->is_ending || !m->is_started)
		return;
	log_info("another program is started in place of this one");
	shut_desk(m);
	if (start_successor(m, &e)) {
		fcntl(m->successor, F_SETFL, O_NONBLOCK);
		return;
	}
	log_error("%s", e.text);
	m->successor = -1;
	open_desk(m);
}

/* Who is inside is served to the end. */
static void
give_way(struct master *m)
{
	log_info("another program serves; this one ends");
	m->is_succeeded = m->is_ending = m->is_told = true;
	close_listeners(m);
	compiler_end(&m->compiler);
	made_release(&m->compiler.made);
	for (size_t i = 0; i < m->n_members; i++) {
		if (m->members[i].state == MEMBER_STARTING ||
		    m->members[i].state == MEMBER_SERVING)
			retire(&m->members[i]);
	}
}

static void
hear_successor(struct master *m)
{
	char byte;
	ssize_t n = m->successor < 0 ? -1 : read(m->successor, &byte, 1);

	if (n < 0)
		return;
	close(m->successor);
	m->successor = -1;
	if (n == 1) {
		give_way(m);
		return;
	}
	log_error("the other program does not serve; this one goes on");
	open_desk(m);
}

/* The file has been moved away, or is to be looked for elsewhere. */
static void
reopen_log(struct master *m)
{
	struct talk t = { .kind = TALK_LOG, .fds = { -1, -1 } };

	if (m->job->log == NULL)
		return;
	t.fds[0] = open(m->job->log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC,
	    0640);
	if (t.fds[0] < 0) {
		log_error("log_file %s: %s", m->job->log, strerror(errno));
		return;
	}
	dup2(t.fds[0], STDERR_FILENO);
	for (size_t i = 0; i < m->n_members; i++) {
		if (m->members[i].state != MEMBER_NONE &&
		    m->members[i].state != MEMBER_FILED)
			say(&m->members[i], &t);
	}
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
			reload(m);
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

/* Nobody can reach it any more. */
static void
tell_end(struct master *m)
{
	for (size_t i = 0; i < m->n_members; i++) {
		if (m->members[i].state != MEMBER_NONE &&
		    !m->members[i].is_shut)
			return;
	}
	m->is_told = true;
	log_info("ending");
}

/* The desk. */

static const char *const state_words[] = {
	[MEMBER_STARTING] = "starting",
	[MEMBER_SERVING] = "serving",
	[MEMBER_RETIRING] = "retiring",
	[MEMBER_LEAVING] = "ending",
	[MEMBER_FILED] = "dead"
};

static void
tell_status(struct master *m, size_t caller)
{
	struct buf b;

	buf_init(&b, SIZE_MAX);
	buf_printf(&b, "ok generation %" PRIu64 "\nmaster %ld\n",
	    m->made.number, (long)getpid());
	for (size_t i = 0; i < m->n_members; i++) {
		const struct member *w = &m->members[i];
		const struct front_now *c = &m->board.fronts[i].now;

		if (w->state != MEMBER_NONE)
			buf_printf(&b, "worker %ld %s, generation %" PRIu64
			    ", %" PRIu64 " scanned, %zu connections\n",
			    (long)w->pid, state_words[w->state], w->serves,
			    c->scanned, c->inside);
	}
	desk_answer(&m->desk, caller, buf_str(&b));
	buf_release(&b);
}

static void
on_asked(void *owner, size_t caller, struct str word)
{
	struct master *m = owner;

	if (str_is(word, "status")) {
		tell_status(m, caller);
	} else if (str_is(word, "reload") && !m->is_ending) {
		m->awaited[caller] = AWAITS_NEXT;
		reload(m);
	} else {
		desk_answer(&m->desk, caller,
		    STR("failed: the words are reload and status\n"));
	}
}

/* Of all its threads, in milliseconds. */
static int64_t
cpu_of(pid_t pid)
{
	struct timespec used;
	clockid_t clock;

	if (clock_getcpuclockid(pid, &clock) != 0 ||
	    clock_gettime(clock, &used) != 0)
		return 0;
	return used.tv_sec * 1000 + used.tv_nsec / 1000000;
}

/* A scan that does not end is seen before it has had twice its time; one that
 * waits in the kernel gets far longer. */
static void
watch_turn(struct master *m, struct member *w, int64_t now)
{
	const struct inhand *h = &m->board.inhands[w - m->members];
	int64_t most = m->job->conf->cpu_ms, cpu = cpu_of(w->pid);

	if (h->turn != w->turn || !inhand_is_taken(h)) {
		w->turn = h->turn;
		w->turn_ms = now;
		w->turn_cpu_ms = cpu;
	} else if (cpu - w->turn_cpu_ms > most + most / 2 ||
	    now - w->turn_ms > TURN_TIMES * most) {
		log_error("worker %ld: one scan has taken %" PRId64
		    " ms of the processor; it is ended", (long)w->pid,
		    cpu - w->turn_cpu_ms);
		kill(w->pid, SIGKILL);
	}
}

/* What takes too long, and what is to be looked at. */
static void
look_at_clock(struct master *m)
{
	int64_t now = clock_ms();

	if (m->is_started && lookout_turn(&m->lookout, now))
		reload(m);
	if (m->compiler.pid != 0 && now >= m->compiler.deadline_ms)
		kill(m->compiler.pid, SIGKILL);
	for (size_t i = 0; i < m->n_members; i++) {
		struct member *w = &m->members[i];

		if (w->state == MEMBER_NONE || w->state == MEMBER_FILED)
			continue;
		watch_turn(m, w, now);
		if ((w->state == MEMBER_LEAVING &&
			now - w->since_ms > LEAVE_MS) ||
		    (w->state == MEMBER_RETIRING &&
			now - w->since_ms > RETIRE_MS))
			kill(w->pid, SIGKILL);
	}
}

static size_t
poll_set(struct master *m)
{
	size_t n = 0;

	m->polled[n++] = (struct pollfd){ .fd = m->signals,
		.events = POLLIN };
	if (m->compiler.pid != 0) {
		m->polled[n++] = (struct pollfd){ .fd = m->compiler.talk,
			.events = POLLIN };
		m->polled[n++] = (struct pollfd){ .fd = m->compiler.said,
			.events = POLLIN };
	}
	for (size_t i = 0; i < m->n_members; i++) {
		if (m->members[i].state != MEMBER_NONE)
			m->polled[n++] = (struct pollfd){
				.fd = m->members[i].talk, .events = POLLIN };
	}
	if (m->successor >= 0)
		m->polled[n++] = (struct pollfd){ .fd = m->successor,
			.events = POLLIN };
	return n + desk_poll(&m->desk, m->polled + n);
}

static int
patience(struct master *m)
{
	int64_t ms = TICK_MS, now = clock_ms();

	for (size_t i = 0; i < m->n_posts; i++) {
		if (member_of(m, i) == NULL && m->posts[i].start_ms - now < ms)
			ms = m->posts[i].start_ms - now;
	}
	return ms < 0 || m->is_ending ? TICK_MS / 10 : (int)ms;
}

/* The compiler is heard to its end before it counts as done. */
static void
follow_compiler(struct master *m)
{
	compiler_hear(&m->compiler);
	while (compiler_listen(&m->compiler) && m->compiler.said >= 0 &&
	    poll(&(struct pollfd){ m->compiler.said, POLLIN, 0 }, 1, 0) > 0)
		;
}

static bool
is_compiled(const struct master *m)
{
	return m->compiler.pid != 0 && m->compiler.talk < 0 &&
	    m->compiler.said < 0;
}

static void
turn_once(struct master *m)
{
	size_t n = poll_set(m);

	poll(m->polled, n, patience(m));
	on_signals(m);
	hear_successor(m);
	desk_turn(&m->desk, on_asked, m);
	if (m->compiler.pid != 0)
		follow_compiler(m);
	if (is_compiled(m))
		on_compiled(m);
	for (size_t i = 0; i < m->n_members; i++) {
		if (m->members[i].state != MEMBER_NONE)
			listen_to(m, &m->members[i]);
	}
	reap(m);
	relieve(m);
	fill_posts(m);
	look_at_spread(m);
	look_at_clock(m);
	if (m->is_ending && !m->is_told)
		tell_end(m);
}

static void
tell_counts(const struct master *m)
{
	struct counts sum;

	board_counts(&m->board, &sum);
	log_info("ended: %" PRIu64 " scanned, %" PRIu64 " refused, %" PRIu64
	    " updates lost", counts_scanned(&sum), counts_refused(&sum),
	    (uint64_t)*m->board.lost);
}

bool
master_compile(struct master *m)
{
	lookout_loaded(&m->lookout);
	if (!start_compiler(m))
		return false;
	while (!is_compiled(m)) {
		struct pollfd fds[] = { { m->compiler.talk, POLLIN, 0 },
			{ m->compiler.said, POLLIN, 0 } };

		poll(fds, 2, TICK_MS);
		follow_compiler(m);
		look_at_clock(m);
	}
	return finish_compiler(m);
}

int
master_run(struct master *m)
{
	sigset_t heard;

	sigemptyset(&heard);
	sigaddset(&heard, SIGTERM);
	sigaddset(&heard, SIGINT);
	sigaddset(&heard, SIGHUP);
	sigaddset(&heard, SIGUSR1);
	sigaddset(&heard, SIGUSR2);
	sigaddset(&heard, SIGCHLD);
	sigprocmask(SIG_BLOCK, &heard, NULL);
	signal(SIGPIPE, SIG_IGN);
	m->signals = signalfd(-1, &heard, SFD_CLOEXEC | SFD_NONBLOCK);
	if (m->signals < 0) {
		log_error("signalfd: %s", strerror(errno));
		return EX_OSERR;
	}
	m->is_spreading = true;
	fill_posts(m);
	while (!m->is_ending || count(m, MEMBER_NONE) < m->n_members)
		turn_once(m);
	tell_counts(m);
	return m->status;
}

static bool
open_posts(struct master *m, struct err *e)
{
	const struct listen_conf *c;
	size_t n = m->job->conf->listeners.n;

	for (size_t i = 0; i < m->n_posts; i++) {
		m->posts[i].listeners = zeroed(n, sizeof(int));
		for (size_t k = 0; k < n; k++) {
			int *fd = &m->posts[i].listeners[k];

			c = &m->job->conf->listeners.at[k];
			*fd = m->job->listeners[k];
			if (i != 0)
				*fd = upgrade_socket(c->front.address, i);
			if (*fd < 0 && !listener_share(fd, m->job->listeners[k], e))
				return err_wrap(e, "listen %" STR_FMT,
				    STR_ARG(c->front.address));
		}
	}
	return true;
}

static bool
open_quarantine(struct master *m, struct err *e)
{
	m->quarantine = (struct quarantine){ m->job->quarantine, m->job->user,
		m->board.deadly };
	return quarantine_open(&m->quarantine, e);
}

bool
master_new(struct master **out, const struct master_job *job, struct err *e)
{
	struct master *m = zeroed(1, sizeof(*m));

	m->job = job;
	m->successor = -1;
	m->n_posts = job->conf->workers;
	/* For each the one that goes and the one that comes. */
	m->n_members = 2 * m->n_posts;
	m->posts = zeroed(m->n_posts, sizeof(*m->posts));
	m->members = zeroed(m->n_members, sizeof(*m->members));
	m->polled = zeroed(m->n_members + POLLED_OWN, sizeof(*m->polled));
	m->made = (struct made){ .image = -1, .files = -1, .conf = -1 };
	m->signals = -1;
	buf_init(&m->said, SAID_MOST);
	lookout_init(&m->lookout, job->conf, job->source->path);
	*out = m;
	open_desk(m);
	return board_open(&m->board, m->n_members,
	    job->conf->front.message + 1, e) && open_posts(m, e) &&
	    open_quarantine(m, e);
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
	made_release(&m->made);
	buf_release(&m->said);
	shut_desk(m);
	board_close(&m->board);
	for (size_t i = 0; i < m->n_posts; i++)
		free(m->posts[i].listeners);
	if (m->signals >= 0)
		close(m->signals);
	free(m->polled);
	free(m->members);
	free(m->posts);
	free(m);
}
