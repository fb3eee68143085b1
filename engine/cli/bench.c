/* SPDX-License-Identifier: Apache-2.0 */
/* Tries packs in processes, and reads what these send back. */
#include "cli/bench.h"

#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/gang.h"
#include "cli/terminal.h"
#include "rule/lists.h"
#include "rule/ruleset.h"

enum { PACKS_LEAST = 16 };

/* The packs, each tried apart from the others. */
struct work {
	struct arena *arena;
	struct loaded *loaded;
	struct ruleset *ruleset;
	struct fact_table table;
	struct trial_conf conf;
	struct str *found;    /* one a pack: its trials as bytes */
	enum pack_status *statuses;
	size_t done;
	bool is_watched;
};

/* Drafts and retired packs are for tools, and that is us. */
static void
wake_all(struct work *w)
{
	for (size_t i = 0; i < w->loaded->n_named; i++) {
		struct pack *pack = w->loaded->packs.at[i];

		w->statuses[i] = pack->status;
		if (pack->status == PACK_DRAFT ||
		    pack->status == PACK_RETIRED)
			pack->status = PACK_TEST;
	}
}

static void
settle_all(struct work *w)
{
	for (size_t i = 0; i < w->loaded->n_named; i++)
		w->loaded->packs.at[i]->status = w->statuses[i];
}

/* Pointers into the packs are good in every process, texts made there are
 * not: those follow. */
static void
try_pack(void *client, size_t i, struct buf *out)
{
	struct work *w = client;
	struct arena *a = arena_new();
	trial_list trials = { 0 };
	const struct trial *t;

	trials_run(&trials, a, w->ruleset, &w->table,
	    w->loaded->packs.at[i], &w->conf);
	VEC_EACH(t, &trials) {
		buf_add(out, t, sizeof(*t));
		buf_add_str(out, t->name);
		buf_add_str(out, t->found);
	}
	arena_free(a);
}

static void
take_pack(void *client, size_t i, struct str found)
{
	struct work *w = client;
	struct buf b;

	w->found[i] = found.p == NULL ? found
	    : str_copy(w->arena, found);
	w->done++;
	if (!w->is_watched)
		return;
	buf_init(&b, 64);
	buf_printf(&b, "\r%zu of %zu packs ", w->done,
	    w->loaded->n_named);
	terminal_write(STDERR_FILENO, buf_str(&b));
	buf_release(&b);
}

static void
unpack(trial_list *out, const struct work *w, size_t i)
{
	struct str rest = w->found[i];

	if (rest.p == NULL)
		*VEC_ADD(w->arena, out) = (struct trial){
			.pack = w->loaded->packs.at[i],
			.name = w->loaded->packs.at[i]->id,
			.found = STR("the process that tried it died") };
	while (rest.n >= sizeof(struct trial)) {
		struct trial *t = VEC_ADD(w->arena, out);

		memcpy(t, rest.p, sizeof(*t));
		rest = str_from(rest, sizeof(*t));
		t->name = str_head(rest, t->name.n);
		rest = str_from(rest, t->name.n);
		t->found = str_head(rest, t->found.n);
		rest = str_from(rest, t->found.n);
	}
}

static bool
try_all(struct work *w, struct err *e)
{
	struct gang_job job = { .n = w->loaded->n_named, .least = PACKS_LEAST,
		.work = try_pack, .take = take_pack, .client = w };
	struct lists *lists;
	bool done;

	if (!ruleset_build(&w->ruleset, &w->loaded->packs, &w->table, NULL,
	    e))
		return false;
	lists = lists_open(&w->loaded->packs);
	ruleset_use_lists(w->ruleset, lists);
	w->conf.lists = lists;
	done = gang_run(&job, e);
	if (w->is_watched)
		terminal_write(STDERR_FILENO, STR("\r\x1b[K"));
	ruleset_free(w->ruleset);
	lists_free(lists);
	return done;
}

bool
bench_run(trial_list *out, struct arena *a, const struct bench *bench,
    struct err *e)
{
	size_t n = bench->loaded->n_named;
	struct work w = { .arena = a, .loaded = bench->loaded,
		.conf = bench->conf, .is_watched = bench->is_watched,
		.found = ARENA_MANY(a, struct str, n),
		.statuses = ARENA_MANY(a, enum pack_status, n) };
	bool done;

	fact_table_init(&w.table, a);
	wake_all(&w);
	done = try_all(&w, e);
	for (size_t i = 0; done && i < n; i++)
		unpack(out, &w, i);
	settle_all(&w);
	return done;
}

bool
bench_try(trial_list *out, struct arena *a, const struct bench_one *one,
    struct err *e)
{
	struct fact_table table;
	struct ruleset *ruleset;

	fact_table_init(&table, a);
	if (!ruleset_build(&ruleset, one->packs, &table, NULL, e))
		return false;
	if (one->conf.lists != NULL)
		ruleset_use_lists(ruleset, one->conf.lists);
	trials_run(out, a, ruleset, &table, one->pack, &one->conf);
	ruleset_free(ruleset);
	return true;
}
