/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A row is taken by writing the hash of its name, which all who look for that
 * name agree on; the bytes are the same whoever writes them, so one that ends
 * in between leaves nothing that the next would not mend.
 */
#include "base/roll.h"

#include <stdbool.h>
#include <string.h>

#include "base/count.h"
#include "base/hash.h"

static bool
take(struct roll *r, size_t i, uint64_t hash)
{
	uint64_t there = 0;

	return __atomic_compare_exchange_n(&r->hashes[i], &there, hash, false,
	    __ATOMIC_RELAXED, __ATOMIC_RELAXED) || there == hash;
}

static void
write_name(struct roll *r, size_t i, struct str name)
{
	if (count_get(&r->lengths[i]) != 0)
		return;
	memcpy(r->names[i], name.p, name.n);
	__atomic_store_n(&r->lengths[i], name.n, __ATOMIC_RELEASE);
}

size_t
roll_number(struct roll *r, struct str name)
{
	uint64_t hash;

	if (name.n == 0 || name.n > ROLL_NAME || str_is(name, "other"))
		return ROLL_OTHER;
	hash = hash_bytes(name, 0);
	hash += hash == 0;
	for (size_t k = 0; k < ROLL_NAMES; k++) {
		size_t i = (hash + k) % ROLL_NAMES;

		if (count_get(&r->hashes[i]) == hash || take(r, i, hash)) {
			write_name(r, i, name);
			return i;
		}
	}
	return ROLL_OTHER;
}

struct str
roll_name(const struct roll *r, size_t number)
{
	if (number == ROLL_OTHER)
		return STR("other");
	return (struct str){ r->names[number],
		__atomic_load_n(&r->lengths[number], __ATOMIC_ACQUIRE) };
}
