/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_DRAFTBODY_H
#define RULE_DRAFTBODY_H

/*
 * Where in a report the mail's own text stands, and which of its lines make
 * phrases: under a heading that says so, in blocks between rulers that begin
 * with a subject, behind "> ".
 */

#include <stdbool.h>

#include "rule/draftsort.h"
#include "rule/report.h"
#include "rule/reportlabel.h"

struct body_line {
	struct str text;
	uint32_t line;
};

struct body_walk {
	struct draft_maker *m;
	const struct report *report;
	bool is_inside;
	bool is_block;        /* ends at a ruler */
	bool has_samples;     /* blocks without a label may follow */
	bool has_labels;      /* of this block */
	size_t lines;         /* of this region */
	const struct report_cell *before;
	bool speaks_of_links; /* "リンクは", and a list of them follows */
	VEC(struct body_line) buttons;
	VEC(struct body_line) texts;  /* all lines */
	VEC(struct body_line) titles; /* "「...」という詐欺メール" */
};

void body_init(struct body_walk *w, struct draft_maker *m,
    const struct report *report);
void body_ruler(struct body_walk *w);
/* is_part: joined to the cell before. */
void body_cell(struct body_walk *w, const struct report_cell *cell,
    enum role role, bool is_part);
void body_button(struct body_walk *w, struct str text, uint32_t line);
/* Picks the phrases. */
void body_settle(struct body_walk *w);

/* Whether a line of a mail makes a phrase that other mail will not have. */
bool body_is_phrase(struct draft_maker *m, struct str line);

#endif
