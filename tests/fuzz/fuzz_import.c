/* SPDX-License-Identifier: Apache-2.0 */
/* What others send is read as each format in turn: the first byte chooses.
 * Whatever comes in has a field of ours and is trimmed. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/vec.h"
#include "cli/import.h"
#include "rule/field.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static import_fn *const readers[] = { import_stix, import_misp,
		import_csv, import_openphish, import_phishtank,
		import_urlhaus };
	struct str text = { (const char *)data + 1, size - 1 };
	struct arena *a;
	struct import in;
	const struct import_row *row;
	struct err e;

	if (size == 0)
		return 0;
	a = arena_new();
	in = (struct import){ .arena = a, .first = DAY_NONE,
		.last = DAY_NONE };
	if (!readers[data[0] % nitems(readers)](&in, text, &e))
		assert(e.text[0] != '\0');
	VEC_EACH(row, &in.rows) {
		assert(field_find(row->field) != NULL);
		assert(row->text.n != 0);
		assert(str_eq(str_trim(row->text), row->text));
	}
	assert((in.first == DAY_NONE) == (in.last == DAY_NONE));
	arena_free(a);
	return 0;
}
