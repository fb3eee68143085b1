/* SPDX-License-Identifier: Apache-2.0 */
/* Opened in a thread, put in place between two turns of the loop. */
#include "daemon/serving.h"

#include "base/arena.h"
#include "base/count.h"
#include "base/err.h"
#include "base/log.h"
#include "check/dnsprobe.h"
#include "conf/diag.h"
#include "daemon/compiler.h"
#include "daemon/confines.h"
#include "daemon/feeds.h"
#include "daemon/said.h"
#include "net/loop.h"
#include "rule/lists.h"
#include "scan/generation.h"

/* Bounds that are of all workers together. */
static struct front_conf
share_bounds(const struct serving *s, const struct daemon_conf *conf)
{
	struct front_conf share = conf->front;
	size_t workers = s->told->workers;

	if (workers > 1 && share.held / workers > share.message)
		share.held /= workers;
	return share;
}

/* What the compiler found right; it has told what is wrong.  The names of
 * tokens in front live as long as the generation. */
static struct generation *
open_generation(const struct serving *s, int image, int text,
    struct front_conf *front, struct err *e)
{
	struct arena *a = arena_new();
	struct generation *g = NULL;
	struct daemon_conf conf;
	struct conf_text file;
	const struct said said = { &file, s->source->overrides };
	struct diags d;

	diags_init(&d, a);
	if (conf_source_read(&file, a, s->source, text, e) &&
	    daemon_conf_read(&conf, a, &said, &d, e))
		generation_open(&g, &conf.generation, image, e);
	if (g == NULL) {
		arena_free(a);
		return NULL;
	}
	g->kept = a;
	*front = share_bounds(s, &conf);
	return g;
}

struct generation *
serving_first(struct serving *s, const struct made *made, struct err *e)
{
	struct generation *g = open_generation(s, made->image, made->conf,
	    &s->conf, e);

	if (g == NULL)
		return NULL;
	g->number = made->number;
	generation_open_lists(g);
	return g;
}

static void
watch(struct serving *s)
{
	feeds_watch(s->feeds, s->front->generation);
	if (s->probe != NULL)
		dnsprobe_watch(s->probe, s->front->generation);
}

/* In a thread of its own. */
static void
do_take(void *owner)
{
	struct serving *s = owner;
	struct err e;

	s->taken = open_generation(s, s->next.fds[0], s->next.fds[1],
	    &s->taken_conf, &e);
	if (s->taken == NULL) {
		log_info("%s; a new worker is to open it", e.text);
	} else if (confines_reach(s->confines, s->taken)) {
		generation_open_lists(s->taken);
	} else {
		generation_drop(s->taken);
		s->taken = NULL;
	}
}

static void
on_taken(void *owner)
{
	struct serving *s = owner;
	struct generation *old = s->front->generation;

	s->is_taking = false;
	talk_release(&s->next);
	if (s->taken == NULL) {
		s->say(s->owner, TALK_REFUSED, s->next.number);
		return;
	}
	s->taken->number = s->next.number;
	lists_keep(s->taken->lists, old->lists);
	s->front->generation = s->taken;
	s->conf = s->taken_conf;
	s->taken = NULL;
	watch(s);
	generation_drop(old);
	s->say(s->owner, TALK_TAKEN, s->next.number);
}

void
serving_take(struct serving *s, struct talk *t)
{
	struct err e;

	/* While one is taken, next is the thread's. */
	if (!s->is_taking && !s->is_over) {
		s->next = *t;
		s->is_taking = loop_work(s->loop, do_take, on_taken, s, &e);
		if (s->is_taking)
			return;
	}
	talk_release(t);
	s->say(s->owner, TALK_REFUSED, t->number);
}

/* The same lists in the same order. */
static void
count_lists(struct serving *s, const struct lists *before,
    const struct lists *now)
{
	for (size_t i = 0; i < now->n && i < before->n; i++) {
		const struct list_health *old = &before->at[i].health;
		const struct list_health *new = &now->at[i].health;

		count_add(&s->front->counts->lists_taken,
		    new->loads - old->loads);
		count_add(&s->front->counts->lists_refused,
		    new->failures - old->failures);
	}
}

/* Lists changed, and nothing else. */
static void
on_feeds(void *owner, struct generation *g)
{
	struct serving *s = owner;
	struct generation *old = s->front->generation;

	count_lists(s, old->lists, g->lists);
	g->number = old->number;
	s->front->generation = g;
	generation_drop(old);
}

void
serving_begin(struct serving *s)
{
	s->feeds = feeds_new(s->loop, on_feeds, s);
	watch(s);
}

void
serving_end(struct serving *s)
{
	s->is_over = true;
	feeds_stop(s->feeds);
}

void
serving_release(struct serving *s)
{
	feeds_free(s->feeds);
	generation_drop(s->taken);
}
