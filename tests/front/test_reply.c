/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Replies to hostile messages, with the packs of the repository: whatever
 * stands in a mail, the JSON parses and the symbols sum to the score.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/arena.h"
#include "base/buf.h"
#include "front/httpparse.h"
#include "front/mailline.h"
#include "front/reply.h"
#include "front/request.h"
#include "rule/explain.h"
#include "scan/scan.h"
#include "shipped.h"

enum { REPLY_MOST = 1 << 20 };

static int
set_up(void **state)
{
	(void)state;
	return shipped_load(STR("en"));
}

static json_t *
reply_to(struct str raw, struct str lang)
{
	struct scan *s = scan_new(generation, no_answer, NULL);
	const struct explain_conf text = { .lang = lang, .width = 80 };
	json_error_t error;
	const struct reply_conf conf = { .lang = lang, .text = &text };
	struct buf b;
	json_t *json;

	s->raw = raw;
	assert_true(scan_run(s));
	buf_init(&b, REPLY_MOST);
	reply_json(&b, s, &conf);
	mailline_log(s, &(struct mailline_way){ .front = "test" });
	json = json_loadb(b.p, b.n, JSON_REJECT_DUPLICATES, &error);
	if (json == NULL)
		print_error("%s\n%.*s\n", error.text, (int)b.n, b.p);
	assert_non_null(json);
	assert_true(json_string_length(json_object_get(json,
	    "sekisho_text")) > 0);
	buf_release(&b);
	scan_free(s);
	return json;
}

static long
hundredths(const json_t *number)
{
	double n = json_number_value(number) * 100;

	return (long)(n < 0 ? n - 0.5 : n + 0.5);
}

static void
check_sum(const json_t *reply)
{
	const char *name;
	json_t *symbol;
	long sum = 0;

	json_object_foreach(json_object_get(reply, "symbols"), name, symbol)
		sum += hundredths(json_object_get(symbol, "score"));
	assert_int_equal(sum, hundredths(json_object_get(reply, "score")));
}

static const struct {
	const char *name;
	struct str raw;
} hostile[] = {
	{ "nothing", STR_INIT("") },
	{ "quotes and line ends in the names",
	    STR_INIT("From: \"a\\\"b\\\\\" <\"x\\\"y\"@e.example>\r\n"
	    "Message-ID: <\"}],\\\r\n \"@x>\r\nSubject: \"}\r\n\r\n\"\n") },
	{ "bytes that are no UTF-8",
	    STR_INIT("From: \xff\xfe <\xc3(@e.example>\r\n"
	    "Message-ID: <\xed\xa0\x80@x>\r\n\r\nhttp://\xff\xff.example/") },
	{ "NULs and escapes",
	    STR_INIT("From: a\0b <c\0d@e.example>\r\nMessage-ID: <\0\x1b[2J>"
	    "\r\n\r\n\x1b[31m http://a.example/\x7f\x01") },
	{ "a forged line for the log",
	    STR_INIT("From: a@b.example\r\n"
	    "Message-ID: <x@y>\r\n 2026-01-01T00:00:00Z info id=1\r\n\r\n") },
	{ "brands and foreign links",
	    STR_INIT("From: KAGOYA <info@kagoya.net.example.cn>\r\n"
	    "Subject: KAGOYA\r\n\r\n"
	    "https://kagoya.net.example.cn/kagoya.net/?uid=a@b.example "
	    "https://www.jcom.co.jp.login.example.cn/\r\n") },
};

static void
test_the_reply_parses_whatever_stands_in_the_mail(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(hostile); i++) {
		json_t *en = reply_to(hostile[i].raw, STR("en"));
		json_t *ja = reply_to(hostile[i].raw, STR("ja"));

		check_sum(en);
		check_sum(ja);
		assert_true(json_is_object(json_object_get(en, "messages")));
		assert_true(json_is_object(json_object_get(en, "sekisho")));
		assert_true(json_equal(json_object_get(en, "score"),
		    json_object_get(ja, "score")));
		json_decref(en);
		json_decref(ja);
	}
}

static void
test_random_bytes_get_a_reply_that_parses(void **state)
{
	static char bytes[2000];
	unsigned seed = 1;

	(void)state;
	for (int round = 0; round < 200; round++) {
		size_t n = (size_t)round * 10;
		json_t *reply;

		for (size_t i = 0; i < n; i++) {
			seed = seed * 1103515245 + 12345;
			bytes[i] = (char)(seed >> 16);
		}
		reply = reply_to((struct str){ bytes, n }, STR("en"));
		check_sum(reply);
		json_decref(reply);
	}
}

static void
test_the_result_header_is_what_mail_readers_parse(void **state)
{
	json_t *reply = reply_to(hostile[5].raw, STR("ja"));
	const char *value = json_string_value(json_object_get(json_object_get(
	    json_object_get(reply, "milter"), "add_headers"),
	    "X-Spamd-Result"));

	(void)state;
	assert_non_null(value);
	assert_true(strncmp(value, "default: ", 9) == 0);
	assert_non_null(strstr(value, " / 15.00];"));
	for (const char *p = value; *p != '\0'; p++)
		assert_in_range((unsigned char)*p, 0x20, 0x7e);
	json_decref(reply);
}

static void
test_an_error_has_its_two_keys(void **state)
{
	json_error_t error;
	struct buf b;
	json_t *json;

	(void)state;
	buf_init(&b, REPLY_MOST);
	reply_error(&b, "a \"quoted\" reason");
	json = json_loadb(b.p, b.n, 0, &error);
	assert_non_null(json);
	assert_int_equal(json_object_size(json), 2);
	assert_string_equal(json_string_value(json_object_get(json, "error")),
	    "a \"quoted\" reason");
	json_decref(json);
	buf_release(&b);
}

/* Requests into envelopes. */

static const struct http_limits limits = { .line = 1000, .head = 8000,
	.fields = 50, .body = 100 };

static bool
envelope_of(struct scan *s, const char *lines, bool is_trusted,
    const char **why)
{
	struct str head = str_cat(s->arena, STR("GET /checkv2 HTTP/1.1\r\n"),
	    str_of(lines), STR("\r\n"));
	struct request request;
	struct http_parse p;
	bool is_read;

	http_parse_init(&p, &limits);
	http_parse(&p, head);
	assert_int_equal(p.state, HTTP_DONE);
	is_read = request_read(&request, s, &p, is_trusted, why);
	http_parse_release(&p);
	return is_read;
}

static void
test_the_envelope_is_read_as_clients_tell_it(void **state)
{
	struct scan *s = scan_new(generation, no_answer, NULL);
	const struct envelope *env = &s->envelope;
	const char *why;

	(void)state;
	assert_true(envelope_of(s, "deliver-to: z@z\r\nIP: 192.0.2.1\r\n"
	    "Helo: mx\r\nHostname: [192.0.2.1]\r\nFrom: <a@b.example>\r\n"
	    "Rcpt: <c@d.example>, \"odd, one\"@d.example\r\n"
	    "Rcpt: e@d.example\r\nQueue-ID: Q1\r\nUser: u\r\n"
	    "Settings: {}\r\n", false, &why));
	assert_int_equal(env->ip.family, 4);
	assert_true(str_is(env->helo, "mx"));
	assert_true(env->has_rdns);
	assert_int_equal(env->rdns.n, 0);
	assert_true(env->has_mail_from);
	assert_true(str_is(env->mail_from, "a@b.example"));
	assert_int_equal(env->rcpt.n, 3);
	assert_true(str_is(env->rcpt.at[0], "c@d.example"));
	assert_true(str_is(env->rcpt.at[1], "\"odd, one\"@d.example"));
	assert_true(str_is(env->queue_id, "Q1"));
	assert_true(str_is(env->user, "u"));
	scan_free(s);
}

static void
test_the_null_sender_is_not_a_missing_one(void **state)
{
	struct scan *s = scan_new(generation, no_answer, NULL);
	struct scan *without = scan_new(generation, no_answer, NULL);
	const char *why;

	(void)state;
	assert_true(envelope_of(s, "From: <>\r\n", false, &why));
	assert_true(s->envelope.has_mail_from);
	assert_int_equal(s->envelope.mail_from.n, 0);
	assert_true(envelope_of(without, "", false, &why));
	assert_false(without->envelope.has_mail_from);
	assert_false(without->envelope.has_rdns);
	scan_free(s);
	scan_free(without);
}

static void
test_results_are_believed_from_trusted_clients_alone(void **state)
{
	static const char field[] = "Authentication-Results: mx.example; "
	    "spf=pass smtp.mailfrom=a@b.example\r\n";
	struct scan *trusted = scan_new(generation, no_answer, NULL);
	struct scan *stranger = scan_new(generation, no_answer, NULL);
	const char *why;

	(void)state;
	assert_true(envelope_of(trusted, field, true, &why));
	assert_int_equal(trusted->envelope.auth.result[AUTH_SPF], AUTH_PASS);
	assert_true(envelope_of(stranger, field, false, &why));
	assert_int_equal(stranger->envelope.auth.result[AUTH_SPF],
	    AUTH_UNKNOWN);
	scan_free(trusted);
	scan_free(stranger);
}

static void
test_files_are_never_read_for_a_client(void **state)
{
	static const char *const named[] = { "File: /etc/passwd\r\n",
		"path: x\r\n", "Shm: x\r\n", "SHM-OFFSET: 1\r\n" };

	(void)state;
	for (size_t i = 0; i < nitems(named); i++) {
		struct scan *s = scan_new(generation, no_answer, NULL);
		const char *why = NULL;

		assert_false(envelope_of(s, named[i], true, &why));
		assert_non_null(why);
		scan_free(s);
	}
}

static void
test_a_text_is_given_as_it_is_asked_for(void **state)
{
	static const struct {
		const char *request, *lang;
		unsigned width;
		bool wants, is_coloured;
	} cases[] = {
		{ "", "en", 80, false, false },
		{ "Sekisho-Text: \r\n", "en", 80, true, false },
		{ "sekisho-text: ja\r\n", "ja", 80, true, false },
		{ "Sekisho-Text: ja 120 colour\r\n", "ja", 120, true, true },
		{ "Sekisho-Text: fr 7 99999 -3\r\n", "en", 80, true, false },
	};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct explain_conf conf = { .lang = STR("en"), .width = 80 };
		struct arena *a = arena_new();
		struct http_parse p;

		http_parse_init(&p, &limits);
		http_parse(&p, str_cat(a, STR("GET / HTTP/1.1\r\n"),
		    str_of(cases[i].request), STR("\r\n")));
		assert_int_equal(request_wants_text(&conf, &p),
		    cases[i].wants);
		assert_true(str_is(conf.lang, cases[i].lang));
		assert_int_equal(conf.width, cases[i].width);
		assert_int_equal(conf.is_coloured, cases[i].is_coloured);
		http_parse_release(&p);
		arena_free(a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_the_reply_parses_whatever_stands_in_the_mail),
		cmocka_unit_test(test_random_bytes_get_a_reply_that_parses),
		cmocka_unit_test(
		    test_the_result_header_is_what_mail_readers_parse),
		cmocka_unit_test(test_an_error_has_its_two_keys),
		cmocka_unit_test(test_the_envelope_is_read_as_clients_tell_it),
		cmocka_unit_test(test_the_null_sender_is_not_a_missing_one),
		cmocka_unit_test(
		    test_results_are_believed_from_trusted_clients_alone),
		cmocka_unit_test(test_files_are_never_read_for_a_client),
		cmocka_unit_test(
		    test_a_text_is_given_as_it_is_asked_for),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
