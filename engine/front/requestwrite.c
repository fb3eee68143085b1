/* SPDX-License-Identifier: Apache-2.0 */
#include "front/requestwrite.h"

#include "base/arena.h"
#include "base/buf.h"
#include "mail/envelope.h"

void
request_add(request_field_list *to, struct arena *a, const char *name,
    struct str value)
{
	struct request_field *field = VEC_ADD(a, to);

	field->name = str_of(name);
	field->value = value;
}

void
request_add_token(request_field_list *to, struct arena *a, struct str token)
{
	request_add(to, a, "Authorization", str_cat(a, STR("Bearer "),
	    token));
}

/* RFC 8601: "sekisho; spf=fail; dkim=none". */
static void
add_auth(request_field_list *to, struct arena *a, const struct auth *auth)
{
	struct str value = STR("sekisho");

	for (int i = 0; i < AUTH_METHODS; i++)
		if (auth->result[i] != AUTH_UNKNOWN)
			value = str_printf(a, "%" STR_FMT "; %s=%s",
			    STR_ARG(value),
			    auth_method_name((enum auth_method)i),
			    auth_result_name(auth->result[i]));
	if (!str_is(value, "sekisho"))
		request_add(to, a, "Authentication-Results", value);
}

static void
add_path(request_field_list *to, struct arena *a, const char *name,
    struct str mailbox)
{
	request_add(to, a, name, str_cat(a, STR("<"), mailbox, STR(">")));
}

static void
add_known(request_field_list *to, struct arena *a, const char *name,
    struct str value)
{
	if (value.n != 0)
		request_add(to, a, name, value);
}

/* The names every gateway of this protocol uses. */
void
request_add_envelope(request_field_list *to, struct arena *a,
    const struct envelope *env)
{
	char ip[ADDR_TEXT];
	const struct str *rcpt;

	if (env->ip.family != 0) {
		addr_format(&env->ip, ip);
		request_add(to, a, "IP", str_copy(a, str_of(ip)));
	}
	add_known(to, a, "Helo", env->helo);
	if (env->has_rdns)
		request_add(to, a, "Hostname", env->rdns.n == 0 ?
		    STR("unknown") : env->rdns);
	if (env->has_mail_from)
		add_path(to, a, "From", env->mail_from);
	VEC_EACH(rcpt, &env->rcpt)
		add_path(to, a, "Rcpt", *rcpt);
	add_known(to, a, "User", env->user);
	add_known(to, a, "Queue-ID", env->queue_id);
	add_auth(to, a, &env->auth);
}

static void
write_field(struct buf *b, struct str name, struct str value)
{
	buf_printf(b, "%" STR_FMT ": ", STR_ARG(name));
	for (size_t i = 0; i < value.n; i++)
		if ((unsigned char)value.p[i] >= 0x20 && value.p[i] != 0x7f)
			buf_add_byte(b, value.p[i]);
	buf_add_str(b, STR("\r\n"));
}

void
request_write(struct buf *b, struct str path, struct str host,
    const request_field_list *fields, struct str body)
{
	const struct request_field *field;

	buf_printf(b, "POST %" STR_FMT " HTTP/1.1\r\n", STR_ARG(path));
	write_field(b, STR("Host"), host);
	VEC_EACH(field, fields)
		write_field(b, field->name, field->value);
	buf_printf(b, "Content-Length: %zu\r\nConnection: close\r\n\r\n",
	    body.n);
	buf_add_str(b, body);
}
