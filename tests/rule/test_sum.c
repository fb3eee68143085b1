/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random packs against random messages, all the way from YAML to the verdict:
 * the lines sum exactly to the score, and no ceiling is ever passed.  Packs
 * and messages draw from the same few words, so that much hits by chance.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "mail/message.h"
#include "rule/extract.h"
#include "rule/ruleset.h"
#include "rule/verdict.h"
#include "../draw.h"

enum { SETS = 100, MESSAGES = 15, PACKS_MOST = 8, GROUPS_MOST = 6 };

static const char *
pick(const char *const *words, size_t n)
{
	return words[draw((uint32_t)n)];
}

#define PICK(words) pick((words), nitems(words))

static const char *const hosts[] = { "evil.example", "login.evil.example",
	"kagoya.jp.evil.example", "other.example", "kagoya.jp" };
static const char *const paths[] = { "/kit/login", "/kagoya/mail", "/a", "" };
static const char *const phrases[] = { "mailbox is full",
	"請求書が未払いです", "confirm your account", "KAGOYA", "お知らせ" };
static const char *const addresses[] = { "192.0.2.1", "192.0.2.2",
	"198.51.100.7" };
static const char *const results[] = { "pass", "fail", "none" };

static const char *const severities[] = { "info", "low", "medium", "high",
	"critical" };

/* As of 2026-02-20: scores, scores, observes, is not loaded. */
static const char *const days[] = { "2026-12-31", "2026-12-31", "2026-02-09",
	"2026-01-10" };
#define LONG_PAST "2026-01-05"

/* Packs */

static void
add_field(struct buf *b, uint32_t n, const char *expires)
{
	/* A field stands once in a group. */
	switch (n) {
	case 0:
		buf_printf(b, "    url.domain: [%s, %s]\n", PICK(hosts),
		    PICK(hosts));
		break;
	case 1:
		buf_printf(b, "    subject: [%s, %s]\n", PICK(phrases),
		    PICK(phrases));
		break;
	case 2:
		buf_printf(b, "    body: [%s, \"re:%s\"]\n", PICK(phrases),
		    PICK(phrases));
		break;
	case 3:
		buf_printf(b, "    ip: %s\n", PICK(addresses));
		break;
	case 4:
		buf_printf(b, "    auth: spf=%s\n", PICK(results));
		break;
	case 5:
		buf_printf(b, "    from.domain: {value: %s, spoofed: true}\n",
		    PICK(hosts));
		break;
	case 6:
		buf_printf(b, "    url.host: {value: %s, hacked_site: true, "
		    "expires: %s}\n", PICK(hosts),
		    draw(3) == 0 ? LONG_PAST : expires);
		break;
	default:
		buf_printf(b, "    link: {host: %s, not: {path: /kit/}}\n",
		    PICK(hosts));
		break;
	}
}

static void
add_group(struct buf *b, uint32_t number, const char *expires)
{
	uint32_t first = draw(8), n = 1 + draw(3);

	buf_printf(b, "  g%u:\n    score: %u.%u\n    more: 0.%u\n", number,
	    draw(10), draw(10), draw(10));
	if (draw(3) == 0)
		buf_printf(b, "    want: %s\n", draw(2) == 0 ? "all" : "2");
	if (draw(3) == 0)
		buf_printf(b, "    cap: %u.5\n", draw(6));
	if (draw(4) == 0)
		buf_printf(b, "    expires: %s\n", LONG_PAST);
	for (uint32_t i = 0; i < n; i++)
		add_field(b, (first + i) % 8, expires);
}

static void
add_when(struct buf *b)
{
	static const char *const forms[] = { "any of g*", "1 of them",
		"g0", "g0 or not g1", "2 of (g0, g1)", "g0 and g1",
		"not (g0 and g1)" };

	buf_printf(b, "when: %s\n", PICK(forms));
}

static void
add_score(struct buf *b, uint32_t groups)
{
	buf_printf(b, "score:\n  cap: %u.%u\n", draw(20), draw(10));
	if (draw(2) == 0)
		buf_printf(b, "  caps:\n    - {of: [g0, g1], max: %u.5}\n"
		    "    - {of: [g1, g%u], max: %u}\n", draw(9), groups - 1,
		    draw(9));
	if (draw(2) == 0)
		buf_printf(b, "  bonus:\n    - {if: g0 and g1, add: %u.5}\n"
		    "    - {if: not g1, add: 1.25}\n", draw(5));
}

static void
add_tests(struct buf *b)
{
	buf_add_str(b, STR("tests:\n"
	    "  - {name: a, expect: match, mail: {from: a@b.example, "
	    "subject: x, body: x}}\n"
	    "  - {name: b, expect: clean, mail: {from: a@b.example, "
	    "subject: y, body: y}}\n"));
}

static struct str
random_campaign(struct arena *a, uint32_t number)
{
	static const char *const families[] = { "", "family: fa\n",
		"family: fb\n", "brand: kagoya\n",
		"brand: kagoya\nfamily: fa\n" };
	const char *expires = PICK(days);
	uint32_t groups = 3 + draw(GROUPS_MOST - 2);
	struct buf b;

	buf_init_arena(&b, a, 1 << 16);
	buf_printf(&b, "pack: 1\nkind: campaign\nid: pack-%u\ntitle: x\n"
	    "revision: 1\nstatus: stable\nmode: %s\ncreated: 2025-01-01\n"
	    "expires: %s\nseverity: %s\nconfidence: high\ntlp: clear\n"
	    "references: [x]\n%sgroups:\n", number,
	    draw(4) == 0 ? "observe" : "score", expires, PICK(severities),
	    PICK(families));
	for (uint32_t i = 0; i < groups; i++)
		add_group(&b, i, expires);
	if (draw(6) == 0)
		buf_printf(&b, "exceptions:\n  partner:\n    note: x\n"
		    "    ip: %s\n", PICK(addresses));
	add_when(&b);
	add_score(&b, groups);
	add_tests(&b);
	return buf_str(&b);
}

static struct str
brands(struct arena *a)
{
	struct buf b;

	buf_init_arena(&b, a, 1 << 16);
	buf_add_str(&b, STR("pack: 1\nkind: brands\nid: brands\ntitle: x\n"
	    "revision: 1\nstatus: stable\nmode: score\ncreated: 2025-01-01\n"
	    "review_by: 2030-01-01\ntlp: clear\nbrands:\n  kagoya:\n"
	    "    name: KAGOYA\n    names: [KAGOYA]\n"
	    "    tokens: [kagoya]\n    official: [kagoya.jp]\n"
	    "    basis: official\n    source: https://www.kagoya.jp/\n"));
	add_tests(&b);
	return buf_str(&b);
}

static void
add_pack(pack_list *packs, struct arena *a, struct str yaml)
{
	struct pack *p;
	struct diags d;

	diags_init(&d, a);
	if (!pack_read(&p, a, STR("random.pack.yaml"), yaml, &d)) {
		for (size_t i = 0; i < d.list.n; i++)
			print_error("%u: %.*s\n", d.list.at[i].mark.line,
			    STR_ARG(d.list.at[i].text));
		fail_msg("not a pack:\n%.*s", STR_ARG(yaml));
	}
	*VEC_ADD(a, packs) = p;
}

/* Messages */

static struct str
random_message(struct arena *a)
{
	struct buf b;

	buf_init_arena(&b, a, 1 << 16);
	buf_printf(&b, "From: %s <a@%s>\r\nTo: taro@victim.example\r\n"
	    "Subject: %s %s\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n",
	    PICK(phrases), PICK(hosts), PICK(phrases), PICK(phrases));
	for (uint32_t n = draw(5); n > 0; n--)
		buf_printf(&b, "%s https://%s%s\r\n", PICK(phrases),
		    PICK(hosts), PICK(paths));
	return buf_str(&b);
}

static struct envelope
random_envelope(void)
{
	struct envelope env = { .mail_from = STR("a@evil.example") };

	if (draw(4) == 0)
		return env;
	assert_true(addr_parse(str_of(PICK(addresses)), &env.ip));
	for (int m = 0; m < AUTH_METHODS; m++)
		env.auth.result[m] = (enum auth_result)draw(AUTH_PERMERROR + 1);
	return env;
}

/* What must hold */

static int64_t
sum_of(const struct verdict *v, uint32_t campaign)
{
	const struct verdict_line *line;
	int64_t sum = 0;

	VEC_EACH (line, &v->lines)
		if (line->campaign == campaign)
			sum += line->points;
	return sum;
}

static void
check_campaign(const struct verdict *v, uint32_t index, int32_t day)
{
	const struct campaign *c = &v->campaigns.at[index];
	enum pack_effect effect = pack_effect_on(c->pack, day);

	assert_int_equal(sum_of(v, index), c->points);
	assert_true(c->points >= 0);
	assert_true(effect != EFFECT_NONE);
	assert_int_equal(effect == EFFECT_OBSERVE, c->is_observed);
	if (c->is_observed || c->is_beaten)
		assert_int_equal(c->points, 0);
	if (c->rule == NULL)
		return;
	assert_true(c->would <= c->pack->cap);
	assert_int_equal(c->rule->truth, TRUTH_TRUE);
	assert_null(c->rule->silenced_by);
	assert_false(c->rule->is_authentic);
}

static void
check_verdict(const struct verdict *v, int32_t day)
{
	int64_t sum = sum_of(v, UINT32_MAX);

	for (uint32_t i = 0; i < v->campaigns.n; i++) {
		check_campaign(v, i, day);
		sum += v->campaigns.at[i].points;
	}
	assert_int_equal(sum, v->points);
	assert_true(v->points >= 0 && v->points <= v->conf->ceiling);
	assert_int_equal(v->action, v->points >= v->conf->reject
	    ? ACTION_REJECT : v->points >= v->conf->add_header
	    ? ACTION_ADD_HEADER : ACTION_NONE);
}

/* One message; whether something scored. */
static bool
try_message(struct ruleset *ruleset, struct arena *a,
    const struct fact_table *table)
{
	static const struct message_conf conf;
	struct envelope env = random_envelope();
	struct message message;
	struct facts facts;
	struct hits hits;
	struct verdict v;
	int32_t day;

	assert_true(day_parse(STR("2026-02-20"), &day));
	message_read(&message, a, random_message(a), &env, &conf);
	facts_init(&facts, a, table);
	extract_facts(&facts, &message, &env, NULL);
	ruleset_match(&hits, a, ruleset, &facts, &message, day);
	verdict_decide(&v, a, &hits, NULL, day);
	check_verdict(&v, day);
	return v.points != 0;
}

static uint32_t
try_packs(struct arena *a, struct arena *scan)
{
	struct fact_table table;
	pack_list packs = { 0 };
	struct ruleset *ruleset;
	uint32_t scored = 0;
	struct err e = { "" };

	fact_table_init(&table, a);
	add_pack(&packs, a, brands(a));
	for (uint32_t n = 1 + draw(PACKS_MOST); n > 0; n--)
		add_pack(&packs, a, random_campaign(a, n));
	if (!ruleset_build(&ruleset, &packs, &table, NULL, &e))
		fail_msg("%s", e.text);
	for (int i = 0; i < MESSAGES; i++) {
		scored += try_message(ruleset, scan, &table);
		arena_empty(scan);
	}
	ruleset_free(ruleset);
	return scored;
}

static void
test_points_of_random_packs_sum_exactly_to_the_score(void **state)
{
	struct arena *a = arena_new(), *scan = arena_new();
	uint32_t scored = 0;

	(void)state;
	for (int set = 0; set < SETS; set++) {
		scored += try_packs(a, scan);
		arena_empty(a);
	}
	/* Chance must not have spared everything. */
	assert_true(scored > SETS * MESSAGES / 4);
	assert_true(scored < SETS * MESSAGES);
	arena_free(scan);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_points_of_random_packs_sum_exactly_to_the_score),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
