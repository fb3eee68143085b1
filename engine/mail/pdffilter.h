/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_PDFFILTER_H
#define MAIL_PDFFILTER_H

/*
 * The filters that streams of a PDF are packed with (ISO 32000-1, 7.4), as far
 * as they pack text: pictures' own are not known.  What swells is kept within
 * the budget of the message.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "mail/inflate.h"

struct buf;

/* Adds what s unpacks to, and gives how much of s was taken. */
typedef size_t (*pdf_filter)(struct buf *to, struct str s,
    struct inflate_budget *budget);

/* By its name, long or short; NULL: it is none of these. */
pdf_filter pdf_filter_of(struct str name);

/* How rows of bytes were made alike before they were packed (7.4.4.4). */
struct pdf_predictor {
	size_t kind; /* 2: as in TIFF; 10 and more: as in PNG */
	size_t columns;
	size_t colors;
	size_t bits; /* of a colour; these three are 0 where not said */
};

/* Undoes that where the bytes stand. */
void pdf_unpredict(struct buf *bytes, const struct pdf_predictor *predictor);

#endif
