/* SPDX-License-Identifier: Apache-2.0 */
/* The tokenizer and the references, held against the cases of html5lib. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "base/vec.h"
#include "mail/entity.h"
#include "mail/html.h"
#include "mail/htmltag.h"
#include "mail/htmltoken.h"
#include "shared.h"
#include "../scratch.h"

/* Of attributes with one name the first counts. */
static bool
is_first(const struct html_token *t, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (str_case_eq(t->attrs[k].name, t->attrs[i].name))
			return false;
	return true;
}

/* Tokens as one text, ours and theirs alike: "<a x=y>", "</a>", "{comment}". */
static void
add_start(struct buf *b, const struct html_token *t)
{
	buf_add_byte(b, '<');
	buf_add_str(b, html_clean(arena, str_lower(arena, t->name), false));
	for (size_t i = 0; i < t->n_attrs; i++) {
		struct str name = str_lower(arena, t->attrs[i].name);

		if (!is_first(t, i) && !str_has(name, '\0'))
			continue;
		assert_true(t->attrs[i].is == ATTR_OTHER || !is_first(t, i) ||
		    t->attrs[i].is == ATTR_ON ||
		    html_attr(t, t->attrs[i].is) == &t->attrs[i]);
		name = html_clean(arena, name, false);
		buf_add_byte(b, ' ');
		buf_add_str(b, name);
		buf_add_byte(b, '=');
		entities_add(b, html_clean(arena, t->attrs[i].value, false),
		    true);
	}
	buf_add_str(b, t->is_closed ? STR("/>") : STR(">"));
}

static void
add_token(struct buf *b, const struct html_token *t, enum html_mode mode)
{
	switch (t->kind) {
	case HTML_TEXT:
		if (t->is_raw)
			buf_add_str(b, html_clean(arena, t->text,
			    mode == HTML_MODE_CDATA));
		else
			entities_add(b, html_clean(arena, t->text,
			    mode == HTML_MODE_DATA), false);
		break;
	case HTML_START:
		add_start(b, t);
		break;
	case HTML_END:
		buf_printf(b, "</%" STR_FMT ">",
		    STR_ARG(html_clean(arena, str_lower(arena, t->name),
		    false)));
		break;
	case HTML_COMMENT:
		buf_add_byte(b, '{');
		buf_add_str(b, html_clean(arena, t->text, false));
		buf_add_byte(b, '}');
		break;
	case HTML_DOCTYPE:
		buf_add_str(b, STR("{{doctype}}"));
		break;
	}
}

static struct str
ours(struct str html, enum html_mode mode, struct str last)
{
	struct html_token *token = ARENA_ONE(arena, struct html_token);
	struct html_tokens t;
	struct buf b;

	buf_init_arena(&b, arena, SIZE_MAX);
	html_tokens_init(&t, html);
	html_tokens_enter(&t, last, mode);
	for (enum html_mode was = t.mode; html_tokens_next(&t, token);
	    was = t.mode)
		add_token(&b, token, was);
	return buf_str(&b);
}

static struct str
text_at(const json_t *array, size_t i)
{
	const json_t *j = json_array_get(array, i);

	return (struct str){ json_string_value(j), json_string_length(j) };
}

static void
add_theirs(struct buf *b, json_t *token)
{
	struct str kind = text_at(token, 0), name = text_at(token, 1);
	const char *key;
	json_t *value;

	if (str_is(kind, "Character")) {
		buf_add_str(b, name);
	} else if (str_is(kind, "StartTag")) {
		buf_printf(b, "<%" STR_FMT, STR_ARG(name));
		json_object_foreach(json_array_get(token, 2), key, value)
			buf_printf(b, " %s=%s", key,
			    json_string_value(value));
		buf_add_str(b, json_array_size(token) > 3 ? STR("/>")
		    : STR(">"));
	} else if (str_is(kind, "EndTag")) {
		buf_printf(b, "</%" STR_FMT ">", STR_ARG(name));
	} else if (str_is(kind, "Comment")) {
		buf_add_byte(b, '{');
		buf_add_str(b, name);
		buf_add_byte(b, '}');
	} else {
		buf_add_str(b, STR("{{doctype}}"));
	}
}

static struct str
theirs(json_t *tokens)
{
	struct buf b;
	json_t *token;
	size_t i;

	buf_init_arena(&b, arena, SIZE_MAX);
	json_array_foreach(tokens, i, token)
		add_theirs(&b, token);
	return buf_str(&b);
}

static enum html_mode
mode_of(struct str state)
{
	return str_is(state, "RCDATA state") ? HTML_MODE_RCDATA
	    : str_is(state, "RAWTEXT state") ? HTML_MODE_RAW
	    : str_is(state, "Script data state") ? HTML_MODE_SCRIPT
	    : str_is(state, "PLAINTEXT state") ? HTML_MODE_PLAIN
	    : str_is(state, "CDATA section state") ? HTML_MODE_CDATA
	    : HTML_MODE_DATA;
}

struct tally {
	size_t agreed, asked;
};

static void
compare(struct tally *t, json_t *c, enum html_mode mode)
{
	struct str html = shared_str(c, "input");
	struct str mine = ours(html, mode, shared_str(c, "lastStartTag"));
	struct str wanted = theirs(json_object_get(c, "output"));

	t->asked++;
	if (str_eq(mine, wanted))
		t->agreed++;
	else if (getenv("SEKISHO_VERBOSE") != NULL)
		print_message("%" STR_FMT "\n  ours   %" STR_FMT
		    "\n  theirs %" STR_FMT "\n", STR_ARG(html), STR_ARG(mine),
		    STR_ARG(wanted));
}

static double
agreement(const char *name)
{
	json_t *file = shared_json(name), *c, *state;
	struct tally t = { 0 };
	size_t i, k;

	json_array_foreach(json_object_get(file, "tests"), i, c) {
		json_t *states = json_object_get(c, "initialStates");

		if (json_is_true(json_object_get(c, "doubleEscaped")))
			continue;
		if (states == NULL)
			compare(&t, c, HTML_MODE_DATA);
		json_array_foreach(states, k, state)
			compare(&t, c, mode_of(str_of(
			    json_string_value(state))));
	}
	json_decref(file);
	print_message("%s: %zu of %zu agree\n", name, t.agreed, t.asked);
	return t.asked == 0 ? 0 : 100.0 * (double)t.agreed / (double)t.asked;
}

static void
test_pages_are_cut_into_the_same_tokens(void **state)
{
	(void)state;
	assert_true(agreement("html/test1.test") >= 100);
	assert_true(agreement("html/test2.test") >= 100);
	assert_true(agreement("html/test4.test") >= 100);
	assert_true(agreement("html/contentModelFlags.test") >= 100);
	assert_true(agreement("html/escapeFlag.test") >= 100);
}

static void
test_every_named_reference_is_known(void **state)
{
	(void)state;
	assert_true(agreement("html/namedEntities.test") >= 100);
}

static void
test_every_tag_of_the_table_is_found(void **state)
{
	static const char *const names[] = {
		"a", "address", "applet", "area", "article", "aside", "b",
		"base", "basefont", "bgsound", "big", "blockquote", "body",
		"br", "button", "caption", "center", "code", "col",
		"colgroup", "datalist", "dd", "details", "dialog", "dir",
		"div", "dl", "dt", "em", "embed", "fieldset", "figcaption",
		"figure", "font", "footer", "form", "frame", "frameset", "h1",
		"h2", "h3", "h4", "h5", "h6", "head", "header", "hgroup",
		"hr", "html", "i", "iframe", "image", "img", "input",
		"keygen", "legend", "li", "link", "listing", "main", "mark",
		"marquee", "math", "menu", "meta", "nav", "nobr", "noembed",
		"noframes", "noscript", "object", "ol", "optgroup", "option",
		"p", "param", "plaintext", "pre", "rb", "rp", "rt", "rtc",
		"ruby", "s", "script", "search", "section",
		"select", "small", "source", "strike", "strong", "style",
		"summary", "svg", "table", "tbody", "td", "template",
		"textarea", "tfoot", "th", "thead", "title", "tr", "track",
		"tt", "u", "ul", "wbr", "xmp", "TR", "ScRiPt",
	};

	(void)state;
	for (size_t i = 0; i < nitems(names); i++) {
		const struct html_tag *tag = html_tag_of(str_of(names[i]));

		assert_true(str_case_is(str_of(names[i]), tag->name));
		assert_true(html_tag_number(tag) < HTML_TAGS_MOST);
	}
	assert_string_equal(html_tag_of(STR("o:p"))->name, "");
	assert_string_equal(html_tag_of(STR("tablex"))->name, "");
	assert_string_equal(html_tag_of(STR("tabl"))->name, "");
	assert_string_equal(html_tag_of((struct str){ "a\0b", 3 })->name, "");
}

static void
test_every_attribute_has_its_number(void **state)
{
	static const char *const names[] = {
		"action", "alt", "background", "bgcolor", "class", "color",
		"content", "data", "dir", "formaction", "hidden", "href",
		"http-equiv", "id", "imagesrcset", "on", "placeholder",
		"poster", "size", "src", "srcdoc", "srcset", "style", "title",
		"to", "type", "value", "values", "xlink:href",
	};

	(void)state;
	for (size_t i = 0; i < nitems(names); i++)
		assert_int_equal(html_attr_name_of(str_of(names[i])), i + 1);
	assert_int_equal(html_attr_name_of(STR("HREF")), ATTR_HREF);
	assert_int_equal(html_attr_name_of(STR("onClick")), ATTR_ON);
	assert_int_equal(html_attr_name_of(STR("hreF2")), ATTR_OTHER);
	assert_int_equal(html_attr_name_of(STR("=")), ATTR_OTHER);
}

static void
test_no_more_attributes_are_kept_than_there_is_room_for(void **state)
{
	struct html_token *token = ARENA_ONE(arena, struct html_token);
	struct html_tokens t;
	struct buf html;

	(void)state;
	buf_init_arena(&html, arena, 4096);
	buf_add_str(&html, STR("<a"));
	for (int i = 0; i < 500; i++)
		buf_add_str(&html, STR(" x=y"));
	buf_add_str(&html, STR(" href=x>z"));
	html_tokens_init(&t, buf_str(&html));
	assert_true(html_tokens_next(&t, token));
	assert_int_equal(token->n_attrs, HTML_ATTRS_OTHER + 1);
	assert_non_null(html_attr(token, ATTR_HREF));
	assert_true(html_tokens_next(&t, token));
	assert_string_equal(str_cstr(arena, token->text), "z");
	assert_false(html_tokens_next(&t, token));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pages_are_cut_into_the_same_tokens),
		cmocka_unit_test(test_every_named_reference_is_known),
		cmocka_unit_test(test_every_tag_of_the_table_is_found),
		cmocka_unit_test(test_every_attribute_has_its_number),
		cmocka_unit_test(
	    test_no_more_attributes_are_kept_than_there_is_room_for),
	};

	return cmocka_run_group_tests(tests, scratch_open, scratch_close);
}
