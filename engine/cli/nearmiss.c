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
#include "rule/note.h"
#include "scan/generation.h"
#include "scan/scan.h"

enum { MAIL_MOST = 256 << 20 };

struct nearmiss {
	struct buf *to;
	struct arena *arena;
	const struct nearmiss_ask *ask;
};

/* Names of groups. */
struct miss {
	str_list there;
	str_list missing; /* of which any would have done */
	str_list expired; /* that hit and count for nothing any more */
};

/* Words before each line, of one width. */
static const char *const words[][LANGS] = {
	{ "もう少しで一致したもの:", "Nearly fired:" },
	{ "一致:     ", "there:   " },
	{ "例外:     ", "silenced by: " },
	{ "不足:     ", "missing: " },
	{ "期限切れ: ", "expired: " },
	{ "条件:     ", "when:    " },
};

enum word { WORD_NEARLY, WORD_THERE, WORD_SILENCED, WORD_MISSING,
	WORD_EXPIRED, WORD_WHEN };

static const char *
word(const struct nearmiss *n, enum word w)
{
	return words[w][lang_of(n->ask->lang)];
}

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

static void
collect_expired(str_list *out, struct arena *a, const struct rule_hit *hit)
{
	for (size_t i = 0; i < hit->pack->groups.n; i++)
		if (hit->groups[i].is_expired)
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
miss_line(struct nearmiss *n, enum word w, struct str text)
{
	if (text.n != 0)
		buf_printf(n->to, "  %s%" STR_FMT "\n", word(n, w),
		    STR_ARG(text));
}

static void
miss_text(struct nearmiss *n, const struct rule_hit *hit,
    const struct miss *m)
{
	const struct terminal *t = n->ask->terminal;
	struct str reason = reason_of(hit);
	const char *or = lang_of(n->ask->lang) == LANG_JA ? " または "
	    : " or ";

	buf_printf(n->to, "%s%" STR_FMT "%s\n",
	    terminal_ink(t, INK_BOLD), STR_ARG(hit->pack->id),
	    terminal_ink(t, INK_PLAIN));
	miss_line(n, WORD_THERE, joined(n->arena, &m->there, ", "));
	miss_line(n, WORD_EXPIRED, joined(n->arena, &m->expired, ", "));
	if (reason.n != 0)
		miss_line(n, WORD_SILENCED, reason);
	else
		miss_line(n, WORD_MISSING, joined(n->arena, &m->missing, or));
	buf_printf(n->to, "  %s", word(n, WORD_WHEN));
	terminal_lines(n->to, t, hit->pack->when_text,
	    lang_of(n->ask->lang) == LANG_JA ? 12 : 11);
	buf_add_byte(n->to, '\n');
}

static void
names_json(struct json *j, const char *key, const str_list *names)
{
	const struct str *name;

	json_key(j, key);
	json_open_array(j);
	VEC_EACH(name, names)
		json_str(j, *name);
	json_close_array(j);
}

static void
miss_json(struct json *j, const struct rule_hit *hit, const struct miss *m)
{
	json_open_object(j);
	json_put_str(j, "pack", hit->pack->id);
	names_json(j, "there", &m->there);
	names_json(j, "missing", &m->missing);
	names_json(j, "expired", &m->expired);
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
		struct miss m = { 0 };

		if (hit->truth == TRUTH_TRUE || hit->pack->when == NULL)
			continue;
		collect_there(&m.there, n->arena, hit);
		collect_missing(&m.missing, n->arena, hit);
		collect_expired(&m.expired, n->arena, hit);
		if (m.there.n == 0 && m.expired.n == 0)
			continue;
		if (j == NULL && !is_any)
			buf_printf(n->to, "\n%s\n", word(n, WORD_NEARLY));
		is_any = true;
		if (j == NULL)
			miss_text(n, hit, &m);
		else
			miss_json(j, hit, &m);
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
