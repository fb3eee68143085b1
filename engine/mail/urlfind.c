/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bare URLs in text that a person reads.  The text is walked once: whatever a
 * candidate has taken is not looked at again, found or not.
 */
#include "mail/url.h"

#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif
#include <unicode/uchar.h>

#include "base/arena.h"
#include "base/utf8.h"
#include "mail/host.h"

enum start {
	START_NONE,
	START_LINK,    /* "https://" */
	START_WWW,     /* "www." */
	START_DEFANGED /* "hxxp://" */
};

/* Places where a host may end before kana and kanji, at most. */
enum { CUTS_MOST = 16 };

/* A name that is none costs a look at the list of suffixes. */
enum { BARE_MOST = 253, BARE_MISSES_MOST = 4096 };

struct find {
	url_list *out;
	struct arena *arena;
	struct str text;
	size_t defanged;
	size_t from;   /* behind what was taken last */
	size_t misses; /* words with a slash that were no host */
};

/* "[.]" and its kin, taken off the front. */
static bool
skip_defanged_dot(struct str *s)
{
	static const struct str dots[] = {
		STR_INIT("[.]"), STR_INIT("(.)"), STR_INIT("{.}"),
		STR_INIT("[dot]"), STR_INIT("(dot)"), STR_INIT("{dot}"),
		STR_INIT("[ドット]"), STR_INIT("(ドット)"),
	};

	if (s->n == 0 || (s->p[0] != '[' && s->p[0] != '(' && s->p[0] != '{'))
		return false;
	for (size_t i = 0; i < nitems(dots); i++)
		if (str_case_skip(s, dots[i]))
			return true;
	return false;
}

static enum start
scheme_start(struct str s, size_t *length)
{
	static const struct {
		struct str word;
		bool is_plain;
	} words[] = {
		{ STR_INIT("http"), true }, { STR_INIT("ftp"), true },
		{ STR_INIT("hxxp"), false }, { STR_INIT("h**p"), false },
		{ STR_INIT("h++p"), false }, { STR_INIT("ttp"), false },
	};
	struct str rest = s;
	size_t i = 0;
	bool is_plain;

	while (i < nitems(words) && !str_case_skip(&rest, words[i].word))
		i++;
	if (i == nitems(words))
		return START_NONE;
	is_plain = words[i].is_plain;
	str_case_skip(&rest, STR("s"));
	if (str_skip(&rest, STR("[:]//")) || str_skip(&rest, STR("[://]")) ||
	    str_skip(&rest, STR("(:)//")))
		is_plain = false;
	else if (!str_skip(&rest, STR("://")) &&
	    !str_skip(&rest, STR(":\\\\")))
		return START_NONE;
	*length = s.n - rest.n;
	return is_plain ? START_LINK : START_DEFANGED;
}

/* Most letters that could begin one do not: the second tells. */
static bool
may_start(struct str s)
{
	char second = s.n < 2 ? '\0' : ascii_lower(s.p[1]);

	switch (ascii_lower(s.p[0])) {
	case 'h':
		return second == 't' || second == 'x' || second == '*' ||
		    second == '+';
	case 'w':
		return second == 'w';
	case 'f':
	case 't':
		return second == 't';
	default:
		return false;
	}
}

static enum start
start_at(const struct find *f, size_t at, size_t *length)
{
	struct str s = str_from(f->text, at);
	char c = ascii_lower(s.p[0]);

	if (!may_start(s))
		return START_NONE;
	/* "xhttp://" is a link to a mail program, "xwww." is not. */
	if (c != 'h' && at > 0 && (ascii_is_alnum(f->text.p[at - 1]) ||
	    strchr("@./-_", f->text.p[at - 1]) != NULL))
		return START_NONE;
	if (c != 'w')
		return scheme_start(s, length);
	*length = 0;
	return str_case_starts(s, STR("www.")) ? START_WWW : START_NONE;
}

static bool
is_end(unsigned char c)
{
	return c <= 0x20 || c == 0x7f || c == '"' || c == '<' || c == '>' ||
	    c == '`' || c == '|' || c == '^';
}

/* Characters that a report puts in place of what it hides. */
static bool
is_mask(uint32_t c)
{
	static const uint32_t masks[] = {
		0xff0a, 0x25cf, 0x25cb, 0x25ef, 0x25a0, 0x25a1, 0xd7, 0x3007,
		0x26ab, 0x26aa, 0x2715, 0x2716, 0x2605, 0x2606, 0x25b2,
		0x25b3, 0x2573, 0x2b24,
	};

	if (c < 0x80)
		return c == '*';
	for (size_t i = 0; i < nitems(masks); i++)
		if (c == masks[i])
			return true;
	return false;
}

static bool
is_host_dot(uint32_t c)
{
	return c == 0x3002 || c == 0xff0e || c == 0xff61;
}

/* "ⓔ" and "℡" are letters to a browser (UTS 46).  Stops and brackets of a
 * sentence are none, whatever they stand for. */
static bool
is_host_symbol(uint32_t c, int type)
{
	int32_t kind = u_getIntPropertyValue((UChar32)c,
	    UCHAR_DECOMPOSITION_TYPE);

	return (type == U_OTHER_SYMBOL || type == U_OTHER_NUMBER) &&
	    kind != U_DT_NONE && kind != U_DT_CANONICAL;
}

/* What a host name can hold beyond ASCII, and what dropped of it leaves. */
static bool
is_host_letter(uint32_t c)
{
	int type = u_charType((UChar32)c);

	return u_isalnum((UChar32)c) || is_host_symbol(c, type) ||
	    type == U_NON_SPACING_MARK || type == U_COMBINING_SPACING_MARK ||
	    c == 0x30fb || c == 0xad || (c >= 0x200b && c <= 0x200d) ||
	    c == 0x2060 || c == 0xfeff || is_host_dot(c);
}

/* The host and all that stands before it, with the marks of a mask. */
struct reach {
	size_t end;
	size_t cuts[CUTS_MOST]; /* where kana or kanji follow ASCII */
	size_t n_cuts;
	size_t mask;            /* the first sign of one */
	bool is_masked;
};

static void
reach_mask(struct reach *r, size_t at)
{
	if (!r->is_masked)
		r->mask = at;
	r->is_masked = true;
}

static bool
reach_takes(const struct reach *r, uint32_t c)
{
	if (c < 0x80)
		return !is_end((unsigned char)c) && c != '/' && c != '?' &&
		    c != '#' && c != '\\' && c != ',' && c != ';' &&
		    c != '\'' && c != '(' && c != ')';
	return r->is_masked ? is_mask(c) || is_host_letter(c)
	    : is_host_letter(c);
}

static void
reach_host(struct reach *r, struct str text, size_t at)
{
	const size_t from = at;
	bool was_ascii = true;

	*r = (struct reach){ .end = at };
	while (at < text.n) {
		size_t begin = at;
		uint32_t c = utf8_next(text, &at);
		struct str rest = str_from(text, begin);

		if (c < 0x80 && ascii_is_alnum((char)c)) {
			/* as most are */
		} else if (skip_defanged_dot(&rest)) {
			reach_mask(r, begin);
			at = text.n - rest.n;
		} else if (is_mask(c)) {
			reach_mask(r, begin);
		} else if (!reach_takes(r, c) || (c == '[' && begin != from)) {
			break;
		}
		if (c >= 0x80 && was_ascii && r->n_cuts < CUTS_MOST)
			r->cuts[r->n_cuts++] = begin;
		was_ascii = c < 0x80;
		r->end = at;
	}
}

static bool
is_half_width_kana(uint32_t c)
{
	return c >= 0xff61 && c <= 0xff9f;
}

/* A letter in which Japanese goes on, not the URL. */
static bool
ends_path(uint32_t c)
{
	if (c < 0x80)
		return is_end((unsigned char)c);
	return utf8_is_wide(c) || is_half_width_kana(c) ||
	    !u_isalnum((UChar32)c);
}

static size_t
reach_tail(struct str text, size_t at)
{
	while (at < text.n) {
		size_t next = at;

		if (ends_path(utf8_next(text, &next)))
			break;
		at = next;
	}
	return at;
}

/* How many more of a kind are closed in s than opened. */
static size_t
lone_closers(struct str s, char open, char close)
{
	size_t opened = str_count(s, open), closed = str_count(s, close);

	return closed > opened ? closed - opened : 0;
}

/* Stops of the sentence around the URL; brackets that the URL opened stay.
 * Most end with none, and then they are not counted. */
static struct str
trim_end(struct str url)
{
	static const char openers[] = "([{", closers[] = ")]}";
	const struct str whole = url;
	size_t lone[3];
	bool is_counted[3] = { false };
	const char *closer;

	while (url.n > 0) {
		char c = url.p[url.n - 1];

		if ((closer = strchr(closers, c)) != NULL) {
			size_t kind = (size_t)(closer - closers);

			if (!is_counted[kind])
				lone[kind] = lone_closers(whole,
				    openers[kind], c);
			is_counted[kind] = true;
			if (lone[kind] == 0)
				break;
			lone[kind]--;
		} else if (strchr(".,;:!?'\"*", c) == NULL) {
			break;
		}
		url.n--;
	}
	return url;
}

/* A host that is sure to be whole: next is what follows it. */
static bool
is_whole(struct find *f, size_t begin, size_t end)
{
	struct str url = trim_end(str_sub(f->text, begin, end));
	struct url u;
	uint32_t next = utf8_next(f->text, &end);

	if (!url_read(&u, f->arena, url))
		return false;
	return u.is_ip ? !is_host_dot(next) && !u_isdigit((UChar32)next) :
	    host_has_known_suffix(u.host);
}

/* Where the host ends: before Japanese letters if what stands there is a
 * host already, else with them. */
static size_t
host_end(struct find *f, const struct reach *r, size_t begin)
{
	for (size_t i = 0; i < r->n_cuts; i++)
		if (is_whole(f, begin, r->cuts[i]))
			return r->cuts[i];
	return r->end;
}

/* "https://example.com**" is a link in bold type, no masked one. */
static bool
is_hidden(struct find *f, struct reach *r, size_t begin)
{
	size_t at = r->mask;
	uint32_t c = '*';

	while (at < r->end && is_mask(c))
		c = utf8_next(f->text, &at);
	if (!is_mask(c) || !is_whole(f, begin, r->mask))
		return true;
	r->end = r->mask;
	return false;
}

/* What was read of raw, the words of the text. */
static struct url *
put(struct find *f, const struct url *u, struct str raw)
{
	struct url *added = VEC_ADD(f->arena, f->out);

	*added = *u;
	added->raw = raw;
	added->source = URL_TEXT;
	added->offset = (uint32_t)(raw.p - f->text.p);
	return added;
}

static void
add(struct find *f, struct str raw, enum start start)
{
	struct url u;

	raw = trim_end(raw);
	if (url_read(&u, f->arena, raw) && u.host.n != 0 &&
	    (start != START_WWW || host_has_known_suffix(u.host)))
		put(f, &u, raw);
}

/* --- "example.com/x" --- */

static bool
is_name_byte(char c)
{
	return ascii_is_alnum(c) || c == '.' || c == '-';
}

/* Where the name in front of the slash at at begins; *end is where it ends, a
 * port left out. */
static size_t
bare_begin(const struct find *f, size_t at, size_t *end)
{
	size_t begin = at;

	while (begin > f->from && ascii_is_digit(f->text.p[begin - 1]))
		begin--;
	if (begin == at || begin == f->from || f->text.p[begin - 1] != ':')
		begin = at + 1;
	*end = --begin;
	while (begin > f->from && *end - begin < BARE_MOST &&
	    is_name_byte(f->text.p[begin - 1]))
		begin--;
	return begin;
}

/* What stands in front of a name: nothing that makes it the rest of another
 * thing, be it an address, a path or what somebody masked. */
static bool
is_bare_front(const struct find *f, size_t begin)
{
	uint32_t before = ' ';

	for (size_t at = begin > 4 ? begin - 4 : 0; at < begin;)
		before = utf8_next(f->text, &at);
	if (begin == 0)
		return true;
	if (before < 0x80)
		return !ascii_is_alnum((char)before) &&
		    strchr("@/\\.-_%*~=&?#+$", (int)before) == NULL;
	return !is_mask(before) && (utf8_is_wide(before) ||
	    !u_isalnum((UChar32)before));
}

/* "example.com": two labels and more, the last one in letters. */
static bool
is_bare_name(struct find *f, struct str name)
{
	size_t last = str_find_last(name, '.');

	if (last >= name.n || name.n - last < 3 || name.p[0] == '.' ||
	    name.p[0] == '-' || f->misses >= BARE_MISSES_MOST ||
	    str_find_str(name, STR("..")) < name.n)
		return false;
	for (size_t i = last + 1; i < name.n; i++)
		if (!ascii_is_alpha(name.p[i]) && !str_case_starts(str_from(
		    name, last + 1), STR("xn--")))
			return false;
	return true;
}

static void
add_bare(struct find *f, struct str raw)
{
	struct url u;

	raw = trim_end(raw);
	if (url_read(&u, f->arena, str_cat(f->arena, STR("http://"), raw)))
		put(f, &u, raw)->is_schemeless = true;
}

/* "[example.com/x](https://example.com/x)": two links. */
static size_t
bracket(struct str s)
{
	size_t n = 0;

	while (n < s.n && strchr("[](){}", s.p[n]) == NULL)
		n++;
	return n;
}

/* The slash at at may end the name of a site without a scheme, to which mail
 * programs lead all the same; gives where the walk goes on. */
static size_t
take_bare(struct find *f, size_t at)
{
	size_t end, begin = bare_begin(f, at, &end);
	struct str name = str_sub(f->text, begin, end);

	if (!is_bare_name(f, name) || !is_bare_front(f, begin))
		return at + 1;
	if (!host_has_known_suffix(str_lower(f->arena, name))) {
		f->misses++;
		return at + 1;
	}
	end = at + bracket(str_sub(f->text, at, reach_tail(f->text, at)));
	add_bare(f, str_sub(f->text, begin, end));
	f->from = end;
	return end;
}

/* Ends of names that mail programs take for a site when nothing else says so,
 * and that no file and no word behind a missing blank has. */
static bool
is_common_end(struct str label)
{
	static const struct str ends[] = {
		STR_INIT("com"), STR_INIT("net"), STR_INIT("org"),
		STR_INIT("jp"), STR_INIT("cn"), STR_INIT("info"),
		STR_INIT("biz"), STR_INIT("xyz"), STR_INIT("icu"),
		STR_INIT("shop"), STR_INIT("vip"), STR_INIT("cfd"),
		STR_INIT("sbs"), STR_INIT("cyou"), STR_INIT("buzz"),
		STR_INIT("hk"), STR_INIT("tw"), STR_INIT("kr"),
		STR_INIT("ru"), STR_INIT("uk"), STR_INIT("de"),
	};

	return str_is_any(label, ends, nitems(ends));
}

/* A name that stands at no end of a sentence: of three labels, or with a dash
 * or digit.  "com.example.app" is one of a program. */
static bool
is_marked(struct str name)
{
	bool is_marked = str_count(name, '.') > 1 || str_has(name, '-');

	for (size_t i = 0; i < name.n; i++)
		is_marked |= ascii_is_digit(name.p[i]);
	return is_marked && !str_case_starts(name, STR("com.")) &&
	    str_digits(name) < str_find(name, '.');
}

/* Those that are words, or a file's. */
static bool
is_wordy_end(struct str label)
{
	static const struct str ends[] = {
		STR_INIT("top"), STR_INIT("online"), STR_INIT("site"),
		STR_INIT("click"), STR_INIT("live"), STR_INIT("work"),
		STR_INIT("link"), STR_INIT("store"), STR_INIT("space"),
		STR_INIT("fun"), STR_INIT("club"), STR_INIT("website"),
		STR_INIT("support"), STR_INIT("today"), STR_INIT("cc"),
		STR_INIT("tk"), STR_INIT("pw"), STR_INIT("ga"),
		STR_INIT("cf"), STR_INIT("gq"), STR_INIT("ml"),
		STR_INIT("io"), STR_INIT("dev"), STR_INIT("app"),
		STR_INIT("me"), STR_INIT("co"), STR_INIT("eu"),
		STR_INIT("us"), STR_INIT("fr"), STR_INIT("it"),
		STR_INIT("nl"), STR_INIT("ch"), STR_INIT("br"),
		STR_INIT("in"), STR_INIT("au"), STR_INIT("asia"),
		STR_INIT("pro"), STR_INIT("mobi"), STR_INIT("tech"),
		STR_INIT("rest"), STR_INIT("bond"), STR_INIT("lol"),
	};

	return str_is_any(label, ends, nitems(ends));
}

/* What may not follow: it makes the name a part of something else. */
static bool
is_bare_back(struct str rest)
{
	/* ":8080" */
	if (rest.n > 1 && rest.p[0] == ':')
		return ascii_is_digit(rest.p[1]);
	return rest.n == 0 || strchr("@_/\\:=%*~[]({$", rest.p[0]) == NULL;
}

/* The dot at at may stand in "example.com" alone; gives where the walk goes
 * on. */
static size_t
take_lone(struct find *f, size_t at)
{
	size_t begin = at, end = at + 1;
	struct str name, label;

	while (begin > f->from && at - begin < BARE_MOST &&
	    is_name_byte(f->text.p[begin - 1]))
		begin--;
	/* all of it, that the next dot is not in the same */
	while (end < f->text.n && is_name_byte(f->text.p[end]))
		end++;
	if (end - begin > BARE_MOST)
		return end;
	name = str_sub(f->text, begin, end);
	while (str_ends(name, STR(".")))
		name.n--;
	label = str_from(name, str_find_last(name, '.') + 1);
	if (ascii_lower(label.p[0]) != label.p[0] && is_marked(name))
		label = str_lower(f->arena, label); /* as telephones write */
	if ((!is_common_end(label) && !(is_wordy_end(label) &&
	    is_marked(name))) || !is_bare_name(f, name) || !is_bare_front(f, begin) ||
	    !is_bare_back(str_from(f->text, begin + name.n)) ||
	    !host_has_known_suffix(str_lower(f->arena, name)))
		return end;
	add_bare(f, name);
	f->from = end;
	return end;
}

/* "https://example.com／@example.org/x": what looks like the end of the host
 * is its user to those who link up to the blank. */
static void
add_beyond(struct find *f, size_t at, size_t end)
{
	size_t n = end, next;
	uint32_t c = 0;
	struct str raw;
	struct url u;

	if (end >= f->text.n || (unsigned char)f->text.p[end] < 0x80)
		return;
	for (; n < f->text.n && n - end < BARE_MOST; n = next) {
		next = n;
		c = utf8_next(f->text, &next);
		if (c == '@' || c == '/' || c == 0x3000 ||
		    (c < 0x80 && is_end((unsigned char)c)))
			break;
	}
	if (c != '@')
		return;
	while (n < f->text.n && !is_end((unsigned char)f->text.p[n]))
		n++;
	raw = trim_end(str_sub(f->text, at, n));
	if (url_read(&u, f->arena, raw) &&
	    (u.is_ip || host_has_known_suffix(u.host)))
		put(f, &u, raw);
}

/* Takes the candidate at at, whose host begins behind length bytes; gives
 * where the walk goes on. */
static size_t
take(struct find *f, size_t at, size_t length, enum start start)
{
	struct reach r;
	size_t end;

	reach_host(&r, f->text, at + length);
	if (start == START_DEFANGED ||
	    (r.is_masked && is_hidden(f, &r, at))) {
		f->defanged++;
		return reach_tail(f->text, r.end);
	}
	end = host_end(f, &r, at);
	if (end == r.end && end < f->text.n &&
	    strchr("/?#\\", f->text.p[end]) != NULL)
		end = reach_tail(f->text, end);
	add(f, str_sub(f->text, at, end), start);
	add_beyond(f, at, end);
	return end > at ? end : at + 1;
}

/* "example[.]com" without a scheme: the rest of the word goes with it. */
static bool
skip_defanged_word(struct find *f, size_t *at)
{
	struct str rest = str_from(f->text, *at);
	struct reach r;

	if (*at == 0 || !skip_defanged_dot(&rest) ||
	    !ascii_is_alnum(f->text.p[*at - 1]) || rest.n == 0 ||
	    !ascii_is_alnum(rest.p[0]))
		return false;
	f->defanged++;
	reach_host(&r, f->text, f->text.n - rest.n);
	*at = reach_tail(f->text, r.end);
	return true;
}

#ifdef __SSE2__
/* Which of sixteen bytes are one of two: a letter in both cases. */
static __m128i
are(__m128i bytes, char one, char two)
{
	return _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(one)),
	    _mm_cmpeq_epi8(bytes, _mm_set1_epi8(two)));
}

static __m128i
are_letters(__m128i bytes)
{
	__m128i lower = _mm_or_si128(bytes, _mm_set1_epi8(0x20));

	return _mm_and_si128(_mm_cmpgt_epi8(lower, _mm_set1_epi8('a' - 1)),
	    _mm_cmplt_epi8(lower, _mm_set1_epi8('z' + 1)));
}

/* How many bytes at the front are passed over sixteen at a time: what begins a
 * link stands behind them, or little is left.  Finds "ht", "hx", "h*", "h+",
 * "ww", "ft", "tt", "." before a letter, and the signs. */
static size_t
pass_dull(struct str s)
{
	size_t i = 0;

	for (; i + 17 <= s.n; i += 16) {
		__m128i one = _mm_loadu_si128((const void *)(s.p + i));
		__m128i two = _mm_loadu_si128((const void *)(s.p + i + 1));
		__m128i is_t = are(two, 't', 'T');
		__m128i h = _mm_and_si128(are(one, 'h', 'H'), _mm_or_si128(
		    _mm_or_si128(is_t, are(two, 'x', 'X')),
		    are(two, '*', '+')));
		__m128i w = _mm_and_si128(are(one, 'w', 'W'),
		    are(two, 'w', 'W'));
		__m128i t = _mm_and_si128(is_t, _mm_or_si128(
		    are(one, 'f', 'F'), are(one, 't', 'T')));
		__m128i dot = _mm_and_si128(are_letters(two),
		    _mm_cmpeq_epi8(one, _mm_set1_epi8('.')));
		__m128i signs = _mm_or_si128(_mm_or_si128(dot,
		    are(one, '[', '(')), are(one, '{', '/'));
		unsigned places = (unsigned)_mm_movemask_epi8(_mm_or_si128(
		    _mm_or_si128(h, w), _mm_or_si128(t, signs)));

		if (places != 0)
			return i + (unsigned)__builtin_ctz(places);
	}
	return i;
}
#else
static size_t
pass_dull(struct str s)
{
	(void)s;
	return 0;
}
#endif

/* The next byte at which anything of interest may begin: a sign, or two
 * letters that may. */
static size_t
skip_dull(struct str s, size_t at)
{
	enum { H = 1, W = 2, FT = 4, ALONE = 8 };
	static const uint8_t firsts[256] = {
		['h'] = H, ['H'] = H, ['w'] = W, ['W'] = W, ['f'] = FT,
		['F'] = FT, ['t'] = FT, ['T'] = FT, ['['] = ALONE,
		['('] = ALONE, ['{'] = ALONE, ['/'] = ALONE,
	};
	static const uint8_t seconds[256] = {
		['t'] = H | FT, ['T'] = H | FT, ['x'] = H, ['X'] = H,
		['*'] = H, ['+'] = H, ['w'] = W, ['W'] = W,
	};

	at += pass_dull(str_from(s, at));
	for (; at + 1 < s.n; at++)
		if ((firsts[(unsigned char)s.p[at]] & (ALONE |
		    seconds[(unsigned char)s.p[at + 1]])) != 0 ||
		    (s.p[at] == '.' && ascii_is_alpha(s.p[at + 1])))
			return at;
	return at < s.n && firsts[(unsigned char)s.p[at]] != ALONE ? s.n : at;
}

void
urls_find(url_list *out, struct arena *a, struct str text, size_t most,
    size_t *defanged)
{
	struct find f = { .out = out, .arena = a, .text = text };
	size_t at = 0, length = 0;

	while ((at = skip_dull(text, at)) < text.n && out->n < most) {
		enum start start = start_at(&f, at, &length);

		if (start != START_NONE)
			f.from = at = take(&f, at, length, start);
		else if (text.p[at] == '/')
			at = take_bare(&f, at);
		else if (text.p[at] == '.')
			at = take_lone(&f, at);
		else if (skip_defanged_word(&f, &at))
			f.from = at;
		else
			at++;
	}
	*defanged += f.defanged;
}
