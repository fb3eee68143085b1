/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHECK_NETTABLE_H
#define CHECK_NETTABLE_H

/*
 * Files in MaxMind's format that say to whom an address belongs: number and
 * operator of its network, and its country.  The operator of the daemon
 * brings them (GeoLite2, DB-IP, a table of his own); several are asked in
 * turn, and the first that knows a thing has the say.  A file is hostile: what
 * does not hold together knows nothing.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/str.h"

struct err;
struct net_tables;

/* What is not known is 0 or "".  The texts live as long as the tables.  A
 * source is a table as it calls itself, or its file's name, and the day on
 * which it was made: "GeoLite2-ASN 2026-11-01". */
struct net_entry {
	int64_t asn;
	struct str operator; /* as registered: "Example Hosting, Inc." */
	struct str network_source; /* of asn and operator */
	struct str country;  /* two letters, as MaxMind writes them */
	struct str country_source;
};

bool net_tables_open(struct net_tables **out, const struct str *paths,
    size_t n, struct err *e);
void net_tables_close(struct net_tables *t);

void net_tables_find(const struct net_tables *t, const struct addr *addr,
    struct net_entry *out);

#endif
