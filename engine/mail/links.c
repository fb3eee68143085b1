/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The links of a message: bare ones in subject and texts, then those of the
 * mark-up, then what both carry inside.
 */
#include "mail/assemble.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "base/utf8.h"
#include "mail/bidi.h"
#include "mail/charset.h"
#include "mail/html.h"
#include "mail/pdf.h"

/* The links of one message while they are read. */
struct reader {
	struct message *m;
	struct arena *a;
	size_t most;      /* of each list */
	url_list anchors; /* of the mark-up: they go behind the bare ones */
};

/* Bare URLs of a text, each marked with the part it stands in. */
static void
find_bare(struct reader *r, struct str text, uint32_t part)
{
	struct message *m = r->m;
	size_t i = m->urls.n;

	urls_find(&m->urls, r->a, text, r->most, &m->defanged);
	for (; i < m->urls.n; i++) {
		m->urls.at[i].source = URL_TEXT;
		m->urls.at[i].part = part;
		m->urls.at[i].outer = URL_NONE;
	}
}

/* Each line from its other end. */
static struct str
from_behind(struct arena *a, struct str s)
{
	s = str_copy(a, s);
	bidi_reverse((char *)s.p, s.n, false);
	return s;
}

/* How often each URL stands in the text of an anchor, from the begin-th on, in
 * the order that is seen, or from its other end. */
static void
count_shown(const struct reader *r, struct map *shown, size_t begin,
    bool is_behind)
{
	url_list found = { .n = 0 };
	const struct url *u;
	size_t defanged = 0;

	for (size_t i = begin; i < r->anchors.n; i++) {
		struct str text = r->anchors.at[i].text;

		urls_find(&found, r->a, is_behind ? from_behind(r->a, text) :
		    text, r->most, &defanged);
	}
	VEC_EACH(u, &found)
		(*map_put(shown, u->raw, 0))++;
}

/* Drops the bare URLs from begin on that are the text of an anchor: the
 * reader who clicks there goes where the anchor says. */
static void
drop_shown(struct message *m, struct map *shown, size_t begin)
{
	size_t kept = begin;

	for (size_t i = begin; i < m->urls.n; i++) {
		uint32_t *count = map_get(shown, m->urls.at[i].raw);

		if (count != NULL && *count > 0)
			(*count)--;
		else
			m->urls.at[kept++] = m->urls.at[i];
	}
	m->urls.n = kept;
}

/* Of those from begin on, without those that stand between first and begin. */
static void
drop_known(url_list *list, struct arena *a, size_t first, size_t begin)
{
	size_t kept = begin;
	struct map known;

	map_init(&known, a);
	for (size_t i = first; i < begin; i++)
		*map_put(&known, list->at[i].raw, 0) = 1;
	for (size_t i = begin; i < list->n; i++)
		if (map_get(&known, list->at[i].raw) == NULL)
			list->at[kept++] = list->at[i];
	list->n = kept;
}

/* Blanks in place of what stands in a line before its first override: it is
 * read already. */
static struct str
overridden(struct arena *a, struct str s)
{
	struct str copy = str_copy(a, s), line;
	char *p = (char *)copy.p;

	while (str_next(&s, '\n', &line)) {
		size_t n = str_find_str(line, STR("\u202e"));

		memset(p, ' ', n);
		p += line.n + 1;
	}
	return copy;
}

/* Of a text that is painted in another order than its letters stand in.  Mail
 * programs make links of the letters as they stand; those from first on are of
 * the order that is seen, and are told already. */
static void
find_typed(struct reader *r, struct str text, uint32_t part, size_t first)
{
	struct message *m = r->m;
	size_t begin = m->urls.n, defanged = m->defanged;

	find_bare(r, text, part);
	message_limit(m, LIMIT_URLS, m->urls.n >= r->most);
	m->defanged = defanged;
	drop_known(&m->urls, r->a, first, begin);
}

/* The same of a page; false: there are none. */
static bool
find_typed_in_page(struct reader *r, const struct text *t,
    const struct html_page *page, size_t first)
{
	size_t begin = r->m->urls.n;

	if (t->typed.n != 0)
		find_typed(r, overridden(r->a, str_head(t->typed,
		    page->written)), t->part, first);
	if (page->is_turned)
		find_typed(r, from_behind(r->a, str_head(page->visible,
		    page->written)), t->part, first);
	return r->m->urls.n > begin;
}

/* What relative links start from: Content-Base, or a Content-Location that is
 * a whole URL (RFC 2557 5); of the part, or of the message. */
static struct str
base_of(const struct message *m, struct arena *a, uint32_t part)
{
	static const char *const names[] = { "Content-Base",
		"Content-Location" };
	const uint32_t parts[] = { part, 0 };
	const struct header *h;
	struct str s;

	for (size_t i = 0; i < nitems(parts) * nitems(names); i++) {
		h = headers_find(&m->parts.at[parts[i / 2]].headers,
		    names[i % 2]);
		s = h == NULL ? STR("") : str_trim(header_utf8(a, h->value));
		if (s.n >= 2 && s.p[0] == '"' && s.p[s.n - 1] == '"')
			s = str_sub(s, 1, s.n - 1);
		if (str_case_starts(s, STR("http")))
			return s;
	}
	return STR("");
}

/* Readings that a page is worth besides the first, as bits. */
enum { WORTH_STRIPPED = 1, WORTH_UNHIDDEN = 2 };

enum { SEEN_FEW = 40, SEEN_SOME = 200, HIDDEN_MANY = 20 }; /* letters */

/* None of what pads a text: blanks, signs and lines, what nobody sees. */
static bool
is_letter(uint32_t c)
{
	if (c < 0x80)
		return ascii_is_alnum((char)c);
	return c >= 0xc0 && c != 0x34f && c != 0x115f && c != 0x1160 &&
	    (c < 0x17b4 || c > 0x17b5) && (c < 0x180b || c > 0x180f) &&
	    (c < 0x2000 || c >= 0x2c00) && (c < 0x3000 || c > 0x3020) &&
	    c != 0x3164 && (c < 0xfe00 || c > 0xfe0f) && c != 0xfeff &&
	    c != 0xffa0 && c < 0xe0000;
}

static size_t
count_letters(struct str s, size_t most)
{
	size_t n = 0;

	for (size_t at = 0; at < s.n && n < most;)
		n += is_letter(utf8_next(s, &at));
	return n;
}

/* Nobody sends a page that shows nothing: what hides its text hides it from us
 * alone, or from few. */
static bool
hides_all(const struct html_page *page)
{
	size_t seen, least;

	if (page->hidden.n < HIDDEN_MANY)
		return false;
	seen = count_letters(str_head(page->visible, page->written),
	    SEEN_SOME);
	least = (seen < SEEN_FEW ? 2 : 10) * seen;
	if (least < HIDDEN_MANY)
		least = HIDDEN_MANY;
	return seen < SEEN_SOME &&
	    count_letters(page->hidden, least) == least;
}

/* What it is worth: a client that strips styles would show more, or all but
 * nothing is seen. */
static unsigned
read_page(struct reader *r, struct text *t)
{
	struct message *m = r->m;
	struct arena *a = r->a;
	size_t first_bare = m->urls.n, first_anchor = r->anchors.n;
	const struct part *p = &m->parts.at[t->part];
	struct html_page page = { .is_cut = false };
	struct str written;
	struct map shown;

	html_read_from(&page, &r->anchors, a, &(struct html_source){
	    .html = t->utf8, .base = base_of(m, a, t->part),
	    .part = t->part, .most_links = r->most,
	    .is_file = p->is_attachment || p->name.n != 0,
	    .is_stripped = t->is_stripped && !t->is_unhidden,
	    .is_unhidden = t->is_unhidden });
	t->visible = bidi_turn(a, page.visible);
	if (t->visible.p != page.visible.p)
		t->typed = page.visible;
	t->hidden = page.hidden;
	written = str_head(t->visible, page.written);
	quoted_find(&t->quoted, a, written, &page.quoted);
	message_limit(m, LIMIT_HTML, page.is_cut);
	map_init(&shown, a);
	count_shown(r, &shown, first_anchor, false);
	find_bare(r, written, t->part);
	if (find_typed_in_page(r, t, &page, first_bare))
		count_shown(r, &shown, first_anchor, true);
	drop_shown(m, &shown, first_bare);
	return (page.hides_somewhere ? WORTH_STRIPPED : 0U) |
	    (hides_all(&page) ? WORTH_UNHIDDEN : 0U);
}

/* A page that was read: its text, and where its bare links and its anchors
 * begin and end. */
struct reading {
	size_t text;
	size_t more; /* the first text that was added for it */
	size_t bare, anchored, anchored_end;
};

/* Of another reading of a page the anchors stay, from begin on, where they show
 * another text.  Those that showed none show that instead. */
static void
join_anchors(url_list *list, struct arena *a, const struct reading *first,
    size_t begin)
{
	size_t n = first->anchored_end - first->anchored, kept = begin;

	if (list->n - begin != n) {
		drop_known(list, a, first->anchored, begin);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		struct url *one = &list->at[first->anchored + i];
		const struct url *other = &list->at[begin + i];

		if (one->text.n == 0)
			one->text = other->text;
		if (other->text.n != 0 && !str_eq(one->text, other->text))
			list->at[kept++] = *other;
	}
	list->n = kept;
}

/* Another reading of a page shows links that the first one does not, from these
 * places on. */
static bool
shows_links(struct reader *r, const struct reading *first, size_t new_anchored,
    size_t new_bare)
{
	url_list *anchors = &r->anchors;
	size_t n = first->anchored_end - first->anchored;

	if (r->m->urls.n > new_bare)
		return true;
	if (anchors->n - new_anchored != n) {
		drop_known(anchors, r->a, first->anchored, new_anchored);
		return anchors->n > new_anchored;
	}
	for (size_t i = 0; i < n; i++)
		if (!str_eq(anchors->at[first->anchored + i].text,
		    anchors->at[new_anchored + i].text))
			return true;
	return false;
}

/* The first reading or one of those after it shows the same text. */
static bool
is_told(const struct reader *r, const struct reading *first, struct str text)
{
	const struct text *texts = r->m->texts.at;
	bool is_same = str_eq(texts[first->text].visible, text);

	for (size_t i = first->more; i < r->m->texts.n; i++)
		is_same |= str_eq(texts[i].visible, text);
	return is_same;
}

/*
 * A page once more, without what Gmail and others take out of styles: there its
 * reader sees what is moved away elsewhere.  Or as if nothing were hidden,
 * which is worth it for links alone: what is hidden below a picture is mostly
 * there to lead filters astray.
 */
static void
read_more(struct reader *r, const struct reading *first, bool is_unhidden)
{
	struct message *m = r->m;
	size_t new_bare = m->urls.n, new_anchored = r->anchors.n;
	size_t defanged = m->defanged;
	struct text again = m->texts.at[first->text];

	again.is_stripped = true;
	again.is_unhidden = is_unhidden;
	again.typed = STR("");
	again.quoted = (quoted_list){ .n = 0 };
	read_page(r, &again);
	m->defanged = defanged;
	drop_known(&m->urls, r->a, first->bare, new_bare);
	if (is_told(r, first, again.visible) || (is_unhidden &&
	    !shows_links(r, first, new_anchored, new_bare))) {
		m->urls.n = new_bare;
		r->anchors.n = new_anchored;
		return;
	}
	join_anchors(&r->anchors, r->a, first, new_anchored);
	*VEC_ADD(r->a, &m->texts) = again;
}

/* Text around the parts of a multipart is shown by no program but those that
 * know no MIME, and by those that are misled. */
static void
read_apart(struct reader *r, struct str bytes, uint32_t part)
{
	if (bytes.n != 0)
		find_bare(r, charset_decode(r->a, bytes, STR("")).utf8, part);
}

/* Behind base64 comes what list servers add to any text, as it is.  Nobody
 * reads that as base64 but those who skip what is none. */
static void
read_tail(struct reader *r, uint32_t part)
{
	struct str body = r->m->parts.at[part].body;
	/* the first of both, each of them far away */
	size_t at = str_find(str_head(body, str_find(body, ':')), '.');
	size_t line = str_find_last(str_head(body, at), '\n');

	if (at < body.n)
		read_apart(r, str_from(body, line < at ? line : 0), part);
}

/* Files that lead to a page when they are opened, and what is told of other
 * messages. */
static bool
is_signpost(const struct part *p)
{
	static const char *const tails[] = { ".url", ".website", ".webloc",
		".desktop", ".rtf", ".vcf" };

	for (size_t i = 0; i < nitems(tails); i++)
		if (str_case_ends(p->name, str_of(tails[i])))
			return true;
	return str_starts(p->type, STR("message/")) ||
	    str_is(p->type, "application/internet-shortcut");
}

/* "message/external-body; access-type=URL; URL=...": there the body is, says
 * the mail program, and offers to go.  Blanks come from folding (RFC 2017
 * 4). */
static void
read_external(struct reader *r, uint32_t part)
{
	const struct part *p = &r->m->parts.at[part];
	struct str url, piece;
	struct buf b;

	if (!str_is(p->type, "message/external-body") ||
	    !header_param(r->a, p->content_type, "url", &url))
		return;
	buf_init_arena(&b, r->a, url.n);
	while (str_next(&url, ' ', &piece))
		buf_add_str(&b, piece);
	find_bare(r, buf_str(&b), part);
}

static void
read_file(struct reader *r, uint32_t i, struct pdf *pdf)
{
	const struct part *p = &r->m->parts.at[i];

	pdf->part = i;
	if (pdf_is(p->bytes))
		pdf_links(pdf, r->a, p->bytes);
	/* its lines are left out of the text */
	if (p->is_inline_file && str_starts(p->body, STR("begin ")))
		read_apart(r, p->body, i);
	if (is_signpost(p))
		read_apart(r, p->bytes, i);
	read_external(r, i);
}

static void
read_around(struct reader *r, size_t unpacked)
{
	struct message *m = r->m;
	struct inflate_budget budget = inflate_budget(m->raw.n, unpacked);
	struct pdf pdf = { .out = &m->urls, .most = r->most,
		.budget = &budget };

	for (uint32_t i = 0; i < m->parts.n; i++) {
		const struct part *p = &m->parts.at[i];

		if (!p->has_two_types) /* or it is a text already */
			read_apart(r, p->preamble, i);
		read_apart(r, p->epilogue, i);
		if (p->is_leaf && p->is_attachment)
			read_file(r, i, &pdf);
		else if (p->is_leaf && p->encoding == ENCODING_BASE64)
			read_tail(r, i);
	}
	message_limit(m, LIMIT_UNPACKED, budget.is_over);
	message_limit(m, LIMIT_ENCRYPTED, budget.is_locked);
}

/* What other readings of it are worth. */
static unsigned
read_text_links(struct reader *r, struct text *t)
{
	size_t first = r->m->urls.n;

	if (t->is_html)
		return read_page(r, t);
	find_bare(r, t->visible, t->part);
	if (t->typed.n != 0)
		find_typed(r, overridden(r->a, t->typed), t->part, first);
	return 0;
}

/* A text that is read in a second charset has most links twice. */
static void
read_texts_links(struct reader *r)
{
	url_list *bares = &r->m->urls, *anchors = &r->anchors;
	size_t bare = 0, anchored = 0, n = r->m->texts.n;

	for (size_t i = 0; i < n; i++) {
		struct reading first = { .text = i, .more = r->m->texts.n,
			.bare = bares->n, .anchored = anchors->n };
		unsigned worth = read_text_links(r, &r->m->texts.at[i]);

		if (r->m->texts.at[i].is_again) {
			drop_known(bares, r->a, bare, first.bare);
			drop_known(anchors, r->a, anchored, first.anchored);
			first.bare = bare;
			first.anchored = anchored;
		}
		first.anchored_end = anchors->n;
		if ((worth & WORTH_UNHIDDEN) != 0)
			read_more(r, &first, true);
		if ((worth & WORTH_STRIPPED) != 0)
			read_more(r, &first, false);
		bare = first.bare;
		anchored = first.anchored;
	}
}

/* Behind the bare ones; most pages have none of those. */
static void
add_anchors(struct reader *r)
{
	url_list *urls = &r->m->urls;
	size_t n = r->most > urls->n ? r->most - urls->n : 0;

	if (r->anchors.n < n)
		n = r->anchors.n;
	if (urls->n == 0 && n == r->anchors.n) {
		*urls = r->anchors;
		return;
	}
	VEC_ROOM(r->a, urls, n);
	for (size_t i = 0; i < n; i++)
		*VEC_ADD(r->a, urls) = r->anchors.at[i];
}

void
links_read(struct message *m, struct arena *a,
    const struct message_limits *limits)
{
	struct reader r = { .m = m, .a = a, .most = limits->urls };
	const struct subject *subject;
	size_t outer;

	VEC_EACH(subject, &m->subjects)
		find_bare(&r, subject->text, PART_NONE);
	read_texts_links(&r);
	add_anchors(&r);
	read_around(&r, limits->unpacked);
	outer = m->urls.n;
	for (size_t i = 0; i < outer; i++)
		message_limit(m, LIMIT_URLS, urls_unwrap(&m->urls, a,
		    (uint32_t)i, limits->urls) ||
		    m->urls.at[i].raw.n > URL_READ_MOST);
	message_limit(m, LIMIT_URLS, m->urls.n >= limits->urls);
}
