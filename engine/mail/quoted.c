/* SPDX-License-Identifier: Apache-2.0 */
/* Quotation, line by line, as mail programs of all kinds write it. */
#include "mail/quoted.h"

#include "base/arena.h"
#include "base/buf.h"

enum { HEADINGS_WINDOW = 8, HEADINGS_LEAST = 3, LINE_MOST = 400,
	BLANKS_MOST = 8, LINES_ABOVE = 2,
	HEADING_MOST = 32 /* bytes in front of its colon */ };

/* Bits: the headings of a mail, one each, in languages of Outlook and Apple
 * Mail. */
static const struct {
	struct str text;
	unsigned bit;
} headings[] = {
	{ STR_INIT("From:"), 1 }, { STR_INIT("差出人:"), 1 },
	{ STR_INIT("差出人："), 1 }, { STR_INIT("送信者:"), 1 },
	{ STR_INIT("送信元:"), 1 },
	{ STR_INIT("Sent:"), 2 }, { STR_INIT("Date:"), 2 },
	{ STR_INIT("送信日時:"), 2 }, { STR_INIT("送信日時："), 2 },
	{ STR_INIT("日付:"), 2 }, { STR_INIT("日時:"), 2 },
	{ STR_INIT("To:"), 4 }, { STR_INIT("宛先:"), 4 },
	{ STR_INIT("宛先："), 4 },
	{ STR_INIT("Subject:"), 8 }, { STR_INIT("件名:"), 8 },
	{ STR_INIT("件名："), 8 },
	{ STR_INIT("Von:"), 1 }, { STR_INIT("Gesendet:"), 2 },
	{ STR_INIT("Datum:"), 2 }, { STR_INIT("An:"), 4 },
	{ STR_INIT("Betreff:"), 8 },
	{ STR_INIT("De:"), 1 }, { STR_INIT("Envoyé:"), 2 },
	{ STR_INIT("À:"), 4 }, { STR_INIT("Objet:"), 8 },
	{ STR_INIT("Enviado:"), 2 }, { STR_INIT("Fecha:"), 2 },
	{ STR_INIT("Para:"), 4 }, { STR_INIT("Asunto:"), 8 },
	{ STR_INIT("Da:"), 1 }, { STR_INIT("Inviato:"), 2 },
	{ STR_INIT("Data:"), 2 }, { STR_INIT("A:"), 4 },
	{ STR_INIT("Oggetto:"), 8 },
	{ STR_INIT("Van:"), 1 }, { STR_INIT("Verzonden:"), 2 },
	{ STR_INIT("Aan:"), 4 }, { STR_INIT("Onderwerp:"), 8 },
	{ STR_INIT("发件人:"), 1 }, { STR_INIT("发件人："), 1 },
	{ STR_INIT("发送时间:"), 2 }, { STR_INIT("发送时间："), 2 },
	{ STR_INIT("收件人:"), 4 }, { STR_INIT("收件人："), 4 },
	{ STR_INIT("主题:"), 8 }, { STR_INIT("主题："), 8 },
	{ STR_INIT("寄件者:"), 1 }, { STR_INIT("寄件者："), 1 },
	{ STR_INIT("寄件日期:"), 2 }, { STR_INIT("寄件日期："), 2 },
	{ STR_INIT("收件者:"), 4 }, { STR_INIT("收件者："), 4 },
	{ STR_INIT("主旨:"), 8 }, { STR_INIT("主旨："), 8 },
	{ STR_INIT("보낸 사람:"), 1 }, { STR_INIT("보낸 날짜:"), 2 },
	{ STR_INIT("받는 사람:"), 4 }, { STR_INIT("제목:"), 8 },
};

/* Between dashes, on a line of its own. */
static const struct str separators[] = {
	STR_INIT("original message"), STR_INIT("forwarded message"),
	STR_INIT("forwarded by"), STR_INIT("original appointment"),
	STR_INIT("転送メッセージ"), STR_INIT("転送されたメッセージ"),
	STR_INIT("元のメッセージ"), STR_INIT("オリジナルメッセージ"),
	STR_INIT("転送元メッセージ"), STR_INIT("元のメール"),
	STR_INIT("ここから転送"), STR_INIT("以下転送"),
	STR_INIT("ursprüngliche nachricht"),
	STR_INIT("weitergeleitete nachricht"),
	STR_INIT("message d'origine"), STR_INIT("message d’origine"),
	STR_INIT("message transféré"), STR_INIT("mensaje original"),
	STR_INIT("mensaje reenviado"), STR_INIT("messaggio originale"),
	STR_INIT("messaggio inoltrato"),
	STR_INIT("oorspronkelijk bericht"),
	STR_INIT("doorgestuurd bericht"),
	STR_INIT("原始邮件"), STR_INIT("转发邮件"),
	STR_INIT("原始郵件"), STR_INIT("轉寄郵件"),
	STR_INIT("원본 메시지"), STR_INIT("전달된 메시지"),
};

static struct str
take_line(struct str *s)
{
	return str_trim(str_take_line(s));
}

/* ">", "> >", ">|", "＞", and "| " where it is no row of a table. */
static bool
is_sign(struct str line)
{
	if (line.n != 0 && line.p[0] == '|')
		return line.n >= 2 && str_has(STR(" >|"), line.p[1]) &&
		    line.p[line.n - 1] != '|';
	return str_starts(line, STR(">")) || str_starts(line, STR("＞"));
}

/* "件名 :" as well as "件名:"; French has a blank that does not break. */
static bool
is_heading(struct str line, struct str text)
{
	bool has_colon = str_ends(text, STR(":"));

	if (!str_case_skip(&line, str_head(text, text.n - has_colon)))
		return false;
	str_skip(&line, STR("\xc2\xa0"));
	return !has_colon ||
	    str_starts(str_trim(str_head(line, BLANKS_MOST)), STR(":"));
}

/* Most lines have no colon near: told at a glance. */
static bool
may_be_heading(struct str line)
{
	struct str head = str_head(line, HEADING_MOST);

	return str_has(head, ':') || (line.n != 0 &&
	    (unsigned char)line.p[0] >= 0x80 &&
	    str_find_str(head, STR("：")) < head.n);
}

/* Told before names are compared, which are many. */
static bool
begin_alike(struct str line, struct str text)
{
	return line.n != 0 && ((line.p[0] ^ text.p[0]) & ~0x20) == 0;
}

static unsigned
heading_of(struct str line)
{
	/* "*From:*", as pages are made into text */
	str_skip(&line, STR("*"));
	if (!may_be_heading(line))
		return 0;
	for (size_t i = 0; i < nitems(headings); i++)
		if (begin_alike(line, headings[i].text) &&
		    is_heading(line, headings[i].text))
			return headings[i].bit;
	return 0;
}

/* Three headings and more, one below the other; the first says from whom. */
static bool
begins_headings(struct str line, struct str rest)
{
	unsigned seen = heading_of(line), n = 0;

	if (seen != 1)
		return false;
	for (int i = 0; i < HEADINGS_WINDOW && rest.n != 0; i++) {
		struct str next = take_line(&rest);
		unsigned bit = heading_of(next);

		if (bit == 1)
			return false;
		seen |= bit;
	}
	for (; seen != 0; seen >>= 1)
		n += seen & 1;
	return n >= HEADINGS_LEAST;
}

static bool
is_separator(struct str line)
{
	/* as Apple Mail has it: the whole line */
	static const struct str plain[] = {
		STR_INIT("転送されたメッセージ:"),
		STR_INIT("転送されたメッセージ："),
		STR_INIT("以下は転送されたメッセージです:"),
		STR_INIT("以下は転送されたメッセージです："),
	};

	if (line.n > LINE_MOST)
		return false;
	if (str_case_starts(line, STR("Begin forwarded message:")) ||
	    str_is_any(line, plain, nitems(plain)))
		return true;
	if (!str_starts(line, STR("--")) && !str_starts(line, STR("==")) &&
	    !str_starts(line, STR("――")) && !str_starts(line, STR("──")))
		return false;
	for (size_t i = 0; i < nitems(separators); i++)
		if (str_case_find_str(line, separators[i]) < line.n)
			return true;
	return false;
}

/* How a line that tells who wrote what is quoted may end. */
enum attribution {
	ATTRIBUTION_NONE,
	ATTRIBUTION_ADDRESS, /* "<x@example.com>:", which a date begins */
	ATTRIBUTION_WORDS
};

/* "On ..., x@example.com wrote:", "... さんは書きました:", "... のメール:",
 * and the date and address that Gmail writes in Japanese.  Only in front of
 * what is quoted, so their ends are enough. */
static enum attribution
attribution_of(struct str line)
{
	static const struct str ends[] = {
		STR_INIT("wrote:"), STR_INIT("wrote :"),
		STR_INIT("書きました:"), STR_INIT("書きました："),
		STR_INIT("書きました :"), STR_INIT("のメール:"),
		STR_INIT("のメール："), STR_INIT("のメッセージ:"),
		STR_INIT("のメッセージ："), STR_INIT("wrote in message"),
		STR_INIT("schrieb:"), STR_INIT("a écrit :"),
		STR_INIT("escribió:"), STR_INIT("ha scritto:"),
	};

	/* most lines end otherwise than any of these */
	if (line.n > LINE_MOST || line.n == 0 || (line.p[line.n - 1] != ':' &&
	    line.p[line.n - 1] != '\x9a' && line.p[line.n - 1] != 'e'))
		return ATTRIBUTION_NONE;
	for (size_t i = 0; i < nitems(ends); i++)
		if (str_ends(line, ends[i]))
			return ATTRIBUTION_WORDS;
	return str_ends(line, STR(">:")) && str_has(line, '@') ?
	    ATTRIBUTION_ADDRESS : ATTRIBUTION_NONE;
}

/* The first line of one that is broken: "On Mon, 1 Jan 2024, Taro Yamada". */
static bool
begins_attribution(struct str line)
{
	static const struct str heads[] = { STR_INIT("On "), STR_INIT("In "),
		STR_INIT("At "), STR_INIT("Am "), STR_INIT("Le "),
		STR_INIT("El "), STR_INIT("Il ") };

	if (line.n == 0 || line.n > LINE_MOST || ascii_is_digit(line.p[0]))
		return line.n != 0 && line.n <= LINE_MOST;
	for (size_t i = 0; i < nitems(heads); i++)
		if (str_starts(line, heads[i]))
			return true;
	return false;
}

/* Where an attribution that ends with line begins: there, or one of the two
 * lines right above it.  NULL: it is none. */
static const char *
attribution_begin(struct str line, const struct str *above)
{
	enum attribution is = attribution_of(line);

	if (is == ATTRIBUTION_NONE)
		return NULL;
	if (!begins_attribution(line)) {
		for (int i = 0; i < LINES_ABOVE && above[i].n != 0; i++)
			if (begins_attribution(above[i]))
				return above[i].p;
	}
	return is == ATTRIBUTION_WORDS || ascii_is_digit(line.p[0]) ? line.p :
	    NULL;
}

/* The next line that is not empty is quoted, by its sign or by the page. */
static bool
goes_on_quoted(struct str rest, const char *marked)
{
	for (int i = 0; i < HEADINGS_WINDOW && rest.n != 0; i++) {
		struct str line = take_line(&rest);

		if (line.n != 0)
			return is_sign(line) || (marked != NULL &&
			    line.p >= marked);
	}
	return false;
}

static void
add(quoted_list *out, struct arena *a, struct str text, struct str line)
{
	uint32_t begin = (uint32_t)(line.p - text.p);
	uint32_t end = begin + (uint32_t)line.n;
	struct quoted *last = out->n == 0 ? NULL : &out->at[out->n - 1];

	if (last != NULL && str_trim(str_sub(text, last->end, begin)).n == 0) {
		last->end = end;
		return;
	}
	last = VEC_ADD(a, out);
	*last = (struct quoted){ begin, end };
}

/* The piece of quoted text that line is, or belongs to; empty: it is none. */
static struct str
piece_of(struct str line, struct str rest, const struct str *above,
    const char *marked)
{
	const char *begin;

	if (is_sign(line))
		return line;
	begin = attribution_begin(line, above);
	if (begin == NULL || !goes_on_quoted(rest, marked))
		return STR("");
	return str_between(begin, line.p + line.n);
}

void
quoted_find(quoted_list *out, struct arena *a, struct str text,
    const quoted_list *marked)
{
	struct str rest = text, above[LINES_ABOVE] = { STR("") };
	bool is_rest = false;
	size_t i = 0;

	while (rest.n != 0) {
		struct str line = take_line(&rest), piece = line;
		size_t at = (size_t)(line.p - text.p);
		const struct quoted *next;

		while (marked != NULL && i < marked->n &&
		    marked->at[i].end <= at)
			i++;
		next = marked != NULL && i < marked->n ? &marked->at[i] : NULL;
		is_rest = is_rest || (line.n != 0 && (is_separator(line) ||
		    begins_headings(line, rest)));
		if (!is_rest && (next == NULL || next->begin > at))
			piece = piece_of(line, rest, above, next == NULL ?
			    NULL : text.p + next->begin);
		if (piece.n != 0)
			add(out, a, text, piece);
		above[1] = above[0];
		above[0] = piece.n != 0 ? STR("") : line;
	}
}

struct str
quoted_text(struct arena *a, struct str text, const quoted_list *quoted)
{
	const struct quoted *q;
	struct buf b;

	if (quoted->n == 1)
		return str_sub(text, quoted->at[0].begin, quoted->at[0].end);
	buf_init_arena(&b, a, text.n + quoted->n);
	VEC_EACH(q, quoted) {
		if (b.n != 0)
			buf_add_byte(&b, '\n');
		buf_add_str(&b, str_sub(text, q->begin, q->end));
	}
	return buf_str(&b);
}

struct str
quoted_rest(struct arena *a, struct str text, const quoted_list *quoted)
{
	const struct quoted *q;
	size_t at = 0;
	struct buf b;

	if (quoted->n == 0)
		return text;
	buf_init_arena(&b, a, text.n);
	VEC_EACH(q, quoted) {
		buf_add_str(&b, str_sub(text, at, q->begin));
		at = q->end;
	}
	buf_add_str(&b, str_from(text, at));
	return str_trim(buf_str(&b));
}
