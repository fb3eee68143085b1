/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a warning leaves its reader to act on.  A lure needs something: a
 * link, a form, a file, a number, a mailbox, a wallet.  Whoever only warns
 * needs none, or a link to the brand or to those who collect reports.  All
 * doubts are decided against the mail: then it is scored as any other.
 */
#include "rule/quote.h"

#include "base/arena.h"
#include "base/vec.h"
#include "mail/fold.h"
#include "mail/host.h"
#include "mail/message.h"
#include "rule/brandindex.h"
#include "rule/sharedname.h"

enum { TEXT_MOST = 128 * 1024, VALUE_MOST = 48 };

/* Whoever writes below these was let in by a government, or is one name. */
static const char *const institutions[] = { "go.jp", "lg.jp", "gov",
	"antiphishing.jp", "jpcert.or.jp", "jc3.or.jp" };

/* Ways to be reached that need no link; folded. */
static const char *const asks[] = {
	"bitcoin", "btc", "ビットコイン", "仮想通貨", "暗号資産", "telegram",
	"whatsapp", "wechat", "line id", "友だち追加", "友達追加", "振込先",
	"置き換え", "置換", "貼り付け", "コピー", "copy and", "paste",
	"replace", "qr",
};

/* Of a page: what could do more than a link whose address was read. */
static const char *const devices[] = {
	"<form", "<input", "<button", "<textarea", "<script", "<iframe",
	"<frame", "<object", "<embed", "<svg", "<math", "<area", "<base",
	"mailto:", "tel:", "sms:", "cid:", "data:", "javascript:",
};

static bool
has_any(struct str text, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_case_find_str(text, str_of(words[i])) < text.n)
			return true;
	return false;
}

static bool
is_rented(enum shared_kind kind)
{
	return kind == SHARED_PAGES || kind == SHARED_SHORTENER ||
	    kind == SHARED_CLICKS;
}

/* An official name of some brand, none below which strangers write. */
static bool
is_official(const struct brand_index *index, struct str host)
{
	const struct brand_domain *d;
	struct str name = { 0 };
	bool is_own = false;

	while (brand_index_up(host, &name)) {
		if (is_rented(shared_kind(name)))
			return false;
		for (d = brand_index_domain(index, name); d != NULL;
		    d = brand_index_next(index, d))
			is_own |= d->realm == REALM_OFFICIAL;
	}
	return is_own && brand_index_owns(index, host);
}

static bool
is_trusted(const struct brand_index *index, struct str host)
{
	for (size_t i = 0; i < nitems(institutions); i++)
		if (host_is_below(host, str_of(institutions[i])))
			return true;
	return is_official(index, host);
}

static bool
is_host_byte(char c)
{
	return ascii_is_alnum(c) || c == '.' || c == '-';
}

/* "hxxp://" in front of a host: nothing links it. */
static bool
is_behind_mask(struct str text, size_t at)
{
	struct str front = str_head(text, at);

	return str_ends(front, STR("hxxp://")) ||
	    str_ends(front, STR("hxxps://"));
}

/* "楽天.com"; of masks, none of which is a letter, nothing is linked. */
static bool
is_behind_letter(struct str text, size_t at)
{
	unsigned char lead;

	if (at < 3 || str_ends(str_head(text, at), STR("〇")))
		return false;
	lead = (unsigned char)text.p[at - 3];
	return text.p[at] == '.' && lead >= 0xe3 && lead < 0xf0 &&
	    ((unsigned char)text.p[at - 1] & 0xc0) == 0x80;
}

static struct str
trim_dots(struct str s)
{
	while (s.n != 0 && !ascii_is_alnum(s.p[0]))
		s = str_from(s, 1);
	while (s.n != 0 && !ascii_is_alnum(s.p[s.n - 1]))
		s.n--;
	return s;
}

/*
 * A name that a mail program may make a link of, or a mailbox: also where the
 * reader of links saw none.  What masks cut to pieces is none.
 */
static bool
shows_host(const struct brand_index *index, struct str text)
{
	for (size_t at = 0; at < text.n; at++) {
		size_t begin = at;
		struct str name;

		while (at < text.n && is_host_byte(text.p[at]))
			at++;
		if (at == begin || is_behind_mask(text, begin))
			continue;
		name = trim_dots(str_head(
		    str_from(text, begin), at - begin));
		if (str_find(name, '.') < name.n &&
		    host_has_known_suffix(name) &&
		    !is_trusted(index, name))
			return true;
		if (is_behind_letter(text, begin) && host_is_suffix(name))
			return true;
	}
	return false;
}

/* "Reply": unless it is told not to. */
static bool
asks_for_answer(struct str text)
{
	static const struct str ja = STR_INIT("返信"), en = STR_INIT("reply");
	size_t at;

	for (struct str s = text; (at = str_find_str(s, ja)) < s.n;) {
		s = str_from(s, at + ja.n);
		if (!str_starts(s, STR("しないで")) &&
		    !str_starts(s, STR("しないよう")))
			return true;
	}
	for (struct str s = text; (at = str_find_str(s, en)) < s.n;) {
		struct str front = str_head(s, at);

		s = str_from(s, at + en.n);
		if (!str_ends(front, STR("do not ")) &&
		    !str_ends(front, STR("don't ")) &&
		    !str_ends(front, STR("never ")))
			return true;
	}
	return false;
}

/* Every target is written out, and so was read as a link. */
static bool
has_odd_target(struct str html)
{
	size_t at;

	while ((at = str_case_find_str(html, STR("href"))) < html.n) {
		struct str s = str_trim(str_head(str_from(html, at + 4),
		    VALUE_MOST));

		html = str_from(html, at + 4);
		if (!str_skip(&s, STR("=")))
			return true;
		s = str_trim(s);
		if (!str_skip(&s, STR("\"")))
			str_skip(&s, STR("'"));
		if (!str_case_starts(s, STR("http://")) &&
		    !str_case_starts(s, STR("https://")))
			return true;
	}
	return false;
}

static bool
is_idle_text(const struct text *t, const struct brand_index *index,
    struct arena *a)
{
	struct str text;

	if (t->visible.n > TEXT_MOST)
		return false;
	if (t->is_html && (has_any(t->utf8, devices, nitems(devices)) ||
	    has_odd_target(t->utf8)))
		return false;
	text = fold(a, t->visible).text;
	return !has_any(text, asks, nitems(asks)) && !asks_for_answer(text) &&
	    !shows_host(index, text);
}

/* Texts and what holds them together; no file, no picture, no mail. */
static bool
has_files(const struct message *m)
{
	const struct part *p;
	const struct text *t;
	size_t leaves = 0, texts = 0;

	VEC_EACH(p, &m->parts) {
		if (p->name.n != 0 || str_is(p->disposition, "attachment"))
			return true;
		if (!p->is_leaf && !str_starts(p->type, STR("multipart/")))
			return true;
		leaves += p->is_leaf;
	}
	VEC_EACH(t, &m->texts)
		texts += !t->is_stripped;
	return leaves != texts;
}

static bool
leads_answers_away(const struct message *m)
{
	const struct address *to;

	if (m->from.n != 1)
		return true;
	VEC_EACH(to, &m->reply_to)
		if (!str_eq(to->domain, m->from.at[0].domain))
			return true;
	return false;
}

static bool
is_idle_url(const struct url *u, const struct brand_index *index)
{
	switch (u->source) {
	case URL_TEXT:
	case URL_A:
	case URL_IMAGE:
	case URL_BACKGROUND:
	case URL_NESTED:
		return is_trusted(index, u->host);
	default:
		return false;
	}
}

bool
quote_is_idle(const struct message *m, const struct brand_index *index,
    struct arena *a)
{
	const struct url *u;

	if (m->limits != 0 || m->is_damaged || has_files(m) ||
	    leads_answers_away(m))
		return false;
	VEC_EACH(u, &m->urls)
		if (!is_idle_url(u, index))
			return false;
	for (size_t i = 0; i < m->texts.n; i++)
		if (!is_idle_text(&m->texts.at[i], index, a))
			return false;
	return true;
}
