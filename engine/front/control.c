/* SPDX-License-Identifier: Apache-2.0 */
/* Counters in the words of rspamd's controller. */
#include "front/control.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/vec.h"
#include "front/action.h"
#include "front/front.h"
#include "scan/generation.h"

static void
put_count(struct json *j, const char *key, uint64_t n)
{
	json_put_int(j, key, n < INT64_MAX ? (int64_t)n : INT64_MAX);
}

static uint64_t
caught(const struct counts *sum)
{
	uint64_t n = 0;

	for (int i = MEASURE_ADD_HEADER; i < MEASURES; i++)
		n += counts_measure(sum, (enum measure)i);
	return n;
}

static bool
can_learn(const struct front *f)
{
	const struct check_use *use;

	VEC_EACH(use, &f->generation->conf.checks) {
		if (use->check->report != NULL)
			return true;
	}
	return false;
}

/* What /stat and /auth have in common. */
static void
put_counts(struct json *j, const struct front *f, const struct counts *sum)
{
	uint64_t scanned = counts_scanned(sum);

	json_put_str(j, "version", STR(SEKISHO_VERSION));
	json_put_str(j, "config_id", STR("sekisho"));
	put_count(j, "uptime", (uint64_t)(clock_ms() - f->started_ms) / 1000);
	json_put_bool(j, "read_only", !can_learn(f));
	put_count(j, "scanned", scanned);
	put_count(j, "learned", sum->learnt);
	put_count(j, "degraded", sum->degraded);
	json_key(j, "actions");
	json_open_object(j);
	for (int i = 0; i < MEASURES; i++)
		put_count(j, measure_name((enum measure)i),
		    counts_measure(sum, (enum measure)i));
	json_close_object(j);
	put_count(j, "spam_count", caught(sum));
	put_count(j, "ham_count", scanned - caught(sum));
	put_count(j, "connections", sum->connections);
	put_count(j, "control_connections", sum->controls);
}

static const char *const nothings[] = { "pools_allocated", "pools_freed",
	"bytes_allocated", "chunks_allocated", "shared_chunks_allocated",
	"chunks_freed", "chunks_oversized", "fragmented" };

static void
put_held(struct json *j, const struct pack_held *held)
{
	json_open_object(j);
	json_put_str(j, "file", held->path);
	json_put_str(j, "pack", held->id);
	json_key(j, "revision");
	if (held->revision == 0)
		json_nothing(j);
	else
		json_int(j, held->revision);
	json_put_bool(j, "left_out", held->is_left_out);
	json_put_str(j, "why", held->why);
	json_close_object(j);
}

static void
put_list(struct json *j, const struct list_state *s)
{
	static const char *const ages[] = {
		[LIST_FRESH] = "fresh",
		[LIST_STALE] = "stale",
		[LIST_DEAD] = "dead",
	};
	int64_t now = clock_wall();

	json_open_object(j);
	json_put_str(j, "list", s->conf->id);
	put_count(j, "rows", s->health.rows);
	put_count(j, "bad_rows", s->health.bad);
	put_count(j, "taken", s->health.loads);
	put_count(j, "refused", s->health.failures);
	json_key(j, "age");
	if (s->list == NULL)
		json_nothing(j);
	else
		json_int(j, now - s->health.mtime);
	json_put_str(j, "state", s->list == NULL ? STR("missing")
	    : str_of(ages[lists_age(s, now)]));
	json_put_str(j, "alarm", s->health.alarm);
	json_close_object(j);
}

/* How external lists are; those whose numbers nobody has have no conf. */
static void
put_lists(struct json *j, const struct lists *lists)
{
	json_key(j, "lists");
	json_open_array(j);
	for (size_t i = 0; lists != NULL && i < lists->n; i++)
		if (lists->at[i].conf != NULL)
			put_list(j, &lists->at[i]);
	json_close_array(j);
}

/* Pack files that do not serve as they stand, and what does instead. */
static void
put_packs(struct json *j, const struct generation *g)
{
	const struct pack_held *held;

	put_count(j, "generation", g->number);
	put_count(j, "packs", ruleset_packs(g->ruleset));
	json_key(j, "packs_held");
	json_open_array(j);
	VEC_EACH(held, ruleset_held(g->ruleset))
		put_held(j, held);
	json_close_array(j);
	put_lists(j, g->lists);
}

static const char *const store_words[] = {
	[FRONT_STORE_NONE] = "none",
	[FRONT_STORE_OK] = "ok",
	[FRONT_STORE_FULL] = "not written",
	[FRONT_STORE_AWAY] = "away"
};

void
control_stat(struct buf *to, const struct front *f)
{
	struct counts sum;
	struct json j;

	front_counts(f, &sum);
	json_init(&j, to);
	json_open_object(&j);
	put_counts(&j, f, &sum);
	for (size_t i = 0; i < nitems(nothings); i++)
		json_put_int(&j, nothings[i], 0);
	put_packs(&j, f->generation);
	json_put_str(&j, "store", str_of(store_words[front_store(f)]));
	put_count(&j, "total_learns", sum.learnt);
	json_key(&j, "scan_times");
	json_open_array(&j);
	json_close_array(&j);
	json_key(&j, "statfiles");
	json_open_array(&j);
	json_close_array(&j);
	json_key(&j, "fuzzy_hashes");
	json_open_object(&j);
	json_close_object(&j);
	json_close_object(&j);
	buf_add_byte(to, '\n');
}

void
control_auth(struct buf *to, const struct front *f)
{
	struct counts sum;
	struct json j;

	front_counts(f, &sum);
	json_init(&j, to);
	json_open_object(&j);
	json_put_str(&j, "auth", STR("ok"));
	put_counts(&j, f, &sum);
	json_close_object(&j);
	buf_add_byte(to, '\n');
}

static void
put_action(struct json *j, enum action action, int32_t points)
{
	json_open_object(j);
	json_put_str(j, "action", str_of(action_name(action)));
	json_key(j, "value");
	if (points == INT32_MAX)
		json_nothing(j);
	else
		json_points(j, points);
	json_close_object(j);
}

void
control_actions(struct buf *to, const struct front *f)
{
	const struct verdict_conf *c = &f->generation->conf.policy.verdict;
	struct json j;

	json_init(&j, to);
	json_open_array(&j);
	put_action(&j, ACTION_REJECT, c->reject);
	put_action(&j, ACTION_SOFT_REJECT, c->soft_reject);
	put_action(&j, ACTION_REWRITE_SUBJECT, c->rewrite);
	put_action(&j, ACTION_ADD_HEADER, c->add_header);
	put_action(&j, ACTION_GREYLIST, c->greylist);
	json_close_array(&j);
	buf_add_byte(to, '\n');
}

void
control_ready(struct buf *to, const struct front *f)
{
	enum front_store store = front_store(f);
	struct json j;

	json_init(&j, to);
	json_open_object(&j);
	json_put_bool(&j, "success", true);
	json_put_str(&j, "store", str_of(store_words[store]));
	json_close_object(&j);
	buf_add_byte(to, '\n');
}

void
control_success(struct buf *to, const struct front *f)
{
	(void)f;
	buf_add_str(to, STR("{\"success\":true}\n"));
}
