/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lint of regular expressions: what backtracks without end.  Each is run, in
 * the bounds of live mail, over texts that are hard for it: one character
 * many times, the expression's own letters, and then nothing that fits.
 */
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "rule/lint.h"
#include "rule/packread.h"
#include "rule/regex.h"

enum { HARD_BYTES = 4096, LETTERS_TRIED = 8 };

/* The letters at the end are there for what PCRE2 looks for first, to give
 * up early where it is missing. */
static struct str
hard_text(struct arena *a, struct str piece, struct str end)
{
	struct buf b;

	buf_init_arena(&b, a, HARD_BYTES + end.n + 8);
	while (piece.n != 0 && b.n + piece.n < HARD_BYTES)
		buf_add_str(&b, piece);
	buf_add_str(&b, STR("\n!"));
	buf_add_str(&b, end);
	return buf_str(&b);
}

/* The letters of a regex, without its operators. */
static struct str
letters(struct arena *a, struct str regex)
{
	struct buf b;

	buf_init_arena(&b, a, regex.n + 1);
	for (size_t i = 0; i < regex.n; i++)
		if (ascii_is_alnum(regex.p[i]) || regex.p[i] == ' ' ||
		    (unsigned char)regex.p[i] >= 0x80)
			buf_add_byte(&b, regex.p[i]);
	return buf_str(&b);
}

struct trial {
	struct arena *arena;
	struct regex *regex;
	struct regex_room *room;
	struct str letters;
};

static bool
is_hard_for(const struct trial *t, struct str piece)
{
	struct regex_span span;

	regex_room_start(t->room);
	return regex_find(t->regex, t->room, hard_text(t->arena, piece,
	    t->letters), 0, &span) == REGEX_LIMITED;
}

static bool
is_hard(const struct trial *t)
{
	static const struct str pieces[] = {
		STR_INIT("a"), STR_INIT("0"), STR_INIT(" "), STR_INIT("あ"),
		STR_INIT("a."), STR_INIT("a@"), STR_INIT("a "),
	};

	for (size_t i = 0; i < nitems(pieces); i++)
		if (is_hard_for(t, pieces[i]))
			return true;
	for (size_t at = 0, n = 0; at < t->letters.n && n < LETTERS_TRIED;
	    n++) {
		size_t from = at;

		utf8_next(t->letters, &at);
		if (is_hard_for(t, str_sub(t->letters, from, at)))
			return true;
	}
	return is_hard_for(t, t->letters);
}

/* P02; true when it may be used. */
bool
regex_lint(struct pack_reader *r, const struct value *value)
{
	const struct pattern *p = &value->pattern;
	struct trial t = {
		.arena = r->arena,
		.letters = letters(r->arena, p->regex),
	};
	struct err e;
	bool is_fine;

	if (!regex_new(&t.regex, p->regex, p->is_caseless, STR(""), &e))
		return diag_add(r->diags, DIAG_ERROR, value->mark, "P01",
		    "%s", e.text);
	t.room = regex_room_new();
	is_fine = !is_hard(&t);
	regex_room_free(t.room);
	regex_free(t.regex);
	if (is_fine)
		return true;
	diag_add(r->diags, DIAG_ERROR, value->mark, "P02",
	    "the regular expression backtracks without end");
	diag_hint(r->diags, "no quantifier inside a repeated group, no two "
	    "quantifiers in a row that match the same: write .{0,40} or "
	    "<any>");
	return false;
}
