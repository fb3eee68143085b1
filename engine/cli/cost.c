/* SPDX-License-Identifier: Apache-2.0 */
/* Measures by the clock; the smallest of several rounds is what counts. */
#include "cli/cost.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/gang.h"
#include "rule/rebuild.h"
#include "rule/ruleset.h"
#include "rule/sight.h"

enum { MAILS_MOST = 64, ROUNDS = 5, PACKS_LEAST = 16 };

struct work {
	struct arena *arena;
	const struct loaded *loaded;
	struct fact_table table;
	VEC(struct sight *) mails;
	struct cost *cost;
	int32_t day;
};

/* Of this thread alone: others may use the machine. */
static int64_t
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void
add_mail(struct work *w, const struct pack *p, const struct pack_test *test)
{
	struct rebuilt mail;
	struct sight *s;
	struct err e;

	if (!rebuild_test(&mail, w->arena, &(struct rebuild){
	    .pack = p, .test = test }, &e) ||
	    mail.skip.n != 0)
		return;
	s = ARENA_ONE(w->arena, struct sight);
	s->envelope = mail.envelope;
	sight_read(s, w->arena, &w->table, mail.raw, NULL);
	*VEC_ADD(w->arena, &w->mails) = s;
	w->cost->bytes += mail.raw.n;
}

/* The first test of each pack before the second of any, of packs that lie
 * evenly in the list. */
static void
add_mails(struct work *w)
{
	size_t n = w->loaded->n_named;
	size_t step = n / MAILS_MOST + 1;

	for (size_t k = 0, any = 1; any != 0; k++) {
		any = 0;
		for (size_t i = 0; i < n; i += step) {
			const struct pack *p = w->loaded->packs.at[i];

			if (k >= p->tests.n || w->mails.n == MAILS_MOST)
				continue;
			add_mail(w, p, &p->tests.at[k]);
			any++;
		}
	}
}

/* Nanoseconds a mail. */
static int64_t
measure(const struct work *w, struct ruleset *r)
{
	struct arena *a = arena_new();
	int64_t best = INT64_MAX;

	for (int round = 0; round < ROUNDS; round++) {
		int64_t begun = now(), took;

		for (size_t i = 0; i < w->mails.n; i++) {
			struct hits hits = { 0 };

			ruleset_match(&hits, a, r, &w->mails.at[i]->facts,
			    &w->mails.at[i]->message, w->day);
			arena_empty(a);
		}
		took = (now() - begun) / (int64_t)w->mails.n;
		if (took < best)
			best = took;
	}
	arena_free(a);
	return best;
}

static bool
measure_packs(int64_t *nanos, size_t *image, const struct work *w,
    const pack_list *packs, struct err *e)
{
	struct ruleset *r;

	if (!ruleset_build(&r, packs, &w->table, NULL, e))
		return false;
	*nanos = measure(w, r);
	if (image != NULL)
		*image = ruleset_size(r);
	ruleset_free(r);
	return true;
}

static void
measure_one(void *client, size_t i, struct buf *out)
{
	struct work *w = client;
	struct arena *a = arena_new();
	pack_list alone = { 0 };
	int64_t nanos;
	struct err e;

	*VEC_ADD(a, &alone) = w->loaded->packs.at[i];
	if (!measure_packs(&nanos, NULL, w, &alone, &e))
		nanos = -1;
	buf_add(out, &nanos, sizeof(nanos));
	arena_free(a);
}

static size_t
count_regexes(const struct pack *p, size_t *values)
{
	const struct group *g;
	const struct value *v;
	size_t n = 0;

	*values = 0;
	VEC_EACH(g, &p->groups)
		VEC_EACH(v, &g->values) {
			(*values)++;
			n += v->pattern.kind == PATTERN_REGEX &&
			    v->pattern.literal.n == 0;
		}
	return n;
}

static void
take_one(void *client, size_t i, struct str found)
{
	struct work *w = client;
	struct pack_cost one = { .pack = w->loaded->packs.at[i],
		.nanos = -1 };

	if (found.n == sizeof(one.nanos))
		memcpy(&one.nanos, found.p, sizeof(one.nanos));
	one.regexes = count_regexes(one.pack, &one.values);
	*VEC_ADD(w->arena, &w->cost->packs) = one;
}

static int
by_cost(const void *a, const void *b)
{
	const struct pack_cost *x = a, *y = b;

	if (x->nanos != y->nanos)
		return x->nanos < y->nanos ? 1 : -1;
	return str_order(x->pack->id, y->pack->id);
}

bool
cost_measure(struct cost *out, struct arena *a, const struct loaded *loaded,
    struct err *e)
{
	struct work w = { .arena = a, .loaded = loaded, .cost = out,
		.day = day_today() };
	const struct gang_job job = { .n = loaded->n_named,
		.least = PACKS_LEAST, .work = measure_one, .take = take_one,
		.client = &w };
	pack_list none = { 0 };

	fact_table_init(&w.table, a);
	add_mails(&w);
	out->mails = w.mails.n;
	if (w.mails.n == 0)
		return err_set(e, "no pack has a test with a mail to measure "
		    "by");
	if (!measure_packs(&out->nanos, &out->image, &w, &loaded->packs, e) ||
	    !measure_packs(&out->bare, NULL, &w, &none, e) ||
	    !gang_run(&job, e))
		return false;
	qsort(out->packs.at, out->packs.n, sizeof(*out->packs.at), by_cost);
	return true;
}
