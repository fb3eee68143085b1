/* SPDX-License-Identifier: Apache-2.0 */
/* From the daemon's JSON to numbers. */
#include "cli/numbers.h"

#include <jansson.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/map.h"
#include "cli/client.h"
#include "cli/replyview.h"

enum { NUMBERS_MOST = 100000, STATUS_OK = 200, TIMEOUT_MS = 10000 };

static struct str
text_of(const json_t *object, const char *key)
{
	const json_t *text = json_object_get(object, key);

	return json_is_string(text) ? (struct str){ json_string_value(text),
		json_string_length(text) } : STR("");
}

static void
read_labels(struct number *n, struct arena *a, json_t *labels)
{
	const char *name;
	json_t *value;
	size_t i = 0;

	json_object_foreach(labels, name, value) {
		if (i == NUMBER_LABELS)
			return;
		n->labels[i][0] = str_copy(a, str_of(name));
		n->labels[i++][1] = str_copy(a, text_of(labels, name));
	}
}

static void
read_sample(struct number *n, struct arena *a, const json_t *sample)
{
	const json_t *ranges = json_object_get(sample, "ranges");

	read_labels(n, a, json_object_get(sample, "labels"));
	n->value = json_number_value(json_object_get(sample, "value"));
	n->us = json_number_value(json_object_get(sample, "us"));
	for (size_t i = 0; i < HISTOGRAM_RANGES; i++)
		n->ranges[i] = json_number_value(json_array_get(ranges, i));
}

static bool
read_family(struct numbers *out, struct arena *a, const json_t *family)
{
	struct str name = str_copy(a, text_of(family, "name"));
	struct str type = text_of(family, "type");
	const json_t *sample;
	size_t i;

	json_array_foreach(json_object_get(family, "samples"), i, sample) {
		struct number *n;

		if (out->all.n == NUMBERS_MOST)
			return false;
		n = VEC_ADD(a, &out->all);
		n->family = name;
		n->is_counter = str_is(type, "counter") ||
		    str_is(type, "histogram");
		read_sample(n, a, sample);
	}
	return true;
}

static bool
read_families(struct numbers *out, struct arena *a, const json_t *root,
    struct err *e)
{
	const json_t *families = json_object_get(root, "families"), *family;
	size_t i;

	if (!json_is_array(families))
		return err_set(e, "the answer has no families");
	json_array_foreach(families, i, family) {
		if (!read_family(out, a, family))
			return err_set(e, "the answer has more than %d numbers",
			    NUMBERS_MOST);
	}
	return true;
}

bool
numbers_read(struct numbers *out, struct arena *a, struct str json,
    struct err *e)
{
	json_error_t error;
	json_t *root = json_loadb(json.p, json.n, 0, &error);
	bool done;

	*out = (struct numbers){ .text = json, .at_ms = clock_ms() };
	if (root == NULL)
		return err_set(e, "the answer is no JSON: %s", error.text);
	done = read_families(out, a, root, e);
	json_decref(root);
	return done;
}

bool
numbers_fetch(struct numbers *out, struct arena *a,
    const struct numbers_source *from, struct err *e)
{
	struct client_request r = { .server = from->server,
		.path = STR("/metrics.json"), .timeout_ms = TIMEOUT_MS };
	struct client_reply reply;
	struct str why;

	if (r.server.n == 0)
		r.server = STR("127.0.0.1:11334");
	client_show_token(&r, a, from->token);
	if (!client_post(&reply, a, &r, e))
		return err_set(e, "%s; is sekishod running, and listening "
		    "there for control?", str_cstr(a, str_copy(a,
		    str_of(e->text))));
	if (reply.status == STATUS_OK)
		return numbers_read(out, a, reply.body, e) ||
		    err_wrap(e, "%" STR_FMT, STR_ARG(r.server));
	why = reply_error_text(a, reply.body);
	return err_set(e, "%" STR_FMT " answered %u%s%" STR_FMT,
	    STR_ARG(r.server), reply.status, why.n == 0 ? "" : ": ",
	    STR_ARG(why));
}

static bool
is_same(const struct number *x, const struct number *y)
{
	if (!str_eq(x->family, y->family))
		return false;
	for (size_t i = 0; i < NUMBER_LABELS; i++)
		if (!str_eq(x->labels[i][1], y->labels[i][1]))
			return false;
	return true;
}

/* They mostly stand in the same place. */
static const struct number *
find(const struct numbers *in, const struct number *n, size_t guess)
{
	if (guess < in->all.n && is_same(&in->all.at[guess], n))
		return &in->all.at[guess];
	for (size_t i = 0; i < in->all.n; i++)
		if (is_same(&in->all.at[i], n))
			return &in->all.at[i];
	return NULL;
}

static void
take_away(struct number *n, const struct number *before)
{
	n->value -= before->value;
	n->us -= before->us;
	for (size_t i = 0; i < HISTOGRAM_RANGES; i++)
		n->ranges[i] -= before->ranges[i];
}

void
numbers_since(struct numbers *out, struct arena *a, const struct numbers *now,
    const struct numbers *before)
{
	double up = numbers_sum(now, "sekisho_uptime_seconds", NULL, NULL);
	bool is_new = up < numbers_sum(before, "sekisho_uptime_seconds", NULL,
	    NULL);

	*out = (struct numbers){ .text = now->text,
		.at_ms = now->at_ms - before->at_ms };
	for (size_t i = 0; i < now->all.n; i++) {
		struct number *n = VEC_ADD(a, &out->all);
		const struct number *was;

		*n = now->all.at[i];
		was = n->is_counter && !is_new ? find(before, n, i) : NULL;
		if (was != NULL)
			take_away(n, was);
	}
}

struct str
number_label(const struct number *n, const char *label)
{
	for (size_t i = 0; i < NUMBER_LABELS; i++)
		if (n->labels[i][0].n != 0 && str_is(n->labels[i][0], label))
			return n->labels[i][1];
	return STR("");
}

static bool
is_wanted(const struct number *n, const char *family, const char *label,
    const char *value)
{
	return str_is(n->family, family) && (label == NULL ||
	    str_is(number_label(n, label), value));
}

double
numbers_sum(const struct numbers *n, const char *family, const char *label,
    const char *value)
{
	const struct number *each;
	double sum = 0;

	VEC_EACH(each, &n->all)
		if (is_wanted(each, family, label, value))
			sum += each->value;
	return sum;
}

static int
by_value(const void *a, const void *b)
{
	const struct number_sum *x = a, *y = b;

	if (x->value < y->value || x->value > y->value)
		return x->value > y->value ? -1 : 1;
	return str_order(x->name, y->name);
}

void
numbers_by(number_sums *out, struct arena *a, const struct numbers *n,
    const char *family, const char *label)
{
	const struct number *each;
	struct map seen;

	*out = (number_sums){ 0 };
	map_init(&seen, a);
	VEC_EACH(each, &n->all) {
		struct str name = number_label(each, label);
		uint32_t at;

		if (!str_is(each->family, family) || each->value <= 0)
			continue;
		at = *map_put(&seen, name, (uint32_t)out->n);
		if (at == out->n)
			VEC_ADD(a, out)->name = name;
		out->at[at].value += each->value;
	}
	if (out->n != 0)
		qsort(out->at, out->n, sizeof(*out->at), by_value);
}

const struct number *
numbers_times(const struct numbers *n, const char *family, const char *label,
    const char *value)
{
	const struct number *each;

	VEC_EACH(each, &n->all)
		if (is_wanted(each, family, label, value))
			return each;
	return NULL;
}

double
number_times_count(const struct number *n)
{
	double count = 0;

	for (size_t i = 0; n != NULL && i < HISTOGRAM_RANGES; i++)
		count += n->ranges[i];
	return count;
}

double
number_quantile(const struct number *n, double share)
{
	double wanted = number_times_count(n) * share, below = 0;

	if (wanted <= 0)
		return 0;
	for (size_t i = 0; i < HISTOGRAM_BOUNDS; i++) {
		double from = i == 0 ? 0 : histogram_bounds[i - 1];
		double part = wanted - below;

		below += n->ranges[i];
		if (below >= wanted && n->ranges[i] > 0)
			return from + (histogram_bounds[i] - from) * part /
			    n->ranges[i];
	}
	return histogram_bounds[HISTOGRAM_BOUNDS - 1];
}
