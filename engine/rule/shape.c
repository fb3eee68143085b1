/* SPDX-License-Identifier: Apache-2.0 */
/* Notes, and the nodes that readers are asked with. */
#include "rule/shape.h"

#include "base/arena.h"
#include "rule/packread.h"

/* Larger than any struct that rows of keys point into. */
enum { SCRATCH = 64 * 1024 };

static struct shape_note *
note_of(struct shapes *s, const struct node *node)
{
	struct shape_note *note;

	VEC_EACH(note, &s->notes)
		if (note->node == node)
			return note;
	note = VEC_ADD(s->arena, &s->notes);
	note->node = node;
	return note;
}

void
shape_type(struct shapes *s, const struct node *node, enum node_type type)
{
	if (s != NULL)
		note_of(s, node)->types |= 1U << type;
}

void
shape_words(struct shapes *s, const struct node *node,
    const char *const *words, size_t n)
{
	struct shape_note *note;

	if (s == NULL)
		return;
	note = note_of(s, node);
	note->words = words;
	note->n_words = n;
}

void
shape_points(struct shapes *s, const struct node *node, int32_t most)
{
	if (s != NULL)
		note_of(s, node)->points = most;
}

void
shape_date(struct shapes *s, const struct node *node)
{
	if (s != NULL)
		note_of(s, node)->is_date = true;
}

bool
shape_keys(struct shapes *s, const struct node *node, const struct key *keys,
    size_t n)
{
	struct shape_note *note;

	if (s == NULL)
		return false;
	note = note_of(s, node);
	note->types |= 1U << NODE_MAP;
	note->keys = keys;
	note->n_keys = n;
	return true;
}

void
shape_entry(struct shapes *s, const struct node *node, const struct key *keys,
    size_t n)
{
	struct shape_note *note;

	if (s == NULL)
		return;
	note = note_of(s, node);
	note->entry = keys;
	note->n_entry = n;
}

/* A node that holds one other, or nothing. */
static struct node *
node_with(struct arena *a, enum node_type type, const char *key,
    struct node *child)
{
	struct node *node = ARENA_ONE(a, struct node);

	node->type = type;
	node->mark = node->key_mark = (struct mark){ 1, 1 };
	if (type == NODE_TEXT)
		node->text = STR("x");
	if (child != NULL) {
		child->key = str_of(key);
		node->first = child;
		node->n = 1;
	}
	return node;
}

struct question {
	struct shape *out;
	struct shapes shapes;
	shape_reader *read;
	int kind;
};

/* What was noted about a node, copied: notes move while they grow. */
static const struct shape_note *
noted(struct question *q, const struct node *node)
{
	const struct shape_note *note;
	struct shape_note *copy;

	VEC_EACH(note, &q->shapes.notes) {
		if (note->node != node)
			continue;
		copy = ARENA_ONE(q->shapes.arena, struct shape_note);
		*copy = *note;
		return copy;
	}
	return NULL;
}

/* True when the reader had nothing to say about the node. */
static bool
put(struct question *q, const struct node *node)
{
	struct arena *a = q->shapes.arena;
	struct pack *pack = ARENA_ONE(a, struct pack);
	struct diags diags;
	struct pack_reader r = { .arena = a, .diags = &diags, .pack = pack,
		.path = STR("x"), .shapes = &q->shapes };

	diags_init(&diags, a);
	diags_file(&diags, STR(""), STR(""));
	pack->kind = (enum pack_kind)q->kind;
	q->shapes.notes.n = 0;
	q->read(&r, node, arena_take(a, SCRATCH));
	return diags.errors == 0;
}

static const struct shape_note *
takes(const struct shape_note *note, enum node_type type)
{
	return note != NULL && (note->types & 1U << type) != 0 ? note : NULL;
}

static void
ask_list(struct question *q)
{
	struct arena *a = q->shapes.arena;
	struct node *text = node_with(a, NODE_TEXT, "", NULL);
	struct node *map = node_with(a, NODE_MAP, "", NULL);
	struct node *list;

	list = node_with(a, NODE_LIST, "", text);
	put(q, list);
	q->out->list = takes(noted(q, list), NODE_LIST);
	q->out->item_text = takes(noted(q, text), NODE_TEXT);
	list = node_with(a, NODE_LIST, "", map);
	put(q, list);
	q->out->item_map = takes(noted(q, map), NODE_MAP);
	if (q->out->list == NULL && q->out->item_text != NULL)
		q->out->list = q->out->item_text;
}

static void
ask_map(struct question *q)
{
	struct arena *a = q->shapes.arena;
	struct node *text = node_with(a, NODE_TEXT, "", NULL);
	struct node *inner = node_with(a, NODE_TEXT, "", NULL);
	struct node *deep = node_with(a, NODE_MAP, "?", inner);
	struct node *map = node_with(a, NODE_MAP, "ja", text);
	const struct shape_note *entry;

	put(q, map);
	q->out->map = takes(noted(q, map), NODE_MAP);
	q->out->under_text = takes(noted(q, text), NODE_TEXT);
	map = node_with(a, NODE_MAP, "a", deep);
	put(q, map);
	q->out->under_map = takes(noted(q, deep), NODE_MAP);
	entry = noted(q, inner);
	if (entry != NULL && entry->entry != NULL)
		q->out->under_map = entry;
	if (q->out->map == NULL)
		q->out->map = q->out->under_text;
}

void
shape_ask(struct shape *out, struct arena *a, shape_reader *read, int kind)
{
	struct question q = { .out = out, .shapes = { .arena = a },
		.read = read, .kind = kind };
	struct node *text = node_with(a, NODE_TEXT, "", NULL);
	bool is_silent;

	*out = (struct shape){ 0 };
	is_silent = put(&q, text);
	out->text = takes(noted(&q, text), NODE_TEXT);
	out->is_free = is_silent && noted(&q, text) == NULL;
	ask_list(&q);
	ask_map(&q);
}
