/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHECK_SITES_H
#define CHECK_SITES_H

/*
 * Addresses of the hosts that links lead to, and of the domain in From, for
 * those who allow it (dns.links): whoever runs a lure's name servers may see
 * that a copy of it has arrived.
 */

#include "scan/check.h"

extern const struct check check_sites;

#endif
