/* SPDX-License-Identifier: Apache-2.0 */
/* Start, reload, drain. */
#include "daemon/worker.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "daemon/config.h"
#include "daemon/feeds.h"
#include "front/door.h"
#include "front/front.h"
#include "mail/fold.h"
#include "mail/host.h"
#include "net/dns.h"
#include "net/listener.h"
#include "net/loop.h"
#include "net/store.h"
#include "rule/lists.h"
#include "scan/generation.h"
#include "scan/world.h"

enum { DRAIN_MS = 10000, LOOK_MS = 5 };

struct worker {
	const struct worker_job *job;
	struct arena *arena;
	struct loop *loop;
	struct store *store;
	struct dns *dns;
	struct world *world;
	struct front front;
	struct door *door;
	struct timer *drain;       /* ends the patience */
	struct timer *look;        /* whether all is done */
	struct feeds *feeds;
	struct generation *loaded; /* by the thread, until it is done */
	bool is_loading;
	bool wants_reload;         /* again, once the one under way is done */
	bool is_draining;
	bool is_drained;
};

static void
tell_generation(const struct generation *g)
{
	log_info("generation %" PRIu64 " serves: %zu packs, %zu indicators",
	    g->number, ruleset_packs(g->ruleset), ruleset_indicators(g->ruleset));
}

/* In a thread of its own. */
static void
do_load(void *owner)
{
	struct worker *w = owner;

	w->loaded = w->job->load(w->job->owner);
}

static void reload(void *owner);

/* All packs keep their last good revision until the broken one is mended. */
static void
refuse_broken(struct worker *w, const struct generation *old)
{
	struct str broken;

	if (w->loaded == NULL)
		return;
	broken = generation_breaks(w->loaded, old);
	if (broken.n == 0)
		return;
	log_error("%" STR_FMT " was right before and is broken now",
	    STR_ARG(broken));
	generation_drop(w->loaded);
	w->loaded = NULL;
}

static void
on_loaded(void *owner)
{
	struct worker *w = owner;
	struct generation *old = w->front.generation;

	w->is_loading = false;
	refuse_broken(w, old);
	if (w->loaded == NULL) {
		log_error("reload failed: generation %" PRIu64
		    " goes on serving", old->number);
	} else {
		w->loaded->number = old->number + 1;
		lists_keep(w->loaded->lists, old->lists);
		w->front.generation = w->loaded;
		w->loaded = NULL;
		tell_generation(w->front.generation);
		feeds_watch(w->feeds, w->front.generation);
		generation_drop(old);
	}
	if (w->wants_reload && !w->is_draining)
		reload(w);
}

/* Certificates are renewed more often than daemons are started. */
static void
renew_tls(struct worker *w)
{
	const struct listen_conf *c;
	struct err e;

	VEC_EACH(c, &w->job->conf->listeners) {
		if (c->front.tls != NULL && !tls_renew(c->front.tls, &e))
			log_error("listen %" STR_FMT ": %s; the old one "
			    "serves", STR_ARG(c->front.address), e.text);
	}
}

static void
reload(void *owner)
{
	struct worker *w = owner;
	struct err e;

	w->wants_reload = w->is_loading;
	if (w->is_loading || w->is_draining)
		return;
	log_info("reload");
	renew_tls(w);
	w->is_loading = loop_work(w->loop, do_load, on_loaded, w, &e);
	if (!w->is_loading)
		log_error("reload failed: %s", e.text);
}

/* Lists changed, and nothing else. */
static void
on_feeds(void *owner, struct generation *g)
{
	struct worker *w = owner;
	struct generation *old = w->front.generation;

	g->number = old->number + 1;
	w->front.generation = g;
	generation_drop(old);
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

	if (w->is_drained && !w->is_loading &&
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

/* Asked twice, it ends at once. */
static void
on_end(void *owner)
{
	struct worker *w = owner;

	if (w->is_draining) {
		loop_stop(w->loop);
		return;
	}
	log_info("ending");
	w->is_draining = true;
	feeds_stop(w->feeds);
	timer_set(w->drain, DRAIN_MS);
	timer_set(w->look, 0);
	door_drain(w->door, on_drained, w);
}

static bool
store_start(struct worker *w, struct err *e)
{
	const struct daemon_conf *conf = w->job->conf;
	struct store_conf store = { .bytes = conf->store };
	const char *folder;

	if (conf->state.n == 0) {
		log_info("no state folder: nothing is remembered");
		return true;
	}
	folder = str_cstr(w->arena, conf->state);
	if (mkdir(folder, 0700) != 0 && errno != EEXIST)
		return err_set(e, "state: %s: %s", folder, strerror(errno));
	store.folder = str_cstr(w->arena, str_cat(w->arena, conf->state,
	    STR("/store")));
	return store_open(&w->store, w->loop, &store, e);
}

/* False: a word that is neither "system" nor an address. */
static bool
read_servers(struct resolver_at at[static RESOLVERS_MOST], size_t *n,
    const struct daemon_conf *conf, struct err *e)
{
	const struct str *text;

	VEC_EACH(text, &conf->dns.servers) {
		if (*n == RESOLVERS_MOST)
			return err_set(e, "dns.servers: more than %d",
			    RESOLVERS_MOST);
		if (str_is(*text, "system"))
			*n += resolver_system(at + *n, RESOLVERS_MOST - *n);
		else if (!resolver_at_read(&at[(*n)++], *text))
			return err_set(e, "dns.servers: \"%" STR_FMT "\" is "
			    "neither system nor an address like 192.0.2.53 or "
			    "[2001:db8::53]:53", STR_ARG(*text));
	}
	return *n != 0 || err_set(e, "dns.servers: the system names no name "
	    "server");
}

static bool
dns_start(struct worker *w, struct err *e)
{
	const struct daemon_conf *conf = w->job->conf;
	struct resolver_at at[RESOLVERS_MOST];
	struct dns_conf dns = { .resolvers = at,
		.timeout_ms = (int)conf->dns.timeout_ms,
		.cache_bytes = conf->dns.cache,
		.never = conf->dns.never.at, .n_never = conf->dns.never.n };

	if (conf->dns.servers.n == 0)
		return true;
	return read_servers(at, &dns.n_resolvers, conf, e) &&
	    dns_open(&w->dns, w->loop, &dns, e);
}

static bool
catch_signals(struct worker *w, struct err *e)
{
	signal(SIGPIPE, SIG_IGN);
	return loop_on_signal(w->loop, SIGTERM, on_end, w, e) &&
	    loop_on_signal(w->loop, SIGINT, on_end, w, e) &&
	    loop_on_signal(w->loop, SIGHUP, reload, w, e);
}

static bool
start(struct worker *w, struct err *e)
{
	if (!loop_new(&w->loop, e) || !catch_signals(w, e) ||
	    !store_start(w, e) || !dns_start(w, e))
		return false;
	w->drain = timer_new(w->loop, on_drain_late, w);
	w->look = timer_new(w->loop, on_look, w);
	w->world = world_new(w->loop, w->store, w->dns);
	w->front = (struct front){ .loop = w->loop, .world = w->world,
		.generation = w->job->generation,
		.started_ms = clock_ms(),
		.conf = &w->job->conf->front };
	w->door = door_new(&w->front);
	w->feeds = feeds_new(w->loop, on_feeds, w);
	feeds_watch(w->feeds, w->front.generation);
	return true;
}

static void
listen_all(struct worker *w)
{
	const struct daemon_conf *conf = w->job->conf;
	char name[LISTENER_NAME];

	for (size_t i = 0; i < conf->listeners.n; i++) {
		const struct front_listener *at =
		    &conf->listeners.at[i].front;

		listener_name(w->job->listeners[i], name);
		door_listen(w->door, w->job->listeners[i], at);
		log_info("listening %s %s",
		    at->protocol == NULL ? "auto" : at->protocol->name, name);
	}
}

static void
tell_end(const struct worker *w)
{
	struct store_counts c = { 0 };

	if (w->store != NULL)
		store_counts(w->store, &c);
	log_info("ended: %" PRIu64 " scanned, %" PRIu64 " refused, %" PRIu64
	    " updates lost", w->front.scanned, w->front.refused,
	    c.dropped + c.failed);
}

static void
finish(struct worker *w)
{
	door_free(w->door);
	world_free(w->world);
	dns_close(w->dns);
	store_close(w->store);
	timer_free(w->drain);
	timer_free(w->look);
	feeds_stop(w->feeds);
	loop_free(w->loop);
	feeds_free(w->feeds);
	generation_drop(w->loaded);
	generation_drop(w->front.generation != NULL ? w->front.generation :
	    w->job->generation);
	arena_free(w->arena);
}

int
worker_run(const struct worker_job *job)
{
	struct worker w = { .job = job, .arena = arena_new() };
	struct err e;
	bool is_started;

	is_started = start(&w, &e);
	if (is_started) {
		hosts_prepare();
		fold_prepare();
		tell_generation(w.front.generation);
		listen_all(&w);
		loop_run(w.loop);
		tell_end(&w);
	} else {
		log_error("%s", e.text);
	}
	finish(&w);
	return is_started ? EX_OK : EX_CANTCREAT;
}
