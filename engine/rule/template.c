/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text to words, words to marks and numbers, three of them in a row to the
 * smallest hashes.  What its bytes are is found out sixteen at a time; where a
 * word ends, and what is in it, is then read off as bits.
 */
#include "rule/template.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/utf8.h"

enum {
	TEXT_MOST = TEMPLATE_TEXT,
	ROWS = 3,
	BINS = TEMPLATE_BANDS * ROWS,
	SHINGLE = 3,
	NAME_WORDS = 2,    /* in front of an honorific: family, given */
	ADDRESS_MOST = 300,
	LANE = 8,          /* letters that are hashed together */
	ROW = 64,          /* bits */
	PIECE = 16         /* bytes that are looked at together */
};

enum script { SCRIPT_NONE, SCRIPT_DIGIT, SCRIPT_LATIN, SCRIPT_KANJI,
	SCRIPT_HIRAGANA, SCRIPT_KATAKANA, SCRIPT_OTHER, SCRIPT_SKIP };

/* Of a word that is not told from others of its kind. */
enum { MARK_NUMBER = 1, MARK_NAME = 2, MARK_ADDRESS = 3 };

/* One that is being read. */
struct open_word {
	uint64_t hash, lane;
	enum script script;
	uint32_t first, last; /* characters */
	unsigned n;           /* characters */
	bool is_capital, has_digit;
};

/* A bit a byte of the text, and a row of none behind it. */
typedef uint64_t bits[TEXT_MOST / ROW + 1];

struct reading {
	struct str text;      /* in bytes */
	size_t at;
	bits words;           /* letters and digits of ASCII */
	bits digits, capitals;
	bits read;            /* all that can be part of a word */
	bits solid, signs;    /* of addresses; what tells them: "@", "://" */
	size_t n;             /* words: no more than bytes */
	uint64_t hashes[TEXT_MOST];
	unsigned char scripts[TEXT_MOST];
	char bytes[TEXT_MOST + LANE]; /* there is a lane at each of them */
};

static uint64_t
mix(uint64_t h)
{
	h ^= h >> 32;
	h *= 0x9e3779b97f4a7c15;
	h ^= h >> 29;
	h *= 0xbf58476d1ce4e5b9;
	return h ^ h >> 32;
}

/* Of the characters of a word, one after the other. */
static uint64_t
step(uint64_t hash, uint32_t c)
{
	return (hash ^ c) * 0x100000001b3;
}

/* Of eight letters, or what is left of them. */
static uint64_t
step_lane(uint64_t hash, uint64_t lane)
{
	hash = (hash ^ lane) * 0x9e3779b97f4a7c15;
	return hash ^ hash >> 29;
}

/* Full width and capitals to what they are otherwise. */
static uint32_t
plain(uint32_t c)
{
	if (c >= 0xff01 && c <= 0xff5e)
		c -= 0xff01 - '!';
	return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

static enum script
script_of_wide(uint32_t c)
{
	/* Most of Japanese is one of these two. */
	if (c >= 0x3041 && c <= 0x309f)
		return SCRIPT_HIRAGANA;
	if (c >= 0x4e00 && c <= 0x9fff)
		return SCRIPT_KANJI;
	if ((c >= 0x3400 && c <= 0x4dbf) || c == 0x3005)
		return SCRIPT_KANJI;
	if ((c >= 0x30a1 && c <= 0x30fe && c != 0x30fb) ||
	    (c >= 0xff66 && c <= 0xff9f))
		return SCRIPT_KATAKANA;
	if ((c >= 0x200b && c <= 0x200f) || c == 0xfeff || c == 0xad ||
	    (c >= 0xfe00 && c <= 0xfe0f))
		return SCRIPT_SKIP;
	if ((c >= 0xc0 && c < 0x2000 && c != 0xd7 && c != 0xf7) ||
	    (c >= 0xac00 && c <= 0xd7a3))
		return SCRIPT_OTHER;
	return SCRIPT_NONE;
}

/* Of a character that is plain. */
static enum script
script_of(uint32_t c)
{
	if (c >= 0x80)
		return script_of_wide(c);
	if (ascii_is_digit((char)c))
		return SCRIPT_DIGIT;
	return ascii_is_alpha((char)c) ? SCRIPT_LATIN : SCRIPT_NONE;
}

/* What the bytes are. */

#ifdef __SSE2__
static __m128i
is_in(__m128i bytes, char first, char last)
{
	__m128i above = _mm_sub_epi8(bytes, _mm_set1_epi8(first));

	return _mm_cmpeq_epi8(_mm_min_epu8(above,
	    _mm_set1_epi8((char)(last - first))), above);
}

static __m128i
is(__m128i bytes, char byte)
{
	return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(byte));
}

static void
set_bits(uint64_t *row, __m128i those, size_t at)
{
	unsigned mask = (unsigned)_mm_movemask_epi8(those);

	row[at / ROW] |= (uint64_t)mask << at % ROW;
}

static void
look_at_piece(struct reading *r, size_t at)
{
	__m128i here = _mm_loadu_si128((const void *)(r->bytes + at));
	__m128i next = _mm_loadu_si128((const void *)(r->bytes + at + 1));
	__m128i digits = is_in(here, '0', '9');
	__m128i words = _mm_or_si128(digits, is_in(_mm_or_si128(here,
	    _mm_set1_epi8(0x20)), 'a', 'z'));

	set_bits(r->digits, digits, at);
	set_bits(r->capitals, is_in(here, 'A', 'Z'), at);
	set_bits(r->words, words, at);
	set_bits(r->read, _mm_or_si128(words, here), at);
	set_bits(r->solid, _mm_andnot_si128(_mm_or_si128(is(here, '<'),
	    is(here, '>')), is_in(here, '!', '~')), at);
	set_bits(r->signs, _mm_or_si128(is(here, '@'), _mm_and_si128(
	    is(here, ':'), is(next, '/'))), at);
}
#else
static void
look_at_piece(struct reading *r, size_t at)
{
	for (size_t i = at; i < at + PIECE; i++) {
		char c = r->bytes[i];
		uint64_t bit = UINT64_C(1) << i % ROW;

		if (ascii_is_digit(c))
			r->digits[i / ROW] |= bit;
		if (c >= 'A' && c <= 'Z')
			r->capitals[i / ROW] |= bit;
		if (ascii_is_alnum(c))
			r->words[i / ROW] |= bit;
		if (ascii_is_alnum(c) || (unsigned char)c >= 0x80)
			r->read[i / ROW] |= bit;
		if (c > ' ' && c < 0x7f && c != '<' && c != '>')
			r->solid[i / ROW] |= bit;
		if (c == '@' || (c == ':' && r->bytes[i + 1] == '/'))
			r->signs[i / ROW] |= bit;
	}
}
#endif

/* Those from a byte on. */
static uint64_t
bits_from(const uint64_t *row, size_t at)
{
	uint64_t here = row[at / ROW] >> at % ROW;

	return at % ROW == 0 ? here :
	    here | row[at / ROW + 1] << (ROW - at % ROW);
}

static bool
has_bit(const uint64_t *row, size_t at)
{
	return (row[at / ROW] >> at % ROW & 1) != 0;
}

/* How many stand here in a row. */
static size_t
run_length(const uint64_t *row, size_t at)
{
	uint64_t ends = ~bits_from(row, at);
	size_t n = 0;

	for (; ends == 0; ends = ~bits_from(row, at + n))
		n += ROW;
	return n + (size_t)__builtin_ctzll(ends);
}

/* Of the next n, or of the ROW that they begin with. */
static bool
has_any(const uint64_t *row, size_t at, size_t n)
{
	return bits_from(row, at) << (n < ROW ? ROW - n : 0) != 0;
}

/* Without what is behind the word; "A" and "a" are one, as all other
 * differences of what stands in it are not in this bit. */
static uint64_t
lane_of(const char *p, size_t n)
{
	uint64_t lane;

	memcpy(&lane, p, LANE);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	lane = __builtin_bswap64(lane);
#endif
	lane |= UINT64_C(0x2020202020202020);
	return n >= LANE ? lane : lane & ((UINT64_C(1) << 8 * n) - 1);
}

/* How long the run of ASCII is that begins with n letters and digits, if it is
 * a URL or mailbox; or 0. */
static size_t
address_length(const struct reading *r, size_t n)
{
	size_t at = r->at + n, all;
	bool is_address = false;

	if (!has_bit(r->solid, at) || r->bytes[at] == ',')
		return 0;
	all = n + run_length(r->solid, at);
	if (all > ADDRESS_MOST)
		all = ADDRESS_MOST;
	for (; n < all && !is_address; n += ROW)
		is_address = has_any(r->signs, r->at + n, all - n);
	return is_address ? all : 0;
}

/* Honorifics behind the name they belong to. */
static bool
is_honorific(const struct open_word *w)
{
	if (w->script == SCRIPT_KANJI)
		return (w->n == 1 && (w->first == 0x69d8 /* 様 */ ||
		    w->first == 0x6bbf /* 殿 */ || w->first == 0x6c0f)) ||
		    (w->n == 2 && w->first == 0x5fa1 && w->last == 0x4e2d);
	/* さん, さま and what goes on behind them */
	return w->script == SCRIPT_HIRAGANA && w->first == 0x3055 &&
	    w->n >= 2;
}

static void
add_word(struct reading *r, uint64_t hash, enum script script)
{
	r->hashes[r->n] = hash;
	r->scripts[r->n++] = (unsigned char)script;
}

/* "Taro Yamada" is a name, as "Taro" is. */
static void
add_mark(struct reading *r, unsigned kind, enum script script)
{
	uint64_t hash = mix(kind);

	if (r->n == 0 || r->hashes[r->n - 1] != hash)
		add_word(r, hash, script);
}

static bool
can_be_name(enum script script)
{
	return script == SCRIPT_KANJI || script == SCRIPT_KATAKANA ||
	    script == SCRIPT_LATIN;
}

/* What stands in front of an honorific is one name. */
static void
take_name(struct reading *r)
{
	unsigned n = 0;

	while (n < NAME_WORDS && n < r->n &&
	    can_be_name((enum script)r->scripts[r->n - 1 - n]))
		n++;
	if (n == 0)
		return;
	r->n -= n;
	add_mark(r, MARK_NAME, SCRIPT_LATIN);
}

/* "山田様" is one run of kanji: its end is the honorific. */
static void
split_name(struct reading *r, struct open_word *w)
{
	if (w->n < 2 || (w->last != 0x69d8 && w->last != 0x6bbf))
		return;
	add_mark(r, MARK_NAME, SCRIPT_LATIN);
	w->hash = step(0, w->last);
}

static bool
has_lanes(const struct open_word *w)
{
	return w->script == SCRIPT_LATIN || w->script == SCRIPT_DIGIT;
}

static void
add_character(struct open_word *w, uint32_t c)
{
	if (!has_lanes(w)) {
		w->hash = step(w->hash, c);
	} else {
		w->lane |= (uint64_t)c << 8 * (w->n % LANE);
		if (w->n % LANE == LANE - 1) {
			w->hash = step_lane(w->hash, w->lane);
			w->lane = 0;
		}
	}
	w->last = c;
	w->n++;
}

/* What is left of it once it is read. */
static void
close_word(struct reading *r, const struct open_word *w)
{
	if (w->has_digit)
		add_mark(r, MARK_NUMBER, w->script);
	else if (w->is_capital)
		add_mark(r, MARK_NAME, w->script);
	else
		add_word(r, mix(w->hash + w->script), w->script);
}

static void
end_word(struct reading *r, struct open_word *w)
{
	if (is_honorific(w))
		take_name(r);
	else if (w->script == SCRIPT_KANJI)
		split_name(r, w);
	if (w->lane != 0)
		w->hash = step_lane(w->hash, w->lane);
	close_word(r, w);
}

static bool
goes_on_utf8(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/* Japanese is three bytes a character, and most of those begin so. */
static uint32_t
peek(const struct reading *r, size_t *behind)
{
	const char *p = r->text.p + r->at;
	unsigned char c = (unsigned char)*p;

	*behind = r->at;
	if (c < 0xe1 || c > 0xec || r->text.n - r->at < 3 ||
	    !goes_on_utf8(p[1]) || !goes_on_utf8(p[2]))
		return utf8_next(r->text, behind);
	*behind += 3;
	return (c & 0x0fU) << 12 | (p[1] & 0x3fU) << 6 | (p[2] & 0x3fU);
}

/* "a1b2" is one word with a number in it. */
static bool
goes_on(const struct open_word *w, enum script s)
{
	return s == w->script || s == SCRIPT_SKIP ||
	    (s == SCRIPT_DIGIT && w->script == SCRIPT_LATIN) ||
	    (s == SCRIPT_LATIN && w->script == SCRIPT_DIGIT);
}

static void
read_rest(struct reading *r, struct open_word *w)
{
	size_t behind;

	while (has_bit(r->read, r->at)) {
		uint32_t raw = peek(r, &behind), c = plain(raw);
		enum script s = script_of(c);

		if (!goes_on(w, s))
			break;
		r->at = behind;
		if (s == SCRIPT_SKIP)
			continue;
		if (w->n == 0) {
			w->first = c;
			w->is_capital = s == SCRIPT_LATIN && c != raw &&
			    raw != c + (0xff01 - '!');
		}
		w->has_digit |= s == SCRIPT_DIGIT;
		add_character(w, c);
	}
	end_word(r, w);
}

static void
read_wide(struct reading *r)
{
	struct open_word w = { 0 };
	size_t behind;

	w.script = script_of(plain(peek(r, &behind)));
	if (w.script == SCRIPT_NONE || w.script == SCRIPT_SKIP)
		r->at = behind;
	else
		read_rest(r, &w);
}

/* Letters of which some are wide. */
static void
read_mixed(struct reading *r, struct open_word *w, size_t n)
{
	for (size_t i = 0; i < n; i++)
		add_character(w, (unsigned char)ascii_lower(
		    r->text.p[r->at + i]));
	r->at += n;
	read_rest(r, w);
}

/* The ASCII letters and digits at the front, which most of a text is. */
static void
read_ascii(struct reading *r)
{
	const char *p = r->bytes + r->at;
	struct open_word w = {
		.script = has_bit(r->digits, r->at) ? SCRIPT_DIGIT :
		    SCRIPT_LATIN,
		.is_capital = has_bit(r->capitals, r->at) };
	size_t n = run_length(r->words, r->at), at = 0;
	size_t whole = address_length(r, n);

	for (; at < n; at += ROW)
		w.has_digit |= has_any(r->digits, r->at + at, n - at);
	if (whole != 0) {
		r->at += whole;
		add_mark(r, MARK_ADDRESS, SCRIPT_OTHER);
		return;
	}
	if ((unsigned char)p[n] >= 0x80) {
		read_mixed(r, &w, n);
		return;
	}
	for (at = 0; at < n; at += LANE)
		w.hash = step_lane(w.hash, lane_of(p + at, n - at));
	r->at += n;
	close_word(r, &w);
}

/* Where the next word may begin; false: there is none. */
static bool
find_next(struct reading *r)
{
	uint64_t row;

	for (; r->at < r->text.n; r->at += ROW) {
		row = bits_from(r->read, r->at);
		if (row == 0)
			continue;
		r->at += (size_t)__builtin_ctzll(row);
		return true;
	}
	return false;
}

static void
read_begin(struct reading *r, struct str text)
{
	memset(r, 0, offsetof(struct reading, hashes));
	text = str_head(text, TEXT_MOST);
	if (text.n != 0)
		memcpy(r->bytes, text.p, text.n);
	memset(r->bytes + text.n, 0, sizeof(r->bytes) - text.n);
	r->text = (struct str){ r->bytes, text.n };
	for (size_t at = 0; at < text.n; at += PIECE)
		look_at_piece(r, at);
}

/* What is least nobody can foretell, a processor neither. */
static void
find_least(const struct reading *r, uint64_t *least)
{
	for (size_t i = 0; i + SHINGLE <= r->n; i++) {
		uint64_t h = mix(r->hashes[i] + 3 * r->hashes[i + 1] +
		    5 * r->hashes[i + 2]);
		uint64_t *bin = &least[(h >> 32) * BINS >> 32], was = *bin;

		*bin = h < was ? h : was;
	}
}

/* A bin that nothing fell into takes what the next one has, changed by how
 * far that is, so that few words do not make all texts alike. */
static uint64_t
bin_value(const uint64_t *least, unsigned bin)
{
	for (unsigned i = 0; i < BINS; i++) {
		uint64_t h = least[(bin + i) % BINS];

		if (h != UINT64_MAX)
			return mix(h + i);
	}
	return 0;
}

bool
template_of(struct template *out, struct str text)
{
	uint64_t least[BINS];
	struct reading r;

	read_begin(&r, text);
	while (find_next(&r)) {
		if (has_bit(r.words, r.at))
			read_ascii(&r);
		else
			read_wide(&r);
	}
	if (r.n < TEMPLATE_WORDS_LEAST)
		return false;
	memset(least, 0xff, sizeof(least));
	find_least(&r, least);
	for (unsigned band = 0; band < TEMPLATE_BANDS; band++) {
		out->bands[band] = band + 1;
		for (unsigned row = 0; row < ROWS; row++)
			out->bands[band] = mix(out->bands[band] +
			    bin_value(least, band * ROWS + row));
	}
	return true;
}
