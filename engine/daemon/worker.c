/* SPDX-License-Identifier: Apache-2.0 */
/* Start, listen to the master, drain. */
#include "daemon/worker.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/prctl.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "check/dnsprobe.h"
#include "daemon/confines.h"
#include "daemon/nameservers.h"
#include "daemon/post.h"
#include "daemon/sandbox.h"
#include "daemon/serving.h"
#include "daemon/talk.h"
#include "daemon/teller.h"
#include "front/door.h"
#include "front/front.h"
#include "front/queue.h"
#include "mail/fold.h"
#include "mail/host.h"
#include "net/dns.h"
#include "net/loop.h"
#include "net/store.h"
#include "net/tlsclient.h"
#include "net/storeconf.h"
#include "scan/generation.h"
#include "scan/world.h"

enum {
	DRAIN_MS = 10000,
	RETIRE_MS = 60000,
	ORPHAN_MS = 1500,
	ORPHAN_SECONDS = 2,
	LOOK_MS = 5,
	LACK_MS = 120000        /* until another worker tries what this lacks */
};

struct worker {
	const struct worker_job *job;
	struct arena *arena;
	struct loop *loop;
	struct store *store;
	struct dns *dns;
	struct dnsprobe *probe;    /* of lists of the DNS; or NULL */
	struct world *world;
	struct tls_client *mirror_tls;
	struct serving serving;
	struct front front;
	struct door *door;
	struct timer *drain;       /* ends the patience */
	struct timer *retire;      /* for who is inside */
	struct timer *look;        /* whether all is done */
	struct timer *lack;        /* until another one is to come */
	struct teller *teller;
	struct confines confines;
	bool lacks;                /* what it should have and cannot open */
	bool is_asked;             /* by the master, to end */
	bool is_draining;
	bool is_drained;
};

static void
say(void *owner, enum talk_kind kind, uint64_t number)
{
	const struct worker *w = owner;
	const struct talk t = { .kind = kind, .number = number,
		.closed = w->confines.closed, .fds = { -1, -1 } };

	/* Where nobody listens any more the loop hears of it. */
	talk_send(w->job->talk, &t);
}

static void
on_drain_late(void *owner)
{
	struct worker *w = owner;

	log_warn("some requests did not end in time");
	loop_stop(w->loop);
}

/* What was answered is learnt too before the end. */
static void
on_look(void *owner)
{
	struct worker *w = owner;

	if (w->is_drained && !w->serving.is_taking &&
	    world_counts(w->world).scans == 0)
		loop_stop(w->loop);
	else
		timer_set(w->look, LOOK_MS);
}

static void
on_drained(void *owner)
{
	struct worker *w = owner;

	w->is_drained = true;
}

static void
begin_end(struct worker *w)
{
	w->is_draining = true;
	serving_end(&w->serving);
	timer_set(w->look, 0);
}

static void
end(struct worker *w, int64_t patience_ms)
{
	begin_end(w);
	w->front.is_ending = true;
	timer_stop(w->retire);
	timer_set(w->drain, patience_ms);
	door_drain(w->door, on_drained, w);
	say(w, TALK_SHUT, 0);
}

static void
on_retired_long(void *owner)
{
	struct worker *w = owner;

	end(w, DRAIN_MS);
}

/* A successor takes all calls: there is time for who is inside. */
static void
retire(struct worker *w)
{
	if (w->is_draining)
		return;
	begin_end(w);
	timer_set(w->retire, RETIRE_MS);
	door_retire(w->door, on_drained, w);
	say(w, TALK_SHUT, 0);
}

/* Asked twice, it ends at once.  Whoever signals the master may signal all of
 * its processes: that asks no second time. */
static void
on_ask(struct worker *w)
{
	if (w->is_asked)
		loop_stop(w->loop);
	else
		end(w, DRAIN_MS);
	w->is_asked = true;
}

static void
on_signal(void *owner)
{
	struct worker *w = owner;

	if (!w->is_draining)
		end(w, DRAIN_MS);
}

/* The master is gone: its successor is to have the addresses soon. */
static void
on_orphaned(struct worker *w)
{
	loop_unreadable(w->loop, w->job->talk);
	if (w->is_asked)
		return;
	log_warn("the master is gone; ending");
	end(w, ORPHAN_MS);
}

/* What this one could not open the next one may. */
static void
on_lack(void *owner)
{
	struct worker *w = owner;

	say(w, TALK_REFUSED, w->front.generation->number);
}

static void
take(struct worker *w, struct talk *t)
{
	if (!w->lacks) {
		serving_take(&w->serving, t);
		return;
	}
	talk_release(t);
	say(w, TALK_REFUSED, t->number);
}

static void
hear(struct worker *w, struct talk *t)
{
	switch (t->kind) {
	case TALK_TAKE:
		take(w, t);
		break;
	case TALK_END:
		on_ask(w);
		break;
	case TALK_RETIRE:
		retire(w);
		break;
	case TALK_LOG:
		if (t->fds[0] >= 0)
			dup2(t->fds[0], STDERR_FILENO);
		talk_release(t);
		break;
	default:
		talk_release(t);
		break;
	}
}

static void
on_talk(void *owner)
{
	struct worker *w = owner;
	struct talk t;

	for (;;) {
		switch (talk_read(w->job->talk, &t)) {
		case TALK_GOT:
			hear(w, &t);
			break;
		case TALK_NOTHING:
			return;
		case TALK_OVER:
			on_orphaned(w);
			return;
		}
	}
}

static struct store_ledger *
ledger_of(const struct worker *w)
{
	return &w->job->board->ledgers[w->job->seat].now;
}

static bool
store_start(struct worker *w, struct err *e)
{
	const struct daemon_conf *conf = w->job->conf;
	struct store_conf store;

	if (!store_settings_are_on(&conf->store, conf->state))
		return true;
	store_settings_conf(&store, w->arena, &conf->store, conf->state);
	store.ledger = ledger_of(w);
	store.run = w->job->board->seed;
	return store_open(&w->store, w->loop, &store, e);
}

/* What holds for all workers one of them tells. */
static bool
is_teller(const struct worker *w)
{
	return w->job->seat == 0;
}

static bool
dns_start(struct worker *w, struct err *e)
{
	if (!nameservers_open(&w->dns, w->loop, w->job->conf, is_teller(w), e))
		return false;
	if (w->dns != NULL)
		w->probe = dnsprobe_new(w->loop, w->dns, is_teller(w));
	return true;
}

/* The master has ended while a scan does not let the loop hear of it. */
static void
on_master_died(int number)
{
	(void)number;
	alarm(ORPHAN_SECONDS);
}

/* A terminal's signals reach all of its processes: the master says what they
 * mean.  A change of user takes back what is asked of the kernel here. */
static bool
watch_master(struct err *e)
{
	const struct sigaction died = { .sa_handler = on_master_died };
	pid_t master = getppid();

	signal(SIGINT, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGUSR2, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	if (sigaction(SIGUSR1, &died, NULL) != 0 ||
	    prctl(PR_SET_PDEATHSIG, SIGUSR1) != 0)
		return err_set(e, "prctl: %s", strerror(errno));
	return getppid() == master || err_set(e, "the master is gone");
}

static const char *
store_name(const struct worker *w)
{
	const struct daemon_conf *conf = w->job->conf;

	if (!store_settings_are_on(&conf->store, conf->state))
		return NULL;
	return conf->store.engine == STORE_LMDB ? "lmdb" : "redis";
}

static void
start_front(struct worker *w, struct generation *g)
{
	const struct board *board = w->job->board;
	struct front_seat *seat = &board->fronts[w->job->seat];

	w->front = (struct front){ .loop = w->loop, .world = w->world,
		.generation = g, .backoff = board->backoff,
		.started_ms = board->started_ms,
		.conf = &w->serving.conf,
		.seats = board->fronts, .n_seats = board->n,
		.deadly = board->deadly,
		.seat = seat, .counts = &seat->counts,
		.names = board->names, .house = board->house,
		.store = store_name(w), .seed = board->seed };
	seat->now.pid = (uint64_t)getpid();
	world_tell(w->world, &seat->now.scans);
	world_measure(w->world, &seat->counts.meter);
	w->teller = teller_new(&w->front, w->store, ledger_of(w), w->dns);
	w->front.queue = queue_new(w->loop, w->world, &seat->now.queued);
	w->front.mirror = mirror_new(&w->front, w->mirror_tls);
	w->door = door_new(&w->front);
	w->serving.loop = w->loop;
	w->serving.front = &w->front;
	w->serving.probe = w->probe;
	serving_begin(&w->serving);
}

/* Before any thread: what confines files confines the threads to come. */
static bool
start_alone(struct worker *w, struct generation **g, struct err *e)
{
	const struct daemon_conf *conf = w->job->conf;

	if (!user_become(w->job->user, e) || !watch_master(e))
		return false;
	if (conf->sandbox != 0)
		sandbox_begin();
	confines_bound_memory(conf);
	hosts_prepare();
	fold_prepare();
	*g = serving_first(&w->serving, w->job->made, e);
	if (*g == NULL)
		return false;
	confines_close_files(&w->confines, w->arena, conf, (*g)->lists);
	return true;
}

/* Who comes after one that served makes do without what is not to be had any
 * more, or its callers would wait for ever. */
static bool
makes_do(struct worker *w, bool is_open, const char *what,
    const struct err *e)
{
	if (is_open || !w->job->has_served)
		return is_open;
	log_error("%s; this worker serves without the %s, and another one "
	    "tries again soon", e->text, what);
	w->lacks = true;
	return true;
}

static bool
start_rest(struct worker *w, struct err *e)
{
	if (!loop_new(&w->loop, e) ||
	    !loop_on_signal(w->loop, SIGTERM, on_signal, w, e) ||
	    !loop_on_readable(w->loop, w->job->talk, on_talk, w, e) ||
	    !makes_do(w, store_start(w, e), "store", e) ||
	    !dns_start(w, e) ||
	    !makes_do(w, mirror_believes(&w->mirror_tls, w->arena,
		&w->job->conf->front.mirror, e), "mirror", e))
		return false;
	w->drain = timer_new(w->loop, on_drain_late, w);
	w->retire = timer_new(w->loop, on_retired_long, w);
	w->look = timer_new(w->loop, on_look, w);
	w->lack = timer_new(w->loop, on_lack, w);
	if (w->lacks)
		timer_set(w->lack, LACK_MS);
	w->world = world_new(w->loop, w->store, w->dns);
	world_bound_dns(w->world, (unsigned)w->job->conf->dns.queries,
	    w->job->conf->dns.budget_ms);
	world_bound_store(w->world, w->job->conf->store.budget_ms);
	world_note(w->world, &w->job->board->inhands[w->job->seat]);
	world_bound(w->world, w->job->board->bounded);
	return true;
}

static bool
start(struct worker *w, struct err *e)
{
	struct generation *g = NULL;

	if (!start_alone(w, &g, e))
		return false;
	if (!start_rest(w, e)) {
		generation_drop(g);
		return false;
	}
	start_front(w, g);
	post_listen(w->job->conf, w->job->listeners);
	confines_close_calls(&w->confines, w->job->conf);
	return true;
}

static void
listen_all(struct worker *w)
{
	const struct daemon_conf *conf = w->job->conf;

	for (size_t i = 0; i < conf->listeners.n; i++)
		door_listen(w->door, w->job->listeners[i],
		    &conf->listeners.at[i].front);
}

static void
finish(struct worker *w)
{
	door_free(w->door);
	teller_free(w->teller);
	queue_free(w->front.queue);
	mirror_free(w->front.mirror);
	tls_client_free(w->mirror_tls);
	world_free(w->world);
	dnsprobe_free(w->probe);
	dns_close(w->dns);
	store_close(w->store);
	timer_free(w->drain);
	timer_free(w->look);
	timer_free(w->lack);
	timer_free(w->retire);
	serving_end(&w->serving);
	loop_free(w->loop);
	serving_release(&w->serving);
	generation_drop(w->front.generation);
	arena_free(w->arena);
}

int
worker_run(const struct worker_job *job)
{
	struct worker w = { .job = job, .arena = arena_new() };
	struct err e;
	bool is_started;

	w.serving = (struct serving){ .told = job->conf, .source = job->source,
		.confines = &w.confines, .say = say, .owner = &w };
	is_started = start(&w, &e);
	if (is_started) {
		listen_all(&w);
		say(&w, TALK_READY, w.front.generation->number);
		loop_run(w.loop);
	} else {
		log_error("%s", e.text);
	}
	finish(&w);
	return is_started ? EX_OK : EX_CANTCREAT;
}
