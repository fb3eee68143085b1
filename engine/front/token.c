/* SPDX-License-Identifier: Apache-2.0 */
/* Making, hashing, comparing. */
#include "front/token.h"

#include <stdlib.h>
#include <sys/random.h>

#define PREFIX "skt_"

enum { RANDOM_BYTES = 32 };

static const struct {
	const char *name;
	enum role role;
} roles[] = {
	{ "scan", ROLE_SCAN },
	{ "read", ROLE_READ },
	{ "learn", ROLE_LEARN },
	{ "admin", ROLE_ADMIN },
};

unsigned
role_of(struct str name)
{
	for (size_t i = 0; i < nitems(roles); i++) {
		if (str_is(name, roles[i].name))
			return roles[i].role;
	}
	return 0;
}

/* Six bits a character, the last one four: base64url of RFC 4648. */
bool
token_make(char text[static TOKEN_TEXT])
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789-_";
	unsigned char bytes[RANDOM_BYTES + 1] = { 0 };
	size_t n = sizeof(PREFIX) - 1;

	if (getrandom(bytes, RANDOM_BYTES, 0) != RANDOM_BYTES)
		return false;
	memcpy(text, PREFIX, n);
	for (size_t bit = 0; bit < RANDOM_BYTES * 8; bit += 6) {
		unsigned two = (unsigned)bytes[bit / 8] << 8 |
		    bytes[bit / 8 + 1];

		text[n++] = digits[two >> (10 - bit % 8) & 63];
	}
	text[n] = '\0';
	return true;
}

void
token_hash(struct str text, char hash[static SHA256_TEXT])
{
	hash_sha256(text, hash);
}

bool
token_is_hash(struct str text)
{
	for (size_t i = 0; i < text.n; i++) {
		if (!ascii_is_hex(text.p[i]))
			return false;
	}
	return text.n == SHA256_TEXT - 1;
}

static bool
is_same(const char *a, const char *b)
{
	unsigned char differs = 0;

	for (size_t i = 0; i < SHA256_TEXT - 1; i++)
		differs |= (unsigned char)(a[i] ^ b[i]);
	return differs == 0;
}

const struct token *
token_find(const token_list *list, struct str text)
{
	const struct token *t, *found = NULL;
	char hash[SHA256_TEXT];

	if (text.n != TOKEN_TEXT - 1 || !str_starts(text, STR(PREFIX)))
		return NULL;
	token_hash(text, hash);
	VEC_EACH(t, list) {
		if (is_same(t->hash, hash))
			found = t;
	}
	return found;
}
