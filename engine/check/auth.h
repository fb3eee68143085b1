/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHECK_AUTH_H
#define CHECK_AUTH_H

/*
 * SPF, DKIM, ARC and DMARC of a message, where no trusted gateway has handed
 * over what they came to: the facts auth.spf to auth.arc, and what the
 * rules read of message.auth.  Says nothing of mail of authenticated users
 * and of trusted networks.
 *
 * Gives auth.results too, what an Authentication-Results field of ours would
 * say (check/authreport.h): absent where a gateway has handed over any of it.
 */

#include "base/vec.h"
#include "scan/check.h"

struct auth_conf {
	VEC(struct str) arc_trusted; /* domains whose seals are believed: what
	                                passed there counts as passed */
};

extern const struct check check_auth;

#endif
