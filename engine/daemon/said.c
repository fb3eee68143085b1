/* SPDX-License-Identifier: Apache-2.0 */
/* The file is read once more: that happens when something is wrong, once. */
#include "daemon/said.h"

#include <stdio.h>

#include "base/err.h"
#include "conf/node.h"

const struct override *
said_option(const override_list *overrides, const char *setting)
{
	const struct override *o;

	VEC_EACH(o, overrides) {
		if (str_is(str_of(o->row->name), setting))
			return o;
	}
	return NULL;
}

const struct node *
said_node(const struct node *root, const char *setting)
{
	struct str section, key;
	const struct node *map;

	if (root == NULL)
		return NULL;
	NODE_EACH(map, root) {
		if (str_is(map->key, setting))
			return map;
	}
	if (!str_cut(str_of(setting), '.', &section, &key))
		return NULL;
	NODE_EACH(map, root) {
		if (str_eq(map->key, section) && map->type == NODE_MAP)
			return node_get(map, key.p);
	}
	return NULL;
}

/* "lang must be" becomes "--lang must be", "a text" "--lang: a text". */
static bool
wrap_option(struct err *e, const char *setting)
{
	struct err was = *e;

	if (!str_starts(str_of(was.text), str_of(setting)))
		return err_wrap(e, "--%s", setting);
	return err_set(e, "--%s", was.text);
}

bool
said_wrap(struct err *e, struct arena *a, const struct said *s,
    const char *setting)
{
	const struct node *at;
	struct node *root = NULL;
	struct diags d;

	if (said_option(s->overrides, setting) != NULL)
		return wrap_option(e, setting);
	diags_init(&d, a);
	if (s->file->path == NULL || !node_read(&root, a, s->file->yaml,
		&conf_text_limits, &d))
		return false;
	at = said_node(root, setting);
	return at != NULL && err_wrap(e, "%s:%u:%u", s->file->path,
	    (unsigned)at->key_mark.line, (unsigned)at->key_mark.column);
}

bool
said_wrap_named(struct err *e, struct arena *a, const struct said *s)
{
	const struct setting *row = daemon_settings;
	struct str name, rest;

	if (!str_cut(str_of(e->text), ':', &name, &rest))
		return false;
	while (row->name != NULL && !str_is(name, row->name))
		row++;
	return row->name != NULL && said_wrap(e, a, s, row->name);
}
