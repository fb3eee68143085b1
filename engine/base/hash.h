/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

/* Fingerprints: a fast one for tables (XXH3), SHA-256 for evidence. */

#include <stdint.h>

#include "base/str.h"

enum { SHA256_BYTES = 32, SHA256_TEXT = 65, SHA1_BYTES = 20 };

uint64_t hash_bytes(struct str s, uint64_t seed);
/* Twice as long, in one go. */
enum { HASH_LONG = 2 };
void hash_long(struct str s, uint64_t seed, uint64_t sums[static HASH_LONG]);

/* One of those in lower-case hex, without a NUL. */
enum { HASH_TEXT = 16 };
struct str hash_text(uint64_t hash, char text[static HASH_TEXT]);

/* SHA-256 of what comes piece by piece.  sha256_end frees it. */
struct sha256;
struct sha256 *sha256_new(void);
void sha256_add(struct sha256 *sum, struct str s);
/* Another of what came so far. */
struct sha256 *sha256_copy(const struct sha256 *sum);
void sha256_end(struct sha256 *sum, unsigned char bytes[static SHA256_BYTES]);

/* Lower-case hex and a NUL. */
void hash_sha256(struct str s, char text[static SHA256_TEXT]);
/* SHA-1, for those who ask for it; it proves nothing. */
void hash_sha1(struct str s, unsigned char bytes[static SHA1_BYTES]);
/* HMAC-SHA-256 (RFC 2104), written the same way. */
void hash_keyed(struct str key, struct str s, char text[static SHA256_TEXT]);

#endif
