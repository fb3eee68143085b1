/* SPDX-License-Identifier: Apache-2.0 */
/* Reads options by a table of rows; a row without a name ends the table. */
#include "cli/options.h"

#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/suggest.h"
#include "cli/terminal.h"

enum { HELP_COLUMN = 28 };

struct reader {
	const struct option_goal *goal;
	int argc;
	char **argv;
	int at;
};

/* The row of that name, or the only one that begins so. */
static const struct option_row *
row_of(const struct option_row *rows, struct str name)
{
	const struct option_row *found = NULL;
	bool is_only = true;

	for (const struct option_row *row = rows; row->name != NULL; row++) {
		if (str_is(name, row->name))
			return row;
		if (!str_starts(str_of(row->name), name))
			continue;
		is_only = found == NULL;
		found = row;
	}
	return is_only && name.n != 0 ? found : NULL;
}

static const struct option_row *
row_of_letter(const struct option_row *rows, char letter)
{
	for (; rows->name != NULL; rows++)
		if (rows->letter != 0 && rows->letter == letter)
			return rows;
	return NULL;
}

static bool
refuse_name(const struct option_row *rows, struct str name, struct err *e)
{
	struct str best = { 0 };

	for (; rows->name != NULL; rows++)
		suggest_try(name, str_of(rows->name), &best);
	if (best.n == 0)
		return err_set(e, "unknown option --%" STR_FMT,
		    STR_ARG(name));
	return err_set(e, "unknown option --%" STR_FMT "; did you mean --%"
	    STR_FMT "?", STR_ARG(name), STR_ARG(best));
}

/* A takes of "a|b|c" is a closed set. */
static bool
check_choice(const struct option_row *row, struct str value, struct err *e)
{
	struct str choices = str_of(row->takes), choice, best = { 0 };

	if (!str_has(choices, '|'))
		return true;
	while (str_next(&choices, '|', &choice)) {
		if (str_eq(choice, value))
			return true;
		suggest_try(value, choice, &best);
	}
	err_set(e, "--%s: \"%" STR_FMT "\" is not one of %s%s%" STR_FMT "%s",
	    row->name, STR_ARG(value), row->takes,
	    best.n == 0 ? "" : "; did you mean \"", STR_ARG(best),
	    best.n == 0 ? "" : "\"?");
	return false;
}

static bool
store(struct reader *r, const struct option_row *row, struct str value,
    struct err *e)
{
	char *to = (char *)r->goal->args + row->offset;

	if (!check_choice(row, value, e))
		return false;
	if (row->kind == OPTION_MANY)
		*VEC_ADD(r->goal->arena, (word_list *)(void *)to) = value;
	else
		*(struct str *)(void *)to = value;
	return true;
}

static bool
take_next(struct reader *r, const struct option_row *row, struct str *value,
    struct err *e)
{
	if (r->at + 1 >= r->argc)
		return err_set(e, "--%s needs %s", row->name, row->takes);
	*value = str_of(r->argv[++r->at]);
	return true;
}

static void
set_flag(struct reader *r, const struct option_row *row)
{
	*(bool *)((char *)r->goal->args + row->offset) = true;
}

static bool
read_long(struct reader *r, struct str text, struct err *e)
{
	struct str name, value;
	bool has_value = str_cut(text, '=', &name, &value);
	const struct option_row *row = row_of(r->goal->rows, name);

	if (row == NULL)
		return refuse_name(r->goal->rows, name, e);
	if (row->kind == OPTION_FLAG) {
		if (has_value)
			return err_set(e, "--%s takes no value", row->name);
		set_flag(r, row);
		return true;
	}
	if (!has_value && !take_next(r, row, &value, e))
		return false;
	return store(r, row, value, e);
}

/* "-q", several flags as in "-qv", and "-kNAME" or "-k NAME". */
static bool
read_letters(struct reader *r, struct str text, struct err *e)
{
	for (size_t i = 0; i < text.n; i++) {
		const struct option_row *row = row_of_letter(r->goal->rows,
		    text.p[i]);
		struct str value = str_from(text, i + 1);

		if (row == NULL)
			return err_set(e, "unknown option -%c", text.p[i]);
		if (row->kind == OPTION_FLAG) {
			set_flag(r, row);
			continue;
		}
		if (value.n == 0 && !take_next(r, row, &value, e))
			return false;
		return store(r, row, value, e);
	}
	return true;
}

bool
options_read(const struct option_goal *goal, int argc, char **argv,
    struct err *e)
{
	struct reader r = { goal, argc, argv, 0 };
	bool is_over = false;

	for (; r.at < argc; r.at++) {
		struct str text = str_of(argv[r.at]);

		if (is_over || text.n < 2 || text.p[0] != '-')
			*VEC_ADD(goal->arena, goal->operands) = text;
		else if (str_is(text, "--"))
			is_over = true;
		else if (text.p[1] == '-') {
			if (!read_long(&r, str_from(text, 2), e))
				return false;
		} else if (!read_letters(&r, str_from(text, 1), e))
			return false;
	}
	return true;
}

bool
options_day(const char *name, struct str value, int32_t *day, struct err *e)
{
	if (value.n == 0 || day_parse(value, day))
		return true;
	return err_set(e, "--%s: \"%" STR_FMT "\" is no date such as "
	    "2026-02-09", name, STR_ARG(value));
}

void
options_help(struct buf *to, const struct terminal *t,
    const struct option_row *rows)
{
	for (; rows->name != NULL; rows++) {
		size_t from = to->n;

		if (rows->letter != 0)
			buf_printf(to, "  -%c, ", rows->letter);
		else
			buf_add_str(to, STR("      "));
		buf_printf(to, "--%s", rows->name);
		if (rows->kind != OPTION_FLAG)
			buf_printf(to, " %s", rows->takes);
		if (to->n - from >= HELP_COLUMN) {
			buf_add_byte(to, '\n');
			from = to->n;
		}
		while (to->n - from < HELP_COLUMN)
			buf_add_byte(to, ' ');
		terminal_lines(to, t, str_of(rows->help), HELP_COLUMN);
		buf_add_byte(to, '\n');
	}
}
