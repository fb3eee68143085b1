/* SPDX-License-Identifier: Apache-2.0 */
/* Links get their texts: from what is visible, or from attributes. */
#include "mail/htmllabel.h"

#include "base/arena.h"
#include "base/utf8.h"
#include "mail/bidi.h"

enum { ALTS_MOST = 1024 }; /* bytes of pictures in one anchor */

void
html_label_init(struct html_label *l, struct html_links *links,
    struct html_texts *texts)
{
	*l = (struct html_label){ .links = links, .texts = texts,
		.anchor = HTML_LINK_NONE, .form = HTML_LINK_NONE };
}

static struct str
one_line(struct arena *a, struct str s)
{
	char *p;

	s = str_trim(utf8_head(s, HTML_LABEL_MOST));
	p = arena_take(a, s.n);
	for (size_t i = 0; i < s.n; i++)
		p[i] = ascii_is_space(s.p[i]) ? ' ' : s.p[i];
	return (struct str){ p, s.n };
}

void
html_label_begin(struct html_label *l, size_t link,
    const struct html_token *token)
{
	l->anchor = link;
	l->begin = l->texts->visible.text.n;
	l->alt = STR("");
	l->title = html_attr_text(l->links->arena, token, ATTR_TITLE);
}

void
html_label_end(struct html_label *l, bool is_turned)
{
	struct arena *a = l->links->arena;
	struct html_link *link;
	struct str text;

	if (l->anchor == HTML_LINK_NONE)
		return;
	link = &l->links->found.at[l->anchor];
	text = one_line(a, str_from(buf_str(&l->texts->visible.text),
	    l->begin));
	if (is_turned)
		bidi_reverse((char *)text.p, text.n, true);
	link->text = bidi_turn(a, text);
	if (link->text.n == 0 && l->alt.n != 0) {
		link->text = one_line(a, l->alt);
		lines_add(&l->texts->visible, l->alt);
	} else if (link->text.n == 0) {
		link->text = one_line(a, l->title);
	} else if (str_find_str(link->text, l->alt) == link->text.n) {
		html_texts_add_alt(l->texts, l->alt);
	}
	l->anchor = HTML_LINK_NONE;
}

void
html_label_turn(struct html_label *l, size_t begin)
{
	if (l->anchor != HTML_LINK_NONE && l->begin > begin)
		l->begin = begin;
}

void
html_label_title(struct html_label *l, const struct html_token *token)
{
	if (l->anchor != HTML_LINK_NONE && l->title.n == 0)
		l->title = html_attr_text(l->links->arena, token, ATTR_TITLE);
}

void
html_label_alt(struct html_label *l, struct str alt)
{
	if (l->anchor == HTML_LINK_NONE)
		html_texts_add_alt(l->texts, alt);
	else if (l->alt.n < ALTS_MOST)
		l->alt = str_cat(l->links->arena, l->alt,
		    l->alt.n == 0 ? STR("") : STR(" "), alt);
}

void
html_label_button(struct html_label *l)
{
	l->button_begin = l->texts->visible.text.n;
}

/* What was taken back from the text since is none of the button's. */
void
html_label_button_end(struct html_label *l)
{
	struct str visible = buf_str(&l->texts->visible.text);

	if (l->button_begin <= visible.n)
		html_label_form(l, str_from(visible, l->button_begin));
}

void
html_label_form(struct html_label *l, struct str text)
{
	if (l->form == HTML_LINK_NONE || str_trim(text).n == 0)
		return;
	l->links->found.at[l->form].text = one_line(l->links->arena, text);
	l->form = HTML_LINK_NONE;
}

void
html_label_others(struct html_label *l, const struct html_token *token,
    size_t first)
{
	struct arena *a = l->links->arena;
	struct html_link *link;

	for (; first < l->links->found.n; first++) {
		link = &l->links->found.at[first];
		if (link->source == URL_FORM)
			l->form = first;
		if (link->source != URL_AREA)
			continue;
		link->text = one_line(a, html_attr_text(a, token, ATTR_ALT));
		if (link->text.n == 0)
			link->text = one_line(a,
			    html_attr_text(a, token, ATTR_TITLE));
	}
}
