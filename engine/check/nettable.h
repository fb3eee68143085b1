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

/* What is not known is 0 or "".  The texts live as long as the tables. */
struct net_entry {
	int64_t asn;
	struct str operator; /* as registered: "Example Hosting, Inc." */
	struct str country;  /* two letters, as MaxMind writes them */
};

bool net_tables_open(struct net_tables **out, const struct str *paths,
    size_t n, struct err *e);
void net_tables_close(struct net_tables *t);

void net_tables_find(const struct net_tables *t, const struct addr *addr,
    struct net_entry *out);

/* The day on which the oldest of them was made. */
int32_t net_tables_day(const struct net_tables *t);

/* What each calls itself, such as "GeoLite2-ASN", and its day. */
size_t net_tables_count(const struct net_tables *t);
struct str net_tables_name(const struct net_tables *t, size_t i,
    int32_t *day);

#endif
