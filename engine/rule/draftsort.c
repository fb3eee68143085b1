/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keep, ask or drop.  A name of a brand's own is never an indicator, but it
 * may be forged; one that reporters and analysts use is theirs; a host of
 * everybody's needs a path.
 */
#include "rule/draftsort.h"

#include "base/addr.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "mail/address.h"
#include "mail/fold.h"
#include "mail/host.h"
#include "mail/url.h"
#include "rule/brandindex.h"
#include "rule/expand.h"
#include "rule/localpart.h"
#include "rule/phone.h"
#include "rule/refang.h"
#include "rule/sighting.h"
#include "rule/trackers.h"

enum { VALUES_MOST = 600, PATH_LEAST = 5, SUBJECT_CHARS = 200 };

const char *const draft_fate_names[] = { "kept", "asked", "dropped" };

/* Those that analyse, warn and are cited. */
static const char *const reporters[] = { "google.com", "ip-sc.net",
	"virustotal.com", "urlscan.io", "norton.com", "antiphishing.jp",
	"jpcert.or.jp", "ipa.go.jp", "npa.go.jp", "abuseipdb.com",
	"phishtank.com", "phishtank.org", "openphish.com", "abuse.ch",
	"mandiant.com", "trendmicro.com", "microsoft.com", "mozilla.org",
	"wikipedia.org", "github.com", "shodan.io", "censys.io",
	"whois.com", "domaintools.com", "safebrowsing.google.com",
	"web.archive.org", "cisa.gov", "ftc.gov", "mitre.org",
	"any.run", "hybrid-analysis.com", "dmarc.org", "w3.org",
	"soumu.go.jp", "caa.go.jp", "nisc.go.jp", "talosintelligence.com" };

/* Where anybody may put a page: a host of these says nothing alone. */
static const char *const shared_hosts[] = { "docs.google.com",
	"drive.google.com", "forms.gle", "sites.google.com", "bit.ly",
	"tinyurl.com", "t.co", "is.gd", "cutt.ly", "t.ly", "rebrand.ly",
	"storage.googleapis.com", "dropbox.com", "1drv.ms", "onedrive.live.com",
	"sharepoint.com", "amazonaws.com", "blob.core.windows.net",
	"ipfs.io", "telegra.ph", "notion.site", "canva.com",
	"line.me", "lin.ee", "x.gd", "qr.paps.jp", "ow.ly" };

static bool
is_in(struct str host, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (host_is_below(host, str_of(list[i])))
			return true;
	return false;
}

struct draft_value *
draft_add(struct draft_maker *m, enum draft_group group, const char *field,
    struct str text, uint32_t line)
{
	struct draft *d = m->draft;
	struct draft_value *v;

	VEC_EACH(v, &d->values)
		if (v->group == group && str_is(str_of(v->field), field) &&
		    str_eq(v->text, text))
			return NULL;
	if (d->values.n >= VALUES_MOST) {
		d->is_cut = true;
		return NULL;
	}
	v = VEC_ADD(m->arena, &d->values);
	v->group = group;
	v->field = field;
	v->text = text;
	v->line = line;
	return v;
}

void
draft_ask(struct draft_maker *m, struct draft_value *v, struct str why)
{
	(void)m;
	if (v == NULL || v->fate == DRAFT_DROP)
		return;
	v->fate = DRAFT_ASK;
	v->why = why;
}

void
draft_drop(struct draft_maker *m, struct draft_value *v, struct str why)
{
	(void)m;
	if (v == NULL)
		return;
	v->fate = DRAFT_DROP;
	v->why = why;
}

/* An address, or below a suffix that there is. */
static bool
is_real(struct str host)
{
	struct addr addr;

	if (addr_parse(host, &addr))
		return true;
	return host_has_known_suffix(host) &&
	    str_find_str(host, STR("-.")) == host.n &&
	    str_find_str(host, STR(".-")) == host.n && host.p[0] != '-';
}

static struct str
normal(struct draft_maker *m, struct str host)
{
	struct str name;

	if (pattern_has_mask(host, true))
		return host;
	return host_normalize(&name, m->arena, host) ? name : host;
}

const struct brand *
draft_owner(const struct draft_maker *m, struct str host, struct str path,
    bool *is_official)
{
	const struct brand_index *index = m->conf->brands;
	const struct brand *owner = NULL;
	enum realm best = REALM_FOREIGN;
	struct str name = { NULL, 0 };

	while (index != NULL && owner == NULL && host.n != 0 &&
	    brand_index_up(host, &name)) {
		const struct brand_domain *d = brand_index_domain(index, name);

		for (; d != NULL; d = brand_index_next(index, d)) {
			enum realm realm = brand_index_realm(index, d->brand,
			    host, path);

			if (realm >= best)
				continue;
			best = realm;
			owner = index->brands.at[d->brand].brand;
		}
	}
	*is_official = owner != NULL && best != REALM_NEVER_SENDS;
	return owner;
}

/* Reasons to leave a host out whatever it was found as; "" for none. */
static struct str
stranger(struct draft_maker *m, const struct draft_seen *s, struct str host,
    struct str path)
{
	bool is_official;
	const struct brand *owner = draft_owner(m, host, path, &is_official);

	if (owner != NULL && is_official)
		return str_printf(m->arena, "belongs to %" STR_FMT
		    ", the genuine one", STR_ARG(owner->id));
	if (owner != NULL)
		return str_printf(m->arena, "a name of %" STR_FMT
		    " that is no place of links", STR_ARG(owner->id));
	if (s->is_genuine)
		return STR("the report calls it genuine or its source");
	if (is_in(host, reporters, nitems(reporters)))
		return STR("a site of analysts or search, cited by reports");
	return STR("");
}

static bool
is_example(struct str host)
{
	static const char *const names[] = { "example.com", "example.net",
		"example.org", "example.jp", "example.co.jp" };

	return is_in(host, names, nitems(names));
}

/* Firms and offices do not rent throw-away names there. */
static bool
is_established(struct str host)
{
	static const struct str tails[] = { STR_INIT(".co.jp"),
		STR_INIT(".ac.jp"), STR_INIT(".go.jp"), STR_INIT(".or.jp"),
		STR_INIT(".lg.jp"), STR_INIT(".ed.jp"), STR_INIT(".gov"),
		STR_INIT(".edu"), STR_INIT(".gov.uk"), STR_INIT(".ac.uk") };

	for (size_t i = 0; i < nitems(tails); i++)
		if (str_ends(host, tails[i]))
			return true;
	return false;
}

static void
sender_domain(struct draft_maker *m, const struct draft_seen *s,
    struct str host, const char *field)
{
	bool is_reply = str_is(str_of(field), "reply_to");

	if (str_is(str_of(field), "mail_from"))
		return;
	if (host_is_suffix(host) ||
	    is_in(host, shared_hosts, nitems(shared_hosts)) ||
	    str_is(host, "gmail.com") || str_is(host, "outlook.com") ||
	    str_is(host, "hotmail.com") || str_is(host, "yahoo.co.jp") ||
	    str_is(host, "icloud.com") || str_is(host, "outlook.jp"))
		return;
	draft_add(m, DRAFT_SENDER, is_reply ? "reply_to.domain" :
	    "from.domain", host, s->line);
}

void
draft_sender(struct draft_maker *m, const struct draft_seen *s,
    const char *field)
{
	struct str host = str_from(s->text, str_find_last(s->text, '@') + 1);
	struct draft_value *v;
	const struct brand *owner;
	bool is_official;

	host = normal(m, str_lower(m->arena, host));
	if (is_example(host) || pattern_has_mask(host, true) ||
	    !is_real(host))
		return;
	v = draft_add(m, DRAFT_SENDER, field, s->text, s->line);
	if (v == NULL)
		return;
	owner = draft_owner(m, host, STR(""), &is_official);
	if (owner != NULL && is_official) {
		v->is_spoofed = true;
		draft_ask(m, v, str_printf(m->arena, "an official address of "
		    "%" STR_FMT " used as sender: forged? (spoofed: true "
		    "counts only without authentication)",
		    STR_ARG(owner->id)));
	} else if (owner != NULL) {
		return; /* the brand itself disowns it */
	} else if (s->is_genuine || (s->is_loose &&
	    is_in(host, reporters, nitems(reporters)))) {
		draft_drop(m, v, STR("the report's own, or called genuine"));
	} else if (is_established(host)) {
		v->is_spoofed = true;
		draft_ask(m, v, STR("perhaps an innocent party whose address "
		    "was forged; spoofed: true counts only without "
		    "authentication"));
	} else {
		if (s->is_loose)
			draft_ask(m, v, STR("stands without a label: is it "
			    "the sender?"));
		sender_domain(m, s, host, field);
	}
}

/* Quotes of any kind and mark-up at both ends. */
static struct str
unquote(struct str s)
{
	static const struct str marks[] = { STR_INIT("\""), STR_INIT("'"),
		STR_INIT("“"), STR_INIT("”"), STR_INIT("『"), STR_INIT("』"),
		STR_INIT("「"), STR_INIT("」"), STR_INIT("‘"), STR_INIT("’"),
		STR_INIT("`"), STR_INIT(" "), STR_INIT("　"), STR_INIT("*"),
		STR_INIT("<"), STR_INIT("＜"), STR_INIT("＂") };
	bool more = true;

	while (more) {
		more = false;
		for (size_t i = 0; i < nitems(marks); i++) {
			if (str_skip(&s, marks[i]))
				more = true;
			if (s.n != 0 && str_ends(s, marks[i])) {
				s.n -= marks[i].n;
				more = true;
			}
		}
	}
	return s;
}

/* What would be found in many a mail if it might stand anywhere. */
static bool
is_short(struct str s)
{
	return utf8_count(s) < (utf8_ascii_run(s) == s.n ? 6 : 5);
}

void
draft_name(struct draft_maker *m, struct str name, uint32_t line)
{
	struct draft_value *v;

	name = unquote(str_trim(name));
	if (utf8_count(name) < 2 || utf8_count(name) > 80 ||
	    str_has(name, '@'))
		return;
	v = draft_add(m, DRAFT_NAME, "from.name", is_short(name) ?
	    str_cat(m->arena, STR("is:"), name) : name, line);
	if (v != NULL && m->draft->from_name.n == 0)
		m->draft->from_name = name;
}

/* "[spam]", "***SPAM***" in front, which the receiving side added. */
static struct str
drop_tags(struct str s)
{
	static const struct str tags[] = { STR_INIT("[spam]"),
		STR_INIT("***spam***"), STR_INIT("[meiwaku]"),
		STR_INIT("[phishing]"), STR_INIT("[external]"),
		STR_INIT("【spam】"), STR_INIT("[迷惑メール]"),
		STR_INIT("[virus]"), STR_INIT("(spam)"),
		STR_INIT("[suspicious]"), STR_INIT("＜spam＞") };
	bool more = true;

	while (more) {
		more = false;
		s = str_trim(s);
		for (size_t i = 0; i < nitems(tags); i++)
			more = more || str_case_skip(&s, tags[i]);
	}
	return s;
}

static size_t
digits(struct str s)
{
	size_t n = 0;

	while (n < s.n && ascii_is_digit(s.p[n]))
		n++;
	return n;
}

/* "2026年2月9日", "2026/02/09", "2026年2月": bytes, or 0. */
static size_t
date_span(struct str s)
{
	static const struct str marks[3][4] = {
		{ STR_INIT("年"), STR_INIT("/"), STR_INIT("-"),
		    STR_INIT(".") },
		{ STR_INIT("月"), STR_INIT("/"), STR_INIT("-"),
		    STR_INIT(".") },
		{ STR_INIT("日"), STR_INIT(""), STR_INIT(""), STR_INIT("") },
	};
	struct str rest = str_from(s, 4);
	size_t kind, n;

	if (digits(s) != 4 || s.p[0] != '2' || s.p[1] != '0')
		return 0;
	for (kind = 0; kind < 4; kind++)
		if (str_skip(&rest, marks[0][kind]))
			break;
	for (size_t i = 1; kind < 4 && i < 3; i++) {
		n = digits(rest);
		if (n < 1 || n > 2 || !str_starts(str_from(rest, n),
		    marks[i][kind]))
			return i == 2 && kind == 0 ?
			    (size_t)(rest.p - s.p) : 0;
		rest = str_from(rest, n + marks[i][kind].n);
	}
	return kind < 4 ? (size_t)(rest.p - s.p) : 0;
}

/* "kir363552", "1,234,567": what no second mail repeats. */
static size_t
number_span(struct str s, char before)
{
	size_t n = 0;

	if (ascii_is_digit(before))
		return 0;
	while (n < s.n && (ascii_is_digit(s.p[n]) || (n > 0 &&
	    s.p[n] == ',' && n + 1 < s.n && ascii_is_digit(s.p[n + 1]))))
		n++;
	return n >= 5 ? n : 0;
}

struct str
draft_wording(struct arena *a, struct str text)
{
	struct str s = drop_tags(str_trim(text));
	struct buf b;

	buf_init_arena(&b, a, s.n * 6 + 16);
	for (size_t at = 0; at < s.n;) {
		struct str rest = str_from(s, at);
		char before = at == 0 ? ' ' : s.p[at - 1];
		size_t n = ascii_is_digit(before) ? 0 : date_span(rest);

		if (n != 0) {
			buf_add_str(&b, STR("<date>"));
		} else if ((n = number_span(rest, before)) != 0) {
			buf_add_str(&b, STR("<num>"));
		} else {
			n = 1;
			buf_add_byte(&b, s.p[at]);
		}
		at += n;
	}
	return buf_str(&b);
}

/* A text that begins like a prefix of the format is taken literally. */
static struct str
literal(struct arena *a, struct str s)
{
	static const struct str prefixes[] = { STR_INIT("is:"),
		STR_INIT("re:"), STR_INIT("raw:"), STR_INIT("list:"),
		STR_INIT("lit:") };

	for (size_t i = 0; i < nitems(prefixes); i++)
		if (str_starts(s, prefixes[i]))
			return str_cat(a, STR("lit:"), s);
	return s;
}

void
draft_subject(struct draft_maker *m, struct str subject, uint32_t line)
{
	size_t tag = str_find_str(subject, STR("</"));
	struct draft_value *v;
	struct str text;

	subject = str_trim(tag != 0 ? str_head(subject, tag) : subject);
	text = draft_wording(m->arena, unquote(drop_tags(subject)));
	if (utf8_count(text) < 3 || utf8_count(text) > SUBJECT_CHARS)
		return;
	v = draft_add(m, DRAFT_SUBJECT, "subject", is_short(text) ?
	    str_cat(m->arena, STR("is:"), text) : literal(m->arena, text),
	    line);
	if (v != NULL && m->draft->subject.n == 0)
		m->draft->subject = unquote(subject);
	if (is_short(text))
		draft_ask(m, v, STR("a short subject that other mail may "
		    "have too"));
}

void
draft_phrase(struct draft_maker *m, struct str line, uint32_t number)
{
	struct str text = draft_wording(m->arena, line);

	draft_add(m, DRAFT_BODY, "body", literal(m->arena, text), number);
}

static bool
is_stock_segment(struct str s)
{
	static const char *const stock[] = { "login", "signin", "index.php",
		"index.html", "index.htm", "admin", "account", "images",
		"home", "wp-content", "wp-includes", "wp-admin", "verify",
		"update", "secure", "web", "main", "user", "auth", "en",
		"ja", "jp", "login.php", "login.html", "www", "css", "js",
		"uploads", "plugins", "themes", "php", "public", "a", "m" };

	for (size_t i = 0; i < nitems(stock); i++)
		if (str_case_is(s, stock[i]))
			return true;
	return s.n < 3;
}

/* Drawn by lot for one victim: many digits, or letters without sense. */
static bool
is_random(struct str s)
{
	size_t n_digits = 0, n_hex = 0;

	for (size_t i = 0; i < s.n; i++) {
		n_digits += ascii_is_digit(s.p[i]);
		n_hex += ascii_is_hex(s.p[i]);
	}
	return n_digits >= 5 || (s.n >= 12 && n_hex == s.n) ||
	    (s.n >= 8 && n_digits >= 3);
}

/* The path up to a mask or a random piece, if it is one nobody else has. */
static struct str
kit_path(struct str path)
{
	struct str rest = path, segment;
	size_t end = 0;
	bool is_own = false;

	str_skip(&rest, STR("/"));
	while (rest.n != 0 && str_next(&rest, '/', &segment)) {
		if (segment.n == 0)
			continue;
		if (pattern_has_mask(segment, true) || is_random(segment) ||
		    str_find_str(segment, STR("…")) < segment.n ||
		    str_ends(segment, STR("...")) || str_has(segment, '%'))
			break;
		is_own = is_own || !is_stock_segment(segment);
		end = (size_t)(segment.p + segment.n - path.p);
	}
	if (!is_own || end < PATH_LEAST)
		return STR("");
	return str_head(path, end < path.n && path.p[end] == '/' ? end + 1 :
	    end);
}

/* Asked for want of a label; one that stands elsewhere answers. */
static void
loose(struct draft_maker *m, const struct draft_seen *s,
    struct draft_value *v)
{
	if (!s->is_loose || v == NULL || v->fate != DRAFT_KEEP)
		return;
	v->is_loose = true;
	draft_ask(m, v, m->has_defanged ? STR("live in a report that "
	    "defangs: part of the campaign, or cited?") :
	    STR("named without a label: part of the campaign?"));
}

/* Adds what is perhaps part of the campaign; NULL if it is there. */
static struct draft_value *
add_seen(struct draft_maker *m, const struct draft_seen *s,
    enum draft_group group, const char *field, struct str text)
{
	struct draft_value *v = draft_add(m, group, field, text, s->line);

	loose(m, s, v);
	if (v != NULL || s->is_loose)
		return v;
	VEC_EACH(v, &m->draft->values)
		if (v->is_loose && v->group == group &&
		    str_is(str_of(v->field), field) &&
		    str_eq(v->text, text)) {
			v->is_loose = false;
			v->fate = DRAFT_KEEP;
			v->why = STR("");
		}
	return NULL;
}

static void
add_path(struct draft_maker *m, const struct draft_seen *s, struct str path)
{
	struct str kit = kit_path(path);
	struct draft_value *v;

	if (kit.n == 0)
		return;
	VEC_EACH(v, &m->draft->values)
		if (v->group == DRAFT_PATH && !v->is_loose &&
		    str_find_str(kit, v->text) < kit.n)
			return;
	v = add_seen(m, s, DRAFT_PATH, "url.path", kit);
	if (v != NULL && !v->is_loose && kit.n < 8)
		draft_ask(m, v, STR("a short path: does only this kit have "
		    "it?"));
}

/* The brand's name or an official one stands in front of another domain. */
static bool
has_token(const struct draft_maker *m, struct str host)
{
	const struct brand_index *index = m->conf->brands;
	const struct brand_known *known;
	const struct str *token;

	if (index == NULL)
		return false;
	VEC_EACH(known, &index->brands)
		VEC_EACH(token, &known->brand->tokens)
			if (token->n > 3 && str_case_find_str(host, *token) <
			    host.n)
				return true;
	return false;
}

/* Who sends from it has bought it. */
static bool
is_senders(const struct draft_maker *m, struct str domain)
{
	const struct draft_value *v;

	VEC_EACH(v, &m->draft->values)
		if (v->group == DRAFT_SENDER && !v->is_spoofed &&
		    str_ends(v->text, domain))
			return true;
	return false;
}

static void
add_domain(struct draft_maker *m, const struct draft_seen *s,
    struct str host, bool has_path)
{
	struct str domain = host_registrable(host);
	struct draft_value *v;
	struct addr addr;

	if (addr_parse(host, &addr)) {
		char text[ADDR_TEXT];

		addr_format(&addr, text);
		add_seen(m, s, DRAFT_SITE_IP, "url.ip", str_copy(m->arena,
		    str_of(text)));
		return;
	}
	if (domain.n == 0)
		return;
	v = add_seen(m, s, DRAFT_LANDING, "url.domain", domain);
	if (v == NULL || v->is_loose || !has_path || has_token(m, host) ||
	    is_senders(m, domain) || (domain.n != host.n &&
	    !str_starts(host, STR("www."))))
		return;
	v->is_hacked = true;
	draft_ask(m, v, STR("thrown away, or somebody's hacked site? "
	    "hacked_site: true lets the host alone never count"));
}

/* "uid=***@***.net": the victim's, so the end means nothing. */
static struct str
without_victim(struct arena *a, struct str url)
{
	size_t at = str_find_last(url, '@'), dot, end;

	if (at >= url.n || str_find(url, '?') > at ||
	    mask_at(url, at + 1 < url.n ? at + 1 : at, true) == 0)
		return url;
	dot = at + str_find(str_from(url, at), '.');
	end = dot + str_find_any(str_from(url, dot), '&', '#', '/');
	if (dot >= url.n || mask_at(url, dot + 1 < url.n ? dot + 1 : dot,
	    true) != 0)
		return url;
	return str_cat(a, str_head(url, dot), STR(".***"),
	    str_from(url, end));
}

void
draft_url(struct draft_maker *m, const struct draft_seen *s)
{
	struct str host, path, why;
	struct draft_value *v;
	bool is_masked;

	sighting_split(s->text, &host, &path);
	host = str_lower(m->arena, host);
	is_masked = pattern_has_mask(host, true);
	if (!is_masked)
		host = normal(m, host);
	if (is_example(host) || (!is_masked && !is_real(host)))
		return;
	why = is_masked ? STR("") : stranger(m, s, host, path);
	v = add_seen(m, s, DRAFT_LANDING, "url", without_victim(m->arena,
	    s->text));
	if (why.n != 0) {
		draft_drop(m, v, why);
		return;
	}
	if (is_in(host, shared_hosts, nitems(shared_hosts)))
		return;
	add_path(m, s, path);
	if (!is_masked && tracker_of(host) == TRACKER_NONE)
		add_domain(m, s, host, path.n > 1 ||
		    str_has(s->text, '?'));
}

void
draft_host(struct draft_maker *m, const struct draft_seen *s)
{
	struct str host = normal(m, s->text), domain, why;
	struct draft_value *v;

	if (is_example(host) || pattern_has_mask(host, true) || !is_real(host))
		return;
	why = stranger(m, s, host, STR(""));
	domain = host_registrable(host);
	if (domain.n == 0)
		return;
	if (why.n == 0 && is_in(host, shared_hosts, nitems(shared_hosts)))
		why = STR("anybody may have a page there: needs a path");
	if (!s->is_link)
		VEC_EACH(v, &m->draft->values)
			if (v->fate != DRAFT_DROP && !v->is_loose &&
			    str_find_str(v->text, host) < v->text.n &&
			    v->group != DRAFT_BODY)
				return;
	v = add_seen(m, s, DRAFT_LANDING, "url.domain", domain);
	if (why.n != 0)
		draft_drop(m, v, why);
}

void
draft_relay(struct draft_maker *m, const struct draft_seen *s,
    const char *field)
{
	struct draft_value *v;
	const struct brand *owner;
	bool is_official;
	struct addr addr;

	if (str_case_is(s->text, "unknown") || s->text.n < 2)
		return;
	if (addr_parse(s->text, &addr) && addr_is_private(&addr))
		return;
	v = draft_add(m, DRAFT_RELAY, field, s->text, s->line);
	owner = draft_owner(m, s->text, STR(""), &is_official);
	if (v != NULL && owner != NULL) {
		v->is_spoofed = true;
		draft_ask(m, v, str_printf(m->arena, "a name of %" STR_FMT
		    " given by the sending host: forged? (spoofed: true)",
		    STR_ARG(owner->id)));
	} else if (v != NULL && s->is_loose) {
		draft_ask(m, v, STR("an address without a label: the sending "
		    "host, or the site?"));
	}
}

void
draft_site_ip(struct draft_maker *m, const struct draft_seen *s)
{
	struct addr addr;

	if (!addr_parse(s->text, &addr) || addr_is_private(&addr))
		return;
	draft_add(m, DRAFT_SITE_IP, "url.ip", s->text, s->line);
}

static bool
is_brand_phone(const struct draft_maker *m, struct str number)
{
	const struct brand_known *known;
	const struct str *phone;

	if (m->conf->brands == NULL)
		return false;
	VEC_EACH(known, &m->conf->brands->brands)
		VEC_EACH(phone, &known->brand->phones) {
			phone_list list = { 0 };

			phones_find(&list, m->arena, *phone, 1);
			if (list.n != 0 && str_eq(list.at[0].digits, number))
				return true;
		}
	return false;
}

void
draft_phone(struct draft_maker *m, const struct draft_seen *s)
{
	struct draft_value *v = draft_add(m, DRAFT_PHONE, "phone", s->text,
	    s->line);

	if (is_brand_phone(m, s->text))
		draft_drop(m, v, STR("the brand's own number"));
	else if (s->is_loose)
		draft_ask(m, v, STR("is it the fraud's number, or the "
		    "brand's own, copied?"));
}

size_t
draft_count(const struct draft *d, enum draft_fate fate)
{
	const struct draft_value *v;
	size_t n = 0;

	VEC_EACH(v, &d->values)
		n += v->fate == fate;
	return n;
}
