/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PLUGIN_H
#define PLUGIN_H

/*
 * The only header a plugin includes.  A plugin is a check (scan/check.h) in
 * a shared object that defines one symbol: const struct plugin plugin.  It
 * is looked up by that name; there is nothing to register.
 *
 * Built with: cc -fPIC -shared -I engine -o NAME.so NAME.c
 */

#include "base/arena.h"
#include "base/clock.h"
#include "base/str.h"
#include "conf/setting.h"
#include "scan/ask.h"
#include "scan/check.h"
#include "scan/learn.h"

/* The first number is raised when anything here changes its meaning; a row
 * or a run that has grown changes the whole by itself. */
enum {
	PLUGIN_ABI = 3 * 65536 + 256 * sizeof(struct setting) +
	    sizeof(struct check_run)
};

struct plugin {
	uint32_t abi;                  /* PLUGIN_ABI: must stay first */
	const char *name;
	const char *const *needs;
	const struct fact_def *gives;
	const struct setting *settings;
	size_t conf_size;
	size_t state_size;
	enum check_next (*run)(struct check_run *r);
	enum check_next (*learn)(struct check_run *r);
};

extern const struct plugin plugin;

#endif
