/* SPDX-License-Identifier: Apache-2.0 */
/* Finds what looks like an indicator in the cells of a report. */
#include "rule/sighting.h"

#include "base/addr.h"
#include "base/arena.h"
#include "base/buf.h"
#include "mail/host.h"
#include "mail/url.h"
#include "rule/refang.h"

enum { URL_MOST = 2048, WORD_MOST = 320, HASH_HEX = 64 };

struct finder {
	sighting_list *out;
	struct arena *arena;
	const struct report_cell *cell;
	struct str s;      /* the cell's plain text */
	uint32_t number;
	size_t at;
};

static bool
is_url_byte(char c)
{
	return c > ' ' && c < 0x7f && !str_has(STR("<>\"|\\^`{}"), c);
}

static size_t
tail_mark(struct str rest)
{
	static const struct str marks[] = { STR_INIT("…"), STR_INIT("[伏字]"),
		STR_INIT("[伏せ字]"), STR_INIT("(略)"), STR_INIT("(伏字)"),
		STR_INIT("[略]") };

	for (size_t i = 0; i < nitems(marks); i++)
		if (str_starts(rest, marks[i]))
			return marks[i].n;
	return 0;
}

static size_t
url_extent(struct str s, size_t from)
{
	size_t at = from;

	while (at < s.n && at - from < URL_MOST) {
		size_t n = tail_mark(str_from(s, at));

		if (n == 0)
			n = mask_at(s, at, true);
		if (n == 0 && !is_url_byte(s.p[at]))
			break;
		at += n == 0 ? 1 : n;
	}
	return at;
}

static size_t
count(struct str s, char c)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == c;
	return n;
}

/* A sentence's own marks behind a URL are not part of it. */
static struct str
url_trim(struct str url)
{
	while (url.n != 0) {
		char c = url.p[url.n - 1];

		if (str_ends(url, STR("...")) || str_ends(url, STR("[伏字]")))
			break;
		if (str_has(STR(".,;:!?'"), c) ||
		    (c == ')' && count(url, ')') > count(url, '(')) ||
		    (c == ']' && count(url, ']') > count(url, '[')))
			url.n--;
		else
			break;
	}
	return url;
}

void
sighting_split(struct str url, struct str *host, struct str *path)
{
	size_t n = str_find_str(url, STR("://"));
	struct str rest = n < url.n ? str_from(url, n + 3) : url;
	size_t end = str_find_any(rest, '/', '?', '#');

	*host = str_head(rest, end);
	*path = str_from(rest, end);
	*path = str_head(*path, str_find_any(*path, '?', '#', '#'));
	n = str_find_last(*host, '@');
	if (n < host->n)
		*host = str_from(*host, n + 1);
	if (str_starts(*host, STR("[")))
		*host = str_head(*host, str_find(*host, ']') + 1);
	else
		*host = str_head(*host, str_find(*host, ':'));
}

static bool
has_mask(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (mask_at(s, i, true) != 0 || tail_mark(str_from(s, i)) != 0)
			return true;
	return false;
}

/* Something beside masks and dots, and a dot or an address. */
static bool
is_host(struct arena *a, struct str host)
{
	struct str name;
	struct addr addr;

	if (str_starts(host, STR("[")) && addr_parse(host, &addr))
		return true;
	if (host.n == 0 || !str_has(host, '.'))
		return false;
	if (addr_parse(host, &addr))
		return true;
	if (has_mask(host)) {
		struct str last = str_from(host, str_find_last(host, '.') + 1);

		return last.n >= 2 && ascii_is_alpha(last.p[0]);
	}
	return host_normalize(&name, a, host) && host_has_known_suffix(name);
}

/* Names of files that end like names of hosts. */
static bool
is_file_name(struct str host)
{
	static const struct str tails[] = { STR_INIT(".zip"),
		STR_INIT(".py"), STR_INIT(".sh"), STR_INIT(".pl"),
		STR_INIT(".mov"), STR_INIT(".md"), STR_INIT(".rs"),
		STR_INIT(".ps"), STR_INIT(".ai"), STR_INIT(".so") };

	if (count(host, '.') != 1)
		return false;
	for (size_t i = 0; i < nitems(tails); i++)
		if (str_case_ends(host, tails[i]))
			return true;
	return false;
}

/* "xxx" and longer alone between marks, as some mask what they hide. */
static size_t
cross_run(struct str s, size_t at)
{
	static const char edges[] = "/.?=&@#:";
	size_t n = 0;

	if (at > 0 && !str_has(str_of(edges), s.p[at - 1]))
		return 0;
	while (at + n < s.n && ascii_lower(s.p[at + n]) == 'x')
		n++;
	return n >= 3 && (at + n == s.n ||
	    str_has(str_of(edges), s.p[at + n])) ? n : 0;
}

/* The masks of packs in place of "xxx", "(略)" and "[伏字]". */
static struct str
usual_masks(struct arena *a, struct str s)
{
	struct buf b;

	buf_init_arena(&b, a, s.n * 2 + 8);
	for (size_t at = 0; at < s.n;) {
		size_t n = cross_run(s, at);
		size_t tail = tail_mark(str_from(s, at));

		if (n != 0) {
			buf_add_str(&b, STR("***"));
			at += n;
		} else if (tail != 0 && at + tail == s.n) {
			buf_add_str(&b, s.p[at] == '(' ||
			    (s.p[at] == '[' && !str_ends(str_head(s, at),
			    STR("…"))) ? STR("…") : str_from(s, at));
			at = s.n;
		} else {
			buf_add_byte(&b, s.p[at++]);
		}
	}
	return buf_str(&b);
}

static struct sighting *
add(struct finder *f, enum sighting_kind kind, struct str text, size_t end)
{
	struct sighting *s = VEC_ADD(f->arena, f->out);

	s->kind = kind;
	s->text = text;
	s->cell = f->number;
	s->begin = (uint32_t)f->at;
	s->end = (uint32_t)end;
	s->is_masked = has_mask(text);
	s->is_defanged = str_find_str(f->cell->text, text) >=
	    f->cell->text.n;
	f->at = end;
	return s;
}

static bool
take_url(struct finder *f)
{
	struct str rest = str_from(f->s, f->at), url, host, path;
	struct sighting *s;

	if (!str_case_starts(rest, STR("http://")) &&
	    !str_case_starts(rest, STR("https://")))
		return false;
	url = url_trim(str_sub(f->s, f->at, url_extent(f->s, f->at)));
	sighting_split(url, &host, &path);
	if (!is_host(f->arena, host))
		return false;
	s = add(f, SIGHT_URL, url, f->at + url.n);
	s->text = usual_masks(f->arena, url);
	s->is_masked = s->is_masked || !str_eq(s->text, url);
	sighting_split(s->text, &host, &path);
	s->host = str_lower(f->arena, host);
	s->path = path;
	return true;
}

static bool
is_word_byte(char c)
{
	return ascii_is_alnum(c) || str_has(STR("-._+@%:"), c);
}

static size_t
word_extent(struct str s, size_t from)
{
	size_t at = from;

	while (at < s.n && at - from < WORD_MOST) {
		size_t n = mask_at(s, at, true);

		if (n == 0 && !is_word_byte(s.p[at]))
			break;
		at += n == 0 ? 1 : n;
	}
	return at;
}

static bool
is_hex(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_is_hex(s.p[i]))
			return false;
	return true;
}

static bool
take_mailbox(struct finder *f, struct str word)
{
	size_t at = str_find_last(word, '@');
	struct str host = str_from(word, at + 1);
	struct sighting *s;

	if (at == 0 || at >= word.n || host.n == 0 ||
	    !is_host(f->arena, host) || count(word, '@') != 1)
		return false;
	s = add(f, SIGHT_MAILBOX, word, f->at + word.n);
	s->host = str_lower(f->arena, host);
	return true;
}

static bool
take_addr(struct finder *f, struct str word)
{
	struct addr addr;

	if ((count(word, '.') != 3 && count(word, ':') < 2) ||
	    !addr_parse(word, &addr))
		return false;
	add(f, SIGHT_ADDR, word, f->at + word.n);
	return true;
}

/* A host, or what follows it too: "example.com/login" is a URL. */
static bool
take_host(struct finder *f, struct str word)
{
	struct str host = str_head(word, str_find(word, ':')), url;
	struct sighting *s;

	if (!is_host(f->arena, host) || host.p[0] == '.' ||
	    is_file_name(host) || str_has(host, '_') || str_has(host, '%'))
		return false;
	url = url_trim(str_sub(f->s, f->at, url_extent(f->s, f->at)));
	if (url.n > host.n + 1 && (url.p[host.n] == '/' ||
	    url.p[host.n] == '?')) {
		s = add(f, SIGHT_URL, url, f->at + url.n);
		s->text = str_cat(f->arena, STR("http://"), url);
		sighting_split(s->text, &s->host, &s->path);
		s->host = str_lower(f->arena, s->host);
		return true;
	}
	s = add(f, SIGHT_HOST, host, f->at + host.n);
	s->host = str_lower(f->arena, host);
	return true;
}

static void
take_word(struct finder *f)
{
	struct str word = str_sub(f->s, f->at, word_extent(f->s, f->at));
	size_t whole = word.n;

	if (word.n > 1 && str_has(STR(".:-+%"), word.p[0]) &&
	    !str_starts(word, STR("::"))) {
		f->at++;
		return;
	}
	while (word.n != 0 && str_has(STR(".:-_+%"), word.p[word.n - 1]))
		word.n--;
	if (word.n == HASH_HEX && is_hex(word)) {
		add(f, SIGHT_HASH, word, f->at + word.n);
		return;
	}
	if (word.n < 4 || (!take_mailbox(f, word) && !take_addr(f, word) &&
	    !take_host(f, word)))
		f->at += whole != 0 ? whole : 1;
}

/* "Name:a@b.example": what stands before the colon is a label. */
static bool
skip_label(struct finder *f)
{
	size_t end = word_extent(f->s, f->at);
	struct str word = str_sub(f->s, f->at, end);
	size_t n = 0;

	while (n < word.n && ascii_is_alpha(word.p[n]))
		n++;
	if (n == 0 || n >= word.n || word.p[n] != ':' ||
	    (n <= 4 && is_hex(str_head(word, n))))
		return false;
	f->at += n + 1;
	return true;
}

static void
search_cell(struct finder *f)
{
	while (f->at < f->s.n && f->out->n < SIGHTINGS_MOST) {
		if (!is_word_byte(f->s.p[f->at]) &&
		    mask_at(f->s, f->at, true) == 0)
			f->at++;
		else if (!take_url(f) && !skip_label(f))
			take_word(f);
	}
}

bool
sightings_find(sighting_list *out, struct arena *a, const struct report *r)
{
	for (uint32_t i = 0; i < r->cells.n; i++) {
		struct finder f = { .out = out, .arena = a,
			.cell = &r->cells.at[i], .number = i,
			.s = r->cells.at[i].plain };

		if (out->n >= SIGHTINGS_MOST)
			return false;
		search_cell(&f);
	}
	return true;
}
