/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_PDFSTREAM_H
#define MAIL_PDFSTREAM_H

/*
 * The object streams of a PDF (ISO 32000-1 7.5.7), one after the other, and
 * what they unpack to.  Neither lengths nor the table of objects are believed:
 * readers repair files in which these are wrong.  For pdf.c alone.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct arena;
struct buf;
struct inflate_budget;

/* The name at the front of s, which begins with "/": decoded, without the
 * slash; *s goes on behind it. */
struct str pdf_name(struct arena *a, struct str *s);

/* Without white space and comments at the front. */
struct str pdf_skip_blank(struct str s);

/* The number at the front of *s, blanks aside; *s goes on behind it. */
bool pdf_number(struct str *s, size_t *value);

/*
 * Unpacks the first object stream at or behind *at into objects, which is
 * emptied first.  *at goes on behind it, *begin is where it stood.  False:
 * there is no more.
 */
bool pdf_stream_next(struct buf *objects, size_t *at, size_t *begin,
    struct str bytes, struct inflate_budget *budget);

/* Where a word of three letters and more stands, or s.n.  Its last two are
 * looked for, which should be a rare pair: most of a PDF is packed. */
size_t pdf_find(struct str s, struct str word);

#endif
