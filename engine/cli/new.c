/* SPDX-License-Identifier: Apache-2.0 */
/* sekisho new: a pack to fill in. */
#include "base/buf.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/vec.h"
#include "cli/command.h"
#include "cli/optionrows.h"
#include "rule/packread.h"

enum { OUTPUT_MOST = 1 << 20, EXPIRES_DAYS = 90, REVIEW_DAYS = 365,
	RENTED_DAYS = 30 };

struct new_args {
	struct str kind;
	struct str title;
	struct str brand;
	struct str color;
	bool is_json;
};

#define ARG(name) offsetof(struct new_args, name)

static const struct option_row rows[] = {
	{ "kind", 0, OPTION_TEXT, ARG(kind), "campaign|brands|library",
	    "what the pack holds (campaign)" },
	{ "title", 0, OPTION_TEXT, ARG(title), "TEXT", "one line for lists" },
	{ "brand", 0, OPTION_TEXT, ARG(brand), "ID",
	    "the brand that is imitated" },
	ROW_JSON(struct new_args, "the text in a JSON object"),
	ROW_COLOR(struct new_args),
	{ 0 }
};

static const char campaign[] =
    "severity: medium        # info low medium high critical\n"
    "confidence: low         # low medium high\n"
    "tlp: amber              # clear green amber amber+strict red\n"
    "lang: ja\n"
    "references:\n"
    "  - 報告の所在           # a URL, or plain words\n"
    "@brand@"
    "\n"
    "groups:\n"
    "  # Paste indicators as the report prints them, one a line.\n"
    "  landing:\n"
    "    url: |\n"
    "      hxxps://login[.]bad[.]example/sample-portal/…\n"
    "    expires: @rented@\n"
    "    score: 5\n"
    "  lure:\n"
    "    subject: |\n"
    "      見本のお客様へ大切なお知らせの件名\n"
    "    score: 3\n"
    "\n"
    "when: landing and lure\n"
    "\n"
    "tests:\n"
    "  - name: 報告されたメール\n"
    "    expect: match\n"
    "    vary: [iso-2022-jp, shift_jis]\n"
    "    mail:\n"
    "      from: 見本 <info@bad[.]example>\n"
    "      subject: 見本のお客様へ大切なお知らせの件名\n"
    "      body: |\n"
    "        hxxps://login[.]bad[.]example/sample-portal/1\n"
    "  - name: 無関係のメール\n"
    "    expect: clean\n"
    "    mail:\n"
    "      from: 鈴木 <suzuki@corp[.]example>\n"
    "      subject: 明日の打ち合わせ\n"
    "      body: よろしくお願いします。\n";

static const char brands[] =
    "review_by: @review@\n"
    "tlp: clear\n"
    "\n"
    "brands:\n"
    "  samplebrand:\n"
    "    name: 見本社\n"
    "    names: [見本社, Samplebrand]\n"
    "    tokens: [samplebrand]\n"
    "    official:\n"
    "      - samplebrand.example\n"
    "    basis: unverified   # official or secondary, with a source\n"
    "\n"
    "tests:\n"
    "  - name: 表示名をかたり、リンクはよそ\n"
    "    expect: match\n"
    "    brand: samplebrand\n"
    "    mail:\n"
    "      from: 見本社 <info@bad[.]example>\n"
    "      subject: お知らせ\n"
    "      body: hxxps://samplebrand[.]bad[.]example/login/\n"
    "  - name: 名前が出てくるだけのメール\n"
    "    expect: clean\n"
    "    brand: samplebrand\n"
    "    mail:\n"
    "      from: 鈴木 <suzuki@corp[.]example>\n"
    "      subject: 見本社の件\n"
    "      body: 見本社の請求書を確認しました。\n";

static const char library[] =
    "tlp: clear\n"
    "\n"
    "groups:\n"
    "  # Others use it so: groups: {lure: {use: @id@/account_stop}}\n"
    "  account_stop:\n"
    "    body: |\n"
    "      アカウントのご利用を一時停止いたしました\n";

static const struct {
	const char *kind, *text;
} skeletons[] = {
	{ "campaign", campaign },
	{ "brands", brands },
	{ "library", library },
};

struct blank {
	const char *name;
	struct str value;
};

/* Fills @name@ in. */
static void
fill(struct buf *b, struct str text, const struct blank *blanks, size_t n)
{
	struct str piece;

	while (text.n != 0) {
		size_t at = str_find(text, '@'), i = 0;

		buf_add_str(b, str_head(text, at));
		piece = str_from(text, at + 1);
		for (i = 0; at < text.n && i < n; i++)
			if (str_is(str_head(piece, str_find(piece, '@')),
			    blanks[i].name))
				break;
		if (at == text.n)
			return;
		if (i == n) {
			buf_add_byte(b, '@');
			text = piece;
			continue;
		}
		buf_add_str(b, blanks[i].value);
		text = str_from(piece, str_find(piece, '@') + 1);
	}
}

static struct str
quoted(struct arena *a, struct str s)
{
	struct buf b;

	buf_init_arena(&b, a, OUTPUT_MOST);
	buf_add_byte(&b, '\'');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\'')
			buf_add_byte(&b, '\'');
		buf_add_byte(&b, s.p[i] == '\n' ? ' ' : s.p[i]);
	}
	buf_add_byte(&b, '\'');
	return buf_str(&b);
}

static enum status
show(const struct call *call, struct str text, struct str kind)
{
	const struct new_args *args = call->args;
	struct json j;
	struct buf b;

	buf_init_arena(&b, call->arena, OUTPUT_MOST);
	if (args->is_json) {
		json_init(&j, &b);
		json_open_object(&j);
		json_put_str(&j, "id", call->operands.at[0]);
		json_put_str(&j, "kind", kind);
		json_put_str(&j, "text", text);
		json_close_object(&j);
		buf_add_byte(&b, '\n');
	}
	return command_print(args->is_json ? buf_str(&b) : text);
}

static enum status
run(struct call *call)
{
	static const char head[] =
	    "pack: 1\nkind: @kind@\nid: @id@\ntitle: @title@\nrevision: 1\n"
	    "status: draft           # then test, stable, retired\n"
	    "mode: observe\ncreated: @today@\n";
	const struct new_args *args = call->args;
	struct arena *a = call->arena;
	int32_t today = day_today();
	struct str kind = args->kind.n == 0 ? STR("campaign") : args->kind;
	struct blank blanks[] = {
		{ "kind", kind },
		{ "id", call->operands.at[0] },
		{ "title", quoted(a, args->title.n == 0
		    ? call->operands.at[0] : args->title) },
		{ "today", day_text(a, today) },
		{ "expires", day_text(a, today + EXPIRES_DAYS) },
		{ "rented", day_text(a, today + RENTED_DAYS) },
		{ "review", day_text(a, today + REVIEW_DAYS) },
		{ "brand", args->brand.n == 0 ? STR("") : str_cat(a,
		    STR("brand: "), args->brand, STR("\n")) },
	};
	struct buf b;

	if (call->operands.n != 1 || !command_is_id(call->operands.at[0]))
		return command_fail(call, "wants one id such as "
		    "jp-sample-2026-03: lower-case letters and digits, joined "
		    "by single -");
	if (args->brand.n != 0 && !is_name(args->brand))
		return command_fail(call, "--brand: \"%" STR_FMT "\" is no id "
		    "of a brand; \"sekisho brand who NAME\" tells it",
		    STR_ARG(args->brand));
	buf_init_arena(&b, a, OUTPUT_MOST);
	fill(&b, STR(head), blanks, nitems(blanks));
	if (str_is(kind, "campaign"))
		fill(&b, STR("seen: {first: @today@, last: @today@}\n"
		    "expires: @expires@\n"), blanks, nitems(blanks));
	for (size_t i = 0; i < nitems(skeletons); i++)
		if (str_is(kind, skeletons[i].kind))
			fill(&b, str_of(skeletons[i].text), blanks,
			    nitems(blanks));
	return show(call, buf_str(&b), kind);
}

const struct command command_new = {
	.name = "new",
	.operands = "ID",
	.summary = "print a pack to fill in",
	.detail = "Prints a skeleton of a pack with this id, dates filled in, "
	    "that \"sekisho check\"\naccepts as it is.",
	.rows = rows,
	.args_size = sizeof(struct new_args),
	.needs_operand = true,
	.run = run,
};
