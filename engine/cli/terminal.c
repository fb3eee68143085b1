/* SPDX-License-Identifier: Apache-2.0 */
/* What the terminal is like, and text that is safe to show on it. */
#include "cli/terminal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "base/vec.h"

enum { WIDTH_USUAL = 80, WIDTH_LEAST = 20, WIDTH_MOST = 1000,
	COLOUR_MOST = 16 };

static void
measure(struct terminal *t, int fd)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;
	int64_t n;

	if (ioctl(fd, TIOCGWINSZ, &size) != 0)
		memset(&size, 0, sizeof(size));
	t->height = size.ws_row;
	t->width = size.ws_col >= WIDTH_LEAST ? size.ws_col : WIDTH_USUAL;
	if (columns != NULL && str_to_int(str_of(columns), &n) &&
	    n >= WIDTH_LEAST && n <= WIDTH_MOST)
		t->width = (unsigned)n;
}

/* NO_COLOR counts when it is there and not empty (no-color.org). */
static bool
wants_colour(bool is_terminal)
{
	const char *no = getenv("NO_COLOR");
	const char *kind = getenv("TERM");

	return is_terminal && (no == NULL || no[0] == '\0') &&
	    (kind == NULL || strcmp(kind, "dumb") != 0);
}

void
terminal_init(struct terminal *t, int fd, struct str color)
{
	t->is_terminal = isatty(fd) == 1;
	measure(t, fd);
	if (str_is(color, "always"))
		t->is_coloured = true;
	else if (str_is(color, "never"))
		t->is_coloured = false;
	else
		t->is_coloured = wants_colour(t->is_terminal);
}

struct str
terminal_lang(void)
{
	static const char *const names[] = { "LC_ALL", "LC_MESSAGES",
		"LANG" };

	for (size_t i = 0; i < nitems(names); i++) {
		const char *value = getenv(names[i]);

		if (value == NULL || value[0] == '\0')
			continue;
		return strncmp(value, "ja", 2) == 0 ? STR("ja") : STR("en");
	}
	return STR("en");
}

const char *
terminal_ink(const struct terminal *t, enum ink ink)
{
	static const char *const escapes[INKS] = { "\x1b[0m", "\x1b[1m",
		"\x1b[2m", "\x1b[31m", "\x1b[33m", "\x1b[32m", "\x1b[34m" };

	return t->is_coloured ? escapes[ink] : "";
}

static void
add_safe(struct buf *to, uint32_t point)
{
	if (point == '\n' || point == '\r' || point == '\t')
		buf_add_byte(to, ' ');
	else
		utf8_add_shown(to, point);
}

void
terminal_text(struct buf *to, struct str s)
{
	for (size_t at = 0; at < s.n;)
		add_safe(to, utf8_next(s, &at));
}

void
terminal_cut(struct buf *to, struct str s, unsigned cells)
{
	size_t fits = to->n, width = 0;
	bool is_cut = false;

	for (size_t at = 0; at < s.n && !is_cut;) {
		size_t from = to->n;

		add_safe(to, utf8_next(s, &at));
		width += utf8_width(str_from(buf_str(to), from));
		is_cut = width > cells;
		/* Room for the mark is kept until all is seen to fit. */
		if (width + 1 <= cells)
			fits = to->n;
	}
	if (is_cut) {
		to->n = fits;
		buf_add_str(to, STR("…"));
	}
}

void
terminal_cell(struct buf *to, struct str s, unsigned cells)
{
	size_t begin = to->n, width;

	terminal_cut(to, s, cells);
	width = utf8_width(str_from(buf_str(to), begin));
	for (; width < cells; width++)
		buf_add_byte(to, ' ');
}

/* Bytes of the word that begins the text: up to the next blank or wide
 * character, or one wide character. */
static size_t
word_length(struct str s)
{
	size_t at = 0;

	if (utf8_is_wide(utf8_next(s, &at)) || s.p[0] == ' ')
		return at;
	while (at < s.n && s.p[at] != ' ') {
		size_t next = at;

		if (utf8_is_wide(utf8_next(s, &next)))
			break;
		at = next;
	}
	return at;
}

void
terminal_lines(struct buf *to, const struct terminal *t, struct str s,
    unsigned indent)
{
	size_t room = t->width > indent + WIDTH_LEAST ? t->width - indent :
	    WIDTH_LEAST;
	size_t cells = 0;
	struct buf safe;

	buf_init(&safe, s.n * 10 + 1);
	terminal_text(&safe, s);
	for (s = buf_str(&safe); s.n != 0;) {
		struct str word = str_head(s, word_length(s));
		size_t width = utf8_width(word);

		s = str_from(s, word.n);
		if (cells != 0 && cells + width > room) {
			while (to->p[to->n - 1] == ' ')
				to->n--;
			buf_printf(to, "\n%*s", (int)indent, "");
			cells = 0;
		}
		if (cells == 0 && str_is(word, " "))
			continue;
		buf_add_str(to, word);
		cells += width;
	}
	buf_release(&safe);
}

/* Bytes of the colour that begins the text, "\x1b[1;31m", or 0. */
static size_t
colour_length(struct str s)
{
	size_t n = 2;

	if (!str_starts(s, STR("\x1b[")))
		return 0;
	while (n < s.n && n < COLOUR_MOST &&
	    (ascii_is_digit(s.p[n]) || s.p[n] == ';'))
		n++;
	return n < s.n && s.p[n] == 'm' ? n + 1 : 0;
}

/* Bytes up to the next blank or wide character, or one wide character; colours
 * take no cells. */
static size_t
piece_length(struct str s, size_t room, size_t *cells)
{
	size_t at = 0;

	*cells = 0;
	while (at < s.n && s.p[at] != ' ') {
		size_t colour = colour_length(str_from(s, at));
		size_t next = at, width;
		bool is_wide;

		if (colour != 0) {
			at += colour;
			continue;
		}
		is_wide = utf8_is_wide(utf8_next(s, &next));
		width = utf8_width(str_sub(s, at, next));
		if (*cells != 0 && (is_wide || *cells + width > room))
			break;
		*cells += width;
		at = next;
		if (is_wide)
			break;
	}
	return at;
}

static void
fold_line(struct buf *to, const struct terminal *t, struct str line,
    unsigned indent)
{
	size_t at = 0, blanks = 0, cells;

	while (line.n != 0) {
		size_t n;

		if (line.p[0] == ' ') {
			blanks++;
			line = str_from(line, 1);
			continue;
		}
		n = piece_length(line, t->width - indent, &cells);
		if (at != 0 && at + blanks + cells > t->width) {
			buf_add_byte(to, '\n');
			blanks = indent;
			at = 0;
		}
		buf_printf(to, "%*s", (int)blanks, "");
		buf_add_str(to, str_head(line, n));
		line = str_from(line, n);
		at += blanks + cells;
		blanks = 0;
	}
}

void
terminal_fold(struct buf *to, const struct terminal *t, struct str page,
    unsigned indent)
{
	if (indent > t->width / 4)
		indent = t->width / 4;
	while (page.n != 0) {
		size_t n = str_find(page, '\n');

		fold_line(to, t, str_head(page, n), indent);
		if (n < page.n)
			buf_add_byte(to, '\n');
		page = str_from(page, n < page.n ? n + 1 : n);
	}
}

void
terminal_page(struct buf *to, const struct terminal *t, struct str s)
{
	for (size_t at = 0; at < s.n;) {
		size_t colour = t->is_coloured ?
		    colour_length(str_from(s, at)) : 0;

		if (colour != 0)
			buf_add_str(to, str_sub(s, at, at + colour));
		else if (s.p[at] == '\n')
			buf_add_byte(to, s.p[at++]);
		else
			add_safe(to, utf8_next(s, &at));
		at += colour;
	}
}

/* A reader that has seen enough (| head) is no news; a full disk is. */
static void
tell_unwritten(int fd, int error)
{
	if (fd == STDOUT_FILENO && error != EPIPE)
		fprintf(stderr, "sekisho: the output could not be written: "
		    "%s\n", strerror(error));
}

bool
terminal_write(int fd, struct str s)
{
	while (s.n != 0) {
		ssize_t n = write(fd, s.p, s.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			tell_unwritten(fd, n < 0 ? errno : ENOSPC);
			return false;
		}
		s = str_from(s, (size_t)n);
	}
	return true;
}
