/* SPDX-License-Identifier: Apache-2.0 */
/* A writer for each format. */
#include "cli/trialview.h"

#include "base/buf.h"
#include "base/json.h"
#include "base/utf8.h"
#include "base/vec.h"

void
trial_view_count(struct trial_view *v)
{
	const struct trial *t;

	VEC_EACH(t, v->trials) {
		if (t->is_note) {
			v->values++;
			v->noticed += t->is_passed;
			continue;
		}
		v->skipped[t->kind] += t->is_skipped;
		v->failed[t->kind] += !t->is_passed;
		v->run[t->kind] += !t->is_skipped;
	}
	for (int i = 0; i < TRIAL_KINDS; i++) {
		v->all_run += v->run[i];
		v->all_failed += v->failed[i];
		v->all_skipped += v->skipped[i];
	}
}

static const char *
plural(size_t n)
{
	return n == 1 ? "" : "s";
}

static void
add_name(struct buf *b, const struct trial *t)
{
	if (t->kind != TRIAL_WRITTEN)
		buf_printf(b, "[%s] ", trial_kind_names[t->kind]);
	terminal_text(b, t->name);
	if (t->variant.n != 0)
		buf_printf(b, " [%" STR_FMT "]", STR_ARG(t->variant));
}

/* What was found stands below, a fact a line. */
static void
text_found(struct buf *b, const struct trial_view *v, struct str found)
{
	while (found.n != 0) {
		size_t end = str_find_str(found, STR("; "));

		buf_add_str(b, STR("     "));
		terminal_lines(b, v->terminal, str_head(found, end), 5);
		if (b->p[b->n - 1] != '\n')
			buf_add_byte(b, '\n');
		found = str_from(found, end + 2);
	}
}

static void
text_trial(struct buf *b, const struct trial_view *v, const struct trial *t)
{
	bool is_bad = !t->is_passed && !t->is_note;
	enum ink ink = is_bad ? INK_RED : t->is_skipped || t->is_note ?
	    INK_YELLOW : INK_GREEN;

	buf_printf(b, "%s%s%s ", terminal_ink(v->terminal, ink),
	    is_bad ? "FAIL" : t->is_skipped ? "skip" :
	    t->is_passed ? "pass" : "note",
	    terminal_ink(v->terminal, INK_PLAIN));
	terminal_text(b, t->pack->file);
	buf_printf(b, ":%u: ", t->mark.line);
	add_name(b, t);
	buf_add_byte(b, '\n');
	text_found(b, v, t->found);
}

static void
text_kind(struct buf *b, const struct trial_view *v, enum trial_kind kind,
    const char *name)
{
	size_t run = v->run[kind];

	if (run + v->skipped[kind] == 0)
		return;
	buf_printf(b, "  %s: %zu of %zu", name, run - v->failed[kind],
	    run);
	if (kind == TRIAL_MUTANT)
		buf_printf(b, " groups noticed when taken away, %zu of %zu "
		    "values", v->noticed, v->values);
	if (v->skipped[kind] != 0)
		buf_printf(b, ", %zu %s", v->skipped[kind],
		    kind == TRIAL_MUTANT ? "excused" : "skipped");
	buf_add_byte(b, '\n');
}

static void
write_text(struct buf *b, const struct trial_view *v)
{
	const struct trial *t;

	VEC_EACH(t, v->trials)
		if ((!t->is_passed && !t->is_note) || v->is_verbose)
			text_trial(b, v, t);
	if (v->is_quiet)
		return;
	buf_printf(b, "%zu pack%s, %zu test%s", v->packs, plural(v->packs),
	    v->all_run, plural(v->all_run));
	if (v->all_skipped != 0)
		buf_printf(b, ", %zu skipped", v->all_skipped);
	if (v->all_failed != 0)
		buf_printf(b, ", %s%zu failed%s\n",
		    terminal_ink(v->terminal, INK_RED), v->all_failed,
		    terminal_ink(v->terminal, INK_PLAIN));
	else
		buf_printf(b, ", %sall passed%s\n",
		    terminal_ink(v->terminal, INK_GREEN),
		    terminal_ink(v->terminal, INK_PLAIN));
	text_kind(b, v, TRIAL_SELF, "self-tests");
	text_kind(b, v, TRIAL_MUTANT, "mutation");
	text_kind(b, v, TRIAL_CROSS, "cross tests");
}

static struct str
result_of(const struct trial *t)
{
	return !t->is_passed ? t->is_note ? STR("unnoticed") : STR("failed")
	    : t->is_skipped ? STR("skipped") : STR("passed");
}

static void
json_trial(struct json *j, const struct trial *t)
{
	json_open_object(j);
	json_put_str(j, "pack", t->pack->id);
	json_put_str(j, "file", t->pack->file);
	json_put_int(j, "line", t->mark.line);
	json_put_str(j, "kind", str_of(trial_kind_names[t->kind]));
	json_put_str(j, "test", t->name);
	json_put_str(j, "variant", t->variant);
	json_put_str(j, "result", result_of(t));
	json_put_points(j, "score", t->points);
	json_put_str(j, "found", t->found);
	json_close_object(j);
}

static void
write_json(struct buf *b, const struct trial_view *v)
{
	const struct trial *t;
	struct json j;

	json_init(&j, b);
	json_open_object(&j);
	json_put_int(&j, "packs", (int64_t)v->packs);
	json_put_int(&j, "run", (int64_t)v->all_run);
	json_put_int(&j, "failed", (int64_t)v->all_failed);
	json_put_int(&j, "skipped", (int64_t)v->all_skipped);
	json_key(&j, "kinds");
	json_open_object(&j);
	for (int i = 0; i < TRIAL_KINDS; i++) {
		json_key(&j, trial_kind_names[i]);
		json_open_object(&j);
		json_put_int(&j, "run", (int64_t)v->run[i]);
		json_put_int(&j, "failed", (int64_t)v->failed[i]);
		json_put_int(&j, "skipped", (int64_t)v->skipped[i]);
		json_close_object(&j);
	}
	json_close_object(&j);
	json_put_int(&j, "values", (int64_t)v->values);
	json_put_int(&j, "values_noticed", (int64_t)v->noticed);
	json_key(&j, "tests");
	json_open_array(&j);
	VEC_EACH(t, v->trials)
		json_trial(&j, t);
	json_close_array(&j);
	json_close_object(&j);
	buf_add_byte(b, '\n');
}

/* One line, whatever the text; "#" would begin a directive. */
static void
tap_text(struct buf *b, struct str s)
{
	for (size_t at = 0; at < s.n;) {
		uint32_t point = utf8_next(s, &at);

		if (point == '#' || point == '\\')
			buf_add_byte(b, '\\');
		utf8_add_shown(b, point == '\n' ? ' ' : point);
	}
}

static void
write_tap(struct buf *b, const struct trial_view *v)
{
	const struct trial *t;
	size_t n = 0;

	buf_printf(b, "TAP version 13\n1..%zu\n",
	    v->all_run + v->all_skipped);
	VEC_EACH(t, v->trials) {
		if (t->is_note)
			continue;
		buf_printf(b, "%sok %zu - %s ", t->is_passed ? "" : "not ",
		    ++n, trial_kind_names[t->kind]);
		tap_text(b, t->pack->id);
		buf_printf(b, ":%u ", t->mark.line);
		tap_text(b, t->name);
		if (t->variant.n != 0)
			buf_printf(b, " [%" STR_FMT "]", STR_ARG(t->variant));
		if (t->is_skipped) {
			buf_add_str(b, STR(" # SKIP "));
			tap_text(b, t->found);
		}
		buf_add_byte(b, '\n');
		if (!t->is_passed) {
			buf_add_str(b, STR("# "));
			tap_text(b, t->found);
			buf_add_byte(b, '\n');
		}
	}
}

/* XML 1.0 has no way to write most control characters. */
static void
xml_text(struct buf *b, struct str s)
{
	static const struct {
		uint32_t point;
		const char *text;
	} escapes[] = {
		{ '<', "&lt;" }, { '>', "&gt;" }, { '&', "&amp;" },
		{ '"', "&quot;" }, { '\n', " " },
	};

	for (size_t at = 0; at < s.n;) {
		uint32_t point = utf8_next(s, &at);
		size_t i = 0;

		while (i < nitems(escapes) && escapes[i].point != point)
			i++;
		if (i < nitems(escapes))
			buf_add_str(b, str_of(escapes[i].text));
		else
			utf8_add_shown(b, point);
	}
}

static void
junit_trial(struct buf *b, const struct trial *t)
{
	buf_printf(b, "    <testcase classname=\"sekisho.%s.",
	    trial_kind_names[t->kind]);
	xml_text(b, t->pack->id);
	buf_add_str(b, STR("\" file=\""));
	xml_text(b, t->pack->file);
	buf_printf(b, "\" line=\"%u\" name=\"", t->mark.line);
	xml_text(b, t->name);
	if (t->variant.n != 0)
		buf_printf(b, " [%" STR_FMT "]", STR_ARG(t->variant));
	if (t->is_passed && !t->is_skipped) {
		buf_add_str(b, STR("\"/>\n"));
		return;
	}
	buf_printf(b, "\">\n      <%s message=\"",
	    t->is_skipped ? "skipped" : "failure");
	xml_text(b, t->found);
	buf_add_str(b, STR("\"/>\n    </testcase>\n"));
}

static void
write_junit(struct buf *b, const struct trial_view *v)
{
	const struct trial *t;

	buf_printf(b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<testsuites>\n  <testsuite name=\"sekisho test\" tests=\"%zu\" "
	    "failures=\"%zu\" skipped=\"%zu\" errors=\"0\">\n",
	    v->all_run + v->all_skipped, v->all_failed, v->all_skipped);
	VEC_EACH(t, v->trials)
		if (!t->is_note)
			junit_trial(b, t);
	buf_add_str(b, STR("  </testsuite>\n</testsuites>\n"));
}

trial_write *
trial_writer(struct str format)
{
	static const struct {
		const char *name;
		trial_write *write;
	} formats[] = {
		{ "json", write_json },
		{ "tap", write_tap },
		{ "junit", write_junit },
	};

	for (size_t i = 0; i < nitems(formats); i++)
		if (str_is(format, formats[i].name))
			return formats[i].write;
	return write_text;
}
