/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_FRONT_SHIPPED_H
#define TESTS_FRONT_SHIPPED_H

/* The rules of the repository, loaded once for the tests of a file. */

#include <stdlib.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "scan/generation.h"
#include "scan/scan.h"

static struct generation *generation;
static struct arena *loading;

/* lang: of what is said to people. */
static int
shipped_load(struct str lang)
{
	const char *source = getenv("SEKISHO_SOURCE");
	struct generation_conf conf;
	struct diags d;
	struct err e = { "" };

	log_set_level(LOG_LEVEL_WARN);
	loading = arena_new();
	diags_init(&d, loading);
	generation_conf_default(&conf);
	conf.policy.lang = lang;
	*VEC_ADD(loading, &conf.packs) = str_printf(loading, "%s/rules",
	    source == NULL ? "." : source);
	if (generation_load(&generation, &conf, &d, &e))
		return 0;
	print_error("%s\n", e.text);
	return -1;
}

static int
tear_down(void **state)
{
	(void)state;
	generation_drop(generation);
	arena_free(loading);
	return 0;
}

static void
no_answer(struct scan *s)
{
	(void)s;
}

#endif
