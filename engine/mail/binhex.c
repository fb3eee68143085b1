/* SPDX-License-Identifier: Apache-2.0 */
/* BinHex: six bits a character, then runs of a byte, then the two forks. */
#include "mail/binhex.h"

#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"

enum {
	RUN = 0x90,
	/* A run packs up to 254 bytes into three: no honest file goes on like
	 * that. */
	GROWTH_MOST = 8,
	NAME_MOST = 63,
	HEAD_BYTES = 22 /* of the head, beside the name */
};

static const char alphabet[] = "!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXY"
			       "Z[`abcdefhijklmpqr";

static int
six_of(char c)
{
	const char *found = c == '\0' ? NULL : strchr(alphabet, c);

	return found == NULL ? -1 : (int)(found - alphabet);
}

struct unpacker {
	struct buf *to;
	unsigned last;   /* the byte that a run repeats */
	bool is_run;     /* its length follows */
};

static void
unpack(struct unpacker *u, unsigned byte)
{
	if (!u->is_run && byte == RUN) {
		u->is_run = true;
	} else if (!u->is_run) {
		u->last = byte;
		buf_add_byte(u->to, (char)byte);
	} else {
		u->is_run = false;
		if (byte == 0) { /* the byte itself */
			u->last = RUN;
			buf_add_byte(u->to, (char)RUN);
		}
		for (unsigned i = 1; i < byte; i++)
			buf_add_byte(u->to, (char)u->last);
	}
}

/* Between the colons; gives what stands behind the last. */
static struct str
decode(struct buf *to, struct str s)
{
	struct unpacker u = { .to = to };
	unsigned bits = 0, n = 0;
	size_t i;

	for (i = 0; i < s.n && s.p[i] != ':'; i++) {
		int six = six_of(s.p[i]);

		if (six < 0 && !ascii_is_space(s.p[i]))
			break;
		if (six < 0)
			continue;
		bits = bits << 6 | (unsigned)six;
		n += 6;
		if (n < 8)
			continue;
		n -= 8;
		unpack(&u, bits >> n & 0xff);
	}
	return str_from(s, i < s.n && s.p[i] == ':' ? i + 1 : i);
}

static size_t
number_at(struct str s, size_t at)
{
	size_t value = 0;

	for (size_t i = at; i < at + 4; i++)
		value = value << 8 | (unsigned char)s.p[i];
	return value;
}

bool
binhex_read(struct binhex *out, struct arena *a, struct str text)
{
	struct str rest = str_from(text, str_find(text, '\n')), all;
	struct buf b;
	size_t name;

	rest = str_trim_front(rest);
	if (!str_skip(&rest, STR(":")))
		return false;
	buf_init_arena(&b, a, rest.n * GROWTH_MOST);
	rest = decode(&b, rest);
	all = buf_str(&b);
	name = all.n == 0 ? 0 : (unsigned char)all.p[0];
	if (name == 0 || name > NAME_MOST || all.n < name + HEAD_BYTES)
		return false;
	out->name = str_sub(all, 1, 1 + name);
	out->bytes = str_head(str_from(all, name + HEAD_BYTES),
	    number_at(all, name + 12));
	out->taken = text.n - rest.n;
	return true;
}
