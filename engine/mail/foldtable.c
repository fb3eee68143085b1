/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tables of folding: NFKC and case folding by ICU's NFKC_Casefold, which
 * drops invisible characters too, and prototypes of look-alikes by UTS 39.
 */
#include "mail/foldtable.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uspoof.h>
#include <unicode/ustring.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "base/vec.h"

/* Planes 0 to 3 and 14; the others hold nothing that folds. */
enum {
	PAGES_LOW = 0x400,
	PAGES_TAG = 0xe00,
	PAGES_TAG_END = 0xe10,
	PAGES = PAGES_LOW + PAGES_TAG_END - PAGES_TAG,
	UNITS = 128 /* UTF-16 units that one code point can grow to */
};

static _Atomic(struct fold_page *) pages[FOLD_FORMS][PAGES];

static const struct icu {
	const UNormalizer2 *nfc;
	const UNormalizer2 *nfd;
	const UNormalizer2 *nfkc;
	const UNormalizer2 *casefold;
	const USpoofChecker *spoof;
} *icu_made;

static pthread_once_t icu_once = PTHREAD_ONCE_INIT;

static void
icu_make(void)
{
	static struct icu made;
	UErrorCode status = U_ZERO_ERROR;

	made.nfc = unorm2_getNFCInstance(&status);
	made.nfd = unorm2_getNFDInstance(&status);
	made.nfkc = unorm2_getNFKCInstance(&status);
	made.casefold = unorm2_getNFKCCasefoldInstance(&status);
	made.spoof = uspoof_open(&status);
	if (U_FAILURE(status)) {
		fprintf(stderr, "sekisho: the data of ICU is missing: %s\n",
		    u_errorName(status));
		abort();
	}
	icu_made = &made;
}

static const struct icu *
icu(void)
{
	pthread_once(&icu_once, icu_make);
	return icu_made;
}

/* A short text in UTF-16, which ICU's normalisation works on. */
struct units {
	UChar at[UNITS];
	int32_t n;
};

static void
normalize(struct units *u, const UNormalizer2 *form)
{
	struct units to;
	UErrorCode status = U_ZERO_ERROR;

	to.n = unorm2_normalize(form, u->at, u->n, to.at, UNITS, &status);
	if (U_SUCCESS(status) && to.n <= UNITS)
		*u = to;
}

static void
skeleton(struct units *u)
{
	struct units to;
	UErrorCode status = U_ZERO_ERROR;

	to.n = uspoof_getSkeleton(icu()->spoof, 0, u->at, u->n, to.at, UNITS,
	    &status);
	if (U_SUCCESS(status) && to.n <= UNITS)
		*u = to;
}

static UChar
one_dash(UChar c)
{
	return (c >= 0x2010 && c <= 0x2015) || c == 0x2212 ? '-'
	    : c == 0x301c ? '~' : c;
}

static void
make_dashes_one(struct units *u)
{
	for (int32_t i = 0; i < u->n; i++)
		u->at[i] = one_dash(u->at[i]);
}

/* Small capitals, which is what UTS 39 makes of the small letters of other
 * scripts that look like capitals. */
static UChar
one_capital(UChar c)
{
	static const struct {
		UChar from, to;
	} small[] = {
		{ 0x0138, 'k' }, { 0x0262, 'g' }, { 0x026a, 'i' },
		{ 0x0274, 'n' }, { 0x0280, 'r' }, { 0x028f, 'y' },
		{ 0x0299, 'b' }, { 0x029c, 'h' }, { 0x029f, 'l' },
		{ 0x1d00, 'a' }, { 0x1d05, 'd' }, { 0x1d07, 'e' },
		{ 0x1d0a, 'j' }, { 0x1d0b, 'k' }, { 0x1d0d, 'm' },
		{ 0x1d18, 'p' }, { 0x1d1b, 't' }, { 0xa730, 'f' },
	};

	for (size_t i = 0; i < nitems(small); i++)
		if (small[i].from == c)
			return small[i].to;
	return c;
}

/* Accents are the cheapest disguise.  "I" is folded to "i" and looks like
 * "l". */
static void
make_letters_one(struct units *u)
{
	int32_t n = 0;

	normalize(u, icu()->nfd);
	for (int32_t i = 0; i < u->n; i++)
		if (u->at[i] < 0x300 || u->at[i] > 0x36f)
			u->at[n++] = u->at[i] == 'i' ? 'l' : u->at[i];
	u->n = n;
	normalize(u, icu()->nfc);
}

/* Capitals have look-alikes of their own, so the first round comes before
 * case is folded; the last finds those of what the others made. */
static void
map_skeleton(struct units *u)
{
	normalize(u, icu()->nfkc);
	make_dashes_one(u);
	for (int round = 0; round < 3; round++) {
		skeleton(u);
		for (int32_t i = 0; i < u->n; i++)
			u->at[i] = one_capital(u->at[i]);
		normalize(u, icu()->casefold);
	}
	make_letters_one(u);
}

static void
map_point(struct units *u, enum fold_form form, uint32_t point)
{
	UBool failed = false;

	u->n = 0;
	U16_APPEND(u->at, u->n, UNITS, point, failed);
	assert(!failed);
	if (form == FOLD_SKELETON)
		map_skeleton(u);
	else
		normalize(u, icu()->casefold);
	make_dashes_one(u);
}

static enum fold_side
side_of(uint32_t c)
{
	static const struct {
		uint32_t first, last;
	} japanese[] = {
		{ 0x2e80, 0x2fdf }, { 0x3001, 0x30ff }, { 0x31c0, 0x4dbf },
		{ 0x4e00, 0x9fff }, { 0xf900, 0xfaff }, { 0xfe30, 0xfe4f },
		{ 0xff01, 0xff9f }, { 0xffe0, 0xffe6 }, { 0x1aff0, 0x1b16f },
		{ 0x1f200, 0x1f2ff }, { 0x20000, 0x3ffff },
	};

	if ((c >= 0xff10 && c <= 0xff19) || (c >= 0xff21 && c <= 0xff3a) ||
	    (c >= 0xff41 && c <= 0xff5a))
		return FOLD_WIDE;
	for (size_t i = 0; i < nitems(japanese); i++)
		if (c >= japanese[i].first && c <= japanese[i].last)
			return FOLD_JAPANESE;
	return FOLD_PLAIN;
}

static bool
first_joins(const struct units *u)
{
	int32_t at = 0;
	UChar32 c;

	if (u->n == 0)
		return false;
	U16_NEXT(u->at, at, u->n, c);
	return !unorm2_hasBoundaryBefore(icu()->nfc, c);
}

static bool
is_same(const struct units *u, uint32_t point)
{
	int32_t at = 0;
	UChar32 c;

	if (u->n == 0)
		return false;
	U16_NEXT(u->at, at, u->n, c);
	return at == u->n && (uint32_t)c == point;
}

static void
add_units(struct buf *text, const struct units *u)
{
	for (int32_t i = 0; i < u->n;) {
		UChar32 c;

		U16_NEXT(u->at, i, u->n, c);
		utf8_add(text, (uint32_t)c);
	}
}

/* Nothing is painted for them: controls that are no white space, and what
 * marks annotations; or lines and rings that people read over. */
static bool
is_unseen(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c <= 0x9f) ||
	    (c >= 0xfff9 && c <= 0xfffb) || c == 0x305 || c == 0x332 ||
	    c == 0x333 || (c >= 0x335 && c <= 0x338) || c == 0x33f ||
	    (c >= 0x20d2 && c <= 0x20d3) || (c >= 0x20dd && c <= 0x20e0) ||
	    (c >= 0x20e2 && c <= 0x20ea) || (c >= 0xfe20 && c <= 0xfe2f);
}

static void
drop_unseen(struct units *u)
{
	int32_t kept = 0;

	for (int32_t i = 0; i < u->n; i++)
		if (!is_unseen(u->at[i]))
			u->at[kept++] = u->at[i];
	u->n = kept;
}

static void
point_make(struct fold_point *p, struct buf *text, enum fold_form form,
    uint32_t point)
{
	struct units u;
	size_t before = text->n;

	if (U_IS_SURROGATE(point)) {
		*p = (struct fold_point){ .kind = FOLD_DROP };
		return;
	}
	/* who types the marks of voice apart means them joined */
	map_point(&u, form, point == 0x309b || point == 0x309c ?
	    point - 2 : point);
	drop_unseen(&u);
	p->side = (uint8_t)side_of(point);
	p->joins = first_joins(&u);
	p->kind = FOLD_MAP;
	/* the second is the pattern of Braille without a dot */
	if (u_isUWhiteSpace((UChar32)point) || point == 0x2800) {
		u = (struct units){ .at = { ' ' }, .n = 1 };
		p->kind = FOLD_SPACE;
	} else if (u.n == 0) {
		p->kind = FOLD_DROP;
	} else if (is_same(&u, point)) {
		p->kind = FOLD_COPY;
	}
	if (p->kind != FOLD_COPY)
		add_units(text, &u);
	p->offset = (uint32_t)before;
	p->n = (uint8_t)(text->n - before);
}

static struct fold_page *
page_make(enum fold_form form, uint32_t first)
{
	struct fold_page *page = calloc(1, sizeof(*page));
	struct buf text;

	if (page == NULL)
		abort();
	buf_init(&text, SIZE_MAX);
	buf_reserve(&text, 1);
	for (uint32_t i = 0; i < 256; i++)
		point_make(&page->at[i], &text, form, first + i);
	page->text = text.p;
	return page;
}

static void
page_free(struct fold_page *page)
{
	free((char *)(uintptr_t)page->text);
	free(page);
}

const struct fold_page *
fold_page(enum fold_form form, uint32_t point)
{
	uint32_t i = point >> 8;
	struct fold_page *page, *none = NULL;

	if (i >= PAGES_TAG && i < PAGES_TAG_END)
		i = i - PAGES_TAG + PAGES_LOW;
	else if (i >= PAGES_LOW)
		i = 0xe0; /* private use: nothing folds there either */
	page = atomic_load_explicit(&pages[form][i], memory_order_acquire);
	if (page != NULL)
		return page;
	page = page_make(form, i < PAGES_LOW ? i << 8
	    : (i - PAGES_LOW + PAGES_TAG) << 8);
	if (atomic_compare_exchange_strong(&pages[form][i], &none, page))
		return page;
	page_free(page);
	return none;
}

bool
fold_compose(struct str in, char *out, size_t most, size_t *n)
{
	struct units u;
	UErrorCode status = U_ZERO_ERROR;
	int32_t length;

	u_strFromUTF8(u.at, UNITS, &u.n, in.p, (int32_t)in.n, &status);
	if (U_FAILURE(status))
		return false;
	normalize(&u, icu()->nfc);
	u_strToUTF8(out, (int32_t)most, &length, u.at, u.n, &status);
	*n = (size_t)length;
	return U_SUCCESS(status);
}
