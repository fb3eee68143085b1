/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of YAML traps.  A syntax error is shown at the value that caused
 * it, which is often far left of where the parser noticed.
 */
#include "conf/trap.h"

#include "base/utf8.h"
#include "base/vec.h"

#define QUOTE_IT "must be quoted, or put on its own line under a | block"

enum { QUOTE_LINES = 400 };

enum cause {
	CAUSE_ANY,
	CAUSE_AT,     /* the character where the parser noticed */
	CAUSE_SINCE,  /* the character where what it reads began */
	CAUSE_VALUE,  /* the first character of the value on that line */
	CAUSE_DENT    /* the line that stands where it should not */
};

struct row {
	const char *problem; /* a piece of libyaml's words, or "" */
	const char *context;
	enum cause cause;
	const char *first;   /* the cause is one of these, or "" */
	const char *hint;
};

static const struct row rows[] = {
	{ "", "scanning an alias", CAUSE_SINCE, "*",
	    "a value that starts with * " QUOTE_IT },
	{ "", "scanning an anchor", CAUSE_SINCE, "&",
	    "a value that starts with & " QUOTE_IT },
	{ "", "", CAUSE_SINCE, "!",
	    "a value that starts with ! " QUOTE_IT },
	{ "cannot start any token", "", CAUSE_AT, "\t",
	    "indent with spaces, not with tabs" },
	{ "tab character", "", CAUSE_AT, "",
	    "indent with spaces, not with tabs" },
	{ "cannot start any token", "", CAUSE_AT, "@",
	    "a value that starts with @ " QUOTE_IT },
	{ "cannot start any token", "", CAUSE_AT, "`",
	    "a value that starts with ` " QUOTE_IT },
	{ "cannot start any token", "", CAUSE_AT, "%",
	    "a value that starts with % " QUOTE_IT },
	{ "unknown escape character", "", CAUSE_AT, "",
	    "a backslash inside \"...\" begins an escape: use '...' or a | "
	    "block" },
	{ "hexdecimal", "", CAUSE_AT, "",
	    "a backslash inside \"...\" begins an escape: use '...' or a | "
	    "block" },
	{ "", "scanning a block scalar", CAUSE_SINCE, ">",
	    "a value that starts with > " QUOTE_IT },
	{ "", "scanning a block scalar", CAUSE_SINCE, "|",
	    "a value that starts with | " QUOTE_IT },
	{ "unexpected end of stream", "scanning a quoted scalar", CAUSE_SINCE,
	    "", "the closing quote is missing" },
	{ "unexpected document indicator", "scanning a quoted scalar",
	    CAUSE_SINCE, "", "the closing quote is missing" },
	{ "mapping values are not allowed", "", CAUSE_VALUE, "[{",
	    "a value that starts with [ or { " QUOTE_IT },
	{ "mapping values are not allowed", "", CAUSE_AT, "",
	    "quote a value that contains \": \", or put it on its own line "
	    "under a | block" },
	{ "did not find expected", "parsing a flow", CAUSE_VALUE, "[",
	    "[ ... ] ends at the first ]: put indicators one a line under a "
	    "| block" },
	{ "did not find expected", "parsing a flow", CAUSE_VALUE, "{",
	    "{ ... } is a mapping: quote the values in it; placeholders are "
	    "written <date>" },
	{ "did not find expected", "parsing a block", CAUSE_VALUE, "[",
	    "a value that starts with [ " QUOTE_IT },
	{ "did not find expected", "parsing a block", CAUSE_VALUE, "{",
	    "a value that starts with { " QUOTE_IT "; placeholders are "
	    "written <date>" },
	{ "did not find expected", "parsing a block", CAUSE_VALUE, "\"'",
	    "text follows a closing quote: put the whole value in quotes, or "
	    "under a | block" },
	{ "document start", "", CAUSE_VALUE, "[{\"'",
	    "a value that starts with [, { or a quote ends where that closes"
	    },
	{ "could not find expected ':'", "", CAUSE_SINCE, "",
	    "a key needs a colon and a blank behind it; the lines of a | "
	    "block are indented deeper than their key" },
	{ "did not find expected", "parsing a block", CAUSE_DENT, "",
	    "the indentation differs from the lines beside it" },
	{ "control characters", "", CAUSE_ANY, "",
	    "remove the control character" },
};

static struct str
line_from(struct diags *d, struct mark mark)
{
	struct str line = diag_line(d, mark.line);
	uint32_t column = 1;
	size_t at = 0;

	while (at < line.n && column++ < mark.column)
		utf8_next(line, &at);
	return str_from(line, at);
}

/* Behind "- " and "key: " of a line: where a value begins. */
static struct mark
value_on(struct diags *d, uint32_t n)
{
	struct mark mark = diag_line_mark(d, n);
	struct str rest = line_from(d, mark);
	size_t at;

	while (str_skip(&rest, STR("- ")))
		mark.column += 2;
	while (rest.n > 0 && rest.p[0] == ' ') {
		rest = str_from(rest, 1);
		mark.column++;
	}
	if (rest.n > 0 && str_has(STR("[{\"'"), rest.p[0]))
		return mark;
	at = str_find_str(rest, STR(": "));
	if (at == rest.n)
		return mark;
	for (at += 2; at < rest.n && rest.p[at] == ' ';)
		at++;
	mark.column += (uint32_t)utf8_count(str_head(rest, at));
	return mark;
}

static bool
is_empty(struct str line)
{
	line = str_trim(line);
	return line.n == 0 || line.p[0] == '#';
}

/*
 * The parser stumbles over a line for which nothing is open.  Where lines
 * before stand as deep as that one, it is right, and the nearest that stands
 * less deep has closed too much; else it is wrong itself.
 */
static struct mark
odd_line(struct diags *d, struct mark at)
{
	uint32_t own = diag_line_mark(d, at.line).column, less = 0;

	for (uint32_t n = at.line - 1; n >= 1; n--) {
		struct mark mark = diag_line_mark(d, n);

		if (is_empty(diag_line(d, n)))
			continue;
		if (less == 0 && mark.column < own)
			less = n;
		if (mark.column == own && less != 0)
			return diag_line_mark(d, less);
		if (mark.column == own)
			return at;
	}
	return at;
}

/* Double quotes that are no escapes. */
static size_t
quotes_in(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\\')
			i++;
		else
			n += s.p[i] == '"';
	}
	return n;
}

/* The line of a quote that was never closed: it ran on to the next one, and
 * what stands behind that one surprised the parser. */
static bool
open_quote(struct diags *d, struct mark at, struct mark *mark)
{
	if (quotes_in(diag_line(d, at.line)) == 0)
		return false;
	for (uint32_t n = at.line; n >= 1 && at.line - n < QUOTE_LINES; n--) {
		struct str line = diag_line(d, n);

		if (quotes_in(line) % 2 == 0)
			continue;
		*mark = value_on(d, n);
		line = line_from(d, *mark);
		if (str_starts(line, STR("\"")))
			return true;
	}
	return false;
}

static struct mark
cause_of(const struct row *row, const struct trap *trap, struct diags *d)
{
	switch (row->cause) {
	case CAUSE_SINCE:
		return trap->since;
	case CAUSE_VALUE:
		return value_on(d, trap->at.line);
	case CAUSE_DENT:
		return odd_line(d, trap->at);
	default:
		return trap->at;
	}
}

static bool
has(struct str s, const char *piece)
{
	struct str wanted = str_of(piece);

	return wanted.n == 0 || str_find_str(s, wanted) < s.n;
}

static bool
fits(const struct row *row, const struct trap *trap, struct diags *d)
{
	struct str first;

	if (!has(trap->problem, row->problem) ||
	    !has(trap->context, row->context))
		return false;
	if (row->first[0] == '\0')
		return true;
	first = line_from(d, cause_of(row, trap, d));
	return first.n > 0 && str_has(str_of(row->first), first.p[0]);
}

/* What is odd stands lines below the quote that it is read as a part of. */
static bool
is_in_long_quote(const struct trap *trap)
{
	return has(trap->context, "quoted scalar") &&
	    trap->at.line > trap->since.line;
}

void
trap_explain(const struct trap *trap, struct diags *d)
{
	struct mark mark = trap->at;
	const char *hint = "";

	if (is_in_long_quote(trap))
		mark = trap->since;
	if (is_in_long_quote(trap) || ((has(trap->context, "parsing") ||
	    has(trap->context, "block scalar")) &&
	    open_quote(d, trap->at, &mark)))
		hint = "the closing quote is missing";
	for (size_t i = 0; i < nitems(rows) && hint[0] == '\0'; i++) {
		if (!fits(&rows[i], trap, d))
			continue;
		mark = cause_of(&rows[i], trap, d);
		hint = rows[i].hint;
	}
	diag_add(d, DIAG_ERROR, mark, "Y01", "%" STR_FMT "%s%" STR_FMT,
	    STR_ARG(trap->context), trap->context.n != 0 ? ", " : "",
	    STR_ARG(trap->problem));
	if (hint[0] != '\0')
		diag_hint(d, "%s", hint);
}

static bool
is_invisible(uint32_t point)
{
	return point == 0xad || (point >= 0x200b && point <= 0x200f) ||
	    (point >= 0x202a && point <= 0x202e) ||
	    (point >= 0x2060 && point <= 0x2069) || point == 0xfeff;
}

/* What ends a line for libyaml but not for an editor, and what it refuses
 * without saying where. */
static const char *
forbidden(struct str s, size_t from, size_t to, uint32_t point)
{
	if (point == UTF8_BAD &&
	    !str_eq(str_sub(s, from, to), STR("\xef\xbf\xbd")))
		return "not UTF-8";
	if (point == 0x85 || point == 0x2028 || point == 0x2029)
		return "a line separator that is not a line feed";
	if ((point < 0x20 && point != '\n' && point != '\r' &&
	    point != '\t') || point == 0x7f || (point >= 0x80 &&
	    point < 0xa0) || point == 0xfffe || point == 0xffff)
		return "a control character";
	return NULL;
}

static void
move_on(struct str s, size_t from, uint32_t point, struct mark *mark)
{
	bool is_pair = point == '\r' && from + 1 < s.n && s.p[from + 1] == '\n';

	if ((point == '\n' || point == '\r') && !is_pair) {
		mark->line++;
		mark->column = 1;
	} else {
		mark->column++;
	}
}

bool
trap_check_bytes(struct str yaml, struct diags *d)
{
	struct mark mark = { 1, 1 };

	if (str_starts(yaml, STR("\xef\xbb\xbf"))) {
		diag_add(d, DIAG_ERROR, mark, "Y01",
		    "the file begins with a byte order mark");
		diag_hint(d, "save it as UTF-8 without BOM");
		return false;
	}
	for (size_t at = 0; at < yaml.n;) {
		size_t from = at;
		uint32_t point = utf8_next(yaml, &at);
		const char *what = forbidden(yaml, from, at, point);

		if (what != NULL) {
			diag_add(d, DIAG_ERROR, mark, "Y01", "%s", what);
			diag_hint(d, "a pack is UTF-8 text with \\n at the "
			    "end of lines");
			return false;
		}
		if (is_invisible(point))
			diag_add(d, DIAG_WARNING, mark, "Y05",
			    "invisible character U+%04X", (unsigned)point);
		move_on(yaml, from, point, &mark);
	}
	return true;
}
