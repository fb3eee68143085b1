/* SPDX-License-Identifier: Apache-2.0 */
/* A method after the other, with semicolons between. */
#include "check/authreport.h"

#include "base/arena.h"
#include "base/buf.h"

enum { VALUE_MOST = 256, REPORT_MOST = 8192 };

/* RFC 2045 5.1, and "@", which addresses may have (RFC 8601 2.2). */
static bool
is_word_byte(char c)
{
	return c > ' ' && c < 0x7f && !str_has(STR("()<>,;:\\\"/[]?="), c);
}

static bool
is_word(struct str s)
{
	size_t ats = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (!is_word_byte(s.p[i]))
			return false;
		ats += s.p[i] == '@';
	}
	return s.n != 0 && ats <= 1;
}

static void
put_quoted(struct buf *to, struct str s)
{
	buf_add_byte(to, '"');
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c < ' ' || c >= 0x7f)
			c = '?';
		if (c == '"' || c == '\\')
			buf_add_byte(to, '\\');
		buf_add_byte(to, c);
	}
	buf_add_byte(to, '"');
}

void
auth_report_pair(struct buf *to, const char *key, struct str value)
{
	value = str_head(value, VALUE_MOST);
	buf_printf(to, " %s=", key);
	if (is_word(value))
		buf_add_str(to, value);
	else
		put_quoted(to, value);
}

static void
put_result(struct buf *to, enum auth_method m, enum auth_result result)
{
	buf_printf(to, "%s%s=%s", buf_str(to).n == 0 ? "" : "; ",
	    auth_method_name(m), auth_result_name(result));
}

static void
put_spf(struct buf *to, const struct auth_report *r)
{
	if (r->auth->result[AUTH_SPF] == AUTH_UNKNOWN)
		return;
	put_result(to, AUTH_SPF, r->auth->result[AUTH_SPF]);
	if (r->mail_from.n != 0)
		auth_report_pair(to, "smtp.mailfrom", r->mail_from);
	else if (r->helo.n != 0)
		auth_report_pair(to, "smtp.helo", r->helo);
}

static void
put_signature(struct buf *to, const struct dkim_result *s)
{
	put_result(to, AUTH_DKIM, s->result);
	if (s->problem != NULL)
		auth_report_pair(to, "reason", str_of(s->problem));
	if (s->domain.n != 0)
		auth_report_pair(to, "header.d", s->domain);
	if (s->selector.n != 0)
		auth_report_pair(to, "header.s", s->selector);
	if (s->mark.n != 0)
		auth_report_pair(to, "header.b", s->mark);
}

static void
put_dkim(struct buf *to, const struct auth_report *r)
{
	if (r->auth->result[AUTH_DKIM] == AUTH_UNKNOWN)
		return;
	for (size_t i = 0; i < r->dkim->n; i++)
		put_signature(to, &r->dkim->at[i]);
	if (r->dkim->n == 0)
		put_result(to, AUTH_DKIM, r->auth->result[AUTH_DKIM]);
}

/* Who reads only this field is told what the domain's own policy comes to;
 * what outweighs it is the reason (RFC 7489 6.7). */
static void
put_dmarc(struct buf *to, const struct auth_report *r)
{
	enum auth_result result = r->auth->result[AUTH_DMARC];

	if (result == AUTH_UNKNOWN)
		return;
	put_result(to, AUTH_DMARC, r->override.n != 0 ? AUTH_FAIL : result);
	if (r->override.n != 0)
		auth_report_pair(to, "reason", r->override);
	if (r->from.n != 0)
		auth_report_pair(to, "header.from", r->from);
	if (r->policy.n != 0)
		auth_report_pair(to, "policy.dmarc", r->policy);
}

static void
put_arc(struct buf *to, const struct auth_report *r)
{
	if (r->auth->result[AUTH_ARC] == AUTH_UNKNOWN)
		return;
	put_result(to, AUTH_ARC, r->auth->result[AUTH_ARC]);
	if (r->arc_chain.n != 0)
		auth_report_pair(to, "arc.chain", r->arc_chain);
}

struct str
auth_report_write(struct arena *a, const struct auth_report *r)
{
	struct buf b;

	buf_init_arena(&b, a, REPORT_MOST);
	put_spf(&b, r);
	put_dkim(&b, r);
	put_dmarc(&b, r);
	put_arc(&b, r);
	return buf_str(&b);
}
