/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_XTEST_H
#define MAIL_XTEST_H

/*
 * The envelope of a sample message, written as fields on top of it:
 * X-Test-IP, X-Test-Helo, X-Test-Rdns, X-Test-Mail-From, X-Test-Rcpt (once a
 * recipient), X-Test-User, X-Test-Auth ("spf=fail dkim=none").  For files
 * only: the daemon never believes them.
 */

#include "base/str.h"

struct arena;
struct buf;
struct envelope;

/* What env knows, a field a line. */
void xtest_write(struct buf *to, const struct envelope *env);

/*
 * Takes the fields off the top of *raw and fills env with them.  False: one
 * of them could not be read, and *bad is its line.
 */
bool xtest_take(struct envelope *env, struct arena *a, struct str *raw,
    struct str *bad);

/* "spf=fail,dkim=none dmarc=pass" into env; false with *bad. */
bool xtest_auth(struct envelope *env, struct str text, struct str *bad);

#endif
