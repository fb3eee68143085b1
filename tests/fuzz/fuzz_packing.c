/* SPDX-License-Identifier: Apache-2.0 */
/* Packed bytes of any kind: never more than the bound comes out, and what is
 * packed comes back. */
#include <stdint.h>
#include <stdlib.h>

#include "base/buf.h"
#include "front/packing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST = 100000 };

static void
come_back(enum packing packing, struct str bytes)
{
	struct buf packed, back;

	buf_init(&packed, 2 * MOST);
	buf_init(&back, MOST);
	if (bytes.n < MOST / 2 && (!pack(&packed, packing, bytes) ||
		unpack(&back, packing, buf_str(&packed)) != UNPACKED_WHOLE ||
		!str_eq(buf_str(&back), bytes)))
		abort();
	buf_release(&packed);
	buf_release(&back);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum packing all[] = { PACKING_NONE, PACKING_GZIP,
		PACKING_ZLIB, PACKING_ZSTD };
	enum packing packing = all[size == 0 ? 0 : data[0] % 4];
	struct str bytes = { (const char *)data + 1, size - 1 };
	enum unpacked result;
	struct buf to;

	if (size == 0)
		return 0;
	buf_init(&to, MOST);
	result = unpack(&to, packing, bytes);
	if (to.n > MOST || (result == UNPACKED_CUT && to.n != MOST))
		abort();
	buf_release(&to);
	come_back(packing, bytes);
	return 0;
}
