/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading a message: the pieces are read by their own files, here they are
 * put together.  What a person reads is texts.c, what links there are links.c,
 * who handed the message over peer.c.
 */
#include "mail/message.h"

#include "base/arena.h"
#include "base/utf8.h"
#include "mail/assemble.h"
#include "mail/bidi.h"
#include "mail/charset.h"
#include "mail/date.h"

enum { SUBJECTS_MOST = 16, PARTS_LEAST = 500, PART_BYTES = 28 };

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

/* A part costs far more than the bytes of its line, and few are so short. */
static size_t
parts_most(size_t bytes, size_t limit)
{
	size_t most = PARTS_LEAST + bytes / PART_BYTES;

	return most < limit ? most : limit;
}

static void
read_parts(struct message *m, struct arena *a,
    const struct message_limits *limits)
{
	struct mime_limits parts = {
		.depth = limits->depth,
		.parts = parts_most(m->raw.n, limits->parts),
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
	struct str text;

	for (; h != NULL && m->subjects.n < SUBJECTS_MOST;
	    h = headers_next(&m->headers, h)) {
		message_limit(m, LIMIT_WORDS, header_words_over(h->value));
		text = bidi_turn(a, header_text(a, h->value));
		if (text.n != 0)
			*VEC_ADD(a, &m->subjects) =
			    (struct subject){ text, h->offset };
	}
	message_limit(m, LIMIT_HEADERS, h != NULL);
	if (m->subjects.n != 0)
		m->subject = m->subjects.at[0].text;
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

/* The charset that the first text is in, if that tells of raw bytes what they
 * are: anything can be Western. */
static struct str
field_label(const struct message *m)
{
	static const struct str none[] = { STR_INIT("utf-8"),
		STR_INIT("utf8"), STR_INIT("us-ascii"),
		STR_INIT("iso-8859-1"), STR_INIT("latin1"),
		STR_INIT("iso-8859-15"), STR_INIT("windows-1252") };
	const struct part *p;

	VEC_EACH(p, &m->parts)
		if (p->charset.n != 0)
			return str_case_is_any(p->charset, none,
			    nitems(none)) ? STR("") : p->charset;
	return STR("");
}

static size_t
count_between(struct str s, uint32_t first, uint32_t last)
{
	size_t n = 0;

	for (size_t at = 0; at < s.n;) {
		uint32_t c = utf8_next(s, &at);

		n += c >= first && c <= last;
	}
	return n;
}

/* Whether a field read by the label of the text is better guessed: nobody
 * writes letters of private use, nor hiragana by accident.  Of Big5 the most
 * common letters are hiragana in EUC-JP. */
static bool
is_guess_better(struct arena *a, struct str value,
    const struct charset_text *read)
{
	enum { HIRAGANA = 0x3041, HIRAGANA_LAST = 0x3093, LEAST = 3 };
	struct charset_text guess;

	if (count_between(read->utf8, 0xe000, 0xf8ff) != 0)
		return true;
	if (count_between(read->utf8, HIRAGANA, HIRAGANA_LAST) != 0)
		return false;
	guess = charset_decode(a, value, STR(""));
	return count_between(guess.utf8, HIRAGANA, HIRAGANA_LAST) >= LEAST &&
	    !(str_is(guess.charset, "euc-jp") &&
	    str_case_starts(read->charset, STR("big5")));
}

/* Raw 8-bit fields are mostly in the charset of the text, which mail programs
 * try first; what they cannot be there is guessed later. */
static void
label_fields(struct message *m, struct arena *a)
{
	struct str label = field_label(m);
	struct charset_text read;

	if (label.n == 0 || !charset_has_ascii(a, label))
		return;
	for (size_t i = 0; i < m->headers.n; i++) {
		struct header *h = &m->headers.at[i];

		if (utf8_is_valid(h->value))
			continue;
		read = charset_decode(a, h->value, label);
		if (!read.is_guess && !read.is_damaged &&
		    !is_guess_better(a, h->value, &read))
			h->value = read.utf8;
	}
}

static void
read_fields(struct message *m, struct arena *a,
    const struct message_limits *limits)
{
	const struct header *h;

	label_fields(m, a);
	read_subjects(m, a);
	read_addresses(m, &m->from, a, "From", limits->addresses);
	read_addresses(m, &m->sender, a, "Sender", limits->addresses);
	read_addresses(m, &m->reply_to, a, "Reply-To", limits->addresses);
	count_to(m, limits->addresses);
	h = headers_find(&m->headers, "Message-ID");
	if (h != NULL)
		m->message_id = header_utf8(a, h->value);
}

/* Names of fields that may stand once (RFC 5322 3.6, and MIME). */
static const struct str singles[] = {
	STR_INIT("From"), STR_INIT("Sender"), STR_INIT("Reply-To"),
	STR_INIT("To"), STR_INIT("Cc"), STR_INIT("Bcc"),
	STR_INIT("Subject"), STR_INIT("Date"), STR_INIT("Message-ID"),
	STR_INIT("In-Reply-To"), STR_INIT("References"),
	STR_INIT("MIME-Version"), STR_INIT("Content-Type"),
	STR_INIT("Content-Transfer-Encoding"),
	STR_INIT("Content-Disposition"),
};

/* The number of the name, or nitems(singles): it is none of them. */
static size_t
single_of(struct str name)
{
	size_t i = 0;

	while (i < nitems(singles) && !str_case_eq(name, singles[i]))
		i++;
	return i;
}

/* In few messages any does: names are asked for, not fields. */
static bool
has_duplicates(const struct headers *headers)
{
	for (size_t i = 0; i < nitems(singles); i++) {
		uint32_t key = header_key(singles[i]);
		const struct header *h = NULL;

		if ((headers->again & header_bit(key)) != 0)
			h = headers_find_key(headers, singles[i], key);
		if (h != NULL && headers_next(headers, h) != NULL)
			return true;
	}
	return false;
}

static void
note_duplicates(struct message *m, struct arena *a)
{
	unsigned seen[nitems(singles) + 1] = { 0 };

	if (!has_duplicates(&m->headers))
		return;
	for (size_t i = 0; i < m->headers.n; i++) {
		struct str name = m->headers.at[i].name;
		size_t single = single_of(name);

		/* the second says it, the third says nothing new */
		if (single != nitems(singles) && ++seen[single] == 2)
			*VEC_ADD(a, &m->duplicates) = str_lower(a, name);
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

	/* the letters behind "X-" and at the end: few other names have both */
	const uint32_t begins = 1u << ('o' & 31) | 1u << ('s' & 31) |
	    1u << ('c' & 31) | 1u << ('r' & 31) | 1u << ('f' & 31) |
	    1u << ('y' & 31) | 1u << ('g' & 31) | 1u << ('n' & 31) |
	    1u << ('a' & 31) | 1u << ('m' & 31);
	const uint32_t ends = 1u << ('p' & 31) | 1u << ('r' & 31) |
	    1u << ('t' & 31) | 1u << ('a' & 31) | 1u << ('s' & 31);

	return name.n > 2 && name.p[1] == '-' &&
	    (begins >> (name.p[2] & 31) & 1) != 0 &&
	    (ends >> (name.p[name.n - 1] & 31) & 1) != 0 &&
	    str_case_is_any(name, names, nitems(names));
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

		if (!is_origin(h->name) || m->origins.n >= limit ||
		    !origin_address(h->value, &ip))
			continue;
		origin = VEC_ADD(a, &m->origins);
		origin->field = h->name;
		origin->offset = h->offset;
		origin->ip = ip;
	}
}

/* Clocks of the same moment differ by no more: from -1200 to +1400. */
enum { ZONE_MOST = 26 * 3600 };

/* From what was received to what is said; without all zones there is an offset
 * only if no zone explains it, and then it is the least that it can be. */
static void
compare_dates(struct message *m, bool has_zones)
{
	int64_t offset = m->date - m->received;

	if (!has_zones && offset > ZONE_MOST)
		offset -= ZONE_MOST;
	else if (!has_zones && offset < -ZONE_MOST)
		offset += ZONE_MOST;
	else if (!has_zones)
		return;
	m->has_offset = true;
	m->date_offset = offset;
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
	if (m->has_date && m->has_received)
		compare_dates(m, has_zone && has_other);
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
	texts_read(m, a, limits);
	links_read(m, a, limits);
}
