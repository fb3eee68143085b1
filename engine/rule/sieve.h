/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_SIEVE_H
#define RULE_SIEVE_H

/*
 * Which of a matcher's patterns are worth trying on a text.  sievehs.c
 * asks Vectorscan, which reads the text once for all of them; sieveplain.c
 * names them all.  A sieve may name a pattern that does not match, never
 * leave out one that does.
 *
 * A sieve is made once, as bytes without pointers that can be written to a
 * file and mapped again, and opened by each who uses it.  What was compiled
 * for an earlier set of patterns is used again: only what is new is compiled,
 * until that has become too much.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct arena;
struct err;
struct sieve;

enum { SIEVE_ALIGNMENT = 64 };

struct sieve_pattern {
	struct str regex;
	struct str literal; /* the bytes to be found, or "" */
	bool is_caseless;
};

struct sieve_patterns {
	const struct sieve_pattern *at;
	size_t n;
	bool is_folded;     /* there are no capitals in the texts */
};

/* The sieve as bytes; "" lets everything through.  old: an earlier one, or
 * "". */
struct str sieve_make(struct arena *a, const struct sieve_patterns *patterns,
    struct str old);

/* Of n patterns; bytes must be aligned and outlive it. */
bool sieve_open(struct sieve **out, struct str bytes, size_t n,
    struct err *e);
void sieve_free(struct sieve *s);

/* Numbers of patterns in rising order, valid until the next call.  text is
 * valid UTF-8. */
const uint32_t *sieve_run(struct sieve *s, struct str text, size_t *n);

/* Engine of the sieves and the processors they run on: sieves are for those
 * who say the same. */
struct str sieve_stamp(struct arena *a);

#endif
