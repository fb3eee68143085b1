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

/* Comments out, quoted strings opened: what is left has no structure but
 * ";", "=" and blanks, and none of those was quoted. */
static struct str
plain_of(struct arena *a, struct str value)
{
	struct buf b;
	unsigned depth = 0;
	bool is_quoted = false;

	buf_init_arena(&b, a, value.n);
	for (size_t i = 0; i < value.n; i++) {
		char c = value.p[i];

		if (c == '\\' && i + 1 < value.n)
			c = tame(value.p[++i]);
		else if (c == '"' && depth == 0) {
			is_quoted = !is_quoted;
			continue;
		} else if (c == '(' && !is_quoted) {
			depth++;
			c = ' ';
		} else if (c == ')' && depth > 0) {
			depth--;
			continue;
		} else if (is_quoted) {
			c = tame(c);
		}
		if (depth == 0)
			buf_add_byte(&b, c);
	}
	return buf_str(&b);
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
 * a null sender SPF is about HELO. */
static bool
is_second_domain_of(enum auth_method method, struct str key)
{
	return (method == AUTH_DKIM && str_case_is(key, "header.i")) ||
	    (method == AUTH_SPF && str_case_is(key, "smtp.helo"));
}

static struct str
domain_of(struct arena *a, enum auth_method method, struct str properties,
    bool *is_second)
{
	struct str key, value, domain, second = STR("");

	*is_second = false;
	while (next_pair(&properties, &key, &value)) {
		domain = domain_in(a, value);
		if (is_domain_of(method, key) && domain.n != 0) {
			*is_second = false;
			return domain;
		}
		if (is_second_domain_of(method, key) && !*is_second) {
			*is_second = true;
			second = domain;
		}
	}
	return second;
}

void
auth_add_helo(struct auth *auth, enum auth_result result, struct str domain)
{
	if (auth->result[AUTH_SPF] != AUTH_UNKNOWN &&
	    (!auth->is_about_helo || auth->result[AUTH_SPF] == AUTH_PASS))
		return;
	auth->is_about_helo = true;
	auth->result[AUTH_SPF] = result;
	auth->domain[AUTH_SPF] = domain;
}

void
auth_add(struct auth *auth, enum auth_method method, enum auth_result result,
    struct str domain)
{
	enum auth_result before = auth->result[method];

	if (method == AUTH_SPF && auth->is_about_helo) {
		auth->is_about_helo = false;
		before = AUTH_UNKNOWN;
	}
	if (method == AUTH_DKIM && result == AUTH_PASS && domain.n != 0 &&
	    auth->n_signers < AUTH_SIGNERS_MOST)
		auth->signer[auth->n_signers++] = domain;
	if (method == AUTH_DKIM && result == AUTH_TEMPERROR &&
	    domain.n != 0 && auth->n_silent < AUTH_SIGNERS_MOST)
		auth->silent[auth->n_silent++] = domain;
	if (before != AUTH_UNKNOWN &&
	    (result != AUTH_PASS || before == AUTH_PASS))
		return;
	auth->result[method] = result;
	auth->domain[method] = domain;
}

static void
read_result(struct auth *auth, struct arena *a, struct str piece)
{
	struct str key, value, name, version;
	enum auth_method method;
	enum auth_result result;
	struct str domain;
	bool is_second;

	if (!next_pair(&piece, &key, &value))
		return;
	str_cut(key, '/', &name, &version);
	if (!auth_method_of(name, &method) || !auth_result_of(value, &result))
		return;
	domain = domain_of(a, method, piece, &is_second);
	if (method == AUTH_SPF && is_second)
		auth_add_helo(auth, result, domain);
	else
		auth_add(auth, method, result, domain);
}

bool
auth_read(struct auth *auth, struct arena *a, struct str value,
    struct str *authserv)
{
	struct str rest = plain_of(a, value), piece, key, version;

	if (!str_next(&rest, ';', &piece) ||
	    !next_pair(&piece, &key, &version) || version.n != 0)
		return false;
	*authserv = str_lower(a, key);
	while (str_next(&rest, ';', &piece))
		read_result(auth, a, piece);
	return true;
}
