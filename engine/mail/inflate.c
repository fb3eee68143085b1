/* SPDX-License-Identifier: Apache-2.0 */
/* zlib, kept within a budget. */
#include "mail/inflate.h"

#include <limits.h>

#define ZLIB_CONST /* input is not written to */
#include <zlib.h>

#include "base/buf.h"

enum {
	CHUNK = 16 * 1024,
	TIMES_MOST = 4096,
	/* Honest objects of a PDF pack to a tenth; a small message may hold
	 * more, a large one is not to cost us a thousand times its size. */
	RATIO = 16,
	LEAST = 256 * 1024
};

struct inflate_budget
inflate_budget(size_t size, size_t most)
{
	size_t left = size < most / RATIO ? LEAST + size * RATIO : most;

	return (struct inflate_budget){
		.left = left < most ? left : most,
		.times = TIMES_MOST,
	};
}

/* True while there is more to come. */
static bool
unpack_chunk(struct buf *to, z_stream *z, struct inflate_budget *budget)
{
	size_t room = budget->left < CHUNK ? budget->left : CHUNK;
	int result;

	if (room == 0 || !buf_reserve(to, room)) {
		budget->is_over = true;
		return false;
	}
	z->next_out = (Bytef *)to->p + to->n;
	z->avail_out = (uInt)room;
	result = inflate(z, Z_NO_FLUSH);
	to->n += room - z->avail_out;
	budget->left -= room - z->avail_out;
	return result == Z_OK && (z->avail_in != 0 || z->avail_out == 0);
}

size_t
inflate_add(struct buf *to, struct str bytes, struct inflate_budget *budget)
{
	z_stream z = { .next_in = (const Bytef *)bytes.p,
		.avail_in = bytes.n < INT_MAX ? (uInt)bytes.n : INT_MAX };
	size_t taken;

	if (bytes.n == 0)
		return 0;
	if (budget->times == 0) {
		budget->is_over = true;
		return 0;
	}
	budget->times--;
	if (inflateInit(&z) != Z_OK)
		return 0;
	while (unpack_chunk(to, &z, budget))
		continue;
	taken = (size_t)z.total_in;
	inflateEnd(&z);
	return taken;
}
