/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The text of values with encoded words (RFC 2047): those of one charset that
 * stand side by side are decoded as one.
 */
#include "mail/header.h"

#include "base/arena.h"
#include "base/buf.h"
#include "mail/charset.h"
#include "mail/encoding.h"

struct word {
	struct str charset;
	struct str text;
	bool is_base64;
	size_t n; /* bytes of the whole word */
};

static bool
is_charset_byte(char c)
{
	return c > ' ' && c < 0x7f && c != '?' && c != '=';
}

static bool
is_word_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* "?" at at, and blanks before it, as a fold in the middle of a word leaves
 * them.  Gives where that ends, or 0. */
static size_t
pass_mark(struct str s, size_t at)
{
	while (at < s.n && is_word_blank(s.p[at]))
		at++;
	return at < s.n && s.p[at] == '?' ? at + 1 : 0;
}

/* "=?charset?B?" at the front of s; gives its length, or 0. */
static size_t
word_opening(struct word *w, struct str s)
{
	size_t n = 2;
	char encoding;

	if (!str_starts(s, STR("=?")))
		return 0;
	while (n < s.n && is_charset_byte(s.p[n]))
		n++;
	w->charset = str_sub(s, 2, n);
	n = n == 2 ? 0 : pass_mark(s, n);
	if (n == 0 || n >= s.n)
		return 0;
	encoding = ascii_lower(s.p[n]);
	w->is_base64 = encoding == 'b';
	if (!w->is_base64 && encoding != 'q')
		return 0;
	w->charset = str_head(w->charset, str_find(w->charset, '*'));
	return pass_mark(s, n + 1);
}

/* What stands in a word that nobody closed, and the mark half of it. */
static bool
is_open_text(struct str s)
{
	size_t n = 0;

	while (n < s.n && (ascii_is_alnum(s.p[n]) ||
	    str_has(STR("+/=_-.!*%"), s.p[n])))
		n++;
	return n != 0 && (n == s.n || (n + 1 == s.n && s.p[n] == '?'));
}

/* Where the text of a word at begin ends: before "?=".  A mark alone is text
 * of senders that do not encode it; another word in front of the end means
 * that this is none.  The last word of a field may be cut off. */
static size_t
word_end(struct str s, size_t begin)
{
	size_t at = begin;
	struct word other;

	while ((at += str_find(str_from(s, at), '?')) < s.n) {
		if (at + 1 < s.n && s.p[at + 1] == '=')
			return at;
		if (at > begin && s.p[at - 1] == '=' &&
		    word_opening(&other, str_from(s, at - 1)) != 0)
			return s.n;
		at++;
	}
	return s.n;
}

/* "=?charset?B?text?=" at the front of s.  Blanks in the text are let pass:
 * some senders do not encode them. */
static bool
word_read(struct word *w, struct str s)
{
	size_t begin = word_opening(w, s), end;

	if (begin == 0)
		return false;
	end = word_end(s, begin);
	if (end < s.n) {
		w->text = str_sub(s, begin, end);
		w->n = end + 2;
		return true;
	}
	w->text = str_from(s, begin);
	w->n = s.n;
	if (!is_open_text(w->text))
		return false;
	w->text.n -= str_ends(w->text, STR("?"));
	return true;
}

static size_t
find_word(struct str s, struct word *w)
{
	size_t at = 0;

	while ((at += str_find_pair(str_from(s, at), '=', '?')) < s.n) {
		if (word_read(w, str_from(s, at)))
			return at;
		at += 2;
	}
	return s.n;
}

enum { WORDS_MOST = 500, WORD_LEAST = 8 }; /* "=?a?q??=" */

bool
header_words_over(struct str value)
{
	size_t words = 0;

	if (value.n <= WORDS_MOST * WORD_LEAST)
		return false;
	for (struct word w; value.n != 0 && words <= WORDS_MOST; words++) {
		value = str_from(value, find_word(value, &w));
		if (value.n == 0)
			break;
		value = str_from(value, w.n);
	}
	return words > WORDS_MOST;
}

size_t
header_word_span(struct str s)
{
	struct word w;

	return word_read(&w, s) ? w.n : 0;
}

struct str
header_utf8(struct arena *a, struct str value)
{
	/* no field is in UTF-16, whatever its first bytes say */
	if (charset_has_mark(value))
		value = str_from(value, 2);
	return charset_decode(a, value, STR("")).utf8;
}

static bool
is_blank(struct str s)
{
	return str_trim(s).n == 0;
}

/* One charset, with hyphens or without: "utf-8" and "UTF8". */
static bool
is_same_label(struct str a, struct str b)
{
	size_t i = 0, k = 0;

	for (;; i++, k++) {
		while (i < a.n && (a.p[i] == '-' || a.p[i] == '_'))
			i++;
		while (k < b.n && (b.p[k] == '-' || b.p[k] == '_'))
			k++;
		if (i == a.n || k == b.n)
			return i == a.n && k == b.n;
		if (ascii_lower(a.p[i]) != ascii_lower(b.p[k]))
			return false;
	}
}

static struct str
word_bytes(struct arena *a, const struct word *w)
{
	return w->is_base64 ? encoding_decode(a, w->text, ENCODING_BASE64) :
	    encoding_decode_q(a, w->text);
}

/* The bytes of a run of words: each word undone alone, and the base64 of all
 * undone as one. */
struct run {
	struct buf bytes;
	struct buf letters;
	bool is_cut; /* letters of one word may go on in the next */
	bool is_base64;
};

static void
run_add(struct run *r, struct arena *a, const struct word *w)
{
	buf_add_str(&r->bytes, word_bytes(a, w));
	r->is_base64 &= w->is_base64;
	r->is_cut |= r->letters.n % 4 != 0;
	if (r->is_base64)
		buf_add_str(&r->letters, w->text);
}

/* Senders that cut base64 anywhere are told from those who leave out its "="
 * by what fits the charset. */
static struct str
run_text(const struct run *r, struct arena *a, struct str label)
{
	struct charset_text apart, joined;

	apart = charset_decode(a, buf_str(&r->bytes), label);
	if (!r->is_cut || !r->is_base64 ||
	    (!apart.is_damaged && !apart.is_guess))
		return apart.utf8;
	joined = charset_decode(a, encoding_decode(a, buf_str(&r->letters),
	    ENCODING_BASE64), label);
	return joined.is_damaged || joined.is_guess ? apart.utf8 : joined.utf8;
}

/*
 * A run of words of one charset at the front of s, and what is behind it.
 * Their bytes are joined before they are decoded: a character may begin in
 * one word and end in the next, which RFC 2047 forbids and many senders do.
 */
static struct str
take_words(struct buf *out, struct arena *a, struct str s,
    const struct word *first, size_t *words)
{
	struct word w = *first;
	struct run run = { .is_base64 = true };
	size_t n = 0;

	buf_init_arena(&run.bytes, a, SIZE_MAX);
	buf_init_arena(&run.letters, a, SIZE_MAX);
	while (is_same_label(w.charset, first->charset) &&
	    *words < WORDS_MOST) {
		(*words)++;
		run_add(&run, a, &w);
		s = str_from(s, n + w.n);
		for (n = 0; n < s.n && ascii_is_space(s.p[n]);)
			n++;
		if (!word_read(&w, str_from(s, n)))
			break;
	}
	buf_add_str(out, run_text(&run, a, first->charset));
	return s;
}

/* Control characters have no look of their own in a header, and NUL none at
 * all. */
static void
blank_controls(struct buf *b)
{
	size_t n = 0;

	for (size_t i = 0; i < b->n; i++) {
		char c = b->p[i];

		if (c != '\0')
			b->p[n++] = (unsigned char)c < ' ' || c == 0x7f ? ' ' :
			    c;
	}
	b->n = n;
}

/* No control characters, and nothing that may begin an encoded word. */
static bool
is_as_seen(struct str s)
{
	unsigned char odd = 0;

	for (size_t i = 0; i < s.n; i++)
		odd |= (unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f;
	return odd == 0 && str_find_pair(s, '=', '?') == s.n;
}

struct str
header_text(struct arena *a, struct str value)
{
	struct str s = header_utf8(a, value), before;
	bool is_after_word = false;
	struct word w;
	size_t at, words = 0;
	struct buf out;

	if (is_as_seen(s))
		return str_trim(s);
	buf_init_arena(&out, a, SIZE_MAX);
	buf_reserve(&out, s.n);
	while (s.n != 0) {
		at = words < WORDS_MOST ? find_word(s, &w) : s.n;
		before = str_head(s, at);
		if (!is_after_word || at == s.n || !is_blank(before))
			buf_add_str(&out, before);
		s = str_from(s, at);
		if (s.n != 0)
			s = take_words(&out, a, s, &w, &words);
		is_after_word = true;
	}
	blank_controls(&out);
	buf_fit(&out);
	return str_trim(buf_str(&out));
}
