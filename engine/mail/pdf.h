/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_PDF_H
#define MAIL_PDF_H

/*
 * The links of a PDF (ISO 32000-1 12.6.4.7): what stands behind /URI, and
 * where a form or a script of it leads.  Objects are read wherever they stand,
 * by themselves or packed in an object stream, whether something refers to
 * them or not.  What is encrypted stays unread, and the budget says so.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "mail/inflate.h"
#include "mail/url.h"

struct arena;

struct pdf {
	url_list *out;
	size_t most;   /* out holds no more */
	uint32_t part; /* of the links */
	struct inflate_budget *budget;
};

bool pdf_is(struct str bytes);

/* Adds the links; those of packed objects are said to stand where their
 * stream begins. */
void pdf_links(const struct pdf *pdf, struct arena *a, struct str bytes);

#endif
