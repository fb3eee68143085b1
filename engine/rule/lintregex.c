/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lint of regular expressions: what backtracks without end.  Each is run, in
 * the bounds of live mail, over texts that are hard for it: what leads up to
 * one of its loops, what that takes or may take many times, and then nothing
 * that fits.
 */
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "rule/lint.h"
#include "rule/packread.h"
#include "rule/regex.h"
#include "rule/regexloop.h"

enum {
	BODY_BYTES = 4096,
	KIND_BYTES = 256,   /* enough for what grows with a power of two */
	TEXT_BYTES = 64 * 1024,
	TEXT_STEPS = 10 * 1000, /* fewer than it has words */
	PAST_BYTES = 6000   /* further than PCRE2 looks ahead for a character
	                       that it needs */
};

struct trial {
	struct arena *arena;
	struct regex *regex;
	struct regex_room *room;
	struct str pattern;
	struct str end;
};

static bool
runs_away(const struct trial *t, const struct buf *text)
{
	struct regex_span span;

	regex_room_start(t->room);
	return regex_find(t->regex, t->room, buf_str(text), 0, &span) ==
	    REGEX_LIMITED;
}

/* As often as fits into so many bytes, each time as much as is there. */
static void
fill(struct buf *b, struct str piece, size_t bytes)
{
	size_t from = b->n, left = piece.n == 0 ? 0 : bytes / piece.n;

	/* What is there is added again, so it must not move. */
	if (left == 0 || !buf_reserve(b, left * piece.n))
		return;
	buf_add_str(b, piece);
	for (left--; left != 0;) {
		size_t had = (b->n - from) / piece.n;
		size_t n = had < left ? had : left;

		buf_add(b, b->p + from, n * piece.n);
		left -= n;
	}
}

/* The characters that PCRE2 looks for first, to give up early where one is
 * missing; apart, so that they satisfy few patterns. */
static struct str
apart(struct arena *a, struct str pattern)
{
	struct buf b;

	buf_init_arena(&b, a, SIZE_MAX);
	for (size_t at = 0; at < pattern.n;) {
		size_t from = at;

		utf8_next(pattern, &at);
		buf_add_str(&b, STR("\n\x01"));
		buf_add_str(&b, str_sub(pattern, from, at));
	}
	return buf_str(&b);
}

static bool
is_hard_for(const struct trial *t, struct str lead, struct str piece,
    size_t bytes)
{
	struct buf b;
	bool is_hard;

	buf_init(&b, SIZE_MAX);
	buf_reserve(&b, lead.n + bytes + t->end.n);
	buf_add_str(&b, lead);
	fill(&b, piece, bytes);
	buf_add_str(&b, t->end);
	is_hard = runs_away(t, &b);
	buf_release(&b);
	return is_hard;
}

/* The same for a pattern that one of its characters would satisfy. */
static bool
is_hard_without(const struct trial *t, struct str lead, struct str piece)
{
	struct buf b;
	bool is_hard;

	buf_init(&b, SIZE_MAX);
	buf_reserve(&b, lead.n + KIND_BYTES + PAST_BYTES);
	buf_add_str(&b, lead);
	fill(&b, piece, KIND_BYTES);
	fill(&b, STR("\n\x01"), PAST_BYTES);
	is_hard = runs_away(t, &b);
	buf_release(&b);
	return is_hard;
}

/* What one branch takes may be what two others take together. */
static bool
is_hard_loop(const struct trial *t, const struct regex_loop *loop)
{
	const struct str bodies[] = { loop->body, loop->all };

	for (size_t i = 0; i < nitems(bodies) && bodies[i].n != 0; i++)
		if (is_hard_for(t, loop->lead, bodies[i], BODY_BYTES) ||
		    is_hard_without(t, loop->lead, bodies[i]))
			return true;
	for (size_t at = 0; at < regex_kinds.n;) {
		size_t from = at;

		utf8_next(regex_kinds, &at);
		if (is_hard_for(t, loop->lead, str_sub(regex_kinds, from, at),
		    KIND_BYTES))
			return true;
	}
	return false;
}

/* What goes from each word to the end of the text, turn by turn, takes time
 * that grows with its square.  The first word is left out: what is bound to
 * the beginning is tried once. */
static bool
is_hard_for_words(const struct trial *t)
{
	static const struct str word = STR_INIT("abcd ");
	struct buf b;
	bool is_hard;

	buf_init(&b, SIZE_MAX);
	buf_reserve(&b, TEXT_BYTES + t->end.n);
	fill(&b, word, TEXT_BYTES);
	buf_add_str(&b, t->end);
	is_hard = regex_takes_steps(t->regex, t->room, buf_str(&b), word.n,
	    TEXT_STEPS);
	buf_release(&b);
	return is_hard;
}

static bool
is_any_hard(const struct trial *t, const regex_loop_list *loops)
{
	const struct regex_loop *loop;

	if (is_hard_for_words(t))
		return true;
	VEC_EACH(loop, loops)
		if (is_hard_loop(t, loop))
			return true;
	return false;
}

/* Where nothing is repeated nothing needs to be tried. */
static bool
is_hard(struct pack_reader *r, const struct pattern *p, struct err *e,
    bool *is_right)
{
	struct trial t = { .arena = r->arena, .pattern = p->regex };
	regex_loop_list loops = { 0 };
	bool is_hard;

	regex_loops(&loops, r->arena, p->regex);
	if (loops.n == 0) {
		*is_right = regex_check(p->regex, p->is_caseless, STR(""), e);
		return false;
	}
	*is_right = regex_new(&t.regex, p->regex, p->is_caseless, STR(""), e);
	if (!*is_right)
		return false;
	t.end = apart(r->arena, p->regex);
	if (r->room == NULL)
		r->room = regex_room_new();
	t.room = r->room;
	is_hard = is_any_hard(&t, &loops);
	regex_free(t.regex);
	return is_hard;
}

/* Nothing of a text is needed: it matches an empty one and one that nobody
 * writes.  "^$" asks for an empty one, "(?!...)" for what is not there. */
static bool
matches_all(struct pack_reader *r, const struct pattern *p)
{
	struct regex *regex;
	struct regex_span span;
	struct buf odd;
	struct err e;
	bool is_hit;

	if (!regex_may_be_empty(p->regex, p->is_caseless) ||
	    str_find_str(p->regex, STR("(?!")) != p->regex.n ||
	    str_find_str(p->regex, STR("(?<!")) != p->regex.n ||
	    !regex_new(&regex, p->regex, p->is_caseless, STR(""), &e))
		return false;
	if (r->room == NULL)
		r->room = regex_room_new();
	buf_init(&odd, SIZE_MAX);
	fill(&odd, STR("\n\x01"), BODY_BYTES);
	regex_room_start(r->room);
	is_hit = regex_find(regex, r->room, STR(""), 0, &span) == REGEX_HIT &&
	    regex_find(regex, r->room, buf_str(&odd), 0, &span) == REGEX_HIT;
	buf_release(&odd);
	regex_free(regex);
	return is_hit;
}

static bool
turn_away(struct pack_reader *r, struct mark mark, const char *code,
    const char *why, const char *hint)
{
	diag_add(r->diags, DIAG_ERROR, mark, code, "%s", why);
	diag_hint(r->diags, "%s", hint);
	return false;
}

/* P02, P11; true when it may be used. */
static bool
pattern_lint(struct pack_reader *r, const struct pattern *p, struct mark mark)
{
	bool is_endless, is_right;
	struct err e;

	if (p->kind != PATTERN_REGEX || p->literal.n != 0)
		return true;
	is_endless = is_hard(r, p, &e, &is_right);
	if (!is_right)
		return diag_add(r->diags, DIAG_ERROR, mark, "P01", "%s",
		    e.text);
	if (is_endless)
		return turn_away(r, mark, "P02",
		    "the regular expression backtracks without end",
		    "no quantifier inside a repeated group, no two "
		    "quantifiers in a row that match the same: write .{0,40} "
		    "or <any>");
	if (matches_all(r, p))
		return turn_away(r, mark, "P11",
		    "the regular expression matches any text, an empty one, "
		    "too",
		    "ask for something: a+ instead of a*, and no \"?\" "
		    "behind all of it");
	return true;
}

static bool
link_lint(struct pack_reader *r, const struct link_pattern *p,
    struct mark mark)
{
	bool is_fine = pattern_lint(r, &p->text, mark) &&
	    pattern_lint(r, &p->path, mark) &&
	    pattern_lint(r, &p->query, mark);

	for (size_t i = 0; i < p->hosts.n && is_fine; i++)
		is_fine = pattern_lint(r, &p->hosts.at[i], mark);
	for (size_t i = 0; i < p->domains.n && is_fine; i++)
		is_fine = pattern_lint(r, &p->domains.at[i], mark);
	return is_fine && (p->none == NULL || link_lint(r, p->none, mark));
}

bool
regex_lint(struct pack_reader *r, const struct value *value)
{
	return value->link != NULL ? link_lint(r, value->link, value->mark)
	    : pattern_lint(r, &value->pattern, value->mark);
}
