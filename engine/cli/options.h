/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

/*
 * Options of a subcommand, in a table: name, what it takes, where it goes,
 * one line of help.  Parsing, --help, completion and the manual's test all
 * work from the rows; nothing spells an option twice.  Rows that several
 * subcommands have are in optionrows.h.
 *
 * GNU style: --name=value or --name value, unambiguous beginnings, one letter
 * where there is one, "--" ends the options, "-" is an operand.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "base/vec.h"

struct buf;
struct err;
struct terminal;

typedef VEC(struct str) word_list;

enum option_kind {
	OPTION_FLAG, /* bool */
	OPTION_TEXT, /* struct str, the last one counts */
	OPTION_MANY  /* word_list */
};

struct option_row {
	const char *name;
	char letter;           /* 0: none */
	enum option_kind kind;
	size_t offset;         /* in the struct of the subcommand */
	const char *takes;     /* "FILE", or "auto|always|never": one of them */
	const char *help;
};

/* Where the words of a command line go. */
struct option_goal {
	const struct option_row *rows;
	void *args;            /* the struct the rows point into, zeroed */
	word_list *operands;   /* what is no option is added here */
	struct arena *arena;   /* of lists */
};

/* Reads argv[0] to argv[argc - 1].  False with a text that names the nearest
 * right option. */
bool options_read(const struct option_goal *goal, int argc, char **argv,
    struct err *e);

/* The value of an option that is a date; where it was not given, the day is
 * left as it is. */
bool options_day(const char *name, struct str value, int32_t *day,
    struct err *e);

/* The rows as a table for --help, as wide as the terminal. */
void options_help(struct buf *to, const struct terminal *t,
    const struct option_row *rows);

#endif
