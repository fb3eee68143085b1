/* SPDX-License-Identifier: Apache-2.0 */
/* URLs inside URLs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "base/vec.h"
#include "mail/url.h"
#include "cpu.h"
#include "../scratch.h"

static bool
unwrap(url_list *list, const char *text, size_t most)
{
	struct url *u = VEC_ADD(arena, list);

	assert_true(url_read(u, arena, str_of(text)));
	u->part = 3;
	u->offset = 7;
	return urls_unwrap(list, arena, (uint32_t)list->n - 1, most);
}

static void
test_the_target_of_a_redirect_is_an_entry_of_its_own(void **state)
{
	static const struct {
		const char *outer, *wanted;
	} cases[] = {
		{ "https://o.de/?a=b&redirect=https://e.cn/x",
		    "https://e.cn/x" },
		{ "https://o.de/?z=https%3A%2F%2Fe.cn%2Fx%3Fy%3D1",
		    "https://e.cn/x?y=1" },
		{ "https://o.de/?z=https%253A%252F%252Fe.cn%252Fx",
		    "https://e.cn/x" },
		{ "https://o.de/?https://e.cn/?y=1", "https://e.cn/?y=1" },
		{ "https://o.de/?z=aHR0cHM6Ly9lLmNuL3g=", "https://e.cn/x" },
		{ "https://o.de/?z=aHR0cHM6Ly9lLmNuL3g%3D",
		    "https://e.cn/x" },
		{ "https://o.de/?z=aHR0cHM6Ly9lLmNuLz94PT8_Pw",
		    "https://e.cn/?x=???" },
		{ "https://o.de/?Redirect=e.co.jp/x/y", "http://e.co.jp/x/y" },
		{ "https://o.de/?u=//e.cn/x", "http://e.cn/x" },
		{ "https://o.de/?a=1;u=https://e.cn/x;b=2", "https://e.cn/x" },
		{ "https://o.de/?a=1;u=e.cn/x", "http://e.cn/x" },
		{ "https://o.de/?u=https://e.cn/x;y=z",
		    "https://e.cn/x;y=z" },
		{ "https://o.de/?u=%2F%2Fe.cn%2Fx", "http://e.cn/x" },
		{ "https://o.de/?url=www.e.cn", "http://www.e.cn/" },
		{ "https://o.de/r/https://e.cn/x?y=1#z",
		    "https://e.cn/x?y=1#z" },
		{ "https://o.de/r/https:/e.cn/x", "https://e.cn/x" },
		{ "https://o.de/r/https%3A%2F%2Fe.cn%2Fx/1/2",
		    "https://e.cn/x" },
		{ "https://o.de/r/aHR0cHM6Ly9lLmNuL3g/z", "https://e.cn/x" },
		{ "https://o.de/#https://e.cn/x", "https://e.cn/x" },
		{ "https://o.de/#!/?u=https%3A//e.cn/x", "https://e.cn/x" },
		{ "https://o.de/v2/url?u=https-3A__e.cn_x&d=1",
		    "https://e.cn/x" },
		{ "https://o.de/v3/__https://e.cn/x__;!!abc",
		    "https://e.cn/x" },
		{ "https://o.de/v3/__https://e.cn/x*y?z=*__;IyU!!abc",
		    "https://e.cn/x#y?z=%" },
		{ "https://o.de/v3/__https://e.cn/x*y__;?!!abc",
		    "https://e.cn/x*y" },
		{ "https://www.bing.com/ck/a?p=1&u=a1aHR0cHM6Ly9lLmNuL3g&n=1",
		    "https://e.cn/x" },
		{ "https://www.google.co.jp/amp/s/e.co.jp/x",
		    "https://e.co.jp/x" },
		{ "https://google.com/amp/e.co.jp", "http://e.co.jp/" },
		{ "https://images.google.com/amp/s/e.co.jp/x?y#z",
		    "https://e.co.jp/x?y#z" },
		{ "https://e-co-jp.cdn.ampproject.org/c/s/e.co.jp/x",
		    "https://e.co.jp/x" },
		{ "https://cdn.ampproject.org/c/s/e.co.jp/x",
		    "https://e.co.jp/x" },
		{ "https://e-co-jp.cdn.ampproject.org/v/e.co.jp/x",
		    "http://e.co.jp/x" },
		{ "https://o.de/#aHR0cHM6Ly9lLmNuL3g_eQ==",
		    "https://e.cn/x?y" },
		{ "https://o.de/?aHR0cHM6Ly9lLmNuL3g_eQ==",
		    "https://e.cn/x?y" },
		/* a URL that stands within what is carried */
		{ "https://o.de/?d=%7B%22u%22%3A%22http%3A%5C%2F%5C%2Fe.cn%5C"
		  "%2Fx%22%7D", "http://e.cn/x" },
		{ "https://o.de/?d=eyJ1IjoiaHR0cDpcL1wvZS5jblwveCJ9",
		    "http://e.cn/x" },
		{ "https://o.de/?t=eyJhbGciOiJIUzI1NiJ9."
		  "eyJ1cmwiOiJodHRwOi8vZS5jbi94In0.abc", "http://e.cn/x" },
		{ "https://o.de/?u=687474703a2f2f652e636e2f78",
		    "http://e.cn/x" },
		{ "https://o.de/?d=eyJ1cmwiOiJodHRwOi8vZS5jbi94In0=",
		    "http://e.cn/x" },
		{ "https://o.de/?d=eD1odHRwOi8vZS5jbi94", "http://e.cn/x" },
		{ "https://o.de/?d=%7B%22url%22%3A%22http%3A%2F%2Fe.cn%2Fx"
		  "%22%7D", "http://e.cn/x" },
		{ "https://e-x--y-co-jp.translate.goog/z?_x=1",
		    "https://e.x-y.co.jp/z?_x=1" },
		{ "https://o.de/c?adurl=//e.co.jp/x", "http://e.co.jp/x" },
		{ "https://o.de/?to=d3d3LmUuY28uanAveC95",
		    "http://www.e.co.jp/x/y" },
		{ "https://mandrillapp.com/track/click/3/e.cn?p="
		  "eyJzIjoiYWJjIiwidiI6MSwicCI6IntcInVcIjozMDA2OTIyNixcInZcIj"
		  "oxLFwidXJsXCI6XCJodHRwczpcXFwvXFxcL2UuY25cXFwveD95PTFcXHUw"
		  "MDI2ej0yXCIsXCJpZFwiOlwiMVwifSJ9",
		    "https://e.cn/x?y=1&z=2" },
		{ "https://click.pstmrk.it/3s/e.cn%2Fx%3Fy/QmR0/abC/d",
		    "https://e.cn/x?y" },
		{ "https://click.pstmrk.it/2m/e.cn/QmR0/abC",
		    "http://e.cn/" },
		{ "https://protect-us.mimecast.com/s/AbC?domain=e.cn",
		    "http://e.cn/" },
		{ "https://url.uk.m.mimecastprotect.com/s/A?domain=e.cn",
		    "http://e.cn/" },
		{ "https://adservice.google.com/ddm/clk/1;2;a=?//e.cn/x",
		    "http://e.cn/x" },
		{ "https://o.de/r?//e.cn/x?y=1", "http://e.cn/x?y=1" },
		{ "https://o.de/r?u=e.cn", "http://e.cn/" },
		{ "https://o.de/r?url=e.cn%3Fx%3D1", "http://e.cn/?x=1" },
		{ "https://o.de/r?redirect_to=e.cn:8080", "http://e.cn:8080/" },
		{ "https://google.com/url?q=e.cn", "http://e.cn/" },
		{ "https://www.youtube.com/redirect?q=e.cn", "http://e.cn/" },
		{ "https://o.de/L0/https:%2F%2Fe.cn%2Fx/1/2",
		    "https://e.cn/x" },
	};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		url_list list = { 0 };

		unwrap(&list, cases[i].outer, 100);
		if (list.n != 2)
			fail_msg("%s: %zu entries", cases[i].outer, list.n);
		assert_string_equal(str_cstr(arena, list.at[1].normalized),
		    cases[i].wanted);
		assert_int_equal(list.at[1].outer, 0);
		assert_int_equal(list.at[1].source, URL_NESTED);
		assert_int_equal(list.at[1].part, 3);
		assert_int_equal(list.at[1].offset, 7);
	}
}

static void
test_what_only_resembles_a_url_is_left_alone(void **state)
{
	static const char *const cases[] = {
		"https://o.de/", "https://o.de/x/y?z#t",
		"https://o.de/?redirect=index.php/x",
		"https://o.de/?redirect=/home/x", "https://o.de/?to=a@e.cn/x",
		"https://o.de/?x=e.cn/x", "https://o.de/?q=e.cn",
		/* a word, who sent the reader, a file, a person */
		"https://www.google.com/search?q=e.cn",
		"https://o.de/?site=e.cn&r=e.cn&return=e.cn&domain=e.cn",
		"https://o.de/?url=login.do", "https://o.de/?u=first.name",
		"https://o.de/?u=a@e.cn", "https://o.de/?u=index.html",
		"https://o.de/?u=192.0.2.1", "https://o.de/?u=co.jp",
		"https://o.de/?u=1.5", "https://o.de/?//index.js",
		"https://o.de/amp/s/e.cn/x", "https://o.de/3s/e.cn%2Fx/y",
		"https://o.de/?z=http", "https://o.de/?z=http:",
		"https://o.de/?z=aHR0cHM6", "https://o.de/http/https",
		"https://o.de/?z=SGVsbG8gd29ybGQgaGVsbG8",
	};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		url_list list = { 0 };

		unwrap(&list, cases[i], 100);
		if (list.n != 1)
			fail_msg("%s: %s", cases[i],
			    str_cstr(arena, list.at[1].normalized));
	}
}

static void
test_chains_are_followed_to_eight_levels(void **state)
{
	url_list list = { 0 };

	(void)state;
	unwrap(&list, "http://a.jp/http://b.jp/http://c.jp/http://d.jp/"
	    "http://e.jp/http://f.jp/http://g.jp/http://h.jp/http://i.jp/"
	    "http://j.jp/", 100);
	assert_int_equal(list.n, 9);
	for (uint32_t i = 1; i < 9; i++)
		assert_int_equal(list.at[i].outer, i - 1);
	assert_string_equal(str_cstr(arena, list.at[8].host), "i.jp");
}

static void
test_the_number_of_carried_urls_is_bounded(void **state)
{
	url_list list = { 0 };
	struct buf many;
	const char *text;

	(void)state;
	buf_init_arena(&many, arena, 4096);
	buf_add_str(&many, STR("http://a.jp/?"));
	for (int i = 0; i < 100; i++)
		buf_add_str(&many, STR("z=http://b.jp/&"));
	text = str_cstr(arena, buf_str(&many));
	assert_true(unwrap(&list, text, 1000));
	assert_int_equal(list.n, 65);
	assert_true(unwrap(&list, text, 70));
	assert_int_equal(list.n, 70);
	list.n = 0;
	assert_false(unwrap(&list, "http://a.jp/?u=http://b.jp/", 70));
	buf_init_arena(&many, arena, 4096);
	buf_add_str(&many, STR("http://a.jp/?"));
	for (int i = 0; i < 1020; i++)
		buf_add_str(&many, STR("a&"));
	buf_add_str(&many, STR("u=http://b.jp/"));
	list.n = 0;
	assert_false(unwrap(&list, str_cstr(arena, buf_str(&many)), 70));
	assert_int_equal(list.n, 2);
	buf_add_str(&many, STR("&a&a&a&a&u=http://c.jp/"));
	list.n = 0;
	assert_true(unwrap(&list, str_cstr(arena, buf_str(&many)), 70));
}

/* Every level doubles what the next has to decode, if that is allowed. */
static void
test_nests_in_nests_do_not_explode(void **state)
{
	url_list list = { 0 };
	size_t n = 8000;
	char *text = arena_take(arena, n + 1);
	int64_t begin = cpu_us();

	(void)state;
	for (size_t i = 0; i + 14 < n; i += 14)
		memcpy(text + i, "http://a.jp/?&", 14);
	unwrap(&list, text, 2000);
	assert_true(list.n <= 2000);
	assert_true(cpu_us() - begin < 5000000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_the_target_of_a_redirect_is_an_entry_of_its_own),
		cmocka_unit_test(test_what_only_resembles_a_url_is_left_alone),
		cmocka_unit_test(test_chains_are_followed_to_eight_levels),
		cmocka_unit_test(test_the_number_of_carried_urls_is_bounded),
		cmocka_unit_test(test_nests_in_nests_do_not_explode),
	};

	return cmocka_run_group_tests(tests, scratch_open, scratch_close);
}
