/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_BENCH_BENCH_H
#define TESTS_BENCH_BENCH_H

/*
 * What the programs that measure share: the processor time of this thread,
 * medians, a folder of mails.  Time is CPU time, since machines that measure
 * are busy with other things too.
 */

#include <dirent.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/arena.h"
#include "base/str.h"
#include "base/vec.h"

typedef VEC(struct str) mail_list;

/* Nanoseconds that this thread has had a processor. */
static inline int64_t
cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* Of asking twice in a row, the least of many. */
static inline int64_t
clock_cost(void)
{
	int64_t least = INT64_MAX;

	for (int i = 0; i < 1000; i++) {
		int64_t at = cpu_ns(), took = cpu_ns() - at;

		least = took < least ? took : least;
	}
	return least;
}

/* Nanoseconds since at, without what asking the clock takes itself. */
static inline int64_t
cpu_since(int64_t at)
{
	static int64_t own = -1;
	int64_t now = cpu_ns();

	if (own < 0)
		own = clock_cost();
	return now - at > own ? now - at - own : 0;
}

/* Memory is given back as the daemon does (engine/daemon/main.c). */
static inline void
bench_as_daemon(void)
{
	enum { MAP_LEAST = 512 * 1024 };

	mallopt(M_MMAP_THRESHOLD, MAP_LEAST);
	mallopt(M_TRIM_THRESHOLD, 16 * MAP_LEAST);
}

static inline int
bench_order(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

/* Sorts what it is given. */
static inline int64_t
bench_median(int64_t *at, size_t n)
{
	qsort(at, n, sizeof(at[0]), bench_order);
	return n == 0 ? 0 : at[n / 2];
}

/* Where what shares the machine can only add. */
static inline int64_t
bench_least(const int64_t *at, size_t n)
{
	int64_t least = INT64_MAX;

	for (size_t i = 0; i < n; i++)
		least = at[i] < least ? at[i] : least;
	return least;
}

/* One file, whole; false where it cannot be read. */
static inline bool
bench_file(struct str *out, struct arena *a, const char *path)
{
	FILE *f = fopen(path, "rb");
	long size = -1;
	char *p;

	if (f == NULL)
		return false;
	if (fseek(f, 0, SEEK_END) == 0)
		size = ftell(f);
	rewind(f);
	p = arena_take(a, size < 0 ? 1 : (size_t)size);
	*out = (struct str){ p, size < 0 ? 0 : fread(p, 1, (size_t)size, f) };
	fclose(f);
	return out->n != 0;
}

/* The mails of a folder, or the one file that path names. */
static inline void
bench_mails(mail_list *out, struct arena *a, const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	char name[1024];
	struct str mail;

	if (dir == NULL && bench_file(&mail, a, path))
		*VEC_ADD(a, out) = mail;
	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
		if (entry->d_name[0] != '.' && bench_file(&mail, a, name))
			*VEC_ADD(a, out) = mail;
	}
	if (dir != NULL)
		closedir(dir);
}

/* The phishing sample that lies beside the project, or the argument. */
static inline bool
bench_sample(mail_list *out, struct arena *a, int argc, char **argv)
{
	const char *shared = getenv("SEKISHO_SHARED");
	char path[1024];

	for (int i = 1; i < argc; i++)
		bench_mails(out, a, argv[i]);
	if (argc < 2 && shared != NULL) {
		snprintf(path, sizeof(path), "%s/data/phishing", shared);
		bench_mails(out, a, path);
	}
	if (out->n == 0)
		printf("skipped: no mails; give a folder of them, or set "
		    "SEKISHO_SHARED\n");
	return out->n != 0;
}

#endif
