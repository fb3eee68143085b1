/* SPDX-License-Identifier: Apache-2.0 */
/* Received lines in the forms that reports quote and servers write. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/vec.h"
#include "mail/received.h"

static const struct {
	const char *value, *helo, *rdns;
	bool has_rdns;
	const char *ip, *by, *with, *id;
} lines[] = {
	{ "from noreply0.jcom.co.jp (unknown [45.135.135.185]) by "
	  "mgw3.zenno.net (Postfix) with ESMTP id 88D962B8C5 for "
	  "<a@example.jp>; Sat, 20 Aug 2022 02:25:21 +0900 (JST)",
	    "noreply0.jcom.co.jp", "", true, "45.135.135.185",
	    "mgw3.zenno.net", "ESMTP", "88D962B8C5" },
	{ "from helo.example (rdns.example. [192.0.2.1]) (using TLSv1.3 with "
	  "cipher X (256/256 bits)) by mx.example (Postfix) with ESMTPS id 1; "
	  "x", "helo.example", "rdns.example", true, "192.0.2.1",
	    "mx.example", "ESMTPS", "1" },
	{ "from unknown (HELO iwkr.cn) (101.47.78.65) by mail.example with "
	  "SMTP; 9 Feb 2026 00:00:00 -0000", "iwkr.cn", "", true,
	    "101.47.78.65", "mail.example", "SMTP", "" },
	{ "from rdns.example (HELO helo.example) (user@192.0.2.1) by mx",
	    "helo.example", "rdns.example", true, "192.0.2.1", "mx", "",
	    "" },
	{ "from unknown HELO iwkr.cn", "iwkr.cn", "", true, "", "", "", "" },
	{ "iwkr.cn (from unknown HELO iwkr.cn)", "iwkr.cn", "", true, "", "",
	    "", "" },
	{ "from Praisemmm (ioooo.japaneast.cloudapp.azure.com "
	  "[74.226.196.215])", "Praisemmm",
	    "ioooo.japaneast.cloudapp.azure.com", true, "74.226.196.215", "",
	    "", "" },
	{ "from [192.0.2.7] (rdns.example [IPv6:2001:db8::1]) by mx",
	    "[192.0.2.7]", "rdns.example", true, "2001:db8::1", "mx", "",
	    "" },
	{ "from x ([2001:db8::2]) by mx", "x", "", false, "2001:db8::2",
	    "mx", "", "" },
	{ "from rdns.example ([192.0.2.1]:2525 helo=helo.example) by mx with "
	  "esmtp (Exim 4.96) (envelope-from <a@b>) id 1-2-3",
	    "helo.example", "rdns.example", true, "192.0.2.1", "mx", "esmtp",
	    "1-2-3" },
	{ "from [192.0.2.1] (helo=helo.example) by mx", "helo.example", "",
	    true, "192.0.2.1", "mx", "", "" },
	{ "from helo (IDENT:joe@rdns.example [192.0.2.1] (may be forged)) by "
	  "mx", "helo", "rdns.example", true, "192.0.2.1", "mx", "", "" },
	{ "from EX1.example (192.0.2.5) by EX2.example (192.0.2.6) with "
	  "Microsoft SMTP Server id 15.1; x", "EX1.example", "", false,
	    "192.0.2.5", "EX2.example", "Microsoft", "15.1" },
	{ "from unknown (192.0.2.1) by mx with SMTP", "", "", true,
	    "192.0.2.1", "mx", "SMTP", "" },
	{ "(qmail 1234 invoked from network); 9 Feb 2026", "", "", false, "",
	    "", "", "" },
	{ "by mx.example with local id 7", "", "", false, "", "mx.example",
	    "local", "7" },
	{ "", "", "", false, "", "", "", "" },
	{ "from (", "", "", false, "", "", "", "" },
	{ "from from from", "", "", false, "", "", "", "" },
};

static void
test_each_form_tells_who_called_from_where(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < nitems(lines); i++) {
		char ip[ADDR_TEXT];
		struct hop hop;

		received_read(&hop, a, str_of(lines[i].value));
		addr_format(&hop.ip, ip);
		if (!str_is(hop.helo, lines[i].helo) ||
		    !str_is(hop.rdns, lines[i].rdns) ||
		    hop.has_rdns != lines[i].has_rdns ||
		    strcmp(ip, lines[i].ip) != 0)
			fail_msg("%s: helo %" STR_FMT ", rdns %" STR_FMT
			    " %d, ip %s", lines[i].value, STR_ARG(hop.helo),
			    STR_ARG(hop.rdns), hop.has_rdns, ip);
		assert_true(str_is(hop.by, lines[i].by));
		assert_true(str_is(hop.with, lines[i].with));
		assert_true(str_is(hop.id, lines[i].id));
		assert_true(str_is(hop.raw, lines[i].value));
	}
	arena_free(a);
}

static void
test_the_date_stands_behind_the_last_semicolon(void **state)
{
	struct arena *a = arena_new();
	struct hop hop;

	(void)state;
	received_read(&hop, a, STR("from a (b; c) by d ; Sat, 20 Aug 2022 "));
	assert_true(str_is(hop.date, "Sat, 20 Aug 2022"));
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_form_tells_who_called_from_where),
		cmocka_unit_test(
		    test_the_date_stands_behind_the_last_semicolon),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
