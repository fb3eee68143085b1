/* SPDX-License-Identifier: Apache-2.0 */
/* The public suffix list as we read it, held against libpsl. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <libpsl.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "base/vec.h"
#include "mail/suffixset.h"
#include "mail/url.h"

static const char small[] = "// a list\n"
    "com\n  jp \nco.jp // Japan\n*.ck\n!www.ck\n*.a.b.kawasaki.jp\n"
    "!city.a.b.kawasaki.jp\n\xe3\x81\xbf\xe3\x82\x93\xe3\x81\xaa\n"
    "s3.amazonaws.com\n*\n*x.com\nlone.test\n\n";

struct pair {
	struct suffixset ours;
	psl_ctx_t *theirs;
	size_t asked, unlike;
};

static struct str
their_registered(const struct pair *p, const char *name)
{
	const char *found = psl_registrable_domain(p->theirs, name);

	return found == NULL ? STR("") : str_of(found);
}

static void
ask(struct pair *p, const char *name)
{
	struct str host = str_of(name), ours, theirs;
	bool is_any, is_named;

	if (host.n == 0 || host.p[0] == '.' || host.n > 255 ||
	    host.p[host.n - 1] == '.')
		return;
	ours = str_from(host, suffixset_begin(&p->ours, host));
	theirs = their_registered(p, name);
	is_any = suffixset_has(&p->ours, host, false);
	is_named = suffixset_has(&p->ours, host, true);
	p->asked++;
	if (str_eq(ours, theirs) &&
	    is_any == (psl_is_public_suffix(p->theirs, name) != 0) &&
	    is_named == (psl_is_public_suffix2(p->theirs, name,
	    PSL_TYPE_ANY | PSL_TYPE_NO_STAR_RULE) != 0))
		return;
	if (p->unlike++ < 20)
		print_message("%s: %.*s, %d, %d; libpsl: %.*s\n", name,
		    (int)ours.n, ours.p, is_any, is_named, (int)theirs.n,
		    theirs.p);
}

/* The name, what it lies below, and what lies below it. */
static void
ask_around(struct pair *p, struct str name)
{
	static const char *const fronts[] = { "", "a.", "b.a.", "www.",
		"xn--a.", "1.2.3.4.5.6.7.8.9.10.", "a.." };
	char text[512];

	for (size_t i = 0; i < nitems(fronts); i++) {
		snprintf(text, sizeof(text), "%s%.*s", fronts[i],
		    (int)name.n, name.p);
		ask(p, text);
	}
	snprintf(text, sizeof(text), "%.*sx", (int)name.n, name.p);
	ask(p, text);
	snprintf(text, sizeof(text), "x%.*s", (int)name.n, name.p);
	ask(p, text);
	for (size_t i = 0; i < name.n; i++)
		if (name.p[i] == '.')
			ask(p, text + 1 + i + 1);
}

static void
compare(struct pair *p, const char *path)
{
	struct arena *a = arena_new();
	struct str text, name;
	struct err e;

	p->theirs = psl_load_file(path);
	assert_non_null(p->theirs);
	assert_true(suffixset_read(&p->ours, path));
	assert_true(file_read_regular(&text, a, path, 16 << 20, &e));
	while (text.n != 0) {
		name = str_trim(str_take_line(&text));
		name = str_head(name, str_find(name, ' '));
		if (!str_skip(&name, STR("*.")))
			str_skip(&name, STR("!"));
		if (!str_starts(name, STR("/")) &&
		    host_normalize(&name, a, name))
			ask_around(p, name);
	}
	psl_free(p->theirs);
	suffixset_release(&p->ours);
	arena_free(a);
	print_message("%zu names, %zu unlike\n", p->asked, p->unlike);
	assert_int_equal(p->unlike, 0);
}

static void
test_a_small_list_is_read_as_libpsl_does(void **state)
{
	char path[] = "/tmp/suffixes-XXXXXX";
	struct pair p = { 0 };
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, small, sizeof(small) - 1),
	    sizeof(small) - 1);
	close(fd);
	compare(&p, path);
	unlink(path);
	assert_true(p.asked > 50);
}

static void
test_the_systems_list_is_read_as_libpsl_does(void **state)
{
	struct str path = str_of(psl_dist_filename());
	struct pair p = { 0 };
	char text[1024];

	(void)state;
	if (str_ends(path, STR(".dafsa")))
		path.n -= strlen(".dafsa");
	else if (str_ends(path, STR(".dat")))
		path.n -= strlen(".dat");
	snprintf(text, sizeof(text), "%.*s.dat", (int)path.n, path.p);
	if (access(text, R_OK) != 0)
		skip();
	compare(&p, text);
	assert_true(p.asked > 50000);
}

static void
test_what_is_no_text_is_no_list(void **state)
{
	struct suffixset set;

	(void)state;
	assert_false(suffixset_read(&set, "/nowhere/list.dat"));
	assert_false(suffixset_read(&set, "/proc/self/exe"));
	assert_null(set.slots);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_small_list_is_read_as_libpsl_does),
		cmocka_unit_test(test_the_systems_list_is_read_as_libpsl_does),
		cmocka_unit_test(test_what_is_no_text_is_no_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
