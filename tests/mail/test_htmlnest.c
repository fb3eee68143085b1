/* SPDX-License-Identifier: Apache-2.0 */
/* What tags end, imply and leave alone: once each of these told text that all
 * clients show as hidden, by an element that it does not stand in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "base/vec.h"
#include "mail/html.h"
#include "../scratch.h"

/* Of the words of html: "no" is hidden, all others are seen. */
struct nest_case {
	const char *html, *visible, *hidden;
};

static void
check(const struct nest_case *c)
{
	struct html_page page;
	url_list links = { 0 };

	html_read(&page, &links, arena, str_of(c->html), 1, 100);
	if (!str_is(page.visible, c->visible) ||
	    !str_is(page.hidden, c->hidden))
		fail_msg("%s: visible \"%s\", hidden \"%s\"", c->html,
		    str_cstr(arena, page.visible),
		    str_cstr(arena, page.hidden));
}

static void
check_all(const struct nest_case *cases, size_t n)
{
	for (size_t i = 0; i < n; i++)
		check(&cases[i]);
}

#define NO " style='display:none'"

static void
test_formatting_ends_what_is_ordinary_inside(void **state)
{
	static const struct nest_case cases[] = {
		{ "<b><span" NO ">no</b>yes", "yes", "no" },
		{ "<a href=x><span" NO ">no</a>yes", "yes", "no" },
		{ "<font><label" NO ">no</font>yes", "yes", "no" },
		{ "<b><foo" NO ">no</b>yes", "yes", "no" },
		{ "<b><div" NO ">no</b>no", "", "nono" },
		{ "<b><div><span" NO ">no</b>yes", "yes", "no" },
		{ "<b" NO "><div>no</b>yes", "yes", "no" },
		{ "<b" NO "><i><div>no</b>yes", "yes", "no" },
		{ "<i" NO "><b><div>no</b>no", "", "nono" },
		{ "<p><b" NO ">no</p>no", "",
		    "nono" },
		{ "<p><b" NO ">no</p></b>yes", "yes", "no" },
		{ "<p><b" NO ">no</p><table><td>yes", "yes", "no" },
		{ "<p><b" NO ">no</p> <table><td>no", "", "no\nno" },
		{ "<table><td><b" NO ">no</table>yes", "yes", "no" },
		{ "<table><b" NO "><tr><td>yes</table>no", "yes", "no" },
		{ "<div" NO "><p><b>no</div>yes", "yes", "no" },
		{ "<td><b" NO ">no</td>no", "", "nono" },
	};

	(void)state;
	check_all(cases, nitems(cases));
}

/* Once what stood in a hidden <span> was told as hidden, though the end tag
 * of formatting around it takes a block out of that. */
static void
test_formatting_takes_blocks_out_of_what_is_hidden(void **state)
{
	static const struct nest_case cases[] = {
		{ "<b><span" NO ">no<div>yes</b>", "yes", "no" },
		{ "<b><span" NO "><div>yes</b>yes", "yesyes", "" },
		{ "<a href=x><span" NO "><div>yes</a>", "yes", "" },
		{ "<font><label" NO "><p>yes</font>", "yes", "" },
		{ "<nobr><span" NO "><div>yes<nobr>", "yes", "" },
		{ "<b><div><span" NO ">no<p>yes</b>", "yes", "no" },
		{ "yes<b><span" NO "><div>yes<p>yes</b>yes",
		    "yes\nyes\nyesyes", "" },
		{ "<b><span" NO ">no</b>yes", "yes", "no" },
		{ "<b><span" NO "><div" NO ">no</b>no", "", "nono" },
		{ "<i" NO "><b><span" NO "><div>no</b>no", "", "nono" },
		{ "<div" NO "><b><span" NO "><div>no</b>no", "", "nono" },
		{ "<b><span" NO "><div>no</div></b>yes", "yes", "no" },
		{ "<b><span" NO "><div><i>yes<p>yes</b>yes",
		    "yes\nyesyes", "" },
	};

	(void)state;
	check_all(cases, nitems(cases));
}

/* Once all that stood in such a block was told as seen, and a link in it had
 * no text. */
static void
test_what_hides_in_such_a_block_goes_on_to_hide(void **state)
{
	static const struct nest_case cases[] = {
		{ "<b><span" NO "><div>yes<i" NO ">no</i>yes</b>", "yesyes",
		    "no" },
		{ "<b><span" NO "><div>yes<div" NO ">no</b>", "yes", "no" },
		{ "<b><span" NO ">no<div><span" NO ">no<p>yes</b>", "yes",
		    "no\nno" },
		{ "<i><span" NO "><b><span" NO "><div>yes</b></i>", "yes", "" },
		{ "<b><span" NO "><i>no<div>yes</b>", "yes", "no" },
		{ "<b><span" NO "><img alt=no><div>yes</b>", "yes", "" },
		{ "<b><span" NO "><div>yes</b><style>i" NO
		    "{color:red}</style><i>yes", "yesyes", "" },
		{ "<b><span class=h><div>yes<i class=h>no</b>"
		    "<style>.h{display:none}</style>", "yes", "no" },
	};
	struct html_page page;
	url_list links = { 0 };

	(void)state;
	check_all(cases, nitems(cases));
	html_read(&page, &links, arena, STR("<b><span" NO "><div>"
	    "<a href='http://a.example/'>yes</a></b>"), 1, 100);
	assert_int_equal(links.n, 1);
	assert_true(str_is(links.at[0].text, "yes"));
	assert_false(page.is_cut);
}

/* Each of them is seen after one more pass, and no page is read for ever. */
static void
test_blocks_out_of_blocks_are_followed_some_way(void **state)
{
	static const bool cut[] = { false, false, false, false, true, true };
	struct html_page page;
	struct buf html;

	(void)state;
	for (size_t n = 1; n <= nitems(cut); n++) {
		url_list links = { 0 };

		buf_init(&html, SIZE_MAX);
		buf_add_str(&html, STR("<b>"));
		for (size_t i = 0; i < n; i++)
			buf_add_str(&html, STR("<span" NO "><div>yes"));
		buf_add_str(&html, STR("</b>"));
		html_read(&page, &links, arena, buf_str(&html), 1, 100);
		assert_int_equal(page.is_cut, cut[n - 1]);
		assert_int_equal(page.hidden.n != 0, cut[n - 1]);
		buf_release(&html);
	}
}

/* Once a word that is hidden for itself was told as seen when its block came
 * out of what was only taken to hide it: a sheet's colours were not read. */
static void
test_what_only_colours_may_hide_is_not_taken_out_of_it(void **state)
{
	static const struct nest_case cases[] = {
		{ "<style>.a:has(b) { color: red }</style><b>"
		    "<span style='color: white'><div>yes <i" NO ">no</b>",
		    "yes", "no" },
	};

	(void)state;
	check_all(cases, nitems(cases));
}

static void
test_headings_and_items_end_their_kin(void **state)
{
	static const struct nest_case cases[] = {
		{ "<h1" NO ">no</h3>yes", "yes", "no" },
		{ "<h1" NO ">no<h2>yes", "yes", "no" },
		{ "<h1" NO "><b>no<h2>no", "", "no\nno" },
		{ "<li" NO ">no<p>no<li>yes", "yes", "no\nno" },
		{ "<li" NO "><section>no<li>no", "", "no\nno" },
		{ "<dt" NO "><div>no<dd>yes", "yes", "no" },
		{ "<ul><li" NO ">no<ul></li>no", "", "no\nno" },
		{ "<p" NO ">no<button></p>no", "", "no\nno" },
		{ "<ruby>a<rb" NO ">no<rb>b", "ab", "no" },
		{ "<ruby>a<rtc" NO ">no<rtc>b", "ab", "no" },
		{ "<ruby>a<rt" NO ">no<rp>no</ruby>b", "ab", "nono" },
		{ "<option" NO ">no<option>yes", "yes", "no" },
		{ "<option" NO "><div>no<option>no", "", "no\nno" },
		{ "<optgroup" NO ">no<optgroup>no", "", "no\nno" },
	};

	(void)state;
	check_all(cases, nitems(cases));
}

static void
test_tags_of_tables_are_nothing_elsewhere(void **state)
{
	static const char *const names[] = {
		"td", "th", "tr", "tbody", "thead", "tfoot", "caption",
		"colgroup", "col", "frameset", "frame", "head", "image",
	};

	(void)state;
	for (size_t i = 0; i < nitems(names); i++) {
		struct str html = str_cat(arena, STR("yes<"),
		    str_of(names[i]), STR(NO ">yes"));

		check(&(struct nest_case){ str_cstr(arena, html), "yesyes",
		    "" });
	}
	check(&(struct nest_case){ "<head" NO "><p>yes", "yes", "" });
	check(&(struct nest_case){ "<svg><td" NO ">no", "", "no" });
}

static void
test_what_no_table_holds_stands_in_front_of_it(void **state)
{
	static const struct nest_case cases[] = {
		{ "<table" NO ">yes</table>yes", "yesyes", "" },
		{ "<table" NO "><a href=x>yes</a>", "yes", "" },
		{ "<table><tr" NO "><p>yes", "yes", "" },
		{ "<table><tbody" NO ">yes<td>no", "yes", "no" },
		{ "<div" NO "><table>no", "", "no" },
		{ "<table><tr><p" NO ">no<td>yes", "yes", "no" },
		{ "<table" NO "><table><tr><td>yes", "yes", "" },
		{ "<table" NO "><td><table>no</table>no", "", "no\nno" },
		{ "<table><caption" NO ">no<tr><td>yes", "yes", "no" },
		{ "<table><caption" NO ">no<caption>yes", "yes", "no" },
		{ "<table><colgroup" NO ">a<tr><td>b", "a\nb", "" },
		{ "<table><td" NO ">no<tr>yes", "yes", "no" },
		{ "<table><td" NO "><b>no</tr>yes", "yes", "no" },
		{ "<table><form" NO "><td>yes", "yes", "" },
		{ "<table><i" NO ">no<object></table>yes", "yes", "no" },
		{ "<table><i" NO ">no<marquee><tr>yes", "yes", "no" },
		{ "<table><i" NO ">no<object></object></table>no", "",
		    "nono" },
	};

	(void)state;
	check_all(cases, nitems(cases));
}

static void
test_forms_and_lists_of_choices_hold_only_some(void **state)
{
	static const struct nest_case cases[] = {
		{ "<form" NO "><form></form>yes", "yes", "" },
		{ "<form><form" NO ">yes", "yes", "" },
		{ "<form><div" NO "></form>no", "", "no" },
		{ "<form" NO "><div></form>no</div>yes", "yes", "no" },
		{ "<select" NO "><input>yes", "yes", "" },
		{ "<select" NO "><textarea>yes", "yes", "" },
		{ "<select" NO "><keygen>yes", "yes", "" },
		{ "<select><select" NO ">yes", "yes", "" },
		{ "<select><div" NO "></select>yes", "yes", "" },
		{ "<select" NO "></div>no", "", "no" },
		{ "<table><td><select" NO ">no<td>yes", "yes", "no" },
		{ "<select><option" NO ">no<hr>yes", "yes", "no" },
	};

	(void)state;
	check_all(cases, nitems(cases));
}

/* Once HTML left the innermost of them alone, and the outermost went on where
 * its tag ends itself. */
static void
test_html_leaves_all_svg_and_mathml(void **state)
{
	static const struct nest_case cases[] = {
		{ "<svg" NO "/>yes", "yes", "" },
		{ "<math" NO "/>yes", "yes", "" },
		{ "<svg><svg" NO "/>yes", "yes", "" },
		{ "<svg" NO ">no</svg>yes", "yes", "no" },
		{ "<svg" NO "><svg><p>yes", "yes", "" },
		{ "<math" NO "><svg>no<p>yes", "yes", "no" },
		{ "<svg" NO "><g><svg><g></p>yes", "yes", "" },
		{ "<svg" NO "><svg></svg>no", "", "no" },
		{ "<svg><math" NO "></svg>yes", "yes", "" },
		{ "<svg" NO "></math>no", "", "no" },
		{ "<div" NO "><svg><svg><p>no", "", "no" },
	};

	(void)state;
	check_all(cases, nitems(cases));
}

/* Once a <select>, <td> or <marquee> of SVG was taken for that of HTML, and
 * kept end tags in. */
static void
test_names_in_svg_are_none_of_html(void **state)
{
	static const struct nest_case cases[] = {
		{ "<div><svg" NO "><select></div>yes", "yes", "" },
		{ "<div><svg><td" NO "></div>yes", "yes", "" },
		{ "<div><svg><object" NO "></div>yes", "yes", "" },
		{ "<i><svg><marquee" NO "></i>yes", "yes", "" },
		{ "<svg><select" NO ">no</select>yes", "yes", "no" },
		{ "<svg><a" NO "><td>no</a>yes", "yes", "no" },
		{ "<div" NO "><svg><marquee></svg><b>no</b></div>yes", "yes",
		    "no" },
		{ "<p><b><svg><marquee></svg><p>yes<p>yes", "yes\nyes", "" },
		{ "<div" NO "><table><td><svg><tr>no", "", "no" },
		{ "<table" NO "><td><svg><tr>no", "", "no" },
	};

	(void)state;
	check_all(cases, nitems(cases));
}

/* Sheets and their selectors see what nobody wrote. */
static void
test_page_has_a_body_and_a_table_has_rows(void **state)
{
	static const struct nest_case cases[] = {
		{ "<style>body{background:#000}</style><p style='color:#fff'>"
		    "yes", "yes", "" },
		{ "<body class=q><style>.q{background:#000}</style>"
		    "<p style='color:#fff'>yes", "yes", "" },
		{ "<p>yes<body style='background:#000'><p style='color:#fff'>"
		    "yes", "yes\nyes", "" },
		{ "<style>body .h{display:none}</style><p class=h>no", "",
		    "no" },
		{ "<style>html>body>.h{display:none}</style><body>"
		    "<p class=h>no", "", "no" },
		{ "<style>.x+.h{display:none}</style><p class=x></p>"
		    "<p class=h>no", "", "no" },
		{ "<style>.x~.h{display:none}</style><p class=x></p>"
		    "<b></b><p class=h>no", "", "no" },
		{ "<style>p:nth-child(2){display:none}</style><b></b><p>no",
		    "", "no" },
		{ "<style>p:first-child{display:none}</style><p>no<p>yes",
		    "yes", "no" },
		{ "<style>table>tr>td{display:none}</style><table><tr><td>"
		    "yes", "yes", "" },
		{ "<style>table>tbody>tr>td{display:none}</style><table>"
		    "<tr><td>no", "", "no" },
		{ "<style>table>tbody>tr>td{display:none}</style><table>"
		    "<td>no", "", "no" },
		{ "<template><body" NO "></template><p>yes", "yes", "" },
		{ "<html><head><noscript><p>yes</noscript>", "yes", "" },
	};

	(void)state;
	check_all(cases, nitems(cases));
}

/* Once its end tag did not reach out of what stands in it. */
static void
test_template_ends_whatever_it_holds(void **state)
{
	static const struct nest_case cases[] = {
		{ "<template>no<object></template>yes", "yes", "no" },
		{ "<template>no<marquee></template>yes", "yes", "no" },
		{ "<template><table></template>yes", "yes", "" },
		{ "<template><tr><td><object></template>yes", "yes", "" },
		{ "<template><template><object></template>no", "", "no" },
		{ "<object><div" NO "></template>no", "", "no" },
	};

	(void)state;
	check_all(cases, nitems(cases));
}

/* Once each block took all of them up again, whatever that cost. */
static void
test_formatting_is_not_opened_anew_for_ever(void **state)
{
	struct html_page page;
	url_list links = { 0 };
	struct buf html;

	(void)state;
	buf_init(&html, SIZE_MAX);
	buf_add_str(&html, STR("<p><b" NO ">no</p>"));
	for (int i = 0; i < 20000; i++)
		buf_add_str(&html, STR("<p>x</p>"));
	html_read(&page, &links, arena, buf_str(&html), 1, 100);
	assert_true(page.is_cut);
	assert_true(page.visible.n != 0 && page.hidden.n != 0);
	buf_release(&html);
}

/* Once each of them went through all that was open, and cost 30 times what
 * a benign page does; text behind them is told as seen. */
static void
test_tags_that_end_nothing_do_not_look_for_ever(void **state)
{
	struct html_page page;
	url_list links = { 0 };
	struct buf html;

	(void)state;
	buf_init(&html, SIZE_MAX);
	buf_add_str(&html, STR("<p><object><div" NO ">no"));
	for (int i = 0; i < 200; i++)
		buf_add_str(&html, STR("<div>"));
	for (int i = 0; i < 1000; i++)
		buf_add_str(&html, STR("</p>"));
	buf_add_str(&html, STR("ye<b" NO ">no</b>s"));
	html_read(&page, &links, arena, buf_str(&html), 1, 100);
	assert_true(page.is_cut);
	assert_string_equal(str_cstr(arena, page.visible), "yes");
	assert_string_equal(str_cstr(arena, page.hidden), "no\nno");
	buf_release(&html);
}

/* Once what was set aside beyond the sixteenth, or opened anew too often, was
 * left out silently, and the text that it showed was told as hidden; a link
 * among it lost its text. */
static void
test_text_is_seen_once_formatting_was_left_out(void **state)
{
	static const struct {
		size_t bolds;
		size_t blocks;
		const char *around, *format;
		bool is_cut;
	} cases[] = {
		{ 16, 0, "<div style='font-size:0'>",
		    "<font style='font-size:16px'>", true },
		{ 16, 0, "<div style='visibility:hidden'>",
		    "<b style='visibility:visible'>", true },
		{ 16, 0, "<body text='#ffffff'>", "<font color=black>", true },
		{ 16, 0, "<div>", "<a href='http://a.example/'>", true },
		{ 15, 0, "<div style='font-size:0'>",
		    "<font style='font-size:16px'>", false },
		{ 0, 17000, "<div style='font-size:0'>",
		    "<font style='font-size:16px'>", true },
		{ 0, 17000, "<div>", "<a href='http://a.example/'>", true },
	};
	struct html_page page;
	struct buf html;

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		url_list links = { 0 };

		buf_init(&html, SIZE_MAX);
		buf_add_str(&html, str_of(cases[i].around));
		buf_add_str(&html, STR("<p>"));
		for (size_t k = 0; k < cases[i].bolds; k++)
			buf_add_str(&html, STR("<b>"));
		buf_add_str(&html, str_of(cases[i].format));
		for (size_t k = 0; k < cases[i].blocks; k++)
			buf_add_str(&html, STR("<p>x"));
		buf_add_str(&html, STR("<p>yes</a>"));
		html_read(&page, &links, arena, buf_str(&html), 1, 100);
		assert_true(str_ends(page.visible, STR("yes")));
		assert_int_equal(page.hidden.n, 0);
		assert_int_equal(page.is_cut, cases[i].is_cut);
		if (links.n != 0)
			assert_true(links.at[0].text.n >= 3);
		buf_release(&html);
	}
}

/* Once nothing was told as hidden any more behind formatting that found no
 * room, behind tags that ended what could not be looked for, and below many
 * levels: a few bytes in front of a page, and letters between those of a word
 * parted it for all rules. */
static void
test_what_is_opened_later_hides_whatever_was_left_out(void **state)
{
	static const struct {
		const char *first, *many;
		size_t n;
		const char *last;
	} fronts[] = {
		{ "<table><i><object></table>", "", 0, "" },
		{ "<table><i style='color:red'><object></table>", "", 0, "" },
		{ "<table><b><marquee></table>", "", 0, "" },
		{ "<p>", "<b>", 17, "</p>" },
		{ "<p>", "<font>", 17, "" },
		{ "<p>", "<font title=x>", 17, "</p>" },
		{ "<p>", "<b>x<p>", 17000, "" },
		{ "", "<div>", 300, "" },
		{ "<p><object>", "<div>", 200, "" },
	};
	static const char *const styles[] = {
		"display:none", "font-size:0", "visibility:hidden",
		"color:#fff",
	};
	struct buf html;

	(void)state;
	for (size_t i = 0; i < nitems(fronts) * nitems(styles); i++) {
		const char *style = styles[i % nitems(styles)];
		size_t at = i / nitems(styles);
		struct html_page page;
		url_list links = { 0 };

		buf_init(&html, SIZE_MAX);
		buf_add_str(&html, str_of(fronts[at].first));
		for (size_t k = 0; k < fronts[at].n; k++)
			buf_add_str(&html, str_of(fronts[at].many));
		buf_add_str(&html, str_of(fronts[at].last));
		buf_printf(&html, "ye<span style='%s'>no</span>s"
		    "<div style='%s'>no</div>", style, style);
		html_read(&page, &links, arena, buf_str(&html), 1, 100);
		assert_true(str_ends(page.visible, STR("yes")));
		assert_string_equal(str_cstr(arena, page.hidden), "nono");
		buf_release(&html);
	}
}

/* What was lost may end a <span> around it, and show again what is in a <div>
 * that it goes on in. */
static void
test_lost_formatting_may_end_and_show(void **state)
{
#define MANY "<b><b><b><b><b><b><b><b><b><b><b><b><b><b><b><b>"
#define ENDS "</b></b></b></b></b></b></b></b></b></b></b></b></b></b></b></b>"
	static const struct nest_case cases[] = {
		{ "<p>" MANY "<b></p>" ENDS "yes<span" NO ">no</b>yes",
		    "yesyes", "no" },
		{ "<p>" MANY "<b></p>" ENDS "<div" NO ">no</b>no", "",
		    "nono" },
		{ "<p>" MANY "<b></p>" ENDS "<i" NO ">no</b>no", "", "nono" },
		{ "<p>" MANY "<b></p>" ENDS "</b><span" NO ">no</b>no", "",
		    "nono" },
		{ "<p>" MANY "<i style='visibility:visible'></p>"
		    "<div style='visibility:hidden'>yes", "yes", "" },
		{ "<p>" MANY "<i style='visibility:visible'></p>yes"
		    "<div style='visibility:hidden'>no", "yes", "no" },
		{ "<p>" MANY "<i style='visibility:visible'></p>"
		    "<div" NO ">no", "", "no" },
	};

	(void)state;
	check_all(cases, nitems(cases));
}

static struct str
times(const char *s, size_t n)
{
	struct buf b;

	buf_init_arena(&b, arena, SIZE_MAX);
	while (n-- > 0)
		buf_add_str(&b, str_of(s));
	return buf_str(&b);
}

/* Beyond 512 elements nothing hid: letters between those of a lure were told
 * visible. */
static void
test_what_is_too_deep_to_nest_hides_its_own_text(void **state)
{
	static const size_t depths[] = { 511, 512, 900, 1050, 5001 };
	static const struct nest_case cases[] = {
		{ "<i" NO ">no</i>yes<i" NO ">no</i>", "yes", "nono" },
		{ "<i" NO ">no<b>yes</b>no</i>", "yes", "nono" },
		{ "<p" NO ">no<div></div>yes", "yes", "no" },
		{ "<i" NO "><table>yes<tr><td>yes</table>", "yes\nyes", "" },
		{ "<style>i b{display:none}</style><i><b>yes</b></i>", "yes",
		    "" },
		{ "<style>i+b{display:none}</style><i><b>no</b></i>", "",
		    "no" },
	};

	(void)state;
	for (size_t i = 0; i < nitems(depths); i++)
		for (size_t k = 0; k < nitems(cases); k++) {
			struct nest_case c = cases[k];

			c.html = str_cstr(arena, str_cat(arena,
			    times("<div>", depths[i]), str_of(c.html)));
			check(&c);
		}
}

/* Where it is not known which of them a text is in, none of them hides it. */
static void
test_what_was_forgotten_hides_nothing(void **state)
{
	struct str many = times("<div>", 1200), ends = times("</div>", 1200);
	struct nest_case c = { .visible = "yes", .hidden = "" };

	(void)state;
	c.html = str_cstr(arena, str_cat(arena, many, STR("<div" NO ">"),
	    many, str_cat(arena, ends, STR("yes"))));
	check(&c);
	c.html = str_cstr(arena, str_cat(arena, times("<div>", 510),
	    STR("<div" NO ">"), many, str_cat(arena, times("</div>", 500),
	    times("</x>", 700), STR("yes"))));
	check(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_what_is_too_deep_to_nest_hides_its_own_text),
		cmocka_unit_test(test_what_was_forgotten_hides_nothing),
		cmocka_unit_test(test_formatting_ends_what_is_ordinary_inside),
		cmocka_unit_test(
		    test_formatting_takes_blocks_out_of_what_is_hidden),
		cmocka_unit_test(
		    test_what_hides_in_such_a_block_goes_on_to_hide),
		cmocka_unit_test(
		    test_blocks_out_of_blocks_are_followed_some_way),
		cmocka_unit_test(
		    test_what_only_colours_may_hide_is_not_taken_out_of_it),
		cmocka_unit_test(test_headings_and_items_end_their_kin),
		cmocka_unit_test(test_tags_of_tables_are_nothing_elsewhere),
		cmocka_unit_test(
		    test_what_no_table_holds_stands_in_front_of_it),
		cmocka_unit_test(
		    test_forms_and_lists_of_choices_hold_only_some),
		cmocka_unit_test(test_html_leaves_all_svg_and_mathml),
		cmocka_unit_test(test_names_in_svg_are_none_of_html),
		cmocka_unit_test(test_page_has_a_body_and_a_table_has_rows),
		cmocka_unit_test(test_template_ends_whatever_it_holds),
		cmocka_unit_test(test_formatting_is_not_opened_anew_for_ever),
		cmocka_unit_test(
		    test_tags_that_end_nothing_do_not_look_for_ever),
		cmocka_unit_test(
		    test_text_is_seen_once_formatting_was_left_out),
		cmocka_unit_test(
		    test_what_is_opened_later_hides_whatever_was_left_out),
		cmocka_unit_test(test_lost_formatting_may_end_and_show),
	};

	return cmocka_run_group_tests(tests, scratch_open, scratch_close);
}
