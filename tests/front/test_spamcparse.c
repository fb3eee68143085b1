/* SPDX-License-Identifier: Apache-2.0 */
/* Requests of spamc and its kin, whole and cut at every byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "front/spamcparse.h"

static const struct spamc_limits limits = { .line = 100, .head = 400,
	.fields = 10, .body = 100 };

static struct spamc_parse
parse_in_two(struct str bytes, size_t cut)
{
	struct spamc_parse p;
	size_t n;

	spamc_parse_init(&p, &limits);
	n = spamc_parse(&p, str_head(bytes, cut));
	if (n == cut)
		spamc_parse(&p, str_from(bytes, cut));
	spamc_parse_end(&p);
	return p;
}

static const struct good {
	const char *name;
	struct str request;
	enum spamc_command command;
	unsigned version;
	const char *body;
} goods[] = {
	{ "spamc checks", STR_INIT("CHECK SPAMC/1.5\r\nUser: taro\r\n"
	    "Content-length: 5\r\n\r\nhello"), SPAMC_CHECK, 15, "hello" },
	{ "no length, to the half-close",
	    STR_INIT("HEADERS SPAMC/1.4\r\nUser: x\r\n\r\nA: b\r\n\r\nc"),
	    SPAMC_HEADERS, 14, "A: b\r\n\r\nc" },
	{ "LF ends head lines, names in any case",
	    STR_INIT("SYMBOLS SPAMC/1.2\ncontent-LENGTH: 2\n\nab"),
	    SPAMC_SYMBOLS, 12, "ab" },
	{ "Exim's default variant",
	    STR_INIT("REPORT SPAMC/1.2\r\nUser: nobody\r\n"
	    "Content-length: 3\r\n\r\na\r\n"), SPAMC_REPORT, 12, "a\r\n" },
	{ "1.0 has no headers", STR_INIT("PROCESS SPAMC/1.0\r\nUser: x\r\n"),
	    SPAMC_PROCESS, 10, "User: x\r\n" },
	{ "an old ping is one line", STR_INIT("PING SPAMC/1.2\r\n"),
	    SPAMC_PING, 12, "" },
	{ "a new ping ends in an empty line",
	    STR_INIT("PING SPAMC/1.5\r\n\r\n"), SPAMC_PING, 15, "" },
	{ "skip", STR_INIT("SKIP SPAMC/1.5\r\nUser: x\r\n\r\n"), SPAMC_SKIP,
	    15, "" },
	{ "a message of nothing",
	    STR_INIT("CHECK SPAMC/1.5\r\nContent-length: 0\r\n\r\n"),
	    SPAMC_CHECK, 15, "" },
	{ "nothing up to the half-close", STR_INIT("CHECK SPAMC/1.5\r\n\r\n"),
	    SPAMC_CHECK, 15, "" },
	{ "unknown headers are read over",
	    STR_INIT("REPORT_IFSPAM SPAMC/1.3\r\nX-What: ever\r\n\r\nm"),
	    SPAMC_REPORT_IFSPAM, 13, "m" },
	{ "bytes above ASCII in a user",
	    STR_INIT("CHECK SPAMC/1.5\r\nUser: \xe9\x96\xa2\r\n\r\nm"),
	    SPAMC_CHECK, 15, "m" },
	{ "a packed body stays packed",
	    STR_INIT("CHECK SPAMC/1.5\r\nCompress: zlib\r\n"
	    "Content-length: 2\r\n\r\nxy"), SPAMC_CHECK, 15, "xy" },
};

static void
check_good(const struct good *c, const struct spamc_parse *p)
{
	if (p->state != SPAMC_DONE)
		print_error("%s: %s\n", c->name,
		    p->error == NULL ? "?" : p->error);
	assert_int_equal(p->state, SPAMC_DONE);
	assert_int_equal(p->command, c->command);
	assert_int_equal(p->version, c->version);
	assert_true(str_is(buf_str(&p->body), c->body));
}

static void
test_good_requests_cut_at_every_byte_read_the_same(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(goods); i++) {
		for (size_t cut = 0; cut <= goods[i].request.n; cut++) {
			struct spamc_parse p = parse_in_two(goods[i].request,
			    cut);

			check_good(&goods[i], &p);
			spamc_parse_release(&p);
		}
	}
}

static const struct bad {
	const char *name;
	struct str request;
	int code;
} bads[] = {
	{ "HTTP", STR_INIT("GET / HTTP/1.1\r\n\r\n"), 76 },
	{ "an unknown command", STR_INIT("SCAN SPAMC/1.5\r\n\r\n"), 76 },
	{ "a command in small letters",
	    STR_INIT("check SPAMC/1.5\r\n\r\n"), 76 },
	{ "no protocol", STR_INIT("CHECK\r\n\r\n"), 76 },
	{ "no version", STR_INIT("CHECK SPAMC/\r\n\r\n"), 76 },
	{ "half a version", STR_INIT("CHECK SPAMC/1\r\n\r\n"), 76 },
	{ "a version below one", STR_INIT("CHECK SPAMC/0.9\r\n\r\n"), 76 },
	{ "a negative version", STR_INIT("CHECK SPAMC/1.-5\r\n\r\n"), 76 },
	{ "a version above every number",
	    STR_INIT("CHECK SPAMC/1.99999999999999999999\r\n\r\n"), 76 },
	{ "nothing at all", STR_INIT(""), 76 },
	{ "half a line", STR_INIT("CHECK SPAM"), 76 },
	{ "half a head", STR_INIT("CHECK SPAMC/1.5\r\nUser: x\r\n"), 76 },
	{ "no colon", STR_INIT("CHECK SPAMC/1.5\r\nUser\r\n\r\n"), 76 },
	{ "no name", STR_INIT("CHECK SPAMC/1.5\r\n: x\r\n\r\n"), 76 },
	{ "a NUL in a user",
	    STR_INIT("CHECK SPAMC/1.5\r\nUser: a\0b\r\n\r\n"), 76 },
	{ "CR alone", STR_INIT("CHECK SPAMC/1.5\r\nUser: a\rb\r\n\r\n"), 76 },
	{ "two lengths",
	    STR_INIT("CHECK SPAMC/1.5\r\nContent-length: 1\r\n"
	    "Content-Length: 1\r\n\r\na"), 76 },
	{ "a signed length",
	    STR_INIT("CHECK SPAMC/1.5\r\nContent-length: +1\r\n\r\na"), 76 },
	{ "an empty length",
	    STR_INIT("CHECK SPAMC/1.5\r\nContent-length:\r\n\r\na"), 76 },
	{ "a length above the limit",
	    STR_INIT("CHECK SPAMC/1.5\r\nContent-length: 101\r\n\r\n"), 65 },
	{ "a length above every number",
	    STR_INIT("CHECK SPAMC/1.5\r\n"
	    "Content-length: 18446744073709551617\r\n\r\n"), 65 },
	{ "a body shorter than its length",
	    STR_INIT("CHECK SPAMC/1.5\r\nContent-length: 5\r\n\r\nabc"), 76 },
	{ "another compression",
	    STR_INIT("CHECK SPAMC/1.5\r\nCompress: gzip\r\n"
	    "Content-length: 1\r\n\r\na"), 76 },
	{ "compression without a length",
	    STR_INIT("CHECK SPAMC/1.5\r\nCompress: zlib\r\n\r\na"), 76 },
	{ "an unknown class",
	    STR_INIT("TELL SPAMC/1.5\r\nMessage-class: meh\r\n\r\n"), 76 },
	{ "an unknown target",
	    STR_INIT("TELL SPAMC/1.5\r\nSet: here\r\n\r\n"), 76 },
	{ "set and removed at once",
	    STR_INIT("TELL SPAMC/1.5\r\nSet: local\r\nRemove: remote, local\r\n"
	    "\r\n"), 76 },
	{ "set as nothing",
	    STR_INIT("TELL SPAMC/1.5\r\nSet: local\r\n\r\n"), 76 },
	{ "neither set nor removed",
	    STR_INIT("TELL SPAMC/1.5\r\nMessage-class: spam\r\n\r\n"), 76 },
	{ "eleven headers",
	    STR_INIT("CHECK SPAMC/1.5\r\na:\r\na:\r\na:\r\na:\r\na:\r\na:\r\n"
	    "a:\r\na:\r\na:\r\na:\r\na:\r\n\r\n"), 76 },
	{ "a request line without end",
	    STR_INIT("CHECK SPAMC/1.5                                       "
	    "                                                              "
	    "                                                       "), 76 },
};

static void
test_bad_requests_cut_at_every_byte_are_refused_the_same(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(bads); i++) {
		for (size_t cut = 0; cut <= bads[i].request.n; cut++) {
			struct spamc_parse p = parse_in_two(bads[i].request,
			    cut);

			if ((int)p.code != bads[i].code)
				print_error("%s at %zu\n", bads[i].name, cut);
			assert_int_equal(p.state, SPAMC_BAD);
			assert_int_equal(p.code, bads[i].code);
			assert_non_null(p.error);
			spamc_parse_release(&p);
		}
	}
}

static void
test_what_comes_behind_a_length_is_not_taken(void **state)
{
	struct str request = STR("CHECK SPAMC/1.5\r\nContent-length: 1\r\n\r\n"
	    "abc");
	struct spamc_parse p;

	(void)state;
	spamc_parse_init(&p, &limits);
	assert_int_equal(spamc_parse(&p, request), request.n - 2);
	assert_int_equal(p.state, SPAMC_DONE);
	spamc_parse_release(&p);
}

static void
test_of_a_body_without_end_the_beginning_is_kept(void **state)
{
	struct spamc_parse p;

	(void)state;
	spamc_parse_init(&p, &limits);
	spamc_parse(&p, STR("CHECK SPAMC/1.5\r\n\r\n"));
	for (int i = 0; i < 1000; i++)
		assert_int_equal(spamc_parse(&p, STR("0123456")), 7);
	spamc_parse_end(&p);
	assert_int_equal(p.state, SPAMC_DONE);
	assert_int_equal(p.body.n, limits.body + 1);
	spamc_parse_release(&p);
}

static void
test_tell_is_read_whole(void **state)
{
	struct spamc_parse p = parse_in_two(STR("TELL SPAMC/1.5\r\n"
	    "Message-class: spam\r\nSet: local, remote\r\nUser: taro\r\n"
	    "Content-length: 1\r\n\r\nm"), 20);

	(void)state;
	assert_int_equal(p.state, SPAMC_DONE);
	assert_true(p.tell.is_spam);
	assert_false(p.tell.is_ham);
	assert_int_equal(p.tell.set, SPAMC_LOCAL | SPAMC_REMOTE);
	assert_int_equal(p.tell.remove, 0);
	assert_true(str_is(p.user, "taro"));
	spamc_parse_release(&p);
}

static void
test_rspamc_keeps_all_its_fields_in_order(void **state)
{
	struct spamc_parse p = parse_in_two(STR("CHECK RSPAMC/1.3\r\n"
	    "Content-length: 1\r\nQueue-Id: 1a\r\nFrom: <a@b.example>\r\n"
	    "Recipient-Number: 2\r\nRcpt: <c@d.example>\r\n"
	    "Rcpt: <e@d.example>\r\nHelo: x\r\n\r\nm"), 50);

	(void)state;
	assert_int_equal(p.state, SPAMC_DONE);
	assert_true(p.is_rspamc);
	assert_int_equal(p.version, 13);
	assert_int_equal(p.fields.n, 7);
	assert_true(str_is(p.fields.at[4].name, "Rcpt"));
	assert_true(str_is(p.fields.at[5].value, "<e@d.example>"));
	spamc_parse_release(&p);
}

static void
test_a_promised_body_takes_no_memory_before_it_comes(void **state)
{
	static const struct spamc_limits large = { .line = 100, .head = 400,
		.fields = 10, .body = (size_t)50 * 1024 * 1024 };
	struct spamc_parse p;

	(void)state;
	spamc_parse_init(&p, &large);
	spamc_parse(&p, STR("CHECK SPAMC/1.5\r\n"
	    "Content-length: 52428800\r\n\r\n"));
	assert_int_equal(p.state, SPAMC_IN_BODY);
	assert_in_range(p.body.room, 0, 64 * 1024);
	spamc_parse_release(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_good_requests_cut_at_every_byte_read_the_same),
		cmocka_unit_test(
		    test_bad_requests_cut_at_every_byte_are_refused_the_same),
		cmocka_unit_test(
		    test_what_comes_behind_a_length_is_not_taken),
		cmocka_unit_test(
		    test_of_a_body_without_end_the_beginning_is_kept),
		cmocka_unit_test(test_tell_is_read_whole),
		cmocka_unit_test(test_rspamc_keeps_all_its_fields_in_order),
		cmocka_unit_test(
		    test_a_promised_body_takes_no_memory_before_it_comes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
