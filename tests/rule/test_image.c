/* SPDX-License-Identifier: Apache-2.0 */
/* Images written, read again, and refused when anything is wrong. */
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
#include "base/err.h"
#include "rule/image.h"
#include "../scratch.h"

static const struct image_name name = { STR_INIT("sekisho 1"),
	STR_INIT("key of the packs") };

static void
fill(struct image_writer *w, struct arena *a)
{
	static const uint32_t rows[] = { 1, 2, 3, 4 };

	image_writer_init(w, a);
	image_writer_add(w, 7, 0, STR("seven"));
	image_writer_add(w, 7, 1, STR(""));
	image_writer_add(w, 9, 0, (struct str){ (const char *)rows,
	    sizeof(rows) });
}

static bool
has(const struct err *e, const char *text)
{
	return strstr(e->text, text) != NULL;
}

static void
check_sections(const struct image *image)
{
	const void *at;
	struct err e;
	uint32_t n;

	assert_true(str_is(image_section(image, 7, 0), "seven"));
	assert_int_equal(image_section(image, 7, 1).n, 0);
	assert_non_null(image_section(image, 7, 1).p);
	assert_null(image_section(image, 8, 0).p);
	assert_true(image_rows(image, 9, 4, &at, &n, &e));
	assert_int_equal(n, 4);
	assert_int_equal(((const uint32_t *)at)[2], 3);
	assert_int_equal((uintptr_t)at % 64, 0);
	assert_false(image_rows(image, 9, 3, &at, &n, &e));
	assert_false(image_rows(image, 8, 4, &at, &n, &e));
	assert_true(str_eq(image_key(image), name.key));
}

static void
test_sections_are_found_again(void **state)
{
	struct image_writer w;
	struct image *image;
	struct err e;

	fill(&w, *state);
	assert_true(image_read(&image, image_write(&w, *state, &name),
	    name.stamp, &e));
	check_sections(image);
	image_free(image);
}

static void
test_a_file_is_mapped_and_replaced_whole(void **state)
{
	char path[] = "/tmp/sekisho-image-XXXXXX";
	struct image *image, *again;
	struct image_writer w;
	struct err e;
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	close(fd);
	fill(&w, *state);
	assert_true(image_save(&w, &name, path, &e));
	assert_true(image_open(&image, path, name.stamp, &e));
	image_writer_init(&w, *state);
	assert_true(image_save(&w, &name, path, &e));
	assert_true(image_open(&again, path, name.stamp, &e));
	check_sections(image);
	assert_null(image_section(again, 7, 0).p);
	image_free(image);
	image_free(again);
	assert_int_equal(chmod(path, 0666), 0);
	assert_false(image_open(&image, path, name.stamp, &e));
	assert_true(has(&e, "others may write"));
	assert_int_equal(unlink(path), 0);
	assert_false(image_open(&image, path, name.stamp, &e));
	assert_true(has(&e, path));
	assert_false(image_save(&w, &name, "/nowhere/image", &e));
}

static void
test_another_stamp_is_refused_and_named(void **state)
{
	struct image_writer w;
	struct image *image;
	struct err e;

	fill(&w, *state);
	assert_false(image_read(&image, image_write(&w, *state, &name),
	    STR("sekisho 2"), &e));
	assert_true(has(&e, "made by \"sekisho 1\", this is \"sekisho 2\""));
}

static void
test_every_changed_byte_is_found(void **state)
{
	struct image_writer w;
	struct image *image;
	struct str bytes;
	struct err e;
	char *p;

	fill(&w, *state);
	bytes = image_write(&w, *state, &name);
	p = (char *)(uintptr_t)bytes.p;
	for (size_t i = 0; i < bytes.n; i++) {
		p[i] ^= 1;
		assert_false(image_read(&image, bytes, name.stamp, &e));
		p[i] ^= 1;
	}
	assert_true(image_read(&image, bytes, name.stamp, &e));
	image_free(image);
}

static void
test_every_length_but_its_own_is_refused(void **state)
{
	struct image_writer w;
	struct image *image;
	struct str bytes;
	struct err e;

	fill(&w, *state);
	bytes = image_write(&w, *state, &name);
	for (size_t n = 0; n < bytes.n; n++)
		assert_false(image_read(&image, str_head(bytes, n),
		    name.stamp, &e));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_open, \
	    scratch_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_sections_are_found_again),
		TEST(test_a_file_is_mapped_and_replaced_whole),
		TEST(test_another_stamp_is_refused_and_named),
		TEST(test_every_changed_byte_is_found),
		TEST(test_every_length_but_its_own_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
