/* SPDX-License-Identifier: Apache-2.0 */
/* Requests, one line or one piece of body at a time. */
#include "front/httpparse.h"

#include <string.h>

#include "base/arena.h"
#include "front/line.h"
#include "scan/inhand.h"

enum {
	METHOD_MOST = 32,
	CHUNK_LINE_MOST = 256,
	CHUNK_DIGITS_MOST = 12,
	PROMISED_MOST = 4 /* times what has come is made room for */
};

static bool
bad(struct http_parse *p, int status, const char *error)
{
	p->state = HTTP_BAD;
	p->status = status;
	p->error = error;
	return false;
}

void
http_parse_init(struct http_parse *p, const struct http_limits *limits)
{
	*p = (struct http_parse){ .limits = limits, .arena = arena_new() };
	buf_init(&p->line, limits->head);
	buf_init(&p->body, limits->body + 1);
}

void
http_parse_release(struct http_parse *p)
{
	arena_free(p->arena);
	buf_release(&p->line);
	buf_release(&p->body);
}

void
http_parse_reset(struct http_parse *p)
{
	struct http_parse next = { .limits = p->limits, .notes = p->notes,
		.arena = p->arena, .line = p->line };

	arena_empty(p->arena);
	buf_empty(&next.line);
	/* A body goes with its request: an idle connection holds none. */
	buf_release(&p->body);
	next.body = p->body;
	*p = next;
}

bool
http_parse_is_fresh(const struct http_parse *p)
{
	return p->state == HTTP_LINE && p->line.n == 0;
}

bool
http_parse_may_stay(const struct http_parse *p)
{
	if (p->state != HTTP_DONE || p->says_close)
		return false;
	return p->minor >= 1 || p->says_keep;
}

const struct http_field *
http_field(const struct http_parse *p, const char *name)
{
	const struct http_field *f;

	VEC_EACH(f, &p->fields) {
		if (str_case_is(f->name, name))
			return f;
	}
	return NULL;
}

/* RFC 9110 5.6.2 */
static bool
is_token(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (!ascii_is_alnum(s.p[i]) &&
		    (s.p[i] == '\0' ||
			strchr("!#$%&'*+-.^_`|~", s.p[i]) == NULL))
			return false;
	}
	return s.n != 0;
}

/* No control characters but the tab; bytes above ASCII pass. */
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
is_visible(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] <= 0x20 || s.p[i] >= 0x7f)
			return false;
	}
	return s.n != 0;
}

/* "/path?query", or the absolute form, whose host is ours all the same. */
static bool
read_target(struct http_parse *p, struct str target)
{
	if (str_case_skip(&target, STR("http://"))) {
		size_t slash = str_find(target, '/');

		target = slash < target.n ? str_from(target, slash) : STR("/");
	}
	if (!is_visible(target) || (target.p[0] != '/' && !str_is(target, "*")))
		return bad(p, 400, "the request target is not a path");
	target = str_copy(p->arena, str_head(target, str_find(target, '#')));
	str_cut(target, '?', &p->path, &p->query);
	return true;
}

static bool
read_version(struct http_parse *p, struct str version)
{
	if (str_is(version, "HTTP/1.1") || str_is(version, "HTTP/1.0")) {
		p->minor = version.p[7] == '1';
		return true;
	}
	if (str_starts(version, STR("HTTP/")) && version.n == 8 &&
	    ascii_is_digit(version.p[5]) && version.p[6] == '.' &&
	    ascii_is_digit(version.p[7]))
		return bad(p, 505, "only HTTP/1.0 and HTTP/1.1 are spoken");
	return bad(p, 400, "the request line does not end in HTTP/1.1");
}

static bool
read_request_line(struct http_parse *p, struct str line)
{
	struct str method, rest, target, version;

	if (line.n == 0)
		return true;
	if (!str_cut(line, ' ', &method, &rest) ||
	    !str_cut(rest, ' ', &target, &version) || !is_token(method) ||
	    method.n > METHOD_MOST)
		return bad(p, 400, "the request line is not METHOD PATH "
		    "HTTP/1.1");
	if (!read_version(p, version) || !read_target(p, target))
		return false;
	p->method = str_copy(p->arena, method);
	p->state = HTTP_FIELDS;
	return true;
}

/* The fields that the reader itself obeys. */

static bool
obey_length(struct http_parse *p, struct str value)
{
	if (p->has_length)
		return bad(p, 400, "more than one Content-Length");
	p->has_length = true;
	for (size_t i = 0; i < value.n; i++) {
		if (!ascii_is_digit(value.p[i]))
			return bad(p, 400, "Content-Length is not a number");
		/* Stays above any limit once it is. */
		if (p->left < UINT64_MAX / 16)
			p->left = p->left * 10 + (unsigned)(value.p[i] - '0');
	}
	return value.n != 0 || bad(p, 400, "Content-Length is empty");
}

static bool
obey_coding(struct http_parse *p, struct str value)
{
	if (p->is_chunked)
		return bad(p, 400, "more than one Transfer-Encoding");
	if (!str_case_is(value, "chunked"))
		return bad(p, 501, "the only transfer coding understood is "
		    "chunked");
	p->is_chunked = true;
	return true;
}

static bool
obey_connection(struct http_parse *p, struct str value)
{
	struct str word;

	while (str_next(&value, ',', &word)) {
		word = str_trim(word);
		p->says_close = p->says_close || str_case_is(word, "close");
		p->says_keep = p->says_keep || str_case_is(word, "keep-alive");
	}
	return true;
}

static bool
obey_expect(struct http_parse *p, struct str value)
{
	if (!str_case_is(value, "100-continue"))
		return bad(p, 417, "the only expectation understood is "
		    "100-continue");
	/* RFC 9110 10.1.1: from an HTTP/1.0 client it is to be ignored. */
	p->wants_continue = p->minor >= 1;
	return true;
}

static bool
obey_host(struct http_parse *p, struct str value)
{
	(void)value;
	if (p->has_host)
		return bad(p, 400, "more than one Host");
	p->has_host = true;
	return true;
}

static const struct {
	const char *name;
	bool (*obey)(struct http_parse *p, struct str value);
} obeyed[] = {
	{ "Content-Length", obey_length },
	{ "Transfer-Encoding", obey_coding },
	{ "Connection", obey_connection },
	{ "Expect", obey_expect },
	{ "Host", obey_host },
};

static bool
read_field(struct http_parse *p, struct str line)
{
	struct str name, value;
	struct http_field *f;

	/* A folded line, or a blank before the colon, is where two readers
	 * part ways (RFC 9112 5.1, 5.2). */
	if (!str_cut(line, ':', &name, &value) || !is_token(name))
		return bad(p, 400, "a header line is not Name: value");
	if (!is_clean(value))
		return bad(p, 400, "a control character in a header");
	if (p->fields.n >= p->limits->fields)
		return bad(p, 431, "too many headers");
	if (p->state == HTTP_TRAILERS)
		return true;
	f = VEC_ADD(p->arena, &p->fields);
	f->name = str_copy(p->arena, name);
	f->value = str_copy(p->arena, str_trim(value));
	for (size_t i = 0; i < nitems(obeyed); i++) {
		if (str_case_is(f->name, obeyed[i].name))
			return obeyed[i].obey(p, f->value);
	}
	return true;
}

static bool
head_end(struct http_parse *p)
{
	if (p->is_chunked && p->has_length)
		return bad(p, 400, "both Content-Length and "
		    "Transfer-Encoding");
	if (p->is_chunked && p->minor == 0)
		return bad(p, 400, "Transfer-Encoding in HTTP/1.0");
	if (p->left > p->limits->body)
		return bad(p, 413, "the message is larger than the limit");
	if (p->is_chunked) {
		p->state = HTTP_CHUNK_LINE;
	} else {
		p->state = p->left != 0 ? HTTP_BODY : HTTP_DONE;
	}
	return true;
}

static bool
read_head_line(struct http_parse *p, struct str line)
{
	/* LF alone ends a line too. */
	if (line.n != 0 && line.p[line.n - 1] == '\r')
		line.n--;
	if (p->state == HTTP_LINE)
		return read_request_line(p, line);
	if (line.n != 0)
		return read_field(p, line);
	if (p->state == HTTP_FIELDS)
		return head_end(p);
	p->state = HTTP_DONE;
	return true;
}

/* Here LF alone is not enough: what a chunk is must be beyond doubt. */
static bool
read_chunk_line(struct http_parse *p, struct str line)
{
	uint64_t n = 0;
	size_t i;

	if (line.n == 0 || line.p[line.n - 1] != '\r')
		return bad(p, 400, "a chunk line does not end in CR LF");
	line.n--;
	for (i = 0; i < line.n && ascii_is_hex(line.p[i]); i++) {
		if (i == CHUNK_DIGITS_MOST)
			return bad(p, 413, "a chunk is larger than the limit");
		n = n << 4 | (unsigned)ascii_hex(line.p[i]);
	}
	if (i == 0 || (i < line.n && line.p[i] != ';') || !is_clean(line))
		return bad(p, 400, "a chunk has no size");
	p->chunked += n;
	if (p->chunked > 2 * (uint64_t)p->limits->body)
		return bad(p, 413, "the message is larger than the limit");
	p->left = n;
	p->state = n == 0 ? HTTP_TRAILERS : HTTP_CHUNK;
	return true;
}

static bool
read_chunk_end(struct http_parse *p, struct str line)
{
	if (!str_is(line, "\r"))
		return bad(p, 400, "a chunk is longer than its size");
	p->state = HTTP_CHUNK_LINE;
	return true;
}

static bool
read_line(struct http_parse *p, struct str line)
{
	switch (p->state) {
	case HTTP_CHUNK_LINE:
		return read_chunk_line(p, line);
	case HTTP_CHUNK_END:
		return read_chunk_end(p, line);
	default:
		return read_head_line(p, line);
	}
}

/* What the line under way may still grow by. */
static bool
count_line(struct http_parse *p, size_t n)
{
	switch (p->state) {
	case HTTP_CHUNK_LINE:
		return p->line.n + n <= CHUNK_LINE_MOST ||
		    bad(p, 400, "a chunk line is too long");
	case HTTP_CHUNK_END:
		return p->line.n + n <= 2 ||
		    bad(p, 400, "a chunk is longer than its size");
	default:
		break;
	}
	p->head += n;
	if (p->state == HTTP_LINE && p->line.n + n > p->limits->line)
		return bad(p, 414, "the request line is too long");
	return p->head <= p->limits->head ||
	    bad(p, 431, "the headers are too long");
}

static size_t
take_line(struct http_parse *p, struct str bytes)
{
	struct str piece = line_piece(bytes), line;

	if (count_line(p, piece.n) && line_take(&p->line, piece, &line)) {
		read_line(p, line);
		buf_empty(&p->line);
	}
	return piece.n;
}

/* For the n bytes here and for some that are promised, so that most bodies
 * never move. */
static void
make_room(struct http_parse *p, size_t n)
{
	size_t most = PROMISED_MOST * (p->body.n + n);

	if (p->state == HTTP_BODY && p->body.room - p->body.n < n)
		buf_reserve(&p->body, p->left < most ? (size_t)p->left : most);
}

/* Whole, and where it may stay. */
static bool
is_kept(struct http_parse *p, struct str bytes)
{
	return p->state == HTTP_BODY && bytes.n == p->left &&
	    p->body.p == NULL && inhand_keep(p->notes, &p->body, bytes);
}

static size_t
take_body(struct http_parse *p, struct str bytes)
{
	size_t n = bytes.n < p->left ? bytes.n : (size_t)p->left;

	if (!is_kept(p, str_head(bytes, n))) {
		make_room(p, n);
		buf_add_str(&p->body, str_head(str_head(bytes, n),
		    p->body.most - p->body.n));
	}
	p->left -= n;
	if (p->left == 0)
		p->state = p->state == HTTP_BODY ? HTTP_DONE : HTTP_CHUNK_END;
	return n;
}

size_t
http_parse(struct http_parse *p, struct str bytes)
{
	size_t at = 0;

	while (at < bytes.n && p->state != HTTP_DONE && p->state != HTTP_BAD) {
		struct str rest = str_from(bytes, at);

		if (p->state == HTTP_BODY || p->state == HTTP_CHUNK)
			at += take_body(p, rest);
		else
			at += take_line(p, rest);
	}
	return at;
}

static struct str
percent_decode(struct arena *a, struct str s)
{
	struct buf b;

	buf_init_arena(&b, a, s.n);
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i] == '+' ? ' ' : s.p[i];

		if (c == '%' && i + 2 < s.n && ascii_is_hex(s.p[i + 1]) &&
		    ascii_is_hex(s.p[i + 2])) {
			c = (char)(ascii_hex(s.p[i + 1]) << 4 |
			    ascii_hex(s.p[i + 2]));
			i += 2;
		}
		buf_add_byte(&b, c);
	}
	return buf_str(&b);
}

bool
http_parse_arguments(struct http_parse *p)
{
	struct str rest = p->query, argument, name, value;
	struct http_field *f;

	while (rest.n != 0 && str_next(&rest, '&', &argument)) {
		if (p->fields.n >= p->limits->fields)
			return bad(p, 431, "too many arguments");
		str_cut(argument, '=', &name, &value);
		name = percent_decode(p->arena, name);
		value = percent_decode(p->arena, value);
		if (!is_token(name))
			continue;
		if (!is_clean(value))
			return bad(p, 400, "a control character in an "
			    "argument");
		f = VEC_ADD(p->arena, &p->fields);
		*f = (struct http_field){ name, str_trim(value) };
	}
	return true;
}
