/* SPDX-License-Identifier: Apache-2.0 */
/* What of a text is quoted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "mail/message.h"
#include "../scratch.h"

static const struct {
	const char *type, *text, *quoted, *rest;
} cases[] = {
	{ "plain", "new\n", "", "new" },
	{ "plain", "new\n\n> old\n> older\n\nmore\n", "> old\n> older",
	    "new\n\n\n\nmore" },
	{ "plain", "new\nOn Mon, 1 Jan 2024, x@a.example wrote:\n\n> old\n",
	    "On Mon, 1 Jan 2024, x@a.example wrote:\n\n> old", "new" },
	{ "plain", "2024年1月1日(月) 12:00 山田 <x@a.example>:\n> old\n",
	    "2024年1月1日(月) 12:00 山田 <x@a.example>:\n> old", "" },
	{ "plain", "new\n-----Original Message-----\nFrom: x\n\nold\n",
	    "-----Original Message-----\nFrom: x\n\nold", "new" },
	{ "plain", "new\n----- 転送メッセージ -----\nold\n",
	    "----- 転送メッセージ -----\nold", "new" },
	{ "plain", "new\n---------- Forwarded message ---------\nold",
	    "---------- Forwarded message ---------\nold", "new" },
	{ "plain", "new\n差出人: x\n送信日時: y\n宛先: z\n件名: w\n\nold\n",
	    "差出人: x\n送信日時: y\n宛先: z\n件名: w\n\nold", "new" },
	{ "plain", "new\n差出人 : x\n送信日時 : y\n宛先 : z\n件名 : w\n\nold\n",
	    "差出人 : x\n送信日時 : y\n宛先 : z\n件名 : w\n\nold", "new" },
	{ "plain", "new\n------ 転送元メッセージ ------\nold\n",
	    "------ 転送元メッセージ ------\nold", "new" },
	{ "plain", "new\n---------- 元のメール ----------\nold\n",
	    "---------- 元のメール ----------\nold", "new" },
	/* Apple Mail, which has no dashes */
	{ "plain", "new\n\nBegin forwarded message:\n\nFrom: x\n\nold",
	    "Begin forwarded message:\n\nFrom: x\n\nold", "new" },
	{ "plain", "new\n\n転送されたメッセージ:\n\n差出人: x\n件名: s\n\nold",
	    "転送されたメッセージ:\n\n差出人: x\n件名: s\n\nold", "new" },
	{ "html", "<div>new<div><br><blockquote type=cite><div>"
	    "転送されたメッセージ：</div><br><div><b>差出人: </b>x</div>"
	    "<div><b>件名: </b>s</div></div><br>old</blockquote>",
	    "転送されたメッセージ：\n\n差出人: x\n件名: s\n\nold", "new" },
	{ "plain", "new\n\n差出人: x <x@a.example>\n件名: s\n"
	    "日付: 2026年11月20日 10:00:00 JST\n宛先: y\n\nold",
	    "差出人: x <x@a.example>\n件名: s\n"
	    "日付: 2026年11月20日 10:00:00 JST\n宛先: y\n\nold", "new" },
	{ "plain", "new\n\n2026/11/20 10:00、山田太郎のメール:\n\n> old\n",
	    "2026/11/20 10:00、山田太郎のメール:\n\n> old", "new" },
	{ "plain", "転送されたメッセージ: 3通です\n差出人: x\n", "",
	    "転送されたメッセージ: 3通です\n差出人: x" },
	{ "plain", "2026/11/20 10:00、山田 <x@a.example>のメール:\n> old\n",
	    "2026/11/20 10:00、山田 <x@a.example>のメール:\n> old", "" },
	{ "plain", "山田 さんは 2026/11/20 10:00 に書きました:\n> old\n",
	    "山田 さんは 2026/11/20 10:00 に書きました:\n> old", "" },
	{ "plain", "(2026/11/20 10:00), x wrote:\n> old\n",
	    "(2026/11/20 10:00), x wrote:\n> old", "" },
	{ "plain", "昨日のメール:\nplain words\n", "",
	    "昨日のメール:\nplain words" },
	{ "plain", "From: here\nTo: there\nnothing else\n", "",
	    "From: here\nTo: there\nnothing else" },
	{ "plain", "On this he wrote:\n\nplain words\n", "",
	    "On this he wrote:\n\nplain words" },
	/* bars were new text, and so was the first line of a folded attribution */
	{ "plain", "new\n| old\n| > older\n>> old\n>| old\n＞ old\n",
	    "| old\n| > older\n>> old\n>| old\n＞ old", "new" },
	{ "plain", "| a | b |\n|---|---|\n|x\n", "",
	    "| a | b |\n|---|---|\n|x" },
	{ "plain", "new\nOn Mon, 1 Jan 2024 at 10:00, Taro Yamada\n"
	  "<x@a.example> wrote:\n\n> old\n",
	    "On Mon, 1 Jan 2024 at 10:00, Taro Yamada\n"
	    "<x@a.example> wrote:\n\n> old", "new" },
	{ "plain", "new\n\nIn message <1@a.example>\n"
	  "\"Re: x\",\nTaro wrote:\n| old\n",
	    "In message <1@a.example>\n\"Re: x\",\nTaro wrote:\n| old",
	    "new" },
	{ "plain", "2026年3月1日(日) 10:00 山田 太郎 <a@b.example>:\n> old\n",
	    "2026年3月1日(日) 10:00 山田 太郎 <a@b.example>:\n> old", "" },
	{ "plain", "new\n2026年3月1日(日) 10:00 山田 太郎\n<a@b.example>:\n"
	  "> old\n",
	    "2026年3月1日(日) 10:00 山田 太郎\n<a@b.example>:\n> old", "new" },
	{ "plain", "2026/11/20 10:00\n山田さんは書きました：\n> old\n",
	    "2026/11/20 10:00\n山田さんは書きました：\n> old", "" },
	{ "plain", "see\n<a@b.example>:\n> old\n", "> old",
	    "see\n<a@b.example>:" },
	{ "html", "<p>new</p><blockquote><p>old</p></blockquote>more", "old",
	    "new\n\nmore" },
	{ "html", "new<div class=gmail_quote>2024/01/01 x &lt;x@a.example"
	    "&gt;:<blockquote>old</blockquote></div>",
	    "2024/01/01 x <x@a.example>:\nold", "new" },
	{ "html", "new<hr><div id=divRplyFwdMsg><b>From:</b> x<br><b>Sent:</b>"
	    " y<br><b>To:</b> z<br><b>Subject:</b> w</div><p>old</p>",
	    "From: x\nSent: y\nTo: z\nSubject: w\nold", "new" },
	/* Outlook in other languages, once taken for new text */
	{ "plain", "neu\n\nVon: x\nGesendet: y\nAn: z\nBetreff: w\n\nalt\n",
	    "Von: x\nGesendet: y\nAn: z\nBetreff: w\n\nalt", "neu" },
	{ "plain", "neu\n-----Ursprüngliche Nachricht-----\nVon: x\n\nalt\n",
	    "-----Ursprüngliche Nachricht-----\nVon: x\n\nalt", "neu" },
	{ "html", "<p>neuf</p><p>De&nbsp;: x<br>Envoyé&nbsp;: y<br>À&nbsp;: z"
	    "<br>Objet&nbsp;: w</p><p>vieux</p>",
	    "De\xc2\xa0: x\nEnvoyé\xc2\xa0: y\nÀ\xc2\xa0: z\n"
	    "Objet\xc2\xa0: w\nvieux", "neuf" },
	{ "plain", "nuevo\n\nDe: x\nEnviado: y\nPara: z\nAsunto: w\n\nviejo",
	    "De: x\nEnviado: y\nPara: z\nAsunto: w\n\nviejo", "nuevo" },
	{ "plain", "nuovo\n\nDa: x\nInviato: y\nA: z\nOggetto: w\n\nvecchio",
	    "Da: x\nInviato: y\nA: z\nOggetto: w\n\nvecchio", "nuovo" },
	{ "plain", "nieuw\n\nVan: x\nVerzonden: y\nAan: z\nOnderwerp: w\n\noud",
	    "Van: x\nVerzonden: y\nAan: z\nOnderwerp: w\n\noud", "nieuw" },
	{ "plain", "新\n\n发件人： x\n发送时间： y\n收件人： z\n主题： w\n\n旧",
	    "发件人： x\n发送时间： y\n收件人： z\n主题： w\n\n旧", "新" },
	{ "plain", "新\n\n寄件者: x\n寄件日期: y\n收件者: z\n主旨: w\n\n舊",
	    "寄件者: x\n寄件日期: y\n收件者: z\n主旨: w\n\n舊", "新" },
	{ "plain", "새\n\n보낸 사람: x\n보낸 날짜: y\n받는 사람: z\n제목: w\n\n옛",
	    "보낸 사람: x\n보낸 날짜: y\n받는 사람: z\n제목: w\n\n옛", "새" },
	{ "plain", "Von: hier\nAn: dort\nsonst nichts\n", "",
	    "Von: hier\nAn: dort\nsonst nichts" },
	{ "html", "<blockquote>never closed", "never closed", "" },
	/* the blanks at the end of one came to lie in the page inside */
	{ "html", "<pre srcdoc=\xe3\x81\x82><blockquote>\n", "",
	    "\xe3\x81\x82" },
	{ "html", "<pre srcdoc=new><blockquote>old\n\n", "old", "new" },
};

static void
test_quoted_text_is_told_from_new(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct str raw = str_printf(arena, "Content-Type: text/%s; "
		    "charset=utf-8\n\n%s", cases[i].type, cases[i].text);
		struct message m;
		const struct text *t;
		struct str quoted, rest;

		message_read(&m, arena, raw, NULL, NULL);
		assert_int_equal(m.texts.n, 1);
		t = &m.texts.at[0];
		quoted = quoted_text(arena, t->visible, &t->quoted);
		rest = str_trim(quoted_rest(arena, t->visible, &t->quoted));
		if (!str_is(quoted, cases[i].quoted) ||
		    !str_is(rest, cases[i].rest))
			fail_msg("%s: \"%" STR_FMT "\" and \"%" STR_FMT "\"",
			    cases[i].text, STR_ARG(quoted), STR_ARG(rest));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_quoted_text_is_told_from_new),
	};

	return cmocka_run_group_tests(tests, scratch_open, scratch_close);
}
