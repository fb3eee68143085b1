/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_PACKSHAPE_H
#define RULE_PACKSHAPE_H

/*
 * What a pack is made of, as tables that packbytes.c goes by: the members of
 * each struct, in their order.
 */

#include <stddef.h>
#include <stdint.h>

enum shape_kind {
	SHAPE_NUMBER,    /* bytes as they are */
	SHAPE_BOOL,
	SHAPE_ENUM,      /* up to most */
	SHAPE_STR,
	SHAPE_LIST,      /* VEC of of */
	SHAPE_STRUCT,    /* of, inside */
	SHAPE_POINTER,   /* to one of, or NULL */
	SHAPE_FIELD,     /* of the table of fields */
	SHAPE_PAIR,      /* of the table of pairs */
	SHAPE_PACK,      /* one of the list of packs */
	SHAPE_LIST_CONF, /* one of the external lists */
	SHAPE_CONDITION,
	SHAPE_LEFT_OUT
};

struct shape;

struct shape_member {
	size_t offset;
	size_t size;
	enum shape_kind kind;
	uint32_t most;
	const struct shape *of;
};

struct shape {
	const char *name;
	size_t size;
	const struct shape_member *members;
	size_t n;
};

/* Every one of them; the first is that of a pack, the second that of an
 * external list. */
extern const struct shape *const pack_shapes[];
extern const size_t n_pack_shapes;

#endif
