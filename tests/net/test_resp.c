/* SPDX-License-Identifier: Apache-2.0 */
/* Replies, and what a key is over the wire. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "net/redis.h"
#include "net/resp.h"

/* As it is, or in pieces of one byte. */
static enum resp_next
read_one(struct resp_reader *r, struct str bytes, size_t piece,
    const struct resp **out)
{
	enum resp_next next = RESP_WAIT;

	for (size_t i = 0; i < bytes.n && next == RESP_WAIT; i += piece) {
		resp_feed(r, str_sub(bytes, i, i + piece));
		next = resp_next(r, out);
	}
	return next;
}

static void
test_every_kind_of_reply_is_read(void **state)
{
	static const char text[] = "*6\r\n$3\r\na\r\n\r\n+OK\r\n:-7\r\n"
	    "$-1\r\n-ERR no\r\n*1\r\n:1\r\n";
	const struct resp *r;

	(void)state;
	for (size_t piece = 1; piece < 50; piece += 48) {
		struct resp_reader *reader = resp_reader_new();

		assert_int_equal(read_one(reader, STR(text), piece, &r),
		    RESP_HAVE);
		assert_int_equal(r->type, RESP_ARRAY);
		assert_int_equal(r->n, 6);
		assert_true(str_is(r->at[0].text, "a\r\n"));
		assert_true(str_is(r->at[1].text, "OK"));
		assert_int_equal(r->at[2].number, -7);
		assert_int_equal(r->at[3].type, RESP_NIL);
		assert_true(resp_is_error(&r->at[4], "ERR"));
		assert_false(resp_is_error(&r->at[4], "ERR no"));
		assert_int_equal(r->at[5].at[0].number, 1);
		assert_int_equal(resp_next(reader, &r), RESP_WAIT);
		resp_reader_free(reader);
	}
}

#define NESTED "*1\r\n*1\r\n*1\r\n"

static void
test_what_has_no_bound_or_is_no_reply_is_refused(void **state)
{
	static const char *const wrongs[] = { "*1000000000\r\n",
		"HTTP/1.1 200 OK\r\n", "\r\n", ":x\r\n", "$-2\r\n",
		"$99999999999999999999\r\n", "*-2\r\n", "!",
		NESTED NESTED NESTED "*1\r\n*1\r\n" };
	static char many[2 * RESP_BYTES_MOST];
	const struct resp *r;

	(void)state;
	for (size_t i = 0; i < sizeof(wrongs) / sizeof(wrongs[0]); i++) {
		struct resp_reader *reader = resp_reader_new();

		if (read_one(reader, str_of(wrongs[i]), 1, &r) != RESP_BROKEN)
			fail_msg("%s", wrongs[i]);
		assert_false(resp_feed(reader, STR("+OK\r\n")));
		assert_int_equal(resp_next(reader, &r), RESP_BROKEN);
		resp_reader_free(reader);
	}
	memset(many, '+', sizeof(many));
	struct resp_reader *reader = resp_reader_new();
	assert_int_equal(read_one(reader, (struct str){ many, sizeof(many) },
	    4096, &r), RESP_BROKEN);
	resp_reader_free(reader);
}

static void
test_a_command_is_written_word_by_word(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 1000);
	resp_command(&b, (struct str[]){ STR("SET"), STR("a b"), STR("") },
	    3);
	assert_true(str_is(buf_str(&b),
	    "*3\r\n$3\r\nSET\r\n$3\r\na b\r\n$0\r\n\r\n"));
	buf_release(&b);
}

static void
test_keys_come_back_as_they_went(void **state)
{
	static const char *const keys[] = { "1:ip:192.0.2.1", "a b", "{x}",
		"%41", "\x01\x7f\r\n", "\xe3\x81\x82", "" };
	struct buf wire, back;
	struct str key;

	(void)state;
	buf_init(&wire, 1000);
	buf_init(&back, 1000);
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		redis_key(&wire, STR("p:"), str_of(keys[i]));
		assert_true(redis_key_read(&back, STR("p:"), buf_str(&wire),
		    &key));
		assert_true(str_is(key, keys[i]));
		for (size_t at = 0; at < wire.n; at++)
			assert_true((unsigned char)wire.p[at] > ' ' &&
			    wire.p[at] != '{' && wire.p[at] != 0x7f);
	}
	assert_false(redis_key_read(&back, STR("p:"), STR("q:a"), &key));
	assert_false(redis_key_read(&back, STR("p:"), STR("p:%4"), &key));
	assert_false(redis_key_read(&back, STR("p:"), STR("p:%zz"), &key));
	buf_release(&wire);
	buf_release(&back);
}

/* From the cluster's specification, and a server. */
static void
test_slots_are_those_of_the_cluster(void **state)
{
	(void)state;
	assert_int_equal(redis_key_slot(STR("123456789")), 0x31c3);
	assert_int_equal(redis_key_slot(STR("foo")), 12182);
	assert_int_equal(redis_key_slot(STR("{foo}.bar")), 12182);
	assert_int_equal(redis_key_slot(STR("x{foo}{bar}")), 12182);
	assert_int_equal(redis_key_slot(STR("foo{}")),
	    redis_key_slot(STR("foo{}")));
	assert_int_not_equal(redis_key_slot(STR("foo{}a")),
	    redis_key_slot(STR("foo{}b")));
}

static void
test_redirections_are_read_strictly(void **state)
{
	static const struct {
		const char *text, *at;
		unsigned slot;
		bool is_ask;
	} cases[] = {
		{ "MOVED 3999 127.0.0.1:6381", "127.0.0.1:6381", 3999, false },
		{ "ASK 1 h.example:1", "h.example:1", 1, true },
		{ "MOVED 0 :6381", "10.0.0.1:6381", 0, false },
		{ "MOVED 0 ::1:6381", "[::1]:6381", 0, false },
		{ "MOVED 16384 127.0.0.1:1", NULL, 0, false },
		{ "MOVED -1 127.0.0.1:1", NULL, 0, false },
		{ "MOVED 1 127.0.0.1:0", NULL, 0, false },
		{ "MOVED 1 127.0.0.1", NULL, 0, false },
		{ "MOVED 1 a b:1", NULL, 0, false },
		{ "MOVED 1", NULL, 0, false },
		{ "ERR 1 127.0.0.1:1", NULL, 0, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct resp r = { .type = RESP_ERROR,
			.text = str_of(cases[i].text) };
		struct redis_redirect to;
		bool is_one = redis_redirect_read(&to, &r, "10.0.0.1:7000");

		if (is_one != (cases[i].at != NULL))
			fail_msg("%s", cases[i].text);
		if (!is_one)
			continue;
		assert_string_equal(to.at, cases[i].at);
		assert_int_equal(to.slot, cases[i].slot);
		assert_int_equal(to.is_ask, cases[i].is_ask);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_kind_of_reply_is_read),
		cmocka_unit_test(
		    test_what_has_no_bound_or_is_no_reply_is_refused),
		cmocka_unit_test(test_a_command_is_written_word_by_word),
		cmocka_unit_test(test_keys_come_back_as_they_went),
		cmocka_unit_test(test_slots_are_those_of_the_cluster),
		cmocka_unit_test(test_redirections_are_read_strictly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
