/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

/*
 * A subcommand: one row of main.c's table and one file.  It gets its options
 * read, works, and returns an exit status.
 */

#include <stdbool.h>
#include <stddef.h>

#include "cli/options.h"
#include "cli/terminal.h"

struct command;

/* pack-format 3: the same four for every subcommand. */
enum status {
	STATUS_FINE,
	STATUS_FINDINGS,   /* findings, failed tests, differences */
	STATUS_UNREADABLE, /* usage, a file, syntax */
	STATUS_INTERNAL
};

struct call {
	const struct command *command;
	struct arena *arena;  /* of the whole run */
	void *args;           /* the struct the rows point into */
	word_list operands;
};

struct command {
	const char *name;
	const char *operands; /* "FILE|-...", for the usage line */
	const char *summary;
	const char *detail;   /* a paragraph for --help */
	const struct option_row *rows;
	size_t args_size;
	bool needs_operand;
	enum status (*run)(struct call *call);
};

extern const struct command command_scan;
extern const struct command command_inspect;
extern const struct command command_check;
extern const struct command command_test;
extern const struct command command_promote;
extern const struct command command_diff;
extern const struct command command_stats;
extern const struct command command_explain;
extern const struct command command_fmt;
extern const struct command command_new;
extern const struct command command_schema;
extern const struct command command_facts;
extern const struct command command_auth;
extern const struct command command_record;
extern const struct command command_reload;
extern const struct command command_config;
extern const struct command command_sample;
extern const struct command command_draft;
extern const struct command command_brand;
extern const struct command command_list;
extern const struct command command_import;
extern const struct command command_export;
extern const struct command command_token;
extern const struct command command_history;
extern const struct command command_replay;
extern const struct command command_learn;
extern const struct command command_reputation;
extern const struct command command_stat;
extern const struct command command_top;

/* "sekisho NAME: text" on standard error; always STATUS_UNREADABLE. */
enum status command_fail(const struct call *call, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* An answer on standard output. */
enum status command_print(struct str text);

/* What may be the id of a pack: "jp-bank-2026-02". */
bool command_is_id(struct str s);

#endif
