/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_SET_H
#define RULE_SET_H

/*
 * Exact indicators: from a key to the values that name it, as numbers.  Keys
 * of different kinds do not meet.  Filled, frozen, then only read; the cost
 * of a look-up does not depend on how many keys there are.
 *
 * Everything lives in the arena given; keys are not copied.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/str.h"
#include "base/vec.h"

struct set_entry {
	uint64_t hash;
	uint32_t kind;
	uint32_t value;
	struct str key;
};

struct set_slot;

struct set {
	struct arena *arena;
	VEC(struct set_entry) entries; /* gone when frozen */
	struct set_slot *slots;
	size_t mask;
	uint32_t *values;
};

struct set_values {
	const uint32_t *at;
	size_t n;
};

void set_init(struct set *s, struct arena *a);
void set_add(struct set *s, uint32_t kind, struct str key, uint32_t value);
void set_freeze(struct set *s);
struct set_values set_find(const struct set *s, uint32_t kind,
    struct str key);

/* The same for networks: every one that an address lies in is found, one
 * look-up for each length of prefix that occurs. */
struct nets {
	struct set set;
	struct arena *arena;
	uint64_t lengths4;    /* bit n: a prefix of n bits occurs */
	uint64_t lengths6[3];
};

typedef VEC(uint32_t) net_values;

void nets_init(struct nets *n, struct arena *a);
void nets_add(struct nets *n, uint32_t kind, const struct addr_net *net,
    uint32_t value);
void nets_freeze(struct nets *n);
/* The longest prefix first. */
void nets_find(const struct nets *n, uint32_t kind, const struct addr *addr,
    net_values *out, struct arena *a);

#endif
