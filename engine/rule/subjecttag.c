/* SPDX-License-Identifier: Apache-2.0 */
/* "[SPAM]" and other words that gateways put in front of a subject. */
#include "rule/extract.h"

#include "base/vec.h"

enum { TAGS_MOST = 8 };

/* Those that filters seen in Japan write; "SPAM" with how sure it is. */
static const struct str usual_tags[] = {
	STR_INIT("[spam]"), STR_INIT("***SPAM***"), STR_INIT("*****SPAM*****"),
	STR_INIT("{Spam?}"), STR_INIT("[SPAM?]"), STR_INIT("(SPAM)"),
	STR_INIT("<SPAM>"), STR_INIT("SPAM:"), STR_INIT("[Suspected Spam]"),
	STR_INIT("[Possible Spam]"), STR_INIT("[Bulk]"), STR_INIT("[PHISHING]"),
	STR_INIT("[VIRUS]"), STR_INIT("[EXTERNAL]"), STR_INIT("[EXT]"),
	STR_INIT("[CAUTION]"), STR_INIT("[MEIWAKU]"),
	STR_INIT("[meiwaku_mail]"),
	STR_INIT("[迷惑メール]"), STR_INIT("【迷惑メール】"),
	STR_INIT("[迷惑]"), STR_INIT("【迷惑】"),
	STR_INIT("[迷惑メールの可能性あり]"), STR_INIT("[スパム]"),
	STR_INIT("【スパム】"), STR_INIT("[フィッシング]"),
	STR_INIT("[フィッシング詐欺]"), STR_INIT("[社外]"),
	STR_INIT("【社外】"), STR_INIT("[外部]"), STR_INIT("【外部】"),
};

static bool
skip_tag(struct str *subject, const struct extract_conf *conf)
{
	bool is_usual = conf == NULL || conf->subject_tags == NULL;
	const struct str *tags = is_usual ? usual_tags : conf->subject_tags;
	size_t n = is_usual ? nitems(usual_tags) : conf->n_subject_tags;

	for (size_t i = 0; i < n; i++)
		if (tags[i].n != 0 && str_case_skip(subject, tags[i]))
			return true;
	return false;
}

static struct str
skip_blanks(struct str s)
{
	while (str_skip(&s, STR(" ")) || str_skip(&s, STR("\t")) ||
	    str_skip(&s, STR("\xe3\x80\x80")))
		continue;
	return s;
}

struct str
extract_untag(struct str subject, const struct extract_conf *conf,
    struct str *tag)
{
	struct str rest = skip_blanks(subject);
	const char *begin = rest.p, *end = rest.p;

	for (int i = 0; i < TAGS_MOST && skip_tag(&rest, conf); i++) {
		end = rest.p;
		rest = skip_blanks(rest);
	}
	if (begin == end) {
		*tag = STR("");
		return subject;
	}
	*tag = str_between(begin, end);
	return rest;
}
