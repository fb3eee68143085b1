/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One ruleset in four shapes: compiled in memory with Vectorscan and without,
 * opened from an image, and compiled on top of another.  Whole messages get
 * the same verdict, word for word.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "bench/bench.h"
#include "mail/message.h"
#include "rule/explain.h"
#include "rule/extract.h"
#include "rule/image.h"
#include "rule/packbytes.h"
#include "rule/rebuild.h"
#include "rule/ruleset.h"
#include "rule/verdict.h"
#include "../draw.h"
#include "../scratch.h"

enum { EVERY = 8, ANSWER_MOST = 1 << 20, RANDOM_PACKS = 40 };

static struct fact_table table;
static struct image_name name;

/* As they are after one another. */
enum shape { BUILT, PLAIN, OPENED, AGAIN, SHAPES };
static struct ruleset *shapes[SHAPES];

static struct str
image_of(const pack_list *packs, const struct ruleset_conf *conf)
{
	struct image_writer w;
	struct err e;

	image_writer_init(&w, arena);
	assert_true(ruleset_compile(&w, packs, conf, &e));
	return image_write(&w, arena, &name);
}

static struct ruleset *
open_image(struct str bytes)
{
	struct image *image;
	struct ruleset *r;
	struct err e = { "" };

	assert_true(image_read(&image, bytes, name.stamp, &e));
	if (!ruleset_open(&r, image, &table, &e))
		fail_msg("%s", e.text);
	return r;
}

static void
make_shapes(const pack_list *packs, const pack_list *some)
{
	struct ruleset_conf plain = { .is_plain = true };
	struct ruleset_conf again = { .old = NULL };
	struct ruleset *old;
	struct err e;

	assert_true(ruleset_build(&shapes[BUILT], packs, &table, NULL, &e));
	assert_true(ruleset_build(&shapes[PLAIN], packs, &table, &plain,
	    &e));
	shapes[OPENED] = open_image(image_of(packs, NULL));
	old = open_image(image_of(some, NULL));
	again.old = old;
	shapes[AGAIN] = open_image(image_of(packs, &again));
	ruleset_free(old);
}

static void
free_shapes(void)
{
	for (int i = 0; i < SHAPES; i++)
		ruleset_free(shapes[i]);
}

static struct str
told_by(struct ruleset *r, struct arena *a, const struct message *m,
    const struct facts *facts, int32_t day)
{
	struct hits hits;
	struct verdict verdict;
	struct json j;
	struct buf b;

	ruleset_match(&hits, a, r, facts, m, day);
	verdict_decide(&verdict, a, &hits, &verdict_conf_default, day);
	buf_init_arena(&b, a, ANSWER_MOST);
	json_init(&j, &b);
	explain_json(&j, &verdict, facts, m,
	    &(struct explain_conf){ .lang = STR("ja") });
	explain_text(&b, &verdict, facts, m, &(struct explain_conf){
	    .lang = STR("en"), .width = 80 });
	return buf_str(&b);
}

/* Gives the number of hits. */
static size_t
compare(struct str raw, const struct envelope *envelope, int32_t day)
{
	static const struct message_conf conf;
	struct arena *a = arena_new();
	struct str first, other;
	struct message m;
	struct facts facts;
	struct hits hits;
	size_t n;

	message_read(&m, a, raw, envelope, &conf);
	facts_init(&facts, a, &table);
	extract_facts(&facts, &m, envelope, &(struct extract_conf){ 0 });
	first = told_by(shapes[0], a, &m, &facts, day);
	for (int i = 1; i < SHAPES; i++) {
		other = told_by(shapes[i], a, &m, &facts, day);
		if (!str_eq(first, other))
			fail_msg("%s\n---\n%s", str_cstr(a, first),
			    str_cstr(a, other));
	}
	ruleset_match(&hits, a, shapes[BUILT], &facts, &m, day);
	n = hits.rules.n;
	arena_free(a);
	return n;
}

static void
load(pack_list *packs)
{
	static const struct str path = STR_INIT(TEST_RULES);
	struct diags d;

	diags_init(&d, arena);
	assert_true(packs_load(packs, arena, &path, 1, &d));
}

static size_t
compare_tests(const pack_list *packs)
{
	const struct pack_test *test;
	struct rebuilt mail;
	struct err e;
	size_t hits = 0;

	for (size_t i = 0; i < packs->n; i++) {
		const struct pack *p = packs->at[i];

		VEC_EACH(test, &p->tests) {
			assert_true(rebuild_test(&mail, arena,
			    &(struct rebuild){ .pack = p, .test = test }, &e));
			if (mail.skip.n == 0)
				hits += compare(mail.raw, &mail.envelope,
				    p->seen_last);
		}
	}
	return hits;
}

/* Every EVERYth real mail that lies beside the project. */
static size_t
compare_mails(void)
{
	static const struct envelope envelope;
	mail_list mails = { 0 };
	size_t hits = 0;
	char *none[] = { NULL };

	if (!bench_sample(&mails, arena, 1, none))
		return 0;
	for (size_t i = 0; i < mails.n; i += EVERY)
		hits += compare(mails.at[i], &envelope, 20490);
	return hits;
}

static void
test_shipped_packs_say_the_same_in_every_shape(void **state)
{
	pack_list packs = { 0 }, some = { 0 };

	(void)state;
	load(&packs);
	for (size_t i = 0; i < packs.n; i += 2)
		*VEC_ADD(arena, &some) = packs.at[i];
	make_shapes(&packs, &some);
	assert_int_equal(ruleset_packs(shapes[OPENED]), packs.n);
	assert_int_equal(ruleset_indicators(shapes[OPENED]),
	    ruleset_indicators(shapes[BUILT]));
	assert_true(compare_tests(&packs) > 20);
	compare_mails();
	free_shapes();
}

static const char *
draw_from(uint32_t *seed, const char *const *at, uint32_t n)
{
	return at[draw_with(seed, n)];
}

#define DRAW(seed, list) draw_from(seed, list, nitems(list))

/* Values that real mails have in common, and some that none has. */
static struct pack *
draw_pack(uint32_t *seed, uint32_t number)
{
	static const char *const hosts[] = { "worldwidesupp.com",
		"easilett.com", "no.example", "canadianshopping.net",
		"black01.click" };
	static const char *const texts[] = { "account", "'re:ver[a-z]{2,5}y'",
		"password", "'re:(?:click|log) ?(?:here|in)'", "'is:hello'",
		"'your <any> account'", "お客様", "'re:\\bdear\\b.{0,40}?,'",
		"'re:a1b2c3d4e5|urgent'", "'re:nosuch12word[0-9]'" };
	static const char *const paths[] = { "/login", "'re:[0-9]{6,}'",
		"/wp-content/", "'re:(?i)index\\.php'" };
	static const char *const whens[] = { "one", "one or two",
		"one and not two", "2 of them", "one and (two or three)" };
	struct pack *p;
	struct diags d;

	diags_init(&d, arena);
	if (!pack_read(&p, arena, STR("random.pack.yaml"), str_printf(arena,
	    "pack: 1\nkind: campaign\nid: random-%u\ntitle: x\nrevision: 1\n"
	    "status: stable\nmode: score\ncreated: 2026-01-01\n"
	    "expires: 2026-12-31\nseverity: high\nconfidence: high\n"
	    "tlp: clear\nreferences: [x]\ngroups:\n"
	    "  one:\n    score: 2\n    body:\n      - %s\n      - %s\n"
	    "    subject: %s\n"
	    "  two:\n    score: 1\n    url.host: %s\n    url.path: %s\n"
	    "  three:\n    score: 1\n    subject: %s\n    url.domain: %s\n"
	    "when: %s\n"
	    "tests:\n"
	    "  - {name: a, expect: match, mail: {from: a@b.example, "
	    "subject: x, body: x}}\n"
	    "  - {name: b, expect: clean, mail: {from: a@b.example, "
	    "subject: y, body: y}}\n", number, DRAW(seed, texts),
	    DRAW(seed, texts), DRAW(seed, texts), DRAW(seed, hosts),
	    DRAW(seed, paths), DRAW(seed, texts), DRAW(seed, hosts),
	    DRAW(seed, whens)), &d))
		fail_msg("%s", str_cstr(arena, d.list.at[0].text));
	return p;
}

static void
test_random_packs_say_the_same_in_every_shape(void **state)
{
	pack_list packs = { 0 }, some = { 0 };
	uint32_t seed = 20260209;

	(void)state;
	for (uint32_t i = 0; i < RANDOM_PACKS; i++) {
		*VEC_ADD(arena, &packs) = draw_pack(&seed, i);
		*VEC_ADD(arena, i % 3 != 0 ? &some : &packs) =
		    draw_pack(&seed, RANDOM_PACKS + i);
	}
	make_shapes(&packs, &some);
	if (compare_mails() == 0)
		printf("skipped: no mails; set SEKISHO_SHARED\n");
	free_shapes();
}

static void
test_regexes_are_ready_before_the_first_message(void **state)
{
	pack_list packs = { 0 };
	struct ruleset *r;
	size_t n;

	(void)state;
	load(&packs);
	r = open_image(image_of(&packs, NULL));
	assert_int_equal(ruleset_warm(r, 0), 0);
	n = ruleset_warm(r, 60 * 1000 * 1000);
	assert_true(n != 0);
	assert_int_equal(ruleset_warm(r, 60 * 1000 * 1000), 0);
	ruleset_free(r);
}

static void
test_a_pack_has_no_member_that_its_bytes_forget(void **state)
{
	(void)state;
	assert_null(pack_bytes_gap());
}

static const struct pack *
no_pack(void *client, uint32_t number)
{
	(void)client;
	(void)number;
	return NULL;
}

static const struct list_conf *
no_list(void *client, uint32_t number)
{
	(void)client;
	(void)number;
	return NULL;
}

static void
test_bytes_that_are_no_pack_are_refused(void **state)
{
	const struct pack_source none = { no_pack, no_list, NULL };
	pack_list packs = { 0 };
	struct arena *a = arena_new();
	struct pack *p;
	struct buf b;

	(void)state;
	load(&packs);
	buf_init_arena(&b, arena, SIZE_MAX);
	pack_put(&b, packs.at[packs.n - 1], &packs);
	assert_true(pack_take(&p, a, buf_str(&b), &none));
	assert_true(str_eq(p->id, packs.at[packs.n - 1]->id));
	for (size_t n = 0; n < b.n; n += 1 + n / 64) {
		char was = b.p[n];

		assert_false(pack_take(&p, a, str_head(buf_str(&b), n),
		    &none));
		b.p[n] = (char)(was ^ 0xff);
		(void)pack_take(&p, a, buf_str(&b), &none);
		b.p[n] = was;
		arena_empty(a);
	}
	arena_free(a);
}

static int
set_up(void **state)
{
	scratch_open(state);
	fact_table_init(&table, arena);
	name.stamp = ruleset_stamp(arena);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_shipped_packs_say_the_same_in_every_shape),
		cmocka_unit_test(
		    test_random_packs_say_the_same_in_every_shape),
		cmocka_unit_test(
		    test_regexes_are_ready_before_the_first_message),
		cmocka_unit_test(
		    test_a_pack_has_no_member_that_its_bytes_forget),
		cmocka_unit_test(test_bytes_that_are_no_pack_are_refused),
	};

	return cmocka_run_group_tests(tests, set_up, scratch_close);
}
