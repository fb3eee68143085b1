/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reports about phishing told from phishing.  Words are counted by kind in
 * the folded visible text; several kinds have to be there, the fraud has to
 * be named in different places, and before the first address that could be
 * clicked.  A lure with a warning at its foot has none of that.  Nor is text
 * a report that mark-up hides from the eye.
 */
#include "rule/quote.h"

#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "mail/fold.h"
#include "mail/message.h"
#include "mail/url.h"

enum {
	TEXT_MOST = 128 * 1024, /* bytes of a text that are read */
	TEXTS_MOST = 16,
	SHORT_TEXT = 400,       /* bytes; no report is that short */
	WORDS_MOST = 8,         /* of one term that are counted */
	THIRDS = 3,
	OUTER_MOST = 8,

	FRAUD_LEAST = 4,        /* words in all, and different ones */
	FRAUD_KINDS = 2,
	PLACES_LEAST = 2,       /* thirds of the text they stand in */
	HEADINGS_LEAST = 3,
	ANALYSIS_LEAST = 4,
	WARNINGS_LEAST = 2,
	MASKS_LEAST = 2,
	META_LEAST = 3,
	SAMPLES_LEAST = 3,
	MARKS_LEAST = 3,        /* beside the fraud */
	AHEAD_LEAST = 2,        /* different words of each, before a link */

	VALUE_MOST = 48         /* bytes of a style's value that are read */
};

struct term {
	const char *text; /* folded */
	enum quote_mark mark;
};

static const struct term terms[] = {
	{ "詐欺", QUOTE_FRAUD },
	{ "フィッシング", QUOTE_FRAUD },
	{ "偽", QUOTE_FRAUD },
	{ "騙", QUOTE_FRAUD },
	{ "をかたる", QUOTE_FRAUD },
	{ "装った", QUOTE_FRAUD },
	{ "なりすまし", QUOTE_FRAUD },
	{ "悪意", QUOTE_FRAUD },
	{ "不正取得", QUOTE_FRAUD },
	{ "盗み", QUOTE_FRAUD },
	{ "乗っ取", QUOTE_FRAUD },
	{ "攻撃者", QUOTE_FRAUD },
	{ "phish", QUOTE_FRAUD },
	{ "scam", QUOTE_FRAUD },
	{ "fraud", QUOTE_FRAUD },
	{ "malicious", QUOTE_FRAUD },
	{ "spoof", QUOTE_FRAUD },
	{ "impersonat", QUOTE_FRAUD },
	{ "fake ", QUOTE_FRAUD },
	{ "lookalike", QUOTE_FRAUD },
	{ "attacker", QUOTE_FRAUD },
	{ "threat actor", QUOTE_FRAUD },
	{ "steal", QUOTE_FRAUD },
	{ "credential harvest", QUOTE_FRAUD },

	{ "件名", QUOTE_HEADINGS },
	{ "差出人", QUOTE_HEADINGS },
	{ "送信者", QUOTE_HEADINGS },
	{ "送信元", QUOTE_HEADINGS },
	{ "受信日時", QUOTE_HEADINGS },
	{ "本文", QUOTE_HEADINGS },
	{ "リンク先", QUOTE_HEADINGS },
	{ "誘導先", QUOTE_HEADINGS },
	{ "subject:", QUOTE_HEADINGS },
	{ "subject line", QUOTE_HEADINGS },
	{ "from:", QUOTE_HEADINGS },
	{ "sender", QUOTE_HEADINGS },
	{ "display name", QUOTE_HEADINGS },
	{ "reply-to", QUOTE_HEADINGS },
	{ "landing page", QUOTE_HEADINGS },
	{ "url:", QUOTE_HEADINGS },
	{ "urls", QUOTE_HEADINGS },

	{ "received", QUOTE_ANALYSIS },
	{ "return-path", QUOTE_ANALYSIS },
	{ "ipアドレス", QUOTE_ANALYSIS },
	{ "ip address", QUOTE_ANALYSIS },
	{ "ヘッダ", QUOTE_ANALYSIS },
	{ "header", QUOTE_ANALYSIS },
	{ "whois", QUOTE_ANALYSIS },
	{ "ドメイン登録", QUOTE_ANALYSIS },
	{ "登録日", QUOTE_ANALYSIS },
	{ "取得した", QUOTE_ANALYSIS },
	{ "ホスティング", QUOTE_ANALYSIS },
	{ "逆引き", QUOTE_ANALYSIS },
	{ "ホスト名", QUOTE_ANALYSIS },
	{ "解析", QUOTE_ANALYSIS },
	{ "調査", QUOTE_ANALYSIS },
	{ "調べ", QUOTE_ANALYSIS },
	{ "国名", QUOTE_ANALYSIS },
	{ "所在地", QUOTE_ANALYSIS },
	{ "住所検索", QUOTE_ANALYSIS },
	{ "透明性レポート", QUOTE_ANALYSIS },
	{ "ディレクトリ", QUOTE_ANALYSIS },
	{ "送信ドメイン認証", QUOTE_ANALYSIS },
	{ "helo", QUOTE_ANALYSIS },
	{ "dmarc", QUOTE_ANALYSIS },
	{ "dkim", QUOTE_ANALYSIS },
	{ "registrar", QUOTE_ANALYSIS },
	{ "registered", QUOTE_ANALYSIS },
	{ "hosted", QUOTE_ANALYSIS },
	{ "hosting", QUOTE_ANALYSIS },
	{ "indicator", QUOTE_ANALYSIS },
	{ "iocs", QUOTE_ANALYSIS },
	{ "sha256", QUOTE_ANALYSIS },
	{ "sha-256", QUOTE_ANALYSIS },
	{ "resolves to", QUOTE_ANALYSIS },
	{ "name server", QUOTE_ANALYSIS },
	{ "nameserver", QUOTE_ANALYSIS },
	{ "autonomous system", QUOTE_ANALYSIS },
	{ "tlp:", QUOTE_ANALYSIS },
	{ "analysis", QUOTE_ANALYSIS },

	{ "注意喚起", QUOTE_WARNING },
	{ "ご注意", QUOTE_WARNING },
	{ "注意して", QUOTE_WARNING },
	{ "クリックしない", QUOTE_WARNING },
	{ "クリックせず", QUOTE_WARNING },
	{ "アクセスされない", QUOTE_WARNING },
	{ "アクセスしない", QUOTE_WARNING },
	{ "入力しない", QUOTE_WARNING },
	{ "何も入力せず", QUOTE_WARNING },
	{ "不審な", QUOTE_WARNING },
	{ "怪しい", QUOTE_WARNING },
	{ "被害", QUOTE_WARNING },
	{ "警告", QUOTE_WARNING },
	{ "do not click", QUOTE_WARNING },
	{ "don't click", QUOTE_WARNING },
	{ "beware", QUOTE_WARNING },
	{ "advisory", QUOTE_WARNING },
	{ "warning", QUOTE_WARNING },
	{ "alert", QUOTE_WARNING },
	{ "block ", QUOTE_WARNING },
	{ "report it", QUOTE_WARNING },
	{ "delete ", QUOTE_WARNING },

	{ "hxxp", QUOTE_MASKS },
	{ "[.]", QUOTE_MASKS },
	{ "(.)", QUOTE_MASKS },
	{ "[dot]", QUOTE_MASKS },
	{ "(dot)", QUOTE_MASKS },
	{ "[@]", QUOTE_MASKS },
	{ "[at]", QUOTE_MASKS },
	{ "[:]", QUOTE_MASKS },
	{ "{.}", QUOTE_MASKS },
	{ "h**p", QUOTE_MASKS },
	{ "[ドット]", QUOTE_MASKS },
	{ "(ドット)", QUOTE_MASKS },
	{ "[アットマーク]", QUOTE_MASKS },
	{ "[伏字]", QUOTE_MASKS },
	{ "伏せ字", QUOTE_MASKS },

	{ "再現", QUOTE_META },
	{ "手口", QUOTE_META },
	{ "事例", QUOTE_META },
	{ "誘導", QUOTE_META },
	{ "メールの例", QUOTE_META },
	{ "抜粋", QUOTE_META },
	{ "レポート", QUOTE_META },
	{ "このメールは", QUOTE_META },
	{ "という結果", QUOTE_META },
	{ "本物そっくり", QUOTE_META },
	{ "確認されて", QUOTE_META },
	{ "報告され", QUOTE_META },
	{ "campaign", QUOTE_META },
	{ "victim", QUOTE_META },
	{ "lure", QUOTE_META },
	{ "purport", QUOTE_META },
	{ "claims to be", QUOTE_META },
	{ "pretend", QUOTE_META },
	{ "observed", QUOTE_META },
	{ "targeting", QUOTE_META },
	{ "we have seen", QUOTE_META },
};

/* Which neighbours stand in a text, and a few that do not: most words are
 * told to be in none of it without another look. */
enum { PAIRS = 4096 };

struct pairs {
	bool has[PAIRS];
};

/* What was counted in one text. */
struct tally {
	const struct pairs *pairs;
	unsigned total[QUOTE_MARKS];
	unsigned distinct[QUOTE_MARKS];
	unsigned subjects;      /* headings of samples */
	unsigned thirds;        /* bits: where the fraud is named */
	unsigned fraud_ahead;   /* different words before the first address */
	unsigned marks_ahead;   /* and of the other kinds */
	size_t first_fraud;
	size_t first_url;
};

static size_t
pair_at(const char *p)
{
	return ((size_t)(unsigned char)p[0] << 4 ^ (unsigned char)p[1]) &
	    (PAIRS - 1);
}

static void
pairs_of(struct pairs *pairs, struct str text)
{
	*pairs = (struct pairs){ 0 };
	for (size_t i = 0; i + 1 < text.n; i++)
		pairs->has[pair_at(text.p + i)] = true;
}

static bool
may_hold(const struct pairs *pairs, struct str word)
{
	for (size_t i = 0; i + 1 < word.n; i++)
		if (!pairs->has[pair_at(word.p + i)])
			return false;
	return true;
}

static void
count_term(struct tally *t, struct str text, const struct term *term)
{
	struct str word = str_of(term->text);
	unsigned n = 0;

	if (!may_hold(t->pairs, word))
		return;
	for (size_t at = 0; n < WORDS_MOST; at += word.n) {
		at += str_find_str(str_from(text, at), word);
		if (at >= text.n)
			break;
		if (n++ == 0 && at < t->first_url)
			*(term->mark == QUOTE_FRAUD ? &t->fraud_ahead :
			    &t->marks_ahead) += 1;
		if (term->mark != QUOTE_FRAUD)
			continue;
		t->thirds |= 1u << (at * THIRDS / text.n);
		if (at < t->first_fraud)
			t->first_fraud = at;
	}
	t->total[term->mark] += n;
	t->distinct[term->mark] += n != 0;
	if (term->mark == QUOTE_HEADINGS &&
	    (str_is(word, "件名") || str_is(word, "subject:")))
		t->subjects += n;
}

static void
count_terms(struct tally *t, struct str text, bool is_fraud)
{
	for (size_t i = 0; i < nitems(terms); i++)
		if ((terms[i].mark == QUOTE_FRAUD) == is_fraud)
			count_term(t, text, &terms[i]);
}

/* Some of the characters rule lines and lists as well. */
static const struct mask {
	struct str text;
	const char *beside; /* bytes of an address it masks a piece of */
} mask_marks[] = {
	{ STR_INIT("*"), "./@=<-" }, { STR_INIT("○"), "./@=<-" },
	{ STR_INIT("●"), "./@=<-" }, { STR_INIT("◯"), "./@=<-" },
	{ STR_INIT("■"), "./@" }, { STR_INIT("□"), "./@" },
	{ STR_INIT("×"), "./@" }, { STR_INIT("〇"), "./@" },
};

/* The mask character at the front, or NULL. */
static const struct mask *
mask_at(struct str s)
{
	if (s.n == 0 || (s.p[0] != '*' && (signed char)s.p[0] >= 0))
		return NULL;
	for (size_t i = 0; i < nitems(mask_marks); i++)
		if (str_starts(s, mask_marks[i].text))
			return &mask_marks[i];
	return NULL;
}

static bool
is_beside(const struct mask *mask, struct str text, size_t at)
{
	return at < text.n && text.p[at] != '\0' &&
	    strchr(mask->beside, text.p[at]) != NULL;
}

/* Runs of two and more mask characters inside an address: "****.com". */
static void
count_masks(struct tally *t, struct str text)
{
	size_t at = 0;

	while (at < text.n && t->total[QUOTE_MASKS] < WORDS_MOST) {
		const struct mask *mask, *last = NULL;
		size_t begin = at, n = 0;

		while ((mask = mask_at(str_from(text, at))) != NULL) {
			at += mask->text.n;
			last = mask;
			n++;
		}
		if (n == 0) {
			at++;
			continue;
		}
		if (n >= 2 && ((begin > 0 && is_beside(last, text,
		    begin - 1)) || is_beside(last, text, at)))
			t->total[QUOTE_MASKS]++;
	}
}

static size_t
first_url(struct str text)
{
	size_t http = str_find_str(text, STR("http"));
	size_t www = str_find_str(text, STR("www."));

	return http < www ? http : www;
}

/* Is the fraud named often enough, and in different places?  Of most texts no,
 * and then nothing else has to be counted. */
static bool
names_fraud(const struct tally *t)
{
	unsigned places = 0;

	for (unsigned i = 0; i < THIRDS; i++)
		places += t->thirds >> i & 1;
	return t->total[QUOTE_FRAUD] >= FRAUD_LEAST &&
	    t->distinct[QUOTE_FRAUD] >= FRAUD_KINDS &&
	    places >= PLACES_LEAST;
}

/* The bits of what is there often enough; 0 unless it is a report. */
static uint32_t
weigh(const struct tally *t)
{
	uint32_t bits = 1u << QUOTE_FRAUD;
	unsigned marks = 0;
	const struct {
		enum quote_mark mark;
		bool is_there;
	} found[] = {
		{ QUOTE_HEADINGS,
		    t->distinct[QUOTE_HEADINGS] >= HEADINGS_LEAST },
		{ QUOTE_ANALYSIS,
		    t->distinct[QUOTE_ANALYSIS] >= ANALYSIS_LEAST },
		{ QUOTE_WARNING,
		    t->distinct[QUOTE_WARNING] >= WARNINGS_LEAST },
		{ QUOTE_MASKS, t->total[QUOTE_MASKS] >= MASKS_LEAST },
		{ QUOTE_SAMPLES, t->subjects >= SAMPLES_LEAST },
		{ QUOTE_META, t->distinct[QUOTE_META] >= META_LEAST },
	};

	for (size_t i = 0; i < nitems(found); i++) {
		marks += found[i].is_there;
		if (found[i].is_there)
			bits |= 1u << found[i].mark;
	}
	if (!names_fraud(t) || marks < MARKS_LEAST ||
	    t->first_url < t->first_fraud ||
	    t->fraud_ahead < AHEAD_LEAST || t->marks_ahead < AHEAD_LEAST)
		return 0;
	/* What a warning at the foot of a lure never has. */
	if (!(bits & (1u << QUOTE_ANALYSIS | 1u << QUOTE_MASKS |
	    1u << QUOTE_SAMPLES)))
		return 0;
	return bits;
}

/* Of most texts that warn of fraud, at their foot, nothing is masked. */
static uint32_t
notice_of(const struct tally *t, struct str text, bool is_live)
{
	static const char *const runs[] = { "**", "●●", "○○", "◯◯", "■■",
		"□□", "××", "〇〇" };
	struct tally masks = { .pairs = t->pairs, .first_url = t->first_url };
	bool has_runs = false;

	for (size_t i = 0; i < nitems(terms); i++)
		if (terms[i].mark == QUOTE_MASKS)
			count_term(&masks, text, &terms[i]);
	for (size_t i = 0; i < nitems(runs) && !has_runs; i++)
		has_runs = may_hold(t->pairs, str_of(runs[i])) &&
		    str_find_str(text, str_of(runs[i])) < text.n;
	if (has_runs)
		count_masks(&masks, text);
	return quote_is_notice(text, t->first_fraud == 0 ? text.n :
	    t->first_url, masks.total[QUOTE_MASKS], is_live) ?
	    1u << QUOTE_NOTICE : 0;
}

static uint32_t
marks_of(struct arena *a, struct str subject, struct str visible,
    bool is_live)
{
	struct str text = utf8_head(visible, TEXT_MOST);
	struct pairs pairs;
	struct tally t = { .pairs = &pairs, .first_fraud = SIZE_MAX };
	uint32_t bits;

	if (!quote_has_hint(text))
		return 0;
	text = fold(a, text).text;
	if (text.n == 0)
		return 0;
	pairs_of(&pairs, text);
	t.first_url = first_url(text);
	count_terms(&t, text, true);
	if (quote_has_hint(subject))
		t.first_fraud = 0;
	if (!names_fraud(&t))
		return notice_of(&t, text, is_live);
	count_terms(&t, text, false);
	count_masks(&t, text);
	bits = weigh(&t);
	return bits != 0 ? bits : notice_of(&t, text, is_live);
}

/* The value behind the name of a style or of an attribute. */
static struct str
style_value(struct str s)
{
	s = str_trim(str_head(s, VALUE_MOST));
	if (!str_skip(&s, STR(":")))
		str_skip(&s, STR("="));
	s = str_trim(s);
	if (!str_skip(&s, STR("\"")))
		str_skip(&s, STR("'"));
	return str_trim(s);
}

/* "rgba(1, 2, 3, 0)": the last of four numbers is nothing, or nearly so. */
static bool
is_clear(struct str value)
{
	struct str last = str_head(value, str_find(value, ')'));

	if (!str_case_starts(value, STR("rgba(")) &&
	    !str_case_starts(value, STR("hsla(")))
		return false;
	last = str_trim(str_from(last, str_find_last(last, ',') + 1));
	return str_starts(last, STR("0")) || str_starts(last, STR("."));
}

static bool
is_pale(struct str value)
{
	static const char *const pale[] = { "white", "#f", "transparent",
		"rgb(25", "rgb(24", "ivory", "snow", "ghostwhite" };

	for (size_t i = 0; i < nitems(pale); i++)
		if (str_case_starts(value, str_of(pale[i])))
			return true;
	return is_clear(value);
}

/*
 * Could mark-up hide text that htmlstyle.c takes for visible?  The words of a
 * report, white on white around a lure, would make it one.  What is asked
 * here is not whether it does: a page that may gets no excuse.
 */
static bool
may_veil(struct str html)
{
	static const char *const tricks[] = { "text-indent:-", "left:-",
		"top:-", "clip:", "clip-path:", "scale(", "zoom:" };
	struct str rest = html;
	size_t at;

	for (size_t i = 0; i < nitems(tricks); i++)
		if (str_case_find_str(html, str_of(tricks[i])) < html.n)
			return true;
	while ((at = str_case_find_str(rest, STR("color"))) < rest.n) {
		bool is_ground = at > 0 && (rest.p[at - 1] == '-' ||
		    ascii_is_alnum(rest.p[at - 1]));

		rest = str_from(rest, at + 5);
		if (!is_ground && is_pale(style_value(rest)))
			return true;
	}
	rest = str_from(html, str_case_find_str(html, STR("<style")));
	rest = str_head(rest, str_case_find_str(rest, STR("</style")));
	return str_case_find_str(rest, STR("none")) < rest.n ||
	    str_case_find_str(rest, STR("hidden")) < rest.n;
}

/* A few words that show no address: no report, whatever they say. */
static bool
is_short(struct str visible)
{
	static const char *const shown[] = { "hxxp", "h**p", "[.]", "[:]",
		"{.}" };

	if (visible.n >= SHORT_TEXT || first_url(visible) < visible.n)
		return false;
	for (size_t i = 0; i < nitems(shown); i++)
		if (str_find_str(visible, str_of(shown[i])) < visible.n)
			return false;
	return true;
}

static bool
has_links(const struct message *m, const struct text *t)
{
	const struct url *u;

	VEC_EACH(u, &m->urls)
		if (u->part == t->part && !url_source_is_loaded(u->source))
			return true;
	return false;
}

/*
 * Each text has to be a report: a lure with the report beside it, in the
 * other alternative, is none.  A few words without an address are let pass.
 */
uint32_t
quote_marks(const struct message *m, struct arena *a)
{
	uint32_t all = 0;

	if (m->texts.n > TEXTS_MOST)
		return 0;
	for (size_t i = 0; i < m->texts.n; i++) {
		struct str visible = m->texts.at[i].visible;
		uint32_t marks;

		if (is_short(visible) && !has_links(m, &m->texts.at[i]))
			continue;
		if (is_short(visible))
			return 0;
		marks = quote_is_answer(m, &m->texts.at[i], a) ?
		    1u << QUOTE_ANSWER : marks_of(a, m->subject, visible,
		    has_links(m, &m->texts.at[i]));
		if (marks == 0 || (m->texts.at[i].is_html &&
		    may_veil(m->texts.at[i].utf8)))
			return 0;
		all |= marks;
	}
	return all;
}

bool
quote_is_report(const struct message *m, struct arena *a, struct str *why)
{
	static const char *const names[QUOTE_MARKS] = {
		"fraud", "headings", "analysis", "warning", "masks",
		"samples", "meta", "answer"
	};
	uint32_t marks = quote_marks(m, a);
	struct str found[QUOTE_MARKS];
	size_t n = 0;

	for (unsigned i = 0; i < QUOTE_MARKS; i++)
		if (marks >> i & 1)
			found[n++] = str_of(names[i]);
	*why = str_join(a, found, n, STR(", "));
	return quote_marks_report(marks);
}

bool
quote_marks_report(uint32_t marks)
{
	return marks != 0 && (marks & 1u << QUOTE_NOTICE) == 0;
}

bool
quote_shows_itself(const struct url *u)
{
	struct str text = str_trim(u->text);

	if (u->host.n == 0)
		return false;
	if (!str_case_skip(&text, STR("https://")))
		str_case_skip(&text, STR("http://"));
	if (!str_case_starts(u->host, STR("www.")))
		str_case_skip(&text, STR("www."));
	if (!str_case_skip(&text, u->host))
		return false;
	return text.n == 0 || text.p[0] == '/' || text.p[0] == '?' ||
	    text.p[0] == ':';
}

bool
quote_covers(const struct message *m, uint32_t url)
{
	for (unsigned n = 0; n < OUTER_MOST; n++) {
		uint32_t outer = m->urls.at[url].outer;

		if (outer >= m->urls.n || outer == url)
			break;
		url = outer;
	}
	switch (m->urls.at[url].source) {
	case URL_TEXT:
	case URL_IMAGE:
	case URL_SVG:
	case URL_BACKGROUND:
	case URL_LINK:
		return true;
	case URL_A:
	case URL_AREA:
		return quote_shows_itself(&m->urls.at[url]);
	default:
		return false;
	}
}
