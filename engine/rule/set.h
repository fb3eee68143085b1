/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_SET_H
#define RULE_SET_H

/*
 * Exact indicators: from a key to the values that name it, as numbers.  Keys
 * of different kinds do not meet.  Filled, frozen, then only read; the cost
 * of a look-up does not depend on how many keys there are.
 *
 * A frozen set is one piece of memory without a pointer in it.  set_bytes
 * gives it for a section of an image (rule/image.h), set_open reads it there
 * again without copying: the memory must outlive the set.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/str.h"
#include "base/vec.h"

struct err;

struct set_entry {
	uint32_t kind;
	uint32_t value;
	struct str key;
};

struct set_slot;
struct set_row;

struct set {
	struct arena *arena;
	VEC(struct set_entry) entries; /* gone when frozen */
	struct str bytes;              /* the frozen set; it lies in there: */
	const struct set_slot *slots;
	const struct set_row *rows;
	const uint32_t *values;
	const char *keys;
	uint32_t mask;
};

struct set_values {
	const uint32_t *at; /* in rising order */
	size_t n;
};

/* Entries and the frozen set live in the arena.  Keys are not copied before
 * set_freeze, and not needed behind it. */
void set_init(struct set *s, struct arena *a);
void set_add(struct set *s, uint32_t kind, struct str key, uint32_t value);
void set_freeze(struct set *s);
struct set_values set_find(const struct set *s, uint32_t kind,
    struct str key);

/* A frozen set; aligned to 8 bytes wherever it is put. */
struct str set_bytes(const struct set *s);

/* Checks all that a look-up relies on; false when that is not a set. */
bool set_open(struct set *s, struct str bytes, struct err *e);

/* How many values at most: every one below below. */
bool set_values_below(const struct set *s, uint32_t below);

/* The same for networks: every one that an address lies in is found, one
 * look-up for each length of prefix that occurs. */
struct nets {
	struct set set;
	struct str bytes;
	uint64_t lengths4;    /* bit n: a prefix of n bits occurs */
	uint64_t lengths6[3];
};

typedef VEC(uint32_t) net_values;

/* The key of a network: family, length, and the address with everything
 * behind the prefix zero. */
enum { NET_KEY = 18 };
struct str net_key(unsigned char key[static NET_KEY],
    const struct addr *addr, unsigned bits);

void nets_init(struct nets *n, struct arena *a);
void nets_add(struct nets *n, uint32_t kind, const struct addr_net *net,
    uint32_t value);
void nets_freeze(struct nets *n);
/* The longest prefix first. */
void nets_find(const struct nets *n, uint32_t kind, const struct addr *addr,
    net_values *out, struct arena *a);
struct str nets_bytes(const struct nets *n);
bool nets_open(struct nets *n, struct str bytes, struct err *e);

#endif
