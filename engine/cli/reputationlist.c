/* SPDX-License-Identifier: Apache-2.0 */
/* Entries as lines of JSON, and back. */
#include <jansson.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "cli/reputation.h"

/* Ten thousandths: what is less is nothing. */
static void
put_amount(struct json *j, const char *key, double n)
{
	char text[64];
	struct buf b;

	buf_init(&b, sizeof(text));
	buf_printf(&b, "%.4f", n);
	json_key(j, key);
	json_raw(j, buf_str(&b));
	buf_release(&b);
}

void
reputation_write(struct buf *to, const struct reputation_entry *entry)
{
	const struct store_tally *t = &entry->tally;
	struct json j;

	json_init(&j, to);
	json_open_object(&j);
	json_put_str(&j, "kind", str_of(reputation_kinds[entry->kind].name));
	json_put_str(&j, "name", entry->name);
	put_amount(&j, "bad", t->bad);
	put_amount(&j, "good", t->good);
	json_put_int(&j, "at", t->at);
	json_put_int(&j, "first", t->first);
	json_put_int(&j, "last", t->last);
	put_amount(&j, "probability", reputation_probability(entry->kind, t));
	json_put_points(&j, "points", reputation_points(entry->kind, t));
	if (entry->mark.campaign.n != 0) {
		json_put_str(&j, "campaign", entry->mark.campaign);
		json_put_int(&j, "campaign_last", entry->mark.last);
	}
	json_close_object(&j);
	buf_add_byte(to, '\n');
}

static bool
read_amount(double *out, const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	if (!json_is_number(value))
		return false;
	*out = json_number_value(value);
	return *out >= 0 && *out < 1e15;
}

static bool
read_time(int64_t *out, const json_t *object, const char *key, int64_t now)
{
	const json_t *value = json_object_get(object, key);

	if (value == NULL)
		return true;
	*out = json_integer_value(value);
	return json_is_integer(value) && *out > 0 && *out <= now;
}

static bool
must_be(struct err *e)
{
	return err_set(e, "must be an object with kind, name, bad and good, "
	    "and times that are not to come");
}

static bool
read_entry(struct reputation_entry *out, struct reputation_store *s,
    const json_t *root, struct err *e)
{
	const char *kind = json_string_value(json_object_get(root, "kind"));
	const char *name = json_string_value(json_object_get(root, "name"));

	if (kind == NULL || name == NULL)
		return must_be(e);
	if (!reputation_entry_of(out, s, str_cat(s->arena, str_of(kind),
	    STR(":"), str_of(name)), e))
		return false;
	out->tally.at = out->tally.first = s->now;
	return (read_amount(&out->tally.bad, root, "bad") &&
	    read_amount(&out->tally.good, root, "good") &&
	    read_time(&out->tally.at, root, "at", s->now) &&
	    read_time(&out->tally.first, root, "first", s->now)) || must_be(e);
}

bool
reputation_read(struct reputation_entry *out, struct reputation_store *s,
    struct str line, struct err *e)
{
	json_error_t error;
	json_t *root = json_loadb(line.p, line.n, 0, &error);
	bool is_read;

	if (root == NULL)
		return err_set(e, "no JSON: %s", error.text);
	is_read = read_entry(out, s, root, e);
	json_decref(root);
	return is_read;
}
