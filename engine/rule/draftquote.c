/* SPDX-License-Identifier: Apache-2.0 */
/* Subjects and names that a report quotes in its sentences. */
#include "rule/draftquote.h"

enum { SUBJECTS_MOST = 8, SUBJECTS_GAP = 12, SIGNS_MOST = 16 };

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
		STR_INIT("display name “"), STR_INIT("表示名「"),
		STR_INIT("差出人名「") };

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
