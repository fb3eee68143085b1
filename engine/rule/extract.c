/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Message to facts: one function for each part of the message, in the order
 * of the table in fact.c; that of links has a file of its own.  What a text or
 * link says is not judged here.
 */
#include "rule/extractjob.h"

#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/arena.h"
#include "base/hash.h"
#include "mail/envelope.h"
#include "mail/message.h"
#include "rule/filetype.h"
#include "rule/hostclass.h"
#include "rule/localpart.h"
#include "rule/phone.h"
#include "rule/quote.h"

enum { PHONES_MOST = 500 };

static struct place
at_envelope(const char *name)
{
	return (struct place){ .kind = PLACE_ENVELOPE, .name = str_of(name) };
}

static struct place
at_header(const struct message *m, const char *name)
{
	const struct header *h = headers_find(&m->headers, name);

	return (struct place){
		.kind = PLACE_HEADER,
		.name = str_of(name),
		.offset = h == NULL ? 0 : (uint32_t)h->offset,
	};
}

static struct place
at_text(const struct message *m, const struct text *t)
{
	return (struct place){
		.kind = PLACE_PART,
		.name = m->parts.at[t->part].number,
		.index = (uint32_t)(t - m->texts.at),
	};
}

/* What the connection showed stands in the envelope, or in the Received line
 * of the host that took it. */
static struct place
at_peer(const struct message *m, const char *name)
{
	if (m->peer_hop == UINT32_MAX)
		return at_envelope(name);
	return (struct place){
		.kind = PLACE_HOP,
		.name = str_of(name),
		.index = m->peer_hop,
	};
}

static void
give_or_absent(struct extract_job *j, enum fact_id id, struct str text,
    struct place where)
{
	if (text.n == 0)
		facts_give_absent(j->facts, id);
	else
		facts_give_str(j->facts, id, text, where);
}

void
extract_close(struct extract_job *j, enum fact_id id)
{
	if (facts_get(j->facts, id)->state == FACT_OPEN)
		facts_give_absent(j->facts, id);
}

static void
extract_helo(struct extract_job *j)
{
	const struct message *m = j->message;

	if (m->peer_helo.n != 0) {
		facts_give_str(j->facts, FACT_HELO, m->peer_helo,
		    at_peer(m, "helo"));
		facts_give_str(j->facts, FACT_HELO_CLASS,
		    hostclass_helo(m->peer_helo, &m->peer_ip),
		    at_peer(m, "helo"));
	} else if (m->peer_hop != UINT32_MAX) {
		facts_give_absent(j->facts, FACT_HELO);
		facts_give_absent(j->facts, FACT_HELO_CLASS);
	} else {
		facts_give_failed(j->facts, FACT_HELO);
		facts_give_failed(j->facts, FACT_HELO_CLASS);
	}
}

void
extract_leave_to_world(struct extract_job *j, uint32_t id)
{
	if (!j->facts->table->is_lent[id])
		facts_give_failed(j->facts, id);
}

/* Exim names a client that has a name, and of another has only its line to
 * show.  Nobody hides behind a line that gives him none, but DNS knows better.
 */
static bool
is_nameless(const struct extract_job *j)
{
	return j->message->is_peer_nameless &&
	    !j->facts->table->is_lent[FACT_RDNS];
}

static void
extract_rdns(struct extract_job *j)
{
	const struct message *m = j->message;

	if (!m->has_peer_rdns && !is_nameless(j)) {
		extract_leave_to_world(j, FACT_RDNS);
		extract_leave_to_world(j, FACT_RDNS_GENERIC);
		extract_leave_to_world(j, FACT_RDNS_CLASS);
	} else if (m->peer_rdns.n == 0) {
		facts_give_absent(j->facts, FACT_RDNS);
		facts_give_absent(j->facts, FACT_RDNS_GENERIC);
		facts_give_str(j->facts, FACT_RDNS_CLASS, STR("none"),
		    at_peer(m, "rdns"));
	} else {
		facts_give_str(j->facts, FACT_RDNS, m->peer_rdns,
		    at_peer(m, "rdns"));
		facts_give_bool(j->facts, FACT_RDNS_GENERIC,
		    hostclass_is_generic(m->peer_rdns, &m->peer_ip),
		    at_peer(m, "rdns"));
		facts_give_str(j->facts, FACT_RDNS_CLASS,
		    hostclass_rdns(m->peer_rdns, &m->peer_ip),
		    at_peer(m, "rdns"));
	}
}

static const struct addr *
keep_addr(struct extract_job *j, const struct addr *addr)
{
	struct addr *kept = ARENA_ONE(j->arena, struct addr);

	*kept = *addr;
	return kept;
}

static void
give_relay(struct extract_job *j, struct str name, uint32_t hop)
{
	struct fact_value *value;
	struct addr addr;

	if (name.n == 0)
		return;
	value = facts_give_str(j->facts, FACT_RELAY, name,
	    (struct place){ .kind = PLACE_HOP, .index = hop });
	if (addr_parse(name, &addr))
		value->addr = keep_addr(j, &addr);
}

static void
give_relay_ip(struct extract_job *j, const struct addr *ip, uint32_t hop)
{
	struct fact_value *value;
	char text[ADDR_TEXT];

	if (ip->family == 0)
		return;
	addr_format(ip, text);
	value = facts_give_str(j->facts, FACT_RELAY,
	    str_copy(j->arena, str_of(text)),
	    (struct place){ .kind = PLACE_HOP, .index = hop });
	value->addr = ip;
}

/* "by" of a line that one of our hosts wrote names that host: no sign of
 * anything.  Without a believed line that is the newest one. */
static void
extract_relays(struct extract_job *j)
{
	const struct message *m = j->message;
	uint32_t ours = m->peer_hop == UINT32_MAX ? 0 : m->peer_hop;

	for (uint32_t i = 0; i < m->hops.n; i++) {
		const struct hop *hop = &m->hops.at[i];

		give_relay(j, hop->helo, i);
		give_relay(j, hop->rdns, i);
		give_relay_ip(j, &hop->ip, i);
		if (i > ours)
			give_relay(j, hop->by, i);
	}
	extract_close(j, FACT_RELAY);
}

static void
extract_connection(struct extract_job *j)
{
	const struct message *m = j->message;

	if (m->peer_ip.family == 0)
		facts_give_failed(j->facts, FACT_IP);
	else
		facts_give_addr(j->facts, FACT_IP, &m->peer_ip,
		    at_peer(m, "ip"));
	extract_leave_to_world(j, FACT_ASN);
	extract_leave_to_world(j, FACT_COUNTRY);
	extract_leave_to_world(j, FACT_OPERATOR);
	extract_rdns(j);
	give_or_absent(j, FACT_USER, j->envelope->user, at_envelope("user"));
}

static void
extract_mail_from(struct extract_job *j)
{
	const struct message *m = j->message;
	struct place where = j->envelope->has_mail_from
	    ? at_envelope("mail_from") : at_header(m, "Return-Path");
	struct address sender;

	if (!m->has_mail_from) {
		facts_give_failed(j->facts, FACT_MAIL_FROM);
		facts_give_failed(j->facts, FACT_MAIL_FROM_DOMAIN);
		return;
	}
	sender = address_read(j->arena, m->mail_from);
	give_or_absent(j, FACT_MAIL_FROM,
	    sender.addr.n != 0 ? sender.addr : m->mail_from, where);
	give_or_absent(j, FACT_MAIL_FROM_DOMAIN, sender.domain, where);
}

static void
give_mailboxes(struct extract_job *j, const address_list *list,
    enum fact_id addr, enum fact_id domain, struct place where)
{
	const struct address *a;

	VEC_EACH(a, list) {
		if (a->addr.n != 0)
			facts_give_str(j->facts, addr, a->addr, where);
		if (a->domain.n != 0)
			facts_give_str(j->facts, domain, a->domain, where);
	}
	extract_close(j, addr);
	extract_close(j, domain);
}

static void
extract_from(struct extract_job *j)
{
	const struct message *m = j->message;
	struct place where = at_header(m, "From");
	bool has_odd_quotes = false;
	const struct address *a;

	give_mailboxes(j, &m->from, FACT_FROM, FACT_FROM_DOMAIN, where);
	VEC_EACH(a, &m->from) {
		if (a->name.n != 0)
			facts_give_str(j->facts, FACT_FROM_NAME, a->name,
			    where);
		has_odd_quotes |= a->has_odd_quotes;
	}
	extract_close(j, FACT_FROM_NAME);
	facts_give_bool(j->facts, FACT_FROM_ODD_QUOTES, has_odd_quotes,
	    where);
	give_mailboxes(j, &m->reply_to, FACT_REPLY_TO, FACT_REPLY_TO_DOMAIN,
	    at_header(m, "Reply-To"));
}

static void
extract_local_parts(struct extract_job *j)
{
	const struct message *m = j->message;
	struct place where = at_header(m, "From");
	bool is_role = false, is_random = false;
	const struct address *a;

	VEC_EACH(a, &m->from) {
		is_role |= localpart_is_role(a->local);
		is_random |= localpart_is_random(a->local);
	}
	facts_give_bool(j->facts, FACT_FROM_ROLE, is_role, where);
	facts_give_bool(j->facts, FACT_FROM_RANDOM, is_random, where);
}

static void
give_recipient(struct extract_job *j, struct str addr, struct place where)
{
	const struct fact *given = facts_get(j->facts, FACT_RCPT);

	if (recipients_add(&j->recipients, addr, given->n))
		facts_give_str(j->facts, FACT_RCPT, addr, where);
}

static void
extract_recipients(struct extract_job *j)
{
	const struct envelope *env = j->envelope;
	const struct fact *given = facts_get(j->facts, FACT_RCPT);
	size_t expected = env->rcpt.n + j->message->to_expected, n;
	struct place where = at_header(j->message, "To");
	struct message_to to;
	struct address one;
	const struct str *rcpt;

	recipients_init(&j->recipients, j->arena, given, expected);
	facts_expect(j->facts, FACT_RCPT, expected);
	VEC_EACH(rcpt, &env->rcpt)
		give_recipient(j, *rcpt, at_envelope("rcpt"));
	n = given->n;
	message_to_begin(&to, j->message, j->arena);
	while (message_to_next(&to, &one))
		give_recipient(j, one.addr, where);
	if (n == 0)
		n = given->n;
	facts_give_int(j->facts, FACT_COUNT_RECIPIENTS, (int64_t)n,
	    nowhere);
	extract_close(j, FACT_RCPT);
}

static void
extract_subject(struct extract_job *j)
{
	const struct message *m = j->message;
	struct place where = at_header(m, "Subject"), tagged = where;
	struct str tag, first = STR(""), rest;
	const struct subject *subject;

	VEC_EACH(subject, &m->subjects) {
		where.offset = (uint32_t)subject->offset;
		rest = extract_untag(subject->text, j->conf, &tag);
		if (rest.n != 0)
			facts_give_str(j->facts, FACT_SUBJECT, rest, where);
		if (first.n != 0 || tag.n == 0)
			continue;
		first = tag;
		tagged = where;
	}
	extract_close(j, FACT_SUBJECT);
	give_or_absent(j, FACT_SUBJECT_TAG, first, tagged);
}

static void
give_phones(struct extract_job *j, const struct text *t)
{
	phone_list phones = { 0 };
	const struct phone *phone;

	phones_find(&phones, j->arena, j->scratch, t->visible,
	    PHONES_MOST - facts_get(j->facts, FACT_PHONE)->n);
	VEC_EACH(phone, &phones) {
		struct place where = at_text(j->message, t);

		where.offset = (uint32_t)phone->begin;
		facts_give_str(j->facts, FACT_PHONE, phone->digits, where);
	}
	arena_empty(j->scratch);
}

static void
extract_phones(struct extract_job *j)
{
	const struct text *t;

	VEC_EACH(t, &j->message->texts)
		if (facts_get(j->facts, FACT_PHONE)->n < PHONES_MOST)
			give_phones(j, t);
	extract_close(j, FACT_PHONE);
}

static void
give_charset(struct extract_job *j, const struct text *t)
{
	const struct fact *given = facts_get(j->facts, FACT_CHARSET);

	for (size_t i = 0; i < given->n; i++)
		if (str_eq(given->at[i].text, t->charset))
			return;
	if (t->charset.n != 0)
		facts_give_str(j->facts, FACT_CHARSET, t->charset,
		    at_text(j->message, t));
}

/* Of valid UTF-8: every byte but those that go on a character. */
static size_t
count_chars(struct str s)
{
	size_t i = 0, n = s.n;

#ifdef __SSE2__
	for (; i + 16 <= s.n; i += 16) {
		__m128i goes_on = _mm_cmplt_epi8(
		    _mm_loadu_si128((const void *)(s.p + i)),
		    _mm_set1_epi8(-64));
		__m128i sum = _mm_sad_epu8(_mm_and_si128(goes_on,
		    _mm_set1_epi8(1)), _mm_setzero_si128());

		n -= (unsigned)_mm_cvtsi128_si32(sum) +
		    (unsigned)_mm_extract_epi16(sum, 4);
	}
#endif
	for (; i < s.n; i++)
		n -= ((unsigned char)s.p[i] & 0xc0) == 0x80;
	return n;
}

static void
extract_texts(struct extract_job *j)
{
	const struct message *m = j->message;
	bool is_guess = false;
	size_t longest = 0;
	const struct text *t;

	VEC_EACH(t, &m->texts) {
		struct place where = at_text(m, t);
		size_t chars = count_chars(t->visible);

		facts_give_str(j->facts, FACT_BODY, t->visible, where);
		if (t->hidden.n != 0 && !t->is_stripped)
			facts_give_str(j->facts, FACT_HIDDEN, t->hidden,
			    where);
		if (t->quoted.n != 0)
			facts_give_str(j->facts, FACT_TEXT_QUOTED,
			    quoted_text(j->arena, t->visible, &t->quoted),
			    where);
		if (t->is_html && !t->is_stripped)
			facts_give_str(j->facts, FACT_HTML, t->utf8, where);
		give_charset(j, t);
		is_guess |= t->is_guess;
		longest = chars > longest ? chars : longest;
	}
	extract_close(j, FACT_BODY);
	extract_close(j, FACT_HIDDEN);
	extract_close(j, FACT_TEXT_QUOTED);
	extract_close(j, FACT_HTML);
	extract_close(j, FACT_CHARSET);
	facts_give_bool(j->facts, FACT_CHARSET_GUESSED, is_guess, nowhere);
	facts_give_int(j->facts, FACT_COUNT_BODY_CHARS, (int64_t)longest,
	    nowhere);
}

/* A pass of DMARC for a domain that does not stand in From: whoever said so
 * has read another From than we do (CVE-2019-16378). */
static bool
is_of_another(const struct message *m)
{
	struct str whose = m->auth.domain[AUTH_DMARC];
	const struct address *from;

	if (m->auth.result[AUTH_DMARC] != AUTH_PASS || whose.n == 0)
		return false;
	VEC_EACH(from, &m->from) {
		if (from->domain.n != 0 && !host_is_below(from->domain,
		    whose) && !host_is_below(whose, from->domain))
			return true;
	}
	return false;
}

static void
extract_auth(struct extract_job *j)
{
	static const enum fact_id ids[AUTH_METHODS] = {
		[AUTH_SPF] = FACT_AUTH_SPF,
		[AUTH_DKIM] = FACT_AUTH_DKIM,
		[AUTH_DMARC] = FACT_AUTH_DMARC,
		[AUTH_ARC] = FACT_AUTH_ARC,
	};
	const struct auth *auth = &j->message->auth;

	for (int i = 0; i < AUTH_METHODS; i++) {
		if (auth->result[i] == AUTH_UNKNOWN ||
		    (i == AUTH_DMARC && is_of_another(j->message)))
			extract_leave_to_world(j, ids[i]);
		else
			facts_give_str(j->facts, ids[i],
			    str_of(auth_result_name(auth->result[i])),
			    at_envelope("auth"));
	}
}

static void
give_hash(struct extract_job *j, const struct part *p, struct place where)
{
	char sum[SHA256_TEXT];

	hash_sha256(p->bytes, sum);
	facts_give_str(j->facts, FACT_FILE_SHA256,
	    str_copy(j->arena, str_of(sum)), where);
}

static bool
is_without_hashes(const struct extract_job *j)
{
	return j->conf != NULL && j->conf->is_without_hashes;
}

static void
give_file(struct extract_job *j, const struct part *p, struct place where)
{
	if (p->name.n != 0 && !p->is_again)
		facts_give_str(j->facts, FACT_FILE_NAME, p->name, where);
	facts_give_str(j->facts, FACT_FILE_TYPE, filetype_of(p->bytes),
	    where);
	if (!is_without_hashes(j))
		give_hash(j, p, where);
}

static void
extract_files(struct extract_job *j)
{
	const struct message *m = j->message;
	int64_t files = 0;
	const struct part *p;

	VEC_EACH(p, &m->parts) {
		struct place where = { .kind = PLACE_PART, .name = p->number };

		if (!p->is_leaf || !p->is_attachment)
			continue;
		give_file(j, p, where);
		files += !p->is_again;
	}
	extract_close(j, FACT_FILE_NAME);
	extract_close(j, FACT_FILE_TYPE);
	if (is_without_hashes(j) && files != 0)
		facts_give_failed(j->facts, FACT_FILE_SHA256);
	extract_close(j, FACT_FILE_SHA256);
	facts_give_int(j->facts, FACT_COUNT_ATTACHMENTS, files, nowhere);
}

static int64_t
count_ids(const struct message *m, const char *name)
{
	const struct header *h = headers_find(&m->headers, name);
	int64_t n = 0;

	if (h == NULL)
		return 0;
	for (size_t i = 0; i < h->value.n; i++)
		n += h->value.p[i] == '<';
	return n;
}

/* What In-Reply-To names, References names too where there is one. */
static void
extract_references(struct extract_job *j)
{
	int64_t n = count_ids(j->message, "References");

	if (n == 0)
		n = count_ids(j->message, "In-Reply-To");
	facts_give_int(j->facts, FACT_COUNT_REFERENCES, n, nowhere);
}

static void
extract_trace(struct extract_job *j)
{
	const struct message *m = j->message;
	const struct origin *origin;

	VEC_EACH(origin, &m->origins)
		facts_give_addr(j->facts, FACT_ORIGIN_IP, &origin->ip,
		    (struct place){ .kind = PLACE_HEADER,
		        .name = origin->field,
		        .offset = (uint32_t)origin->offset });
	extract_close(j, FACT_ORIGIN_IP);
	if (m->has_offset)
		facts_give_int(j->facts, FACT_DATE_OFFSET,
		    m->date_offset, at_header(m, "Date"));
	else
		facts_give_absent(j->facts, FACT_DATE_OFFSET);
}

static void
extract_whole(struct extract_job *j)
{
	const struct message *m = j->message;
	const struct str *name;

	VEC_EACH(name, &m->duplicates)
		facts_give_str(j->facts, FACT_HEADER_DUPLICATE, *name,
		    nowhere);
	extract_close(j, FACT_HEADER_DUPLICATE);
	facts_give_bool(j->facts, FACT_MIME_DAMAGED, m->is_damaged,
	    nowhere);
	for (int i = 0; i < LIMITS; i++)
		if ((m->limits >> i & 1) != 0)
			facts_give_str(j->facts, FACT_LIMIT,
			    str_of(limit_name((enum limit)i)), nowhere);
	extract_close(j, FACT_LIMIT);
	for (uint32_t id = FACT_REPUTATION_IP; id <= FACT_REPUTATION_CAMPAIGN;
	    id++)
		extract_leave_to_world(j, id);
}

static void
extract_report(struct extract_job *j)
{
	uint32_t marks = quote_marks(j->message, j->scratch);

	facts_give_bool(j->facts, FACT_REPORT, quote_marks_report(marks),
	    nowhere);
	facts_give_bool(j->facts, FACT_WARNING, marks != 0 &&
	    !quote_marks_report(marks), nowhere);
}

static void
extract_rcpt_links(struct extract_job *j)
{
	/* The set is made with it. */
	(void)facts_get(j->facts, FACT_RCPT);
	extract_rcpt_in_urls(j);
}

/* What takes time and is asked for by few, each with all that it gives. */
static const struct side {
	void (*extract)(struct extract_job *j);
	enum fact_id gives[2];
	size_t n;
} sides[] = {
	{ extract_helo, { FACT_HELO, FACT_HELO_CLASS }, 2 },
	{ extract_relays, { FACT_RELAY }, 1 },
	{ extract_mail_from, { FACT_MAIL_FROM, FACT_MAIL_FROM_DOMAIN }, 2 },
	{ extract_local_parts, { FACT_FROM_ROLE, FACT_FROM_RANDOM }, 2 },
	{ extract_references, { FACT_COUNT_REFERENCES }, 1 },
	{ extract_recipients, { FACT_RCPT, FACT_COUNT_RECIPIENTS }, 2 },
	{ extract_phones, { FACT_PHONE }, 1 },
	{ extract_urls, { FACT_URL }, 1 },
	{ extract_url_domains, { FACT_URL_DOMAIN }, 1 },
	{ extract_url_queries, { FACT_URL_QUERY }, 1 },
	{ extract_link_texts, { FACT_LINK_TEXT }, 1 },
	{ extract_link_counts, { FACT_COUNT_LINKS, FACT_COUNT_URL_HOSTS }, 2 },
	{ extract_rcpt_links, { FACT_RCPT_IN_URL }, 1 },
	{ extract_report, { FACT_REPORT, FACT_WARNING }, 2 },
};

static void
extract_sides(struct extract_job *j)
{
	for (size_t i = 0; i < nitems(sides); i++)
		sides[i].extract(j);
}

struct later {
	struct facts_finder finder; /* first: it is handed back */
	struct extract_job job;
	uint8_t side_of[FACTS_OWN];
};

static void
find_side(struct facts_finder *finder, uint32_t id)
{
	struct later *l = (struct later *)finder;
	const struct side *s = &sides[l->side_of[id]];

	struct arena *outer = l->job.scratch;

	for (size_t i = 0; i < s->n; i++)
		facts_take_up(l->job.facts, s->gives[i]);
	l->job.scratch = arena_new();
	s->extract(&l->job);
	arena_free(l->job.scratch);
	/* One may ask for another. */
	l->job.scratch = outer;
}

static void
leave_sides(const struct extract_job *j)
{
	struct later *l = ARENA_ONE(j->arena, struct later);

	l->finder.find = find_side;
	l->job = *j;
	for (size_t i = 0; i < nitems(sides); i++)
		for (size_t k = 0; k < sides[i].n; k++) {
			l->side_of[sides[i].gives[k]] = (uint8_t)i;
			facts_leave(j->facts, sides[i].gives[k], &l->finder);
		}
}

void
extract_facts(struct facts *f, const struct message *m,
    const struct envelope *env, const struct extract_conf *conf)
{
	static const struct envelope nothing_said;
	bool is_lent = conf != NULL && conf->scratch != NULL;
	struct extract_job j = {
		.facts = f,
		.arena = f->arena,
		.scratch = is_lent ? conf->scratch : arena_new(),
		.message = m,
		.envelope = env == NULL ? &nothing_said : env,
		.conf = conf,
	};

	extract_connection(&j);
	extract_from(&j);
	extract_subject(&j);
	extract_texts(&j);
	extract_links(&j);
	extract_auth(&j);
	extract_files(&j);
	extract_trace(&j);
	extract_whole(&j);
	if (conf != NULL && conf->is_lazy)
		leave_sides(&j);
	else
		extract_sides(&j);
	if (!is_lent)
		arena_free(j.scratch);
}
