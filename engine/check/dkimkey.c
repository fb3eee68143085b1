/* SPDX-License-Identifier: Apache-2.0 */
#include "check/dkimkey.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "base/arena.h"
#include "check/taglist.h"

enum { ED25519_BYTES = 32, EXPONENT_BITS_MOST = 64 };

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

/* What stands in a DER element of this tag at the front (X.690 8.1), which
 * is taken off; lengths below 64 KB. */
static bool
take_der(struct str *s, unsigned char tag, struct str *inside)
{
	const unsigned char *p = (const unsigned char *)s->p;
	size_t head = 2, n;

	if (s->n < 2 || p[0] != tag)
		return false;
	n = p[1];
	if (n == 0x81 || n == 0x82) {
		head += n & 3;
		if (s->n < head)
			return false;
		n = head == 3 ? p[2] : (size_t)p[2] << 8 | p[3];
	} else if (n >= 0x80) {
		return false;
	}
	if (n > s->n - head)
		return false;
	*inside = str_sub(*s, head, head + n);
	*s = str_from(*s, head + n);
	return true;
}

/* The two numbers of an RSA key, in SubjectPublicKeyInfo (RFC 3279 2.3.1) as
 * everybody publishes it or bare as RFC 6376 3.6.1 has it. */
static bool
find_numbers(struct str bytes, struct str *modulus, struct str *exponent)
{
	static const struct str rsa = STR_INIT("\x06\x09\x2a\x86\x48\x86"
	    "\xf7\x0d\x01\x01\x01");
	struct str key, algorithm, bits;

	if (!take_der(&bytes, 0x30, &key))
		return false;
	if (take_der(&key, 0x30, &algorithm)) {
		if (!str_starts(algorithm, rsa) ||
		    !take_der(&key, 0x03, &bits) || bits.n == 0 ||
		    bits.p[0] != 0)
			return false;
		bits = str_from(bits, 1);
		if (!take_der(&bits, 0x30, &key))
			return false;
	}
	return take_der(&key, 0x02, modulus) && modulus->n != 0 &&
	    take_der(&key, 0x02, exponent) && exponent->n != 0 &&
	    (modulus->p[0] & 0x80) == 0 && (exponent->p[0] & 0x80) == 0;
}

static EVP_PKEY *
make_rsa(BIGNUM *modulus, BIGNUM *exponent)
{
	OSSL_PARAM_BLD *b = OSSL_PARAM_BLD_new();
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	OSSL_PARAM *params = NULL;
	EVP_PKEY *key = NULL;

	if (b != NULL && c != NULL && modulus != NULL && exponent != NULL &&
	    OSSL_PARAM_BLD_push_BN(b, OSSL_PKEY_PARAM_RSA_N, modulus) == 1 &&
	    OSSL_PARAM_BLD_push_BN(b, OSSL_PKEY_PARAM_RSA_E, exponent) == 1)
		params = OSSL_PARAM_BLD_to_param(b);
	if (params != NULL && EVP_PKEY_fromdata_init(c) == 1 &&
	    EVP_PKEY_fromdata(c, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
		key = NULL;
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(b);
	EVP_PKEY_CTX_free(c);
	return key;
}

/* The library's own reader of keys tries every form it knows, which takes
 * six times as long as verifying does. */
static EVP_PKEY *
load_quickly(struct str bytes)
{
	struct str n, e;
	BIGNUM *modulus, *exponent;
	EVP_PKEY *key;

	if (!find_numbers(bytes, &n, &e))
		return NULL;
	modulus = BN_bin2bn((const unsigned char *)n.p, (int)n.n, NULL);
	exponent = BN_bin2bn((const unsigned char *)e.p, (int)e.n, NULL);
	key = make_rsa(modulus, exponent);
	BN_free(modulus);
	BN_free(exponent);
	return key;
}

/* What is written in another way than usual is left to the library. */
static EVP_PKEY *
load(const struct dkim_key *k)
{
	const unsigned char *p = (const unsigned char *)k->bytes.p;
	EVP_PKEY *key;

	if (k->algorithm == DKIM_ED25519_SHA256)
		return k->bytes.n != ED25519_BYTES ? NULL
		    : EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, p,
		    k->bytes.n);
	key = load_quickly(k->bytes);
	if (key != NULL)
		return key;
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

/* Each bit of it is a squaring: with one as long as the key a verification
 * takes as long as signing. */
static bool
has_long_exponent(EVP_PKEY *key)
{
	BIGNUM *e = NULL;
	bool is_long = EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E,
	    &e) != 1 || BN_num_bits(e) > EXPONENT_BITS_MOST;

	BN_free(e);
	return is_long;
}

static enum signature_state
verify(const struct dkim_key *k, EVP_PKEY *key, const unsigned char *digest,
    struct str signature)
{
	int bits = EVP_PKEY_get_bits(key);
	bool is_good;

	if (k->algorithm == DKIM_ED25519_SHA256)
		is_good = verify_ed25519(key, digest, signature);
	else if (bits < DKIM_RSA_BITS_LEAST || bits > DKIM_RSA_BITS_MOST ||
	    has_long_exponent(key))
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
