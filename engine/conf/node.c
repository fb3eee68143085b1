/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Builds nodes from libyaml's events, without recursion, and refuses the
 * parts of YAML that surprise: what libyaml merely accepts (duplicate keys,
 * aliases, tags) and what it reports far from its cause.  The hints for the
 * latter are in trap.c.
 */
#include "conf/node.h"

#include <yaml.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/utf8.h"
#include "conf/trap.h"

enum { DEPTH_MOST = 64, KEYS_LINEAR = 16 };

/* A list or map that is not closed yet. */
struct frame {
	struct node *node;
	struct node *last;
	bool is_key_next;  /* of a map: the next scalar is a key */
	bool is_dropped;   /* a value of a key that is an error */
	struct str key;
	struct mark key_mark;
	struct map keys;   /* of a map with many keys */
};

struct reader {
	struct arena *arena;   /* of nodes */
	struct arena *texts;
	struct diags *diags;
	struct str yaml;
	const struct node_limits *limits;
	struct frame stack[DEPTH_MOST];
	unsigned depth;
	unsigned nodes;
	unsigned documents;
	struct node *root;
	/* Where the search for cut text has come to. */
	struct mark cursor;
	size_t cursor_at;
	bool is_ok;
	bool is_over;      /* nothing more can be read */
};

const char *
node_type_name(enum node_type type)
{
	static const char *const names[] = {
		[NODE_TEXT] = "a text",
		[NODE_LIST] = "a list",
		[NODE_MAP] = "a mapping",
	};

	return names[type];
}

struct node *
node_get(const struct node *map, const char *key)
{
	struct node *child;

	NODE_EACH(child, map)
		if (str_is(child->key, key))
			return child;
	return NULL;
}

struct mark
node_content(const struct node *node)
{
	struct mark mark = node->mark;

	if (node->style == NODE_QUOTED) {
		mark.column++;
	} else if (node->style != NODE_PLAIN) {
		mark.line++;
		mark.column = 1;
	}
	return mark;
}

static struct mark
mark_of(yaml_mark_t mark)
{
	return (struct mark){ (uint32_t)mark.line + 1,
		(uint32_t)mark.column + 1 };
}

static bool
refuse(struct reader *r, struct mark mark, const char *code, const char *text)
{
	r->is_ok = false;
	return diag_add(r->diags, DIAG_ERROR, mark, code, "%s", text);
}

static bool
stop(struct reader *r, struct mark mark, const char *text)
{
	r->is_over = true;
	return refuse(r, mark, "Y01", text);
}

static struct frame *
top(struct reader *r)
{
	return r->depth == 0 ? NULL : &r->stack[r->depth - 1];
}

/* Where a key was set before; 0: nowhere. */
static uint32_t
line_of(const struct frame *f, struct str key)
{
	const struct node *child;
	const uint32_t *line;

	if (f->keys.arena != NULL) {
		line = map_get(&f->keys, key);
		return line == NULL ? 0 : *line;
	}
	NODE_EACH(child, f->node)
		if (str_eq(child->key, key))
			return child->key_mark.line;
	return 0;
}

/* Maps are few that have more keys than a person would write. */
static void
note_key(struct reader *r, struct frame *f, struct str key)
{
	struct node *child;

	if (f->node->n < KEYS_LINEAR)
		return;
	if (f->keys.arena == NULL) {
		map_init(&f->keys, r->arena);
		NODE_EACH(child, f->node)
			map_put(&f->keys, child->key, child->key_mark.line);
	}
	map_put(&f->keys, key, f->key_mark.line);
}

/* Hangs a node under the open list or map, or makes it the root. */
static void
hang(struct reader *r, struct node *node)
{
	struct frame *f = top(r);

	if (f == NULL) {
		if (r->root == NULL)
			r->root = node;
		return;
	}
	if (f->node->type == NODE_MAP) {
		f->is_key_next = true;
		if (f->is_dropped)
			return;
		node->key = f->key;
		node->key_mark = f->key_mark;
		note_key(r, f, f->key);
	}
	if (f->last == NULL)
		f->node->first = node;
	else
		f->last->next = node;
	f->last = node;
	f->node->n++;
}

static struct node *
node_new(struct reader *r, enum node_type type, struct mark mark)
{
	struct node *node;

	if (++r->nodes > r->limits->nodes) {
		stop(r, mark, "too many values in one file");
		return NULL;
	}
	node = ARENA_ONE(r->arena, struct node);
	node->type = type;
	node->mark = mark;
	return node;
}

static void
take_key(struct reader *r, struct frame *f, struct str key, struct mark mark)
{
	uint32_t first;

	f->is_key_next = false;
	f->is_dropped = false;
	if (str_is(key, "<<")) {
		refuse(r, mark, "Y01", "merge keys (<<) are not allowed");
		f->is_dropped = true;
		return;
	}
	f->key = key;
	f->key_mark = mark;
	first = line_of(f, key);
	if (first == 0)
		return;
	f->is_dropped = true;
	r->is_ok = diag_add(r->diags, DIAG_ERROR, mark, "Y02",
	    "duplicate key \"%" STR_FMT "\"", STR_ARG(str_head(key, 80)));
	diag_hint(r->diags, "first set on line %u",
	    (unsigned)first);
}

/* Marks only ever move forward, so the whole file is walked once. */
static size_t
offset_at(struct reader *r, struct mark mark)
{
	while (r->cursor_at < r->yaml.n && (r->cursor.line < mark.line ||
	    (r->cursor.line == mark.line && r->cursor.column < mark.column))) {
		char c = r->yaml.p[r->cursor_at];

		if (c == '\r' && r->cursor_at + 1 < r->yaml.n &&
		    r->yaml.p[r->cursor_at + 1] == '\n')
			r->cursor_at++;
		if (c == '\n' || c == '\r') {
			r->cursor_at++;
			r->cursor.line++;
			r->cursor.column = 1;
			continue;
		}
		utf8_next(r->yaml, &r->cursor_at);
		r->cursor.column++;
	}
	return r->cursor_at;
}

/*
 * "- foo #bar": YAML drops the end.  A comment that a person means has a
 * blank behind its "#".
 */
static void
warn_cut(struct reader *r, const struct node *node, struct mark end)
{
	size_t from = offset_at(r, end), at = from;
	struct str rest;

	while (at < r->yaml.n && r->yaml.p[at] == ' ')
		at++;
	if (at == from && at > 0 && r->yaml.p[at - 1] != ' ')
		return;
	/* Looked at before the line is searched for its end: there may be
	 * many values on it. */
	if (at == r->yaml.n || r->yaml.p[at] != '#')
		return;
	rest = str_from(r->yaml, at);
	rest = str_head(rest, str_find(rest, '\n'));
	rest = str_trim(rest);
	if (node->text.n == 0 || rest.n < 2 || rest.p[1] == ' ' ||
	    rest.p[1] == '#')
		return;
	end.column += (uint32_t)(at - from);
	diag_add(r->diags, DIAG_WARNING, end, "Y03",
	    "\"%" STR_FMT "\" was cut from a value: \" #\" begins a comment",
	    STR_ARG(str_head(rest, 60)));
	diag_hint(r->diags, "quote the value, or put it on its own line under "
	    "a | block; write a comment as \"# text\"");
}

/* Y07: text", with nothing that opens it. */
static void
warn_quote(struct reader *r, const struct node *node)
{
	size_t n = 0;

	for (size_t i = 0; i < node->text.n; i++)
		n += node->text.p[i] == '"';
	if (n % 2 == 0 || !str_ends(node->text, STR("\"")))
		return;
	diag_add(r->diags, DIAG_WARNING, node->mark, "Y07",
	    "a quote closes that was never opened");
	diag_hint(r->diags, "put the whole value in quotes, or on its own "
	    "line under a | block");
}

/* Y06: an item that stands too deep goes on the text of the one before. */
static void
warn_joined(struct reader *r, const struct node *node, struct mark end)
{
	for (uint32_t n = node->mark.line + 1; n <= end.line; n++) {
		struct mark mark = diag_line_mark(r->diags, n);

		if (n == end.line && mark.column >= end.column)
			return;
		if (!str_starts(str_trim(diag_line(r->diags, n)), STR("- ")))
			continue;
		diag_add(r->diags, DIAG_WARNING, mark, "Y06",
		    "an item of a list that stands too deep: it is read as a "
		    "part of the line above");
		diag_hint(r->diags, "items stand one below the other");
		return;
	}
}

/* "en: |" or "tests:" */
static bool
opens_something(struct str line)
{
	static const char *const tails[] = { ":", ": |", ": >-", ": |-" };
	size_t n = 0;

	while (n < line.n && ((line.p[n] >= 'a' && line.p[n] <= 'z') ||
	    str_has(STR("_."), line.p[n])))
		n++;
	if (n < 2)
		return false;
	for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++)
		if (str_is(str_from(line, n), tails[i]))
			return true;
	return false;
}

/* Y06: a key that stands too deep belongs to the block above it. */
static void
warn_swallowed(struct reader *r, const struct node *node)
{
	struct str rest = node->text, line;
	struct mark mark = { node_content(node).line, 1 };

	for (; str_next(&rest, '\n', &line); mark.line++) {
		if (!opens_something(str_trim(line)))
			continue;
		mark = diag_line_mark(r->diags, mark.line);
		diag_add(r->diags, DIAG_WARNING, mark, "Y06",
		    "a key in the lines of a | block: it stands too deep");
		diag_hint(r->diags, "a key stands as deep as the one that "
		    "opens the block");
	}
}

static enum node_style
style_of(yaml_scalar_style_t style)
{
	switch (style) {
	case YAML_SINGLE_QUOTED_SCALAR_STYLE:
	case YAML_DOUBLE_QUOTED_SCALAR_STYLE:
		return NODE_QUOTED;
	case YAML_LITERAL_SCALAR_STYLE:
		return NODE_BLOCK;
	case YAML_FOLDED_SCALAR_STYLE:
		return NODE_FOLDED;
	default:
		return NODE_PLAIN;
	}
}

static void
refuse_extras(struct reader *r, const yaml_char_t *anchor,
    const yaml_char_t *tag, struct mark mark)
{
	if (anchor != NULL) {
		refuse(r, mark, "Y01", "anchors (&name) are not allowed");
		diag_hint(r->diags, "a value that starts with & must be "
		    "quoted, or put on its own line under a | block");
	}
	if (tag != NULL) {
		refuse(r, mark, "Y01", "tags (!name) are not allowed");
		diag_hint(r->diags, "a value that starts with ! must be "
		    "quoted, or put on its own line under a | block");
	}
}

static void
on_scalar(struct reader *r, const yaml_event_t *event)
{
	struct mark mark = mark_of(event->start_mark);
	struct str text = str_copy(r->texts,
	    (struct str){ (const char *)event->data.scalar.value,
	        event->data.scalar.length });
	struct frame *f = top(r);
	struct node *node;

	refuse_extras(r, event->data.scalar.anchor, event->data.scalar.tag,
	    mark);
	if (f != NULL && f->node->type == NODE_MAP && f->is_key_next) {
		take_key(r, f, text, mark);
		return;
	}
	node = node_new(r, NODE_TEXT, mark);
	if (node == NULL)
		return;
	node->style = style_of(event->data.scalar.style);
	node->text = text;
	if (node->style == NODE_PLAIN) {
		warn_cut(r, node, mark_of(event->end_mark));
		warn_quote(r, node);
		warn_joined(r, node, mark_of(event->end_mark));
	} else if (node->style == NODE_BLOCK) {
		warn_swallowed(r, node);
	}
	hang(r, node);
}

static void
on_open(struct reader *r, enum node_type type, bool is_flow,
    struct mark mark)
{
	struct frame *f = top(r);
	struct node *node;

	if (f != NULL && f->node->type == NODE_MAP && f->is_key_next) {
		stop(r, mark, "a key must be a text");
		diag_hint(r->diags, "quote a value that starts with [ or {, "
		    "or put it on its own line under a | block");
		return;
	}
	if (r->depth >= r->limits->depth || r->depth >= DEPTH_MOST) {
		stop(r, mark, "nested too deeply");
		return;
	}
	node = node_new(r, type, mark);
	if (node == NULL)
		return;
	node->is_flow = is_flow;
	hang(r, node);
	r->stack[r->depth++] = (struct frame){
		.node = node,
		.is_key_next = type == NODE_MAP,
	};
}

static void
on_document(struct reader *r, const yaml_event_t *event)
{
	struct mark mark = mark_of(event->start_mark);

	if (event->data.document_start.version_directive != NULL ||
	    event->data.document_start.tag_directives.start !=
	    event->data.document_start.tag_directives.end)
		refuse(r, mark, "Y01", "directives (%YAML, %TAG) are not "
		    "allowed");
	if (++r->documents == 2)
		stop(r, mark, "more than one document in a file");
}

static void
on_event(struct reader *r, const yaml_event_t *event)
{
	struct mark mark = mark_of(event->start_mark);

	switch (event->type) {
	case YAML_DOCUMENT_START_EVENT:
		on_document(r, event);
		break;
	case YAML_ALIAS_EVENT:
		stop(r, mark, "aliases (*name) are not allowed");
		diag_hint(r->diags, "a value that starts with * must be "
		    "quoted, or put on its own line under a | block");
		break;
	case YAML_SCALAR_EVENT:
		on_scalar(r, event);
		break;
	case YAML_SEQUENCE_START_EVENT:
		refuse_extras(r, event->data.sequence_start.anchor,
		    event->data.sequence_start.tag, mark);
		on_open(r, NODE_LIST, event->data.sequence_start.style ==
		    YAML_FLOW_SEQUENCE_STYLE, mark);
		break;
	case YAML_MAPPING_START_EVENT:
		refuse_extras(r, event->data.mapping_start.anchor,
		    event->data.mapping_start.tag, mark);
		on_open(r, NODE_MAP, event->data.mapping_start.style ==
		    YAML_FLOW_MAPPING_STYLE, mark);
		break;
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		if (r->depth > 0)
			r->depth--;
		break;
	default:
		break;
	}
}

static void
on_error(struct reader *r, const yaml_parser_t *parser)
{
	struct trap trap = {
		.problem = str_of(parser->problem),
		.context = str_of(parser->context),
		.at = mark_of(parser->problem_mark),
		.since = mark_of(parser->context_mark),
	};

	r->is_ok = false;
	r->is_over = true;
	if (parser->error == YAML_MEMORY_ERROR)
		trap.problem = STR("out of memory");
	trap_explain(&trap, r->diags);
}

static void
read_events(struct reader *r)
{
	yaml_parser_t parser;
	yaml_event_t event;
	bool is_end = false;

	if (yaml_parser_initialize(&parser) == 0) {
		refuse(r, (struct mark){ 0 }, "", "out of memory");
		return;
	}
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser,
	    (const unsigned char *)r->yaml.p, r->yaml.n);
	while (!is_end && !r->is_over) {
		if (yaml_parser_parse(&parser, &event) == 0) {
			on_error(r, &parser);
			break;
		}
		is_end = event.type == YAML_STREAM_END_EVENT;
		on_event(r, &event);
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&parser);
}

bool
node_read(struct node **out, struct arena *a, struct str yaml,
    const struct node_limits *limits, struct diags *d)
{
	return node_read_apart(out, &(struct node_place){ a, a }, yaml,
	    limits, d);
}

bool
node_read_apart(struct node **out, const struct node_place *place,
    struct str yaml, const struct node_limits *limits, struct diags *d)
{
	struct reader *r = ARENA_ONE(place->nodes, struct reader);

	*out = NULL;
	r->arena = place->nodes;
	r->texts = place->texts;
	r->diags = d;
	r->yaml = yaml;
	r->limits = limits;
	r->cursor = (struct mark){ 1, 1 };
	r->is_ok = true;
	if (yaml.n > limits->bytes)
		return diag_add(d, DIAG_ERROR, (struct mark){ 0 }, "Y01",
		    "larger than the limit of %zu bytes", limits->bytes);
	if (!trap_check_bytes(yaml, d))
		return false;
	read_events(r);
	if (r->is_ok && r->root == NULL)
		return refuse(r, (struct mark){ 0 }, "Y01",
		    "nothing in the file");
	/* Of half a document nothing could be said that helps. */
	*out = r->is_over ? NULL : r->root;
	return r->is_ok;
}
