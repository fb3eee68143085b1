/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text to words, words to marks and numbers, three of them in a row to the
 * smallest hashes.  Each word is hashed while it is read: nothing is copied.
 */
#include "rule/template.h"

#include "base/utf8.h"

enum {
	TEXT_MOST = 1024,  /* bytes: what lures say stands at the top */
	ROWS = 3,
	BINS = TEMPLATE_BANDS * ROWS,
	SHINGLE = 3,
	NAME_WORDS = 2,    /* in front of an honorific: family, given */
	RING = 8,          /* of words: a power of two, above both together */
	ADDRESS_MOST = 300
};

enum script { SCRIPT_NONE, SCRIPT_DIGIT, SCRIPT_LATIN, SCRIPT_KANJI,
	SCRIPT_HIRAGANA, SCRIPT_KATAKANA, SCRIPT_OTHER, SCRIPT_SKIP };

/* Of a word that is not told from others of its kind. */
enum { MARK_NUMBER = 1, MARK_NAME = 2, MARK_ADDRESS = 3 };

struct word {
	uint64_t hash;
	enum script script;
	bool is_mark;
};

/* One that is being read. */
struct open_word {
	uint64_t hash;
	enum script script;
	uint32_t first, last; /* characters */
	unsigned n;           /* characters */
	bool is_capital, has_digit;
};

struct reading {
	struct str text;
	size_t at;
	struct word ring[RING];
	unsigned first;       /* the oldest word in it */
	unsigned n;
	size_t words;
	uint64_t least[BINS];
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

/* Letters and digits of ASCII, as they are folded; 0: it is none. */
static const unsigned char folded[256] = {
	['0'] = '0', ['1'] = '1', ['2'] = '2', ['3'] = '3', ['4'] = '4',
	['5'] = '5', ['6'] = '6', ['7'] = '7', ['8'] = '8', ['9'] = '9',
	['A'] = 'a', ['B'] = 'b', ['C'] = 'c', ['D'] = 'd', ['E'] = 'e',
	['F'] = 'f', ['G'] = 'g', ['H'] = 'h', ['I'] = 'i', ['J'] = 'j',
	['K'] = 'k', ['L'] = 'l', ['M'] = 'm', ['N'] = 'n', ['O'] = 'o',
	['P'] = 'p', ['Q'] = 'q', ['R'] = 'r', ['S'] = 's', ['T'] = 't',
	['U'] = 'u', ['V'] = 'v', ['W'] = 'w', ['X'] = 'x', ['Y'] = 'y',
	['Z'] = 'z',
	['a'] = 'a', ['b'] = 'b', ['c'] = 'c', ['d'] = 'd', ['e'] = 'e',
	['f'] = 'f', ['g'] = 'g', ['h'] = 'h', ['i'] = 'i', ['j'] = 'j',
	['k'] = 'k', ['l'] = 'l', ['m'] = 'm', ['n'] = 'n', ['o'] = 'o',
	['p'] = 'p', ['q'] = 'q', ['r'] = 'r', ['s'] = 's', ['t'] = 't',
	['u'] = 'u', ['v'] = 'v', ['w'] = 'w', ['x'] = 'x', ['y'] = 'y',
	['z'] = 'z'
};

static unsigned char
fold(char c)
{
	return folded[(unsigned char)c];
}

/* Of the run of ASCII that begins with n letters and digits, if it is a URL or
 * mailbox. */
static size_t
address_length(struct str s, size_t n)
{
	bool is_address = false;

	if (n == s.n || s.p[n] == ' ' || s.p[n] == ',')
		return 0;
	while (n < s.n && n < ADDRESS_MOST && s.p[n] > ' ' &&
	    s.p[n] < 0x7f && s.p[n] != '<' && s.p[n] != '>') {
		is_address |= s.p[n] == '@' ||
		    (s.p[n] == ':' && n + 1 < s.n && s.p[n + 1] == '/');
		n++;
	}
	return is_address ? n : 0;
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

static struct word
mark(unsigned kind, enum script script)
{
	return (struct word){ .hash = mix(kind), .script = script,
		.is_mark = true };
}

/* From the oldest on. */
static struct word *
word_at(struct reading *r, unsigned i)
{
	return &r->ring[(r->first + i) % RING];
}

static void
add_shingle(struct reading *r)
{
	uint64_t h = mix(word_at(r, 0)->hash + 3 * word_at(r, 1)->hash +
	    5 * word_at(r, 2)->hash);
	size_t bin = (size_t)((h >> 32) * BINS >> 32);

	if (h < r->least[bin])
		r->least[bin] = h;
}

/* The oldest goes, as the first of a row of three. */
static void
drop_oldest(struct reading *r)
{
	if (r->n >= SHINGLE)
		add_shingle(r);
	r->n--;
	r->first++;
}

static void
add_word(struct reading *r, struct word w)
{
	/* "Taro Yamada" is a name, as "Taro" is. */
	if (w.is_mark && r->n != 0 && word_at(r, r->n - 1)->is_mark &&
	    word_at(r, r->n - 1)->hash == w.hash)
		return;
	if (r->n == SHINGLE + NAME_WORDS)
		drop_oldest(r);
	*word_at(r, r->n++) = w;
	r->words++;
}

static bool
can_be_name(const struct word *w)
{
	return w->script == SCRIPT_KANJI || w->script == SCRIPT_KATAKANA ||
	    w->script == SCRIPT_LATIN;
}

/* What stands in front of an honorific is one name. */
static void
take_name(struct reading *r)
{
	unsigned n = 0;

	while (n < NAME_WORDS && n < r->n &&
	    can_be_name(word_at(r, r->n - 1 - n)))
		n++;
	if (n == 0)
		return;
	r->n -= n;
	r->words -= n;
	add_word(r, mark(MARK_NAME, SCRIPT_LATIN));
}

/* "山田様" is one run of kanji: its end is the honorific. */
static void
split_name(struct reading *r, struct open_word *w)
{
	if (w->n < 2 || (w->last != 0x69d8 && w->last != 0x6bbf))
		return;
	add_word(r, mark(MARK_NAME, SCRIPT_LATIN));
	w->hash = step(0, w->last);
}

/* What is left of it once it is read. */
static struct word
closed(const struct open_word *w)
{
	if (w->has_digit)
		return mark(MARK_NUMBER, w->script);
	if (w->is_capital)
		return mark(MARK_NAME, w->script);
	return (struct word){ .hash = mix(w->hash + w->script),
		.script = w->script };
}

static void
end_word(struct reading *r, struct open_word *w)
{
	if (is_honorific(w))
		take_name(r);
	else if (w->script == SCRIPT_KANJI)
		split_name(r, w);
	add_word(r, closed(w));
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

/* What is neither is no part of a word. */
static bool
is_wide_or_word(char c)
{
	return (unsigned char)c >= 0x80 || fold(c) != 0;
}

static void
read_rest(struct reading *r, struct open_word *w)
{
	size_t behind;

	while (r->at < r->text.n && is_wide_or_word(r->text.p[r->at])) {
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
		w->hash = step(w->hash, c);
		w->last = c;
		w->n++;
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

/* The ASCII letters and digits at the front, which most of a text is. */
static void
read_ascii(struct reading *r)
{
	const struct str text = { r->text.p + r->at, r->text.n - r->at };
	unsigned char c = fold(text.p[0]);
	struct open_word w = {
		.script = c <= '9' ? SCRIPT_DIGIT : SCRIPT_LATIN,
		.is_capital = c != (unsigned char)text.p[0]
	};
	size_t n = 0, whole;

	for (; n < text.n && (c = fold(text.p[n])) != 0; n++) {
		w.has_digit |= c <= '9';
		w.hash = step(w.hash, c);
	}
	whole = address_length(text, n);
	r->at += whole != 0 ? whole : n;
	w.n = (unsigned)n;
	if (whole != 0)
		add_word(r, mark(MARK_ADDRESS, SCRIPT_OTHER));
	else if (n < text.n && (unsigned char)text.p[n] >= 0x80)
		read_rest(r, &w);
	else
		add_word(r, closed(&w));
}

static void
read_next(struct reading *r)
{
	unsigned char c = (unsigned char)r->text.p[r->at];

	if (folded[c] != 0)
		read_ascii(r);
	else if (c >= 0x80)
		read_wide(r);
	else
		r->at++;
}

/* A bin that nothing fell into takes what the next one has, changed by how
 * far that is, so that few words do not make all texts alike. */
static uint64_t
bin_value(const struct reading *r, unsigned bin)
{
	for (unsigned i = 0; i < BINS; i++) {
		uint64_t least = r->least[(bin + i) % BINS];

		if (least != UINT64_MAX)
			return mix(least + i);
	}
	return 0;
}

bool
template_of(struct template *out, struct str text)
{
	struct reading r = { .text = str_head(text, TEXT_MOST) };

	for (unsigned i = 0; i < BINS; i++)
		r.least[i] = UINT64_MAX;
	while (r.at < r.text.n)
		read_next(&r);
	while (r.n != 0)
		drop_oldest(&r);
	if (r.words < TEMPLATE_WORDS_LEAST)
		return false;
	for (unsigned band = 0; band < TEMPLATE_BANDS; band++) {
		out->bands[band] = band + 1;
		for (unsigned row = 0; row < ROWS; row++)
			out->bands[band] = mix(out->bands[band] +
			    bin_value(&r, band * ROWS + row));
	}
	return true;
}
