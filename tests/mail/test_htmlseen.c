/* SPDX-License-Identifier: Apache-2.0 */
/* What style hides and what it only seems to hide: each case is one word in
 * an element of class "a", with a style or a sheet. */
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

/* More blanks than a declaration may have bytes. */
#define LONG_40 "                                        "
#define LONG LONG_40 LONG_40 LONG_40 LONG_40 LONG_40

static void
check(const char *head, const char *middle, const char *tail, bool is_seen)
{
	struct str html = str_cat(arena, str_of(head), str_of(middle),
	    str_of(tail));
	struct html_page page;
	url_list links = { 0 };

	html_read(&page, &links, arena, html, 1, 100);
	if (str_is(page.visible, "word") != is_seen ||
	    str_is(page.hidden, "word") == is_seen)
		fail_msg("%s: visible \"%s\", hidden \"%s\"", middle,
		    str_cstr(arena, page.visible),
		    str_cstr(arena, page.hidden));
}

static void
test_invalid_declarations_hide_nothing(void **state)
{
	static const char *const cases[] = {
		"display:nonee", "display:none x", "display:none/",
		"display:none!foo", "display:none !", "display:none)",
		"-display:none", "display:none\\9", "display:none\\0",
		"display\\:none:none", "d\\isplay:none2", "display:none\v",
		"visibility:hiddenx", "opacity:0x", "opacity:0px",
		"opacity:0 1", "opacity:0e0x", "font-size:0x",
		"font-size:0foo", "font-size:0 0", "font:0", "font:0px",
		"font-size:0\\0", "max-height:0x;overflow:hidden",
		"max-height:0;overflow:hiddenx", "transform:scale(0x)",
		"color:rgb(255,255,255)x", "a:{;display:none;}",
		"a:[;display:none;]", "font-family:'x\\';display:none'",
		"font-family:'x\ny;display:none'",
		"background:url(;display:none)",
	};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++)
		check("<p style=\"", cases[i], "\">word</p>", true);
}

static void
test_what_is_said_later_counts(void **state)
{
	static const char *const cases[] = {
		"max-height:0;overflow:hidden;max-height:none",
		"height:0;overflow:hidden;height:auto",
		"max-height:0;overflow:hidden;overflow:visible",
		"position:absolute;left:-9999px;left:0",
		"position:absolute;left:-9999px;inset:0",
		"position:absolute;left:-9999px;position:sticky",
		"text-indent:-9999px;text-indent:0",
		"margin-left:-9999px;margin-left:0",
		"margin-left:-9999px;margin:0 auto",
		"transform:scale(0);transform:none",
		"clip-path:inset(100%);clip-path:none",
		"filter:alpha(opacity=0);filter:none",
		"opacity:0;opacity:1", "display:none;all:initial",
		"display:none!important;all:initial!important",
		"display:none;display:var(--x)", "display:none;display:-x-y",
		"display:none;display:inline flow-root",
		"display:none;display:table-row-group",
		"visibility:hidden;visibility:var(--x,visible)",
		"opacity:0;opacity:inherit", "opacity:0;opacity:var(--x)",
		"font-size:0;font-size:12", "font-size:0;font-size:x-small",
		"font-size:0;font:oblique 10deg 12px a",
		"font-size:0;font:bold large a", "font-size:0;font:menu",
		"font-size:0;font-size:5dvh", "font:0 a;font:var(--x)",
		"max-height:0;overflow:hidden;max-height:5dvh",
		"height:0;overflow:hidden;height:fit-content",
		"height:0;overflow:hidden;min-height:min-content",
		"transform:scale(0);transform:var(--x)",
		"overflow:hidden;height:0;overflow:var(--x)",
		"position:absolute;left:-9999px;position:-webkit-sticky",
		"color:#fff;color:linktext", "color:#fff;color:fff",
		"color:#fff;color:12", "color:#fff;color:lab(0 0 0)",
		"color:#fff;color:rgb(none 0 0)", "color:#fff;color:rgb(0 0 0)",
		"color:#fff;color:rgb(calc(1) 0 0)", "color:#fff;color:PERU",
		"color:#fff;color:rgba(0 0 0/.5)", "color:#fff;color:hsl(0,0%,0%)",
		"color:#fff;color:hsl(90deg 0% 0% / 100%)",
		"color:#fff;color:rgb(0,0,0", "color:#fff;color:rgb(0+0+0)",
		"color:rgb(255,255,255,255,255)", "color:rgb(255,255)",
		"color:rgb(255,255,255/0)", "color:rgb(255 255 255 0)",
		"color:none", "color:#fffff", "color:#ffffg",
		"color:#fff;background:none #c00",
	};
	static const char *const hidden[] = {
		"display:block;display:none", "display:none;display:nonee",
		"max-height:none;max-height:0;overflow:hidden",
		"position:absolute;left:0;left:-9999px",
		"position:absolute;left:-9999px;top:0",
		"margin:0;margin-left:-9999px", "margin:0 0 0 -9999px",
		"font-size:9px;font-size:0", "opacity:0!important;opacity:1",
		"max-height:0!important;overflow:hidden;max-height:9em",
		"font-size:0e3px", "display:none;color:red!x",
		"display:none;display:bogus", "display:none;display:",
		"display:none;display:block none", "display:none;display:12",
		"display:none;display:block;display:none;display:block flob",
		"visibility:hidden;visibility:bogus", "opacity:0;opacity:bogus",
		"opacity:0;opacity:none", "opacity:0;opacity:",
		"font-size:0;font-size:bogus", "font-size:0;font-size:",
		"font-size:0;font-size:-9px", "font-size:0;font-size:12foo",
		"font-size:0;font:bogus", "font-size:0;font:bold a b",
		"font-size:0;font:12px", "font-size:0;font:12foo a",
		"max-height:0;overflow:hidden;max-height:bogus",
		"max-height:0;overflow:hidden;max-height:auto",
		"height:0;overflow:hidden;height:none",
		"height:0;overflow:hidden;padding:bogus",
		"height:0;overflow:hidden;padding:auto",
		"height:0;overflow:hidden;min-height:bogus",
		"position:absolute;left:-9999px;left:bogus",
		"position:absolute;left:-9999px;position:bogus",
		"transform:scale(0);transform:bogus",
		"clip-path:inset(50%);clip-path:bogus",
		"filter:opacity(0);filter:bogus",
		"position:absolute;clip:rect(0,0,0,0);clip:bogus",
		"color:#fff;color:#12345", "color:#fff;color:bogus",
		"color:#fff;color:#ggg", "color:#fff;color:",
		"color:#fff;color:rgb(0,0)", "color:#fff;color:rgb(0,0,0,0,0)",
		"color:#fff;color:rgb(0 0,0)", "color:#fff;color:hsl(0,0%)",
		"color:#fff;color:#000\\9", "color:#fff;color:none",
		"color:azure;background:rgb(240 255 255)",
		"color:#fff;background-color:bogus",
	};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		check("<p style=\"", cases[i], "\">word</p>", true);
		check("<style>p{", cases[i], "}</style><p>word</p>", true);
	}
	for (size_t i = 0; i < nitems(hidden); i++) {
		check("<p style=\"", hidden[i], "\">word</p>", false);
		check("<style>p{", hidden[i], "}</style><p>word</p>", false);
	}
	check("<p style='display:none;display:/**/", LONG, " block'>word",
	    true);
	check("<p style='color:#fff;color:rgb(0", LONG, ",0,0)'>word", true);
	check("<style>p{visibility:hidden}</style>",
	    "<p style='visibility:inherit'>", "word", true);
	check("<style>p{visibility:hidden}</style>",
	    "<p style='all:unset'>", "word", true);
	check("<div style='visibility:hidden'>",
	    "<p style='visibility:inherit'>", "word", false);
}

/* A lure in a <span> of no height is shown by every client. */
static void
test_sizes_are_nothing_to_what_stands_in_a_line(void **state)
{
	static const char *const cases[] = {
		"max-height:0;overflow:hidden", "width:0;overflow:hidden",
		"text-indent:-9999px", "transform:scale(0)",
		"display:inline;height:0;overflow:hidden",
	};
	static const char *const hidden[] = {
		"display:block;max-height:0;overflow:hidden",
		"display:inline-block;width:0;overflow:hidden",
		"position:absolute;height:0;overflow:hidden",
		"opacity:0", "position:absolute;left:-9999px",
	};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++)
		check("<span style='", cases[i], "'>word</span>", true);
	for (size_t i = 0; i < nitems(hidden); i++)
		check("<span style='", hidden[i], "'>word</span>", false);
	check("<div style='", cases[0], "'>word</div>", false);
	check("<div style='", cases[4], "'>word</div>", true);
}

/* A pixel outside and sixteen times that inside was told hidden. */
static void
test_sizes_of_letters_are_worked_out_from_those_around(void **state)
{
	static const char *const shown[] = {
		".1vw", "1vh", ".1rem", ".001vw'><b style='font-size:99em",
		"1px'><b style='font-size:16em", "1px'><b style='font-size:"
		    "1600%", "1px'><b style='font-size:4em'><b style='"
		    "font-size:4em", ".01px'><b style='font-size:1600em",
		".00001em'><b style='font-size:1000000em",
		"1px'><b class=large style='color:red",
		"1px'><b class=large style='font-size:16em",
		"0'><b style='font-size:9px", "0'><b style='font:9px a",
		"0'><b style='font-size:larger'><b style='font-size:1rem",
		"0'><b style='font-size:medium'><b style='font-size:.5em",
		"0'><b style='font-size:initial", "0'><b style='all:initial",
		"0'><b class=none style='font-size:12pt",
		".3em'><b style='font-size:.3em", "2px", "1mm", ".3in",
		"12px'><b class=none style='font-size:inherit",
		"12px'><b class=none style='font-size:unset",
		"12px'><b class=none style='all:unset",
		"12px'><b style='font-size:0;font-size:inherit",
		"1px'><font size=3", ".1em;font-size:calc(9px + 1em)",
	};
	static const char *const hidden[] = {
		"0.00000000000014694vh", "0.0000001rem", ".001vw'><b style='"
		    "font-size:8em",
		"0'><b style='font-size:16em", "0'><b style='font-size:1600%",
		"0.0em'><b style='font-size:16em", "1px'><b style='"
		    "font-size:1em", "0'><b style='font-size:inherit",
		"0'><b style='all:unset", "1px", "1pt", ".1mm", ".01in",
		".3em'><b style='font-size:.3em'><b style='font-size:.3em",
		"4px'><b style='font-size:25%", "0'><b class=large style='",
		"16em'><b style='font-size:0'><b style='font-size:16em",
		"1px'><b style='font-size:larger", "10px'><b class=none "
		    "style='", "100px'><b style='font-size:1px",
	};

	(void)state;
	for (size_t i = 0; i < nitems(shown); i++)
		check("<style>.large{font-size:16em}.none{font-size:0}</style>"
		    "<div style='font-size:", shown[i], "'>word</div>", true);
	for (size_t i = 0; i < nitems(hidden); i++)
		check("<style>.large{font-size:16em}.none{font-size:0}</style>"
		    "<div style='font-size:", hidden[i], "'>word</div>",
		    false);
}

static void
test_text_is_painted_by_more_than_its_colour(void **state)
{
	static const char *const cases[] = {
		"color:#fff;text-shadow:0 0 2px #000",
		"color:#fff;-webkit-text-stroke:1px #000",
		"color:#fff;mix-blend-mode:difference",
		"color:transparent;text-shadow:0 0 0 #000",
		"color:transparent;background:red;-webkit-background-clip:text",
		("color:transparent;background:linear-gradient(red,blue);"
		    "background-clip:text"),
		"color:#fff;box-shadow:inset 0 0 0 100px #000",
		"color:transparent;-webkit-text-fill-color:#000",
		"-webkit-text-fill-color:#000;color:#fff",
		"color:#fff;filter:invert(1)",
		"height:0;overflow:hidden;min-height:20px",
		"height:0%;overflow:hidden",
		"height:0;overflow:hidden;padding:20px",
		"width:0;overflow:hidden;padding-right:200px",
	};
	static const char *const hidden[] = {
		"color:#fff;text-shadow:none", "color:rgb(100%,100%,100%)",
		"-webkit-text-fill-color:transparent",
		"color:#fff;mix-blend-mode:normal",
		"color:#000;-webkit-text-fill-color:#fff",
		"height:0;overflow:hidden;padding:0;min-height:0",
		"width:0%;overflow:hidden",
	};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++)
		check("<p style=\"", cases[i], "\">word</p>", true);
	for (size_t i = 0; i < nitems(hidden); i++)
		check("<p style=\"", hidden[i], "\">word</p>", false);
}

static void
test_sheets_hide_only_where_every_screen_shows_them(void **state)
{
	static const char *const shown[] = {
		" media=print>p{display:none}",
		" media='(max-width:1px)'>p{display:none}",
		" media='screen and (max-width:600px)'>p{display:none}",
		" type=text/plain>p{display:none}",
		" type=text/x>p{display:none}",
		">@media not all{p{display:none}}",
		">@media not screen{p{display:none}}",
		">@media (min-width:601px){p{display:none}}",
		">@media (foo:1px){p{display:none}}",
		">@media not (foo:1px){p{display:none}}",
		">@supports (foo:bar){p{display:none}}",
		">@supports not (display:block){p{display:none}}",
		">i{content:\"}p{display:none}\"}",
		">i{background:url(}p{display:none})}", ">i{(}p{display:none})}",
		">p,,b{display:none}", ">p,{display:none}",
		">p,:foo{display:none}", ">p,b:::c{display:none}",
		">p,50%{display:none}", ">p,#1{display:none}",
		">_:-webkit-full-screen,p{display:none}",
		">p{display:none x}",
		">p{display:none}p/**/{display:block}",
		" type='text/css '>p{display:none}",
		" type=' '>p{display:none}",
		">p{display:none}@media (max-width:600px){p{display:block}}",
		">p{display:none}</style><style media='(min-width:600px)'>"
		    "p{display:block!important}",
		">p{max-height:0;overflow:hidden}@media (max-width:600px){"
		    "b{x:y}p{max-height:none}}",
		">@media (max-width:600px){p{color:#000}}p{color:#fff}"
		    "@media (max-width:600px){p{color:#000}}",
		">p{display:none}@media (hover:hover){p{display:block}}",
		">p{display:none}@media (hover:none){p{display:block}}",
		">p{display:none}@media (hover){p{display:block}}",
		">p{display:none}@media (min-height:1px){p{display:block}}",
		">p{display:none}@media not (hover){p{display:block}}",
		">p{display:none}@media (width>=100px){p{display:block}}",
		">p{display:none}@media (1000px<width){p{display:block}}",
		">p{display:none}@media (100px<=width<=400px){"
		    "p{display:block}}",
		">p{display:none}@media (foo:1) or (width>1px){"
		    "p{display:block}}",
		">p{display:none}@media (not (width<1px)){p{display:block}}",
		">p{display:none}@media (-webkit-min-device-pixel-ratio:2){"
		    "p{display:block}}",
		">p{display:none}@media (prefers-color-scheme:dark){"
		    "p{display:block}}",
		">p{display:none}@media (prefers-color-scheme:light){"
		    "p{display:block}}",
		">@media (hover:hover){p{display:none}}",
		">@media (prefers-color-scheme:light){p{display:none}}",
		">@media (width>=400px){p{display:none}}",
		">@media (400px<=width){p{display:none}}",
		">@media (100px<=width<=400px){p{display:none}}",
		">@media (min-height:1px){p{display:none}}",
		">p{display:none}@supports (foo:bar){p{display:block}}",
		">p{display:none}@supports not (foo:bar){p{display:block}}",
	};
	static const char *const hidden[] = {
		" media=screen>p{display:none}", " media=''>p{display:none}",
		" type='TEXT/CSS'>p{display:none}", " type=''>p{display:none}",
		">@media only screen and (min-width:1px){p{display:none}}",
		">@media (max-width:600px),(min-width:601px){p{display:none}}",
		">@media not print{p{display:none}}",
		">@supports (display:block){p{display:none}}",
		">@page{x:y}@import 'x';p{display:none}",
		">i{content:'}'}p{display:none}", ">p,b:hover{display:none}",
		">p,a[x='{']{display:none}", ">p{display:none",
		">p/* x */{display:none}",
		">p{display:none}@media (foo:1px){p{display:block}}",
		">p{display:none}@media print{p{display:block}}",
		">p{display:none}@media (max-width:600px){p{display:none}"
		    "p:hover{display:block}b{display:block}}",
		">@media (max-width:600px){p{display:block}}p{display:none}",
		">@media (max-width:600px){p{display:none!important}}"
		    "p{display:none}",
		">@media (max-width:600px){b{x:y}}p{display:none}",
		">@media (width>=100px){p{display:none}}",
		">@media (100px<width){p{display:none}}",
		">@media (100px<=width<=2000px){p{display:none}}",
		">@media (width<400px),(width>=400px){p{display:none}}",
		">@media (hover:none),(hover:hover){p{display:none}}",
		">@media (prefers-color-scheme:light),"
		    "(prefers-color-scheme:dark){p{display:none}}",
		">@media screen and (color){p{display:none}}",
		">p{display:none}@media (width<100px){p{display:block}}",
		">p{display:none}@media (2000px<width){p{display:block}}",
		">p{display:none}@media print and (hover:hover){"
		    "p{display:block}}",
		">p{display:none}@media (hover:hover) and (width<1000px){"
		    "p{display:block}}",
		">p{display:none}@supports not (display:block){"
		    "p{display:block}}",
		">p{font-size:calc( 0px )}", ">p{opacity:calc(0)}",
		">p{max-height:-webkit-calc(0px);overflow:hidden}",
	};

	(void)state;
	for (size_t i = 0; i < nitems(shown); i++)
		check("<style", shown[i], "</style><p>word</p>", true);
	for (size_t i = 0; i < nitems(hidden); i++)
		check("<style", hidden[i], "</style><p>word</p>", false);
	check("<style>@media (max-width:600px){p{display:block!important}}",
	    "</style><p style='display:none'>", "word</p>", true);
	check("<style>p:empty{display:block!important}</style>",
	    "<p style='display:none'>", "word</p>", true);
	check("<style>p:empty{display:block}</style>",
	    "<p style='display:none'>", "word</p>", false);
	check("<p style='font-size:0;font-size:calc(9px + 1px)'>", "word",
	    "</p>", true);
	check("<template>", "<style>p{display:none}</style></template>",
	    "<p>word</p>", true);
	check("<div hidden>", "<style>p{display:none}</style></div>",
	    "<p>word</p>", false);
}

static void
test_attributes_and_places_choose_what_is_hidden(void **state)
{
	static const char *const hidden[] = {
		"[title]{display:none}", "p[title]{display:none}",
		"[title=x-y]{display:none}", "[title='x-y']{display:none}",
		"[class^=a]{display:none}", "[CLASS$=b]{display:none}",
		"[class*=' ']{}[class*=b]{display:none}",
		"[class~=b]{display:none}", "p:first-child{display:none}",
		":nth-child(1){display:none}", "p:not(.c){display:none}",
		".a[title]{display:none}.a{display:block}",
		"p{display:none}div[title]{display:block}",
		"p{display:none}p:hover{display:block}",
		"p{display:none}p:not(.a){display:block}",
		"p{display:none}p:nth-child(2){display:block}",
	};
	static const char *const shown[] = {
		"[alt]{display:none}", "[title=y]{display:none}",
		"[title=X-Y]{display:none}", "[class=a]{display:none}",
		"[class^='']{display:none}", "[class*='.c']{display:none}",
		"p:not(.a){display:none}", "p:nth-child(2){display:none}",
		"p{display:none}p[title]{display:block}",
		"p{display:none}p:first-child{display:block}",
		"p{display:none}i~p,p:is(.a){display:block}",
		"p{font-size:0}p:nth-child(odd){font-size:9px}",
		"p{max-height:0;overflow:hidden}p:lang(x){max-height:9em}",
		"p{visibility:hidden}p:last-child{visibility:visible}",
		"p[title{display:none}", "p:foo{display:none}",
		"p{display:none}.\\61{display:block}",
		"p{display:none}:-moz-x,p{display:block}",
	};

	(void)state;
	for (size_t i = 0; i < nitems(shown); i++)
		check("<style>", shown[i], "</style><div>"
		    "<p class='a b' title=x-y>word</p></div>", true);
	for (size_t i = 0; i < nitems(hidden); i++)
		check("<style>", hidden[i], "</style><div>"
		    "<p class='a b' title=x-y>word</p></div>", false);
	check("<body text=white>", "", "<p>word</p>", false);
	check("<body text=white bgcolor=red>", "", "<p>word</p>", true);
	check("<body text=white>", "", "<p style='color:red'>word</p>", true);
}

/* Rules of ".sm\:hidden", as tools for mail write them, were passed over. */
static void
test_names_with_escapes_are_those_they_stand_for(void **state)
{
	static const char *const hidden[] = {
		".sm\\:hidden{display:none}", ".sm\\3ahidden{display:none}",
		".sm\\3a hidden{display:none}",
		".sm\\00003Ahidden{display:none}",
		".sm\\3a\r\nhidden{display:none}",
		".\\68{display:none}", ".\\000068{display:none}",
		".\\h{display:none}", "\\70{display:none}",
		"p.\\h.sm\\:hidden{display:none}",
		".w-1\\/2{display:none}", ".\\31 0{display:none}",
		"#i\\.j{display:none}", "div .w-1\\/2{display:none}",
		"x\\:y .h{display:none}", "X\\:Y>.h{display:none}",
		".a\\,b,.h{display:none}", ".\\e9{display:none}",
		".\\\xc3\xa9{display:none}", ".o:hover,.\\[x\\]{display:none}",
		".h:not(.sm\\:b){display:none}",
		".h{display:none}.sm\\:hid{display:block}",
		".h{display:none}.sm\\:hiddenn{display:block}",
		".h{display:none}.sm\\{display:block}",
		".h{display:none}.sm\\.hidden{display:block}",
		".h{display:none}\\*{display:block}",
		".h{display:none}\\.h{display:block}",
		".h{display:none}.\\0{display:block}",
	};
	static const char *const shown[] = {
		".h{display:none}.sm\\:hidden{display:block}",
		".h{display:none}p.\\68{display:block}",
		".sm\\:hid{display:none}", "\\*{display:none}",
		".h:not(.sm\\:hidden){display:none}",
		".sm:hidden{display:none}", ".10{display:none}",
		".h\\\n{display:none}", ".\\48{display:none}",
		".sm\xc0\xbb{display:none}",
	};
	static const char *const page = "</style><div><x:y><p id=i.j "
	    "class='h sm:hidden w-1/2 10 \xc3\xa9 [x]'>word</p></x:y></div>";

	(void)state;
	for (size_t i = 0; i < nitems(hidden); i++)
		check("<style>", hidden[i], page, false);
	for (size_t i = 0; i < nitems(shown); i++)
		check("<style>", shown[i], page, true);
}

static void
test_elders_choose_what_is_hidden(void **state)
{
	static const char *const hidden[] = {
		"b+p{display:none}", "b + p{display:none}",
		"i~p{display:none}", "i ~ b + p{display:none}",
		".c+b+.a{display:none}", "div>i~p{display:none}",
		"div i~p{display:none}", "hr~p{display:none}",
		"img~p{display:none}", "img+i~[title~=x]{display:none}",
		"p{visibility:hidden}i+p{visibility:visible}",
		"hr+img~p:not(.c){display:none}", "b~p,x y{display:none}",
	};
	static const char *const shown[] = {
		"i+p{display:none}", "p~p{display:none}", "p+p{display:none}",
		"div~p{display:none}", "div+p{display:none}",
		"p~b{display:none}", ".a~p{display:none}", "u~p{display:none}",
		"b+i~p{display:none}", "html~p{display:none}",
		"p{display:none}b+p{display:block}", "+p{display:none}",
		"b++p{display:none}", "b+{display:none}",
	};
	const char *page = "</style><div><hr><img><i class=c><u></u></i>"
	    "<b></b><p class=a title='x y'>word</p></div>";
	const char *late = "<div><hr><img><i class=c></i><b></b><style>"
	    "b~p{display:none}</style><p>word</p></div>";

	(void)state;
	for (size_t i = 0; i < nitems(shown); i++)
		check("<style>", shown[i], page, true);
	for (size_t i = 0; i < nitems(hidden); i++)
		check("<style>", hidden[i], page, false);
	check(late, "", "", false);
	check("<style>b+p{display:none}</style><table><b></b>", "",
	    "<p>word</p></table>", true);
}

static bool
is_cut(const char *head, const char *piece, size_t n, const char *tail)
{
	struct buf b;
	struct html_page page;
	url_list links = { 0 };

	buf_init_arena(&b, arena, 1 << 20);
	buf_add_str(&b, str_of(head));
	while (n-- > 0)
		buf_add_str(&b, str_of(piece));
	buf_add_str(&b, str_of(tail));
	html_read(&page, &links, arena, buf_str(&b), 1, 100);
	return page.is_cut;
}

static void
test_what_is_left_out_is_said(void **state)
{
	url_list links = { 0 };
	struct html_page page;
	struct buf b;

	(void)state;
	assert_true(is_cut("<a", " x", 1000, ">"));
	assert_false(is_cut("<a", " x", 50, ">"));
	assert_true(is_cut("", "<div>", 2000, "x"));
	assert_false(is_cut("", "<div>", 100, "x"));
	assert_true(is_cut("<style>.k{color:red}</style><p class='", "a ",
	    1000, "'>"));
	assert_true(is_cut("<style>", "p ", 20, "{display:none}</style>"));
	assert_true(is_cut("<style>.", "longer", 100,
	    "{display:none}</style>"));
	assert_false(is_cut("<style>", "p ", 12, "{display:none}</style>"));
	assert_true(is_cut("<body><style>b~p{display:none}</style>", "<br>",
	    20000, "x"));
	assert_false(is_cut("<body><style>b~p{display:none}</style>", "<br>",
	    10000, "x"));
	assert_true(is_cut("", "<iframe src='data:text/html,a'></iframe>",
	    1000, ""));
	assert_false(is_cut("", "<iframe src='data:text/html,a'></iframe>",
	    100, ""));
	buf_init_arena(&b, arena, 1 << 20);
	buf_add_str(&b, STR("<a"));
	for (size_t i = 0; i < 1000; i++)
		buf_add_str(&b, STR(" x"));
	buf_add_str(&b, STR(" href=http://a.jp/>t</a>"));
	html_read(&page, &links, arena, buf_str(&b), 1, 100);
	assert_int_equal(links.n, 1);
}

/* Once they had the colour and the size of what is around them. */
static void
test_marks_and_controls_look_as_browsers_make_them(void **state)
{
	static const struct {
		const char *html;
		bool is_seen;
	} cases[] = {
		{ "<p style='color:#fff'><mark>word</mark>", true },
		{ "<p style='color:#fff'><mark style='background:#fff'>word"
		    "</mark>", true },
		{ "<mark style='color:#ff0'>word</mark>", false },
		{ "<p style='font-size:0'><mark>word</mark>", false },
		{ "<p style='font-size:0'><button>word</button>", true },
		{ "<p style='font-size:0'><input value=word>", true },
		{ "<p style='font-size:0'><select><option>word</select>",
		    true },
		{ "<p style='font-size:0'><textarea>word</textarea>", true },
		{ "<p style='color:#fff'><button>word</button>", true },
		{ "<p style='color:#fff'><input value=word>", true },
		{ "<button style='color:#fff'>word</button>", true },
		{ "<button style='font-size:0'>word</button>", false },
		{ "<button style='color:#fff;background:#fff'>word</button>",
		    false },
		{ "<p style='visibility:hidden'><button>word</button>",
		    false },
		{ "<input style='display:none' value=word>", false },
		{ "<style>input{font-size:0}</style><input value=word>",
		    false },
	};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++)
		check("", cases[i].html, "", cases[i].is_seen);
}

/* Both halves of a word around a comment were read as one: what CSS drops, and
 * all clients show, was told hidden. */
static void
test_a_comment_ends_a_word(void **state)
{
	static const char *const shown[] = {
		"<p style='dis/**/play:none'>", "<p style='display:no/**/ne'>",
		"<p style='font-size:0/**/px'>", "<p style='color:#f/**/ff'>",
		"<p style='color:rgb/**/(255,255,255)'>",
		"<style>p{dis/**/play:none}</style><p>",
		"<style>.h/**/i{display:none}</style><p class=hi>",
		"<style>.h/**/i{display:none}</style><p class=h><i>",
		"<style>#/**/h{display:none}</style><p id=h>",
		"<style>d/**/iv{display:none}</style><div>",
		"<style>p{display:none}@media/**/screen{p{display:block}}"
		    "</style><p>",
		"<style>p{display:none}@media screen and/**/(color){"
		    "p{display:block}}</style><p>",
	};
	static const char *const hidden[] = {
		"<p style='display/**/:/**/none/**/!/**/important'>",
		"<p style='/**/display:none;display:/**/bl/**/ock'>",
		"<style>.h/**/.i{display:none}</style><p class='h i'>",
		"<style>p/**/.h{display:none}</style><p class=h>",
		"<style>div /**/ .h{display:none}</style><div><p class=h>",
		"<style>i{opacity:0}@me/**/dia all{i{opacity:1}}</style><i>",
	};

	(void)state;
	for (size_t i = 0; i < nitems(shown); i++)
		check("", shown[i], "word", true);
	for (size_t i = 0; i < nitems(hidden); i++)
		check("", hidden[i], "word", false);
}

/* A "}" that closes nothing was passed over, and what stands behind "@x {}" in
 * a rule was lost: rules that all clients drop hid text. */
static void
test_what_follows_a_stray_bracket_or_block_is_read_as_clients_do(void **state)
{
	static const char *const shown[] = {
		"} p{display:none}", ".x{}} p{display:none}",
		"}}p{display:none}", "@media screen{}}p{display:none}",
		"@media screen{<!-- p{display:none}}",
		"p{display:none;@x{}display:block}",
		"p{display:none;@x y;display:block}",
		"p{display:none;@x{a;b}color:red;display:block}",
		"p{display:none;x{}display:block}",
		"p{display:none;x:{}display:block}",
		"p{x{}display:none}", "p{x{}@x{}display:none}",
	};
	static const char *const hidden[] = {
		"@media screen{}p{display:none}",
		"@media screen{x}p{display:none}",
		"@media screen{x{}}p{display:none}",
		"<!-- p{display:none} -->", "p{@x{}display:none}",
		"p{x{}color:red;display:none}",
		"p{display:none;x{}display:bogus}",
	};

	(void)state;
	for (size_t i = 0; i < nitems(shown); i++)
		check("<style>", shown[i], "</style><p>word", true);
	for (size_t i = 0; i < nitems(hidden); i++)
		check("<style>", hidden[i], "</style><p>word", false);
	check("<p style='display:none;@x{}display:block'>", "word", "", true);
	check("<p style='@x{}display:none'>", "word", "", false);
}

/* No client squeezes those, and "overflow" of a page is that of its window:
 * told hidden was what all see. */
static void
test_tables_and_pages_grow_to_what_they_hold(void **state)
{
	static const char *const squeezes[] = {
		"height:0;overflow:hidden", "max-height:1px;overflow:hidden",
		"width:0;overflow:hidden", "max-width:0;overflow:hidden",
	};
	static const char *const places[] = {
		"<table><tr><td style='%", "<table><tr><th style='%",
		"<table><tr style='%'><td>", "<table><tbody style='%'><tr><td>",
		"<table style='%'><tr><td>", "<body style='%'>",
		"<div style='display:table;%'>",
		"<div style='display:table-cell;%'>",
		"<div style='display:inline-table;%'>",
	};
	static const char *const shown[] = {
		"<table><tr><td style='margin-left:-9999px'>",
		"<div style='display:contents;opacity:0'>",
		"<div style='all:initial;height:0;overflow:hidden'>",
		"<fieldset style='width:0;overflow:hidden'>",
		"<object style='height:0;overflow:hidden'>",
	};
	static const char *const hidden[] = {
		"<table style='margin-left:-9999px'><tr><td>",
		"<table><tr><td style='opacity:0'>",
		"<table><tr><td style='display:block;height:0;overflow:hidden'>",
		"<table><td style='position:absolute;height:0;overflow:hidden'>",
		"<table><tr><td><div style='height:0;overflow:hidden'>",
	};
	struct str head, tail;

	(void)state;
	for (size_t i = 0; i < nitems(places) * nitems(squeezes); i++) {
		assert_true(str_cut(str_of(places[i / nitems(squeezes)]), '%',
		    &head, &tail));
		check(str_cstr(arena, head), squeezes[i % nitems(squeezes)],
		    str_cstr(arena, str_cat(arena, tail.n == 0 ? STR("'>") :
		    tail, STR("word"))), true);
	}
	for (size_t i = 0; i < nitems(shown); i++)
		check("", shown[i], "word", true);
	for (size_t i = 0; i < nitems(hidden); i++)
		check("", hidden[i], "word", false);
}

/* An escaped digit was read as one of a number: it is a letter of a word. */
static void
test_what_is_escaped_is_no_number(void **state)
{
	static const char *const shown[] = {
		"font-size:\\30", "font-size:.\\30", "opacity:\\30",
		"max-height:\\30;overflow:hidden",
		"position:absolute;left:\\2d 9999px",
		"color:#fff;color:#\\30\\30\\30",
	};
	static const char *const hidden[] = {
		"color:#\\66\\66\\66", "displ\\61y:n\\6fne",
		"max\\2dheight:0;overflow:hidden", "font-size:0\\70x",
	};

	(void)state;
	for (size_t i = 0; i < nitems(shown); i++)
		check("<p style='", shown[i], "'>word", true);
	for (size_t i = 0; i < nitems(hidden); i++)
		check("<p style='", hidden[i], "'>word", false);
}

/* They were passed over, and hid what clients show that know them. */
static void
test_rules_in_rules_may_show(void **state)
{
	static const char *const shown[] = {
		"p{display:none;&{display:block}}",
		"p{display:none}body{p{display:block}}",
		"p{display:none}body{@media screen{p{display:block}}}",
		"p{display:none}body{x{y{}&{}}p{display:block}}",
	};
	static const char *const hidden[] = {
		"p{display:none;&:hover{color:#c00}}",
		"p{display:none}body{p{display:none}}",
		"p{display:none;&{",
	};

	(void)state;
	for (size_t i = 0; i < nitems(shown); i++)
		check("<style>", shown[i], "</style><p>word", true);
	for (size_t i = 0; i < nitems(hidden); i++)
		check("<style>", hidden[i], "</style><p>word", false);
}

/* A float has a size and a column holds no text: letters hidden so between
 * those of a lure were told visible. */
static void
test_floats_are_boxes_and_columns_hold_nothing(void **state)
{
	static const char *const hidden[] = {
		"float:left;width:0;height:0;overflow:hidden",
		"float:right;max-height:0;overflow:hidden",
		"display:table-column", "display:table-column-group",
	};
	static const char *const shown[] = {
		"float:none;max-height:0;overflow:hidden", "float:left",
		"float:top;max-height:0;overflow:hidden",
		"float:left;float:none;max-height:0;overflow:hidden",
		"float:left;max-height:0;overflow:hidden;display:contents",
	};

	(void)state;
	for (size_t i = 0; i < nitems(hidden); i++)
		check("<span style='", hidden[i], "'>word", false);
	for (size_t i = 0; i < nitems(shown); i++)
		check("<span style='", shown[i], "'>word", true);
}

/* Gmail and others take it out of styles: what it moves away was told hidden,
 * and most readers saw it. */
static void
test_text_that_some_clients_show_is_told_of_both(void **state)
{
	static const char *const moved[] = {
		"position:absolute;left:-9999px", "transform:scale(0)",
		"position:fixed;top:-9999px", "clip-path:inset(50%)",
		"position:absolute;clip:rect(0,0,0,0)", "filter:opacity(0)",
		"margin-left:-9999px", "text-indent:-9999px",
		"visibility:hidden", "visibility:hidden;margin-top:-2000px",
	};
	static const char *const hidden[] = {
		"display:none;position:absolute;left:-9999px",
		"visibility:hidden;font-size:0", "opacity:0;margin-left:-999px",
		"height:0;overflow:hidden;text-indent:-9999px",
		"color:#fff;visibility:hidden",
	};
	struct html_page page;
	url_list links = { 0 };

	(void)state;
	for (size_t i = 0; i < nitems(moved) + nitems(hidden); i++) {
		bool is_moved = i < nitems(moved);
		const char *style = is_moved ? moved[i] :
		    hidden[i - nitems(moved)];
		struct html_source source = { .html = str_cat(arena,
		    STR("<p style='"), str_of(style), STR("'>word")) };

		html_read_from(&page, &links, arena, &source);
		if (!str_is(page.hidden, "word") || page.visible.n != 0 ||
		    page.hides_somewhere != is_moved)
			fail_msg("%s", style);
		source.is_stripped = true;
		html_read_from(&page, &links, arena, &source);
		if (str_is(page.visible, "word") != is_moved ||
		    str_is(page.hidden, "word") == is_moved)
			fail_msg("%s, stripped", style);
	}
	check("<span style='position:absolute;height:0;overflow:hidden'>",
	    "word", "", false);
	html_read(&page, &links, arena, STR("<span style='position:absolute;"
	    "height:0;overflow:hidden'>word"), 1, 100);
	assert_true(page.hides_somewhere);
	html_read(&page, &links, arena, STR("<div hidden><p style="
	    "'visibility:hidden'>word"), 1, 100);
	assert_false(page.hides_somewhere);
}

/* A ground lies behind its box alone: black on black was told hidden where it
 * is black on white. */
static void
test_grounds_may_not_reach_the_text_in_them(void **state)
{
	static const char *const loose[] = {
		"<div style='background:#000;height:0'>",
		"<div style='background:#000;height:5px'><br><br>",
		"<div style='background:#000;width:0'>",
		"<span style='background:#000'><div>",
		"<span style='background:#000'><b><table><td>",
		"<table bgcolor=black><caption>",
		"<div style='background:#000'><p style='float:left'>",
		"<ul style='background:#000'><li style='float:left'>",
		"<div style='background:#000'><p style='position:absolute'><b>",
		"<div style='display:contents;background:#000'>",
	};
	static const char *const firm[] = {
		"<div style='background:#000'>", "<span style='background:#000'>",
		"<div style='background:#000'><p><b>",
		"<table><td bgcolor=black><p>",
		"<table><td style='background:#000;width:9px'>",
		"<div style='height:9px'><p style='background:#000'>",
		"<body bgcolor=black style='height:9px;color:#000'><p>",
		"<div style='color:#fff;background:#fff;width:9px'><p>",
	};
	struct html_page page;
	url_list links = { 0 };

	(void)state;
	for (size_t i = 0; i < nitems(loose) + nitems(firm); i++) {
		bool is_loose = i < nitems(loose);
		const char *begin = is_loose ? loose[i] :
		    firm[i - nitems(loose)];
		struct html_source source = { .html = str_cat(arena,
		    str_of(begin), STR("word")) };

		check("", begin, "word", false);
		html_read_from(&page, &links, arena, &source);
		if (page.hides_somewhere != is_loose)
			fail_msg("%s", begin);
		source.is_stripped = true;
		html_read_from(&page, &links, arena, &source);
		if (str_is(page.visible, "word") != is_loose)
			fail_msg("%s, outside", begin);
	}
}

/* "calc(0px)" alone was known: letters of no size by a sum were told visible. */
static void
test_sums_come_to_what_they_are(void **state)
{
	static const char *const hidden[] = {
		"font-size:calc(1px - 1px)", "font-size:min(0px,1px)",
		"font-size:max(0px,0em)", "font-size:clamp(0px,0em,9px)",
		"font-size:calc(1em * 0)", "font-size:CALC( 9PX - (4px + 5px) )",
		"font-size:calc(1px - 9px)", "font-size:min(1px, 9vw)",
		"font-size:calc(2px / 4)", "opacity:calc(1 - 1)",
		"max-height:calc(2px - 2px);overflow:hidden",
		"position:absolute;left:calc(-1px * 9999)",
		"margin-left:calc(1px - 9999px)",
		"font-size:min(max(0px,0px),calc(1px + 1px))",
	};
	static const char *const shown[] = {
		"font-size:calc(9px + 1px)", "font-size:max(0px,1em)",
		"font-size:min(9px,1em)", "font-size:clamp(0px,9px,12px)",
		"font-size:calc(1px-1px)", "font-size:calc(1px +1px - 2px)",
		"font-size:calc(0)", "font-size:calc(1px - 1)",
		"font-size:calc(1px * 1px)", "font-size:calc(1px / 0)",
		"font-size:calc(1px - 1px", "font-size:foo(0px)",
		"font-size:min(0px,1)", "font-size:calc()", "font-size:min(,)",
		"font-size:calc(((((((((((0px)))))))))))",
		"max-height:calc(1px + 2em);overflow:hidden",
	};

	(void)state;
	for (size_t i = 0; i < nitems(hidden); i++)
		check("<p style='", hidden[i], "'>word", false);
	for (size_t i = 0; i < nitems(shown); i++)
		check("<p style='", shown[i], "'>word", true);
}

/* Both were told hidden whatever their style said. */
static void
test_what_the_browser_hides_by_a_style_of_its_own_may_show(void **state)
{
	static const char *const shown[] = {
		"<rp style='display:inline'>", "<datalist style='display:block'>",
		"<style>rp{display:block}</style><rp>",
		"<ruby><rp style='display:inline'>",
	};
	static const char *const hidden[] = {
		"<rp>", "<datalist>", "<rp style='visibility:visible'>",
		"<template style='display:block'>",
	};

	(void)state;
	for (size_t i = 0; i < nitems(shown); i++)
		check("", shown[i], "word", true);
	for (size_t i = 0; i < nitems(hidden); i++)
		check("", hidden[i], "word", false);
}

/* Rules of boxes were left out until one hid a box by itself: what two of them
 * hide was told visible, and what one of them shows again was told hidden. */
static void
test_what_several_rules_say_of_a_box_comes_together(void **state)
{
	static const char *const hidden[] = {
		"<style>.a{overflow:hidden}</style><p class=a style=height:0>",
		"<style>.a{width:0}</style><p class=a style=overflow:hidden>",
		"<style>.a{float:left}.b{width:0}.c{overflow:hidden}</style>"
		    "<span class='a b c'>",
		"<style>.a{position:absolute}.a{left:-9999px}</style>"
		    "<i class=a>",
		"<style>.a{position:absolute}</style><style>.a{left:-9999px}"
		    "</style><i class=a>",
		"<style>.a{padding:9px}.a{overflow:hidden;padding:0}"
		    ".b{opacity:0}</style><p class=a style=height:0>",
		"<style>.a{height:9px}.a{opacity:0}</style><p class=a>",
	};
	static const char *const shown[] = {
		"<style>p.a{opacity:1}.a{opacity:0}</style><p class=a>",
		"<style>p.a{height:auto}.a{height:0;overflow:hidden}</style>"
		    "<p class=a>",
		"<style>p.a{min-height:9px}.a{overflow:hidden;height:0}"
		    "</style><p class=a>",
		"<style>.b{overflow:hidden}p.a{overflow:visible}</style>"
		    "<p class='a b' style=height:0>",
		"<style>p.a{height:auto}</style><style>.a{height:0;"
		    "overflow:hidden}</style><p class=a>",
		"<style>.a{overflow:hidden}.a{overflow:visible}</style>"
		    "<p class=a style=height:0>",
	};
	static const char *const loose[] = {
		"<style>.a{height:0}</style><p class=a style=background:#000>",
		"<style>.a{width:5px}.a{background:#000}</style><p class=a>",
		"<style>p{float:left}</style><div style=background:#000><p>",
	};
	struct html_page page;
	url_list links = { 0 };

	(void)state;
	for (size_t i = 0; i < nitems(hidden); i++)
		check("", hidden[i], "word", false);
	for (size_t i = 0; i < nitems(shown); i++)
		check("", shown[i], "word", true);
	for (size_t i = 0; i < nitems(loose); i++) {
		html_read(&page, &links, arena, str_cat(arena,
		    str_of(loose[i]), STR("word")), 1, 100);
		if (!page.hides_somewhere)
			fail_msg("%s", loose[i]);
	}
}

/* A ground that went lost once, or a rule that was not read, and no colour hid
 * any more: letters between those of a lure were told visible. */
static void
test_colours_that_are_not_sure_hide_for_some_alone(void **state)
{
#define B16 "<b><b><b><b><b><b><b><b><b><b><b><b><b><b><b><b>"
	static const char *const unsure[] = {
		"<p>" B16 "<i style=background:#000></p><a style=color:#fff>",
		"<style>.x:empty{color:red}</style><p style=color:#fff>",
		"<p>" B16 "<i style=background:#000><i></p></i>"
		    "<a style=color:#fff>",
		"<div style='font-size:0;background:#fff'><p>" B16
		    "<i style=font-size:9px></p><a style=color:#fff>",
	};
	static const char *const sure[] = {
		"<p>" B16 "<i style=background:#000></p></i>"
		    "<a style=color:#fff>",
		"<p>" B16 "<i style=background:#000><i></p></i></i>"
		    "<a style=color:#fff>",
		"<style>.x:empty{margin:0}</style><p style=color:#fff>",
	};
	struct html_page page;
	url_list links = { 0 };

	(void)state;
	for (size_t i = 0; i < nitems(unsure) + nitems(sure); i++) {
		bool is_unsure = i < nitems(unsure);
		const char *begin = is_unsure ? unsure[i] :
		    sure[i - nitems(unsure)];
		struct html_source source = { .html = str_cat(arena,
		    str_of(begin), STR("word")) };

		check("", begin, "word", false);
		html_read_from(&page, &links, arena, &source);
		if (page.hides_somewhere != is_unsure)
			fail_msg("%s", begin);
		source.is_stripped = true;
		html_read_from(&page, &links, arena, &source);
		if (str_is(page.visible, "word") != is_unsure)
			fail_msg("%s, shown by some", begin);
	}
}

/* All of these were told hidden. */
static void
test_half_numbers_lines_and_buttons_hide_nothing(void **state)
{
	static const char *const cases[] = {
		"<p style='opacity:0.'>", "<p style='font-size:0.'>",
		"<p style='font-size:0.px'>", "<p style='font-size:.px'>",
		"<i style='display:initial;height:0;overflow:hidden'>",
		"<i style='display:unset;margin-top:-9999px'>",
		"<button style='height:0;overflow:hidden'>",
		"<button style='max-width:0;overflow:hidden'>",
	};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++)
		check("", cases[i], "word", true);
	check("", "<p style='opacity:.0'>", "word", false);
	check("", "<p style='font-size:0.0px'>", "word", false);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_half_numbers_lines_and_buttons_hide_nothing),
		cmocka_unit_test(
		    test_colours_that_are_not_sure_hide_for_some_alone),
		cmocka_unit_test(
		    test_what_several_rules_say_of_a_box_comes_together),
		cmocka_unit_test(
		    test_what_the_browser_hides_by_a_style_of_its_own_may_show),
		cmocka_unit_test(test_invalid_declarations_hide_nothing),
		cmocka_unit_test(test_what_is_said_later_counts),
		cmocka_unit_test(
		    test_sizes_are_nothing_to_what_stands_in_a_line),
		cmocka_unit_test(
		    test_sizes_of_letters_are_worked_out_from_those_around),
		cmocka_unit_test(test_text_is_painted_by_more_than_its_colour),
		cmocka_unit_test(
		    test_attributes_and_places_choose_what_is_hidden),
		cmocka_unit_test(
		    test_names_with_escapes_are_those_they_stand_for),
		cmocka_unit_test(test_elders_choose_what_is_hidden),
		cmocka_unit_test(test_what_is_left_out_is_said),
		cmocka_unit_test(
		    test_marks_and_controls_look_as_browsers_make_them),
		cmocka_unit_test(
		    test_sheets_hide_only_where_every_screen_shows_them),
		cmocka_unit_test(test_a_comment_ends_a_word),
		cmocka_unit_test(
		    test_what_follows_a_stray_bracket_or_block_is_read_as_clients_do),
		cmocka_unit_test(
		    test_tables_and_pages_grow_to_what_they_hold),
		cmocka_unit_test(test_what_is_escaped_is_no_number),
		cmocka_unit_test(test_rules_in_rules_may_show),
		cmocka_unit_test(test_sums_come_to_what_they_are),
		cmocka_unit_test(test_grounds_may_not_reach_the_text_in_them),
		cmocka_unit_test(
		    test_text_that_some_clients_show_is_told_of_both),
		cmocka_unit_test(
		    test_floats_are_boxes_and_columns_hold_nothing),
	};

	return cmocka_run_group_tests(tests, scratch_open, scratch_close);
}
