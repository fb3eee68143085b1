/* SPDX-License-Identifier: Apache-2.0 */
/* Updates on disk: whole, in order, once, within the bound. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/err.h"
#include "net/journal.h"
#include "net/storeengine.h"

enum { MB = 1024 * 1024 };

struct note {
	struct journal_entry entry;
	TAILQ_ENTRY(note) next;
};

TAILQ_HEAD(note_list, note);

struct desk {
	char folder[100];
	struct journal *journal;
	struct note_list notes;
	size_t n;
};

static struct journal_entry *
on_found(void *owner)
{
	struct note *note = calloc(1, sizeof(*note));
	struct desk *d = owner;

	TAILQ_INSERT_TAIL(&d->notes, note, next);
	d->n++;
	return &note->entry;
}

static void
desk_open_in(struct desk *d, uint64_t run)
{
	const struct journal_conf conf = { d->folder, MB, on_found, d, run };
	struct err e = { "" };

	TAILQ_INIT(&d->notes);
	d->n = 0;
	if (!journal_open(&d->journal, &conf, &e))
		fail_msg("%s", e.text);
}

static void
desk_open(struct desk *d)
{
	desk_open_in(d, 0);
}

static void
desk_close(struct desk *d)
{
	struct note *note;

	while ((note = TAILQ_FIRST(&d->notes)) != NULL) {
		TAILQ_REMOVE(&d->notes, note, next);
		free(note);
	}
	journal_close(d->journal);
}

static int
set_up(void **state)
{
	struct desk *d = calloc(1, sizeof(*d));

	snprintf(d->folder, sizeof(d->folder), "/tmp/sekisho-journal-XXXXXX");
	if (mkdtemp(d->folder) == NULL)
		return -1;
	desk_open(d);
	*state = d;
	return 0;
}

static int
tear_down(void **state)
{
	struct desk *d = *state;
	char path[200];

	desk_close(d);
	for (int i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s/journal.%d", d->folder, i);
		unlink(path);
	}
	rmdir(d->folder);
	free(d);
	return 0;
}

/* A record whose key is its number in words, and n bytes long. */
static bool
add(struct desk *d, unsigned i, size_t n)
{
	struct update *u = calloc(1, sizeof(*u) + n + 20);
	struct note *note = calloc(1, sizeof(*note));
	bool is_in;

	u->key_n = (size_t)snprintf(u->bytes, 20, "%u", i);
	u->value_n = n;
	memset(u->bytes + u->key_n, 'v', n);
	u->ends = 1000 + i;
	is_in = journal_add(d->journal, &note->entry, u);
	free(u);
	if (is_in) {
		TAILQ_INSERT_TAIL(&d->notes, note, next);
		d->n++;
	} else {
		free(note);
	}
	return is_in;
}

static void
done(struct desk *d, struct note *note)
{
	journal_done(d->journal, &note->entry);
	TAILQ_REMOVE(&d->notes, note, next);
	free(note);
	d->n--;
}

static unsigned
name_of(const struct note *note)
{
	return (unsigned)atoi(str_head((struct str){ note->entry.record->text,
	    note->entry.record->key_n }, 19).p);
}

static void
test_what_is_not_done_is_there_again_in_order(void **state)
{
	struct desk *d = *state;
	struct note *note;
	char writer[JOURNAL_WRITER + 1];
	uint64_t last = 0;
	unsigned want = 1;

	for (unsigned i = 0; i < 100; i++)
		assert_true(add(d, i, i));
	memcpy(writer, TAILQ_FIRST(&d->notes)->entry.record->writer,
	    sizeof(writer));
	done(d, TAILQ_FIRST(&d->notes));
	note = TAILQ_FIRST(&d->notes);
	note->entry.record->state = JOURNAL_SENT;
	desk_close(d);
	desk_open(d);
	assert_int_equal(d->n, 99);
	TAILQ_FOREACH(note, &d->notes, next) {
		assert_int_equal(note->entry.record->value_n, want);
		assert_int_equal(note->entry.record->ends, 1000 + want);
		assert_int_equal(note->entry.record->state,
		    want == 1 ? JOURNAL_UNSURE : JOURNAL_NEW);
		assert_true(note->entry.record->number > last);
		last = note->entry.record->number;
		want++;
	}
	/* numbers go on upwards */
	assert_true(add(d, 100, 0));
	note = TAILQ_LAST(&d->notes, note_list);
	assert_true(note->entry.record->number > last);
	assert_string_equal(note->entry.record->writer, writer);
	assert_int_equal(journal_damaged(d->journal), 0);
}

static void
test_a_ring_goes_round_and_round(void **state)
{
	struct desk *d = *state;

	for (unsigned i = 0; i < 50000; i++) {
		assert_true(add(d, i, i % 997));
		while (d->n > 100)
			done(d, TAILQ_FIRST(&d->notes));
	}
	desk_close(d);
	desk_open(d);
	assert_int_equal(d->n, 100);
	assert_int_equal(name_of(TAILQ_FIRST(&d->notes)), 49900);
}

/* One that stays in front does not make the journal full. */
static void
test_old_records_make_way_for_new_ones(void **state)
{
	struct desk *d = *state;
	struct note *note;

	for (unsigned i = 0; i < 20000; i++) {
		assert_true(add(d, i, 500));
		while (d->n > 50)
			done(d, TAILQ_NEXT(TAILQ_FIRST(&d->notes), next));
	}
	desk_close(d);
	desk_open(d);
	assert_int_equal(d->n, 50);
	note = TAILQ_FIRST(&d->notes);
	assert_int_equal(name_of(note), 0);
	assert_int_equal(name_of(TAILQ_NEXT(note, next)), 19951);
}

static void
test_a_full_one_takes_no_more_until_some_are_done(void **state)
{
	struct desk *d = *state;
	unsigned n = 0;

	while (add(d, n, 1000))
		n++;
	assert_in_range(n, 700, 1000);
	assert_false(add(d, n, 1000));
	while (d->n > n / 2)
		done(d, TAILQ_FIRST(&d->notes));
	assert_true(add(d, n, 1000));
}

static void
test_two_processes_have_two_journals(void **state)
{
	struct desk *d = *state, other = { .n = 0 };

	memcpy(other.folder, d->folder, sizeof(other.folder));
	assert_true(add(d, 7, 7));
	desk_open(&other);
	assert_int_equal(other.n, 0);
	assert_true(add(&other, 8, 8));
	assert_string_not_equal(TAILQ_FIRST(&d->notes)->entry.record->writer,
	    TAILQ_FIRST(&other.notes)->entry.record->writer);
	desk_close(&other);
}

static void
test_what_another_process_has_left_is_taken_over(void **state)
{
	struct desk *d = *state, other = { .n = 0 };
	char writer[JOURNAL_WRITER + 1], path[200];
	struct note *note;

	memcpy(other.folder, d->folder, sizeof(other.folder));
	desk_open(&other);
	for (unsigned i = 0; i < 100; i++)
		assert_true(add(&other, i, 10));
	done(&other, TAILQ_FIRST(&other.notes));
	memcpy(writer, TAILQ_FIRST(&other.notes)->entry.record->writer,
	    sizeof(writer));
	assert_true(add(d, 7, 7));
	journal_adopt(d->journal, on_found, d);
	assert_int_equal(d->n, 1);
	assert_int_equal(journal_orphans(d->journal), 0);
	desk_close(&other);
	assert_int_equal(journal_orphans(d->journal), 99);
	assert_int_equal(d->n, 1);
	assert_int_equal(journal_adopt(d->journal, on_found, d), 0);
	assert_int_equal(d->n, 100);
	note = TAILQ_LAST(&d->notes, note_list);
	assert_int_equal(name_of(note), 99);
	assert_string_equal(note->entry.record->writer, writer);
	snprintf(path, sizeof(path), "%s/journal.1", d->folder);
	assert_int_not_equal(access(path, F_OK), 0);
	/* they are its own now */
	desk_close(d);
	desk_open(d);
	assert_int_equal(d->n, 100);
}

/* What is learnt meanwhile needs room, too. */
static void
test_half_of_a_journal_is_taken_over_at_most(void **state)
{
	struct desk *d = *state, other = { .n = 0 };
	size_t all = 0, left;

	memcpy(other.folder, d->folder, sizeof(other.folder));
	desk_open(&other);
	while (add(&other, (unsigned)all, 1000))
		all++;
	desk_close(&other);
	left = journal_adopt(d->journal, on_found, d);
	assert_in_range(left, all / 3, all * 2 / 3);
	assert_int_equal(d->n, all - left);
	assert_true(add(d, 7, 7));
	assert_int_equal(journal_adopt(d->journal, on_found, d), left);
	/* as soon as there is room the rest follows */
	while (d->n > 0)
		done(d, TAILQ_FIRST(&d->notes));
	assert_true(journal_adopt(d->journal, on_found, d) < left);
	while (d->n > 0)
		done(d, TAILQ_FIRST(&d->notes));
	assert_int_equal(journal_adopt(d->journal, on_found, d), 0);
	assert_int_equal(journal_orphans(d->journal), 0);
}

/* Adds records and is done with some, until it is ended. */
static void
write_for_ever(struct desk *d)
{
	desk_open(d);
	for (unsigned i = 0;; i++) {
		struct note *first;

		add(d, i, i % 700);
		while (d->n > 300) {
			first = TAILQ_FIRST(&d->notes);
			done(d, i % 3 != 0 ? first : TAILQ_NEXT(first, next));
		}
	}
}

/* kill -9 at any time leaves whole records, each once. */
/* Updates that a worker had counted were counted again by whoever took them
 * over. */
static void
test_who_takes_over_knows_what_was_counted(void **state)
{
	struct desk *d = *state, two;

	desk_close(d);
	desk_open_in(d, 7);
	snprintf(two.folder, sizeof(two.folder), "%s", d->folder);
	desk_open_in(&two, 7);
	for (unsigned i = 0; i < 10; i++)
		assert_true(add(&two, i, 10));
	journal_count(two.journal, 4);
	desk_close(&two);
	assert_true(add(d, 10, 10));
	journal_count(d->journal, 1);
	d->n = 0;
	assert_int_equal(journal_adopt(d->journal, on_found, d), 0);
	assert_int_equal(d->n, 10);
	assert_int_equal(journal_counted(d->journal), 5);
	desk_close(d);
	desk_open_in(d, 7);
	assert_int_equal(journal_counted(d->journal), 5);
	desk_close(d);
	desk_open_in(d, 8); /* counts from nothing on */
	assert_int_equal(d->n, 11);
	assert_int_equal(journal_counted(d->journal), 0);
	journal_count(d->journal, 5);
	desk_close(d);
	desk_open_in(d, 0);
	assert_int_equal(journal_counted(d->journal), 0);
}

static void
test_what_another_run_has_counted_counts_again(void **state)
{
	struct desk *d = *state, two;

	snprintf(two.folder, sizeof(two.folder), "%s", d->folder);
	desk_open_in(&two, 7);
	for (unsigned i = 0; i < 10; i++)
		assert_true(add(&two, i, 10));
	journal_count(two.journal, 4);
	desk_close(&two);
	assert_int_equal(journal_adopt(d->journal, on_found, d), 0);
	assert_int_equal(journal_counted(d->journal), 0);
}

static void
test_a_process_that_is_killed_leaves_whole_records(void **state)
{
	struct desk *d = *state;
	struct note *note;
	uint64_t last = 0;
	size_t most = 0;
	int status;
	pid_t child;

	desk_close(d);
	for (int round = 0; round < 20; round++) {
		child = fork();
		if (child == 0)
			write_for_ever(d);
		usleep(5000 + 3000 * (unsigned)round);
		kill(child, SIGKILL);
		assert_int_equal(waitpid(child, &status, 0), child);
		desk_open(d);
		assert_int_equal(journal_damaged(d->journal), 0);
		last = 0;
		TAILQ_FOREACH(note, &d->notes, next) {
			assert_true(note->entry.record->number > last);
			last = note->entry.record->number;
		}
		assert_in_range(d->n, 0, 301);
		most = d->n > most ? d->n : most;
		desk_close(d);
	}
	assert_true(most > 0);
	desk_open(d);
}

static void
test_what_is_damaged_is_told_and_does_no_harm(void **state)
{
	struct desk *d = *state;
	char path[200];
	FILE *f;

	for (unsigned i = 0; i < 100; i++)
		assert_true(add(d, i, 100));
	desk_close(d);
	snprintf(path, sizeof(path), "%s/journal.0", d->folder);
	f = fopen(path, "r+b");
	assert_non_null(f);
	fseek(f, 4096 + 10000, SEEK_SET);
	for (int i = 0; i < 300; i++)
		fputc(0xa5, f);
	fclose(f);
	desk_open(d);
	assert_int_equal(journal_damaged(d->journal), 1);
	assert_in_range(d->n, 40, 60);
	assert_true(add(d, 100, 100));
	desk_close(d);
	f = fopen(path, "r+b");
	assert_non_null(f);
	for (int i = 0; i < 4096; i++)
		fputc(0xa5, f);
	fclose(f);
	desk_open(d);
	assert_int_equal(d->n, 0);
	assert_true(add(d, 1, 1));
}

static struct update *
lesson(const char *key, double bad, int64_t when)
{
	struct update *u = calloc(1, sizeof(*u) + strlen(key));

	u->kind = UPDATE_TEACH;
	u->key_n = strlen(key);
	memcpy(u->bytes, key, u->key_n);
	u->times = 1;
	u->ends = 1000;
	u->lesson = (struct store_lesson){ bad, 0, when, 100, 1000 };
	return u;
}

static bool
merge(struct desk *d, struct note *note, struct update *u)
{
	bool is_merged = journal_merge(d->journal, &note->entry, u);

	free(u);
	return is_merged;
}

static void
test_what_is_added_to_a_record_is_found_with_it_once(void **state)
{
	struct note *note = calloc(1, sizeof(*note));
	struct update *u = lesson("ip", 1, 50);
	struct desk *d = *state;
	uint64_t number;

	assert_true(journal_add(d->journal, &note->entry, u));
	free(u);
	TAILQ_INSERT_TAIL(&d->notes, note, next);
	number = note->entry.record->number;
	/* more than the ring holds: what is done makes room */
	for (int i = 0; i < 20000; i++)
		assert_true(merge(d, note, lesson("ip", 1, 50)));
	assert_false(merge(d, note, lesson("ip", -1, 50)));
	assert_false(merge(d, note, lesson("ip", 1, 49)));
	assert_false(merge(d, note, lesson("ip", 1, 50 + 61)));
	assert_false(merge(d, note, lesson("in", 1, 50)));
	desk_close(d);
	desk_open(d);
	assert_int_equal(d->n, 1);
	note = TAILQ_FIRST(&d->notes);
	assert_true(note->entry.record->lesson.bad == 20001);
	assert_int_equal(note->entry.record->times, 20001);
	assert_int_equal(note->entry.record->number, number);
	note->entry.record->state = JOURNAL_SENT;
	assert_false(merge(d, note, lesson("ip", 1, 50)));
}

int
main(void)
{
#define EACH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		EACH(test_what_is_not_done_is_there_again_in_order),
		EACH(test_a_ring_goes_round_and_round),
		EACH(test_old_records_make_way_for_new_ones),
		EACH(test_a_full_one_takes_no_more_until_some_are_done),
		EACH(test_two_processes_have_two_journals),
		EACH(test_what_another_process_has_left_is_taken_over),
		EACH(test_half_of_a_journal_is_taken_over_at_most),
		EACH(test_a_process_that_is_killed_leaves_whole_records),
		EACH(test_who_takes_over_knows_what_was_counted),
		EACH(test_what_another_run_has_counted_counts_again),
		EACH(test_what_is_damaged_is_told_and_does_no_harm),
		EACH(test_what_is_added_to_a_record_is_found_with_it_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
