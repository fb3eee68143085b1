/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHECK_RECORDS_H
#define CHECK_RECORDS_H

/*
 * Age of domains and verdicts of vendors, out of the records that others keep
 * in the store (check/record.h).  Age is counted at the day of the mail, since
 * an old mail about a then young domain was as suspicious; the oldest that a
 * date may mean counts, so that nothing looks younger than it is.
 */

#include "scan/check.h"

extern const struct check check_records;

#endif
