/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHECK_AUTH_H
#define CHECK_AUTH_H

/*
 * SPF, DKIM, ARC and DMARC of a message, where no trusted gateway has handed
 * over what they came to: the facts auth.spf to auth.arc, and what the
 * rules read of message.auth.  Says nothing of mail of authenticated users
 * and of trusted networks.
 */

#include "scan/check.h"

extern const struct check check_auth;

#endif
