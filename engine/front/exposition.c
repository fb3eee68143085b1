/* SPDX-License-Identifier: Apache-2.0 */
/* One call a sample, in either of two forms. */
#include "front/exposition.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/histogram.h"
#include "base/utf8.h"

static const char *const type_names[] = {
	[EXPOSITION_COUNTER] = "counter",
	[EXPOSITION_GAUGE] = "gauge",
	[EXPOSITION_HISTOGRAM] = "histogram",
	[EXPOSITION_INFO] = "info",
};

static const char *const suffixes[] = {
	[EXPOSITION_COUNTER] = "_total",
	[EXPOSITION_GAUGE] = "",
	[EXPOSITION_HISTOGRAM] = "",
	[EXPOSITION_INFO] = "_info",
};

void
exposition_begin(struct exposition *x, struct buf *to, bool is_json)
{
	*x = (struct exposition){ .to = to, .is_json = is_json };
	if (!is_json)
		return;
	json_init(&x->json, to);
	json_open_object(&x->json);
	json_key(&x->json, "families");
	json_open_array(&x->json);
}

static void
end_family(struct exposition *x)
{
	if (!x->is_json || !x->has_family)
		return;
	json_close_array(&x->json);
	json_close_object(&x->json);
}

void
exposition_end(struct exposition *x)
{
	end_family(x);
	if (!x->is_json) {
		buf_add_str(x->to, STR("# EOF\n"));
		return;
	}
	json_close_array(&x->json);
	json_close_object(&x->json);
	buf_add_byte(x->to, '\n');
}

static void
begin_json(struct exposition *x)
{
	const struct exposition_family *f = x->family;

	json_open_object(&x->json);
	json_put_str(&x->json, "name", str_of(f->name));
	json_put_str(&x->json, "type", str_of(type_names[f->type]));
	json_put_str(&x->json, "help", str_of(f->help));
	if (f->type == EXPOSITION_HISTOGRAM) {
		json_key(&x->json, "bounds_us");
		json_open_array(&x->json);
		for (int i = 0; i < HISTOGRAM_BOUNDS; i++)
			json_int(&x->json, histogram_bounds[i]);
		json_close_array(&x->json);
	}
	json_key(&x->json, "samples");
	json_open_array(&x->json);
}

void
exposition_family(struct exposition *x, const struct exposition_family *f)
{
	end_family(x);
	x->has_family = true;
	x->family = f;
	assert(f->unit == NULL ||
	    str_ends(str_of(f->name), str_of(f->unit)));
	if (x->is_json) {
		begin_json(x);
		return;
	}
	buf_printf(x->to, "# TYPE %s %s\n", f->name, type_names[f->type]);
	if (f->unit != NULL)
		buf_printf(x->to, "# UNIT %s %s\n", f->name, f->unit);
	buf_printf(x->to, "# HELP %s %s\n", f->name, f->help);
}

/* OpenMetrics 1.0, 3.2: three bytes are escaped. */
static void
add_escaped(struct buf *to, struct str s)
{
	struct buf clean;

	buf_init(&clean, SIZE_MAX);
	utf8_add_clean(&clean, s);
	s = buf_str(&clean);
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\n') {
			buf_add_str(to, STR("\\n"));
			continue;
		}
		if (s.p[i] == '"' || s.p[i] == '\\')
			buf_add_byte(to, '\\');
		buf_add_byte(to, s.p[i]);
	}
	buf_release(&clean);
}

/* le: the bound of a bucket, or NULL. */
static void
add_name(struct exposition *x, const char *suffix,
    const struct exposition_label *labels, size_t n, const char *le)
{
	const char *before = "{";

	assert(n <= EXPOSITION_LABELS);
	buf_printf(x->to, "%s%s", x->family->name, suffix);
	for (size_t i = 0; i < n; i++) {
		buf_printf(x->to, "%s%s=\"", before, labels[i].name);
		add_escaped(x->to, labels[i].value);
		buf_add_byte(x->to, '"');
		before = ",";
	}
	if (le != NULL)
		buf_printf(x->to, "%sle=\"%s\"", before, le);
	buf_add_str(x->to, n != 0 || le != NULL ? STR("} ") : STR(" "));
}

static void
open_sample(struct exposition *x, const struct exposition_label *labels,
    size_t n)
{
	json_open_object(&x->json);
	json_key(&x->json, "labels");
	json_open_object(&x->json);
	for (size_t i = 0; i < n; i++)
		json_put_str(&x->json, labels[i].name, labels[i].value);
	json_close_object(&x->json);
}

static void
put_int(struct exposition *x, const char *key, uint64_t value)
{
	json_put_int(&x->json, key,
	    value > INT64_MAX ? INT64_MAX : (int64_t)value);
}

void
exposition_count(struct exposition *x, const struct exposition_label *labels,
    size_t n, uint64_t value)
{
	if (x->is_json) {
		open_sample(x, labels, n);
		put_int(x, "value", value);
		json_close_object(&x->json);
		return;
	}
	add_name(x, suffixes[x->family->type], labels, n, NULL);
	buf_printf(x->to, "%" PRIu64 "\n", value);
}

void
exposition_time(struct exposition *x, const struct exposition_label *labels,
    size_t n, uint64_t us)
{
	char text[32];

	snprintf(text, sizeof(text), "%" PRIu64 ".%06" PRIu64, us / 1000000,
	    us % 1000000);
	if (x->is_json) {
		open_sample(x, labels, n);
		json_key(&x->json, "value");
		json_raw(&x->json, str_of(text));
		json_close_object(&x->json);
		return;
	}
	add_name(x, suffixes[x->family->type], labels, n, NULL);
	buf_printf(x->to, "%s\n", text);
}

static void
put_histogram(struct exposition *x, const struct exposition_label *labels,
    size_t n, const struct histogram *h)
{
	open_sample(x, labels, n);
	json_key(&x->json, "ranges");
	json_open_array(&x->json);
	for (int i = 0; i < HISTOGRAM_RANGES; i++)
		json_int(&x->json, (int64_t)h->ranges[i]);
	json_close_array(&x->json);
	put_int(x, "us", h->us);
	json_close_object(&x->json);
}

void
exposition_histogram(struct exposition *x,
    const struct exposition_label *labels, size_t n,
    const struct histogram *h)
{
	uint64_t sum = 0;

	if (x->is_json) {
		put_histogram(x, labels, n, h);
		return;
	}
	for (int i = 0; i < HISTOGRAM_RANGES; i++) {
		sum += h->ranges[i];
		add_name(x, "_bucket", labels, n,
		    i < HISTOGRAM_BOUNDS ? histogram_seconds[i] : "+Inf");
		buf_printf(x->to, "%" PRIu64 "\n", sum);
	}
	add_name(x, "_count", labels, n, NULL);
	buf_printf(x->to, "%" PRIu64 "\n", sum);
	add_name(x, "_sum", labels, n, NULL);
	buf_printf(x->to, "%" PRIu64 ".%06" PRIu64 "\n", h->us / 1000000,
	    h->us % 1000000);
}
