/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_CHECK_SIGNING_H
#define TESTS_CHECK_SIGNING_H

/*
 * Signs mails under test, with keys made for them.  The canonical forms and
 * the hashes are the engine's own: that they are right is shown by messages
 * that others signed (tests/story/test_auth.py) and by the forms written out
 * in test_signedmail.c.
 */

#include <assert.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/hash.h"
#include "base/str.h"
#include "check/dkimsignature.h"
#include "check/signedmail.h"

struct signer {
	EVP_PKEY *key;
	bool is_rsa;
};

static inline struct signer
signer_rsa(unsigned bits)
{
	EVP_PKEY *key = EVP_RSA_gen(bits);

	assert(key != NULL);
	return (struct signer){ key, true };
}

/* One whose public exponent has 101 bits. */
static inline struct signer
signer_slow(unsigned bits)
{
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	BIGNUM *e = BN_new();
	EVP_PKEY *key = NULL;
	bool is_good = BN_set_bit(e, 100) == 1 && BN_set_bit(e, 0) == 1 &&
	    EVP_PKEY_keygen_init(c) == 1 &&
	    EVP_PKEY_CTX_set_rsa_keygen_bits(c, (int)bits) == 1 &&
	    EVP_PKEY_CTX_set1_rsa_keygen_pubexp(c, e) == 1 &&
	    EVP_PKEY_keygen(c, &key) == 1;

	assert(is_good);
	(void)is_good;
	BN_free(e);
	EVP_PKEY_CTX_free(c);
	return (struct signer){ key, true };
}

/* Always the same: the private key is 32 times the byte. */
static inline struct signer
signer_ed25519(unsigned char byte)
{
	unsigned char secret[32];
	EVP_PKEY *key;

	memset(secret, byte, sizeof(secret));
	key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, secret,
	    sizeof(secret));
	assert(key != NULL);
	return (struct signer){ key, false };
}

static inline void
signer_free(struct signer *s)
{
	EVP_PKEY_free(s->key);
}

static inline struct str
signing_base64(struct arena *a, const unsigned char *bytes, size_t n)
{
	char *text = arena_take(a, n * 2 + 8);
	int length = EVP_EncodeBlock((unsigned char *)text, bytes, (int)n);

	return (struct str){ text, (size_t)length };
}

/* What stands behind p= in DNS. */
static inline struct str
signer_public(const struct signer *s, struct arena *a)
{
	unsigned char *der = NULL, raw[32];
	size_t n = sizeof(raw);
	struct str text;
	int length;

	if (!s->is_rsa) {
		EVP_PKEY_get_raw_public_key(s->key, raw, &n);
		return signing_base64(a, raw, n);
	}
	length = i2d_PUBKEY(s->key, &der);
	assert(length > 0);
	text = signing_base64(a, der, (size_t)length);
	OPENSSL_free(der);
	return text;
}

static inline struct str
sign_rsa(const struct signer *s, struct arena *a,
    const unsigned char digest[static SHA256_BYTES])
{
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new(s->key, NULL);
	unsigned char bytes[1024];
	size_t n = sizeof(bytes);
	bool is_good = c != NULL && EVP_PKEY_sign_init(c) == 1 &&
	    EVP_PKEY_CTX_set_rsa_padding(c, RSA_PKCS1_PADDING) == 1 &&
	    EVP_PKEY_CTX_set_signature_md(c, EVP_sha256()) == 1 &&
	    EVP_PKEY_sign(c, bytes, &n, digest, SHA256_BYTES) == 1;

	assert(is_good);
	(void)is_good;
	EVP_PKEY_CTX_free(c);
	return signing_base64(a, bytes, n);
}

/* A digest, in base64. */
static inline struct str
sign_digest(const struct signer *s, struct arena *a,
    const unsigned char digest[static SHA256_BYTES])
{
	unsigned char bytes[64];
	size_t n = sizeof(bytes);
	EVP_MD_CTX *c;
	bool is_good;

	if (s->is_rsa)
		return sign_rsa(s, a, digest);
	c = EVP_MD_CTX_new();
	is_good = c != NULL &&
	    EVP_DigestSignInit(c, NULL, NULL, NULL, s->key) == 1 &&
	    EVP_DigestSign(c, bytes, &n, digest, SHA256_BYTES) == 1;
	assert(is_good);
	(void)is_good;
	EVP_MD_CTX_free(c);
	return signing_base64(a, bytes, n);
}

static inline void
signing_add(void *owner, struct str piece)
{
	sha256_add(owner, piece);
}

/* The field on top of a mail, read as a signature. */
static inline void
signing_read(struct dkim_signature *out, struct signed_mail *m,
    struct arena *a, struct str field, struct str mail, enum dkim_use use)
{
	signed_mail_read(m, a, str_cat(a, field, STR("\r\n"), mail));
	assert(m->fields.n != 0);
	dkim_signature_read(out, a, &m->fields.at[0], use);
}

/*
 * "NAME: TAGS; bh=...; b=..." over a mail.  Tags that no reader takes are
 * signed all the same, as if they were c=simple/simple without h=.
 */
static inline struct str
sign_field(struct arena *a, const struct signer *s, struct str mail,
    const char *name, struct str tags, enum dkim_use use)
{
	static const unsigned char none[SHA256_BYTES];
	unsigned char digest[SHA256_BYTES];
	struct sha256 *sum = sha256_new();
	const struct canon_sink sink = { signing_add, sum };
	struct str head = str_cat(a, str_of(name), STR(": "), tags,
	    STR("; bh="));
	struct dkim_signature read;
	struct signed_mail m;

	signing_read(&read, &m, a, str_cat(a, head, signing_base64(a, none,
	    SHA256_BYTES), STR("; b=AAAA")), mail, use);
	canon_body(&sink, read.body, m.body, read.length);
	sha256_end(sum, digest);
	head = str_cat(a, head, signing_base64(a, digest, SHA256_BYTES),
	    STR("; b="));
	signing_read(&read, &m, a, str_cat(a, head, STR("AAAA")), mail, use);
	dkim_header_digest(&read, a, &m, digest);
	return str_cat(a, head, sign_digest(s, a, digest));
}

/* The mail with a DKIM-Signature on top. */
static inline struct str
sign_dkim(struct arena *a, const struct signer *s, struct str mail,
    const char *tags)
{
	return str_cat(a, sign_field(a, s, mail, "DKIM-Signature",
	    str_of(tags), DKIM_USE_DKIM), STR("\r\n"), mail);
}

#endif
