/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_CHECK_HOUSE_H
#define TESTS_CHECK_HOUSE_H

/*
 * Who signs, and what is published of the keys: the ground of tests of
 * signatures.  Keys are made once a program (house_build, house_leave), the
 * arena and the lines of the zone are new for each test (house_open,
 * house_close).
 */

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "signing.h"

struct house {
	struct signer rsa, other, weak, slow, ed;
	struct arena *arena;
	const char *lines[8]; /* of a zone, NULL at the end */
};

static inline int
house_build(void **state)
{
	struct house *h = calloc(1, sizeof(*h));

	h->rsa = signer_rsa(1024);
	h->other = signer_rsa(1024);
	h->weak = signer_rsa(768);
	h->slow = signer_slow(1024);
	h->ed = signer_ed25519(7);
	*state = h;
	return 0;
}

static inline int
house_leave(void **state)
{
	struct house *h = *state;

	signer_free(&h->rsa);
	signer_free(&h->other);
	signer_free(&h->weak);
	signer_free(&h->slow);
	signer_free(&h->ed);
	free(h);
	return 0;
}

static inline int
house_open(void **state)
{
	struct house *h = *state;

	h->arena = arena_new();
	memset(h->lines, 0, sizeof(h->lines));
	return 0;
}

static inline int
house_close(void **state)
{
	struct house *h = *state;

	arena_free(h->arena);
	return 0;
}

/* One more record of a name: "%s" in it is the key. */
static inline void
house_publish(struct house *h, const char *name, const char *record,
    const struct signer *s)
{
	struct str text = str_of(record);
	size_t n = 0, at = str_find_str(text, STR("%s"));

	while (h->lines[n] != NULL)
		n++;
	assert(n + 1 < nitems(h->lines));
	h->lines[n] = str_cstr(h->arena, str_cat(h->arena, str_of(name),
	    STR(" TXT "), str_cat(h->arena, str_head(text, at),
	    at == text.n ? STR("") : signer_public(s, h->arena),
	    str_from(text, at + 2))));
}

#endif
