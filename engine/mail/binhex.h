/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_BINHEX_H
#define MAIL_BINHEX_H

/*
 * BinHex 4.0 (RFC 1741), in which files of a Macintosh are still sent.  Of a
 * file the data fork is read; check sums are not.
 */

#include <stdbool.h>

#include "base/str.h"

struct arena;

/* What opens it, at the front of a line. */
#define BINHEX_HEAD "(This file must be converted with BinHex"

struct binhex {
	struct str name;
	struct str bytes;
	size_t taken; /* of the text, from the front to the last ":" */
};

/* text begins with BINHEX_HEAD.  False: no file follows. */
bool binhex_read(struct binhex *out, struct arena *a, struct str text);

#endif
