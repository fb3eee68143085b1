/* SPDX-License-Identifier: Apache-2.0 */
/* How SVG and MathML in a page end. */
#include "mail/htmlforeign.h"

#include "base/vec.h"
#include "mail/htmlopen.h"
#include "mail/htmltoken.h"

bool
html_foreign_is_left(const struct html_token *token)
{
	static const struct str names[] = {
		STR_INIT("b"), STR_INIT("big"), STR_INIT("blockquote"),
		STR_INIT("body"), STR_INIT("br"), STR_INIT("center"),
		STR_INIT("code"), STR_INIT("dd"), STR_INIT("div"),
		STR_INIT("dl"), STR_INIT("dt"), STR_INIT("em"),
		STR_INIT("embed"), STR_INIT("h1"), STR_INIT("h2"),
		STR_INIT("h3"), STR_INIT("h4"), STR_INIT("h5"), STR_INIT("h6"),
		STR_INIT("head"), STR_INIT("hr"), STR_INIT("i"),
		STR_INIT("img"), STR_INIT("li"), STR_INIT("listing"),
		STR_INIT("menu"), STR_INIT("meta"), STR_INIT("nobr"),
		STR_INIT("ol"), STR_INIT("p"), STR_INIT("pre"),
		STR_INIT("ruby"), STR_INIT("s"), STR_INIT("small"),
		STR_INIT("span"), STR_INIT("strong"), STR_INIT("strike"),
		STR_INIT("sub"), STR_INIT("sup"), STR_INIT("table"),
		STR_INIT("tt"), STR_INIT("u"), STR_INIT("ul"),
		STR_INIT("var"),
	};
	static const struct str marks[] = {
		STR_INIT("color"), STR_INIT("face"), STR_INIT("size"),
	};

	if (!str_case_is(token->name, "font"))
		return str_case_is_any(token->name, names, nitems(names));
	for (size_t i = 0; i < token->n_attrs; i++)
		if (str_case_is_any(token->attrs[i].name, marks,
		    nitems(marks)))
			return true;
	return false;
}

void
html_foreign_leave(struct html_open *o)
{
	size_t i = o->n, left = o->foreign;

	while (i > 1 && left != 0)
		left -= (o->at[--i].tag->traits & TAG_FOREIGN) != 0;
	if (i < o->n)
		html_open_close_from(o, i);
}

void
html_foreign_end(struct html_open *o, const struct html_tag *tag)
{
	size_t i = o->n - 1;

	if (html_open_count(o, tag) == 0)
		return;
	while (i > 1 && o->at[i].tag != tag)
		i--;
	html_open_close_from(o, i);
}
