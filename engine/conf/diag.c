/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Collects what is wrong with a file and shows it to a person: the place,
 * the text, a hint, the line and a caret.  Whatever comes from the file is
 * printed with control characters made visible.
 */
#include "conf/diag.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/log.h"
#include "base/utf8.h"

enum { TEXT_MOST = 1024, LINE_SHOWN = 100, LINE_BEFORE = 60,
	COMMENT_MOST = 400, BLOCK_LINES = 1000, LOG_MOST = 64 * 1024,
	WARNINGS_LOGGED = 20 };

void
diags_init(struct diags *d, struct arena *a)
{
	*d = (struct diags){ .arena = a };
}

void
diags_file(struct diags *d, struct str file, struct str source)
{
	d->file = file;
	d->source = source;
	d->in_file = 0;
	d->others_in_file = 0;
	d->first_in_file = d->list.n;
	d->lines.n = 0;
}

void
diags_join(struct diags *d, const struct diags *other)
{
	const struct diag *one;

	VEC_EACH(one, &other->list)
		*VEC_ADD(d->arena, &d->list) = *one;
	d->errors += other->errors;
	d->warnings += other->warnings;
	d->is_dropped = true;
}

/* Behind the line break at s[at]: "\n", "\r\n" or "\r". */
static size_t
skip_break(struct str s, size_t at)
{
	if (s.p[at] == '\r' && at + 1 < s.n && s.p[at + 1] == '\n')
		at++;
	return at + 1;
}

static bool
is_break(char c)
{
	return c == '\n' || c == '\r';
}

static void
index_lines(struct diags *d)
{
	size_t at = 0;

	*VEC_ADD(d->arena, &d->lines) = 0;
	while (at < d->source.n) {
		if (!is_break(d->source.p[at])) {
			at++;
			continue;
		}
		at = skip_break(d->source, at);
		*VEC_ADD(d->arena, &d->lines) = (uint32_t)at;
	}
}

struct str
diag_line(struct diags *d, uint32_t line)
{
	struct str rest;
	size_t n = 0;

	if (d->source.n == 0)
		return STR("");
	if (d->lines.n == 0)
		index_lines(d);
	if (line == 0 || line > d->lines.n)
		return STR("");
	rest = str_from(d->source, d->lines.at[line - 1]);
	while (n < rest.n && !is_break(rest.p[n]))
		n++;
	return str_head(rest, n);
}

struct mark
diag_line_mark(struct diags *d, uint32_t line)
{
	struct str text = diag_line(d, line);
	uint32_t column = 1;

	while (column <= text.n && text.p[column - 1] == ' ')
		column++;
	return (struct mark){ line, column };
}

/* Moves on by one character, over line breaks. */
static void
step(struct str s, size_t *at, struct mark *mark)
{
	if (is_break(s.p[*at])) {
		*at = skip_break(s, *at);
		mark->line++;
		mark->column = 1;
		return;
	}
	utf8_next(s, at);
	mark->column++;
}

static size_t
offset_of(struct diags *d, struct mark mark)
{
	struct str line = diag_line(d, mark.line);
	struct mark here = { mark.line, 1 };
	size_t at = 0;

	if (line.p == NULL || d->source.n == 0 || mark.line > d->lines.n)
		return d->source.n;
	while (at < line.n && here.column < mark.column)
		step(line, &at, &here);
	return d->lines.at[mark.line - 1] + at;
}

struct mark
diag_place(struct diags *d, struct mark mark, struct str text, size_t offset)
{
	struct mark here = mark;
	size_t at = offset_of(d, mark), i = 0, from;

	if (at >= d->source.n) {
		here.column += (uint32_t)utf8_count(str_head(text, offset));
		return here;
	}
	while (i < text.n && at < d->source.n) {
		from = at;
		if (ascii_is_space(d->source.p[at])) {
			step(d->source, &at, &here);
			continue;
		}
		if (ascii_is_space(text.p[i])) {
			i++;
			continue;
		}
		if (i >= offset)
			return here;
		if (text.p[i] != d->source.p[at])
			return mark;
		step(d->source, &at, &here);
		i += at - from;
	}
	return here;
}

/* The beginning of the line above, however long it is. */
static struct str
line_above(struct diags *d, uint32_t line)
{
	struct str above;
	size_t n = 0;

	if (line < 2 || diag_line(d, 1).p == NULL || line > d->lines.n)
		return STR("");
	above = str_head(str_from(d->source, d->lines.at[line - 2]),
	    COMMENT_MOST);
	while (n < above.n && !is_break(above.p[n]))
		n++;
	return str_trim(str_head(above, n));
}

/* A choice of the author's own; what cannot be read at all is none. */
static bool
is_choice(enum diag_level level, struct str code)
{
	return level != DIAG_ERROR || (str_starts(code, STR("I")) &&
	    !str_is(code, "I01") && !str_is(code, "I14"));
}

/* The line that opens the | block in which a line stands, or 0: comments
 * cannot stand inside. */
static uint32_t
block_opener(struct diags *d, uint32_t line)
{
	uint32_t own = diag_line_mark(d, line).column, n = line;

	while (n > 1 && line - n < BLOCK_LINES) {
		struct str text = str_trim(diag_line(d, --n));

		if (text.n == 0 || diag_line_mark(d, n).column >= own)
			continue;
		return str_ends(text, STR("|")) || str_ends(text, STR("|-"))
		    ? n : 0;
	}
	return 0;
}

/* "# sekisho: ignore I04 (reason)" on the line above; without a reason it
 * does not count. */
static bool
is_silenced(struct diags *d, uint32_t line, struct str code)
{
	struct str above = line_above(d, line), word;
	bool is_named = false;

	if (code.n == 0 || !str_skip(&above, STR("#")))
		return false;
	above = str_trim(above);
	if (!str_skip(&above, STR("sekisho:")))
		return false;
	above = str_trim(above);
	if (!str_skip(&above, STR("ignore ")))
		return false;
	while (str_next(&above, ' ', &word)) {
		if (str_starts(word, STR("(")))
			return is_named && !str_starts(word, STR("()"));
		if (str_ends(word, STR(",")))
			word.n--;
		is_named |= str_eq(word, code);
	}
	return false;
}

static bool
is_ignored(struct diags *d, uint32_t line, struct str code)
{
	uint32_t opener;

	if (line == 0 || d->source.n == 0)
		return false;
	if (is_silenced(d, line, code))
		return true;
	opener = block_opener(d, line);
	return opener != 0 && is_silenced(d, opener, code);
}

__attribute__((format(printf, 2, 0))) static struct str
format(struct arena *a, const char *fmt, va_list args)
{
	char text[TEXT_MOST];
	int n = vsnprintf(text, sizeof(text), fmt, args);
	struct str s = { text, n < 0 ? 0 : (size_t)n };
	struct buf b;

	if (s.n >= sizeof(text))
		s.n = sizeof(text) - 1;
	/* What was cut in the middle of a character shows as U+FFFD. */
	buf_init_arena(&b, a, 3 * sizeof(text));
	utf8_add_clean(&b, s);
	return buf_str(&b);
}

/* Errors have their own bound, so that warnings cannot crowd them out. */
static bool
has_room(struct diags *d, enum diag_level level)
{
	size_t *n = level == DIAG_ERROR ? &d->in_file : &d->others_in_file;

	if (level == DIAG_ERROR)
		d->errors++;
	else if (level == DIAG_WARNING)
		d->warnings++;
	return ++*n <= DIAGS_PER_FILE;
}

bool
diag_add(struct diags *d, enum diag_level level, struct mark mark,
    const char *code, const char *fmt, ...)
{
	struct diag *one;
	va_list args;

	d->is_dropped = is_choice(level, str_of(code)) &&
	    is_ignored(d, mark.line, str_of(code));
	if (d->is_dropped)
		return false;
	d->is_dropped = !has_room(d, level);
	if (d->is_dropped)
		return false;
	one = VEC_ADD(d->arena, &d->list);
	one->level = level;
	one->file = d->file;
	one->mark = mark;
	one->code = code;
	one->line = diag_line(d, mark.line);
	va_start(args, fmt);
	one->text = format(d->arena, fmt, args);
	va_end(args);
	return false;
}

void
diag_hint(struct diags *d, const char *fmt, ...)
{
	va_list args;

	if (d->is_dropped || d->list.n == 0)
		return;
	va_start(args, fmt);
	d->list.at[d->list.n - 1].hint = format(d->arena, fmt, args);
	va_end(args);
}

static bool
is_before(struct mark a, struct mark b)
{
	return a.line != b.line ? a.line < b.line : a.column < b.column;
}

/* Insertion: there are at most a hundred, and equals keep their order. */
void
diags_sort(struct diags *d)
{
	for (size_t i = d->first_in_file + 1; i < d->list.n; i++) {
		struct diag one = d->list.at[i];
		size_t to = i;

		while (to > d->first_in_file &&
		    is_before(one.mark, d->list.at[to - 1].mark)) {
			d->list.at[to] = d->list.at[to - 1];
			to--;
		}
		d->list.at[to] = one;
	}
	d->is_dropped = true;
}

const char *
diag_level_name(enum diag_level level)
{
	static const char *const names[] = {
		[DIAG_ERROR] = "error",
		[DIAG_WARNING] = "warning",
		[DIAG_NOTE] = "note",
	};

	return names[level];
}

/* Nothing in a file may steer the terminal it is shown on. */
static void
add_shown(struct buf *to, struct str s)
{
	for (size_t at = 0; at < s.n;) {
		uint32_t point = utf8_next(s, &at);

		if (point == '\t')
			buf_add_byte(to, ' ');
		else
			utf8_add_shown(to, point);
	}
}

static struct str
skip_chars(struct str s, size_t n)
{
	size_t at = 0;

	while (at < s.n && n-- > 0)
		utf8_next(s, &at);
	return str_from(s, at);
}

/* The line, or the piece of a long one around the place, and the caret. */
static void
print_line(struct buf *to, struct str line, uint32_t column)
{
	size_t before = column > 0 ? column - 1 : 0;
	struct str head, shown;
	struct buf pad;

	if (before > LINE_BEFORE) {
		line = skip_chars(line, before - LINE_BEFORE);
		before = LINE_BEFORE;
	}
	shown = str_head(line, line.n - skip_chars(line, LINE_SHOWN).n);
	head = str_head(shown, shown.n - skip_chars(shown, before).n);
	buf_init(&pad, 16 * LINE_SHOWN);
	buf_add_str(to, STR("    "));
	add_shown(&pad, head);
	add_shown(to, shown);
	buf_add_str(to, STR("\n    "));
	for (size_t n = utf8_width(buf_str(&pad)); n > 0; n--)
		buf_add_byte(to, ' ');
	buf_add_str(to, STR("^\n"));
	buf_release(&pad);
}

void
diag_print(struct buf *to, const struct diag *d, bool is_coloured)
{
	static const char *const colours[] = {
		[DIAG_ERROR] = "\033[31;1m",
		[DIAG_WARNING] = "\033[35;1m",
		[DIAG_NOTE] = "\033[36;1m",
	};

	add_shown(to, d->file);
	if (d->mark.line != 0)
		buf_printf(to, ":%u:%u", (unsigned)d->mark.line,
		    (unsigned)d->mark.column);
	buf_printf(to, ": %s%s%s: ", is_coloured ? colours[d->level] : "",
	    diag_level_name(d->level), is_coloured ? "\033[0m" : "");
	add_shown(to, d->text);
	if (d->code[0] != '\0')
		buf_printf(to, " [%s]", d->code);
	buf_add_byte(to, '\n');
	if (d->hint.n != 0) {
		buf_add_str(to, STR("    hint: "));
		add_shown(to, d->hint);
		buf_add_byte(to, '\n');
	}
	if (d->line.n != 0)
		print_line(to, d->line, d->mark.column);
}

void
diag_json(struct json *j, const struct diag *d)
{
	json_open_object(j);
	json_put_str(j, "file", d->file);
	json_put_int(j, "line", d->mark.line);
	json_put_int(j, "column", d->mark.column);
	json_put_str(j, "level", str_of(diag_level_name(d->level)));
	json_put_str(j, "code", str_of(d->code));
	json_put_str(j, "text", d->text);
	json_put_str(j, "hint", d->hint);
	json_close_object(j);
}

static void
log_one(const struct diag *diag)
{
	struct str rest, line;
	struct buf text;

	buf_init(&text, LOG_MOST);
	diag_print(&text, diag, false);
	rest = buf_str(&text);
	while (str_next(&rest, '\n', &line)) {
		if (line.n != 0)
			log_warn("%" STR_FMT, STR_ARG(line));
	}
	buf_release(&text);
}

void
diags_log(const struct diags *d)
{
	const struct diag *diag;
	size_t warnings = 0;

	VEC_EACH(diag, &d->list) {
		if (diag->level == DIAG_ERROR ||
		    (diag->level == DIAG_WARNING &&
			warnings++ < WARNINGS_LOGGED))
			log_one(diag);
	}
	if (warnings > WARNINGS_LOGGED)
		log_warn("%zu more warnings: sekisho check shows them",
		    warnings - WARNINGS_LOGGED);
}
