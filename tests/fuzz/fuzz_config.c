/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Configurations: whatever stands in one, it is read or its errors are named
 * at a place inside the file.
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/err.h"
#include "conf/node.h"
#include "daemon/config.h"
#include "daemon/settings.h"
#include "daemon/tokens.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct node_limits limits = { 64 * 1024, 16, 10000 };

static void
read_all(struct daemon_conf *conf, struct arena *a, const struct node *root,
    struct diags *d)
{
	const struct node *entry;

	NODE_EACH(entry, root) {
		if (str_is(entry->key, "listen"))
			listen_read(&conf->listeners, a, entry, d);
		else if (str_is(entry->key, "tokens"))
			tokens_read(&conf->front.tokens, a, entry, d);
		else if (str_is(entry->key, "settings"))
			settings_rules_read(&conf->generation.rules, a, entry,
			    d);
	}
	settings_read(conf, a, daemon_settings, root, d);
}

static void
check_places(const struct diags *d, struct str text)
{
	const struct diag *diag;
	uint32_t lines = 1;

	for (size_t i = 0; i < text.n; i++)
		lines += text.p[i] == '\n' || text.p[i] == '\r';
	VEC_EACH(diag, &d->list) {
		/* NEL, LS and PS end lines of YAML too. */
		if (diag->mark.line > lines + text.n / 2 + 1)
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct str text = { (const char *)data, size };
	struct daemon_conf conf = { .front = front_conf_default };
	struct node *root = NULL;
	struct listen_conf *c;
	struct diags d;
	struct err e;

	diags_init(&d, a);
	diags_file(&d, STR("fuzz.yaml"), text);
	if (node_read(&root, a, text, &limits, &d) && root != NULL)
		read_all(&conf, a, root, &d);
	check_places(&d, text);
	VEC_EACH(c, &conf.listeners)
		listen_is_safe(c, true, false, &e);
	arena_free(a);
	return 0;
}
