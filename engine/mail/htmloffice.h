/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_HTMLOFFICE_H
#define MAIL_HTMLOFFICE_H

/*
 * "<!--[if mso]>...<![endif]-->": Outlook shows what others take for a
 * comment.  Its links are links of the page; its text is gathered apart, for
 * it is nothing to most readers and everything to some.  Styles inside are
 * not heeded.  For htmlreader.c alone.
 */

#include "mail/htmllink.h"
#include "mail/htmltoken.h"
#include "mail/lines.h"

struct html_office {
	struct lines text;
	struct buf scratch;
};

void html_office_init(struct html_office *o, struct arena *a, size_t most);

/* The text of a comment, conditional or not.  token is scratch. */
void html_office_read(struct html_office *o, struct html_links *links,
    struct str comment, struct html_token *token);

#endif
