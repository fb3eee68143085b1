/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHECK_SIGNEDMAIL_H
#define CHECK_SIGNEDMAIL_H

/*
 * A message as signatures see it (RFC 6376 3.4): fields with every byte they
 * have, the body, and the canonical forms of both.  Lines may end in LF
 * alone, as in a file; what comes out always ends in CRLF.
 *
 * A reader of mail is lenient: a line that is no field ends the header, a CR
 * alone ends a line.  Whoever puts such a thing on top of a signed message
 * has its signature hold for a text of their own.  Where a header can be read
 * in two ways nothing verifies.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"
#include "base/str.h"
#include "base/vec.h"

struct arena;

enum { SIGNED_FIELDS_MOST = 2000 };

struct signed_field {
	struct str name;  /* without blanks behind it */
	struct str bytes; /* name to the end of the last line, without it */
	struct str value; /* behind the colon, folds and all */
};

struct body_sums;

struct signed_mail {
	VEC(struct signed_field) fields;
	struct str body;
	const char *problem; /* why nothing can verify, for people; or NULL */
	struct body_sums *sums; /* those made so far */
};

void signed_mail_read(struct signed_mail *out, struct arena *a,
    struct str raw);

enum canon { CANON_SIMPLE, CANON_RELAXED };

/* Where canonical bytes go, piece by piece. */
struct canon_sink {
	void (*add)(void *owner, struct str piece);
	void *owner;
};

/* Into a sum that the caller ends. */
struct canon_sink canon_to_sum(struct sha256 *sum);

/* A field (3.4.1, 3.4.2), without a line end behind it. */
void canon_field(const struct canon_sink *to, enum canon how,
    struct str bytes);

/* The SHA-256 of the first most bytes of the canonical body, which has n. */
struct body_sum {
	enum canon how;
	uint64_t most, n;
	unsigned char digest[SHA256_BYTES];
};

/* Made once, whatever signs it.  A body may be long and a message have many
 * signatures: NULL if one that is not over the whole body is one too many. */
const struct body_sum *signed_mail_sum(const struct signed_mail *m,
    enum canon how, uint64_t most);

/* The body (3.4.3, 3.4.4), at most most bytes of it; how many it has. */
uint64_t canon_body(const struct canon_sink *to, enum canon how,
    struct str body, uint64_t most);

#endif
