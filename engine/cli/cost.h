/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_COST_H
#define CLI_COST_H

/*
 * What packs cost a mail, measured on this machine: the mails of their own
 * tests are matched again and again, with all packs together and with each
 * alone.
 */

#include <stdbool.h>

#include "cli/loader.h"
#include "rule/pack.h"

struct err;

struct pack_cost {
	const struct pack *pack;
	size_t values;
	size_t regexes;      /* of them, that PCRE2 has to confirm */
	int64_t nanos;       /* a mail, with this pack alone; -1: unknown */
};

struct cost {
	size_t mails, bytes; /* that were matched */
	int64_t nanos;       /* a mail, with all packs */
	int64_t bare;        /* the same with none */
	size_t image;        /* bytes of all packs, compiled */
	VEC(struct pack_cost) packs; /* the dearest first */
};

/* False: the packs make no ruleset, or have no test with a mail. */
bool cost_measure(struct cost *out, struct arena *a,
    const struct loaded *loaded, struct err *e);

#endif
