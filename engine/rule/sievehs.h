/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_SIEVEHS_H
#define RULE_SIEVEHS_H

/*
 * The bytes of a sieve of Vectorscan: one or two databases, each with the
 * fingerprints of the patterns it was compiled for, and where these stand in
 * the matcher now.  The first database is the large one; what came since is
 * in the second.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct err;

enum { SIEVE_BASES = 2 };

/* A pattern of a database that is not wanted any more. */
#define SIEVE_GONE UINT32_MAX

struct sieve_base {
	const uint64_t *prints; /* of patterns, by their numbers in it */
	const uint32_t *places; /* in the matcher, or SIEVE_GONE */
	uint32_t n;
	struct str database;    /* as it lies in memory, aligned */
};

struct sieve_parts {
	struct sieve_base bases[SIEVE_BASES];
	uint32_t n_bases;
	const uint32_t *always; /* patterns in no database */
	uint32_t n_always;
};

/* In front of the bytes; offsets are from there. */
struct sieve_head {
	uint32_t n;             /* patterns of the matcher */
	uint32_t n_bases;
	uint32_t n_always;
	uint32_t unused;
	uint64_t always;
	struct {
		uint64_t prints, places, database, size;
		uint64_t n;
		uint64_t sum;   /* of the database: Vectorscan trusts it */
	} bases[SIEVE_BASES];
};

uint64_t sieve_sum(struct str database);

/* Every offset and number looked at; false with the reason. */
bool sieve_parts_read(struct sieve_parts *out, struct str bytes, size_t n,
    struct err *e);

#endif
