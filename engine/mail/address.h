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

/* value is an undecoded field value; limit bounds the number of mailboxes. */
void addresses_read(address_list *out, struct arena *a, struct str value,
    size_t limit);

/* One mailbox without a name, as in MAIL FROM: "<a@b>" or "a@b". */
struct address address_read(struct arena *a, struct str text);

/* The same where nothing needs normalising: only the brackets go. */
struct str address_unbracket(struct str text);

#endif
