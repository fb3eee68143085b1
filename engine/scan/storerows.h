/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCAN_STOREROWS_H
#define SCAN_STOREROWS_H

/* The settings of the store: which engine keeps it, and where.  PUT(member)
 * says where in a struct they go. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "base/vec.h"
#include "conf/setting.h"
#include "net/storeconf.h"
#include "net/tlsclient.h"

struct err;

struct store_settings {
	int engine;                 /* enum store_kind */
	size_t size;
	int layout;                 /* enum store_layout */
	VEC(struct str) servers;
	struct str master;
	struct str user, password;
	struct str sentinel_user, sentinel_password;
	int64_t db;
	struct str prefix;
	int64_t budget_ms;
	int64_t replicas;
	size_t journal;
	size_t cache;
	int64_t cache_ms;
	int tls;                    /* 1: yes */
	struct str ca, certificate, key, tls_name;
};

/* By enum store_kind, enum store_layout. */
extern const char *const store_engines[];
extern const char *const store_layouts[];
extern const char *const store_no_yes[];

/* False: the settings do not go together; *setting is the one to look at. */
bool store_settings_check(const struct store_settings *s,
    const char **setting, struct err *e);
/* There is to be one; an embedded one needs the folder state. */
bool store_settings_are_on(const struct store_settings *s, struct str state);
/* What becomes of them; state is the folder for what is remembered, or "". */
void store_settings_conf(struct store_conf *out, struct arena *a,
    const struct store_settings *s, struct str state);

/* clang-format off */
#define STORE_ROWS(PUT)                                                      \
	{ "store.engine", SETTING_IS_WORD, PUT(engine),                      \
	    .words = store_engines, .first = "lmdb",                         \
	    .help = "what keeps the store: a file here, servers, nothing" }, \
	{ "store.size", SETTING_IS_SIZE, PUT(size), .least = 1024 * 1024,    \
	    .most = 1LL << 40, .first = "256MB",                             \
	    .help = "bound of the store's file" },                           \
	{ "store.layout", SETTING_IS_WORD, PUT(layout),                      \
	    .words = store_layouts, .first = "single",                       \
	    .help = "what store.servers are" },                              \
	{ "store.servers", SETTING_IS_STRS, PUT(servers),                    \
	    .help = "HOST:PORT or /PATH; of sentinels, of some members of "  \
	    "a cluster" },                                                   \
	{ "store.master", SETTING_IS_STR, PUT(master),                       \
	    .help = "name of the master that sentinels watch" },             \
	{ "store.user", SETTING_IS_STR, PUT(user),                           \
	    .help = "ACL user" },                                            \
	{ "store.password", SETTING_IS_STR, PUT(password),                   \
	    .help = "of the user, or of the server", .is_secret = true },    \
	{ "store.sentinel_user", SETTING_IS_STR, PUT(sentinel_user),         \
	    .help = "the same for sentinels" },                              \
	{ "store.sentinel_password", SETTING_IS_STR,                         \
	    PUT(sentinel_password), .help = "the same for sentinels",        \
	    .is_secret = true },                                             \
	{ "store.db", SETTING_IS_INT, PUT(db), .most = 1000000,              \
	    .first = "0", .help = "number of the database" },                \
	{ "store.prefix", SETTING_IS_STR, PUT(prefix),                       \
	    .first = "sekisho:", .help = "in front of every key" },          \
	{ "store.budget", SETTING_IS_TIME, PUT(budget_ms), .least = 1,       \
	    .most = 60000, .first = "50ms",                                  \
	    .help = "how long a message waits for servers" },                \
	{ "store.replicas", SETTING_IS_INT, PUT(replicas), .most = 16,       \
	    .first = "0",                                                    \
	    .help = "replicas that must have an update before it counts as " \
	    "done" },                                                        \
	{ "store.journal", SETTING_IS_SIZE, PUT(journal),                    \
	    .least = 1024 * 1024, .most = 16LL << 30, .first = "32MB",       \
	    .help = "bytes of updates each worker keeps for servers that "   \
	    "are away" },                                                    \
	{ "store.cache", SETTING_IS_SIZE, PUT(cache), .most = 64LL << 30,    \
	    .first = "8MB",                                                  \
	    .help = "bytes of servers' answers each worker keeps" },         \
	{ "store.cache_life", SETTING_IS_TIME, PUT(cache_ms), .least = 0,    \
	    .most = 3600000, .first = "500ms",                               \
	    .help = "for how long" },                                        \
	{ "store.tls", SETTING_IS_WORD, PUT(tls), .words = store_no_yes,     \
	    .help = "yes: servers are spoken to in TLS" },                   \
	{ "store.ca", SETTING_IS_STR, PUT(ca),                               \
	    .help = "PEM file: whose certificates servers have" },           \
	{ "store.certificate", SETTING_IS_STR, PUT(certificate),             \
	    .help = "PEM file: shown to servers that ask for one" },         \
	{ "store.key", SETTING_IS_STR, PUT(key),                             \
	    .help = "PEM file: its key, if that is elsewhere" },             \
	{ "store.tls_name", SETTING_IS_STR, PUT(tls_name),                   \
	    .help = "name in the servers' certificates, if not the host" }
/* clang-format on */

#endif
