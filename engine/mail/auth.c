/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Authentication-Results: a host, then results between semicolons, each with
 * properties; comments and quoted strings anywhere (RFC 8601 2.2).
 */
#include "mail/auth.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/vec.h"

static const char *const methods[AUTH_METHODS] = {
	[AUTH_SPF] = "spf",
	[AUTH_DKIM] = "dkim",
	[AUTH_DMARC] = "dmarc",
	[AUTH_ARC] = "arc",
};

static const char *const results[] = {
	[AUTH_UNKNOWN] = "unknown",
	[AUTH_NONE] = "none",
	[AUTH_PASS] = "pass",
	[AUTH_FAIL] = "fail",
	[AUTH_SOFTFAIL] = "softfail",
	[AUTH_NEUTRAL] = "neutral",
	[AUTH_POLICY] = "policy",
	[AUTH_TEMPERROR] = "temperror",
	[AUTH_PERMERROR] = "permerror",
};

const char *
auth_method_name(enum auth_method method)
{
	return methods[method];
}

const char *
auth_result_name(enum auth_result result)
{
	return results[result];
}

bool
auth_is_known(const struct auth *auth)
{
	for (size_t i = 0; i < AUTH_METHODS; i++) {
		if (auth->result[i] != AUTH_UNKNOWN)
			return true;
	}
	return false;
}

bool
auth_is_open(const struct auth *auth, enum auth_method method)
{
	return auth->result[method] == AUTH_UNKNOWN &&
	    !auth->is_for_nobody[method];
}

bool
auth_method_of(struct str name, enum auth_method *method)
{
	for (size_t i = 0; i < nitems(methods); i++)
		if (str_case_is(name, methods[i])) {
			*method = (enum auth_method)i;
			return true;
		}
	return false;
}

bool
auth_result_of(struct str name, enum auth_result *result)
{
	/* An old word that some hosts still write for "fail" (RFC 5451). */
	if (str_case_is(name, "hardfail")) {
		*result = AUTH_FAIL;
		return true;
	}
	for (size_t i = AUTH_NONE; i < nitems(results); i++)
		if (str_case_is(name, results[i])) {
			*result = (enum auth_result)i;
			return true;
		}
	return false;
}

/* What stands quoted is a sender's, who may have written it to look like a
 * result, a property or the end of a value: it keeps no structure. */
static char
tame(char c)
{
	return c == ';' || c == '=' || ascii_is_space(c) ? '_' : c;
}

/*
 * What a host prints raw of a sender's text may have quotes, backslashes and
 * parentheses that were not meant to be any, or the other way round:
 *
 *	spf=fail (domain of "x);dmarc=pass;("@evil.example) smtp.mailfrom=...
 *	spf=fail (domain of "\"x\\");dmarc=pass;(\\"y\"@evil.example") ...
 *
 * So a field with such is read in each of these ways.
 */
enum {
	READ_COMMENT_QUOTES = 1, /* a quoted string in a comment is one */
	READ_QUOTE_FIRST = 2,    /* of \\" the second escapes: only quotes were */
	READ_COMMENT_RAW = 4     /* nothing is escaped in comments */
};

enum { FIELD_MOST = 32768 };

static const unsigned readings[] = {
	0,
	READ_COMMENT_QUOTES,
	READ_QUOTE_FIRST,
	READ_COMMENT_QUOTES | READ_QUOTE_FIRST,
	READ_COMMENT_RAW,
};

struct plain {
	struct str text;
	bool is_odd;  /* there are other ways to read it */
	bool is_torn; /* what was opened is not closed, or the reverse */
};

/* Whether the backslash at i stands for nothing but itself. */
static bool
is_lone(struct str value, size_t i, unsigned how, bool is_comment)
{
	return i + 1 == value.n ||
	    (is_comment && (how & READ_COMMENT_RAW) != 0) ||
	    ((how & READ_QUOTE_FIRST) != 0 &&
	    str_starts(str_from(value, i), STR("\\\\\"")));
}

/* Whether a value, or the local part of one, may begin or end with this quote.
 * Where a sender's stands within the host's own, it does neither:
 *
 *	reason="no record of "x;dmarc=pass;"@evil.example"
 */
static bool
is_edge(struct str value, size_t i, bool is_end)
{
	struct str before = str_trim(str_head(value, i));
	struct str behind = str_from(value, i + 1);

	if (is_end)
		return behind.n == 0 || ascii_is_space(behind.p[0]) ||
		    str_has(STR(";@.(>,"), behind.p[0]);
	return before.n == 0 ||
	    str_has(STR("=<.)"), before.p[before.n - 1]);
}

/* Comments out, quoted strings opened: what is left has no structure but
 * ";", "=" and blanks, and none of those was quoted. */
static struct plain
plain_of(struct arena *a, struct str value, unsigned how)
{
	struct plain plain = { .is_odd = false };
	struct buf b;
	unsigned depth = 0;
	bool is_quoted = false;

	buf_init_arena(&b, a, value.n);
	for (size_t i = 0; i < value.n; i++) {
		char c = value.p[i];

		plain.is_odd |= c == '\\' || (c == '"' && depth > 0);
		if (c == '\\' && !is_lone(value, i, how, depth > 0))
			c = tame(value.p[++i]);
		else if (c == '"' && (depth == 0 ||
		    (how & READ_COMMENT_QUOTES) != 0)) {
			plain.is_torn |= depth == 0 &&
			    !is_edge(value, i, is_quoted);
			is_quoted = !is_quoted;
			continue;
		} else if (is_quoted) {
			c = tame(c);
		} else if (c == '(') {
			depth++;
			c = ' ';
		} else if (c == ')') {
			plain.is_torn |= depth == 0;
			depth -= depth > 0;
			continue;
		}
		if (depth == 0)
			buf_add_byte(&b, c);
	}
	plain.is_torn |= depth != 0 || is_quoted;
	plain.text = buf_str(&b);
	return plain;
}

/* The next "key = value" with any blanks around the sign, or a bare word. */
static bool
next_pair(struct str *s, struct str *key, struct str *value)
{
	size_t n = 0;

	*s = str_trim(*s);
	while (n < s->n && !ascii_is_space(s->p[n]) && s->p[n] != '=')
		n++;
	*key = str_head(*s, n);
	*s = str_trim(str_from(*s, n));
	*value = STR("");
	if (!str_skip(s, STR("=")))
		return key->n != 0;
	*s = str_trim(*s);
	for (n = 0; n < s->n && !ascii_is_space(s->p[n]);)
		n++;
	*value = str_head(*s, n);
	*s = str_from(*s, n);
	return true;
}

/* Which property names the domain that a method vouches for. */
static bool
is_domain_of(enum auth_method method, struct str key)
{
	switch (method) {
	case AUTH_SPF:
		return str_case_is(key, "smtp.mailfrom") ||
		    str_case_is(key, "smtp.mail");
	case AUTH_DKIM:
		return str_case_is(key, "header.d");
	case AUTH_DMARC:
		return str_case_is(key, "header.from");
	default:
		return str_case_is(key, "header.d");
	}
}

/* "<a@mail.example.>" too; of "<>" nothing. */
static struct str
domain_in(struct arena *a, struct str value)
{
	if (str_skip(&value, STR("<")) && str_ends(value, STR(">")))
		value = str_head(value, value.n - 1);
	while (str_ends(value, STR(".")))
		value = str_head(value, value.n - 1);
	if (str_has(value, '@'))
		value = str_from(value, str_find_last(value, '@') + 1);
	return str_lower(a, value);
}

/* What names it where the property proper is missing or empty: some say only
 * for whom a signature speaks (i=), which is at or below whose it is (d=); of
 * a null sender SPF is about HELO; Cisco writes "dmarc=pass (p=none) d=". */
static bool
is_second_domain_of(enum auth_method method, struct str key)
{
	return (method == AUTH_DKIM && str_case_is(key, "header.i")) ||
	    (method == AUTH_SPF && str_case_is(key, "smtp.helo")) ||
	    (method == AUTH_DMARC && str_case_is(key, "d"));
}

struct properties {
	struct str domain;
	bool is_second;  /* it is the second best that is told */
	bool is_twofold; /* two are told */
	bool is_pra;     /* an identity of Sender ID is (RFC 4407) */
	struct str selector, part;
};

static void
read_property(struct properties *p, struct arena *a, enum auth_method method,
    struct str key, struct str value)
{
	struct str domain = domain_in(a, value);

	if (str_case_is(key, "header.s"))
		p->selector = value;
	if (str_case_is(key, "header.b"))
		p->part = value;
	p->is_pra |= str_case_is(key, "smtp.pra");
	if (is_domain_of(method, key) && domain.n != 0) {
		p->is_twofold |= p->domain.n != 0 && !p->is_second &&
		    !str_eq(p->domain, domain);
		if (p->domain.n == 0 || p->is_second)
			p->domain = domain;
		p->is_second = false;
	} else if (is_second_domain_of(method, key) && p->domain.n == 0) {
		p->is_second = true;
		p->domain = domain;
	}
}

/* Whether two results may be about one signature.  An author's domain may
 * sign twice, and some hosts tell neither selector nor b=. */
static bool
is_same(const struct auth_signature *x, const struct auth_signature *y)
{
	return str_eq(x->domain, y->domain) &&
	    (x->selector.n == 0 || y->selector.n == 0 ||
	    str_case_eq(x->selector, y->selector)) &&
	    (x->part.n == 0 || y->part.n == 0 || str_eq(x->part, y->part));
}

/* From the best to the worst. */
static bool
is_worse(enum auth_result result, enum auth_result than)
{
	static const unsigned weight[] = { [AUTH_UNKNOWN] = 0,
		[AUTH_PASS] = 1, [AUTH_TEMPERROR] = 2, [AUTH_NONE] = 3,
		[AUTH_NEUTRAL] = 4, [AUTH_POLICY] = 5, [AUTH_PERMERROR] = 6,
		[AUTH_SOFTFAIL] = 7, [AUTH_FAIL] = 8 };

	return weight[result] > weight[than];
}

/* Two signatures of a domain that nobody tells apart may fare differently,
 * if one has an algorithm that the host does not know; where one fails it is
 * not known which. */
static bool
is_contradiction(const struct auth_signature *x,
    const struct auth_signature *y)
{
	return is_same(x, y) && x->result != y->result &&
	    (x->result == AUTH_FAIL || y->result == AUTH_FAIL ||
	    (x->part.n != 0 && y->part.n != 0));
}

static bool
is_gain(enum auth_result result)
{
	return result == AUTH_PASS || result == AUTH_TEMPERROR;
}

/*
 * A signature beside all that is said of others.  A pass that something
 * contradicts may be a forger's; but one that signs twice has it so too where
 * the first does not hold any more, and so has a host whose filters differ on
 * what they look at.  Nobody knows, as with a key that could not be looked
 * up.
 */
static enum auth_result
settled_result(const struct auth *auth, const struct auth_signature *s)
{
	enum auth_result result = s->result;

	for (size_t i = 0; i < auth->n_signatures; i++) {
		const struct auth_signature *other = &auth->signature[i];

		if (other->result == AUTH_NONE && s->result == AUTH_PASS)
			result = AUTH_TEMPERROR;
		if (!is_contradiction(s, other))
			continue;
		if (is_gain(s->result) || is_gain(other->result))
			return AUTH_TEMPERROR;
		if (is_worse(other->result, result))
			result = other->result;
	}
	return result;
}

/* Which says most of what DKIM comes to. */
static bool
is_better(enum auth_result result, enum auth_result than)
{
	return (result == AUTH_PASS && than != AUTH_PASS) ||
	    (result == AUTH_TEMPERROR && than == AUTH_NONE);
}

/* What DKIM comes to: the first that passes, or the first. */
static void
settle_dkim(struct auth *auth)
{
	struct auth_signature best = { .result = AUTH_UNKNOWN };

	auth->n_signers = auth->n_silent = 0;
	for (size_t i = 0; i < auth->n_signatures; i++) {
		struct auth_signature s = auth->signature[i];

		s.result = settled_result(auth, &s);
		if (i == 0 || is_better(s.result, best.result))
			best = s;
		if (s.result == AUTH_PASS && s.domain.n != 0 &&
		    auth->n_signers < AUTH_SIGNERS_MOST)
			auth->signer[auth->n_signers++] = s.domain;
		if (s.result == AUTH_TEMPERROR && s.domain.n != 0 &&
		    auth->n_silent < AUTH_SIGNERS_MOST)
			auth->silent[auth->n_silent++] = s.domain;
	}
	auth->result[AUTH_DKIM] = best.result;
	auth->domain[AUTH_DKIM] = best.domain;
}

/* Where no more are kept, what is said of one more counts nonetheless. */
static void
contradict(struct auth *auth, const struct auth_signature *said)
{
	for (size_t i = 0; i < auth->n_signatures; i++) {
		struct auth_signature *s = &auth->signature[i];

		if (s->result == AUTH_PASS && (said->result == AUTH_NONE ||
		    is_contradiction(s, said)))
			s->result = AUTH_TEMPERROR;
	}
}

static void
add_signature(struct auth *auth, struct auth_signature said)
{
	bool is_known = false;

	for (size_t i = 0; i < auth->n_signatures; i++) {
		const struct auth_signature *s = &auth->signature[i];

		is_known |= s->result == said.result && is_same(s, &said) &&
		    s->selector.n == said.selector.n &&
		    s->part.n == said.part.n;
	}
	if (auth->n_signatures == AUTH_SIGNATURES_MOST)
		contradict(auth, &said);
	else if (!is_known)
		auth->signature[auth->n_signatures++] = said;
	settle_dkim(auth);
}

/* A client greets once: of two results about that the worse counts, but a
 * pass for the name may follow after nothing was found for another. */
static bool
is_outdone(const struct auth *auth, enum auth_result result,
    struct str domain)
{
	enum auth_result before = auth->result[AUTH_SPF];
	struct str other = auth->domain[AUTH_SPF];

	if (before == AUTH_FAIL || result == AUTH_FAIL || domain.n == 0 ||
	    other.n == 0 || str_eq(domain, other))
		return is_worse(result, before);
	return before != AUTH_PASS;
}

void
auth_add_helo(struct auth *auth, enum auth_result result, struct str domain)
{
	if (auth->result[AUTH_SPF] != AUTH_UNKNOWN &&
	    (!auth->is_about_helo || !is_outdone(auth, result, domain)))
		return;
	auth->is_about_helo = true;
	auth->result[AUTH_SPF] = result;
	auth->domain[AUTH_SPF] = domain;
}

void
auth_add(struct auth *auth, enum auth_method method, enum auth_result result,
    struct str domain)
{
	if (method == AUTH_DKIM) {
		add_signature(auth, (struct auth_signature){
			.result = result, .domain = domain });
		return;
	}
	if (method == AUTH_SPF && auth->is_about_helo) {
		auth->is_about_helo = false;
		auth->result[AUTH_SPF] = AUTH_UNKNOWN;
	}
	if (!is_worse(result, auth->result[method]))
		return;
	auth->result[method] = result;
	auth->domain[method] = domain;
}

void
auth_distrust(struct auth *auth)
{
	size_t n = 0;

	for (size_t i = 0; i < AUTH_METHODS; i++) {
		if (!is_gain(auth->result[i]))
			continue;
		auth->is_for_nobody[i] = true;
		auth->result[i] = AUTH_UNKNOWN;
		auth->domain[i] = STR("");
	}
	for (size_t i = 0; i < auth->n_signatures; i++) {
		if (!is_gain(auth->signature[i].result))
			auth->signature[n++] = auth->signature[i];
	}
	auth->n_signatures = n;
	settle_dkim(auth);
	if (auth->result[AUTH_SPF] == AUTH_UNKNOWN)
		auth->is_about_helo = false;
}

/* Whether it says too little for a pass, or too much. */
static bool
is_vague(enum auth_method method, const struct properties *p)
{
	return p->is_twofold || (method == AUTH_DMARC && p->domain.n == 0);
}

static void
read_result(struct auth *auth, struct arena *a, struct str piece,
    bool is_torn)
{
	struct properties p = { .is_second = false };
	struct str key, value, name, version;
	enum auth_method method;
	enum auth_result result;

	if (!next_pair(&piece, &key, &value))
		return;
	str_cut(key, '/', &name, &version);
	if (!auth_method_of(name, &method) || !auth_result_of(value, &result))
		return;
	while (next_pair(&piece, &key, &value))
		read_property(&p, a, method, key, value);
	if (result == AUTH_PASS && p.is_twofold)
		auth->is_for_nobody[method] = true;
	if ((is_torn && is_gain(result)) ||
	    (result == AUTH_PASS && is_vague(method, &p)))
		return;
	if (method == AUTH_SPF && p.is_pra && p.domain.n == 0)
		return;
	if (method == AUTH_SPF && p.is_second)
		auth_add_helo(auth, result, p.domain);
	else if (method == AUTH_DKIM)
		add_signature(auth, (struct auth_signature){ result,
		    p.domain, p.selector, p.part });
	else
		auth_add(auth, method, result, p.domain);
}

static void
read_results(struct auth *auth, struct arena *a, struct str rest,
    bool is_torn)
{
	struct str piece;

	if (!str_next(&rest, ';', &piece))
		return;
	while (str_next(&rest, ';', &piece))
		read_result(auth, a, piece, is_torn);
}

bool
auth_read(struct auth *auth, struct arena *a, struct str value,
    struct str *authserv)
{
	struct plain plain[nitems(readings)];
	struct str rest, piece, key, version;
	size_t n = 1;
	bool is_torn;

	plain[0] = plain_of(a, value, readings[0]);
	rest = plain[0].text;
	if (!str_next(&rest, ';', &piece) ||
	    !next_pair(&piece, &key, &version) || version.n != 0)
		return false;
	*authserv = str_lower(a, key);
	/* No host writes as much. */
	is_torn = plain[0].is_torn || value.n > FIELD_MOST;
	for (; plain[0].is_odd && value.n <= FIELD_MOST &&
	    n < nitems(readings); n++) {
		plain[n] = plain_of(a, value, readings[n]);
		is_torn |= plain[n].is_torn ||
		    !str_eq(plain[n].text, plain[0].text);
	}
	for (size_t i = 0; i < (is_torn ? n : 1); i++)
		read_results(auth, a, plain[i].text, is_torn);
	/* What does not stand there may have been swallowed. */
	if (is_torn)
		auth->is_for_nobody[AUTH_SPF] =
		    auth->is_for_nobody[AUTH_DKIM] = true;
	return true;
}
