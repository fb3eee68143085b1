/* SPDX-License-Identifier: Apache-2.0 */
/* The table of rfc7208.cases, each case with all answers there at once and
 * with each missing at first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/file.h"
#include "check/spf.h"
#include "zone.h"

enum { LINES_MOST = 200, CASES_LEAST = 300, FILE_MOST = 1 << 20,
	ROUNDS_MOST = 100 };

struct table {
	struct arena *arena;     /* of the whole file */
	struct str world;        /* the section at hand */
	const char *lines[LINES_MOST];
	size_t n_lines, n_cases, n_wrong;
};

struct one {
	struct str ip, helo, sender, want, explanation;
	bool is_explained;
};

/* "\x41" is that byte. */
static struct str
unescape(struct arena *a, struct str s)
{
	char *to = arena_take(a, s.n + 1);
	size_t n = 0;

	while (s.n != 0) {
		if (s.n >= 4 && str_skip(&s, STR("\\x"))) {
			to[n++] = (char)(ascii_hex(s.p[0]) << 4 |
			    ascii_hex(s.p[1]));
			s = str_from(s, 2);
		} else {
			to[n++] = s.p[0];
			s = str_from(s, 1);
		}
	}
	return (struct str){ to, n };
}

static struct str
or_empty(struct str s)
{
	return str_is(s, "-") ? STR("") : s;
}

static void
read_case(struct one *c, struct str line)
{
	struct str rest = line, bar;

	*c = (struct one){ 0 };
	c->is_explained = str_cut(line, '|', &rest, &bar);
	c->explanation = str_trim(bar);
	rest = str_trim(rest);
	str_cut(rest, ' ', &c->ip, &rest);
	str_cut(rest, ' ', &c->helo, &rest);
	str_cut(rest, ' ', &c->sender, &c->want);
	c->helo = or_empty(c->helo);
	c->sender = or_empty(c->sender);
}

static void
check(struct spf_verdict *v, struct table *t, const struct one *c,
    struct zone *z)
{
	struct names names = { zone_find, z };
	struct spf_query q = { .sender = c->sender, .helo = c->helo,
		.receiver = STR("mx.here.example"), .now = 1234567890 };
	size_t at = str_find_last(c->sender, '@');
	unsigned n = 0;

	(void)t;
	assert_true(addr_parse(c->ip, &q.ip));
	if (c->sender.n == 0)
		q.domain = c->helo;
	else
		q.domain = at < c->sender.n ? str_from(c->sender, at + 1)
		    : c->sender;
	do {
		spf_check(v, z->arena, &names, &q);
		assert_true(++n < ROUNDS_MOST);
	} while (v->result == SPF_PENDING);
}

static void
run_case(struct table *t, struct str line, bool is_lazy)
{
	struct zone z = { .arena = arena_new(), .lines = t->lines,
		.is_lazy = is_lazy };
	struct spf_verdict v;
	struct one c;

	read_case(&c, line);
	check(&v, t, &c, &z);
	if (!str_is(c.want, spf_result_name(v.result)) ||
	    (c.is_explained && !str_eq(v.explanation, c.explanation))) {
		t->n_wrong++;
		print_message("%" STR_FMT ": %" STR_FMT ": %s (%" STR_FMT
		    ") | %" STR_FMT "\n", STR_ARG(t->world), STR_ARG(line),
		    spf_result_name(v.result), STR_ARG(v.problem),
		    STR_ARG(v.explanation));
	}
	arena_free(z.arena);
}

static void
read_line(struct table *t, struct str line)
{
	if (str_skip(&line, STR("> "))) {
		t->n_cases++;
		run_case(t, line, false);
		run_case(t, line, true);
	} else if (str_skip(&line, STR("== "))) {
		t->world = line;
		memset(t->lines, 0, sizeof(t->lines));
		t->n_lines = 0;
	} else if (line.n != 0 && line.p[0] != '#') {
		assert_true(t->n_lines + 1 < LINES_MOST);
		t->lines[t->n_lines++] = str_cstr(t->arena,
		    unescape(t->arena, line));
	}
}

static void
test_every_case_of_the_table(void **state)
{
	const char *source = getenv("SEKISHO_SOURCE");
	struct table t = { .arena = arena_new() };
	struct str text, line;
	struct err e;

	(void)state;
	if (!file_read(&text, t.arena, str_cstr(t.arena, str_cat(t.arena,
	    str_of(source == NULL ? ".." : source),
	    STR("/tests/check/rfc7208.cases"))), FILE_MOST, &e))
		fail_msg("%s", e.text);
	while (str_next(&text, '\n', &line))
		read_line(&t, line);
	print_message("%zu cases\n", t.n_cases);
	assert_int_equal(t.n_wrong, 0);
	assert_true(t.n_cases >= CASES_LEAST);
	arena_free(t.arena);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_case_of_the_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
