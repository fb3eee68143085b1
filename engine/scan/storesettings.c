/* SPDX-License-Identifier: Apache-2.0 */
/* From the settings of the store to what the store must know. */
#include "base/arena.h"
#include "base/err.h"
#include "scan/storerows.h"

const char *const store_engines[] = {
	[STORE_LMDB] = "lmdb",
	[STORE_REDIS] = "redis",
	[STORE_OFF] = "off",
	NULL
};

bool
store_settings_are_on(const struct store_settings *s, struct str state)
{
	return s->engine == STORE_REDIS ||
	    (s->engine == STORE_LMDB && state.n != 0);
}

const char *const store_layouts[] = {
	[STORE_SINGLE] = "single",
	[STORE_SENTINEL] = "sentinel",
	[STORE_CLUSTER] = "cluster",
	NULL
};

const char *const store_no_yes[] = { "no", "yes", NULL };

static bool
check_server(struct str at, struct err *e)
{
	size_t colon = str_find_last(at, ':');
	int64_t port;

	if (str_starts(at, STR("/")) && at.n < 108)
		return true;
	if (colon != 0 && colon < at.n && at.n < 256 &&
	    str_to_int(str_from(at, colon + 1), &port) && port > 0 &&
	    port < 65536)
		return true;
	return err_set(e, "store.servers: \"%" STR_FMT "\" is neither "
	    "HOST:PORT nor the path of a socket", STR_ARG(at));
}

bool
store_settings_check(const struct store_settings *s, const char **setting,
    struct err *e)
{
	const struct str *at;

	*setting = "store.engine";
	if (s->engine != STORE_REDIS)
		return true;
	if (s->servers.n == 0)
		return err_set(e, "store.engine redis needs store.servers");
	*setting = "store.servers";
	VEC_EACH(at, &s->servers) {
		if (!check_server(*at, e))
			return false;
	}
	if (s->layout == STORE_SINGLE && s->servers.n != 1)
		return err_set(e, "store.layout single has one of "
		    "store.servers, not %zu; is it sentinel or cluster?",
		    s->servers.n);
	*setting = "store.layout";
	if (s->layout == STORE_SENTINEL && s->master.n == 0)
		return err_set(e, "store.layout sentinel needs store.master");
	*setting = "store.db";
	if (s->layout == STORE_CLUSTER && s->db != 0)
		return err_set(e, "a cluster has no store.db but 0");
	*setting = "store.prefix";
	if (s->prefix.n > 100)
		return err_set(e, "store.prefix is longer than 100 bytes");
	return true;
}

static const char *
path_or_none(struct arena *a, struct str path)
{
	return path.n == 0 ? NULL : str_cstr(a, path);
}

static const struct tls_client_conf *
tls_of(struct arena *a, const struct store_settings *s)
{
	struct tls_client_conf *tls = ARENA_ONE(a, struct tls_client_conf);

	tls->ca = path_or_none(a, s->ca);
	tls->certificate = path_or_none(a, s->certificate);
	tls->key = path_or_none(a, s->key);
	tls->name = s->tls_name;
	return tls;
}

void
store_settings_conf(struct store_conf *out, struct arena *a,
    const struct store_settings *s, struct str state)
{
	*out = (struct store_conf){ .kind = s->engine, .bytes = s->size,
		.remote = { .layout = s->layout, .servers = s->servers.at,
		    .n_servers = s->servers.n, .master = s->master,
		    .user = s->user, .password = s->password,
		    .sentinel_user = s->sentinel_user,
		    .sentinel_password = s->sentinel_password, .db = s->db,
		    .prefix = s->prefix, .budget_ms = s->budget_ms,
		    .replicas = s->replicas, .journal_bytes = s->journal } };
	if (state.n != 0) {
		out->folder = str_cstr(a, str_cat(a, state, STR("/store")));
		out->remote.journal = str_cstr(a,
		    str_cat(a, state, STR("/journal")));
	}
	/* a file here is as near as a cache */
	if (s->engine != STORE_LMDB) {
		out->cache_bytes = s->cache;
		out->cache_ms = s->cache_ms;
	}
	if (s->tls != 0)
		out->remote.tls = tls_of(a, s);
}
