/* SPDX-License-Identifier: Apache-2.0 */
/* Messages rewritten: what goes, what comes, and that all else stays. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "front/action.h"
#include "front/rewrite.h"
#include "scan/scan.h"
#include "shipped.h"

enum { OUT_MOST = 1024 * 1024 };

static int
set_up(void **state)
{
	(void)state;
	return shipped_load(STR("en"));
}

typedef void rewrite(struct buf *to, const struct scan *s,
    const struct outcome *o);

/* As the policy of a site that adds no headers would have it: what is left
 * is what goes and what becomes of the subject. */
static struct str
rewritten(struct arena *a, struct str raw, enum action action, rewrite *how)
{
	struct scan *s = scan_new(generation, no_answer, NULL);
	struct policy policy = policy_default;
	struct outcome o;
	struct buf b;

	policy.headers = POLICY_HEADERS_NONE;
	policy.foreign = POLICY_FOREIGN_REMOVE;
	s->raw = raw;
	assert_true(scan_run(s));
	s->policy = &policy;
	s->verdict.action = action;
	outcome_of(&o, a, s);
	buf_init_arena(&b, a, OUT_MOST);
	how(&b, s, &o);
	scan_free(s);
	return buf_str(&b);
}

static const struct {
	const char *name;
	struct str raw;
	const char *message, *headers;
} cases[] = {
	{ "nothing to do", STR_INIT("A: b\r\nSubject: x\r\n\r\nbody\r\n"),
	    "A: b\r\nSubject: x\r\n\r\nbody\r\n",
	    "A: b\r\nSubject: x\r\n\r\n" },
	{ "first, folded, last",
	    STR_INIT("X-Spam-Flag: a\r\nA: b\r\nx-spam-status: a\r\n\tb\r\n c"
	    "\r\nB: c\r\nX-Spam-Odd:\r\n\r\nX-Spam-Flag: body\r\n"),
	    "A: b\r\nB: c\r\n\r\nX-Spam-Flag: body\r\n",
	    "A: b\r\nB: c\r\n\r\n" },
	{ "all of it", STR_INIT("X-Spam-Flag: a\r\n\r\nbody"), "\r\nbody",
	    "\r\n" },
	{ "LF alone", STR_INIT("X-Spam-Flag: a\nA: b\n\nbody\n"),
	    "A: b\n\nbody\n", "A: b\n\n" },
	{ "a mailbox line",
	    STR_INIT("From taro Mon Feb  9 05:08:00 2026\nX-Spam: a\nA: b\n"
	    "\nbody\n"),
	    "From taro Mon Feb  9 05:08:00 2026\nA: b\n\nbody\n",
	    "From taro Mon Feb  9 05:08:00 2026\nA: b\n\n" },
	{ "no headers", STR_INIT("just text\r\n"), "just text\r\n", "\r\n" },
	{ "no body", STR_INIT("A: b\r\nX-Spam-Flag: a\r\n"), "A: b\r\n",
	    "A: b\r\n\r\n" },
	{ "no line end", STR_INIT("A: b\r\nX-Spam-Flag: a"), "A: b\r\n",
	    "A: b\r\n\r\n" },
	{ "nothing", STR_INIT(""), "", "\r\n" },
	{ "a body that begins without an empty line",
	    STR_INIT("A: b\r\nX-Spam-Flag: a\r\nbody text\r\n"),
	    "A: b\r\nbody text\r\n", "A: b\r\n\r\n" },
	{ "bytes above ASCII",
	    STR_INIT("A: \xe9\x96\xa2\r\nX-Spam: a\r\n\r\n\xff\xfe\r\n"),
	    "A: \xe9\x96\xa2\r\n\r\n\xff\xfe\r\n", "A: \xe9\x96\xa2\r\n\r\n" },
};

static void
test_what_others_wrote_goes_and_all_else_stays(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct str message = rewritten(a, cases[i].raw, ACTION_NONE,
		    rewrite_message);
		struct str headers = rewritten(a, cases[i].raw, ACTION_NONE,
		    rewrite_headers);

		if (!str_is(message, cases[i].message) ||
		    !str_is(headers, cases[i].headers))
			fail_msg("%s: %.*s|%.*s|", cases[i].name,
			    STR_ARG(message), STR_ARG(headers));
		arena_empty(a);
	}
	arena_free(a);
}

static void
test_the_first_subject_gets_the_tag(void **state)
{
	struct arena *a = arena_new();
	struct str raw = STR("A: b\r\nSubject: one\r\n two\r\nSubject: three"
	    "\r\n\r\nbody\r\n");
	struct str none = STR("A: b\n\nbody\n");

	(void)state;
	assert_string_equal(str_cstr(a, rewritten(a, raw,
		ACTION_REWRITE_SUBJECT, rewrite_message)),
	    "A: b\r\nSubject: [PHISHING] one two\r\nSubject: three\r\n\r\n"
	    "body\r\n");
	assert_string_equal(str_cstr(a, rewritten(a, none,
		ACTION_REWRITE_SUBJECT, rewrite_message)),
	    "Subject: [PHISHING]\nA: b\n\nbody\n");
	arena_free(a);
}

static void
test_fields_past_the_limits_stay_headers(void **state)
{
	struct arena *a = arena_new();
	struct str headers;
	struct buf b;

	(void)state;
	buf_init_arena(&b, a, OUT_MOST);
	buf_add_str(&b, STR("X-Spam-Flag: a\r\n"));
	for (int i = 0; i < 6000; i++)
		buf_add_str(&b, STR("A: b\r\n"));
	buf_add_str(&b, STR("\r\nbody\r\n"));
	headers = rewritten(a, buf_str(&b), ACTION_NONE, rewrite_headers);
	assert_int_equal(headers.n, b.n - strlen("X-Spam-Flag: a\r\nbody\r\n"));
	assert_true(str_ends(headers, STR("A: b\r\n\r\n")));
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_what_others_wrote_goes_and_all_else_stays),
		cmocka_unit_test(test_the_first_subject_gets_the_tag),
		cmocka_unit_test(test_fields_past_the_limits_stay_headers),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
