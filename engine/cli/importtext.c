/* SPDX-License-Identifier: Apache-2.0 */
/* CSV of our own and of the feeds, and the plain list of OpenPhish. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "cli/exchange.h"
#include "cli/import.h"
#include "rule/field.h"

enum { COLUMNS_MOST = 64 };

struct csv {
	struct arena *arena;
	struct str rest;
	struct str cells[COLUMNS_MOST];
	size_t n;
};

/* A cell in quotes, doubled ones undone. */
static struct str
quoted_cell(struct csv *c)
{
	struct str s = str_from(c->rest, 1);
	struct buf b;
	size_t i = 0;

	buf_init_arena(&b, c->arena, 1 << 20);
	for (; i < s.n; i++) {
		if (s.p[i] == '"' && (i + 1 >= s.n || s.p[i + 1] != '"'))
			break;
		i += s.p[i] == '"';
		buf_add_byte(&b, s.p[i]);
	}
	c->rest = str_from(s, i + 1);
	return buf_str(&b);
}

/* The next record; false at the end.  More cells than most are dropped. */
static bool
csv_next(struct csv *c)
{
	c->n = 0;
	if (c->rest.n == 0)
		return false;
	for (bool more = true; more;) {
		struct str cell;
		size_t end;

		if (str_starts(c->rest, STR("\""))) {
			cell = quoted_cell(c);
		} else {
			end = str_find_any(c->rest, ',', '\n', '\n');
			cell = str_trim(str_head(c->rest, end));
			c->rest = str_from(c->rest, end);
		}
		if (c->n < COLUMNS_MOST)
			c->cells[c->n++] = cell;
		str_skip(&c->rest, STR("\r"));
		more = str_skip(&c->rest, STR(","));
		if (!more && !str_skip(&c->rest, STR("\n")) &&
		    c->rest.n != 0)
			str_take_line(&c->rest);
	}
	return true;
}

static size_t
column(const struct csv *c, const char *name)
{
	for (size_t i = 0; i < c->n; i++)
		if (str_case_is(c->cells[i], name))
			return i;
	return COLUMNS_MOST;
}

static struct str
cell(const struct csv *c, size_t i)
{
	return i < c->n ? c->cells[i] : STR("");
}

static struct str
as_written(struct str cell)
{
	return exchange_is_formula(cell) && str_starts(cell, STR("'")) ?
	    str_from(cell, 1) : cell;
}

bool
import_csv(struct import *in, struct str text, struct err *e)
{
	struct csv c = { .arena = in->arena, .rest = text };
	size_t field, value, seen, tlp, spoofed, hacked;

	if (!csv_next(&c) || column(&c, "field") == COLUMNS_MOST ||
	    column(&c, "value") == COLUMNS_MOST)
		return err_set(e, "its first line must name the columns "
		    "\"field\" and \"value\" (a report with a table of "
		    "indicators is for sekisho draft)");
	field = column(&c, "field");
	value = column(&c, "value");
	seen = column(&c, "first_seen");
	tlp = column(&c, "tlp");
	spoofed = column(&c, "spoofed");
	hacked = column(&c, "hacked_site");
	while (csv_next(&c)) {
		size_t before = in->rows.n;

		if (c.n == 1 && c.cells[0].n == 0)
			continue;
		import_add(in, cell(&c, field), as_written(cell(&c, value)));
		import_day(in, cell(&c, seen));
		if (in->tlp.n == 0)
			in->tlp = cell(&c, tlp);
		if (in->rows.n == before)
			continue;
		in->rows.at[before].is_spoofed = str_is(cell(&c, spoofed),
		    "true");
		in->rows.at[before].is_hacked = str_is(cell(&c, hacked),
		    "true");
	}
	return true;
}

bool
import_openphish(struct import *in, struct str text, struct err *e)
{
	while (text.n != 0) {
		struct str line = str_trim(str_take_line(&text));

		if (line.n != 0 && line.p[0] != '#')
			import_add(in, STR("url"), line);
	}
	return in->rows.n != 0 || err_set(e, "no URL in it");
}

/* A CSV with a column of URLs, its header perhaps behind "#". */
static bool
import_feed(struct import *in, struct str text, size_t at, struct err *e)
{
	struct csv c = { .arena = in->arena, .rest = text };

	while (csv_next(&c)) {
		size_t named;

		str_skip(&c.cells[0], STR("# "));
		named = column(&c, "url");
		if (named != COLUMNS_MOST)
			at = named;
		else if (!str_starts(c.cells[0], STR("#")) && c.n > at)
			import_add(in, STR("url"), c.cells[at]);
	}
	return in->rows.n != 0 || err_set(e, "no URL in it");
}

bool
import_phishtank(struct import *in, struct str text, struct err *e)
{
	return import_feed(in, text, 1, e);
}

bool
import_urlhaus(struct import *in, struct str text, struct err *e)
{
	return import_feed(in, text, 2, e);
}

void
import_add(struct import *in, struct str field, struct str text)
{
	struct import_row *row;

	text = str_trim(text);
	if (text.n == 0 || field_find(field) == NULL ||
	    in->rows.n >= IMPORT_ROWS_MOST) {
		in->lost++;
		return;
	}
	row = VEC_ADD(in->arena, &in->rows);
	row->field = field;
	row->text = text;
}

void
import_day(struct import *in, struct str text)
{
	int32_t day;

	if (!day_parse(str_head(text, 10), &day))
		return;
	if (in->first == DAY_NONE || day < in->first)
		in->first = day;
	if (in->last == DAY_NONE || day > in->last)
		in->last = day;
}
