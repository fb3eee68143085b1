/* SPDX-License-Identifier: Apache-2.0 */
/* The lowest floor: slices, buffers, clocks, addresses, UTF-8, JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#if defined(__x86_64__) && defined(__GNUC__)
#include <cpuid.h>
#endif

#include <cmocka.h>

#include "base/addr.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/crew.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/log.h"
#include "base/logline.h"
#include "base/map.h"
#include "base/str.h"
#include "base/suggest.h"
#include "base/utf8.h"
#include "base/vec.h"

static void
test_an_arena_gives_zeroed_aligned_memory_of_any_size(void **state)
{
	struct arena *a = arena_new();
	unsigned char *p;

	(void)state;
	for (size_t n = 1; n < 3000000; n = n * 3 + 1) {
		p = arena_take(a, n);
		assert_int_equal((uintptr_t)p % _Alignof(int64_t), 0);
		assert_int_equal(p[0], 0);
		assert_int_equal(p[n - 1], 0);
		memset(p, 0xff, n);
	}
	arena_empty(a);
	assert_int_equal(arena_used(a), 0);
	p = arena_take(a, 100);
	assert_int_equal(p[99], 0);
	arena_free(a);
}

static void
test_a_slice_is_walked_piece_by_piece(void **state)
{
	struct str s = STR("a,,b,"), piece;
	const char *wanted[] = { "a", "", "b", "" };
	size_t n = 0;

	(void)state;
	while (str_next(&s, ',', &piece))
		assert_true(str_is(piece, wanted[n++]));
	assert_int_equal(n, 4);
}

static void
test_a_word_is_one_of_several_or_none(void **state)
{
	static const struct str words[] = {
		STR_INIT("one"), STR_INIT("Two"), STR_INIT(""),
	};

	(void)state;
	assert_true(str_is_any(STR("one"), words, nitems(words)));
	assert_true(str_is_any(STR(""), words, nitems(words)));
	assert_false(str_is_any(STR(""), words, 2));
	assert_false(str_is_any(STR("two"), words, nitems(words)));
	assert_true(str_case_is_any(STR("tWO"), words, nitems(words)));
	assert_false(str_case_is_any(STR("on"), words, nitems(words)));
	assert_false(str_case_is_any(STR("ones"), words, nitems(words)));
}

static void
test_digits_in_front_are_counted(void **state)
{
	(void)state;
	assert_int_equal(str_digits(STR("2026-02")), 4);
	assert_int_equal(str_digits(STR("7")), 1);
	assert_int_equal(str_digits(STR("a7")), 0);
	assert_int_equal(str_digits(STR("")), 0);
}

static void
test_cuts_stop_at_the_end(void **state)
{
	struct str s = STR("abc");

	(void)state;
	assert_int_equal(str_from(s, 9).n, 0);
	assert_true(str_is(str_sub(s, 1, 9), "bc"));
	assert_true(str_is(str_trim(STR(" \t x y\r\n")), "x y"));
	assert_int_equal(str_find_str(s, STR("abcd")), 3);
	assert_int_equal(str_case_find_str(s, STR("BC")), 1);
}

static void
test_lines_and_characters_are_cut_whole(void **state)
{
	struct str s = STR("a\r\nb\n\nc");

	(void)state;
	assert_true(str_is(str_take_line(&s), "a"));
	assert_true(str_is(str_take_line(&s), "b"));
	assert_int_equal(str_take_line(&s).n, 0);
	assert_true(str_is(str_take_line(&s), "c"));
	assert_int_equal(s.n, 0);
	assert_true(str_is(utf8_head(STR("a関所"), 5), "a関"));
	assert_true(str_is(utf8_head(STR("a関所"), 3), "a"));
	assert_true(str_is(utf8_head(STR("a関所"), 7), "a関所"));
}

static void
test_numbers_are_whole_slices(void **state)
{
	int64_t n;

	(void)state;
	assert_true(str_to_int(STR("-17"), &n));
	assert_int_equal(n, -17);
	assert_false(str_to_int(STR(""), &n));
	assert_false(str_to_int(STR("1 "), &n));
	assert_false(str_to_int(STR("9999999999999999999"), &n));
}

static void
test_a_buffer_outgrows_the_room_it_was_lent(void **state)
{
	char room[4];
	bool lent = false;
	struct buf b;

	(void)state;
	buf_init(&b, 100);
	buf_lend(&b, room, sizeof(room), &lent);
	buf_add_str(&b, STR("abcd"));
	assert_true(lent);
	assert_ptr_equal(b.p, room);
	buf_add_byte(&b, 'e');
	assert_false(lent);
	assert_true(str_is(buf_str(&b), "abcde"));
	buf_release(&b);
	buf_lend(&b, room, sizeof(room), &lent);
	buf_release(&b);
	assert_false(lent);
	/* Its own bound holds there too. */
	buf_init(&b, 2);
	buf_lend(&b, room, sizeof(room), &lent);
	buf_add_str(&b, STR("abc"));
	assert_true(b.is_full);
	assert_true(str_is(buf_str(&b), "ab"));
	buf_release(&b);
}

static void
test_a_buffer_never_passes_its_bound(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 5);
	buf_add_str(&b, STR("abc"));
	assert_false(b.is_full);
	buf_printf(&b, "%s", "defgh");
	assert_true(b.is_full);
	assert_true(str_is(buf_str(&b), "abcde"));
	buf_drop(&b, 2);
	assert_true(str_is(buf_str(&b), "cde"));
	buf_release(&b);
}

static void
test_days_are_dates_that_exist(void **state)
{
	static const struct {
		const char *text;
		bool exists;
	} cases[] = {
		{ "1970-01-01", true }, { "2024-02-29", true },
		{ "2026-02-29", false }, { "2026-13-01", false },
		{ "2026-2-09", false }, { "2026-02-9x", false },
		{ "2099-12-31", true },
	};
	char text[16];
	int32_t day;

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		assert_int_equal(day_parse(str_of(cases[i].text), &day),
		    cases[i].exists);
		if (!cases[i].exists)
			continue;
		day_format(day, text);
		assert_string_equal(text, cases[i].text);
	}
	assert_true(day_parse(STR("1970-01-02"), &day));
	assert_int_equal(day, 1);
}

static void
test_a_range_is_split_into_networks(void **state)
{
	static const struct {
		const char *first, *last, *nets;
	} cases[] = {
		{ "203.0.113.20", "203.0.113.40", "203.0.113.20/30 "
		    "203.0.113.24/29 203.0.113.32/29 203.0.113.40/32 " },
		{ "192.0.2.0", "192.0.2.255", "192.0.2.0/24 " },
		{ "192.0.2.1", "192.0.2.1", "192.0.2.1/32 " },
		{ "0.0.0.0", "255.255.255.255", "0.0.0.0/0 " },
		{ "255.255.255.254", "255.255.255.255",
		    "255.255.255.254/31 " },
		{ "2001:db8::", "2001:db8::1:0",
		    "2001:db8::/112 2001:db8::1:0/128 " },
		{ "192.0.2.9", "192.0.2.1", NULL },
		{ "192.0.2.9", "2001:db8::1", NULL },
	};
	struct addr first, last;
	struct addr_range range;
	struct addr_net net;

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		char text[ADDR_TEXT], nets[256] = "";

		assert_true(addr_parse(str_of(cases[i].first), &first));
		assert_true(addr_parse(str_of(cases[i].last), &last));
		assert_int_equal(addr_range_make(&range, &first, &last),
		    cases[i].nets != NULL);
		if (cases[i].nets == NULL)
			continue;
		assert_true(addr_range_has(&range, &last));
		while (addr_range_next(&range, &net)) {
			addr_format(&net.addr, text);
			snprintf(nets + strlen(nets), sizeof(nets) -
			    strlen(nets), "%s/%u ", text, net.bits);
		}
		assert_string_equal(nets, cases[i].nets);
	}
}

static void
test_the_longest_range_ends(void **state)
{
	struct addr_range range;
	struct addr first, last;
	struct addr_net net;
	unsigned n = 0;

	(void)state;
	addr_parse(STR("::1"), &first);
	addr_parse(STR("ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe"), &last);
	assert_true(addr_range_make(&range, &first, &last));
	while (addr_range_next(&range, &net))
		n++;
	assert_int_equal(n, 254);
}

static void
test_an_ipv4_address_is_found_in_ipv6(void **state)
{
	static const struct {
		const char *text, *inner;
	} cases[] = {
		{ "2002:c000:209::1", "192.0.2.9" },
		{ "64:ff9b::c000:209", "192.0.2.9" },
		{ "64:ff9b:1::c000:209", NULL },
		{ "2001:db8::c000:209", NULL },
		{ "192.0.2.9", NULL },
	};
	struct addr addr, inner;
	char text[ADDR_TEXT];

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		assert_true(addr_parse(str_of(cases[i].text), &addr));
		assert_int_equal(addr_inner(&addr, &inner),
		    cases[i].inner != NULL);
		if (cases[i].inner == NULL)
			continue;
		addr_format(&inner, text);
		assert_string_equal(text, cases[i].inner);
	}
}

static void
test_networks_hold_their_addresses(void **state)
{
	static const struct {
		const char *net, *addr;
		bool has;
	} cases[] = {
		{ "192.0.2.0/24", "192.0.2.77", true },
		{ "192.0.2.0/24", "192.0.3.1", false },
		{ "192.0.2.128/25", "192.0.2.127", false },
		{ "0.0.0.0/0", "8.8.8.8", true },
		{ "2001:db8::/32", "2001:db8:1::1", true },
		{ "192.0.2.1", "::ffff:192.0.2.1", true },
		{ "::/0", "192.0.2.1", false },
	};
	struct addr_net net;
	struct addr addr;

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		assert_true(addr_net_parse(str_of(cases[i].net), &net));
		assert_true(addr_parse(str_of(cases[i].addr), &addr));
		assert_int_equal(addr_net_has(&net, &addr), cases[i].has);
	}
	assert_false(addr_net_parse(STR("192.0.2.0/33"), &net));
	assert_false(addr_parse(STR("1.2.3"), &addr));
}

static void
test_utf8_is_read_strictly(void **state)
{
	static const struct {
		const char *bytes;
		bool valid;
	} cases[] = {
		{ "abc", true }, { "\xe9\x96\xa2", true },
		{ "\xef\xbf\xbd", true }, { "\xc0\x80", false },
		{ "\xed\xa0\x80", false }, { "\xf4\x90\x80\x80", false },
		{ "\xe9\x96", false }, { "\x80", false },
		{ "\xf0\x9f\x98\x80", true },
	};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++)
		assert_int_equal(utf8_is_valid(str_of(cases[i].bytes)),
		    cases[i].valid);
	assert_int_equal(utf8_width(STR("a関所")), 5);
	assert_int_equal(utf8_count(STR("a関所")), 3);
}

/* Reads character by character, the other way to tell. */
static bool
is_read_whole(struct str s)
{
	for (size_t at = 0; at < s.n;) {
		size_t from = at;

		if (utf8_next(s, &at) == UTF8_BAD &&
		    !str_is(str_sub(s, from, at), "\xef\xbf\xbd"))
			return false;
	}
	return true;
}

/* All that bytes at the bounds of the tables can make, on the bounds of what
 * is read at once, in the middle and cut off at the end. */
static void
test_long_utf8_is_read_as_strictly_wherever_it_stands(void **state)
{
	static const unsigned char bytes[] = { 'a', 0x7f, 0x80, 0x8f, 0x90,
		0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xed,
		0xee, 0xf0, 0xf1, 0xf4, 0xf5, 0xff };
	enum { N = nitems(bytes), SIZE = 96 };
	char text[SIZE];

	(void)state;
	for (unsigned i = 0; i < N * N * N * N; i++) {
		size_t at = i % 2 == 0 ? 77 + i % 3 : SIZE - 4;
		struct str whole = { text, SIZE };

		memset(text, 'x', SIZE);
		text[at] = (char)bytes[i % N];
		text[at + 1] = (char)bytes[i / N % N];
		text[at + 2] = (char)bytes[i / N / N % N];
		text[at + 3] = (char)bytes[i / N / N / N];
		assert_int_equal(utf8_is_valid(whole), is_read_whole(whole));
	}
}

static void
test_pairs_are_found_wherever_they_stand(void **state)
{
	enum { SIZE = 150 };
	char text[SIZE];

	(void)state;
	for (size_t n = 2; n < SIZE; n++)
		for (size_t at = 0; at + 1 < n; at++) {
			struct str s = { text, n };

			memset(text, '-', n);
			text[at] = '\n';
			assert_int_equal(str_find_pair(s, '\n', '-'), at);
			assert_int_equal(str_find_near(s, '\n'), at);
			assert_int_equal(str_find_lone(s, '\n', 'x'), at);
			assert_int_equal(str_find_lone(s, '\n', '-'), n);
			assert_int_equal(str_find_pair(s, '\n', 'x'), n);
			assert_int_equal(str_find_near(s, 'x'), n);
		}
}

static void
test_json_always_parses(void **state)
{
	struct buf b;
	struct json j;

	(void)state;
	buf_init(&b, 1000);
	json_init(&j, &b);
	json_open_object(&j);
	json_key_str(&j, STR("a\""));
	json_str(&j, STR("x\n\x01\xff\\"));
	json_key(&j, "n");
	json_open_array(&j);
	json_points(&j, 1250);
	json_points(&j, -5);
	json_bool(&j, true);
	json_close_array(&j);
	json_close_object(&j);
	assert_true(str_is(buf_str(&b), "{\"a\\\"\":\"x\\n\\u0001\xef\xbf\xbd"
	    "\\\\\",\"n\":[12.5,-0.05,true]}"));
	buf_release(&b);
}

static void
test_a_run_ends_at_the_first_byte_that_is_not_printed(void **state)
{
	static const char odd[] = { 0x1f, 0x7f, (char)0x80, (char)0xff, 0 };
	char text[40];

	(void)state;
	for (size_t n = 0; n <= sizeof(text); n++) {
		struct str s = { text, n };

		memset(text, '~', n);
		assert_int_equal(utf8_print_run(s), n);
		for (size_t i = 0; i < n * sizeof(odd); i++) {
			memset(text, ' ', n);
			text[i / sizeof(odd)] = odd[i % sizeof(odd)];
			assert_int_equal(utf8_print_run(s), i / sizeof(odd));
		}
	}
}

/* Byte by byte, as json.c does not. */
static void
add_escaped(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c == '"' || c == '\\')
			buf_add_byte(b, '\\');
		if (c == 0xff)
			buf_add_str(b, STR("\xef\xbf\xbd"));
		else if (c == '\t')
			buf_add_str(b, STR("\\t"));
		else if (c < 0x20 || c == 0x7f)
			buf_printf(b, "\\u%04x", c);
		else
			buf_add_byte(b, s.p[i]);
	}
}

static void
test_json_text_is_the_same_at_every_length_and_place(void **state)
{
	static const char odd[] = { '"', '\\', '\t', 0x1f, 0x7f, (char)0xff,
		' ', '~' };
	struct buf wanted, whole, pieces;
	struct json j;
	char text[40];

	(void)state;
	buf_init(&wanted, 1000);
	buf_init(&whole, 1000);
	buf_init(&pieces, 1000);
	for (size_t n = 0; n <= sizeof(text); n++)
		for (size_t i = 0; i < n * sizeof(odd); i++) {
			struct str s = { text, n };

			memset(text, 'x', n);
			text[i / sizeof(odd)] = odd[i % sizeof(odd)];
			buf_empty(&wanted);
			buf_add_byte(&wanted, '"');
			add_escaped(&wanted, s);
			buf_add_byte(&wanted, '"');
			buf_empty(&whole);
			json_init(&j, &whole);
			json_str(&j, s);
			assert_true(str_eq(buf_str(&whole), buf_str(&wanted)));
			buf_empty(&pieces);
			json_init(&j, &pieces);
			json_open_text(&j);
			json_text(&j, str_head(s, n / 3));
			json_text(&j, str_from(s, n / 3));
			json_close_text(&j);
			assert_true(str_eq(buf_str(&pieces),
			    buf_str(&wanted)));
		}
	buf_release(&wanted);
	buf_release(&whole);
	buf_release(&pieces);
}

static void
test_a_json_key_of_every_length_is_whole(void **state)
{
	static const char name[] = "a name that is longer than all of ours";
	struct buf b, wanted;
	struct json j;

	(void)state;
	buf_init(&b, 1000);
	buf_init(&wanted, 1000);
	for (size_t n = 0; n < sizeof(name); n++) {
		buf_empty(&b);
		json_init(&j, &b);
		json_open_object(&j);
		json_key_plain(&j, (struct str){ name, n });
		json_int(&j, -1);
		json_close_object(&j);
		buf_empty(&wanted);
		buf_printf(&wanted, "{\"%.*s\":-1}", (int)n, name);
		assert_true(str_eq(buf_str(&b), buf_str(&wanted)));
	}
	buf_release(&b);
	buf_release(&wanted);
}

static void
test_a_map_finds_what_was_put(void **state)
{
	struct arena *a = arena_new();
	struct map m;

	(void)state;
	map_init(&m, a);
	for (uint32_t i = 0; i < 1000; i++)
		map_put(&m, str_printf(a, "key%u", (unsigned)i), i);
	assert_int_equal(m.n, 1000);
	assert_int_equal(*map_get(&m, STR("key777")), 777);
	assert_null(map_get(&m, STR("key1000")));
	assert_int_equal(*map_put(&m, STR("key5"), 9), 5);
	arena_free(a);
}

static void
test_the_nearest_word_is_suggested(void **state)
{
	struct str best = { 0 };

	(void)state;
	suggest_try(STR("hgih"), STR("info"), &best);
	suggest_try(STR("hgih"), STR("high"), &best);
	assert_true(str_is(best, "high"));
	best = (struct str){ 0 };
	suggest_try(STR("zzzzzz"), STR("high"), &best);
	assert_int_equal(best.n, 0);
}

/* XXH3, whichever part of the library made it: sums are kept in stores. */
static const struct {
	size_t n;
	uint64_t plain, seeded;
} sums[] = {
	{ 0, UINT64_C(0x2d06800538d394c2), UINT64_C(0xb029411ff43d84d2) },
	{ 3, UINT64_C(0xc3489259e968ad9e), UINT64_C(0x534caa7ae6ccf938) },
	{ 240, UINT64_C(0x4917a75c0ef8eed7), UINT64_C(0x1a71cf2c4bb35242) },
	{ 2047, UINT64_C(0x6ea24d05b8ca2bae), UINT64_C(0x84337681e4f71a50) },
	{ 2048, UINT64_C(0x848d24cc268f7498), UINT64_C(0xba10e77e172d2f7f) },
	{ 5000, UINT64_C(0x6abe8be5abcb2760), UINT64_C(0x55cdb888cfde72a1) },
};

static void
test_a_sum_is_the_same_at_any_length(void **state)
{
	char bytes[5000];

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)(i * 7);
	for (size_t i = 0; i < nitems(sums); i++) {
		const struct str s = { bytes, sums[i].n };

		assert_true(hash_bytes(s, 0) == sums[i].plain);
		assert_true(hash_bytes(s, 42) == sums[i].seeded);
	}
}

#if defined(__x86_64__) && defined(__GNUC__)
enum { WIDE_HALVES = 0x44 }; /* of YMM and ZMM registers */

/* Which registers hold something, where the processor tells; 0: it does not. */
static unsigned
registers_used(void)
{
	unsigned a, b, c, d;

	if (__get_cpuid(1, &a, &b, &c, &d) == 0 || (c & bit_OSXSAVE) == 0 ||
	    __get_cpuid_count(0xd, 1, &a, &b, &c, &d) == 0 || (a & 4) == 0)
		return 0;
	__asm__ volatile("xgetbv" : "=a"(a), "=d"(d) : "c"(1));
	return a;
}

/* They once were left full, by which all else became dearer. */
static void
test_a_sum_leaves_no_wide_register_full(void **state)
{
	static const char bytes[5000];
	uint64_t sum = hash_bytes((struct str){ bytes, sizeof(bytes) }, 0);
	unsigned used = registers_used();

	(void)state;
	assert_true(sum != 0);
	assert_int_equal(used & WIDE_HALVES, 0);
}
#else
static void
test_a_sum_leaves_no_wide_register_full(void **state)
{
	(void)state;
	skip();
}
#endif

static void
test_sha256_is_the_known_one(void **state)
{
	char text[SHA256_TEXT];

	(void)state;
	hash_sha256(STR("abc"), text);
	assert_string_equal(text, "ba7816bf8f01cfea414140de5dae2223"
	    "b00361a396177a9cb410ff61f20015ad");
}

/* RFC 4231, test cases 1, 2 and 6. */
static void
test_keyed_sums_are_the_known_ones(void **state)
{
	char eleven[20], long_key[131], text[SHA256_TEXT];
	const struct {
		struct str key, text;
		const char *sum;
	} cases[] = {
		{ { eleven, sizeof(eleven) }, STR("Hi There"),
		  "b0344c61d8db38535ca8afceaf0bf12b"
		  "881dc200c9833da726e9376c2e32cff7" },
		{ STR("Jefe"), STR("what do ya want for nothing?"),
		  "5bdcc146bf60754e6a042426089575c7"
		  "5a003f089d2739839dec58b964ec3843" },
		{ { long_key, sizeof(long_key) }, STR("Test Using Larger Than "
		    "Block-Size Key - Hash Key First"),
		  "60e431591ee0b67f0d8a26aacbf5b77f"
		  "8e0bc6213728c5140546040f0ee37f54" },
		{ STR(""), STR(""), "b613679a0814d9ec772f95d778c35fc5"
		  "ff1697c493715653c6c712144292c5ad" },
	};

	(void)state;
	memset(eleven, 0x0b, sizeof(eleven));
	memset(long_key, 0xaa, sizeof(long_key));
	/* Keys change in between, and names come again. */
	for (size_t i = 0; i < 4 * nitems(cases); i++) {
		size_t k = i / 2 % nitems(cases);

		hash_keyed(cases[k].key, cases[k].text, text);
		assert_string_equal(text, cases[k].sum);
	}
}

static void
test_what_would_steer_a_terminal_is_written_out(void **state)
{
	static const struct {
		uint32_t point;
		const char *wanted;
	} cases[] = {
		{ 0x1b, "\\x1b" }, { 0x7f, "\\x7f" }, { 0x9b, "\\u009b" },
		{ 0x202e, "\\u202e" }, { 0xe0041, "\\ue0041" },
		{ 'a', "a" }, { 0x95a2, "\xe9\x96\xa2" },
	};
	struct buf b;

	(void)state;
	buf_init(&b, 100);
	for (size_t i = 0; i < nitems(cases); i++) {
		utf8_add_shown(&b, cases[i].point);
		assert_true(str_is(buf_str(&b), cases[i].wanted));
		buf_empty(&b);
	}
	buf_release(&b);
}

/* Once C1 controls and marks of direction went into the log as they came:
 * some terminals obey them, and some readers of lines end a line there. */
static void
test_the_log_holds_nothing_that_steers_a_terminal(void **state)
{
	char folder[] = "/tmp/sekisho-log-XXXXXX", line[300];
	int file = mkstemp(folder), real = dup(STDERR_FILENO);
	ssize_t n;

	(void)state;
	assert_true(file >= 0 && real >= 0);
	unlink(folder);
	assert_true(dup2(file, STDERR_FILENO) >= 0);
	log_info("%s", "a\x1b\xc2\x9b" "31m\xe2\x80\xae\xe2\x80\xa8"
	    "\xff\xe9\x96\xa2\n");
	dup2(real, STDERR_FILENO);
	close(real);
	n = pread(file, line, sizeof(line) - 1, 0);
	close(file);
	assert_true(n > 0);
	line[n] = '\0';
	assert_non_null(strstr(line, "a\\x1b\\u009b31m\\u202e\\u2028\\xff"
	    "\xe9\x96\xa2\\x0a\n"));
}

static void
test_an_event_is_one_line_in_every_form(void **state)
{
	const struct log_field fields[] = {
		{ .kind = LOG_WORD, .name = "id", .value = STR("a \"b\nc=d") },
		{ .kind = LOG_QUOTED, .name = "subject", .key = "about",
		    .value = STR("x\ny \"z\\") },
		{ .kind = LOG_US, .name = "time", .value = STR("12") },
		{ .kind = LOG_FLAG, .name = "cut" },
	};
	const struct log_line line = { .level = LOG_LEVEL_WARN, .pid = 7,
		.event = "message", .fields = fields, .n = nitems(fields) };
	struct buf b;

	(void)state;
	buf_init(&b, 4096);
	logline_text(&b, &line);
	assert_true(str_is(buf_str(&b), "1970-01-01T00:00:00.000Z warning "
	    "id=a__b\\x0ac=d subject=\"x\\x0ay \\\"z\\\\\" time=12us cut\n"));
	buf_empty(&b);
	logline_json(&b, &line);
	assert_true(str_is(buf_str(&b), "{\"time\":\"1970-01-01T00:00:00.000Z"
	    "\",\"level\":\"warning\",\"pid\":7,\"event\":\"message\","
	    "\"id\":\"a \\\"b\\nc=d\",\"about\":\"x\\ny \\\"z\\\\\","
	    "\"time\":12,\"cut\":true}\n"));
	buf_empty(&b);
	logline_journal(&b, &line, STR("said"));
	assert_true(str_starts(buf_str(&b), STR("MESSAGE=said\nPRIORITY=4\n")));
	assert_true(str_find_str(buf_str(&b), ((struct str){
	    "SEKISHO_ABOUT\n\7\0\0\0\0\0\0\0x\ny \"z\\\nSEKISHO_TIME=12\n",
	    46 })) < b.n);
	buf_release(&b);
	buf_init(&b, 40);
	logline_text(&b, &line);
	assert_int_equal(b.p[b.n - 1], '\n');
	buf_release(&b);
}

/* Sixteen places are looked at together: every place in and around them. */
static void
test_a_piece_is_found_wherever_it_stands(void **state)
{
	static const char *const pieces[] = { "x", "xy", "xyz", "xyxyz",
		"xyz4567890123456789012345678901234567890" };
	char text[80];

	(void)state;
	for (size_t n = 0; n <= sizeof(text); n++)
		for (size_t i = 0; i < nitems(pieces); i++)
			for (size_t at = 0; at + strlen(pieces[i]) <= n; at++) {
				char *copy = malloc(n);
				struct str s = { copy, n };

				memset(copy, 'y', n);
				assert_int_equal(str_find_str(s,
				    str_of(pieces[i])), n);
				memcpy(copy + at, pieces[i],
				    strlen(pieces[i]));
				assert_int_equal(str_find_str(s,
				    str_of(pieces[i])), at);
				assert_int_equal(str_find_any(s, 'x', 'z',
				    'q'), at);
				assert_int_equal(str_find_lone(s, 'x', 'q'),
				    at);
				free(copy);
			}
}

#ifdef __SSE2__
/* In memory of its own: nothing around it is read. */
static void
test_a_short_row_is_its_bytes_and_zeros(void **state)
{
	char row[16], wanted[16];

	(void)state;
	for (size_t n = 0; n <= sizeof(row); n++) {
		char *p = malloc(n == 0 ? 1 : n);

		assert_non_null(p);
		memset(wanted, 0, sizeof(wanted));
		for (size_t i = 0; i < n; i++)
			p[i] = wanted[i] = (char)(0xf0 + i);
		_mm_storeu_si128((void *)row,
		    str_short_row((struct str){ p, n }));
		assert_memory_equal(row, wanted, sizeof(row));
		free(p);
	}
}
#else
static void
test_a_short_row_is_its_bytes_and_zeros(void **state)
{
	(void)state;
	skip();
}
#endif

static void
test_a_byte_that_another_follows_is_not_alone(void **state)
{
	char text[40];
	struct str s = { text, sizeof(text) };

	(void)state;
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = "\r\n"[i % 2];
	assert_int_equal(str_find_lone(s, '\r', '\n'), s.n);
	assert_int_equal(str_find_lone(str_head(s, 39), '\r', '\n'), 38);
	text[17] = 'a';
	assert_int_equal(str_find_lone(s, '\r', '\n'), 16);
}

static void
test_only_what_was_taken_last_is_given_back(void **state)
{
	struct arena *a = arena_new();
	char *first = arena_take_raw(a, 100), *last = arena_take_raw(a, 100);
	size_t used = arena_used(a);

	(void)state;
	arena_trim(a, first, 100, 10);
	assert_int_equal(arena_used(a), used);
	arena_trim(a, last, 100, 10);
	assert_true(arena_used(a) <= used - 80);
	assert_ptr_equal(arena_take(a, 1), last + 16);
	arena_free(a);
}

static void
do_piece(void *client, size_t i)
{
	((unsigned char *)client)[i]++;
}

static void
test_a_crew_does_every_piece_once(void **state)
{
	static unsigned char done[5000];

	(void)state;
	crew_run(&(struct crew_job){ .n = sizeof(done), .work = do_piece,
	    .client = done });
	for (size_t i = 0; i < sizeof(done); i++)
		assert_int_equal(done[i], 1);
	crew_run(&(struct crew_job){ .n = 0, .work = do_piece });
}

static void
test_an_arena_takes_over_what_another_holds(void **state)
{
	struct arena *a = arena_new(), *b = arena_new(), *none = arena_new();
	char *kept, *large, *own;

	(void)state;
	kept = arena_take(b, 10000);
	memset(kept, 'b', 10000);
	large = arena_take(b, 1 << 20);
	memset(large, 'l', 1 << 20);
	arena_take_over(a, b);
	own = arena_take(a, 100);
	memset(own, 'a', 100);
	arena_take_over(a, none);
	assert_int_equal(kept[0], 'b');
	assert_int_equal(kept[9999], 'b');
	/* What is large can grow, as if it had always been a's. */
	large = arena_move(a, large, 1 << 20, 1 << 21);
	assert_int_equal(large[(1 << 20) - 1], 'l');
	assert_true(arena_used(a) >= 10100 + (1 << 21));
	assert_true(arena_used(a) < 10100 + (1 << 21) + 4096);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_crew_does_every_piece_once),
		cmocka_unit_test(test_an_arena_takes_over_what_another_holds),
		cmocka_unit_test(test_a_piece_is_found_wherever_it_stands),
		cmocka_unit_test(test_a_short_row_is_its_bytes_and_zeros),
		cmocka_unit_test(
		    test_a_byte_that_another_follows_is_not_alone),
		cmocka_unit_test(
		    test_only_what_was_taken_last_is_given_back),
		cmocka_unit_test(
		    test_an_arena_gives_zeroed_aligned_memory_of_any_size),
		cmocka_unit_test(test_a_slice_is_walked_piece_by_piece),
		cmocka_unit_test(test_a_word_is_one_of_several_or_none),
		cmocka_unit_test(test_digits_in_front_are_counted),
		cmocka_unit_test(test_cuts_stop_at_the_end),
		cmocka_unit_test(test_lines_and_characters_are_cut_whole),
		cmocka_unit_test(test_numbers_are_whole_slices),
		cmocka_unit_test(test_a_buffer_never_passes_its_bound),
		cmocka_unit_test(
		    test_a_buffer_outgrows_the_room_it_was_lent),
		cmocka_unit_test(test_days_are_dates_that_exist),
		cmocka_unit_test(test_networks_hold_their_addresses),
		cmocka_unit_test(test_an_ipv4_address_is_found_in_ipv6),
		cmocka_unit_test(test_a_range_is_split_into_networks),
		cmocka_unit_test(test_the_longest_range_ends),
		cmocka_unit_test(test_utf8_is_read_strictly),
		cmocka_unit_test(
		    test_long_utf8_is_read_as_strictly_wherever_it_stands),
		cmocka_unit_test(test_pairs_are_found_wherever_they_stand),
		cmocka_unit_test(test_json_always_parses),
		cmocka_unit_test(
		    test_json_text_is_the_same_at_every_length_and_place),
		cmocka_unit_test(test_a_json_key_of_every_length_is_whole),
		cmocka_unit_test(
		    test_a_run_ends_at_the_first_byte_that_is_not_printed),
		cmocka_unit_test(test_a_map_finds_what_was_put),
		cmocka_unit_test(test_the_nearest_word_is_suggested),
		cmocka_unit_test(test_a_sum_is_the_same_at_any_length),
		cmocka_unit_test(test_a_sum_leaves_no_wide_register_full),
		cmocka_unit_test(test_sha256_is_the_known_one),
		cmocka_unit_test(test_keyed_sums_are_the_known_ones),
		cmocka_unit_test(
		    test_what_would_steer_a_terminal_is_written_out),
		cmocka_unit_test(
		    test_the_log_holds_nothing_that_steers_a_terminal),
		cmocka_unit_test(test_an_event_is_one_line_in_every_form),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
