/* SPDX-License-Identifier: Apache-2.0 */
/* Objects about one link: {text, scheme, host, domain, path, query,
 * mismatch, not: {...}}. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/vec.h"
#include "rule/expand.h"
#include "rule/packread.h"

struct link {
	struct link_pattern pattern;
	struct value value; /* nothing of it inside "not" */
};

static bool
read_part(struct pack_reader *r, const struct node *node, const char *field,
    struct pattern *out)
{
	struct str text;

	return text_of(r, node, &text) && value_pattern_read(out, r,
	    field_find(str_of(field)), text, node->mark);
}

static void
link_text(struct pack_reader *r, const struct node *node, void *to)
{
	struct link_pattern *p = &((struct link *)to)->pattern;

	p->has_text = read_part(r, node, "link.text", &p->text);
}

static void
link_scheme(struct pack_reader *r, const struct node *node, void *to)
{
	static const char *const words[] = { "http", "https", "ftp" };
	struct link_pattern *p = &((struct link *)to)->pattern;
	int which;

	p->has_scheme = choice_of(r, node, words, nitems(words), &which);
	if (p->has_scheme)
		p->scheme = (struct pattern){ .kind = PATTERN_KEY,
			.key = str_of(words[which]) };
}

static void
link_path(struct pack_reader *r, const struct node *node, void *to)
{
	struct link_pattern *p = &((struct link *)to)->pattern;

	p->has_path = read_part(r, node, "url.path", &p->path);
}

static void
link_query(struct pack_reader *r, const struct node *node, void *to)
{
	struct link_pattern *p = &((struct link *)to)->pattern;

	p->has_query = read_part(r, node, "url.query", &p->query);
}

static void
link_host(struct pack_reader *r, const struct node *node, void *to)
{
	struct link_pattern *p = &((struct link *)to)->pattern;
	str_list names = { 0 };
	struct pattern one;

	read_words(r, node, &names);
	for (size_t i = 0; i < names.n; i++)
		if (value_pattern_read(&one, r, field_find(STR("url.host")),
		    names.at[i], node->mark))
			*VEC_ADD(r->arena, &p->hosts) = one;
}

static void
link_domain(struct pack_reader *r, const struct node *node, void *to)
{
	struct link_pattern *p = &((struct link *)to)->pattern;
	str_list names = { 0 };
	struct pattern one;

	read_words(r, node, &names);
	for (size_t i = 0; i < names.n; i++)
		if (value_pattern_read(&one, r, field_find(STR("url.domain")),
		    names.at[i], node->mark))
			*VEC_ADD(r->arena, &p->domains) = one;
}

static void
link_mismatch(struct pack_reader *r, const struct node *node, void *to)
{
	struct link_pattern *p = &((struct link *)to)->pattern;

	p->has_mismatch = true;
	read_bool(r, node, &p->is_mismatch);
}

static void link_not(struct pack_reader *r, const struct node *node, void *to);

/* The first LINK_PARTS may stand inside "not". */
enum { LINK_PARTS = 7 };

enum { SUMMARY_MOST = 400, SUMMARY_ROOM = 16 };

static const struct key link_keys[] = {
	{ "text", link_text, 0, 0 },
	{ "scheme", link_scheme, 0, 0 },
	{ "host", link_host, 0, 0 },
	{ "domain", link_domain, 0, 0 },
	{ "path", link_path, 0, 0 },
	{ "query", link_query, 0, 0 },
	{ "mismatch", link_mismatch, 0, 0 },
	{ "not", link_not, 0, 0 },
	{ "expires", read_date, offsetof(struct link, value.expires), 0 },
	{ "note", read_text, offsetof(struct link, value.note), 0 },
	{ "source", read_text, offsetof(struct link, value.source), 0 },
	{ "seen", read_text, offsetof(struct link, value.seen), 0 },
};

const struct key_table link_table = { "a link", link_keys,
	nitems(link_keys) };

static void
link_not(struct pack_reader *r, const struct node *node, void *to)
{
	static const struct key_table inner_table = { "not of a link",
		link_keys, LINK_PARTS };
	struct link *inner;

	if (!expect_type(r, node, NODE_MAP))
		return;
	if (node->n == 0) {
		refuse(r, node, "S02", "is empty");
		return;
	}
	inner = ARENA_ONE(r->arena, struct link);
	keys_read(r, node, &inner_table, inner, STR("\"not\" of a link"));
	((struct link *)to)->pattern.none = &inner->pattern;
}

static void
add_text(struct buf *b, struct str s)
{
	struct str shown = pattern_shown(b->arena, str_trim(s));

	if (b->n + shown.n + SUMMARY_ROOM <= SUMMARY_MOST)
		buf_add_str(b, shown);
}

/* "{text: ..., not: {domain: ...}}" as it is shown to people: one level of
 * lists and mappings, cut where it grows long. */
static struct str
summary(struct arena *a, const struct node *map)
{
	const struct node *node, *inner;
	struct buf b;

	buf_init_arena(&b, a, SUMMARY_MOST);
	NODE_EACH(node, map) {
		buf_add_str(&b, b.n == 0 ? STR("{") : STR(", "));
		add_text(&b, node->key);
		buf_add_str(&b, STR(": "));
		add_text(&b, node->text);
		for (inner = node->first; inner != NULL &&
		    b.n + SUMMARY_ROOM < SUMMARY_MOST; inner = inner->next) {
			if (inner != node->first)
				buf_add_str(&b, STR(", "));
			add_text(&b, inner->n == 0 ? inner->text
			    : inner->first->text);
		}
		if (b.n + SUMMARY_ROOM >= SUMMARY_MOST)
			break;
	}
	buf_add_byte(&b, '}');
	return buf_str(&b);
}

static bool
says_something(const struct link_pattern *p)
{
	return p->has_text || p->has_scheme || p->has_path || p->has_query ||
	    p->has_mismatch || p->hosts.n != 0 || p->domains.n != 0 ||
	    p->none != NULL;
}

struct link_pattern *
link_read(struct pack_reader *r, const struct node *node, struct value *value)
{
	struct link *link = ARENA_ONE(r->arena, struct link);
	size_t errors = r->diags->errors;

	value->text = summary(r->arena, node);
	link->value = *value;
	keys_read(r, node, &link_table, link, STR("a link"));
	*value = link->value;
	if (!says_something(&link->pattern) && r->diags->errors == errors)
		refuse(r, node, "S02", "says nothing about a link");
	return r->diags->errors == errors ? &link->pattern : NULL;
}
