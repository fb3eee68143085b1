/* SPDX-License-Identifier: Apache-2.0 */
/* Looking, reading, serving. */
#include "daemon/feeds.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "net/loop.h"
#include "net/watch.h"
#include "rule/lists.h"
#include "scan/generation.h"

/* Twice that is what a changed file waits for where nobody tells of it. */
enum { LOOK_MS = 100 };

struct feeds {
	struct arena *arena;
	struct loop *loop;
	struct timer *timer;
	struct watch *watch;           /* NULL: the system has none */
	void (*serve)(void *owner, struct generation *g);
	void *owner;
	struct generation *generation; /* held; whose lists are looked after */
	struct generation *next;       /* held; once the thread is done */
	struct lists_change *change;
	bool is_reading;
	bool is_stopped;
};

static void
let_go(struct feeds *f)
{
	lists_change_free(f->change);
	generation_drop(f->generation);
	f->change = NULL;
	f->generation = NULL;
}

static void
watch_folders(struct feeds *f, const struct lists *lists)
{
	for (size_t i = 0; f->watch != NULL && i < lists->n; i++) {
		const struct list_conf *conf = lists->at[i].conf;
		size_t slash = conf == NULL ? 0
		    : str_find_last(conf->path, '/');

		if (conf != NULL)
			watch_add(f->watch, slash == conf->path.n ? STR("")
			    : str_head(conf->path, slash));
	}
}

static void
begin(struct feeds *f, struct generation *g)
{
	f->generation = g;
	watch_folders(f, g->lists);
	f->change = lists_change_new(g->lists);
	if (!f->is_stopped && g->lists->n != 0)
		timer_set(f->timer, LOOK_MS);
}

static void
do_read(void *owner)
{
	struct feeds *f = owner;

	lists_read(f->change);
}

/* Meanwhile a reload may have brought a generation that has read all lists
 * itself: then this was for nothing. */
static void
on_read(void *owner)
{
	struct feeds *f = owner;
	struct generation *next = f->next;
	struct lists *lists;

	f->is_reading = false;
	f->next = NULL;
	lists = next == NULL ? lists_renew(f->change) : NULL;
	if (lists != NULL) {
		next = generation_relist(f->generation, lists);
		f->serve(f->owner, generation_hold(next));
	}
	if (next != NULL)
		feeds_watch(f, next);
	else if (!f->is_stopped)
		timer_set(f->timer, LOOK_MS);
	generation_drop(next);
}

/* Says once when a feed has grown too old. */
static void
tell_ages(struct lists *lists)
{
	int64_t now = clock_wall();

	for (size_t i = 0; i < lists->n; i++) {
		struct list_state *s = &lists->at[i];
		enum list_age age = s->conf == NULL || s->list == NULL
		    ? LIST_FRESH : lists_age(s, now);

		if (age > s->told_age)
			log_error("list %" STR_FMT ": %s", STR_ARG(s->conf->id),
			    age == LIST_DEAD
			    ? "three times its max_age: it is left out"
			    : "older than its max_age: its hits count for "
			    "nothing");
		s->told_age = age;
	}
}

static void
on_look(void *owner)
{
	struct feeds *f = owner;
	struct err e;

	if (f->is_reading || f->is_stopped)
		return;
	tell_ages(f->generation->lists);
	if (!lists_look(f->change)) {
		timer_set(f->timer, LOOK_MS);
		return;
	}
	f->is_reading = loop_work(f->loop, do_read, on_read, f, &e);
	if (f->is_reading)
		return;
	log_error("lists: %s", e.text);
	timer_set(f->timer, LOOK_MS);
}

/* While a thread reads, what else changes is seen by looking. */
static void
on_told(void *owner, struct str path)
{
	struct feeds *f = owner;

	if (!f->is_reading && !f->is_stopped && f->change != NULL &&
	    lists_settled(f->change, path))
		timer_set(f->timer, 0);
}

struct feeds *
feeds_new(struct loop *l, void (*serve)(void *owner, struct generation *g),
    void *owner)
{
	struct arena *a = arena_new();
	struct feeds *f = ARENA_ONE(a, struct feeds);

	f->arena = a;
	f->loop = l;
	f->serve = serve;
	f->owner = owner;
	f->timer = timer_new(l, on_look, f);
	f->watch = watch_new(l, on_told, f);
	return f;
}

void
feeds_watch(struct feeds *f, struct generation *g)
{
	g = generation_hold(g);
	if (f->is_reading) {
		generation_drop(f->next);
		f->next = g;
		return;
	}
	let_go(f);
	begin(f, g);
}

void
feeds_stop(struct feeds *f)
{
	if (f == NULL || f->is_stopped)
		return;
	f->is_stopped = true;
	timer_free(f->timer);
	watch_free(f->watch);
}

void
feeds_free(struct feeds *f)
{
	if (f == NULL)
		return;
	let_go(f);
	generation_drop(f->next);
	arena_free(f->arena);
}
