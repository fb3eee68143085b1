/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A help desk that answers "this is a fraud, do not click" above the mail it
 * was asked about.  Quotation alone excuses nothing, since a lure can be put
 * behind ">" or below the headings of a forwarded mail as easily: somebody
 * has to say, above it, what it is and what not to do, and what is quoted
 * must not be live: no anchor that hides where it leads.
 */
#include "rule/quote.h"

#include "base/utf8.h"
#include "mail/fold.h"
#include "mail/message.h"
#include "mail/url.h"

enum {
	HEAD_MOST = 4096,  /* bytes of an answer */
	QUOTED_LEAST = 60  /* and of what it quotes */
};

/* All folded, as what they are looked for in. */
static const char *const frauds[] = {
	"詐欺です", "詐欺メールです", "詐欺サイトです", "フィッシングです",
	"フィッシングメールです", "フィッシング詐欺です",
	"フィッシング詐欺メールです", "フィッシングサイトです",
	"偽メールです", "偽物です", "偽のメールです", "偽サイトです",
	"なりすましメールです", "なりすましです", "不審なメールです",
	"迷惑メールです", "フィッシングと判断", "フィッシングメールと判断",
	"詐欺と判断", "詐欺メールと判断", "フィッシングメールと思われ",
	"詐欺メールと思われ", "フィッシングと思われ",
	"フィッシングメールの可能性", "詐欺メールの可能性",
	"からのメールではありません", "からのものではありません",
	"本物ではありません", "を騙るメール", "をかたるメール",
	"を装ったメール", "を騙った", "を装った詐欺", "をかたる詐欺",
	"is phishing", "is a phish", "was phishing", "was a phish",
	"is indeed phish", "is indeed a phish", "is a scam", "was a scam",
	"is fraudulent", "is a fraud", "is fake", "is a fake",
	"is spoofed", "is malicious", "is not legitimate",
	"is not genuine", "is not from us", "is a known phish",
	"confirmed phish", "is a malicious",
};

/* Which mail is meant: the one below. */
static const char *const pointers[] = {
	"このメール", "こちらのメール", "下記", "以下", "当該", "転送いただ",
	"ご報告", "お問い合わせ", "お問合せ", "ご連絡", "ご質問", "ご転送",
	"これは", "こちらは", "それは", "いただいたメール", "届いたメール",
	"this ", "that ", "the mail", "the email", "the e-mail",
	"the message", "below", "you received", "you reported",
	"you forwarded", "it is", "it was", "it's",
};

/* And not any other. */
static const char *const others[] = {
	"以外", "他の", "他社", "ほかの", "別の", "other", "except",
	"different", "unlike",
};

static const char *const advice[] = {
	"クリックしない", "クリックせず", "開かない", "開かずに",
	"アクセスしない", "アクセスせず", "入力しない", "入力せず",
	"返信しない", "返信せず", "削除", "破棄", "無視",
	"do not click", "don't click", "do not open", "don't open",
	"do not respond", "do not reply", "don't reply", "do not enter",
	"do not follow", "delete it", "delete this", "delete the",
	"please delete", "ignore it", "ignore this", "please ignore",
};

static bool
has_any(struct str text, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_find_str(text, str_of(words[i])) < text.n)
			return true;
	return false;
}

/* To the stop that ends it, or to the end. */
static struct str
take_sentence(struct str *s)
{
	struct str whole = *s;
	size_t n = str_find_str(whole, STR("。"));
	size_t stop = str_find_any(str_head(whole, n), '.', '!', '?');

	n = stop < n ? stop : n;
	*s = str_from(whole, n + 1);
	return str_head(whole, n);
}

static bool
names_it(struct str text)
{
	while (text.n != 0) {
		struct str sentence = take_sentence(&text);

		if (has_any(sentence, frauds, nitems(frauds)) &&
		    has_any(sentence, pointers, nitems(pointers)) &&
		    !has_any(sentence, others, nitems(others)))
			return true;
	}
	return false;
}

static bool
is_in_quoted(const struct text *t, uint32_t offset)
{
	const struct quoted *q;

	VEC_EACH(q, &t->quoted)
		if (offset >= q->begin && offset < q->end)
			return true;
	return false;
}

/* The site of those who answer, in their signature. */
static bool
is_own(const struct message *m, const struct url *u)
{
	return m->from.n != 0 && u->registrable.n != 0 &&
	    str_eq(host_registrable(m->from.at[0].domain), u->registrable);
}

static bool
is_dead(const struct message *m, const struct text *t, const struct url *u)
{
	if (u->part != t->part || u->outer != URL_NONE ||
	    url_source_is_loaded(u->source) || is_own(m, u))
		return true;
	if (u->source == URL_TEXT)
		return is_in_quoted(t, u->offset);
	return (u->source == URL_A || u->source == URL_AREA) &&
	    quote_shows_itself(u);
}

bool
quote_is_answer(const struct message *m, const struct text *t,
    struct arena *a)
{
	const struct quoted *q;
	const struct url *u;
	size_t quoted = 0;
	struct str head;

	if (t->quoted.n == 0 || t->quoted.at[0].begin > HEAD_MOST)
		return false;
	VEC_EACH(q, &t->quoted)
		quoted += q->end - q->begin;
	if (quoted < QUOTED_LEAST)
		return false;
	head = fold(a, str_head(t->visible, t->quoted.at[0].begin)).text;
	if (!has_any(head, advice, nitems(advice)) || !names_it(head))
		return false;
	VEC_EACH(u, &m->urls)
		if (!is_dead(m, t, u))
			return false;
	return true;
}
