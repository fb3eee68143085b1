/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stands in for libFuzzer where it is not linked: gives a target every file
 * named, and of a folder every file in it, so that what was once found stays
 * found.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"

enum { FILE_MOST = 64 * 1024 * 1024 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
replay(struct arena *a, const char *path, size_t *n, struct err *e)
{
	file_list files = { 0 };
	struct str *file, bytes;

	if (!file_walk(&files, a, path, STR(""), e))
		return false;
	VEC_EACH(file, &files) {
		if (!file_read(&bytes, a, str_cstr(a, *file), FILE_MOST, e))
			return false;
		LLVMFuzzerTestOneInput((const uint8_t *)bytes.p, bytes.n);
		(*n)++;
	}
	return true;
}

int
main(int argc, char **argv)
{
	struct arena *a = arena_new();
	struct err e;
	size_t n = 0;

	for (int i = 1; i < argc; i++) {
		if (!replay(a, argv[i], &n, &e)) {
			fprintf(stderr, "%s\n", e.text);
			return 1;
		}
	}
	arena_free(a);
	printf("%zu inputs\n", n);
	return n == 0;
}
