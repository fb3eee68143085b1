/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Received: clauses of words and comments, one behind the other, each begun
 * by its keyword.  Only the "from" clause has forms; they differ in where the
 * name the client gave itself and the name found for its address stand:
 *
 *	from HELO (RDNS [IP])			Postfix, Sendmail
 *	from RDNS (HELO HELO) (IP)		qmail
 *	from RDNS ([IP] helo=HELO)		Exim; without helo= it is RDNS
 *	from unknown HELO HELO			what readers quote of qmail's
 *
 * All addresses between "from" and "by" are looked at.  Two of them stand there
 * where a client calls itself one, and the forms tell which is which; where no
 * form fits, or another "by" has another address, nothing is chosen.  One that
 * stands there alone may be a greeting, too.
 */
#include "mail/received.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/arena.h"

enum { WORDS = 4, COMMENTS = 3, BYS = 8, FROM_BYTES = 5 };

struct from_clause {
	struct str word[WORDS];
	struct str comment[COMMENTS];
	size_t words;
	size_t comments;
};

/* The addresses before a "by". */
struct spot {
	struct addr ip; /* the last; family 0: "[unknown]" */
	const char *at; /* of that; NULL: there is none */
	bool is_many;   /* there are others */
};

struct line {
	bool has_from;
	struct str head; /* between "from" and "by" */
	struct str tail; /* from "by" on */
	bool is_alone;   /* there is one "by" */
	struct from_clause from;
	struct spot spot;
};

/* From "(" to its ")", both left out; s goes on behind it. */
static struct str
take_comment(struct str *s)
{
	struct str inside;
	size_t depth = 1, i = 1;

	while ((i += str_find_any(str_from(*s, i), '(', ')', ')')) < s->n) {
		depth += s->p[i] == '(' ? 1 : (size_t)-1;
		if (depth == 0)
			break;
		i++;
	}
	inside = str_sub(*s, 1, i);
	*s = str_from(*s, i + 1);
	return inside;
}

#ifdef __SSE2__
/* Bytes at the front that end no word, sixteen at a time: ids are long. */
static size_t
words_pass(struct str s)
{
	size_t n = 0, more = 16;

	for (; more == 16 && n + 16 <= s.n; n += more) {
		__m128i here = _mm_loadu_si128((const void *)(s.p + n));
		__m128i is = _mm_or_si128(
		    _mm_cmpeq_epi8(here, _mm_set1_epi8(' ')),
		    _mm_cmpeq_epi8(here, _mm_set1_epi8('(')));

		is = _mm_or_si128(is, _mm_and_si128(
		    _mm_cmpgt_epi8(here, _mm_set1_epi8('\t' - 1)),
		    _mm_cmplt_epi8(here, _mm_set1_epi8('\r' + 1))));
		more = (unsigned)__builtin_ctz(
		    (unsigned)_mm_movemask_epi8(is) | 1U << 16);
	}
	return n;
}
#else
static size_t
words_pass(struct str s)
{
	(void)s;
	return 0;
}
#endif

static struct str
take_word(struct str *s)
{
	struct str word;
	static const bool ends[256] = {
		[' '] = true, ['\t'] = true, ['\n'] = true, ['\v'] = true,
		['\f'] = true, ['\r'] = true, ['('] = true,
	};
	size_t n = words_pass(*s);

	while (n < s->n && !ends[(unsigned char)s->p[n]])
		n++;
	word = str_head(*s, n);
	*s = str_from(*s, n);
	return word;
}

static bool
is_keyword(struct str word)
{
	/* what they begin with, by their length: one branch for nearly all */
	static const uint32_t firsts[5] = {
		[2] = 1u << ('b' & 31) | 1u << ('i' & 31),
		[3] = 1u << ('v' & 31) | 1u << ('f' & 31),
		[4] = 1u << ('f' & 31) | 1u << ('w' & 31),
	};

	if (word.n >= nitems(firsts) || word.n == 0 ||
	    (firsts[word.n] >> (word.p[0] & 31) & 1) == 0)
		return false;
	switch (word.n) {
	case 2:
		return str_case_is(word, "by") || str_case_is(word, "id");
	case 3:
		return str_case_is(word, "via") || str_case_is(word, "for");
	case 4:
		return str_case_is(word, "from") || str_case_is(word, "with");
	default:
		return false;
	}
}

static struct str
without_dot(struct str name)
{
	return str_ends(name, STR(".")) ? str_head(name, name.n - 1) : name;
}

static bool
is_unknown(struct str name)
{
	return name.n == 0 || str_case_is(name, "unknown") ||
	    str_case_is(name, "softdnserr");
}

/* What stands at the ends of an address, and of few names. */
static bool
is_of_address(char c)
{
	return ascii_is_hex(c) || c == ':';
}

/* "192.0.2.1:25"; "fe80::1%12": which of its cards is no matter of ours. */
static bool
plain_address(struct str text, struct addr *ip)
{
	size_t colon;

	if (text.n < 2 || !is_of_address(text.p[text.n - 1]) ||
	    !(is_of_address(text.p[0]) || (text.p[0] | 0x20) == 'i'))
		return false;
	colon = str_find(text, ':');
	if (colon == str_find_last(text, ':'))
		text = str_head(text, colon);
	return addr_parse(str_head(text, str_find(text, '%')), ip);
}

/* An address, alone or as [ip], [ip]:port, user@ip, user@[ip]. */
static bool
address_in(struct str word, struct addr *ip)
{
	if (!str_starts(word, STR("[")) && str_has(word, '@'))
		word = str_from(word, str_find_last(word, '@') + 1);
	if (str_starts(word, STR("[")))
		return plain_address(str_sub(word, 1, str_find(word, ']')),
		    ip);
	return plain_address(word, ip);
}

static void
set_rdns(struct hop *hop, struct str name)
{
	struct addr ip;

	hop->has_rdns = true;
	if (str_has(name, '@')) /* "IDENT:user@name" */
		name = str_from(name, str_find_last(name, '@') + 1);
	if (hop->rdns.n == 0 && !is_unknown(name) && !address_in(name, &ip))
		hop->rdns = without_dot(name);
}

static void
drop_rdns(struct hop *hop)
{
	hop->rdns = STR("");
	hop->has_rdns = false;
}

static bool
is_helo(struct str word)
{
	return str_case_is(word, "helo") || str_case_is(word, "ehlo") ||
	    str_case_is(word, "lhlo");
}

/* "port=2525", "ident=joe", "account joe": nothing about the host. */
static bool
is_aside(struct str word, struct str *s)
{
	if (str_case_is(word, "account") || str_case_is(word, "port")) {
		*s = str_trim(*s);
		take_word(s);
		return true;
	}
	return str_has(word, '=') || str_case_is(word, "authenticated") ||
	    str_case_is(word, "unverified") || str_case_is(word, "sender");
}

/* One comment of the from clause, word by word; at is where the address
 * stands, in it or not. */
static void
read_comment(struct hop *hop, struct str first, struct str s, const char *at)
{
	struct str word, name = STR("");
	bool is_after_helo = false, is_doubted = false;

	while ((s = str_trim(s)).n != 0) {
		if (s.p[0] == '(') {
			is_doubted |= str_case_is(take_comment(&s),
			    "may be forged");
			continue;
		}
		word = take_word(&s);
		if (is_helo(word)) {
			is_after_helo = true;
		} else if (is_after_helo || str_case_skip(&word,
		    STR("helo=")) || str_case_skip(&word, STR("HELO:"))) {
			hop->helo = word;
			is_after_helo = false;
			set_rdns(hop, name.n != 0 ? name : first);
		} else if (str_case_starts(word, STR("ident="))) {
			break; /* may be several words */
		} else if (is_aside(word, &s)) {
			continue;
		} else if (word.p == at) {
			if (word.p[0] == '[' && name.n != 0)
				set_rdns(hop, name);
		} else if (!str_case_is(word, "from") && name.n == 0) {
			name = word;
		}
	}
	/* "(unknown)" and "(from unknown HELO x)" name no address. */
	if (str_case_is(name, "unknown"))
		hop->has_rdns = true;
	/* Sendmail: the name does not lead back to the address. */
	if (is_doubted)
		drop_rdns(hop);
}

/* "from unknown HELO iwkr.cn", all of it plain words. */
static bool
is_spoken_helo(const struct from_clause *f)
{
	return f->words >= 3 && is_helo(f->word[1]);
}

/* How many comments are about the host: all up to the one with the address.
 * 0: the clause has no form that servers write. */
static size_t
comments_told(const struct from_clause *f, const struct spot *spot)
{
	size_t n = 0;

	if (f->words != 1)
		return 0;
	while (n < f->comments && ascii_is_space(f->comment[n].p[-2])) {
		struct str comment = f->comment[n++];

		if (spot->at == NULL || spot->at <= comment.p + comment.n)
			return n;
	}
	return 0;
}

static void
read_from(struct hop *hop, const struct from_clause *f,
    const struct spot *spot)
{
	struct str first = f->words != 0 ? f->word[0] : STR("");
	size_t told = comments_told(f, spot);

	if (is_spoken_helo(f)) {
		hop->helo = f->word[2];
		set_rdns(hop, first);
	}
	for (size_t i = 0; i < told; i++)
		read_comment(hop, first, f->comment[i], spot->at);
	/* Nothing else said what the client called itself; "unknown" is what
	 * qmail says of its address. */
	if (hop->helo.n == 0 && str_case_is(first, "unknown"))
		hop->has_rdns = true;
	else if (hop->helo.n == 0)
		hop->helo = first;
	hop->helo = without_dot(hop->helo);
}

static void
read_words(struct from_clause *f, struct str s)
{
	struct str piece;

	while ((s = str_trim(s)).n != 0) {
		if (s.p[0] == '(') {
			piece = take_comment(&s);
			if (f->comments < COMMENTS)
				f->comment[f->comments++] = piece;
			continue;
		}
		piece = take_word(&s);
		/* "HELO by" makes no clause of it. */
		if (is_keyword(piece) && f->words + f->comments != 0)
			return;
		if (f->words < WORDS)
			f->word[f->words++] = piece;
	}
}

/* "[ip]", "[unknown]", "(ip", "(user@ip". */
static bool
begins_address(struct str s, struct addr *ip)
{
	struct str word = str_from(s, 1);

	*ip = (struct addr){ 0 };
	if (s.p[0] == '[') {
		word = str_head(word, str_find(word, ']'));
		return str_case_is(word, "unknown") || plain_address(word, ip);
	}
	word = str_head(word, str_find_any(word, ' ', ')', '['));
	if (str_has(word, '@'))
		word = str_from(word, str_find_last(word, '@') + 1);
	return plain_address(word, ip);
}

static void
find_addresses(struct spot *spot, struct str s)
{
	struct addr ip;
	size_t i = 0;

	*spot = (struct spot){ .at = NULL };
	for (; (i += str_find_any(str_from(s, i), '[', '(', '(')) < s.n; i++) {
		if (!begins_address(str_from(s, i), &ip))
			continue;
		spot->is_many = spot->is_many ||
		    (spot->at != NULL && !addr_eq(&ip, &spot->ip));
		spot->ip = ip;
		spot->at = s.p + i + (s.p[i] == '(');
	}
}

/* "HELO x", of qmail and those like it. */
static bool
is_greeting(struct str comment)
{
	return is_helo(take_word(&comment)) &&
	    str_find_any(str_trim(comment), ' ', '(', '\t') ==
	    str_trim(comment).n;
}

/*
 * "HELO (RDNS [IP]", "RDNS (HELO HELO) (IP": the last address is the server's,
 * all others are what the client calls itself.  A name that looks like a word
 * of Exim's or CommuniGate's, who write the address first, is none.
 */
static bool
is_last_servers(const struct from_clause *f, const struct spot *spot)
{
	size_t n = comments_told(f, spot);
	struct str comment, name;

	if (n == 0 || n > 2 || (n == 2 && !is_greeting(f->comment[0])))
		return false;
	comment = f->comment[n - 1];
	if (spot->at <= comment.p) /* not "(ident=user@ip" */
		return spot->at == comment.p &&
		    !str_has(take_word(&comment), '=');
	name = str_trim(str_between(comment.p, spot->at));
	return str_is(name, "Not Verified") || /* MailMarshal */
	    (str_find_any(name, '(', '[', ' ') == name.n &&
	    !str_has(name, '=') && !is_helo(name) &&
	    !str_case_is(name, "account"));
}

/* Where the word "by" stands from a place on, or s.n. */
static size_t
find_by(struct str s, size_t at)
{
	for (; at + 2 < s.n; at++) {
		at += str_case_find_str(str_from(s, at), STR("by"));
		if (at + 2 < s.n && ascii_is_space(s.p[at + 2]) &&
		    (at == 0 || ascii_is_space(s.p[at - 1])))
			return at;
	}
	return s.n;
}

/* "HELO x", "account joe HELO x" */
static bool
is_account(struct str comment)
{
	struct str word = take_word(&comment);

	if (str_case_is(word, "account") && is_aside(word, &comment)) {
		comment = str_trim(comment);
		word = take_word(&comment);
	}
	return is_helo(word);
}

/* Exim, Momentum, CommuniGate; nobody says so in another "by".  They say it
 * before the id: what the client has said stands behind that. */
static bool
writes_address_first(const struct line *l)
{
	struct str s = l->tail;
	size_t at = 0;

	if (!l->is_alone)
		return false;
	for (; (at += str_find(str_from(s, at), '(')) < s.n; at++) {
		struct str comment = str_from(s, at + 1);

		if (str_starts(comment, STR("Exim ")) ||
		    str_starts(comment, STR("ecelerity ")) ||
		    (str_starts(comment, STR("CommuniGate ")) &&
		    l->from.comments != 0 &&
		    is_account(l->from.comment[0])))
			return at < str_find_str(s, STR(" id "));
	}
	return false;
}

/* Exim's address stands in front of all that is the client's, who may have
 * said any more through ident: "[ip] (", "name ([ip]". */
static bool
take_first(const struct from_clause *f, struct spot *spot)
{
	struct str at = f->words != 1 ? STR("") : f->word[0];

	if (!str_starts(at, STR("[")) && f->comments != 0)
		at = f->comment[0];
	if (!str_starts(at, STR("[")) || !address_in(at, &spot->ip))
		return false;
	spot->at = at.p;
	return true;
}

/*
 * What a client has chosen may have a "by" too, in front of the server's or
 * behind it.  Right before that stands an address, so as long as all agree it
 * does not matter whose is whose.
 */
static bool
is_disputed(const struct line *l)
{
	struct spot other;
	struct str piece;
	size_t by = 0, next;

	for (size_t n = 0; (next = find_by(l->tail, by + 2)) != l->tail.n;
	    n++, by = next) {
		piece = str_trim(str_sub(l->tail, by + 2, next));
		if (n == BYS)
			return true;
		if (!str_ends(piece, STR(")")) && !str_ends(piece, STR("]")))
			continue;
		find_addresses(&other, piece);
		if (other.at != NULL && (other.is_many || l->spot.at == NULL ||
		    !addr_eq(&other.ip, &l->spot.ip)))
			return true;
	}
	return false;
}

/* The clauses from "by" on.  Quotes begin a sender or recipient, who may be
 * any words. */
static void
read_clauses(struct hop *hop, struct str s)
{
	struct str word, *to = NULL;
	unsigned withs = 0;

	s = str_head(s, str_find(s, '"'));
	while ((s = str_trim(s)).n != 0) {
		if (s.p[0] == '(') {
			take_comment(&s);
			continue;
		}
		word = take_word(&s);
		if (is_keyword(word)) {
			to = str_case_is(word, "by") ? &hop->by :
			    str_case_is(word, "with") ? &hop->with :
			    str_case_is(word, "id") ? &hop->id : NULL;
			withs += to == &hop->with;
		} else if (to != NULL && to->n == 0) {
			*to = word;
		}
	}
	/* One of them is the client's word. */
	if (withs > 1)
		hop->with = STR("");
}

/* A client's "by" hides the server's from "with", too. */
static bool
has_withs(struct str s)
{
	s = str_from(s, str_case_find_str(s, STR(" with ")) + 1);
	return str_case_find_str(s, STR(" with ")) != s.n;
}

/* Which address is the peer's; false: it may be the client who wrote it. */
static bool
choose_address(struct line *l)
{
	struct spot *spot = &l->spot;

	if (spot->is_many && !(writes_address_first(l) ?
	    take_first(&l->from, spot) : is_last_servers(&l->from, spot)))
		return false;
	if (!l->is_alone && is_disputed(l))
		return false;
	if (spot->at == NULL && l->from.words != 0)
		address_in(l->from.word[0], &spot->ip);
	return true;
}

/*
 * What stands first is the client's word, and an address if he likes, unless
 * the line says elsewhere what he called himself.  These write his address
 * there.
 */
static bool
is_clients_word(const struct line *l, const struct hop *hop)
{
	size_t end = str_find_any(l->head, ' ', '\t', '\n');

	if (l->spot.at != NULL && l->spot.at > l->head.p + end)
		return false;
	if (l->from.words == 1 && hop->helo.n != 0 &&
	    hop->helo.p != l->head.p)
		return false;
	return !l->is_alone ||
	    !((l->spot.at != NULL && writes_address_first(l)) ||
	    str_case_starts(hop->with, STR("HTTP")) ||
	    str_case_starts(hop->with, STR("qmail-scanner")));
}

static void
cut_line(struct line *l, struct str s)
{
	struct str rest = s;
	bool has_from = str_case_is(take_word(&rest), "from");
	/* Right behind "from" it is a client's name. */
	size_t by = find_by(s, has_from ? FROM_BYTES + 1 : 0);

	*l = (struct line){ .head = str_head(s, by),
		.tail = str_from(s, by) };
	l->is_alone = by != s.n && find_by(l->tail, 2) == l->tail.n;
	l->has_from = l->head.n != 0;
	if (has_from)
		l->head = str_trim(str_from(l->head, FROM_BYTES));
	find_addresses(&l->spot, l->head);
	read_words(&l->from, l->head);
}

/* Behind its only "by" even an unclear line is the server's. */
static void
leave_unclear(struct hop *hop, const struct line *l)
{
	hop->is_unclear = true;
	hop->helo = str_head(l->head, str_find(l->head, ' '));
	if (!l->is_alone)
		hop->by = hop->with = hop->id = STR("");
}

static void
read_line(struct hop *hop, struct str s)
{
	struct str first;
	struct line l;

	cut_line(&l, s);
	hop->has_from = l.has_from;
	read_clauses(hop, l.tail.n == 0 ? s : l.tail);
	if (!l.is_alone && has_withs(l.tail))
		hop->with = STR("");
	if (!choose_address(&l)) {
		leave_unclear(hop, &l);
		return;
	}
	read_from(hop, &l.from, &l.spot);
	if (!is_clients_word(&l, hop)) {
		hop->ip = l.spot.ip;
	} else if (!l.is_alone && l.tail.n != 0 && l.spot.at != NULL) {
		drop_rdns(hop);
		leave_unclear(hop, &l);
		return;
	}
	/* "((" */
	first = str_head(l.head, str_find(l.head, ' '));
	if (l.from.words == 0 && l.spot.at > first.p + first.n)
		hop->helo = first;
	/* Sendmail writes the same of a host without a name. */
	if (!hop->has_rdns && hop->ip.family != 0 && l.from.words == 1 &&
	    writes_address_first(&l))
		set_rdns(hop, l.from.word[0]);
}

void
received_read(struct hop *out, struct arena *a, struct str value)
{
	struct str s = value;
	size_t semicolon = str_find_last(value, ';');

	(void)a;
	*out = (struct hop){ .raw = value };
	if (semicolon != value.n) {
		out->date = str_trim(str_from(value, semicolon + 1));
		s = str_head(value, semicolon);
	}
	while (str_starts(s = str_trim(s), STR("(")))
		take_comment(&s);
	read_line(out, s);
}

/* fetchmail, getmail and the like: a mailbox was emptied. */
bool
hop_is_fetched(const struct hop *hop)
{
	return str_case_starts(hop->with, STR("IMAP")) ||
	    str_case_starts(hop->with, STR("POP"));
}

/* Exchange Online puts a message into a mailbox: "NAME (ip)" is a host of its
 * own.  Webmail names a browser, never so. */
bool
hop_is_filed(const struct hop *hop)
{
	struct str s = hop->raw;
	struct addr ip;

	if (!str_case_is(hop->with, "HTTPS"))
		return false;
	take_word(&s);
	s = str_trim(s);
	if (address_in(take_word(&s), &ip))
		return false;
	s = str_trim(s);
	return str_starts(s, STR("(")) && begins_address(s, &ip);
}

/* RFC 3848 and 6531, an old word of Exim's, and what webmail writes. */
bool
hop_is_of_user(const struct hop *hop)
{
	static const struct str words[] = {
		STR_INIT("ESMTPA"), STR_INIT("ESMTPSA"), STR_INIT("LMTPA"),
		STR_INIT("LMTPSA"), STR_INIT("UTF8SMTPA"),
		STR_INIT("UTF8SMTPSA"), STR_INIT("UTF8LMTPA"),
		STR_INIT("UTF8LMTPSA"), STR_INIT("asmtp"), STR_INIT("HTTP"),
		STR_INIT("HTTPS"),
	};

	return str_case_is_any(hop->with, words, nitems(words)) &&
	    !hop_is_filed(hop);
}
