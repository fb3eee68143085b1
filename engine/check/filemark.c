/* SPDX-License-Identifier: Apache-2.0 */
/* A length, and a hash of what stands at both ends. */
#include "check/filemark.h"

#include <inttypes.h>

#include "base/hash.h"

enum { END_BYTES = 1024 };

struct str
filemark_key(struct arena *a, struct str bytes)
{
	struct str head = str_head(bytes, END_BYTES);
	struct str tail = str_from(bytes, bytes.n - head.n);

	return str_printf(a, FILE_MARKS "%zu:%016" PRIx64, bytes.n,
	    hash_bytes(tail, hash_bytes(head, 0)));
}

int64_t
filemark_life(void)
{
	return reputation_half_life(REPUTATION_FILE) * REPUTATION_LIVES;
}
