/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Header sections: lines to fields.  Every byte is looked at a bounded number
 * of times.
 */
#include "mail/header.h"

#include <assert.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/arena.h"
#include "base/buf.h"

/* Where the line at the front of s ends.  Nearly all are one row long or
 * two. */
static size_t
line_length(struct str s)
{
	size_t at = 0;
	uint64_t row;

	for (; at + STR_ROW <= s.n; at += STR_ROW) {
		row = str_row(s.p + at, '\r', '\n');
		if (row != 0)
			return at + (size_t)__builtin_ctzll(row);
	}
	return at + str_find_any(str_from(s, at), '\r', '\n', '\n');
}

/* The line at the front of s, without its end; *next is the line behind.
 * Lines end in CR LF, LF, CR, and CR CR LF as a bad gateway makes them. */
static struct str
take_line(struct str s, struct str *next)
{
	size_t n = line_length(s), end = n;

	if (n < s.n && s.p[n] == '\n')
		end += 1;
	else if (n + 1 < s.n && s.p[n + 1] == '\n')
		end += 2;
	else if (str_starts(str_from(s, n), STR("\r\r\n")))
		end += 3;
	else if (n < s.n)
		end += 1;
	*next = str_from(s, end);
	return str_head(s, n);
}

/* Letters of names: no controls, no blanks, none of ()<>@,;:\"/[]?={} */
static bool
is_name_byte(char c)
{
	static const uint64_t names[4] = {
		0x03ff6cfa00000000, 0x57ffffffc7fffffe
	};

	return (names[(unsigned char)c >> 6] >> (c & 63) & 1) != 0;
}

#ifdef __SSE2__
/* Which of sixteen bytes lie between two, both of them left out. */
static __m128i
between(__m128i bytes, char low, char high)
{
	return _mm_and_si128(_mm_cmpgt_epi8(bytes, _mm_set1_epi8(low)),
	    _mm_cmplt_epi8(bytes, _mm_set1_epi8(high)));
}

/* Bytes at the front that are letters, digits and hyphens, sixteen at a time:
 * nearly all of a name. */
static size_t
pass_name(struct str line)
{
	size_t n = 0, more = 16;

	for (; more == 16 && n + 16 <= line.n; n += more) {
		__m128i here = _mm_loadu_si128((const void *)(line.p + n));
		__m128i is = _mm_or_si128(_mm_or_si128(
		    between(here, '0' - 1, '9' + 1),
		    _mm_cmpeq_epi8(here, _mm_set1_epi8('-'))),
		    between(_mm_or_si128(here, _mm_set1_epi8(0x20)), 'a' - 1,
		    'z' + 1));

		more = (unsigned)__builtin_ctz(
		    ~(unsigned)_mm_movemask_epi8(is));
	}
	return n;
}
#else
static size_t
pass_name(struct str line)
{
	(void)line;
	return 0;
}
#endif

size_t
header_colon(struct str line)
{
	size_t n = pass_name(line), at;

	while (n < line.n && is_name_byte(line.p[n]))
		n++;
	for (at = n; at < line.n && (line.p[at] == ' ' || line.p[at] == '\t');)
		at++;
	return n != 0 && at < line.n && line.p[at] == ':' ? at : 0;
}

static bool
is_continuation(struct str line)
{
	return line.n != 0 && (line.p[0] == ' ' || line.p[0] == '\t');
}

bool
header_is_mbox_line(struct str line)
{
	str_skip(&line, STR(">"));
	return str_starts(line, STR("From ")) && header_colon(line) == 0;
}

/* Folds undone: the line ends go, the blanks behind them stay, and a line
 * that was joined though it does not begin with a blank gets one. */
static struct str
unfold(struct arena *a, struct str raw)
{
	struct str line, next;
	struct buf b;

	line = take_line(raw, &next);
	if (line.n == raw.n)
		return str_trim(raw);
	buf_init_arena(&b, a, SIZE_MAX);
	buf_reserve(&b, raw.n);
	for (;; line = take_line(next, &next)) {
		if (b.n != 0 && !is_continuation(line))
			buf_add_byte(&b, ' ');
		buf_add_str(&b, line);
		if (next.n == 0)
			break;
	}
	return str_trim(buf_str(&b));
}

/* What was found while the lines were looked for is not looked for again. */
enum { LINES_KEPT = 256 };

struct section {
	struct headers *out;
	struct arena *arena;
	struct arena *beside; /* of many fields the list; NULL: not many */
	struct str bytes; /* all of it */
	size_t base;
	const struct header_limits *limits;
	size_t lines;     /* of the field at hand */
	struct str *line; /* those of them that are kept */
	uint16_t last[HEADER_PLACES]; /* the field linked to the next */
	size_t used;
	unsigned taken; /* bits: which of the needed fields are there */
	size_t needs;   /* where one stands behind lines that are no fields */
	size_t indent;  /* blanks in front of the first field */
	bool is_cut;
};

/* A name without which nothing can be read and that was not taken yet, or
 * HEADERS_NEEDED. */
static unsigned
needed_of(const struct section *s, struct str name)
{
	static const struct str needed[HEADERS_NEEDED] = {
		STR_INIT("From"), STR_INIT("Sender"), STR_INIT("Reply-To"),
		STR_INIT("To"), STR_INIT("Subject"), STR_INIT("Content-Type"),
		STR_INIT("Content-Disposition"),
		STR_INIT("Content-Transfer-Encoding"),
	};

	for (unsigned i = 0; i < HEADERS_NEEDED; i++)
		if ((s->taken >> i & 1) == 0 && str_case_eq(name, needed[i]))
			return i;
	return HEADERS_NEEDED;
}

/* Is it the first of its name?  Thousands of other fields in front of it do
 * not hide it. */
static bool
is_needed(struct section *s, struct str name)
{
	const uint32_t lengths = 1u << 2 | 1u << 4 | 1u << 6 | 1u << 7 |
	    1u << 8 | 1u << 12 | 1u << 19 | 1u << 25;
	unsigned i;

	if (name.n >= 32 || (lengths >> name.n & 1) == 0)
		return false;
	i = needed_of(s, name);
	if (i == HEADERS_NEEDED)
		return false;
	s->taken |= 1u << i;
	return true;
}

/* What unfold makes of the field at hand, which begins in its first line. */
static struct str
join_lines(const struct section *s, size_t begin)
{
	const struct str *line = s->line, *end = line + s->lines;
	struct str first = *line, tail = end[-1];
	char *p, *to;

	first = str_from(first, begin - (size_t)(first.p - s->bytes.p));
	p = to = arena_take_raw(s->arena, (size_t)(tail.p + tail.n - first.p));
	to = mempcpy(to, first.p, first.n);
	for (line++; line < end; line++) {
		if (to != p && !is_continuation(*line))
			*to++ = ' ';
		to = mempcpy(to, line->p, line->n);
	}
	return str_trim((struct str){ p, (size_t)(to - p) });
}

static unsigned
place_of(uint32_t key)
{
	return key * (uint32_t)0x9e3779b1 >> 27;
}

/* The newest field is the last of those that have its place. */
static void
link_field(struct section *s, const struct header *h)
{
	unsigned place = place_of(h->key);
	uint16_t number = (uint16_t)s->out->n;

	if (s->out->first[place] == 0)
		s->out->first[place] = number;
	else
		s->out->at[s->last[place] - 1].next = number;
	s->last[place] = number;
}

/* A field from begin to end, its colon at colon, all as offsets. */
static void
add_field(struct section *s, size_t begin, size_t colon, size_t end)
{
	struct header *h;
	size_t n = end - begin;
	struct str name = str_trim(str_sub(s->bytes, begin, colon));
	bool needs = is_needed(s, name), is_over;

	if (n > s->limits->one) {
		s->is_cut = true;
		n = s->limits->one;
	}
	is_over = s->out->n >= s->limits->count ||
	    n > s->limits->bytes - s->used;
	s->is_cut |= is_over;
	if ((is_over && !needs) || begin + n <= colon) {
		s->is_cut = true;
		return;
	}
	if (!is_over)
		s->used += n;
	if (s->out->n == s->out->room && s->beside == NULL)
		s->beside = arena_new();
	h = VEC_ADD(s->beside, s->out);
	*h = (struct header){ .name = name, .key = header_key(name),
		.raw = str_sub(s->bytes, colon + 1, begin + n),
		.offset = s->base + begin };
	link_field(s, h);
	s->out->again |= s->out->keys & header_bit(h->key);
	s->out->keys |= header_bit(h->key);
	h->value = s->lines == 1 ? str_trim(h->raw) :
	    n == end - begin && s->lines <= LINES_KEPT ?
	    join_lines(s, colon + 1) : unfold(s->arena, h->raw);
}

/* May the line, which is no field, belong to the one before it?  Yes if the
 * section goes on behind it; otherwise the body begins here. */
static bool
is_stray(struct str line, struct str next)
{
	struct str after, behind = take_line(next, &after);

	return line.n != 0 && behind.n != 0 &&
	    (header_colon(behind) != 0 || is_continuation(behind));
}

/* Lines that are no fields, and others, until a field that is still needed
 * comes; in a part, one that is about its body. */
enum { STRAYS_MOST = 64 };

/* Thunderbird reads fields up to the empty line, whatever stands among them:
 * does one that is needed follow? */
static bool
is_needed_behind(struct section *s, size_t at)
{
	struct str rest = str_from(s->bytes, at), next, line, name;

	if (at < s->needs)
		return true;
	for (unsigned i = 0; i < STRAYS_MOST && rest.n != 0; i++) {
		line = take_line(rest, &next);
		/* there a multipart begins */
		if (line.n == 0 || str_starts(line, STR("--")))
			return false;
		name = str_trim(str_head(line, header_colon(line)));
		if (needed_of(s, name) < HEADERS_NEEDED &&
		    (s->base == 0 || str_case_starts(name, STR("Content-")))) {
			s->needs = (size_t)(rest.p - s->bytes.p);
			return true;
		}
		rest = next;
	}
	return false;
}

/* Empty lines before the first field: a header that begins with them is still
 * one to mail programs. */
static struct str
skip_blank(struct str *rest, struct str *next)
{
	struct str s = *rest, line, behind;

	do
		line = take_line(s, &behind);
	while (str_trim(line).n == 0 && behind.n != 0 &&
	    (s = behind).n != 0);
	if (header_colon(line) == 0)
		return take_line(*rest, next);
	*rest = s;
	*next = behind;
	return line;
}

/* So many wait on the stack, until it is known how many there are. */
enum { FIELDS_FIRST = 96 };

static void
keep_fields(struct headers *h, struct arena *a)
{
	const struct header *first = h->at;

	h->room = h->n;
	h->at = arena_take_raw_many(a, h->n, sizeof(*first));
	if (h->n != 0)
		memcpy(h->at, first, h->n * sizeof(*first));
}

/* The field being read, as offsets. */
struct field {
	size_t begin;
	size_t colon; /* 0: there is none */
	size_t end;
};

static void
end_field(struct section *s, struct field *f)
{
	if (f->colon != 0)
		add_field(s, f->begin, f->colon, f->end);
	f->colon = 0;
}

/* Where a field that stands behind blanks has its colon, or 0: it goes on with
 * the one before.  The first in a section has none before it, and then others
 * of a part may look the same. */
static size_t
indented_colon(struct section *s, const struct field *f, struct str line)
{
	bool is_first = s->out->n == 0 && f->colon == 0 &&
	    s->out->strays.n == 0;
	size_t n = 0, colon;

	while (n < line.n && (line.p[n] == ' ' || line.p[n] == '\t'))
		n++;
	if (!is_first && (n != s->indent ||
	    !str_case_starts(str_from(line, n), STR("Content-"))))
		return 0;
	colon = header_colon(str_from(line, n));
	if (colon == 0)
		return 0;
	s->indent = n;
	return n + colon;
}

/* The line at at is no field.  False: the body begins there. */
static bool
pass_stray(struct section *s, struct field *f, size_t at, struct str line,
    struct str next)
{
	if (is_stray(line, next))
		return true;
	end_field(s, f);
	if (!is_needed_behind(s, at))
		return false;
	if (s->out->strays.n == 0)
		s->out->strays = str_from(s->bytes, at);
	return true;
}

/* Reads the lines; *body is what follows.  False: no empty line ends them, a
 * line among them is no field, and none behind it says how to read the body. */
static bool
read_lines(struct section *s, struct str rest, bool may_stray,
    struct str *body)
{
	struct field f = { .colon = 0 };
	struct str next, line = take_line(rest, &next);
	bool has_strays = false, says_how = false, goes_on;
	size_t at, own;

	if (s->base == 0 && line.n == 0)
		line = skip_blank(&rest, &next);
	if (header_is_mbox_line(line))
		rest = next;
	for (; rest.n != 0; rest = next) {
		at = s->bytes.n - rest.n;
		line = take_line(rest, &next);
		if (line.n == 0)
			break;
		goes_on = is_continuation(line);
		own = !goes_on ? header_colon(line) : f.colon != 0 &&
		    s->indent == 0 ? 0 : indented_colon(s, &f, line);
		if (own == 0 && !goes_on) {
			if (!may_stray || !pass_stray(s, &f, at, line, next))
				break;
			has_strays = true;
		}
		if (own != 0) {
			says_how |= has_strays &&
			    str_case_starts(line, STR("Content-T"));
			end_field(s, &f);
			f.begin = at + (goes_on ? s->indent : 0);
			f.colon = at + own;
		}
		s->lines = own != 0 ? 1 : s->lines + 1;
		if (s->lines <= LINES_KEPT)
			s->line[s->lines - 1] = line;
		f.end = at + line.n;
	}
	end_field(s, &f);
	s->out->is_indented = s->indent != 0;
	s->out->strays = str_head(s->out->strays,
	    s->out->strays.n - (rest.n < s->out->strays.n ? rest.n : 0));
	*body = rest.n != 0 && line.n == 0 ? next : rest;
	return !has_strays || says_how || (rest.n != 0 && line.n == 0);
}

bool
headers_read(struct headers *out, struct arena *a, struct str bytes,
    size_t base, const struct header_limits *limits, struct str *body)
{
	struct header first[FIELDS_FIRST];
	struct str lines[LINES_KEPT];
	struct section s = { .out = out, .arena = a, .bytes = bytes,
		.base = base, .limits = limits, .line = lines };

	assert(limits->count < UINT16_MAX - HEADERS_NEEDED);
	*out = (struct headers){ .at = first, .room = FIELDS_FIRST };
	str_skip(&bytes, base == 0 ? STR("\xef\xbb\xbf") : STR(""));
	if (!read_lines(&s, bytes, true, body)) {
		*out = (struct headers){ .at = first, .room = FIELDS_FIRST };
		s.used = s.needs = s.indent = s.taken = s.is_cut = 0;
		read_lines(&s, bytes, false, body);
	}
	keep_fields(out, a);
	arena_free(s.beside);
	return !s.is_cut;
}

/* The first of a name at or behind one that has its place. */
static const struct header *
find_from(const struct headers *h, uint32_t at, struct str name, uint32_t key)
{
	for (; at != 0; at = h->at[at - 1].next)
		if (h->at[at - 1].key == key &&
		    str_case_eq(h->at[at - 1].name, name))
			return &h->at[at - 1];
	return NULL;
}

const struct header *
headers_find_key(const struct headers *h, struct str name, uint32_t key)
{
	if ((h->keys & header_bit(key)) == 0)
		return NULL;
	return find_from(h, h->first[place_of(key)], name, key);
}

const struct header *
headers_next(const struct headers *h, const struct header *after)
{
	if ((h->again & header_bit(after->key)) == 0)
		return NULL;
	return find_from(h, after->next, after->name, after->key);
}
