/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_OPTIONROWS_H
#define CLI_OPTIONROWS_H

/*
 * Rows of options that several subcommands have: the same name, letter and
 * kind everywhere, in a member of the same name of the struct of each.  Where
 * help is asked for, subcommands mean something of their own by it.
 */

#include <stddef.h>

#include "cli/options.h"

#define ROW_JSON(type, help) \
	{ "json", 0, OPTION_FLAG, offsetof(type, is_json), NULL, help }
#define ROW_QUIET(type, help) \
	{ "quiet", 'q', OPTION_FLAG, offsetof(type, is_quiet), NULL, help }
#define ROW_COLOR(type) \
	{ "color", 0, OPTION_TEXT, offsetof(type, color), \
	    "auto|always|never", "colours (auto: on a terminal)" }
#define ROW_LANG(type, help) \
	{ "lang", 0, OPTION_TEXT, offsetof(type, lang), "ja|en", help }
#define ROW_AT(type, help) \
	{ "at", 0, OPTION_TEXT, offsetof(type, at), "DATE", help }

#define ROW_PACKS(type, help) \
	{ "packs", 0, OPTION_MANY, offsetof(type, folders), "DIR", help }
/* Of those that are given the packs they work on as operands. */
#define ROW_PACKS_BESIDE(type) \
	ROW_PACKS(type, "where brands not among the packs are")

/* Of those that read what sekishod keeps; when: "", or "of --live: ". */
#define ROW_CONFIG(type, when) \
	{ "config", 'c', OPTION_TEXT, offsetof(type, config), "FILE", \
	    when "of sekishod (/etc/sekisho/sekisho.yaml)" }
#define ROW_STATE(type, when) \
	{ "state", 0, OPTION_TEXT, offsetof(type, state), "DIR", \
	    when "state folder, in place of the one it names" }

/* Of those that ask the control port; role: a word in quotes. */
#define ROW_CONTROL(type) \
	{ "server", 0, OPTION_TEXT, offsetof(type, server), "HOST:PORT", \
	    "control port of sekishod (127.0.0.1:11334)" }
#define ROW_TOKEN(type, role) \
	{ "token", 0, OPTION_TEXT, offsetof(type, token), "TOKEN", \
	    "one with the role " role " (default: SEKISHO_TOKEN of the " \
	    "environment)" }

#endif
