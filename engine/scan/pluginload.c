/* SPDX-License-Identifier: Apache-2.0 */
/* One symbol, looked up by name, held against our own layout. */
#include "scan/pluginload.h"

#include <dlfcn.h>
#include <stddef.h>

#include "base/err.h"
#include "plugin.h"

static bool
is_whole(const struct plugin *p, const char *path, struct err *e)
{
	if (p->abi != PLUGIN_ABI)
		return err_set(e, "plugin %s: made for plugin interface %u, "
		    "this is %u; build it again", path, (unsigned)p->abi,
		    (unsigned)PLUGIN_ABI);
	if (p->name == NULL || p->run == NULL || p->gives == NULL)
		return err_set(e, "plugin %s: needs a name, a run function "
		    "and the facts it gives", path);
	return true;
}

bool
plugin_load(const struct check **out, struct arena *a, const char *path,
    struct err *e)
{
	void *object = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	const struct plugin *p;
	struct check *check;

	if (object == NULL)
		return err_set(e, "plugin %s", dlerror());
	p = dlsym(object, "plugin");
	if (p == NULL)
		return err_set(e, "plugin %s: defines no symbol \"plugin\"",
		    path);
	if (!is_whole(p, path, e))
		return false;
	check = ARENA_ONE(a, struct check);
	*check = (struct check){
		.name = p->name, .needs = p->needs, .gives = p->gives,
		.settings = p->settings, .conf_size = p->conf_size,
		.state_size = p->state_size, .run = p->run, .learn = p->learn
	};
	*out = check;
	return true;
}
