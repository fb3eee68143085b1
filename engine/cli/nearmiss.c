/* SPDX-License-Identifier: Apache-2.0 */
/* What fired comes from rule/explain.c; what nearly did is told here. */
#include "cli/nearmiss.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/json.h"
#include "base/vec.h"
#include "cli/job.h"
#include "rule/explain.h"
#include "scan/generation.h"
#include "scan/scan.h"

enum { MAIL_MOST = 256 << 20 };

struct nearmiss {
	struct buf *to;
	struct arena *arena;
	const struct nearmiss_ask *ask;
};

/* Names that were not there, each of which alone would have done. */
static void
collect_missing(str_list *out, struct arena *a, const struct rule_hit *hit)
{
	const struct pack *p = hit->pack;

	for (size_t i = 0; i < p->names.n; i++) {
		enum truth was = hit->names[i];

		if (was == TRUTH_TRUE ||
		    (i >= p->n_groups && i < p->groups.n))
			continue;
		hit->names[i] = TRUTH_TRUE;
		if (condition_eval(p->when, hit->names) == TRUTH_TRUE)
			*VEC_ADD(a, out) = p->names.at[i];
		hit->names[i] = was;
	}
}

static void
collect_there(str_list *out, struct arena *a, const struct rule_hit *hit)
{
	for (size_t i = 0; i < hit->pack->groups.n; i++)
		if (hit->groups[i].truth == TRUTH_TRUE)
			*VEC_ADD(a, out) = hit->pack->groups.at[i].name;
}

static struct str
joined(struct arena *a, const str_list *names, const char *between)
{
	struct str all = STR("");
	const struct str *name;

	VEC_EACH(name, names)
		all = all.n == 0 ? *name
		    : str_cat(a, all, str_of(between), *name);
	return all;
}

static struct str
reason_of(const struct rule_hit *hit)
{
	if (hit->is_authentic)
		return STR("genuine mail of the brand");
	if (hit->silenced_by != NULL)
		return hit->silenced_by->name;
	return STR("");
}

static void
miss_text(struct nearmiss *n, const struct rule_hit *hit,
    const str_list *there, const str_list *missing)
{
	const struct terminal *t = n->ask->terminal;
	struct str reason = reason_of(hit);

	buf_printf(n->to, "%s%" STR_FMT "%s\n  there:   %" STR_FMT "\n",
	    terminal_ink(t, INK_BOLD), STR_ARG(hit->pack->id),
	    terminal_ink(t, INK_PLAIN),
	    STR_ARG(joined(n->arena, there, ", ")));
	if (reason.n != 0)
		buf_printf(n->to, "  silenced by: %" STR_FMT "\n",
		    STR_ARG(reason));
	else if (missing->n != 0)
		buf_printf(n->to, "  missing: %" STR_FMT "\n",
		    STR_ARG(joined(n->arena, missing, " or ")));
	buf_add_str(n->to, STR("  when:    "));
	terminal_lines(n->to, t, hit->pack->when_text, 11);
	buf_add_byte(n->to, '\n');
}

static void
miss_json(struct json *j, const struct rule_hit *hit, const str_list *there,
    const str_list *missing)
{
	const struct str *name;

	json_open_object(j);
	json_put_str(j, "pack", hit->pack->id);
	json_key(j, "there");
	json_open_array(j);
	VEC_EACH(name, there)
		json_str(j, *name);
	json_close_array(j);
	json_key(j, "missing");
	json_open_array(j);
	VEC_EACH(name, missing)
		json_str(j, *name);
	json_close_array(j);
	json_put_str(j, "silenced_by", reason_of(hit));
	json_put_str(j, "when", hit->pack->when_text);
	json_close_object(j);
}

static void
add_misses(struct nearmiss *n, struct json *j, const struct scan *s)
{
	const struct rule_hit *hit;
	bool is_any = false;

	VEC_EACH(hit, &s->verdict.hits->rules) {
		str_list there = { 0 }, missing = { 0 };

		if (hit->truth == TRUTH_TRUE || hit->pack->when == NULL)
			continue;
		collect_there(&there, n->arena, hit);
		collect_missing(&missing, n->arena, hit);
		if (there.n == 0)
			continue;
		if (j == NULL && !is_any)
			buf_add_str(n->to, STR("\nNearly fired:\n"));
		is_any = true;
		if (j == NULL)
			miss_text(n, hit, &there, &missing);
		else
			miss_json(j, hit, &there, &missing);
	}
}

static void
add_json(struct nearmiss *n, struct scan *s)
{
	struct json j;

	json_init(&j, n->to);
	json_open_object(&j);
	json_key(&j, "verdict");
	explain_json(&j, &s->verdict, &s->facts, &s->message,
	    &(struct explain_conf){ .lang = n->ask->lang });
	json_key(&j, "nearly");
	json_open_array(&j);
	add_misses(n, &j, s);
	json_close_array(&j);
	json_close_object(&j);
	buf_add_byte(n->to, '\n');
}

static void
on_answer(struct scan *s)
{
	struct nearmiss *n = s->client;
	struct explain_conf conf = { .lang = n->ask->lang,
		.is_coloured = n->ask->terminal->is_coloured,
		.width = n->ask->terminal->width };

	if (n->ask->is_json) {
		add_json(n, s);
		return;
	}
	explain_text(n->to, &s->verdict, &s->facts, &s->message, &conf);
	add_misses(n, NULL, s);
}

bool
nearmiss_explain(struct buf *to, struct arena *a,
    const struct nearmiss_ask *ask, struct err *e)
{
	const struct local_load load = { .folders = &ask->folders,
		.lang = ask->lang, .color = ask->color,
		.least = DIAG_ERROR };
	struct nearmiss n = { to, a, ask };
	struct generation *generation;
	struct scan *s;
	struct str raw;
	bool done;

	if (!file_read(&raw, a, str_cstr(a, ask->mail), MAIL_MOST, e) ||
	    !local_load(&generation, a, &load, e))
		return false;
	s = scan_new(generation, on_answer, &n);
	s->raw = raw;
	s->envelope = ask->envelope;
	if (ask->day != DAY_NONE)
		s->day = ask->day;
	done = scan_run(s);
	scan_free(s);
	generation_drop(generation);
	return done || err_set(e, "%" STR_FMT ": the scan waits for an answer "
	    "that cannot come", STR_ARG(ask->mail));
}
