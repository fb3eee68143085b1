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
	bool is_rcpt_cut;     /* there were more */
	struct str user;      /* authenticated user, or "" */
	struct str queue_id;
	struct str tls;       /* "TLSv1.3", or "" for plain text */
	struct auth auth;
};

enum { ENVELOPE_RCPT_MOST = 10000 };

/* An empty one is none. */
static inline void
envelope_add_rcpt(struct envelope *env, struct arena *a, struct str rcpt)
{
	if (env->rcpt.n >= ENVELOPE_RCPT_MOST)
		env->is_rcpt_cut = true;
	else if (rcpt.n != 0)
		*VEC_ADD(a, &env->rcpt) = rcpt;
}

#endif
