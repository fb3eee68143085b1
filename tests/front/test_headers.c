/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a message carries on: the grammars that mail readers parse, encoded
 * and folded, and the texts of actions.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "front/action.h"
#include "front/headers.h"
#include "mail/header.h"
#include "rule/explain.h"
#include "scan/scan.h"
#include "shipped.h"

static int
set_up(void **state)
{
	(void)state;
	return shipped_load(STR("ja"));
}

/* As if the verdict had reached an action. */
static struct scan *
scan_of(struct str raw, enum action action, struct policy *policy)
{
	struct scan *s = scan_new(generation, no_answer, NULL);

	s->raw = raw;
	assert_true(scan_run(s));
	if (policy != NULL)
		s->policy = policy;
	s->verdict.action = action;
	return s;
}

static const struct str mail = STR_INIT(
    "X-Spam-Status: No, score=-100\r\nX-Spam-Odd: 1\r\nx-spam-odd: 2\r\n"
    "X-Rspamd-Server: x\r\nX-Other: y\r\n"
    "From: KAGOYA <info@kagoya.net.example.cn>\r\n"
    "Subject: =?UTF-8?B?44Kr44K044Ok?= notice\r\n\r\n"
    "https://kagoya.net.example.cn/kagoya.net/?uid=a@b.example\r\n");

static struct str
value_of(const result_list *list, const char *name)
{
	const struct result_header *h;

	VEC_EACH(h, list) {
		if (strcmp(h->name, name) == 0)
			return h->value;
	}
	return STR("");
}

static void
test_headers_are_in_the_grammars_that_readers_parse(void **state)
{
	struct scan *s = scan_of(mail, ACTION_REJECT, NULL);
	struct arena *a = arena_new();
	const struct result_header *h;
	result_list list = { 0 };
	struct outcome o;
	struct str value;

	(void)state;
	outcome_of(&o, a, s);
	headers_add(&list, a, s, &o);
	value = value_of(&list, "X-Spamd-Result");
	assert_true(str_starts(value, STR("default: True [")));
	assert_true(str_find_str(value, STR(" / 15.00]; ")) < value.n);
	value = value_of(&list, "X-Spam-Status");
	assert_true(str_starts(value, STR("Yes, score=")));
	assert_true(str_find_str(value, STR(" required=6.00 tests=")) <
	    value.n);
	assert_true(str_is(value_of(&list, "X-Spam-Flag"), "YES"));
	assert_true(str_starts(value_of(&list, "X-Spam-Report"), STR("* ")));
	VEC_EACH(h, &list) {
		for (size_t i = 0; i < h->value.n; i++)
			assert_in_range((unsigned char)h->value.p[i], 0x20,
			    0x7e);
	}
	arena_free(a);
	scan_free(s);
}

static void
test_what_is_not_caught_gets_no_flag(void **state)
{
	struct scan *s = scan_of(mail, ACTION_NONE, NULL);
	struct arena *a = arena_new();
	result_list list = { 0 };
	struct outcome o;

	(void)state;
	outcome_of(&o, a, s);
	headers_add(&list, a, s, &o);
	assert_true(str_starts(value_of(&list, "X-Spam-Status"),
	    STR("No, ")));
	assert_int_equal(value_of(&list, "X-Spam-Flag").n, 0);
	assert_int_equal(value_of(&list, "X-Spam-Report").n, 0);
	assert_int_equal(o.text.n, 0);
	arena_free(a);
	scan_free(s);
}

static void
test_folded_lines_are_short_and_read_the_same(void **state)
{
	static const struct str japanese = STR_INIT(
	    "えきねっとを名乗る詐欺: 送信者の住所とリンク先が正規のものと"
	    "違います。本文の言い回しもいつもの手口と同じです。");
	struct arena *a = arena_new();
	struct str words = headers_encode(a, japanese);
	struct str value = str_cat(a, STR("* 6.50 EKINET "), words,
	    STR(" * 1.00 B plain text"));
	struct str folded = headers_fold(a, "X-Spam-Report", value, "\r\n");
	struct str rest = folded, line, plain = str_copy(a, folded);

	(void)state;
	assert_true(str_eq(header_text(a, words), japanese));
	while (str_next(&rest, '\n', &line)) {
		assert_true(line.n <= 80);
		assert_true(line.p == folded.p || line.p[0] == '\t');
	}
	assert_true(str_find_str(folded, STR("\r\n\t* 1.00")) < folded.n);
	/* Unfolded as RFC 5322 2.2.3 has it, the blank may be a tab. */
	for (size_t i = 0; i < plain.n; i++) {
		if (plain.p[i] == '\t')
			((char *)(uintptr_t)plain.p)[i] = ' ';
	}
	while (str_find_str(plain, STR("\r\n")) < plain.n) {
		size_t at = str_find_str(plain, STR("\r\n"));

		plain = str_cat(a, str_head(plain, at),
		    str_from(plain, at + 2));
	}
	assert_true(str_eq(plain, value));
	arena_free(a);
}

/* Haraka reads the names up to the first blank, folds undone. */
static void
test_a_long_list_of_names_is_folded_behind_its_commas(void **state)
{
	struct arena *a = arena_new();
	struct str value = STR("Yes tests=JP_KAGOYA_BILLING_2026_02,"
	    "JP_EKINET_PAYMENT_2026_02,JP_JCOM_UNPAID_2022_08,BRAND_KAGOYA "
	    "version=1");

	(void)state;
	assert_string_equal(str_cstr(a, headers_fold(a, "X-Spam-Status",
		value, "\r\n")),
	    "Yes tests=JP_KAGOYA_BILLING_2026_02,"
	    "JP_EKINET_PAYMENT_2026_02,\r\n"
	    "\tJP_JCOM_UNPAID_2022_08,BRAND_KAGOYA version=1");
	arena_free(a);
}

static bool
is_removed(const removal_list *list, const char *name)
{
	const struct str *removed;

	VEC_EACH(removed, list) {
		if (str_is(*removed, name))
			return true;
	}
	return false;
}

static void
test_foreign_headers_go_by_trust(void **state)
{
	struct policy keep = generation->conf.policy;
	struct arena *a = arena_new();
	removal_list list = { 0 };
	struct scan *s = scan_of(mail, ACTION_NONE, NULL);

	(void)state;
	keep.foreign = POLICY_FOREIGN_KEEP;
	headers_remove(&list, a, s);
	assert_true(is_removed(&list, "X-Spam-Status"));
	assert_true(is_removed(&list, "X-Spam-Odd"));
	assert_true(is_removed(&list, "X-Rspamd-Server"));
	assert_false(is_removed(&list, "x-spam-odd"));
	assert_false(is_removed(&list, "X-Other"));
	list = (removal_list){ 0 };
	s->policy = &keep;
	headers_remove(&list, a, s);
	assert_true(is_removed(&list, "X-Spam-Status"));
	assert_false(is_removed(&list, "X-Spam-Odd"));
	list = (removal_list){ 0 };
	s->policy = &generation->conf.policy;
	s->envelope.user = STR("someone@ours.example");
	headers_remove(&list, a, s);
	assert_false(is_removed(&list, "X-Spam-Odd"));
	arena_free(a);
	scan_free(s);
}

static void
test_the_subject_gets_its_tag_and_stays_readable(void **state)
{
	struct scan *s = scan_of(mail, ACTION_REWRITE_SUBJECT, NULL);
	struct arena *a = arena_new();
	struct outcome o;
	struct str value;

	(void)state;
	outcome_of(&o, a, s);
	assert_true(headers_subject(&value, a, s, &o));
	assert_true(str_is(header_text(a, value),
	    "[PHISHING] カゴヤ notice"));
	s->verdict.action = ACTION_ADD_HEADER;
	outcome_of(&o, a, s);
	assert_false(headers_subject(&value, a, s, &o));
	arena_free(a);
	scan_free(s);
}

static void
test_tags_of_others_go_by_trust(void **state)
{
	struct scan *s = scan_of(
	    STR("Subject: [PHISHING] [spam] hello\r\n\r\n"),
	    ACTION_NONE, NULL);
	struct arena *a = arena_new();
	struct outcome o;
	struct str value;

	(void)state;
	outcome_of(&o, a, s);
	assert_true(headers_subject(&value, a, s, &o));
	assert_false(str_has(value, '['));
	s->envelope.user = STR("someone@ours.example");
	assert_false(headers_subject(&value, a, s, &o));
	arena_free(a);
	scan_free(s);
}

static void
test_texts_hold_what_they_are_told_to(void **state)
{
	struct policy policy = generation->conf.policy;
	struct scan *s = scan_of(mail, ACTION_REJECT, &policy);
	struct arena *a = arena_new();
	struct outcome o;

	(void)state;
	policy.reject_text = STR("no: {queue_id}, {nothing} {score} {");
	s->envelope.queue_id = STR("4F\r\nABC");
	s->verdict.points = 1650;
	outcome_of(&o, a, s);
	assert_string_equal(o.code, "554");
	assert_string_equal(o.enhanced, "5.7.1");
	assert_true(str_is(o.text, "no: 4F??ABC, {nothing} 16.50 {"));
	policy.measures[ACTION_REJECT] = MEASURE_QUARANTINE;
	policy.quarantine_text = STR("held back");
	outcome_of(&o, a, s);
	assert_int_equal(o.measure, MEASURE_QUARANTINE);
	assert_string_equal(measure_name(o.measure), "quarantine");
	assert_string_equal(o.code, "");
	assert_true(str_is(o.text, "held back"));
	arena_free(a);
	scan_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_headers_are_in_the_grammars_that_readers_parse),
		cmocka_unit_test(test_what_is_not_caught_gets_no_flag),
		cmocka_unit_test(
		    test_folded_lines_are_short_and_read_the_same),
		cmocka_unit_test(
		    test_a_long_list_of_names_is_folded_behind_its_commas),
		cmocka_unit_test(test_foreign_headers_go_by_trust),
		cmocka_unit_test(
		    test_the_subject_gets_its_tag_and_stays_readable),
		cmocka_unit_test(test_tags_of_others_go_by_trust),
		cmocka_unit_test(test_texts_hold_what_they_are_told_to),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
