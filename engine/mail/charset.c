/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which charset bytes are in, and their text.  ASCII and valid UTF-8 are not
 * copied and never see ICU; the Japanese charsets go through jis.c; the rest
 * is ICU's (charseticu.c).
 */
#include "mail/charset.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "mail/charsetguess.h"
#include "mail/charseticu.h"
#include "mail/charsetlabel.h"
#include "mail/escapes.h"

enum {
	NAME_MOST = 64,    /* bytes of a label, its end with them */
	ORDER_LOOK = 1024, /* bytes that show the order of UTF-16 */
	FEW_LETTERS = 16   /* of which chance may make UTF-8 */
};

/* --- labels --- */

static bool
is_label_byte(char c)
{
	return ascii_is_alnum(c) || c == '-' || c == '.' || c == ':' ||
	    c == '+';
}

/* "Shift_JIS*ja" and " 'utf-8' " are met too. */
static bool
label_clean(char to[static NAME_MOST], struct str label)
{
	size_t n = 0;

	label = str_head(label, str_find(label, '*'));
	for (size_t i = 0; i < label.n; i++) {
		char c = ascii_lower(label.p[i]);

		if (ascii_is_space(c) || c == '"' || c == '\'')
			continue;
		if (c == '_')
			c = '-';
		if (!is_label_byte(c) || n == NAME_MOST - 1)
			return false;
		to[n++] = c;
	}
	to[n] = '\0';
	return n != 0;
}

static struct charset
charset_of(struct arena *a, struct str label)
{
	struct charset none = { .kind = KIND_UNKNOWN };
	const struct charset *known;
	char name[NAME_MOST];

	if (!label_clean(name, label))
		return none;
	known = charset_of_label(name);
	if (known != NULL)
		return *known;
	none.kind = charseticu_kind(name);
	if (none.kind != KIND_UNKNOWN)
		none.name = none.icu = str_cstr(a, str_of(name));
	return none;
}

/* --- decoding --- */

struct trial {
	struct charset charset;
	struct str text;
	struct jis_count count;
};

static struct jis_count
utf8_decode(struct buf *out, struct str bytes)
{
	struct jis_count count = { .good = 0 };

	for (size_t at = 0; at < bytes.n;) {
		uint32_t point = utf8_next(bytes, &at);

		count.bad += point == UTF8_BAD;
		count.good += point >= 0x80 && point != UTF8_BAD;
		utf8_add(out, point);
	}
	return count;
}

/* ISO-8859-16 from 0xa0 on. */
static const uint16_t latin10[] = {
	0xa0, 0x104, 0x105, 0x141, 0x20ac, 0x201e, 0x160, 0xa7, 0x161, 0xa9,
	0x218, 0xab, 0x179, 0xad, 0x17a, 0x17b, 0xb0, 0xb1, 0x10c, 0x142,
	0x17d, 0x201d, 0xb6, 0xb7, 0x17e, 0x10d, 0x219, 0xbb, 0x152, 0x153,
	0x178, 0x17c, 0xc0, 0xc1, 0xc2, 0x102, 0xc4, 0x106, 0xc6, 0xc7, 0xc8,
	0xc9, 0xca, 0xcb, 0xcc, 0xcd, 0xce, 0xcf, 0x110, 0x143, 0xd2, 0xd3,
	0xd4, 0x150, 0xd6, 0x15a, 0x170, 0xd9, 0xda, 0xdb, 0xdc, 0x118, 0x21a,
	0xdf, 0xe0, 0xe1, 0xe2, 0x103, 0xe4, 0x107, 0xe6, 0xe7, 0xe8, 0xe9,
	0xea, 0xeb, 0xec, 0xed, 0xee, 0xef, 0x111, 0x144, 0xf2, 0xf3, 0xf4,
	0x151, 0xf6, 0x15b, 0x171, 0xf9, 0xfa, 0xfb, 0xfc, 0x119, 0x21b, 0xff,
};

static struct jis_count
single_decode(struct buf *out, enum kind kind, struct str bytes)
{
	struct jis_count count = { .good = 0 };

	for (size_t i = 0; i < bytes.n; i++) {
		uint32_t c = (unsigned char)bytes.p[i];

		count.good += c >= 0x80;
		if (c >= 0x80 && kind == KIND_USER)
			c += 0xf700;
		else if (c >= 0xa0)
			c = latin10[c - 0xa0];
		utf8_add(out, c);
	}
	return count;
}

/* Without a mark the first byte of a pair is the low one, as browsers have
 * it, unless that is where the zeroes of Western text stand. */
static const char *
utf16_order(const struct charset *charset, struct str *bytes)
{
	size_t zeroes[2] = { 0, 0 };

	if (str_skip(bytes, STR("\xff\xfe")))
		return "utf-16le";
	if (str_skip(bytes, STR("\xfe\xff")))
		return "utf-16be";
	if (strcmp(charset->name, "utf-16") != 0)
		return charset->icu;
	for (size_t i = 0; i < bytes->n && i < ORDER_LOOK; i++)
		zeroes[i % 2] += bytes->p[i] == '\0';
	return zeroes[0] > zeroes[1] ? "utf-16be" : "utf-16le";
}

static struct jis_count
decode(struct buf *out, struct charset charset, struct str bytes)
{
	switch (charset.kind) {
	case KIND_JIS:
		return jis_decode(out, charset.jis, bytes);
	case KIND_LATIN10:
	case KIND_USER:
		return single_decode(out, charset.kind, bytes);
	case KIND_UTF16:
		charset.icu = utf16_order(&charset, &bytes);
		/* fallthrough */
	case KIND_ICU:
	case KIND_EBCDIC:
		return charseticu_decode(out, charset.icu, bytes);
	default:
		return utf8_decode(out, bytes);
	}
}

/* most is the room for the text: 0 only measures how well it can be read. */
static struct trial
try_as(struct arena *a, struct charset charset, struct str bytes, size_t most)
{
	struct trial t = { .charset = charset };
	struct buf out;

	if (charset.kind <= KIND_UTF8) {
		str_skip(&bytes, STR("\xef\xbb\xbf"));
		t.text = bytes;
		t.count.good = 1;
		if (utf8_is_valid(bytes))
			return t;
	}
	buf_init_arena(&out, a, most);
	t.count = decode(&out, charset, bytes);
	t.text = buf_str(&out);
	return t;
}

/*
 * Is a reading with a few bad pieces the right one all the same?  A text cut
 * in the middle of a character is; and UTF-8 is so regular that more would
 * still leave no doubt.
 */
static bool
is_likely(const struct trial *t)
{
	size_t odd = t->count.bad + t->count.gaiji;

	if (odd == 0)
		return true;
	return t->count.good / (t->charset.kind == KIND_UTF8 ? 2 : 20) >= odd;
}

/* Most bytes of EUC-JP are half-width kana in CP932, which nobody writes
 * whole texts in. */
static bool
is_mostly_half(const struct trial *t)
{
	return t->count.half > (t->count.good - t->count.half);
}

/* Japanese stands in runs.  The quotes and accents of Western text, read as
 * Japanese, swallow a letter each and stand alone. */
static bool
is_japanese(const struct trial *t)
{
	return is_likely(t) && t->count.good != 0 &&
	    t->count.next >= t->count.good / 2 && t->count.next != 0;
}

/* The text goes on after stray 8-bit bytes: a footer in another charset, or
 * something to mislead us. */
static bool
is_escaped(const struct trial *t)
{
	return t->count.good != 0 && t->count.good >= t->count.bad;
}

static const struct charset *
guess_japanese(struct arena *a, struct str bytes)
{
	struct trial sjis = try_as(a, charset_cp932, bytes, 0), other;

	if (escapes_are_in(bytes)) {
		other = try_as(a, charset_iso2022, bytes, 0);
		if (is_escaped(&other))
			return &charset_iso2022;
	}
	if (is_japanese(&sjis) && !is_mostly_half(&sjis))
		return &charset_cp932;
	other = try_as(a, charset_euc, bytes, 0);
	if (is_japanese(&other))
		return &charset_euc;
	return is_japanese(&sjis) ? &charset_cp932 : NULL;
}

/* Chinese, Korean, Russian.  Japanese proper has what they have not. */
static const struct charset *
guess_other(struct arena *a, struct str bytes)
{
	const char *label = charset_guess(bytes);
	const struct charset *known = label == NULL ? NULL :
	    charset_of_label(label);
	struct trial t;

	if (known == NULL)
		return NULL;
	t = try_as(a, *known, bytes, 0);
	return is_likely(&t) ? known : NULL;
}

/* A word or two of EUC-JP can be UTF-8 for the most part: what can be read
 * without a fault goes first. */
static const struct charset *
guess_utf8(struct arena *a, struct str bytes)
{
	struct trial t = try_as(a, charset_utf8, bytes, 0), other;
	const struct charset *japanese;

	if (!is_likely(&t))
		return NULL;
	if (t.count.bad == 0 || t.count.good >= FEW_LETTERS)
		return &charset_utf8;
	japanese = guess_japanese(a, bytes);
	if (japanese == NULL)
		return &charset_utf8;
	other = try_as(a, *japanese, bytes, 0);
	return other.count.bad == 0 ? japanese : &charset_utf8;
}

static bool
is_letter_at(struct str s, size_t at)
{
	return at < s.n && ascii_is_alpha(s.p[at]);
}

/* The accents and quotes of Western words, read as CP932, swallow a letter
 * each: "don\x92t".  A piece of Japanese does not stand among such letters. */
static bool
is_western_cp932(struct str s)
{
	size_t n = 0, swallowed = 0;

	for (size_t i = 0; i + 1 < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c < 0x80 || (c >= 0xa0 && c < 0xe0))
			continue;
		n++;
		swallowed += is_letter_at(s, i + 1) &&
		    (is_letter_at(s, i + 2) ||
		    (i != 0 && is_letter_at(s, i - 1)));
		i++;
	}
	return n == swallowed;
}

/* A word or two under a label that says Japanese: what can be read without a
 * fault is that, before anything Western. */
static const struct charset *
guess_short_japanese(struct arena *a, struct str bytes)
{
	struct trial t = try_as(a, charset_cp932, bytes, 0);

	return t.count.bad == 0 && t.count.gaiji == 0 &&
	    !is_mostly_half(&t) && !is_western_cp932(bytes) ? &charset_cp932
	    : NULL;
}

/* What the bytes look like, or NULL: nothing we would guess. */
static const struct charset *
guess(struct arena *a, struct str bytes)
{
	const struct charset *found;

	if (utf8_ascii_run(bytes) == bytes.n)
		return escapes_are_in(bytes) ? &charset_iso2022 :
		    &charset_ascii;
	found = guess_utf8(a, bytes);
	if (found == NULL)
		found = guess_other(a, bytes);
	return found != NULL ? found : guess_japanese(a, bytes);
}

/* ASCII, read as EBCDIC, is full of controls. */
static bool
is_ebcdic(const struct trial *t, struct str bytes)
{
	return t->charset.kind == KIND_EBCDIC &&
	    t->count.bad <= bytes.n / 20;
}

/* --- ISO-2022-JP and something else --- */

static void
add_counts(struct jis_count *to, struct jis_count c)
{
	to->good += c.good;
	to->half += c.half;
	to->gaiji += c.gaiji;
	to->next += c.next;
	to->bad += c.bad;
}

/* Runs are what they say; 8-bit bytes between them, which the charset cannot
 * have, are what they look like. */
static struct trial
try_mixed(struct arena *a, struct str bytes)
{
	struct trial t = { .charset = charset_iso2022 };
	const struct charset *other;
	struct buf between, out;
	struct str s, piece;
	bool is_run;

	buf_init_arena(&between, a, SIZE_MAX);
	for (s = bytes; s.n != 0;) {
		piece = escapes_take(&s, &is_run);
		if (!is_run)
			buf_add_str(&between, piece);
	}
	other = guess(a, buf_str(&between));
	buf_init_arena(&out, a, SIZE_MAX);
	for (s = bytes; s.n != 0;) {
		piece = escapes_take(&s, &is_run);
		add_counts(&t.count, decode(&out, is_run ? charset_iso2022 :
		    other == NULL ? charset_utf8 : *other, piece));
	}
	t.text = buf_str(&out);
	return t;
}

/* Can the bytes be in the charset that the label names? */
static bool
is_believed(const struct charset *c, struct str bytes, bool is_seven)
{
	switch (c->kind) {
	case KIND_UNKNOWN:
	case KIND_USER:
		return false;
	case KIND_UTF16:
		/* a label that was never true of text */
		return !is_seven || str_has(bytes, '\0') || bytes.n % 2 == 0;
	case KIND_LATIN10:
		return true;
	case KIND_EBCDIC:
		return !is_seven && !utf8_is_valid(bytes);
	case KIND_ASCII:
	case KIND_UTF8:
		return !is_seven || !escapes_are_in(bytes);
	case KIND_JIS:
		return c->jis != JIS_ISO2022 || is_seven ||
		    escapes_are_in(bytes);
	default:
		/* The label of mail libraries whose user set none; hardly any
		 * Western text is valid UTF-8 by chance. */
		return strcmp(c->icu, "windows-1252") != 0 || is_seven ||
		    !utf8_is_valid(bytes);
	}
}

bool
charset_has_mark(struct str bytes)
{
	return str_starts(bytes, STR("\xff\xfe")) ||
	    str_starts(bytes, STR("\xfe\xff"));
}

/* Labelled UTF-8, and not one character of it is; or ASCII as EBCDIC. */
static bool
is_never(const struct trial *t)
{
	return t->charset.kind == KIND_EBCDIC ||
	    (t->charset.kind == KIND_UTF8 && t->count.good == 0);
}

static struct trial
decide(struct arena *a, struct charset charset, struct str bytes,
    bool *is_guess)
{
	struct trial t = { .charset = charset };
	bool is_seven = utf8_ascii_run(bytes) == bytes.n;
	const struct charset *guessed;

	*is_guess = false;
	if (charset.kind == KIND_JIS && charset.jis == JIS_ISO2022 &&
	    !is_seven && escapes_are_in(bytes))
		return try_mixed(a, bytes);
	if (is_believed(&charset, bytes, is_seven) &&
	    (charset.kind != KIND_ASCII || is_seven)) {
		t = try_as(a, charset, bytes, SIZE_MAX);
		if (t.count.bad == 0 || is_ebcdic(&t, bytes) ||
		    (charset.kind == KIND_UTF8 && is_likely(&t)) ||
		    (charset.kind == KIND_JIS && charset.jis == JIS_ISO2022 &&
		    is_seven))
			return t;
	}
	*is_guess = true;
	if (charset.kind == KIND_UNKNOWN && charset_has_mark(bytes)) {
		charset = (struct charset){ .name = "utf-16",
			.kind = KIND_UTF16, .icu = "utf-16le" };
		return try_as(a, charset, bytes, SIZE_MAX);
	}
	/* A Japanese label is right but for a broken piece, unless all of it
	 * is UTF-8. */
	if (charset.kind == KIND_JIS && t.text.n != 0 && is_likely(&t) &&
	    !utf8_is_valid(bytes)) {
		*is_guess = false;
		return t;
	}
	guessed = guess(a, bytes);
	if (guessed == NULL && charset.kind == KIND_JIS && t.text.n == 0)
		guessed = guess_short_japanese(a, bytes);
	if (guessed == NULL && t.text.n != 0 && !is_never(&t)) {
		*is_guess = false;
		return t;
	}
	if (guessed == &charset_iso2022 && !is_seven)
		return try_mixed(a, bytes);
	if (guessed == NULL && charset.kind == KIND_USER)
		return try_as(a, charset, bytes, SIZE_MAX);
	return try_as(a, guessed == NULL ? charset_western : *guessed, bytes,
	    SIZE_MAX);
}

#ifdef __SSE2__
/* Is one of the sixteen bytes at p more than ASCII, or may lead there? */
static bool
is_beyond(const char *p)
{
	__m128i here = _mm_loadu_si128((const void *)p);
	__m128i shifts = _mm_or_si128(
	    _mm_cmpeq_epi8(here, _mm_set1_epi8(0x1b)),
	    _mm_cmpeq_epi8(here, _mm_set1_epi8(0x0e)));

	return _mm_movemask_epi8(_mm_or_si128(here, shifts)) != 0;
}

/* The same of a row, for none of whose bytes is 14 to 31: those are in no line
 * of text. */
static bool
is_dull_row(const char *p)
{
	const __m128i first = _mm_set1_epi8(14);
	__m128i a = _mm_loadu_si128((const void *)p);
	__m128i b = _mm_loadu_si128((const void *)(p + 16));
	__m128i c = _mm_loadu_si128((const void *)(p + 32));
	__m128i d = _mm_loadu_si128((const void *)(p + 48));
	__m128i all = _mm_or_si128(_mm_or_si128(a, b), _mm_or_si128(c, d));
	__m128i least = _mm_min_epu8(
	    _mm_min_epu8(_mm_sub_epi8(a, first), _mm_sub_epi8(b, first)),
	    _mm_min_epu8(_mm_sub_epi8(c, first), _mm_sub_epi8(d, first)));

	least = _mm_cmpeq_epi8(_mm_subs_epu8(least, _mm_set1_epi8(31 - 14)),
	    _mm_setzero_si128());
	return _mm_movemask_epi8(_mm_or_si128(all, least)) == 0;
}

/* The last sixteen bytes may be looked at twice. */
static bool
is_seven_bit(struct str s)
{
	size_t i = 0;

	while (i + STR_ROW <= s.n && is_dull_row(s.p + i))
		i += STR_ROW;
	for (; i + 16 <= s.n; i += 16)
		if (is_beyond(s.p + i))
			return false;
	if (s.n >= 16)
		return !is_beyond(s.p + s.n - 16);
	for (; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0x80 || s.p[i] == 0x1b ||
		    s.p[i] == 0x0e)
			return false;
	return true;
}
#else
static bool
is_seven_bit(struct str s)
{
	return utf8_ascii_run(s) == s.n && !str_has(s, '\x1b') &&
	    !str_has(s, '\x0e');
}
#endif

/* Seven bits without escapes are ASCII in all but a few charsets. */
static bool
is_shifty(const struct charset *c)
{
	return c->kind == KIND_UTF16 ||
	    (c->kind == KIND_ICU && (strncmp(c->icu, "utf-", 4) == 0 ||
	    strncmp(c->icu, "iso-2022", 8) == 0 ||
	    strncmp(c->icu, "hz", 2) == 0));
}

static bool
is_plain(const struct charset *c, struct str bytes)
{
	return !is_shifty(c) && is_seven_bit(bytes);
}

static bool
is_stripped(const struct charset *c, struct arena *a, struct str *bytes)
{
	bool is_labelled = c->kind == KIND_JIS && c->jis == JIS_ISO2022;

	if (!is_labelled && c->kind != KIND_UNKNOWN && c->kind != KIND_ASCII)
		return false;
	/* most texts have no "$", which is told sooner */
	return str_has(*bytes, '$') &&
	    str_find_pair(*bytes, '$', 'B') != bytes->n &&
	    escapes_mend(bytes, a, *bytes, is_labelled);
}

struct charset_text
charset_decode(struct arena *a, struct str bytes, struct str label)
{
	struct charset_text out = { .charset = STR("us-ascii") };
	struct charset charset;
	bool is_mended = false, is_seven;
	struct trial t;

	/* nearly all fields */
	if (label.n == 0 && is_seven_bit(bytes) && !str_has(bytes, '$')) {
		out.utf8 = bytes;
		return out;
	}
	charset = charset_of(a, label);
	is_seven = is_plain(&charset, bytes);
	/* EBCDIC has its letters above */
	if (is_seven && charset.kind == KIND_EBCDIC)
		charset = (struct charset){ .kind = KIND_UNKNOWN };
	if (is_seven)
		is_mended = is_stripped(&charset, a, &bytes);
	if (is_seven && !is_mended) {
		out.utf8 = bytes;
		/* ASCII without a label is what it says */
		out.is_guess = charset.kind == KIND_UNKNOWN && label.n != 0;
		if (charset.name != NULL)
			out.charset = str_of(charset.name);
		return out;
	}
	t = decide(a, charset, bytes, &out.is_guess);
	out.is_guess |= is_mended;
	out.utf8 = t.text;
	out.charset = str_of(t.charset.name);
	out.is_damaged = t.count.bad != 0;
	return out;
}

bool
charset_decode_labelled(struct charset_text *out, struct arena *a,
    struct str bytes, struct str label)
{
	struct charset charset = charset_of(a, label);
	struct trial t;

	if (charset.kind == KIND_UNKNOWN || charset.kind == KIND_ASCII ||
	    charset.kind == KIND_USER)
		return false;
	t = try_as(a, charset, bytes, SIZE_MAX);
	*out = (struct charset_text){ .utf8 = t.text,
		.charset = str_of(charset.name),
		.is_damaged = t.count.bad != 0 };
	return t.count.good != 0;
}

bool
charset_decode_web(struct charset_text *out, struct arena *a,
    struct str bytes, struct str label)
{
	struct charset charset = charset_of(a, label);
	struct trial t;

	if (charset.kind != KIND_JIS || charset.jis != JIS_ISO2022 ||
	    !escapes_are_odd(bytes))
		return false;
	charset.jis = JIS_ISO2022_WEB;
	t = try_as(a, charset, bytes, SIZE_MAX);
	*out = (struct charset_text){ .utf8 = t.text,
		.charset = str_of(charset.name),
		.is_damaged = t.count.bad != 0 };
	return true;
}

bool
charset_of_name(struct str *charset, struct arena *a, struct str label)
{
	struct charset c = charset_of(a, label);

	if (c.kind == KIND_UNKNOWN || c.name == NULL)
		return false;
	*charset = str_of(c.name);
	return true;
}

bool
charset_is_wide(struct arena *a, struct str label)
{
	struct charset c = charset_of(a, label);

	return c.kind == KIND_UTF16 || c.kind == KIND_EBCDIC ||
	    (c.kind == KIND_ICU && strncmp(c.icu, "utf-", 4) == 0);
}

bool
charset_has_ascii(struct arena *a, struct str label)
{
	struct charset c = charset_of(a, label);

	return !is_shifty(&c) && c.kind != KIND_EBCDIC &&
	    (c.kind != KIND_JIS || c.jis != JIS_ISO2022);
}

bool
charset_encode(struct str *out, struct arena *a, struct str text,
    struct str label)
{
	struct charset charset = charset_of(a, label);
	struct buf b;

	*out = text;
	if (charset.kind == KIND_UTF8)
		return true;
	if (charset.kind != KIND_JIS)
		return false;
	buf_init_arena(&b, a, SIZE_MAX);
	if (!jis_encode(&b, charset.jis, text))
		return false;
	*out = buf_str(&b);
	return true;
}
