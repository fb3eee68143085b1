/* SPDX-License-Identifier: Apache-2.0 */
/* Fields of a sample's envelope, in a table: how each is read and written. */
#include "mail/xtest.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/vec.h"
#include "mail/address.h"
#include "mail/envelope.h"

static bool
take_ip(struct envelope *env, struct arena *a, struct str value)
{
	(void)a;
	return addr_parse(value, &env->ip);
}

static bool
take_helo(struct envelope *env, struct arena *a, struct str value)
{
	(void)a;
	env->helo = value;
	return true;
}

static bool
take_rdns(struct envelope *env, struct arena *a, struct str value)
{
	(void)a;
	env->has_rdns = true;
	env->rdns = str_case_is(value, "none") ? STR("") : value;
	return true;
}

static bool
take_mail_from(struct envelope *env, struct arena *a, struct str value)
{
	(void)a;
	env->has_mail_from = true;
	env->mail_from = address_unbracket(value);
	return true;
}

static bool
take_rcpt(struct envelope *env, struct arena *a, struct str value)
{
	*VEC_ADD(a, &env->rcpt) = address_unbracket(value);
	return value.n != 0;
}

static bool
take_user(struct envelope *env, struct arena *a, struct str value)
{
	(void)a;
	env->user = value;
	return true;
}

static bool
take_auth(struct envelope *env, struct arena *a, struct str value)
{
	struct str bad;

	(void)a;
	return xtest_auth(env, value, &bad);
}

static const struct row {
	struct str name;
	bool (*take)(struct envelope *env, struct arena *a, struct str value);
} rows[] = {
	{ STR_INIT("X-Test-IP"), take_ip },
	{ STR_INIT("X-Test-Helo"), take_helo },
	{ STR_INIT("X-Test-Rdns"), take_rdns },
	{ STR_INIT("X-Test-Mail-From"), take_mail_from },
	{ STR_INIT("X-Test-Rcpt"), take_rcpt },
	{ STR_INIT("X-Test-User"), take_user },
	{ STR_INIT("X-Test-Auth"), take_auth },
};

static bool
auth_one(struct envelope *env, struct str piece)
{
	enum auth_method method;
	enum auth_result result;
	struct str name, value;

	if (!str_cut(piece, '=', &name, &value) ||
	    !auth_method_of(str_trim(name), &method) ||
	    !auth_result_of(str_trim(value), &result))
		return false;
	env->auth.result[method] = result;
	return true;
}

bool
xtest_auth(struct envelope *env, struct str text, struct str *bad)
{
	struct str word, piece;

	env->auth.source = STR("X-Test-Auth");
	while (str_next(&text, ',', &word))
		while (str_next(&word, ' ', &piece)) {
			if (str_trim(piece).n == 0)
				continue;
			if (!auth_one(env, str_trim(piece))) {
				*bad = piece;
				return false;
			}
		}
	return true;
}

static const struct row *
row_of(struct str name)
{
	for (size_t i = 0; i < nitems(rows); i++)
		if (str_case_eq(rows[i].name, str_trim(name)))
			return &rows[i];
	return NULL;
}

bool
xtest_take(struct envelope *env, struct arena *a, struct str *raw,
    struct str *bad)
{
	for (;;) {
		struct str rest = *raw, line, name, value;
		const struct row *row;

		if (!str_next(&rest, '\n', &line) ||
		    !str_cut(line, ':', &name, &value))
			return true;
		row = row_of(name);
		if (row == NULL)
			return true;
		if (!row->take(env, a, str_trim(value))) {
			*bad = str_trim(line);
			return false;
		}
		*raw = rest;
	}
}

static void
write_one(struct buf *to, const char *name, struct str value)
{
	buf_printf(to, "X-Test-%s: ", name);
	for (size_t i = 0; i < value.n; i++)
		buf_add_byte(to, value.p[i] == '\r' || value.p[i] == '\n' ?
		    ' ' : value.p[i]);
	buf_add_str(to, STR("\r\n"));
}

static void
write_auth(struct buf *to, const struct auth *auth)
{
	const char *between = "X-Test-Auth: ";

	for (int i = 0; i < AUTH_METHODS; i++) {
		if (auth->result[i] == AUTH_UNKNOWN)
			continue;
		buf_printf(to, "%s%s=%s", between, auth_method_name(i),
		    auth_result_name(auth->result[i]));
		between = " ";
	}
	if (between[0] == ' ')
		buf_add_str(to, STR("\r\n"));
}

void
xtest_write(struct buf *to, const struct envelope *env)
{
	char ip[ADDR_TEXT];
	const struct str *rcpt;

	if (env->ip.family != 0) {
		addr_format(&env->ip, ip);
		write_one(to, "IP", str_of(ip));
	}
	if (env->helo.n != 0)
		write_one(to, "Helo", env->helo);
	if (env->has_rdns)
		write_one(to, "Rdns", env->rdns.n == 0 ? STR("none") :
		    env->rdns);
	if (env->has_mail_from)
		write_one(to, "Mail-From", env->mail_from.n == 0 ? STR("<>") :
		    env->mail_from);
	VEC_EACH(rcpt, &env->rcpt)
		write_one(to, "Rcpt", *rcpt);
	if (env->user.n != 0)
		write_one(to, "User", env->user);
	write_auth(to, &env->auth);
}
