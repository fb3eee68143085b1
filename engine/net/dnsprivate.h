/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NET_DNSPRIVATE_H
#define NET_DNSPRIVATE_H

/*
 * Names and addresses that mean something at home only, or nothing at all
 * (RFC 6761, 6762, 6303, 7686, 8375, 9476): nobody on the Internet need know
 * that they were seen.  And the addresses of resolvers that serve everybody,
 * which most lists of the DNS do not answer.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/addr.h"
#include "base/str.h"

/* name is, or lies below, one of them, or has a single label; in lower case,
 * no last dot. */
bool dns_is_private(struct str name);

/* name is tail or lies below it; both so written. */
bool dns_is_below(struct str name, struct str tail);

/* Who runs it: "Google".  NULL: it is none that we know. */
const char *dns_public_resolver(const struct addr *addr);

#endif
