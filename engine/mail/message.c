/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading a message: the pieces are read by their own files, here they are
 * put together.  Who handed the message over is peer.c, what links it has is
 * links.c.
 */
#include "mail/message.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "base/utf8.h"
#include "mail/assemble.h"
#include "mail/charset.h"
#include "mail/date.h"
#include "mail/html.h"
#include "mail/plaintext.h"

enum { SUBJECTS_MOST = 16 };

const struct message_limits message_limits_default = {
	.bytes = 50 * 1024 * 1024,
	.depth = 64,
	.parts = 10000,
	.headers = { .bytes = 1024 * 1024, .one = 128 * 1024, .count = 5000 },
	.addresses = 1000,
	.decoded = 10 * 1024 * 1024,
	.unpacked = 10 * 1024 * 1024,
	.urls = 2000,
	.hops = 100,
};

const char *
limit_name(enum limit limit)
{
	static const char *const names[LIMITS] = {
		[LIMIT_BYTES] = "bytes",
		[LIMIT_DEPTH] = "depth",
		[LIMIT_PARTS] = "parts",
		[LIMIT_HEADERS] = "headers",
		[LIMIT_PARAMS] = "params",
		[LIMIT_WORDS] = "words",
		[LIMIT_ADDRESSES] = "addresses",
		[LIMIT_DECODED] = "decoded",
		[LIMIT_UNPACKED] = "unpacked",
		[LIMIT_ENCRYPTED] = "encrypted",
		[LIMIT_HTML] = "html",
		[LIMIT_URLS] = "urls",
		[LIMIT_HOPS] = "hops",
		[LIMIT_RECIPIENTS] = "recipients",
	};

	return names[limit];
}

void
message_limit(struct message *m, enum limit limit, bool is_reached)
{
	if (is_reached)
		m->limits |= 1U << limit;
}

static void
read_parts(struct message *m, struct arena *a,
    const struct message_limits *limits)
{
	struct mime_limits parts = {
		.depth = limits->depth,
		.parts = limits->parts,
		.headers = limits->headers,
	};
	struct mime mime;

	mime_read(&mime, a, m->raw, &parts);
	m->parts = mime.parts;
	if (mime.parts.n != 0)
		m->headers = mime.parts.at[0].headers;
	m->is_damaged = mime.is_damaged;
	message_limit(m, LIMIT_DEPTH, mime.is_depth_over);
	message_limit(m, LIMIT_PARTS, mime.is_parts_over);
	message_limit(m, LIMIT_HEADERS, mime.is_headers_over);
	message_limit(m, LIMIT_PARAMS, mime.is_params_over);
	message_limit(m, LIMIT_WORDS, mime.is_words_over);
}

/* Several fields of a name are all read: which one is shown differs from one
 * mail program to the next. */
static void
read_addresses(struct message *m, address_list *to, struct arena *a,
    const char *name, size_t limit)
{
	const struct header *h = headers_find(&m->headers, name);

	for (; h != NULL && to->n < limit; h = headers_next(&m->headers, h)) {
		addresses_read(to, a, h->value, limit);
		message_limit(m, LIMIT_WORDS, header_words_over(h->value));
	}
	message_limit(m, LIMIT_ADDRESSES, to->n >= limit);
}

static void
read_subjects(struct message *m, struct arena *a)
{
	const struct header *h = headers_find(&m->headers, "Subject");

	if (h == NULL)
		return;
	m->subject_offset = h->offset;
	for (; h != NULL && m->subjects.n < SUBJECTS_MOST;
	    h = headers_next(&m->headers, h)) {
		*VEC_ADD(a, &m->subjects) = header_text(a, h->value);
		message_limit(m, LIMIT_WORDS, header_words_over(h->value));
	}
	m->subject = m->subjects.at[0];
}

void
message_to_begin(struct message_to *to, const struct message *m,
    struct arena *a)
{
	*to = (struct message_to){ .message = m, .arena = a,
		.field = headers_find(&m->headers, "To"),
		.left = m->most_to };
}

/* The next field of To, or of Cc behind them. */
static bool
next_field(struct message_to *to)
{
	const struct headers *headers = &to->message->headers;

	if (to->field == NULL && !to->is_cc) {
		to->field = headers_find(headers, "Cc");
		to->is_cc = true;
	}
	if (to->field == NULL)
		return false;
	mailboxes_begin(&to->reader, to->arena, to->field->value);
	to->reader.is_nameless = !to->has_names;
	to->field = headers_next(headers, to->field);
	return true;
}

bool
message_to_next(struct message_to *to, struct address *out)
{
	if (to->left == 0)
		return false;
	while (!to->is_begun || !mailboxes_next(&to->reader, out)) {
		to->is_begun = next_field(to);
		if (!to->is_begun)
			return false;
	}
	to->left--;
	return true;
}

address_list
message_to(const struct message *m, struct arena *a)
{
	address_list list = { .n = 0 };
	struct message_to to;
	struct address one;

	message_to_begin(&to, m, a);
	to.has_names = true;
	while (message_to_next(&to, &one))
		*VEC_ADD(a, &list) = one;
	return list;
}

/* More mailboxes in To and Cc than are read?  The exact number is asked for
 * where there are commas enough. */
static bool
is_to_over(struct message *m, size_t commas)
{
	struct arena *scratch;
	struct message_to to;
	struct address one;

	if (commas < m->most_to)
		return false;
	scratch = arena_new();
	message_to_begin(&to, m, scratch);
	while (message_to_next(&to, &one))
		continue;
	arena_free(scratch);
	return to.left == 0;
}

static void
count_to(struct message *m, size_t limit)
{
	static const char *const names[] = { "To", "Cc" };
	size_t commas = 0;

	m->most_to = limit;
	for (size_t i = 0; i < nitems(names); i++) {
		const struct header *h = headers_find(&m->headers, names[i]);

		for (; h != NULL; h = headers_next(&m->headers, h)) {
			message_limit(m, LIMIT_WORDS,
			    header_words_over(h->value));
			commas += 1 + str_count(h->value, ',') +
			    str_count(h->value, ';') +
			    str_count(h->value, '<');
			m->to_expected += str_count(h->value, '@');
		}
	}
	if (m->to_expected > limit)
		m->to_expected = limit;
	message_limit(m, LIMIT_ADDRESSES, is_to_over(m, commas));
}

static void
read_fields(struct message *m, struct arena *a,
    const struct message_limits *limits)
{
	const struct header *h;

	read_subjects(m, a);
	read_addresses(m, &m->from, a, "From", limits->addresses);
	read_addresses(m, &m->sender, a, "Sender", limits->addresses);
	read_addresses(m, &m->reply_to, a, "Reply-To", limits->addresses);
	count_to(m, limits->addresses);
	h = headers_find(&m->headers, "Message-ID");
	if (h != NULL)
		m->message_id = header_utf8(a, h->value);
}

/* Of the names of fields that may stand once (RFC 5322 3.6, and MIME), the
 * number; or SINGLES: it is none of them. */
enum { SINGLES = 15 };

static size_t
single_of(struct str name)
{
	static const struct str names[SINGLES] = {
		STR_INIT("From"), STR_INIT("Sender"), STR_INIT("Reply-To"),
		STR_INIT("To"), STR_INIT("Cc"), STR_INIT("Bcc"),
		STR_INIT("Subject"), STR_INIT("Date"), STR_INIT("Message-ID"),
		STR_INIT("In-Reply-To"), STR_INIT("References"),
		STR_INIT("MIME-Version"), STR_INIT("Content-Type"),
		STR_INIT("Content-Transfer-Encoding"),
		STR_INIT("Content-Disposition"),
	};

	const uint32_t lengths = 1u << 2 | 1u << 3 | 1u << 4 | 1u << 6 |
	    1u << 7 | 1u << 8 | 1u << 10 | 1u << 11 | 1u << 12 | 1u << 19 |
	    1u << 25;
	size_t i = 0;

	if (name.n >= 32 || (lengths >> name.n & 1) == 0)
		return SINGLES;
	while (i < SINGLES && !str_case_eq(name, names[i]))
		i++;
	return i;
}

static void
note_duplicates(struct message *m, struct arena *a)
{
	unsigned seen[SINGLES + 1] = { 0 };

	for (size_t i = 0; i < m->headers.n; i++) {
		const struct header *h = &m->headers.at[i];
		size_t single;

		if ((m->headers.again & header_bit(h->key)) == 0)
			continue;
		single = single_of(h->name);
		/* the second says it, the third says nothing new */
		if (single != SINGLES && ++seen[single] == 2)
			*VEC_ADD(a, &m->duplicates) = str_lower(a, h->name);
	}
}

static void
read_hops(struct message *m, struct arena *a, size_t limit)
{
	const struct header *h = headers_find(&m->headers, "Received");
	struct hop *hop;

	for (; h != NULL && m->hops.n < limit;
	    h = headers_next(&m->headers, h)) {
		hop = VEC_ADD(a, &m->hops);
		received_read(hop, a, header_utf8(a, h->value));
		hop->offset = h->offset;
	}
	message_limit(m, LIMIT_HOPS, h != NULL);
}

/* The label inside a page counts when the part has none: <meta charset=x> or
 * content="text/html; charset=x", near its beginning. */
static struct str
page_label(struct str html)
{
	struct str s = str_head(html, 2048), label;
	size_t n = 0;

	s = str_from(s, str_case_find_str(s, STR("<meta")));
	s = str_from(s, str_case_find_str(s, STR("charset")));
	if (!str_case_skip(&s, STR("charset")))
		return STR("");
	s = str_trim(s);
	if (!str_skip(&s, STR("=")))
		return STR("");
	s = str_trim(s);
	if (s.n != 0 && (s.p[0] == '"' || s.p[0] == '\''))
		s = str_from(s, 1);
	while (n < s.n && !ascii_is_space(s.p[n]) && s.p[n] != '"' &&
	    s.p[n] != '\'' && s.p[n] != '>' && s.p[n] != ';')
		n++;
	label = str_head(s, n);
	/* What can be read so far is ASCII: the label cannot be right. */
	return str_case_starts(label, STR("utf-16")) ? STR("utf-8") : label;
}

/* Bytes that only say they are in this charset: a mark of byte order goes
 * before any label (WHATWG Encoding, 6.1), and seven-bit text that has escapes
 * to kanji is ISO-2022-JP.  What they are is then found out. */
static bool
is_mislabelled(struct str bytes, struct str label)
{
	if (label.n == 0)
		return false;
	if (str_starts(bytes, STR("\xff\xfe")) ||
	    str_starts(bytes, STR("\xfe\xff")))
		return !str_case_starts(label, STR("utf-"));
	if (str_case_is(label, "utf-8") || !str_has(bytes, '\x1b') ||
	    str_case_find_str(label, STR("2022")) < label.n ||
	    str_case_starts(label, STR("utf-")))
		return false;
	return (str_find_str(bytes, STR("\x1b$B")) < bytes.n ||
	    str_find_str(bytes, STR("\x1b$@")) < bytes.n) &&
	    utf8_is_ascii(bytes);
}

/* What webmail and relays write, and whoever likes to: an address in brackets
 * or not, the first of several. */
static bool
is_origin(struct str name)
{
	static const struct str names[] = {
		STR_INIT("X-Originating-IP"), STR_INIT("X-Sender-IP"),
		STR_INIT("X-Source-IP"), STR_INIT("X-Client-IP"),
		STR_INIT("X-Real-IP"), STR_INIT("X-Remote-IP"),
		STR_INIT("X-Forwarded-For"), STR_INIT("X-Original-IP"),
		STR_INIT("X-Originating-Client"), STR_INIT("X-SenderIP"),
		STR_INIT("X-Sender-Ip-Address"), STR_INIT("X-Yahoo-Post-IP"),
		STR_INIT("X-Get-Message-Sender-Via"),
		STR_INIT("X-Origin-IP"), STR_INIT("X-SourceIP"),
		STR_INIT("X-Nifty-SrcIP"), STR_INIT("X-AOL-IP"),
		STR_INIT("X-MDRemoteIP"), STR_INIT("X-Authenticated-IP"),
		STR_INIT("X-MS-Exchange-Organization-"
		    "OriginalClientIPAddress"),
	};

	return str_case_is_any(name, names, nitems(names));
}

static bool
origin_address(struct str value, struct addr *ip)
{
	struct str s = str_trim(value);
	size_t n = 0;

	while (s.n != 0 && str_has(STR("[(<\""), s.p[0]))
		s = str_from(s, 1);
	str_case_skip(&s, STR("IPv6:"));
	while (n < s.n && (ascii_is_hex(s.p[n]) || s.p[n] == '.' ||
	    s.p[n] == ':'))
		n++;
	s = str_head(s, n);
	/* "192.0.2.1:4433" */
	return addr_parse(s, ip) ||
	    addr_parse(str_head(s, str_find(s, ':')), ip);
}

static void
read_origins(struct message *m, struct arena *a, size_t limit)
{
	for (size_t i = 0; i < m->headers.n; i++) {
		const struct header *h = &m->headers.at[i];
		struct origin *origin;
		struct addr ip;

		if (!str_case_starts(h->name, STR("X-")) ||
		    !is_origin(h->name) || m->origins.n >= limit ||
		    !origin_address(h->value, &ip))
			continue;
		origin = VEC_ADD(a, &m->origins);
		origin->field = h->name;
		origin->offset = h->offset;
		origin->ip = ip;
	}
}

/* Needs to know which line says who handed the message over. */
static void
read_dates(struct message *m)
{
	const struct header *h = headers_find(&m->headers, "Date");
	size_t i = m->peer_hop < m->hops.n ? m->peer_hop : 0;
	bool has_zone = false, has_other = false;

	if (h != NULL)
		m->has_date = date_read(h->value, &m->date, &has_zone);
	for (; i < m->hops.n && !m->has_received; i++)
		m->has_received = date_read(m->hops.at[i].date, &m->received,
		    &has_other);
	m->has_offset = has_zone && has_other;
}

static bool
is_calendar(const struct part *p)
{
	return str_is(p->type, "text/calendar") ||
	    str_is(p->type, "application/ics") ||
	    str_is(p->type, "text/x-vcalendar") ||
	    str_is(p->type, "text/vcard") ||
	    str_case_ends(p->name, STR(".ics"));
}

/* What a person reads of a text that is no page; of a page links.c tells. */
static struct str
visible_of(struct arena *a, const struct part *p, const struct text *t)
{
	struct str value;

	if (t->is_html)
		return t->utf8;
	if (is_calendar(p))
		return plaintext_unfolded(a, t->utf8);
	if (!header_param(a, p->content_type, "format", &value) ||
	    !str_case_is(value, "flowed"))
		return t->utf8;
	return plaintext_flowed(a, t->utf8,
	    header_param(a, p->content_type, "delsp", &value) &&
	    str_case_is(value, "yes"));
}

/* Mail programs do not show it, and no phrase or address has one. */
static struct str
without_nul(struct arena *a, struct str s)
{
	struct str piece;
	struct buf b;

	if (!str_has(s, '\0'))
		return s;
	buf_init_arena(&b, a, s.n);
	while (str_next(&s, '\0', &piece))
		buf_add_str(&b, piece);
	return buf_str(&b);
}

/* Beginning and end of what is too long: padding in front of a lure is cheaper
 * than padding on both sides, of which one is seen. */
static struct str
cut_middle(struct arena *a, struct str s, size_t most)
{
	if (s.n <= most || most < 1024)
		return str_head(s, most);
	most = most / 2 & ~(size_t)3; /* UTF-16 and UTF-32 stay in step */
	return str_cat(a, str_head(s, most),
	    str_from(s, (s.n - most) & ~(size_t)3));
}

static void
read_text(struct message *m, struct arena *a, uint32_t i, struct str whole,
    const struct message_limits *limits)
{
	const struct part *p = &m->parts.at[i];
	struct str bytes = cut_middle(a, whole, limits->decoded);
	struct str label = p->charset;
	struct charset_text decoded;
	struct text *t;

	t = VEC_ADD(a, &m->texts);
	t->part = i;
	t->is_html = p->is_page;
	if (label.n == 0 && t->is_html)
		label = page_label(bytes);
	if (is_mislabelled(bytes, label))
		label = STR("");
	message_limit(m, LIMIT_DECODED, bytes.n < whole.n);
	decoded = charset_decode(a, bytes, label);
	t->utf8 = without_nul(a, decoded.utf8);
	t->visible = visible_of(a, p, t);
	if (!t->is_html)
		quoted_find(&t->quoted, a, t->visible, NULL);
	t->charset = decoded.charset;
	t->is_guess = decoded.is_guess;
}

static void
read_texts(struct message *m, struct arena *a,
    const struct message_limits *limits)
{
	for (size_t i = 0; i < m->parts.n; i++) {
		const struct part *p = &m->parts.at[i];

		if (p->is_leaf && (!p->is_attachment || p->is_page ||
		    is_calendar(p)))
			read_text(m, a, (uint32_t)i, p->has_files ?
			    p->text : p->bytes, limits);
		else if (p->has_two_types && str_trim(p->preamble).n != 0)
			read_text(m, a, (uint32_t)i, p->preamble, limits);
		if (p->headers.strays.n != 0)
			read_text(m, a, (uint32_t)i, p->headers.strays,
			    limits);
	}
}

void
message_read(struct message *m, struct arena *a, struct str raw,
    const struct envelope *env, const struct message_conf *conf)
{
	static const struct message_conf plain = { .limits = NULL };
	const struct message_limits *limits = &message_limits_default;

	if (conf == NULL)
		conf = &plain;
	if (conf->limits != NULL)
		limits = conf->limits;
	*m = (struct message){ .raw = str_head(raw, limits->bytes),
		.peer_hop = UINT32_MAX };
	message_limit(m, LIMIT_BYTES, raw.n > limits->bytes);
	message_limit(m, LIMIT_RECIPIENTS, env != NULL && env->is_rcpt_cut);
	read_parts(m, a, limits);
	read_fields(m, a, limits);
	note_duplicates(m, a);
	read_hops(m, a, limits->hops);
	peer_find(m, a, env, conf);
	read_origins(m, a, limits->hops);
	read_dates(m);
	read_texts(m, a, limits);
	links_read(m, a, limits);
}
