/* SPDX-License-Identifier: Apache-2.0 */
/* Packets of a mail server, whole and cut; replies byte for byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "front/milterparse.h"
#include "front/milterreply.h"

enum { PACKET_MOST = 1000 };

/* What a packet says, in one line that can be compared. */
static struct str
told(struct arena *a, const struct milter_event *e)
{
	const struct milter_macro *macro;
	const struct str *arg;
	char addr[ADDR_TEXT] = "-";
	struct buf b;

	if (e->addr.family != 0)
		addr_format(&e->addr, addr);
	buf_init_arena(&b, a, 10000);
	buf_printf(&b, "%c host=%" STR_FMT " addr=%s text=%" STR_FMT
	    " address=%" STR_FMT " name=%" STR_FMT " value=%" STR_FMT,
	    e->command, STR_ARG(e->host), addr, STR_ARG(e->text),
	    STR_ARG(e->address), STR_ARG(e->name), STR_ARG(e->value));
	VEC_EACH(arg, &e->args)
		buf_printf(&b, " arg=%" STR_FMT, STR_ARG(*arg));
	VEC_EACH(macro, &e->macros)
		buf_printf(&b, " %c.%" STR_FMT "=%" STR_FMT, e->stage,
		    STR_ARG(macro->name), STR_ARG(macro->value));
	return buf_str(&b);
}

#define EVENT(letter, host, addr, text, address, name, value) \
	letter " host=" host " addr=" addr " text=" text " address=" address \
	    " name=" name " value=" value

/* The packet with its length in front. */
static struct str
framed(struct arena *a, struct str packet)
{
	char length[4] = { 0, 0, 0, (char)packet.n };

	return str_cat(a, ((struct str){ length, sizeof(length) }), packet);
}

static const struct good {
	const char *name;
	struct str packet;
	const char *wanted;
} goods[] = {
	{ "a client by IPv4",
	    STR_INIT("Cmx.a.example\0004\x04\xd2" "192.0.2.1\0"),
	    EVENT("C", "mx.a.example", "192.0.2.1", "", "", "", "") },
	{ "a client by IPv6, as Sendmail has it",
	    STR_INIT("Cx\0006\0\x19" "IPv6:2001:db8::1\0"),
	    EVENT("C", "x", "2001:db8::1", "", "", "", "") },
	{ "a client without a name, as Postfix has it",
	    STR_INIT("C[192.0.2.1]\0004\0\x19" "192.0.2.1\0"),
	    EVENT("C", "", "192.0.2.1", "", "", "", "") },
	{ "a client without a name, as Sendmail has it",
	    STR_INIT("CUnknown\0U\0"),
	    EVENT("C", "", "-", "", "", "", "") },
	{ "a client of this machine",
	    STR_INIT("Clocalhost\0L\0\0/s\0"),
	    EVENT("C", "localhost", "-", "", "", "", "") },
	{ "a greeting", STR_INIT("Hhelo\0"),
	    EVENT("H", "", "-", "helo", "", "", "") },
	{ "a greeting without its NUL", STR_INIT("Hhelo"),
	    EVENT("H", "", "-", "helo", "", "", "") },
	{ "a sender with arguments",
	    STR_INIT("M<a@b.example>\0SIZE=1\0BODY=x\0\0"),
	    EVENT("M", "", "-", "", "a@b.example", "", "")
	    " arg=SIZE=1 arg=BODY=x arg=" },
	{ "the null sender", STR_INIT("M<>\0"),
	    EVENT("M", "", "-", "", "", "", "") },
	{ "a recipient without brackets", STR_INIT("Ra@b\0"),
	    EVENT("R", "", "-", "", "a@b", "", "") },
	{ "a header", STR_INIT("LSubject\0 x\0"),
	    EVENT("L", "", "-", "", "", "Subject", " x") },
	{ "an empty header", STR_INIT("LX\0\0"),
	    EVENT("L", "", "-", "", "", "X", "") },
	{ "a piece of body", STR_INIT("Ba\r\n"),
	    EVENT("B", "", "-", "a\r\n", "", "", "") },
	{ "the end with a last piece", STR_INIT("Eab"),
	    EVENT("E", "", "-", "ab", "", "", "") },
	{ "data", STR_INIT("T"),
	    EVENT("T", "", "-", "", "", "", "") },
	{ "an abort", STR_INIT("A"),
	    EVENT("A", "", "-", "", "", "", "") },
	{ "macros in braces and bare",
	    STR_INIT("DMi\0" "4Q1\0{auth_authen}\0t\0"),
	    EVENT("D", "", "-", "", "", "", "") " M.i=4Q1 M.auth_authen=t" },
	{ "no macros", STR_INIT("DC"),
	    EVENT("D", "", "-", "", "", "", "") },
	{ "a command nobody knows", STR_INIT("UFOO \0"),
	    EVENT("U", "", "-", "FOO ", "", "", "") },
};

static void
test_good_packets_cut_at_every_byte_read_the_same(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < nitems(goods); i++) {
		for (size_t cut = 0; cut <= goods[i].packet.n + 4; cut++) {
			struct str bytes = framed(a, goods[i].packet);
			struct milter_parse p;
			struct milter_event e;
			const char *error = "";

			milter_parse_init(&p, PACKET_MOST);
			milter_parse(&p, str_head(bytes, cut));
			if (cut < bytes.n)
				milter_parse(&p, str_from(bytes, cut));
			assert_int_equal(p.state, MILTER_PACKET);
			if (!milter_event_read(&e, a, &p, &error))
				fail_msg("%s: %s", goods[i].name, error);
			assert_string_equal(str_cstr(a, told(a, &e)),
			    goods[i].wanted);
			milter_parse_release(&p);
			arena_empty(a);
		}
	}
	arena_free(a);
}

static const struct bad {
	const char *name;
	struct str packet;
} bads[] = {
	{ "a length of nothing", STR_INIT("\0\0\0\0") },
	{ "a length above the limit", STR_INIT("\0\0\x03\xe9") },
	{ "a length above every number", STR_INIT("\xff\xff\xff\xff") },
	{ "no such command", STR_INIT("\0\0\0\x01z") },
	{ "options cut short", STR_INIT("\0\0\0\x05O\0\0\0\x06") },
	{ "a client without a family", STR_INIT("\0\0\0\x03" "Cx\0") },
	{ "a client of an unknown family",
	    STR_INIT("\0\0\0\x07" "Cx\0Z\0\0\0") },
	{ "a client without a port", STR_INIT("\0\0\0\x05" "Cx\0004\0") },
	{ "a client whose address is none",
	    STR_INIT("\0\0\0\x0a" "Cx\0004\0\x19" "1.2\0") },
	{ "an address without its NUL",
	    STR_INIT("\0\0\0\x09" "Cx\0004\0\x19" "1.2") },
	{ "a sender without its NUL", STR_INIT("\0\0\0\x04M<a>") },
	{ "an argument without its NUL", STR_INIT("\0\0\0\x06M<a>\0x") },
	{ "a header without a value", STR_INIT("\0\0\0\x03Lx\0") },
	{ "a header without a name", STR_INIT("\0\0\0\x04L\0y\0") },
	{ "a header whose value has no NUL", STR_INIT("\0\0\0\x04Lx\0y") },
	{ "macros without a stage", STR_INIT("\0\0\0\x01" "D") },
	{ "a macro without a value", STR_INIT("\0\0\0\x04" "DMi\0") },
};

static void
test_malformed_packets_are_refused(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < nitems(bads); i++) {
		struct milter_parse p;
		struct milter_event e;
		const char *error = NULL;
		bool is_read;

		milter_parse_init(&p, PACKET_MOST);
		milter_parse(&p, bads[i].packet);
		if (p.state == MILTER_BAD)
			error = p.error;
		is_read = p.state != MILTER_BAD &&
		    milter_event_read(&e, a, &p, &error);
		if (is_read || error == NULL)
			fail_msg("%s", bads[i].name);
		milter_parse_release(&p);
	}
	arena_free(a);
}

static void
test_one_packet_is_read_at_a_time(void **state)
{
	struct str bytes = STR("\0\0\0\x01" "A\0\0\0\x01Q\0\0");
	struct milter_parse p;

	(void)state;
	milter_parse_init(&p, PACKET_MOST);
	assert_true(milter_parse_is_fresh(&p));
	assert_int_equal(milter_parse(&p, bytes), 5);
	assert_true(str_is(buf_str(&p.packet), "A"));
	assert_true(milter_parse_is_fresh(&p));
	assert_int_equal(milter_parse(&p, str_from(bytes, 5)), 5);
	assert_true(str_is(buf_str(&p.packet), "Q"));
	assert_int_equal(milter_parse(&p, str_from(bytes, 10)), 2);
	assert_false(milter_parse_is_fresh(&p));
	milter_parse_release(&p);
}

static void
test_of_what_is_wanted_the_offered_is_agreed_on(void **state)
{
	const struct milter_option wanted = { MILTER_VERSION, 0x131,
		MILTER_SKIP | MILTER_LEADING_SPACE | MILTER_NO_UNKNOWN };
	const struct milter_option postfix = { 6, 0x1ff, 0x1fffff };
	const struct milter_option newer = { 7, 0x3ff, 0x3fffff };
	const struct milter_option old = { 2, 0x1f, 0x7f };
	const struct milter_option older = { 1, 0x1f, 0x7f };
	struct milter_option agreed;

	(void)state;
	assert_true(milter_negotiate(&agreed, &postfix, &wanted));
	assert_memory_equal(&agreed, &wanted, sizeof(agreed));
	assert_true(milter_negotiate(&agreed, &newer, &wanted));
	assert_int_equal(agreed.version, 6);
	assert_true(milter_negotiate(&agreed, &old, &wanted));
	assert_int_equal(agreed.version, 2);
	assert_int_equal(agreed.actions, 0x11);
	assert_int_equal(agreed.events, 0);
	assert_false(milter_negotiate(&agreed, &older, &wanted));
}

static const struct {
	const char *name, *value;
	bool has_space;
	const char *wanted;
} headers[] = {
	{ "Subject", "x", false, "Subject: x\r\n" },
	{ "Subject", " x", true, "Subject: x\r\n" },
	{ "Subject", "x", true, "Subject:x\r\n" },
	{ "Subject", "  x", true, "Subject:  x\r\n" },
	{ "Subject", "a\n b\n\tc", false, "Subject: a\r\n b\r\n\tc\r\n" },
	{ "Subject", " a\r\n b", true, "Subject: a\r\n b\r\n" },
	{ "Subject", "", true, "Subject:\r\n" },
	{ "Subject", "", false, "Subject: \r\n" },
	{ "Subject", " x ", true, "Subject: x \r\n" },
};

static void
test_a_header_stands_again_as_it_stood(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < nitems(headers); i++) {
		struct milter_event e = { .name = str_of(headers[i].name),
			.value = str_of(headers[i].value) };
		struct buf b;

		buf_init_arena(&b, a, 1000);
		milter_header_text(&b, &e, headers[i].has_space);
		assert_string_equal(str_cstr(a, buf_str(&b)),
		    headers[i].wanted);
	}
	arena_free(a);
}

/* One packet by each writer, one behind the other. */
static void
put_all(struct buf *b)
{
	static const struct milter_macros macros[] = {
		{ MILTER_AT_MAIL, "i {a}" },
	};
	struct milter_option all = { 6, MILTER_SET_MACROS, 0x400 };
	struct milter_option few = { 2, 0x11, 0 };

	milter_put_option(b, &all, macros, nitems(macros));
	milter_put_option(b, &few, macros, nitems(macros));
	milter_put(b, MILTER_REPLY_ACCEPT);
	milter_put_code(b, STR("554 5.7.1 50% off\r\n221 no"));
	milter_put_add(b, STR("X-A"), STR("one\r\ntwo\n three"));
	milter_put_insert(b, 1, STR("X-B"), STR("b\0c"));
	milter_put_change(b, 2, STR("X-C"), STR(""));
	milter_put_quarantine(b, STR("held\nback"));
}

static void
test_replies_are_packets(void **state)
{
	static const struct str wanted = STR_INIT(
	    "\0\0\0\x17O\0\0\0\x06\0\0\x01\0\0\0\x04\0\0\0\0\x02i {a}\0"
	    "\0\0\0\x0dO\0\0\0\x02\0\0\0\x11\0\0\0\0"
	    "\0\0\0\x01" "a"
	    "\0\0\0\x1cy554 5.7.1 50%% off  221 no\0"
	    "\0\0\0\x15hX-A\0one\n two\n three\0"
	    "\0\0\0\x0bi\0\0\0\x01X-B\0b\0"
	    "\0\0\0\x0am\0\0\0\x02X-C\0\0"
	    "\0\0\0\x0bqheld back\0");
	struct buf b;

	(void)state;
	buf_init(&b, 1000);
	put_all(&b);
	assert_int_equal(b.n, wanted.n);
	assert_memory_equal(b.p, wanted.p, wanted.n);
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_good_packets_cut_at_every_byte_read_the_same),
		cmocka_unit_test(test_malformed_packets_are_refused),
		cmocka_unit_test(test_one_packet_is_read_at_a_time),
		cmocka_unit_test(
		    test_of_what_is_wanted_the_offered_is_agreed_on),
		cmocka_unit_test(test_a_header_stands_again_as_it_stood),
		cmocka_unit_test(test_replies_are_packets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
