/* SPDX-License-Identifier: Apache-2.0 */
/* Whole messages: who handed them over, what is believed, what they show. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "mail/message.h"
#include "shared.h"

static const struct str ours[] = { STR_INIT("mx.example") };

static void
read_with(struct message *m, struct arena *a, const char *raw,
    const struct envelope *env, const char *trusted)
{
	struct addr_net *net = ARENA_ONE(a, struct addr_net);
	struct message_conf conf = { .trusted = net, .authserv = ours,
		.n_authserv = 1 };

	if (trusted != NULL) {
		assert_true(addr_net_parse(str_of(trusted), net));
		conf.n_trusted = 1;
	}
	message_read(m, a, str_of(raw), env, &conf);
}

static void
assert_peer(const struct message *m, const char *ip, const char *helo,
    const char *rdns, uint32_t hop)
{
	char text[ADDR_TEXT];

	addr_format(&m->peer_ip, text);
	assert_string_equal(text, ip);
	if (!str_is(m->peer_helo, helo))
		fail_msg("helo %" STR_FMT, STR_ARG(m->peer_helo));
	assert_int_equal(m->has_peer_rdns, rdns != NULL);
	assert_true(rdns == NULL || str_is(m->peer_rdns, rdns));
	assert_int_equal(m->peer_hop, hop);
}

#define OURS "Received: from gw.example (gw.example [198.51.100.7]) by mx\n"
#define INNER "Received: from localhost (localhost [127.0.0.1]) by mx\n"
#define NAT "Received: from x.example (unknown [172.17.0.1]) by mx\n"
#define PEER "Received:from noreply0.jcom.co.jp (unknown [45.135.135.185])\n" \
	" by mgw3.zenno.net (Postfix) with ESMTP id 88D962B8C5\n"
#define FORGED "Received: from kagoya.jp (kagoya.jp [203.0.113.1]) by x\n"

static const struct {
	const char *raw, *trusted, *ip, *helo, *rdns;
	uint32_t hop;
} peers[] = {
	{ PEER FORGED "\n", NULL, "45.135.135.185", "noreply0.jcom.co.jp",
	    "", 0 },
	{ INNER PEER FORGED "\n", NULL, "45.135.135.185",
	    "noreply0.jcom.co.jp", "", 1 },
	{ OURS INNER PEER FORGED "\n", "198.51.100.0/24", "45.135.135.185",
	    "noreply0.jcom.co.jp", "", 2 },
	/* not ours: it is the peer, whatever is below */
	{ OURS PEER "\n", NULL, "198.51.100.7", "gw.example", "gw.example",
	    0 },
	{ "Received: (qmail 12 invoked from network); 1 Jan 2026\n"
	  "Received: from unknown (HELO iwkr.cn) (101.47.78.65) by mx\n\n",
	    NULL, "101.47.78.65", "iwkr.cn", "", 1 },
	{ "Received: from mx.example by mx.example with LMTP id 1\n" PEER
	  "\n", NULL, "45.135.135.185", "noreply0.jcom.co.jp", "", 1 },
	{ "Received: from unknown HELO iwkr.cn\n" FORGED "\n", NULL, "",
	    "iwkr.cn", "", 0 },
	/* words that the client chose are no line of ours about itself */
	{ "Received: from by (unknown [45.135.135.185]) by mx\n" FORGED "\n",
	    NULL, "45.135.135.185", "by", "", 0 },
	{ "Received: from (( (unknown [45.135.135.185]) by mx\n" FORGED
	  "\n", NULL, "45.135.135.185", "((", NULL, 0 },
	{ "Received: from x by y (unknown [45.135.135.185]) by mx\n" FORGED
	  "\n", NULL, "", "x", NULL, 0 },
	/* an inner host may be a proxy in front of ours, unless it is named */
	{ NAT PEER "\n", NULL, "172.17.0.1", "x.example", NULL, 0 },
	{ INNER NAT PEER "\n", NULL, "172.17.0.1", "x.example", NULL, 1 },
	{ "Received: from a.example ([fe80::1%12]) by mx with mapi\n" PEER
	  "\n", NULL, "45.135.135.185", "noreply0.jcom.co.jp", "", 1 },
	{ NAT PEER "\n", "172.16.0.0/12", "45.135.135.185",
	    "noreply0.jcom.co.jp", "", 1 },
	{ "Received: from x (y [203.0.113.1]) by y (unknown [45.135.135.185])"
	  " by mx\n" FORGED "\n", NULL, "", "x", NULL, 0 },
	/* whoever hands in a message at the host itself writes what is below */
	{ "Received: by mx (Postfix, from userid 33)\n\tid 1\n" FORGED "\n",
	    NULL, "", "", NULL, 0 },
	{ INNER "Received: (from www@localhost) by mx (8.17.1/Submit) id 1\n"
	  FORGED "\n", NULL, "", "", NULL, 1 },
	{ "Received: from www-data by mx with local (Exim 4.96)\n"
	  " (envelope-from <a@b.example>) id 1\n" FORGED "\n", NULL, "", "",
	    NULL, 0 },
	{ "Received: from www (helo=mx) by mx with local-esmtp (Exim 4)\n"
	  FORGED "\n", NULL, "", "", NULL, 0 },
	{ "Received: (qmail 12 invoked by uid 33); 1 Jan 2026\n" FORGED "\n",
	    NULL, "", "", NULL, 0 },
	{ "Received: by mx (sSMTP sendmail emulation)\n" FORGED "\n", NULL,
	    "", "", NULL, 0 },
	{ "Received: from mx (www@localhost) by mx (8.17.1/8.17.1)\n" FORGED
	  "\n", NULL, "", "mx", NULL, 0 },
	{ "Received: from mx (203.0.113.185#4) by mx\n" FORGED "\n", NULL,
	    "", "mx", NULL, 0 },
	/* nothing is below: that host is who sends */
	{ INNER "Received: by mx (Postfix, from userid 0)\n\n", NULL,
	    "127.0.0.1", "localhost", "localhost", 0 },
	/* words of a sender are no such line */
	{ "Received: from mx by mx with LMTP\n"
	  " (envelope-from <\", from userid 1\"@b>)\n" PEER "\n", NULL,
	    "45.135.135.185", "noreply0.jcom.co.jp", "", 1 },
	{ "Received: by mx (Postfix) id 1 (, from userid 1)\n" PEER "\n",
	    NULL, "45.135.135.185", "noreply0.jcom.co.jp", "", 1 },
	/* all of it at home: who sent it first */
	{ INNER "Received: from pc (pc.lan [10.0.0.9]) by mx\n\n", NULL,
	    "10.0.0.9", "pc", "pc.lan", 1 },
	{ "Subject: x\n\n", NULL, "", "", NULL, UINT32_MAX },
};

static void
test_the_peer_is_the_first_that_is_not_ours(void **state)
{
	struct arena *a = arena_new();
	struct message m;

	(void)state;
	for (size_t i = 0; i < sizeof(peers) / sizeof(peers[0]); i++) {
		read_with(&m, a, peers[i].raw, NULL, peers[i].trusted);
		assert_peer(&m, peers[i].ip, peers[i].helo, peers[i].rdns,
		    peers[i].hop);
	}
	arena_free(a);
}

static void
test_the_envelope_knows_better_than_the_message(void **state)
{
	struct arena *a = arena_new();
	struct envelope env = { .helo = STR_INIT("Envelope.Example"),
		.mail_from = STR_INIT("a@b.example"), .has_mail_from = true };
	struct message m;

	(void)state;
	assert_true(addr_parse(STR("192.0.2.9"), &env.ip));
	read_with(&m, a, "Return-Path: <c@d.example>\n" PEER "\n", &env,
	    NULL);
	assert_peer(&m, "192.0.2.9", "envelope.example", NULL, UINT32_MAX);
	assert_true(str_is(m.mail_from, "a@b.example"));
	arena_free(a);
}

/* The gateway may ask before it writes its line: the top one is the client's,
 * who is free to write his own address. */
static void
test_a_line_of_the_client_the_envelope_names_is_not_believed(void **state)
{
	struct arena *a = arena_new();
	struct envelope env = { .has_rdns = false };
	struct message m;

	(void)state;
	assert_true(addr_parse(STR("203.0.113.1"), &env.ip));
	read_with(&m, a, FORGED "\n", &env, NULL);
	assert_peer(&m, "203.0.113.1", "", NULL, UINT32_MAX);
	read_with(&m, a, INNER FORGED "\n", &env, "198.51.100.0/24");
	assert_peer(&m, "203.0.113.1", "", NULL, UINT32_MAX);
	assert_false(m.is_peer_nameless);
	assert_true(addr_parse(STR("45.135.135.185"), &env.ip));
	read_with(&m, a, PEER "\n", &env, NULL);
	assert_peer(&m, "45.135.135.185", "", NULL, UINT32_MAX);
	assert_true(m.is_peer_nameless);
	assert_true(addr_parse(STR("203.0.113.1"), &env.ip));
	env.helo = STR("kagoya.jp");
	env.has_rdns = true;
	read_with(&m, a, FORGED "\n", &env, NULL);
	assert_peer(&m, "203.0.113.1", "kagoya.jp", "", UINT32_MAX);
	/* one of ours tells what the gateway left out */
	env = (struct envelope){ .ip = env.ip };
	read_with(&m, a, FORGED "\n", &env, "203.0.113.0/24");
	assert_peer(&m, "203.0.113.1", "kagoya.jp", "kagoya.jp", UINT32_MAX);
	/* of him whom no envelope names, our own line speaks */
	read_with(&m, a, FORGED "\n", NULL, NULL);
	assert_peer(&m, "203.0.113.1", "kagoya.jp", "kagoya.jp", 0);
	arena_free(a);
}

/* A host of ours that the envelope names tells who came to it, of all things;
 * where nobody did, or a user, it is the peer. */
static void
test_a_relay_of_ours_tells_who_came_to_it(void **state)
{
	static const struct {
		const char *raw, *ip, *helo, *rdns;
		uint32_t hop;
	} cases[] = {
		{ PEER FORGED "\n", "45.135.135.185", "noreply0.jcom.co.jp",
		    "", 0 },
		{ OURS INNER PEER FORGED "\n", "45.135.135.185",
		    "noreply0.jcom.co.jp", "", 2 },
		{ "Received: from x ([45.135.135.185]) by mx\n\n",
		    "45.135.135.185", "x", NULL, 0 },
		{ "Received: from x([45.135.135.185]) by mx\n" PEER "\n", "",
		    "x", NULL, 0 },
		{ "Received: from [45.135.135.185] by mx with ESMTP\n" PEER
		  "\n", "", "[45.135.135.185]", NULL, 0 },
		{ "Received: from mx by mx with ESMTP\n" PEER "\n", "", "mx",
		    NULL, 0 },
		{ "Received: from  by mx with ESMTP\n" PEER "\n", "", "",
		    NULL, 0 },
		{ "Received: from . by mx with ESMTP\n" PEER "\n", "", "",
		    NULL, 0 },
		{ "Received: from unknown by mx with ESMTP\n" PEER "\n", "",
		    "", "", 0 },
		{ "Received: from A.OUTLOOK.COM (2603:10b6::9) by B.OUTLOOK.COM"
		  " with HTTPS\n" PEER "\n", "", "", NULL, 0 },
		{ "Received: from x by y\n" FORGED "\n", "", "x", NULL, 0 },
		{ "Received: by gw (Postfix, from userid 33)\n" FORGED "\n",
		    "", "", NULL, 0 },
		{ "Received: by gw (Postfix, from userid 33)\n\n",
		    "198.51.100.7", "gw", "gw.example", UINT32_MAX },
		{ "Subject: x\n\n", "198.51.100.7", "gw", "gw.example",
		    UINT32_MAX },
		{ OURS "\n", "198.51.100.7", "gw", "gw.example", UINT32_MAX },
		{ INNER "\n", "198.51.100.7", "gw", "gw.example",
		    UINT32_MAX },
		{ "Received: from pc (a.example [203.0.113.1]) by gw with "
		  "ESMTPSA\n\n", "198.51.100.7", "gw", "gw.example",
		    UINT32_MAX },
	};
	struct arena *a = arena_new();
	struct envelope env = { .helo = STR_INIT("gw"), .has_rdns = true,
		.rdns = STR_INIT("gw.example") };
	struct message m;

	(void)state;
	assert_true(addr_parse(STR("198.51.100.7"), &env.ip));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		read_with(&m, a, cases[i].raw, &env, "198.51.100.0/24");
		assert_peer(&m, cases[i].ip, cases[i].helo, cases[i].rdns,
		    cases[i].hop);
		assert_int_equal(m.relay.family != 0,
		    cases[i].hop != UINT32_MAX);
	}
	/* of a user nobody asks who he is */
	env.user = STR("taro");
	read_with(&m, a, PEER "\n", &env, "198.51.100.0/24");
	assert_peer(&m, "198.51.100.7", "gw", "gw.example", UINT32_MAX);
	/* a client that nobody has named has written its lines itself */
	env.user = STR("");
	assert_true(addr_parse(STR("10.1.2.3"), &env.ip));
	read_with(&m, a, PEER "\n", &env, "198.51.100.0/24");
	assert_peer(&m, "10.1.2.3", "gw", "gw.example", UINT32_MAX);
	arena_free(a);
}

static void
test_the_return_path_stands_in_for_the_envelope(void **state)
{
	struct arena *a = arena_new();
	struct message m;

	(void)state;
	read_with(&m, a, "Return-Path:<noreply@JCOM.co.jp>\n\n", NULL, NULL);
	assert_true(m.has_mail_from);
	assert_true(str_is(m.mail_from, "noreply@jcom.co.jp"));
	read_with(&m, a, "Return-Path: <>\n\n", NULL, NULL);
	assert_true(m.has_mail_from);
	assert_int_equal(m.mail_from.n, 0);
	read_with(&m, a, "A: b\n\n", NULL, NULL);
	assert_false(m.has_mail_from);
	arena_free(a);
}

#define RESULT(host, result) "Authentication-Results: " host "; dmarc=" \
	result " header.from=kagoya.jp\n"

static void
test_only_results_of_our_hosts_above_the_peer_count(void **state)
{
	struct arena *a = arena_new();
	struct envelope env = { .has_rdns = false };
	struct message m;

	(void)state;
	read_with(&m, a, RESULT("mx.example", "fail") PEER
	    RESULT("mx.example", "pass") "\n", NULL, NULL);
	assert_int_equal(m.auth.result[AUTH_DMARC], AUTH_FAIL);
	assert_true(str_is(m.auth.source, "mx.example"));
	/* below another's line it came with the message */
	read_with(&m, a, PEER FORGED RESULT("mx.example", "pass") "\n", NULL,
	    NULL);
	assert_int_equal(m.auth.result[AUTH_DMARC], AUTH_UNKNOWN);
	read_with(&m, a, RESULT("other.example", "pass") PEER "\n", NULL,
	    NULL);
	assert_int_equal(m.auth.result[AUTH_DMARC], AUTH_UNKNOWN);
	env.auth.result[AUTH_DMARC] = AUTH_NONE;
	read_with(&m, a, RESULT("mx.example", "pass") PEER "\n", &env, NULL);
	assert_int_equal(m.auth.result[AUTH_DMARC], AUTH_NONE);
	/* the gateway speaks of a host that is in no line: nothing is above */
	env.auth.result[AUTH_DMARC] = AUTH_UNKNOWN;
	assert_true(addr_parse(STR("192.0.2.9"), &env.ip));
	read_with(&m, a, FORGED RESULT("mx.example", "pass") PEER "\n", &env,
	    "203.0.113.0/24");
	assert_int_equal(m.auth.result[AUTH_DMARC], AUTH_UNKNOWN);
	arena_free(a);
}

/* Postfix tells filters of a sender without his quotes, and what they print
 * has the shape of a field then. */
static void
test_of_a_sender_who_writes_results_nobody_passes(void **state)
{
	static const struct { const char *from, *helo, *fields; bool is_known; }
	    cases[] = {
		{ "a@evil.example", "h", "", true },
		{ "taro yamada@evil.example", "h", "", true },
		{ "b+c=d.example@evil.example", "h", "", true },
		{ "x);dmarc=pass header.from=kagoya.jp (@evil.example", "h",
		    "", false },
		{ "a@evil.example", "x) header.from=kagoya.jp (", "", false },
		{ "a@evil.example", "h", "DKIM-Signature: v=1; d=evil.example;"
		    " i=x=3Bdmarc=3Dpass@evil.example; b=AAAA=\n", false },
		{ "a@evil.example", "h", "DKIM-Signature: v=1; d=evil.example;"
		    " i=x@evil.example; b=AAAA=\n", true },
		{ "a@kagoya.jp @evil.example", "h", "", false },
		{ "a@kagoya.jp(@evil.example", "h", "", false },
		{ "a@kagoya.jp;@evil.example", "h", "", false },
		{ "a@evil.example", "h", "DKIM-Signature: v=1; d=evil.example;"
		    " i=a@kagoya.jp=3Bb@evil.example; b=AAAA=\n", false },
		{ "a@evil.example ", "h", "", true },
		/* a domain alone in front of the mark once was no trick */
		{ "kagoya.jp @evil.example", "h", "", false },
		{ "x kagoya.jp @evil.example", "h", "", false },
		{ "a@kagoya.jp;.evil.example", "h", "", false },
		{ "", "kagoya.jp x", "", false },
		{ "a@evil.example", "h", "DKIM-Signature: v=1; d=evil.example;"
		    " i=kagoya.jp=20b@evil.example; b=AAAA=\n", false },
		/* as Mailchimp signs: such mail was once told to be forged */
		{ "a@evil.example", "h", "DKIM-Signature: v=1; d=esp.example;"
		    " i=news=3Dbrand.example@esp.example; b=AAAA=\n", true },
		{ "a@evil.example", "h", "DKIM-Signature: v=1; d=esp.example;"
		    " i=news=3Dbrand.example@\n\tesp.example\n", true },
		{ "a@evil.example", "h", "DKIM-Signature: v=1; d=esp.example;"
		    " i=news=3Dbrand.example\n @esp.example\n", true },
		{ "a@evil.example", "h", "DKIM-Signature: v=1; d=evil.example;"
		    " i=x=09header.d=3Dkagoya.jp@evil.example\n", false },
		{ "a@evil.example", "h", "DKIM-Signature: v=1; d=evil.example;"
		    " i = x header.d=kagoya.jp@evil.example\n", false },
		{ "a@evil.example", "h", "DKIM-Signature: v=1; d=evil.example;"
		    " i=x; i=x=29dmarc=3dpass=28@evil.example\n", false },
		{ "a@evil.example", "h", "DKIM-Signature: v=1; d=evil.example;"
		    " s=x header.d=kagoya.jp\n", false },
		{ "a@evil.example", "h", "DKIM-Signature: v=1; i=@m.Evil"
		    ".example; d=evil.example; s=x\n", true },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct envelope env = { .mail_from = str_of(cases[i].from),
			.has_mail_from = true, .helo = str_of(cases[i].helo) };
		struct message m;

		assert_true(addr_parse(STR("198.51.100.7"), &env.ip));
		read_with(&m, a, str_printf(a, "Authentication-Results: "
		    "mx.example; spf=fail\n" RESULT("mx.example", "pass")
		    "%s\n", cases[i].fields).p, &env, NULL);
		assert_int_equal(m.auth.result[AUTH_DMARC],
		    cases[i].is_known ? AUTH_PASS : AUTH_UNKNOWN);
		assert_int_equal(m.auth.result[AUTH_SPF], AUTH_FAIL);
	}
	arena_free(a);
}

/* Milters write below the line of the server they serve. */
static void
test_the_first_result_below_our_own_line_counts(void **state)
{
	struct arena *a = arena_new();
	struct message m;

	(void)state;
	read_with(&m, a, PEER RESULT("mx.example", "fail")
	    RESULT("mx.example", "pass") FORGED "\n", NULL, NULL);
	assert_int_equal(m.auth.result[AUTH_DMARC], AUTH_FAIL);
	assert_true(str_is(m.auth.source, "mx.example"));
	read_with(&m, a, PEER RESULT("other.example", "pass") FORGED "\n",
	    NULL, NULL);
	assert_int_equal(m.auth.result[AUTH_DMARC], AUTH_UNKNOWN);
	read_with(&m, a, OURS PEER RESULT("mx.example", "pass") "\n", NULL,
	    "198.51.100.0/24");
	assert_int_equal(m.auth.result[AUTH_DMARC], AUTH_PASS);
	/* a user's own */
	read_with(&m, a, "Received: by mx (Postfix, from userid 33)\n"
	    RESULT("mx.example", "pass") FORGED "\n", NULL, NULL);
	assert_int_equal(m.auth.result[AUTH_DMARC], AUTH_UNKNOWN);
	/* that line was not written by us */
	read_with(&m, a, OURS PEER RESULT("mx.example", "pass") "\n", NULL,
	    NULL);
	assert_int_equal(m.auth.result[AUTH_DMARC], AUTH_UNKNOWN);
	arena_free(a);
}

static void
test_origins_and_dates_are_told_and_not_believed(void **state)
{
	struct arena *a = arena_new();
	char text[ADDR_TEXT];
	struct message m;

	(void)state;
	read_with(&m, a, "Received: from a (b [45.135.135.185]) by mx; Sat, 20 "
	    "Aug 2022 02:25:21 +0900\n"
	    "Received: from c by b; Sat, 20 Aug 2022 01:00:00 +0900\n"
	    "Date: Sat, 20 Aug 2022 02:35:21 +0900 (JST)\n"
	    "X-Originating-IP: [192.0.2.7]\nx-sender-ip: 2001:db8::1\n"
	    "X-Real-IP: none\n\n", NULL, NULL);
	assert_true(m.has_date && m.has_received && m.has_offset);
	assert_int_equal(m.date_offset, 600);
	assert_int_equal(m.origins.n, 2);
	addr_format(&m.origins.at[0].ip, text);
	assert_string_equal(text, "192.0.2.7");
	assert_true(str_is(m.origins.at[1].field, "x-sender-ip"));
	addr_format(&m.peer_ip, text);
	assert_string_equal(text, "45.135.135.185");
	read_with(&m, a, "Received: from a by b; Sat, 20 Aug 2022 02:25:21 "
	    "+0900\nDate: Sat, 20 Aug 2022 02:25:00\n\n", NULL, NULL);
	assert_true(m.has_date && m.has_received && !m.has_offset);
	/* a date days off was none where it said no zone */
	read_with(&m, a, "Received: from a by b; Sat, 20 Aug 2022 02:25:21 "
	    "+0900\nDate: Fri Aug 19 02:25:21 2022\n\n", NULL, NULL);
	assert_false(m.has_offset);
	read_with(&m, a, "Received: from a by b; Sat, 20 Aug 2022 02:25:21 "
	    "+0000\nDate: Wed Aug 17 02:25:21 2022\n\n", NULL, NULL);
	assert_true(m.has_offset);
	assert_int_equal(m.date_offset, (-72 + 26) * 3600);
	read_with(&m, a, "Received: from a by b; Sat, 20 Aug 2022 02:25:21 "
	    "+0000\nDate: Tue Aug 23 02:25:21 2022\n\n", NULL, NULL);
	assert_int_equal(m.date_offset, (72 - 26) * 3600);
	read_with(&m, a, "Date: soon\n\n", NULL, NULL);
	assert_false(m.has_date || m.has_received);
	arena_free(a);
}

static void
test_origins_are_read_in_every_form(void **state)
{
	static const struct {
		const char *field, *ip;
	} cases[] = {
		{ "X-Originating-IP: <192.0.2.7>", "192.0.2.7" },
		{ "X-Originating-IP: \"192.0.2.7\"", "192.0.2.7" },
		{ "X-Originating-IP: 192.0.2.7:4433", "192.0.2.7" },
		{ "X-Originating-IP: [192.0.2.7] (x.example)", "192.0.2.7" },
		{ "X-Originating-IP: [IPv6:2001:db8::1]", "2001:db8::1" },
		{ "X-Forwarded-For: 192.0.2.7, 10.0.0.1", "192.0.2.7" },
		{ "X-Nifty-SrcIP: [192.0.2.7]", "192.0.2.7" },
		{ "X-Originating-IP: [abc]", NULL },
		{ "X-Originating-IP: 192.0.2:7", NULL },
	};
	struct arena *a = arena_new();
	char text[ADDR_TEXT];
	struct message m;

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		read_with(&m, a, str_cstr(a, str_cat(a,
		    str_of(cases[i].field), STR("\n\n"))), NULL, NULL);
		assert_int_equal(m.origins.n, cases[i].ip != NULL);
		if (cases[i].ip == NULL)
			continue;
		addr_format(&m.origins.at[0].ip, text);
		assert_string_equal(text, cases[i].ip);
	}
	arena_free(a);
}

/* In GBK, and in EUC-KR: both could be Japanese. */
static void
test_raw_fields_are_in_the_charset_of_the_text(void **state)
{
	static const struct {
		const char *subject, *label, *wanted;
	} cases[] = {
		{ "\xd6\xd0\xb9\xfa\xd2\xf8\xd0\xd0", "gbk", "中国银行" },
		{ "\xb1\xb9\xb9\xce\xc0\xba\xc7\xe0", "euc-kr", "국민은행" },
		/* what it is for certain it stays */
		{ "カゴヤ", "gbk", "カゴヤ" },
		{ "\x83\x4a\x83\x53\x83\x84", "shift_jis", "カゴヤ" },
		{ "\x83\x4a\x83\x53\x83\x84", "utf-8", "カゴヤ" },
		{ "\x1b$B%+%4%d\x1b(B", "gbk", "カゴヤ" },
		{ "\x83\x4a\x83\x53\x83\x84", "iso-8859-1", "カゴヤ" },
		{ "\x82\xa8\x8e\x78\x95\xa5\x82\xa2\x82\xcc", "gbk",
		    "お支払いの" },
		{ "\x82\xa8\x8e\x78\x95\xa5\x82\xa2\x82\xcc", "koi8-r",
		    "お支払いの" },
		{ "Gr\xfc\xdf" "e", "gbk", "Grüße" },
		{ "\xa4\xa4\xa4\xe5\xa4\xd1", "big5", "中文天" },
	};
	struct arena *a = arena_new();
	struct message m;

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct str mail = str_printf(a, "Subject: %s\nFrom: %s <a@b>\n"
		    "Content-Type: text/plain; charset=%s\n\nx",
		    cases[i].subject, cases[i].subject, cases[i].label);

		message_read(&m, a, mail, NULL, NULL);
		if (!str_is(m.subject, cases[i].wanted) ||
		    !str_is(m.from.at[0].name, cases[i].wanted))
			fail_msg("%s gave %" STR_FMT " / %" STR_FMT,
			    cases[i].wanted, STR_ARG(m.subject),
			    STR_ARG(m.from.at[0].name));
	}
	arena_free(a);
}

static void
test_fields_are_read_whatever_their_number(void **state)
{
	struct arena *a = arena_new();
	struct message m;

	(void)state;
	read_with(&m, a, "Subject:=?utf-8?B?44Kr?= x\nFrom: a@b.example\n"
	    "From: C <c@d.example>\nTo: e@f.example\nCc: g@h.example\n"
	    "Reply-To: i@j.example\nMessage-ID: <1@x>\n\n", NULL, NULL);
	assert_true(str_is(m.subject, "カ x"));
	assert_int_equal(m.subjects.at[0].offset, 0);
	assert_int_equal(m.from.n, 2);
	assert_true(str_is(m.from.at[1].name, "C"));
	assert_int_equal(message_to(&m, a).n, 2);
	assert_int_equal(m.reply_to.n, 1);
	assert_true(str_is(m.message_id, "<1@x>"));
	arena_free(a);
}

static void
test_texts_are_all_that_a_reader_may_open(void **state)
{
	struct arena *a = arena_new();
	struct message m;

	(void)state;
	read_with(&m, a, "Content-Type: multipart/mixed; boundary=b\n\n"
	    "--b\nContent-Type: text/plain; charset=iso-2022-jp\n\n"
	    "\x1b$B%+\x1b(B\n"
	    "--b\nContent-Type: text/html\n\n"
	    "<meta http-equiv=x content='text/html; charset=Shift_JIS'>"
	    "\x83\x4a\n"
	    "--b\nContent-Type: application/octet-stream; name=a.HTML\n"
	    "Content-Disposition: attachment\n\n<p>page\n"
	    "--b\nContent-Type: text/plain; name=a.txt\n"
	    "Content-Disposition: attachment\n\nnot read\n"
	    "--b\nContent-Type: image/png\n\nx\n--b--\n", NULL, NULL);
	assert_int_equal(m.texts.n, 3);
	assert_true(str_is(m.texts.at[0].utf8, "カ"));
	assert_true(str_is(m.texts.at[0].visible, "カ"));
	assert_false(m.texts.at[0].is_guess);
	assert_true(m.texts.at[1].is_html);
	assert_true(str_is(m.texts.at[1].charset, "shift_jis"));
	assert_true(str_ends(m.texts.at[1].utf8, STR("カ")));
	assert_true(m.texts.at[2].is_html);
	assert_int_equal(m.texts.at[2].part, 3);
	assert_false(m.is_damaged);
	arena_free(a);
}

static void
test_bytes_of_another_charset_are_found_out(void **state)
{
	static const struct {
		struct str bytes;
		const char *label, *text;
		bool is_guess;
	} cases[] = {
		{ STR_INIT("\x1b$B%+\x1b(B"), "iso-8859-1", "カ", true },
		{ STR_INIT("\x1b$B%+\x1b(B"), "Shift_JIS", "カ", true },
		{ STR_INIT("\x1b$@%+\x1b(J"), "windows-1252", "カ", true },
		{ STR_INIT("\x1b$B%+\x1b(B"), "iso-2022-jp-2", "カ", false },
		{ STR_INIT("\xe9\x1b$B"), "iso-8859-1", "é\x1b$B", false },
		{ STR_INIT("\xff\xfeh\0i\0"), "us-ascii", "hi", true },
	};
	struct arena *a = arena_new();
	struct message m;

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		message_read(&m, a, str_cat(a, STR("Content-Type: text/plain; "
		    "charset="), str_of(cases[i].label), STR("\n\n"),
		    cases[i].bytes), NULL, NULL);
		assert_int_equal(m.texts.n, 1);
		if (!str_is(m.texts.at[0].visible, cases[i].text))
			fail_msg("%s: %" STR_FMT, cases[i].label,
			    STR_ARG(m.texts.at[0].visible));
		assert_int_equal(m.texts.at[0].is_guess, cases[i].is_guess);
	}
	arena_free(a);
}

static bool
has_link(const struct message *m, const char *normalized)
{
	const struct url *u;

	VEC_EACH(u, &m->urls)
		if (str_is(u->normalized, normalized))
			return true;
	return false;
}

/* Three bytes must not make kanji of what every mail program shows. */
static void
test_what_a_label_hides_is_read_both_ways(void **state)
{
	static const struct {
		const char *fields;
		struct str body;
	} cases[] = {
		{ "Content-Type: text/plain; charset=utf-8",
		    STR_INIT("\x1b$B see http://a.jp/ ok") },
		{ "Content-Type: text/plain",
		    STR_INIT("\x1b$Bhttp://a.jp/\x1b(B") },
		{ "Content-Type: text/plain; charset=utf-8",
		    STR_INIT("\x1b(I see http://a.jp/ ok") },
		{ "Content-Type: text/html; charset=utf-8",
		    STR_INIT("<p title='\x1b$B'>x</p><a href='http://a.jp/'>") },
		{ "Content-Type: text/html; charset=utf-8",
		    STR_INIT("<p/title='\x1b$B'><a/href='http://a.jp/'>y"
		    "\x1b(B'>") },
		{ "Content-Type: text/html; charset=iso-2022-jp; name=a.html",
		    STR_INIT("<meta charset=utf-8><p title='\x1b$B'>x</p>"
		    "<a href='http://a.jp/'>y</a>") },
		{ "Content-Type: text/html; charset=utf-16le\n"
		    "Content-Type: text/html; charset=utf-8",
		    STR_INIT("<a href='http://a.jp/'>y</a>") },
		{ "Content-Type: text/html", STR_INIT("<meta http-equiv="
		    "content-type content='text/html; charset=unicode'>"
		    "<a href='http://a.jp/'>yy</a>") },
		{ "Content-Type: text/html; name=a.html",
		    STR_INIT("<meta charset=utf-7>+ADwAIQAtAC0-"
		    "<a href='http://a.jp/'>y</a>") },
		{ "Content-Type: text/html; charset=utf-7",
		    STR_INIT("+ADwAIQAtAC0-<a href='http://a.jp/'>y</a>") },
		{ "Content-Type: text/plain\nContent-Disposition: attachment; "
		    "filename=a.txt", STR_INIT("see http://a.jp/") },
		{ "Content-Type: text/plain; charset=utf-8", STR_INIT("\xff\xfe"
		    "h\0t\0t\0p\0:\0/\0/\0a\0.\0j\0p\0/\0") },
		/* Two bytes in front of any text made kanji of all of it. */
		{ "Content-Type: text/plain; charset=utf-8",
		    STR_INIT("\xff\xfesee http://a.jp/") },
		{ "Content-Type: text/plain",
		    STR_INIT("\xfe\xffsee  http://a.jp/") },
		{ "Content-Type: text/html; charset=utf-16le",
		    STR_INIT("<a href='http://a.jp/'>yy</a>") },
		{ "Content-Type: text/html; charset=utf-16",
		    STR_INIT("<p>é<a href='http://a.jp/'>yy</a>") },
		/* One shift in a comment ate its end, and the page. */
		{ "Content-Type: text/html; charset=iso-2022-jp",
		    STR_INIT("<!-- \x0e--><a href='http://a.jp/'>y</a>") },
		{ "Content-Type: text/html; charset=iso-2022-jp-2",
		    STR_INIT("<!-- \x1b$(D--><a href='http://a.jp/'>y</a>") },
		{ "Content-Type: text/html; charset=cp50220",
		    STR_INIT("<!-- \x1b$A--><a href='http://a.jp/'>y</a>") },
	};
	struct arena *a = arena_new();
	struct message m;

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		message_read(&m, a, str_cat(a, str_of(cases[i].fields),
		    STR("\n\n"), cases[i].body), NULL, NULL);
		if (!has_link(&m, "http://a.jp/"))
			fail_msg("case %zu: no link", i);
	}
	arena_free(a);
}

/* A line that leaves off in kanji: browsers go on in
 * kanji, and mail programs begin anew. */
static void
test_a_run_over_the_end_of_a_line_is_read_both_ways(void **state)
{
	struct arena *a = arena_new();
	struct message m;

	(void)state;
	message_read(&m, a, STR("Content-Type: text/plain; charset=iso-2022-jp"
	    "\n\n\x1b$B;00f\n=;M'\x1b(B see"), NULL, NULL);
	assert_int_equal(m.texts.n, 2);
	assert_string_equal(str_cstr(a, m.texts.at[0].visible),
	    "三井\n=;M' see");
	assert_string_equal(str_cstr(a, m.texts.at[1].visible),
	    "三井\n住友 see");
	assert_true(m.texts.at[1].is_again);
	arena_free(a);
}

/* A mark of UTF-16 in front made kanji of all of a raw Subject. */
static void
test_no_field_is_in_utf16(void **state)
{
	struct arena *a = arena_new();
	struct message m;

	(void)state;
	message_read(&m, a, STR("Subject: \xff\xfe至急 ab\n\nx"), NULL, NULL);
	assert_string_equal(str_cstr(a, m.subject), "至急 ab");
	arena_free(a);
}

/* Bytes in another charset that nobody sees are no reason to read all in it;
 * and what both readings have is there once. */
static void
test_a_label_is_believed_beside_what_it_cannot_be(void **state)
{
	static const struct {
		const char *charset;
		struct str lure, junk;
	} cases[] = {
		{ "utf-8", STR_INIT("お客様"), STR_INIT("\x82\xb1\x82\xea\x82"
		    "\xcd\x83\x65\x83\x58\x83\x67\x82\xc5\x82\xb7 ") },
		{ "utf-8", STR_INIT("お客様"), STR_INIT("\xa5\xab\xa5\xb4\xa5"
		    "\xe4 ") },
		{ "shift_jis", STR_INIT("\x82\xa8\x8b\x71\x97\x6c"),
		    STR_INIT("これはテストです ") },
		{ "euc-jp", STR_INIT("\xa4\xaa\xb5\xd2\xcd\xcd"),
		    STR_INIT("これはテストです ") },
	};
	struct arena *a = arena_new();
	struct message m;
	struct buf b;
	bool is_found;

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		buf_init_arena(&b, a, SIZE_MAX);
		buf_printf(&b, "Content-Type: text/html; charset=%s\n\n<p>",
		    cases[i].charset);
		buf_add_str(&b, cases[i].lure);
		buf_add_str(&b, STR("<p><a href='http://a.jp/'>x</a>"
		    "<div style='display:none'>"));
		for (int n = 0; n < 40; n++)
			buf_add_str(&b, cases[i].junk);
		message_read(&m, a, buf_str(&b), NULL, NULL);
		is_found = false;
		for (size_t n = 0; n < m.texts.n; n++)
			is_found |= str_starts(m.texts.at[n].visible,
			    STR("お客様"));
		if (!is_found || m.urls.n != 1)
			fail_msg("case %zu: %zu texts, %zu links", i,
			    m.texts.n, m.urls.n);
	}
	arena_free(a);
}

/* Too many parts are not read, but for their links. */
static void
test_links_behind_the_last_part_that_is_read_are_found(void **state)
{
	struct arena *a = arena_new();
	struct message m;
	struct buf b;

	(void)state;
	buf_init_arena(&b, a, SIZE_MAX);
	buf_add_str(&b, STR("Content-Type: multipart/mixed; boundary=x\n\n"));
	for (int i = 0; i < 3000; i++)
		buf_add_str(&b, STR("--x\n\n"));
	buf_add_str(&b, STR("--x\n\nhttp://a.jp/\n--x--\n"));
	message_read(&m, a, buf_str(&b), NULL, NULL);
	assert_true((m.limits & 1U << LIMIT_PARTS) != 0);
	assert_in_range(m.parts.n, 1000, 1300);
	assert_true(has_link(&m, "http://a.jp/"));
	arena_free(a);
}

/* A file without type and name is seen for what it is; lines among the fields
 * are the body to those who stop there. */
static void
test_what_only_some_readers_show_is_a_text(void **state)
{
	struct arena *a = arena_new();
	struct message m;

	(void)state;
	read_with(&m, a, "Content-Type: application/octet-stream\n\n"
	    " <!DOCTYPE html><a href=http://x.example/>y</a>", NULL, NULL);
	assert_int_equal(m.texts.n, 1);
	assert_true(m.texts.at[0].is_html);
	assert_int_equal(m.urls.n, 1);
	assert_false(m.is_damaged);
	read_with(&m, a, "Content-Type: application/octet-stream; name=a.bin"
	    "\n\n<html>x", NULL, NULL);
	assert_int_equal(m.texts.n, 0);
	read_with(&m, a, "From: a@b.example\nplease\n"
	    "see http://x.example/ now\n"
	    "Content-Transfer-Encoding: base64\nSubject: c\n\naGk=\n",
	    NULL, NULL);
	assert_int_equal(m.texts.n, 2);
	assert_true(str_is(m.texts.at[0].visible, "hi"));
	assert_true(str_starts(m.texts.at[1].visible,
	    STR("please\nsee http://x.example/ now\n")));
	assert_true(str_is(m.subject, "c"));
	assert_int_equal(m.urls.n, 1);
	assert_true(m.is_damaged);
	arena_free(a);
}

static void
test_links_come_bare_first_then_anchors_then_nested(void **state)
{
	static const struct {
		enum url_source source;
		uint32_t part;
		const char *host;
	} wanted[] = {
		{ URL_TEXT, PART_NONE, "subject.example" },
		{ URL_TEXT, 1, "plain.example" },
		{ URL_TEXT, 2, "bare.example" },
		{ URL_A, 2, "evil.example" },
		{ URL_NESTED, 2, "inner.example" },
	};
	struct arena *a = arena_new();
	struct message m;

	(void)state;
	read_with(&m, a, "Subject: http://subject.example/\n"
	    "Content-Type: multipart/alternative; boundary=b\n\n"
	    "--b\n\nsee http://plain.example/x and hxxp://dead.example/\n"
	    "--b\nContent-Type: text/html; charset=utf-8\n\n"
	    "<a href='http://evil.example/?u=http%3A%2F%2Finner.example%2F'>"
	    "https://shown.example/</a> http://bare.example/\n--b--\n", NULL,
	    NULL);
	assert_int_equal(m.urls.n, sizeof(wanted) / sizeof(wanted[0]));
	for (size_t i = 0; i < m.urls.n; i++) {
		assert_int_equal(m.urls.at[i].source, wanted[i].source);
		assert_int_equal(m.urls.at[i].part, wanted[i].part);
		assert_true(str_is(m.urls.at[i].host, wanted[i].host));
	}
	assert_true(str_is(m.urls.at[3].text, "https://shown.example/"));
	assert_int_equal(m.urls.at[4].outer, 3);
	assert_int_equal(m.defanged, 1);
	assert_true(str_has(m.texts.at[1].visible, ':'));
	assert_false(str_has(m.texts.at[1].visible, '<'));
	arena_free(a);
}

static void
test_what_was_over_a_limit_is_said(void **state)
{
	struct message_limits few = message_limits_default;
	struct message_conf conf = { .limits = &few };
	struct arena *a = arena_new();
	struct message m;

	(void)state;
	few.hops = few.addresses = 1;
	few.decoded = 2;
	few.bytes = 60;
	message_read(&m, a, STR("Received: a\nReceived: b\n"
	    "From: a@b, c@d\n\nabcd" "efghijklmnopqrstuvwxyz"), NULL, &conf);
	assert_int_equal(m.limits, 1U << LIMIT_BYTES | 1U << LIMIT_HOPS |
	    1U << LIMIT_ADDRESSES | 1U << LIMIT_DECODED);
	assert_int_equal(m.raw.n, 60);
	assert_true(str_is(m.texts.at[0].utf8, "ab"));
	for (int i = 0; i < LIMITS; i++)
		assert_true(strlen(limit_name((enum limit)i)) > 3);
	arena_free(a);
}

/* Is there a link to evil.example in what is read? */
static bool
leads_to_evil(struct str raw)
{
	struct arena *a = arena_new();
	const struct url *u;
	struct message m;
	bool is = false;

	message_read(&m, a, raw, NULL, NULL);
	VEC_EACH (u, &m.urls)
		is |= str_is(u->host, "evil.example");
	is &= m.from.n == 1;
	arena_free(a);
	return is;
}

/* Once five thousand fields hid From and Content-Type, eight thousand pictures
 * or empty anchors the links, ten megabytes of anything all behind them. */
static void
test_no_flood_hides_what_comes_behind_it(void **state)
{
	static const struct {
		const char *head, *flood;
		size_t n;
		const char *tail;
	} cases[] = {
		{ "", "X-A: b\n", 6000, "From: a@b.example\n"
		  "Content-Type: text/html\n"
		  "Content-Transfer-Encoding: quoted-printable\n\n"
		  "<a href=3D\"http:/=\n/evil.example/\">x</a>" },
		{ "From: a@b.example\nContent-Type: text/html\n\n",
		  "<img src='http://a.example/'>", 9000,
		  "<a href='http://evil.example/'>x</a>" },
		{ "From: a@b.example\nContent-Type: text/html\n\n",
		  "<a href='http://a.example/'></a>", 3000,
		  "<a href='http://evil.example/'>x</a>" },
		{ "From: a@b.example\n\n", "filler\n", 2000000,
		  "http://evil.example/" },
		{ "From: a@b.example\nContent-Type: text/html\n\n<!--",
		  "filler\n", 2000000,
		  "--><a href='http://evil.example/'>x</a>" },
	};
	struct buf b;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		buf_init(&b, SIZE_MAX);
		buf_printf(&b, "%s", cases[i].head);
		for (size_t k = 0; k < cases[i].n; k++)
			buf_add_str(&b, str_of(cases[i].flood));
		buf_printf(&b, "%s", cases[i].tail);
		if (!leads_to_evil(buf_str(&b)))
			fail_msg("hidden by %s", cases[i].flood);
		buf_release(&b);
	}
}

/* Once each of these was read as something else than what a reader of the
 * mail gets to see, and its link was lost. */
static void
test_links_are_found_where_readers_are_led(void **state)
{
	static const char *const raws[] = {
		"From: a@b.example\nContent-Type: text/html\n\n"
		"<a href=\"//evil.example/x\">x</a>",
		"From: a@b.example\nContent-Type: text/html\n\n"
		"<a href=\"\\\\evil.example\\x\">x</a>",
		"\r\n\r\nFrom: a@b.example\r\nContent-Type: text/html\r\n\r\n"
		"<a href=\"http://evil.example/\">x</a>",
		"From: a@b.example\nContent-Transfer-Encoding: 7bit\n"
		"Content-Transfer-Encoding: base64\n\n"
		"aHR0cDovL2V2aWwuZXhhbXBsZS8=\n",
		"From: a@b.example\nContent-Transfer-Encoding: (x) base64 (y)\n"
		"\naHR0cDovL2V2aWwuZXhhbXBsZS8=\n",
		"From: a@b.example\nContent-Transfer-Encoding: \"base64\"\n"
		"\naHR0cDovL2V2aWwuZXhhbXBsZS8=\n",
		"From: a@b.example\nContent-Type: image/svg+xml\n"
		"Content-Disposition: attachment\n\n"
		"<svg><a xlink:href=\"http://evil.example/\">x</a></svg>",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(raws) / sizeof(raws[0]); i++)
		if (!leads_to_evil(str_of(raws[i])))
			fail_msg("not found: %s", raws[i]);
}

/* Thirty megabytes, in each form that a sender can choose. */
/* With the number in place of each "%u". */
static void
add_numbered(struct buf *b, const char *text, unsigned number)
{
	struct str rest = str_of(text);

	while (rest.n != 0) {
		size_t n = str_find_str(rest, STR("%u"));

		buf_add_str(b, str_head(rest, n));
		if (n < rest.n)
			buf_printf(b, "%u", number);
		rest = str_from(rest, n + 2);
	}
}

/* Of 16 KB, with as many parts or fields as their limits or their bytes let
 * there be: lists left what they had outgrown behind, and texts that were
 * undone in vain stayed. */
static void
test_what_is_deep_or_read_twice_holds_little(void **state)
{
	static const struct {
		const char *head, *again;
		const char *piece; /* to the end */
	} shapes[] = {
		{ "", "Content-Type: multipart/mixed; boundary=b%u\r\n\r\n"
		    "--b%u\r\n", "" },
		{ "", "Subject: %u\r\nContent-Type: message/rfc822\r\n\r\n",
		    "" },
		{ "Content-Type: multipart/mixed; boundary=b\r\n\r\n", "",
		    "<p>never comes<p>\r\n" },
		{ "Content-Type: multipart/mixed; boundary=b\r\n"
		    "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
		    "=2D-b\r\n\r\n--b\r\n\r\n", "",
		    "an ordinary line of text\r\n" },
		{ "A: b\r\n\r\n", "",
		    "begin 644 a\r\n#0V%T\r\n`\r\nend\r\n" },
		{ "", "X-Some-Field-%u: with a value of its own\r\n", "" },
	};
	enum { SIZE = 16 * 1024 };

	(void)state;
	for (size_t i = 0; i < nitems(shapes); i++) {
		struct arena *a = arena_new(), *made = arena_new();
		struct message m;
		struct buf b;

		buf_init_arena(&b, made, SIZE_MAX);
		buf_add_str(&b, str_of(shapes[i].head));
		for (unsigned k = 0; *shapes[i].again != '\0' && b.n < SIZE;
		    k++)
			add_numbered(&b, shapes[i].again, k);
		while (b.n < SIZE)
			buf_add_str(&b, str_of(shapes[i].piece));
		message_read(&m, a, buf_str(&b), NULL, NULL);
		if (arena_used(a) >= 4 * b.n)
			fail_msg("shape %zu: %zu bytes for %zu", i,
			    arena_used(a), b.n);
		arena_free(made);
		arena_free(a);
	}
}

static void
test_a_message_of_thirty_megabytes_is_read(void **state)
{
	static const char *const heads[] = {
		"Subject: x\n\n",
		"Content-Type: text/html; charset=shift_jis\n\n",
		"Content-Transfer-Encoding: base64\n\n",
		"Content-Type: multipart/mixed; boundary=-\n\n",
		"Subject: ",
	};
	struct buf b;

	(void)state;
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		struct arena *a = arena_new();
		int64_t begin = clock_ms();
		struct message m;

		buf_init(&b, SIZE_MAX);
		buf_printf(&b, "%s", heads[i]);
		while (b.n < 30 * 1024 * 1024)
			buf_printf(&b, "---\n\n<a href=http://a.example/>"
			    "\x83\x4a\x83\x4a\x83\x4a</a>\n");
		message_read(&m, a, buf_str(&b), NULL, NULL);
		assert_true(m.parts.n >= 1);
		assert_true(clock_ms() - begin < 120000);
		arena_free(a);
		buf_release(&b);
	}
}

static void
assert_sane(const struct message *m)
{
	const struct text *t;
	const struct address *p;
	const struct part *part;

	assert_true(utf8_is_valid(m->subject));
	VEC_EACH(t, &m->texts) {
		assert_true(utf8_is_valid(t->utf8));
		assert_true(utf8_is_valid(t->visible));
		assert_true(utf8_is_valid(t->hidden));
	}
	VEC_EACH(p, &m->from)
		assert_true(utf8_is_valid(p->name));
	VEC_EACH(part, &m->parts)
		assert_true(utf8_is_valid(part->name));
}

static void
assert_folder(const char *name)
{
	/* First what may skip, which leaves by a jump and frees nothing. */
	char path[512];
	const char *folder = shared_path(path, sizeof(path), name);
	file_list files = { .n = 0 };
	struct arena *names = arena_new();
	struct err e;

	assert_true(file_walk(&files, names, folder, STR(""), &e));
	for (size_t i = 0; i < files.n; i++) {
		struct arena *a = arena_new();
		struct message m;
		struct str raw;

		assert_true(file_read(&raw, a, str_cstr(a, files.at[i]),
		    100 << 20, &e));
		message_read(&m, a, raw, NULL, NULL);
		assert_sane(&m);
		/* and cut in the middle of it */
		message_read(&m, a, str_head(raw, raw.n / 2), NULL, NULL);
		assert_sane(&m);
		arena_free(a);
	}
	assert_true(files.n > 10);
	arena_free(names);
}

static void
test_real_messages_are_read_to_their_end(void **state)
{
	(void)state;
	assert_folder("mime");
	assert_folder("phishing");
	assert_folder("arc");
}

/* What some clients show and others do not was told hidden alone. */
static void
test_a_page_is_read_as_those_show_it_who_strip_styles(void **state)
{
	struct arena *a = arena_new();
	struct message m;

	(void)state;
	message_read(&m, a, STR("Content-Type: text/html\n\n<p>one <span "
	    "style='position:absolute;left:-9999px'>two http://c.jp/ </span>"
	    "three http://d.jp/ <a href=http://a.jp/><i style="
	    "'visibility:hidden'>go</i></a> <a href=http://b.jp/>b</a>"
	    "<p hidden>four"), NULL, NULL);
	assert_int_equal(m.texts.n, 2);
	assert_string_equal(str_cstr(a, m.texts.at[0].visible),
	    "one three http://d.jp/ b");
	assert_string_equal(str_cstr(a, m.texts.at[1].visible),
	    "one two http://c.jp/ three http://d.jp/ go b");
	assert_string_equal(str_cstr(a, m.texts.at[1].hidden), "four");
	assert_false(m.texts.at[0].is_stripped);
	assert_true(m.texts.at[1].is_stripped);
	assert_int_equal(m.urls.n, 4);
	assert_true(has_link(&m, "http://c.jp/"));
	assert_string_equal(str_cstr(a, m.urls.at[2].normalized),
	    "http://a.jp/");
	assert_string_equal(str_cstr(a, m.urls.at[2].text), "go");
	message_read(&m, a, STR("Content-Type: text/html\n\n<p hidden>one<p "
	    "style='visibility:hidden;font-size:0'>two"), NULL, NULL);
	assert_int_equal(m.texts.n, 1);
	arena_free(a);
}

/* Once each way of hiding that was read wrong took the whole of a page. */
static void
test_a_page_that_shows_next_to_nothing_is_read_as_if_it_hid_nothing(
    void **state)
{
#define BLANKS4 "\u2800\u00a0\u2500\u200b"
#define BLANKS16 BLANKS4 BLANKS4 BLANKS4 BLANKS4
#define BLANKS BLANKS16 BLANKS16 BLANKS16 "-"
#define SALAD "<div hidden>a word and a word and a word and one more</div>"
	static const struct {
		const char *html;
		const char *second; /* or NULL: there is none */
	} cases[] = {
		{ "<div style='font-size:0'>your parcel is kept, come and "
		    "<a href=http://a.jp/>get it</a></div>",
		    "your parcel is kept, come and get it" },
		{ "hi<div hidden>your parcel is kept, come to http://a.jp/",
		    "hi\nyour parcel is kept, come to http://a.jp/" },
		{ "<p>hi<style>b{color:red}</style><p style='display:none'>"
		    "<template>no</template>your parcel is kept, "
		    "<a href=http://a.jp/>get it</a>",
		    "hi\nyour parcel is kept, get it" },
		{ "hi" BLANKS "<div hidden>your parcel is kept, "
		    "<a href=http://a.jp/>get it</a>",
		    "hi" BLANKS "\nyour parcel is kept, get it" },
		/* these letters stood in the words once all was shown */
		{ "<p style='opacity:0'>your par<i hidden>xq</i>cel is ke"
		    "<i style='font-size:0'>xq</i>pt, <a href=http://a.jp/>ge"
		    "<font style='color:#fff'>xq</font>t it</a>",
		    "your parcel is kept, get it" },
		{ "<p style='color:#fff;background:#fff'>your par<i hidden>xq"
		    "</i>cel is kept, come to http://a.jp/",
		    "your parcel is kept, come to http://a.jp/" },
		{ "<div hidden><p style='opacity:0'>your par<i hidden>xq</i>"
		    "cel is kept, <a href=http://a.jp/>get it</a>",
		    "your parcel is kept, get it" },
		{ SALAD "<a href=http://a.jp/><img src=http://b.jp/></a>",
		    NULL },
		{ SALAD "<a href=http://a.jp/><img src=b alt=go></a>", NULL },
		{ "<p>this is a mail that says all it says to those who read "
		    "it<div hidden>or <a href=http://a.jp/>get it</a>", NULL },
	};
	struct arena *a = arena_new();
	struct message m;

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		message_read(&m, a, str_cat(a, STR("Content-Type: text/html"
		    "\n\n"), str_of(cases[i].html)), NULL, NULL);
		assert_int_equal(m.texts.n, cases[i].second == NULL ? 1 : 2);
		assert_false(m.texts.at[0].is_unhidden);
		if (cases[i].second == NULL)
			continue;
		assert_true(m.texts.at[1].is_unhidden);
		assert_string_equal(str_cstr(a, m.texts.at[1].visible),
		    cases[i].second);
		assert_true(has_link(&m, "http://a.jp/"));
		assert_int_equal(m.urls.n, 1);
		assert_true(m.urls.at[0].source != URL_A ||
		    str_is(m.urls.at[0].text, "get it"));
	}
	arena_free(a);
}

/* The reading with all that is hidden took the place of the one where styles
 * are stripped, and showed the letters that part the words there. */
static void
test_a_page_that_is_moved_away_is_read_where_styles_are_stripped(void **state)
{
	struct arena *a = arena_new();
	struct message m;

	(void)state;
	message_read(&m, a, STR("Content-Type: text/html\n\n<div style="
	    "'position:absolute;left:-9999px'>your par<i hidden>xq</i>cel is "
	    "kept, <a href=http://a.jp/>ge<i hidden>xq</i>t it</a></div>"),
	    NULL, NULL);
	assert_int_equal(m.texts.n, 2);
	assert_int_equal(m.texts.at[0].visible.n, 0);
	assert_true(m.texts.at[1].is_unhidden);
	assert_string_equal(str_cstr(a, m.texts.at[1].visible),
	    "your parcel is kept, get it");
	assert_int_equal(m.urls.n, 1);
	assert_string_equal(str_cstr(a, m.urls.at[0].text), "get it");
	message_read(&m, a, STR("Content-Type: text/html\n\n<div hidden>"
	    "no parcel, no parcel, no parcel</div><div style="
	    "'text-indent:-9999px'>your par<i hidden>xq</i>cel is "
	    "kept, <a href=http://a.jp/>get it</a></div>"), NULL, NULL);
	assert_int_equal(m.texts.n, 3);
	assert_false(m.texts.at[2].is_unhidden);
	assert_true(m.texts.at[2].is_stripped);
	assert_string_equal(str_cstr(a, m.texts.at[2].visible),
	    "your parcel is kept, get it");
	message_read(&m, a, STR("Content-Type: text/html\n\n<div style="
	    "'position:absolute;left:-9999px'>your parcel is kept, "
	    "<a href=http://a.jp/>get it</a></div>"), NULL, NULL);
	assert_int_equal(m.texts.n, 2);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_a_page_that_is_moved_away_is_read_where_styles_are_stripped),
		cmocka_unit_test(test_the_peer_is_the_first_that_is_not_ours),
		cmocka_unit_test(
		    test_a_page_that_shows_next_to_nothing_is_read_as_if_it_hid_nothing),
		cmocka_unit_test(
		    test_the_envelope_knows_better_than_the_message),
		cmocka_unit_test(
		    test_a_line_of_the_client_the_envelope_names_is_not_believed),
		cmocka_unit_test(
		    test_a_relay_of_ours_tells_who_came_to_it),
		cmocka_unit_test(
		    test_the_return_path_stands_in_for_the_envelope),
		cmocka_unit_test(
		    test_only_results_of_our_hosts_above_the_peer_count),
		cmocka_unit_test(
		    test_of_a_sender_who_writes_results_nobody_passes),
		cmocka_unit_test(
		    test_the_first_result_below_our_own_line_counts),
		cmocka_unit_test(
		    test_origins_and_dates_are_told_and_not_believed),
		cmocka_unit_test(test_origins_are_read_in_every_form),
		cmocka_unit_test(
		    test_raw_fields_are_in_the_charset_of_the_text),
		cmocka_unit_test(test_fields_are_read_whatever_their_number),
		cmocka_unit_test(test_texts_are_all_that_a_reader_may_open),
		cmocka_unit_test(test_what_only_some_readers_show_is_a_text),
		cmocka_unit_test(
		    test_bytes_of_another_charset_are_found_out),
		cmocka_unit_test(test_what_a_label_hides_is_read_both_ways),
		cmocka_unit_test(
		    test_links_behind_the_last_part_that_is_read_are_found),
		cmocka_unit_test(
		    test_a_run_over_the_end_of_a_line_is_read_both_ways),
		cmocka_unit_test(test_no_field_is_in_utf16),
		cmocka_unit_test(
		    test_a_label_is_believed_beside_what_it_cannot_be),
		cmocka_unit_test(
		    test_links_come_bare_first_then_anchors_then_nested),
		cmocka_unit_test(test_what_was_over_a_limit_is_said),
		cmocka_unit_test(test_no_flood_hides_what_comes_behind_it),
		cmocka_unit_test(test_links_are_found_where_readers_are_led),
		cmocka_unit_test(
		    test_a_page_is_read_as_those_show_it_who_strip_styles),
		cmocka_unit_test(test_what_is_deep_or_read_twice_holds_little),
		cmocka_unit_test(test_a_message_of_thirty_megabytes_is_read),
		cmocka_unit_test(test_real_messages_are_read_to_their_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
