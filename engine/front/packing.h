/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRONT_PACKING_H
#define FRONT_PACKING_H

/*
 * Packed requests and replies.  A few bytes can stand for a thousand times as
 * many: what comes out is bounded by the buffer it goes to, and unpacking
 * stops there.
 */

#include "base/str.h"

struct buf;

enum packing {
	PACKING_NONE,
	PACKING_GZIP, /* RFC 1952 */
	PACKING_ZLIB, /* RFC 1950: "deflate" of HTTP, and SPAMC's */
	PACKING_ZSTD  /* RFC 8878 */
};

/* "zstd", "gzip", "x-gzip", "deflate"; "" and "identity" are none.  False:
 * not one of these. */
bool packing_of(struct str name, enum packing *packing);
const char *packing_name(enum packing packing);

enum unpacked {
	UNPACKED_WHOLE,
	UNPACKED_CUT,   /* to's bound is reached; what fits is there */
	UNPACKED_BROKEN /* not packed so, damaged, cut off or followed by
	                   more */
};

/* to is empty. */
enum unpacked unpack(struct buf *to, enum packing packing, struct str bytes);

/* False: it does not fit. */
bool pack(struct buf *to, enum packing packing, struct str bytes);

#endif
