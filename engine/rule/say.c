/* SPDX-License-Identifier: Apache-2.0 */
/* Texts in several languages: the wanted one, English, or what there is. */
#include "rule/pack.h"

static const struct say_text *
find(const struct say *s, struct str lang)
{
	const struct say_text *text;

	VEC_EACH(text, &s->texts)
		if (str_case_eq(text->lang, lang))
			return text;
	return NULL;
}

/* "ja-JP" is served by "ja". */
struct str
say_in(const struct say *s, struct str lang)
{
	const struct say_text *text = find(s, lang);

	if (text == NULL)
		text = find(s, str_head(lang, str_find(lang, '-')));
	if (text == NULL)
		text = find(s, STR("en"));
	if (text == NULL && s->texts.n != 0)
		text = &s->texts.at[0];
	return text == NULL ? STR("") : text->text;
}
