/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each line of a text gets a part: where a key or an item begins, what goes
 * on from the line before, the lines of a block, comments, nothing.  The tree
 * says which, and how deep; then the lines are written in their order.
 */
#include "cli/layout.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "conf/node.h"
#include "rule/field.h"

enum { INDENT = 2 };

enum part {
	PART_MORE,    /* goes on from the line before */
	PART_KEY,     /* a key or "- " begins it */
	PART_BLOCK,   /* a line of a | block */
	PART_QUOTED,  /* inside quotes: neither comment nor blank */
	PART_COMMENT,
	PART_BLANK,
	PART_GONE     /* of a list that became a block */
};

struct line {
	struct str text;     /* without its indent */
	uint32_t was;        /* blanks in front of it */
	uint32_t indent;     /* and what they shall be */
	enum part part;
	bool is_kept;        /* blanks at its end and around it count */
	const struct node *list; /* becomes a block from here on */
};

struct layout {
	struct arena *arena;
	struct diags *diags;
	struct line *lines;  /* from 1 */
	uint32_t n;
	bool is_beyond;      /* nothing that we know how to write */
};

static uint32_t
blanks_of(struct str s)
{
	uint32_t n = 0;

	while (n < s.n && s.p[n] == ' ')
		n++;
	return n;
}

static void
split(struct layout *l)
{
	struct diags *d = l->diags;

	diag_line(d, 1);
	l->n = (uint32_t)d->lines.n;
	/* Behind the last line break there is no line. */
	if (l->n > 1 && diag_line(d, l->n).n == 0)
		l->n--;
	l->lines = ARENA_MANY(l->arena, struct line, l->n + 2);
	for (uint32_t i = 1; i <= l->n; i++) {
		struct str text = diag_line(d, i);
		struct line *line = &l->lines[i];

		line->was = blanks_of(text);
		line->text = str_from(text, line->was);
		if (str_trim(text).n == 0)
			line->part = PART_BLANK;
		else if (line->text.p[0] == '#')
			line->part = PART_COMMENT;
	}
}

static struct str
text_at(struct layout *l, struct mark mark)
{
	struct str line = diag_line(l->diags, mark.line);
	uint32_t column = 1;
	size_t at = 0;

	while (at < line.n && column++ < mark.column)
		utf8_next(line, &at);
	return str_from(line, at);
}

/* The lines of a block that begins behind its mark, whose owner stood at was
 * and shall stand at indent. */
static void
take_block(struct layout *l, struct mark mark, uint32_t was, uint32_t indent)
{
	struct str marks = text_at(l, mark);
	uint32_t own = 0, to, at = mark.line, last = at;
	bool is_fixed = false, is_kept = false;

	for (size_t i = 0; i < marks.n && marks.p[i] != ' '; i++) {
		is_fixed |= ascii_is_digit(marks.p[i]);
		is_kept |= marks.p[i] == '+';
	}
	for (uint32_t i = at + 1; i <= l->n && own == 0; i++)
		if (l->lines[i].part != PART_BLANK)
			own = l->lines[i].was;
	/* With a digit the depth is a part of the value's notation. */
	l->is_beyond |= is_fixed;
	to = indent + INDENT;
	for (uint32_t i = at + 1; i <= l->n; i++) {
		struct line *line = &l->lines[i];

		if (line->part != PART_BLANK && line->was < own)
			break;
		if (line->part != PART_BLANK && own <= was)
			break;
		if (line->part != PART_BLANK)
			last = i;
		if (line->part == PART_BLANK && !is_kept && line->was <= own)
			continue;
		line->part = PART_BLOCK;
		line->is_kept = true;
		line->indent = line->was < own ? 0 : to + line->was - own;
	}
	for (uint32_t i = at + 1; i <= last; i++) {
		l->lines[i].part = PART_BLOCK;
		l->lines[i].is_kept = true;
	}
}

/* Lines of a quoted text after its first. */
static void
take_quoted(struct layout *l, const struct node *node)
{
	struct str first = diag_line(l->diags, node->mark.line);
	struct str text = text_at(l, node->mark);
	size_t at = first.n - text.n + 1;
	uint32_t n = node->mark.line;
	char quote = text.n == 0 ? '\0' : text.p[0];

	for (; n <= l->n; n++, at = 0) {
		struct str s = diag_line(l->diags, n);

		if (n != node->mark.line) {
			l->lines[n].part = PART_QUOTED;
			l->lines[n].is_kept = true;
			l->lines[n - 1].is_kept = true;
		}
		for (; at < s.n; at++) {
			if (quote == '"' && s.p[at] == '\\')
				at++;
			else if (s.p[at] == quote && quote == '\'' &&
			    at + 1 < s.n && s.p[at + 1] == quote)
				at++;
			else if (s.p[at] == quote)
				return;
		}
	}
}

static bool
begins_line(struct layout *l, struct mark mark)
{
	return l->lines[mark.line].was + 1 == mark.column;
}

static void
set_key(struct layout *l, uint32_t n, uint32_t indent)
{
	l->lines[n].part = PART_KEY;
	l->lines[n].indent = indent;
}

static void walk(struct layout *l, const struct node *node,
    uint32_t indent);

/* Only quotes matter in flow collections: their lines go on from the first. */
static void
walk_flow(struct layout *l, const struct node *node)
{
	const struct node *child;

	if (node->type == NODE_TEXT && node->style == NODE_QUOTED)
		take_quoted(l, node);
	NODE_EACH(child, node)
		walk_flow(l, child);
}

/* What follows a key or "- " that stood at was and shall stand at indent. */
static void
walk_value(struct layout *l, const struct node *node, uint32_t was,
    uint32_t indent)
{
	if (node->type == NODE_TEXT && (node->style == NODE_BLOCK ||
	    node->style == NODE_FOLDED))
		take_block(l, node->mark, was, indent);
	else if (node->type == NODE_TEXT || node->is_flow)
		walk_flow(l, node);
	else
		walk(l, node, indent + INDENT);
}

static void
walk_list(struct layout *l, const struct node *list, uint32_t indent)
{
	const struct node *item;

	NODE_EACH(item, list) {
		uint32_t n = item->mark.line, was = l->lines[n].was;
		struct str text = l->lines[n].text;

		if (!str_starts(text, STR("- ")) ||
		    (item->type == NODE_LIST && !item->is_flow) ||
		    l->lines[n].part == PART_KEY) {
			l->is_beyond = true;
			return;
		}
		set_key(l, n, indent);
		text = str_from(text, 1);
		l->lines[n].text = str_cat(l->arena, STR("- "),
		    str_from(text, blanks_of(text)));
		if (item->type == NODE_MAP && !item->is_flow)
			walk(l, item, indent + INDENT);
		else
			walk_value(l, item, was, indent);
	}
}

static void
walk(struct layout *l, const struct node *node, uint32_t indent)
{
	const struct node *child;

	if (node->type == NODE_LIST) {
		walk_list(l, node, indent);
		return;
	}
	NODE_EACH(child, node) {
		if (begins_line(l, child->key_mark))
			set_key(l, child->key_mark.line, indent);
		walk_value(l, child, child->key_mark.column - 1, indent);
	}
}

/* Values in brackets or quotes are easier under a | block. */
static bool
is_awkward(const struct node *list)
{
	enum field_kind kind = field_find(list->key)->kind;
	const struct node *child;

	if (list->is_flow && (kind == FIELD_URL || kind == FIELD_HOST ||
	    kind == FIELD_DOMAIN || kind == FIELD_MAILBOX))
		return true;
	NODE_EACH(child, list)
		if (child->style != NODE_PLAIN)
			return !list->is_flow || list->n > 1;
	return false;
}

/* Lines that belong to the value of a key which begins at line n. */
static uint32_t
last_line(const struct layout *l, uint32_t n)
{
	uint32_t indent = l->lines[n].indent, last = n;

	for (uint32_t i = n + 1; i <= l->n; i++) {
		const struct line *line = &l->lines[i];

		if (line->part == PART_KEY && line->indent <= indent)
			break;
		if (line->part != PART_BLANK && line->part != PART_COMMENT)
			last = i;
	}
	return last;
}

static void
blocks_of_group(struct layout *l, const struct node *group)
{
	const struct node *field;

	NODE_EACH(field, group) {
		uint32_t n = field->key_mark.line, last;
		bool has_comment = false;

		if (!layout_is_values(field) || !is_awkward(field) ||
		    !begins_line(l, field->key_mark))
			continue;
		last = last_line(l, n);
		for (uint32_t i = n; i <= last; i++)
			has_comment |= str_has(l->lines[i].text, '#');
		if (has_comment)
			continue;
		l->lines[n].list = field;
		for (uint32_t i = n + 1; i <= last; i++)
			l->lines[i].part = PART_GONE;
	}
}

static void
find_blocks(struct layout *l, const struct node *root)
{
	static const char *const parts[] = { "groups", "exceptions" };
	const struct node *map, *group;

	for (size_t i = 0; i < nitems(parts); i++) {
		map = node_get(root, parts[i]);
		if (map == NULL || map->is_flow)
			continue;
		NODE_EACH(group, map)
			if (group->type == NODE_MAP && !group->is_flow)
				blocks_of_group(l, group);
	}
}

/* A comment stands as deep as what it is above; at the end of something
 * deeper, as deep as that. */
static void
place_comments(struct layout *l)
{
	const struct line *next = NULL;

	for (uint32_t i = l->n; i >= 1; i--) {
		struct line *line = &l->lines[i];

		if (line->part == PART_KEY)
			next = line;
		if (line->part != PART_COMMENT)
			continue;
		if (next != NULL && next->was >= line->was) {
			line->indent = next->indent;
			continue;
		}
		line->indent = next == NULL ? 0 : next->indent;
		for (uint32_t k = i; k >= 1; k--)
			if (l->lines[k].part == PART_KEY &&
			    l->lines[k].was <= line->was) {
				line->indent = l->lines[k].indent;
				break;
			}
	}
}

static void
place_rest(struct layout *l)
{
	const struct line *key = NULL;

	for (uint32_t i = 1; i <= l->n; i++) {
		struct line *line = &l->lines[i];
		uint32_t least;

		if (line->part == PART_KEY)
			key = line;
		if (line->part != PART_MORE && line->part != PART_QUOTED)
			continue;
		if (key == NULL) {
			l->is_beyond = true;
			return;
		}
		least = key->indent + INDENT;
		line->indent = line->was > key->was + INDENT
		    ? key->indent + line->was - key->was : least;
		/* An empty line of a folded text counts. */
		for (uint32_t k = i; k > 1 &&
		    l->lines[k - 1].part == PART_BLANK; k--)
			l->lines[k - 1].is_kept = true;
	}
}

static int
rank_of(struct str key)
{
	static const char *const last[] = { "lists", "brands", "groups",
		"exceptions", "when", "score", "say", "advice", "tests" };
	static const char *const first[] = { "pack", "kind", "id", "title" };

	for (size_t i = 0; i < nitems(first); i++)
		if (str_is(key, first[i]))
			return (int)i;
	for (size_t i = 0; i < nitems(last); i++)
		if (str_is(key, last[i]))
			return 100 + (int)i;
	return 50;
}

/* The lines of one top-level key, the comments right above it with them. */
struct piece {
	uint32_t from, to;
	int rank;
	size_t number;
};

typedef VEC(struct piece) piece_list;

static void
find_pieces(struct layout *l, const struct node *root, piece_list *out)
{
	const struct node *child;
	struct piece *piece;
	uint32_t from, n;

	NODE_EACH(child, root) {
		n = child->key_mark.line;
		from = n;
		while (from > 1 && l->lines[from - 1].part == PART_COMMENT &&
		    l->lines[from - 1].was == 0 && str_find_str(
		    l->lines[from - 1].text, STR("$schema")) ==
		    l->lines[from - 1].text.n)
			from--;
		if (out->n != 0)
			out->at[out->n - 1].to = from - 1;
		piece = VEC_ADD(l->arena, out);
		*piece = (struct piece){ .from = from, .to = l->n,
			.rank = rank_of(child->key), .number = out->n };
	}
}

static int
order_pieces(const void *x, const void *y)
{
	const struct piece *a = x, *b = y;

	if (a->rank != b->rank)
		return a->rank - b->rank;
	return a->number < b->number ? -1 : a->number > b->number;
}

static void
add_indent(struct buf *b, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		buf_add_byte(b, ' ');
}

static struct str
trim_end(struct str s)
{
	while (s.n > 0 && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
		s.n--;
	return s;
}

static void
write_list(struct buf *b, const struct line *line)
{
	const struct node *child;

	add_indent(b, line->indent);
	buf_printf(b, "%" STR_FMT ": |\n", STR_ARG(line->list->key));
	NODE_EACH(child, line->list) {
		add_indent(b, line->indent + INDENT);
		buf_add_str(b, str_trim(child->text));
		buf_add_byte(b, '\n');
	}
}

static void
write_line(struct layout *l, struct buf *b, uint32_t n)
{
	const struct line *line = &l->lines[n];

	if (line->part == PART_GONE)
		return;
	if (line->list != NULL) {
		write_list(b, line);
		return;
	}
	if (line->part == PART_BLANK) {
		bool is_second = b->n < 2 || (b->p[b->n - 1] == '\n' &&
		    b->p[b->n - 2] == '\n');

		if (!is_second || line->is_kept)
			buf_add_byte(b, '\n');
		return;
	}
	if (line->text.n != 0 || line->part == PART_BLOCK)
		add_indent(b, line->indent);
	buf_add_str(b, line->is_kept ? line->text : trim_end(line->text));
	buf_add_byte(b, '\n');
}

static void
write_lines(struct layout *l, struct buf *b, uint32_t from, uint32_t to)
{
	for (uint32_t i = from; i <= to; i++)
		write_line(l, b, i);
}

static int
order_words(const void *x, const void *y)
{
	return str_order(*(const struct str *)x, *(const struct str *)y);
}

/* "tags: [b, a]" on a line of its own. */
static void
sort_tags(struct layout *l, const struct node *tags)
{
	VEC(struct str) words = { 0 };
	const struct node *child;
	struct line *line;
	struct buf b;

	if (tags == NULL || !tags->is_flow || tags->type != NODE_LIST ||
	    tags->n < 2)
		return;
	line = &l->lines[tags->key_mark.line];
	if (!str_ends(trim_end(line->text), STR("]")) ||
	    str_has(line->text, '#'))
		return;
	NODE_EACH(child, tags) {
		if (child->type != NODE_TEXT || child->style != NODE_PLAIN)
			return;
		*VEC_ADD(l->arena, &words) = child->text;
	}
	qsort(words.at, words.n, sizeof(*words.at), order_words);
	buf_init_arena(&b, l->arena, SIZE_MAX / 4);
	buf_add_str(&b, STR("tags: ["));
	for (size_t i = 0; i < words.n; i++) {
		buf_add_str(&b, i == 0 ? STR("") : STR(", "));
		buf_add_str(&b, words.at[i]);
	}
	buf_add_byte(&b, ']');
	line->text = buf_str(&b);
}

static struct str
write_all(struct layout *l, const struct node *root)
{
	piece_list pieces = { 0 };
	const struct piece *piece;
	struct buf b;

	buf_init_arena(&b, l->arena, SIZE_MAX / 4);
	find_pieces(l, root, &pieces);
	if (pieces.n == 0)
		return STR("");
	write_lines(l, &b, 1, pieces.at[0].from - 1);
	qsort(pieces.at, pieces.n, sizeof(*pieces.at), order_pieces);
	VEC_EACH(piece, &pieces)
		write_lines(l, &b, piece->from, piece->to);
	while (b.n > 1 && b.p[b.n - 1] == '\n' && b.p[b.n - 2] == '\n' &&
	    !l->lines[l->n].is_kept)
		b.n--;
	return buf_str(&b);
}

bool
layout_make(struct str *out, struct arena *a, struct str file,
    struct str yaml, struct diags *d)
{
	struct layout l = { .arena = a, .diags = d };
	struct node *root, *again;
	struct diags quiet;

	if (!layout_read(&root, a, file, yaml, d) || root == NULL)
		return false;
	if (root->type != NODE_MAP || root->is_flow)
		return false;
	split(&l);
	walk(&l, root, 0);
	if (l.is_beyond)
		return false;
	find_blocks(&l, root);
	sort_tags(&l, node_get(root, "tags"));
	place_comments(&l);
	place_rest(&l);
	*out = write_all(&l, root);
	diags_init(&quiet, a);
	return !l.is_beyond && layout_read(&again, a, file, *out, &quiet) &&
	    layout_is_same(a, root, again);
}
