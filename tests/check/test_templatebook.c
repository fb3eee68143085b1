/* SPDX-License-Identifier: Apache-2.0 */
/* What is remembered of a text is what is made of it. */
#include "check/templatebook.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { TEXTS = 5000, TEXT_ROOM = 400, LONG = 2 * TEMPLATE_TEXT };

static void
assert_same(struct templatebook *b, struct str text)
{
	struct template made = { { 0 } }, found = { { 0 } };

	assert_int_equal(template_of(&made, text),
	    templatebook_find(b, &found, text));
	assert_memory_equal(&made, &found, sizeof(made));
}

/* Of more texts than it has pages, many of which are looked for again. */
static void
test_many(void **state)
{
	struct templatebook *b = templatebook_new();
	char text[TEXT_ROOM];

	(void)state;
	for (int i = 0; i < 2 * TEXTS; i++) {
		int of = i % 3 == 0 ? i % TEXTS : i % 7, n;

		n = snprintf(text, sizeof(text), "your parcel w%c%c%c waits at "
		    "the depot near our %c%c%c office since monday; please "
		    "come and take it with you", 'a' + of % 26,
		    'a' + of / 26 % 26, 'a' + of / 676, 'a' + of % 19,
		    'a' + of % 23, 'a' + of % 11);
		assert_same(b, (struct str){ text, (size_t)n });
	}
	templatebook_free(b);
}

static void
test_edges(void **state)
{
	struct templatebook *b = templatebook_new();
	char text[LONG];

	(void)state;
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = i % 6 == 5 ? ' ' : (char)('a' + i * i / 7 % 26);
	for (int i = 0; i < 2; i++) {
		assert_same(b, STR(""));
		assert_same(b, STR("too short"));
		assert_same(b, (struct str){ text, sizeof(text) });
		assert_same(b, (struct str){ text, TEMPLATE_TEXT });
		assert_same(b, (struct str){ text, TEMPLATE_TEXT - 1 });
		/* a letter in its middle, and behind what is looked at */
		text[TEMPLATE_TEXT / 2] ^= 1;
		assert_same(b, (struct str){ text, sizeof(text) });
		text[TEMPLATE_TEXT + 1] ^= 1;
		assert_same(b, (struct str){ text, sizeof(text) });
	}
	assert_same(NULL, (struct str){ text, sizeof(text) });
	templatebook_free(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_edges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
