/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_HOSTCLASS_H
#define RULE_HOSTCLASS_H

/* What the names at connect time look like, by their shape alone. */

#include <stdbool.h>

#include "base/addr.h"
#include "base/str.h"

/* "fqdn", "single-label", "literal" ("[192.0.2.1]", or an address without
 * the brackets that RFC 5321 4.1.3 wants), "invalid", or "generic": an fqdn
 * made of the address, which may be of family 0. */
struct str hostclass_helo(struct str helo, const struct addr *addr);

/* Of a reverse name: "named", or made of the address: "dynamic" and "static"
 * where it says so, "generic" where it does not. */
struct str hostclass_rdns(struct str name, const struct addr *addr);

/* Every word that can be said of a HELO or a reverse name; NULL at the end. */
extern const char *const hostclass_helo_words[];
extern const char *const hostclass_rdns_words[];

/* The name is made of the address, as providers name hosts nobody has named:
 * its octets in a row, forwards or backwards, in decimal or hex, or of an IPv6
 * address the last half, or all of it shortened as addresses are. */
bool hostclass_is_generic(struct str name, const struct addr *addr);

#endif
