/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_CONFIG_H
#define DAEMON_CONFIG_H

/*
 * What sekishod is told: by its configuration file, then by the command
 * line, where every setting is an option of the same name.  A list on the
 * command line takes the place of the file's.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "base/vec.h"
#include "check/auth.h"
#include "check/dnslist.h"
#include "check/reputation.h"
#include "check/networks.h"
#include "conf/setting.h"
#include "daemon/listen.h"
#include "front/front.h"
#include "scan/generation.h"
#include "scan/storerows.h"

struct err;
struct node_limits;
struct said;

enum { WORKERS_MOST = 256 };

struct daemon_conf {
	bool is_view;               /* see struct conf_text */
	bool makes_nothing;         /* the same */
	size_t workers;             /* 0: as many as processors */
	struct str control;         /* socket where sekisho reload asks, or
	                               "" */
	int64_t watch_ms;           /* how often packs are looked at; 0: not */
	int sandbox;                /* yes: workers cannot leave theirs */
	size_t memory;              /* bytes of a worker */
	int64_t cpu_ms;             /* of the processor, for one scan */
	struct str user;            /* that workers are, if started as root */
	int self_test;              /* yes: of packs that have changed */
	int64_t compile_ms;         /* what packs may take to be compiled */
	size_t compile;             /* and bytes */
	VEC(struct str) listen;     /* as the command line says it */
	listen_list listeners;    /* what comes of it, or of the file */
	struct str state;           /* folder; "": nothing is remembered */
	struct store_settings store;
	struct {
		VEC(struct str) servers; /* "system", or addresses; none:
		                            nobody is asked */
		VEC(struct str) never;   /* names that are not asked */
		int private;             /* nor those at home: yes or no */
		int64_t budget_ms;       /* of one message, and how many */
		size_t queries;
		size_t list_queries;     /* of them to lists */
		int64_t timeout_ms;      /* of one try */
		size_t cache;            /* bytes */
		int links;               /* hosts of links too: yes or no */
	} dns;
	VEC(struct str) presets;    /* of dnslists, as the command line says */
	dnslist_list dnslists;      /* what comes of it, or of the file */
	struct auth_conf auth;
	struct reputation_conf reputation;
	struct networks_conf networks;
	int records;                /* of domains are asked for: yes or no */
	struct str pid_file;
	int open;                   /* yes: one of two words that let the
	                               world in */
	struct str log_file;        /* "": standard error */
	int log;                    /* enum log_level */
	int log_to;                 /* enum log_to */
	int log_format;
	struct str log_socket;      /* in place of the usual one, or "" */
	struct generation_conf generation;
	struct front_conf front;
};

extern const struct setting daemon_settings[];

/* A setting given on the command line. */
struct override {
	const struct setting *row;
	struct str text;
};
typedef VEC(struct override) override_list;

/* The file, read once for all who want to know the same. */
struct conf_text {
	const char *path;           /* NULL: none */
	struct str yaml;
	bool is_view;               /* to be shown: no plugin is loaded, no key
	                               read */
	bool makes_nothing;         /* to be checked: a key that is not there
	                               stays so */
};

extern const struct node_limits conf_text_limits;

/* path may be NULL. */
bool conf_text_read(struct conf_text *out, struct arena *a, const char *path,
    struct err *e);

/* False, with e, when the file holds errors, which are in d. */
bool daemon_conf_read(struct daemon_conf *conf, struct arena *a,
    const struct said *said, struct diags *d, struct err *e);

#endif
