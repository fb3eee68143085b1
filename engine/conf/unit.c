/* SPDX-License-Identifier: Apache-2.0 */
/* One table a kind, for both ways. */
#include "conf/unit.h"

#include <inttypes.h>

#include "base/buf.h"

const struct unit unit_sizes[] = {
	{ "GB", "g", 1024 * 1024 * 1024 }, { "MB", "m", 1024 * 1024 },
	{ "KB", "k", 1024 }, { "", "b", 1 }
};

const struct unit unit_times[] = {
	{ "h", NULL, 60 * 60 * 1000 }, { "m", NULL, 60 * 1000 },
	{ "s", NULL, 1000 }, { "ms", NULL, 1 }
};

static bool
is_unit(const struct unit *u, struct str text)
{
	return str_case_is(text, u->name) ||
	    (u->also != NULL && str_case_is(text, u->also));
}

bool
unit_read(struct str text, const struct unit *units, int64_t *value)
{
	size_t digits = str_digits(text);

	if (!str_to_int(str_head(text, digits), value))
		return false;
	text = str_trim(str_from(text, digits));
	while (!is_unit(units, text)) {
		if (units->factor == 1)
			return false;
		units++;
	}
	return !__builtin_mul_overflow(*value, units->factor, value);
}

void
unit_tell(struct buf *to, int64_t n, const struct unit *units)
{
	while (n % units->factor != 0)
		units++;
	buf_printf(to, "%" PRId64 "%s", n / units->factor, units->name);
}
