/* SPDX-License-Identifier: Apache-2.0 */
/* Keys first, then hashes: a signature whose key does not come costs none. */
#include "check/dkim.h"

#include "base/arena.h"
#include "check/alabel.h"
#include "check/dkimkey.h"
#include "check/dkimsignature.h"
#include "check/names.h"
#include "check/signedmail.h"
#include "check/taglist.h"
#include "mail/encoding.h"
#include "mail/url.h"
#include "net/dnswire.h"

enum { MARK_BYTES = 6 }; /* 8 letters */

struct one {
	struct dkim_signature signature;
	struct dkim_key key;
	const struct dns_answer *answer; /* NULL: not asked for */
};

struct dkim {
	struct arena *arena;
	const struct signed_mail *mail;
	const struct names *names;
	struct str from;
	int64_t now;
	struct one at[DKIM_SIGNATURES_MOST];
};

static const char *const algorithms[] = {
	[DKIM_RSA_SHA256] = "rsa-sha256",
	[DKIM_ED25519_SHA256] = "ed25519-sha256",
	[DKIM_RSA_SHA1] = "rsa-sha1",
};

static void
end(struct dkim_result *r, enum auth_result result, const char *problem)
{
	r->result = result;
	r->problem = problem;
}

/* Of several keys (3.6.2.2, 6.1.2) the first that can be used here. */
static const char *
read_key(struct dkim *d, struct one *one)
{
	struct dkim_key key;

	for (size_t i = 0; i < one->answer->n; i++) {
		dkim_key_read(&key, d->arena, one->answer->at[i]);
		if (i == 0 || (key.problem == NULL &&
		    (one->key.problem != NULL ||
		    key.algorithm == one->signature.algorithm)))
			one->key = key;
		if (key.problem == NULL &&
		    key.algorithm == one->signature.algorithm)
			break;
	}
	if (one->key.problem == NULL &&
	    one->key.algorithm != one->signature.algorithm)
		return "the key is of another kind than the signature";
	if (one->key.problem == NULL && one->key.is_strict &&
	    !str_case_eq(str_from(one->signature.agent, str_find_last(
	    one->signature.agent, '@') + 1), one->signature.domain))
		return "the key is not for names below its domain";
	return one->key.problem;
}

/* By the list of suffixes. */
static bool
is_one_site(struct str domain, struct str from)
{
	struct str organization = host_registrable(from);

	return str_case_eq(domain, from) || (organization.n != 0 &&
	    str_case_eq(host_registrable(domain), organization));
}

static bool
has_key(struct dkim *d, struct one *one, struct dkim_result *r)
{
	const char *problem;

	/* That will be no better tomorrow; but where we know nothing of the
	 * sender's own keys, none of them is wrong. */
	if (one->answer->is_never && !is_one_site(r->domain, d->from)) {
		end(r, AUTH_PERMERROR, "the key must not be asked for");
		return false;
	}
	if (one->answer->result == DNS_FAILED) {
		end(r, AUTH_TEMPERROR, "no answer for the key");
		return false;
	}
	if (one->answer->n == 0) {
		end(r, AUTH_PERMERROR, "there is no key");
		return false;
	}
	problem = read_key(d, one);
	r->is_testing = one->key.is_testing;
	if (problem != NULL)
		end(r, AUTH_PERMERROR, problem);
	return problem == NULL;
}

static void
verify(struct dkim *d, struct one *one, struct dkim_result *r)
{
	unsigned char digest[SHA256_BYTES];
	uint64_t rest;

	if (one->signature.expires != 0 && one->signature.expires < d->now) {
		end(r, AUTH_FAIL, "the signature is over its time");
		return;
	}
	if (!dkim_body_is_signed(&one->signature, d->mail, &rest)) {
		end(r, AUTH_FAIL, "the body is not what was signed");
		return;
	}
	dkim_header_digest(&one->signature, d->arena, d->mail, digest);
	switch (dkim_key_verify(&one->key, digest, one->signature.bytes)) {
	case SIGNATURE_GOOD:
		/* 8.2: whatever stands behind l= may be anybody's. */
		if (rest == 0)
			end(r, AUTH_PASS, NULL);
		else
			end(r, AUTH_POLICY, "not all of the body is signed");
		break;
	case SIGNATURE_BAD:
		end(r, AUTH_FAIL, "the signature does not fit");
		break;
	case SIGNATURE_WEAK:
		end(r, AUTH_POLICY, "the key is too short, or too long");
		break;
	case SIGNATURE_NO_KEY:
		end(r, AUTH_PERMERROR, "the key cannot be read");
		break;
	}
}

/* False: its key is not in yet. */
static bool
begin(struct dkim *d, struct one *one, struct dkim_result *r,
    const struct signed_field *field)
{
	struct dkim_signature *s = &one->signature;
	struct str name;

	dkim_signature_read(s, d->arena, field, DKIM_USE_DKIM);
	r->domain = s->domain;
	r->selector = s->selector;
	r->agent = s->agent;
	r->mark = encoding_to_base64(d->arena,
	    str_head(s->bytes, MARK_BYTES));
	r->algorithm = s->problem == NULL ? algorithms[s->algorithm] : "";
	if (s->problem != NULL || d->mail->problem != NULL) {
		end(r, AUTH_PERMERROR, s->problem != NULL ? s->problem
		    : d->mail->problem);
		return true;
	}
	name = dkim_key_name(d->arena, s->selector, s->domain);
	/* Nobody fails to answer for a name that cannot be. */
	if (!dns_is_name(name)) {
		end(r, AUTH_PERMERROR, "d= and s= are too long for a name");
		return true;
	}
	one->answer = d->names->find(d->names->owner, DNS_TXT, name);
	return one->answer != NULL;
}

/* Of the same organization as From, as far as the signature itself says. */
static bool
is_near(struct arena *a, const struct signed_field *f, struct str from)
{
	struct taglist tags;
	struct str domain;

	if (from.n == 0 || !taglist_read(&tags, a, f->value) ||
	    !taglist_get(&tags, "d", &domain))
		return false;
	return is_one_site(alabel_name(a, tag_without_blanks(a, domain)),
	    from);
}

/* A sender's own is not hidden by what others put on top of it. */
static size_t
choose(struct dkim *d, const struct signed_field **chosen, struct str from,
    size_t *left)
{
	const struct signed_field *f, **all = ARENA_MANY(d->arena,
	    const struct signed_field *, d->mail->fields.n);
	bool *near = ARENA_MANY(d->arena, bool, d->mail->fields.n);
	size_t n = 0, n_near = 0, n_far, n_chosen = 0;

	VEC_EACH(f, &d->mail->fields) {
		if (str_case_is(f->name, "DKIM-Signature"))
			all[n++] = f;
	}
	for (size_t i = 0; n > DKIM_SIGNATURES_MOST && i < n &&
	    n_near < DKIM_SIGNATURES_MOST; i++) {
		near[i] = is_near(d->arena, all[i], from);
		n_near += near[i];
	}
	n_far = DKIM_SIGNATURES_MOST - n_near;
	for (size_t i = 0; i < n; i++) {
		if (near[i] || n_far != 0) {
			n_far -= !near[i];
			chosen[n_chosen++] = all[i];
		}
	}
	*left = n - n_chosen;
	return n_chosen;
}

/* 3.6.1 t=y: whoever tries DKIM out must not be worse off for it than without
 * a signature.  One that passes harms nobody, and counts with everybody. */
static void
forgive(struct dkim *d, struct dkim_result *r)
{
	if (!r->is_testing || r->result == AUTH_PASS ||
	    r->result == AUTH_TEMPERROR)
		return;
	r->result = AUTH_NONE;
	r->problem = str_cstr(d->arena, str_cat(d->arena,
	    STR("only tried out (t=y): "), str_of(r->problem)));
}

bool
dkim_check(struct dkim_verdict *out, struct arena *a,
    const struct names *names, const struct dkim_query *query)
{
	const struct signed_field *chosen[DKIM_SIGNATURES_MOST];
	struct dkim *d = ARENA_ONE(a, struct dkim);
	bool is_whole = true;

	*out = (struct dkim_verdict){ 0 };
	d->arena = a;
	d->mail = query->mail;
	d->names = names;
	d->from = query->from;
	d->now = query->now;
	out->n = choose(d, chosen, query->from, &out->left);
	for (size_t i = 0; i < out->n; i++)
		is_whole = begin(d, &d->at[i], &out->at[i], chosen[i]) &&
		    is_whole;
	for (size_t i = 0; is_whole && i < out->n; i++) {
		if (d->at[i].answer != NULL &&
		    has_key(d, &d->at[i], &out->at[i]))
			verify(d, &d->at[i], &out->at[i]);
		forgive(d, &out->at[i]);
	}
	return is_whole;
}

const struct dkim_result *
dkim_best(const struct dkim_verdict *v, struct str from)
{
	const struct dkim_result *best = NULL;

	for (size_t i = 0; i < v->n; i++) {
		const struct dkim_result *r = &v->at[i];

		if (best == NULL || (r->result == AUTH_PASS &&
		    (best->result != AUTH_PASS ||
		    str_case_eq(r->domain, from))) ||
		    (best->result == AUTH_NONE && r->result != AUTH_NONE))
			best = r;
	}
	return best;
}
