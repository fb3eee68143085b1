/* SPDX-License-Identifier: Apache-2.0 */
/* A plugin for the stories: gives a word it was told, and the domain. */
#include "plugin.h"

enum { FROM_DOMAIN };
static const char *const needs[] = {
	[FROM_DOMAIN] = "from.domain",
	NULL
};

enum { GREETING };
static const struct fact_def gives[] = {
	[GREETING] = { "greet.text", FACT_STR, "a greeting", false },
	{ 0 }
};

struct conf {
	struct str word;
};

static const struct setting settings[] = {
	SETTING_STR(struct conf, word, "hello", "how to greet"),
	{ 0 }
};

static enum check_next
run(struct check_run *r)
{
	const struct conf *conf = r->conf;

	check_give_str(r, GREETING, str_cat(r->arena, conf->word, STR(" "),
	    check_need_str(r, FROM_DOMAIN)));
	return CHECK_DONE;
}

const struct plugin plugin = {
	.abi = PLUGIN_ABI,
	.name = "greet",
	.needs = needs,
	.gives = gives,
	.settings = settings,
	.conf_size = sizeof(struct conf),
	.run = run
};
