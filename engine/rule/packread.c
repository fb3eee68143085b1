/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of keys, and values of each type: texts, words, dates, points. */
#include "rule/packread.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/suggest.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "rule/expand.h"
#include "rule/shape.h"

enum { TEXT_MOST = 4000, TEXTS_MOST = 1000 };

bool
refuse(struct pack_reader *r, const struct node *node, const char *code,
    const char *fmt, ...)
{
	char text[512];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	return diag_add(r->diags, DIAG_ERROR, node->mark, code,
	    "%" STR_FMT ": %s", STR_ARG(r->path), text);
}

struct str
path_enter(struct pack_reader *r, struct str key)
{
	struct str outer = r->path;

	key = str_head(key, 64);
	r->path = outer.n == 0 ? key
	    : str_cat(r->arena, outer, STR("."), key);
	return outer;
}

static bool
is_nothing(const struct node *node)
{
	return node->type == NODE_TEXT && node->text.n == 0 &&
	    node->style == NODE_PLAIN;
}

bool
expect_type(struct pack_reader *r, const struct node *node,
    enum node_type type)
{
	static const char *const names[] = {
		[NODE_TEXT] = "text",
		[NODE_LIST] = "a list",
		[NODE_MAP] = "a mapping",
	};

	shape_type(r->shapes, node, type);
	if (node->type == type && !is_nothing(node))
		return true;
	refuse(r, node, "S03", "expected %s, found %s", names[type],
	    is_nothing(node) ? "nothing" : names[node->type]);
	if (type == NODE_TEXT && node->type == NODE_MAP)
		diag_hint(r->diags, "quote a value that contains \": \"");
	else if (type == NODE_TEXT && node->type == NODE_LIST)
		diag_hint(r->diags, "quote a value that starts with [");
	return false;
}

void
key_unknown(struct pack_reader *r, const struct node *node, struct str what,
    struct str best)
{
	diag_add(r->diags, DIAG_ERROR, node->key_mark, "S01",
	    "unknown key \"%" STR_FMT "\"%s%" STR_FMT,
	    STR_ARG(pattern_shown(r->arena, node->key)),
	    what.n == 0 ? "" : " in ", STR_ARG(what));
	if (best.n != 0)
		diag_hint(r->diags, "did you mean \"%" STR_FMT "\"?",
		    STR_ARG(best));
}

/* The kinds of packs that a key is for, in words. */
static bool
is_for_kind(struct pack_reader *r, const struct node *node,
    const struct key *key)
{
	if ((key->flags & KEY_ALL) == 0 ||
	    (key->flags & 1U << r->pack->kind) != 0)
		return true;
	return diag_add(r->diags, DIAG_ERROR, node->key_mark, "S01",
	    "key \"%s\" is not for packs of kind %s", key->name,
	    pack_kind_names[r->pack->kind]);
}

bool
key_read(struct pack_reader *r, const struct node *node,
    const struct key_table *table, void *to, struct str *best)
{
	struct str outer;

	shape_entry(r->shapes, node, table->keys, table->n);
	if (str_starts(node->key, STR("x-")))
		return true;
	for (size_t i = 0; i < table->n; i++) {
		const struct key *key = &table->keys[i];

		if (!str_is(node->key, key->name))
			continue;
		if (!is_for_kind(r, node, key))
			return true;
		outer = path_enter(r, node->key);
		key->read(r, node, (char *)to + key->offset);
		r->path = outer;
		return true;
	}
	for (size_t i = 0; i < table->n; i++)
		suggest_try(node->key, str_of(table->keys[i].name), best);
	return false;
}

static void
check_missing(struct pack_reader *r, const struct node *map,
    const struct key_table *table, struct str what)
{
	for (size_t i = 0; i < table->n; i++) {
		const struct key *key = &table->keys[i];
		unsigned must = key->flags >> KEY_MUST_SHIFT;

		if ((must & 1U << r->pack->kind) == 0 ||
		    node_get(map, key->name) != NULL)
			continue;
		diag_add(r->diags, DIAG_ERROR, map->mark, "S02",
		    "missing key \"%s\"%s%" STR_FMT, key->name,
		    what.n == 0 ? "" : " in ", STR_ARG(what));
	}
}

void
keys_read(struct pack_reader *r, const struct node *map,
    const struct key_table *table, void *to, struct str what)
{
	const struct node *node;

	if (shape_keys(r->shapes, map, table->keys, table->n))
		return;
	NODE_EACH(node, map) {
		struct str best = { 0 };

		if (!key_read(r, node, table, to, &best))
			key_unknown(r, node, what, best);
	}
	check_missing(r, map, table, what);
}

bool
text_of(struct pack_reader *r, const struct node *node, struct str *out)
{
	if (!expect_type(r, node, NODE_TEXT))
		return false;
	*out = str_trim(node->text);
	if (out->n == 0)
		return refuse(r, node, "S03", "is empty");
	if (utf8_count(*out) > TEXT_MOST)
		return refuse(r, node, "S03",
		    "is longer than 4,000 characters");
	return true;
}

static struct str
list_of_words(struct arena *a, const char *const *words, size_t n)
{
	struct str list = { 0 };

	for (size_t i = 0; i < n; i++)
		list = i == 0 ? str_of(words[i])
		    : str_cat(a, list, STR(", "), str_of(words[i]));
	return list;
}

bool
choice_of(struct pack_reader *r, const struct node *node,
    const char *const *words, size_t n, int *out)
{
	struct str text, best = { 0 };

	shape_words(r->shapes, node, words, n);
	if (!text_of(r, node, &text))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (str_is(text, words[i])) {
			*out = (int)i;
			return true;
		}
	}
	for (size_t i = 0; i < n; i++)
		suggest_try(text, str_of(words[i]), &best);
	refuse(r, node, "S04", "\"%" STR_FMT "\" is not one of %" STR_FMT,
	    STR_ARG(pattern_shown(r->arena, text)),
	    STR_ARG(list_of_words(r->arena, words, n)));
	if (best.n != 0)
		diag_hint(r->diags, "did you mean \"%" STR_FMT "\"?",
		    STR_ARG(best));
	return false;
}

/* "12", "0.5", "2.25"; no sign, no exponent. */
static bool
hundredths(struct str s, int64_t *out)
{
	struct str whole, rest = { 0 };
	int64_t n, part = 0;

	str_cut(s, '.', &whole, &rest);
	if (whole.n == 0 || whole.n > 6 || !ascii_is_digit(whole.p[0]) ||
	    !str_to_int(whole, &n) || (str_has(s, '.') && rest.n == 0) ||
	    rest.n > 2)
		return false;
	if (rest.n != 0 && (!ascii_is_digit(rest.p[0]) ||
	    !str_to_int(rest, &part)))
		return false;
	*out = n * 100 + (rest.n == 1 ? part * 10 : part);
	return true;
}

bool
points_of(struct pack_reader *r, const struct node *node, int32_t most,
    int32_t *out)
{
	struct str text;
	int64_t n;

	shape_points(r->shapes, node, most);
	if (!text_of(r, node, &text))
		return false;
	if (!hundredths(text, &n)) {
		refuse(r, node, "S03", "\"%" STR_FMT "\" is no number",
		    STR_ARG(pattern_shown(r->arena, text)));
		diag_hint(r->diags, "points are written 2 or 2.5, at most two "
		    "digits behind the point, never below 0");
		return false;
	}
	if (n > most)
		return refuse(r, node, "S04", "%" STR_FMT " is more than %d",
		    STR_ARG(text), (int)(most / 100));
	*out = (int32_t)n;
	return true;
}

bool
is_name(struct str s)
{
	if (s.n == 0 || s.n > 32 || s.p[0] < 'a' || s.p[0] > 'z')
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_is_digit(s.p[i]) && s.p[i] != '_' &&
		    (s.p[i] < 'a' || s.p[i] > 'z'))
			return false;
	return true;
}

bool
is_slug(struct str s)
{
	if (s.n == 0 || s.n > 64 || s.p[0] == '-' || s.p[s.n - 1] == '-')
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!ascii_is_digit(c) && (c < 'a' || c > 'z') &&
		    (c != '-' || s.p[i - 1] == '-'))
			return false;
	}
	return true;
}

void
read_text(struct pack_reader *r, const struct node *node, void *to)
{
	text_of(r, node, to);
}

/* A list of texts, or one alone. */
static void
read_list(struct pack_reader *r, const struct node *node, str_list *to)
{
	const struct node *child;
	struct str text;

	if (node->type == NODE_TEXT) {
		if (text_of(r, node, &text))
			*VEC_ADD(r->arena, to) = text;
		return;
	}
	if (!expect_type(r, node, NODE_LIST))
		return;
	if (node->n > TEXTS_MOST) {
		refuse(r, node, "S04", "more than 1,000 entries");
		return;
	}
	NODE_EACH(child, node)
		if (text_of(r, child, &text))
			*VEC_ADD(r->arena, to) = text;
}

void
read_texts(struct pack_reader *r, const struct node *node, void *to)
{
	read_list(r, node, to);
}

/* A | block as well, one a line. */
void
read_words(struct pack_reader *r, const struct node *node, void *to)
{
	str_list *list = to;
	struct str rest = node->text, line;

	if (node->type != NODE_TEXT || node->style != NODE_BLOCK) {
		read_list(r, node, list);
		return;
	}
	while (list->n < TEXTS_MOST && str_next(&rest, '\n', &line)) {
		line = str_trim(line);
		if (line.n != 0)
			*VEC_ADD(r->arena, list) = line;
	}
}

static bool
is_lang(struct str s)
{
	return s.n >= 2 && s.n <= 5 && ascii_is_alpha(s.p[0]) &&
	    ascii_is_alpha(s.p[1]) && (s.n == 2 || (s.n == 5 && s.p[2] == '-'));
}

void
read_lang(struct pack_reader *r, const struct node *node, void *to)
{
	struct str *lang = to;

	if (text_of(r, node, lang) && !is_lang(*lang))
		refuse(r, node, "S04", "is no language such as ja or en-US");
}

void
read_say(struct pack_reader *r, const struct node *node, void *to)
{
	struct say *say = to;
	const struct node *child;
	struct say_text text = { .lang = r->lang };

	if (node->type != NODE_MAP) {
		if (text_of(r, node, &text.text))
			*VEC_ADD(r->arena, &say->texts) = text;
		return;
	}
	NODE_EACH(child, node) {
		struct str outer = path_enter(r, child->key);

		if (!is_lang(child->key)) {
			refuse(r, child, "S03", "is no language such as ja or "
			    "en");
			diag_hint(r->diags, "quote a value that contains "
			    "\": \"");
		} else if (text_of(r, child, &text.text)) {
			text.lang = child->key;
			*VEC_ADD(r->arena, &say->texts) = text;
		}
		r->path = outer;
	}
}

void
read_date(struct pack_reader *r, const struct node *node, void *to)
{
	struct str text;

	shape_date(r->shapes, node);
	if (!text_of(r, node, &text))
		return;
	if (day_parse(text, to) && str_starts(text, STR("20")))
		return;
	*(int32_t *)to = DAY_NONE;
	refuse(r, node, "S05", "\"%" STR_FMT "\" is no date",
	    STR_ARG(pattern_shown(r->arena, text)));
	diag_hint(r->diags, "a day that exists, written 2026-02-09");
}

void
read_bool(struct pack_reader *r, const struct node *node, void *to)
{
	static const char *const words[] = { "false", "true" };
	int which;

	if (choice_of(r, node, words, nitems(words), &which))
		*(bool *)to = which != 0;
}

void
read_free(struct pack_reader *r, const struct node *node, void *to)
{
	(void)r;
	(void)node;
	(void)to;
}

static bool
is_web_address(struct str s)
{
	return str_starts(s, STR("https://")) || str_starts(s, STR("http://"));
}

static void
read_advice_url(struct pack_reader *r, const struct node *node, void *to)
{
	struct str *url = to;

	if (text_of(r, node, url) && !is_web_address(*url))
		refuse(r, node, "I01", "expected https://...");
}

struct advice {
	struct str url;
	struct say text;
};

static const struct key advice_keys[] = {
	{ "url", read_advice_url, offsetof(struct advice, url), 0 },
	{ "text", read_say, offsetof(struct advice, text), 0 },
};

static const struct key_table advice_table = { "advice", advice_keys,
	nitems(advice_keys) };

void
read_advice(struct pack_reader *r, const struct node *node, struct str *url,
    struct say *text)
{
	struct advice advice = { 0 };

	if (node->type != NODE_MAP) {
		if (text_of(r, node, url) && !is_web_address(*url)) {
			read_say(r, node, text);
			*url = STR("");
		}
		return;
	}
	keys_read(r, node, &advice_table, &advice, STR("\"advice\""));
	*url = advice.url;
	*text = advice.text;
}
