/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_TRACKERS_H
#define RULE_TRACKERS_H

/*
 * Hosts that stand between a reader and a link for honest reasons.  Nothing
 * is forgiven to what they carry: the list only says that such a host is not
 * itself the place a link leads to.
 */

#include "base/str.h"

enum tracker_kind {
	TRACKER_NONE,
	TRACKER_CLICK,  /* counts or checks clicks, then goes on */
	TRACKER_LOOKUP  /* shows what is known about a domain: its name stands
	                   in the path */
};

/* host as url.h has it. */
enum tracker_kind tracker_of(struct str host);

#endif
