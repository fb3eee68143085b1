/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRONT_TOKEN_H
#define FRONT_TOKEN_H

/*
 * Tokens: what a client shows to be let do more than anybody who can connect.
 * The configuration holds their SHA-256 only.  A plain hash is enough, and a
 * slow one would let strangers keep the loop busy: a token is 256 random
 * bits of ours, so there is nothing to guess, and what does not look like one
 * is not even hashed.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/hash.h"
#include "base/str.h"
#include "base/vec.h"

enum role {
	ROLE_SCAN = 1,  /* have messages scored */
	ROLE_READ = 2,  /* see counters and settings */
	ROLE_LEARN = 4, /* report messages */
	ROLE_ADMIN = 8  /* change what the daemon does */
};

enum { ROLES_ALL = 15, TOKEN_TEXT = 48 };

/* "scan": its bit, or 0. */
unsigned role_of(struct str name);

struct token {
	struct str name;           /* for the log */
	char hash[SHA256_TEXT];
	unsigned roles;
};
typedef VEC(struct token) token_list;

/* A new one, "skt_" and 43 characters; false: the system has no random
 * bytes. */
bool token_make(char text[static TOKEN_TEXT]);
void token_hash(struct str text, char hash[static SHA256_TEXT]);
/* 64 hex digits. */
bool token_is_hash(struct str text);

/* The one shown, or NULL.  Takes as long whichever it is. */
const struct token *token_find(const token_list *list, struct str text);

/*
 * Who has shown wrong tokens lately, by address, and how long he has to wait:
 * from the fourth on a second, twice as long each time, up to five minutes.
 * A token that was right from an address before is not kept waiting: whoever
 * guesses must not shut out those who share an address with him.
 */
struct backoff;
struct backoff *backoff_new(void);
void backoff_free(struct backoff *b);
bool backoff_waits(const struct backoff *b, const struct addr *who,
    int64_t now_ms);
void backoff_failed(struct backoff *b, const struct addr *who,
    int64_t now_ms);
void backoff_proved(struct backoff *b, const struct addr *who,
    const struct token *t);
bool backoff_knows(const struct backoff *b, const struct addr *who,
    const struct token *t);

#endif
