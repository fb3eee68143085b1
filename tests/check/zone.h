/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_CHECK_ZONE_H
#define TESTS_CHECK_ZONE_H

/*
 * Names for evaluations under test: lines "name TYPE value".  The type FAIL
 * stands for a server that does not answer, whatever is asked.  With
 * is_lazy each answer is missing once before it is there.
 */

#include <stdbool.h>

#include "base/addr.h"
#include "base/arena.h"
#include "base/str.h"
#include "base/vec.h"
#include "check/names.h"

struct zone {
	struct arena *arena;
	const char *const *lines; /* NULL at the end */
	bool is_lazy;
	struct str asked[64];     /* so far, when lazy */
	size_t n_asked;
};

static inline struct str
zone_value(struct zone *z, enum dns_type type, struct str text)
{
	struct addr addr;

	if (type != DNS_A && type != DNS_AAAA)
		return text;
	assert(addr_parse(text, &addr));
	return str_copy(z->arena, (struct str){ (const char *)addr.bytes,
	    type == DNS_A ? 4 : 16 });
}

static inline bool
zone_is_new(struct zone *z, enum dns_type type, struct str name)
{
	struct str key = str_printf(z->arena, "%d %" STR_FMT, (int)type,
	    STR_ARG(name));

	for (size_t i = 0; i < z->n_asked; i++) {
		if (str_case_eq(z->asked[i], key))
			return false;
	}
	assert(z->n_asked < nitems(z->asked));
	z->asked[z->n_asked++] = key;
	return true;
}

static inline const char *
zone_type(enum dns_type type)
{
	switch (type) {
	case DNS_A:
		return "A";
	case DNS_AAAA:
		return "AAAA";
	case DNS_MX:
		return "MX";
	case DNS_PTR:
		return "PTR";
	default:
		return "TXT";
	}
}

static inline const struct dns_answer *
zone_find(void *owner, enum dns_type type, struct str name)
{
	struct zone *z = owner;
	struct dns_answer *answer = ARENA_ONE(z->arena, struct dns_answer);
	struct str *at = ARENA_MANY(z->arena, struct str, 32);

	if (z->is_lazy && zone_is_new(z, type, name))
		return NULL;
	answer->result = DNS_NO_NAME;
	for (size_t i = 0; z->lines[i] != NULL; i++) {
		struct str owner_name, kind, value = str_of(z->lines[i]);

		str_cut(value, ' ', &owner_name, &value);
		str_cut(value, ' ', &kind, &value);
		if (!str_case_eq(owner_name, name))
			continue;
		if (answer->result == DNS_NO_NAME)
			answer->result = DNS_EMPTY;
		if (str_is(kind, "FAIL") || str_is(kind, "NEVER"))
			answer->result = DNS_FAILED;
		answer->is_never = str_is(kind, "NEVER");
		if (!str_is(kind, zone_type(type)))
			continue;
		answer->result = DNS_FOUND;
		at[answer->n++] = zone_value(z, type, value);
	}
	answer->at = at;
	return answer;
}

#endif
