/* SPDX-License-Identifier: Apache-2.0 */
/* Lint of phrases and regular expressions, by how they are worded. */
#include "base/arena.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "rule/lint.h"
#include "rule/packread.h"

enum { PHRASE_LEAST = 6, PHRASE_WIDE = 4 };

/* I12: the receiving side put it there, not the sender. */
static void
gateway_tag(const struct lint_seen *s)
{
	static const struct str tags[] = {
		STR_INIT("[spam]"), STR_INIT("[spam "), STR_INIT("***spam"),
		STR_INIT("[meiwaku]"), STR_INIT("[phish"), STR_INIT("[virus"),
		STR_INIT("[external]"), STR_INIT("【spam】"),
		STR_INIT("[迷惑"),
	};
	struct str text = s->value->text;

	if (!lint_is_phrase(s->value) ||
	    !str_is(str_of(s->value->field->name), "subject"))
		return;
	str_skip(&text, STR("is:"));
	for (size_t i = 0; i < nitems(tags); i++)
		if (str_case_starts(text, tags[i]))
			lint_say(s, DIAG_WARNING, "I12", "begins with the tag "
			    "of a gateway, which is taken off before "
			    "matching");
}

/* What any notice says; folded. */
static bool
is_common(struct str text)
{
	static const struct str phrases[] = {
		STR_INIT("ご確認ください"), STR_INIT("ご確認下さい"),
		STR_INIT("お知らせ"), STR_INIT("重要なお知らせ"),
		STR_INIT("お世話になっております"),
		STR_INIT("よろしくお願いいたします"),
		STR_INIT("よろしくお願い致します"),
		STR_INIT("ありがとうございます"), STR_INIT("お問い合わせ"),
		STR_INIT("ログイン"), STR_INIT("こちらをクリック"),
		STR_INIT("詳細はこちら"), STR_INIT("お客様各位"),
		STR_INIT("本メール"), STR_INIT("click here"),
		STR_INIT("dear customer"), STR_INIT("dear user"),
		STR_INIT("your account"), STR_INIT("best regards"),
		STR_INIT("thank you"), STR_INIT("please confirm"),
		STR_INIT("log in"), STR_INIT("sign in"),
		STR_INIT("unsubscribe"), STR_INIT("customer support"),
		STR_INIT("important notice"),
	};

	return str_is_any(text, phrases, nitems(phrases));
}

/* P06: a phrase that stands in any mail. */
static void
short_phrase(const struct lint_seen *s)
{
	struct str text = s->value->pattern.literal;

	if (!lint_is_phrase(s->value) || text.n == 0 || s->group->want > 1 ||
	    s->group->is_exception)
		return;
	if (utf8_count(text) <
	    (utf8_has_wide(text) ? PHRASE_WIDE : PHRASE_LEAST))
		lint_say(s, DIAG_WARNING, "P06", "is a very short phrase");
	else if (is_common(text))
		lint_say(s, DIAG_WARNING, "P06", "stands in many an honest "
		    "mail");
}

/* P07: "2026年2月" will be another day in the next mail. */
static void
fixed_date(const struct lint_seen *s)
{
	struct str text = s->value->text;

	if (!lint_is_phrase(s->value))
		return;
	for (size_t i = 0; i + 5 < text.n; i++) {
		struct str rest = str_from(text, i);
		struct str year = str_head(rest, 4), behind;
		int64_t n;

		if (!ascii_is_digit(year.p[0]) || !str_to_int(year, &n) ||
		    n < 2000 || n > 2099 ||
		    (i > 0 && ascii_is_digit(text.p[i - 1])))
			continue;
		behind = str_from(rest, 4);
		if (!str_skip(&behind, STR("年")) &&
		    !str_skip(&behind, STR("/")) &&
		    !str_skip(&behind, STR("-")))
			continue;
		if (behind.n == 0 || !ascii_is_digit(behind.p[0]))
			continue;
		lint_say(s, DIAG_WARNING, "P07", "holds a date");
		diag_hint(s->r->diags, "<date> stands for any");
		return;
	}
}

/* An amount of money: "12,800円", "¥12,800". */
static bool
has_amount(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		struct str rest = str_from(s, i);
		size_t n = 0;

		if (str_skip(&rest, STR("¥")) || str_skip(&rest, STR("￥")) ||
		    str_skip(&rest, STR("$")))
			return rest.n != 0 && ascii_is_digit(rest.p[0]);
		while (n < rest.n && (ascii_is_digit(rest.p[n]) ||
		    (n > 0 && rest.p[n] == ',')))
			n++;
		if (n > 0 && str_starts(str_from(rest, n), STR("円")))
			return true;
		i += n > 0 ? n - 1 : 0;
	}
	return false;
}

static bool
has_address(struct str s)
{
	size_t at = str_find(s, '@');

	return at > 0 && at + 1 < s.n && ascii_is_alnum(s.p[at - 1]) &&
	    ascii_is_alnum(s.p[at + 1]) &&
	    str_has(str_from(s, at), '.');
}

/* P07: what is another in the next mail. */
static void
passing_words(const struct lint_seen *s)
{
	if (!lint_is_phrase(s->value))
		return;
	if (has_amount(s->value->text)) {
		lint_say(s, DIAG_WARNING, "P07", "holds an amount");
		diag_hint(s->r->diags, "<num> stands for any");
	} else if (has_address(s->value->text)) {
		lint_say(s, DIAG_WARNING, "P07", "holds an address");
		diag_hint(s->r->diags, "<email> stands for any, <rcpt> for "
		    "the recipient's");
	}
}

/* P09: UTF-8 read as Shift_JIS or Latin-1, or escapes of ISO-2022-JP. */
static void
wrong_charset(const struct lint_seen *s)
{
	static const struct str marks[] = { STR_INIT("縺"), STR_INIT("繧"),
		STR_INIT("繝"), STR_INIT("ã\xc2\x81"), STR_INIT("Ã©"),
		STR_INIT("\\x1b"), STR_INIT("=?iso-2022-jp?"),
		STR_INIT("=?utf-8?") };
	struct str text = s->value->text;
	size_t n = 0;

	if (s->value->link != NULL || s->value->field->kind != FIELD_TEXT)
		return;
	for (size_t i = 0; i < nitems(marks); i++) {
		size_t at = str_case_find_str(text, marks[i]);

		/* One odd kanji is a name; mojibake has them everywhere. */
		n += at < text.n ? (i < 3 ? 1 : 2) : 0;
		if (at < text.n && i < 3)
			n += str_find_str(str_from(text, at + marks[i].n),
			    marks[i]) + at + marks[i].n < text.n;
	}
	if (n > 1)
		lint_say(s, DIAG_WARNING, "P09", "was made for one code page: "
		    "write what a reader sees");
}

/* P05: digits and letters in a row, and nothing else that is special. */
static void
phrase_regex(const struct lint_seen *s)
{
	static const struct str pieces[] = { STR_INIT("[0-9]+"),
		STR_INIT("\\d+"), STR_INIT(".{0,40}") };
	struct str text = s->value->text;
	bool is_any = false;

	if (s->value->link != NULL || s->value->field->kind != FIELD_TEXT ||
	    !str_skip(&text, STR("re:")))
		return;
	while (text.n != 0) {
		bool is_piece = false;

		for (size_t i = 0; i < nitems(pieces) && !is_piece; i++)
			is_piece = str_skip(&text, pieces[i]);
		is_any |= is_piece;
		if (is_piece)
			continue;
		if (str_has(STR("\\^$.[]|()?*+{}"), text.p[0]))
			return;
		text = str_from(text, 1);
	}
	if (!is_any)
		return;
	lint_say(s, DIAG_NOTE, "P05", "could be a phrase");
	diag_hint(s->r->diags, "<num> and <any> are placeholders of phrases");
}

/* P08: a phrase that no mail can hold, since what is live there is not
 * defanged. */
static void
still_defanged(const struct lint_seen *s)
{
	static const struct str marks[] = { STR_INIT("hxxp"),
		STR_INIT("[.]"), STR_INIT("[dot]"), STR_INIT("[at]"),
		STR_INIT("[ドット]"), STR_INIT("[伏字]") };

	if (!lint_is_phrase(s->value) ||
	    str_starts(s->value->text, STR("lit:")))
		return;
	for (size_t i = 0; i < nitems(marks); i++)
		if (str_find_str(s->value->pattern.literal, marks[i]) <
		    s->value->pattern.literal.n) {
			lint_say(s, DIAG_WARNING, "P08", "still looks "
			    "defanged and would never match a live mail");
			return;
		}
}

/* P03, P04: a regex that nothing is needed for, or that runs far. */
static void
loose_regex(const struct lint_seen *s)
{
	struct str text = s->value->text;
	size_t run = 0, longest = 0;

	if (s->value->link != NULL || !lint_is_regex(text))
		return;
	text = str_from(text, str_find(text, ':') + 1);
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		/* Of a set any one will do. */
		if (c == '[' && str_has(str_from(text, i), ']'))
			i += str_find(str_from(text, i), ']');
		run = c != '[' && (ascii_is_alnum(c) ||
		    (unsigned char)c >= 0x80 ||
		    str_has(STR(" -_/@:=&%"), c)) ? run + 1 : 0;
		longest = run > longest ? run : longest;
	}
	if (longest < 3)
		lint_say(s, DIAG_WARNING, "P03", "needs no text of three "
		    "characters or more");
	if (str_find_str(text, STR(".*")) < text.n ||
	    str_find_str(text, STR(".+")) < text.n)
		lint_say(s, DIAG_WARNING, "P04",
		    "has .* or .+ without a bound: write .{0,40}");
}

/* "re: your invoice" was pasted from a subject. */
static void
pasted_reply(const struct lint_seen *s)
{
	if (!str_starts(s->value->text, STR("re: ")) ||
	    s->value->link != NULL || s->value->field->kind != FIELD_TEXT)
		return;
	lint_say(s, DIAG_WARNING, "P05", "is read as a regular expression");
	diag_hint(s->r->diags, "write lit:re: ... for a text that begins so");
}

/* http is written https in the form that urls are compared in. */
static void
http_regex(const struct lint_seen *s)
{
	struct str text = s->value->text;

	if (s->value->field->kind == FIELD_URL && lint_is_regex(text) &&
	    str_find_str(text, STR("http:")) < text.n)
		lint_say(s, DIAG_WARNING, "P05", "never matches: every http "
		    "URL is compared as https");
}


/* Y06: "score: 2" among the values of a block. */
static void
swallowed_key(const struct lint_seen *s)
{
	struct str text = s->value->text;
	size_t at = str_find_str(text, STR(": "));
	struct str name = str_head(text, at);
	bool is_key = field_find(name) != NULL;

	if (at == text.n || s->value->link != NULL)
		return;
	for (size_t i = 0; i < group_table.n; i++)
		is_key |= str_is(name, group_table.keys[i].name);
	if (!is_key)
		return;
	lint_say(s, DIAG_WARNING, "Y06", "looks like a key that stands too "
	    "deep");
	diag_hint(s->r->diags, "lit: in front says that it is meant so");
}

void
words_lint(const struct lint_seen *s)
{
	static void (*const checks[])(const struct lint_seen *s) = {
		gateway_tag, short_phrase, fixed_date, passing_words,
		wrong_charset, still_defanged, loose_regex, phrase_regex,
		pasted_reply, http_regex, swallowed_key,
	};

	for (size_t i = 0; i < nitems(checks); i++)
		checks[i](s);
}
