/* SPDX-License-Identifier: Apache-2.0 */
/* A writer for each format. */
#include "cli/findings.h"

#include "base/buf.h"
#include "base/json.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "rule/lintcode.h"

static void
write_json(struct buf *b, const struct findings *f)
{
	const struct diag *diag;
	struct json j;

	json_init(&j, b);
	json_open_object(&j);
	json_put_int(&j, "packs", (int64_t)f->packs);
	json_put_int(&j, "indicators", (int64_t)f->indicators);
	json_put_int(&j, "errors", (int64_t)f->diags->errors);
	json_put_int(&j, "warnings", (int64_t)f->diags->warnings);
	json_key(&j, "findings");
	json_open_array(&j);
	VEC_EACH(diag, &f->diags->list)
		diag_json(&j, diag);
	json_close_array(&j);
	json_close_object(&j);
	buf_add_byte(b, '\n');
}

static void
put_message(struct json *j, const char *key, struct str text)
{
	json_key(j, key);
	json_open_object(j);
	json_put_str(j, "text", text);
	json_close_object(j);
}

static void
sarif_rule(struct json *j, const struct lint_code *c)
{
	json_open_object(j);
	json_put_str(j, "id", str_of(c->code));
	put_message(j, "shortDescription", str_of(c->text));
	put_message(j, "fullDescription", str_of(c->why));
	json_key(j, "defaultConfiguration");
	json_open_object(j);
	json_put_str(j, "level", str_of(diag_level_name(c->level)));
	json_close_object(j);
	json_close_object(j);
}

static void
sarif_tool(struct json *j)
{
	json_key(j, "tool");
	json_open_object(j);
	json_key(j, "driver");
	json_open_object(j);
	json_put_str(j, "name", STR("sekisho"));
	json_put_str(j, "version", STR(SEKISHO_VERSION));
	json_key(j, "rules");
	json_open_array(j);
	for (size_t i = 0; i < n_lint_codes; i++)
		sarif_rule(j, &lint_codes[i]);
	json_close_array(j);
	json_close_object(j);
	json_close_object(j);
}

/* A path as a relative reference (RFC 3986 4.2). */
static struct str
uri_of(struct arena *a, struct str path)
{
	struct buf b;

	buf_init_arena(&b, a, 3 * path.n + 1);
	for (size_t i = 0; i < path.n; i++) {
		char c = path.p[i];

		if (ascii_is_alnum(c) || str_has(STR("/-._~"), c))
			buf_add_byte(&b, c);
		else
			buf_printf(&b, "%%%02X", (unsigned char)c);
	}
	return buf_str(&b);
}

static void
sarif_place(struct json *j, struct arena *a, const struct diag *d)
{
	json_key(j, "locations");
	json_open_array(j);
	json_open_object(j);
	json_key(j, "physicalLocation");
	json_open_object(j);
	json_key(j, "artifactLocation");
	json_open_object(j);
	json_put_str(j, "uri", uri_of(a, d->file));
	json_close_object(j);
	if (d->mark.line != 0) {
		json_key(j, "region");
		json_open_object(j);
		json_put_int(j, "startLine", d->mark.line);
		json_put_int(j, "startColumn", d->mark.column);
		json_close_object(j);
	}
	json_close_object(j);
	json_close_object(j);
	json_close_array(j);
}

static void
sarif_result(struct json *j, struct arena *a, const struct diag *d)
{
	json_open_object(j);
	if (d->code[0] != '\0')
		json_put_str(j, "ruleId", str_of(d->code));
	json_put_str(j, "level", str_of(diag_level_name(d->level)));
	put_message(j, "message", d->hint.n == 0 ? d->text
	    : str_cat(a, d->text, STR(" ("), d->hint, STR(")")));
	sarif_place(j, a, d);
	json_close_object(j);
}

static void
write_sarif(struct buf *b, const struct findings *f)
{
	const struct diag *d;
	struct json j;

	json_init(&j, b);
	json_open_object(&j);
	json_put_str(&j, "$schema",
	    STR("https://json.schemastore.org/sarif-2.1.0.json"));
	json_put_str(&j, "version", STR("2.1.0"));
	json_key(&j, "runs");
	json_open_array(&j);
	json_open_object(&j);
	sarif_tool(&j);
	json_put_str(&j, "columnKind", STR("unicodeCodePoints"));
	json_key(&j, "results");
	json_open_array(&j);
	VEC_EACH(d, &f->diags->list)
		sarif_result(&j, f->diags->arena, d);
	json_close_array(&j);
	json_close_object(&j);
	json_close_array(&j);
	json_close_object(&j);
	buf_add_byte(b, '\n');
}

/* GitHub's commands end at the line; "%" escapes, and in properties ":" and
 * "," too. */
static void
add_escaped(struct buf *b, struct str s, bool is_property)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == '%' || c == '\r' || c == '\n' ||
		    (is_property && (c == ':' || c == ',')))
			buf_printf(b, "%%%02X", (unsigned char)c);
		else
			buf_add_byte(b, c);
	}
}

static void
write_github(struct buf *b, const struct findings *f)
{
	const struct diag *d;

	VEC_EACH(d, &f->diags->list) {
		buf_printf(b, "::%s file=", d->level == DIAG_NOTE ? "notice"
		    : diag_level_name(d->level));
		add_escaped(b, d->file, true);
		if (d->mark.line != 0)
			buf_printf(b, ",line=%u,col=%u",
			    (unsigned)d->mark.line, (unsigned)d->mark.column);
		buf_printf(b, ",title=%s::", d->code[0] == '\0' ? "file"
		    : d->code);
		add_escaped(b, d->text, false);
		if (d->hint.n != 0) {
			buf_add_str(b, STR("%0Ahint: "));
			add_escaped(b, d->hint, false);
		}
		buf_add_byte(b, '\n');
	}
}

/* The diags of a file lie in several runs: its own, and those that came of
 * other packs. */
static size_t
errors_in(const struct findings *f, struct str file)
{
	const struct diag *d;
	size_t n = 0;

	VEC_EACH(d, &f->diags->list)
		n += d->level == DIAG_ERROR && str_eq(d->file, file);
	return n;
}

/* One line, whatever the text. */
static void
add_line(struct buf *b, struct str s)
{
	for (size_t at = 0; at < s.n;) {
		uint32_t point = utf8_next(s, &at);

		utf8_add_shown(b, point == '\n' ? ' ' : point);
	}
}

static void
tap_file(struct buf *b, const struct findings *f, size_t i)
{
	struct str file = f->files->at[i];
	const struct diag *d;

	buf_printf(b, "%sok %zu - ", errors_in(f, file) != 0 ? "not " : "",
	    i + 1);
	add_line(b, file);
	buf_add_byte(b, '\n');
	VEC_EACH(d, &f->diags->list) {
		if (!str_eq(d->file, file))
			continue;
		buf_printf(b, "# %u:%u: %s: ", (unsigned)d->mark.line,
		    (unsigned)d->mark.column, diag_level_name(d->level));
		add_line(b, d->text);
		buf_printf(b, " [%s]\n", d->code);
	}
}

static void
write_tap(struct buf *b, const struct findings *f)
{
	buf_printf(b, "TAP version 13\n1..%zu\n", f->files->n);
	for (size_t i = 0; i < f->files->n; i++)
		tap_file(b, f, i);
}

/* XML 1.0 has no way to write most control characters. */
static void
add_xml(struct buf *b, struct str s)
{
	for (size_t at = 0; at < s.n;) {
		uint32_t point = utf8_next(s, &at);

		if (point == '<')
			buf_add_str(b, STR("&lt;"));
		else if (point == '>')
			buf_add_str(b, STR("&gt;"));
		else if (point == '&')
			buf_add_str(b, STR("&amp;"));
		else if (point == '"')
			buf_add_str(b, STR("&quot;"));
		else if (point == '\n')
			buf_add_byte(b, ' ');
		else
			utf8_add_shown(b, point);
	}
}

static void
junit_finding(struct buf *b, const struct diag *d)
{
	bool is_error = d->level == DIAG_ERROR;

	buf_printf(b, is_error ? "      <failure type=\"%s\" message=\""
	    : "      <system-out>%s ", d->code);
	if (is_error) {
		add_xml(b, d->text);
		buf_add_str(b, STR("\">"));
	}
	add_xml(b, d->file);
	buf_printf(b, ":%u:%u: ", (unsigned)d->mark.line,
	    (unsigned)d->mark.column);
	add_xml(b, d->text);
	if (d->hint.n != 0) {
		buf_add_str(b, STR(" hint: "));
		add_xml(b, d->hint);
	}
	buf_add_str(b, is_error ? STR("</failure>\n")
	    : STR("</system-out>\n"));
}

static void
junit_file(struct buf *b, const struct findings *f, struct str file)
{
	const struct diag *d;

	buf_add_str(b, STR("    <testcase classname=\"sekisho.check\" "
	    "name=\""));
	add_xml(b, file);
	buf_add_str(b, STR("\">\n"));
	for (int is_rest = 0; is_rest < 2; is_rest++)
		VEC_EACH(d, &f->diags->list)
			if (str_eq(d->file, file) &&
			    (d->level != DIAG_ERROR) == (is_rest == 1))
				junit_finding(b, d);
	buf_add_str(b, STR("    </testcase>\n"));
}

static void
write_junit(struct buf *b, const struct findings *f)
{
	size_t failed = 0;

	for (size_t i = 0; i < f->files->n; i++)
		failed += errors_in(f, f->files->at[i]) != 0;
	buf_printf(b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<testsuites>\n  <testsuite name=\"sekisho check\" tests=\"%zu\" "
	    "failures=\"%zu\" errors=\"0\">\n", f->files->n, failed);
	for (size_t i = 0; i < f->files->n; i++)
		junit_file(b, f, f->files->at[i]);
	buf_add_str(b, STR("  </testsuite>\n</testsuites>\n"));
}

findings_write *
findings_writer(struct str format)
{
	static const struct {
		const char *name;
		findings_write *write;
	} formats[] = {
		{ "json", write_json },
		{ "sarif", write_sarif },
		{ "github", write_github },
		{ "tap", write_tap },
		{ "junit", write_junit },
	};

	for (size_t i = 0; i < nitems(formats); i++)
		if (str_is(format, formats[i].name))
			return formats[i].write;
	return NULL;
}
