/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_ADDRESS_H
#define MAIL_ADDRESS_H

/*
 * Mailboxes of From, To, Reply-To and their kin (RFC 5322 3.4, with the
 * obsolete forms and what mail programs show all the same): no blank before
 * "<", quotes of any kind or only half of them, an address as display name,
 * groups, route addresses.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/str.h"
#include "base/vec.h"

struct address {
	struct str raw;    /* as it stands in the field */
	struct str name;   /* display name as a person sees it, UTF-8, the
	                      outer pair of quotes taken off */
	struct str local;  /* before the last "@" */
	struct str domain; /* behind it, lower case, A-labels, no last dot */
	struct str addr;   /* local@domain */
	bool has_odd_quotes; /* curly, closing first, or one of two */
};

typedef VEC(struct address) address_list;

/* value is an undecoded field value, and must live as long as what is made of
 * it; limit bounds the number of mailboxes. */
void addresses_read(address_list *out, struct arena *a, struct str value,
    size_t limit);

/* The same, one mailbox after the other: false behind the last.  A field may
 * have thousands. */
struct mailboxes {
	struct arena *arena;
	struct str s;      /* the value in UTF-8 */
	size_t at;
	size_t begin;      /* of this mailbox */
	struct buf phrase; /* before "<", quotes opened, comments left out */
	struct str comment;
	struct str angle;  /* between "<" and ">" */
	size_t literal;    /* quotes in front of this are plain text */
	size_t quoted;     /* where a local part in quotes begins in phrase */
	bool has_angle;
	bool has_curly;    /* the phrase holds a curly quote */
	bool is_name_behind; /* "<a@b> Name" */
	bool has_group;    /* a ";" is to come: a ":" may begin a group */
	bool is_comment_over; /* no closing sign is to come */
	bool is_angle_over;
	bool is_over;
	bool is_nameless;  /* to be set behind begin: names are left out */
	struct address *out;
	bool is_out;       /* there is one */
};

void mailboxes_begin(struct mailboxes *r, struct arena *a, struct str value);
bool mailboxes_next(struct mailboxes *r, struct address *out);

/* One mailbox without a name, as in MAIL FROM: "<a@b>" or "a@b". */
struct address address_read(struct arena *a, struct str text);

/* The same where nothing needs normalising: only the brackets go. */
struct str address_unbracket(struct str text);

#endif
