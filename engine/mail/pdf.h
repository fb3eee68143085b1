/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_PDF_H
#define MAIL_PDF_H

/*
 * The links of a PDF: what stands behind /URI in objects that are not
 * compressed (ISO 32000-1 12.6.4.7), where writers of mail attachments put
 * them mostly.  No object is resolved and nothing is unpacked.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "mail/url.h"

struct arena;

bool pdf_is(struct str bytes);

/* Adds them as links of the part, until the list holds most. */
void pdf_links(url_list *out, struct arena *a, struct str bytes,
    uint32_t part, size_t most);

#endif
