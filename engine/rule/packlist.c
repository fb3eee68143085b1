/* SPDX-License-Identifier: Apache-2.0 */
/*
 * External lists as packs name them (pack-format 2.10): their definitions,
 * and the values "list:feeds/openphish" that stand for all their rows.
 */
#include "base/arena.h"
#include "base/suggest.h"
#include "base/vec.h"
#include "rule/expand.h"
#include "rule/list.h"
#include "rule/packread.h"

enum { LISTS_MOST = 64, AGE_DAYS_MOST = 3650 };

static void
read_type(struct pack_reader *r, const struct node *node, void *to)
{
	int which;

	if (choice_of(r, node, list_type_names, LIST_TYPES, &which))
		*(enum list_type *)to = (enum list_type)which;
}

static void
read_format(struct pack_reader *r, const struct node *node, void *to)
{
	int which;

	if (choice_of(r, node, list_format_names, LIST_FORMATS, &which))
		*(enum list_format *)to = (enum list_format)which;
}

/* "12h", "2d". */
static void
read_age(struct pack_reader *r, const struct node *node, void *to)
{
	struct str text, digits;
	int64_t n = 0, unit;

	if (!text_of(r, node, &text))
		return;
	digits = str_head(text, text.n - 1);
	unit = str_ends(text, STR("d")) ? 86400 : 3600;
	if ((str_ends(text, STR("d")) || str_ends(text, STR("h"))) &&
	    str_to_int(digits, &n) && n > 0 &&
	    n * unit <= (int64_t)AGE_DAYS_MOST * 86400) {
		*(int64_t *)to = n * unit;
		return;
	}
	refuse(r, node, "S03", "\"%" STR_FMT "\" is no age such as 12h or 2d",
	    STR_ARG(pattern_shown(r->arena, text)));
}

static void
read_rows(struct pack_reader *r, const struct node *node, void *to)
{
	struct str text;
	int64_t n;

	if (!text_of(r, node, &text))
		return;
	if (str_to_int(text, &n) && n > 0 && n <= LIST_ROWS_MOST)
		*(int64_t *)to = n;
	else
		refuse(r, node, "S03", "\"%" STR_FMT "\" is no number from 1 "
		    "to %d", STR_ARG(pattern_shown(r->arena, text)),
		    (int)LIST_ROWS_MOST);
}

static void
read_sha256(struct pack_reader *r, const struct node *node, void *to)
{
	struct pattern pattern;
	struct str text;

	if (text_of(r, node, &text) && pattern_read(&pattern, r->arena,
	    field_find(STR("file.sha256")), text, r->diags, node->mark))
		*(struct str *)to = pattern.key;
}

/*
 * A path from the pack's own folder; one that begins with the name of that
 * folder is one from the folder above: "lists/a.txt" in lists/x.pack.yaml.
 * Only packs of lists, which a site makes for itself, may look elsewhere.
 */
static void
read_file(struct pack_reader *r, const struct node *node, void *to)
{
	struct str file = r->pack->file, folder, name, text;
	size_t slash = str_find_last(file, '/');

	if (!text_of(r, node, &text))
		return;
	if (r->pack->kind != PACK_LISTS && (text.p[0] == '/' ||
	    str_find_str(text, STR("..")) < text.n)) {
		refuse(r, node, "S04", "must be a path from the pack's "
		    "folder");
		diag_hint(r->diags, "packs of kind lists may name any file");
		return;
	}
	folder = slash == file.n ? STR("") : str_head(file, slash);
	name = str_from(folder, str_find_last(folder, '/') == folder.n ? 0
	    : str_find_last(folder, '/') + 1);
	if (name.n != 0 && str_starts(text, str_cat(r->arena, name,
	    STR("/"))))
		folder.n -= name.n;
	else if (folder.n != 0)
		folder = str_cat(r->arena, folder, STR("/"));
	*(struct str *)to = text.p[0] == '/' ? text
	    : str_cat(r->arena, folder, text);
}

#define AT(member) offsetof(struct list_conf, member)
#define MUST (KEY_ALL | KEY_ALL << KEY_MUST_SHIFT)

static const struct key definition_keys[] = {
	{ "file", read_file, AT(path), MUST },
	{ "type", read_type, AT(type), MUST },
	{ "format", read_format, AT(format), 0 },
	{ "column", read_text, AT(column), 0 },
	{ "skip_header", read_bool, AT(skip_header), 0 },
	{ "max_age", read_age, AT(max_age), 0 },
	{ "max_rows", read_rows, AT(max_rows), 0 },
	{ "sha256", read_sha256, AT(sha256), 0 },
	{ "note", read_free, 0, 0 },
};

const struct key_table list_table = { "a list", definition_keys,
	nitems(definition_keys) };

static void
read_one(struct pack_reader *r, const struct node *node)
{
	struct list_conf *conf = ARENA_ONE(r->arena, struct list_conf);
	struct str outer = path_enter(r, node->key);

	conf->mark = node->key_mark;
	conf->max_rows = LIST_ROWS_DEFAULT;
	conf->pack = r->pack;
	conf->id = str_cat(r->arena, r->pack->id, STR("/"), node->key);
	if (!is_name(node->key)) {
		diag_add(r->diags, DIAG_ERROR, node->key_mark, "S04",
		    "\"%" STR_FMT "\" cannot be the name of a list",
		    STR_ARG(pattern_shown(r->arena, node->key)));
	} else if (expect_type(r, node, NODE_MAP)) {
		keys_read(r, node, &list_table, conf,
		    str_printf(r->arena, "list \"%" STR_FMT "\"",
		        STR_ARG(node->key)));
		if (conf->column.n != 0 && conf->format == LIST_TEXT)
			refuse(r, node, "S04", "\"column\" is for format: "
			    "csv or json-lines");
		*VEC_ADD(r->arena, &r->pack->lists) = conf;
	}
	r->path = outer;
}

void
read_lists(struct pack_reader *r, const struct node *node)
{
	const struct node *child;
	struct str outer = path_enter(r, STR("lists"));

	if (node != NULL && expect_type(r, node, NODE_MAP) &&
	    (node->n <= LISTS_MOST ||
	    refuse(r, node, "S04", "more than 64 lists"))) {
		NODE_EACH(child, node)
			read_one(r, child);
	}
	r->path = outer;
}

/* Values */

static const struct str list_prefix = STR_INIT("list:");

#define BIT(type) (1U << (type))

/* Types of lists that the values of a field may be looked up in. */
static unsigned
types_for(enum field_kind kind)
{
	const unsigned names = BIT(LIST_DOMAIN) | BIT(LIST_HOST);

	switch (kind) {
	case FIELD_ADDR:
		return BIT(LIST_IP);
	case FIELD_RELAY:
		return names | BIT(LIST_IP);
	case FIELD_MAILBOX:
		return BIT(LIST_EMAIL) | BIT(LIST_DOMAIN);
	case FIELD_URL:
		return names | BIT(LIST_URL);
	case FIELD_NAME:
	case FIELD_DOMAIN:
	case FIELD_HOST:
		return names;
	case FIELD_HASH:
		return BIT(LIST_SHA256);
	case FIELD_TEXT:
	case FIELD_PATH:
	case FIELD_QUERY:
		return BIT(LIST_PHRASE);
	default:
		return 0;
	}
}

static bool
read_list_name(struct pattern *out, struct pack_reader *r,
    const struct field *field, struct str text, struct mark mark)
{
	struct str name = str_trim(str_from(text, list_prefix.n)), pack, list;
	bool is_far = str_cut(name, '/', &pack, &list);

	*out = (struct pattern){ .kind = PATTERN_LIST };
	if (is_far ? is_slug(pack) && is_name(list) : is_name(name)) {
		out->key = is_far ? name
		    : str_cat(r->arena, r->pack->id, STR("/"), name);
	} else {
		diag_add(r->diags, DIAG_ERROR, mark, "S04",
		    "%s: \"%" STR_FMT "\" names no list", field->name,
		    STR_ARG(pattern_shown(r->arena, text)));
		diag_hint(r->diags, "such as list:feeds/openphish: id of the "
		    "pack, name of the list");
		return false;
	}
	if (types_for(field->kind) != 0)
		return true;
	return diag_add(r->diags, DIAG_ERROR, mark, "S04",
	    "%s: no list has values of this field", field->name);
}

bool
value_pattern_read(struct pattern *out, struct pack_reader *r,
    const struct field *field, struct str text, struct mark mark)
{
	if (str_starts(text, list_prefix))
		return read_list_name(out, r, field, text, mark);
	return pattern_read(out, r->arena, field, text, r->diags, mark);
}

struct resolving {
	struct arena *arena;
	struct diags *diags;
	struct map ids;             /* of lists, to their numbers */
	struct mark mark;           /* of the value in hand */
	VEC(struct list_conf *) lists;
};

static void
number_lists(struct resolving *s, const pack_list *packs)
{
	struct list_conf **conf;

	for (size_t i = 0; i < packs->n; i++) {
		VEC_EACH(conf, &packs->at[i]->lists) {
			(*conf)->number = (uint32_t)s->lists.n;
			map_put(&s->ids, (*conf)->id, (*conf)->number);
			*VEC_ADD(s->arena, &s->lists) = *conf;
		}
	}
}

/* Lists of the site need not be there: an empty one has no rows either. */
static void
refuse_list(struct resolving *s, const char *field, const struct pattern *p)
{
	struct str best = { 0 };

	if (str_starts(p->key, STR("site/")))
		return;
	for (size_t i = 0; i < s->lists.n; i++)
		suggest_try(p->key, s->lists.at[i]->id, &best);
	diag_add(s->diags, DIAG_ERROR, s->mark, "X05",
	    "%s: no list \"%" STR_FMT "\" in any pack", field,
	    STR_ARG(p->key));
	if (best.n != 0)
		diag_hint(s->diags, "did you mean \"list:%" STR_FMT "\"?",
		    STR_ARG(best));
}

static void
resolve(struct resolving *s, const struct field *field, struct pattern *p)
{
	const uint32_t *number;

	if (p->kind != PATTERN_LIST)
		return;
	number = map_get(&s->ids, p->key);
	if (number == NULL) {
		refuse_list(s, field->name, p);
		return;
	}
	p->list = s->lists.at[*number];
	if ((types_for(field->kind) & BIT(p->list->type)) == 0)
		diag_add(s->diags, DIAG_ERROR, s->mark, "S04",
		    "%s: list \"%" STR_FMT "\" is one of type %s",
		    field->name, STR_ARG(p->list->id),
		    list_type_names[p->list->type]);
}

static void
resolve_link(struct resolving *s, struct link_pattern *link)
{
	struct pattern *p;

	for (; link != NULL; link = link->none) {
		resolve(s, field_find(STR("link.text")), &link->text);
		resolve(s, field_find(STR("url.path")), &link->path);
		resolve(s, field_find(STR("url.query")), &link->query);
		VEC_EACH(p, &link->hosts)
			resolve(s, field_find(STR("url.host")), p);
		VEC_EACH(p, &link->domains)
			resolve(s, field_find(STR("url.domain")), p);
	}
}

static void
resolve_value(struct resolving *s, struct value *v)
{
	s->mark = v->mark;
	if (v->link != NULL)
		resolve_link(s, v->link);
	else
		resolve(s, v->field, &v->pattern);
}

bool
packs_lists(pack_list *packs, struct arena *a, struct diags *d)
{
	struct resolving s = { .arena = a, .diags = d };
	size_t kept = 0, n = packs->n;
	struct group *g;
	struct value *v;

	map_init(&s.ids, a);
	number_lists(&s, packs);
	for (size_t i = 0; i < n; i++) {
		struct pack *p = packs->at[i];
		size_t errors = d->errors;

		diags_file(d, p->file, p->yaml);
		VEC_EACH(g, &p->groups)
			VEC_EACH(v, &g->values)
				resolve_value(&s, v);
		if (d->errors == errors || p->lists.n != 0)
			packs->at[kept++] = p;
	}
	packs->n = kept;
	return kept == n;
}
