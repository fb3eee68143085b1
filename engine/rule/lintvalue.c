/* SPDX-License-Identifier: Apache-2.0 */
/* Lint of single indicators: too old, too little of it, written twice. */
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
#include "rule/refang.h"

enum { LITERAL_LEAST = 6, PATH_LEAST = 5, HACKED_DAYS = 200,
	RENTED_DAYS = 400 };

void
lint_say(const struct lint_seen *s, enum diag_level level, const char *code,
    const char *text)
{
	struct pack_reader *r = s->r;

	diag_add(r->diags, level, s->value->mark, code,
	    "%" STR_FMT ".%s: \"%" STR_FMT "\" %s", STR_ARG(s->group->name),
	    s->value->field->name,
	    STR_ARG(pattern_shown(r->arena, s->value->text)), text);
}

bool
lint_is_regex(struct str text)
{
	return str_starts(text, STR("re:")) || str_starts(text, STR("raw:"));
}

bool
lint_is_phrase(const struct value *v)
{
	return v->link == NULL && v->field->kind == FIELD_TEXT &&
	    v->pattern.kind == PATTERN_REGEX && !lint_is_regex(v->text);
}

struct str
lint_host(const struct value *v)
{
	struct str key = v->pattern.key;

	if (v->link != NULL || (v->pattern.kind != PATTERN_KEY &&
	    v->pattern.kind != PATTERN_BELOW))
		return STR("");
	switch (v->field->kind) {
	case FIELD_MAILBOX:
		return str_from(key, str_find_last(key, '@') + 1);
	case FIELD_DOMAIN:
	case FIELD_HOST:
		return key;
	case FIELD_URL:
		key = str_from(key, str_find_str(key, STR("://")) + 3);
		return str_head(key, str_find(key, '/'));
	default:
		return STR("");
	}
}

/* I07, S08: how long what was hacked or rented stays. */
static void
long_life(const struct lint_seen *s)
{
	const struct pack *p = s->r->pack;
	int32_t last[] = { s->value->expires, s->group->expires, p->expires };
	int32_t end = INT32_MAX;

	for (size_t i = 0; i < nitems(last); i++)
		if (last[i] != DAY_NONE && last[i] < end)
			end = last[i];
	if (s->value->is_hacked_site && p->seen_last != DAY_NONE &&
	    end - HACKED_DAYS > p->seen_last)
		lint_say(s, DIAG_ERROR, "I07", "is a hacked site and must "
		    "expire within 200 days of seen.last");
	else if (value_needs_expiry(s->value) && !s->group->is_exception &&
	    s->value->field->kind != FIELD_MAILBOX &&
	    end != INT32_MAX && end - RENTED_DAYS > p->created)
		lint_say(s, DIAG_WARNING, "S08",
		    "stays for more than 400 days");
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

/* "info@●●●.com": all that may be below a suffix. */
static bool
hides_registrable(struct arena *a, struct str text)
{
	struct str host = refang_address(a, text);
	size_t dot, count;

	host = str_from(host, str_find_last(host, '@') + 1);
	dot = str_find(host, '.');
	while (dot < host.n && !host_is_suffix(str_from(host, dot + 1))) {
		host = str_from(host, dot + 1);
		dot = str_find(host, '.');
	}
	return dot != 0 && dot < host.n &&
	    expand_mask_run(host, 0, true, &count) == dot;
}

/* I09: what masks leave is hardly anything. */
static void
little_left(const struct lint_seen *s)
{
	const struct value *v = s->value;

	if (v->field->kind == FIELD_MAILBOX && !lint_is_regex(v->text) &&
	    pattern_has_mask(v->text, true) &&
	    hides_registrable(s->r->arena, v->text)) {
		lint_say(s, DIAG_WARNING, "I09",
		    "masks the domain that was registered");
		diag_hint(s->r->diags, "name the domain, or leave it out");
		return;
	}
	if (v->link == NULL && v->pattern.kind == PATTERN_REGEX &&
	    !lint_is_regex(v->text) && pattern_has_mask(v->text, false) &&
	    literal_chars(v->text) < LITERAL_LEAST)
		lint_say(s, DIAG_WARNING, "I09",
		    "leaves fewer than 6 characters beside its masks");
}

bool
lint_is_stock(struct str segment)
{
	static const struct str stock[] = {
		STR_INIT("login"), STR_INIT("signin"), STR_INIT("index.php"),
		STR_INIT("index.html"), STR_INIT("index.htm"),
		STR_INIT("admin"), STR_INIT("account"), STR_INIT("images"),
		STR_INIT("home"), STR_INIT("wp-content"),
		STR_INIT("wp-includes"), STR_INIT("wp-admin"),
		STR_INIT("verify"), STR_INIT("update"), STR_INIT("secure"),
		STR_INIT("web"), STR_INIT("main"), STR_INIT("user"),
		STR_INIT("auth"), STR_INIT("en"), STR_INIT("ja"),
		STR_INIT("jp"), STR_INIT("login.php"), STR_INIT("login.html"),
		STR_INIT("www"), STR_INIT("css"), STR_INIT("js"),
		STR_INIT("uploads"), STR_INIT("plugins"), STR_INIT("themes"),
		STR_INIT("php"), STR_INIT("public"), STR_INIT("a"),
		STR_INIT("m"),
	};

	return str_case_is_any(segment, stock, nitems(stock));
}

/* I16: a path that many sites have. */
static void
stock_path(const struct lint_seen *s)
{
	struct str text = s->value->text;

	if (s->value->field->kind != FIELD_PATH || lint_is_regex(text))
		return;
	str_skip(&text, STR("^"));
	str_skip(&text, STR("/"));
	if (str_ends(text, STR("/")))
		text.n--;
	if (lint_is_stock(text))
		lint_say(s, DIAG_WARNING, "I16",
		    "is a path that many sites have");
	else if (utf8_count(text) < PATH_LEAST)
		lint_say(s, DIAG_WARNING, "I16", "is a path of fewer than 5 "
		    "characters");
}

/* P01, P02: is tried, which costs more than looking. */
static void
slow_regex(const struct lint_seen *s)
{
	if (s->value->link != NULL || lint_is_regex(s->value->text))
		regex_lint(s->r, s->value);
}

void
value_lint(struct pack_reader *r, const struct group *group,
    const struct value *value)
{
	static void (*const checks[])(const struct lint_seen *s) = {
		broad_lint, long_life, little_left, stock_path, slow_regex,
		host_lint, words_lint,
	};
	struct lint_seen s = { r, group, value };

	for (size_t i = 0; i < nitems(checks); i++)
		checks[i](&s);
}

/* What the values of a pack have shown so far. */
struct told {
	struct map texts;   /* field and text as written */
	struct map forms;   /* field and key, or folded phrase */
	struct map domains; /* group, field of the domain, and domain */
	VEC(struct lint_seen) values;
};

/* P08, I08: another spelling of what is there already. */
static void
note_form(struct told *t, const struct lint_seen *s, uint32_t number)
{
	const struct value *v = s->value;
	struct str form = lint_is_phrase(v) ? v->pattern.literal
	    : lint_host(v);
	struct str key = str_cat(s->r->arena, str_of(v->field->name),
	    STR("\n"), form);
	uint32_t first;

	if (form.n == 0 || v->field->kind == FIELD_URL ||
	    v->field->kind == FIELD_MAILBOX)
		return;
	first = *map_put(&t->forms, key, number);
	if (first == number || str_starts(v->text, STR("is:")) !=
	    str_starts(t->values.at[first].value->text, STR("is:")))
		return;
	if (lint_is_phrase(v))
		lint_say(s, DIAG_WARNING, "P08", "folds to the same text as "
		    "another phrase");
	else if (utf8_is_ascii(v->text) !=
	    utf8_is_ascii(t->values.at[first].value->text))
		lint_say(s, DIAG_WARNING, "I08", "stands here in Unicode and "
		    "as xn--");
}

/* I15: the same value of the same field again. */
static void
note_value(struct told *t, const struct lint_seen *s, uint32_t number)
{
	const struct value *v = s->value;
	struct str key = str_cat(s->r->arena, str_of(v->field->name),
	    STR("\n"), v->header, STR("\n"), v->text);

	if (v->link != NULL || v->field->kind == FIELD_COUNT)
		return;
	if (*map_put(&t->texts, key, number) != number)
		lint_say(s, DIAG_WARNING, "I15", "stands twice in this pack");
	else
		note_form(t, s, number);
}

static struct str
domain_key(struct arena *a, const struct lint_seen *s, struct str name)
{
	const struct field *f = s->value->field;

	return str_cat(a, s->group->name, STR("\n"), str_head(str_of(f->name),
	    str_find(str_of(f->name), '.')), STR("\n"), name);
}

/* I15: "a.example" covers "x.a.example" beside it. */
static void
covered_value(struct told *t, const struct lint_seen *s)
{
	const struct value *v = s->value;
	struct str name = lint_host(v);
	bool is_domain = v->field->kind == FIELD_DOMAIN;

	if (name.n == 0 || (!is_domain && v->field->kind != FIELD_HOST))
		return;
	if (is_domain)
		name = str_from(name, str_find(name, '.') + 1);
	for (; name.n != 0; name = str_from(name, str_find(name, '.') + 1)) {
		if (map_get(&t->domains, domain_key(s->r->arena, s, name)) ==
		    NULL)
			continue;
		lint_say(s, DIAG_WARNING, "I15",
		    "lies below another value of its group");
		return;
	}
}

void
values_twice(struct pack_reader *r)
{
	const struct group *g;
	const struct value *v;
	struct lint_seen *s;
	struct told t = { 0 };

	map_init(&t.texts, r->arena);
	map_init(&t.forms, r->arena);
	map_init(&t.domains, r->arena);
	VEC_EACH(g, &r->pack->groups)
		VEC_EACH(v, &g->values)
			*VEC_ADD(r->arena, &t.values) =
			    (struct lint_seen){ r, g, v };
	VEC_EACH(s, &t.values) {
		note_value(&t, s, (uint32_t)(s - t.values.at));
		if (s->value->field->kind == FIELD_DOMAIN &&
		    lint_host(s->value).n != 0 && !s->value->is_hacked_site)
			map_put(&t.domains, domain_key(r->arena, s,
			    lint_host(s->value)), 0);
	}
	VEC_EACH(s, &t.values)
		covered_value(&t, s);
}
