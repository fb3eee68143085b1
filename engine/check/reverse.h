/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHECK_REVERSE_H
#define CHECK_REVERSE_H

/*
 * The reverse name of the client, where the gateway does not say it: one that
 * its address has and that has the address (RFC 1912 2.1), as mail servers
 * look for it.  A name that does not lead back counts as none.
 */

#include "scan/check.h"

extern const struct check check_reverse;

#endif
