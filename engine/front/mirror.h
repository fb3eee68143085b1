/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRONT_MIRROR_H
#define FRONT_MIRROR_H

/*
 * A share of the messages goes, once they are answered, to a second daemon
 * over HTTP, with the same envelope; where that comes to another verdict this
 * is logged and kept (HISTORY_DIFFERS).  Nobody waits for it: what it is too
 * slow for is dropped and counted.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct front;
struct mirror;
struct scan;

struct mirror_conf {
	struct str to;       /* ADDRESS:PORT, or "": there is none */
	struct str token;    /* to be shown there, or "" */
	int32_t share;       /* of all messages, in hundredths */
	int32_t margin;      /* of the score, in hundredths */
	size_t held;         /* bytes of messages that wait */
	int64_t timeout_ms;  /* of each */
};

struct mirror *mirror_new(struct front *f);
void mirror_free(struct mirror *m);

/* After the answer; m may be NULL. */
void mirror_send(struct mirror *m, const struct scan *s);

#endif
