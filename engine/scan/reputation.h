/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCAN_REPUTATION_H
#define SCAN_REPUTATION_H

/*
 * What was learnt of the things a message has to do with, and what that is
 * worth.  Pure: counts in, points out.
 *
 * Of each entity (this address, that site) the store keeps a tally: two
 * counts in messages, bad and good, that halve every half-life of its kind.
 *
 *	count at t    = count at `at` * 2^-((t - at) / half_life)   messages
 *	probability   = (bad + strength * prior) / (bad + good + strength)
 *	evidence      = log2(p / (1 - p)) - log2(prior / (1 - prior))  bits
 *	points        = min(cap, per_bit * evidence), not below 0  hundredths
 *
 * prior is how often something of that kind is bad of which nothing is known,
 * strength how many messages that belief weighs.  Nothing learnt is no
 * evidence: 0 points.  A good name never takes points away: the account of an
 * honest sender is what a phisher would most like to have.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/str.h"

struct arena;
struct store_tally;

enum reputation_kind {
	REPUTATION_IP,
	REPUTATION_NET,      /* /24 or /64 around it */
	REPUTATION_ASN,
	REPUTATION_HELO,
	REPUTATION_ENVELOPE, /* domain of MAIL FROM */
	REPUTATION_FROM,     /* domain in From */
	REPUTATION_MAILBOX,  /* address in From, at a provider of mailboxes */
	REPUTATION_DKIM,     /* domain that signed */
	REPUTATION_HOST,     /* of a link */
	REPUTATION_DOMAIN,   /* the registrable domain of that */
	REPUTATION_TARGET,   /* host and path where a link ends that passes
	                        through others, or lies on a shared host */
	REPUTATION_FILE,     /* SHA-256 of an attachment */
	REPUTATION_TEMPLATE, /* rule/template.h */
	REPUTATION_KINDS
};

/* What is never learnt of a kind, whatever mail says.  Nothing at all is of
 * mail that an authenticated user or a host of ours hands in. */
enum reputation_never {
	NEVER_TRUSTED = 1, /* networks of ours, private addresses */
	NEVER_BRAND = 2,   /* official domains of brands, and what is theirs */
	NEVER_SUFFIX = 4,  /* public suffixes */
	NEVER_SHARED = 8,  /* hosts on the list of those that many share */
	NEVER_FORGED = 16, /* names that nobody has proved to be the sender's */
	NEVER_SMALL = 32   /* texts of a few words */
};

struct reputation_kind_info {
	const char *name;     /* "ip": in keys, facts and commands */
	const char *symbol;   /* "REPUTATION_IP" */
	const char *what[2];  /* in Japanese and English */
	int32_t half_life;    /* days */
	double prior;         /* 0 to 1 */
	double strength;      /* messages */
	int32_t per_bit;      /* hundredths of a point */
	int32_t cap;          /* the same */
	uint8_t most;         /* of one message that are looked up */
	uint8_t never;        /* bits of enum reputation_never */
	bool is_private;      /* names a person: kept as a keyed hash */
	bool carries;         /* a campaign's name, where it was seen with it */
};

extern const struct reputation_kind_info reputation_kinds[REPUTATION_KINDS];

/* False: there is no such kind. */
bool reputation_kind_of(struct str name, enum reputation_kind *kind);

enum {
	REPUTATION_DAY = 24 * 60 * 60,
	/* Half-lives without a word after which an entity is forgotten: of a
	 * thousand messages one is left. */
	REPUTATION_LIVES = 10
};

int64_t reputation_half_life(enum reputation_kind kind); /* seconds */

/* 0 to 1; the tally as it is now, its counts decayed. */
double reputation_probability(enum reputation_kind kind,
    const struct store_tally *t);
/* Hundredths, 0 to the kind's cap. */
int32_t reputation_points(enum reputation_kind kind,
    const struct store_tally *t);

/*
 * Keys, "rep1:ip:192.0.2.1" and the like.  The number is the schema of what
 * stands there: one that is read otherwise gets another, so that old and new
 * daemons do not read each other's, and the old ones end with their life.
 * A name too long for a key, or with a line's end, stands there as its hash.
 */
#define REPUTATION_KEYS "rep1:"

/* secret: for kinds that name a person, or "" to keep them readable, or for a
 * name that is hidden already.  Names out of a mail never are: a sender may
 * write what looks so. */
struct str reputation_key(struct arena *a, enum reputation_kind kind,
    struct str name, struct str secret);
/* The other way round; false: it is no such key. */
bool reputation_key_read(struct str key, enum reputation_kind *kind,
    struct str *name);

/* "192.0.2.0/24", "2001:db8::/64". */
struct str reputation_net(struct arena *a, const struct addr *ip);

/* A name as it is kept with a secret: "~" and 32 hex digits. */
struct str reputation_hide(struct arena *a, struct str name,
    struct str secret);
/* It looks like one of those. */
bool reputation_is_hidden(struct str name);

/*
 * The campaign that infrastructure was seen with: "campaign first last", the
 * id of its pack and two times in seconds since 1970.
 */
#define PIVOT_KEYS "pivot1:"

struct pivot_mark {
	struct str campaign;
	int64_t first, last;
};

struct str pivot_key(struct arena *a, enum reputation_kind kind,
    struct str name);
struct str pivot_mark_write(struct arena *a, const struct pivot_mark *m);
bool pivot_mark_read(struct str value, struct pivot_mark *m);

#endif
