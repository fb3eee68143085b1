/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_SIEVETEXT_H
#define RULE_SIEVETEXT_H

/*
 * Which text Vectorscan looks for in place of a pattern.  Whoever has a match
 * of the pattern has the text; rare ones are better.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/map.h"
#include "base/str.h"

struct arena;
struct sieve_pattern;
struct sieve_patterns;

struct sieve_texts {
	struct arena *arena;
	const struct sieve_patterns *patterns;
	struct map shared;   /* factors and how many regexes have them */
	uint8_t *tails;      /* how often an end occurs, by its hash */
	size_t tails_mask;
};

/* Is there one at all?  Needs no counts. */
bool sieve_texts_any(struct sieve_texts *t, const struct sieve_pattern *p);

/* How often each occurs among all patterns; before the first
 * sieve_texts_of. */
void sieve_texts_count(struct sieve_texts *t);

/* The text of a pattern that has one, and whether letters may stand in the
 * other case. */
struct str sieve_texts_of(struct sieve_texts *t,
    const struct sieve_pattern *p, bool *is_caseless);

#endif
