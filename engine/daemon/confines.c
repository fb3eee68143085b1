/* SPDX-License-Identifier: Apache-2.0 */
/* Which folders a worker has to read, and how it is shut in with them. */
#include "daemon/confines.h"

#include <sys/resource.h>

#include "base/arena.h"
#include "daemon/config.h"
#include "rule/lists.h"
#include "scan/generation.h"

static struct str
folder_of(struct str path)
{
	size_t slash = str_find_last(path, '/');

	return slash == path.n ? STR(".") : str_head(path, slash);
}

static bool
is_reached(const struct confines *c, struct str file)
{
	const struct str *path;

	VEC_EACH(path, &c->paths.read)
		if (str_eq(*path, folder_of(file)))
			return true;
	return false;
}

bool
confines_reach(const struct confines *c, const struct generation *g)
{
	const pack_list *packs = ruleset_list_packs(g->ruleset);
	struct list_conf **conf;

	if ((c->closed & SANDBOX_FILES) == 0)
		return true;
	for (size_t i = 0; i < packs->n; i++) {
		VEC_EACH(conf, &packs->at[i]->lists)
			if (!is_reached(c, (*conf)->path))
				return false;
	}
	return true;
}

/* What libraries read later: how names are looked up, which CAs are good. */
static const char *const system_paths[] = { "/etc/resolv.conf", "/etc/hosts",
	"/etc/nsswitch.conf", "/etc/ssl", "/usr/share/ca-certificates",
	"/usr/lib/ssl", "/etc/localtime" };

void
confines_close_files(struct confines *c, struct arena *a,
    const struct daemon_conf *conf, const struct lists *lists)
{
	const struct str *path;

	for (size_t i = 0; i < nitems(system_paths); i++)
		*VEC_ADD(a, &c->paths.read) = str_of(system_paths[i]);
	for (size_t i = 0; i < lists->n; i++) {
		if (lists->at[i].conf != NULL)
			*VEC_ADD(a, &c->paths.read) = str_copy(a,
			    folder_of(lists->at[i].conf->path));
	}
	VEC_EACH(path, &conf->networks.tables)
		*VEC_ADD(a, &c->paths.read) = str_copy(a,
		    folder_of(*path));
	*VEC_ADD(a, &c->paths.read) = conf->front.mirror.ca;
	*VEC_ADD(a, &c->paths.read) = conf->store.ca;
	*VEC_ADD(a, &c->paths.read) = conf->store.certificate;
	*VEC_ADD(a, &c->paths.read) = conf->store.key;
	if (conf->state.n != 0)
		*VEC_ADD(a, &c->paths.write) = conf->state;
	if (conf->sandbox != 0 && sandbox_files(&c->paths))
		c->closed |= SANDBOX_FILES;
}

void
confines_bound_memory(const struct daemon_conf *conf)
{
	const struct rlimit bytes = { conf->memory, conf->memory };

	/* What is mapped from files others share counts for nothing. */
	if (sandbox_is_possible())
		setrlimit(RLIMIT_DATA, &bytes);
}

void
confines_close_calls(struct confines *c, const struct daemon_conf *conf)
{
	if (conf->sandbox != 0 && sandbox_is_possible() && sandbox_calls())
		c->closed |= SANDBOX_CALLS;
}
