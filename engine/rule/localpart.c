/* SPDX-License-Identifier: Apache-2.0 */
/* Local parts by their shape: the names of offices, and letters that nobody
 * chose. */
#include "rule/localpart.h"

#include "base/vec.h"

enum { CONSONANTS_MOST = 6 };

static bool
is_role_word(struct str word)
{
	static const char *const words[] = {
		"abuse", "account", "accounts", "admin", "administrator",
		"alert", "alerts", "auto", "billing", "bounce", "contact",
		"customer", "customerservice", "donotreply", "help",
		"helpdesk", "hostmaster", "info", "information",
		"mailer-daemon", "mailmaster", "member", "news",
		"newsletter", "no-reply", "no_reply", "noreply", "notice",
		"notification", "notifications", "notify", "office",
		"order", "payment", "postmaster", "root", "sales",
		"security", "service", "services", "shop", "staff",
		"support", "system", "team", "update", "verify",
		"webmaster",
	};

	for (size_t i = 0; i < nitems(words); i++)
		if (str_case_is(word, words[i]))
			return true;
	return false;
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
