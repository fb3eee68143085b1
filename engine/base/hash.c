/* SPDX-License-Identifier: Apache-2.0 */
/* Fingerprints, from the libraries that do them best. */
#include "base/hash.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>

#define XXH_INLINE_ALL /* most keys are short: a call costs as much */
#include <xxhash.h>

uint64_t
hash_bytes(struct str s, uint64_t seed)
{
	return XXH3_64bits_withSeed(s.n == 0 ? "" : s.p, s.n, seed);
}

/* Looked up once: asked for by EVP_sha256 it is looked up for each sum. */
static const EVP_MD *sha256;

static void
sha256_find(void)
{
	sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	if (sha256 == NULL)
		sha256 = EVP_sha256();
}

static const EVP_MD *
sha256_get(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, sha256_find);
	return sha256;
}

/* Words and single letters come one by one: a call of the library for each
 * would cost more than the sum. */
enum { HELD = 512 };

struct sha256 {
	EVP_MD_CTX *context;
	size_t n;
	char held[HELD];
};

struct sha256 *
sha256_new(void)
{
	struct sha256 *sum = malloc(sizeof(*sum));

	if (sum == NULL || (sum->context = EVP_MD_CTX_new()) == NULL ||
	    EVP_DigestInit_ex(sum->context, sha256_get(), NULL) != 1)
		abort();
	sum->n = 0;
	return sum;
}

static void
hand_over(struct sha256 *sum)
{
	if (sum->n != 0)
		EVP_DigestUpdate(sum->context, sum->held, sum->n);
	sum->n = 0;
}

void
sha256_add(struct sha256 *sum, struct str s)
{
	if (s.n > HELD - sum->n)
		hand_over(sum);
	if (s.n > HELD) {
		EVP_DigestUpdate(sum->context, s.p, s.n);
	} else if (s.n != 0) {
		memcpy(sum->held + sum->n, s.p, s.n);
		sum->n += s.n;
	}
}

struct sha256 *
sha256_copy(const struct sha256 *from)
{
	struct sha256 *sum = sha256_new();

	if (EVP_MD_CTX_copy_ex(sum->context, from->context) != 1)
		abort();
	sum->n = from->n;
	memcpy(sum->held, from->held, from->n);
	return sum;
}

void
sha256_end(struct sha256 *sum, unsigned char bytes[static SHA256_BYTES])
{
	hand_over(sum);
	EVP_DigestFinal_ex(sum->context, bytes, NULL);
	EVP_MD_CTX_free(sum->context);
	free(sum);
}

static void
write_hex(const unsigned char sum[static SHA256_BYTES],
    char text[static SHA256_TEXT])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < SHA256_BYTES; i++) {
		text[2 * i] = digits[sum[i] >> 4];
		text[2 * i + 1] = digits[sum[i] & 15];
	}
	text[SHA256_TEXT - 1] = '\0';
}

void
hash_sha256(struct str s, char text[static SHA256_TEXT])
{
	unsigned char sum[SHA256_BYTES] = { 0 };

	EVP_Digest(s.n == 0 ? "" : s.p, s.n, sum, NULL, sha256_get(), NULL);
	write_hex(sum, text);
}

void
hash_sha1(struct str s, unsigned char bytes[static SHA1_BYTES])
{
	EVP_Digest(s.n == 0 ? "" : s.p, s.n, bytes, NULL, EVP_sha1(), NULL);
}

void
hash_keyed(struct str key, struct str s, char text[static SHA256_TEXT])
{
	unsigned char sum[SHA256_BYTES] = { 0 };

	HMAC(sha256_get(), key.n == 0 ? "" : key.p, (int)key.n,
	    (const unsigned char *)(s.n == 0 ? "" : s.p), s.n, sum, NULL);
	write_hex(sum, text);
}
