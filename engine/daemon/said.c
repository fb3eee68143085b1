/* SPDX-License-Identifier: Apache-2.0 */
/* Among the options, and among the nodes of the file. */
#include "daemon/said.h"

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
