/* SPDX-License-Identifier: Apache-2.0 */
#include "check/dkimkey.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "base/arena.h"
#include "check/taglist.h"

enum { ED25519_BYTES = 32 };

static const char *
read_kind(struct dkim_key *k, const struct taglist *tags)
{
	struct str value;

	if (taglist_get(tags, "v", &value) &&
	    (!str_is(value, "DKIM1") || !str_is(tags->tags.at[0].name, "v")))
		return "the key is of another version";
	if (!taglist_get(tags, "k", &value) || str_case_is(value, "rsa"))
		k->algorithm = DKIM_RSA_SHA256;
	else if (str_case_is(value, "ed25519"))
		k->algorithm = DKIM_ED25519_SHA256;
	else
		return "the key is of an unknown kind";
	if (taglist_get(tags, "h", &value) && !tag_list_has(value, "sha256"))
		return "the key is not for SHA-256";
	if (taglist_get(tags, "s", &value) && !tag_list_has(value, "email") &&
	    !tag_list_has(value, "*"))
		return "the key is not for mail";
	return NULL;
}

static const char *
read_key(struct dkim_key *k, struct arena *a, struct str record)
{
	struct taglist tags;
	struct str value;
	const char *problem;

	if (!taglist_read(&tags, a, record))
		return "the key record is no list of tags";
	problem = read_kind(k, &tags);
	if (problem != NULL)
		return problem;
	taglist_get(&tags, "t", &value);
	k->is_testing = tag_list_has(value, "y");
	k->is_strict = tag_list_has(value, "s");
	if (!taglist_get(&tags, "p", &value))
		return "the key record has no key";
	if (value.n == 0)
		return "the key is revoked";
	return tag_base64(a, value, &k->bytes) ? NULL
	    : "the key is no base64";
}

void
dkim_key_read(struct dkim_key *out, struct arena *a, struct str record)
{
	*out = (struct dkim_key){ 0 };
	out->problem = read_key(out, a, record);
}

/* SubjectPublicKeyInfo as everybody publishes it, or the bare RSAPublicKey
 * that RFC 6376 3.6.1 speaks of. */
static EVP_PKEY *
load(const struct dkim_key *k)
{
	const unsigned char *p = (const unsigned char *)k->bytes.p;
	EVP_PKEY *key;

	if (k->algorithm == DKIM_ED25519_SHA256)
		return k->bytes.n != ED25519_BYTES ? NULL
		    : EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, p,
		    k->bytes.n);
	key = d2i_PUBKEY(NULL, &p, (long)k->bytes.n);
	p = (const unsigned char *)k->bytes.p;
	if (key == NULL)
		key = d2i_PublicKey(EVP_PKEY_RSA, NULL, &p, (long)k->bytes.n);
	if (key != NULL && EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA) {
		EVP_PKEY_free(key);
		return NULL;
	}
	return key;
}

static bool
verify_rsa(EVP_PKEY *key, const unsigned char *digest, struct str signature)
{
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new(key, NULL);
	bool is_good = c != NULL && EVP_PKEY_verify_init(c) == 1 &&
	    EVP_PKEY_CTX_set_rsa_padding(c, RSA_PKCS1_PADDING) == 1 &&
	    EVP_PKEY_CTX_set_signature_md(c, EVP_sha256()) == 1 &&
	    EVP_PKEY_verify(c, (const unsigned char *)signature.p,
	    signature.n, digest, SHA256_BYTES) == 1;

	EVP_PKEY_CTX_free(c);
	return is_good;
}

/* RFC 8463 3: the digest is what is signed. */
static bool
verify_ed25519(EVP_PKEY *key, const unsigned char *digest,
    struct str signature)
{
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	bool is_good = c != NULL &&
	    EVP_DigestVerifyInit(c, NULL, NULL, NULL, key) == 1 &&
	    EVP_DigestVerify(c, (const unsigned char *)signature.p,
	    signature.n, digest, SHA256_BYTES) == 1;

	EVP_MD_CTX_free(c);
	return is_good;
}

static enum signature_state
verify(const struct dkim_key *k, EVP_PKEY *key, const unsigned char *digest,
    struct str signature)
{
	int bits = EVP_PKEY_get_bits(key);
	bool is_good;

	if (k->algorithm == DKIM_ED25519_SHA256)
		is_good = verify_ed25519(key, digest, signature);
	else if (bits < DKIM_RSA_BITS_LEAST || bits > DKIM_RSA_BITS_MOST)
		return SIGNATURE_WEAK;
	else
		is_good = verify_rsa(key, digest, signature);
	return is_good ? SIGNATURE_GOOD : SIGNATURE_BAD;
}

enum signature_state
dkim_key_verify(const struct dkim_key *k,
    const unsigned char digest[static SHA256_BYTES], struct str signature)
{
	EVP_PKEY *key = load(k);
	enum signature_state state = SIGNATURE_NO_KEY;

	if (key != NULL)
		state = verify(k, key, digest, signature);
	EVP_PKEY_free(key);
	/* What went wrong here is no error of the next TLS record. */
	ERR_clear_error();
	return state;
}
