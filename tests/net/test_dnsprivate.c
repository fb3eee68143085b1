/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/vec.h"
#include "net/dnsprivate.h"

static void
test_names_at_home_are_told_from_others(void **state)
{
	static const struct {
		const char *name;
		bool is_private;
	} cases[] = {
		{ "local", true }, { "printer.local", true },
		{ "a.notlocal", false }, { "local.jp", false },
		{ "localhost", true }, { "a.test", true },
		{ "a.atest", false }, { "x.invalid", true },
		{ "example", true }, { "example.org", false },
		{ "1.0.168.192.in-addr.arpa", true },
		{ "1.0.169.192.in-addr.arpa", false },
		{ "4.3.16.172.in-addr.arpa", true },
		{ "4.3.31.172.in-addr.arpa", true },
		{ "4.3.32.172.in-addr.arpa", false },
		{ "4.16.15.172.in-addr.arpa", false },
		{ "16.172.in-addr.arpa", true },
		{ "172.in-addr.arpa", false },
		{ "1.1.64.100.in-addr.arpa", true },
		{ "1.1.128.100.in-addr.arpa", false },
		{ "8.8.8.8.in-addr.arpa", false },
		{ "1.2.d.f.ip6.arpa", true },
		{ "1.2.8.e.f.ip6.arpa", true },
		{ "1.2.7.e.f.ip6.arpa", false },
		{ "fileserver", true }, { "_dmarc.jp", false },
		{ "", false },
	};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		if (dns_is_private(str_of(cases[i].name)) !=
		    cases[i].is_private)
			fail_msg("%s", cases[i].name);
	}
}

static void
test_public_resolvers_are_known(void **state)
{
	static const struct {
		const char *addr;
		const char *who;
	} cases[] = {
		{ "8.8.8.8", "Google" }, { "1.1.1.1", "Cloudflare" },
		{ "9.9.9.9", "Quad9" }, { "2620:fe::fe", "Quad9" },
		{ "2001:4860:4860::8844", "Google" },
		{ "127.0.0.1", NULL }, { "198.51.100.53", NULL },
		{ "2001:db8::53", NULL },
	};
	struct addr addr;

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		const char *who;

		assert_true(addr_parse(str_of(cases[i].addr), &addr));
		who = dns_public_resolver(&addr);
		if (cases[i].who == NULL)
			assert_null(who);
		else
			assert_string_equal(who, cases[i].who);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names_at_home_are_told_from_others),
		cmocka_unit_test(test_public_resolvers_are_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
