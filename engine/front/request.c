/* SPDX-License-Identifier: Apache-2.0 */
/* One row a header. */
#include "front/request.h"

#include "base/clock.h"
#include "front/httpparse.h"
#include "front/mtaresult.h"
#include "front/wish.h"
#include "mail/auth.h"
#include "rule/explain.h"
#include "scan/scan.h"

enum { WIDTH_LEAST = 20, WIDTH_MOST = 1000 };

struct reading {
	struct request *request;
	struct scan *scan;
	struct arena *arena;
	struct envelope *env;
	bool is_trusted;
};

/* "<a@b>" or "a@b"; a null sender is "<>" or nothing. */
static struct str
unbracket(struct str s)
{
	s = str_trim(s);
	if (s.n >= 2 && s.p[0] == '<' && s.p[s.n - 1] == '>')
		s = str_trim(str_sub(s, 1, s.n - 1));
	return s;
}

static void
read_ip(struct reading *r, struct str value)
{
	struct addr addr;

	if (addr_parse(value, &addr))
		r->env->ip = addr;
}

static void
read_helo(struct reading *r, struct str value)
{
	r->env->helo = value;
}

/* "unknown", or the address in brackets: a look-up that found nothing. */
static void
read_hostname(struct reading *r, struct str value)
{
	bool is_none = str_case_is(value, "unknown") ||
	    str_starts(value, STR("["));

	r->env->has_rdns = true;
	r->env->rdns = is_none ? STR("") : value;
}

static void
read_from(struct reading *r, struct str value)
{
	r->env->mail_from = unbracket(value);
	r->env->has_mail_from = true;
}

/* The end of the first entry of a list; commas in quotes do not count. */
static size_t
entry_end(struct str list)
{
	bool is_quoted = false;
	size_t i;

	for (i = 0; i < list.n; i++) {
		if (list.p[i] == '\\' && is_quoted)
			i++;
		else if (list.p[i] == '"')
			is_quoted = !is_quoted;
		else if (list.p[i] == ',' && !is_quoted)
			break;
	}
	return i < list.n ? i : list.n;
}

static void
read_rcpt(struct reading *r, struct str value)
{
	while (value.n != 0) {
		size_t end = entry_end(value);

		envelope_add_rcpt(r->env, r->arena,
		    unbracket(str_head(value, end)));
		value = str_from(value, end + 1);
	}
}

/* Where it will be delivered: counts as recipient when none is named. */
static void
read_deliver_to(struct reading *r, struct str value)
{
	if (r->env->rcpt.n == 0)
		read_rcpt(r, value);
}

static void
read_user(struct reading *r, struct str value)
{
	r->env->user = value;
}

static void
read_queue_id(struct reading *r, struct str value)
{
	r->env->queue_id = value;
}

static void
read_tls(struct reading *r, struct str value)
{
	r->env->tls = value;
}

static void
read_auth(struct reading *r, struct str value)
{
	struct str authserv;

	if (r->is_trusted)
		auth_read(&r->env->auth, r->arena, value, &authserv);
}

static void
read_date(struct reading *r, struct str value)
{
	int32_t day;

	if (r->is_trusted && day_parse(value, &day))
		r->scan->day = day;
}

static void
read_spf(struct reading *r, struct str value)
{
	if (r->is_trusted)
		mta_result_read(&r->env->auth, r->arena, AUTH_SPF, value);
}

static void
read_dkim(struct reading *r, struct str value)
{
	if (r->is_trusted)
		mta_result_read(&r->env->auth, r->arena, AUTH_DKIM, value);
}

static void
read_dmarc(struct reading *r, struct str value)
{
	if (r->is_trusted)
		mta_result_read(&r->env->auth, r->arena, AUTH_DMARC, value);
}

static void
read_arc(struct reading *r, struct str value)
{
	if (r->is_trusted)
		mta_result_read(&r->env->auth, r->arena, AUTH_ARC, value);
}

static void
read_log(struct reading *r, struct str value)
{
	if (r->is_trusted && str_case_is(value, "no"))
		r->scan->is_unlogged = true;
}

static void
read_settings_id(struct reading *r, struct str value)
{
	if (r->is_trusted)
		r->scan->asked = value;
}

static void
read_settings(struct reading *r, struct str value)
{
	if (r->is_trusted)
		r->scan->wish = wish_read(r->arena, value);
}

static void
read_tag(struct reading *r, struct str value)
{
	r->scan->tag = value;
}

/* Where the gateway has no other word for the message. */
static void
read_mta_tag(struct reading *r, struct str value)
{
	if (r->scan->tag.n == 0)
		r->scan->tag = value;
}

/* Of some clients the only word that there was TLS. */
static void
read_tls_cipher(struct reading *r, struct str value)
{
	if (r->env->tls.n == 0)
		r->env->tls = value;
}

static void
read_url_format(struct reading *r, struct str value)
{
	r->request->wants_urls = str_case_is(value, "extended");
}

/* Those of rspamd that mean something here, and one of our own. */
static void
read_flags(struct reading *r, struct str value)
{
	struct request *q = r->request;
	struct str flag;

	while (str_next(&value, ',', &flag)) {
		flag = str_trim(flag);
		if (str_case_is(flag, "skip") ||
		    str_case_is(flag, "skip_process"))
			q->wants_skip = true;
		else if (str_case_is(flag, "no_log"))
			read_log(r, STR("no"));
		else if (str_case_is(flag, "ext_urls"))
			q->wants_urls = true;
		else if (str_case_is(flag, "groups"))
			q->wants_groups = true;
		else if (str_case_is(flag, "notes"))
			q->wants_notes = true;
		else if (str_case_is(flag, "zstd"))
			q->reply_packing = PACKING_ZSTD;
	}
}

/* RFC 9110 12.5.3: of those we know the first, zstd before all. */
static void
read_accept(struct reading *r, struct str value)
{
	struct str entry, name, weight;
	enum packing packing;

	while (str_next(&value, ',', &entry)) {
		str_cut(entry, ';', &name, &weight);
		weight = str_trim(weight);
		if (str_is(weight, "q=0") || str_starts(weight, STR("q=0.0")) ||
		    str_trim(name).n == 0 ||
		    !packing_of(str_trim(name), &packing))
			continue;
		if (packing == PACKING_ZSTD ||
		    r->request->reply_packing == PACKING_NONE)
			r->request->reply_packing = packing;
	}
}

static const struct {
	const char *name;
	void (*read)(struct reading *r, struct str value);
} rows[] = {
	{ "IP", read_ip },
	{ "Helo", read_helo },
	{ "Hostname", read_hostname },
	{ "From", read_from },
	{ "Rcpt", read_rcpt },
	{ "User", read_user },
	{ "Queue-ID", read_queue_id },
	{ "TLS-Version", read_tls },
	{ "Authentication-Results", read_auth },
	{ "SPF", read_spf },
	{ "DKIM", read_dkim },
	{ "DMARC", read_dmarc },
	{ "ARC", read_arc },
	{ "Sekisho-At", read_date },
	{ "Settings-ID", read_settings_id },
	{ "Settings", read_settings },
	{ "Log", read_log },
	{ "Log-Tag", read_tag },
	{ "URL-Format", read_url_format },
	{ "Flags", read_flags },
	{ "Accept-Encoding", read_accept },
	/* Each behind the one that it stands in for, whatever the order in
	 * the request. */
	{ "Deliver-To", read_deliver_to },
	{ "TLS-Cipher", read_tls_cipher },
	{ "MTA-Tag", read_mta_tag },
};

static const char *const refused[] = { "File", "Path", "Shm", "Shm-Offset",
	"Shm-Length" };

/* Both say how the body is packed; clients send one of them or both. */
static const char *const codings[] = { "Compression", "Content-Encoding" };

static bool
may_read(const struct http_parse *p, const char **why)
{

	for (size_t i = 0; i < nitems(refused); i++) {
		if (http_field(p, refused[i]) == NULL)
			continue;
		*why = "the message comes in the request, never from a file "
		       "or shared memory";
		return false;
	}
	return true;
}

static bool
read_codings(struct request *r, const struct http_parse *p, const char **why)
{
	const struct http_field *f;
	enum packing packing;

	for (size_t i = 0; i < nitems(codings); i++) {
		f = http_field(p, codings[i]);
		if (f == NULL)
			continue;
		if (!packing_of(f->value, &packing)) {
			*why = "of packed messages gzip, deflate and zstd are "
			       "understood";
			return false;
		}
		if (packing != PACKING_NONE)
			r->packing = packing;
	}
	f = http_field(p, "Dictionary");
	if (f != NULL && f->value.n != 0 && r->packing != PACKING_NONE) {
		*why = "dictionaries of zstd are not known here";
		return false;
	}
	return true;
}

bool
request_read(struct request *out, struct scan *s, const struct http_parse *p,
    bool is_trusted, const char **why)
{
	struct reading r = { .request = out, .scan = s, .arena = s->arena,
		.env = &s->envelope, .is_trusted = is_trusted };
	const struct http_field *f;

	*out = (struct request){ .packing = PACKING_NONE };
	if (!may_read(p, why) || !read_codings(out, p, why))
		return false;
	for (size_t i = 0; i < nitems(rows); i++) {
		VEC_EACH(f, &p->fields) {
			if (str_case_is(f->name, rows[i].name))
				rows[i].read(&r, str_copy(s->arena, f->value));
		}
	}
	return true;
}

void
request_read_field(struct scan *s, struct str name, struct str value,
    bool is_trusted)
{
	struct request ignored = { .packing = PACKING_NONE };
	struct reading r = { .request = &ignored, .scan = s,
		.arena = s->arena, .env = &s->envelope,
		.is_trusted = is_trusted };

	for (size_t i = 0; i < nitems(rows); i++) {
		if (str_case_is(name, rows[i].name))
			rows[i].read(&r, str_copy(s->arena, value));
	}
}

bool
request_wants_text(struct explain_conf *conf, const struct http_parse *p)
{
	const struct http_field *f = http_field(p, "Sekisho-Text");
	struct str rest, word;
	int64_t width;

	if (f == NULL)
		return false;
	rest = f->value;
	while (str_next(&rest, ' ', &word)) {
		if (str_is(word, "ja") || str_is(word, "en"))
			conf->lang = word;
		else if (str_is(word, "colour"))
			conf->is_coloured = true;
		else if (str_is(word, "markdown"))
			conf->is_markdown = true;
		else if (str_to_int(word, &width) && width >= WIDTH_LEAST &&
		    width <= WIDTH_MOST)
			conf->width = (unsigned)width;
	}
	return true;
}
