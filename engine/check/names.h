/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHECK_NAMES_H
#define CHECK_NAMES_H

/*
 * How a pure evaluation learns what name servers say.  It never waits: an
 * answer that is not in yet is NULL, and find has seen to it that it will
 * come.  Whoever evaluates then begins once more from the start, with the
 * answers there are; so a record may be followed wherever it leads without
 * a word of state in between.
 */

#include "base/str.h"
#include "net/dnswire.h"

struct names {
	const struct dns_answer *(*find)(void *owner, enum dns_type type,
	    struct str name);
	void *owner;
};

#endif
