/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRONT_MAILLINE_H
#define FRONT_MAILLINE_H

/*
 * The line that a message gets in the log: everything by which somebody may
 * look for it, bounded, and never more than one line.
 *
 * What a gateway or a sender wrote stands there as he wrote it; the names of
 * fields, and their order up to time=, are what readers of logs rely on.
 */

#include "base/str.h"

struct scan;

/* How it came in. */
struct mailline_way {
	const char *front;  /* protocol; or "" */
	struct str client;  /* address of who handed it in; or "" */
};

void mailline_log(const struct scan *s, const struct mailline_way *way);

#endif
