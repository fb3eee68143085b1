/* SPDX-License-Identifier: Apache-2.0 */
/* A row for each field that a mail can be made for. */
#include "rule/selfmail.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "mail/auth.h"
#include "rule/expand.h"
#include "rule/fact.h"
#include "rule/rebuild.h"
#include "rule/refang.h"

#define STRANGER "info@sender.example"
#define VICTIM "taro@victim.example"
#define SITE "https://site.example"

enum { MANY_MOST = 500 };

struct maker {
	struct arena *arena;
	const struct value *v;
	struct pack_test *test;
	struct str *variant;
	struct str text;    /* without prefix */
	bool is_literal, is_whole;
};

/* Puts the value in its place; the text says why it cannot be, or "". */
typedef struct str place_fn(struct maker *m);

/* The placeholders of expand.c, each as something it stands for. */
static const struct {
	struct str name, sample;
} placeholders[] = {
	{ STR_INIT("<any>"), STR_INIT("ABC") },
	{ STR_INIT("<num>"), STR_INIT("7") },
	{ STR_INIT("<date>"), STR_INIT("2026年2月9日") },
	{ STR_INIT("<email>"), STR_INIT(VICTIM) },
	{ STR_INIT("<rcpt>"), STR_INIT(VICTIM) },
	{ STR_INIT("<alnum>"), STR_INIT("a1B2") },
	{ STR_INIT("<hex>"), STR_INIT("0a1f") },
};

static size_t
add_placeholder(struct buf *b, struct str rest)
{
	for (size_t i = 0; i < nitems(placeholders); i++)
		if (str_starts(rest, placeholders[i].name)) {
			buf_add_str(b, placeholders[i].sample);
			return placeholders[i].name.n;
		}
	return 0;
}

/* A mask: in prose only a run is one, a single sign is a bullet. */
static size_t
add_mask(struct buf *b, struct str s, size_t at, bool is_url)
{
	size_t count, n = expand_mask_run(s, at, is_url, &count);

	if (n == 0 || (!is_url && count == 1))
		return 0;
	buf_add_str(b, STR("xx"));
	return n;
}

static struct str
fill(const struct maker *m, struct str s, bool is_url)
{
	bool is_open;
	struct buf b;

	if (m->is_literal)
		return s;
	is_open = expand_cut_tail(&s);
	buf_init_arena(&b, m->arena, 4 * s.n + 256);
	for (size_t at = 0; at < s.n;) {
		size_t n = add_placeholder(&b, str_from(s, at));

		if (n == 0)
			n = add_mask(&b, s, at, is_url);
		if (n == 0)
			buf_add_byte(&b, s.p[at++]);
		at += n;
	}
	if (is_open)
		buf_add_str(&b, STR("x1"));
	return buf_str(&b);
}

/* What people read. */
static struct str
phrase(const struct maker *m)
{
	struct str s = fill(m, m->text, false);

	return m->is_literal ? s : refang(m->arena, s);
}

/* A host, an address: masks first, since refanging may take them away. */
static struct str
address(const struct maker *m)
{
	return refang_address(m->arena, fill(m, str_trim(m->text), true));
}

static struct str
below(const struct maker *m, const char *in_front)
{
	struct str host = address(m);

	str_skip(&host, STR("."));
	return str_cat(m->arena, str_of(in_front), host);
}

static void
add_link(struct maker *m, struct str href, struct str text)
{
	*VEC_ADD(m->arena, &m->test->links) = (struct pack_test_link){
		.text = text, .href = href };
}

static void
add_header(struct maker *m, struct str name, struct str value)
{
	*VEC_ADD(m->arena, &m->test->headers) = (struct pack_test_header){
		.name = name, .value = value };
}

static struct str
place_ip(struct maker *m)
{
	char text[ADDR_TEXT];

	addr_format(&m->v->pattern.net.addr, text);
	m->test->ip = str_copy(m->arena, str_of(text));
	return STR("");
}

static struct str
place_helo(struct maker *m)
{
	m->test->helo = address(m);
	if (m->v->is_spoofed)
		m->test->rdns = STR("host.sender.example");
	return STR("");
}

static struct str
place_rdns(struct maker *m)
{
	m->test->ip = STR("192.0.2.1");
	m->test->rdns = address(m);
	return STR("");
}

static struct str
place_relay(struct maker *m)
{
	struct str name = address(m);
	struct addr addr;

	add_header(m, STR("Received"), addr_parse(name, &addr)
	    ? str_cat(m->arena, STR("from unknown (unknown ["), name,
	    STR("]) by mx.victim.example; Mon, 9 Feb 2026 10:00:00 +0900"))
	    : str_cat(m->arena, STR("from "), name, STR(" ("), name,
	    STR(" [192.0.2.1]) by mx.victim.example; "
	    "Mon, 9 Feb 2026 10:00:00 +0900")));
	return STR("");
}

static struct str
mailbox(const struct maker *m)
{
	struct str s = address(m);

	return str_starts(s, STR("@")) ? str_cat(m->arena, STR("xx"), s) : s;
}

static struct str
place_mail_from(struct maker *m)
{
	m->test->mail_from = mailbox(m);
	return STR("");
}

static struct str
place_mail_from_domain(struct maker *m)
{
	m->test->mail_from = below(m, "xx@");
	return STR("");
}

static struct str
place_from(struct maker *m)
{
	m->test->from = mailbox(m);
	return STR("");
}

static struct str
place_from_domain(struct maker *m)
{
	m->test->from = below(m, "xx@");
	return STR("");
}

static struct str
place_from_name(struct maker *m)
{
	struct str name = phrase(m);
	struct buf b;

	buf_init_arena(&b, m->arena, 2 * name.n + 64);
	buf_add_byte(&b, '"');
	for (size_t i = 0; i < name.n; i++) {
		if (name.p[i] == '"' || name.p[i] == '\\')
			buf_add_byte(&b, '\\');
		buf_add_byte(&b, name.p[i]);
	}
	buf_add_str(&b, STR("\" <" STRANGER ">"));
	m->test->from = buf_str(&b);
	return STR("");
}

static struct str
place_reply_to(struct maker *m)
{
	m->test->reply_to = mailbox(m);
	return STR("");
}

static struct str
place_reply_to_domain(struct maker *m)
{
	m->test->reply_to = below(m, "xx@");
	return STR("");
}

static struct str
place_subject(struct maker *m)
{
	m->test->subject = phrase(m);
	return STR("");
}

static struct str
place_body(struct maker *m)
{
	m->test->body = phrase(m);
	return STR("");
}

static struct str
place_html(struct maker *m)
{
	m->test->html = str_cat(m->arena, STR("<p>x</p>\n"), phrase(m));
	return STR("");
}

static struct str
place_link_text(struct maker *m)
{
	add_link(m, STR(SITE "/"), phrase(m));
	return STR("");
}

/* What expand.c and urlpattern.c write beside literal text. */
static const struct {
	struct str regex, sample;
} pieces[] = {
	{ STR_INIT("\\A"), STR_INIT("") },
	{ STR_INIT("/?\\z"), STR_INIT("") },
	{ STR_INIT("\\z"), STR_INIT("") },
	{ STR_INIT("(?:/|\\z)"), STR_INIT("") },
	{ STR_INIT("[^/?]+"), STR_INIT("xx") },
	{ STR_INIT("[^/]+"), STR_INIT("xx") },
	{ STR_INIT(".{1,40}?"), STR_INIT("xx") },
	{ STR_INIT(" ?"), STR_INIT("") },
};

static bool
take_piece(struct buf *b, struct str *regex)
{
	for (size_t i = 0; i < nitems(pieces); i++)
		if (str_skip(regex, pieces[i].regex)) {
			buf_add_str(b, pieces[i].sample);
			return true;
		}
	if (regex->n > 1 && regex->p[0] == '\\')
		*regex = str_from(*regex, 1);
	else if (str_has(STR("^$.|?*+()[]{}\\"), regex->p[0]))
		return false;
	buf_add_byte(b, regex->p[0]);
	*regex = str_from(*regex, 1);
	return true;
}

/* A text that a pattern matches, where it is simple enough: the keys of an
 * object about a link are not kept as written.  Of a list only its rows
 * know. */
static bool
plain(struct maker *m, struct str *to, bool is_there,
    const struct pattern *p)
{
	struct str regex;
	struct buf b;

	if (!is_there)
		return true;
	if (p->kind == PATTERN_LIST)
		return false;
	regex = p->regex;
	*to = p->kind == PATTERN_REGEX ? p->literal : p->key;
	if (to->n != 0 || p->kind != PATTERN_REGEX)
		return to->n != 0;
	buf_init_arena(&b, m->arena, regex.n + 16);
	while (regex.n != 0)
		if (!take_piece(&b, &regex))
			return false;
	*to = buf_str(&b);
	return to->n != 0;
}

/* Of several hosts the first that can be written. */
static bool
plain_one(struct maker *m, struct str *to, const struct pattern *at,
    size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (plain(m, to, true, &at[i]))
			return true;
	return n == 0;
}

static struct str
place_link_object(struct maker *m)
{
	const struct link_pattern *l = m->v->link;
	struct str scheme = STR("https"), path = STR("/"), query = { 0 };
	struct str text = STR("x"), host = STR("site.example");
	bool is_plain = plain(m, &scheme, l->has_scheme, &l->scheme) &&
	    plain(m, &path, l->has_path, &l->path) &&
	    plain(m, &query, l->has_query, &l->query) &&
	    plain(m, &text, l->has_text, &l->text) &&
	    plain_one(m, &host, l->hosts.at, l->hosts.n) &&
	    (l->hosts.n != 0 || plain_one(m, &host, l->domains.at,
	        l->domains.n));

	if (!is_plain)
		return STR("a link object with a regex or a list");
	if (l->has_mismatch && l->is_mismatch && !l->has_text)
		text = STR("https://shown.example/");
	if (!str_starts(path, STR("/")))
		path = str_cat(m->arena, STR("/"), path);
	add_link(m, str_cat(m->arena, scheme, STR("://"), host, path,
	    query.n == 0 ? STR("") : STR("?"), query), text);
	return STR("");
}

static struct str
place_url(struct maker *m)
{
	struct str url;

	if (m->v->link != NULL)
		return place_link_object(m);
	url = address(m);
	if (str_find_str(url, STR("://")) == url.n)
		url = str_cat(m->arena, STR("https://"), url);
	add_link(m, url, STR("x"));
	return STR("");
}

static struct str
place_url_host(struct maker *m)
{
	add_link(m, str_cat(m->arena, below(m, "https://"), STR("/")),
	    STR("x"));
	return STR("");
}

static struct str
place_url_path(struct maker *m)
{
	struct str path = m->text;

	if (!m->is_literal) {
		str_skip(&path, STR("^"));
		path.n -= str_ends(path, STR("$"));
	}
	path = fill(m, path, true);
	add_link(m, str_cat(m->arena, STR(SITE), str_starts(path, STR("/"))
	    ? STR("") : STR("/"), path), STR("x"));
	return STR("");
}

static struct str
place_url_query(struct maker *m)
{
	struct str query = fill(m, m->text, true);

	str_skip(&query, STR("?"));
	add_link(m, str_cat(m->arena, STR(SITE "/?"), query), STR("x"));
	return STR("");
}

static struct str
place_url_ip(struct maker *m)
{
	char text[ADDR_TEXT];

	addr_format(&m->v->pattern.net.addr, text);
	add_link(m, str_printf(m->arena, m->v->pattern.net.addr.family == 6
	    ? "http://[%s]/" : "http://%s/", text), STR("x"));
	return STR("");
}

static struct str
place_header(struct maker *m)
{
	if (m->v->pattern.kind == PATTERN_NONE)
		return STR("");
	add_header(m, m->v->header, m->v->pattern.kind == PATTERN_ANY
	    ? STR("x") : phrase(m));
	return STR("");
}

static struct str
place_auth(struct maker *m)
{
	for (int i = 0; i < AUTH_METHODS; i++)
		if (m->v->fact == (uint32_t)(FACT_AUTH_SPF + i))
			m->test->auth[i] = m->v->pattern.key;
	return STR("");
}

static struct str
many(struct maker *m, const char *front, const char *back, int64_t n)
{
	struct buf b;

	buf_init_arena(&b, m->arena, MANY_MOST * 64);
	for (int64_t i = 0; i < n; i++)
		buf_printf(&b, "%s%d%s", front, (int)i, back);
	return buf_str(&b);
}

static struct str
letters(struct maker *m, size_t n)
{
	char *p = arena_take(m->arena, n + 1);

	memset(p, 'x', n);
	return (struct str){ p, n };
}

static struct str
place_count(struct maker *m)
{
	int64_t n = m->v->pattern.first > 0 ? m->v->pattern.first : 0;

	if (n > MANY_MOST)
		return STR("a mail of that many would be large");
	switch (m->v->fact) {
	case FACT_COUNT_LINKS:
	case FACT_COUNT_URL_HOSTS:
		m->test->body = many(m, "https://site",
		    ".example/ \n", n);
		return STR("");
	case FACT_COUNT_RECIPIENTS:
		m->test->to = many(m, "<taro",
		    "@victim.example>,", n);
		return STR("");
	case FACT_COUNT_BODY_CHARS:
		m->test->body = letters(m, (size_t)n);
		return STR("");
	case FACT_COUNT_REFERENCES:
		if (n != 0)
			add_header(m, STR("References"), many(m, "<",
			    "@site.example> ", n));
		return STR("");
	case FACT_COUNT_ATTACHMENTS:
		for (int64_t i = 0; i < n; i++)
			*VEC_ADD(m->arena, &m->test->files) =
			    (struct pack_test_file){ .name = STR("x.txt"),
			    .bytes = STR("x") };
		return STR("");
	default:
		return STR("a count that no mail is made for");
	}
}

static struct str
place_file_name(struct maker *m)
{
	*VEC_ADD(m->arena, &m->test->files) = (struct pack_test_file){
		.name = phrase(m), .bytes = STR("x") };
	return STR("");
}

static struct str
place_phone(struct maker *m)
{
	m->test->body = str_cat(m->arena, STR("TEL "), m->text, STR("\n"));
	return STR("");
}

static struct str
place_charset(struct maker *m)
{
	for (size_t i = 0; i < 4; i++)
		if (str_case_eq(rebuild_variants[i], m->v->pattern.key)) {
			*m->variant = rebuild_variants[i];
			m->test->body = STR("こんにちは");
			return STR("");
		}
	return STR("a charset that no mail is made in");
}

static const struct {
	const char *field;
	place_fn *place;
	const char *skip; /* no mail can be made, and why */
} places[] = {
	{ "ip", place_ip, NULL },
	{ "asn", NULL, "the network is not looked up offline" },
	{ "country", NULL, "the country is not looked up offline" },
	{ "helo", place_helo, NULL },
	{ "rdns", place_rdns, NULL },
	{ "relay", place_relay, NULL },
	{ "mail_from", place_mail_from, NULL },
	{ "mail_from.domain", place_mail_from_domain, NULL },
	{ "from", place_from, NULL },
	{ "from.domain", place_from_domain, NULL },
	{ "from.name", place_from_name, NULL },
	{ "reply_to", place_reply_to, NULL },
	{ "reply_to.domain", place_reply_to_domain, NULL },
	{ "subject", place_subject, NULL },
	{ "body", place_body, NULL },
	{ "text", place_body, NULL },
	{ "html", place_html, NULL },
	{ "link.text", place_link_text, NULL },
	{ "link", place_url, NULL },
	{ "url", place_url, NULL },
	{ "url.host", place_url_host, NULL },
	{ "url.domain", place_url_host, NULL },
	{ "url.path", place_url_path, NULL },
	{ "url.query", place_url_query, NULL },
	{ "url.ip", place_url_ip, NULL },
	{ "helo.class", NULL, "a shape of names: only a written test has one" },
	{ "rdns.class", NULL, "a shape of names: only a written test has one" },
	{ "age", NULL, "records of domains are not known to a test" },
	{ "verdict", NULL, "records of domains are not known to a test" },
	{ "dnslist", NULL, "what lists of the DNS say is not known to a test" },
	{ "header", place_header, NULL },
	{ "auth", place_auth, NULL },
	{ "count", place_count, NULL },
	{ "reputation", NULL, "what is remembered is not known to a test" },
	{ "reputation.campaign", NULL,
	    "what is remembered is not known to a test" },
	{ "same", NULL, "two things of a mail: only a written test has both" },
	{ "file.name", place_file_name, NULL },
	{ "file.type", NULL,
	    "a file of that type: only a written test has one" },
	{ "file.sha256", NULL, "nobody can make a file of that hash" },
	{ "phone", place_phone, NULL },
	{ "charset", place_charset, NULL },
};

/* What the prefix makes of the value. */
static struct str
take_prefix(struct maker *m)
{
	const struct pattern *p = &m->v->pattern;

	if (m->v->link != NULL)
		return STR("");
	if (p->kind == PATTERN_LIST)
		return STR("an external list: see \"sekisho list check\"");
	if (str_skip(&m->text, STR("re:")) ||
	    str_skip(&m->text, STR("raw:")))
		return STR("a regex: only a written test has text for it");
	if (p->kind == PATTERN_NONE && !str_is(str_of(m->v->field->name),
	    "header"))
		return STR("absence: only a written test shows it");
	m->is_literal = str_skip(&m->text, STR("lit:"));
	m->is_whole = !m->is_literal && str_skip(&m->text, STR("is:"));
	return STR("");
}

static struct str
place(struct maker *m)
{
	struct str skip = take_prefix(m);

	if (skip.n != 0)
		return skip;
	for (size_t i = 0; i < nitems(places); i++) {
		if (!str_is(str_of(m->v->field->name), places[i].field))
			continue;
		return places[i].place == NULL ? str_of(places[i].skip)
		    : places[i].place(m);
	}
	return STR("a field that no mail is made for");
}

void
selfmail_make(struct selfmail *out, struct arena *a, const struct value *v)
{
	struct maker m = { .arena = a, .v = v, .test = &out->test,
		.variant = &out->variant, .text = v->text };

	*out = (struct selfmail){ .test = { .name = v->text, .at = DAY_NONE,
		.expects_match = true, .from = STR(STRANGER),
		.to = STR(VICTIM), .subject = STR("x"), .body = STR("x") } };
	if (v->is_spoofed)
		for (int i = 0; i < AUTH_METHODS; i++)
			out->test.auth[i] = STR("fail");
	out->skip = place(&m);
}
