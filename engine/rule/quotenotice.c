/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Short warnings: what an IT desk, a bank or a council writes of a lure that
 * goes around.  They analyse nothing and may show one sample, so they are no
 * reports; but they speak of the fraud as somebody else's, and the addresses
 * in them are masked or defanged.  A lure can say as much in two lines of its
 * own, so being a warning excuses nothing; only that there is nothing to act
 * on does (quoteact.c).
 */
#include "rule/quote.h"

#include "base/vec.h"

enum { STATEMENTS_LEAST = 2, MASKS_LEAST = 2 };

/* Of mails and sites that others send and make; all folded. */
static const char *const statements[] = {
	"を騙", "をかた", "を装", "と偽", "を名乗", "になりすま",
	"偽メール", "偽のメール", "偽サイト", "偽の", "詐欺メール",
	"詐欺サイト", "フィッシングメール", "フィッシングサイト",
	"フィッシング詐欺", "フィッシングの報告", "フィッシングによる",
	"不審なメール", "不審メール", "盗み", "盗まれ", "窃取", "詐取",
	"phishing mail", "phishing email", "phishing e-mail",
	"phishing message", "phishing site", "phishing page",
	"phishing campaign", "phishing attempt", "phishing kit",
	"phishing alert", "phishing link", "impersonat", "pretend",
	"claims to be", "claiming to be", "scammers", "attackers",
	"criminals", "fake ", "fraudulent", "steals", "lookalike",
};

static const char *const advice[] = {
	"注意", "クリックし", "クリックせ", "開かな", "開かず", "アクセスし",
	"アクセスせ", "入力しな", "入力せ", "削除", "破棄", "無視",
	"do not ", "don't ", "never ", "delete", "ignore", "beware",
	"warning", "alert",
};

static bool
has_advice(struct str text)
{
	for (size_t i = 0; i < nitems(advice); i++)
		if (str_find_str(text, str_of(advice[i])) < text.n)
			return true;
	return false;
}

bool
quote_is_notice(struct str text, size_t first_url, unsigned masks,
    bool is_live)
{
	size_t first = text.n, at;
	unsigned n = 0;

	if (masks == 0)
		return false;
	for (size_t i = 0; i < nitems(statements); i++) {
		at = str_find_str(text, str_of(statements[i]));
		n += at < text.n;
		first = at < first ? at : first;
	}
	if (first >= first_url)
		return false;
	if (n >= STATEMENTS_LEAST)
		return masks >= MASKS_LEAST || has_advice(text);
	/* What says it once has to be plain in all else. */
	return n != 0 && masks >= MASKS_LEAST && !is_live && has_advice(text);
}
