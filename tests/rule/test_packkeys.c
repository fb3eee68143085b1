/* SPDX-License-Identifier: Apache-2.0 */
/* The manual of packs names all keys, fields and pairs there are, and no
 * others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/vec.h"
#include "rule/filetype.h"
#include "rule/packread.h"
#include "rule/same.h"
#include "../scratch.h"

static struct str page;

static int
set_up(void **state)
{
	struct err e;

	scratch_open(state);
	return file_read(&page, arena, TEST_DOC "/sekisho-packs.5", 1 << 20,
	    &e) ? 0 : -1;
}

/* From a heading to the next one. */
static struct str
section(const char *heading)
{
	struct str at = str_from(page, str_find_str(page,
	    str_printf(arena, "\n%s\n", heading)));
	size_t end;

	if (at.n == 0)
		fail_msg("no \"%s\" in the manual", heading);
	at = str_from(at, 2);
	end = str_find_str(at, STR("\n.S"));
	return str_head(at, end);
}

/* The names behind ".TP\n.B ". */
static void
names_of(str_list *out, struct str text)
{
	static const struct str tag = STR_INIT("\n.TP\n.B ");
	struct str rest = text, name;

	for (;;) {
		rest = str_from(rest, str_find_str(rest, tag));
		if (rest.n == 0)
			return;
		rest = str_from(rest, tag.n);
		name = str_head(rest, str_find(rest, '\n'));
		*VEC_ADD(arena, out) = name;
	}
}

static bool
has(const str_list *names, struct str name)
{
	for (size_t i = 0; i < names->n; i++)
		if (str_eq(names->at[i], name))
			return true;
	return false;
}

static void
assert_same(const char *heading, const str_list *wanted)
{
	str_list told = { 0 };

	names_of(&told, section(heading));
	for (size_t i = 0; i < wanted->n; i++)
		if (!has(&told, wanted->at[i]))
			fail_msg("%s: \"%.*s\" is not in the manual", heading,
			    STR_ARG(wanted->at[i]));
	for (size_t i = 0; i < told.n; i++)
		if (!has(wanted, told.at[i]))
			fail_msg("%s: there is no \"%.*s\"", heading,
			    STR_ARG(told.at[i]));
}

static void
test_the_manual_names_the_keys_of_every_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_key_tables; i++) {
		const struct key_table *t = key_tables[i];
		str_list wanted = { 0 };

		for (size_t k = 0; k < t->n; k++)
			*VEC_ADD(arena, &wanted) = str_of(t->keys[k].name);
		assert_same(str_cstr(arena, str_cat(arena,
		    STR(".SS Keys of "), str_of(t->what))), &wanted);
	}
}

static void
test_the_manual_names_all_fields(void **state)
{
	str_list wanted = { 0 };

	(void)state;
	for (size_t i = 0; i < n_fields; i++)
		*VEC_ADD(arena, &wanted) = str_of(fields[i].name);
	assert_same(".SH FIELDS", &wanted);
}

static void
test_the_manual_names_pairs_and_facts_of_the_brand(void **state)
{
	str_list pairs = { 0 }, facts = { 0 };

	(void)state;
	for (size_t i = 0; i < n_same_pairs; i++)
		*VEC_ADD(arena, &pairs) = str_of(same_pairs[i].name);
	assert_same(".SS Pairs of the field same", &pairs);
	for (size_t i = 0; i < BRAND_FACTS; i++)
		*VEC_ADD(arena, &facts) = str_of(brand_fact_names[i]);
	assert_same(".SS Facts of the brand", &facts);
}

static void
test_the_manual_names_the_types_of_files(void **state)
{
	struct str words = str_from(page, str_find_str(page,
	    STR("\n.B file.type\n")));
	char *p;

	(void)state;
	words = str_head(words, str_find_str(words, STR("\n.TP")));
	p = arena_take(arena, words.n);
	for (size_t i = 0; i < words.n; i++)
		p[i] = words.p[i] == '\n' ? ' ' : words.p[i];
	words.p = p;
	for (size_t i = 0; filetype_names[i] != NULL; i++)
		if (str_find_str(words, str_printf(arena, " %s%s",
		    filetype_names[i], filetype_names[i + 1] == NULL ? "."
		    : ",")) == words.n)
			fail_msg("file.type: \"%s\" is not in the manual",
			    filetype_names[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_the_manual_names_the_keys_of_every_table),
		cmocka_unit_test(test_the_manual_names_all_fields),
		cmocka_unit_test(
		    test_the_manual_names_pairs_and_facts_of_the_brand),
		cmocka_unit_test(test_the_manual_names_the_types_of_files),
	};

	return cmocka_run_group_tests(tests, set_up, scratch_close);
}
