/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_CHARSETGUESS_H
#define MAIL_CHARSETGUESS_H

/*
 * 8-bit text without a label that is neither UTF-8 nor Japanese: Chinese,
 * Korean or Russian, told by where in the code its letters lie.  Short texts
 * tell nothing.  For charset.c alone.
 */

#include "base/str.h"

/* The label of what it looks like, or NULL. */
const char *charset_guess(struct str bytes);

#endif
