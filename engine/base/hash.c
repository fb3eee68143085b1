/* SPDX-License-Identifier: Apache-2.0 */
/* Fingerprints, from the libraries that do them best. */
#include "base/hash.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/*
 * Most keys are short: a call costs as much.  The library's own for long ones
 * takes registers of 512 bits and a third of the time by itself, but a message
 * with one such sum costs no less.
 */
#define XXH_INLINE_ALL
#include <xxhash.h>

uint64_t
hash_bytes(struct str s, uint64_t seed)
{
	return XXH3_64bits_withSeed(s.n == 0 ? "" : s.p, s.n, seed);
}

void
hash_long(struct str s, uint64_t seed, uint64_t sums[static HASH_LONG])
{
	XXH128_hash_t sum = XXH3_128bits_withSeed(s.n == 0 ? "" : s.p, s.n,
	    seed);

	sums[0] = sum.low64;
	sums[1] = sum.high64;
}

struct str
hash_text(uint64_t hash, char text[static HASH_TEXT])
{
	for (size_t i = HASH_TEXT; i-- > 0; hash >>= 4)
		text[i] = "0123456789abcdef"[hash & 15];
	return (struct str){ text, HASH_TEXT };
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

/*
 * What the library does for a key is most of the work, and keys seldom
 * change: each thread keeps the sums that begin with the last one it had,
 * and what came of some short names, which come again.
 */
enum { BLOCK = 64, KNOWN = 256, NAME_MOST = 80 };

struct keyed {
	unsigned char key[BLOCK]; /* zeros behind it: longer ones are none */
	EVP_MD_CTX *inner, *outer, *sum;
	struct known {
		size_t n;
		char name[NAME_MOST];
		char text[SHA256_TEXT];
	} known[KNOWN];
};

static pthread_key_t keyed_key;

static void
keyed_free(void *of_thread)
{
	struct keyed *k = of_thread;

	EVP_MD_CTX_free(k->inner);
	EVP_MD_CTX_free(k->outer);
	EVP_MD_CTX_free(k->sum);
	free(k);
}

static void
keyed_begin(void)
{
	if (pthread_key_create(&keyed_key, keyed_free) != 0)
		abort();
}

static void
keyed_pad(EVP_MD_CTX *to, const unsigned char key[static BLOCK],
    unsigned char with)
{
	unsigned char pad[BLOCK];

	for (int i = 0; i < BLOCK; i++)
		pad[i] = key[i] ^ with;
	if (EVP_DigestInit_ex(to, sha256_get(), NULL) != 1 ||
	    EVP_DigestUpdate(to, pad, sizeof(pad)) != 1)
		abort();
}

static struct keyed *
keyed_new(void)
{
	struct keyed *k = calloc(1, sizeof(*k));

	if (k == NULL || (k->inner = EVP_MD_CTX_new()) == NULL ||
	    (k->outer = EVP_MD_CTX_new()) == NULL ||
	    (k->sum = EVP_MD_CTX_new()) == NULL ||
	    pthread_setspecific(keyed_key, k) != 0)
		abort();
	return k;
}

static struct keyed *
keyed_get(struct str key)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	unsigned char padded[BLOCK] = { 0 };
	struct keyed *k;
	bool is_new;

	pthread_once(&once, keyed_begin);
	k = pthread_getspecific(keyed_key);
	is_new = k == NULL;
	if (is_new)
		k = keyed_new();
	if (key.n != 0)
		memcpy(padded, key.p, key.n);
	if (!is_new && memcmp(padded, k->key, BLOCK) == 0)
		return k;
	memcpy(k->key, padded, BLOCK);
	keyed_pad(k->inner, padded, 0x36);
	keyed_pad(k->outer, padded, 0x5c);
	for (int i = 0; i < KNOWN; i++)
		k->known[i].n = 0;
	return k;
}

/* RFC 2104, section 2, steps 3 and 6 on. */
static void
keyed_sum(struct keyed *k, struct str s,
    unsigned char sum[static SHA256_BYTES])
{
	if (EVP_MD_CTX_copy_ex(k->sum, k->inner) != 1 ||
	    EVP_DigestUpdate(k->sum, s.p, s.n) != 1 ||
	    EVP_DigestFinal_ex(k->sum, sum, NULL) != 1 ||
	    EVP_MD_CTX_copy_ex(k->sum, k->outer) != 1 ||
	    EVP_DigestUpdate(k->sum, sum, SHA256_BYTES) != 1 ||
	    EVP_DigestFinal_ex(k->sum, sum, NULL) != 1)
		abort();
}

void
hash_keyed(struct str key, struct str s, char text[static SHA256_TEXT])
{
	unsigned char sum[SHA256_BYTES] = { 0 };
	struct keyed *k;
	struct known *known;

	if (key.n > BLOCK) {
		HMAC(sha256_get(), key.p, (int)key.n,
		    (const unsigned char *)(s.n == 0 ? "" : s.p), s.n, sum,
		    NULL);
		write_hex(sum, text);
		return;
	}
	k = keyed_get(key);
	known = &k->known[hash_bytes(s, 0) % KNOWN];
	if (known->n == s.n && s.n != 0 && memcmp(known->name, s.p, s.n) == 0) {
		memcpy(text, known->text, SHA256_TEXT);
		return;
	}
	keyed_sum(k, s, sum);
	write_hex(sum, text);
	if (s.n == 0 || s.n > NAME_MOST)
		return;
	known->n = s.n;
	memcpy(known->name, s.p, s.n);
	memcpy(known->text, text, SHA256_TEXT);
}
