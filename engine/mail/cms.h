/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_CMS_H
#define MAIL_CMS_H

/*
 * A message inside its own signature (RFC 8551 3.5.2: smime.p7m), which mail
 * programs open and show as any other.  No signature is looked at.  For mime.c
 * alone.
 */

#include <stdbool.h>

#include "base/str.h"

struct arena;

/* What is signed, in DER or BER, in one piece or in many; *where is all that
 * it takes in the file.  False: there is none, or it is encrypted. */
bool cms_signed(struct str *out, struct str *where, struct arena *a,
    struct str file);

#endif
