/* SPDX-License-Identifier: Apache-2.0 */
#include "check/receipt.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/vec.h"
#include "mail/message.h"
#include "net/store.h"
#include "scan/reputation.h"

#define HEAD "Message-ID: <one@x.example>\r\nFrom: a@x.example\r\n"     \
    "Date: Mon, 9 Feb 2026 10:00:00 +0900\r\n"
#define PAGE(link_) "Content-Type: text/html\r\n\r\n<p>Hello "            \
    "<a href=\"" link_ "\">here</a></p>\r\n"
#define FILE_PART(bytes_) "Content-Type: multipart/mixed; boundary=b\r\n" \
    "\r\n--b\r\nContent-Type: text/plain\r\n\r\nHello\r\n--b\r\n"          \
    "Content-Type: application/octet-stream\r\n"                         \
    "Content-Disposition: attachment; filename=x.bin\r\n\r\n" bytes_        \
    "\r\n--b--\r\n"

static struct str
key_of(struct arena *a, const char *raw)
{
	struct message m;

	message_read(&m, a, str_of(raw), NULL, NULL);
	return receipt_key(a, &m);
}

static void
test_what_makes_another_message(void **state)
{
	static const struct {
		const char *one, *two;
		bool is_same;
	} cases[] = {
		{ HEAD "Subject: x\r\n" PAGE("https://a.example/x"),
		    HEAD "Subject: [PHISHING] x\r\n"
		    PAGE("https://a.example/x"), true },
		{ HEAD PAGE("https://a.example/x"),
		    "Received: from y by z; Mon, 9 Feb 2026 10:00:00 +0900\r\n"
		    HEAD "X-Spam: no\r\n" PAGE("https://a.example/x"), true },
		{ HEAD PAGE("https://a.example/x"),
		    HEAD PAGE("https://b.example/x"), false },
		{ HEAD PAGE("https://a.example/x"),
		    HEAD PAGE("https://a.example/y"), false },
		{ HEAD FILE_PART("one"), HEAD FILE_PART("two"), false },
		{ HEAD "\r\nHello\r\n", HEAD "\r\nHallo\r\n", false },
		{ HEAD "\r\nHello\r\n",
		    "X: y\r\n" HEAD "\r\nHello\r\n", true },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++)
		assert_int_equal(str_eq(key_of(a, cases[i].one),
		    key_of(a, cases[i].two)), cases[i].is_same);
	arena_free(a);
}

static void
test_lines_go_out_and_come_back(void **state)
{
	const struct receipt head = { .word = RECEIPT_BAD,
		.when = 1700000000, .amount = 3.5 };
	struct receipt back;
	struct buf b;

	(void)state;
	buf_init(&b, STORE_VALUE_MOST);
	receipt_begin(&b, &head);
	receipt_line(&b, STR("rep1:ip:192.0.2.1"));
	receipt_line(&b, STR("by 0123456789abcdef"));
	buf_add_str(&b, STR("SCAN"));
	assert_true(receipt_parse(&back, buf_str(&b)));
	assert_int_equal(back.word, RECEIPT_BAD);
	assert_int_equal(back.when, 1700000000);
	assert_true(back.amount == 3.5);
	assert_true(receipt_has(&back, STR("rep1:ip:192.0.2.1")));
	assert_false(receipt_has(&back, STR("rep1:ip:192.0.2.")));
	assert_int_equal(receipt_ends(buf_str(&b)), 1700000000 +
	    RECEIPT_LIFE);
	assert_false(receipt_parse(&back, STR("bad soon 1.00\n")));
	assert_false(receipt_parse(&back, STR("odd 1700000000 1.00\n")));
	assert_false(receipt_parse(&back, STR("bad 1700000000 1\n")));
	assert_int_equal(receipt_ends(STR("nonsense")), 0);
	buf_release(&b);
}

/* What is copied has no claim and not too many lines, the newest ones. */
static void
test_a_receipt_is_bounded(void **state)
{
	struct receipt r = { .word = RECEIPT_BAD }, back;
	struct buf b, copy;

	(void)state;
	buf_init(&b, STORE_VALUE_MOST);
	buf_init(&copy, STORE_VALUE_MOST);
	receipt_begin(&b, &r);
	for (int i = 0; i < 1000; i++)
		buf_printf(&b, "rep1:ip:192.0.2.%d\n", i);
	buf_add_str(&b, STR("SCAN"));
	assert_true(receipt_parse(&back, buf_str(&b)));
	receipt_begin(&copy, &back);
	receipt_lines(&copy, &back);
	assert_in_range(copy.n, RECEIPT_MOST / 2, RECEIPT_MOST + 100);
	assert_true(receipt_parse(&back, buf_str(&copy)));
	assert_true(receipt_has(&back, STR("rep1:ip:192.0.2.999")));
	assert_false(receipt_has(&back, STR("rep1:ip:192.0.2.0")));
	assert_false(receipt_has(&back, STR("SCAN")));
	buf_release(&b);
	buf_release(&copy);
}

static void
test_what_was_heard_is_told_by_its_key(void **state)
{
	const struct receipt head = { .word = RECEIPT_HEARD,
		.when = 1700000000 };
	struct receipt back;
	struct buf b;

	(void)state;
	buf_init(&b, STORE_VALUE_MOST);
	receipt_begin(&b, &head);
	receipt_hear(&b, STR("rep1:ip:192.0.2.1"), 1);
	receipt_hear(&b, STR("rep1:domain:good.example"), 8);
	assert_true(receipt_parse(&back, buf_str(&b)));
	assert_int_equal(back.word, RECEIPT_HEARD);
	assert_int_equal(receipt_heard(&back, STR("rep1:ip:192.0.2.1")), 1);
	assert_int_equal(receipt_heard(&back,
	    STR("rep1:domain:good.example")), 8);
	assert_int_equal(receipt_heard(&back, STR("rep1:ip:192.0.2.2")), 0);
	assert_int_equal(receipt_ends(buf_str(&b)), 1700000000 +
	    RECEIPT_HEARD_LIFE);
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_makes_another_message),
		cmocka_unit_test(test_lines_go_out_and_come_back),
		cmocka_unit_test(test_a_receipt_is_bounded),
		cmocka_unit_test(test_what_was_heard_is_told_by_its_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
