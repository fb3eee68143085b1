/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRONT_MIRROR_H
#define FRONT_MIRROR_H

/*
 * A share of the messages goes, once they are answered, to a second daemon
 * over HTTP, with the same envelope; where that comes to another verdict this
 * is logged and kept (HISTORY_DIFFERS).  Nobody waits for it: what it is too
 * slow for is dropped and counted.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct arena;
struct err;
struct front;
struct mirror;
struct scan;
struct tls_client;

struct mirror_conf {
	struct str to;       /* ADDRESS:PORT, or "": there is none */
	int tls;             /* yes: it is called in TLS */
	struct str ca;       /* PEM, or "": the system's */
	struct str tls_name; /* in its certificate, or "": its address */
	struct str token;    /* to be shown there, or "" */
	int32_t share;       /* of all messages, in hundredths */
	int32_t margin;      /* of the score, in hundredths */
	size_t held;         /* bytes of messages that wait */
	int64_t timeout_ms;  /* of each */
};

/* What it takes to call in TLS, or NULL; of conf the texts are kept.  False:
 * what it is to believe cannot be read. */
bool mirror_believes(struct tls_client **out, struct arena *a,
    const struct mirror_conf *conf, struct err *e);

/* tls outlives it. */
struct mirror *mirror_new(struct front *f, const struct tls_client *tls);
void mirror_free(struct mirror *m);

/* After the answer; m may be NULL. */
void mirror_send(struct mirror *m, const struct scan *s);

#endif
