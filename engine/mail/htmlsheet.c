/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Style sheets: a list of rules, of which only those with one simple selector
 * count.  Combinators are passed over: to know whether "td p" applies would
 * take a tree.
 */
#include "mail/htmlsheet.h"

#include "base/arena.h"
#include "mail/htmllink.h"

enum {
	RULES_MOST = 2048,
	KEY_MOST = 128,
	CLASSES_MOST = 16
};

void
html_sheet_init(struct html_sheet *s, struct arena *a)
{
	*s = (struct html_sheet){ .arena = a };
	map_init(&s->rules, a);
}

static bool
is_name_byte(char c)
{
	return ascii_is_alnum(c) || c == '-' || c == '_' ||
	    (unsigned char)c >= 0x80;
}

/* "p", ".x", "p.x", "#x": letters with at most one sign before some. */
static bool
is_simple(struct str selector)
{
	size_t signs = 0;

	if (selector.n == 0 || selector.n > KEY_MOST ||
	    !is_name_byte(selector.p[selector.n - 1]))
		return false;
	for (size_t i = 0; i < selector.n; i++) {
		bool is_sign = selector.p[i] == '.' || selector.p[i] == '#';

		signs += is_sign;
		if (!is_sign && !is_name_byte(selector.p[i]))
			return false;
	}
	return signs <= 1;
}

/* A bit for the length of a key and its end: most elements have no rule, and
 * that is told before the key is looked for. */
static uint64_t
kind_of(struct str key)
{
	return 1ULL << ((key.n * 7 + (unsigned char)key.p[key.n - 1]) & 63);
}

static void
add_rule(struct html_sheet *s, struct str selector, const struct style *style)
{
	uint32_t *at;

	if (s->styles.n >= RULES_MOST || !is_simple(selector)) {
		/* ":hover" and the like are not what is seen at first */
		s->has_unread_colors |= !str_has(selector, ':') &&
		    (style->color != COLOR_UNSET ||
		    style->ground != COLOR_UNSET);
		return;
	}
	if (ascii_is_alpha(selector.p[0]) && !str_has(selector, '.') &&
	    !str_has(selector, '#'))
		selector = str_lower(s->arena, selector);
	s->kinds |= kind_of(selector);
	at = map_put(&s->rules, selector, (uint32_t)s->styles.n);
	if (*at == s->styles.n)
		*VEC_ADD(s->arena, &s->styles) = *style;
	else
		style_merge(&s->styles.at[*at], style);
}

static void
add_rules(struct html_sheet *s, struct str selectors, struct str body)
{
	struct str selector;
	struct style style;

	style_read(&style, body);
	if (style_is_empty(&style))
		return;
	while (str_next(&selectors, ',', &selector))
		add_rule(s, str_trim(selector), &style);
}

/* Comments and the brackets of HTML that old sheets are wrapped in. */
static bool
skip_comment(struct str *css)
{
	if (str_skip(css, STR("/*"))) {
		*css = str_from(*css, str_find_str(*css, STR("*/")) + 2);
		return true;
	}
	return str_skip(css, STR("<!--")) || str_skip(css, STR("-->"));
}

/* "@import ...;" or "@media ... { ... }", with the blocks inside. */
static struct str
skip_at_rule(struct str css)
{
	size_t depth = 0, i;

	for (i = 0; i < css.n; i++) {
		if (css.p[i] == '{')
			depth++;
		if (css.p[i] == '}' && depth <= 1)
			break;
		if (css.p[i] == '}')
			depth--;
		if (css.p[i] == ';' && depth == 0)
			break;
	}
	return str_from(css, i + 1);
}

/* "@media screen {", "@media only screen, print {", "@supports (x) {" */
static bool
skip_open_rule(struct str *css)
{
	struct str head = str_head(*css, str_find(*css, '{')), media = head;

	if (head.n == css->n || str_has(head, ';'))
		return false;
	if (str_case_skip(&media, STR("@media")) &&
	    (str_has(media, '(') || (str_case_find_str(media,
	    STR("screen")) == media.n && str_case_find_str(media,
	    STR("all")) == media.n)))
		return false;
	if (!str_case_starts(head, STR("@media")) &&
	    !str_case_starts(head, STR("@supports")))
		return false;
	*css = str_from(*css, head.n + 1);
	return true;
}

void
html_sheet_read(struct html_sheet *s, struct str css)
{
	while ((css = str_trim(css)).n > 0) {
		size_t open, close;

		/* "}" ends an open rule whose inside has been read */
		if (skip_comment(&css) || str_skip(&css, STR("}")))
			continue;
		if (css.p[0] == '@') {
			if (skip_open_rule(&css))
				continue;
			css = skip_at_rule(css);
			continue;
		}
		open = str_find(css, '{');
		close = open + str_find(str_from(css, open), '}');
		if (open < css.n)
			add_rules(s, str_head(css, open),
			    str_sub(css, open + 1, close));
		css = str_from(css, close + 1);
	}
}

static void
take(const struct html_sheet *s, struct style *out, struct str key)
{
	const uint32_t *at = (s->kinds & kind_of(key)) == 0 ? NULL :
	    map_get(&s->rules, key);

	if (at != NULL)
		style_merge(out, &s->styles.at[*at]);
}

/* "p.x" and its parts; the key is put together in a small room. */
static void
take_signed(const struct html_sheet *s, struct style *out, struct str tag,
    char sign, struct str name)
{
	char key[KEY_MOST];
	size_t n = 0;

	if (tag.n + 1 + name.n > sizeof(key))
		return;
	for (size_t i = 0; i < tag.n; i++)
		key[n++] = ascii_lower(tag.p[i]);
	if (sign != '\0')
		key[n++] = sign;
	for (size_t i = 0; i < name.n; i++)
		key[n++] = name.p[i];
	take(s, out, (struct str){ key, n });
}

static bool
next_word(struct str *s, struct str *word)
{
	size_t n = 0;

	*s = str_trim(*s);
	while (n < s->n && !ascii_is_space(s->p[n]))
		n++;
	*word = str_head(*s, n);
	*s = str_from(*s, n);
	return n != 0;
}

struct style
html_sheet_find(const struct html_sheet *s, const struct html_token *token)
{
	struct style out = { 0 };
	struct str names, name;

	if (s->styles.n == 0)
		return out;
	take_signed(s, &out, token->name, '\0', STR(""));
	if (token->n_attrs == 0)
		return out;
	names = html_attr_text(s->arena, token, ATTR_CLASS);
	for (int i = 0; i < CLASSES_MOST && next_word(&names, &name); i++) {
		take_signed(s, &out, STR(""), '.', name);
		take_signed(s, &out, token->name, '.', name);
	}
	name = str_trim(html_attr_text(s->arena, token, ATTR_ID));
	if (name.n != 0)
		take_signed(s, &out, STR(""), '#', name);
	return out;
}
