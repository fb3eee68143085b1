/* SPDX-License-Identifier: Apache-2.0 */
/* Exact keys and networks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/err.h"
#include "rule/set.h"
#include "../scratch.h"

static void
test_a_key_leads_to_all_its_values_in_order(void **state)
{
	struct set_values found;
	struct set s;

	set_init(&s, *state);
	set_add(&s, 1, STR("a.example"), 9);
	set_add(&s, 1, STR("b.example"), 4);
	set_add(&s, 1, STR("a.example"), 2);
	set_add(&s, 2, STR("a.example"), 7);
	set_freeze(&s);
	found = set_find(&s, 1, STR("a.example"));
	assert_int_equal(found.n, 2);
	assert_int_equal(found.at[0], 2);
	assert_int_equal(found.at[1], 9);
	found = set_find(&s, 2, STR("a.example"));
	assert_int_equal(found.n, 1);
	assert_int_equal(found.at[0], 7);
	assert_int_equal(set_find(&s, 2, STR("b.example")).n, 0);
	assert_int_equal(set_find(&s, 1, STR("")).n, 0);
}

static void
test_an_empty_set_finds_nothing(void **state)
{
	struct set s;

	set_init(&s, *state);
	assert_int_equal(set_find(&s, 0, STR("x")).n, 0);
	set_freeze(&s);
	assert_int_equal(set_find(&s, 0, STR("x")).n, 0);
}

static void
test_ten_thousand_keys_are_all_found_and_no_others(void **state)
{
	struct set s;

	set_init(&s, *state);
	for (uint32_t i = 0; i < 10000; i++)
		set_add(&s, 0, str_printf(*state, "host%u.example", i), i);
	set_freeze(&s);
	for (uint32_t i = 0; i < 20000; i++) {
		struct set_values found = set_find(&s, 0,
		    str_printf(*state, "host%u.example", i));

		assert_int_equal(found.n, i < 10000 ? 1 : 0);
		if (found.n != 0)
			assert_int_equal(found.at[0], i);
	}
}

static void
test_every_network_around_an_address_is_found_longest_first(void **state)
{
	static const char *const nets[] = { "0.0.0.0/0", "192.0.0.0/8",
		"192.0.2.0/24", "192.0.2.128/25", "192.0.2.7", "::/0",
		"2001:db8::/32", "2001:db8::7/128", "2001:db8::/127" };
	static const struct {
		const char *addr;
		size_t n;
		uint32_t first;
	} wanted[] = {
		{ "192.0.2.7", 4, 4 },
		{ "192.0.2.8", 3, 2 },
		{ "192.0.2.200", 4, 3 },
		{ "10.1.1.1", 1, 0 },
		{ "2001:db8::7", 3, 7 },
		{ "2001:db8::1", 3, 8 },
		{ "2001:db9::1", 1, 5 },
		{ "::ffff:192.0.2.7", 4, 4 },
	};
	struct nets n;

	nets_init(&n, *state);
	for (uint32_t i = 0; i < sizeof(nets) / sizeof(nets[0]); i++) {
		struct addr_net net;

		assert_true(addr_net_parse(str_of(nets[i]), &net));
		nets_add(&n, 3, &net, i);
	}
	nets_freeze(&n);
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		net_values found = { 0 };
		struct addr addr;

		assert_true(addr_parse(str_of(wanted[i].addr), &addr));
		nets_find(&n, 3, &addr, &found, *state);
		assert_int_equal(found.n, wanted[i].n);
		assert_int_equal(found.at[0], wanted[i].first);
		found.n = 0;
		nets_find(&n, 4, &addr, &found, *state);
		assert_int_equal(found.n, 0);
	}
}

static void
test_no_address_is_in_no_network(void **state)
{
	struct addr_net all = { .addr = { .family = 4 }, .bits = 0 };
	net_values found = { 0 };
	struct addr none = { 0 };
	struct nets n;

	nets_init(&n, *state);
	nets_add(&n, 0, &all, 1);
	nets_freeze(&n);
	nets_find(&n, 0, &none, &found, *state);
	assert_int_equal(found.n, 0);
}

static void
test_a_frozen_set_is_read_where_it_was_put(void **state)
{
	struct set s, copy;
	struct str bytes;
	struct err e;

	set_init(&s, *state);
	set_add(&s, 1, STR("a.example"), 9);
	set_add(&s, 1, STR("a.example"), 2);
	set_add(&s, 2, STR(""), 5);
	set_freeze(&s);
	bytes = str_copy(*state, set_bytes(&s));
	assert_true(set_open(&copy, bytes, &e));
	assert_int_equal(set_find(&copy, 1, STR("a.example")).n, 2);
	assert_int_equal(set_find(&copy, 2, STR("")).at[0], 5);
	assert_int_equal(set_find(&copy, 2, STR("a.example")).n, 0);
	assert_true(set_values_below(&copy, 10));
	assert_false(set_values_below(&copy, 9));
}

/* Whatever a byte of it is, a look-up stays inside and comes back. */
static void
test_a_damaged_set_is_refused_or_harmless(void **state)
{
	struct set s, copy;
	struct str bytes;
	struct err e;
	char *p;

	set_init(&s, *state);
	for (uint32_t i = 0; i < 20; i++)
		set_add(&s, i % 2, str_printf(*state, "h%u.example", i / 2),
		    i);
	set_freeze(&s);
	bytes = str_copy(*state, set_bytes(&s));
	p = (char *)(uintptr_t)bytes.p;
	for (size_t i = 0; i < bytes.n; i++) {
		char was = p[i];

		p[i] = (char)(was ^ 0xff);
		if (set_open(&copy, bytes, &e))
			(void)set_find(&copy, 1, STR("h3.example"));
		p[i] = was;
		assert_false(set_open(&copy, str_head(bytes, i), &e));
	}
}

static void
test_frozen_networks_are_read_where_they_were_put(void **state)
{
	net_values found = { 0 };
	struct addr_net net;
	struct addr addr;
	struct nets n, copy;
	struct err e;

	nets_init(&n, *state);
	assert_true(addr_net_parse(STR("192.0.2.0/24"), &net));
	nets_add(&n, 3, &net, 7);
	nets_freeze(&n);
	assert_true(nets_open(&copy, str_copy(*state, nets_bytes(&n)), &e));
	assert_true(addr_parse(STR("192.0.2.7"), &addr));
	nets_find(&copy, 3, &addr, &found, *state);
	assert_int_equal(found.n, 1);
	assert_int_equal(found.at[0], 7);
	assert_false(nets_open(&copy, STR("short"), &e));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_open, \
	    scratch_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_key_leads_to_all_its_values_in_order),
		TEST(test_an_empty_set_finds_nothing),
		TEST(test_ten_thousand_keys_are_all_found_and_no_others),
		TEST(test_every_network_around_an_address_is_found_longest_first),
		TEST(test_no_address_is_in_no_network),
		TEST(test_a_frozen_set_is_read_where_it_was_put),
		TEST(test_a_damaged_set_is_refused_or_harmless),
		TEST(test_frozen_networks_are_read_where_they_were_put),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
