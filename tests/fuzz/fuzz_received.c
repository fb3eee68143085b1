/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes are a Received field: all slices are pieces of it. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "mail/date.h"
#include "mail/received.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
assert_inside(struct str whole, struct str s)
{
	assert(s.n <= whole.n);
	if (s.n != 0)
		assert(s.p >= whole.p && s.p + s.n <= whole.p + whole.n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str value = { (const char *)data, size };
	struct arena *a = arena_new();
	struct hop hop;
	int64_t wall;
	bool has_zone;

	received_read(&hop, a, value);
	assert_inside(value, hop.helo);
	assert_inside(value, hop.rdns);
	assert_inside(value, hop.by);
	assert_inside(value, hop.with);
	assert_inside(value, hop.id);
	assert_inside(value, hop.date);
	assert(hop.ip.family == 0 || hop.ip.family == 4 ||
	    hop.ip.family == 6);
	if (date_read(value, &wall, &has_zone))
		assert(wall > -2300000000 && wall < 260000000000);
	arena_free(a);
	return 0;
}
