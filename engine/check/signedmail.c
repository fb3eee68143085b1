/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Canonical forms are made line by line; empty lines of the body are held
 * back until one that is not shows that they are not the end.
 */
#include "check/signedmail.h"

#include "base/arena.h"
#include "mail/header.h"

/* Two over all of it, one over a part. */
enum { SUMS_MOST = 3 };

struct body_sums {
	struct body_sum at[SUMS_MOST];
	size_t n, n_parts;
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* The line at the front with all that it has but its end. */
static struct str
take_line(struct str *s)
{
	size_t n = str_find(*s, '\n');
	struct str line = str_head(*s, n);
	bool has_end = n < s->n;

	*s = str_from(*s, n + has_end);
	if (has_end && str_ends(line, STR("\r")))
		line.n--;
	return line;
}

static void
add_field(struct signed_mail *m, struct arena *a, struct str bytes)
{
	struct str name, value;

	if (!str_cut(bytes, ':', &name, &value))
		return;
	if (m->fields.n == SIGNED_FIELDS_MOST) {
		m->problem = "more fields than are looked at";
		return;
	}
	*VEC_ADD(a, &m->fields) = (struct signed_field){
		.name = str_trim(name), .bytes = bytes, .value = value };
}

/* Whether every reader takes it for the beginning of a field. */
static void
look_at_line(struct signed_mail *m, struct str line, bool is_first)
{
	if (str_has(line, '\r') || (header_colon(line) == 0 &&
	    !(is_first && header_is_mbox_line(line))))
		m->problem = "the header can be read in two ways";
}

void
signed_mail_read(struct signed_mail *out, struct arena *a, struct str raw)
{
	struct str rest = raw, bytes = { 0 };

	*out = (struct signed_mail){ .sums = ARENA_ONE(a, struct body_sums) };
	while (rest.n != 0) {
		struct str line = take_line(&rest);

		if (line.n == 0)
			break;
		if (is_blank(line.p[0]) && bytes.p != NULL) {
			bytes.n = (size_t)(line.p + line.n - bytes.p);
			if (str_has(line, '\r'))
				look_at_line(out, line, false);
			continue;
		}
		look_at_line(out, line, line.p == raw.p);
		add_field(out, a, bytes);
		bytes = line;
	}
	add_field(out, a, bytes);
	out->body = rest;
}

static void
add(const struct canon_sink *to, struct str piece)
{
	if (piece.n != 0)
		to->add(to->owner, piece);
}

static void
field_simple(const struct canon_sink *to, struct str bytes)
{
	for (;;) {
		add(to, take_line(&bytes));
		if (bytes.n == 0)
			return;
		add(to, STR("\r\n"));
	}
}

/* A blank, or part of a line end; a CR that is neither is a byte like any. */
static bool
is_between_words(struct str s, size_t at)
{
	return is_blank(s.p[at]) || s.p[at] == '\n' || (s.p[at] == '\r' &&
	    at + 1 < s.n && s.p[at + 1] == '\n');
}

/* Unfolded, runs of blanks as one, none at the ends. */
static void
words(const struct canon_sink *to, struct str s)
{
	bool is_begun = false;
	size_t begin = 0;

	for (size_t i = 0; i <= s.n; i++) {
		if (i < s.n && !is_between_words(s, i))
			continue;
		if (i > begin) {
			if (is_begun)
				add(to, STR(" "));
			is_begun = true;
			add(to, str_sub(s, begin, i));
		}
		begin = i + 1;
	}
}

static void
field_relaxed(const struct canon_sink *to, struct str bytes)
{
	struct str name, value;

	str_cut(bytes, ':', &name, &value);
	name = str_trim(name);
	for (size_t i = 0; i < name.n; i++) {
		char c = ascii_lower(name.p[i]);

		add(to, (struct str){ &c, 1 });
	}
	add(to, STR(":"));
	words(to, value);
}

void
canon_field(const struct canon_sink *to, enum canon how, struct str bytes)
{
	if (how == CANON_SIMPLE)
		field_simple(to, bytes);
	else
		field_relaxed(to, bytes);
}

struct bounded {
	const struct canon_sink *to;
	uint64_t n, most;
};

static void
add_bounded(void *owner, struct str piece)
{
	struct bounded *b = owner;
	uint64_t left = b->most > b->n ? b->most - b->n : 0;

	b->n += piece.n;
	add(b->to, str_head(piece, left < piece.n ? (size_t)left : piece.n));
}

/* Runs of blanks as one; there is none at the end any more.  What stands
 * between single blanks goes on in one piece. */
static void
line_relaxed(const struct canon_sink *to, struct str line)
{
	size_t begin = 0, end;

	for (size_t i = 0; i < line.n; i = end) {
		end = i + 1;
		if (!is_blank(line.p[i]))
			continue;
		while (end < line.n && is_blank(line.p[end]))
			end++;
		if (line.p[i] == ' ' && end == i + 1)
			continue;
		add(to, str_sub(line, begin, i));
		add(to, STR(" "));
		begin = end;
	}
	add(to, str_from(line, begin));
}

static struct str
without_tail(struct str line)
{
	while (line.n != 0 && is_blank(line.p[line.n - 1]))
		line.n--;
	return line;
}

uint64_t
canon_body(const struct canon_sink *to, enum canon how, struct str body,
    uint64_t most)
{
	struct bounded b = { .to = to, .most = most };
	const struct canon_sink bounded = { add_bounded, &b };
	size_t n_empty = 0;

	while (body.n != 0) {
		struct str line = take_line(&body);

		if (how == CANON_RELAXED)
			line = without_tail(line);
		if (line.n == 0) {
			n_empty++;
			continue;
		}
		for (; n_empty > 0; n_empty--)
			add(&bounded, STR("\r\n"));
		if (how == CANON_RELAXED)
			line_relaxed(&bounded, line);
		else
			add(&bounded, line);
		add(&bounded, STR("\r\n"));
	}
	/* 3.4.3: an empty body is a line end, 3.4.4: or nothing. */
	if (b.n == 0 && how == CANON_SIMPLE)
		add(&bounded, STR("\r\n"));
	return b.n;
}

static void
add_to_sum(void *owner, struct str piece)
{
	sha256_add(owner, piece);
}

struct canon_sink
canon_to_sum(struct sha256 *sum)
{
	return (struct canon_sink){ add_to_sum, sum };
}

static const struct body_sum *
find_sum(const struct body_sums *sums, enum canon how, uint64_t most)
{
	for (size_t i = 0; i < sums->n; i++) {
		const struct body_sum *s = &sums->at[i];

		if (s->how == how && (s->most == most ||
		    (s->most == UINT64_MAX && most == s->n)))
			return s;
	}
	return NULL;
}

const struct body_sum *
signed_mail_sum(const struct signed_mail *m, enum canon how, uint64_t most)
{
	const struct body_sum *found = find_sum(m->sums, how, most);
	struct canon_sink to;
	struct body_sum *new;
	struct sha256 *sum;

	if (found != NULL)
		return found;
	if (most != UINT64_MAX && m->sums->n_parts++ != 0)
		return NULL;
	sum = sha256_new();
	to = canon_to_sum(sum);
	new = &m->sums->at[m->sums->n++];
	new->how = how;
	new->most = most;
	new->n = canon_body(&to, how, m->body, most);
	sha256_end(sum, new->digest);
	return new;
}
