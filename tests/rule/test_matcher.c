/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The matcher, and that it gives the same with and without Vectorscan, newly
 * compiled, on top of an earlier one, and read from its bytes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "mail/fold.h"
#include "rule/factor.h"
#include "rule/matcher.h"
#include "rule/regex.h"
#include "../draw.h"
#include "../scratch.h"

static const struct matcher_conf plain = { .is_plain = true };
static char zs[401];

static int
setup(void **state)
{
	memset(zs, 'z', sizeof(zs) - 1);
	scratch_open(state);
	return 0;
}

static struct matcher *
matcher_of(const char *const *regexes, size_t n)
{
	struct matcher *m = matcher_new();
	struct err e;

	for (size_t i = 0; i < n; i++)
		matcher_add(m, (uint32_t)i, str_of(regexes[i]), false,
		    str_of(regexes[i]));
	assert_true(matcher_compile(m, NULL, &e));
	return m;
}

static void
test_each_regex_gives_its_first_match_and_capture(void **state)
{
	static const char *const regexes[] = { "メール", "a(b+)c", "z",
		"\\.jp\\/", "^x", "(?=い)" };
	struct matcher *m = matcher_of(regexes, nitems(regexes));
	match_list found = { 0 };

	assert_int_equal(matcher_size(m), nitems(regexes));
	matcher_scan(m, STR("xメールabbc abc a.jp/ メールい"), &found, *state);
	assert_int_equal(found.n, 5);
	assert_int_equal(found.at[0].id, 0);
	assert_int_equal(found.at[0].begin, 1);
	assert_int_equal(found.at[0].end, 10);
	assert_int_equal(found.at[0].capture_end, 0);
	assert_int_equal(found.at[1].id, 1);
	assert_int_equal(found.at[1].begin, 10);
	assert_int_equal(found.at[1].end, 14);
	assert_int_equal(found.at[1].capture_begin, 11);
	assert_int_equal(found.at[1].capture_end, 13);
	assert_int_equal(found.at[2].id, 3);
	assert_int_equal(found.at[3].id, 4);
	assert_int_equal(found.at[4].id, 5);
	assert_int_equal(found.at[4].begin, found.at[4].end);
	matcher_free(m);
}

static void
test_next_moves_on_to_the_matches_behind(void **state)
{
	static const char *const regexes[] = { "to=(\\w)" };
	struct matcher *m = matcher_of(regexes, 1);
	struct str text = STR("to=a to=b to=c");
	match_list found = { 0 };
	size_t n = 1;

	matcher_scan(m, text, &found, *state);
	assert_int_equal(found.n, 1);
	while (matcher_next(m, text, &found.at[0]))
		assert_int_equal(text.p[found.at[0].capture_begin],
		    'a' + (int)n++);
	assert_int_equal(n, 3);
	matcher_free(m);
}

static void
test_a_regex_that_does_not_compile_is_named(void **state)
{
	struct matcher *m = matcher_new();
	struct err e = { "" };

	(void)state;
	matcher_add(m, 0, STR("fine"), false, STR("p/g: fine"));
	matcher_add(m, 1, STR("a(b"), false, STR("p/g: a(b"));
	assert_false(matcher_compile(m, NULL, &e));
	assert_non_null(strstr(e.text, "p/g: a(b"));
	matcher_free(m);
}

static void
test_no_pattern_and_no_text_are_fine(void **state)
{
	static const char *const regexes[] = { "a", "^$", "x*" };
	struct matcher *none = matcher_of(regexes, 0);
	struct matcher *m = matcher_of(regexes, 3);
	match_list found = { 0 };

	matcher_scan(none, STR("abc"), &found, *state);
	assert_int_equal(found.n, 0);
	matcher_scan(m, (struct str){ NULL, 0 }, &found, *state);
	assert_int_equal(found.n, 2);
	matcher_free(none);
	matcher_free(m);
}

static void
test_bytes_that_are_no_text_are_matched_around(void **state)
{
	static const char *const regexes[] = { "evil", "\\w\\.cn" };
	struct matcher *m = matcher_of(regexes, 2);
	match_list found = { 0 };

	matcher_scan(m, regex_text(*state,
	    STR("\xff\xe3\x81 evil \xc0""a.cn")), &found, *state);
	assert_int_equal(found.n, 2);
	assert_int_equal(found.at[0].begin, 4);
	assert_int_equal(found.at[1].begin, 10);
	matcher_free(m);
}

static struct str
many(struct arena *a, const char *piece, size_t n)
{
	struct str *pieces = ARENA_MANY(a, struct str, n);

	for (size_t i = 0; i < n; i++)
		pieces[i] = str_of(piece);
	return str_join(a, pieces, n, STR(""));
}

static void
test_a_regex_that_runs_away_is_cut_short_and_counted(void **state)
{
	static const char *const regexes[] = { "(a+)+$", "(a|aa)+b",
		"a{0,300}a{0,300}a{0,300}b", "(.*)*x", "([^b]*)*c",
		"(?:a?){30}a{30}z" };
	static const char *const texts[] = { "a", "aaaaaaaaaaaaaaac!", "aあ" };
	struct matcher *m = matcher_of(regexes, nitems(regexes));
	struct matcher *slow = matcher_new();
	struct err e;

	for (uint32_t i = 0; i < nitems(regexes); i++)
		matcher_add(slow, i, str_of(regexes[i]), false,
		    str_of(regexes[i]));
	assert_true(matcher_compile(slow, &plain, &e));
	for (size_t i = 0; i < nitems(texts); i++) {
		struct str text = str_cat(*state, many(*state, texts[i],
		    50000), STR("!"));
		int64_t begun = clock_ms();
		match_list found = { 0 };
		match_list slowly = { 0 };

		matcher_scan(m, text, &found, *state);
		matcher_scan(slow, text, &slowly, *state);
		/* 500 ms each is the bound; a sanitizer takes its time, and
		 * without any bound it is years. */
		assert_true(clock_ms() - begun < 60000);
	}
	assert_true(matcher_limited(slow) > 0);
	matcher_free(slow);
	matcher_free(m);
}

/* Vectorscan 5.4.9 overlooks bytes behind the first 64: "b" and "<a[^>]*>"
 * once hit in short texts only. */
static void
test_what_stands_far_behind_is_found(void **state)
{
	static const struct {
		const char *regex, *head, *tail;
	} cases[] = {
		{ "b", "", "b" }, { "[b]", "", "b" }, { "b+", "", "b" },
		{ "b\\d", "", "b7" }, { "b$", "", "b" },
		{ "[a-c]{2}!", "", "ab!" },
		{ "<a[^>]*>", "<a", ">" }, { "口座[^>]*>", "口座", ">" },
		{ "ab[a-z]+c", "ab", "c" }, { "b.{0,400}qq", "b", "qq" },
		{ "b.*c", "b", "c" }, { "\\d\\d:\\d\\d", "", "11:22" },
		{ "bc", "", "bc" }, { "bcdefghijk", "", "bcdefghijk" },
	};

	for (size_t i = 0; i < nitems(cases); i++) {
		struct matcher *m = matcher_of(&cases[i].regex, 1);

		for (int n = 1; n < 400; n++) {
			match_list found = { 0 };
			struct str text = str_printf(*state, "%.*s%s%.*s%s",
			    n % 97, zs, cases[i].head, n, zs, cases[i].tail);

			matcher_scan(m, text, &found, *state);
			assert_int_equal(found.n, 1);
		}
		matcher_free(m);
	}
}

/* Of few texts Vectorscan made an automaton, which overlooked a byte. */
static void
test_few_texts_are_found_wherever_they_stand(void **state)
{
	static const char *const texts[] = { "baacc", "Accbb", "kAbkaA",
		"11c", "cbcbbcbbab", "cacba" };

	for (size_t n = 1; n <= nitems(texts); n++) {
		struct matcher *m = matcher_of(texts, n);

		for (size_t i = 0; i < 200 * n; i++) {
			match_list found = { 0 };
			struct str text = str_printf(*state, "%.*s%s qacqb",
			    (int)(i / n), zs, texts[i % n]);

			matcher_scan(m, text, &found, *state);
			assert_int_equal(found.n, 1);
		}
		matcher_free(m);
	}
}

static void
test_a_text_of_megabytes_takes_no_time(void **state)
{
	static const char *const regexes[] = { "アカウント[0-9]+", "kagoya",
		"(?:一括|月々)払い.{0,40}未払い", "\\bpassword\\b" };
	struct matcher *m = matcher_of(regexes, nitems(regexes));
	struct str text = str_cat(*state,
	    many(*state, "いつもご利用いただきありがとうございます。", 200000),
	    STR("アカウント12"));
	int64_t begun = clock_ms();
	match_list found = { 0 };

	matcher_scan(m, text, &found, *state);
	assert_int_equal(found.n, 1);
	assert_int_equal(found.at[0].id, 0);
	assert_true(clock_ms() - begun < 60000);
	matcher_free(m);
}

static size_t
draw_letters(char *to, uint32_t *seed, size_t n)
{
	for (size_t i = 0; i < n; i++)
		to[i] = "abcA"[draw_with(seed, 4)];
	return n;
}

/* What all texts of a set are in is found by looking for each. */
static void
hold_against_looking(struct matcher *m, const struct str *texts, size_t n,
    struct str subject)
{
	match_list found = { 0 };
	struct arena *a = arena_new();
	size_t wanted = 0;

	for (size_t i = 0; i < n; i++)
		wanted += str_find_str(subject, texts[i]) < subject.n;
	matcher_scan(m, subject, &found, a);
	if (found.n != wanted)
		fail_msg("%zu instead of %zu of %zu in \"%s\"", found.n,
		    wanted, n, str_cstr(a, subject));
	arena_free(a);
}

/* Two bytes at the end of a short subject were overlooked. */
static void
test_short_texts_of_random_sets_are_found(void **state)
{
	uint32_t seed = 1;

	for (int set = 0; set < 150; set++) {
		size_t n = 1 + draw_with(&seed, 12);
		struct str texts[12];
		struct matcher *m = matcher_new();

		for (uint32_t i = 0; i < n; i++) {
			char text[16];

			texts[i] = str_copy(*state, (struct str){ text,
			    draw_letters(text, &seed, 1 + draw_with(&seed,
			    8)) });
			matcher_add(m, i, texts[i], false, STR(""));
		}
		assert_true(matcher_compile(m, NULL, NULL));
		for (int i = 0; i < 300; i++) {
			size_t room = draw_with(&seed, 48), k = room;
			struct str text = texts[draw_with(&seed, (uint32_t)n)];
			char subject[64];

			memset(subject, 'z', sizeof(subject));
			memcpy(subject + k, text.p, text.n);
			hold_against_looking(m, texts, n,
			    (struct str){ subject, k + text.n });
			draw_letters(subject, &seed, room);
			hold_against_looking(m, texts, n,
			    (struct str){ subject, k + text.n });
		}
		matcher_free(m);
	}
}

static struct str
draw_pieces(struct arena *a, uint32_t *seed, const char *const *pieces,
    uint32_t n_pieces, uint32_t most)
{
	uint32_t n = 1 + draw_with(seed, most);
	struct str out = STR("");

	for (uint32_t i = 0; i < n; i++)
		out = str_cat(a, out, str_of(pieces[draw_with(seed, n_pieces)]));
	return out;
}

static const char *const regex_pieces[] = { "a", "b", "k", "メ", "ール", "\\.",
	".", "[a-c]", "[^a]", "a+", "b*", "k?", "(a|b)", "(?:メ|k)+", "\\d",
	"\\w", "\\s", "\\W", "^", "$", "\\b", ".{0,3}", ".{0,40}?",
	"[a-k]{1,20}", "[ぁ-ん]", "[\\w.]", "[^\\W1]", "[[:alpha:]]", "\\B",
	"\\S", "\\D", "(?i:K)",
	"(?=a)", "(?!b)", "(?<=a)", "\\p{Han}", "(a)\\1", "x", "1", "あ",
	"ab12kx9mask7", "登録情報の確認", "A1B2C3skS" };
static const char *const text_pieces[] = { "a", "b", "k", "K", "メ", "ール",
	".", " ", "\n", "1", "あ", "漢", "x", "aa", "é", "ſ", "K", "１",
	"ab12kx9mask7", "登録情報の確認", "a1b2c3sks", "A1b2c3SKs" };

static void
compare(const match_list *fast, const match_list *slow)
{
	assert_int_equal(fast->n, slow->n);
	for (size_t i = 0; i < fast->n; i++) {
		assert_int_equal(fast->at[i].id, slow->at[i].id);
		assert_int_equal(fast->at[i].begin, slow->at[i].begin);
		assert_int_equal(fast->at[i].end, slow->at[i].end);
		assert_int_equal(fast->at[i].capture_begin,
		    slow->at[i].capture_begin);
		assert_int_equal(fast->at[i].capture_end,
		    slow->at[i].capture_end);
	}
}

enum { SET = 30 };

/* A set of regexes drawn, some of which an earlier set had too. */
struct drawn {
	struct str regex[SET];
	bool is_caseless[SET];
};

static void
draw_set(struct drawn *d, struct arena *a, uint32_t *seed)
{
	for (uint32_t i = 0; i < SET; i++) {
		if (d->regex[i].n != 0 && draw_with(seed, 3) != 0)
			continue;
		d->regex[i] = draw_pieces(a, seed, regex_pieces,
		    nitems(regex_pieces), 5);
		d->is_caseless[i] = draw_with(seed, 4) == 0;
	}
}

/* NULL: one of them does not compile. */
static struct matcher *
matcher_of_set(const struct drawn *d, const struct matcher_conf *conf)
{
	struct matcher *m = matcher_new();
	struct err e;

	for (uint32_t i = 0; i < SET; i++)
		matcher_add(m, i, d->regex[i], d->is_caseless[i],
		    d->regex[i]);
	if (matcher_compile(m, conf, &e))
		return m;
	matcher_free(m);
	return NULL;
}

static struct str
aligned(struct arena *a, struct str bytes)
{
	char *p = arena_take(a, bytes.n + 64);

	p += (64 - (uintptr_t)p % 64) % 64;
	memcpy(p, bytes.p, bytes.n);
	return (struct str){ p, bytes.n };
}

static struct str
draw_text(struct arena *a, uint32_t *seed, bool is_folded)
{
	struct str text = draw_pieces(a, seed, text_pieces,
	    nitems(text_pieces), 80);

	return is_folded ? fold(a, text).text : text;
}

static void
test_results_are_the_same_with_and_without_vectorscan(void **state)
{
	struct drawn drawn = { .regex = { { 0 } } };
	struct matcher_conf conf = { .is_folded = false };
	uint32_t seed = 20260209;
	size_t tried = 0;

	for (int round = 0; round < 20; round++) {
		struct matcher *fast, *slow, *opened;
		struct arena *a = arena_new();
		struct err e;

		draw_set(&drawn, *state, &seed);
		conf.is_folded = round % 2 == 0;
		fast = matcher_of_set(&drawn, &conf);
		slow = matcher_of_set(&drawn, &plain);
		assert_true((fast == NULL) == (slow == NULL));
		if (fast == NULL) {
			/* "(a)\1" twice: both refuse. */
			drawn = (struct drawn){ .regex = { { 0 } } };
			arena_free(a);
			continue;
		}
		conf.old = aligned(*state, matcher_bytes(fast));
		assert_true(matcher_open(&opened, conf.old, &e));
		for (int i = 0; i < 60; i++) {
			struct str text = draw_text(a, &seed, conf.is_folded);
			match_list f = { 0 }, s = { 0 }, o = { 0 };

			matcher_scan(fast, text, &f, a);
			matcher_scan(slow, text, &s, a);
			matcher_scan(opened, text, &o, a);
			compare(&f, &s);
			compare(&o, &s);
			tried += s.n;
		}
		matcher_free(fast);
		matcher_free(slow);
		matcher_free(opened);
		arena_free(a);
	}
	assert_true(tried > 500);
}

static void
test_a_matcher_with_any_byte_changed_is_refused_or_harmless(void **state)
{
	static const char *const regexes[] = { "kagoya", "a[bc]{2}d",
		"(a)\\1x" };
	struct matcher *m = matcher_of(regexes, nitems(regexes)), *opened;
	struct str bytes = aligned(*state, matcher_bytes(m));
	char *p = (char *)(uintptr_t)bytes.p;
	size_t head = 16 + 3 * 24;
	struct err e;

	for (size_t i = 0; i < head; i++) {
		match_list found = { 0 };

		p[i] ^= (char)0xff;
		if (matcher_open(&opened, bytes, &e)) {
			matcher_scan(opened, STR("abcd kagoya"), &found,
			    *state);
			matcher_free(opened);
		}
		p[i] ^= (char)0xff;
	}
	for (size_t n = 0; n < bytes.n; n++)
		assert_false(matcher_open(&opened, str_head(bytes, n), &e));
	matcher_free(m);
}

static struct matcher *
matcher_of_words(struct arena *a, uint32_t from, uint32_t to, struct str old)
{
	struct matcher_conf conf = { .old = old };
	struct matcher *m = matcher_new();
	struct err e;

	for (uint32_t i = from; i < to; i++)
		matcher_add(m, i, str_printf(a, "word%u[a-z]end", i), false,
		    STR("word"));
	assert_true(matcher_compile(m, &conf, &e));
	return m;
}

/* The first of old is gone, and one is new: the large database stays as it
 * is, byte for byte. */
static void
test_what_was_compiled_before_is_kept(void **state)
{
	struct matcher *m = matcher_of_words(*state, 0, 200, STR(""));
	struct str old = aligned(*state, matcher_bytes(m)), database;
	match_list found = { 0 };

	matcher_free(m);
	m = matcher_of_words(*state, 1, 201, old);
	database = str_sub(old, old.n - old.n / 3, old.n - 64);
	/* Without Vectorscan there is none. */
	if (old.n > 64 * 1024)
		assert_true(str_find_str(matcher_bytes(m), database) !=
		    matcher_bytes(m).n);
	matcher_scan(m, STR("word0xend word1xend word200yend"), &found,
	    *state);
	assert_int_equal(found.n, 2);
	assert_int_equal(found.at[0].id, 1);
	assert_int_equal(found.at[1].id, 200);
	matcher_free(m);
}

static void
test_what_stands_in_every_match_is_known(void **state)
{
	static const struct {
		const char *regex;
		const char *factors; /* with "|" behind each */
	} cases[] = {
		{ "kagoya", "kagoya|" },
		{ "your\\s+mail [a-z]{2,9} box", "your|mail | box|" },
		{ "colou?r", "colo|r|" },
		{ "ab+c{0,2}d{2}e", "ab|d|e|" },
		{ "メール*が", "メー|が|" },
		{ "a\\.b\\/c", "a.b/c|" },
		{ "(?:x|y)abc(?=d)e", "abc|e|" },
		{ "a|b", "" },
		{ "a(b|c", "" },
		{ "(?i)abc", "abc|" },
		{ "a(?i)b", "" },
		{ "\\Qa.b\\E", "" },
		{ "[]a]b[^]c]d[[:alpha:]]e", "b|d|e|" },
		{ "\\p{Han}a\\x41b", "" },
		{ "(?>ab)c", "" },
		{ "a{,3}b", "" },
		{ "^abc$", "abc|" },
		{ "(a[)]b\\))c", "c|" },
		{ "", "" },
	};

	for (size_t i = 0; i < nitems(cases); i++) {
		factor_list factors = { 0 };
		struct str all = STR("");
		bool is_caseless = false;

		regex_factors(&factors, *state, str_of(cases[i].regex),
		    &is_caseless);
		for (size_t k = 0; k < factors.n; k++)
			all = str_cat(*state, all, factors.at[k], STR("|"));
		assert_string_equal(str_cstr(*state, all), cases[i].factors);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, scratch_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_each_regex_gives_its_first_match_and_capture),
		TEST(test_next_moves_on_to_the_matches_behind),
		TEST(test_a_regex_that_does_not_compile_is_named),
		TEST(test_no_pattern_and_no_text_are_fine),
		TEST(test_bytes_that_are_no_text_are_matched_around),
		TEST(test_a_regex_that_runs_away_is_cut_short_and_counted),
		TEST(test_what_stands_far_behind_is_found),
		TEST(test_few_texts_are_found_wherever_they_stand),
		TEST(test_short_texts_of_random_sets_are_found),
		TEST(test_a_text_of_megabytes_takes_no_time),
		TEST(test_results_are_the_same_with_and_without_vectorscan),
		TEST(test_a_matcher_with_any_byte_changed_is_refused_or_harmless),
		TEST(test_what_was_compiled_before_is_kept),
		TEST(test_what_stands_in_every_match_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
