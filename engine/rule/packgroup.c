/* SPDX-License-Identifier: Apache-2.0 */
/* Groups and exceptions: their settings, and the values of their fields. */
#include "base/arena.h"
#include "base/suggest.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "mail/auth.h"
#include "rule/expand.h"
#include "rule/fact.h"
#include "rule/packread.h"
#include "rule/same.h"

enum { GROUPS_MOST = 32, VALUES_MOST = 1000, REGEXES_MOST = 64,
	GROUP_POINTS_MOST = 1000, MORE_MOST = 500, CAP_MOST = 2000 };

/* Of want: nothing was said. */
#define WANT_ANY 1
#define WANT_ALL UINT32_MAX

static void
read_want(struct pack_reader *r, const struct node *node, void *to)
{
	uint32_t *want = to;
	struct str text;
	int64_t n;

	if (!text_of(r, node, &text))
		return;
	if (str_is(text, "any")) {
		*want = WANT_ANY;
	} else if (str_is(text, "all")) {
		*want = WANT_ALL;
	} else if (str_to_int(text, &n) && n >= 1 && n <= VALUES_MOST) {
		*want = (uint32_t)n;
	} else {
		refuse(r, node, "S04", "\"%" STR_FMT "\" is not any, all or a "
		    "number from 1", STR_ARG(pattern_shown(r->arena, text)));
	}
}

static void
read_score(struct pack_reader *r, const struct node *node, void *to)
{
	points_of(r, node, GROUP_POINTS_MOST, to);
}

static void
read_more(struct pack_reader *r, const struct node *node, void *to)
{
	points_of(r, node, MORE_MOST, to);
}

static void
read_cap(struct pack_reader *r, const struct node *node, void *to)
{
	points_of(r, node, CAP_MOST, to);
}

/* Its values would count twice. */
static bool
is_used(const struct group *g, const struct use *other)
{
	const struct use *use;

	VEC_EACH(use, &g->uses)
		if (str_eq(use->library, other->library) &&
		    str_eq(use->group, other->group))
			return true;
	return false;
}

/* "jp-lures/account_stop": the values of a library's group. */
static void
read_uses(struct pack_reader *r, const struct node *node, void *to)
{
	struct group *g = (struct group *)(void *)((char *)to -
	    offsetof(struct group, uses));
	str_list names = { 0 };
	const struct str *name;

	read_words(r, node, &names);
	VEC_EACH(name, &names) {
		struct use use = { .mark = node->mark };

		if (r->pack->kind == PACK_LIBRARY) {
			refuse(r, node, "S04", "a library uses no other");
		} else if (str_cut(*name, '/', &use.library, &use.group) &&
		    is_slug(use.library) && is_name(use.group)) {
			if (is_used(g, &use))
				refuse(r, node, "S04", "\"%" STR_FMT "\" is "
				    "used twice", STR_ARG(*name));
			*VEC_ADD(r->arena, &g->uses) = use;
		} else {
			refuse(r, node, "S04",
			    "\"%" STR_FMT "\" is no group of a library",
			    STR_ARG(pattern_shown(r->arena, *name)));
			diag_hint(r->diags, "such as jp-lures/account_stop: "
			    "id of the library, name of the group");
		}
	}
}

static const struct key group_keys[] = {
	{ "want", read_want, offsetof(struct group, want), 0 },
	{ "score", read_score, offsetof(struct group, points), 0 },
	{ "more", read_more, offsetof(struct group, more), 0 },
	{ "cap", read_cap, offsetof(struct group, cap), 0 },
	{ "expires", read_date, offsetof(struct group, expires), 0 },
	{ "say", read_say, offsetof(struct group, say), 0 },
	{ "note", read_text, offsetof(struct group, note), 0 },
	{ "source", read_text, offsetof(struct group, source), 0 },
	{ "seen", read_text, offsetof(struct group, seen), 0 },
	{ "use", read_uses, offsetof(struct group, uses), 0 },
};

const struct key_table group_table = { "a group", group_keys,
	nitems(group_keys) };

static const struct key item_keys[] = {
	{ "value", read_free, 0, KEY_ALL | KEY_ALL << KEY_MUST_SHIFT },
	{ "expires", read_date, offsetof(struct value, expires), 0 },
	{ "note", read_text, offsetof(struct value, note), 0 },
	{ "spoofed", read_bool, offsetof(struct value, is_spoofed), 0 },
	{ "hacked_site", read_bool, offsetof(struct value, is_hacked_site),
	    0 },
	{ "source", read_text, offsetof(struct value, source), 0 },
	{ "seen", read_text, offsetof(struct value, seen), 0 },
};

const struct key_table item_table = { "a value", item_keys,
	nitems(item_keys) };

/* Reports the first value that is one too many. */
static bool
has_room(struct pack_reader *r, const struct group *group, struct mark mark)
{
	if (group->values.n < VALUES_MOST)
		return true;
	if (group != r->full)
		diag_add(r->diags, DIAG_ERROR, mark, "S04",
		    "more than 1,000 values in group \"%" STR_FMT "\"",
		    STR_ARG(group->name));
	r->full = group;
	return false;
}

/* The place of values being read. */
struct values {
	struct pack_reader *r;
	struct group *group;
	struct value item; /* what they have in common */
};

static bool
is_regex(struct str s)
{
	return str_starts(s, STR("re:")) || str_starts(s, STR("raw:"));
}

/* Which fact "spf=fail" is about; the pattern was read before. */
static uint32_t
auth_fact(struct str s)
{
	struct str method, result;
	enum auth_method m;

	str_cut(s, '=', &method, &result);
	return auth_method_of(str_trim(method), &m)
	    ? FACT_AUTH_SPF + (uint32_t)m : FACT_AUTH_SPF;
}

static void
add_value(struct values *v, struct str text, struct mark mark)
{
	struct pack_reader *r = v->r;
	struct value value = v->item;

	value.text = text;
	value.mark = mark;
	if (!has_room(r, v->group, mark))
		return;
	if (is_regex(text) && ++r->regexes > REGEXES_MOST) {
		if (r->regexes == REGEXES_MOST + 1)
			diag_add(r->diags, DIAG_ERROR, mark, "S04",
			    "more than 64 regular expressions in a pack");
		return;
	}
	if (!value_pattern_read(&value.pattern, r, value.field, text, mark))
		return;
	if (value.field->kind == FIELD_AUTH)
		value.fact = auth_fact(text);
	if (value.field->kind == FIELD_SAME)
		value.pair = same_find(value.pattern.key);
	*VEC_ADD(r->arena, &v->group->values) = value;
}

/* A | block: one value a line, each with its own place. */
static void
add_lines(struct values *v, const struct node *node)
{
	uint32_t n = node_content(node).line;
	struct str rest = node->text, line;
	size_t lines = 0;

	while (str_next(&rest, '\n', &line))
		lines += line.n != 0;
	VEC_ROOM(v->r->arena, &v->group->values,
	    lines < VALUES_MOST ? lines : VALUES_MOST);
	rest = node->text;
	for (; str_next(&rest, '\n', &line); n++) {
		line = str_trim(line);
		if (line.n != 0)
			add_value(v, line, diag_line_mark(v->r->diags, n));
	}
}

static void
add_text(struct values *v, const struct node *node)
{
	if (!expect_type(v->r, node, NODE_TEXT))
		return;
	if (node->style == NODE_BLOCK)
		add_lines(v, node);
	else
		add_value(v, str_trim(node->text), node->mark);
}

static void
add_link(struct values *v, const struct node *node)
{
	struct value value = v->item;

	value.mark = node->mark;
	value.link = link_read(v->r, node, &value);
	if (value.link != NULL && has_room(v->r, v->group, value.mark))
		*VEC_ADD(v->r->arena, &v->group->values) = value;
}

/* {value: ..., spoofed: true}, or an object about one link. */
static void
add_item(struct values *v, const struct node *node)
{
	struct values own = *v;
	const struct node *value = node_get(node, "value");

	if (value == NULL && v->item.field->kind == FIELD_URL) {
		add_link(v, node);
		return;
	}
	if (value == NULL) {
		expect_type(v->r, node, NODE_TEXT);
		return;
	}
	keys_read(v->r, node, &item_table, &own.item, STR("a value"));
	add_text(&own, value);
}

/* Addresses hold brackets and commas, which end a flow list. */
static void
warn_flow(struct values *v, const struct node *node)
{
	enum field_kind kind = v->item.field->kind;

	if (!node->is_flow || node->first == NULL ||
	    node->first->type != NODE_TEXT || (kind != FIELD_URL &&
	    kind != FIELD_HOST && kind != FIELD_DOMAIN &&
	    kind != FIELD_MAILBOX))
		return;
	diag_add(v->r->diags, DIAG_WARNING, node->mark, "Y04",
	    "%" STR_FMT ": indicators in a [ ... ] list",
	    STR_ARG(v->r->path));
	diag_hint(v->r->diags, "put them one a line under a | block");
}

static void
add_list(struct values *v, const struct node *node)
{
	const struct node *child;

	warn_flow(v, node);
	NODE_EACH(child, node) {
		if (child->type == NODE_MAP)
			add_item(v, child);
		else
			add_text(v, child);
	}
}

static void
add_values(struct values *v, const struct node *node)
{
	if (node->type == NODE_LIST)
		add_list(v, node);
	else if (node->type == NODE_MAP)
		add_item(v, node);
	else
		add_text(v, node);
}

/* RFC 5322, 3.6.8: printable ASCII without a colon. */
static bool
is_header_name(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] >= 0x7f || s.p[i] == ':')
			return false;
	return s.n != 0;
}

static void
add_headers(struct values *v, const struct node *node)
{
	const struct node *child;

	if (!expect_type(v->r, node, NODE_MAP))
		return;
	NODE_EACH(child, node) {
		struct str outer = path_enter(v->r, child->key);

		v->item.header = child->key;
		if (is_header_name(child->key))
			add_values(v, child);
		else
			diag_add(v->r->diags, DIAG_ERROR, child->key_mark,
			    "I01", "header: expected the name of a field such "
			    "as X-Mailer, found \"%" STR_FMT "\"",
			    STR_ARG(str_head(child->key, 60)));
		v->r->path = outer;
	}
}

struct number_name {
	const char *name; /* NULL at the end */
	uint32_t fact;
};

static const struct number_name counts[] = {
	{ "links", FACT_COUNT_LINKS },
	{ "url_hosts", FACT_COUNT_URL_HOSTS },
	{ "recipients", FACT_COUNT_RECIPIENTS },
	{ "attachments", FACT_COUNT_ATTACHMENTS },
	{ "body_chars", FACT_COUNT_BODY_CHARS },
	{ "references", FACT_COUNT_REFERENCES },
	{ 0 }
};

static const struct number_name reputations[] = {
	{ "ip", FACT_REPUTATION_IP },
	{ "net", FACT_REPUTATION_NET },
	{ "asn", FACT_REPUTATION_ASN },
	{ "helo", FACT_REPUTATION_HELO },
	{ "mail_from", FACT_REPUTATION_MAIL_FROM },
	{ "from", FACT_REPUTATION_FROM },
	{ "mailbox", FACT_REPUTATION_MAILBOX },
	{ "dkim", FACT_REPUTATION_DKIM },
	{ "host", FACT_REPUTATION_HOST },
	{ "domain", FACT_REPUTATION_DOMAIN },
	{ "target", FACT_REPUTATION_TARGET },
	{ "file", FACT_REPUTATION_FILE },
	{ "template", FACT_REPUTATION_TEMPLATE },
	{ 0 }
};

static const struct number_name ages[] = {
	{ "from", FACT_FROM_AGE },
	{ "link", FACT_URL_AGE },
	{ 0 }
};

static const struct number_name *
numbers_of(const struct field *field)
{
	if (str_is(str_of(field->name), "age"))
		return ages;
	return str_is(str_of(field->name), "reputation") ? reputations
	    : counts;
}

const char *
count_name(const struct field *field, size_t i)
{
	return numbers_of(field)[i].name;
}

static bool
find_count(struct values *v, const struct node *node)
{
	const struct number_name *n = numbers_of(v->item.field);
	struct str best = { 0 };

	for (; n->name != NULL; n++) {
		suggest_try(node->key, str_of(n->name), &best);
		if (str_is(node->key, n->name)) {
			v->item.fact = n->fact;
			return true;
		}
	}
	key_unknown(v->r, node, str_printf(v->r->arena, "\"%s\"",
	    v->item.field->name), best);
	return false;
}

static void
add_counts(struct values *v, const struct node *node)
{
	const struct node *child;

	if (!expect_type(v->r, node, NODE_MAP))
		return;
	NODE_EACH(child, node) {
		struct str outer = path_enter(v->r, child->key);

		if (find_count(v, child))
			add_text(v, child);
		v->r->path = outer;
	}
}

static void
read_field(struct pack_reader *r, const struct node *node,
    const struct field *field, struct group *group)
{
	struct values v = {
		.r = r,
		.group = group,
		.item = { .field = field, .expires = DAY_NONE },
	};
	struct str outer = path_enter(r, node->key);

	if (field->kind == FIELD_HEADER)
		add_headers(&v, node);
	else if (field->kind == FIELD_COUNT)
		add_counts(&v, node);
	else
		add_values(&v, node);
	r->path = outer;
}

/* What a library's group says of points would count for nothing: they are
 * those of the group that uses it. */
static bool
is_of_borrower(struct pack_reader *r, const struct node *node)
{
	static const struct str keys[] = {
		STR_INIT("score"), STR_INIT("more"), STR_INIT("cap"),
	};

	if (r->pack->kind != PACK_LIBRARY ||
	    !str_is_any(node->key, keys, nitems(keys)))
		return false;
	diag_add(r->diags, DIAG_ERROR, node->key_mark, "S01",
	    "key \"%" STR_FMT "\" is not for groups of a library",
	    STR_ARG(node->key));
	diag_hint(r->diags, "a library lends values: the group that uses them "
	    "has the points");
	return true;
}

static void
read_entry(struct pack_reader *r, const struct node *node,
    struct group *group)
{
	const struct field *field = field_find(node->key);
	struct str best = { 0 };

	if (is_of_borrower(r, node))
		return;
	if (field != NULL) {
		read_field(r, node, field, group);
		return;
	}
	if (key_read(r, node, &group_table, group, &best))
		return;
	for (size_t i = 0; i < n_fields; i++)
		suggest_try(node->key, str_of(fields[i].name), &best);
	key_unknown(r, node, str_printf(r->arena, "group \"%" STR_FMT "\"",
	    STR_ARG(group->name)), best);
}

static bool
is_reserved(struct str name)
{
	static const struct str words[] = {
		STR_INIT("and"), STR_INIT("or"), STR_INIT("not"),
		STR_INIT("of"), STR_INIT("any"), STR_INIT("all"),
		STR_INIT("them"), STR_INIT("brand"),
	};

	return str_is_any(name, words, nitems(words));
}

static bool
is_good_name(struct pack_reader *r, const struct node *node)
{
	const struct group *g;

	if (!is_name(node->key) || is_reserved(node->key)) {
		diag_add(r->diags, DIAG_ERROR, node->key_mark, "S04",
		    "\"%" STR_FMT "\" cannot be the name of a group",
		    STR_ARG(pattern_shown(r->arena, node->key)));
		diag_hint(r->diags, "a letter, then letters, digits and _, at "
		    "most 32, all lower case; no word that \"when\" uses");
		return false;
	}
	VEC_EACH(g, &r->pack->groups)
		if (str_eq(g->name, node->key))
			return diag_add(r->diags, DIAG_ERROR, node->key_mark,
			    "Y02", "\"%" STR_FMT "\" is the name of a group "
			    "already", STR_ARG(node->key));
	return true;
}

/* "all" and numbers are held against what is there; values of libraries come
 * later. */
static void
settle_want(struct pack_reader *r, const struct node *node, struct group *g)
{
	uint32_t asked = g->want;

	g->says_want = node_get(node, "want") != NULL;
	g->wants_all = asked == WANT_ALL;
	if (g->wants_all)
		g->want = g->values.n == 0 ? 1 : (uint32_t)g->values.n;
	else if (asked > g->values.n && g->values.n != 0 && g->uses.n == 0)
		diag_add(r->diags, DIAG_WARNING, node->key_mark, "C04",
		    "group \"%" STR_FMT "\" wants %u hits and has %zu values",
		    STR_ARG(g->name), (unsigned)asked, g->values.n);
}

/* What a group says of its values holds for those that do not say. */
static void
lend_source(struct group *g)
{
	struct value *v;

	VEC_EACH(v, &g->values) {
		if (v->source.n == 0)
			v->source = g->source;
		if (v->seen.n == 0)
			v->seen = g->seen;
	}
}

static void
read_group(struct pack_reader *r, const struct node *node, bool is_exception)
{
	const struct node *child;
	struct group g = {
		.name = node->key,
		.mark = node->key_mark,
		.want = WANT_ANY,
		.points = is_exception ? 0 : 100,
		.cap = INT32_MAX,
		.expires = DAY_NONE,
		.is_exception = is_exception,
	};
	size_t errors = r->diags->errors;
	struct str outer = r->path;

	r->path = node->key;
	r->full = NULL;
	if (is_good_name(r, node) && expect_type(r, node, NODE_MAP)) {
		NODE_EACH(child, node)
			read_entry(r, child, &g);
		if (g.values.n == 0 && g.uses.n == 0 &&
		    r->diags->errors == errors)
			refuse(r, node, "S02", "has no values");
		settle_want(r, node, &g);
		lend_source(&g);
		*VEC_ADD(r->arena, &r->pack->groups) = g;
	}
	r->path = outer;
}

static void
read_all(struct pack_reader *r, const struct node *node, bool is_exception)
{
	const struct node *child;
	size_t n = 0;

	if (!expect_type(r, node, NODE_MAP))
		return;
	NODE_EACH(child, node) {
		if (n++ == GROUPS_MOST)
			diag_add(r->diags, DIAG_ERROR, child->key_mark, "S04",
			    "more than 32 %s", is_exception ? "exceptions"
			    : "groups");
		read_group(r, child, is_exception);
	}
}

void
read_groups(struct pack_reader *r, const struct node *groups,
    const struct node *exceptions)
{
	if (groups != NULL)
		read_all(r, groups, false);
	r->pack->n_groups = r->pack->groups.n;
	if (exceptions != NULL)
		read_all(r, exceptions, true);
}
