/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Placeholders and masks as regexes.  All of them are bounded or linear, and
 * need neither look-around nor back references, so that Vectorscan can take
 * them.
 */
#include "rule/expand.h"

#include "base/arena.h"
#include "base/suggest.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "mail/fold.h"
#include "rule/refang.h"

#define ADDRESS_LOCAL "[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}"
#define ADDRESS_DOMAIN "[A-Za-z0-9-]{1,63}(?:\\.[A-Za-z0-9-]{1,63}){1,8}"
#define DATE_OPEN "[\\[(【「『〔<]?"
#define DATE_CLOSE "[\\])】」』〕>]?"

/* Of folded text (full-width digits and signs are plain there) or of text
 * as it stands. */
static const struct placeholder {
	struct str name;
	const char *regex;
} placeholders[] = {
	{ STR_INIT("<any>"), ".{0,40}?" },
	{ STR_INIT("<num>"), "[0-9](?:[0-9,.]{0,30}[0-9])?" },
	{ STR_INIT("<date>"), DATE_OPEN "(?:19|20)[0-9]{2} ?[年/.-] ?[0-9]{1,2}"
	    " ?[月/.-] ?[0-9]{1,2} ?日?" DATE_CLOSE },
	{ STR_INIT("<email>"), ADDRESS_LOCAL "@" ADDRESS_DOMAIN },
	{ STR_INIT("<rcpt>"), ADDRESS_LOCAL "@" ADDRESS_DOMAIN },
	{ STR_INIT("<alnum>"), "[A-Za-z0-9]{1,200}" },
	{ STR_INIT("<hex>"), "[A-Fa-f0-9]{1,200}" },
};

enum { RCPT = 4 };

bool
pattern_refuse(struct pattern_reader *r, const char *code, const char *text)
{
	struct str shown = pattern_shown(r->arena, r->value);

	return diag_add(r->diags, DIAG_ERROR, r->mark, code,
	    "%s: \"%" STR_FMT "\" %s", r->field->name, STR_ARG(shown), text);
}

struct str
pattern_shown(struct arena *a, struct str value)
{
	size_t at = 0;

	for (size_t n = 0; at < value.n && n < 80; n++)
		utf8_next(value, &at);
	if (at == value.n)
		return value;
	return str_cat(a, str_head(value, at), STR("..."));
}

void
expand_init(struct expand *e, struct pattern_reader *r)
{
	*e = (struct expand){ .reader = r, .is_plain = true };
	buf_init_arena(&e->regex, r->arena, EXPAND_REGEX_MOST);
	buf_init_arena(&e->plain, r->arena, EXPAND_REGEX_MOST);
}

void
expand_literal(struct expand *e, struct str text)
{
	for (size_t i = 0; i < text.n; i++) {
		if (str_has(STR("\\^$.|?*+()[]{}"), text.p[i]))
			buf_add_byte(&e->regex, '\\');
		buf_add_byte(&e->regex, text.p[i]);
	}
	buf_add_str(&e->plain, text);
	e->literal += utf8_count(text);
}

void
expand_regex(struct expand *e, const char *regex)
{
	e->is_plain = false;
	buf_add_str(&e->regex, str_of(regex));
}

void
expand_wild(struct expand *e, const char *regex)
{
	e->wild++;
	expand_regex(e, regex);
}

/* "<datum>" was meant as a placeholder; "<b>" was not. */
static void
note_near_miss(struct expand *e, struct str s, size_t at)
{
	struct pattern_reader *r = e->reader;
	struct str rest = str_from(s, at), best = { 0 };
	size_t end = str_find(rest, '>');

	if (end == rest.n || end < 3 || end > 12)
		return;
	for (size_t i = 1; i < end; i++)
		if (!ascii_is_alpha(rest.p[i]))
			return;
	rest = str_head(rest, end + 1);
	for (size_t i = 0; i < nitems(placeholders); i++)
		suggest_try(rest, placeholders[i].name, &best);
	if (best.n == 0 || suggest_distance(rest, best) > 2)
		return;
	diag_add(r->diags, DIAG_NOTE, r->mark, "P10",
	    "%" STR_FMT " is no placeholder: read as it stands",
	    STR_ARG(rest));
	diag_hint(r->diags, "did you mean %" STR_FMT "?", STR_ARG(best));
}

void
expand_note_wide(struct pattern_reader *r, struct str s)
{
	static const struct str open = STR_INIT("\xef\xbc\x9c");
	static const struct str close = STR_INIT("\xef\xbc\x9e");
	size_t at = str_find_str(s, open);
	struct str word = str_from(s, at), narrow;

	word = str_head(word, str_find_str(word, close) + close.n);
	if (word.n == 0 || word.n > 64)
		return;
	narrow = fold(r->arena, word).text;
	for (size_t i = 0; i < nitems(placeholders); i++) {
		if (!str_eq(narrow, placeholders[i].name))
			continue;
		diag_add(r->diags, DIAG_NOTE, r->mark, "P10",
		    "%" STR_FMT " is no placeholder: read as it stands",
		    STR_ARG(word));
		diag_hint(r->diags, "did you mean %" STR_FMT
		    ", in ASCII signs?", STR_ARG(narrow));
	}
}

size_t
expand_placeholder(struct expand *e, struct str s, size_t at)
{
	if (s.p[at] != '<' || e->reader->is_literal)
		return 0;
	for (size_t i = 0; i < nitems(placeholders); i++) {
		const struct placeholder *p = &placeholders[i];

		if (!str_starts(str_from(s, at), p->name))
			continue;
		if (i == RCPT && !e->has_rcpt) {
			e->has_rcpt = true;
			expand_regex(e, "(");
			expand_wild(e, p->regex);
			expand_regex(e, ")");
		} else {
			expand_wild(e, p->regex);
		}
		return p->name.n;
	}
	note_near_miss(e, s, at);
	return 0;
}

size_t
expand_mask_run(struct str s, size_t at, bool is_url, size_t *n)
{
	size_t one = mask_at(s, at, is_url), from = at;
	struct str mask = str_sub(s, at, at + one);

	*n = 0;
	if (one == 0)
		return 0;
	while (str_starts(str_from(s, at), mask)) {
		at += one;
		++*n;
	}
	return at - from;
}

bool
pattern_has_mask(struct str s, bool is_url)
{
	for (size_t at = 0; at < s.n; at++)
		if (mask_at(s, at, is_url) != 0)
			return true;
	return false;
}

bool
expand_cut_tail(struct str *s)
{
	static const struct str tails[] = {
		STR_INIT("[伏字]"), STR_INIT("(伏字)"), STR_INIT("［伏字］"),
		STR_INIT("(略)"), STR_INIT("[略]"), STR_INIT("（略）"),
		STR_INIT("[省略]"), STR_INIT("(省略)"), STR_INIT("…"),
		STR_INIT("..."),
	};
	bool was_cut = false;

	for (size_t i = 0; i < nitems(tails); i++) {
		if (s->n <= tails[i].n || !str_ends(*s, tails[i]))
			continue;
		s->n -= tails[i].n;
		was_cut = true;
		/* "……" and "…[伏字]": look again from the beginning. */
		i = (size_t)-1;
	}
	return was_cut;
}

bool
expand_finish(struct expand *e)
{
	struct pattern_reader *r = e->reader;
	struct pattern *out = r->out;

	if (e->wild > EXPAND_WILD_MOST)
		return pattern_refuse(r, "I01",
		    "has more than 16 masks and placeholders");
	if (e->literal == 0)
		return pattern_refuse(r, "I01", e->wild != 0
		    ? "holds nothing but masks and placeholders"
		    : "is empty once it is read");
	if (e->regex.is_full)
		return pattern_refuse(r, "I01", "is too long");
	out->kind = PATTERN_REGEX;
	out->regex = buf_str(&e->regex);
	out->literal = e->is_plain ? buf_str(&e->plain) : STR("");
	out->has_rcpt = e->has_rcpt;
	return true;
}
