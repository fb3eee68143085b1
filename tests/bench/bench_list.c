/* SPDX-License-Identifier: Apache-2.0 */
/*
 * External lists from ten rows to a million: reading them, writing and
 * opening the image, a look-up that finds and one that does not, and the
 * memory that reading takes at most.  Each size in a process of its own.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "bench/bench.h"
#include "rule/fact.h"
#include "rule/list.h"

enum { ROUNDS = 5, LOOK_UPS = 200000, TIMES = 5 };

static const char path[] = "bench_list.image";

/* Hosts as kits take them: no two in order. */
static struct str
host_of(char text[static 64], uint32_t i)
{
	uint32_t mixed = i * 2654435761U;

	return (struct str){ text, (size_t)snprintf(text, 64,
	    "%s-%x.%c%" PRIu32 ".example", i % 3 == 0 ? "secure-login"
	    : "mypage", mixed, (char)('a' + i % 26), i) };
}

static void
fill(struct buf *b, uint32_t rows)
{
	char text[64];

	buf_init(b, SIZE_MAX);
	for (uint32_t i = 0; i < rows; i++) {
		buf_add_str(b, host_of(text, i));
		buf_add_byte(b, '\n');
	}
}

static void
give_up(const char *why)
{
	fprintf(stderr, "bench_list: %s\n", why);
	exit(1);
}

/* Nanoseconds of one look-up; every of them finds, or none. */
static int64_t
look_up(const struct list *list, uint32_t rows, uint32_t from)
{
	struct arena *a = arena_new();
	int64_t begin = cpu_ns();
	struct list_row row;
	uint32_t found = 0;
	char text[64];

	for (uint32_t i = 0; i < LOOK_UPS; i++) {
		struct fact_value value = { .text = host_of(text,
		    from + i * 7919 % rows) };

		found += list_find(list, &value, 20000, a, &row);
		arena_empty(a);
	}
	begin = (cpu_ns() - begin) / LOOK_UPS;
	if (found != (from == 0 ? LOOK_UPS : 0))
		give_up("found what is not there, or not what is");
	arena_free(a);
	return begin;
}

static void
keep_least(int64_t *least, int64_t ns)
{
	if (*least == 0 || ns < *least)
		*least = ns;
}

static void
one_round(int64_t times[static TIMES], struct str text, uint32_t rows)
{
	struct list_conf conf = { .id = STR("bench/hosts"),
		.type = LIST_HOST, .max_rows = LIST_ROWS_DEFAULT };
	const struct list_source from = { &conf, text, NULL };
	struct arena *a = arena_new();
	struct list_report report;
	struct list *list, *image;
	char sum[LIST_SUM];
	int64_t begin = cpu_ns();
	struct err e;

	if (!list_read(&list, a, &from, &report, &e))
		give_up(e.text);
	keep_least(&times[0], cpu_ns() - begin);
	begin = cpu_ns();
	if (!list_save(list, path, &e))
		give_up(e.text);
	keep_least(&times[1], cpu_ns() - begin);
	begin = cpu_ns();
	list_sum(sum, &conf, text);
	if (!list_open(&image, path, sum, &e))
		give_up(e.text);
	keep_least(&times[2], cpu_ns() - begin);
	keep_least(&times[3], look_up(image, rows, 0));
	keep_least(&times[4], look_up(image, rows, rows));
	list_drop(image);
	list_drop(list);
	unlink(path);
	arena_free(a);
}

static long
peak_kb(void)
{
	struct rusage used;

	getrusage(RUSAGE_SELF, &used);
	return used.ru_maxrss;
}

static void
measure(uint32_t rows)
{
	int64_t times[TIMES] = { 0 };
	struct buf b;
	long before;

	fill(&b, rows);
	before = peak_kb();
	for (int i = 0; i < ROUNDS; i++)
		one_round(times, buf_str(&b), rows);
	printf("%8" PRIu32 " %9.1f %9.1f %9.1f %9.1f %7" PRId64 " %7" PRId64
	    " %9.1f\n", rows, (double)b.n / 1e6, (double)times[0] / 1e6,
	    (double)times[1] / 1e6, (double)times[2] / 1e6, times[3],
	    times[4], (double)(peak_kb() - before) / 1e3);
	buf_release(&b);
}

int
main(void)
{
	static const uint32_t sizes[] = { 10, 1000, 100000, 1000000 };

	printf("%8s %9s %9s %9s %9s %7s %7s %9s\n", "rows", "file MB",
	    "read ms", "write ms", "open ms", "hit ns", "miss ns", "more MB");
	for (size_t i = 0; i < nitems(sizes); i++) {
		pid_t pid;

		fflush(stdout);
		pid = fork();
		if (pid == 0) {
			measure(sizes[i]);
			return 0;
		}
		waitpid(pid, NULL, 0);
	}
	return 0;
}
