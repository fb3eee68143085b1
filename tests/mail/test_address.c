/* SPDX-License-Identifier: Apache-2.0 */
/* Mailboxes as standards have them, and as the reports quote them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/vec.h"
#include "mail/address.h"

/* "name|addr" of each mailbox, one a line; "!" in front for odd quotes */
static const struct {
	struct str value;
	const char *wanted;
} lists[] = {
	{ STR_INIT("a@b.example"), "|a@b.example\n" },
	{ STR_INIT("A B <a@b.example>"), "A B|a@b.example\n" },
	{ STR_INIT("\"A, B\" <a@b.example>, c@d.example"),
	    "A, B|a@b.example\n|c@d.example\n" },
	{ STR_INIT("“KAGOYA インターネットルーティング\" "
		   "<support@executiveonelimousine.com>"),
	    "!KAGOYA インターネットルーティング"
	    "|support@executiveonelimousine.com\n" },
	{ STR_INIT("”Kagoya Active! Mail” <postmaster@aica-interior.co.jp>"),
	    "!Kagoya Active! Mail|postmaster@aica-interior.co.jp\n" },
	{ STR_INIT("Kagoya Japan<kashio@kagoya.jp>"),
	    "Kagoya Japan|kashio@kagoya.jp\n" },
	{ STR_INIT("\"KAGOYA” <a@b.example>, \"C\" <c@d.example>"),
	    "!KAGOYA|a@b.example\nC|c@d.example\n" },
	{ STR_INIT("“KAGOYA\" <a@b.example>, \"C\" <c@d.example>"),
	    "!KAGOYA|a@b.example\nC|c@d.example\n" },
	{ STR_INIT("KAGOYA\" <a@b.example>"), "!KAGOYA|a@b.example\n" },
	{ STR_INIT("=?utf-8?B?4oCcS0FHT1lB4oCd?= <a@b.example>"),
	    "!KAGOYA|a@b.example\n" },
	{ STR_INIT("\"=?utf-8?B?44Kr44K044Ok?=\" <a@b.example>"),
	    "カゴヤ|a@b.example\n" },
	{ STR_INIT("=?utf-8?Q?a,b?= <a@b.example>"), "a,b|a@b.example\n" },
	{ STR_INIT("\"info@kagoya.jp\" <a@b.example>"),
	    "info@kagoya.jp|a@b.example\n" },
	{ STR_INIT("info@kagoya.jp <a@b.example>"),
	    "info@kagoya.jp|a@b.example\n" },
	{ STR_INIT("'Kagoya' <a@b.example>"), "Kagoya|a@b.example\n" },
	{ STR_INIT("\"a \\\"b\\\"\" <a@b.example>"),
	    "a \"b\"|a@b.example\n" },
	{ STR_INIT("Team: a@b.example, C <c@d.example>;, e@f.example"),
	    "|a@b.example\nC|c@d.example\n|e@f.example\n" },
	{ STR_INIT("undisclosed-recipients:;"), "" },
	{ STR_INIT("Re: me <a@b.example>"), "Re: me|a@b.example\n" },
	{ STR_INIT("<@x.example,@y.example:a@b.example>"),
	    "|a@b.example\n" },
	{ STR_INIT("a@b.example (A B)"), "A B|a@b.example\n" },
	{ STR_INIT("A (c) B <a @ b.example (d)>"), "A   B (c)|a@b.example\n" },
	{ STR_INIT("<a@evil.example(.kagoya.jp>"), "|a@evil.example\n" },
	{ STR_INIT("A <<a@b.example>>"), "A|a@b.example\n" },
	/* what clients show of it */
	{ STR_INIT("info (三井住友カード) <a@b.example>"),
	    "info (三井住友カード)|a@b.example\n" },
	{ STR_INIT("info a@b.example (カゴヤ)"),
	    "info (カゴヤ)|a@b.example\n" },
	{ STR_INIT("<a@b.example> Kagoya, C <c@d.example> e"),
	    "Kagoya|a@b.example\nC|c@d.example\n" },
	{ STR_INIT("A <a@b.example,>"), "A|a@b.example\n" },
	{ STR_INIT("A ＜a@b.example＞"), "A|a@b.example\n" },
	{ STR_INIT("カゴヤ＜a@b.example＞"), "カゴヤ|a@b.example\n" },
	{ STR_INIT("\"a\"@b.example"), "|a@b.example\n" },
	{ STR_INIT("A <\"a\"@b.example>"), "A|a@b.example\n" },
	{ STR_INIT("\"a b\"@c.example"), "|\"a b\"@c.example\n" },
	{ STR_INIT("A <a@b.example"), "A|a@b.example\n" },
	{ STR_INIT("A <a@b.example> <c@d.example>"),
	    "A|a@b.example\n|c@d.example\n" },
	{ STR_INIT("A <x <a@b.example>"), "A x|a@b.example\n" },
	{ STR_INIT("Name a@b.example"), "Name|a@b.example\n" },
	{ STR_INIT("J. Doe a@b.example"), "J. Doe|a@b.example\n" },
	{ STR_INIT("\"a b\"@c.example"), "|\"a b\"@c.example\n" },
	{ STR_INIT("A \"a b\"@c.example, <\"d e\"@f.example>"),
	    "A|\"a b\"@c.example\n|\"d e\"@f.example\n" },
	{ STR_INIT("a . b @ c . example"), "|a.b@c.example\n" },
	{ STR_INIT("jdoe@machine(comment).  example"),
	    "comment|jdoe@machine.example\n" },
	{ STR_INIT("Name <a . b @ c . example>"), "Name|a.b@c.example\n" },
	{ STR_INIT("mailto:a@b.example"), "|a@b.example\n" },
	{ STR_INIT("Name [mailto:a@b.example]"), "Name|a@b.example\n" },
	{ STR_INIT("Joe <joe@例え.テスト>"),
	    "Joe|joe@xn--r8jz45g.xn--zckzah\n" },
	{ STR_INIT("a@b@c.example"), "|a@b@c.example\n" },
	{ STR_INIT("A <a@B.Example.>"), "A|a@b.example\n" },
	{ STR_INIT("A <a@[192.0.2.1]>"), "A|a@[192.0.2.1]\n" },
	{ STR_INIT("A <a@日本.example>"), "A|a@xn--wgv71a.example\n" },
	{ STR_INIT("\x1b$B%+%4%d\x1b(B <a@b.example>"),
	    "カゴヤ|a@b.example\n" },
	/* the second bytes of these look like "\" and "@" */
	{ STR_INIT("\"\x83\x5c\x83\x40\" <a@b.example>"),
	    "ソァ|a@b.example\n" },
	{ STR_INIT("Kagoya Support"), "Kagoya Support|\n" },
	{ STR_INIT("root"), "|root\n" },
	{ STR_INIT("<>"), "|\n" },
	{ STR_INIT(", ,,"), "" },
	{ STR_INIT("(a (b) c"), "(a (b) c|\n" },
	{ STR_INIT("\"\"@x.example"), "|@x.example\n" },
	{ STR_INIT(""), "" },
};

static void
test_lists_are_read_as_a_person_sees_them(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < nitems(lists); i++) {
		address_list list = { .n = 0 };
		const struct address *p;
		struct str got = STR("");

		addresses_read(&list, a, lists[i].value, 100);
		VEC_EACH(p, &list)
			got = str_cat(a, got, p->has_odd_quotes ? STR("!") :
			    STR(""), p->name, STR("|"), p->addr, STR("\n"));
		if (!str_is(got, lists[i].wanted))
			fail_msg("%" STR_FMT " gave %" STR_FMT,
			    STR_ARG(lists[i].value), STR_ARG(got));
	}
	arena_free(a);
}

static void
test_the_list_ends_at_its_limit(void **state)
{
	address_list list = { .n = 0 };
	struct arena *a = arena_new();

	(void)state;
	addresses_read(&list, a, STR("a@b, c@d, e@f, g@h"), 3);
	assert_int_equal(list.n, 3);
	assert_true(str_is(list.at[2].local, "e"));
	assert_true(str_is(list.at[2].domain, "f"));
	arena_free(a);
}

static void
test_an_envelope_address_has_no_name(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	assert_true(str_is(address_read(a, STR("<a@B.example>")).addr,
	    "a@b.example"));
	assert_true(str_is(address_read(a, STR(" a@b.example ")).domain,
	    "b.example"));
	assert_true(str_is(address_read(a, STR("<>")).addr, ""));
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lists_are_read_as_a_person_sees_them),
		cmocka_unit_test(test_the_list_ends_at_its_limit),
		cmocka_unit_test(test_an_envelope_address_has_no_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
