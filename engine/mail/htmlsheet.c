/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Style sheets: a list of rules, found by what their last element must be
 * called and laid over each other by weight and order (CSS Cascade 4, 6.4).
 */
#include "mail/htmlsheet.h"

#include <string.h>

#include "base/arena.h"
#include "mail/cssmedia.h"
#include "mail/cssname.h"
#include "mail/cssskip.h"
#include "mail/htmlcolor.h"
#include "mail/htmllink.h"

enum {
	RULES_MOST = 2048,
	CHAIN_MOST = 128, /* rules with one key */
	HITS_MOST = 64,   /* rules of one element */
	KEY_MOST = 512,
	CLASSES_MOST = 16,
	STEPS_FIRST = 65536,
	RULE_NONE = 0     /* the first rule is none */
};

void
html_sheet_init(struct html_sheet *s, struct arena *a, size_t size)
{
	*s = (struct html_sheet){ .arena = a, .steps = STEPS_FIRST + size };
	map_init(&s->rules, a);
}

/* The place of a rule: of the same selector said before, which only gets
 * more to say, or a new one.  NULL: there are too many. */
static struct html_rule *
rule_of(struct html_sheet *s, struct str selector, struct str key)
{
	struct html_rule *rule;
	uint32_t *first;
	size_t chain = 0;

	if (s->list.n == 0)
		VEC_ADD(s->arena, &s->list);
	if (s->list.n >= RULES_MOST) {
		s->is_cut = true;
		return NULL;
	}
	first = map_put(&s->rules, key, RULE_NONE);
	for (uint32_t i = *first; i != RULE_NONE; i = s->list.at[i].next) {
		if (str_eq(s->list.at[i].selector, selector))
			return &s->list.at[i];
		if (++chain == CHAIN_MOST) {
			s->is_cut = true;
			return NULL;
		}
	}
	rule = VEC_ADD(s->arena, &s->list);
	rule->selector = selector;
	rule->weight = html_selector_weight(selector);
	if (selector.n != key.n) {
		rule->cut = html_selector_cut(s->arena, selector);
		s->has_siblings |= html_selector_has_siblings(rule->cut);
	}
	rule->next = *first;
	*first = (uint32_t)s->list.n - 1;
	return rule;
}

/* Most elements have no rule, and that is told before a key is looked for. */
static void
mark_key(struct html_sheet *s, struct str key)
{
	if (key.p[0] == '*')
		s->has_universal = true;
	else if (key.p[0] == '.' || key.p[0] == '#')
		s->keys.names |= html_mark_name(key.p[0], str_from(key, 1));
	else
		s->keys.tags |= html_mark_tag(key);
}

/* The rule may be that of any element. */
static void
add_unread(struct html_sheet *s, const struct style *style)
{
	struct style *unread = &s->unread;

	s->is_unread_important |=
	    (style->important | style->box.important) != 0;
	s->has_unread_colors |= style->color != COLOR_UNSET ||
	    style->ground != COLOR_UNSET || style->fill != COLOR_UNSET ||
	    style->is_painted;
	if (style->display == STYLE_SHOWS)
		unread->display = STYLE_SHOWS;
	if (style->visibility == STYLE_SHOWS ||
	    style->visibility == STYLE_AROUND)
		unread->visibility = STYLE_SHOWS;
	if (style_has_size(style))
		unread->size = STYLE_SHOWS;
	unread->box.said |= style->box.said & ~style->box.tells;
}

/* What rules hide that one of those not read may show is taken to be shown. */
static void
lay_unread(const struct style *unread, struct style *style)
{
	if (unread->display == STYLE_SHOWS && style->display == STYLE_HIDES)
		style->display = STYLE_SHOWS;
	if (unread->visibility == STYLE_SHOWS &&
	    style->visibility == STYLE_HIDES)
		style->visibility = STYLE_SHOWS;
	if (unread->size == STYLE_SHOWS && (style->size == STYLE_HIDES ||
	    style->size == STYLE_AROUND)) {
		style->size = STYLE_SHOWS;
		style->size_by = 0;
	}
	style->box.tells &= ~unread->box.said;
}

void
html_sheet_overrule(const struct html_sheet *s, struct style *style)
{
	if (s->is_unread_important)
		lay_unread(&s->unread, style);
}

/* One that was passed over may come behind others of its selector that are
 * laid over it. */
static void
lay_rule(struct html_rule *rule, const struct style *style, uint32_t order)
{
	struct style under = *style;

	if (order >= rule->order) {
		rule->order = order;
		style_merge(&rule->style, style);
		return;
	}
	style_merge(&under, &rule->style);
	rule->style = under;
}

static void
add_rule(struct html_sheet *s, struct str selector, const struct style *style,
    uint32_t order)
{
	bool is_lone = html_selector_is_lone(selector);
	struct html_rule *rule = NULL;
	struct str key;

	if (is_lone || html_selector_is_read(selector)) {
		key = is_lone ? selector : html_selector_key(selector);
		if (s->has_escapes)
			key = css_name_plain(s->arena, key);
		if (ascii_is_alpha(key.p[0]))
			key = str_lower(s->arena, key);
		mark_key(s, key);
		rule = rule_of(s, selector, key);
	}
	if (rule == NULL) {
		s->is_cut |= html_selector_is_over(selector);
		/* ":hover" and the like are not what is seen at first */
		if (!html_selector_is_of_state(selector))
			add_unread(s, style);
		return;
	}
	s->added++;
	lay_rule(rule, style, order);
}

/* The selector up to the next comma that is not in brackets. */
static bool
selector_next(struct str *s, bool is_plain, struct str *selector)
{
	size_t n;

	if (s->p == NULL)
		return false;
	n = is_plain ? str_find(*s, ',') : css_find(*s, ',', ',');
	*selector = str_trim(str_head(*s, n));
	*s = n < s->n ? str_from(*s, n + 1) : (struct str){ NULL, 0 };
	return true;
}

/* A comment between two parts of a name parts them, and no selector goes on so:
 * a sign that none has stands in its place. */
static struct str
without_comments(struct arena *a, struct str s)
{
	char *out = arena_take(a, s.n);
	size_t n, length = 0;

	while (s.n != 0) {
		n = str_find_str(s, STR("/*"));
		memcpy(out + length, s.p, n);
		length += n;
		if (n == s.n)
			break;
		s = str_from(s, n);
		s = str_from(s, str_find_str(s, STR("*/")) + 2);
		if (length != 0 && s.n != 0 && css_name_goes_on(
		    out[length - 1], s.p[0]))
			out[length++] = '!';
	}
	return (struct str){ out, length };
}

/* Rules in a rule, which younger clients know: what they may show. */
static void
add_nested(struct html_sheet *s, struct str body)
{
	struct style style;

	body = str_from(body, css_find(body, '{', '{') + 1);
	while (body.n != 0) {
		size_t n = css_find(body, '{', '}');

		style_read(&style, str_head(body, n));
		style_keep_shown(&style);
		add_unread(s, &style);
		body = str_from(body, n + 1);
	}
}

static void
add_style(struct html_sheet *s, struct str selectors,
    const struct style *style, uint32_t order)
{
	struct str selector, all;
	bool is_plain;

	selectors = str_trim(selectors);
	if (html_selector_is_lone(selectors)) {
		add_rule(s, selectors, style, order);
		return;
	}
	if (str_find_str(selectors, STR("/*")) < selectors.n)
		selectors = without_comments(s->arena, selectors);
	if (str_has(selectors, '\\')) {
		selectors = css_name_keep(s->arena, selectors);
		s->has_escapes = true;
	}
	all = selectors;
	is_plain = str_find_any(all, '(', '[', '\\') == all.n;
	while (selector_next(&all, is_plain, &selector))
		if (!html_selector_is_lone(selector) &&
		    !html_selector_is_valid(selector)) {
			/* some client may take it all the same */
			add_unread(s, style);
			return;
		}
	while (selector_next(&selectors, is_plain, &selector))
		add_rule(s, selector, style, order);
}

static void
add_passed(struct html_sheet *s)
{
	const struct html_passed_rule *rule;

	VEC_EACH(rule, &s->passed.list)
		add_style(s, rule->selectors, &(struct style){
		    .box = rule->box }, rule->order);
	s->passed.list.n = 0;
}

static void
add_rules(struct html_sheet *s, struct str selectors, struct str body,
    bool is_for_all)
{
	uint32_t order = s->order++;
	struct style style;

	style_read(&style, body);
	if (!is_for_all)
		style_keep_shown(&style);
	if (str_has(body, '{'))
		add_nested(s, body);
	if (style_is_empty(&style) && html_passed_add(&s->passed, s->arena,
	    (struct html_passed_rule){ selectors, style.box, order }))
		return;
	if (html_passed_tell(&s->passed, &style.box))
		add_passed(s);
	add_style(s, selectors, &style, order);
}

/* Comments and, around all rules, the brackets of HTML that old sheets are
 * wrapped in. */
static bool
skip_comment(struct str *css, bool is_inside)
{
	if (str_skip(css, STR("/*"))) {
		*css = str_from(*css, str_find_str(*css, STR("*/")) + 2);
		return true;
	}
	return !is_inside && (str_skip(css, STR("<!--")) ||
	    str_skip(css, STR("-->")));
}

/* "@import ...;" or "@page { ... }", with the blocks inside; end is that of
 * what stands in front of them. */
static struct str
skip_at_rule(struct str css, size_t end)
{
	bool is_bad = false;

	css = str_from(css, end);
	return css.n == 0 ? css : str_from(css, css.p[0] == ';' ? 1 :
	    css_piece_length(css, &is_bad));
}

static const enum html_sheet_for who[] = {
	[CSS_NOWHERE] = HTML_SHEET_NONE,
	[CSS_SOMEWHERE] = HTML_SHEET_SOME,
	[CSS_EVERYWHERE] = HTML_SHEET_ALL,
};

static struct str
with_blank_comments(struct arena *a, struct str s)
{
	struct str copy = str_copy(a, s);
	char *p = (char *)copy.p;
	size_t begin, end;

	for (size_t at = 0; at < s.n; at = end) {
		begin = at + str_find_str(str_from(s, at), STR("/*"));
		end = begin + str_find_str(str_from(s, begin), STR("*/")) + 2;
		end = end < s.n ? end : s.n;
		memset(p + begin, ' ', end - begin);
	}
	return copy;
}

/* Whom rules are for that stand in "@media screen {", "@media only screen,
 * print {", "@supports (x) {". */
static enum html_sheet_for
whom_of(struct arena *a, struct str query)
{
	if (str_has(query, '/'))
		query = with_blank_comments(a, query);
	if (str_case_skip(&query, STR("@media")))
		return who[css_media_holds(query)];
	return str_case_skip(&query, STR("@supports")) ?
	    who[css_support_holds(query)] : HTML_SHEET_NONE;
}

/* Rules with rules in them whose inside is being read. */
struct open_rules {
	size_t n;
	size_t some; /* counted from 1: from this one on not for all; or 0 */
};

/* Reads on inside of the rule that begins css, or passes it over. */
static struct str
read_at_rule(struct arena *a, struct open_rules *open, struct str css)
{
	size_t end = css_find(css, '{', ';');
	enum html_sheet_for whom = end == css.n || css.p[end] == ';' ?
	    HTML_SHEET_NONE : whom_of(a, str_head(css, end));

	if (whom == HTML_SHEET_NONE)
		return skip_at_rule(css, end);
	open->n++;
	if (whom == HTML_SHEET_SOME && open->some == 0)
		open->some = open->n;
	return str_from(css, end + 1);
}

static void
close_rule(struct open_rules *open)
{
	if (open->some == open->n)
		open->some = 0;
	open->n--;
}

/* Nothing in it that holds more than itself. */
static bool
is_flat(struct str s)
{
	return str_find_any(s, '"', '\'', '(') == s.n &&
	    str_find_any(s, '[', '\\', '/') == s.n;
}

/* The selectors that begin *css, and the block behind them with its brackets.
 * False: there is no block, or not before what is around it ends. */
static bool
take_rule(struct str *css, bool is_inside, struct str *head, struct str *block)
{
	size_t end = str_find(*css, '}');
	struct str all = str_head(*css, end);
	size_t begin = str_find(all, '{');
	bool is_bad = false, is_plain = begin < all.n && is_flat(all);

	if (!is_plain)
		begin = css_find(*css, '{', is_inside ? '}' : '{');
	*head = str_head(*css, begin);
	*css = str_from(*css, begin);
	if (!str_starts(*css, STR("{")))
		return false;
	if (is_plain && !str_has(str_sub(all, begin + 1, end), '{'))
		end = end - begin + (end - begin < css->n);
	else
		end = css_piece_length(*css, &is_bad);
	*block = str_head(*css, end);
	*css = str_from(*css, end);
	return true;
}

void
html_sheet_read(struct html_sheet *s, struct str css,
    enum html_sheet_for whom)
{
	struct open_rules open = { .n = 0 };

	while ((css = str_trim(css)).n > 0) {
		struct str head, block;
		bool is_open;

		if (skip_comment(&css, open.n != 0))
			continue;
		/* one that closes nothing is part of a selector */
		if (open.n != 0 && str_skip(&css, STR("}"))) {
			close_rule(&open);
			continue;
		}
		if (css.p[0] == '@') {
			css = read_at_rule(s->arena, &open, css);
			continue;
		}
		if (!take_rule(&css, open.n != 0, &head, &block))
			continue;
		is_open = block.p[block.n - 1] != '}';
		add_rules(s, head, str_sub(block, 1, block.n - !is_open),
		    whom == HTML_SHEET_ALL && open.some == 0);
	}
}

enum html_sheet_for
html_sheet_whom(struct arena *a, const struct html_token *token)
{
	struct str type = html_attr_text(a, token, ATTR_TYPE);

	if (type.n != 0 && !str_case_is(type, "text/css"))
		return HTML_SHEET_NONE;
	for (size_t i = 0; i < token->n_attrs; i++)
		if (str_case_is(token->attrs[i].name, "media"))
			return who[css_media_holds(token->attrs[i].value)];
	return HTML_SHEET_ALL;
}

/* The rules of one element, the weakest first. */
struct hits {
	const struct html_rule *at[HITS_MOST];
	size_t n;
	bool is_cut; /* the weakest had to go */
};

static bool
is_weaker(const struct html_rule *a, const struct html_rule *b)
{
	return a->weight != b->weight ? a->weight < b->weight
	    : a->order < b->order;
}

static void
hits_add(struct hits *hits, const struct html_rule *rule)
{
	size_t i;

	if (hits->n == HITS_MOST) {
		hits->is_cut = true;
		if (is_weaker(rule, hits->at[0]))
			return;
		hits->n--;
		memmove(hits->at, hits->at + 1, hits->n * sizeof(*hits->at));
	}
	i = hits->n;
	for (; i > 0 && is_weaker(rule, hits->at[i - 1]); i--)
		hits->at[i] = hits->at[i - 1];
	hits->at[i] = rule;
	hits->n++;
}

/* An element and those around it. */
struct place {
	const struct html_named *element;
	struct html_around around;
};

static void
take(struct html_sheet *s, struct hits *hits, struct str key,
    const struct place *place)
{
	const uint32_t *first = map_get(&s->rules, key);
	const struct html_rule *rule;

	if (first == NULL)
		return;
	for (uint32_t i = *first; i != RULE_NONE && s->steps > 0;
	    i = rule->next) {
		rule = &s->list.at[i];
		s->steps--;
		if (rule->cut == NULL || html_selector_matches(rule->cut,
		    place->element, place->around, &s->steps))
			hits_add(hits, rule);
	}
}

/* ".x" and "#x"; the key is put together in a small room. */
static void
take_named(struct html_sheet *s, struct hits *hits, char sign,
    struct str name, const struct place *place)
{
	char key[KEY_MOST];

	if (1 + name.n > sizeof(key))
		return;
	key[0] = sign;
	memcpy(key + 1, name.p, name.n);
	take(s, hits, (struct str){ key, 1 + name.n }, place);
}

static void
take_tag(struct html_sheet *s, struct hits *hits, struct str name,
    const struct place *place)
{
	char key[KEY_MOST];

	if (name.n > sizeof(key))
		return;
	for (size_t i = 0; i < name.n; i++)
		key[i] = ascii_lower(name.p[i]);
	take(s, hits, (struct str){ key, name.n }, place);
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

/* The classes of an element that may have a rule. */
struct words {
	struct str at[CLASSES_MOST];
	size_t n;
};

/* Notes the names of the element, and finds those that are keys. */
static void
read_names(struct html_sheet *s, struct words *words,
    struct html_named *element)
{
	struct str classes = element->classes, word;
	uint64_t bit;

	element->own.names = html_mark_name('#', str_trim(element->id));
	for (int i = 0; next_word(&classes, &word); i++) {
		if (i == CLASSES_MOST) {
			element->own.names = UINT64_MAX;
			s->is_cut = true;
			break;
		}
		bit = html_mark_name('.', word);
		element->own.names |= bit;
		if ((s->keys.names & bit) != 0)
			words->at[words->n++] = word;
	}
}

void
html_sheet_find(struct html_sheet *s, struct style *style,
    struct html_named *element, const struct html_token *token,
    struct html_around around)
{
	const struct place place = { element, around };
	struct words words;
	struct str id;
	struct hits hits;

	words.n = hits.n = 0;
	hits.is_cut = false;
	element->token = token;
	if ((token->has & (ATTR_BIT(ATTR_CLASS) | ATTR_BIT(ATTR_ID))) != 0) {
		element->classes = html_attr_text(s->arena, token,
		    ATTR_CLASS);
		element->id = html_attr_text(s->arena, token, ATTR_ID);
		read_names(s, &words, element);
	}
	if (s->has_universal)
		take(s, &hits, STR("*"), &place);
	if ((s->keys.tags & element->own.tags) != 0)
		take_tag(s, &hits, element->tag, &place);
	for (size_t i = 0; i < words.n; i++)
		take_named(s, &hits, '.', words.at[i], &place);
	id = element->id.n == 0 ? element->id : str_trim(element->id);
	if ((s->keys.names & html_mark_name('#', id)) != 0)
		take_named(s, &hits, '#', id, &place);
	for (size_t i = 0; i < hits.n; i++)
		style_merge(style, &hits.at[i]->style);
	lay_unread(&s->unread, style);
	s->is_cut |= hits.is_cut;
	element->token = NULL;
}
