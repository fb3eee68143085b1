/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_SIEVE_H
#define RULE_SIEVE_H

/*
 * Which of a matcher's patterns are worth trying on a text.  matcher_hs.c
 * asks Vectorscan, which reads the text once for all of them; matcher_plain.c
 * names them all.  A sieve may name a pattern that does not match, never
 * leave out one that does.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct err;
struct sieve;

struct sieve_pattern {
	struct str regex;
	struct str literal; /* the bytes to be found, or "" */
	bool is_caseless;
};

bool sieve_new(struct sieve **out, const struct sieve_pattern *at, size_t n,
    struct err *e);
void sieve_free(struct sieve *s);

/* Numbers of patterns in rising order, valid until the next call.  text is
 * valid UTF-8. */
const uint32_t *sieve_run(struct sieve *s, struct str text, size_t *n);

#endif
