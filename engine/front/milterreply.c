/* SPDX-License-Identifier: Apache-2.0 */
/* Each packet is begun, filled, and given its length. */
#include "front/milterreply.h"

#include <limits.h>

#include "base/buf.h"
#include "front/milterparse.h"

enum { LENGTH_BYTES = 4, QUARANTINE_MOST = 99 };

static void
put_number(struct buf *to, uint32_t value)
{
	for (int shift = 24; shift >= 0; shift -= CHAR_BIT)
		buf_add_byte(to, (char)(value >> shift & 0xff));
}

/* Where the packet begins, for end. */
static size_t
begin(struct buf *to, char letter)
{
	size_t at = to->n;

	put_number(to, 0);
	buf_add_byte(to, letter);
	return at;
}

static void
end(struct buf *to, size_t at)
{
	uint32_t n = (uint32_t)(to->n - at - LENGTH_BYTES);

	if (to->is_full)
		return;
	for (int i = 0; i < LENGTH_BYTES; i++)
		to->p[at + (size_t)i] =
		    (char)(n >> (24 - CHAR_BIT * i) & 0xff);
}

static void
put_text(struct buf *to, struct str text)
{
	buf_add_str(to, str_head(text, str_find(text, '\0')));
	buf_add_byte(to, '\0');
}

/* A header's value; its folds are LF here, and a line of it that does not
 * begin with a blank would be a header of its own. */
static void
put_value(struct buf *to, struct str value)
{
	struct str line;
	bool is_first = true;

	value = str_head(value, str_find(value, '\0'));
	while (str_next(&value, '\n', &line)) {
		if (line.n != 0 && line.p[line.n - 1] == '\r')
			line.n--;
		if (!is_first)
			buf_add_byte(to, '\n');
		if (!is_first && (line.n == 0 || !ascii_is_space(line.p[0])))
			buf_add_byte(to, ' ');
		is_first = false;
		buf_add_str(to, line);
	}
	buf_add_byte(to, '\0');
}

void
milter_put(struct buf *to, enum milter_reply reply)
{
	end(to, begin(to, (char)reply));
}

void
milter_put_option(struct buf *to, const struct milter_option *agreed,
    const struct milter_macros *macros, size_t n)
{
	size_t at = begin(to, MILTER_OPTION);

	put_number(to, agreed->version);
	put_number(to, agreed->actions);
	put_number(to, agreed->events);
	if ((agreed->actions & MILTER_SET_MACROS) == 0)
		n = 0;
	for (size_t i = 0; i < n; i++) {
		put_number(to, macros[i].stage);
		put_text(to, str_of(macros[i].names));
	}
	end(to, at);
}

/* One line: others would need the code in front of each. */
void
milter_put_code(struct buf *to, struct str text)
{
	size_t at = begin(to, 'y');

	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		/* The server's formatting would read a lone one as its own. */
		if (c == '%')
			buf_add_byte(to, '%');
		buf_add_byte(to, c < 0x20 || c == 0x7f ? ' ' : (char)c);
	}
	buf_add_byte(to, '\0');
	end(to, at);
}

void
milter_put_add(struct buf *to, struct str name, struct str value)
{
	size_t at = begin(to, 'h');

	put_text(to, name);
	put_value(to, value);
	end(to, at);
}

void
milter_put_insert(struct buf *to, uint32_t where, struct str name,
    struct str value)
{
	size_t at = begin(to, 'i');

	put_number(to, where);
	put_text(to, name);
	put_value(to, value);
	end(to, at);
}

void
milter_put_change(struct buf *to, uint32_t which, struct str name,
    struct str value)
{
	size_t at = begin(to, 'm');

	put_number(to, which);
	put_text(to, name);
	put_value(to, value);
	end(to, at);
}

void
milter_put_quarantine(struct buf *to, struct str reason)
{
	size_t at = begin(to, 'q');

	for (size_t i = 0; i < reason.n && i < QUARANTINE_MOST; i++) {
		unsigned char c = (unsigned char)reason.p[i];

		buf_add_byte(to, c < 0x20 || c == 0x7f ? ' ' : (char)c);
	}
	buf_add_byte(to, '\0');
	end(to, at);
}
