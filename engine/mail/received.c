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
	bool is_bracketed; /* the address found last */
	bool is_nested;    /* a comment has another in it */
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
/* Bytes at the front that end no word, sixteen at most. */
static size_t
words_pass(struct str s)
{
	__m128i here, is;

	if (s.n < 16)
		return 0;
	here = _mm_loadu_si128((const void *)s.p);
	is = _mm_or_si128(_mm_cmpeq_epi8(here, _mm_set1_epi8(' ')),
	    _mm_cmpeq_epi8(here, _mm_set1_epi8('(')));
	is = _mm_or_si128(is, _mm_and_si128(
	    _mm_cmpgt_epi8(here, _mm_set1_epi8('\t' - 1)),
	    _mm_cmplt_epi8(here, _mm_set1_epi8('\r' + 1))));
	return (unsigned)__builtin_ctz((unsigned)_mm_movemask_epi8(is) |
	    1U << 16);
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

/* "fe80::1%12": which of its cards is no matter of ours. */
static bool
plain_address(struct str text, struct addr *ip)
{
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
	return str_case_is(word, "helo") || str_case_is(word, "ehlo");
}

/* What servers say beside: who has proven what, and what of it the client has
 * chosen, as a certificate's name.  A host's name has its address behind it. */
static bool
is_beside(struct str comment)
{
	size_t end = str_find(comment, ' ');
	struct str first = str_head(comment, end);

	if (str_starts(str_from(comment, end + 1), STR("[")))
		return false;
	return (str_case_starts(first, STR("authenticated")) &&
	    !str_has(first, '.')) ||
	    str_case_starts(comment, STR("client cn ")) ||
	    str_case_starts(comment, STR("no client certificate ")) ||
	    str_case_starts(comment, STR("envelope-from ")) ||
	    str_case_starts(comment, STR("using "));
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

/* An address that somebody found.  What a client calls itself, and the name it
 * has for its address, may look like one too and stand in front: "[ip]" counts
 * before an address without brackets, and of two the later one. */
static void
take_address(struct hop *hop, struct from_clause *f, const struct addr *ip,
    bool is_bracketed, struct str name)
{
	if (hop->ip.family != 0 && f->is_bracketed && !is_bracketed)
		return;
	/* qmail alone writes the name apart from its address, which has no
	 * brackets */
	if (hop->ip.family != 0 || is_bracketed) {
		hop->rdns = STR("");
		hop->has_rdns = hop->ip.family != 0 && is_bracketed;
	}
	hop->ip = *ip;
	f->is_bracketed = is_bracketed;
	if (name.n != 0)
		set_rdns(hop, name);
}

/* One comment of the from clause, word by word. */
static void
read_comment(struct hop *hop, struct from_clause *f, struct str s)
{
	struct str first = f->words != 0 ? f->word[0] : STR("");
	struct str word, name = STR("");
	struct addr ip;
	bool is_after_helo = false, is_doubted = false;

	if (is_beside(s))
		return;
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
			if (hop->ip.family == 0 || !hop->has_rdns)
				set_rdns(hop, name.n != 0 ? name : first);
		} else if (is_aside(word, &s)) {
			continue;
		} else if (address_in(word, &ip)) {
			take_address(hop, f, &ip, word.p[0] == '[', name);
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

static void
read_from(struct hop *hop, struct from_clause *f)
{
	struct str first = f->words != 0 ? f->word[0] : STR("");

	if (is_spoken_helo(f)) {
		hop->helo = f->word[2];
		set_rdns(hop, first);
	}
	for (size_t i = 0; i < f->comments; i++)
		read_comment(hop, f, f->comment[i]);
	for (size_t i = 0; i < f->words && hop->ip.family == 0; i++)
		address_in(f->word[i], &hop->ip);
	/* Nothing else said what the client called itself; "unknown" is what
	 * qmail says of its address. */
	if (hop->helo.n == 0 && str_case_is(first, "unknown"))
		hop->has_rdns = true;
	else if (hop->helo.n == 0)
		hop->helo = first;
	hop->helo = without_dot(hop->helo);
}

/* Where there are too many the last one has the last room. */
static void
add_comment(struct from_clause *f, struct str comment)
{
	if (f->comments == COMMENTS)
		f->comments--;
	f->is_nested = f->is_nested || str_has(comment, ')');
	f->comment[f->comments++] = comment;
}

/* The clause of a keyword: its first word, of which "from" has more; s goes on
 * at the next keyword. */
static void
read_clause(struct hop *hop, struct from_clause *from, struct str keyword,
    struct str *s)
{
	struct str *to = str_case_is(keyword, "by") ? &hop->by :
	    str_case_is(keyword, "with") ? &hop->with :
	    str_case_is(keyword, "id") ? &hop->id : NULL;
	bool is_from = str_case_is(keyword, "from");
	struct str rest, piece;

	while ((*s = str_trim(*s)).n != 0) {
		rest = *s;
		if (s->p[0] == '(') {
			piece = take_comment(&rest);
			if (is_from)
				add_comment(from, piece);
		} else {
			piece = take_word(&rest);
			/* "HELO by" makes no clause of it. */
			if (is_keyword(piece) && !(is_from &&
			    from->words == 0 && from->comments == 0))
				return;
			if (is_from && from->words < WORDS)
				from->word[from->words++] = piece;
			if (to != NULL && to->n == 0)
				*to = piece;
		}
		*s = rest;
	}
}

/* Cuts "(inside)" off the end; false: no "(" begins it. */
static bool
cut_comment(struct str *s, struct str *inside)
{
	size_t depth = 0;

	for (size_t i = s->n; i-- > 0;) {
		depth += s->p[i] == ')';
		if (s->p[i] != '(' || --depth != 0)
			continue;
		*inside = str_sub(*s, i + 1, s->n - 1);
		*s = str_head(*s, i);
		return true;
	}
	return false;
}

/* Where the word "by" stands next, or s.n.  Right behind "from" it is a
 * client's name. */
static size_t
find_by(struct str s, size_t from)
{
	size_t at = (from == 0 ? FROM_BYTES : from) + 1;

	for (; at + 2 < s.n; at++) {
		at += str_case_find_str(str_from(s, at), STR("by"));
		if (at + 2 < s.n && ascii_is_space(s.p[at - 1]) &&
		    ascii_is_space(s.p[at + 2]))
			return at;
	}
	return s.n;
}

/* Comments of a client's words, or of none about his host: the address stands
 * in front of them. */
static bool
is_passed(struct str comment)
{
	static const struct str begins[] = {
		STR_INIT("helo="), STR_INIT("ident="), STR_INIT("port="),
		STR_INIT("helo "), STR_INIT("account "), STR_INIT("ident: "),
		STR_INIT("auth: "), STR_INIT("tls: "),
		STR_INIT("squirrelmail "),
	};

	/* a host of this name */
	if (str_starts(str_from(comment, str_find(comment, ' ') + 1),
	    STR("[")))
		return false;
	for (size_t i = 0; i < nitems(begins); i++)
		if (str_case_starts(comment, begins[i]))
			return true;
	return is_beside(comment);
}

/* In "rdns [ip] (may be forged)", "[ip]:port helo=x", "ip".  A name may have
 * brackets too. */
static bool
address_of_comment(struct str s, struct addr *ip)
{
	size_t last = str_find_last(s, '[');
	bool has_helo = str_case_find_str(s, STR("helo=")) != s.n;

	if (last == s.n || last == 0 || (s.p[0] == '[' && has_helo))
		return address_in(s, ip);
	return !has_helo && address_in(str_from(s, last), ip);
}

/* An address right before "by", and what that "by" is worth. */
struct spot {
	struct addr ip;
	size_t by;
	bool is_of_exim; /* the form says so: the address is sure */
	bool is_bare;    /* a word alone: what a client calls itself may be */
	bool is_clean;   /* no "(", "<", quote before the comment of it */
	bool is_twice;   /* there is another with the same address */
	bool is_unclear; /* there is one with another */
};

/* The address at the end of what stands before "by", where servers write it:
 * "(name [ip])", "[ip]", "(ip)". */
static bool
address_at_end(struct str s, struct spot *spot)
{
	struct str comment;
	size_t blank;

	*spot = (struct spot){ .by = s.n };
	while (str_ends(s = str_trim(s), STR(")"))) {
		if (!cut_comment(&s, &comment))
			return false;
		if (is_passed(comment))
			continue;
		spot->is_clean = !str_has(s, '<') &&
		    str_find_any(s, '(', '"', '"') == s.n;
		return address_of_comment(comment, &spot->ip);
	}
	spot->is_bare = true;
	blank = str_find_last(s, ' ');
	return address_in(blank == s.n ? s : str_from(s, blank + 1),
	    &spot->ip);
}

/* It names itself before the id; what the client has said stands behind. */
static bool
is_of_exim(struct str value)
{
	size_t at = str_find_str(value, STR("(Exim "));

	return at != value.n && at < str_find_str(value, STR(" id "));
}

/* Exim's address stands in front of all that is the client's, who may have
 * said any more through ident: "from [ip] (", "from name ([ip]". */
static bool
address_of_exim(struct str s, struct addr *ip)
{
	struct str word;

	if (!str_case_skip(&s, STR("from ")))
		return false;
	s = str_trim(s);
	word = take_word(&s);
	s = str_trim(s);
	if (!str_starts(word, STR("[")) && str_starts(s, STR("([")))
		word = str_from(s, 1);
	return str_starts(word, STR("[")) && address_in(word, ip);
}

/* Where an address of Exim's form stands in front, and words of the client
 * behind it, the one before "by" may be of these. */
static bool
is_of_server(struct str s, const struct spot *spot)
{
	struct str head = str_head(s, spot->by);
	struct addr ip;

	if (!address_of_exim(head, &ip))
		return true;
	/* Between brackets in front the one that was read is no more sure. */
	head = str_from(head, str_find(head, '('));
	if (str_case_find_str(head, STR("helo=")) == head.n &&
	    str_case_find_str(head, STR("ident=")) == head.n)
		return true;
	return addr_eq(&ip, &spot->ip) && (spot->is_of_exim ||
	    str_find(head, '[') == str_find_last(head, '[') ||
	    str_case_find_str(head, STR("helo=[")) != head.n);
}

/* Courier writes what ident says behind the address. */
static bool
has_ident_behind(struct str s, const struct spot *spot)
{
	struct str head = str_head(s, spot->by);
	size_t at = str_case_find_str(head, STR("(IDENT: "));
	struct spot before;

	return at != head.n && address_at_end(str_head(head, at), &before) &&
	    !addr_eq(&before.ip, &spot->ip);
}

/* The servers that write down quoted senders or recipients name themselves
 * right behind "by".  The rest of their line has one quoted word then, and what
 * it looks like is no line. */
static bool
is_quoted_behind(struct str s, const struct spot *spot)
{
	struct str tail = str_from(s, spot->by), rest;
	size_t from = str_find_str(tail, STR("<\"")), end;

	if (from == tail.n || find_by(str_head(tail, from), 0) != from ||
	    (!spot->is_of_exim && !(spot->is_clean &&
	    str_find_str(str_head(tail, from), STR(" (Postfix) ")) != from) &&
	    str_find_str(str_head(tail, from), STR(" (Haraka")) == from))
		return false;
	rest = str_from(tail, from + 2);
	end = str_find_str(rest, STR("\"@"));
	return end != rest.n && str_find(rest, '"') == end &&
	    !str_has(str_from(rest, end + 1), '"');
}

/* The address before a "by". */
static bool
find_spot(struct spot *spot, struct str s, size_t by)
{
	struct addr ip;

	if (!address_of_exim(str_head(s, by), &ip) ||
	    !is_of_exim(str_from(s, by)))
		return address_at_end(str_head(s, by), spot);
	*spot = (struct spot){ .by = by, .ip = ip, .is_of_exim = true };
	return true;
}

/* One more address before a "by"; is_hidden: there was a "by" without any. */
static void
weigh_spot(struct spot *spot, struct spot *next, struct str s, bool is_hidden)
{
	bool is_none = spot->by == s.n;

	if (!is_none && is_quoted_behind(s, spot))
		return;
	if (!is_of_server(s, next) || has_ident_behind(s, next))
		spot->is_unclear = true;
	else if ((is_none && !is_hidden) ||
	    ((next->is_clean || next->is_of_exim) &&
	    (is_none || spot->is_bare)))
		*spot = *next;
	else if (is_none || !addr_eq(&spot->ip, &next->ip))
		spot->is_unclear = true;
	else
		spot->is_twice = true;
}

/*
 * The server's own "by", which has the address it wrote right before it; by is
 * s.n where none has.  The client's words may make others, in front of it what
 * he calls itself, behind it a sender or recipient.  Greetings without
 * parentheses and quotes are before the server's first comment.
 */
static void
find_server(struct spot *spot, struct str s)
{
	bool is_hidden = false;
	struct spot next;
	size_t by = 0;

	*spot = (struct spot){ .by = s.n };
	for (size_t n = 0; (by = find_by(s, by)) != s.n; n++) {
		if (n == BYS)
			spot->is_unclear = true;
		if (spot->is_unclear)
			return;
		if (find_spot(&next, s, by))
			weigh_spot(spot, &next, s, is_hidden);
		else
			is_hidden = true;
	}
}

/* "by" where it was read first. */
struct clauses {
	size_t by;
	unsigned bys, withs;
	bool is_late; /* another clause stands between "from" and it */
};

static void
note_clause(struct clauses *c, struct str keyword, size_t at)
{
	if (str_case_is(keyword, "with"))
		c->withs++;
	if (str_case_is(keyword, "by") && c->bys++ == 0)
		c->by = at;
	else if (c->bys == 0 && !str_case_is(keyword, "from"))
		c->is_late = true;
}

/* All clauses of s; at is where it stands in the field. */
static void
read_clauses(struct hop *hop, struct from_clause *from, struct clauses *c,
    struct str s)
{
	const char *begin = s.p;
	struct str keyword;

	while ((s = str_trim(s)).n != 0) {
		if (s.p[0] == '(') {
			take_comment(&s);
			continue;
		}
		keyword = take_word(&s);
		if (!is_keyword(keyword) && from->words == 0)
			from->word[from->words++] = keyword;
		if (!is_keyword(keyword))
			keyword = STR("from");
		note_clause(c, keyword, (size_t)(keyword.p - begin));
		read_clause(hop, from, keyword, &s);
	}
	/* One of them is the client's word. */
	if (c->withs > 1)
		hop->with = STR("");
}

static void
set_only_address(struct hop *hop, const struct addr *ip)
{
	hop->ip = *ip;
	drop_rdns(hop);
}

/* What a client calls itself hides "by" or the address: nothing before that
 * "by" is sure but the address. */
static void
read_behind(struct hop *hop, struct str s, const struct spot *spot)
{
	struct from_clause from = { .words = 0 };
	struct clauses clauses = { .bys = 0 };
	struct str helo = str_trim(str_case_starts(s, STR("from ")) ?
	    str_from(s, FROM_BYTES) : s);

	set_only_address(hop, &spot->ip);
	hop->helo = str_head(helo, str_find(helo, ' '));
	hop->by = hop->with = hop->id = STR("");
	hop->is_unclear = spot->is_unclear;
	if (!spot->is_unclear && !spot->is_twice)
		read_clauses(hop, &from, &clauses, str_from(s, spot->by));
}

static void
look_again(struct hop *hop, const struct from_clause *f, struct str s,
    const struct clauses *c)
{
	struct spot spot;

	find_server(&spot, s);
	if (spot.is_unclear)
		spot.ip = (struct addr){ 0 };
	if (spot.by == s.n && !spot.is_unclear) {
		if (find_by(s, 0) == s.n)
			return;
		/* The line may be in order, and have no address. */
		spot.is_unclear = c->bys == 0 || c->by != find_by(s, 0);
		if (!spot.is_unclear && f->comments == 0)
			return;
	}
	if (spot.is_unclear || spot.is_twice || (spot.by != s.n &&
	    (c->bys == 0 || c->by != spot.by || c->is_late)))
		read_behind(hop, s, &spot);
	else if (!addr_eq(&hop->ip, &spot.ip))
		set_only_address(hop, &spot.ip);
}

void
received_read(struct hop *out, struct arena *a, struct str value)
{
	struct from_clause from = { .words = 0 };
	struct str s = value;
	size_t semicolon = str_find_last(value, ';');
	struct clauses clauses = { .bys = 0 };

	(void)a;
	*out = (struct hop){ .raw = value };
	if (semicolon != value.n) {
		out->date = str_trim(str_from(value, semicolon + 1));
		s = str_head(value, semicolon);
	}
	read_clauses(out, &from, &clauses, s);
	read_from(out, &from);
	if (from.words + from.comments != 0)
		look_again(out, &from, s, &clauses);
	/* Sendmail writes the same of a host without a name. */
	if (!out->has_rdns && out->ip.family != 0 && from.words != 0 &&
	    clauses.bys == 1 && !clauses.is_late && is_of_exim(value))
		set_rdns(out, from.word[0]);
}

/* fetchmail, getmail and the like: a mailbox was emptied. */
bool
hop_is_fetched(const struct hop *hop)
{
	return str_case_starts(hop->with, STR("IMAP")) ||
	    str_case_starts(hop->with, STR("POP"));
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

	return str_case_is_any(hop->with, words, nitems(words));
}
