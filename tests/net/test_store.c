/* SPDX-License-Identifier: Apache-2.0 */
/* The embedded store: what is put comes back, ends, survives, has a bound. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/err.h"
#include "net/loop.h"
#include "net/store.h"
#include "net/storeconf.h"
#include "net/storeengine.h"

enum { MB = 1024 * 1024 };

static time_t ahead;

/* The store asks this one: nobody has to wait for a life to be over. */
time_t
time(time_t *out)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	now.tv_sec += ahead;
	if (out != NULL)
		*out = now.tv_sec;
	return now.tv_sec;
}

static struct store_conf
conf(const char *folder)
{
	return (struct store_conf){ .folder = folder, .bytes = MB };
}

struct house {
	char folder[100];
	struct loop *loop;
	struct store *store;
	enum store_result result;
	char value[100];
	unsigned replies;
};

static void
house_open(struct house *h)
{
	const struct store_conf c = conf(h->folder);
	struct err e = { "" };

	assert_true(loop_new(&h->loop, &e));
	if (!store_open(&h->store, h->loop, &c, &e))
		print_error("%s\n", e.text);
	assert_non_null(h->store);
}

static void
house_close(struct house *h)
{
	store_close(h->store);
	loop_free(h->loop);
	h->store = NULL;
}

static int
set_up(void **state)
{
	struct house *h = calloc(1, sizeof(*h));
	const char *tmp = getenv("TMPDIR");

	snprintf(h->folder, sizeof(h->folder), "%s/sekisho-store-XXXXXX",
	    tmp != NULL && strlen(tmp) < 60 ? tmp : "/tmp");
	if (mkdtemp(h->folder) == NULL)
		return -1;
	house_open(h);
	*state = h;
	return 0;
}

static int
tear_down(void **state)
{
	static const char *const files[] = { "data.mdb", "lock.mdb" };
	struct house *h = *state;
	char path[200];

	house_close(h);
	for (size_t i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "%s/%s", h->folder, files[i]);
		unlink(path);
	}
	rmdir(h->folder);
	free(h);
	return 0;
}

static void
on_reply(void *asker, enum store_result result, struct str value)
{
	struct house *h = asker;

	h->result = result;
	h->replies++;
	snprintf(h->value, sizeof(h->value), "%" STR_FMT, STR_ARG(value));
	loop_stop(h->loop);
}

static enum store_result
get(struct house *h, const char *key)
{
	h->replies = 0;
	store_get(h->store, store_key(h->store, str_of(key)), on_reply, h);
	assert_int_equal(h->replies, 0);
	loop_run(h->loop);
	assert_int_equal(h->replies, 1);
	return h->result;
}

/* Closing writes what is queued. */
static void
reopen(struct house *h)
{
	house_close(h);
	house_open(h);
}

static void
test_what_is_put_survives_a_restart(void **state)
{
	struct house *h = *state;

	assert_int_equal(get(h, "a"), STORE_NONE);
	store_put(h->store, STR("a"), STR("one"), 60);
	store_put(h->store, STR("b"), STR(""), 60);
	reopen(h);
	assert_int_equal(get(h, "a"), STORE_FOUND);
	assert_string_equal(h->value, "one");
	assert_int_equal(get(h, "b"), STORE_FOUND);
	assert_string_equal(h->value, "");
	store_put(h->store, STR("a"), STR("two"), 60);
	reopen(h);
	assert_int_equal(get(h, "a"), STORE_FOUND);
	assert_string_equal(h->value, "two");
}

/* Another process writes, as another worker does. */
static void
write_elsewhere(struct house *h, const char *key, const char *value)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		struct house other = { .store = NULL };

		snprintf(other.folder, sizeof(other.folder), "%s", h->folder);
		house_open(&other);
		if (value != NULL)
			store_put(other.store, str_of(key), str_of(value), 60);
		else
			store_forget(other.store, str_of(key));
		house_close(&other);
		_exit(0);
	}
	assert_true(child > 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

/* Until what was put here has been written. */
static void
wait_for(struct house *h, const char *key, const char *value)
{
	const struct timespec pause = { 0, 10 * 1000 * 1000 };

	for (int i = 0; i < 500; i++) {
		if (get(h, key) == STORE_FOUND &&
		    strcmp(h->value, value) == 0)
			return;
		nanosleep(&pause, NULL);
	}
	fail_msg("%s is not %s", key, value);
}

/* What was asked for is recalled: whoever changes it must be seen. */
static void
test_what_changes_here_and_elsewhere_is_seen(void **state)
{
	struct house *h = *state;

	assert_int_equal(get(h, "ours"), STORE_NONE);
	assert_int_equal(get(h, "theirs"), STORE_NONE);
	for (int i = 0; i < 3; i++) {
		char value[20];

		snprintf(value, sizeof(value), "%d", i);
		store_put(h->store, STR("ours"), str_of(value), 60);
		wait_for(h, "ours", value);
		write_elsewhere(h, "theirs", value);
		assert_int_equal(get(h, "theirs"), STORE_FOUND);
		assert_string_equal(h->value, value);
		assert_int_equal(get(h, "ours"), STORE_FOUND);
		assert_string_equal(h->value, value);
	}
	write_elsewhere(h, "ours", NULL);
	assert_int_equal(get(h, "ours"), STORE_NONE);
	write_elsewhere(h, "ours", "again");
	assert_int_equal(get(h, "ours"), STORE_FOUND);
}

/* A transaction that changes nothing makes no new state: the next one, which
 * may be another's, has its number. */
static void
test_what_was_not_written_vouches_for_nobody(void **state)
{
	struct house *h = *state;
	const struct timespec pause = { 0, 300 * 1000 * 1000 };

	store_put(h->store, STR("first"), STR("1"), 60);
	wait_for(h, "first", "1");
	assert_int_equal(get(h, "theirs"), STORE_NONE);
	store_put_new(h->store, STR("first"), STR("2"), 60);
	store_forget(h->store, STR("nothing"));
	nanosleep(&pause, NULL);
	write_elsewhere(h, "theirs", "1");
	assert_int_equal(get(h, "theirs"), STORE_FOUND);
	assert_int_equal(get(h, "first"), STORE_FOUND);
	assert_string_equal(h->value, "1");
}

static void
test_a_value_ends_with_its_life(void **state)
{
	struct house *h = *state;

	store_put(h->store, STR("short"), STR("x"), 1);
	store_put(h->store, STR("long"), STR("x"), 100);
	reopen(h);
	ahead += 2;
	assert_int_equal(get(h, "short"), STORE_NONE);
	assert_int_equal(get(h, "long"), STORE_FOUND);
}

static void
test_a_counter_counts_and_knows_its_first_time(void **state)
{
	struct house *h = *state;
	struct store_count c;

	for (int i = 0; i < 100; i++)
		store_count(h->store, STR("n"), 1, 60);
	reopen(h);
	store_count(h->store, STR("n"), 5, 60);
	reopen(h);
	assert_int_equal(get(h, "n"), STORE_FOUND);
	assert_true(store_count_read(str_of(h->value), &c));
	assert_int_equal(c.count, 105);
	assert_in_range(c.first, clock_wall() - 60, clock_wall());
	assert_true(c.last >= c.first);
}

static struct store_tally
tally(struct house *h, const char *key)
{
	struct store_tally t = { 0 };

	assert_int_equal(get(h, key), STORE_FOUND);
	assert_true(store_tally_read(str_of(h->value), &t));
	return t;
}

/* One lesson that counts from so many seconds ago. */
static void
teach(struct house *h, const char *key, double bad, double good, int64_t ago)
{
	const struct store_lesson l = { bad, good, clock_wall() - ago, 100,
		1000 };

	store_teach(h->store, str_of(key), &l);
}

static void
test_a_tally_adds_up_what_is_left_of_each_lesson(void **state)
{
	struct house *h = *state;
	int64_t now = clock_wall();
	struct store_tally t;

	teach(h, "ip", 4, 0, 200);
	teach(h, "ip", 3, 8, 0);
	/* one that comes late */
	teach(h, "ip", 2, 0, 100);
	reopen(h);
	t = tally(h, "ip");
	store_tally_decay(&t, now, 100);
	assert_in_range((int)(t.bad * 1000 + 0.5), 4900, 5001);
	assert_in_range((int)(t.good * 1000 + 0.5), 7800, 8001);
	assert_in_range(t.first, now - 200, now - 198);
	assert_in_range(t.last, now, now + 2);
}

static void
test_what_was_taught_can_be_taken_back(void **state)
{
	struct house *h = *state;
	struct store_tally t;

	teach(h, "ip", 5, 1, 0);
	teach(h, "ip", -3, -4, 0);
	reopen(h);
	t = tally(h, "ip");
	assert_in_range((int)(t.bad * 1000 + 0.5), 1900, 2100);
	assert_true(t.good >= 0 && t.good < 1e-9);
	/* there is nothing to take back from */
	teach(h, "new", -1, -1, 0);
	reopen(h);
	assert_int_equal(get(h, "new"), STORE_NONE);
}

static void
test_the_text_of_a_tally_is_read_strictly(void **state)
{
	static const char *const bad[] = { "", "1", "1 2 3 4", "x 2 3 4 5",
		"-1 2 3 4 5", "1 inf 3 4 5", "nan 2 3 4 5", "1 2 3 4 ",
		"1e999 2 3 4 5", " 1 2 3 4 5" };
	struct store_tally t = { 1.5, 0, 20, 10, 20 };
	struct store_count c;
	char text[VALUE_TEXT];

	(void)state;
	store_tally_text(text, &t);
	assert_string_equal(text, "1.5 0 20 10 20");
	assert_true(store_tally_read(str_of("1.5 2e3 20 10 30 more"), &t));
	assert_true(t.bad == 1.5 && t.good == 2000);
	assert_int_equal(t.last, 30);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(store_tally_read(str_of(bad[i]), &t));
	assert_false(store_tally_read((struct str){ 0 }, &t));
	assert_false(store_count_read((struct str){ 0 }, &c));
}

/* Times are read eight digits at once: as many as there are, to the letter. */
static void
test_numbers_of_any_length_are_read(void **state)
{
	static const char wrong[] = { '\0', '/', ':', 'a', '\x7f', '\x80',
		'\xb0', '\xb9', '\xff' };
	static const char digits[] = "987654321012345678";
	struct store_count c;
	char text[100];
	int n;

	(void)state;
	for (n = 1; n <= 18; n++) {
		snprintf(text, sizeof(text), "%.*s -%.*s %.*s", n, digits, n,
		    digits, n, digits);
		assert_true(store_count_read(str_of(text), &c));
		assert_true(c.count == strtoll(text, NULL, 10));
		assert_true(c.first == -c.count && c.last == c.count);
		for (int at = 0; at < n; at++) {
			for (size_t i = 0; i < sizeof(wrong); i++) {
				text[at] = wrong[i];
				assert_false(store_count_read((struct str){
				    text, strlen(digits) * 3 }, &c));
			}
			text[at] = digits[at];
		}
	}
}

static void
test_the_text_of_a_tally_has_ten_digits_that_count(void **state)
{
	struct store_tally t = { .at = 1700000000, .first = -5, .last = 0 };
	struct store_tally back;
	char text[VALUE_TEXT];
	uint32_t chance = 1;

	(void)state;
	for (int i = 0; i < 100000; i++) {
		chance = chance * 1664525 + 1013904223;
		t.bad = pow(10, (int)(i % 26) - 12) * chance / 4e9;
		t.good = i % 3 == 0 ? (double)(chance % 1000) : 1 / t.bad;
		store_tally_text(text, &t);
		if (!store_tally_read(str_of(text), &back))
			fail_msg("%s is not read", text);
		assert_true(fabs(back.bad - t.bad) <= t.bad * 6e-10);
		assert_true(fabs(back.good - t.good) <= t.good * 6e-10);
		assert_int_equal(back.at, t.at);
		assert_int_equal(back.first, -5);
	}
	t.bad = 999999999.99999;
	store_tally_text(text, &t);
	assert_true(str_starts(str_of(text), STR("1000000000 ")));
}

static void
test_what_follows_each_other_is_written_once_and_adds_up(void **state)
{
	struct house *h = *state;
	struct store_counts c;
	struct store_count n;

	for (int i = 0; i < 3000; i++) {
		teach(h, "ip", 1, 0.5, 0);
		teach(h, "net", 0, i % 7 == 0 ? -1 : 2, 0);
		store_count(h->store, STR("from"), 1, 100);
	}
	store_put(h->store, STR("mark"), STR("old"), 100);
	store_put(h->store, STR("mark"), STR("new"), 100);
	store_counts(h->store, &c);
	assert_int_equal(c.puts, 9002);
	assert_int_equal(c.dropped, 0);
	reopen(h);
	assert_in_range((int)(tally(h, "ip").bad + 0.5), 2900, 3000);
	assert_in_range((int)(tally(h, "ip").good + 0.5), 1450, 1500);
	assert_in_range((int)(tally(h, "net").good + 0.5), 4500, 4714);
	assert_int_equal(get(h, "from"), STORE_FOUND);
	assert_true(store_count_read(str_of(h->value), &n));
	assert_int_equal(n.count, 3000);
	assert_int_equal(get(h, "mark"), STORE_FOUND);
	assert_string_equal(h->value, "new");
}

/* A report, and another to the contrary before the first is written. */
static void
test_a_last_word_takes_back_what_it_corrects(void **state)
{
	const int64_t now = clock_wall();
	const struct store_claim first = { .key = STR("receipt"),
		.token = STR("one"), .is_last_word = true };
	const struct store_claim last = { .key = STR("receipt"),
		.token = STR("two"), .is_last_word = true };
	struct store_lesson bad = { .bad = 4, .when = now,
		.half_life = 1000000, .life = 1000000 };
	struct store_lesson good = { .good = 4, .when = now,
		.half_life = 1000000, .life = 1000000 };
	struct house *h = *state;
	char one[100], two[100];
	struct store_tally t;

	snprintf(one, sizeof(one), "bad %lld 4.00\nip\none", (long long)now);
	snprintf(two, sizeof(two), "good %lld 4.00\nip\ntwo", (long long)now);
	store_put_new(h->store, STR("receipt"), str_of(one), 100);
	store_teach_claimed(h->store, STR("ip"), &bad, &first);
	store_put_over(h->store, STR("receipt"), str_of(one), 100);
	store_put_new(h->store, STR("receipt"), str_of(two), 100);
	store_teach_claimed(h->store, STR("ip"), &good, &last);
	store_teach_claimed(h->store, STR("net"), &good, &last);
	store_put_over(h->store, STR("receipt"), str_of(two), 100);
	reopen(h);
	assert_int_equal(get(h, "receipt"), STORE_FOUND);
	assert_string_equal(h->value, two);
	assert_int_equal(get(h, "ip"), STORE_FOUND);
	assert_true(store_tally_read(str_of(h->value), &t));
	assert_true(t.bad < 0.01 && t.good > 3.99 && t.good < 4.01);
	/* what the first had not taught has nothing to take back */
	assert_int_equal(get(h, "net"), STORE_FOUND);
	assert_true(store_tally_read(str_of(h->value), &t));
	assert_true(t.bad == 0 && t.good > 3.99 && t.good < 4.01);
}

/* Two that get the same message at the same time put a receipt each. */
static void
test_who_comes_second_to_a_claim_does_nothing(void **state)
{
	const struct store_lesson l = { .bad = 1, .when = clock_wall(),
		.half_life = 1000000, .life = 1000000 };
	const struct store_claim mine = { .key = STR("receipt"),
		.token = STR("one") };
	const struct store_claim theirs = { .key = STR("receipt"),
		.token = STR("two") };
	struct house *h = *state;
	struct store_tally t;

	store_put_new(h->store, STR("receipt"), STR("keys\none"), 100);
	store_teach_claimed(h->store, STR("ip"), &l, &mine);
	store_put_new(h->store, STR("receipt"), STR("keys\ntwo"), 100);
	store_teach_claimed(h->store, STR("ip"), &l, &theirs);
	store_teach_claimed(h->store, STR("ip"), &l, &mine);
	store_teach_claimed(h->store, STR("free"), &l, &(struct store_claim){
		.key = STR("nowhere"), .token = STR("two") });
	reopen(h);
	assert_int_equal(get(h, "receipt"), STORE_FOUND);
	assert_string_equal(h->value, "keys\none");
	assert_int_equal(get(h, "ip"), STORE_FOUND);
	assert_true(store_tally_read(str_of(h->value), &t));
	assert_true(t.bad > 1.99 && t.bad < 2.01);
	assert_int_equal(get(h, "free"), STORE_FOUND);
	/* once it is over the next may */
	store_put_new(h->store, STR("short"), STR("one"), 1);
	reopen(h);
	ahead += 2;
	store_put_new(h->store, STR("short"), STR("two"), 100);
	reopen(h);
	assert_int_equal(get(h, "short"), STORE_FOUND);
	assert_string_equal(h->value, "two");
}

static void
test_what_is_forgotten_is_gone(void **state)
{
	struct house *h = *state;

	store_put(h->store, STR("a"), STR("one"), 60);
	store_forget(h->store, STR("a"));
	store_forget(h->store, STR("b"));
	reopen(h);
	assert_int_equal(get(h, "a"), STORE_NONE);
	store_put(h->store, STR("a"), STR("two"), 60);
	reopen(h);
	assert_int_equal(get(h, "a"), STORE_FOUND);
	store_forget(h->store, STR("a"));
	reopen(h);
	assert_int_equal(get(h, "a"), STORE_NONE);
}

struct walked {
	struct house *house;
	unsigned n, most;
	bool is_done, is_whole;
};

static void
on_each(void *asker, struct str key, struct str value)
{
	struct walked *w = asker;

	assert_true(str_starts(key, STR("w:")));
	assert_true(str_is(value, "v"));
	if (++w->n == w->most) {
		store_cancel(w->house->store, w);
		loop_stop(w->house->loop);
	}
}

static void
on_walked(void *asker, bool is_whole)
{
	struct walked *w = asker;

	w->is_done = true;
	w->is_whole = is_whole;
	loop_stop(w->house->loop);
}

static void
test_a_walk_meets_every_key_of_its_prefix(void **state)
{
	enum { MANY = 700 };
	struct house *h = *state;
	struct walked all = { .house = h }, some = { .house = h, .most = 300 },
	    none = { .house = h };
	char key[20];

	for (int i = 0; i < MANY; i++) {
		snprintf(key, sizeof(key), "w:%d", i);
		store_put(h->store, str_of(key), STR("v"), 60);
	}
	store_put(h->store, STR("v:0"), STR("x"), 60);
	store_put(h->store, STR("x:0"), STR("x"), 60);
	reopen(h);
	store_walk(h->store, STR("w:"), on_each, on_walked, &all);
	assert_false(all.is_done);
	loop_run(h->loop);
	assert_true(all.is_done && all.is_whole);
	assert_int_equal(all.n, MANY);
	/* an asker that leaves is left alone */
	store_walk(h->store, STR("w:"), on_each, on_walked, &some);
	loop_run(h->loop);
	store_walk(h->store, STR("nobody:"), on_each, on_walked, &none);
	loop_run(h->loop);
	assert_true(none.is_done && none.is_whole);
	assert_int_equal(none.n, 0);
	assert_false(some.is_done);
	assert_int_equal(some.n, 300);
}

static void
test_a_bound_is_kept_and_the_newest_stay(void **state)
{
	enum { MANY = 4000 };
	static char bytes[1000];
	struct house *h = *state;
	struct store_counts counts;
	struct stat st;
	char key[200];

	memset(bytes, 'x', sizeof(bytes));
	for (int i = 0; i < MANY; i++) {
		snprintf(key, sizeof(key), "key %d", i);
		store_put(h->store, str_of(key),
		    (struct str){ bytes, sizeof(bytes) }, 100 + i);
	}
	snprintf(key, sizeof(key), "key %d", MANY - 1);
	while (get(h, key) != STORE_FOUND)
		usleep(10000);
	store_counts(h->store, &counts);
	assert_int_equal(counts.failed, 0);
	assert_int_equal(counts.dropped, 0);
	assert_int_equal(counts.written, MANY);
	assert_true(counts.evicted > MANY / 2);
	assert_int_equal(get(h, "key 0"), STORE_NONE);
	snprintf(key, sizeof(key), "%s/data.mdb", h->folder);
	assert_int_equal(stat(key, &st), 0);
	assert_in_range(st.st_size, 1, MB);
}

static void
test_keys_and_values_have_bounds(void **state)
{
	static char bytes[STORE_VALUE_MOST + 1];
	struct house *h = *state;
	struct store_counts counts;
	struct str key = { bytes, STORE_KEY_MOST };

	memset(bytes, 'k', sizeof(bytes));
	store_put(h->store, key, STR("x"), 60);
	store_put(h->store, (struct str){ bytes, STORE_KEY_MOST + 1 },
	    STR("x"), 60);
	store_put(h->store, STR("v"), (struct str){ bytes, sizeof(bytes) },
	    60);
	store_counts(h->store, &counts);
	assert_int_equal(counts.dropped, 2);
	reopen(h);
	bytes[STORE_KEY_MOST + 1] = '\0';
	assert_int_equal(get(h, bytes), STORE_FAILED);
	bytes[STORE_KEY_MOST] = '\0';
	assert_int_equal(get(h, bytes), STORE_FOUND);
}

static void
test_a_cancelled_question_is_not_answered(void **state)
{
	struct house *h = *state;
	struct house other = { .loop = h->loop };

	h->replies = 0;
	store_get(h->store, store_key(h->store, STR("a")), on_reply, h);
	store_get(h->store, store_key(h->store, STR("a")), on_reply,
	    &other);
	store_cancel(h->store, h);
	loop_run(h->loop);
	assert_int_equal(h->replies, 0);
	assert_int_equal(other.replies, 1);
}

static void
test_a_file_that_is_no_store_is_told(void **state)
{
	const struct store_conf c = conf("/dev/null/store");
	struct house *h = *state;
	struct store *s = NULL;
	struct err e = { "" };

	assert_false(store_open(&s, h->loop, &c, &e));
	assert_non_null(strstr(e.text, "/dev/null/store"));
	assert_null(s);
}

/* Once a file that had been cut short ended the daemon that read it. */
static void
test_a_damaged_file_is_told(void **state)
{
	struct house *h = *state;
	const struct store_conf c = conf(h->folder);
	struct err e = { "" };
	char path[200];
	struct stat st;
	FILE *f;

	house_close(h);
	snprintf(path, sizeof(path), "%s/data.mdb", h->folder);
	assert_int_equal(stat(path, &st), 0);
	f = fopen(path, "r+b");
	assert_non_null(f);
	/* all behind the two pages that say what the rest is */
	assert_int_equal(fseek(f, 8192, SEEK_SET), 0);
	for (off_t at = 8192; at < st.st_size; at++)
		fputc(0xa5, f);
	fclose(f);
	assert_true(loop_new(&h->loop, &e));
	assert_false(store_open(&h->store, h->loop, &c, &e));
	assert_non_null(strstr(e.text, "damaged"));
	assert_int_equal(truncate(path, 8192), 0);
	assert_false(store_open(&h->store, h->loop, &c, &e));
	assert_non_null(strstr(e.text, "damaged"));
	/* what it says to do */
	unlink(path);
	assert_true(store_open(&h->store, h->loop, &c, &e));
}

/* How long it takes until so much of a diary is written, or begun to be. */
static int64_t
ms_until_written(struct house *h, size_t entries)
{
	static const char text[40 * 1024] = { 'x' };
	const struct str entry = { text, sizeof(text) };
	const int64_t began = clock_ms();
	struct store_counts before, now;

	store_counts(h->store, &before);
	while (entries-- > 0)
		store_diary_add(h->store, STR("diary"), entry, 1000);
	do {
		usleep(1000);
		store_counts(h->store, &now);
	} while (now.written == before.written && clock_ms() < began + 10000);
	assert_int_equal(now.dropped, 0);
	return clock_ms() - began;
}

/* Once all that came in a second had to fit into the queue, and mails that are
 * kept did not.  The second is no secret here; a slow machine gets some
 * tries. */
static void
test_what_fills_the_queue_is_written_at_once(void **state)
{
	struct house *h = *state;
	struct store_conf c = conf(h->folder);
	struct err e = { "" };
	int64_t ms = INT64_MAX;

	store_close(h->store);
	c.bytes = 256 * MB;
	assert_true(store_open(&h->store, h->loop, &c, &e));
	for (int tries = 0; tries < 10 && ms >= 900; tries++)
		ms = ms_until_written(h, 60);
	assert_true(ms < 900);
}

static void
test_what_has_no_room_in_the_queue_is_counted(void **state)
{
	static const char text[40 * 1024] = { 'x' };
	const struct str entry = { text, sizeof(text) };
	struct house *h = *state;
	struct store_counts now = { 0 };
	size_t tries = 0;

	/* What is learnt has its own half. */
	while (now.dropped == 0 && tries++ < 100000) {
		store_diary_add(h->store, STR("diary"), entry, 1000);
		store_counts(h->store, &now);
	}
	assert_int_equal(now.dropped, 1);
	store_count(h->store, STR("learnt"), 1, 60);
	store_counts(h->store, &now);
	assert_int_equal(now.dropped, 1);
}

int
main(void)
{
#define EACH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		EACH(test_what_is_put_survives_a_restart),
		EACH(test_what_changes_here_and_elsewhere_is_seen),
		EACH(test_what_was_not_written_vouches_for_nobody),
		EACH(test_a_value_ends_with_its_life),
		EACH(test_a_counter_counts_and_knows_its_first_time),
		EACH(test_a_tally_adds_up_what_is_left_of_each_lesson),
		EACH(test_what_was_taught_can_be_taken_back),
		EACH(test_the_text_of_a_tally_is_read_strictly),
		EACH(test_numbers_of_any_length_are_read),
		EACH(test_the_text_of_a_tally_has_ten_digits_that_count),
		EACH(test_what_follows_each_other_is_written_once_and_adds_up),
		EACH(test_who_comes_second_to_a_claim_does_nothing),
		EACH(test_a_last_word_takes_back_what_it_corrects),
		EACH(test_what_is_forgotten_is_gone),
		EACH(test_a_walk_meets_every_key_of_its_prefix),
		EACH(test_a_bound_is_kept_and_the_newest_stay),
		EACH(test_keys_and_values_have_bounds),
		EACH(test_a_cancelled_question_is_not_answered),
		EACH(test_what_fills_the_queue_is_written_at_once),
		EACH(test_what_has_no_room_in_the_queue_is_counted),
		EACH(test_a_file_that_is_no_store_is_told),
		EACH(test_a_damaged_file_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
