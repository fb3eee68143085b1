/* SPDX-License-Identifier: Apache-2.0 */
/* Subjects and names that a report quotes in its sentences. */
#include "rule/draftquote.h"

#include <string.h>

#include "base/utf8.h"

enum { SUBJECTS_MOST = 8, SUBJECTS_GAP = 12, SIGNS_MOST = 16,
	FILE_CHARS = 100 };

/* "*Subject* 📦" of a chat: the marks around it, if nothing but signs is
 * behind. */
static struct str
unmarked(struct str s)
{
	struct str rest = str_from(s, 1);
	size_t end;

	if (s.n == 0 || (s.p[0] != '*' && s.p[0] != '`'))
		return s;
	end = str_find(rest, s.p[0]);
	if (end == 0 || end >= rest.n || rest.n - end > SIGNS_MOST)
		return s;
	for (size_t i = end; i < rest.n; i++)
		if (ascii_is_alnum(rest.p[i]))
			return s;
	return str_head(rest, end);
}

/* Inside quotes if it begins with one, else all of it. */
struct str
draftquote_inside(struct str s)
{
	static const struct str pairs[][2] = {
		{ STR_INIT("『"), STR_INIT("』") },
		{ STR_INIT("「"), STR_INIT("」") },
		{ STR_INIT("\""), STR_INIT("\"") },
		{ STR_INIT("“"), STR_INIT("”") },
	};

	for (size_t i = 0; i < nitems(pairs); i++) {
		struct str rest = s;
		size_t end;

		if (!str_skip(&rest, pairs[i][0]))
			continue;
		end = str_find_str(rest, pairs[i][1]);
		if (end < rest.n)
			return str_head(rest, end);
	}
	return unmarked(s);
}

/* 「...」又は「...」: each is one. */
void
draftquote_subjects(struct draft_maker *m, struct str value, uint32_t line)
{
	static const struct str open = STR_INIT("「"), shut = STR_INIT("」");
	struct str first = draftquote_inside(value);

	draft_subject(m, first, line);
	if (!str_starts(value, open))
		return;
	for (size_t i = 1; i < SUBJECTS_MOST; i++) {
		size_t at = str_find_str(value, shut);
		struct str rest = str_from(value, at + shut.n);
		size_t next = str_find_str(rest, open);

		if (at >= value.n || next >= rest.n || next > SUBJECTS_GAP)
			return;
		value = str_from(rest, next + open.n);
		draft_subject(m, str_head(value, str_find_str(value,
		    shut)), line);
	}
}

/* with the display name "Bank Support" */
void
draftquote_names(struct draft_maker *m, struct str text, uint32_t line)
{
	static const struct str cues[] = { STR_INIT("display name \""),
		STR_INIT("display name “"), STR_INIT("sender name \""),
		STR_INIT("表示名「"), STR_INIT("差出人名「") };

	for (size_t i = 0; i < nitems(cues); i++) {
		size_t at = str_case_find_str(text, cues[i]);
		struct str rest = str_from(text, at + cues[i].n);
		size_t end = str_find_str(rest, STR("」"));

		if (at >= text.n)
			continue;
		if (str_find(rest, '"') < end)
			end = str_find(rest, '"');
		if (str_find_str(rest, STR("”")) < end)
			end = str_find_str(rest, STR("”"));
		if (end < rest.n)
			draft_name(m, str_head(rest, end), line);
	}
}

static bool
speaks_of_files(struct str text)
{
	static const char *const cues[] = { "添付", "ファイル", "attach",
		"file", "archive", "payload", "download", "ダウンロード" };

	for (size_t i = 0; i < nitems(cues); i++)
		if (str_case_find_str(text, str_of(cues[i])) < text.n)
			return true;
	return false;
}

/* What lures come with; what may as well be the end of a host is not here. */
static bool
has_file_ending(struct str name)
{
	static const char *const endings[] = { ".zip", ".rar", ".7z", ".iso",
		".img", ".lzh", ".exe", ".scr", ".js", ".vbs", ".wsf",
		".lnk", ".hta", ".xlsm", ".xlsx", ".xls", ".docm", ".docx",
		".doc", ".pptx", ".html", ".htm", ".shtml", ".pdf", ".one",
		".jar", ".apk", ".bat", ".ps1", ".msi", ".cab", ".gz", ".csv",
		".svg", ".eml" };

	for (size_t i = 0; i < nitems(endings); i++)
		if (name.n > strlen(endings[i]) &&
		    str_case_ends(name, str_of(endings[i])))
			return true;
	return false;
}

/* Of names in Latin letters: any kana or kanji ends one. */
static bool
is_file_byte(char c)
{
	return ascii_is_alnum(c) || c == '.' || c == '_' || c == '-' ||
	    c == '(' || c == ')' || c == '+';
}

static void
add_file(struct draft_maker *m, struct str name, uint32_t line)
{
	struct draft_value *v;

	while (name.n != 0 && (name.p[name.n - 1] == '.' ||
	    name.p[name.n - 1] == ')'))
		name.n--;
	while (str_skip(&name, STR("(")))
		;
	if (!has_file_ending(name) || utf8_count(name) > FILE_CHARS)
		return;
	v = draft_add(m, DRAFT_FILE, "file.name", str_copy(m->arena, name),
	    line);
	if (v != NULL)
		draft_ask(m, v, STR("a file that the text names: does the "
		    "mail carry it, under this name every time?"));
}

/* 「請求書 2月.zip」 */
static void
quoted_files(struct draft_maker *m, struct str text, uint32_t line)
{
	static const struct str open = STR_INIT("「"), shut = STR_INIT("」");
	size_t at;

	while ((at = str_find_str(text, open)) < text.n) {
		struct str rest = str_from(text, at + open.n);
		size_t end = str_find_str(rest, shut);

		add_file(m, str_head(rest, end), line);
		text = str_from(rest, end);
	}
}

void
draftquote_files(struct draft_maker *m, struct str text, uint32_t line)
{
	size_t at = 0, end;

	if (!speaks_of_files(text))
		return;
	quoted_files(m, text, line);
	for (; at < text.n; at = end + 1) {
		char before = at == 0 ? ' ' : text.p[at - 1];

		end = at;
		while (end < text.n && is_file_byte(text.p[end]))
			end++;
		/* Parts of a URL or a path are told as such. */
		if (before != '/' && before != '@' && before != ']' &&
		    (end == text.n || (text.p[end] != '/' &&
		    text.p[end] != '[' && text.p[end] != '@')) &&
		    ((unsigned char)before < 0x80 ||
		    ascii_is_alpha(text.p[at])))
			add_file(m, str_sub(text, at, end), line);
	}
}
