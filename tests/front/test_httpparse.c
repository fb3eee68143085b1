/* SPDX-License-Identifier: Apache-2.0 */
/* Requests good and bad, whole and cut at every byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "front/httpparse.h"
#include "scan/inhand.h"

static const struct http_limits limits = { .line = 200, .head = 1000,
	.fields = 10, .body = 100 };

static struct http_parse
parse_whole(struct str bytes)
{
	struct http_parse p;

	http_parse_init(&p, &limits);
	http_parse(&p, bytes);
	return p;
}

static struct http_parse
parse_in_two(struct str bytes, size_t cut)
{
	struct http_parse p;
	size_t n;

	http_parse_init(&p, &limits);
	n = http_parse(&p, str_head(bytes, cut));
	if (n == cut)
		http_parse(&p, str_from(bytes, cut));
	return p;
}

static const struct good {
	const char *name;
	struct str request;
	const char *path;
	const char *body;
	size_t left_over;
	bool may_stay;
} goods[] = {
	{ "the plainest", STR_INIT("GET /ping HTTP/1.1\r\n\r\n"), "/ping", "",
	    0, true },
	{ "LF alone ends head lines",
	    STR_INIT("POST /x HTTP/1.1\nContent-Length: 3\n\nabc"), "/x",
	    "abc", 0, true },
	{ "empty lines first",
	    STR_INIT("\r\n\r\nGET /ping HTTP/1.1\r\n\r\n"), "/ping", "", 0,
	    true },
	{ "a body by length",
	    STR_INIT("POST /checkv2 HTTP/1.1\r\ncontent-LENGTH: 5\r\n"
	    "\r\nhello"), "/checkv2", "hello", 0, true },
	{ "bytes behind the body stay",
	    STR_INIT("POST / HTTP/1.1\r\nContent-Length: 1\r\n\r\naGET"),
	    "/", "a", 3, true },
	{ "chunks, an extension, a trailer",
	    STR_INIT("POST / HTTP/1.1\r\nTransfer-Encoding: Chunked\r\n\r\n"
	    "3;x=y\r\nabc\r\n00A\r\n0123456789\r\n0\r\nT: u\r\n\r\nZ"),
	    "/", "abc0123456789", 1, true },
	{ "HTTP/1.0 closes", STR_INIT("GET / HTTP/1.0\r\n\r\n"), "/", "", 0,
	    false },
	{ "HTTP/1.0 that asks to stay",
	    STR_INIT("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n"),
	    "/", "", 0, true },
	{ "HTTP/1.1 that asks to close",
	    STR_INIT("GET / HTTP/1.1\r\nConnection: x, Close\r\n\r\n"), "/",
	    "", 0, false },
	{ "the absolute form",
	    STR_INIT("GET http://h:1/a HTTP/1.1\r\nHost: h\r\n\r\n"), "/a",
	    "", 0, true },
	{ "bytes above ASCII in a value",
	    STR_INIT("GET / HTTP/1.1\r\nUser: \xe9\x96\xa2\r\n\r\n"), "/",
	    "", 0, true },
	{ "a length of nothing",
	    STR_INIT("POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\nX"), "/",
	    "", 1, true },
};

static void
check_good(const struct good *c, struct http_parse *p)
{
	if (p->state != HTTP_DONE)
		print_error("%s: %d %s\n", c->name, p->status,
		    p->error == NULL ? "?" : p->error);
	assert_int_equal(p->state, HTTP_DONE);
	assert_true(str_is(p->path, c->path));
	assert_true(str_is(buf_str(&p->body), c->body));
	assert_int_equal(http_parse_may_stay(p), c->may_stay);
}

static void
test_good_requests_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(goods); i++) {
		const struct good *c = &goods[i];
		struct http_parse p;
		size_t n;

		http_parse_init(&p, &limits);
		n = http_parse(&p, c->request);
		check_good(c, &p);
		assert_int_equal(c->request.n - n, c->left_over);
		http_parse_release(&p);
	}
}

static void
test_good_requests_cut_at_every_byte_read_the_same(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(goods); i++) {
		const struct good *c = &goods[i];

		for (size_t cut = 0; cut <= c->request.n - c->left_over;
		    cut++) {
			struct http_parse p = parse_in_two(c->request, cut);

			check_good(c, &p);
			http_parse_release(&p);
		}
	}
}

static const struct bad {
	const char *name;
	struct str request;
	int status;
} bads[] = {
	{ "no HTTP", STR_INIT("CHECK SPAMC/1.2\r\n\r\n"), 400 },
	{ "HTTP/0.9", STR_INIT("GET /\r\n"), 400 },
	{ "HTTP/2.0", STR_INIT("GET / HTTP/2.0\r\n"), 505 },
	{ "two blanks", STR_INIT("GET  / HTTP/1.1\r\n"), 400 },
	{ "a tab", STR_INIT("GET\t/ HTTP/1.1\r\n"), 400 },
	{ "no path", STR_INIT("GET ping HTTP/1.1\r\n"), 400 },
	{ "a control character in the path",
	    STR_INIT("GET /\001 HTTP/1.1\r\n"), 400 },
	{ "a NUL in the method", STR_INIT("G\0T / HTTP/1.1\r\n"), 400 },
	{ "a request line without end",
	    STR_INIT("GET /aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), 414 },
	{ "both lengths",
	    STR_INIT("POST / HTTP/1.1\r\nContent-Length: 1\r\n"
	    "Transfer-Encoding: chunked\r\n\r\n"), 400 },
	{ "two lengths",
	    STR_INIT("POST / HTTP/1.1\r\nContent-Length: 1\r\n"
	    "Content-Length: 2\r\n"), 400 },
	{ "a list of lengths",
	    STR_INIT("POST / HTTP/1.1\r\nContent-Length: 1, 1\r\n"), 400 },
	{ "a negative length",
	    STR_INIT("POST / HTTP/1.1\r\nContent-Length: -1\r\n"), 400 },
	{ "a signed length",
	    STR_INIT("POST / HTTP/1.1\r\nContent-Length: +1\r\n"), 400 },
	{ "an empty length",
	    STR_INIT("POST / HTTP/1.1\r\nContent-Length:\r\n"), 400 },
	{ "a length above the limit",
	    STR_INIT("POST / HTTP/1.1\r\nContent-Length: 101\r\n\r\n"), 413 },
	{ "a length above every number",
	    STR_INIT("POST / HTTP/1.1\r\n"
	    "Content-Length: 18446744073709551617\r\n\r\n"), 413 },
	{ "another coding",
	    STR_INIT("POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n"), 501 },
	{ "two codings",
	    STR_INIT("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n"
	    "Transfer-Encoding: chunked\r\n"), 400 },
	{ "a list of codings",
	    STR_INIT("POST / HTTP/1.1\r\n"
	    "Transfer-Encoding: gzip, chunked\r\n"), 501 },
	{ "chunks in HTTP/1.0",
	    STR_INIT("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"),
	    400 },
	{ "a blank before the colon",
	    STR_INIT("GET / HTTP/1.1\r\nUser : x\r\n"), 400 },
	{ "a folded line",
	    STR_INIT("GET / HTTP/1.1\r\nUser: x\r\n y\r\n"), 400 },
	{ "no colon", STR_INIT("GET / HTTP/1.1\r\nUser\r\n"), 400 },
	{ "no name", STR_INIT("GET / HTTP/1.1\r\n: x\r\n"), 400 },
	{ "CR alone",
	    STR_INIT("GET / HTTP/1.1\r\nUser: x\ry\r\n"), 400 },
	{ "a NUL in a value",
	    STR_INIT("GET / HTTP/1.1\r\nUser: x\0y\r\n"), 400 },
	{ "two hosts",
	    STR_INIT("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n"), 400 },
	{ "another expectation",
	    STR_INIT("GET / HTTP/1.1\r\nExpect: wonders\r\n"), 417 },
	{ "eleven headers",
	    STR_INIT("GET / HTTP/1.1\r\na:\r\na:\r\na:\r\na:\r\na:\r\na:\r\n"
	    "a:\r\na:\r\na:\r\na:\r\na:\r\n"), 431 },
	{ "a chunk without size",
	    STR_INIT("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
	    "\r\n"), 400 },
	{ "a chunk size with a sign",
	    STR_INIT("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
	    "+1\r\n"), 400 },
	{ "a chunk size as C has it",
	    STR_INIT("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
	    "0x1\r\n"), 400 },
	{ "a chunk line that ends in LF",
	    STR_INIT("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
	    "1\na\r\n"), 400 },
	{ "a chunk longer than it says",
	    STR_INIT("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
	    "1\r\nab\r\n"), 400 },
	{ "chunks above twice the limit",
	    STR_INIT("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
	    "1\r\na\r\nc8\r\n"), 413 },
	{ "a chunk size above every number",
	    STR_INIT("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
	    "fffffffffffffffff\r\n"), 413 },
};

static void
test_chunks_above_the_limit_leave_their_beginning(void **state)
{
	struct arena *a = arena_new();
	struct str piece = str_printf(a, "63\r\n%099d\r\n", 0);
	struct http_parse p = parse_whole(str_cat(a,
	    STR("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"),
	    piece, piece, STR("2\r\nab\r\n0\r\n\r\n")));

	(void)state;
	assert_int_equal(p.state, HTTP_DONE);
	assert_int_equal(p.body.n, 101);
	assert_int_equal(p.chunked, 200);
	http_parse_release(&p);
	arena_free(a);
}

static void
test_bad_requests_are_refused_with_their_status(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(bads); i++) {
		struct http_parse p = parse_whole(bads[i].request);

		if (p.status != bads[i].status)
			print_error("%s: %d\n", bads[i].name, p.status);
		assert_int_equal(p.state, HTTP_BAD);
		assert_int_equal(p.status, bads[i].status);
		assert_false(http_parse_may_stay(&p));
		http_parse_release(&p);
	}
}

static void
test_bad_requests_cut_at_every_byte_are_refused_the_same(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(bads); i++) {
		for (size_t cut = 0; cut <= bads[i].request.n; cut++) {
			struct http_parse p = parse_in_two(bads[i].request,
			    cut);

			if (p.status != bads[i].status)
				print_error("%s at %zu\n", bads[i].name, cut);
			assert_int_equal(p.status, bads[i].status);
			http_parse_release(&p);
		}
	}
}

static void
test_a_promised_body_takes_no_memory_before_it_comes(void **state)
{
	static const struct http_limits large = { .line = 200, .head = 1000,
		.fields = 10, .body = (size_t)50 * 1024 * 1024 };
	struct http_parse p;

	(void)state;
	http_parse_init(&p, &large);
	http_parse(&p, STR("POST / HTTP/1.1\r\n"
	    "Content-Length: 52428800\r\n\r\n"));
	assert_int_equal(p.state, HTTP_BODY);
	assert_int_equal(p.body.room, 0);
	http_parse(&p, STR("one kilobyte or less"));
	assert_in_range(p.body.room, 20, 1024);
	http_parse_release(&p);
}

static void
test_expecting_100_is_told_when_the_head_is_in(void **state)
{
	struct http_parse p;

	(void)state;
	http_parse_init(&p, &limits);
	http_parse(&p, STR("POST / HTTP/1.1\r\nExpect: 100-Continue\r\n"
	    "Content-Length: 1\r\n\r\n"));
	assert_int_equal(p.state, HTTP_BODY);
	assert_true(p.wants_continue);
	http_parse_release(&p);
}

static void
test_nothing_of_a_request_is_left_for_the_next(void **state)
{
	struct http_parse p;

	(void)state;
	http_parse_init(&p, &limits);
	http_parse(&p, STR("POST /a?b=c HTTP/1.0\r\nUser: x\r\nHost: h\r\n"
	    "Content-Length: 3\r\nConnection: close\r\n\r\nabc"));
	assert_int_equal(p.state, HTTP_DONE);
	http_parse_reset(&p);
	assert_true(http_parse_is_fresh(&p));
	http_parse(&p, STR("GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
	assert_int_equal(p.state, HTTP_DONE);
	assert_int_equal(p.fields.n, 1);
	assert_int_equal(p.body.n, 0);
	assert_int_equal(p.query.n, 0);
	assert_true(http_parse_may_stay(&p));
	http_parse_release(&p);
}

static void
test_arguments_are_read_like_headers(void **state)
{
	struct http_parse p = parse_whole(STR("GET /checkv2?ip=192.0.2.1&From="
	    "a%40b.example&helo=x+y&odd%&=z HTTP/1.1\r\n\r\n"));

	(void)state;
	assert_int_equal(p.state, HTTP_DONE);
	assert_true(http_parse_arguments(&p));
	assert_true(str_is(http_field(&p, "IP")->value, "192.0.2.1"));
	assert_true(str_is(http_field(&p, "from")->value, "a@b.example"));
	assert_true(str_is(http_field(&p, "Helo")->value, "x y"));
	assert_null(http_field(&p, ""));
	http_parse_release(&p);
}

static void
test_an_argument_with_a_line_end_is_refused(void **state)
{
	struct http_parse p = parse_whole(
	    STR("GET /?user=a%0d%0ab HTTP/1.1\r\n\r\n"));

	(void)state;
	assert_int_equal(p.state, HTTP_DONE);
	assert_false(http_parse_arguments(&p));
	assert_int_equal(p.status, 400);
	http_parse_release(&p);
}

/* Read where it may be noted, all at once or in two. */
static void
read_in_notes(struct http_parse *p, struct inhand *h, size_t cut)
{
	struct str request = STR("POST / HTTP/1.1\r\nContent-Length: 4\r\n"
	    "\r\nmail");
	char *room;

	http_parse_init(p, &limits);
	p->notes = h;
	room = inhand_room(h);
	memcpy(room, request.p, cut);
	http_parse(p, (struct str){ room, cut });
	room = inhand_room(h);
	memcpy(room, request.p + cut, request.n - cut);
	http_parse(p, (struct str){ room, request.n - cut });
	assert_int_equal(p->state, HTTP_DONE);
	assert_true(str_is(buf_str(&p->body), "mail"));
}

static void
test_a_body_that_comes_whole_stays_where_it_came(void **state)
{
	static char notes[INHAND_NOTED];
	struct inhand h = { .notes = notes };
	struct http_parse p;

	(void)state;
	read_in_notes(&p, &h, 0);
	assert_true(p.body.p > notes && p.body.p < notes + INHAND_NOTE);
	assert_ptr_not_equal(inhand_room(&h), notes);
	http_parse_reset(&p);
	assert_ptr_equal(inhand_room(&h), notes);
	assert_ptr_equal(p.notes, &h);
	http_parse_release(&p);
	/* Half of one is copied: who sends slowly holds no room. */
	read_in_notes(&p, &h, 40);
	assert_false(p.body.p >= notes && p.body.p < notes + INHAND_NOTED);
	http_parse_release(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good_requests_are_read),
		cmocka_unit_test(
		    test_good_requests_cut_at_every_byte_read_the_same),
		cmocka_unit_test(
		    test_chunks_above_the_limit_leave_their_beginning),
		cmocka_unit_test(
		    test_bad_requests_are_refused_with_their_status),
		cmocka_unit_test(
		    test_bad_requests_cut_at_every_byte_are_refused_the_same),
		cmocka_unit_test(
		    test_a_promised_body_takes_no_memory_before_it_comes),
		cmocka_unit_test(
		    test_expecting_100_is_told_when_the_head_is_in),
		cmocka_unit_test(
		    test_nothing_of_a_request_is_left_for_the_next),
		cmocka_unit_test(test_arguments_are_read_like_headers),
		cmocka_unit_test(test_an_argument_with_a_line_end_is_refused),
		cmocka_unit_test(
		    test_a_body_that_comes_whole_stays_where_it_came),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
