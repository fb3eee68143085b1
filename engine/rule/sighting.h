/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_SIGHTING_H
#define RULE_SIGHTING_H

/*
 * What in a report looks like an indicator by its form alone: addresses,
 * hosts, hashes, numbers, days; each with its place.  What it means is
 * draft.h's business.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "base/vec.h"
#include "rule/report.h"

enum { SIGHTINGS_MOST = 4000 };

enum sighting_kind {
	SIGHT_URL,     /* text: live, masks kept; host and path of it */
	SIGHT_MAILBOX, /* host: behind the "@" */
	SIGHT_HOST,
	SIGHT_ADDR,
	SIGHT_HASH     /* SHA-256 */
};

struct sighting {
	enum sighting_kind kind;
	struct str text;
	struct str host;       /* lower case, without a port */
	struct str path;       /* with "/", without query; or "" */
	uint32_t cell;
	uint32_t begin, end;   /* in the cell's plain text */
	bool is_defanged;      /* nobody could have clicked it */
	bool is_masked;
};

typedef VEC(struct sighting) sighting_list;

/* In the order of the text; false: there are more. */
bool sightings_find(sighting_list *out, struct arena *a,
    const struct report *r);

/* The parts of a URL with or without masks, up to its query. */
void sighting_split(struct str url, struct str *host, struct str *path);

#endif
