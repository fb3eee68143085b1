/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_PLAINTEXT_H
#define MAIL_PLAINTEXT_H

/*
 * Kinds of plain text that are not shown as they are written: lines that
 * flow on (RFC 3676) and the folded lines of calendars and cards (RFC 5545,
 * 6350).  Both give what a person reads, so that an address broken across
 * lines is whole again.
 */

#include <stdbool.h>

#include "base/str.h"

struct arena;

/* is_delsp: the blank in front of a soft line break goes too. */
struct str plaintext_flowed(struct arena *a, struct str text, bool is_delsp);

struct str plaintext_unfolded(struct arena *a, struct str text);

#endif
