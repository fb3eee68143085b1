/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Requests of spamc and its kin, a head line or a piece of body at a time.
 * Which version has headers for which command is told by has_fields.
 */
#include "front/spamcparse.h"

#include "base/arena.h"
#include "front/line.h"
#include "scan/inhand.h"

enum { BODY_FIRST = 64 * 1024 };

static const struct {
	enum spamc_code code;
	const char *name;
} codes[] = {
	{ SPAMC_EX_OK, "EX_OK" },
	{ SPAMC_EX_DATAERR, "EX_DATAERR" },
	{ SPAMC_EX_UNAVAILABLE, "EX_UNAVAILABLE" },
	{ SPAMC_EX_SOFTWARE, "EX_SOFTWARE" },
	{ SPAMC_EX_TEMPFAIL, "EX_TEMPFAIL" },
	{ SPAMC_EX_PROTOCOL, "EX_PROTOCOL" },
	{ SPAMC_EX_TIMEOUT, "EX_TIMEOUT" },
};

static const char *const commands[SPAMC_COMMANDS] = {
	[SPAMC_CHECK] = "CHECK",
	[SPAMC_SYMBOLS] = "SYMBOLS",
	[SPAMC_REPORT] = "REPORT",
	[SPAMC_REPORT_IFSPAM] = "REPORT_IFSPAM",
	[SPAMC_PROCESS] = "PROCESS",
	[SPAMC_HEADERS] = "HEADERS",
	[SPAMC_TELL] = "TELL",
	[SPAMC_PING] = "PING",
	[SPAMC_SKIP] = "SKIP",
};

const char *
spamc_code_name(enum spamc_code code)
{
	for (size_t i = 0; i < nitems(codes); i++) {
		if (codes[i].code == code)
			return codes[i].name;
	}
	return "EX_SOFTWARE";
}

static bool
bad(struct spamc_parse *p, enum spamc_code code, const char *error)
{
	p->state = SPAMC_BAD;
	p->code = code;
	p->error = error;
	return false;
}

void
spamc_parse_init(struct spamc_parse *p, const struct spamc_limits *limits)
{
	*p = (struct spamc_parse){ .limits = limits, .arena = arena_new() };
	buf_init(&p->line, limits->head);
	buf_init(&p->body, limits->body + 1);
}

void
spamc_parse_release(struct spamc_parse *p)
{
	arena_free(p->arena);
	buf_release(&p->line);
	buf_release(&p->body);
}

bool
spamc_parse_is_fresh(const struct spamc_parse *p)
{
	return p->state == SPAMC_IN_LINE && p->line.n == 0;
}

/* "1.5" to 15; what comes behind the first digit of the minor number is
 * read over, as a client's "1.51" would be no other protocol. */
static bool
read_version(struct spamc_parse *p, struct str s)
{
	struct str major, minor;
	int64_t a, b;

	if (!str_cut(s, '.', &major, &minor) || major.n > 2 || minor.n > 3 ||
	    !str_to_int(major, &a) || !str_to_int(minor, &b) || a < 1 || b < 0)
		return bad(p, SPAMC_EX_PROTOCOL, "Bad header line: the "
		    "version is not like 1.5");
	p->version = (unsigned)a * 10 + (unsigned)(minor.p[0] - '0');
	return true;
}

static bool
has_body(const struct spamc_parse *p)
{
	return p->command != SPAMC_PING && p->command != SPAMC_SKIP;
}

/* Before 1.5 PING and SKIP are one line, before 1.1 all but TELL have none. */
static bool
has_fields(const struct spamc_parse *p)
{
	if (!has_body(p))
		return p->version >= 15;
	return p->version > 10 || p->command == SPAMC_TELL;
}

static bool
read_request_line(struct spamc_parse *p, struct str line)
{
	struct str word, rest;
	size_t i = 0;

	str_cut(line, ' ', &word, &rest);
	while (i < SPAMC_COMMANDS && !str_is(word, commands[i]))
		i++;
	if (i == SPAMC_COMMANDS)
		return bad(p, SPAMC_EX_PROTOCOL, "Bad header line: there is "
		    "no such command");
	p->command = (enum spamc_command)i;
	rest = str_trim(rest);
	p->is_rspamc = str_skip(&rest, STR("RSPAMC/"));
	if (!p->is_rspamc && !str_skip(&rest, STR("SPAMC/")))
		return bad(p, SPAMC_EX_PROTOCOL, "Bad header line: the "
		    "request line is not COMMAND SPAMC/1.5");
	if (!read_version(p, rest))
		return false;
	if (has_fields(p))
		p->state = SPAMC_IN_FIELDS;
	else
		p->state = has_body(p) ? SPAMC_IN_BODY : SPAMC_DONE;
	return true;
}

/* The fields that the reader itself obeys. */

static bool
obey_length(struct spamc_parse *p, struct str value)
{
	if (p->has_length)
		return bad(p, SPAMC_EX_PROTOCOL, "Bad header line: more than "
		    "one Content-length");
	p->has_length = true;
	for (size_t i = 0; i < value.n; i++) {
		if (!ascii_is_digit(value.p[i]))
			return bad(p, SPAMC_EX_PROTOCOL, "Bad header line: "
			    "Content-length is not a number");
		/* Stays above any limit once it is. */
		if (p->left < UINT64_MAX / 16)
			p->left = p->left * 10 + (unsigned)(value.p[i] - '0');
	}
	return value.n != 0 || bad(p, SPAMC_EX_PROTOCOL,
	    "Bad header line: Content-length is empty");
}

static bool
obey_compress(struct spamc_parse *p, struct str value)
{
	p->is_packed = true;
	return str_case_is(value, "zlib") || bad(p, SPAMC_EX_PROTOCOL,
	    "Bad header line: the only compression understood is zlib");
}

static bool
obey_user(struct spamc_parse *p, struct str value)
{
	p->user = value;
	return true;
}

static bool
obey_class(struct spamc_parse *p, struct str value)
{
	p->tell.is_spam = str_case_is(value, "spam");
	p->tell.is_ham = str_case_is(value, "ham");
	return p->tell.is_spam || p->tell.is_ham || bad(p, SPAMC_EX_PROTOCOL,
	    "Bad header line: Message-class is spam or ham");
}

static bool
read_targets(struct spamc_parse *p, struct str value, unsigned *targets)
{
	struct str word;

	while (str_next(&value, ',', &word)) {
		word = str_trim(word);
		if (str_case_is(word, "local"))
			*targets |= SPAMC_LOCAL;
		else if (str_case_is(word, "remote"))
			*targets |= SPAMC_REMOTE;
		else
			return bad(p, SPAMC_EX_PROTOCOL, "Bad header line: "
			    "Set and Remove take local and remote");
	}
	return true;
}

static bool
obey_set(struct spamc_parse *p, struct str value)
{
	return read_targets(p, value, &p->tell.set);
}

static bool
obey_remove(struct spamc_parse *p, struct str value)
{
	return read_targets(p, value, &p->tell.remove);
}

static const struct {
	const char *name;
	bool (*obey)(struct spamc_parse *p, struct str value);
} obeyed[] = {
	{ "Content-length", obey_length },
	{ "Compress", obey_compress },
	{ "User", obey_user },
	{ "Message-class", obey_class },
	{ "Set", obey_set },
	{ "Remove", obey_remove },
};

static bool
is_clean(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return false;
	}
	return true;
}

static bool
read_field(struct spamc_parse *p, struct str line)
{
	struct str name, value;
	struct spamc_field *f;

	if (!str_cut(line, ':', &name, &value) || str_trim(name).n == 0)
		return bad(p, SPAMC_EX_PROTOCOL, "Bad header line: it is not "
		    "Name: value");
	if (!is_clean(line))
		return bad(p, SPAMC_EX_PROTOCOL, "Bad header line: a control "
		    "character");
	if (p->fields.n >= p->limits->fields)
		return bad(p, SPAMC_EX_PROTOCOL, "Bad header line: too many "
		    "of them");
	f = VEC_ADD(p->arena, &p->fields);
	f->name = str_copy(p->arena, str_trim(name));
	f->value = str_copy(p->arena, str_trim(value));
	for (size_t i = 0; i < nitems(obeyed); i++) {
		if (str_case_is(f->name, obeyed[i].name))
			return obeyed[i].obey(p, f->value);
	}
	return true;
}

/* What is not said to be spam must not be learnt as spam, and who says
 * neither what to set nor what to remove has not asked to forget. */
static bool
check_tell(struct spamc_parse *p)
{
	const struct spamc_tell *t = &p->tell;

	if ((t->set & t->remove) != 0)
		return bad(p, SPAMC_EX_PROTOCOL, "Bad header line: the same "
		    "target in Set and Remove");
	if (t->set == 0 && t->remove == 0)
		return bad(p, SPAMC_EX_PROTOCOL, "Bad header line: neither "
		    "Set nor Remove");
	return t->set == 0 || t->is_spam || t->is_ham ||
	    bad(p, SPAMC_EX_PROTOCOL, "Bad header line: Set without "
	    "Message-class");
}

static bool
head_end(struct spamc_parse *p)
{
	if (!has_body(p)) {
		p->state = SPAMC_DONE;
		return true;
	}
	if (p->command == SPAMC_TELL && !check_tell(p))
		return false;
	if (p->is_packed && !p->has_length)
		return bad(p, SPAMC_EX_PROTOCOL, "Bad header line: Compress "
		    "without Content-length");
	if (p->has_length && p->left > p->limits->body)
		return bad(p, SPAMC_EX_DATAERR, "the message is larger than "
		    "the limit");
	p->state = p->has_length && p->left == 0 ? SPAMC_DONE : SPAMC_IN_BODY;
	/* Room is made as bytes come, not as they are promised. */
	if (p->left != 0)
		buf_reserve(&p->body,
		    p->left < BODY_FIRST ? (size_t)p->left : BODY_FIRST);
	return true;
}

static void
read_head_line(struct spamc_parse *p, struct str line)
{
	if (line.n != 0 && line.p[line.n - 1] == '\r')
		line.n--;
	if (p->state == SPAMC_IN_LINE)
		read_request_line(p, line);
	else if (line.n != 0)
		read_field(p, line);
	else
		head_end(p);
}

/* What the line under way may still grow by. */
static bool
count_line(struct spamc_parse *p, size_t n)
{
	p->head += n;
	if (p->state == SPAMC_IN_LINE && p->head > p->limits->line)
		return bad(p, SPAMC_EX_PROTOCOL, "Bad header line: the "
		    "request line is too long");
	return p->head <= p->limits->head || bad(p, SPAMC_EX_PROTOCOL,
	    "Bad header line: the headers are too long");
}

static size_t
take_line(struct spamc_parse *p, struct str bytes)
{
	struct str piece = line_piece(bytes), line;

	if (count_line(p, piece.n) && line_take(&p->line, piece, &line)) {
		read_head_line(p, line);
		buf_empty(&p->line);
	}
	return piece.n;
}

/* Whole, and where it may stay. */
static bool
is_kept(struct spamc_parse *p, struct str bytes)
{
	return p->has_length && bytes.n == p->left && p->body.p == NULL &&
	    inhand_keep(p->notes, &p->body, bytes);
}

/* Read on to the end of a body without length, whatever of it is kept: a
 * client whose connection is shut while it writes takes that for a failure. */
static size_t
take_body(struct spamc_parse *p, struct str bytes)
{
	size_t room = p->body.most - p->body.n;
	size_t n = p->has_length && bytes.n > p->left ? (size_t)p->left :
	    bytes.n;

	if (!is_kept(p, str_head(bytes, n)))
		buf_add(&p->body, bytes.p, n < room ? n : room);
	if (p->has_length) {
		p->left -= n;
		if (p->left == 0)
			p->state = SPAMC_DONE;
	}
	return n;
}

size_t
spamc_parse(struct spamc_parse *p, struct str bytes)
{
	size_t at = 0;

	while (at < bytes.n && p->state != SPAMC_DONE &&
	    p->state != SPAMC_BAD) {
		struct str rest = str_from(bytes, at);

		at += p->state == SPAMC_IN_BODY ? take_body(p, rest) :
		    take_line(p, rest);
	}
	return at;
}

void
spamc_parse_end(struct spamc_parse *p)
{
	if (p->state == SPAMC_DONE || p->state == SPAMC_BAD)
		return;
	if (p->state == SPAMC_IN_BODY && !p->has_length)
		p->state = SPAMC_DONE;
	else if (p->state == SPAMC_IN_BODY)
		bad(p, SPAMC_EX_PROTOCOL, "Content-Length mismatch: the "
		    "message is shorter");
	else
		bad(p, SPAMC_EX_PROTOCOL, "Bad header line: the request ends "
		    "before its end");
}
