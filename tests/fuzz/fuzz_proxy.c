/* SPDX-License-Identifier: Apache-2.0 */
/* Headers of the PROXY protocol: cut short one asks for more or is refused, and
 * what is taken never reaches past the end. */
#include <stdint.h>
#include <stdlib.h>

#include "net/proxy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str bytes = { (const char *)data, size };
	struct addr peer = { 0 };
	size_t taken = 0, n;

	if (proxy_read(bytes, &taken, &peer) != PROXY_READ)
		return 0;
	if (taken > size)
		abort();
	for (size_t i = 0; i < taken; i++) {
		if (proxy_read(str_head(bytes, i), &n, &peer) != PROXY_MORE)
			abort();
	}
	return 0;
}
