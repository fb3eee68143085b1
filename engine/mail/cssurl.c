/* SPDX-License-Identifier: Apache-2.0 */
/* The addresses in a style, found without reading what stands around them. */
#include "mail/cssurl.h"

/* Behind the next "url(", or false.  Parentheses are few. */
static bool
skip_to_url(struct str *css)
{
	struct str before;

	while (str_cut(*css, '(', &before, css))
		if (str_case_ends(before, STR("url")))
			return true;
	return false;
}

bool
css_url_next(struct str *css, struct str *url)
{
	struct str s = *css;

	if (!skip_to_url(&s))
		return false;
	*url = str_trim(str_head(s, str_find(s, ')')));
	*css = str_from(s, url->n);
	if (url->n >= 2 && (url->p[0] == '"' || url->p[0] == '\'') &&
	    url->p[url->n - 1] == url->p[0])
		*url = str_sub(*url, 1, url->n - 1);
	return true;
}
