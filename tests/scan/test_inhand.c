/* SPDX-License-Identifier: Apache-2.0 */
/* Which message it was, and whether it gets another worker. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/vec.h"
#include "scan/inhand.h"

static void
test_what_relays_put_on_top_changes_nothing(void **state)
{
	static const struct {
		const char *raw;
		bool is_same;
	} cases[] = {
		{ "Received: a\r\n\tfolded\r\nFrom: x\r\n\r\nbody", true },
		{ "received: b\r\nReturn-Path: <>\r\nFrom: x\r\n\r\nbody",
		    true },
		{ "Delivered-To: y\nFrom: x\r\n\r\nbody", true },
		{ "From: x\r\n\r\nbody ", false },
		{ "X-Other: 1\r\nFrom: x\r\n\r\nbody", false },
		{ " Received: a\r\nFrom: x\r\n\r\nbody", false },
		{ "From: x\r\nReceived: a\r\n\r\nbody", false },
	};
	uint64_t plain = inhand_hash(STR("From: x\r\n\r\nbody"));

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++)
		assert_int_equal(inhand_hash(str_of(cases[i].raw)) == plain,
		    cases[i].is_same);
}

static void
test_a_message_of_nothing_but_relays_has_a_hash_too(void **state)
{
	(void)state;
	assert_true(inhand_hash(STR("Received: a\r\n")) !=
	    inhand_hash(STR("Received: b\r\n")));
	assert_true(inhand_hash(STR("")) == inhand_hash(STR("")));
}

static void
test_it_is_in_hand_from_its_turn_to_the_end_of_it(void **state)
{
	char room[8];
	struct inhand h = { .most = sizeof(room), .room = room };

	(void)state;
	assert_false(inhand_is_taken(&h));
	inhand_take(&h, 1, STR("abcdefghij"));
	assert_true(inhand_is_taken(&h));
	assert_int_equal(h.n, sizeof(room));
	assert_memory_equal(room, "abcdefgh", sizeof(room));
	inhand_leave(&h, true);
	assert_false(inhand_is_taken(&h));
	/* The same again is there already, another is not. */
	room[0] = 'x';
	inhand_take(&h, 1, STR("abcdefghij"));
	assert_int_equal(room[0], 'x');
	inhand_leave(&h, true);
	inhand_take(&h, 2, STR("ABC"));
	assert_memory_equal(room, "ABC", 3);
	assert_int_equal(h.n, 3);
	inhand_leave(&h, true);
	inhand_take(NULL, 1, STR("a"));
	inhand_leave(NULL, true);
}

/* Of each byte of a message that is noted: where, and how often. */
static void
test_messages_that_take_turns_are_noted_once(void **state)
{
	static char notes[INHAND_NOTED], room[INHAND_NOTE + 1];
	struct inhand h = { .most = sizeof(room), .room = room,
		.notes = notes };
	const char *first;

	(void)state;
	inhand_take(&h, 1, STR("one"));
	first = h.bytes;
	inhand_leave(&h, false);
	inhand_take(&h, 2, STR("two"));
	assert_ptr_not_equal(h.bytes, first);
	inhand_leave(&h, true);
	/* A second copy would undo this. */
	notes[first - notes] = 'O';
	inhand_take(&h, 1, STR("one"));
	assert_ptr_equal(h.bytes, first);
	assert_memory_equal(h.bytes, "One", 3);
	assert_int_equal(h.hash, 1);
	assert_int_equal(h.n, 3);
	inhand_leave(&h, true);
	/* It is over: the next gets its place. */
	inhand_take(&h, 3, STR("three"));
	assert_ptr_equal(h.bytes, first);
	assert_memory_equal(h.bytes, "three", 5);
	inhand_leave(&h, true);
}

static void
test_more_messages_than_notes_are_all_noted_in_their_turn(void **state)
{
	static char notes[INHAND_NOTED], room[INHAND_NOTE + 1];
	static char text[INHAND_NOTE + 1];
	struct inhand h = { .most = sizeof(room), .room = room,
		.notes = notes };

	(void)state;
	for (int turn = 0; turn < 3; turn++) {
		for (int i = 0; i < 2 * INHAND_NOTES; i++) {
			size_t n = sizeof(text) - (size_t)i % 2;

			memset(text, 'a' + i, sizeof(text));
			inhand_take(&h, (uint64_t)i + 1,
			    (struct str){ text, n });
			assert_int_equal(h.hash, i + 1);
			assert_int_equal(h.n, n);
			assert_memory_equal(h.bytes, text, n);
			inhand_leave(&h, turn == 2);
		}
	}
}

/* As a connection does: into the room, and from there into a buffer. */
static bool
receive(struct inhand *h, struct buf *raw, struct str bytes)
{
	char *to = inhand_room(h);

	if (to == NULL)
		return false;
	memcpy(to, bytes.p, bytes.n);
	buf_init(raw, 100);
	return inhand_keep(h, raw, (struct str){ to, bytes.n });
}

static void
test_one_that_is_kept_where_it_came_is_noted_there(void **state)
{
	static char notes[INHAND_NOTED], room[INHAND_NOTE];
	struct inhand h = { .most = sizeof(room), .room = room,
		.notes = notes };
	struct buf raw;

	(void)state;
	assert_true(receive(&h, &raw, STR("one")));
	assert_ptr_equal(raw.p, notes);
	assert_true(str_is(buf_str(&raw), "one"));
	inhand_take(&h, 1, buf_str(&raw));
	assert_ptr_equal(h.bytes, raw.p);
	assert_int_equal(h.n, 3);
	assert_int_equal(h.hash, 1);
	inhand_leave(&h, false);
	/* Nobody else is noted over it while it waits. */
	for (uint64_t i = 2; i < 4 * INHAND_NOTES; i++) {
		inhand_take(&h, i, STR("two"));
		assert_ptr_not_equal(h.bytes, raw.p);
		inhand_leave(&h, false);
	}
	inhand_take(&h, 1, buf_str(&raw));
	assert_ptr_equal(h.bytes, raw.p);
	assert_memory_equal(h.bytes, "one", 3);
	buf_release(&raw);
	/* The scan is gone, what it ends with is still noted. */
	assert_memory_equal(h.bytes, "one", 3);
	inhand_leave(&h, true);
	assert_ptr_equal(inhand_room(&h), notes);
}

/* Behind the head of its request. */
static void
test_what_is_kept_may_begin_anywhere_in_the_room(void **state)
{
	static char notes[INHAND_NOTED], room[INHAND_NOTE];
	struct inhand h = { .most = sizeof(room), .room = room,
		.notes = notes };
	struct buf raw;

	(void)state;
	memcpy(inhand_room(&h), "POST\n\nmail", 10);
	buf_init(&raw, 100);
	assert_true(inhand_keep(&h, &raw, (struct str){ notes + 6, 4 }));
	inhand_take(&h, 1, buf_str(&raw));
	assert_memory_equal(h.bytes, "mail", 4);
	assert_int_equal(h.n, 4);
	inhand_leave(&h, true);
	buf_release(&raw);
}

static void
test_what_stands_elsewhere_or_is_too_much_is_not_kept(void **state)
{
	static char notes[INHAND_NOTED], room[INHAND_NOTE];
	struct inhand h = { .most = sizeof(room), .room = room,
		.notes = notes };
	struct inhand none = { .most = sizeof(room), .room = room };
	struct buf raw, kept;

	(void)state;
	buf_init(&raw, 2);
	assert_null(inhand_room(NULL));
	assert_null(inhand_room(&none));
	assert_false(inhand_keep(NULL, &raw, STR("a")));
	assert_false(inhand_keep(&none, &raw, STR("a")));
	assert_false(inhand_keep(&h, &raw, STR("a")));
	assert_false(inhand_keep(&h, &raw, (struct str){ notes, 3 }));
	assert_null(raw.p);
	assert_true(receive(&h, &kept, STR("one")));
	assert_false(inhand_keep(&h, &raw, (struct str){ notes + 3, 1 }));
	buf_release(&kept);
}

static void
test_where_all_room_is_in_use_others_are_noted_beside_it(void **state)
{
	static char notes[INHAND_NOTED], room[INHAND_NOTE];
	struct inhand h = { .most = sizeof(room), .room = room,
		.notes = notes };
	struct buf raw[INHAND_NOTES];

	(void)state;
	for (int i = 0; i < INHAND_NOTES; i++) {
		char c = (char)('a' + i);

		assert_true(receive(&h, &raw[i], (struct str){ &c, 1 }));
	}
	assert_null(inhand_room(&h));
	inhand_take(&h, 7, STR("copied"));
	assert_ptr_equal(h.bytes, room);
	inhand_leave(&h, true);
	for (int i = 0; i < INHAND_NOTES; i++) {
		assert_int_equal(raw[i].p[0], 'a' + i);
		buf_release(&raw[i]);
	}
}

/* The note of a message that was is no note of the one that came there. */
static void
test_room_that_is_used_again_is_no_note_of_what_was_there(void **state)
{
	static char notes[INHAND_NOTED], room[INHAND_NOTE];
	struct inhand h = { .most = sizeof(room), .room = room,
		.notes = notes };
	struct buf raw;

	(void)state;
	inhand_take(&h, 1, STR("one"));
	inhand_leave(&h, true);
	assert_true(receive(&h, &raw, STR("two")));
	inhand_take(&h, 1, STR("one"));
	assert_memory_equal(h.bytes, "one", 3);
	inhand_leave(&h, true);
	assert_memory_equal(raw.p, "two", 3);
	buf_release(&raw);
}

static void
test_the_second_death_is_the_last(void **state)
{
	static struct deadly d;

	(void)state;
	assert_false(deadly_has(NULL, 7));
	assert_false(deadly_has(&d, 7));
	assert_int_equal(deadly_add(&d, 7, 1), 1);
	assert_false(deadly_has(&d, 7));
	assert_int_equal(deadly_add(&d, 7, 1), 2);
	assert_true(deadly_has(&d, 7));
	assert_false(deadly_has(&d, 8));
}

static void
test_a_full_table_forgets_those_with_the_fewest_deaths(void **state)
{
	static struct deadly d;

	(void)state;
	deadly_add(&d, 1, 2);
	for (uint64_t hash = 100; hash < 100 + 2 * DEADLY_MOST; hash++)
		deadly_add(&d, hash, 1);
	assert_true(deadly_has(&d, 1));
	deadly_add(&d, 99 + 2 * DEADLY_MOST, 1);
	assert_true(deadly_has(&d, 99 + 2 * DEADLY_MOST));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_relays_put_on_top_changes_nothing),
		cmocka_unit_test(
		    test_a_message_of_nothing_but_relays_has_a_hash_too),
		cmocka_unit_test(
		    test_it_is_in_hand_from_its_turn_to_the_end_of_it),
		cmocka_unit_test(test_messages_that_take_turns_are_noted_once),
		cmocka_unit_test(
		    test_more_messages_than_notes_are_all_noted_in_their_turn),
		cmocka_unit_test(
		    test_one_that_is_kept_where_it_came_is_noted_there),
		cmocka_unit_test(
		    test_where_all_room_is_in_use_others_are_noted_beside_it),
		cmocka_unit_test(
		    test_room_that_is_used_again_is_no_note_of_what_was_there),
		cmocka_unit_test(
		    test_what_is_kept_may_begin_anywhere_in_the_room),
		cmocka_unit_test(
		    test_what_stands_elsewhere_or_is_too_much_is_not_kept),
		cmocka_unit_test(test_the_second_death_is_the_last),
		cmocka_unit_test(
		    test_a_full_table_forgets_those_with_the_fewest_deaths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
