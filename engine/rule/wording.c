/* SPDX-License-Identifier: Apache-2.0 */
/* Text made fit to be shown. */
#include "rule/wording.h"

#include <stdlib.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/buf.h"
#include "base/json.h"
#include "base/utf8.h"
#include "mail/encoding.h"
#include "mail/message.h"
#include "rule/pattern.h"

enum {
	SHOWN_MOST = 80,      /* characters */
	RAW_MOST = 4096,      /* bytes that are looked at for them */
	DEFANGED_MOST = 400,  /* bytes; more than 80 characters and a label */
	FILLED_MOST = 16 * 1024,
	ARGS_USUAL = 1024,    /* bytes; these fit wherever they are filled in */
	RCPTS_MOST = 64,
	ADDR_LEAST = 6        /* bytes; "a@b.jp" */
};

/* What two bytes in a row have in common whatever their case. */
static uint8_t
pair(const char *p)
{
	return (uint8_t)((p[0] | 0x20) * 7 + (p[1] | 0x20));
}

/* Few are different: those of one recipient are two. */
static void
note_begin(struct wording *w, const char *p)
{
	char first = (char)(p[0] | 0x20), second = (char)(p[1] | 0x20);

	for (size_t i = 0; i < w->n_pairs; i++) {
		if (i == WORDING_PAIRS || (w->pairs[i][0] == first &&
		    w->pairs[i][1] == second))
			return;
	}
	if (w->n_pairs < WORDING_PAIRS) {
		w->pairs[w->n_pairs][0] = first;
		w->pairs[w->n_pairs][1] = second;
	}
	w->n_pairs++;
}

static void
add_spelling(struct wording *w, struct str s)
{
	if (s.n < ADDR_LEAST)
		return;
	*VEC_ADD(w->arena, &w->rcpts) = s;
	w->begins[pair(s.p)] = true;
	note_begin(w, s.p);
}

/* "a%40b.example": the "@" alone is what encoders always write so. */
static struct str
percent(struct arena *a, struct str addr)
{
	struct str local, domain;

	if (!str_cut(addr, '@', &local, &domain))
		return STR("");
	return str_cat(a, local, STR("%40"), domain);
}

static struct str
base64(struct arena *a, struct str addr)
{
	struct str s = str_trim(encoding_to_base64(a, addr));

	while (str_ends(s, STR("=")))
		s.n--;
	/* The last sign depends on what follows in the encoded text. */
	return s.n == 0 ? s : str_head(s, s.n - 1);
}

static void
add_rcpt(struct wording *w, struct str addr)
{
	struct arena *a = w->arena;
	struct str lower = str_lower(a, addr);

	if (addr.n < ADDR_LEAST || !str_has(addr, '@') ||
	    w->rcpts.n >= RCPTS_MOST)
		return;
	add_spelling(w, addr);
	add_spelling(w, percent(a, addr));
	add_spelling(w, base64(a, addr));
	if (!str_eq(lower, addr))
		add_spelling(w, base64(a, lower));
}

/* Longer spellings first, so that none is hidden by a part of it. */
static int
by_length(const void *a, const void *b)
{
	const struct str *x = a, *y = b;

	return x->n == y->n ? 0 : x->n > y->n ? -1 : 1;
}

void
wording_init(struct wording *w, struct arena *a, const struct facts *facts,
    const struct message *m)
{
	const struct fact *f = facts_get(facts, FACT_RCPT);
	struct message_to to;
	struct address one;
	bool is_told = false;

	*w = (struct wording){ .arena = a };
	for (size_t i = 0; f->state == FACT_KNOWN && i < f->n; i++) {
		add_rcpt(w, f->at[i].text);
		is_told |= f->at[i].place.kind != PLACE_HEADER;
	}
	/* The field may spell one otherwise than the gateway did. */
	if (m != NULL && is_told) {
		message_to_begin(&to, m, a);
		while (message_to_next(&to, &one))
			add_rcpt(w, one.addr);
	}
	if (w->rcpts.n != 0)
		qsort(w->rcpts.at, w->rcpts.n, sizeof(struct str), by_length);
}

#ifdef __SSE2__
enum { ROW = 16 };

/* At which of sixteen places from p on a spelling may begin; 17 bytes. */
static unsigned
begins_in_row(const struct wording *w, const char *p)
{
	const __m128i lower = _mm_set1_epi8(0x20);
	__m128i first = _mm_or_si128(lower,
	    _mm_loadu_si128((const void *)p));
	__m128i second = _mm_or_si128(lower,
	    _mm_loadu_si128((const void *)(p + 1)));
	__m128i any = _mm_setzero_si128();

	for (size_t i = 0; i < w->n_pairs; i++)
		any = _mm_or_si128(any, _mm_and_si128(
		    _mm_cmpeq_epi8(first, _mm_set1_epi8(w->pairs[i][0])),
		    _mm_cmpeq_epi8(second, _mm_set1_epi8(w->pairs[i][1]))));
	return (unsigned)_mm_movemask_epi8(any);
}
#endif

/* Where from at on the spelling of a recipient may begin; s.n: nowhere. */
static size_t
next_begin(const struct wording *w, struct str s, size_t at)
{
	if (w->rcpts.n == 0)
		return s.n;
#ifdef __SSE2__
	for (; w->n_pairs <= WORDING_PAIRS && at + ROW < s.n; at += ROW) {
		unsigned begins = begins_in_row(w, s.p + at);

		if (begins != 0)
			return at + (unsigned)__builtin_ctz(begins);
	}
	if (w->n_pairs <= WORDING_PAIRS && at < s.n && s.n > ROW) {
		/* the last sixteen, some of them for the second time */
		size_t back = s.n - ROW - 1;
		unsigned begins = begins_in_row(w, s.p + back) >> (at - back);

		return begins == 0 ? s.n :
		    at + (unsigned)__builtin_ctz(begins);
	}
#endif
	while (at + ADDR_LEAST <= s.n && !w->begins[pair(s.p + at)])
		at++;
	return at + ADDR_LEAST <= s.n ? at : s.n;
}

/* A blank for what could move the cursor or turn the line round. */
static void
add_safe(struct buf *b, struct str s)
{
	size_t at = 0;

	while (at < s.n) {
		size_t n = utf8_print_run(str_from(s, at));
		uint32_t point;

		buf_add(b, s.p + at, n);
		at += n;
		if (at == s.n)
			break;
		point = utf8_next(s, &at);
		utf8_add(b, utf8_is_unsafe(point) ? ' ' : point);
	}
}

/* The length of a recipient's address at the front, or 0. */
static size_t
rcpt_length(const struct wording *w, struct str s)
{
	const struct str *rcpt;

	VEC_EACH(rcpt, &w->rcpts)
		if (str_case_starts(s, *rcpt))
			return rcpt->n;
	return 0;
}

/* Where from at on a recipient stands; s.n: nowhere. */
static size_t
find_rcpt(const struct wording *w, struct str s, size_t at)
{
	at = next_begin(w, s, at);
	while (at < s.n && rcpt_length(w, str_from(s, at)) == 0)
		at = next_begin(w, s, at + 1);
	return at;
}

struct str
wording_plain(struct wording *w, struct str s)
{
	struct buf b;
	size_t begin = 0, at = find_rcpt(w, s, 0);

	/* Most is fit to be shown as it is. */
	if (at == s.n && utf8_print_run(s) == s.n)
		return s;
	buf_init_arena(&b, w->arena, s.n * 4 + 64);
	for (; at < s.n; at = find_rcpt(w, s, begin)) {
		add_safe(&b, str_sub(s, begin, at));
		buf_add_str(&b, STR("<rcpt>"));
		w->has_masked = true;
		begin = at + rcpt_length(w, str_from(s, at));
	}
	add_safe(&b, str_from(s, begin));
	return buf_str(&b);
}

static struct str
cut_chars(struct arena *a, struct str s, size_t most)
{
	size_t at = 0;

	if (s.n <= most)
		return s;
	for (size_t n = 0; at < s.n && n < most; n++)
		utf8_next(s, &at);
	if (at >= s.n)
		return s;
	return str_cat(a, str_head(s, at), STR("…"));
}

/* As much of it as can make a difference to what is shown. */
static struct str
plain_head(struct wording *w, struct str s)
{
	struct str head = str_head(s, DEFANGED_MOST + 1);

	if (utf8_print_run(head) == head.n && find_rcpt(w, s, 0) == s.n)
		return str_head(s, DEFANGED_MOST);
	return utf8_head(wording_plain(w, s), DEFANGED_MOST);
}

struct str
wording_show(struct wording *w, struct str s)
{
	struct str plain = plain_head(w, str_head(s, RAW_MOST));
	struct str first = str_head(plain, SHOWN_MOST + 1);

	/* Of ASCII each byte is a character at least. */
	return cut_chars(w->arena, defang_head(w->arena, plain,
	    utf8_ascii_run(first) == first.n ? first.n : plain.n),
	    SHOWN_MOST);
}

/* "{match}" is the first argument, as "{1}". */
static size_t
placeholder(struct str s, size_t *arg)
{
	if (str_starts(s, STR("{match}"))) {
		*arg = 0;
		return 7;
	}
	if (s.n >= 3 && s.p[0] == '{' && s.p[1] >= '1' && s.p[1] <= '5' &&
	    s.p[2] == '}') {
		*arg = (size_t)(s.p[1] - '1');
		return 3;
	}
	return 0;
}

struct str
wording_fill(struct arena *a, struct str template, const struct str *args,
    size_t n_args)
{
	struct buf b;
	size_t at = 0;

	buf_init_arena(&b, a, FILLED_MOST);
	while (at < template.n) {
		size_t arg, n, run = str_find(str_from(template, at), '{');

		buf_add(&b, template.p + at, run);
		at += run;
		n = placeholder(str_from(template, at), &arg);
		if (n == 0 && at < template.n)
			buf_add_byte(&b, template.p[at++]);
		else if (n != 0 && arg < n_args)
			buf_add_str(&b, args[arg]);
		at += n;
	}
	return buf_str(&b);
}

static bool
is_long(const struct str *args, size_t n)
{
	size_t length = 0;

	for (size_t i = 0; i < n; i++)
		length += args[i].n;
	return length > ARGS_USUAL;
}

void
wording_put(struct json *j, struct arena *a, struct str template,
    const struct str *args, size_t n_args)
{
	if (is_long(args, n_args)) {
		json_str(j, wording_fill(a, template, args, n_args));
		return;
	}
	json_open_text(j);
	while (template.n != 0) {
		size_t run = str_find(template, '{'), arg, n;

		json_text_own(j, str_head(template, run));
		template = str_from(template, run);
		n = placeholder(template, &arg);
		if (n == 0)
			json_text_own(j, str_head(template, 1));
		else if (arg < n_args)
			json_text(j, args[arg]);
		template = str_from(template, n == 0 ? 1 : n);
	}
	json_close_text(j);
}

struct str
wording_points(struct arena *a, int32_t points, bool has_sign)
{
	char room[STR_INT];
	struct str text = str_hundredths(room, points);

	if (points % 10 == 0)
		text.n--;
	return str_cat(a, has_sign && points >= 0 ? STR("+") : STR(""), text);
}
