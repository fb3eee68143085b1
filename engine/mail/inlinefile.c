/* SPDX-License-Identifier: Apache-2.0 */
/*
 * uuencode, yEnc and BinHex.  A first line counts only when a line of data
 * follows it: people write "begin 2020 with ..." too.  One pass over each
 * file.
 */
#include "mail/inlinefile.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/vec.h"
#include "mail/binhex.h"
#include "mail/encoding.h"

/* --- uuencode --- */

static size_t
uu_count(struct str line)
{
	return line.n == 0 ? 0 : ((unsigned char)line.p[0] - 32U) & 63;
}

/* As long as its first character says; blanks at its end may have been lost
 * on the way, and some write a checksum there. */
static bool
is_uu_line(struct str line)
{
	size_t n = uu_count(line), wanted = (n + 2) / 3 * 4;

	if (n == 0 || line.n < 2 || line.n - 1 > wanted + 1 ||
	    line.n - 1 + 4 < wanted)
		return false;
	for (size_t i = 0; i < line.n; i++)
		if (line.p[i] < ' ' || line.p[i] > '`')
			return false;
	return true;
}

static unsigned
uu_six(struct str line, size_t at)
{
	return at < line.n ? ((unsigned char)line.p[at] - 32U) & 63 : 0;
}

static void
uu_add(struct buf *to, struct str line)
{
	size_t left = uu_count(line);

	for (size_t at = 1; left != 0; at += 4) {
		unsigned bits = uu_six(line, at) << 18 |
		    uu_six(line, at + 1) << 12 | uu_six(line, at + 2) << 6 |
		    uu_six(line, at + 3);

		for (int shift = 16; shift >= 0 && left != 0; shift -= 8) {
			buf_add_byte(to, (char)(bits >> shift & 0xff));
			left--;
		}
	}
}

/* "begin 644 name" */
static bool
read_begin(struct str line, struct str *name)
{
	size_t n = 0;

	if (!str_skip(&line, STR("begin ")))
		return false;
	while (n < line.n && line.p[n] >= '0' && line.p[n] <= '7')
		n++;
	if (n < 3 || n > 4 || n >= line.n || line.p[n] != ' ')
		return false;
	*name = str_trim(str_from(line, n));
	return name->n != 0;
}

static bool
is_uu_end(struct str line)
{
	return str_is(line, "end");
}

/* The lines of data at the front of s, and what follows them. */
static struct str
uu_lines(struct str *s, struct arena *a)
{
	struct str line, next;
	struct buf b;

	buf_init_arena(&b, a, SIZE_MAX);
	buf_reserve(&b, s->n / 4 * 3 < 4096 ? s->n / 4 * 3 : 4096);
	for (next = *s; next.n != 0; *s = next) {
		line = str_take_line(&next);
		if (is_uu_line(line))
			uu_add(&b, line);
		else if (line.n != 0 && uu_count(line) != 0)
			break;
	}
	next = *s;
	if (is_uu_end(str_take_line(&next)))
		*s = next;
	buf_fit(&b);
	return buf_str(&b);
}

static bool
read_uu(struct inline_file *out, struct arena *a, struct str text, size_t at)
{
	struct str s = str_from(text, at), next;

	if (!read_begin(str_take_line(&s), &out->name))
		return false;
	next = s;
	if (!is_uu_line(str_take_line(&next)))
		return false;
	out->bytes = uu_lines(&s, a);
	out->begin = at;
	out->end = text.n - s.n;
	out->is_shown = false;
	return true;
}

struct str
inline_file_decode(struct arena *a, struct str body)
{
	struct inline_file f;

	if (inline_file_find(&f, a, body, 0))
		return f.bytes;
	return uu_lines(&body, a);
}

/* --- base64, as uuencode -m writes it --- */

static bool
read_base64(struct inline_file *out, struct arena *a, struct str text,
    size_t at)
{
	struct str s = str_from(text, at), line = str_take_line(&s);
	struct str data = s;
	size_t end = s.n;

	if (!str_skip(&line, STR("begin-base64 ")))
		return false;
	out->name = str_trim(str_from(line, str_find(line, ' ')));
	while (s.n != 0) {
		const char *begin = s.p;

		if (!str_is(str_take_line(&s), "===="))
			continue;
		end = (size_t)(begin - data.p);
		break;
	}
	out->bytes = encoding_decode(a, str_head(data, end),
	    ENCODING_BASE64);
	out->begin = at;
	out->end = text.n - s.n;
	out->is_shown = true;
	return out->name.n != 0;
}

/* --- BinHex --- */

static bool
read_binhex(struct inline_file *out, struct arena *a, struct str text,
    size_t at)
{
	struct binhex file;

	if (!binhex_read(&file, a, str_from(text, at)))
		return false;
	out->name = file.name;
	out->bytes = file.bytes;
	out->begin = at;
	out->end = at + file.taken;
	out->is_shown = true;
	return true;
}

/* --- yEnc --- */

static void
yenc_add(struct buf *to, struct str line)
{
	for (size_t i = 0; i < line.n; i++) {
		unsigned char c = (unsigned char)line.p[i];

		if (c == '=' && i + 1 < line.n)
			c = (unsigned char)((unsigned char)line.p[++i] - 64);
		buf_add_byte(to, (char)(c - 42));
	}
}

/* "=ybegin line=128 size=9 name=a b.bin": the name goes to the end. */
static bool
read_yenc(struct inline_file *out, struct arena *a, struct str text,
    size_t at)
{
	struct str s = str_from(text, at), line = str_take_line(&s);
	size_t name = str_find_str(line, STR(" name="));
	struct buf b;

	if (!str_starts(line, STR("=ybegin ")) || name == line.n)
		return false;
	out->name = str_trim(str_from(line, name + 6));
	buf_init_arena(&b, a, SIZE_MAX);
	while (s.n != 0) {
		line = str_take_line(&s);
		if (str_starts(line, STR("=yend")))
			break;
		if (!str_starts(line, STR("=ypart ")))
			yenc_add(&b, line);
	}
	buf_fit(&b);
	out->bytes = buf_str(&b);
	out->begin = at;
	out->end = text.n - s.n;
	out->is_shown = true;
	return true;
}

/* --- looking for them --- */

static const struct kind {
	struct str head;
	bool (*read)(struct inline_file *out, struct arena *a,
	    struct str text, size_t at);
} kinds[] = {
	{ STR_INIT("begin "), read_uu },
	{ STR_INIT("begin-base64 "), read_base64 },
	{ STR_INIT(BINHEX_HEAD), read_binhex },
	{ STR_INIT("=ybegin "), read_yenc },
};

/* at begins a line. */
static bool
read_any(struct inline_file *out, struct arena *a, struct str text, size_t at)
{
	for (size_t i = 0; i < nitems(kinds); i++)
		if (text.p[at] == kinds[i].head.p[0] &&
		    str_starts(str_from(text, at), kinds[i].head))
			return kinds[i].read(out, a, text, at);
	return false;
}

bool
inline_file_find(struct inline_file *out, struct arena *a, struct str text,
    size_t from)
{
	for (size_t at = from; at < text.n;) {
		if (read_any(out, a, text, at))
			return true;
		at += str_find(str_from(text, at), '\n') + 1;
	}
	return false;
}
