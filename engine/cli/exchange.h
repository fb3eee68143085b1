/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_EXCHANGE_H
#define CLI_EXCHANGE_H

/*
 * What packs and the formats of others have in common (pack-format 3.2): one
 * indicator with its days, and the table that says what each of our fields
 * is called elsewhere.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "base/vec.h"
#include "rule/pack.h"

struct buf;

/* How a field is called elsewhere; NULL: there is no such thing there. */
struct exchange_field {
	const char *field;
	const char *stix;      /* "domain-name:value" */
	const char *object;    /* of MISP: "email" */
	const char *relation;  /* "from" */
	const char *type;      /* "email-src" */
	bool is_context;       /* for colleagues, not for block lists */
};

const struct exchange_field *exchange_field(struct str field);
/* By the names of the others, or NULL. */
const struct exchange_field *exchange_by_stix(struct str path);
const struct exchange_field *exchange_by_misp(struct str object,
    struct str relation, struct str type);

/* One value on its way out. */
struct export_row {
	const struct pack *pack;
	const struct group *group;
	const struct value *value;
	const struct exchange_field *field;
	struct str text;       /* live, masks and all; "" where it is none */
	int32_t expires;       /* or DAY_NONE */
	bool is_exact;         /* a thing, not a pattern of things */
	bool is_blockable;     /* exact, and nobody's innocent name */
};

typedef VEC(struct export_row) export_list;

struct export_conf {
	struct arena *arena;
	bool no_masks;
	struct str kind;       /* of plain lists: "domain" */
	int32_t today;
};

struct export_loss {
	size_t spoofed, patterns, fields, expired;
};

/* Writers: rows of all packs in order.  What a format has no room for is
 * counted as lost. */
typedef void export_fn(struct buf *to, const export_list *rows,
    const struct export_conf *conf, struct export_loss *loss);

export_fn export_stix, export_misp, export_csv, export_rpz,
    export_rspamd_map, export_spamassassin;

/* Whether a spreadsheet would run a cell: "=1+1", and what is quoted as "'=1"
 * already.  Such cells go out behind a quote, and come back without. */
bool exchange_is_formula(struct str cell);

#define EXCHANGE_TLPS "clear|green|amber|amber+strict|red"

/* How few may see it: 0 for clear, and more for each step. */
int exchange_tlp_rank(struct str tlp);

/* A UUID made from a name: the same one tomorrow. */
struct str exchange_uuid(struct arena *a, struct str name);
/* "2026-02-09T00:00:00Z"; seconds are added. */
struct str exchange_time(struct arena *a, int32_t day, unsigned seconds);

#endif
