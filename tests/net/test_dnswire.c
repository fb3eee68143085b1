/* SPDX-License-Identifier: Apache-2.0 */
/* What name servers say, and what others say in their name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "net/dnswire.h"
#include "packet.h"

enum { ANSWER = 0x8180, NO_NAME = 0x8183, SERVFAIL = 0x8182 };

struct room {
	struct arena *arena;
	struct packet p;
	struct dns_answer answer;
};

static int
set_up(void **state)
{
	static struct room room;

	room.arena = arena_new();
	*state = &room;
	return 0;
}

static int
tear_down(void **state)
{
	struct room *room = *state;

	arena_free(room->arena);
	return 0;
}

static bool
read_as(struct room *r, enum dns_type type, const char *name)
{
	return dns_read(&r->answer, r->arena, packet_str(&r->p), type,
	    str_of(name));
}

static void
assert_text(struct str s, const char *want)
{
	assert_int_equal(s.n, strlen(want));
	assert_memory_equal(s.p, want, s.n);
}

static void
test_addresses_come_as_bytes_with_the_least_ttl(void **state)
{
	struct room *r = *state;

	put_header(&r->p, ANSWER, 2, 0);
	put_question(&r->p, "a.example", DNS_A);
	put_address(&r->p, "a.example", 300, 1);
	put_address(&r->p, "a.example", 60, 2);
	assert_true(read_as(r, DNS_A, "a.example"));
	assert_int_equal(r->answer.result, DNS_FOUND);
	assert_int_equal(r->answer.n, 2);
	assert_int_equal(r->answer.ttl, 60);
	assert_memory_equal(r->answer.at[1].p, "\300\0\2\2", 4);
}

static void
test_an_alias_is_followed_inside_the_packet(void **state)
{
	struct room *r = *state;

	put_header(&r->p, ANSWER, 3, 0);
	put_question(&r->p, "a.example", DNS_A);
	/* In no helpful order. */
	put_address(&r->p, "c.example", 300, 7);
	put_alias(&r->p, "b.example", 5, "c.example");
	put_alias(&r->p, "a.example", 5, "b.example");
	assert_true(read_as(r, DNS_A, "a.example"));
	assert_int_equal(r->answer.result, DNS_FOUND);
	assert_int_equal(r->answer.n, 1);
	assert_int_equal(r->answer.ttl, 60);
}

static void
test_aliases_that_go_round_are_a_failure(void **state)
{
	struct room *r = *state;

	put_header(&r->p, ANSWER, 2, 0);
	put_question(&r->p, "a.example", DNS_A);
	put_alias(&r->p, "a.example", 5, "b.example");
	put_alias(&r->p, "b.example", 5, "a.example");
	assert_true(read_as(r, DNS_A, "a.example"));
	assert_int_equal(r->answer.result, DNS_FAILED);
}

static void
test_records_of_other_names_are_passed_over(void **state)
{
	struct room *r = *state;

	put_header(&r->p, ANSWER, 2, 0);
	put_question(&r->p, "a.example", DNS_A);
	put_address(&r->p, "bank.example", 300, 66);
	put_alias(&r->p, "a.example", DNS_PTR, "x.example");
	assert_true(read_as(r, DNS_A, "a.example"));
	assert_int_equal(r->answer.result, DNS_EMPTY);
}

/* None of them is of the name, nor leads to it: whether it has one of its own
 * nobody said. */
static void
test_an_answer_about_others_alone_is_a_failure(void **state)
{
	static const unsigned flags[] = { ANSWER, NO_NAME };
	struct room *r = *state;

	for (size_t i = 0; i < 2; i++) {
		put_header(&r->p, flags[i], 3, 1);
		put_question(&r->p, "a.example", DNS_A);
		put_address(&r->p, "bank.example", 300, 66);
		put_alias(&r->p, "b.example", 5, "a.example");
		put_address(&r->p, "example", 300, 67);
		put_soa(&r->p, 900, 70);
		assert_true(read_as(r, DNS_A, "a.example"));
		assert_int_equal(r->answer.result, DNS_FAILED);
		assert_int_equal(r->answer.n, 0);
	}
}

static void
test_a_record_of_a_name_that_is_none_is_a_failure(void **state)
{
	struct room *r = *state;

	put_header(&r->p, NO_NAME, 2, 1);
	put_question(&r->p, "a.example", DNS_A);
	put_alias(&r->p, "a.example", 5, "b.example");
	put_address(&r->p, "b.example", 300, 66);
	put_soa(&r->p, 900, 70);
	assert_true(read_as(r, DNS_A, "a.example"));
	assert_int_equal(r->answer.result, DNS_FAILED);
	assert_int_equal(r->answer.n, 0);
}

static void
test_an_alias_of_nothing_is_nothing(void **state)
{
	static const unsigned flags[] = { ANSWER, NO_NAME };
	static const enum dns_result want[] = { DNS_EMPTY, DNS_NO_NAME };
	struct room *r = *state;

	for (size_t i = 0; i < 2; i++) {
		put_header(&r->p, flags[i], 2, 1);
		put_question(&r->p, "a.example", DNS_A);
		put_alias(&r->p, "b.example", 5, "c.example");
		put_alias(&r->p, "a.example", 5, "b.example");
		put_soa(&r->p, 900, 70);
		assert_true(read_as(r, DNS_A, "a.example"));
		assert_int_equal(r->answer.result, want[i]);
		assert_int_equal(r->answer.ttl, 70);
	}
}

/* Good ones before and behind do not mend it. */
static void
test_a_record_that_leaves_the_packet_is_a_failure(void **state)
{
	struct room *r = *state;

	put_header(&r->p, ANSWER, 1, 0);
	put_question(&r->p, "t.example", DNS_TXT);
	put_record(&r->p, "t.example", DNS_TXT, 60, 0xffff);
	put_byte(&r->p, 0);
	assert_true(read_as(r, DNS_TXT, "t.example"));
	assert_int_equal(r->answer.result, DNS_FAILED);
	put_header(&r->p, ANSWER, 2, 0);
	put_question(&r->p, "a.example", DNS_A);
	put_address(&r->p, "a.example", 300, 1);
	put_record(&r->p, "b.example", DNS_A, 60, 4);
	assert_true(read_as(r, DNS_A, "a.example"));
	assert_int_equal(r->answer.result, DNS_FAILED);
	assert_int_equal(r->answer.n, 0);
	/* Promised, and not there. */
	put_header(&r->p, NO_NAME, 1, 0);
	put_question(&r->p, "a.example", DNS_A);
	assert_true(read_as(r, DNS_A, "a.example"));
	assert_int_equal(r->answer.result, DNS_FAILED);
}

static void
test_data_of_another_shape_is_a_failure(void **state)
{
	static const struct {
		enum dns_type type;
		size_t n;
		const char *data;
	} rows[] = {
		{ DNS_TXT, 2, "\310x" },
		{ DNS_TXT, 5, "\011v=sp" },
		{ DNS_TXT, 3, "\001a\001" },
		{ DNS_A, 3, "\300\0\2" },
		{ DNS_A, 5, "\300\0\2\1\1" },
		{ DNS_AAAA, 4, "\300\0\2\1" },
		{ DNS_MX, 1, "\0" },
		{ DNS_MX, 2, "\0\12" },
		{ DNS_PTR, 2, "\7a" },
		{ DNS_PTR, 4, "\1a\0x" },
	};
	struct room *r = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		put_header(&r->p, ANSWER, 1, 0);
		put_question(&r->p, "a.example", rows[i].type);
		put_record(&r->p, "a.example", rows[i].type, 60,
		    (unsigned)rows[i].n);
		memcpy(r->p.bytes + r->p.n, rows[i].data, rows[i].n);
		r->p.n += rows[i].n;
		assert_true(read_as(r, rows[i].type, "a.example"));
		assert_int_equal(r->answer.result, DNS_FAILED);
		assert_int_equal(r->answer.n, 0);
	}
}

static void
test_nothing_with_a_damaged_soa_is_a_failure(void **state)
{
	static const unsigned flags[] = { ANSWER, NO_NAME };
	struct room *r = *state;

	for (size_t i = 0; i < 2; i++) {
		put_header(&r->p, flags[i], 0, 1);
		put_question(&r->p, "no.example", DNS_A);
		put_soa(&r->p, 900, 70);
		r->p.n--;
		assert_true(read_as(r, DNS_A, "no.example"));
		assert_int_equal(r->answer.result, DNS_FAILED);
		put_header(&r->p, flags[i], 0, 1);
		put_question(&r->p, "no.example", DNS_A);
		put_record(&r->p, "", 6, 900, 2);
		put_name(&r->p, "");
		put_name(&r->p, "");
		assert_true(read_as(r, DNS_A, "no.example"));
		assert_int_equal(r->answer.result, DNS_FAILED);
	}
}

static void
test_another_spelling_or_question_is_no_answer(void **state)
{
	struct room *r = *state;

	put_header(&r->p, ANSWER, 1, 0);
	put_question(&r->p, "A.exaMple", DNS_A);
	put_address(&r->p, "a.example", 300, 1);
	assert_true(read_as(r, DNS_A, "A.exaMple"));
	assert_int_equal(r->answer.n, 1);
	assert_false(read_as(r, DNS_A, "a.example"));
	assert_false(read_as(r, DNS_AAAA, "A.exaMple"));
	r->p.bytes[2] = 0; /* a question */
	assert_false(read_as(r, DNS_A, "A.exaMple"));
}

static void
test_texts_are_joined(void **state)
{
	struct room *r = *state;

	put_header(&r->p, ANSWER, 2, 0);
	put_question(&r->p, "t.example", DNS_TXT);
	/* Not one string: odd, but nothing is amiss with its bounds. */
	put_record(&r->p, "t.example", DNS_TXT, 60, 0);
	put_record(&r->p, "t.example", DNS_TXT, 60, 6);
	put_byte(&r->p, 2);
	put_byte(&r->p, 'a');
	put_byte(&r->p, ' ');
	put_byte(&r->p, 2);
	put_byte(&r->p, 'b');
	put_byte(&r->p, 0);
	assert_true(read_as(r, DNS_TXT, "t.example"));
	assert_int_equal(r->answer.n, 1);
	assert_int_equal(r->answer.at[0].n, 4);
	assert_memory_equal(r->answer.at[0].p, "a b\0", 4);
}

/* Tokens of whoever wanted a proof that the domain is somebody's. */
static void
test_the_last_of_many_texts_is_read(void **state)
{
	enum { MANY = 150 };
	struct room *r = *state;

	put_header(&r->p, ANSWER, MANY, 0);
	put_question(&r->p, "t.example", DNS_TXT);
	for (unsigned i = 0; i < MANY; i++) {
		put_record(&r->p, "t.example", DNS_TXT, 60, 2);
		put_byte(&r->p, 1);
		put_byte(&r->p, i);
	}
	assert_true(read_as(r, DNS_TXT, "t.example"));
	assert_int_equal(r->answer.n, MANY);
	assert_int_equal((unsigned char)r->answer.at[MANY - 1].p[0],
	    MANY - 1);
}

static void
test_mail_hosts_come_by_preference_in_lower_case(void **state)
{
	struct room *r = *state;

	put_header(&r->p, ANSWER, 2, 0);
	put_question(&r->p, "m.example", DNS_MX);
	put_record(&r->p, "m.example", DNS_MX, 60, 2 + 4);
	put_short(&r->p, 20);
	put_name(&r->p, "LB");
	put_record(&r->p, "m.example", DNS_MX, 60, 2 + 4);
	put_short(&r->p, 10);
	put_name(&r->p, "FA");
	assert_true(read_as(r, DNS_MX, "m.example"));
	assert_int_equal(r->answer.n, 2);
	assert_text(r->answer.at[0], "fa");
	assert_text(r->answer.at[1], "lb");
}

static void
test_a_null_mail_host_is_an_empty_name(void **state)
{
	struct room *r = *state;

	put_header(&r->p, ANSWER, 1, 0);
	put_question(&r->p, "m.example", DNS_MX);
	put_record(&r->p, "m.example", DNS_MX, 60, 3);
	put_short(&r->p, 0);
	put_name(&r->p, "");
	assert_true(read_as(r, DNS_MX, "m.example"));
	assert_int_equal(r->answer.n, 1);
	assert_int_equal(r->answer.at[0].n, 0);
}

/* "bank.example" in ONE label would read like two of them. */
static void
test_a_name_with_a_dot_inside_a_label_is_none(void **state)
{
	struct room *r = *state;

	put_header(&r->p, ANSWER, 1, 0);
	put_question(&r->p, "1.example", DNS_PTR);
	put_record(&r->p, "1.example", DNS_PTR, 60, 14);
	put_byte(&r->p, 12);
	memcpy(r->p.bytes + r->p.n, "bank.example", 13);
	r->p.n += 13;
	assert_true(read_as(r, DNS_PTR, "1.example"));
	assert_int_equal(r->answer.result, DNS_EMPTY);
}

static void
test_nothing_lasts_as_long_as_the_soa_says(void **state)
{
	struct room *r = *state;

	put_header(&r->p, NO_NAME, 0, 1);
	put_question(&r->p, "no.example", DNS_A);
	put_soa(&r->p, 900, 70);
	assert_true(read_as(r, DNS_A, "no.example"));
	assert_int_equal(r->answer.result, DNS_NO_NAME);
	assert_int_equal(r->answer.ttl, 70);
	put_header(&r->p, ANSWER, 0, 0);
	put_question(&r->p, "no.example", DNS_A);
	assert_true(read_as(r, DNS_A, "no.example"));
	assert_int_equal(r->answer.result, DNS_EMPTY);
	assert_int_equal(r->answer.ttl, 0);
	put_header(&r->p, SERVFAIL, 0, 0);
	put_question(&r->p, "no.example", DNS_A);
	assert_true(read_as(r, DNS_A, "no.example"));
	assert_int_equal(r->answer.result, DNS_FAILED);
}

static void
test_pointers_lead_back_or_nowhere(void **state)
{
	struct room *r = *state;
	size_t at;

	put_header(&r->p, ANSWER, 1, 0);
	put_question(&r->p, "a.example", DNS_A);
	at = r->p.n;
	put_short(&r->p, 0xc000 | 12); /* the question's name */
	put_short(&r->p, DNS_A);
	put_short(&r->p, 1);
	put_short(&r->p, 0);
	put_short(&r->p, 60);
	put_short(&r->p, 4);
	put_short(&r->p, 0x7f00);
	put_short(&r->p, 1);
	assert_true(read_as(r, DNS_A, "a.example"));
	assert_int_equal(r->answer.n, 1);
	/* To itself. */
	r->p.bytes[at + 1] = (unsigned char)at;
	assert_true(read_as(r, DNS_A, "a.example"));
	assert_int_equal(r->answer.result, DNS_FAILED);
}

static void
test_a_packet_cut_anywhere_is_read_without_harm(void **state)
{
	struct room *r = *state;
	struct packet whole;

	put_header(&whole, ANSWER, 2, 1);
	put_question(&whole, "m.example", DNS_MX);
	put_record(&whole, "m.example", DNS_MX, 60, 2 + 4);
	put_short(&whole, 20);
	put_name(&whole, "lb");
	put_alias(&whole, "m.example", 5, "x.example");
	put_soa(&whole, 60, 60);
	for (size_t n = 0; n <= whole.n; n++) {
		/* On the heap, so that a sanitizer sees the end. */
		char *copy = test_malloc(n + 1);

		memcpy(copy, whole.bytes, n);
		dns_read(&r->answer, r->arena, (struct str){ copy, n },
		    DNS_MX, STR("m.example"));
		assert_true(r->answer.n <= 1);
		/* Never that there is no such record. */
		assert_true(r->answer.result == DNS_FOUND ||
		    r->answer.result == DNS_FAILED);
		test_free(copy);
	}
}

static void
test_names_that_can_be_asked_for(void **state)
{
	char longest[300];

	(void)state;
	assert_true(dns_is_name(STR("a.example")));
	assert_true(dns_is_name(STR("_dmarc.a.example")));
	assert_false(dns_is_name(STR("")));
	assert_false(dns_is_name(STR("a..example")));
	assert_false(dns_is_name(STR(".example")));
	assert_true(dns_is_name(STR("a b.example")));
	assert_false(dns_is_name(STR("a\tb.example")));
	assert_false(dns_is_name(STR("a\\b.example")));
	memset(longest, 'x', sizeof(longest));
	assert_true(dns_is_name((struct str){ longest, DNS_LABEL_MOST }));
	assert_false(dns_is_name((struct str){ longest, DNS_LABEL_MOST + 1 }));
	for (size_t i = 1; i < sizeof(longest); i += 2)
		longest[i] = '.';
	assert_true(dns_is_name((struct str){ longest, DNS_NAME_MOST }));
	assert_false(dns_is_name((struct str){ longest, DNS_NAME_MOST + 2 }));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_addresses_come_as_bytes_with_the_least_ttl,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_an_alias_is_followed_inside_the_packet,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_aliases_that_go_round_are_a_failure,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_records_of_other_names_are_passed_over,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_an_answer_about_others_alone_is_a_failure,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_a_record_of_a_name_that_is_none_is_a_failure,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_an_alias_of_nothing_is_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_a_record_that_leaves_the_packet_is_a_failure,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_data_of_another_shape_is_a_failure,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_nothing_with_a_damaged_soa_is_a_failure,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_another_spelling_or_question_is_no_answer,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_texts_are_joined, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_the_last_of_many_texts_is_read, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_mail_hosts_come_by_preference_in_lower_case,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_a_null_mail_host_is_an_empty_name,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_a_name_with_a_dot_inside_a_label_is_none,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_nothing_lasts_as_long_as_the_soa_says,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_pointers_lead_back_or_nowhere, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_a_packet_cut_anywhere_is_read_without_harm,
		    set_up, tear_down),
		cmocka_unit_test(test_names_that_can_be_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
