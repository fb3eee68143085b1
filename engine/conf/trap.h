/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONF_TRAP_H
#define CONF_TRAP_H

/*
 * The traps of YAML: what a parser says when an indicator begins with a
 * character that means something else to it, and what the author should do.
 */

#include "base/str.h"
#include "conf/diag.h"

struct trap {
	struct str problem, context; /* libyaml's words */
	struct mark at;              /* where it noticed */
	struct mark since;           /* what it was reading */
};

/* Adds the error, at its cause where that can be told, and a hint. */
void trap_explain(const struct trap *trap, struct diags *d);

/*
 * What no file may hold: a byte order mark, bytes that are no UTF-8, control
 * characters, odd line ends.  False then.  Invisible characters get a
 * warning.
 */
bool trap_check_bytes(struct str yaml, struct diags *d);

#endif
