/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_HTMLSCRIPT_H
#define MAIL_HTMLSCRIPT_H

/*
 * Where a script sends its reader, told from its text: "location = ", its
 * kin and window.open with literals behind them, plain or through atob and
 * unescape.  Nothing is run; what is computed stays unknown.
 */

#include "base/str.h"

struct arena;

enum script_act {
	SCRIPT_NOTHING, /* the script is over */
	SCRIPT_GOES,    /* *value is an address */
	SCRIPT_WRITES   /* *value is HTML for document.write */
};

/* The next act; moves *script behind it. */
enum script_act script_next(struct arena *a, struct str *script,
    struct str *value);

#endif
