/* SPDX-License-Identifier: Apache-2.0 */
/* Facts of messages, and the small nouns that read them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "mail/message.h"
#include "rule/extract.h"
#include "rule/filetype.h"
#include "rule/hostclass.h"
#include "rule/localpart.h"
#include "rule/phone.h"
#include "rule/recipients.h"
#include "../mail/shared.h"

struct scene {
	struct arena *arena;
	struct fact_table table;
	struct envelope envelope;
	struct message message;
	struct facts facts;
};

static int
setup(void **state)
{
	struct arena *a = arena_new();
	struct scene *s = ARENA_ONE(a, struct scene);

	s->arena = a;
	fact_table_init(&s->table, a);
	*state = s;
	return 0;
}

static int
teardown(void **state)
{
	struct scene *s = *state;

	arena_free(s->arena);
	return 0;
}

static void
extract(struct scene *s, const char *raw)
{
	static const struct message_conf conf;

	message_read(&s->message, s->arena, str_of(raw), &s->envelope, &conf);
	facts_init(&s->facts, s->arena, &s->table);
	extract_facts(&s->facts, &s->message, &s->envelope, NULL);
}

static void
assert_fact(const struct scene *s, enum fact_id id, const char *wanted)
{
	const struct fact *f = facts_get(&s->facts, id);

	assert_int_equal(f->state, FACT_KNOWN);
	assert_true(f->n > 0);
	if (!str_is(f->at[0].text, wanted))
		fail_msg("%s: \"%.*s\" is not \"%s\"",
		    s->table.defs.at[id]->name, STR_ARG(f->at[0].text),
		    wanted);
}

static void
assert_state(const struct scene *s, enum fact_id id, enum fact_state state)
{
	if (facts_get(&s->facts, id)->state != state)
		fail_msg("%s: state %d, not %d", s->table.defs.at[id]->name,
		    (int)facts_get(&s->facts, id)->state, (int)state);
}

static bool
has_value(const struct scene *s, enum fact_id id, const char *wanted)
{
	const struct fact *f = facts_get(&s->facts, id);

	for (size_t i = 0; i < f->n; i++)
		if (str_is(f->at[i].text, wanted))
			return true;
	return false;
}

#define LURE                                                              \
	"Received: from new194 (104-219-238-62.cloud7.bad.example "      \
	"[104.219.238.62])\r\n by mx.victim.example (Postfix) with ESMTP " \
	"id 1;\r\n Mon, 9 Feb 2026 05:08:00 +0900\r\n"                    \
	"Received: from inner.bad.example (inner.bad.example "           \
	"[198.51.100.9])\r\n by relay.bad.example with SMTP id 2;\r\n"    \
	" Mon, 9 Feb 2026 05:07:00 +0900\r\n"                             \
	"From: \"KAGOYA\" <support3@Bad.Example>\r\n"                     \
	"To: Taro <taro@victim.example>\r\n"                              \
	"Reply-To: x@other.example\r\n"                                   \
	"In-Reply-To: <1@x>\r\n"                                          \
	"Subject: [spam]***SPAM*** [KAGOYA Billing] x\r\n"                \
	"Content-Type: text/plain; charset=utf-8\r\n\r\n"                 \
	"Tel 0120-022-234\r\n"                                            \
	"https://www.land.example/a//b?uid=taro%40victim.example\r\n"     \
	"https://192.0.2.80/x\r\nhxxps://no[.]link/\r\n"

static void
test_a_lure_gives_its_facts(void **state)
{
	struct scene *s = *state;

	extract(s, LURE);
	assert_fact(s, FACT_IP, "104.219.238.62");
	assert_fact(s, FACT_HELO, "new194");
	assert_fact(s, FACT_HELO_CLASS, "single-label");
	assert_fact(s, FACT_RDNS, "104-219-238-62.cloud7.bad.example");
	assert_fact(s, FACT_RDNS_GENERIC, "true");
	assert_fact(s, FACT_FROM, "support3@bad.example");
	assert_fact(s, FACT_FROM_DOMAIN, "bad.example");
	assert_fact(s, FACT_FROM_NAME, "KAGOYA");
	assert_fact(s, FACT_FROM_ROLE, "true");
	assert_fact(s, FACT_REPLY_TO_DOMAIN, "other.example");
	assert_fact(s, FACT_RCPT, "taro@victim.example");
	assert_fact(s, FACT_SUBJECT, "[KAGOYA Billing] x");
	assert_fact(s, FACT_SUBJECT_TAG, "[spam]***SPAM***");
	assert_fact(s, FACT_PHONE, "0120022234");
	assert_fact(s, FACT_COUNT_LINKS, "2");
	assert_fact(s, FACT_COUNT_URL_HOSTS, "2");
	assert_fact(s, FACT_COUNT_RECIPIENTS, "1");
	assert_fact(s, FACT_COUNT_REFERENCES, "1");
	assert_fact(s, FACT_DEFANGED, "1");
	assert_fact(s, FACT_RCPT_IN_URL, "true");
	assert_fact(s, FACT_CHARSET, "utf-8");
	assert_fact(s, FACT_URL_HOST, "www.land.example");
	assert_fact(s, FACT_URL_PATH, "/a/b");
}

static void
test_what_nobody_said_is_failed_and_what_is_not_there_is_absent(void **state)
{
	struct scene *s = *state;

	extract(s, "Subject: x\r\n\r\nhello http://a.example/\r\n");
	assert_state(s, FACT_IP, FACT_FAILED);
	assert_state(s, FACT_HELO, FACT_FAILED);
	assert_state(s, FACT_RDNS, FACT_FAILED);
	assert_state(s, FACT_MAIL_FROM, FACT_FAILED);
	assert_state(s, FACT_ASN, FACT_FAILED);
	assert_state(s, FACT_COUNTRY, FACT_FAILED);
	assert_state(s, FACT_URL_IP, FACT_FAILED);
	assert_state(s, FACT_AUTH_SPF, FACT_FAILED);
	assert_state(s, FACT_FROM, FACT_ABSENT);
	assert_state(s, FACT_RCPT, FACT_ABSENT);
	assert_state(s, FACT_SUBJECT_TAG, FACT_ABSENT);
	assert_state(s, FACT_HTML, FACT_ABSENT);
	assert_state(s, FACT_LIMIT, FACT_ABSENT);
	s->envelope = (struct envelope){ .has_rdns = true,
		.has_mail_from = true,
		.auth.result = { [AUTH_SPF] = AUTH_NONE } };
	extract(s, "Subject: x\r\n\r\nhello\r\n");
	assert_state(s, FACT_RDNS, FACT_ABSENT);
	assert_state(s, FACT_MAIL_FROM, FACT_ABSENT);
	assert_state(s, FACT_URL_IP, FACT_ABSENT);
	assert_fact(s, FACT_AUTH_SPF, "none");
	assert_state(s, FACT_AUTH_DKIM, FACT_FAILED);
}

static void
test_no_fact_stays_open(void **state)
{
	static const char *const mails[] = { LURE, "", "\r\n", "x" };
	struct scene *s = *state;

	for (size_t i = 0; i < nitems(mails); i++) {
		extract(s, mails[i]);
		for (uint32_t id = 0; id < FACTS_OWN; id++)
			if (facts_get(&s->facts, id)->state == FACT_OPEN)
				fail_msg("%s is open",
				    s->table.defs.at[id]->name);
	}
}

static void
test_relays_are_all_hosts_but_the_one_that_is_ours(void **state)
{
	struct scene *s = *state;

	extract(s, LURE);
	assert_true(has_value(s, FACT_RELAY, "new194"));
	assert_true(has_value(s, FACT_RELAY, "104.219.238.62"));
	assert_true(has_value(s, FACT_RELAY, "inner.bad.example"));
	assert_true(has_value(s, FACT_RELAY, "relay.bad.example"));
	assert_false(has_value(s, FACT_RELAY, "mx.victim.example"));
}

static void
test_facts_of_urls_are_parallel_to_the_list(void **state)
{
	static const enum fact_id ids[] = { FACT_URL, FACT_URL_HOST,
		FACT_URL_DOMAIN, FACT_URL_PATH, FACT_URL_QUERY,
		FACT_LINK_TEXT };
	struct scene *s = *state;

	extract(s, LURE);
	assert_true(s->message.urls.n >= 2);
	for (size_t i = 0; i < nitems(ids); i++) {
		const struct fact *f = facts_get(&s->facts, ids[i]);

		assert_int_equal(f->n, s->message.urls.n);
		for (size_t k = 0; k < f->n; k++) {
			assert_int_equal(f->at[k].place.kind, PLACE_URL);
			assert_int_equal(f->at[k].place.index, k);
		}
	}
	assert_true(has_value(s, FACT_URL_IP, "192.0.2.80"));
	assert_state(s, FACT_URL_IP, FACT_FAILED);
}

static void
test_gateway_tags_are_taken_off_subjects(void **state)
{
	static const struct {
		const char *subject, *rest, *tag;
	} cases[] = {
		{ "[spam] お知らせ", "お知らせ", "[spam]" },
		{ "[SPAM]お知らせ", "お知らせ", "[SPAM]" },
		{ "***SPAM*** [MEIWAKU] x", "x", "***SPAM*** [MEIWAKU]" },
		{ "[迷惑メール]　x", "x", "[迷惑メール]" },
		{ "[spam]", "", "[spam]" },
		{ "[KAGOYA Billing] x", "[KAGOYA Billing] x", "" },
		{ "x [spam]", "x [spam]", "" },
		{ " x", " x", "" },
		{ "", "", "" },
	};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct str tag, rest = extract_untag(
		    str_of(cases[i].subject), NULL, &tag);

		assert_true(str_is(rest, cases[i].rest));
		assert_true(str_is(tag, cases[i].tag));
	}
}

static void
test_every_subject_is_a_value(void **state)
{
	struct scene *s = *state;
	const struct fact *f;

	extract(s, "From: a@b.example\nSubject:\nSubject: [spam] one\n"
	    "Subject: two\n\nx");
	f = facts_get(&s->facts, FACT_SUBJECT);
	assert_int_equal(f->n, 2);
	assert_true(str_is(f->at[0].text, "one"));
	assert_int_equal(f->at[0].place.offset, 27);
	assert_true(str_is(f->at[1].text, "two"));
	assert_true(str_is(facts_get(&s->facts,
	    FACT_SUBJECT_TAG)->at[0].text, "[spam]"));
	extract(s, "From: a@b.example\nSubject:\n\nx");
	assert_int_equal(facts_get(&s->facts, FACT_SUBJECT)->state,
	    FACT_ABSENT);
}

static void
test_configured_tags_replace_the_usual_ones(void **state)
{
	static const struct str tags[] = { STR_INIT("<<bad>>") };
	const struct extract_conf conf = { .subject_tags = tags,
		.n_subject_tags = 1 };
	struct str tag;

	(void)state;
	assert_true(str_is(extract_untag(STR("<<BAD>> x"), &conf, &tag), "x"));
	assert_true(str_is(extract_untag(STR("[spam] x"), &conf, &tag),
	    "[spam] x"));
}

static void
test_files_are_hashed_only_where_somebody_asks(void **state)
{
	static const char raw[] = "From: a@b.example\r\n"
	    "Content-Type: application/pdf; name=a.pdf\r\n"
	    "Content-Disposition: attachment\r\n\r\n%PDF-1.4\r\n";
	const struct extract_conf conf = { .is_without_hashes = true };
	struct scene *s = *state;

	extract(s, raw);
	assert_int_equal(facts_get(&s->facts, FACT_FILE_SHA256)->state,
	    FACT_KNOWN);
	facts_init(&s->facts, s->arena, &s->table);
	extract_facts(&s->facts, &s->message, &s->envelope, &conf);
	assert_int_equal(facts_get(&s->facts, FACT_FILE_TYPE)->state,
	    FACT_KNOWN);
	/* Nobody looked: that is something else than none. */
	assert_int_equal(facts_get(&s->facts, FACT_FILE_SHA256)->state,
	    FACT_FAILED);
}

static void
test_recipients_are_found_in_links_in_any_spelling(void **state)
{
	static const struct {
		const char *text;
		bool wanted;
	} cases[] = {
		{ "http://x.example/?u=taro@victim.example", true },
		{ "http://x.example/?u=TARO%40Victim.Example&b", true },
		{ "http://x.example/?u=taro%2540victim.example", true },
		{ "http://x.example/#taro@victim.example.", true },
		{ "http://x.example/?e=dGFyb0B2aWN0aW0uZXhhbXBsZQ==", true },
		{ "http://x.example/dGFyb0B2aWN0aW0uZXhhbXBsZQ/b", true },
		{ "http://x.example/?u=ataro@victim.example", false },
		{ "http://x.example/?u=taro@victim.example.com", false },
		{ "http://x.example/?u=%4", false },
		{ "", false },
	};
	const struct fact_value value = { .text = STR("Taro@victim.example") };
	const struct fact fact = { .at = &value, .n = 1 };
	struct scene *s = *state;
	struct recipients r;

	recipients_init(&r, s->arena, &fact, 0);
	assert_false(recipients_in(&r, s->arena, value.text));
	assert_true(recipients_add(&r, value.text, 0));
	assert_false(recipients_add(&r, STR("taro@Victim.example"), 1));
	assert_false(recipients_add(&r, STR(""), 1));
	for (size_t i = 0; i < nitems(cases); i++)
		if (recipients_in(&r, s->arena, str_of(cases[i].text)) !=
		    cases[i].wanted)
			fail_msg("%s", cases[i].text);
}

static void
test_generic_reverse_names_hold_the_address(void **state)
{
	static const struct {
		const char *name, *addr;
		bool wanted;
	} cases[] = {
		{ "104-219-238-62.cloud.example", "104.219.238.62", true },
		{ "62.238.219.104.dyn.example", "104.219.238.62", true },
		{ "ip104.219.238.62.example", "104.219.238.62", true },
		{ "68dbee3e.isp.example", "104.219.238.62", true },
		{ "p104219238062.example", "104.219.238.62", true },
		{ "host-62-238-219-104-x.example", "104.219.238.62", true },
		{ "mail.example", "104.219.238.62", false },
		{ "mx104.example", "104.219.238.62", false },
		{ "104-219-238-63.example", "104.219.238.62", false },
		{ "", "104.219.238.62", false },
		{ "2001-db8--1.example", "2001:db8::1", true },
		{ "2001-DB8--1.example", "2001:db8::1", true },
		{ "2001-db8--2.example", "2001:db8::1", false },
		{ "2001-db8--1.example", "2001:db8:5::1", false },
		{ "db8--1.example", "2001:db8::1", false },
		{ "mail--1.example", "2001:db8::1", false },
		{ "ip6-2001-db8-a--b-1.isp.example", "2001:db8:a::b:1", true },
		{ "2001-db8-1-2-3-4-5-6.isp.example",
		    "2001:db8:1:2:3:4:5:6", true },
		{ "node-a-b-c-d.isp.example", "2001:db8:1:2:a:b:c:d", true },
		{ "node-a-b-c-e.isp.example", "2001:db8:1:2:a:b:c:d", false },
		{ "d.0.0.0.c.0.0.0.b.0.0.0.a.0.0.0.2.0.0.0.1.0.0.0.8.b.d.0."
		    "1.0.0.2.ip6.example", "2001:db8:1:2:a:b:c:d", true },
		{ "e.0.0.0.c.0.0.0.b.0.0.0.a.0.0.0.2.0.0.0.1.0.0.0.8.b.d.0."
		    "1.0.0.2.ip6.example", "2001:db8:1:2:a:b:c:d", false },
		{ "2400-8902--f03c-91ff-fe11-2233.ip.example",
		    "2400:8902::f03c:91ff:fe11:2233", true },
		{ "mx1.mail.example", "2001:db8:1:2:3:4:5:6", false },
		{ "d.0.0.0.c.0.0.0.b.0.0.0.a.0.0.0.2.0.0.0.isp.example",
		    "2001:db8:1:2:a:b:c:d", true },
		{ "3-4-5-66.isp.example", "2001:db8:1:2:3:4:5:6", false },
		{ "mail3-4-5-6.isp.example", "2001:db8:1:2:3:4:5:6", false },
		{ "--.--.-", "2001:db8::", false },
		{ "x.0000-0000-0000-0001.example", "2001:db8::1", true },
	};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct addr addr;

		assert_true(addr_parse(str_of(cases[i].addr), &addr));
		if (hostclass_is_generic(str_of(cases[i].name), &addr) !=
		    cases[i].wanted)
			fail_msg("%s", cases[i].name);
	}
}

static void
test_helo_has_a_class_and_local_parts_have_roles(void **state)
{
	static const char *const helos[][2] = {
		{ "mail.example.jp", "fqdn" }, { "mail.example.jp.", "fqdn" },
		{ "new194", "single-label" }, { "[192.0.2.1]", "literal" },
		{ "192.0.2.1", "literal" }, { "[IPv6:2001:db8::1]", "literal" },
		{ "a b", "invalid" }, { "-x.example", "invalid" },
		{ "a..b", "invalid" }, { ".", "invalid" },
		{ "vps-192-0-2-1.example", "generic" },
		{ "c0000201.example", "generic" },
		{ "vps-192-0-2-2.example", "fqdn" },
	};
	static const char *const names[][2] = {
		{ "mail.example.jp", "named" },
		{ "mail.dynamic.example", "named" },
		{ "vps-192-0-2-1.example", "generic" },
		{ "1.2.0.192.dyn.example", "dynamic" },
		{ "pool-192-0-2-1.example", "dynamic" },
		{ "192-0-2-1.ADSL2.example", "dynamic" },
		{ "192-0-2-1.dynasty.example", "generic" },
		{ "static-192-0-2-1.dsl.example", "static" },
		{ "dsl-192-0-2-2.example", "named" },
	};
	struct addr addr;
	static const char *const roles[] = { "support", "Info", "no-reply",
		"noreply0", "amazon.support", "postmaster+x" };
	static const char *const people[] = { "taro", "hanako.yamada", "",
		"supporter", "123" };

	(void)state;
	assert_true(addr_parse(STR("192.0.2.1"), &addr));
	for (size_t i = 0; i < nitems(helos); i++)
		if (!str_is(hostclass_helo(str_of(helos[i][0]), &addr),
		    helos[i][1]))
			fail_msg("%s", helos[i][0]);
	for (size_t i = 0; i < nitems(names); i++)
		if (!str_is(hostclass_rdns(str_of(names[i][0]), &addr),
		    names[i][1]))
			fail_msg("%s", names[i][0]);
	for (size_t i = 0; i < nitems(roles); i++)
		assert_true(localpart_is_role(str_of(roles[i])));
	for (size_t i = 0; i < nitems(people); i++)
		assert_false(localpart_is_role(str_of(people[i])));
}

static void
test_local_parts_drawn_by_lot_are_told(void **state)
{
	static const char *const random[] = { "mail.clknfrr", "xkqvbtrw7" };
	static const char *const chosen[] = { "taro", "schwartzkopf",
		"brzezinski", "j.smith", "", "tsuchiya", "info-jp", "hr.dept" };

	(void)state;
	for (size_t i = 0; i < nitems(random); i++)
		assert_true(localpart_is_random(str_of(random[i])));
	for (size_t i = 0; i < nitems(chosen); i++)
		assert_false(localpart_is_random(str_of(chosen[i])));
}

static void
test_telephone_numbers_are_read_in_any_dress(void **state)
{
	static const struct {
		const char *text, *wanted; /* NULL: none */
	} cases[] = {
		{ "tel 050-2016-5000.", "05020165000" },
		{ "０１２０－０２２－２３４", "0120022234" },
		{ "(075) 252-9370 まで", "0752529370" },
		{ "+81 50 2016 5000", "05020165000" },
		{ "+81-(0)50-2016-5000", "05020165000" },
		{ "2026年2月9日 10:00", NULL },
		{ "12345678901", NULL },
		{ "0120", NULL },
		{ "", NULL },
	};
	struct scene *s = *state;

	for (size_t i = 0; i < nitems(cases); i++) {
		phone_list found = { 0 };

		phones_find(&found, s->arena, s->arena,
		    str_of(cases[i].text), 10);
		if ((found.n != 0) != (cases[i].wanted != NULL))
			fail_msg("%s: %zu", cases[i].text, found.n);
		if (found.n != 0 &&
		    !str_is(found.at[0].digits, cases[i].wanted))
			fail_msg("%s", cases[i].text);
	}
}

static void
test_a_flood_of_digits_stays_bounded(void **state)
{
	struct scene *s = *state;
	char *p = arena_take(s->arena, 1 << 20);
	phone_list found = { 0 };

	for (int i = 0; i < 1 << 20; i++)
		p[i] = "0 1-"[i % 4];
	phones_find(&found, s->arena, s->arena,
	    (struct str){ p, 1 << 20 }, 500);
	assert_true(found.n <= 505);
}

static void
test_files_are_told_by_their_first_bytes(void **state)
{
	static const struct {
		struct str bytes;
		const char *wanted;
	} cases[] = {
		{ STR_INIT("%PDF-1.7"), "pdf" },
		{ STR_INIT("MZ\x90\0"), "exe" },
		{ STR_INIT("PK\x03\x04xxword/document.xml"), "docx" },
		{ STR_INIT("PK\x03\x04xxa.txt"), "zip" },
		{ STR_INIT("\xef\xbb\xbf <HTML>"), "html" },
		{ STR_INIT("<?xml version='1.0'?><svg>"), "svg" },
		{ STR_INIT("hello"), "text" },
		{ STR_INIT("\0\1\2"), "data" },
		{ STR_INIT(""), "text" },
	};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++)
		if (!str_is(filetype_of(cases[i].bytes), cases[i].wanted))
			fail_msg("%s", cases[i].wanted);
}

enum { SMALL_MAIL = 4096, GROWTH_MOST = 4, WORST_MOST = 16,
	SPARE = 2 * 1024 * 1024 };

static void
assert_holds_little(struct str raw, struct str path, size_t most)
{
	struct arena *a = arena_new();
	struct scene s = { .arena = a };
	size_t before;

	fact_table_init(&s.table, a);
	before = arena_used(a);
	message_read(&s.message, a, raw, &s.envelope, NULL);
	facts_init(&s.facts, a, &s.table);
	extract_facts(&s.facts, &s.message, &s.envelope, NULL);
	if (arena_used(a) - before > most)
		fail_msg("%.*s: %zu bytes for %zu", STR_ARG(path),
		    arena_used(a) - before, raw.n);
	arena_free(a);
}

/* Thousands of small things: each has a limit, or costs little. */
static void
test_no_message_holds_more_than_sixteen_times_its_size(void **state)
{
	static const struct {
		const char *head, *unit;
	} shapes[] = {
		{ "multipart/mixed; boundary=x", "--x\r\n\r\n" },
		{ "multipart/mixed; boundary=x", "--x\r" },
		{ "text/plain", "http://a.jp/ " },
		{ "text/plain; charset=utf-8", "http://日本語.テスト/あ " },
		{ "text/plain", "http://a.example/r?u=" },
		{ "text/plain", "u=http://b.example.com/&" },
		{ "text/plain", "http://a.com/?u=http%3a%2f%2fb.com/&" },
		{ "text/html", "<a href=http://a.jp/>" },
		{ "text/html", "<a href=//a.jp><img alt=x>" },
		{ "text/html", "<iframe src=data:text/html,x>" },
		{ "text/html", "<b>" }, { "text/html", "<p style=x:y>" },
		{ "text/plain", "a:b;c=d\n" }, { "text/plain", "\x81" },
		{ "text/plain; charset=utf-8", "\uFDFA" },
		{ "text/plain; charset=x-user-defined", "\xe9" },
		{ "text/plain; charset=utf-8", "あ\x81" },
	};
	static const size_t sizes[] = { 60000, 1000000 };
	struct arena *a = ((struct scene *)*state)->arena;

	for (size_t i = 0; i < nitems(shapes) * nitems(sizes); i++) {
		size_t size = sizes[i % nitems(sizes)];
		struct buf b;

		buf_init_arena(&b, a, SIZE_MAX);
		buf_printf(&b, "Content-Type: %s\r\n\r\n",
		    shapes[i / nitems(sizes)].head);
		while (b.n < size)
			buf_add_str(&b, str_of(shapes[i / nitems(sizes)].unit));
		assert_holds_little(buf_str(&b), str_printf(a, "%s at %zu",
		    shapes[i / nitems(sizes)].unit, size),
		    b.n * WORST_MOST + SPARE);
	}
}

/* Pages that left many elements open held 4.4 times their size. */
static void
test_real_messages_hold_less_than_four_times_their_size(void **state)
{
	/* First what may skip, which leaves by a jump and frees nothing. */
	char path[512];
	const char *folder = shared_path(path, sizeof(path), "phishing");
	struct arena *a = ((struct scene *)*state)->arena;
	file_list files = { .n = 0 };
	struct str raw;
	struct err e;

	assert_true(file_walk(&files, a, folder, STR(".eml"), &e));
	assert_true(files.n > 10);
	for (size_t i = 0; i < files.n; i++) {
		assert_true(file_read(&raw, a, str_cstr(a, files.at[i]),
		    100 << 20, &e));
		if (raw.n >= SMALL_MAIL)
			assert_holds_little(raw, files.at[i], raw.n *
			    GROWTH_MOST);
	}
}

static void
assert_same_fact(const struct scene *s, const struct facts *lazy, uint32_t id)
{
	const struct fact *a = facts_get(&s->facts, id);
	const struct fact *b = facts_get(lazy, id);

	if (a->state != b->state || a->n != b->n)
		fail_msg("%s is another when it is found later",
		    s->table.defs.at[id]->name);
	for (size_t i = 0; i < a->n; i++) {
		const struct fact_value *v = &a->at[i], *w = &b->at[i];

		assert_true(str_eq(v->text, w->text));
		assert_int_equal(v->number, w->number);
		assert_int_equal(v->place.kind, w->place.kind);
		assert_int_equal(v->place.index, w->place.index);
		assert_int_equal(v->place.offset, w->place.offset);
		assert_true(str_eq(v->place.name, w->place.name));
		assert_true((v->addr == NULL) == (w->addr == NULL));
	}
}

/* In whatever order they are asked for. */
static void
assert_same_later(struct str raw, struct scene *s)
{
	const struct extract_conf conf = { .is_lazy = true };
	struct facts lazy;

	message_read(&s->message, s->arena, raw, &s->envelope, NULL);
	facts_init(&s->facts, s->arena, &s->table);
	extract_facts(&s->facts, &s->message, &s->envelope, NULL);
	for (int turn = 0; turn < 2; turn++) {
		facts_init(&lazy, s->arena, &s->table);
		extract_facts(&lazy, &s->message, &s->envelope, &conf);
		for (uint32_t i = 0; i < FACTS_OWN; i++)
			assert_same_fact(s, &lazy,
			    turn == 0 ? i : FACTS_OWN - 1 - i);
	}
}

static void
test_what_is_found_later_is_the_same(void **state)
{
	static const char told[] =
	    "To: a@b.example, c@d.example\r\nSubject: x\r\n\r\n"
	    "call 03-1234-5678, http://e.example/?u=a@b.example\r\n";
	static const char *const mails[] = { LURE, "", "x", told };
	struct scene *s = *state;

	for (size_t i = 0; i < nitems(mails); i++)
		assert_same_later(str_of(mails[i]), s);
	assert_true(facts_get(&s->facts, FACT_RCPT_IN_URL)->at[0].number);
}

static void
test_what_is_found_later_is_the_same_of_real_messages(void **state)
{
	/* First what may skip. */
	char path[512];
	const char *folder = shared_path(path, sizeof(path), "phishing");
	struct arena *a = ((struct scene *)*state)->arena;
	file_list files = { .n = 0 };
	struct err e;

	assert_true(file_walk(&files, a, folder, STR(".eml"), &e));
	for (size_t i = 0; i < files.n; i++) {
		struct scene s = { .arena = arena_new() };
		struct str raw;

		fact_table_init(&s.table, s.arena);
		assert_true(file_read(&raw, s.arena,
		    str_cstr(a, files.at[i]), 100 << 20, &e));
		assert_same_later(raw, &s);
		arena_free(s.arena);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_lure_gives_its_facts),
		TEST(test_what_nobody_said_is_failed_and_what_is_not_there_is_absent),
		TEST(test_no_fact_stays_open),
		TEST(test_relays_are_all_hosts_but_the_one_that_is_ours),
		TEST(test_facts_of_urls_are_parallel_to_the_list),
		TEST(test_gateway_tags_are_taken_off_subjects),
		TEST(test_every_subject_is_a_value),
		TEST(test_configured_tags_replace_the_usual_ones),
		TEST(test_files_are_hashed_only_where_somebody_asks),
		TEST(test_recipients_are_found_in_links_in_any_spelling),
		TEST(test_generic_reverse_names_hold_the_address),
		TEST(test_helo_has_a_class_and_local_parts_have_roles),
		TEST(test_local_parts_drawn_by_lot_are_told),
		TEST(test_telephone_numbers_are_read_in_any_dress),
		TEST(test_a_flood_of_digits_stays_bounded),
		TEST(test_files_are_told_by_their_first_bytes),
		TEST(test_what_is_found_later_is_the_same),
		TEST(test_what_is_found_later_is_the_same_of_real_messages),
		TEST(test_real_messages_hold_less_than_four_times_their_size),
		TEST(test_no_message_holds_more_than_sixteen_times_its_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
