/* SPDX-License-Identifier: Apache-2.0 */
/* Texts into structs, by a table of types. */
#include "conf/setting.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "base/addr.h"
#include "base/buf.h"
#include "base/suggest.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "conf/node.h"
#include "conf/unit.h"

enum { TEXT_MOST = 1000 };

typedef VEC(struct str) str_list;
typedef VEC(struct addr_net) net_list;

static bool
in_range(const struct setting *row, int64_t value)
{
	if (row->least == 0 && row->most == 0)
		return value >= 0;
	return value >= row->least && value <= row->most;
}

static bool
set_str(void *to, struct arena *a, const struct setting *row, struct str text)
{
	(void)row;
	*(struct str *)to = str_copy(a, text);
	return true;
}

/* A line break in it would begin another reply or header. */
static bool
set_line(void *to, struct arena *a, const struct setting *row,
    struct str text)
{
	if (!utf8_is_valid(text))
		return false;
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if (c < ' ' || c == 0x7f)
			return false;
	}
	return set_str(to, a, row, text);
}

static bool
set_int(void *to, struct arena *a, const struct setting *row, struct str text)
{
	(void)a;
	return str_to_int(text, to) && in_range(row, *(int64_t *)to);
}

static bool
set_count(void *to, struct arena *a, const struct setting *row,
    struct str text)
{
	int64_t value;

	(void)a;
	if (!str_to_int(text, &value) || value < 0 || !in_range(row, value))
		return false;
	*(size_t *)to = (size_t)value;
	return true;
}

static bool
set_size(void *to, struct arena *a, const struct setting *row, struct str text)
{
	int64_t value;

	(void)a;
	if (!unit_read(text, unit_sizes, &value) ||
	    !in_range(row, value))
		return false;
	*(size_t *)to = (size_t)value;
	return true;
}

static bool
set_time(void *to, struct arena *a, const struct setting *row, struct str text)
{
	(void)a;
	return unit_read(text, unit_times, to) &&
	    in_range(row, *(int64_t *)to);
}

/* "6", "6.5", "6.25", or "off". */
static bool
set_points(void *to, struct arena *a, const struct setting *row,
    struct str text)
{
	struct str whole, part;
	int64_t n, hundredths = 0;

	(void)a;
	(void)row;
	if (str_case_is(text, "off")) {
		*(int32_t *)to = INT32_MAX;
		return true;
	}
	if (str_cut(text, '.', &whole, &part) &&
	    (part.n == 0 || part.n > 2 || !ascii_is_digit(part.p[0]) ||
		!str_to_int(part, &hundredths)))
		return false;
	if (!str_to_int(whole, &n) || n < 0 || n > 10000)
		return false;
	if (part.n == 1)
		hundredths *= 10;
	*(int32_t *)to = (int32_t)(n * 100 + hundredths);
	return true;
}

static bool
set_word(void *to, struct arena *a, const struct setting *row, struct str text)
{
	(void)a;
	for (int i = 0; row->words[i] != NULL; i++) {
		if (!str_case_is(text, row->words[i]))
			continue;
		*(int *)to = i;
		return true;
	}
	return false;
}

static bool
add_str(void *to, struct arena *a, const struct setting *row, struct str text)
{
	(void)row;
	if (text.n == 0)
		return false;
	*VEC_ADD(a, (str_list *)to) = str_copy(a, text);
	return true;
}

static bool
add_net(void *to, struct arena *a, const struct setting *row, struct str text)
{
	struct addr_net net;

	(void)row;
	if (!addr_net_parse(text, &net))
		return false;
	*VEC_ADD(a, (net_list *)to) = net;
	return true;
}

static const struct kind {
	bool (*set)(void *to, struct arena *a, const struct setting *row,
	    struct str text);
	const char *expected;
	bool is_list;
} kinds[SETTING_TYPES] = {
	[SETTING_IS_STR] = { set_str, "a text", false },
	[SETTING_IS_LINE] = { set_line,
	    "a text of one line, without control characters", false },
	[SETTING_IS_INT] = { set_int, "a whole number", false },
	[SETTING_IS_COUNT] = { set_count, "a whole number", false },
	[SETTING_IS_SIZE] = { set_size, "a size like 50MB", false },
	[SETTING_IS_TIME] = { set_time, "a time like 8s or 500ms", false },
	[SETTING_IS_POINTS] = { set_points,
	    "points like 6 or 6.5, or off", false },
	[SETTING_IS_WORD] = { set_word, "one of", false },
	[SETTING_IS_STRS] = { add_str, "a text that is not empty", true },
	[SETTING_IS_NETS] = { add_net,
	    "an address or network like 192.0.2.0/24", true },
};

static struct str
expected_of(struct arena *a, const struct setting *row)
{
	struct buf b;

	buf_init_arena(&b, a, TEXT_MOST);
	buf_printf(&b, "%s", kinds[row->type].expected);
	for (size_t i = 0; row->words != NULL && row->words[i] != NULL; i++)
		buf_printf(&b, "%s %s", i == 0 ? "" : ",", row->words[i]);
	if (row->least != 0 || row->most != 0)
		buf_printf(&b, " from %" PRId64 " to %" PRId64, row->least,
		    row->most);
	return buf_str(&b);
}

bool
setting_set(void *conf, struct arena *a, const struct setting *row,
    struct str text, struct str *expected)
{
	if (kinds[row->type].set((char *)conf + row->offset, a, row, text))
		return true;
	*expected = expected_of(a, row);
	return false;
}

bool
setting_is_list(const struct setting *row)
{
	return kinds[row->type].is_list;
}

void
setting_empty(void *conf, const struct setting *row)
{
	void *at = (char *)conf + row->offset;

	if (row->type == SETTING_IS_STRS)
		*(str_list *)at = (str_list){ 0 };
	else if (row->type == SETTING_IS_NETS)
		*(net_list *)at = (net_list){ 0 };
}

void
settings_first(void *conf, struct arena *a, const struct setting *table)
{
	struct str expected;
	bool is_right;

	for (; table->name != NULL; table++) {
		if (table->first == NULL)
			continue;
		is_right = setting_set(conf, a, table, str_of(table->first),
		    &expected);
		assert(is_right);
		(void)is_right;
	}
}

/* What is being read, and the part of the names that is behind us. */
struct reading {
	void *conf;
	struct arena *arena;
	const struct setting *table;
	struct diags *diags;
};

static const struct setting *
row_of(const struct reading *r, struct str name)
{
	for (const struct setting *s = r->table; s->name != NULL; s++) {
		if (str_is(name, s->name))
			return s;
	}
	return NULL;
}

static bool
is_section(const struct reading *r, struct str name)
{
	for (const struct setting *s = r->table; s->name != NULL; s++) {
		if (str_starts(str_of(s->name), name) &&
		    s->name[name.n] == '.')
			return true;
	}
	return false;
}

static bool
unknown(struct reading *r, const struct node *entry, struct str name)
{
	struct str best = { 0 }, candidate, section, rest;

	diag_add(r->diags, DIAG_ERROR, entry->key_mark, "",
	    "there is no setting \"%" STR_FMT "\"", STR_ARG(name));
	for (const struct setting *s = r->table; s->name != NULL; s++) {
		candidate = str_of(s->name);
		suggest_try(name, candidate, &best);
		if (str_cut(candidate, '.', &section, &rest))
			suggest_try(name, section, &best);
	}
	if (best.n != 0)
		diag_hint(r->diags, "did you mean \"%" STR_FMT "\"?",
		    STR_ARG(best));
	return false;
}

/* The nearest word it may be, and what it is about. */
static void
hint(struct reading *r, const struct setting *row, struct str text)
{
	struct str best = { 0 };

	for (size_t i = 0; row->words != NULL && row->words[i] != NULL; i++)
		suggest_try(text, str_of(row->words[i]), &best);
	if (best.n != 0)
		diag_hint(r->diags, "did you mean \"%" STR_FMT "\"? %s",
		    STR_ARG(best), row->help);
	else
		diag_hint(r->diags, "%s", row->help);
}

static bool
read_text(struct reading *r, const struct setting *row,
    const struct node *text)
{
	struct str expected;

	if (text->type != NODE_TEXT) {
		diag_add(r->diags, DIAG_ERROR, text->mark, "",
		    "%s must be %" STR_FMT ", not %s", row->name,
		    STR_ARG(expected_of(r->arena, row)),
		    node_type_name(text->type));
		return false;
	}
	if (setting_set(r->conf, r->arena, row, text->text, &expected))
		return true;
	diag_add(r->diags, DIAG_ERROR, text->mark, "",
	    "%s must be %" STR_FMT ", not \"%" STR_FMT "\"", row->name,
	    STR_ARG(expected), STR_ARG(str_head(text->text, 100)));
	hint(r, row, text->text);
	return false;
}

static bool
read_row(struct reading *r, const struct setting *row,
    const struct node *entry)
{
	const struct node *child;
	bool is_right = true;

	if (!kinds[row->type].is_list || entry->type != NODE_LIST)
		return read_text(r, row, entry);
	NODE_EACH(child, entry)
		is_right = read_text(r, row, child) && is_right;
	return is_right;
}

static bool
read_section(struct reading *r, struct str section, const struct node *map)
{
	const struct setting *row;
	const struct node *entry;
	bool is_right = true;
	struct str name;

	if (map->type != NODE_MAP)
		return diag_add(r->diags, DIAG_ERROR, map->mark, "",
		    "%" STR_FMT " must be a mapping, not %s",
		    STR_ARG(section), node_type_name(map->type));
	NODE_EACH(entry, map) {
		name = str_cat(r->arena, section, STR("."), entry->key);
		row = row_of(r, name);
		is_right = (row != NULL ? read_row(r, row, entry) :
		    unknown(r, entry, name)) && is_right;
	}
	return is_right;
}

bool
settings_read(void *conf, struct arena *a, const struct setting *table,
    const struct node *map, struct diags *d)
{
	struct reading r = { conf, a, table, d };
	const struct setting *row;
	const struct node *entry;
	bool is_right = true;

	if (map->type != NODE_MAP)
		return diag_add(d, DIAG_ERROR, map->mark, "",
		    "a configuration is a mapping, not %s",
		    node_type_name(map->type));
	NODE_EACH(entry, map) {
		row = row_of(&r, entry->key);
		/* A name may be both: "log: info", "log: {to: syslog}". */
		if (row != NULL && (entry->type != NODE_MAP ||
		    !is_section(&r, entry->key)))
			is_right = read_row(&r, row, entry) && is_right;
		else if (is_section(&r, entry->key))
			is_right = read_section(&r, entry->key, entry) &&
			    is_right;
		else
			is_right = unknown(&r, entry, entry->key);
	}
	return is_right;
}
