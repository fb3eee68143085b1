/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_HTMLSCRIPT_H
#define MAIL_HTMLSCRIPT_H

/*
 * Where a script sends its reader, told from its text: "location = ", its
 * kin and window.open with literals behind them, or with a name that was given
 * a literal, plain or through atob and unescape; and "url" and "target" of
 * JSON-LD.  Nothing is run; what is computed stays unknown.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct arena;

enum script_act {
	SCRIPT_NOTHING, /* the script is over */
	SCRIPT_GOES,    /* *value is an address */
	SCRIPT_RUNS,    /* the value is a script */
	SCRIPT_WRITES   /* *value is HTML for document.write */
};

struct script {
	struct str text;
	size_t at;    /* behind the last act */
	size_t names; /* looked for so far */
	bool is_cut;  /* more of them, or more calls in one another, than are
	                 undone */
};

/* The next act; begin with nothing but text. */
enum script_act script_next(struct script *s, struct arena *a,
    struct str *value);

#endif
