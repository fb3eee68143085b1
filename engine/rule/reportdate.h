/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_REPORTDATE_H
#define RULE_REPORTDATE_H

/* Days as people write them: "2026年2月9日", "令和8年2月9日", "2026/2/9",
 * "2026-02-09", "9 Feb 2026", "February 9, 2026"; a month alone is its first
 * day. */

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/* The first day in text; it goes on behind.  False: there is none. */
bool reportdate_next(struct str *text, int32_t *day);

/* "2月3日", its year left out: the last such day until today. */
bool reportdate_yearless(struct str text, int32_t today, int32_t *day);

#endif
