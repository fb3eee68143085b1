/* SPDX-License-Identifier: Apache-2.0 */
/* STIX 2.1 and MISP: one value an indicator, all under one roof. */
#include "base/addr.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "cli/exchange.h"
#include "rule/pattern.h"

/* The marking definitions that STIX 2.1 gives; TLP 2.0's two are near. */
static const struct {
	const char *tlp;
	const char *id;
} markings[] = {
	{ "clear", "613f2e26-407d-48c7-9eca-b8e91df99dc9" },
	{ "green", "34098fce-860f-48ae-8e50-ebd3cc5e41da" },
	{ "amber", "f88d31f6-486b-44da-b317-01333bde0b82" },
	{ "amber+strict", "f88d31f6-486b-44da-b317-01333bde0b82" },
	{ "red", "5e57c739-391a-4eb3-b6be-7d15ca92d5ed" },
};

static const int confidences[] = { 0, 15, 50, 85 };

static struct str
row_id(struct arena *a, const struct export_row *row)
{
	return exchange_uuid(a, str_cat(a, row->pack->id, STR("\n"),
	    str_of(row->value->field->name), STR("\n"), row->value->text));
}

/* 'it\'s' */
static struct str
stix_quoted(struct arena *a, struct str s)
{
	struct buf b;

	buf_init_arena(&b, a, s.n * 2 + 4);
	buf_add_byte(&b, '\'');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\'' || s.p[i] == '\\')
			buf_add_byte(&b, '\\');
		buf_add_byte(&b, s.p[i]);
	}
	buf_add_byte(&b, '\'');
	return buf_str(&b);
}

static struct str
stix_pattern(struct arena *a, const struct export_row *row)
{
	const char *path = row->field->stix;
	bool is_text = row->value->field->kind == FIELD_TEXT;
	struct addr_net net;

	if (row->value->field->kind == FIELD_ADDR &&
	    addr_net_parse(row->text, &net) && net.addr.family == 6)
		path = "ipv6-addr:value";
	if (row->is_exact && !is_text)
		return str_cat(a, STR("["), str_of(path), STR(" = "),
		    stix_quoted(a, row->text), STR("]"));
	if (row->is_exact)
		return str_cat(a, STR("["), str_of(path), STR(" LIKE "),
		    stix_quoted(a, str_cat(a, STR("%"), row->text,
		    STR("%"))), STR("]"));
	return str_cat(a, STR("["), str_of(path), STR(" MATCHES "),
	    stix_quoted(a, row->value->pattern.regex), STR("]"));
}

static bool
stix_has(const struct export_row *row, const struct export_conf *conf,
    struct export_loss *loss)
{
	if (row->value->is_spoofed) {
		loss->spoofed++;
		return false;
	}
	if (row->field == NULL || row->field->stix == NULL) {
		loss->fields++;
		return false;
	}
	if (!row->is_exact && (conf->no_masks ||
	    row->value->pattern.regex.n == 0)) {
		loss->patterns++;
		return false;
	}
	return true;
}

static void
stix_dates(struct json *j, struct arena *a, const struct export_row *row)
{
	const struct pack *p = row->pack;
	int32_t first = p->seen_first != DAY_NONE ? p->seen_first :
	    p->created;

	json_put_str(j, "created", exchange_time(a, p->created, 0));
	json_put_str(j, "modified", exchange_time(a, p->updated != DAY_NONE ?
	    p->updated : p->created, 0));
	json_put_str(j, "valid_from", exchange_time(a, first, 0));
	if (row->expires != DAY_NONE)
		json_put_str(j, "valid_until", exchange_time(a,
		    row->expires > first ? row->expires : first,
		    row->expires > first ? 0 : 1));
}

static void
stix_marking(struct json *j, struct arena *a, const struct pack *p)
{
	json_key(j, "object_marking_refs");
	json_open_array(j);
	for (size_t i = 0; i < sizeof(markings) / sizeof(markings[0]); i++)
		if (str_is(p->tlp, markings[i].tlp))
			json_str(j, str_cat(a, STR("marking-definition--"),
			    str_of(markings[i].id)));
	json_close_array(j);
}

static void
stix_indicator(struct json *j, struct arena *a, const struct export_row *row)
{
	json_open_object(j);
	json_put_str(j, "type", STR("indicator"));
	json_put_str(j, "spec_version", STR("2.1"));
	json_put_str(j, "id", str_cat(a, STR("indicator--"),
	    row_id(a, row)));
	stix_dates(j, a, row);
	json_put_str(j, "name", str_cat(a, row->pack->id, STR("/"),
	    row->group->name));
	json_put_str(j, "pattern", stix_pattern(a, row));
	json_put_str(j, "pattern_type", STR("stix"));
	json_put_int(j, "confidence", confidences[row->pack->confidence]);
	json_key(j, "labels");
	json_open_array(j);
	json_str(j, STR("phishing"));
	if (row->value->is_hacked_site)
		json_str(j, STR("hacked-site"));
	json_close_array(j);
	stix_marking(j, a, row->pack);
	json_put_str(j, "x_sekisho_field", str_of(row->value->field->name));
	json_put_str(j, "x_sekisho_value", row->value->text);
	json_close_object(j);
}

/* Everything of one pack belongs together. */
static void
stix_grouping(struct json *j, struct arena *a, const struct pack *p,
    const str_list *ids)
{
	const struct str *id;

	if (ids->n == 0)
		return;
	json_open_object(j);
	json_put_str(j, "type", STR("grouping"));
	json_put_str(j, "spec_version", STR("2.1"));
	json_put_str(j, "id", str_cat(a, STR("grouping--"),
	    exchange_uuid(a, p->id)));
	json_put_str(j, "created", exchange_time(a, p->created, 0));
	json_put_str(j, "modified", exchange_time(a, p->created, 0));
	json_put_str(j, "name", say_in(&p->title, STR("en")));
	json_put_str(j, "context", STR("suspicious-activity"));
	json_key(j, "labels");
	json_open_array(j);
	json_str(j, str_cat(a, STR("sekisho:"), p->id));
	json_close_array(j);
	stix_marking(j, a, p);
	json_key(j, "object_refs");
	json_open_array(j);
	VEC_EACH(id, ids)
		json_str(j, *id);
	json_close_array(j);
	json_close_object(j);
}

void
export_stix(struct buf *to, const export_list *rows,
    const struct export_conf *conf, struct export_loss *loss)
{
	struct arena *a = conf->arena;
	const struct export_row *row;
	str_list ids = { 0 };
	struct json j;

	json_init(&j, to);
	json_open_object(&j);
	json_put_str(&j, "type", STR("bundle"));
	json_put_str(&j, "id", str_cat(a, STR("bundle--"), exchange_uuid(a,
	    rows->n == 0 ? STR("") : rows->at[0].pack->id)));
	json_key(&j, "objects");
	json_open_array(&j);
	VEC_EACH(row, rows) {
		if (stix_has(row, conf, loss)) {
			stix_indicator(&j, a, row);
			*VEC_ADD(a, &ids) = str_cat(a, STR("indicator--"),
			    row_id(a, row));
		}
		if (row + 1 == rows->at + rows->n ||
		    row[1].pack != row->pack) {
			stix_grouping(&j, a, row->pack, &ids);
			ids.n = 0;
		}
	}
	json_close_array(&j);
	json_close_object(&j);
	buf_add_byte(to, '\n');
}

static void
misp_tags(struct json *j, struct arena *a, const struct pack *p)
{
	static const char *const words[] = { "unknown", "low", "medium",
		"high" };
	const struct str tags[] = {
		str_cat(a, STR("tlp:"), p->tlp),
		str_cat(a, STR("sekisho:id=\""), p->id, STR("\"")),
		str_cat(a, STR("estimative-language:confidence-in-analytic-"
		    "judgment=\""), str_of(words[p->confidence]), STR("\"")),
	};

	json_key(j, "Tag");
	json_open_array(j);
	for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
		json_open_object(j);
		json_put_str(j, "name", tags[i]);
		json_close_object(j);
	}
	json_close_array(j);
}

static void
misp_object(struct json *j, struct arena *a, const struct export_row *row)
{
	const struct pack *p = row->pack;

	json_open_object(j);
	json_put_str(j, "name", str_of(row->field->object));
	json_put_str(j, "uuid", row_id(a, row));
	json_key(j, "Attribute");
	json_open_array(j);
	json_open_object(j);
	json_put_str(j, "object_relation", str_of(row->field->relation));
	json_put_str(j, "type", str_of(row->field->type));
	json_put_str(j, "value", row->text);
	json_put_bool(j, "to_ids", row->is_blockable &&
	    !row->field->is_context);
	if (p->seen_first != DAY_NONE)
		json_put_str(j, "first_seen", exchange_time(a, p->seen_first,
		    0));
	if (row->expires != DAY_NONE)
		json_put_str(j, "last_seen", exchange_time(a, row->expires,
		    0));
	json_put_str(j, "comment", str_cat(a, STR("sekisho:"),
	    str_of(row->value->field->name), row->value->is_hacked_site ?
	    STR(" hacked_site") : STR("")));
	json_close_object(j);
	json_close_array(j);
	json_close_object(j);
}

static void
misp_event(struct json *j, struct arena *a, const struct pack *p)
{
	static const int threat[] = { 4, 3, 2, 1, 1 };

	json_put_str(j, "info", say_in(&p->title, STR("en")));
	json_put_str(j, "date", day_text(a, p->created));
	json_put_str(j, "uuid", exchange_uuid(a, p->id));
	json_put_int(j, "threat_level_id", threat[p->severity]);
	json_put_int(j, "analysis", 2);
	misp_tags(j, a, p);
}

static bool
misp_has(const struct export_row *row, const struct export_conf *conf,
    struct export_loss *loss)
{
	if (row->value->is_spoofed)
		loss->spoofed++;
	else if (row->field == NULL)
		loss->fields++;
	else if (row->text.n == 0 || (!row->is_exact && conf->no_masks))
		loss->patterns++;
	else
		return true;
	return false;
}

void
export_misp(struct buf *to, const export_list *rows,
    const struct export_conf *conf, struct export_loss *loss)
{
	const struct pack *pack = NULL;
	const struct export_row *row;
	struct json j;

	json_init(&j, to);
	json_open_object(&j);
	json_key(&j, "response");
	json_open_array(&j);
	VEC_EACH(row, rows) {
		if (row->pack != pack) {
			if (pack != NULL) {
				json_close_array(&j);
				json_close_object(&j);
				json_close_object(&j);
			}
			pack = row->pack;
			json_open_object(&j);
			json_key(&j, "Event");
			json_open_object(&j);
			misp_event(&j, conf->arena, pack);
			json_key(&j, "Object");
			json_open_array(&j);
		}
		if (misp_has(row, conf, loss))
			misp_object(&j, conf->arena, row);
	}
	if (pack != NULL) {
		json_close_array(&j);
		json_close_object(&j);
		json_close_object(&j);
	}
	json_close_array(&j);
	json_close_object(&j);
	buf_add_byte(to, '\n');
}
