/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_PUNYCODE_H
#define MAIL_PUNYCODE_H

/* Labels of Unicode in the letters of a host name (RFC 3492). */

#include "base/str.h"

struct buf;

enum { PUNYCODE_MOST = 512 }; /* letters of a label; more are left out */

/* Adds what stands behind "xn--". */
void punycode_add(struct buf *b, struct str label);

#endif
