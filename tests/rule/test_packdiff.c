/* SPDX-License-Identifier: Apache-2.0 */
/* Two versions of a pack: what is otherwise for mail, and which way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/vec.h"
#include "conf/diag.h"
#include "rule/packdiff.h"

static const char head[] =
    "pack: 1\nkind: campaign\nid: jp-sample-2026\ntitle: x\nrevision: 1\n"
    "created: 2026-03-01\nexpires: 2026-09-01\nseverity: high\n"
    "confidence: high\ntlp: clear\nreferences: [x]\n"
    "groups:\n"
    "  relay:\n"
    "    ip: 192.0.2.7\n"
    "    score: 2\n";

static const char tail[] =
    "when: relay or lure\n"
    "tests:\n"
    "  - {name: a, expect: clean, mail: {from: a@b.example, body: x}}\n";

static struct pack *
read_pack(struct arena *a, const char *middle)
{
	struct pack *pack;
	struct diags d;

	diags_init(&d, a);
	if (!pack_read(&pack, a, STR("x.pack.yaml"), str_printf(a, "%s%s%s",
	    head, middle, tail), &d))
		fail_msg("%" STR_FMT, STR_ARG(d.list.at[0].text));
	return pack;
}

/* One change, which goes the other way when the versions change places. */
static void
assert_change(const char *old, const char *now, const char *what,
    enum pack_way way)
{
	static const enum pack_way back[WAYS] = {
		[WAY_WIDENS] = WAY_NARROWS, [WAY_NARROWS] = WAY_WIDENS,
		[WAY_EITHER] = WAY_EITHER,
	};
	struct arena *a = arena_new();
	struct pack *one = read_pack(a, old), *two = read_pack(a, now);
	pack_change_list there = { 0 }, again = { 0 }, none = { 0 };

	packdiff(&there, a, one, two);
	packdiff(&again, a, two, one);
	packdiff(&none, a, two, two);
	assert_int_equal(none.n, 0);
	assert_int_equal(there.n, 1);
	assert_int_equal(again.n, 1);
	if (!str_is(there.at[0].what, what) || there.at[0].way != way)
		fail_msg("%" STR_FMT " %s", STR_ARG(there.at[0].what),
		    pack_way_names[there.at[0].way]);
	assert_int_equal(again.at[0].way, back[way]);
	assert_int_equal(packdiff_way(&there), way);
	arena_free(a);
}

static void
test_each_change_has_its_way(void **state)
{
	(void)state;
	assert_change("  lure: {subject: aaaaaa}\n",
	    "  lure: {subject: [aaaaaa, bbbbbb]}\n", "subject", WAY_WIDENS);
	assert_change("  lure: {subject: [aaaaaa, bbbbbb]}\n",
	    "  lure: {subject: [aaaaaa, bbbbbb], want: 2}\n", "want",
	    WAY_NARROWS);
	assert_change("  lure: {subject: aaaaaa, more: 1}\n",
	    "  lure: {subject: aaaaaa, more: 0.5}\n", "more", WAY_NARROWS);
	assert_change("  lure: {subject: aaaaaa}\n",
	    "  lure: {subject: aaaaaa, cap: 3}\n", "cap", WAY_NARROWS);
	assert_change("  lure: {subject: aaaaaa}\n",
	    "  lure: {subject: [{value: aaaaaa, expires: 2026-04-01}]}\n",
	    "expires", WAY_NARROWS);
	assert_change("  lure: {from.domain: bad.example.com}\n",
	    "  lure: {from.domain: [{value: bad.example.com, "
	    "spoofed: true}]}\n", "spoofed", WAY_NARROWS);
	assert_change("  lure: {subject: aaaaaa}\n",
	    "  lure: {subject: aaaaaa}\nscore: {bonus: [{if: relay, "
	    "add: 1}]}\n", "bonus", WAY_WIDENS);
	assert_change("  lure: {subject: aaaaaa}\n",
	    "  lure: {subject: aaaaaa}\nscore: {caps: [{of: [relay, lure], "
	    "max: 3}]}\n", "caps", WAY_NARROWS);
	assert_change("  lure: {subject: aaaaaa}\n",
	    "  lure: {subject: aaaaaa}\nexceptions:\n  drill: {subject: "
	    "cccccc}\n", "exception", WAY_NARROWS);
}

/* All of them are wanted: one more value is one more demand. */
static void
test_more_values_of_all_narrow(void **state)
{
	(void)state;
	assert_change("  lure: {subject: [aaaaaa, bbbbbb], want: all}\n",
	    "  lure: {subject: [aaaaaa, bbbbbb, cccccc], want: all}\n",
	    "subject", WAY_NARROWS);
}

static void
test_what_means_nothing_is_no_change(void **state)
{
	struct arena *a = arena_new();
	pack_change_list changes = { 0 };

	(void)state;
	packdiff(&changes, a, read_pack(a, "  lure:\n    url: "
	    "['hxxps://bad[.]example/x', https://b.example/y]\n"),
	    read_pack(a, "  lure: # why\n    url:\n"
	    "      - https://b.example/y\n      - value: "
	    "https://bad.example/x\n        note: x\n"));
	assert_int_equal(changes.n, 0);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_change_has_its_way),
		cmocka_unit_test(test_more_values_of_all_narrow),
		cmocka_unit_test(test_what_means_nothing_is_no_change),
	};

	return cmocka_run_group_tests_name("rule/packdiff", tests, NULL,
	    NULL);
}
