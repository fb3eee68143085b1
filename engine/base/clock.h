/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

/*
 * Two clocks and one calendar.  Deadlines are on the monotonic clock, which
 * no operator and no leap second moves; what is kept or shown is wall time.
 * A day is counted from 1970-01-01 in UTC; packs expire at the end of one.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

struct arena;

int64_t clock_ms(void);   /* monotonic, milliseconds */
int64_t clock_us(void);   /* monotonic, microseconds */
int64_t clock_cpu_us(void); /* of this thread: asks the kernel, 0.3 us */
/* clock_ms as it was some milliseconds ago, for a fraction of the cost. */
int64_t clock_tick_ms(void);
int64_t clock_wall(void); /* seconds since 1970-01-01 UTC */

#define DAY_NONE INT32_MIN

int32_t day_today(void);
int32_t day_of(int64_t wall);

/* "2026-02-09", a date that exists; false on anything else. */
bool day_parse(struct str s, int32_t *day);
/* Writes "2026-02-09" and a NUL. */
void day_format(int32_t day, char text[static 16]);
/* The same in the arena. */
struct str day_text(struct arena *a, int32_t day);

#endif
