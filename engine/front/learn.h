/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRONT_LEARN_H
#define FRONT_LEARN_H

/*
 * A message that somebody reports, in whatever protocol: who he is, what
 * came of it, in words.
 */

#include "base/str.h"
#include "scan/lesson.h"
#include "scan/scan.h"

struct client;

/*
 * Makes a lesson of a scan whose envelope has been read: what a trusted
 * client says of a user is who reports, not who sent.  token: what the client
 * shows, or "".
 */
void learn_begin(struct scan *s, const struct client *c,
    enum lesson_kind kind, struct str token);

/* In the answer: counts and logs it. */
void learn_over(struct scan *s, struct client *c);

#endif
