/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_SHAREDNAME_H
#define RULE_SHAREDNAME_H

/*
 * Names that many share: below them, or under their pages, anybody writes.
 * What is said of one of them would hit all its innocent users.
 */

#include "base/str.h"

enum shared_kind {
	SHARED_NONE,
	SHARED_PAGES,     /* customers have hosts or pages of their own */
	SHARED_SHORTENER,
	SHARED_PROVIDER,  /* of mailboxes */
	SHARED_SITE,      /* one of the largest */
	SHARED_CLICKS     /* of a mail house */
};

/* host as url.h has it. */
enum shared_kind shared_kind(struct str host);

/* "a page or file host"; NULL: it is on no list. */
const char *shared_name(struct str host);
/* The same for the host or a name above it, up to the one that was
 * registered: somebody's own page on a shared host is not shared. */
const char *shared_name_above(struct str host);

#endif
