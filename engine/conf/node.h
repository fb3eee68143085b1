/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONF_NODE_H
#define CONF_NODE_H

/*
 * A YAML document as nodes that know their place.  Every scalar is text as
 * it was typed: types come from the schema of whoever reads the node.  Taken
 * from libyaml's events; anchors, aliases, tags, merge keys, several
 * documents and duplicate keys are errors.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "conf/diag.h"

enum node_type { NODE_TEXT, NODE_LIST, NODE_MAP };

enum node_style {
	NODE_PLAIN,
	NODE_QUOTED,
	NODE_BLOCK, /* "|": lines */
	NODE_FOLDED /* ">": lines made one */
};

struct node {
	enum node_type type;
	enum node_style style; /* of a text */
	bool is_flow;          /* a list or map in [ ] or { } */
	struct mark mark;
	struct str text;       /* of a text */
	struct str key;        /* of a map's entry */
	struct mark key_mark;
	struct node *first;    /* of a list or map */
	struct node *next;     /* the neighbour in the parent */
	uint32_t n;            /* entries of a list or map */
};

#define NODE_EACH(child, parent) \
	for ((child) = (parent)->first; (child) != NULL; \
	    (child) = (child)->next)

struct node_limits {
	size_t bytes;
	unsigned depth;
	unsigned nodes;
};

/*
 * One document.  False after any error, and then *out is what can be read all
 * the same, so that its reader finds more, or NULL.  What is wrong is in d,
 * whose current file it is.
 */
bool node_read(struct node **out, struct arena *a, struct str yaml,
    const struct node_limits *limits, struct diags *d);

/* The same for who keeps texts and keys, and not the nodes. */
struct node_place {
	struct arena *nodes;
	struct arena *texts;
};
bool node_read_apart(struct node **out, const struct node_place *place,
    struct str yaml, const struct node_limits *limits, struct diags *d);

/* The entry of a map, or NULL. */
struct node *node_get(const struct node *map, const char *key);

/* Where the text itself begins, behind a quote or under a "|". */
struct mark node_content(const struct node *node);

/* "a text", "a list", "a mapping", for messages. */
const char *node_type_name(enum node_type type);

#endif
