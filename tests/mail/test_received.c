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
#include "mail/date.h"
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
	  "mx", "helo", "", false, "192.0.2.1", "mx", "", "" },
	{ "from mx.jcom.co.jp (mx.jcom.co.jp [203.0.113.185] (may be forged)) "
	  "by mx (8.15.2/8.15.2) with ESMTP id 7", "mx.jcom.co.jp", "", false,
	    "203.0.113.185", "mx", "ESMTP", "7" },
	{ "from EX1.example (192.0.2.5) by EX2.example (192.0.2.6) with "
	  "Microsoft SMTP Server id 15.1; x", "EX1.example", "", false,
	    "192.0.2.5", "EX2.example", "Microsoft", "15.1" },
	/* What a client calls itself, and what its address is called, is his:
	 * no word of it makes a clause or an address. */
	{ "from by (unknown [203.0.113.185]) by mx with ESMTP id 1", "by", "",
	    true, "203.0.113.185", "mx", "ESMTP", "1" },
	{ "from with ([203.0.113.185] helo=id) by mx with esmtp (Exim 4)",
	    "id", "with", true, "203.0.113.185", "mx", "esmtp", "" },
	{ "from x([198.51.100.7]) (unknown [203.0.113.185]) by mx",
	    "x([198.51.100.7])", "", false, "", "", "", "" },
	{ "from x(mx.jp[198.51.100.7])(b)(c) (unknown [203.0.113.185]) by mx",
	    "x(mx.jp[198.51.100.7])(b)(c)", "", false, "", "", "", "" },
	{ "from x (y [198.51.100.7]) (rdns.example [203.0.113.185]) by mx", "x",
	    "", false, "", "", "", "" },
	{ "from x (198.51.100.7 [203.0.113.185]) by mx", "x", "", true,
	    "203.0.113.185", "mx", "", "" },
	{ "from x (y [203.0.113.185]) (Authenticated sender: [198.51.100.7]) "
	  "by mx", "x", "", false, "", "", "", "" },
	/* Who breaks the line hides nothing that stands right before "by",
	 * and puts nothing there. */
	{ "from (( (unknown [203.0.113.185]) by mx with ESMTP", "((", "",
	    false, "203.0.113.185", "mx", "ESMTP", "" },
	{ "from x( (unknown [203.0.113.185]) (using TLSv1.3 (256/256 bits)) "
	  "by mx with ESMTP id 1 for <a)b@c>", "x", "", false, "203.0.113.185",
	    "mx", "ESMTP", "1" },
	{ "from unknown (HELO (() (203.0.113.185) by mx", "", "", true,
	    "203.0.113.185", "mx", "", "" },
	{ "from (( [203.0.113.185] by mx", "((", "", false, "203.0.113.185",
	    "mx", "", "" },
	{ "from x with LMTP (unknown [203.0.113.185]) by mx with ESMTP", "x",
	    "", false, "203.0.113.185", "mx", "ESMTP", "" },
	{ "from x (y [198.51.100.7]) by mx (unknown [203.0.113.185]) by mx",
	    "x", "", false, "", "", "", "" },
	{ "from mx by mx (203.0.113.185) by real with LMTP", "mx", "", false,
	    "", "", "", "" },
	{ "from x (y [203.0.113.185]) by mx for <\"a (b [198.51.100.7]) by "
	  "c\"@d>", "x", "", false, "", "", "", "" },
	{ "from x (y [203.0.113.185]) by mx with ESMTP id 1 for <\"a by c\"@d>",
	    "x", "y", true, "203.0.113.185", "mx", "ESMTP", "1" },
	{ "from y ([203.0.113.185] helo=[198.51.100.7]) by mx with esmtp (Exim "
	  "4) (envelope-from <\"a [198.51.100.7]) by (b\"@c>) id 1", "y", "",
	    false, "", "", "", "" },
	{ "from x([198.51.100.7] (y [203.0.113.185]) by mx (Haraka) with ESMTP "
	  "id 1 envelope-from <\"a) by z\"@c>", "x([198.51.100.7]", "", false,
	    "", "", "", "" },
	{ "from x (authenticated [203.0.113.185]) by mx", "x", "", false,
	    "203.0.113.185", "mx", "", "" },
	{ "from (( by c (unknown [203.0.113.185]) by mx", "((", "", false, "",
	    "", "", "" },
	/* nor does a certificate, or a name that looks like a word */
	{ "from x (y.example [203.0.113.185]) (Client CN \"a [198.51.100.7]\""
	  ", Issuer \"b\" (not verified)) by mx", "x", "", false, "", "", "",
	    "" },
	{ "from x (authenticated.example [203.0.113.185]) by mx", "x",
	    "authenticated.example", true, "203.0.113.185", "mx", "", "" },
	{ "from x (y.example [203.0.113.185]) by mx with ESMTPA with ESMTP",
	    "x", "y.example", true, "203.0.113.185", "mx", "", "" },
	/* Exim: the name was looked up and found to be what was said */
	{ "from rdns.example ([192.0.2.1]) by mx with esmtps (TLS1.3) tls X "
	  "(Exim 4.96) (envelope-from <a@b>) id 1-2-3 for c@d; x",
	    "rdns.example", "rdns.example", true, "192.0.2.1", "mx",
	    "esmtps", "1-2-3" },
	{ "from [192.0.2.1] (port=2525 helo=[10.0.0.1]) by mx with esmtpa "
	  "(Exim 4.94.2) id 1", "[10.0.0.1]", "", true, "192.0.2.1", "mx",
	    "esmtpa", "1" },
	{ "from rdns.example ([192.0.2.1]:2525 helo=h.example ident=joe) by "
	  "mx (Exim 4)", "h.example", "rdns.example", true, "192.0.2.1", "mx",
	    "", "" },
	{ "from joe by mx.example with local (Exim 4.96) id 1", "joe", "",
	    false, "", "mx.example", "local", "1" },
	/* Sendmail: a host without a name */
	{ "from helo.example ([192.0.2.1]) by mx (8.15.2/8.15.2) with ESMTP "
	  "id 7; x", "helo.example", "", false, "192.0.2.1", "mx", "ESMTP",
	    "7" },
	{ "from helo.example ([192.0.2.1]) by mx (8.15.2/8.15.2) with ESMTP "
	  "id 7 for <\"(Exim \"@b>; x", "helo.example", "", false,
	    "192.0.2.1", "mx", "ESMTP", "7" },
	{ "from helo.example (root@rdns.example [192.0.2.1]) by mx",
	    "helo.example", "rdns.example", true, "192.0.2.1", "mx", "", "" },
	/* Exchange */
	{ "from EX1.a.example ([fe80::1%12]) by EX2.a.example "
	  "([fe80::2%3]) with mapi id 15.00.1", "EX1.a.example", "", false,
	    "fe80::1", "EX2.a.example", "mapi", "15.00.1" },
	{ "from A.PROD.OUTLOOK.COM (2603:10a6::23) by B.PROD.OUTLOOK.COM "
	  "(2603:10a6::24) with Microsoft SMTP Server (version=TLS1_2, "
	  "cipher=X) id 15.20.1; x", "A.PROD.OUTLOOK.COM", "", false,
	    "2603:10a6::23", "B.PROD.OUTLOOK.COM", "Microsoft", "15.20.1" },
	/* Gmail */
	{ "from mail.example (mail.example. [192.0.2.1]) by mx.google.com "
	  "with ESMTPS id a-1 for <x@gmail.com> (version=TLS1_3 cipher=X "
	  "bits=256/256); x", "mail.example", "mail.example", true,
	    "192.0.2.1", "mx.google.com", "ESMTPS", "a-1" },
	{ "by 2002:a05:6402:1d9:0:0:0:0 with SMTP id b-2; x", "", "", false,
	    "", "2002:a05:6402:1d9:0:0:0:0", "SMTP", "b-2" },
	/* CommuniGate, OpenSMTPD, and what is left of a line */
	{ "from [192.0.2.1] (account joe@b HELO h.example) by mx",
	    "h.example", "", true, "192.0.2.1", "mx", "", "" },
	{ "from h.example (rdns.example [192.0.2.1]) by mx (OpenSMTPD) with "
	  "ESMTPSA id 1 (TLSv1.3:X:256:NO)", "h.example", "rdns.example",
	    true, "192.0.2.1", "mx", "ESMTPSA", "1" },
	{ "from ([127.0.0.1]) with MailEnable ESMTP; x", "", "", false,
	    "", "", "MailEnable", "" },
	{ "from [192.0.2.1] (helo=h) by mx (Exim 4) envelope-from <\"a with "
	  "HTTP b\"@c>) id 1", "h", "", true, "192.0.2.1", "mx", "", "" },
	/* the greeting alone, whatever it looks like */
	{ "from 192.0.2.1 by mx", "192.0.2.1", "", false, "", "mx", "", "" },
	{ "from [192.0.2.1] by mx", "[192.0.2.1]", "", false, "", "mx", "",
	    "" },
	{ "from h.example [192.0.2.1] by mx", "h.example", "", false,
	    "192.0.2.1", "mx", "", "" },
	{ "from unknown (192.0.2.1) by mx with SMTP", "", "", true,
	    "192.0.2.1", "mx", "SMTP", "" },
	{ "(qmail 1234 invoked from network); 9 Feb 2026", "", "", false, "",
	    "", "", "" },
	{ "by mx.example with local id 7", "", "", false, "", "mx.example",
	    "local", "7" },
	{ "", "", "", false, "", "", "", "" },
	{ "from (", "", "", false, "", "", "", "" },
	{ "from from from", "from", "", false, "", "", "", "" },
	{ "from x (y [192.0.2.1]) by mx by", "x", "y", true, "192.0.2.1", "mx",
	    "", "" },
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
		if (!hop.is_unclear && (!str_is(hop.by, lines[i].by) ||
		    !str_is(hop.with, lines[i].with) ||
		    !str_is(hop.id, lines[i].id)))
			fail_msg("%s: by %" STR_FMT ", with %" STR_FMT
			    ", id %" STR_FMT, lines[i].value, STR_ARG(hop.by),
			    STR_ARG(hop.with), STR_ARG(hop.id));
		assert_true(str_is(hop.raw, lines[i].value));
	}
	arena_free(a);
}

/*
 * What strangers say is put into the forms of servers: E is the address that
 * came, O the one they would like to have come from.  Without an address the
 * line does not tell them apart.
 */
#define E "203.0.113.185"
#define O "198.51.100.7"
#define POSTFIX " by mx (Postfix) with ESMTP id A1; x"
#define EXIM " by mx with esmtp (Exim 4.96) (envelope-from <a@b>) id 1-2-3"

static const struct {
	const char *value, *ip, *by, *with;
} forms[] = {
	/* Postfix, and those like it that keep blanks */
	{ "from [" O "] (unknown [" E "])" POSTFIX, E, "mx", "ESMTP" },
	{ "from [" O "] with LMTP (unknown [" E "])" POSTFIX, "", "", "" },
	{ "from [" O "] id x (unknown [" E "])" POSTFIX, "", "", "" },
	{ "from [" O "] for x (unknown [" E "])" POSTFIX, "", "", "" },
	{ "from [" O "] via x (unknown [" E "])" POSTFIX, "", "", "" },
	{ "from x with HTTP (unknown [" E "])" POSTFIX, E, "mx", "ESMTP" },
	{ "from x by y (unknown [" E "])" POSTFIX, "", "", "" },
	{ "from mx by mx (unknown [" E "])" POSTFIX, "", "", "" },
	{ "from [" O "] by y (unknown [" E "])" POSTFIX, "", "", "" },
	{ "from " O " by y with ESMTPA (unknown [" E "])" POSTFIX, "", "", "" },
	{ "from x id by (unknown [" E "])" POSTFIX, "", "", "" },
	{ "from pc by x (p1.isp.net [" E "]) (Authenticated sender: taro)"
	  " by mx (Postfix) with ESMTPSA id 1", "", "", "" },
	{ "from [" O "] (unknown [unknown])" POSTFIX, "", "mx", "ESMTP" },
	{ "from x (y [" E "]) (Client CN \"[" O "]\", Issuer \"[" O "]\" "
	  "(verified OK))" POSTFIX, "", "", "" },
	{ "from x (y [" E "]) by mx (Postfix) with ESMTP id 1 for "
	  "<\"(x [" O "]) by x\"@ours.jp>", "", "", "" },
	/* blanks and parentheses */
	{ "from x (y [" O "]) by z ( (unknown [" E "])" POSTFIX, "", "", "" },
	{ "from x (y [" E "]) by z with ESMTPA (unknown [" E "])" POSTFIX, E,
	    "z", "" },
	{ "from x ([" O "] helo=y) by z with esmtp (Exim 4) (envelope-from "
	  "<\" (unknown [" E "]) by mx with ESMTP id 1 for <\"@d>) id 1\"@c>",
	    "", "", "" },
	/* Sendmail */
	{ "from [" O "] (IDENT:[" O "]@unknown [" E "]) by mx (8.17/8.17) "
	  "with ESMTP id 1 for <a@b>", "", "", "" },
	{ "from [" O "] (evil.org [" E "] (may be forged)) by mx with ESMTP",
	    E, "mx", "ESMTP" },
	/* Exim */
	{ "from [" E "] (helo=[" O "])" EXIM, E, "mx", "esmtp" },
	{ "from [" E "]:25 (helo=x)" EXIM, E, "mx", "esmtp" },
	{ "from x ([" E "] helo=x ident=a [" O "])" EXIM, E, "mx", "esmtp" },
	{ "from x ([" E "] ident=a [" O "]) " EXIM, E, "mx", "esmtp" },
	{ "from x ([" E "] helo=x ident=a) ([" O "])" EXIM, E, "mx",
	    "esmtp" },
	{ "from [" E "] (helo=x ident=a) (x [" O "])" EXIM, E, "mx",
	    "esmtp" },
	{ "from x ([" E "] helo=x (y [" O "])" EXIM, E, "mx", "esmtp" },
	{ "from x ([" E "] helo=x ident=a) ([" O "]) by mx with esmtp", "",
	    "", "" },
	{ "from x ([" E "] helo=y) by mx with esmtp (Exim 4.96) (envelope-from "
	  "<\"a (b [" O "]) by c\"@d>) id 1-2-3 for a@b", "", "", "" },
	{ "from x ([" E "] helo=x ident=id@[" O "]HTTP)" EXIM, E, "mx",
	    "esmtp" },
	{ "from x ([" E "] helo=x ident=a from@" O ")" EXIM, E, "mx",
	    "esmtp" },
	{ "from x ([" E "] helo=x ident=)IDENT: @(y [" O "])(using IDENT: [)"
	  EXIM, E, "mx", "esmtp" },
	{ "from x ([" E "] helo=x ident=a ( b)" EXIM, E, "mx", "esmtp" },
	{ "from x ([" E "] helo=x ident=a ) b)" EXIM, E, "mx", "esmtp" },
	/* qmail, qpsmtpd */
	{ "from unknown (HELO [" O "]) (" E ") by mx with SMTP", E, "mx",
	    "SMTP" },
	{ "from x.evil.org (HELO x)([" O "]) (" E ") by mx (qpsmtpd/0.96) with "
	  "ESMTP", "", "", "" },
	{ "from x.evil.org (HELO (() (" E ") by mx with SMTP", E, "mx",
	    "SMTP" },
	/* Exchange, Zimbra, amavis, Gmail, Haraka, Courier, others */
	{ "from x([" O "]) (" E ") by EX1 (192.0.2.6) with Microsoft SMTP "
	  "Server id 15.1", "", "", "" },
	{ "from [" O "] (" E ") by EX1 with Microsoft SMTP Server id 15.1", E,
	    "EX1", "Microsoft" },
	{ "from [" O "] (LHLO x) (" E ") by mx with LMTP", E, "mx", "LMTP" },
	{ "from x ([" E "]) by localhost (mx [127.0.0.1]) (amavisd-new, port "
	  "10024) with ESMTP id 1", E, "localhost", "ESMTP" },
	{ "from [" O "] (x.evil.org. [" E "]) by mx.google.com with ESMTPS id "
	  "z for <a@b> (version=TLS1_3 cipher=[" O "])", E, "mx.google.com",
	    "ESMTPS" },
	{ "from x([" O "] (y [" E "]) by mx (Haraka/2.8) with ESMTP id 1 "
	  "envelope-from <a@b>", "", "", "" },
	{ "from x ([" O "] [" E "]) by mx (Haraka/3.1) with ESMTP id 1", "", "",
	    "" },
	{ "from (y[" O "]) (ident= [" E "]) by mx (Haraka/3.1) with ESMTP", "",
	    "", "" },
	{ "from [" O "] (ident= [" E "]) by mx (Haraka/3.1) with ESMTP", "",
	    "", "" },
	{ "from x (y [" E "]) by mx (Haraka/3.1.1) with ESMTP id 1 "
	  "envelope-from <\"a ([" O "]) by c\"@evil.org>", "", "", "" },
	{ "from x (y [" E "]) by mx (Haraka/3.1.1) with ESMTP id 1 "
	  "envelope-from <\"a [" O "] by c; z\"@evil.org>; x", "", "", "" },
	{ "from brand.jp(helo=y) ([" E "]) by mx (Haraka/2.8) with ESMTP", E,
	    "mx", "ESMTP" },
	{ "from x (unknown [" E "]) (IDENT: a [" O "]) by mx with esmtp", "",
	    "", "" },
	{ "from x (unknown [" E "]) (IDENT: a) (y [" O "]) by mx with esmtp",
	    "", "", "" },
	{ "from x ([" E "]) (AUTH: LOGIN joe, TLS: TLSv1,256bits,X) by mx with "
	  "ESMTPSA", E, "mx", "ESMTPSA" },
	{ "from x ([" E "]) by mx (Lotus Domino Release 8) with ESMTP id 1", E,
	    "mx", "ESMTP" },
	{ "from " E " (SquirrelMail authenticated user taro) by mx with HTTP",
	    E, "mx", "HTTP" },
	{ "from x by mx with LMTP id 1 for <\"([" O "]) by x\"@ours.jp>", "",
	    "", "" },
	/* an answer of ident is no "(user@ip" */
	{ "from [" E "] (ident=root@" O ")" EXIM, E, "mx", "esmtp" },
	{ "from [" E "] (helo=@" O ")" EXIM, E, "mx", "esmtp" },
	{ "from [" E "] (ident=root@" O ") by mx with esmtp id 1", "", "", "" },
	{ "from unknown (HELO x) (x=a@" E ") by mx with SMTP", E, "mx",
	    "SMTP" },
	{ "from [" E "] (helo=x ident=)) by mx with esmtp (Exim 4.96) "
	  "(envelope-from <\"a by mx b\"@c>) id 1", "", "", "" },
	/* MDaemon and others write the greeting alone; Exim and some write the
	 * address */
#define MDAEMON " by mx (MDaemon PRO v12.5.6) with ESMTP id md5.msg for <a@b>"
	{ "from [" O "]" MDAEMON, "", "mx", "ESMTP" },
	{ "from " O MDAEMON, "", "mx", "ESMTP" },
	{ "from ([" O "])" MDAEMON, "", "mx", "ESMTP" },
	{ "from x([" O "])" MDAEMON, "", "mx", "ESMTP" },
	{ "from x[" O "]" MDAEMON, "", "mx", "ESMTP" },
	{ "from [" O "](helo=x)" MDAEMON, "", "mx", "ESMTP" },
	{ "from [" O "] by x with HTTP" MDAEMON, "", "", "" },
	{ "from x " O MDAEMON, "", "mx", "ESMTP" },
	{ "from mx" MDAEMON, "", "mx", "ESMTP" },
	{ "from [" E "]" EXIM, E, "mx", "esmtp" },
	{ "from " O EXIM, "", "mx", "esmtp" },
	{ "from [" E "] by web.mail.isp.net with HTTP", E, "web.mail.isp.net",
	    "HTTP" },
	{ "from " E " by mx (envelope-from <a@b>, uid 89) with "
	  "qmail-scanner-2.08 (clamdscan: 0.98)", E, "mx",
	    "qmail-scanner-2.08" },
	/* CommuniGate, and who is not it */
	{ "from [" E "] (HELO [" O "]) by mx (CommuniGate Pro SMTP 6.2) with "
	  "ESMTP id 1", E, "mx", "ESMTP" },
	{ "from [" O "] ([" E "] verified) by mx (CommuniGate Pro SMTP 6.2) "
	  "with ESMTP id 1", E, "mx", "ESMTP" },
	{ "from [" O "] (HELO [" E "]) by mx (Haraka/3.1.1) with ESMTP id 1",
	    "", "", "" },
};

static void
test_the_address_a_server_wrote_stands_right_before_its_by(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < nitems(forms); i++) {
		char ip[ADDR_TEXT];
		struct hop hop;

		received_read(&hop, a, str_of(forms[i].value));
		addr_format(&hop.ip, ip);
		if (strcmp(ip, forms[i].ip) != 0 ||
		    (!hop.is_unclear && (!str_is(hop.by, forms[i].by) ||
		    !str_is(hop.with, forms[i].with))))
			fail_msg("%s: ip %s, by %" STR_FMT ", with %" STR_FMT,
			    forms[i].value, ip, STR_ARG(hop.by),
			    STR_ARG(hop.with));
		if (str_case_is(hop.rdns, "brand.jp"))
			fail_msg("%s: the name is the client's", forms[i].value);
		if (hop.is_unclear != (forms[i].by[0] == '\0'))
			fail_msg("%s: unclear %d", forms[i].value,
			    hop.is_unclear);
	}
	arena_free(a);
}

/* Behind NAT people's programs call themselves by another address. */
#define PC "[10.0.0.5]"

static const char *const honest[] = {
	"from " PC " (pc.isp.net [" E "]) (using TLSv1.3 with cipher X "
	"(256/256 bits)) (Client did not present a certificate) (Authenticated "
	"sender: taro@ours.jp)" POSTFIX,
	"from " PC " (unknown [" E "])" POSTFIX,
	"from " PC " (pc.isp.net. [" E "]) by smtp.gmail.com with ESMTPSA id 1",
	"from " PC " (IDENT:joe@pc.isp.net [" E "] (may be forged)) "
	"(authenticated bits=0) by mx (8.17/8.17) with ESMTPSA id 1",
	"from " PC " ([" E "]) (AUTH: LOGIN joe, TLS: X) by mx with ESMTPSA",
	"from " PC " (pc.isp.net [::ffff:" E "]) by mx with esmtp",
	"from " PC " (taro@[" E "]) by fwd.isp.net with (TLSv1.2) esmtp id 1",
	"from " PC " ( [" E "]) by mx (Trustwave SEG) with ESMTP id 1",
	"from " PC " (" E ") by EX1 (10.0.0.1) with Microsoft SMTP Server id 1",
	"from " PC " (LHLO mx) (" E ") by mx with LMTP",
	"from unknown (HELO " PC ") (" E ") by mx with SMTP",
	"from pc.isp.net (HELO " PC ") ([" E "]) by mx with ESMTP/TLS",
	"from unknown (HELO " PC ") (taro@" E " with login) by mx with SMTP",
	"from [" E "] (port=25 helo=" PC ")" EXIM,
	"from [" E "] (helo=" PC ")" EXIM,
	"from [" E "] (account joe@b HELO " PC ") by mx (CommuniGate Pro SMTP "
	"6.2.15) with ESMTPSA id 1",
	"from " PC " (pc.isp.net[" E "]) by mfgw (Postfix) with ESMTPA id 1",
	"from " PC " (Not Verified[" E "]) by mx with Trustwave SEG id 1",
	"from pc.isp.net ([" E "]:25 helo=" PC " ident=joe)" EXIM,
	"from [" E "] ([" E ":25] helo=" PC ") by mx (envelope-from <a@b>) "
	"(ecelerity 4.2 r(:)) with ESMTP id 1",
	"from a (" E ") by b (" E ") with MailboxResubmission by c id 1",
	"from x (y [" E "]) by mx (Scanned by z) with ESMTP id 1",
};

static void
test_of_an_honest_line_nothing_is_unclear(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < nitems(honest); i++) {
		char ip[ADDR_TEXT];
		struct hop hop;

		received_read(&hop, a, str_of(honest[i]));
		addr_format(&hop.ip, ip);
		if (hop.is_unclear || strstr(ip, E) == NULL || hop.by.n == 0)
			fail_msg("%s: %s", honest[i], ip);
		assert_true(hop.with.n != 0);
	}
	arena_free(a);
}

/* Of which address a user came is no matter: that he is one does his server
 * say. */
static void
test_behind_its_only_by_all_is_the_servers(void **state)
{
	static const struct {
		const char *value, *with;
		bool is_of_user;
	} tails[] = {
		{ "from [" E "] (helo=" PC ") by mx with esmtpsa (TLS1.3) id 1",
		    "esmtpsa", true },
		{ "from " PC " (y [" E "]) (Client CN \"[" O "]\", Issuer "
		  "\"x\" (not verified)) by mx (Postfix) with ESMTPSA id 1",
		    "ESMTPSA", true },
		{ "from [" O "] with ESMTPA (unknown [" E "])" POSTFIX, "ESMTP",
		    false },
		{ "from [" O "] by y with ESMTPA (unknown [" E "])" POSTFIX, "",
		    false },
		{ "from [" O "] with ESMTPA (unknown [" E "]) id 1", "",
		    false },
		{ "from [" O "] ([" O "] [" E "]) by mx with ESMTP id 1 for "
		  "<\"a with HTTP b\"@c>", "ESMTP", false },
		{ "from [" O "] ([" O "] [" E "]) by mx with ESMTP with HTTP",
		    "", false },
	};
	struct arena *a = arena_new();
	struct hop hop;

	(void)state;
	for (size_t i = 0; i < nitems(tails); i++) {
		received_read(&hop, a, str_of(tails[i].value));
		if (!str_is(hop.with, tails[i].with) ||
		    hop_is_of_user(&hop) != tails[i].is_of_user)
			fail_msg("%s: with %" STR_FMT, tails[i].value,
			    STR_ARG(hop.with));
	}
	arena_free(a);
}

/* Exchange Online speaks HTTPS between its hosts, people do to webmail. */
static void
test_what_lies_in_a_mailbox_is_not_of_a_user_of_it(void **state)
{
	static const struct {
		const char *value;
		bool is_filed, is_of_user;
	} filed[] = {
		{ "from A.PROD.OUTLOOK.COM (2603:10b6::9) by B.PROD.OUTLOOK.COM"
		  " with HTTPS; x", true, false },
		{ "from A.PROD.OUTLOOK.COM (::1) by B.PROD.OUTLOOK.COM with "
		  "HTTPS", true, false },
		{ "from [" E "] by mx with HTTPS", false, true },
		{ "from " E " (taro) by mx with HTTPS", false, true },
		{ "from pc.isp.net (pc.isp.net [" E "]) by mx (Horde) with "
		  "HTTPS", false, true },
		{ "from pc.isp.net (" E ") by mx with ESMTP", false, false },
	};
	struct arena *a = arena_new();
	struct hop hop;

	(void)state;
	for (size_t i = 0; i < nitems(filed); i++) {
		received_read(&hop, a, str_of(filed[i].value));
		if (hop_is_filed(&hop) != filed[i].is_filed ||
		    hop_is_of_user(&hop) != filed[i].is_of_user)
			fail_msg("%s", filed[i].value);
	}
	arena_free(a);
}

/* Nobody has called: a program has asked for the mail. */
static void
test_a_mailbox_that_was_emptied_is_no_client(void **state)
{
	static const struct {
		const char *value;
		bool is_fetched;
	} fetched[] = {
		{ "from imap.isp.net [" E "] by localhost with IMAP "
		  "(fetchmail-6.4.37) for <me@localhost> (single-drop)", true },
		{ "from pop.isp.net [" E "] by localhost with POP3 "
		  "(fetchmail-6.4.37)", true },
		{ "from pop.isp.net (" E ") by localhost with POP3-SSL", true },
		{ "from x (y [" E "]) by mx with ESMTP", false },
		{ "from x with IMAP (y [" E "]) by mx with ESMTP", false },
	};
	struct arena *a = arena_new();
	struct hop hop;

	(void)state;
	for (size_t i = 0; i < nitems(fetched); i++) {
		received_read(&hop, a, str_of(fetched[i].value));
		if (hop_is_fetched(&hop) != fetched[i].is_fetched)
			fail_msg("%s", fetched[i].value);
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

static void
test_dates_are_read_as_they_are_written(void **state)
{
	static const struct {
		const char *value;
		int64_t wall;
	} dates[] = {
		{ "Fri, 21 Nov 1997 09:55:06 -0600", 880127706 },
		{ "21 Nov 97 09:55:06 -0600 (CST)", 880127706 },
		{ "Fri, 21 Nov 1997 09:55:06 CST", 880127706 },
		{ "Fri,21 November 1997 15:55:06 GMT", 880127706 },
		{ "Fri Nov 21 15:55:06 1997", 880127706 },
		{ "Fri Nov 21 09:55:06 CST 1997", 880127706 },
		{ "Nov 21, 1997 15:55:06 +0000", 880127706 },
		{ "1997-11-21T15:55:06Z", 880127706 },
		{ "1997-11-22T00:55:06+09:00", 880127706 },
		{ "Sat Nov 22 1997 00:55:06 GMT+0900 (JST)", 880127706 },
		{ "22 Nov 1997 00:55:06 +9", 880127706 },
		{ "21-Nov-1997 15:55:06 +0000", 880127706 },
		{ "Thu, 1 Jan 1970 00:00 UT", 0 },
		{ "29 Feb 2024 23:59:60 +0000", 1709251200 },
		/* clocks as people write them */
		{ "Fri, 21 Nov 1997 03:55:06 PM +0000", 880127706 },
		{ "Fri, 21 Nov 1997 3:55:06p.m. GMT", 880127706 },
		{ "21 Nov 1997 12:00 AM UT", 880070400 },
		{ "21 Nov 1997 12:00 PM UT", 880113600 },
		{ "Fri, 21 Nov 1997 15.55.06 +0000", 880127706 },
		{ "Fri, 21 Nov 1997 15 : 55 : 06 +0000", 880127706 },
		{ "Fri, 21 Nov 1997 15 :55: 06+0000", 880127706 },
		{ "1997-11-21T15:55:06.25Z", 880127706 },
		{ "Sat, 20 Aug 2022 02:25:21 +0900 (JST)", 1660929921 },
	};
	static const char *const none[] = { "", "now", "Fri", "12:03:04",
		"0 Jan 2026", "32 Jan 2026", "1 Foo 2026 10:00 +0000",
		"99999999999 Jan 2026", ",,,,", "(1 Jan 2026)" };
	int64_t wall;
	bool has_zone;

	(void)state;
	for (size_t i = 0; i < sizeof(dates) / sizeof(dates[0]); i++) {
		wall = -1;
		if (!date_read(str_of(dates[i].value), &wall, &has_zone) ||
		    wall != dates[i].wall)
			fail_msg("%s gave %lld", dates[i].value,
			    (long long)wall);
	}
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		if (date_read(str_of(none[i]), &wall, &has_zone))
			fail_msg("%s is no date", none[i]);
}

/* A date without a zone was read as UTC, and so nine hours from Received. */
static void
test_a_zone_is_one_only_if_it_can_be(void **state)
{
	static const struct {
		const char *value;
		bool has_zone;
	} dates[] = {
		{ "21 Nov 1997 09:55:06 -0600", true },
		{ "21 Nov 1997 09:55:06 -0000", true },
		{ "21 Nov 1997 09:55:06 +1400", true },
		{ "21 Nov 1997 09:55:06 JST", true },
		{ "21 Nov 1997 09:55:06", false },
		{ "21 Nov 1997 09:55:06 +9900", false },
		{ "21 Nov 1997 09:55:06 +1500", false },
		{ "21 Nov 1997 09:55:06 +0960", false },
		{ "21 Nov 1997 09:55:06 XYZ", false },
		{ "21 Nov 1997 09:55:06 K", false },
		{ "1997-11-21", false },
		{ "1997-11-21T15:55:06Z", true },
		{ "1997-11-21T15:55+09:00", true },
	};
	int64_t wall;
	bool has_zone;

	(void)state;
	for (size_t i = 0; i < nitems(dates); i++) {
		assert_true(date_read(str_of(dates[i].value), &wall,
		    &has_zone));
		if (has_zone != dates[i].has_zone)
			fail_msg("%s", dates[i].value);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_form_tells_who_called_from_where),
		cmocka_unit_test(
		    test_the_address_a_server_wrote_stands_right_before_its_by),
		cmocka_unit_test(test_of_an_honest_line_nothing_is_unclear),
		cmocka_unit_test(test_behind_its_only_by_all_is_the_servers),
		cmocka_unit_test(
		    test_what_lies_in_a_mailbox_is_not_of_a_user_of_it),
		cmocka_unit_test(test_a_mailbox_that_was_emptied_is_no_client),
		cmocka_unit_test(test_dates_are_read_as_they_are_written),
		cmocka_unit_test(test_a_zone_is_one_only_if_it_can_be),
		cmocka_unit_test(
		    test_the_date_stands_behind_the_last_semicolon),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
