/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHECK_DKIMSIGNATURE_H
#define CHECK_DKIMSIGNATURE_H

/*
 * A DKIM-Signature field (RFC 6376 3.5) and the hashes it is about; ARC
 * signs its messages with the same tags (RFC 8617 4.1.2).
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/hash.h"
#include "check/dkimkey.h"
#include "check/signedmail.h"

struct arena;

enum { DKIM_SIGNED_NAMES_MOST = 256 };

struct dkim_signature {
	const struct signed_field *field;
	enum dkim_algorithm algorithm;
	enum canon header, body;
	struct str domain, selector; /* d, s */
	struct str agent;            /* i, "@domain" when there is none */
	struct str names;            /* h */
	struct str body_hash, bytes; /* bh, b, decoded */
	uint64_t length;             /* l, UINT64_MAX: all */
	int64_t made, expires;       /* t, x; 0: not said */
	const char *problem;         /* NULL: it can be verified */
};

enum dkim_use { DKIM_USE_DKIM, DKIM_USE_ARC };

/* Whatever is wrong stands in problem. */
void dkim_signature_read(struct dkim_signature *out, struct arena *a,
    const struct signed_field *field, enum dkim_use use);

/* "SELECTOR._domainkey.DOMAIN" */
struct str dkim_key_name(struct arena *a, struct str selector,
    struct str domain);

/* 3.7 step 1; false: the body is not what was signed.  *rest is how many
 * bytes of it stand behind what was. */
bool dkim_body_is_signed(const struct dkim_signature *s,
    const struct signed_mail *m, uint64_t *rest);

/* 3.7 step 2: over the fields named, then the signature without itself. */
void dkim_header_digest(const struct dkim_signature *s, struct arena *a,
    const struct signed_mail *m, unsigned char digest[static SHA256_BYTES]);

/* The field with its b= emptied, as every signature signs itself. */
struct str dkim_without_bytes(struct arena *a,
    const struct signed_field *field);

#endif
