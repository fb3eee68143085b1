/* SPDX-License-Identifier: Apache-2.0 */
/* Not calloc: glibc's goes past the pieces that malloc keeps at hand. */
#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *
memory_new(size_t size)
{
	void *p = malloc(size);

	if (p == NULL) {
		fputs("sekisho: out of memory\n", stderr);
		abort();
	}
	return memset(p, 0, size);
}
