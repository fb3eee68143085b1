/* SPDX-License-Identifier: Apache-2.0 */
/* External lists: rows as feeds write them, and what is found in them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/vec.h"
#include "rule/fact.h"
#include "rule/lists.h"

struct fixture {
	struct arena *arena;
	struct list_conf conf;
	struct list_report report;
	struct list *list;
	struct err err;
};

static int
setup(void **state)
{
	struct arena *a = arena_new();
	struct fixture *f = ARENA_ONE(a, struct fixture);

	f->arena = a;
	f->conf.max_rows = LIST_ROWS_DEFAULT;
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	list_drop(f->list);
	arena_free(f->arena);
	return 0;
}

static bool
read_list(struct fixture *f, enum list_type type, enum list_format format,
    const char *text)
{
	const struct list_source from = { &f->conf, str_of(text), NULL };

	list_drop(f->list);
	f->list = NULL;
	f->conf.type = type;
	f->conf.format = format;
	return list_read(&f->list, f->arena, &from, &f->report, &f->err);
}

static uint32_t
line_of(struct fixture *f, const char *text)
{
	struct fact_value value = { .text = str_of(text) };
	struct list_row row;
	struct addr addr;

	if (addr_parse(value.text, &addr))
		value.addr = &addr;
	return list_find(f->list, &value, 20000, f->arena, &row) ? row.line
	    : 0;
}

static void
test_rows_are_read_as_feeds_write_them(void **state)
{
	static const struct {
		enum list_type type;
		const char *text, *value;
		uint32_t line;
	} cases[] = {
		{ LIST_HOST, "\xef\xbb\xbf# hosts\r\n\r\nbad.example\r\n",
		    "bad.example", 3 },
		{ LIST_HOST, "a.example # since May\n", "a.example", 1 },
		{ LIST_HOST, "0.0.0.0 a.example\n", "www.a.example", 1 },
		{ LIST_HOST, "A.Example.\n", "a.example", 1 },
		{ LIST_HOST, "x[.]bad[.]example\n", "x.bad.example", 1 },
		{ LIST_HOST, "日本語.example\n", "xn--wgv71a119e.example", 1 },
		{ LIST_HOST, "bad.example\n", "sub.bad.example", 0 },
		{ LIST_DOMAIN, "bad.co.jp\n", "a.b.bad.co.jp", 1 },
		{ LIST_DOMAIN, "bad.co.jp\n", "a@mail.bad.co.jp", 1 },
		{ LIST_DOMAIN, "co.jp\n", "bad.co.jp", 0 },
		{ LIST_DOMAIN, "*.bad.example\n", "x.bad.example", 1 },
		{ LIST_URL, "hxxp://a[.]example/kit/\n",
		    "https://a.example/kit/x/y?z=1", 1 },
		{ LIST_URL, "http://a.example/kit?x=1\n",
		    "https://a.example/kit?x=1", 1 },
		{ LIST_URL, "http://a.example/kit?x=1\n",
		    "https://a.example/kit?x=2", 0 },
		{ LIST_URL, "http://www.a.example/kit\n",
		    "https://a.example/kit?x=2", 1 },
		{ LIST_URL, "http://a.example/kit\n",
		    "https://a.example/kitchen", 0 },
		{ LIST_URL, "http://a.example/*\n", "https://a.example/x", 0 },
		{ LIST_URL, "http://a.example\n", "https://a.example/x", 1 },
		{ LIST_IP, "192.0.2.0/24\n198.51.100.7\n", "198.51.100.7",
		    2 },
		{ LIST_IP, "192.0.2.0/24\n", "192.0.2.77", 1 },
		{ LIST_IP, "2001:db8::/32\n", "2001:db8::5", 1 },
		{ LIST_IP, "192.0.2.0/24\n", "192.0.3.1", 0 },
		{ LIST_IP, "203.0.113.20-203.0.113.40\n", "203.0.113.31", 1 },
		{ LIST_IP, "203.0.113.20-203.0.113.40\n", "203.0.113.41", 0 },
		{ LIST_IP, "203.0.113.20-203.0.113.40\n", "203.0.113.19", 0 },
		{ LIST_IP, "2001:db8::9 - 2001:db8::1:0\n", "2001:db8::ffff",
		    1 },
		{ LIST_IP, "; Spamhaus DROP List\n10.0.0.0/8 ; SBL1\n",
		    "10.9.8.7", 2 },
		{ LIST_IP, "192.0.2.7;SBL1\n", "192.0.2.7", 1 },
		{ LIST_IP, "192.0.2.7\t# SBL1\n", "192.0.2.7", 1 },
		{ LIST_EMAIL, "A[at]bad.example\n", "a@bad.example", 1 },
		{ LIST_EMAIL, "@bad.example\n", "any@bad.example", 1 },
		{ LIST_PHRASE, "ログイン が 必要です\n",
		    "ログインが必要です", 1 },
		{ LIST_PHRASE, "ＫＡＧＯＹＡ 請求\n", "kagoya請求", 1 },
		{ LIST_SHA256, "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A"
		    "9CB410FF61F20015AD\n", "ba7816bf8f01cfea414140de5dae2223"
		    "b00361a396177a9cb410ff61f20015ad", 1 },
	};

	for (size_t i = 0; i < nitems(cases); i++) {
		struct fixture *f = *state;

		if (!read_list(f, cases[i].type, LIST_TEXT, cases[i].text))
			fail_msg("%s: %s", cases[i].text, f->err.text);
		if (line_of(f, cases[i].value) != cases[i].line)
			fail_msg("%s: %s", cases[i].text, cases[i].value);
	}
}

static void
test_a_csv_names_its_columns(void **state)
{
	struct fixture *f = *state;
	struct fact_value value = { .text = STR("https://a.example/") };
	struct list_row row;

	f->conf.column = STR("url");
	assert_true(read_list(f, LIST_URL, LIST_CSV,
	    "# made by somebody\n# id,\"url\",note,expires,ref\n"
	    "1,\"http://a.example/\",\"a \"\"b\"\", c\",2026-02-01,R1\r\n"
	    "2,http://b.example/,,,\n"));
	assert_int_equal(f->report.rows, 2);
	assert_true(list_find(f->list, &value, 20000, f->arena, &row));
	assert_true(str_is(row.note, "a \"b\", c"));
	assert_true(str_is(row.ref, "R1"));
	assert_int_equal(row.line, 3);
	/* Behind its own end it is no row any more. */
	assert_false(list_find(f->list, &value, 30000, f->arena, &row));
	f->conf.column = STR("2");
	assert_true(read_list(f, LIST_URL, LIST_CSV,
	    "1;http://a.example/\n2;http://b.example/\n"));
	assert_int_equal(line_of(f, "https://b.example/"), 2);
}

static void
test_objects_name_their_members(void **state)
{
	struct fixture *f = *state;
	struct fact_value value = { .text = STR("https://a.example/") };
	struct list_row row;

	f->conf.column = STR("url");
	assert_true(read_list(f, LIST_URL, LIST_JSON,
	    "{\"id\": 1, \"url\": \"http:\\/\\/a.example\\/\", "
	    "\"note\": \"\\u507d\", \"expires\": \"2026-02-01\"}\n\n"
	    "\"http://b.example/\"\n"));
	assert_int_equal(f->report.rows, 2);
	assert_true(list_find(f->list, &value, 20000, f->arena, &row));
	assert_true(str_is(row.note, "偽"));
	assert_false(list_find(f->list, &value, 30000, f->arena, &row));
	assert_int_equal(line_of(f, "https://b.example/"), 3);
	assert_false(read_list(f, LIST_URL, LIST_JSON,
	    "{\"link\": \"http://a.example/\"}\n"));
	assert_false(read_list(f, LIST_URL, LIST_JSON,
	    "{\"url\": \"http://a.example/\n"));
}

static void
test_what_is_no_list_is_refused(void **state)
{
	static const struct {
		enum list_format format;
		const char *column, *text, *why;
	} cases[] = {
		{ LIST_TEXT, "", "<!DOCTYPE html><p>busy", "HTML" },
		{ LIST_CSV, "url", "id,host\n1,a.example\n",
		    "no column \"url\"" },
		{ LIST_TEXT, "", "a.example\nnot a host\nb.example\n",
		    "line 2: \"not a host\"" },
		{ LIST_CSV, "1", "\"a.example\n", "line 1" },
	};

	for (size_t i = 0; i < nitems(cases); i++) {
		struct fixture *f = *state;

		f->conf.column = str_of(cases[i].column);
		assert_false(read_list(f, LIST_HOST, cases[i].format,
		    cases[i].text));
		if (strstr(f->err.text, cases[i].why) == NULL)
			fail_msg("%s", f->err.text);
	}
}

/* Some bytes of a range must not become many megabytes of networks. */
static void
test_networks_of_ranges_count_as_rows(void **state)
{
	struct fixture *f = *state;

	f->conf.max_rows = 100;
	assert_true(read_list(f, LIST_IP, LIST_TEXT,
	    "0.0.0.1-255.255.255.254\n"));
	assert_int_equal(f->report.rows, 1);
	assert_false(read_list(f, LIST_IP, LIST_TEXT,
	    "0.0.0.1-255.255.255.254\n0.0.0.1-255.255.255.254\n"));
	assert_non_null(strstr(f->err.text, "more than 100 networks"));
}

static void
test_what_is_no_range_is_refused(void **state)
{
	static const char *const rows[] = { "192.0.2.9-192.0.2.1\n",
		"192.0.2.0/24-192.0.3.0/24\n", "192.0.2.1-2001:db8::1\n",
		"192.0.2.1-\n", "-192.0.2.1\n", "192.0.2.1-9\n",
		"x-192.0.2.1\n" };

	for (size_t i = 0; i < nitems(rows); i++)
		assert_false(read_list(*state, LIST_IP, LIST_TEXT, rows[i]));
}

static void
test_one_bad_row_in_a_hundred_is_counted_and_told(void **state)
{
	struct fixture *f = *state;
	struct buf text;

	buf_init_arena(&text, f->arena, 8192);
	for (int i = 0; i < 200; i++)
		buf_printf(&text, "h%d.example\n", i);
	buf_add_str(&text, STR("no host here\n"));
	assert_true(read_list(f, LIST_HOST, LIST_TEXT,
	    str_cstr(f->arena, buf_str(&text))));
	assert_int_equal(f->report.rows, 200);
	assert_int_equal(f->report.bad, 1);
	assert_int_equal(f->report.first_bad.at[0].line, 201);
	f->conf.max_rows = 100;
	assert_false(read_list(f, LIST_HOST, LIST_TEXT,
	    str_cstr(f->arena, buf_str(&text))));
	assert_non_null(strstr(f->err.text, "max_rows"));
}

static void
test_a_pinned_file_must_be_the_one(void **state)
{
	struct fixture *f = *state;

	f->conf.sha256 = STR("ba7816bf8f01cfea414140de5dae2223"
	    "b00361a396177a9cb410ff61f20015ad");
	assert_false(read_list(f, LIST_HOST, LIST_TEXT, "a.example\n"));
	assert_non_null(strstr(f->err.text, "SHA-256"));
}

static void
test_of_equal_rows_the_one_that_lasts_longest_counts(void **state)
{
	struct fixture *f = *state;
	struct fact_value value = { .text = STR("a.example") };
	struct list_row row;

	f->conf.column = STR("host");
	assert_true(read_list(f, LIST_HOST, LIST_CSV,
	    "host,expires,note\na.example,2020-01-01,old\n"
	    "a.example,2099-01-01,long\na.example,2030-01-01,new\n"));
	assert_int_equal(f->report.rows, 3);
	assert_true(list_find(f->list, &value, 20000, f->arena, &row));
	assert_true(str_is(row.note, "long"));
	assert_int_equal(row.line, 3);
}

static void
sum_of(struct fixture *f, char sum[static LIST_SUM], const char *text)
{
	list_sum(sum, &f->conf, str_of(text));
}

static void
test_phrases_are_found_in_a_text(void **state)
{
	struct fixture *f = *state;
	match_list found = { 0 };
	char sum[LIST_SUM];
	struct list_row row;
	struct list *list;

	assert_true(read_list(f, LIST_PHRASE, LIST_TEXT,
	    "本日中にお手続き\nre:.*(a+)+$\nアカウントを停止します\n"));
	assert_true(list_save(f->list, "test_list.phrases", &f->err));
	sum_of(f, sum, "本日中にお手続き\nre:.*(a+)+$\n"
	    "アカウントを停止します\n");
	assert_true(list_open(&list, "test_list.phrases", sum, &f->err));
	/* As it was read, and from its image; nobody else's regex is run. */
	for (int i = 0; i < 2; i++) {
		found.n = 0;
		list_scan(i == 0 ? f->list : list, STR("aaaaaaaa: アカウントを"
		    "停止します。アカウントを停止します"), &found, f->arena);
		assert_int_equal(found.n, 1);
		assert_int_equal(found.at[0].begin, 10);
		assert_true(list_row(list, found.at[0].id, 20000, &row));
		assert_int_equal(row.line, 3);
		assert_true(str_is(row.key, "アカウントを停止します"));
	}
	assert_false(list_row(list, 1000000, 20000, &row));
	list_drop(list);
	unlink("test_list.phrases");
	assert_false(read_list(f, LIST_PHRASE, LIST_TEXT, "abc\n"));
}

/* Rows added */

/* A number between two texts. */
static void
write_line(struct buf *b, const char *before, int n, const char *behind)
{
	buf_printf(b, "%s%d%s", before, n, behind);
}

/* The same text read at once and in two steps. */
static void
read_in_steps(struct fixture *f, struct list **whole, struct list **grown,
    struct str text, size_t first)
{
	struct list_source from = { &f->conf, str_head(text, first), NULL };
	struct list *before;

	assert_true(list_read(&before, f->arena, &from, &f->report, &f->err));
	from.text = text;
	assert_true(list_read(whole, f->arena, &from, &f->report, &f->err));
	from.before = before;
	assert_true(list_goes_on(&from));
	assert_true(list_read(grown, f->arena, &from, &f->report, &f->err));
	list_drop(before);
}

static void
assert_same_find(struct fixture *f, const struct list *a,
    const struct list *b, const char *text)
{
	struct fact_value value = { .text = str_of(text) };
	struct list_row one, other;
	struct addr addr;
	bool is_found;

	if (addr_parse(value.text, &addr))
		value.addr = &addr;
	is_found = list_find(a, &value, 20000, f->arena, &one);
	assert_int_equal(is_found, list_find(b, &value, 20000, f->arena,
	    &other));
	assert_int_equal(one.line, other.line);
	assert_int_equal(one.expires, other.expires);
	assert_true(str_eq(one.note, other.note));
}

static void
test_rows_added_are_read_as_if_all_were(void **state)
{
	static const struct {
		enum list_type type;
		enum list_format format;
		const char *head, *row, *rest, *more;
	} cases[] = {
		{ LIST_HOST, LIST_TEXT, "# x\n\n", "h", ".bad.example\n",
		    "# y\n\nh7.bad.example\nno host!\nnew.example\n" },
		{ LIST_HOST, LIST_CSV, "host;expires;note\n",
		    "h", ".bad.example;2020-01-01;\"a\nb\"\n",
		    "h7.bad.example;2090-01-01;later\n\n"
		    "h8.bad.example;2019-01-01;sooner\n"
		    "new.example;;\"a \"\"note\"\"\"\n" },
		{ LIST_HOST, LIST_JSON, "", "{\"value\":\"h",
		    ".bad.example\",\"note\":\"n\"}\n", "{\"value\":\"new.example\"}\n" },
		{ LIST_IP, LIST_TEXT, "", "2001:db8::", "\n",
		    "192.0.2.0/24\n2001:db8:7::/48\n" },
	};
	static const char *const values[] = { "h7.bad.example",
		"h8.bad.example", "h9.bad.example", "new.example", "no host!",
		"other.example", "192.0.2.9", "2001:db8::7",
		"2001:db8:7::1", "2001:db8:8::1" };
	struct fixture *f = *state;

	for (size_t i = 0; i < nitems(cases); i++) {
		struct list *whole, *grown;
		struct buf b;
		size_t first;

		buf_init(&b, SIZE_MAX);
		buf_add_str(&b, str_of(cases[i].head));
		for (int n = 0; n < 30000; n++)
			write_line(&b, cases[i].row, n % 9999,
			    cases[i].rest);
		first = b.n;
		buf_add_str(&b, str_of(cases[i].more));
		f->conf.type = cases[i].type;
		f->conf.format = cases[i].format;
		f->conf.column = cases[i].format == LIST_CSV ? STR("host")
		    : STR("");
		read_in_steps(f, &whole, &grown, buf_str(&b), first);
		assert_int_equal(list_rows(whole), list_rows(grown));
		assert_int_equal(list_bad_rows(whole), list_bad_rows(grown));
		for (size_t k = 0; k < nitems(values); k++)
			assert_same_find(f, whole, grown, values[k]);
		list_drop(whole);
		list_drop(grown);
		buf_release(&b);
	}
}

static struct str
rows_of(struct buf *b, const char *end)
{
	buf_empty(b);
	for (int n = 0; n < 30000; n++)
		write_line(b, "h", n, ".bad.example,x\n");
	b->n--;
	buf_add_str(b, str_of(end));
	return buf_str(b);
}

/* What stands there may not be all of a row, or may not be the same rows. */
static void
test_what_does_not_go_on_is_read_whole(void **state)
{
	static const char *const ends[] = { "", "\nlast.example",
		"\nlast.example,\"open\n" };
	struct fixture *f = *state;
	struct list_source from = { .conf = &f->conf };
	struct buf b;

	f->conf.type = LIST_HOST;
	f->conf.format = LIST_CSV;
	buf_init(&b, SIZE_MAX);
	for (size_t i = 0; i <= nitems(ends); i++) {
		from.before = NULL;
		from.text = rows_of(&b, i < nitems(ends) ? ends[i] : "\n");
		assert_true(list_read(&from.before, f->arena, &from,
		    &f->report, &f->err));
		if (i == nitems(ends))
			b.p[5] = 'x';
		buf_add_str(&b, STR("more.example,x\n"));
		from.text = buf_str(&b);
		assert_false(list_goes_on(&from));
		list_drop(from.before);
	}
	buf_release(&b);
}

/* Neither bound is for the rows added alone. */
static void
test_rows_added_count_with_those_before(void **state)
{
	struct fixture *f = *state;
	struct list_source from = { .conf = &f->conf };
	struct list *list;
	struct buf b;

	f->conf.type = LIST_HOST;
	buf_init(&b, SIZE_MAX);
	from.text = rows_of(&b, "\n");
	f->conf.format = LIST_CSV;
	f->conf.max_rows = 30001;
	assert_true(list_read(&from.before, f->arena, &from, &f->report,
	    &f->err));
	for (int i = 0; i < 250; i++)
		buf_add_str(&b, STR("no host!,x\n"));
	from.text = buf_str(&b);
	assert_true(list_goes_on(&from));
	assert_true(list_read(&list, f->arena, &from, &f->report, &f->err));
	assert_int_equal(list_bad_rows(list), 250);
	list_drop(list);
	for (int i = 0; i < 100; i++)
		buf_add_str(&b, STR("no host!,x\n"));
	from.text = buf_str(&b);
	assert_false(list_read(&list, f->arena, &from, &f->report, &f->err));
	assert_non_null(strstr(f->err.text, "350 of 30350 rows are no host"));
	from.text = rows_of(&b, "\nm.example\nn.example\n");
	assert_true(list_goes_on(&from));
	assert_false(list_read(&list, f->arena, &from, &f->report, &f->err));
	assert_non_null(strstr(f->err.text, "more than 30001 rows"));
	list_drop(from.before);
	buf_release(&b);
}

/* Images */

static const char image[] = "test_list.image";

static void
save(struct fixture *f)
{
	f->conf.column = STR("host");
	assert_true(read_list(f, LIST_DOMAIN, LIST_CSV,
	    "host,note\na.example,first\nb.example,second\n"));
	assert_true(list_save(f->list, image, &f->err));
}

static void
test_an_image_holds_what_was_read(void **state)
{
	struct fixture *f = *state;
	struct fact_value value = { .text = STR("x.b.example") };
	char sum[LIST_SUM], other[LIST_SUM];
	struct list_row row;
	struct list *list;

	save(f);
	sum_of(f, sum, "host,note\na.example,first\nb.example,second\n");
	assert_true(list_has_sum(f->list, sum));
	assert_true(list_open(&list, image, sum, &f->err));
	assert_int_equal(list_rows(list), 2);
	assert_true(list_find(list, &value, 20000, f->arena, &row));
	assert_true(str_is(row.note, "second"));
	assert_int_equal(row.line, 3);
	list_drop(list);
	sum_of(f, other, "host,note\na.example,other\n");
	assert_false(list_open(&list, image, other, &f->err));
	assert_non_null(strstr(f->err.text, "another version"));
	/* The same bytes read in another way are another list. */
	f->conf.type = LIST_HOST;
	sum_of(f, other, "host,note\na.example,first\nb.example,second\n");
	assert_string_not_equal(sum, other);
	unlink(image);
}

static void
test_a_damaged_image_is_refused(void **state)
{
	struct fixture *f = *state;
	char sum[LIST_SUM];
	struct list *list;
	long size;
	FILE *file;

	save(f);
	sum_of(f, sum, "host,note\na.example,first\nb.example,second\n");
	file = fopen(image, "r+");
	fseek(file, 0, SEEK_END);
	size = ftell(file);
	for (long at = 0; at < size; at += 5) {
		int c;

		fseek(file, at, SEEK_SET);
		c = fgetc(file);
		fseek(file, at, SEEK_SET);
		fputc(c ^ 0x40, file);
		fflush(file);
		if (list_open(&list, image, sum, &f->err))
			fail_msg("byte %ld", at);
		fseek(file, at, SEEK_SET);
		fputc(c, file);
		fflush(file);
	}
	assert_true(list_open(&list, image, sum, &f->err));
	list_drop(list);
	fclose(file);
	assert_int_equal(truncate(image, size - 1), 0);
	assert_false(list_open(&list, image, sum, &f->err));
	unlink(image);
}

/* Files */

struct feed {
	char path[64];
	struct list_conf conf;
	struct list_conf *confs[1];
	struct pack pack;
	struct pack *packs[1];
	pack_list list;
};

static void
write_rows(struct feed *feed, int n, const char *more)
{
	char other[80];
	FILE *file;

	snprintf(other, sizeof(other), "%s.new", feed->path);
	file = fopen(other, "w");
	for (int i = 0; i < n; i++)
		fprintf(file, "h%d.example\n", i);
	fputs(more, file);
	fclose(file);
	rename(other, feed->path);
}

static void
feed_init(struct feed *feed)
{
	*feed = (struct feed){ 0 };
	snprintf(feed->path, sizeof(feed->path), "test_list.%d.txt",
	    (int)getpid());
	feed->conf = (struct list_conf){ .id = STR("feeds/x"),
		.path = str_of(feed->path), .type = LIST_HOST,
		.max_rows = 1000 };
	feed->confs[0] = &feed->conf;
	feed->pack.lists.at = feed->confs;
	feed->pack.lists.n = 1;
	feed->packs[0] = &feed->pack;
	feed->list.at = feed->packs;
	feed->list.n = 1;
}

/* One look sees that it changed, the next that it lies still. */
static struct lists *
change(struct lists *now)
{
	struct lists_change *c = lists_change_new(now);
	struct lists *next = NULL;

	assert_false(lists_look(c));
	if (lists_look(c)) {
		lists_read(c);
		next = lists_renew(c);
	}
	lists_change_free(c);
	return next;
}

static bool
serves(const struct lists *lists, const struct feed *feed, const char *host)
{
	struct fact_value value = { .text = str_of(host) };
	struct arena *a = arena_new();
	struct list_row row;
	const struct list_state *s = lists_at(lists, &feed->conf);
	bool has = s != NULL && list_find(s->list, &value, 20000, a, &row);

	arena_free(a);
	return has;
}

static void
test_a_changed_file_serves_beside_the_version_before(void **state)
{
	struct lists *first, *second;
	struct feed feed;

	(void)state;
	feed_init(&feed);
	write_rows(&feed, 100, "");
	first = lists_open(&feed.list);
	write_rows(&feed, 100, "new.example\n");
	second = change(first);
	assert_non_null(second);
	assert_true(serves(second, &feed, "new.example"));
	assert_false(serves(first, &feed, "new.example"));
	lists_free(first);
	assert_true(serves(second, &feed, "h7.example"));
	assert_null(change(second));
	lists_free(second);
	unlink(feed.path);
}

static void
test_what_was_read_once_is_opened_the_next_time(void **state)
{
	struct lists *lists;
	struct feed feed;

	(void)state;
	feed_init(&feed);
	mkdir("test_list.images", 0700);
	for (int i = 0; i < 2; i++) {
		write_rows(&feed, 100, "");
		lists = lists_open_kept(&feed.list, STR("test_list.images"));
		assert_true(serves(lists, &feed, "h7.example"));
		assert_int_equal(lists->at[0].health.rows, 100);
		lists_free(lists);
	}
	/* What lies in its place is no image: the rows are read again. */
	assert_int_equal(truncate("test_list.images/feeds.x.image", 100), 0);
	lists = lists_open_kept(&feed.list, STR("test_list.images"));
	assert_true(serves(lists, &feed, "h7.example"));
	lists_free(lists);
	assert_int_equal(unlink("test_list.images/feeds.x.image"), 0);
	assert_int_equal(rmdir("test_list.images"), 0);
	unlink(feed.path);
}

static void
test_a_file_put_in_place_is_taken_at_the_first_look(void **state)
{
	struct lists_change *c;
	struct lists *lists;
	struct feed feed;

	(void)state;
	feed_init(&feed);
	write_rows(&feed, 100, "");
	lists = lists_open(&feed.list);
	c = lists_change_new(lists);
	write_rows(&feed, 101, "");
	assert_false(lists_settled(c, STR("somewhere/else.txt")));
	assert_true(lists_settled(c, str_of(feed.path)));
	assert_true(lists_look(c));
	lists_change_free(c);
	lists_free(lists);
	unlink(feed.path);
}

static void
test_a_feed_that_breaks_leaves_the_last_good_version(void **state)
{
	static const struct {
		int rows;
		const char *more, *alarm;
	} cases[] = {
		{ 10, "", "has only 10 rows left of 100" },
		{ 0, "<html>busy</html>\n", "HTML" },
		{ 100, "no host\nno host\n", "rows are no host" },
	};
	struct lists *now, *next;
	struct feed feed;

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		feed_init(&feed);
		write_rows(&feed, 100, "");
		now = lists_open(&feed.list);
		write_rows(&feed, cases[i].rows, cases[i].more);
		next = change(now);
		assert_non_null(next);
		assert_true(serves(next, &feed, "h99.example"));
		assert_int_equal(next->at[0].health.failures, 1);
		if (strstr(str_cstr(next->arena, next->at[0].health.alarm),
		    cases[i].alarm) == NULL)
			fail_msg("%.*s", STR_ARG(next->at[0].health.alarm));
		/* Not read over and over. */
		assert_null(change(next));
		lists_free(now);
		lists_free(next);
	}
	unlink(feed.path);
}

static void
test_a_file_that_is_gone_keeps_what_serves_over_a_reload(void **state)
{
	struct lists *before, *after;
	struct feed feed;

	(void)state;
	feed_init(&feed);
	write_rows(&feed, 30, "");
	before = lists_open(&feed.list);
	unlink(feed.path);
	after = lists_open(&feed.list);
	assert_null(lists_at(after, &feed.conf));
	lists_keep(after, before);
	lists_free(before);
	assert_true(serves(after, &feed, "h29.example"));
	lists_free(after);
}

static void
test_an_old_feed_stops_to_count_and_then_to_be_read(void **state)
{
	struct list_conf conf = { .max_age = 86400 };
	struct list_state s = { .conf = &conf, .health = { .mtime = 1000 } };

	(void)state;
	assert_int_equal(lists_age(&s, 1000 + 86400), LIST_FRESH);
	assert_int_equal(lists_age(&s, 1001 + 86400), LIST_STALE);
	assert_int_equal(lists_age(&s, 1001 + 3 * 86400), LIST_DEAD);
	conf.max_age = 0;
	assert_int_equal(lists_age(&s, 1001 + 900 * 86400), LIST_FRESH);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_rows_are_read_as_feeds_write_them, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_csv_names_its_columns,
		    setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_objects_name_their_members, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_what_is_no_list_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_networks_of_ranges_count_as_rows, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_what_is_no_range_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_one_bad_row_in_a_hundred_is_counted_and_told, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(
		    test_a_pinned_file_must_be_the_one, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_of_equal_rows_the_one_that_lasts_longest_counts,
		    setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_phrases_are_found_in_a_text, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_rows_added_are_read_as_if_all_were, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_what_does_not_go_on_is_read_whole, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_rows_added_count_with_those_before, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_an_image_holds_what_was_read, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_a_damaged_image_is_refused, setup, teardown),
		cmocka_unit_test(
		    test_what_was_read_once_is_opened_the_next_time),
		cmocka_unit_test(
		    test_a_file_put_in_place_is_taken_at_the_first_look),
		cmocka_unit_test(
		    test_a_changed_file_serves_beside_the_version_before),
		cmocka_unit_test(
		    test_a_feed_that_breaks_leaves_the_last_good_version),
		cmocka_unit_test(
		    test_a_file_that_is_gone_keeps_what_serves_over_a_reload),
		cmocka_unit_test(
		    test_an_old_feed_stops_to_count_and_then_to_be_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
