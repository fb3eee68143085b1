/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sets are collected by their instance, their shape is looked at, then the
 * latest message signature and all seals are verified.
 */
#include "check/arc.h"

#include "base/arena.h"
#include "check/alabel.h"
#include "check/dkimkey.h"
#include "check/dkimsignature.h"
#include "check/names.h"
#include "check/signedmail.h"
#include "check/taglist.h"
#include "net/dnswire.h"

struct set {
	const struct signed_field *results, *message, *seal;
	struct str domain, selector, state, bytes; /* of the seal */
	enum dkim_algorithm algorithm;
	struct dkim_key key;
	unsigned char digest[SHA256_BYTES]; /* what the seal seals */
};

struct arc {
	struct arena *arena;
	const struct signed_mail *mail;
	const struct names *names;
	struct arc_verdict *out;
	size_t n;
	struct dkim_signature message; /* of the latest set */
	struct dkim_key message_key;
	struct set at[ARC_SETS_MOST];
};

static bool
broken(struct arc *c, size_t set, const char *problem)
{
	c->out->result = AUTH_FAIL;
	c->out->problem = problem;
	c->out->problem_set = set;
	return false;
}

/* "i=3" at the front of an ARC-Authentication-Results. */
static bool
instance_of_results(struct str value, int64_t *instance)
{
	struct str first, rest, name, number;

	return str_cut(value, ';', &first, &rest) &&
	    str_cut(first, '=', &name, &number) &&
	    str_is(str_trim(name), "i") &&
	    str_to_int(str_trim(number), instance);
}

static bool
instance_of_tags(struct arena *a, struct str value, int64_t *instance)
{
	struct taglist tags;
	struct str number;

	return taglist_read(&tags, a, value) &&
	    taglist_get(&tags, "i", &number) && str_to_int(number, instance);
}

static const struct signed_field **
place_of(struct set *set, struct str name)
{
	if (str_case_is(name, "ARC-Authentication-Results"))
		return &set->results;
	if (str_case_is(name, "ARC-Message-Signature"))
		return &set->message;
	return &set->seal;
}

static bool
collect_one(struct arc *c, const struct signed_field *f)
{
	const struct signed_field **place;
	int64_t i = 0;
	bool has_instance = str_case_is(f->name, "ARC-Authentication-Results")
	    ? instance_of_results(f->value, &i)
	    : instance_of_tags(c->arena, f->value, &i);

	if (!has_instance || i < 1 || i > ARC_SETS_MOST)
		return broken(c, 0, "a field without an instance");
	place = place_of(&c->at[i - 1], f->name);
	if (*place != NULL)
		return broken(c, (size_t)i, "a field is there twice");
	*place = f;
	if ((size_t)i > c->n)
		c->n = (size_t)i;
	return true;
}

static bool
is_of_arc(struct str name)
{
	return str_case_is(name, "ARC-Authentication-Results") ||
	    str_case_is(name, "ARC-Message-Signature") ||
	    str_case_is(name, "ARC-Seal");
}

static bool
collect(struct arc *c)
{
	const struct signed_field *f;

	VEC_EACH(f, &c->mail->fields) {
		if (is_of_arc(f->name) && !collect_one(c, f))
			return false;
	}
	if (c->n != 0 && c->mail->problem != NULL)
		return broken(c, 0, c->mail->problem);
	return true;
}

/* As in DKIM a seal need not say when it was made (RFC 8617 4.1.3), but what
 * it says is a time (RFC 6376 3.5). */
static bool
is_time_fine(const struct taglist *tags)
{
	struct str value;
	int64_t seconds;

	return !taglist_get(tags, "t", &value) ||
	    (str_to_int(value, &seconds) && seconds >= 0);
}

static const char *
read_seal(struct set *set, struct arena *a)
{
	struct taglist tags;
	struct str value;

	if (!taglist_read(&tags, a, set->seal->value))
		return "the seal is no list of tags";
	/* RFC 8617 4.1.3: a seal chooses nothing. */
	if (taglist_get(&tags, "h", &value) || taglist_get(&tags, "bh",
	    &value))
		return "the seal has tags that it must not have";
	if (!is_time_fine(&tags))
		return "t= of the seal is no time";
	taglist_get(&tags, "a", &value);
	if (str_case_is(value, "rsa-sha256"))
		set->algorithm = DKIM_RSA_SHA256;
	else if (str_case_is(value, "ed25519-sha256"))
		set->algorithm = DKIM_ED25519_SHA256;
	else
		return "the seal is of an unknown algorithm";
	taglist_get(&tags, "d", &set->domain);
	taglist_get(&tags, "s", &set->selector);
	taglist_get(&tags, "cv", &set->state);
	taglist_get(&tags, "b", &value);
	set->domain = alabel_name(a, set->domain);
	if (!dns_is_name(set->domain) || !dns_is_name(set->selector))
		return "the seal names no key";
	return tag_base64(a, value, &set->bytes) ? NULL
	    : "the seal is not sealed";
}

/* 5.2 steps 2 and 3: every set whole, every state as it must be. */
static bool
look_at_shape(struct arc *c)
{
	for (size_t i = 0; i < c->n; i++) {
		struct set *set = &c->at[i];
		const char *problem;

		if (set->results == NULL || set->message == NULL ||
		    set->seal == NULL)
			return broken(c, i + 1, "a set is not whole");
		problem = read_seal(set, c->arena);
		if (problem != NULL)
			return broken(c, i + 1, problem);
		if (!str_case_is(set->state, i == 0 ? "none" : "pass"))
			return broken(c, i + 1, "the chain was broken before");
		c->out->sealer[i] = str_lower(c->arena, set->domain);
		str_cut(set->results->value, ';', &(struct str){ 0 },
		    &c->out->results[i]);
	}
	c->out->n = c->n;
	return true;
}

enum key { KEY_PENDING, KEY_THERE, KEY_NOT };

static enum key
find_key(struct arc *c, struct dkim_key *key, struct str selector,
    struct str domain, enum dkim_algorithm algorithm)
{
	struct str name = dkim_key_name(c->arena, selector, domain);
	const struct dns_answer *answer;

	if (!dns_is_name(name))
		return KEY_NOT;
	answer = c->names->find(c->names->owner, DNS_TXT, name);
	if (answer == NULL)
		return KEY_PENDING;
	for (size_t i = 0; i < answer->n; i++) {
		dkim_key_read(key, c->arena, answer->at[i]);
		if (key->problem == NULL && key->algorithm == algorithm)
			return KEY_THERE;
	}
	if (answer->result == DNS_FAILED)
		c->out->result = AUTH_TEMPERROR;
	return KEY_NOT;
}

/* All are asked for before any is waited for. */
static enum key
find_keys(struct arc *c)
{
	enum key worst = find_key(c, &c->message_key, c->message.selector,
	    c->message.domain, c->message.algorithm);

	for (size_t i = 0; i < c->n; i++) {
		struct set *set = &c->at[i];
		enum key key = find_key(c, &set->key, set->selector,
		    set->domain, set->algorithm);

		if (worst != KEY_PENDING && key != KEY_THERE)
			worst = key;
	}
	return worst;
}

static bool
message_holds(struct arc *c, int64_t now)
{
	unsigned char digest[SHA256_BYTES];
	uint64_t rest;

	if (c->message.expires != 0 && c->message.expires < now)
		return broken(c, c->n, "the signature is over its time");
	if (!dkim_body_is_signed(&c->message, c->mail, &rest) || rest != 0)
		return broken(c, c->n, "the body is not what was signed");
	dkim_header_digest(&c->message, c->arena, c->mail, digest);
	return dkim_key_verify(&c->message_key, digest, c->message.bytes) ==
	    SIGNATURE_GOOD || broken(c, c->n, "the message signature does "
	    "not fit");
}

static void
add_field(struct sha256 *sum, struct str bytes)
{
	const struct canon_sink sink = canon_to_sum(sum);

	canon_field(&sink, CANON_RELAXED, bytes);
}

/* 5.1.1: all sets up to each, in their order, the seal without itself.  What
 * is below a seal is added up once for all above it. */
static void
digest_seals(struct arc *c)
{
	struct sha256 *below = sha256_new(), *sum;
	unsigned char unused[SHA256_BYTES];

	for (size_t i = 0; i < c->n; i++) {
		struct set *set = &c->at[i];

		add_field(below, set->results->bytes);
		sha256_add(below, STR("\r\n"));
		add_field(below, set->message->bytes);
		sha256_add(below, STR("\r\n"));
		sum = sha256_copy(below);
		add_field(sum, dkim_without_bytes(c->arena, set->seal));
		sha256_end(sum, set->digest);
		add_field(below, set->seal->bytes);
		sha256_add(below, STR("\r\n"));
	}
	sha256_end(below, unused);
}

static bool
seals_hold(struct arc *c)
{
	digest_seals(c);
	for (size_t i = c->n; i-- > 0;) {
		const struct set *set = &c->at[i];

		if (dkim_key_verify(&set->key, set->digest, set->bytes) !=
		    SIGNATURE_GOOD)
			return broken(c, i + 1, "the seal does not fit");
	}
	return true;
}

bool
arc_check(struct arc_verdict *out, struct arena *a,
    const struct signed_mail *m, const struct names *names, int64_t now)
{
	struct arc *c = ARENA_ONE(a, struct arc);
	enum key keys;

	*out = (struct arc_verdict){ .result = AUTH_NONE };
	c->arena = a;
	c->mail = m;
	c->names = names;
	c->out = out;
	if (!collect(c) || c->n == 0 || !look_at_shape(c))
		return true;
	dkim_signature_read(&c->message, a, c->at[c->n - 1].message,
	    DKIM_USE_ARC);
	if (c->message.problem != NULL) {
		broken(c, c->n, c->message.problem);
		return true;
	}
	keys = find_keys(c);
	if (keys == KEY_THERE && message_holds(c, now) && seals_hold(c))
		out->result = AUTH_PASS;
	else if (keys == KEY_NOT && out->result != AUTH_TEMPERROR)
		broken(c, 0, "a key is not there, or cannot be used");
	return keys != KEY_PENDING;
}
