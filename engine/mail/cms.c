/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signed data (RFC 5652 5.1), as far as it takes to come to its content: the
 * names of both types stand in front of it, and what lies between is passed
 * over.  No lengths are believed but those of the pieces.
 */
#include "mail/cms.h"

#include "base/arena.h"
#include "base/buf.h"

enum {
	HEAD_MOST = 64,       /* bytes in front of the name of the type */
	BETWEEN_MOST = 65536, /* digests named in front of the content */
	TAG_END = 0x00,
	TAG_OCTETS = 0x04,
	TAG_PIECES = 0x24,
	TAG_CONTENT = 0xa0
};

/* A tag and a length of the front, taken away; a length that is not said or
 * goes past the end is all there is. */
static bool
take_head(struct str *s, unsigned *tag, size_t *n)
{
	size_t bytes, length = 0;

	if (s->n < 2)
		return false;
	*tag = (unsigned char)s->p[0];
	bytes = (unsigned char)s->p[1];
	*s = str_from(*s, 2);
	if (bytes < 0x80) {
		*n = bytes < s->n ? bytes : s->n;
		return true;
	}
	bytes -= 0x80;
	if (bytes > 4 || bytes > s->n)
		return false;
	for (size_t i = 0; i < bytes; i++)
		length = length << 8 | (unsigned char)s->p[i];
	*s = str_from(*s, bytes);
	*n = bytes != 0 && length < s->n ? length : s->n;
	return true;
}

/* Pieces stand one behind the other, whatever holds them. */
static struct str
take_octets(struct arena *a, struct str *s)
{
	struct str rest = *s, first = STR("");
	size_t pieces = 0, n;
	unsigned tag;
	struct buf b;

	buf_init_arena(&b, a, SIZE_MAX);
	while (take_head(&rest, &tag, &n)) {
		if (tag == TAG_PIECES || (tag == TAG_END && n == 0))
			continue;
		if (tag != TAG_OCTETS)
			break;
		if (pieces++ == 0)
			first = str_head(rest, n);
		else
			buf_add_str(&b, pieces == 2 ? str_cat(a, first,
			    str_head(rest, n)) : str_head(rest, n));
		rest = str_from(rest, n);
		*s = rest;
	}
	return pieces > 1 ? buf_str(&b) : first;
}

bool
cms_signed(struct str *out, struct str *where, struct arena *a,
    struct str file)
{
	static const struct str signed_data = STR_INIT(
	    "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02");
	static const struct str data = STR_INIT(
	    "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01");
	struct str head = str_head(file, HEAD_MOST), s, begin;
	size_t at = str_find_str(head, signed_data), n;
	unsigned tag;

	if (at >= head.n || file.p[0] != '\x30')
		return false;
	s = str_from(file, at + signed_data.n);
	head = str_head(s, BETWEEN_MOST);
	at = str_find_str(head, data);
	s = str_from(s, at + data.n);
	if (at >= head.n || !take_head(&s, &tag, &n) || tag != TAG_CONTENT)
		return false;
	begin = s;
	*out = take_octets(a, &s);
	*where = str_head(begin, begin.n - s.n);
	return out->n != 0;
}
