/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_SHAPE_H
#define RULE_SHAPE_H

/*
 * What the reader of a pack's key would take, learnt by asking it: it is
 * given a text, lists and mappings that hold nothing, and notes what it
 * looked for.  So the editor's schema follows from the loader and cannot
 * differ from it.
 *
 * The notes are taken by the helpers of packread.c; with NULL they do
 * nothing.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"
#include "conf/node.h"

struct key;
struct pack_reader;

struct shape_note {
	const struct node *node;
	unsigned types;            /* bits of enum node_type: asked for */
	const char *const *words;  /* one of these */
	size_t n_words;
	int32_t points;            /* the most, hundredths; 0: no points */
	bool is_date;
	const struct key *keys;    /* a mapping of these */
	size_t n_keys;
	const struct key *entry;   /* its neighbours are of these */
	size_t n_entry;
};

struct shapes {
	struct arena *arena;
	VEC(struct shape_note) notes;
};

void shape_type(struct shapes *s, const struct node *node,
    enum node_type type);
void shape_words(struct shapes *s, const struct node *node,
    const char *const *words, size_t n);
void shape_points(struct shapes *s, const struct node *node, int32_t most);
void shape_date(struct shapes *s, const struct node *node);
/* True: it is enough to know them. */
bool shape_keys(struct shapes *s, const struct node *node,
    const struct key *keys, size_t n);
void shape_entry(struct shapes *s, const struct node *node,
    const struct key *keys, size_t n);

/* What one key takes. */
struct shape {
	bool is_free;              /* anything */
	const struct shape_note *text, *list, *map;   /* or NULL */
	const struct shape_note *item_text, *item_map; /* of a list */
	const struct shape_note *under_text, *under_map; /* of a mapping with
	                              names of the author's own */
};

typedef void shape_reader(struct pack_reader *r, const struct node *node,
    void *to);

/* Asks a reader; kind is the kind of pack it is to think of. */
void shape_ask(struct shape *out, struct arena *a, shape_reader *read,
    int kind);

#endif
