/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_DATE_H
#define MAIL_DATE_H

/*
 * Dates of Date and Received (RFC 5322 3.3, with the obsolete zones and
 * years, and what broken senders write instead: no zone, the month first).
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/* Seconds since 1970-01-01 UTC.  False: this is no date.  Without *has_zone it
 * may be off by as much as clocks on earth differ. */
bool date_read(struct str value, int64_t *wall, bool *has_zone);

#endif
