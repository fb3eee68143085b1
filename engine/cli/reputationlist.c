/* SPDX-License-Identifier: Apache-2.0 */
/* Entries as lines of JSON, and back. */
#include <jansson.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "base/utf8.h"
#include "check/receipt.h"
#include "cli/reputation.h"

enum { RECEIPT_DIGITS = 40 };

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

/* What is no text as JSON has it stands in hex beside it. */
static void
put_bytes(struct json *j, const char *key, struct str s)
{
	struct buf b;

	json_put_str(j, key, s);
	if (utf8_is_valid(s) && !str_has(s, '\0'))
		return;
	buf_init(&b, 2 * s.n + 1);
	for (size_t i = 0; i < s.n; i++)
		buf_printf(&b, "%02x", (unsigned char)s.p[i]);
	json_key(j, str_is(str_of(key), "name") ? "name_hex" : "value_hex");
	json_str(j, buf_str(&b));
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
	put_bytes(&j, "name", entry->name);
	put_amount(&j, "bad", t->bad);
	put_amount(&j, "good", t->good);
	json_put_int(&j, "at", t->at);
	json_put_int(&j, "first", t->first);
	json_put_int(&j, "last", t->last);
	put_amount(&j, "probability", reputation_probability(entry->kind, t));
	json_put_points(&j, "points", reputation_points(entry->kind, t));
	if (entry->mark.campaign.n != 0) {
		json_put_str(&j, "campaign", entry->mark.campaign);
		json_put_int(&j, "campaign_first", entry->mark.first);
		json_put_int(&j, "campaign_last", entry->mark.last);
	}
	json_close_object(&j);
	buf_add_byte(to, '\n');
}

/* The amounts are for those who read; what counts is the value. */
void
reputation_write_receipt(struct buf *to,
    const struct reputation_receipt *receipt)
{
	struct str name = receipt->key, kind = STR("receipt");
	struct receipt r = { .word = RECEIPT_HEARD };
	struct json j;

	if (!str_skip(&name, STR(RECEIPT_KEYS)) &&
	    str_skip(&name, STR(HEARD_KEYS)))
		kind = STR("heard");
	receipt_parse(&r, receipt->value);
	json_init(&j, to);
	json_open_object(&j);
	json_put_str(&j, "kind", kind);
	json_put_str(&j, "name", name);
	put_amount(&j, "bad", r.word == RECEIPT_BAD ? r.amount : 0);
	put_amount(&j, "good", r.word == RECEIPT_GOOD ? r.amount : 0);
	put_bytes(&j, "value", receipt->value);
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

/* The bytes of a text, or those that stand in hex beside it. */
static bool
read_bytes(struct str *out, struct arena *a, const json_t *object,
    const char *key, const char *hex_key)
{
	const json_t *text = json_object_get(object, key);
	struct str hex = str_of(json_string_value(json_object_get(object,
	    hex_key)));
	struct buf b;

	if (hex.n == 0) {
		*out = str_copy(a, str_of(json_string_value(text)));
		/* no NUL is in it */
		return out->n != 0 && out->n == json_string_length(text);
	}
	buf_init_arena(&b, a, hex.n);
	for (size_t i = 0; i + 1 < hex.n; i += 2) {
		if (!ascii_is_hex(hex.p[i]) || !ascii_is_hex(hex.p[i + 1]))
			return false;
		buf_add_byte(&b, (char)(ascii_hex(hex.p[i]) << 4 |
		    ascii_hex(hex.p[i + 1])));
	}
	*out = buf_str(&b);
	return hex.n % 2 == 0;
}

static bool
read_mark(struct pivot_mark *out, struct reputation_store *s,
    const json_t *root)
{
	const char *campaign = json_string_value(json_object_get(root,
	    "campaign"));

	*out = (struct pivot_mark){ .campaign = STR("") };
	if (campaign == NULL)
		return true;
	out->campaign = str_copy(s->arena, str_of(campaign));
	out->first = out->last = s->now;
	return !str_has(out->campaign, ' ') && out->campaign.n != 0 &&
	    read_time(&out->last, root, "campaign_last", s->now) &&
	    (out->first = out->last) != 0 &&
	    read_time(&out->first, root, "campaign_first", s->now);
}

static bool
read_receipt(struct reputation_receipt *out, struct reputation_store *s,
    struct str space, const json_t *root)
{
	struct str name;

	if (!read_bytes(&name, s->arena, root, "name", "name_hex") ||
	    !read_bytes(&out->value, s->arena, root, "value", "value_hex") ||
	    name.n != RECEIPT_DIGITS || receipt_ends(out->value) == 0)
		return false;
	for (size_t i = 0; i < name.n; i++)
		if (!ascii_is_hex(name.p[i]))
			return false;
	out->key = str_cat(s->arena, space, name);
	return true;
}

static bool
read_entry(struct reputation_entry *out, struct reputation_store *s,
    const json_t *root, struct err *e)
{
	const char *kind = json_string_value(json_object_get(root, "kind"));
	struct store_tally *t = &out->tally;
	struct str name;

	if (kind == NULL ||
	    !read_bytes(&name, s->arena, root, "name", "name_hex"))
		return must_be(e);
	if (!reputation_entry_of(out, s, str_cat(s->arena, str_of(kind),
	    STR(":"), name), e))
		return false;
	t->at = t->first = s->now;
	return (read_amount(&t->bad, root, "bad") &&
	    read_amount(&t->good, root, "good") &&
	    read_time(&t->at, root, "at", s->now) &&
	    read_time(&t->first, root, "first", s->now) &&
	    read_time(&t->last, root, "last", s->now) &&
	    read_mark(&out->mark, s, root)) || must_be(e);
}

static bool
read_line(struct reputation_line *out, struct reputation_store *s,
    const json_t *root, struct err *e)
{
	struct str kind = str_of(json_string_value(json_object_get(root,
	    "kind")));
	bool is_heard = str_is(kind, "heard");

	*out = (struct reputation_line){ .receipt.key = STR("") };
	if (!is_heard && !str_is(kind, "receipt"))
		return read_entry(&out->entry, s, root, e);
	return read_receipt(&out->receipt, s, is_heard ? STR(HEARD_KEYS) :
	    STR(RECEIPT_KEYS), root) ||
	    err_set(e, "not such a receipt as export writes");
}

bool
reputation_read(struct reputation_line *out, struct reputation_store *s,
    struct str line, struct err *e)
{
	json_error_t error;
	json_t *root = json_loadb(line.p, line.n, JSON_ALLOW_NUL, &error);
	bool is_read;

	if (root == NULL)
		return err_set(e, "no JSON: %s", error.text);
	is_read = read_line(out, s, root, e);
	json_decref(root);
	return is_read;
}
