/* SPDX-License-Identifier: Apache-2.0 */
/* Lint of single indicators: too broad, too short, too old, written twice. */
#include "base/addr.h"
#include "base/arena.h"
#include "base/map.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "mail/url.h"
#include "rule/expand.h"
#include "rule/lint.h"
#include "rule/packdates.h"
#include "rule/packread.h"

enum { LITERAL_LEAST = 6, PATH_LEAST = 5, PHRASE_LEAST = 6, PHRASE_WIDE = 4,
	HACKED_DAYS = 200, RENTED_DAYS = 400, NET4_BITS = 24, NET6_BITS = 48 };

struct seen {
	struct pack_reader *r;
	const struct group *group;
	const struct value *value;
};

static void
say(const struct seen *s, enum diag_level level, const char *code,
    const char *text)
{
	struct pack_reader *r = s->r;

	diag_add(r->diags, level, s->value->mark, code,
	    "%" STR_FMT ".%s: \"%" STR_FMT "\" %s", STR_ARG(s->group->name),
	    s->value->field->name,
	    STR_ARG(pattern_shown(r->arena, s->value->text)), text);
}

static bool
is_regex(struct str text)
{
	return str_starts(text, STR("re:")) || str_starts(text, STR("raw:"));
}

static bool
is_text(const struct value *v)
{
	return v->link == NULL && v->field->kind == FIELD_TEXT &&
	    v->pattern.kind == PATTERN_REGEX && !is_regex(v->text);
}

/* I04: a name below which anybody may register. */
static void
too_broad(const struct seen *s)
{
	enum field_kind kind = s->value->field->kind;

	if ((kind == FIELD_DOMAIN || kind == FIELD_HOST) &&
	    (s->value->pattern.kind == PATTERN_BELOW ||
	    s->value->pattern.kind == PATTERN_KEY) &&
	    host_is_suffix(s->value->pattern.key))
		say(s, DIAG_ERROR, "I04", "is a public suffix: anybody's "
		    "names lie below it");
}

/* I03, I05: an address of nobody, or of too many. */
static void
odd_address(const struct seen *s)
{
	const struct addr_net *net = &s->value->pattern.net;

	if (s->value->pattern.kind != PATTERN_NET || s->group->is_exception)
		return;
	if (addr_is_private(&net->addr))
		say(s, DIAG_WARNING, "I03", "is a private address");
	if (net->bits < (net->addr.family == 4 ? NET4_BITS : NET6_BITS))
		say(s, DIAG_WARNING, "I05",
		    "is a network wider than /24 (IPv6: /48)");
}

/* I07, S08: how long what was hacked or rented stays. */
static void
long_life(const struct seen *s)
{
	const struct pack *p = s->r->pack;
	int32_t last[] = { s->value->expires, s->group->expires, p->expires };
	int32_t end = INT32_MAX;

	for (size_t i = 0; i < nitems(last); i++)
		if (last[i] != DAY_NONE && last[i] < end)
			end = last[i];
	if (s->value->is_hacked_site && p->seen_last != DAY_NONE &&
	    end - HACKED_DAYS > p->seen_last)
		say(s, DIAG_ERROR, "I07", "is a hacked site and must expire "
		    "within 200 days of seen.last");
	else if (value_needs_expiry(s->value) && !s->group->is_exception &&
	    s->value->field->kind != FIELD_MAILBOX &&
	    end != INT32_MAX && end - RENTED_DAYS > p->created)
		say(s, DIAG_WARNING, "S08", "stays for more than 400 days");
}

static size_t
literal_chars(struct str s)
{
	size_t n = 0, at = 0, count;

	str_skip(&s, STR("is:"));
	while (at < s.n) {
		size_t run = expand_mask_run(s, at, false, &count);

		if (run == 0) {
			utf8_next(s, &at);
			n++;
		}
		at += run;
	}
	return n;
}

/* I09: what masks leave is hardly anything. */
static void
little_left(const struct seen *s)
{
	const struct value *v = s->value;

	if (v->link == NULL && v->pattern.kind == PATTERN_REGEX &&
	    !is_regex(v->text) && pattern_has_mask(v->text, false) &&
	    literal_chars(v->text) < LITERAL_LEAST)
		say(s, DIAG_WARNING, "I09",
		    "leaves fewer than 6 characters beside its masks");
}

/* I12: the receiving side put it there, not the sender. */
static void
gateway_tag(const struct seen *s)
{
	static const struct str tags[] = {
		STR_INIT("[spam]"), STR_INIT("[spam "), STR_INIT("***spam"),
		STR_INIT("[meiwaku]"), STR_INIT("[phish"), STR_INIT("[virus"),
		STR_INIT("[external]"), STR_INIT("【spam】"),
		STR_INIT("[迷惑"),
	};
	struct str text = s->value->text;

	if (!is_text(s->value) ||
	    !str_is(str_of(s->value->field->name), "subject"))
		return;
	str_skip(&text, STR("is:"));
	for (size_t i = 0; i < nitems(tags); i++)
		if (str_case_starts(text, tags[i]))
			say(s, DIAG_WARNING, "I12", "begins with the tag of a "
			    "gateway, which is taken off before matching");
}

/* I16: a path that many sites have. */
static void
stock_path(const struct seen *s)
{
	static const char *const stock[] = { "login", "wp-content",
		"wp-includes", "wp-admin", "index.php", "index.html",
		"admin", "account", "signin", "images", "home" };
	struct str text = s->value->text;

	if (s->value->field->kind != FIELD_PATH || is_regex(text))
		return;
	str_skip(&text, STR("^"));
	str_skip(&text, STR("/"));
	if (str_ends(text, STR("/")))
		text.n--;
	for (size_t i = 0; i < nitems(stock); i++)
		if (str_case_is(text, stock[i])) {
			say(s, DIAG_WARNING, "I16",
			    "is a path that many sites have");
			return;
		}
	if (utf8_count(text) < PATH_LEAST)
		say(s, DIAG_WARNING, "I16", "is a path of fewer than 5 "
		    "characters");
}

static bool
has_wide(struct str s)
{
	for (size_t at = 0; at < s.n;)
		if (utf8_is_wide(utf8_next(s, &at)))
			return true;
	return false;
}

/* P06: a phrase that stands in any mail. */
static void
short_phrase(const struct seen *s)
{
	struct str text = s->value->pattern.literal;

	if (!is_text(s->value) || text.n == 0 || s->group->want > 1 ||
	    s->group->is_exception)
		return;
	if (utf8_count(text) < (has_wide(text) ? PHRASE_WIDE : PHRASE_LEAST))
		say(s, DIAG_WARNING, "P06", "is a very short phrase");
}

/* P07: "2026年2月" will be another day in the next mail. */
static void
fixed_date(const struct seen *s)
{
	struct str text = s->value->text;

	if (!is_text(s->value))
		return;
	for (size_t i = 0; i + 5 < text.n; i++) {
		struct str rest = str_from(text, i);
		struct str year = str_head(rest, 4), behind;
		int64_t n;

		if (!ascii_is_digit(year.p[0]) || !str_to_int(year, &n) ||
		    n < 2000 || n > 2099 ||
		    (i > 0 && ascii_is_digit(text.p[i - 1])))
			continue;
		behind = str_from(rest, 4);
		if (!str_skip(&behind, STR("年")) &&
		    !str_skip(&behind, STR("/")) &&
		    !str_skip(&behind, STR("-")))
			continue;
		if (behind.n == 0 || !ascii_is_digit(behind.p[0]))
			continue;
		say(s, DIAG_WARNING, "P07", "holds a date");
		diag_hint(s->r->diags, "<date> stands for any");
		return;
	}
}

/* P01, P02: is tried, which costs more than looking. */
static void
slow_regex(const struct seen *s)
{
	if (s->value->link == NULL && is_regex(s->value->text))
		regex_lint(s->r, s->value);
}

/* P08: a phrase that no mail can hold, since what is live there is not
 * defanged. */
static void
still_defanged(const struct seen *s)
{
	static const struct str marks[] = { STR_INIT("hxxp"),
		STR_INIT("[.]"), STR_INIT("[dot]"), STR_INIT("[at]"),
		STR_INIT("[ドット]"), STR_INIT("[伏字]") };

	if (!is_text(s->value) || str_starts(s->value->text, STR("lit:")))
		return;
	for (size_t i = 0; i < nitems(marks); i++)
		if (str_find_str(s->value->pattern.literal, marks[i]) <
		    s->value->pattern.literal.n) {
			say(s, DIAG_WARNING, "P08", "still looks defanged and "
			    "would never match a live mail");
			return;
		}
}

/* P03, P04: a regex that nothing is needed for, or that runs far. */
static void
loose_regex(const struct seen *s)
{
	struct str text = s->value->text;
	size_t run = 0, longest = 0;

	if (s->value->link != NULL || !is_regex(text))
		return;
	text = str_from(text, str_find(text, ':') + 1);
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		run = ascii_is_alnum(c) || (unsigned char)c >= 0x80 ||
		    str_has(STR(" -_/@:=&%"), c) ? run + 1 : 0;
		longest = run > longest ? run : longest;
	}
	if (longest < 3)
		say(s, DIAG_WARNING, "P03", "needs no text of three "
		    "characters or more");
	if (str_find_str(text, STR(".*")) < text.n ||
	    str_find_str(text, STR(".+")) < text.n)
		say(s, DIAG_WARNING, "P04",
		    "has .* or .+ without a bound: write .{0,40}");
}

/* "re: your invoice" was pasted from a subject. */
static void
pasted_reply(const struct seen *s)
{
	if (!str_starts(s->value->text, STR("re: ")) ||
	    s->value->link != NULL || s->value->field->kind != FIELD_TEXT)
		return;
	say(s, DIAG_WARNING, "P05", "is read as a regular expression");
	diag_hint(s->r->diags, "write lit:re: ... for a text that begins so");
}

/* http is written https in the form that urls are compared in. */
static void
http_regex(const struct seen *s)
{
	struct str text = s->value->text;

	if (s->value->field->kind == FIELD_URL && is_regex(text) &&
	    str_find_str(text, STR("http:")) < text.n)
		say(s, DIAG_WARNING, "P05", "never matches: every http URL is "
		    "compared as https");
}

void
value_lint(struct pack_reader *r, const struct group *group,
    const struct value *value)
{
	static void (*const checks[])(const struct seen *s) = {
		too_broad, odd_address, long_life, little_left, gateway_tag,
		stock_path, short_phrase, fixed_date, slow_regex, loose_regex, http_regex,
		still_defanged, pasted_reply,
	};
	struct seen s = { r, group, value };

	for (size_t i = 0; i < nitems(checks); i++)
		checks[i](&s);
}

/* I15: the same value of the same field again. */
static void
note_value(const struct seen *s, struct map *values, uint32_t number)
{
	const struct value *v = s->value;
	struct str key = str_cat(s->r->arena, str_of(v->field->name),
	    STR("\n"), v->header, STR("\n"), v->text);

	if (v->link == NULL && v->field->kind != FIELD_COUNT &&
	    *map_put(values, key, number) != number)
		say(s, DIAG_WARNING, "I15", "stands twice in this pack");
}

void
values_twice(struct pack_reader *r)
{
	const struct group *g;
	const struct value *v;
	struct map values;
	uint32_t n = 0;

	map_init(&values, r->arena);
	VEC_EACH(g, &r->pack->groups)
		VEC_EACH(v, &g->values)
			note_value(&(struct seen){ r, g, v }, &values, n++);
}
