/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONF_UNIT_H
#define CONF_UNIT_H

/* Units of settings, "50MB" and "8s", for who reads them and who tells them. */

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

struct buf;

struct unit {
	const char *name;  /* as it is told */
	const char *also;  /* read, too; or NULL */
	int64_t factor;
};

/* Largest first; the last one is 1: bytes, milliseconds. */
extern const struct unit unit_sizes[];
extern const struct unit unit_times[];

/* "50 MB", in any case.  False: no number, no such unit, too much. */
bool unit_read(struct str text, const struct unit *units, int64_t *value);
/* In the largest unit that leaves nothing over; n is more than 0. */
void unit_tell(struct buf *to, int64_t n, const struct unit *units);

#endif
