/* SPDX-License-Identifier: Apache-2.0 */
/* Links of PDFs, as they stand and packed in object streams. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <zlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/vec.h"
#include "mail/pdf.h"

#define LINK "<< /S /URI /URI (http://a.example/x) >>"
#define OBJSTM "1 0 obj <</Type /ObjStm /N 1 /First 4 /Filter "

static struct inflate_budget budget;

static struct str
urls_of(struct arena *a, struct str bytes)
{
	url_list urls = { .n = 0 };
	struct pdf pdf = { .out = &urls, .most = 100, .part = 3,
		.budget = &budget };
	const struct url *u;
	struct buf b;

	budget = inflate_budget(bytes.n, 10 << 20);
	pdf_links(&pdf, a, bytes);
	buf_init_arena(&b, a, 1 << 16);
	VEC_EACH(u, &urls) {
		assert_int_equal(u->part, 3);
		buf_printf(&b, " %" STR_FMT, STR_ARG(u->raw));
	}
	return buf_str(&b);
}

static const struct {
	const char *bytes, *urls;
} plain[] = {
	{ LINK, " http://a.example/x" },
	{ "<</S/URI/URI<687474703A2F2F612E6578616D706C652F>>>",
	    " http://a.example/" },
	{ "/URI % why\n (http://a.example/\\050x\\)\\\n\\171)",
	    " http://a.example/(x)y" },
	{ "/#55RI (http://a.example/)", " http://a.example/" },
	{ "/U#52#49(http://a.example/)", " http://a.example/" },
	{ "/URIx (http://a.example/)", "" },
	{ "/URI 7 0 R >> endobj 7 0 obj (http://a.example/) endobj",
	    " http://a.example/" },
	{ "/Title 7 0 R >> endobj 7 0 obj (A title) endobj", "" },
	{ "/Title (http://a.example/)", "" },
	{ "/S /SubmitForm /F (https://a.example/f)", " https://a.example/f" },
	{ "/S /SubmitForm /F << /FS /URL /F (https://a.example/f) >>",
	    " https://a.example/f" },
	{ "/F (report.doc)", "" },
	{ "/S /JavaScript /JS (app.launchURL\\('http://a.example/j'\\))",
	    " http://a.example/j" },
	{ "/URI (\xfe\xff\0h", "" },
	{ "/URI (www.a.example.com/x)", " www.a.example.com/x" },
	{ "/URI (", "" },
	{ "/URI <", "" },
	{ "/URI", "" },
	{ "/", "" },
	{ " obj", "" },
	{ " obj (http://", "" },
};

static void
test_links_of_objects_are_found_in_every_notation(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < nitems(plain); i++) {
		struct str got = urls_of(a, str_of(plain[i].bytes));

		if (!str_is(got, plain[i].urls))
			fail_msg("%s\ngave%" STR_FMT, plain[i].bytes,
			    STR_ARG(got));
	}
	arena_free(a);
}

static struct str
packed(struct arena *a, struct str bytes)
{
	uLongf n = compressBound(bytes.n);
	char *p = arena_take(a, n);

	assert_int_equal(compress2((Bytef *)p, &n, (const Bytef *)bytes.p,
	    bytes.n, 9), Z_OK);
	return (struct str){ p, n };
}

static struct str
hex_of(struct arena *a, struct str bytes)
{
	struct buf b;

	buf_init_arena(&b, a, SIZE_MAX);
	for (size_t i = 0; i < bytes.n; i++)
		buf_printf(&b, "%02x%s", (unsigned char)bytes.p[i],
		    i % 30 == 29 ? "\n" : "");
	buf_add_byte(&b, '>');
	return buf_str(&b);
}

static struct str
base85_of(struct arena *a, struct str bytes)
{
	struct buf b;

	buf_init_arena(&b, a, SIZE_MAX);
	for (size_t i = 0; i < bytes.n; i += 4) {
		size_t n = bytes.n - i < 4 ? bytes.n - i : 4;
		uint32_t value = 0;
		char group[5];

		for (size_t j = 0; j < 4; j++)
			value = value << 8 | (j < n ?
			    (unsigned char)bytes.p[i + j] : 0);
		for (size_t j = 5; j-- > 0; value /= 85)
			group[j] = (char)('!' + value % 85);
		buf_add(&b, group, n + 1);
	}
	buf_add_str(&b, STR("~>"));
	return buf_str(&b);
}

/* The longest string seen before that s begins with; gives its code. */
static size_t
lzw_longest(const struct str *seen, size_t next, struct str s, size_t *n)
{
	size_t code = (unsigned char)s.p[0];

	*n = 1;
	for (size_t i = 258; i < next; i++)
		if (seen[i].n > *n && str_starts(s, seen[i])) {
			code = i;
			*n = seen[i].n;
		}
	return code;
}

struct lzw_bits {
	struct buf b;
	uint32_t held;
	unsigned n_held;
};

static void
lzw_put(struct lzw_bits *w, size_t code, size_t next)
{
	unsigned bits = 9;

	while (bits < 12 && next >= (size_t)1 << bits)
		bits++;
	w->held = w->held << bits | (uint32_t)code;
	for (w->n_held += bits; w->n_held >= 8; w->n_held -= 8)
		buf_add_byte(&w->b, (char)(w->held >> (w->n_held - 8)));
}

/* 7.4.4.2: never more than 4096 strings. */
static struct str
lzw_of(struct arena *a, struct str s)
{
	struct str seen[4096] = { { .n = 0 } };
	struct lzw_bits w = { .n_held = 0 };
	size_t next = 258, n, code;

	buf_init_arena(&w.b, a, SIZE_MAX);
	lzw_put(&w, 256, 0);
	for (; s.n != 0; s = str_from(s, n)) {
		code = lzw_longest(seen, next, s, &n);
		lzw_put(&w, code, next);
		if (next < 4094)
			seen[next++] = str_head(s, n + 1);
	}
	lzw_put(&w, 257, next);
	buf_add_byte(&w.b, (char)(w.held << (8 - w.n_held)));
	return buf_str(&w.b);
}

/* Bytes of the row above taken off each. */
static struct str
png_up_of(struct arena *a, struct str s, size_t row)
{
	struct buf b;

	buf_init_arena(&b, a, SIZE_MAX);
	for (size_t i = 0; i < s.n; i++) {
		if (i % row == 0)
			buf_add_byte(&b, 2);
		buf_add_byte(&b, (char)(s.p[i] - (i < row ? 0
		    : s.p[i - row])));
	}
	return buf_str(&b);
}

/* Object streams packed with these were passed over. */
static void
test_streams_are_unpacked_by_every_filter_for_text(void **state)
{
	struct arena *a = arena_new();
	struct str object = STR("4 0 " LINK), up = png_up_of(a, object, 7);
	struct buf junk;
	const char runs[] = "\002" "4 0\377 \007<</URI(h\377t\017"
	    "p://a.example/x)";
	struct str run = { runs, sizeof(runs) - 1 };
	size_t failures = 0;

	(void)state;
	buf_init_arena(&junk, a, SIZE_MAX);
	for (int i = 0; i < 4000; i++)
		buf_printf(&junk, "%x ", i * i % 997);
	buf_add_str(&junk, object);
	const struct {
		const char *head;
		struct str data;
	} cases[] = {
		{ OBJSTM "/LZWDecode>>stream\n", lzw_of(a, object) },
		{ OBJSTM "/LZW>>stream\n", lzw_of(a, buf_str(&junk)) },
		{ OBJSTM "[/A85/LZW]>>stream\n",
		    base85_of(a, lzw_of(a, object)) },
		{ OBJSTM "/RunLengthDecode>>stream\n", run },
		{ OBJSTM "[/Fl/AHx]>>stream\n",
		    packed(a, hex_of(a, object)) },
		{ OBJSTM "[/Fl/Fl]>>stream\n", packed(a, packed(a,
		    object)) },
		{ OBJSTM "/Fl/DecodeParms<</Predictor 12/Columns 7>>>>"
		    "stream\n", packed(a, up) },
		{ OBJSTM "/LZW/DecodeParms<</Columns 7/Predictor 10>>>>"
		    "stream\n", lzw_of(a, up) },
	};
	for (size_t i = 0; i < nitems(cases); i++) {
		struct str got = urls_of(a, str_cat(a, STR("%PDF-1.5\n"),
		    str_of(cases[i].head), cases[i].data,
		    STR("\nendstream endobj\n")));

		if (!str_is(got, " http://a.example/x")) {
			print_error("%zu: %s gave%" STR_FMT "\n", i,
			    cases[i].head, STR_ARG(got));
			failures++;
		}
	}
	assert_int_equal(failures, 0);
	arena_free(a);
}

/* A file with a password looked like one without links. */
static void
test_a_file_with_a_password_says_so(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	urls_of(a, STR("%PDF-1.7\ntrailer <</Root 1 0 R>>"));
	assert_false(budget.is_locked);
	urls_of(a, STR("%PDF-1.7\ntrailer <</Encrypt 5 0 R/Root 1 0 R>>"));
	assert_true(budget.is_locked);
	arena_free(a);
}

static void
test_object_streams_are_unpacked(void **state)
{
	struct arena *a = arena_new();
	struct str data = packed(a, STR("4 0 " LINK));
	struct str lone = packed(a, STR("4 0 5 6 (none)(http://b.example/)"));
	const struct {
		const char *head;
		struct str data;
		const char *urls;
	} cases[] = {
		{ OBJSTM "/FlateDecode>>\nstream\r\n", data,
		    " http://a.example/x" },
		{ OBJSTM "/Fl /Length 9999>>stream\n", data,
		    " http://a.example/x" },
		{ OBJSTM "7 0 R>>\nstream\n", data, " http://a.example/x" },
		{ "1 0 obj <</Type/Obj#53tm/Filter/Flate#44ecode>>stream\n",
		    data, " http://a.example/x" },
		{ OBJSTM "[/ASCIIHexDecode /FlateDecode]>>stream\n",
		    hex_of(a, data), " http://a.example/x" },
		{ OBJSTM "[/A85 /Fl]>>stream\n", base85_of(a, data),
		    " http://a.example/x" },
		{ OBJSTM "[/AHx /A85 /Fl]>>stream\n",
		    hex_of(a, base85_of(a, data)), " http://a.example/x" },
		{ OBJSTM "/AHx>>stream\n",
		    hex_of(a, STR("4 0 " LINK)), " http://a.example/x" },
		{ OBJSTM "/FlateDecode>>stream\n", lone,
		    " http://b.example/" },
		/* a picture is no object */
		{ "1 0 obj <</Subtype/Image/Filter/FlateDecode>>stream\n",
		    data, "" },
		{ OBJSTM "/FlateDecode>>stream\n", str_head(data, 8), "" },
		{ OBJSTM "/FlateDecode>>stream\n", STR(""), "" },
	};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct str file = str_cat(a, STR("%PDF-1.5\nendstream endobj "),
		    str_of(cases[i].head), cases[i].data,
		    STR("\nendstream endobj\n"));
		struct str got = urls_of(a, file);

		if (!str_is(got, cases[i].urls))
			fail_msg("%zu: %s\ngave%" STR_FMT, i, cases[i].head,
			    STR_ARG(got));
		got = urls_of(a, str_cat(a, file, file));
		assert_int_equal(got.n, 2 * strlen(cases[i].urls));
		assert_false(budget.is_over);
	}
	arena_free(a);
}

static void
test_a_stream_that_swells_ends_at_the_limit(void **state)
{
	struct arena *a = arena_new();
	size_t n = 32 << 20;
	struct str zeroes = { arena_take(a, n), n };
	struct str bomb = str_cat(a, STR("%PDF-1.5\n" OBJSTM
	    "/FlateDecode>>stream\n"), packed(a, zeroes));
	size_t held = arena_used(a);

	(void)state;
	assert_true(bomb.n < 64 << 10);
	assert_true(str_is(urls_of(a, bomb), ""));
	assert_true(budget.is_over);
	assert_int_equal(budget.left, 0);
	assert_true(arena_used(a) - held < 1 << 20);
	arena_free(a);
}

static void
test_no_more_streams_than_the_limit_are_unpacked(void **state)
{
	struct arena *a = arena_new();
	struct str data = packed(a, STR("4 0 x")), file = STR("");
	struct buf b;

	(void)state;
	buf_init_arena(&b, a, SIZE_MAX);
	for (int i = 0; i < 5000; i++) {
		buf_add_str(&b, STR(OBJSTM ">>stream\n"));
		buf_add_str(&b, data);
	}
	file = buf_str(&b);
	assert_true(str_is(urls_of(a, file), ""));
	assert_true(budget.is_over);
	assert_int_equal(budget.times, 0);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_links_of_objects_are_found_in_every_notation),
		cmocka_unit_test(test_object_streams_are_unpacked),
		cmocka_unit_test(
		    test_streams_are_unpacked_by_every_filter_for_text),
		cmocka_unit_test(test_a_file_with_a_password_says_so),
		cmocka_unit_test(test_a_stream_that_swells_ends_at_the_limit),
		cmocka_unit_test(
		    test_no_more_streams_than_the_limit_are_unpacked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
