/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_REPORTLABEL_H
#define RULE_REPORTLABEL_H

/*
 * The words with which reports say what follows: "件名", "Sender IP:", a
 * column of a table.  English and Japanese, in tables of words.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct arena;
struct report;

enum role {
	ROLE_NONE,
	ROLE_SUBJECT,
	ROLE_SENDER,    /* name and address, or one of them */
	ROLE_NAME,      /* display name */
	ROLE_ENVELOPE,
	ROLE_REPLY_TO,
	ROLE_RELAY,     /* address of the sending host */
	ROLE_RECEIVED,  /* a Received line */
	ROLE_SENT_FROM, /* domain of the sending side, "(from HELO x)" */
	ROLE_RDNS,
	ROLE_HELO,
	ROLE_LINK,
	ROLE_SITE_IP,
	ROLE_ADDR,      /* an address of either side */
	ROLE_BODY,
	ROLE_BUTTON,
	ROLE_DATE,
	ROLE_PHONE,
	ROLE_FILE,
	ROLE_ASIDE,     /* country, registrar: not to be matched */
	ROLE_GENUINE,   /* said to be the real one's, or a source */
	ROLE_END        /* a heading behind the mail's text */
};

/*
 * The label at the front of text, and what stands behind it, marks and
 * quotes around it left on; ROLE_NONE when there is none.  The value may be
 * empty: then it is in the next cell.
 */
enum role label_at(struct arena *a, struct str text, struct str *value);

/* The side an address or host belongs to, by the words before at in the cell
 * and in the cells before it. */
enum side { SIDE_UNKNOWN, SIDE_RELAY, SIDE_SITE };
enum side side_of(struct arena *a, const struct report *r, size_t cell,
    size_t at);

/* Words right in front that say "this is the real one". */
bool is_called_genuine(struct str text, size_t at);
/* A heading after which the mail's text has ended. */
bool is_end_heading(struct str text);
/* A heading after which the mail's text begins. */
bool is_body_heading(struct str text);

#endif
