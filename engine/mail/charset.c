/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which charset bytes are in, and their text.  ASCII and valid UTF-8 are not
 * copied and never see ICU; the Japanese charsets go through jis.c; the rest
 * is ICU's.  Its converters are kept open for reuse, once a process: a worker
 * is one thread.
 */
#include "mail/charset.h"

#include <string.h>
#include <unicode/ucnv.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "mail/jis.h"

enum kind { KIND_UNKNOWN, KIND_ASCII, KIND_UTF8, KIND_JIS, KIND_ICU };

struct charset {
	const char *name;
	enum kind kind;
	enum jis jis;
	const char *icu; /* a superset that senders mean by the name */
};

static const struct charset utf8 = { .name = "utf-8", .kind = KIND_UTF8 };
static const struct charset ascii = { .name = "us-ascii",
	.kind = KIND_ASCII };
static const struct charset cp932 = { .name = "shift_jis", .kind = KIND_JIS,
	.jis = JIS_CP932 };
static const struct charset euc = { .name = "euc-jp", .kind = KIND_JIS,
	.jis = JIS_EUC };
static const struct charset iso2022 = { .name = "iso-2022-jp",
	.kind = KIND_JIS, .jis = JIS_ISO2022 };
static const struct charset western = { .name = "windows-1252",
	.kind = KIND_ICU, .icu = "windows-1252" };
static const struct charset latin1 = { .name = "iso-8859-1",
	.kind = KIND_ICU, .icu = "windows-1252" };
static const struct charset turkish = { .name = "iso-8859-9",
	.kind = KIND_ICU, .icu = "windows-1254" };
static const struct charset chinese = { .name = "gb2312", .kind = KIND_ICU,
	.icu = "gb18030" };
static const struct charset korean = { .name = "euc-kr", .kind = KIND_ICU,
	.icu = "windows-949" };

/* Labels that mail programs read otherwise than the registry says, and those
 * that ICU does not know.  Lower case, "_" as "-". */
static const struct {
	const char *label;
	const struct charset *charset;
} labels[] = {
	{ "utf-8", &utf8 }, { "utf8", &utf8 }, { "x-utf-8", &utf8 },
	{ "unicode-1-1-utf-8", &utf8 }, { "cesu-8", &utf8 },
	{ "us-ascii", &ascii }, { "ascii", &ascii },
	{ "ansi-x3.4-1968", &ascii }, { "iso646-us", &ascii },
	{ "shift-jis", &cp932 }, { "shiftjis", &cp932 }, { "sjis", &cp932 },
	{ "x-sjis", &cp932 }, { "ms-kanji", &cp932 }, { "ms932", &cp932 },
	{ "cp932", &cp932 }, { "windows-31j", &cp932 },
	{ "windows-932", &cp932 }, { "csshiftjis", &cp932 },
	{ "cswindows31j", &cp932 }, { "x-ms-cp932", &cp932 },
	{ "shift-jis-2004", &cp932 }, { "ibm-943", &cp932 },
	{ "euc-jp", &euc }, { "eucjp", &euc }, { "x-euc-jp", &euc },
	{ "x-euc", &euc }, { "ujis", &euc }, { "cp51932", &euc },
	{ "eucjp-ms", &euc }, { "eucjp-win", &euc }, { "euc-jp-ms", &euc },
	{ "cp20932", &euc }, { "cseucpkdfmtjapanese", &euc },
	{ "iso-2022-jp", &iso2022 }, { "iso2022jp", &iso2022 },
	{ "iso2022-jp", &iso2022 }, { "csiso2022jp", &iso2022 },
	{ "iso-2022-jp-1", &iso2022 }, { "iso-2022-jp-2", &iso2022 },
	{ "iso-2022-jp-3", &iso2022 }, { "iso-2022-jp-2004", &iso2022 },
	{ "iso-2022-jp-ms", &iso2022 }, { "x-iso-2022-jp", &iso2022 },
	{ "cp50220", &iso2022 }, { "cp50221", &iso2022 },
	{ "cp50222", &iso2022 }, { "jis", &iso2022 }, { "jis7", &iso2022 },
	{ "iso-8859-1", &latin1 }, { "iso8859-1", &latin1 },
	{ "latin1", &latin1 }, { "l1", &latin1 },
	{ "windows-1252", &western }, { "cp1252", &western },
	{ "x-cp1252", &western },
	{ "iso-8859-9", &turkish }, { "latin5", &turkish },
	{ "gb2312", &chinese }, { "gbk", &chinese }, { "x-gbk", &chinese },
	{ "cp936", &chinese }, { "gb-2312-80", &chinese },
	{ "euc-kr", &korean }, { "ks-c-5601-1987", &korean },
	{ "ks-c-5601", &korean }, { "cp949", &korean }, { "uhc", &korean },
};

/* --- ICU --- */

enum { CONVERTERS = 32, NAME_MOST = 64, CHUNK = 1024 };

static struct {
	struct {
		char name[NAME_MOST];
		UConverter *cnv;
	} at[CONVERTERS];
	size_t next; /* to be replaced */
} cache;

static UConverter *
converter(const char *name)
{
	UErrorCode err = U_ZERO_ERROR;
	UConverter *cnv;

	for (size_t i = 0; i < CONVERTERS; i++)
		if (strcmp(cache.at[i].name, name) == 0 &&
		    cache.at[i].cnv != NULL) {
			ucnv_reset(cache.at[i].cnv);
			return cache.at[i].cnv;
		}
	cnv = ucnv_open(name, &err);
	if (U_FAILURE(err))
		return NULL;
	ucnv_close(cache.at[cache.next].cnv);
	cache.at[cache.next].cnv = cnv;
	memset(cache.at[cache.next].name, 0, NAME_MOST);
	memcpy(cache.at[cache.next].name, name,
	    strnlen(name, NAME_MOST - 1));
	cache.next = (cache.next + 1) % CONVERTERS;
	return cnv;
}

/* What no text has: substitutes, and the C1 controls that the wrong reading
 * of 8-bit bytes gives. */
static bool
is_bad_point(UChar32 point)
{
	return point == 0xfffd || point == 0x1a ||
	    (point >= 0x80 && point <= 0x9f);
}

static void
add_utf16(struct buf *out, struct jis_count *count, const UChar *text,
    size_t n, UChar *high)
{
	for (size_t i = 0; i < n; i++) {
		UChar32 point = text[i];

		if (U16_IS_LEAD(text[i])) {
			*high = text[i];
			continue;
		}
		if (U16_IS_TRAIL(text[i]) && *high != 0)
			point = U16_GET_SUPPLEMENTARY(*high, text[i]);
		*high = 0;
		if (is_bad_point(point) || U_IS_SURROGATE(point)) {
			count->bad++;
			point = 0xfffd;
		} else if (point >= 0x80) {
			count->good++;
		}
		utf8_add(out, (uint32_t)point);
	}
}

static struct jis_count
icu_decode(struct buf *out, UConverter *cnv, struct str bytes)
{
	struct jis_count count = { .good = 0 };
	const char *from = bytes.p, *end = bytes.p + bytes.n;
	UChar chunk[CHUNK], high = 0;
	UErrorCode err;

	do {
		UChar *to = chunk;

		err = U_ZERO_ERROR;
		ucnv_toUnicode(cnv, &to, chunk + CHUNK, &from, end, NULL, 1,
		    &err);
		add_utf16(out, &count, chunk, (size_t)(to - chunk), &high);
	} while (err == U_BUFFER_OVERFLOW_ERROR);
	count.bad += U_FAILURE(err) != 0;
	return count;
}

/* Charsets in which ASCII is no ASCII: a mail program that does not know
 * them shows the text all the same, so only those they know are read. */
static bool
is_readable(const char *name)
{
	UErrorCode err = U_ZERO_ERROR;
	UConverter *cnv;
	UChar to[8];

	if (ucnv_countAliases(name, &err) == 0 || U_FAILURE(err) ||
	    strncasecmp(name, "scsu", 4) == 0 ||
	    strncasecmp(name, "bocu", 4) == 0)
		return false;
	if (ucnv_getStandardName(name, "MIME", &err) == NULL &&
	    ucnv_getStandardName(name, "IANA", &err) == NULL)
		return false;
	cnv = converter(name);
	if (cnv == NULL)
		return false;
	if (strncasecmp(name, "utf-16", 6) == 0 ||
	    strncasecmp(name, "utf-32", 6) == 0)
		return true;
	err = U_ZERO_ERROR;
	return ucnv_toUChars(cnv, to, 8, "<a>", 3, &err) == 3 &&
	    to[0] == '<' && to[1] == 'a' && to[2] == '>';
}

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
	char name[NAME_MOST];

	if (!label_clean(name, label))
		return none;
	for (size_t i = 0; i < nitems(labels); i++)
		if (strcmp(labels[i].label, name) == 0)
			return *labels[i].charset;
	if (!is_readable(name))
		return none;
	none.kind = KIND_ICU;
	none.name = none.icu = str_cstr(a, str_of(name));
	return none;
}

/* --- decoding --- */

struct trial {
	struct charset charset;
	struct str text;
	struct jis_count count;
};

static size_t
ascii_run(struct str s)
{
	size_t i = 0;
	uint64_t eight;

	for (; i + sizeof(eight) <= s.n; i += sizeof(eight)) {
		memcpy(&eight, s.p + i, sizeof(eight));
		if ((eight & 0x8080808080808080U) != 0)
			break;
	}
	while (i < s.n && (unsigned char)s.p[i] < 0x80)
		i++;
	return i;
}

/* Bytes that only ISO-2022-JP has. */
static bool
has_escapes(struct str s)
{
	for (size_t at = 0; (at += str_find(str_from(s, at), '\x1b')) < s.n;
	    at++) {
		struct str rest = str_from(s, at + 1);

		if (str_starts(rest, STR("$B")) ||
		    str_starts(rest, STR("$@")) ||
		    str_starts(rest, STR("$(")) ||
		    str_starts(rest, STR("(I")))
			return true;
	}
	return false;
}

static void
try_utf8(struct trial *t, struct buf *out, struct str bytes)
{
	str_skip(&bytes, STR("\xef\xbb\xbf"));
	if (utf8_is_valid(bytes)) {
		t->text = bytes;
		t->count.good = 1;
		return;
	}
	for (size_t at = 0; at < bytes.n;) {
		uint32_t point = utf8_next(bytes, &at);

		t->count.bad += point == UTF8_BAD;
		t->count.good += point >= 0x80 && point != UTF8_BAD;
		utf8_add(out, point);
	}
	t->text = buf_str(out);
}

/* most is the room for the text: 0 only measures how well it can be read. */
static struct trial
try_as(struct arena *a, struct charset charset, struct str bytes, size_t most)
{
	struct trial t = { .charset = charset };
	UConverter *cnv;
	struct buf out;

	buf_init_arena(&out, a, most);
	switch (charset.kind) {
	case KIND_JIS:
		t.count = jis_decode(&out, charset.jis, bytes);
		t.text = buf_str(&out);
		break;
	case KIND_ICU:
		cnv = converter(charset.icu);
		if (cnv == NULL) {
			t.count.bad = bytes.n;
			break;
		}
		t.count = icu_decode(&out, cnv, bytes);
		t.text = buf_str(&out);
		break;
	default:
		try_utf8(&t, &out, bytes);
		break;
	}
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
	struct trial sjis = try_as(a, cp932, bytes, 0), other;

	if (has_escapes(bytes)) {
		other = try_as(a, iso2022, bytes, 0);
		if (is_escaped(&other))
			return &iso2022;
	}
	if (is_japanese(&sjis) && !is_mostly_half(&sjis))
		return &cp932;
	other = try_as(a, euc, bytes, 0);
	if (is_japanese(&other))
		return &euc;
	return is_japanese(&sjis) ? &cp932 : NULL;
}

/* What the bytes look like, or NULL: nothing we would guess. */
static const struct charset *
guess(struct arena *a, struct str bytes)
{
	struct trial t;

	if (ascii_run(bytes) == bytes.n)
		return has_escapes(bytes) ? &iso2022 : &ascii;
	t = try_as(a, utf8, bytes, 0);
	return is_likely(&t) ? &utf8 : guess_japanese(a, bytes);
}

/* Can the bytes be in the charset that the label names? */
static bool
is_believed(const struct charset *c, struct str bytes, bool is_seven)
{
	switch (c->kind) {
	case KIND_UNKNOWN:
		return false;
	case KIND_ASCII:
	case KIND_UTF8:
		return !is_seven || !has_escapes(bytes);
	case KIND_JIS:
		return c->jis != JIS_ISO2022 || is_seven || has_escapes(bytes);
	default:
		/* The label of mail libraries whose user set none; hardly any
		 * Western text is valid UTF-8 by chance. */
		return strcmp(c->icu, "windows-1252") != 0 || is_seven ||
		    !utf8_is_valid(bytes);
	}
}

static bool
is_byte_order_mark(struct str bytes)
{
	return str_starts(bytes, STR("\xff\xfe")) ||
	    str_starts(bytes, STR("\xfe\xff"));
}

static struct trial
decide(struct arena *a, struct charset charset, struct str bytes,
    bool *is_guess)
{
	struct trial t = { .charset = charset };
	bool is_seven = ascii_run(bytes) == bytes.n;
	const struct charset *guessed;

	*is_guess = false;
	if (is_believed(&charset, bytes, is_seven) &&
	    (charset.kind != KIND_ASCII || is_seven)) {
		t = try_as(a, charset, bytes, SIZE_MAX);
		if (t.count.bad == 0 ||
		    (charset.kind == KIND_UTF8 && is_likely(&t)) ||
		    (charset.kind == KIND_JIS && charset.jis == JIS_ISO2022 &&
		    (is_seven || is_escaped(&t))))
			return t;
	}
	*is_guess = true;
	if (charset.kind == KIND_UNKNOWN && is_byte_order_mark(bytes)) {
		charset = (struct charset){ .name = "utf-16",
			.kind = KIND_ICU, .icu = "utf-16" };
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
	if (guessed == NULL && t.text.n != 0) {
		*is_guess = false;
		return t;
	}
	return try_as(a, guessed == NULL ? western : *guessed, bytes,
	    SIZE_MAX);
}

/* Seven bits without escapes are ASCII in all but a few charsets. */
static bool
is_plain(const struct charset *c, struct str bytes)
{
	if (c->kind == KIND_ICU && (strncmp(c->icu, "utf-", 4) == 0 ||
	    strncmp(c->icu, "iso-2022", 8) == 0 ||
	    strncmp(c->icu, "hz", 2) == 0))
		return false;
	return ascii_run(bytes) == bytes.n && !str_has(bytes, '\x1b') &&
	    !str_has(bytes, '\x0e');
}

struct charset_text
charset_decode(struct arena *a, struct str bytes, struct str label)
{
	struct charset_text out = { .charset = STR("us-ascii") };
	struct charset charset = charset_of(a, label);
	struct trial t;

	if (bytes.n == 0 || is_plain(&charset, bytes)) {
		out.utf8 = bytes;
		out.is_guess = charset.kind == KIND_UNKNOWN;
		if (charset.name != NULL)
			out.charset = str_of(charset.name);
		return out;
	}
	t = decide(a, charset, bytes, &out.is_guess);
	out.utf8 = t.text;
	out.charset = str_of(t.charset.name);
	out.is_damaged = t.count.bad != 0;
	return out;
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
