/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Charsets that ICU decodes.  Its converters are kept open for reuse, once a
 * process: a worker is one thread.
 */
#include "mail/charseticu.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif
#include <string.h>
#include <unicode/ucnv.h>

#include "base/buf.h"
#include "base/utf8.h"

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
is_control(UChar32 point)
{
	return point >= 0x80 && point <= 0x9f;
}

static bool
is_bad_point(UChar32 point)
{
	return point == 0xfffd || point == 0x1a || is_control(point);
}

#ifdef __SSE2__
/* Adds ASCII at the front of text eight letters at a time, as long as there is
 * room and no substitute among them; how many. */
static size_t
add_ascii(struct buf *out, const UChar *text, size_t n)
{
	const __m128i beyond = _mm_set1_epi16((short)0xff80);
	size_t i = 0;

	for (; i + 8 <= n && out->room - out->n >= 8; i += 8) {
		__m128i here = _mm_loadu_si128((const void *)(text + i));
		__m128i plain = _mm_cmpeq_epi16(_mm_and_si128(here, beyond),
		    _mm_setzero_si128());

		plain = _mm_andnot_si128(_mm_cmpeq_epi16(here,
		    _mm_set1_epi16(0x1a)), plain);
		if (_mm_movemask_epi8(plain) != 0xffff)
			break;
		_mm_storel_epi64((void *)(out->p + out->n),
		    _mm_packus_epi16(here, here));
		out->n += 8;
	}
	return i;
}
#else
static size_t
add_ascii(struct buf *out, const UChar *text, size_t n)
{
	(void)out, (void)text, (void)n;
	return 0;
}
#endif

static void
add_utf16(struct buf *out, struct jis_count *count, const UChar *text,
    size_t n, UChar *high)
{
	for (size_t i = 0; i < n; i++) {
		UChar32 point;

		if (*high == 0 && text[i] < 0x80)
			i += add_ascii(out, text + i, n - i);
		if (i == n)
			break;
		point = text[i];
		if (U16_IS_LEAD(text[i])) {
			*high = text[i];
			continue;
		}
		if (U16_IS_TRAIL(text[i]) && *high != 0)
			point = U16_GET_SUPPLEMENTARY(*high, text[i]);
		*high = 0;
		if (is_bad_point(point) || U_IS_SURROGATE(point)) {
			count->bad++;
			point = is_control(point) ? point : 0xfffd;
		} else if (point >= 0x80) {
			count->good++;
		}
		utf8_add(out, (uint32_t)point);
	}
}

struct jis_count
charseticu_decode(struct buf *out, const char *name, struct str bytes)
{
	struct jis_count count = { .good = 0 };
	const char *from = bytes.p, *end = bytes.p + bytes.n;
	UChar chunk[CHUNK], high = 0;
	UConverter *cnv = converter(name);
	UErrorCode err;

	if (cnv == NULL)
		return (struct jis_count){ .bad = bytes.n };
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

static bool
reads_as(UConverter *cnv, const char *bytes)
{
	UErrorCode err = U_ZERO_ERROR;
	UChar to[8];

	return ucnv_toUChars(cnv, to, 8, bytes, 3, &err) == 3 &&
	    to[0] == '<' && to[1] == 'a' && to[2] == '>';
}

/*
 * Charsets in which ASCII is no ASCII: a mail program that does not know
 * them shows the text all the same, so only those that one knows are read,
 * EBCDIC among them for Outlook's sake.
 */
enum kind
charseticu_kind(const char *name)
{
	UErrorCode err = U_ZERO_ERROR;
	UConverter *cnv;

	if (ucnv_countAliases(name, &err) == 0 || U_FAILURE(err) ||
	    strncasecmp(name, "scsu", 4) == 0 ||
	    strncasecmp(name, "bocu", 4) == 0)
		return KIND_UNKNOWN;
	cnv = converter(name);
	if (cnv == NULL)
		return KIND_UNKNOWN;
	if (reads_as(cnv, "\x4c\x81\x6e"))
		return KIND_EBCDIC;
	if (ucnv_getStandardName(name, "MIME", &err) == NULL &&
	    ucnv_getStandardName(name, "IANA", &err) == NULL)
		return KIND_UNKNOWN;
	if (strncasecmp(name, "utf-16", 6) == 0 ||
	    strncasecmp(name, "utf-32", 6) == 0)
		return KIND_ICU;
	return reads_as(cnv, "<a>") ? KIND_ICU : KIND_UNKNOWN;
}
