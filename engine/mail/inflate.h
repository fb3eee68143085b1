/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_INFLATE_H
#define MAIL_INFLATE_H

/*
 * What was packed with zlib (RFC 1950), unpacked.  A few bytes can stand for
 * a thousand times as many: the caller says how many may come out, over all
 * that one message has packed.  Broken data gives what stands before the
 * break.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct buf;

/* What may still be unpacked of one message. */
struct inflate_budget {
	size_t left;  /* bytes that may still come out */
	size_t times; /* and how often something may be unpacked */
	bool is_over; /* something was left packed */
	bool is_locked; /* a file asks for a password, if only for "" */
};

/* A budget for a message of size bytes; most is the limit for any. */
struct inflate_budget inflate_budget(size_t size, size_t most);

/* Adds what bytes unpack to, and gives how many of them were taken: what
 * follows the packed data is left alone. */
size_t inflate_add(struct buf *to, struct str bytes,
    struct inflate_budget *budget);

#endif
