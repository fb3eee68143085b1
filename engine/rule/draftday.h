/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_DRAFTDAY_H
#define RULE_DRAFTDAY_H

/*
 * The days that a campaign was seen, as a report tells them: by a label, in
 * a subject, at its head, in the mail's own text, in this order.
 */

#include "rule/draftsort.h"
#include "rule/report.h"
#include "rule/reportlabel.h"

struct draft_days {
	struct draft_maker *m;
	const struct report *report;
	int32_t dateline;      /* of the page */
	int32_t worded;        /* of a subject */
	int32_t inside;        /* in the mail's text */
};

void draftday_init(struct draft_days *d, struct draft_maker *m,
    const struct report *report);
/* The days in a cell; is_inside: it is of the mail's own text. */
void draftday_take(struct draft_days *d, size_t cell, enum role role,
    bool is_inside);
/* What the draft shall say; where nothing names a year, by a day alone. */
void draftday_settle(const struct draft_days *d);

#endif
