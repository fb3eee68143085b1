/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHECK_DKIMKEY_H
#define CHECK_DKIMKEY_H

/*
 * A public key out of a DNS record (RFC 6376 3.6.1, RFC 8463), and what it
 * says of a signature.  The only user of public-key cryptography here.
 */

#include <stdbool.h>

#include "base/hash.h"
#include "base/str.h"

struct arena;

enum dkim_algorithm { DKIM_RSA_SHA256, DKIM_ED25519_SHA256, DKIM_RSA_SHA1 };

/* RFC 8301 3.2; above the most a verification is work for an attacker. */
enum { DKIM_RSA_BITS_LEAST = 1024, DKIM_RSA_BITS_MOST = 8192 };

struct dkim_key {
	enum dkim_algorithm algorithm; /* the hash is always SHA-256 */
	struct str bytes;
	bool is_testing; /* t=y */
	bool is_strict;  /* t=s: the domain itself, none below it */
	const char *problem; /* NULL: it can be used */
};

/* Whatever is wrong stands in problem. */
void dkim_key_read(struct dkim_key *out, struct arena *a, struct str record);

enum signature_state {
	SIGNATURE_GOOD,
	SIGNATURE_BAD,
	SIGNATURE_WEAK,   /* a key below or above the bounds */
	SIGNATURE_NO_KEY  /* these bytes are none */
};

/* Of a digest, as DKIM and ARC sign it. */
enum signature_state dkim_key_verify(const struct dkim_key *key,
    const unsigned char digest[static SHA256_BYTES], struct str signature);

#endif
