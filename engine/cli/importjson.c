/* SPDX-License-Identifier: Apache-2.0 */
/* STIX 2.1 bundles and MISP events, with jansson. */
#include <jansson.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "cli/exchange.h"
#include "cli/import.h"

static struct str
text_of(struct arena *a, const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	if (!json_is_string(value))
		return STR("");
	return str_copy(a, (struct str){ json_string_value(value),
	    json_string_length(value) });
}

static json_t *
parse(struct str text, struct err *e)
{
	json_error_t error;
	json_t *root = json_loadb(text.p == NULL ? "" : text.p, text.n,
	    JSON_REJECT_DUPLICATES, &error);

	if (root == NULL)
		err_set(e, "line %d: %s", error.line, error.text);
	return root;
}

/* A quoted string of a pattern, its escapes undone; *s goes on behind. */
static bool
take_quoted(struct arena *a, struct str *s, struct str *out)
{
	struct buf b;

	if (s->n == 0 || s->p[0] != '\'')
		return false;
	buf_init_arena(&b, a, s->n + 1);
	for (size_t i = 1; i < s->n; i++) {
		if (s->p[i] == '\'') {
			*out = buf_str(&b);
			*s = str_from(*s, i + 1);
			return true;
		}
		if (s->p[i] == '\\' && i + 1 < s->n)
			i++;
		buf_add_byte(&b, s->p[i]);
	}
	return false;
}

/* Without the "%" of LIKE at both ends. */
static struct str
unlike(struct str s)
{
	str_skip(&s, STR("%"));
	if (s.n != 0 && s.p[s.n - 1] == '%')
		s.n--;
	return s;
}

/* "path = 'x'", "path LIKE '%x%'"; anything else is lost. */
static void
stix_comparison(struct import *in, struct str path, struct str rest,
    struct str *behind)
{
	const struct exchange_field *field;
	bool is_like, is_equal;
	struct str value;

	rest = str_trim(rest);
	is_equal = str_skip(&rest, STR("="));
	is_like = !is_equal && str_skip(&rest, STR("LIKE"));
	rest = str_trim(rest);
	*behind = rest;
	if ((!is_like && !is_equal) ||
	    !take_quoted(in->arena, behind, &value)) {
		in->lost++;
		return;
	}
	field = exchange_by_stix(path);
	if (field == NULL)
		in->lost++;
	else
		import_add(in, str_of(field->field), is_like ?
		    unlike(value) : value);
}

static bool
is_path_byte(char c)
{
	return ascii_is_alnum(c) || str_has(STR("-_:."), c);
}

/* Every comparison of a pattern, whatever joins them. */
static void
stix_pattern(struct import *in, struct str s)
{
	while (s.n != 0) {
		struct str quoted;
		size_t n = 0;

		if (s.p[0] == '\'') {
			if (!take_quoted(in->arena, &s, &quoted))
				return;
			continue;
		}
		while (n < s.n && is_path_byte(s.p[n]))
			n++;
		if (str_starts(str_from(s, n), STR("'SHA-256'")))
			n += sizeof("'SHA-256'") - 1;
		if (n != 0 && str_has(str_head(s, n), ':'))
			stix_comparison(in, str_head(s, n), str_from(s, n),
			    &s);
		else
			s = str_from(s, n == 0 ? 1 : n);
	}
}

static struct str
stix_tlp(struct str id)
{
	static const struct str ids[][2] = {
		{ STR_INIT("613f2e26"), STR_INIT("clear") },
		{ STR_INIT("94868c89"), STR_INIT("clear") },
		{ STR_INIT("34098fce"), STR_INIT("green") },
		{ STR_INIT("bab4a63c"), STR_INIT("green") },
		{ STR_INIT("f88d31f6"), STR_INIT("amber") },
		{ STR_INIT("55d920b0"), STR_INIT("amber") },
		{ STR_INIT("939a9414"), STR_INIT("amber+strict") },
		{ STR_INIT("5e57c739"), STR_INIT("red") },
		{ STR_INIT("e828b379"), STR_INIT("red") },
	};

	str_skip(&id, STR("marking-definition--"));
	for (size_t i = 0; i < nitems(ids); i++)
		if (str_starts(id, ids[i][0]))
			return ids[i][1];
	return STR("");
}

static void
stix_marking(struct import *in, const json_t *object)
{
	const json_t *refs = json_object_get(object, "object_marking_refs");
	const json_t *ref;
	size_t i;

	json_array_foreach(refs, i, ref)
		if (json_is_string(ref) && in->tlp.n == 0)
			in->tlp = stix_tlp(str_of(json_string_value(ref)));
}

static void
stix_object(struct import *in, const json_t *object)
{
	struct arena *a = in->arena;
	struct str type = text_of(a, object, "type");
	struct str field = text_of(a, object, "x_sekisho_field");
	size_t before = in->rows.n;
	const json_t *label;
	size_t i;

	if (str_is(type, "grouping") || str_is(type, "report") ||
	    str_is(type, "campaign"))
		in->title = text_of(a, object, "name");
	if (!str_is(type, "indicator"))
		return;
	stix_marking(in, object);
	import_day(in, text_of(a, object, "valid_from"));
	if (field.n != 0)
		import_add(in, field, text_of(a, object, "x_sekisho_value"));
	else
		stix_pattern(in, text_of(a, object, "pattern"));
	json_array_foreach(json_object_get(object, "labels"), i, label)
		if (json_is_string(label) && str_is(str_of(
		    json_string_value(label)), "hacked-site"))
			for (size_t k = before; k < in->rows.n; k++)
				in->rows.at[k].is_hacked = true;
}

bool
import_stix(struct import *in, struct str text, struct err *e)
{
	json_t *root = parse(text, e), *object;
	const json_t *objects;
	size_t i;

	if (root == NULL)
		return false;
	objects = json_object_get(root, "objects");
	if (!json_is_array(objects)) {
		json_decref(root);
		return err_set(e, "no STIX bundle: \"objects\" is missing");
	}
	json_array_foreach(objects, i, object)
		stix_object(in, object);
	json_decref(root);
	return true;
}

static void
misp_attribute(struct import *in, struct str object, const json_t *attribute)
{
	struct arena *a = in->arena;
	struct str comment = text_of(a, attribute, "comment");
	const struct exchange_field *field = exchange_by_misp(object,
	    text_of(a, attribute, "object_relation"),
	    text_of(a, attribute, "type"));
	struct str name = STR(""), rest;
	size_t before = in->rows.n;

	if (str_skip(&comment, STR("sekisho:")))
		str_cut(comment, ' ', &name, &rest);
	else
		rest = STR("");
	if (name.n == 0 && field != NULL)
		name = str_of(field->field);
	import_day(in, text_of(a, attribute, "first_seen"));
	if (name.n == 0) {
		in->lost++;
		return;
	}
	import_add(in, name, text_of(a, attribute, "value"));
	if (in->rows.n == before)
		return;
	in->rows.at[before].is_hacked = str_is(rest, "hacked_site");
	in->rows.at[before].is_unsure = comment.n == 0 &&
	    json_is_false(json_object_get(attribute, "to_ids"));
}

static void
misp_attributes(struct import *in, struct str object, const json_t *list)
{
	const json_t *attribute;
	size_t i;

	json_array_foreach(list, i, attribute)
		misp_attribute(in, object, attribute);
}

static void
misp_event(struct import *in, const json_t *event)
{
	struct arena *a = in->arena;
	const json_t *object, *tag;
	size_t i;

	if (in->title.n == 0)
		in->title = text_of(a, event, "info");
	json_array_foreach(json_object_get(event, "Tag"), i, tag) {
		struct str name = text_of(a, tag, "name");

		if (str_case_skip(&name, STR("tlp:")) && in->tlp.n == 0)
			in->tlp = str_is(name, "white") ? STR("clear") :
			    name;
	}
	misp_attributes(in, STR(""), json_object_get(event, "Attribute"));
	json_array_foreach(json_object_get(event, "Object"), i, object)
		misp_attributes(in, text_of(a, object, "name"),
		    json_object_get(object, "Attribute"));
	if (in->first == DAY_NONE)
		import_day(in, text_of(a, event, "date"));
}

bool
import_misp(struct import *in, struct str text, struct err *e)
{
	json_t *root = parse(text, e);
	const json_t *list, *one;
	size_t i;

	if (root == NULL)
		return false;
	list = json_is_array(root) ? root : json_object_get(root,
	    "response");
	if (json_is_array(list)) {
		json_array_foreach(list, i, one)
			misp_event(in, json_object_get(one, "Event") != NULL ?
			    json_object_get(one, "Event") : one);
	} else if (json_object_get(root, "Event") != NULL) {
		misp_event(in, json_object_get(root, "Event"));
	} else {
		json_decref(root);
		return err_set(e, "no MISP event: \"Event\" is missing");
	}
	json_decref(root);
	return true;
}
