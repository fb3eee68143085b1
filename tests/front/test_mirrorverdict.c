/* SPDX-License-Identifier: Apache-2.0 */
/* What a second daemon says is read strictly, and held against ours. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "front/mirrorverdict.h"
#include "front/requestwrite.h"
#include "mail/envelope.h"

#define OK "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
#define CAMPAIGNS(list) "{\"action\":\"reject\",\"score\":16.25," \
	"\"sekisho\":{\"campaigns\":[" list "]}}"
#define ONE(symbol, points) "{\"symbol\":\"" symbol "\",\"points\":" points "}"

static struct str
differs(struct arena *a, const char *here, const char *there)
{
	struct mirror_verdict ours, theirs;

	assert_true(mirror_verdict_read(&ours, a, str_of(here)));
	assert_true(mirror_verdict_read(&theirs, a, str_of(there)));
	return mirror_verdict_differs(a, &ours, &theirs, 100);
}

static void
test_where_two_differ(void **state)
{
	static const struct {
		const char *here, *there, *differs;
	} cases[] = {
		{ OK CAMPAIGNS(ONE("A", "3")), OK CAMPAIGNS(ONE("A", "4")),
		    "" },
		{ OK "{\"action\":\"reject\",\"score\":16}",
		    OK "{\"action\":\"reject\",\"score\":17}", "" },
		{ OK "{\"action\":\"reject\",\"score\":16}",
		    OK "{\"action\":\"reject\",\"score\":14.99}", "score" },
		{ OK "{\"action\":\"reject\",\"score\":15}",
		    OK "{\"action\":\"no action\",\"score\":-0.5}",
		    "action score" },
		{ OK CAMPAIGNS(ONE("A", "3") "," ONE("B", "1")),
		    OK CAMPAIGNS(ONE("C", "2") "," ONE("A", "3")), "+C -B" },
		/* One that only observes does not count. */
		{ OK CAMPAIGNS(ONE("A", "3")), OK CAMPAIGNS(ONE("A", "0")),
		    "-A" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(str_cstr(a, differs(a, cases[i].here,
		    cases[i].there)), cases[i].differs);
	arena_free(a);
}

static void
test_what_is_no_verdict(void **state)
{
	static const char *const cases[] = { "", "HTTP/1.1 200", OK, OK "[]",
		OK "{\"action\":1}", OK "{\"score\":3}", OK "{\"action\":\"x\"",
		"HTTP/1.1 503 Busy\r\n\r\n{\"action\":\"reject\"}",
		"SSH-2.0-x\r\n\r\n{\"action\":\"reject\"}" };
	struct arena *a = arena_new();
	struct mirror_verdict v;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_false(mirror_verdict_read(&v, a, str_of(cases[i])));
	arena_free(a);
}

static void
test_odd_values_are_none(void **state)
{
	struct arena *a = arena_new();
	struct mirror_verdict v;

	(void)state;
	assert_true(mirror_verdict_read(&v, a, STR(OK "{\"action\":\"reject\","
	    "\"score\":1e300,\"sekisho\":{\"campaigns\":[3,{\"points\":\"x\"},"
	    ONE("A", "-1") "]}}")));
	assert_int_equal(v.points, 0);
	assert_int_equal(v.symbols.n, 0);
	arena_free(a);
}

/* The writer's side: no value ends its line, and what is not known is not
 * said. */
static void
test_a_request_has_the_envelope_and_no_line_of_others(void **state)
{
	struct envelope env = { .helo = STR("x\r\nRcpt: <evil@x>"),
		.has_mail_from = true, .has_rdns = true };
	request_field_list fields = { 0 };
	struct arena *a = arena_new();
	struct buf b;

	(void)state;
	assert_true(addr_parse(STR("192.0.2.1"), &env.ip));
	envelope_add_rcpt(&env, a, STR("taro@example.jp"));
	env.auth.result[0] = AUTH_FAIL;
	request_add_token(&fields, a, STR("secret"));
	request_add_envelope(&fields, a, &env);
	buf_init_arena(&b, a, 4096);
	request_write(&b, STR("/checkv2"), STR("h:1"), &fields, STR("mail"));
	buf_add_byte(&b, '\0');
	assert_string_equal(b.p, "POST /checkv2 HTTP/1.1\r\nHost: h:1\r\n"
	    "Authorization: Bearer secret\r\nIP: 192.0.2.1\r\n"
	    "Helo: xRcpt: <evil@x>\r\nHostname: unknown\r\nFrom: <>\r\n"
	    "Rcpt: <taro@example.jp>\r\n"
	    "Authentication-Results: sekisho; spf=fail\r\n"
	    "Content-Length: 4\r\nConnection: close\r\n\r\nmail");
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_where_two_differ),
		cmocka_unit_test(test_what_is_no_verdict),
		cmocka_unit_test(test_odd_values_are_none),
		cmocka_unit_test(
		    test_a_request_has_the_envelope_and_no_line_of_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
