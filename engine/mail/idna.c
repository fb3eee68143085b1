/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ICU maps names and judges them.  What it would leave as it is goes past it,
 * for it takes longer than all else that is done about a link.
 */
#include "mail/idna.h"

#include <pthread.h>

#include <unicode/uchar.h>
#include <unicode/uidna.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "mail/punycode.h"

enum { NAME_MOST = 512 }; /* letters; no longer one is a host */

/* What browsers overlook (VerifyDnsLength and CheckHyphens are off). */
static const uint32_t tolerated = UIDNA_ERROR_EMPTY_LABEL |
    UIDNA_ERROR_LABEL_TOO_LONG | UIDNA_ERROR_DOMAIN_NAME_TOO_LONG |
    UIDNA_ERROR_LEADING_HYPHEN | UIDNA_ERROR_TRAILING_HYPHEN |
    UIDNA_ERROR_HYPHEN_3_4;

static pthread_once_t idna_once = PTHREAD_ONCE_INIT;
static UIDNA *idna; /* never changed once made */
static const UNormalizer2 *mapping; /* the first step of idna, alone */

static void
idna_make(void)
{
	UErrorCode status = U_ZERO_ERROR;

	mapping = unorm2_getInstance(NULL, "uts46", UNORM2_COMPOSE, &status);
	if (U_FAILURE(status))
		mapping = NULL;
	status = U_ZERO_ERROR;
	idna = uidna_openUTS46(UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ |
	    UIDNA_NONTRANSITIONAL_TO_ASCII |
	    UIDNA_NONTRANSITIONAL_TO_UNICODE, &status);
	if (U_FAILURE(status))
		idna = NULL;
}

void
idna_prepare(void)
{
	pthread_once(&idna_once, idna_make);
}

/* A name in UTF-16, as ICU works. */
struct wide {
	UChar text[NAME_MOST * 4]; /* one letter can become many */
	int32_t n;
};

static bool
widen(struct wide *out, struct str s)
{
	UErrorCode status = U_ZERO_ERROR;

	idna_prepare();
	u_strFromUTF8(out->text, NAME_MOST, &out->n, s.p, (int32_t)s.n,
	    &status);
	return U_SUCCESS(status);
}

static bool
narrow(struct str *out, struct arena *a, const struct wide *from)
{
	size_t most = (size_t)from->n * 3;
	char *to = arena_take_raw(a, most);
	UErrorCode status = U_ZERO_ERROR;
	int32_t n = 0;

	u_strToUTF8(to, (int32_t)most, &n, from->text, from->n, &status);
	if (U_FAILURE(status))
		n = 0;
	arena_trim(a, to, most, (size_t)n);
	*out = (struct str){ to, (size_t)n };
	return n != 0;
}

/* By the book, whatever letters there are. */
static bool
idna_run(struct str *out, struct arena *a, struct str s, bool is_to_ascii)
{
	UIDNAInfo info = UIDNA_INFO_INITIALIZER;
	UErrorCode status = U_ZERO_ERROR;
	struct wide from, to;

	if (!widen(&from, s) || idna == NULL)
		return false;
	to.n = (is_to_ascii ? uidna_nameToASCII : uidna_nameToUnicode)(idna,
	    from.text, from.n, to.text, nitems(to.text), &info, &status);
	return U_SUCCESS(status) && (info.errors & ~tolerated) == 0 &&
	    narrow(out, a, &to);
}

/* A label that begins so hides Unicode, or pretends to. */
static bool
has_alabel(struct str s)
{
	return str_has(s, '-') && str_case_find_str(s, STR("xn--")) != s.n;
}

/*
 * Letters that UTS 46 came to map or to drop since Unicode 15.1, by which
 * browsers go, and that an older ICU refuses; to is what the first of a run
 * becomes.
 */
#define DROPPED UINT32_MAX

static const struct {
	uint32_t first, last, to;
} newly_mapped[] = { /* by first */
	{ 0x4c0, 0x4c0, 0x4cf }, { 0x10a0, 0x10c5, 0x2d00 },
	{ 0x10c7, 0x10c7, 0x2d27 }, { 0x10cd, 0x10cd, 0x2d2d },
	{ 0x115f, 0x1160, DROPPED }, { 0x17b4, 0x17b5, DROPPED },
	{ 0x180e, 0x180e, DROPPED },
	{ 0x1e9e, 0x1e9e, 0xdf }, { 0x2132, 0x2132, 0x214e },
	{ 0x2183, 0x2183, 0x2184 }, { 0x3164, 0x3164, DROPPED },
	{ 0xffa0, 0xffa0, DROPPED }, { 0x1d173, 0x1d17a, DROPPED },
	{ 0x2f868, 0x2f868, 0x36fc }, { 0x2f874, 0x2f874, 0x5f53 },
	{ 0x2f91f, 0x2f91f, 0x243ab }, { 0x2f95f, 0x2f95f, 0x7aee },
	{ 0x2f9bf, 0x2f9bf, 0x45d7 },
};

/* Most letters are none of those. */
static inline bool
may_be_new(uint32_t c)
{
	return c == 0x4c0 || (c >= 0x10a0 && (c <= 0x2183 || c == 0x3164 ||
	    c == 0xffa0 || c >= 0x1d173));
}

static void
add_mapped(struct buf *b, uint32_t c)
{
	for (size_t i = 0; i < nitems(newly_mapped) &&
	    newly_mapped[i].first <= c; i++) {
		if (c > newly_mapped[i].last)
			continue;
		if (newly_mapped[i].to != DROPPED)
			utf8_add(b, newly_mapped[i].to + c -
			    newly_mapped[i].first);
		return;
	}
	utf8_add(b, c);
}

static bool
has_new_letters(struct str s)
{
	for (size_t at = 0; at < s.n;)
		if (may_be_new(utf8_next(s, &at)))
			return true;
	return false;
}

static struct str
map_new_letters(struct arena *a, struct str s)
{
	struct buf b;
	size_t at = 0;

	if (!has_new_letters(s))
		return s;
	buf_init_arena(&b, a, s.n * 3 + 4);
	while (at < s.n)
		add_mapped(&b, utf8_next(s, &at));
	return buf_str(&b);
}

/*
 * Letters that every version of UTS 46 maps to themselves, that run from left
 * to right, and no two of which make a third: names of these alone need no
 * tables.
 */
static bool
is_plain(uint32_t c)
{
	static const struct {
		uint32_t first, last;
	} ranges[] = {
		{ 0x4e00, 0x9fa5 }, { 0x3041, 0x3096 }, { 0x30a1, 0x30fa },
		{ 0x30fc, 0x30fe }, { 0x3005, 0x3007 }, { 0xac00, 0xd7a3 },
		{ 0x430, 0x45f }, { 0xe0, 0xf6 }, { 0xf8, 0xff },
	};

	for (size_t i = 0; i < nitems(ranges); i++)
		if (c >= ranges[i].first && c <= ranges[i].last)
			return true;
	return false;
}

static bool
is_all_plain(struct str s)
{
	for (size_t at = 0; at < s.n;) {
		uint32_t c = utf8_next(s, &at);

		if (c < 0x80 ? !ascii_is_alnum((char)c) && c != '-' &&
		    c != '.' : !is_plain(c))
			return false;
	}
	return !has_alabel(s);
}

static bool
runs_left(uint32_t c)
{
	UCharDirection side = u_charDirection((UChar32)c);

	return side == U_RIGHT_TO_LEFT || side == U_RIGHT_TO_LEFT_ARABIC;
}

static bool
has_leftward(struct str s)
{
	for (size_t at = 0; at < s.n;)
		if (runs_left(utf8_next(s, &at)))
			return true;
	return false;
}

/*
 * Letters and digits from left to right, and marks behind them, are judged by
 * no rule but that of their mapping, which has made U+FFFD of those that are
 * not allowed.
 */
static bool
is_settled(UChar32 c, bool is_first)
{
	UCharDirection side;

	if (c < 0x80)
		return ascii_is_alnum((char)c) || c == '-' || c == '.';
	if (is_plain((uint32_t)c))
		return true;
	side = u_charDirection(c);
	if ((U_GET_GC_MASK(c) & U_GC_M_MASK) != 0)
		return !is_first && (side == U_LEFT_TO_RIGHT ||
		    side == U_DIR_NON_SPACING_MARK);
	return u_isalnum(c) && side == U_LEFT_TO_RIGHT;
}

static bool
are_settled(const UChar *s, int32_t n)
{
	UChar32 c = '.';

	for (int32_t at = 0; at < n;) {
		bool is_first = c == '.';

		U16_NEXT(s, at, n, c);
		if (!is_settled(c, is_first))
			return false;
	}
	return true;
}

/* What stands for the letters, whether or not a name may have them. */
static bool
map_letters(struct str *out, bool *is_name, struct arena *a, struct str s)
{
	UErrorCode status = U_ZERO_ERROR;
	struct wide from, to;

	if (!widen(&from, s) || mapping == NULL)
		return false;
	to.n = unorm2_normalize(mapping, from.text, from.n, to.text,
	    nitems(to.text), &status);
	if (U_FAILURE(status))
		return false;
	*is_name = are_settled(to.text, to.n);
	return narrow(out, a, &to);
}

/* The name that is shown so. */
static struct str
alabels(struct arena *a, struct str s)
{
	struct str label;
	struct buf b;
	bool is_first = true;

	buf_init_arena(&b, a, SIZE_MAX);
	buf_reserve(&b, s.n + 16);
	while (str_next(&s, '.', &label)) {
		if (!is_first)
			buf_add_byte(&b, '.');
		is_first = false;
		if (utf8_is_ascii(label)) {
			buf_add_str(&b, label);
			continue;
		}
		buf_add_str(&b, STR("xn--"));
		punycode_add(&b, label);
	}
	buf_fit(&b);
	return buf_str(&b);
}

/* The name as it is shown, unless that has A-labels, which are for ICU. */
static bool
show(struct str *shown, struct arena *a, struct str text)
{
	bool is_name = false;

	if (is_all_plain(text)) {
		*shown = str_lower(a, text);
		return true;
	}
	if (has_leftward(text) && !has_alabel(text))
		return idna_run(shown, a, text, false);
	return map_letters(shown, &is_name, a, text) && (is_name ||
	    has_alabel(*shown) || idna_run(shown, a, *shown, false));
}

bool
idna_read(struct str *name, struct str *shown, struct arena *a,
    struct str text)
{
	text = map_new_letters(a, text);
	if (!show(shown, a, text)) {
		*shown = STR("");
		return false;
	}
	if (!has_alabel(*shown)) {
		*name = alabels(a, *shown);
		return true;
	}
	*shown = STR("");
	return idna_run(name, a, text, true);
}

struct str
idna_shown(struct arena *a, struct str name)
{
	struct str shown;

	return has_alabel(name) && idna_run(&shown, a, name, false) ? shown :
	    name;
}
