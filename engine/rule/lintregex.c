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

static void
fill(struct buf *b, struct str piece, size_t bytes)
{
	size_t end = b->n + bytes;

	while (piece.n != 0 && b->n + piece.n <= end)
		buf_add_str(b, piece);
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

	buf_init_arena(&b, t->arena, SIZE_MAX);
	buf_add_str(&b, lead);
	fill(&b, piece, bytes);
	buf_add_str(&b, t->end);
	return runs_away(t, &b);
}

/* The same for a pattern that one of its characters would satisfy. */
static bool
is_hard_without(const struct trial *t, const struct regex_loop *loop)
{
	struct buf b;

	buf_init_arena(&b, t->arena, SIZE_MAX);
	buf_add_str(&b, loop->lead);
	fill(&b, loop->body, KIND_BYTES);
	fill(&b, STR("\n\x01"), PAST_BYTES);
	return runs_away(t, &b);
}

static bool
is_hard_loop(const struct trial *t, const struct regex_loop *loop)
{
	if (is_hard_for(t, loop->lead, loop->body, BODY_BYTES) ||
	    is_hard_without(t, loop))
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

static bool
is_hard(const struct trial *t)
{
	regex_loop_list loops = { 0 };
	const struct regex_loop *loop;

	regex_loops(&loops, t->arena, t->pattern);
	VEC_EACH(loop, &loops)
		if (is_hard_loop(t, loop))
			return true;
	return false;
}

/* P02; true when it may be used. */
static bool
pattern_lint(struct pack_reader *r, const struct pattern *p, struct mark mark)
{
	struct trial t = { .pattern = p->regex };
	struct err e;
	bool is_fine;

	if (p->kind != PATTERN_REGEX)
		return true;
	if (!regex_new(&t.regex, p->regex, p->is_caseless, STR(""), &e))
		return diag_add(r->diags, DIAG_ERROR, mark, "P01", "%s",
		    e.text);
	t.arena = arena_new();
	t.end = apart(t.arena, p->regex);
	t.room = regex_room_new();
	is_fine = !is_hard(&t);
	regex_room_free(t.room);
	arena_free(t.arena);
	regex_free(t.regex);
	if (is_fine)
		return true;
	diag_add(r->diags, DIAG_ERROR, mark, "P02",
	    "the regular expression backtracks without end");
	diag_hint(r->diags, "no quantifier inside a repeated group, no two "
	    "quantifiers in a row that match the same: write .{0,40} or "
	    "<any>");
	return false;
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
