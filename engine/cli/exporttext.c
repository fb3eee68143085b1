/* SPDX-License-Identifier: Apache-2.0 */
/* CSV, DNS response policy zones, maps of rspamd, rules of SpamAssassin. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "cli/exchange.h"
#include "mail/url.h"

/* RFC 4180; a cell that a spreadsheet would run is made text. */
static void
csv_cell(struct buf *to, struct str s, bool is_last)
{
	bool is_formula = exchange_is_formula(s);
	bool is_odd = str_find_any(s, ',', '"', '\n') < s.n ||
	    str_has(s, '\r');

	if (is_odd)
		buf_add_byte(to, '"');
	if (is_formula)
		buf_add_byte(to, '\'');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			buf_add_byte(to, '"');
		buf_add_byte(to, s.p[i]);
	}
	if (is_odd)
		buf_add_byte(to, '"');
	buf_add_byte(to, is_last ? '\n' : ',');
}

static void
csv_day(struct buf *to, struct arena *a, int32_t day)
{
	csv_cell(to, day == DAY_NONE ? STR("") : day_text(a, day), false);
}

/* Everything there is, as packs write it: comes back the same. */
void
export_csv(struct buf *to, const export_list *rows,
    const struct export_conf *conf, struct export_loss *loss)
{
	static const char *const confidence[] = { "", "low", "medium",
		"high" };
	struct arena *a = conf->arena;
	const struct export_row *row;

	buf_add_str(to, STR("field,value,pack,group,first_seen,expires,"
	    "confidence,tlp,spoofed,hacked_site,note\n"));
	VEC_EACH(row, rows) {
		const struct pack *p = row->pack;

		if (row->value->link != NULL) {
			loss->patterns++;
			continue;
		}
		csv_cell(to, str_of(row->value->field->name), false);
		csv_cell(to, row->value->text, false);
		csv_cell(to, p->id, false);
		csv_cell(to, row->group->name, false);
		csv_day(to, a, p->seen_first);
		csv_day(to, a, row->expires);
		csv_cell(to, str_of(confidence[p->confidence]), false);
		csv_cell(to, p->tlp, false);
		csv_cell(to, row->value->is_spoofed ? STR("true") : STR(""),
		    false);
		csv_cell(to, row->value->is_hacked_site ? STR("true") :
		    STR(""), false);
		csv_cell(to, row->value->note, true);
	}
}

/* Whether a value may go to those who block what they are given. */
static bool
may_block(const struct export_row *row, const struct export_conf *conf,
    struct export_loss *loss)
{
	if (row->value->is_spoofed || row->value->is_hacked_site)
		loss->spoofed++;
	else if (!row->is_exact)
		loss->patterns++;
	else if (row->expires != DAY_NONE && row->expires < conf->today)
		loss->expired++;
	else
		return true;
	return false;
}

/* The name that is blocked, or "". */
static struct str
block_name(const struct export_row *row)
{
	switch (row->value->field->kind) {
	case FIELD_DOMAIN:
	case FIELD_HOST:
		return row->value->pattern.key;
	default:
		return STR("");
	}
}

/* Names alone: an address may have honest sites beside the bad one. */
void
export_rpz(struct buf *to, const export_list *rows,
    const struct export_conf *conf, struct export_loss *loss)
{
	const struct export_row *row;
	struct map seen;

	map_init(&seen, conf->arena);
	buf_add_str(to, STR("$TTL 300\n@ SOA localhost. root.localhost. 1 "
	    "3600 600 86400 300\n@ NS localhost.\n"));
	VEC_EACH(row, rows) {
		struct str name = block_name(row);

		if (name.n == 0) {
			loss->fields++;
			continue;
		}
		if (!may_block(row, conf, loss))
			continue;
		if (*map_put(&seen, name, 0) != 0)
			continue;
		*map_get(&seen, name) = 1;
		buf_printf(to, "%" STR_FMT " CNAME .\n", STR_ARG(name));
		if (row->value->field->kind == FIELD_DOMAIN)
			buf_printf(to, "*.%" STR_FMT " CNAME .\n",
			    STR_ARG(name));
	}
}

static bool
is_of_kind(const struct export_row *row, struct str kind)
{
	enum field_kind field = row->value->field->kind;

	if (str_is(kind, "ip"))
		return field == FIELD_ADDR;
	if (str_is(kind, "url"))
		return field == FIELD_URL && row->value->link == NULL;
	if (str_is(kind, "email"))
		return field == FIELD_MAILBOX;
	return field == FIELD_DOMAIN || field == FIELD_HOST;
}

/* A line of a map ends its key at a blank or "#", and takes "/x/" for a
 * regex. */
static bool
fits_map(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= ' ' || s.p[i] == '#' ||
		    s.p[i] == '"')
			return false;
	return s.p[0] != '/';
}

void
export_rspamd_map(struct buf *to, const export_list *rows,
    const struct export_conf *conf, struct export_loss *loss)
{
	const struct export_row *row;
	struct map seen;

	map_init(&seen, conf->arena);
	VEC_EACH(row, rows) {
		if (!is_of_kind(row, conf->kind)) {
			loss->fields++;
			continue;
		}
		if (!may_block(row, conf, loss))
			continue;
		if (!fits_map(row->text)) {
			loss->patterns++;
			continue;
		}
		if (*map_put(&seen, row->text, 0) != 0)
			continue;
		*map_get(&seen, row->text) = 1;
		buf_printf(to, "%" STR_FMT " # %" STR_FMT "/%" STR_FMT "\n",
		    STR_ARG(row->text), STR_ARG(row->pack->id),
		    STR_ARG(row->group->name));
	}
}

/* What SpamAssassin calls a field. */
static const struct sa_test {
	const char *field;
	const char *kind;
	const char *what;
} tests[] = {
	{ "from", "header", "From:addr =~ " },
	{ "from.domain", "header", "From:addr =~ " },
	{ "from.name", "header", "From:name =~ " },
	{ "subject", "header", "Subject =~ " },
	{ "reply_to", "header", "Reply-To:addr =~ " },
	{ "reply_to.domain", "header", "Reply-To:addr =~ " },
	{ "mail_from", "header", "EnvelopeFrom:addr =~ " },
	{ "mail_from.domain", "header", "EnvelopeFrom:addr =~ " },
	{ "body", "body", "" }, { "text", "body", "" },
	{ "link.text", "body", "" }, { "url", "uri", "" },
	{ "link", "uri", "" }, { "url.domain", "uri", "" },
	{ "url.host", "uri", "" }, { "url.path", "uri", "" },
	{ "url.query", "uri", "" },
};

static const struct sa_test *
sa_test(const struct export_row *row)
{
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		if (str_is(str_of(row->value->field->name), tests[i].field))
			return &tests[i];
	return NULL;
}

static void
add_quoted(struct buf *to, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (!ascii_is_alnum(s.p[i]) && (unsigned char)s.p[i] < 0x80)
			buf_add_byte(to, '\\');
		buf_add_byte(to, s.p[i]);
	}
}

/* A regex between slashes: one inside is escaped, and so is what would begin
 * a comment. */
static void
add_regex(struct buf *to, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\\' && i + 1 < s.n)
			buf_add_byte(to, s.p[i++]);
		else if (s.p[i] == '/' || s.p[i] == '#')
			buf_add_byte(to, '\\');
		buf_add_byte(to, s.p[i]);
	}
}

static void
sa_pattern(struct buf *to, const struct export_row *row)
{
	enum field_kind kind = row->value->field->kind;

	buf_add_byte(to, '/');
	if (!row->is_exact) {
		add_regex(to, row->value->pattern.regex);
	} else if (kind == FIELD_DOMAIN || kind == FIELD_HOST) {
		buf_add_str(to, STR("(?:^|[@.\\/])"));
		add_quoted(to, row->value->pattern.key);
		buf_add_str(to, STR("(?:[:\\/?\\#]|$)"));
	} else {
		add_quoted(to, row->text);
	}
	buf_add_str(to, STR("/i\n"));
}

static struct str
sa_name(struct arena *a, const struct export_row *row, size_t n)
{
	struct str name = str_printf(a, "__SK_%" STR_FMT "_%" STR_FMT "_%zu",
	    STR_ARG(row->pack->symbol), STR_ARG(row->group->name), n);
	char *p = arena_take(a, name.n + 1);

	for (size_t i = 0; i < name.n; i++)
		p[i] = ascii_upper(name.p[i]);
	return (struct str){ p, name.n };
}

/* A group's sum, and the pack's rule: any two groups, since the condition of
 * a pack has no words for it there. */
static void
sa_finish(struct buf *to, const struct pack *p, struct str groups)
{
	unsigned least = str_find_str(groups, STR(" + ")) < groups.n ? 2 : 1;

	buf_printf(to, "meta SK_%" STR_FMT " (%" STR_FMT ") >= %u\n"
	    "describe SK_%" STR_FMT " sekisho %" STR_FMT "\n"
	    "score SK_%" STR_FMT " 5.0\n", STR_ARG(p->symbol),
	    STR_ARG(groups), least, STR_ARG(p->symbol), STR_ARG(p->id),
	    STR_ARG(p->symbol));
}

/* A pattern of whole names finds none in a URL or an address. */
static bool
is_sa_pattern(const struct export_row *row, const struct export_conf *conf)
{
	enum field_kind kind = row->value->field->kind;

	return !conf->no_masks && row->value->pattern.regex.n != 0 &&
	    kind != FIELD_DOMAIN && kind != FIELD_HOST &&
	    !str_has(row->value->pattern.regex, '\n');
}

static bool
sa_has(const struct export_row *row, const struct export_conf *conf,
    struct export_loss *loss)
{
	if (row->value->is_spoofed)
		loss->spoofed++;
	else if (sa_test(row) == NULL)
		loss->fields++;
	else if (row->expires != DAY_NONE && row->expires < conf->today)
		loss->expired++;
	else if (!row->is_exact && !is_sa_pattern(row, conf))
		loss->patterns++;
	else
		return true;
	return false;
}

void
export_spamassassin(struct buf *to, const export_list *rows,
    const struct export_conf *conf, struct export_loss *loss)
{
	struct arena *a = conf->arena;
	struct str names = STR(""), groups = STR("");
	size_t n = 0;

	for (size_t i = 0; i < rows->n; i++) {
		const struct export_row *row = &rows->at[i];
		bool is_last = i + 1 == rows->n ||
		    rows->at[i + 1].group != row->group;

		if (sa_has(row, conf, loss)) {
			struct str name = sa_name(a, row, ++n);

			buf_printf(to, "%s %" STR_FMT " %s",
			    sa_test(row)->kind, STR_ARG(name),
			    sa_test(row)->what);
			sa_pattern(to, row);
			names = str_cat(a, names, names.n == 0 ? STR("") :
			    STR(" || "), name);
		}
		if (is_last && names.n != 0)
			groups = str_cat(a, groups, groups.n == 0 ? STR("") :
			    STR(" + "), STR("("), names, STR(")"));
		names = is_last ? STR("") : names;
		if (i + 1 < rows->n && rows->at[i + 1].pack == row->pack)
			continue;
		if (groups.n != 0)
			sa_finish(to, row->pack, groups);
		groups = STR("");
		n = 0;
	}
}
