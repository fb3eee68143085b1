/* SPDX-License-Identifier: Apache-2.0 */
/* Which of the dates in a report are those of the campaign. */
#include "rule/draftday.h"

#include "base/clock.h"
#include "rule/reportdate.h"

enum { DATELINE_CELLS = 40 };

void
draftday_init(struct draft_days *d, struct draft_maker *m,
    const struct report *report)
{
	*d = (struct draft_days){ .m = m, .report = report,
		.dateline = m->dateline, .worded = DAY_NONE,
		.inside = DAY_NONE };
}

static void
note_day(struct draft *d, int32_t day)
{
	if (d->first == DAY_NONE || day < d->first)
		d->first = day;
	if (d->last == DAY_NONE || day > d->last)
		d->last = day;
}

void
draftday_take(struct draft_days *d, size_t cell, enum role role,
    bool is_inside)
{
	static const struct str others[] = { STR_INIT("登録"),
		STR_INIT("registered"), STR_INIT("creat"),
		STR_INIT("copyright"), STR_INIT("©") };
	struct str rest = report_plain(d->m->arena,
	    d->report->cells.at[cell].text);
	int32_t day;

	if (role == ROLE_ASIDE ||
	    str_case_has_any(rest, others, nitems(others)))
		return;
	while (reportdate_next(&rest, &day)) {
		if (day > d->m->draft->today)
			continue;
		if (role == ROLE_DATE || role == ROLE_RECEIVED)
			note_day(d->m->draft, day);
		else if (role == ROLE_SUBJECT && d->worded == DAY_NONE)
			d->worded = day;
		else if (is_inside && d->inside == DAY_NONE)
			d->inside = day;
		else if (cell < DATELINE_CELLS && d->dateline == DAY_NONE &&
		    !is_inside)
			d->dateline = day;
	}
}

/* The day a report is of, when nothing says it better. */
static void
settle_guessed(const struct draft_days *days)
{
	struct draft *d = days->m->draft;
	int32_t seen = days->m->conf->seen;
	int32_t day = days->worded != DAY_NONE ? days->worded :
	    days->dateline != DAY_NONE ? days->dateline : days->inside;

	if (seen != DAY_NONE)
		d->first = d->last = seen;
	else if (d->last == DAY_NONE && day != DAY_NONE)
		d->first = d->last = day;
	else
		return;
	d->is_day_guessed = seen == DAY_NONE;
}

/* Nothing names a year: the first day without one, where it stands outside
 * the mail's own words. */
static void
settle_yearless(const struct draft_days *days)
{
	struct draft *d = days->m->draft;
	size_t n = days->report->cells.n;
	int32_t day;

	if (d->last != DAY_NONE)
		return;
	for (size_t i = 0; i < n && i < DATELINE_CELLS; i++) {
		if (!reportdate_yearless(days->report->cells.at[i].plain,
		    d->today, &day))
			continue;
		d->first = d->last = day;
		d->is_day_guessed = true;
		return;
	}
}

void
draftday_settle(const struct draft_days *d)
{
	settle_guessed(d);
	settle_yearless(d);
}
