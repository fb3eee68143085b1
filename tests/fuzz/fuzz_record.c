/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes are lines to import, and a value as any tool may have written it:
 * what is read of either is the same once it was written and read again. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "check/record.h"
#include "cli/recordline.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { VALUE_MOST = 65536, LINES_MOST = 64 };

static void
assert_bounds(const struct record *r)
{
	assert(r->n <= RECORD_VERDICTS);
	assert(r->registered.n == 0 || r->first <= r->last);
	for (size_t i = 0; i < r->n; i++) {
		assert(r->verdicts[i].vendor.n <= RECORD_FIELD_MOST);
		assert(r->verdicts[i].note.n <= RECORD_FIELD_MOST);
	}
}

static void
write_and_read(const struct record *r, struct record *again,
    struct buf *text)
{
	buf_init(text, VALUE_MOST);
	record_write(text, r);
	record_read(again, buf_str(text));
	assert_bounds(again);
}

static void
read_value(struct str value)
{
	struct record first, second, third;
	struct buf one, two;

	record_read(&first, value);
	assert_bounds(&first);
	write_and_read(&first, &second, &one);
	assert(second.n == first.n);
	assert(second.first == first.first && second.last == first.last);
	write_and_read(&second, &third, &two);
	assert(str_eq(buf_str(&one), buf_str(&two)));
	buf_release(&one);
	buf_release(&two);
}

static void
read_lines(struct str text)
{
	struct record_reader r = { .arena = arena_new(), .path = "fuzz" };
	struct record_line line;
	struct record again;
	struct buf b;
	struct err e = { "" };

	while (text.n != 0 && r.line < LINES_MOST) {
		if (!record_line_read(&r, &line, str_take_line(&text), &e)) {
			assert(e.text[0] != '\0');
			continue;
		}
		if (line.name.n == 0)
			continue;
		write_and_read(&line.record, &again, &b);
		assert(again.n == line.record.n);
		assert((again.registered.n != 0) ==
		    (line.record.registered.n != 0));
		buf_release(&b);
	}
	arena_free(r.arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };

	read_value(text);
	read_lines(text);
	return 0;
}
