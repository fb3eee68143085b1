/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_ENVELOPE_H
#define MAIL_ENVELOPE_H

/*
 * What the gateway says about a message: the SMTP dialogue around it (RFC
 * 5321) and what it has already found out.  What it does not say is read
 * from the message's own trace fields, see message.h.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/addr.h"
#include "base/str.h"
#include "base/vec.h"
#include "mail/auth.h"

struct envelope {
	struct addr ip;       /* of the connecting client; family 0: not said */
	struct str helo;      /* "": not said */
	struct str rdns;      /* name by reverse look-up */
	bool has_rdns;        /* said at all; then "" means: there is none */
	struct str mail_from; /* without brackets; "" is the null sender */
	bool has_mail_from;
	VEC(struct str) rcpt; /* without brackets */
	struct str user;      /* authenticated user, or "" */
	struct str queue_id;
	struct str tls;       /* "TLSv1.3", or "" for plain text */
	struct auth auth;
};

#endif
