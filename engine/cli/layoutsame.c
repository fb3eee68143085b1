/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a text for its layout, and tells whether two say the same. */
#include <stdlib.h>

#include "base/arena.h"
#include "base/vec.h"
#include "cli/layout.h"
#include "conf/node.h"
#include "rule/field.h"

enum { BYTES_MOST = 1 << 20, DEPTH_MOST = 16, NODES_MOST = 200000 };

bool
layout_read(struct node **out, struct arena *a, struct str file,
    struct str yaml, struct diags *d)
{
	static const struct node_limits limits = {
		.bytes = BYTES_MOST,
		.depth = DEPTH_MOST,
		.nodes = NODES_MOST,
	};

	diags_file(d, file, yaml);
	return node_read(out, a, yaml, &limits, d);
}

bool
layout_is_values(const struct node *list)
{
	const struct field *field = field_find(list->key);
	const struct node *child;

	if (field == NULL || field->kind == FIELD_HEADER ||
	    field->kind == FIELD_COUNT || list->type != NODE_LIST ||
	    list->n == 0)
		return false;
	NODE_EACH(child, list)
		if (child->type != NODE_TEXT || str_trim(child->text).n == 0 ||
		    str_has(child->text, '\n'))
			return false;
	return true;
}

typedef VEC(struct str) word_vec;

static void
values_of(word_vec *out, struct arena *a, const struct node *node)
{
	struct str rest = node->text, line;
	const struct node *child;

	if (node->type == NODE_LIST) {
		NODE_EACH(child, node)
			*VEC_ADD(a, out) = str_trim(child->text);
		return;
	}
	while (str_next(&rest, '\n', &line))
		if (str_trim(line).n != 0)
			*VEC_ADD(a, out) = str_trim(line);
}

static int
order(const void *x, const void *y)
{
	return str_order(*(const struct str *)x, *(const struct str *)y);
}

static bool
are_words_same(struct arena *a, const struct node *x, const struct node *y,
    bool is_sorted)
{
	word_vec left = { 0 }, right = { 0 };

	values_of(&left, a, x);
	values_of(&right, a, y);
	if (left.n != right.n)
		return false;
	if (is_sorted && left.n != 0) {
		qsort(left.at, left.n, sizeof(*left.at), order);
		qsort(right.at, right.n, sizeof(*right.at), order);
	}
	for (size_t i = 0; i < left.n; i++)
		if (!str_eq(left.at[i], right.at[i]))
			return false;
	return true;
}

static bool
is_block_of(const struct node *list, const struct node *text)
{
	return layout_is_values(list) && text->type == NODE_TEXT &&
	    text->style == NODE_BLOCK;
}

static bool
are_maps_same(struct arena *a, const struct node *x, const struct node *y)
{
	const struct node *child, *other;

	NODE_EACH(child, x) {
		for (other = y->first; other != NULL; other = other->next)
			if (str_eq(other->key, child->key))
				break;
		if (other == NULL || !layout_is_same(a, child, other))
			return false;
	}
	return true;
}

bool
layout_is_same(struct arena *a, const struct node *x, const struct node *y)
{
	const struct node *left = x->first, *right = y->first;

	if (is_block_of(x, y))
		return are_words_same(a, x, y, false);
	if (x->type != y->type || x->n != y->n || x->style != y->style)
		return false;
	if (x->type == NODE_TEXT)
		return str_eq(x->text, y->text);
	if (x->type == NODE_MAP)
		return are_maps_same(a, x, y);
	if (str_is(x->key, "tags"))
		return are_words_same(a, x, y, true);
	for (; left != NULL; left = left->next, right = right->next)
		if (!layout_is_same(a, left, right))
			return false;
	return true;
}
