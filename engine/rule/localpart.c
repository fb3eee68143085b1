/* SPDX-License-Identifier: Apache-2.0 */
/* Local parts by their shape: the names of offices, and letters that nobody
 * chose. */
#include "rule/localpart.h"

#include "base/vec.h"

enum { CONSONANTS_MOST = 6 };

static bool
is_role_word(struct str word)
{
	static const struct str words[] = {
		STR_INIT("abuse"), STR_INIT("account"), STR_INIT("accounts"),
		STR_INIT("admin"), STR_INIT("administrator"),
		STR_INIT("alert"), STR_INIT("alerts"), STR_INIT("auto"),
		STR_INIT("billing"), STR_INIT("bounce"), STR_INIT("contact"),
		STR_INIT("customer"), STR_INIT("customerservice"),
		STR_INIT("donotreply"), STR_INIT("help"), STR_INIT("helpdesk"),
		STR_INIT("hostmaster"), STR_INIT("info"),
		STR_INIT("information"), STR_INIT("mailer-daemon"),
		STR_INIT("mailmaster"), STR_INIT("member"), STR_INIT("news"),
		STR_INIT("newsletter"), STR_INIT("no-reply"),
		STR_INIT("no_reply"), STR_INIT("noreply"), STR_INIT("notice"),
		STR_INIT("notification"), STR_INIT("notifications"),
		STR_INIT("notify"), STR_INIT("office"), STR_INIT("order"),
		STR_INIT("payment"), STR_INIT("postmaster"), STR_INIT("root"),
		STR_INIT("sales"), STR_INIT("security"), STR_INIT("service"),
		STR_INIT("services"), STR_INIT("shop"), STR_INIT("staff"),
		STR_INIT("support"), STR_INIT("system"), STR_INIT("team"),
		STR_INIT("update"), STR_INIT("verify"), STR_INIT("webmaster"),
	};

	return str_case_is_any(word, words, nitems(words));
}

static bool
is_mark(char c)
{
	return c == '.' || c == '-' || c == '_' || c == '+';
}

bool
localpart_is_role(struct str local)
{
	size_t word = 0;

	while (local.n > 0 && (ascii_is_digit(local.p[local.n - 1]) ||
	    is_mark(local.p[local.n - 1])))
		local.n--;
	if (is_role_word(local))
		return true;
	/* "amazon-support", "info.jp": a word of several. */
	for (size_t i = 0; i <= local.n; i++) {
		if (i < local.n && !is_mark(local.p[i]))
			continue;
		if (is_role_word(str_sub(local, word, i)))
			return true;
		word = i + 1;
	}
	return false;
}

static bool
is_consonant(char c)
{
	return ascii_is_alpha(c) &&
	    !str_has(STR("aeiouy"), ascii_lower(c));
}

/* No language of names has so many consonants in a row ("clknfrr"); German
 * and Polish names come near. */
bool
localpart_is_random(struct str local)
{
	size_t row = 0;

	for (size_t i = 0; i < local.n; i++) {
		row = is_consonant(local.p[i]) ? row + 1 : 0;
		if (row == CONSONANTS_MOST)
			return true;
	}
	return false;
}
