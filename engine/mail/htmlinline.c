/* SPDX-License-Identifier: Apache-2.0 */
/* Style attributes by a hash of what they say. */
#include "mail/htmlinline.h"

#include "base/hash.h"
#include "mail/htmllink.h"
#include "mail/htmltoken.h"

/* The rest is written with the first style on the place. */
void
html_inlines_init(struct html_inlines *all)
{
	for (size_t i = 0; i < HTML_INLINES; i++)
		all->at[i].css = (struct str){ NULL, 0 };
}

struct html_inline *
html_inline_of(struct html_inlines *all, const struct html_token *token)
{
	const struct html_attr *attr = html_attr(token, ATTR_STYLE);
	struct html_inline *one = &all->at[hash_bytes(attr->value, 0) &
	    (HTML_INLINES - 1)];

	if (one->css.p == NULL || !str_eq(one->css, attr->value)) {
		one->is_read = false;
		one->may_link = str_find_any(attr->value, '(', '&', '&') <
		    attr->value.n;
	}
	one->css = attr->value;
	return one;
}

const struct style *
html_inline_style(struct html_inline *one, struct arena *a,
    const struct html_token *token)
{
	if (!one->is_read)
		style_read(&one->style, html_attr_text(a, token, ATTR_STYLE));
	one->is_read = true;
	return &one->style;
}
