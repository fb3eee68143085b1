/* SPDX-License-Identifier: Apache-2.0 */
/* From shapes to JSON Schema. */
#include "rule/schema.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/vec.h"
#include "rule/packread.h"
#include "rule/shape.h"

struct schema {
	struct json j;
	struct arena *arena;
	int kind;   /* of pack that readers are asked for */
};

/* Keys whose readers wait until the rest is there. */
static void
groups_later(struct pack_reader *r, const struct node *node, void *to)
{
	(void)to;
	read_groups(r, node, NULL);
}

static void
tests_later(struct pack_reader *r, const struct node *node, void *to)
{
	(void)to;
	read_tests(r, node);
}

static void
lists_later(struct pack_reader *r, const struct node *node, void *to)
{
	(void)to;
	read_lists(r, node);
}

static void
when_later(struct pack_reader *r, const struct node *node, void *to)
{
	(void)to;
	r->when = node;
	read_conditions(r);
}

static void
score_later(struct pack_reader *r, const struct node *node, void *to)
{
	(void)to;
	r->score = node;
	read_conditions(r);
}

static const struct {
	const char *name;
	shape_reader *read;
} later[] = {
	{ "groups", groups_later },
	{ "exceptions", groups_later },
	{ "tests", tests_later },
	{ "lists", lists_later },
	{ "when", when_later },
	{ "score", score_later },
};

static shape_reader *
reader_of(const struct key *key, bool is_top)
{
	for (size_t i = 0; is_top && i < nitems(later); i++)
		if (str_is(str_of(later[i].name), key->name))
			return later[i].read;
	return key->read;
}

static void
put_type(struct schema *s, const char *type)
{
	json_put_str(&s->j, "type", str_of(type));
}

static void
put_words(struct schema *s, const char *key, const char *const *words,
    size_t n)
{
	json_key(&s->j, key);
	json_open_array(&s->j);
	for (size_t i = 0; i < n; i++)
		json_str(&s->j, str_of(words[i]));
	json_close_array(&s->j);
}

/* Editors give scalars types of their own; to the loader all are text. */
static void
put_any_text(struct schema *s)
{
	static const char *const types[] = { "string", "number", "boolean" };

	put_words(s, "type", types, nitems(types));
}

static void
text_fields(struct schema *s, const struct shape_note *note)
{
	if (note->n_words == 2 && str_is(str_of(note->words[0]), "false")) {
		put_type(s, "boolean");
	} else if (note->n_words != 0) {
		put_words(s, "enum", note->words, note->n_words);
	} else if (note->points != 0) {
		put_type(s, "number");
		json_put_int(&s->j, "minimum", 0);
		json_put_int(&s->j, "maximum", note->points / 100);
	} else if (note->is_date) {
		put_type(s, "string");
		json_put_str(&s->j, "pattern", STR("^20\\d\\d-\\d\\d-\\d\\d$"));
	} else {
		put_any_text(s);
	}
}

static void put_keys(struct schema *s, const struct shape_note *note,
    struct str holder);

static void
group_ref(struct schema *s)
{
	json_put_str(&s->j, "$ref", STR("#/$defs/group"));
}

static void
list_fields(struct schema *s, const struct shape *shape, struct str name)
{
	put_type(s, "array");
	if (shape->item_text == NULL && shape->item_map == NULL)
		return;
	json_key(&s->j, "items");
	json_open_object(&s->j);
	if (shape->item_map != NULL && shape->item_map->keys != NULL)
		put_keys(s, shape->item_map, name);
	else if (shape->item_text != NULL)
		text_fields(s, shape->item_text);
	json_close_object(&s->j);
}

static void
names_fields(struct schema *s, const struct shape *shape, struct str name)
{
	put_type(s, "object");
	json_key(&s->j, "additionalProperties");
	json_open_object(&s->j);
	if (shape->under_map != NULL && shape->under_map->entry != NULL)
		group_ref(s);
	else if (shape->under_map != NULL && shape->under_map->keys != NULL)
		put_keys(s, shape->under_map, name);
	else if (shape->under_text != NULL)
		text_fields(s, shape->under_text);
	json_close_object(&s->j);
}

static void
map_fields(struct schema *s, const struct shape *shape, struct str name)
{
	if (shape->map->keys != NULL)
		put_keys(s, shape->map, name);
	else
		names_fields(s, shape, name);
}

/* "if it is a mapping, then ..., else ...": the editor's message then names
 * the right key, which it could not for a union. */
static void
choose(struct schema *s, const struct shape *shape, struct str name,
    bool has_text)
{
	struct json *j = &s->j;
	const char *type = shape->list != NULL ? "array" : "object";

	json_key(j, "if");
	json_open_object(j);
	put_type(s, type);
	json_close_object(j);
	json_key(j, "then");
	json_open_object(j);
	if (shape->list != NULL)
		list_fields(s, shape, name);
	else
		map_fields(s, shape, name);
	json_close_object(j);
	json_key(j, "else");
	json_open_object(j);
	if (has_text)
		text_fields(s, shape->text);
	json_close_object(j);
}

static void
put_shape(struct schema *s, shape_reader *read, struct str name,
    struct str help)
{
	struct shape shape;

	shape_ask(&shape, s->arena, read, s->kind);
	json_open_object(&s->j);
	if (help.n != 0)
		json_put_str(&s->j, "description", help);
	if (shape.text != NULL && (shape.list != NULL || shape.map != NULL))
		choose(s, &shape, name, true);
	else if (shape.list != NULL)
		list_fields(s, &shape, name);
	else if (shape.map != NULL)
		map_fields(s, &shape, name);
	else if (shape.text != NULL)
		text_fields(s, shape.text);
	json_close_object(&s->j);
}

/* Names of what holds keys, where that is not the key's own name. */
static struct str
holder_of(struct str name)
{
	static const char *const names[][2] = {
		{ "brands", "brand" }, { "tests", "test" },
		{ "links", "link" }, { "files", "file" },
		{ "vendor_senders", "vendor" }, { "lists", "list" },
	};

	for (size_t i = 0; i < nitems(names); i++)
		if (str_is(name, names[i][0]))
			return str_of(names[i][1]);
	return name;
}

static void
close_object(struct schema *s)
{
	json_key(&s->j, "patternProperties");
	json_open_object(&s->j);
	json_key(&s->j, "^x-");
	json_bool(&s->j, true);
	json_close_object(&s->j);
	json_put_bool(&s->j, "additionalProperties", false);
}

static void
put_required(struct schema *s, const struct key *keys, size_t n, int kind)
{
	json_key(&s->j, "required");
	json_open_array(&s->j);
	for (size_t i = 0; i < n; i++)
		if ((keys[i].flags >> KEY_MUST_SHIFT & 1U << kind) != 0)
			json_str(&s->j, str_of(keys[i].name));
	json_close_array(&s->j);
}

static void
put_key(struct schema *s, const struct key *key, struct str holder)
{
	struct str name = str_of(key->name);
	bool is_top = holder.n == 0;

	json_key(&s->j, key->name);
	put_shape(s, reader_of(key, is_top), holder_of(name),
	    schema_help(is_top ? STR("pack") : holder, name));
}

static void
put_keys(struct schema *s, const struct shape_note *note, struct str holder)
{
	holder = holder_of(holder);
	put_type(s, "object");
	json_key(&s->j, "properties");
	json_open_object(&s->j);
	for (size_t i = 0; i < note->n_keys; i++)
		put_key(s, &note->keys[i], holder);
	json_close_object(&s->j);
	put_required(s, note->keys, note->n_keys, PACK_CAMPAIGN);
	close_object(s);
}

/* The table that is asked for when a mapping with some key stands for a
 * value of a field. */
static const struct shape_note *
value_table(struct schema *s, const char *field, const char *key)
{
	struct arena *a = s->arena;
	struct shapes shapes = { .arena = a };
	struct diags diags;
	struct pack_reader r = { .arena = a, .diags = &diags,
		.pack = ARENA_ONE(a, struct pack), .shapes = &shapes };
	struct node text = { .type = NODE_TEXT, .text = STR("x"),
		.key = str_of(key) };
	struct node map = { .type = NODE_MAP, .first = &text, .n = 1 };
	struct node list = { .type = NODE_LIST, .first = &map, .n = 1,
		.key = str_of(field) };
	struct node group = { .type = NODE_MAP, .first = &list, .n = 1,
		.key = STR("a") };
	struct node groups = { .type = NODE_MAP, .first = &group, .n = 1 };
	const struct shape_note *note;
	struct shape_note *found = ARENA_ONE(a, struct shape_note);

	diags_init(&diags, a);
	diags_file(&diags, STR(""), STR(""));
	read_groups(&r, &groups, NULL);
	VEC_EACH(note, &shapes.notes)
		if (note->keys != NULL)
			*found = *note;
	return found;
}

static void
put_def(struct schema *s, const char *name, const char *field,
    const char *key)
{
	json_key(&s->j, name);
	json_open_object(&s->j);
	put_keys(s, value_table(s, field, key), str_of(name));
	json_close_object(&s->j);
}

static void
put_ref(struct schema *s, const char *name)
{
	json_key(&s->j, name);
	json_open_object(&s->j);
}

/* An item: a text, a mapping with "value", or for URLs one about a link. */
static void
put_item(struct schema *s, bool is_url)
{
	struct json *j = &s->j;

	put_ref(s, "if");
	put_type(s, "object");
	json_close_object(j);
	put_ref(s, "then");
	if (is_url) {
		put_ref(s, "if");
		json_key(j, "required");
		json_open_array(j);
		json_str(j, STR("value"));
		json_close_array(j);
		json_close_object(j);
		put_ref(s, "then");
	}
	json_put_str(j, "$ref", STR("#/$defs/value"));
	if (is_url) {
		json_close_object(j);
		put_ref(s, "else");
		json_put_str(j, "$ref", STR("#/$defs/link"));
		json_close_object(j);
	}
	json_close_object(j);
	put_ref(s, "else");
	put_any_text(s);
	json_close_object(j);
}

static void
put_values(struct schema *s, const char *name, bool is_url)
{
	json_key(&s->j, name);
	json_open_object(&s->j);
	put_ref(s, "if");
	put_type(s, "array");
	json_close_object(&s->j);
	put_ref(s, "then");
	put_ref(s, "items");
	put_item(s, is_url);
	json_close_object(&s->j);
	json_close_object(&s->j);
	put_ref(s, "else");
	put_item(s, is_url);
	json_close_object(&s->j);
	json_close_object(&s->j);
}

static void
put_counts(struct schema *s, const struct field *f)
{
	put_type(s, "object");
	json_key(&s->j, "properties");
	json_open_object(&s->j);
	for (size_t i = 0; count_name(f, i) != NULL; i++) {
		json_key(&s->j, count_name(f, i));
		json_open_object(&s->j);
		put_any_text(s);
		json_close_object(&s->j);
	}
	json_close_object(&s->j);
	json_put_bool(&s->j, "additionalProperties", false);
}

static void
put_field(struct schema *s, const struct field *f)
{
	json_key(&s->j, f->name);
	json_open_object(&s->j);
	json_put_str(&s->j, "description", str_of(f->help));
	switch (f->kind) {
	case FIELD_COUNT:
		put_counts(s, f);
		break;
	case FIELD_HEADER:
		put_type(s, "object");
		put_ref(s, "additionalProperties");
		json_put_str(&s->j, "$ref", STR("#/$defs/values"));
		json_close_object(&s->j);
		break;
	default:
		json_put_str(&s->j, "$ref", f->kind == FIELD_URL
		    ? STR("#/$defs/urls") : STR("#/$defs/values"));
	}
	json_close_object(&s->j);
}

static void
put_group(struct schema *s)
{
	struct shape shape;
	const struct shape_note *note;

	shape_ask(&shape, s->arena, groups_later, PACK_CAMPAIGN);
	note = shape.under_map;
	json_key(&s->j, "group");
	json_open_object(&s->j);
	put_type(s, "object");
	json_key(&s->j, "properties");
	json_open_object(&s->j);
	for (size_t i = 0; note != NULL && i < note->n_entry; i++)
		put_key(s, &note->entry[i], STR("group"));
	for (size_t i = 0; i < n_fields; i++)
		put_field(s, &fields[i]);
	json_close_object(&s->j);
	close_object(s);
	json_close_object(&s->j);
}

/* What a kind of pack needs, and what is not for it. */
static void
put_kind(struct schema *s, const struct key *keys, size_t n, int kind)
{
	struct json *j = &s->j;

	json_open_object(j);
	put_ref(s, "if");
	put_ref(s, "properties");
	put_ref(s, "kind");
	json_put_str(j, "const", str_of(pack_kind_names[kind]));
	json_close_object(j);
	json_close_object(j);
	json_key(j, "required");
	json_raw(j, STR("[\"kind\"]"));
	json_close_object(j);
	put_ref(s, "then");
	put_required(s, keys, n, kind);
	put_ref(s, "properties");
	for (size_t i = 0; i < n; i++)
		if ((keys[i].flags & KEY_ALL) != 0 &&
		    (keys[i].flags & 1U << kind) == 0)
			json_put_bool(j, keys[i].name, false);
	json_close_object(j);
	json_close_object(j);
	json_close_object(j);
}

static void
put_top(struct schema *s, const struct key *keys, size_t n)
{
	struct json *j = &s->j;

	json_key(j, "properties");
	json_open_object(j);
	for (size_t i = 0; i < n; i++) {
		struct str name = str_of(keys[i].name);

		if (str_is(name, "pack")) {
			json_key(j, "pack");
			json_open_object(j);
			json_put_str(j, "description",
			    schema_help(STR("pack"), name));
			json_put_int(j, "const", 1);
			json_close_object(j);
		} else if (str_is(name, "kind")) {
			json_key(j, "kind");
			json_open_object(j);
			json_put_str(j, "description",
			    schema_help(STR("pack"), name));
			put_words(s, "enum", pack_kind_names, PACK_KINDS);
			json_close_object(j);
		} else {
			s->kind = (keys[i].flags & KEY_CAMPAIGN) != 0 ||
			    (keys[i].flags & KEY_ALL) == 0 ? PACK_CAMPAIGN
			    : (keys[i].flags & KEY_BRANDS) != 0 ? PACK_BRANDS
			    : PACK_LISTS;
			put_key(s, &keys[i], STR(""));
		}
	}
	json_close_object(j);
}

void
schema_write(struct buf *to, struct arena *scratch)
{
	struct schema s = { .arena = scratch };
	struct json *j = &s.j;
	const struct key *keys = pack_table.keys;
	size_t n = pack_table.n;

	json_init(j, to);
	json_open_object(j);
	json_put_str(j, "$schema",
	    STR("https://json-schema.org/draft/2020-12/schema"));
	json_put_str(j, "title", STR("rule pack of sekisho, format 1"));
	put_type(&s, "object");
	put_top(&s, keys, n);
	close_object(&s);
	json_key(j, "required");
	json_raw(j, STR("[\"pack\",\"kind\"]"));
	json_key(j, "allOf");
	json_open_array(j);
	for (int kind = 0; kind < PACK_KINDS; kind++)
		put_kind(&s, keys, n, kind);
	json_close_array(j);
	json_key(j, "$defs");
	json_open_object(j);
	put_group(&s);
	put_values(&s, "values", false);
	put_values(&s, "urls", true);
	put_def(&s, "value", "subject", "value");
	put_def(&s, "link", "url", "host");
	json_close_object(j);
	json_close_object(j);
}
