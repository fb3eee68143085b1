/* SPDX-License-Identifier: Apache-2.0 */
/* Tests for a drafted pack.  What a report masked is filled with letters. */
#include "rule/drafttest.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "conf/scalar.h"
#include "rule/expand.h"
#include "rule/pattern.h"
#include "rule/refang.h"
#include "rule/sighting.h"

enum { BODY_LINES = 60, URLS_MOST = 20, LINE_MOST = 900 };

struct test_writer {
	struct buf *to;
	struct arena *arena;
	const struct draft *d;
	const size_t *kept;
};

/* "****.com" as "xx.com", "…[伏字]" as "x1". */
static struct str
filled(struct arena *a, struct str s)
{
	bool is_open = expand_cut_tail(&s);
	struct buf b;

	buf_init_arena(&b, a, s.n * 2 + 16);
	for (size_t at = 0; at < s.n;) {
		size_t count, n = expand_mask_run(s, at, true, &count);

		if (n != 0)
			buf_add_str(&b, STR("xx"));
		else
			buf_add_byte(&b, s.p[at]);
		at += n != 0 ? n : 1;
	}
	if (is_open)
		buf_add_str(&b, STR("x1"));
	return buf_str(&b);
}

/* The name that a value is about, if it is about one; of a URL its host,
 * which may be an address. */
static struct str
name_of(struct arena *a, const struct draft_value *v)
{
	struct str s = v->text, host, path;

	if (v->fate == DRAFT_DROP || (v->group != DRAFT_SENDER &&
	    v->group != DRAFT_LANDING && v->group != DRAFT_RELAY))
		return STR("");
	if (str_is(str_of(v->field), "url")) {
		sighting_split(refang_address(a, s), &host, &path);
		return host;
	}
	if (str_has(s, '/') || str_is(str_of(v->field), "ip"))
		return STR("");
	return str_from(s, str_has(s, '@') ? str_find_last(s, '@') + 1 : 0);
}

/* A name with its dots in brackets wherever it stands, in paths too. */
static struct str
hide(struct test_writer *w, struct str text, struct str name)
{
	struct buf b;

	if (name.n == 0 || !str_has(name, '.') ||
	    str_case_find_str(text, name) == text.n)
		return text;
	buf_init_arena(&b, w->arena, text.n * 3 + 8);
	while (text.n != 0) {
		size_t at = str_case_find_str(text, name);

		buf_add_str(&b, str_head(text, at));
		text = str_from(text, at);
		for (size_t i = 0; i < name.n && i < text.n; i++)
			buf_add_str(&b, text.p[i] == '.' ? STR("[.]") :
			    str_sub(text, i, i + 1));
		text = str_from(text, name.n);
	}
	return buf_str(&b);
}

/* Defanged, and no indicator of this pack left live in any place. */
static struct str
unlinked(struct test_writer *w, struct str text)
{
	const struct draft_value *v;

	text = defang(w->arena, text);
	VEC_EACH(v, &w->d->values)
		text = hide(w, text, name_of(w->arena, v));
	return text;
}

static void
entry(struct test_writer *w, const char *key, struct str text)
{
	if (text.n == 0)
		return;
	buf_printf(w->to, "      %s: ", key);
	scalar_add(w->to, text);
	buf_add_byte(w->to, '\n');
}

static const struct draft_value *
first_value(const struct draft *d, const char *field)
{
	const struct draft_value *v;

	VEC_EACH(v, &d->values)
		if (v->fate != DRAFT_DROP && str_is(str_of(v->field), field))
			return v;
	return NULL;
}

static struct str
first_of(struct test_writer *w, const char *field)
{
	const struct draft_value *v = first_value(w->d, field);

	return v == NULL ? STR("") : filled(w->arena, v->text);
}

/* The sender: the address kept, or one of its domain, or a stranger. */
static struct str
sender(struct test_writer *w)
{
	struct str addr = first_of(w, "from"), name;

	if (addr.n == 0) {
		addr = first_of(w, "from.domain");
		if (addr.n != 0)
			addr = str_cat(w->arena, STR("info@"), addr);
	}
	if (addr.n == 0)
		addr = STR("info@sender.example");
	name = first_of(w, "from.name");
	str_skip(&name, STR("is:"));
	/* A name in quotes may hold anything but these. */
	if (name.n == 0 || str_has(name, '"') || str_has(name, '\\') ||
	    str_has(name, '<'))
		return defang(w->arena, addr);
	return str_cat(w->arena, STR("\""), name, STR("\" <"),
	    defang(w->arena, addr), STR(">"));
}

static bool
is_spoofed(const struct draft *d)
{
	const struct draft_value *v;

	VEC_EACH(v, &d->values)
		if (v->is_spoofed && v->fate != DRAFT_DROP)
			return true;
	return false;
}

/* A path that no link shows yet, as others exchange it, on a host of its
 * own. */
static void
bare_paths(struct test_writer *w, struct buf *b)
{
	const struct draft_value *v;
	struct str so_far = refang(w->arena, buf_str(b));

	VEC_EACH(v, &w->d->values) {
		struct str path = filled(w->arena, v->text);

		if (v->fate == DRAFT_DROP ||
		    !str_is(str_of(v->field), "url.path") ||
		    !str_starts(path, STR("/")) ||
		    str_find_str(so_far, path) < so_far.n)
			continue;
		buf_printf(b, "hxxps://link[.]example%" STR_FMT "\n",
		    STR_ARG(path));
	}
}

/* The text, and every link below it. */
static struct str
body(struct test_writer *w)
{
	const struct draft_value *v;
	const struct str *line;
	size_t lines = 0, urls = 0;
	struct buf b;

	buf_init_arena(&b, w->arena, 64 << 10);
	VEC_EACH(line, &w->d->body) {
		if (lines++ >= BODY_LINES)
			break;
		buf_add_str(&b, unlinked(w, utf8_head(*line, LINE_MOST)));
		buf_add_byte(&b, '\n');
	}
	VEC_EACH(v, &w->d->values) {
		if (v->fate == DRAFT_DROP || !str_is(str_of(v->field), "url") ||
		    urls++ >= URLS_MOST)
			continue;
		buf_add_str(&b, unlinked(w, filled(w->arena, v->text)));
		buf_add_byte(&b, '\n');
	}
	bare_paths(w, &b);
	v = first_value(w->d, "url.domain");
	if (urls == 0 && v != NULL)
		buf_printf(&b, "%" STR_FMT "\n", STR_ARG(defang(w->arena,
		    str_cat(w->arena, STR("https://"), v->text, STR("/")))));
	v = first_value(w->d, "phone");
	if (v != NULL)
		buf_printf(&b, "TEL %" STR_FMT "\n", STR_ARG(v->text));
	return buf_str(&b);
}

static void
links(struct test_writer *w)
{
	const struct draft_value *v;
	struct str href = first_of(w, "url");

	if (w->kept[DRAFT_BUTTON] == 0)
		return;
	if (href.n == 0)
		href = STR("https://link.example/");
	buf_add_str(w->to, STR("      links:\n"));
	VEC_EACH(v, &w->d->values) {
		if (v->group != DRAFT_BUTTON || v->fate == DRAFT_DROP)
			continue;
		buf_add_str(w->to, STR("        - text: "));
		scalar_add(w->to, v->text);
		buf_add_str(w->to, STR("\n          href: "));
		scalar_add(w->to, unlinked(w, href));
		buf_add_byte(w->to, '\n');
	}
}

/* What the rebuilt mail must show; a file and an address looked up it
 * cannot. */
static void
evidence(struct test_writer *w)
{
	size_t n = 0;

	for (int g = 0; g < DRAFT_GROUPS; g++) {
		if (w->kept[g] == 0 || g == DRAFT_SITE_IP || g == DRAFT_FILE)
			continue;
		buf_printf(w->to, "%s%s", n++ == 0 ? "    evidence: [" : ", ",
		    draft_group_name(g));
	}
	buf_add_str(w->to, n != 0 ? STR("]\n") : STR(""));
}

static void
described(struct test_writer *w)
{
	const struct draft *d = w->d;

	buf_printf(w->to, "  - name: %s\n    expect: match\n", d->is_japanese
	    ? "報告のメールを再現" : "the mail as reported");
	if (d->is_japanese)
		buf_add_str(w->to, STR("    vary: [utf-8, iso-2022-jp, "
		    "shift_jis, html]\n"));
	buf_add_str(w->to, STR("    mail:\n"));
	entry(w, "from", sender(w));
	entry(w, "mail_from", defang(w->arena, first_of(w, "mail_from")));
	entry(w, "reply_to", defang(w->arena, first_of(w, "reply_to")));
	entry(w, "subject", unlinked(w, d->subject));
	entry(w, "ip", first_of(w, "ip"));
	entry(w, "helo", unlinked(w, first_of(w, "helo")));
	if (!is_spoofed(d))
		entry(w, "rdns", unlinked(w, first_of(w, "rdns")));
	else
		buf_add_str(w->to, STR("      auth: {spf: fail, dkim: none, "
		    "dmarc: fail}\n"));
	entry(w, "body", body(w));
	links(w);
	evidence(w);
}

/* Colleagues warn one another with the report's own words. */
static void
quoted(struct test_writer *w)
{
	const struct draft *d = w->d;
	struct str text = d->is_japanese
	    ? str_cat(w->arena, STR("件名「"), d->subject,
	    STR("」の詐欺メールが出ています。開かないでください。\n"))
	    : str_cat(w->arena, STR("A phishing mail is going round, subject "
	    "\""), d->subject, STR("\". Do not open it.\n"));

	buf_printf(w->to, "  - name: %s\n    expect: clean\n    mail:\n"
	    "      refang: false\n", d->is_japanese
	    ? "この報告を引く注意喚起" : "a newsletter that quotes the report");
	entry(w, "from", d->is_japanese
	    ? STR("セキュリティ通信 <news@security.example>")
	    : STR("Security news <news@security.example>"));
	entry(w, "subject", d->is_japanese ? STR("詐欺メールにご注意")
	    : STR("Phishing alert"));
	entry(w, "body", str_cat(w->arena, unlinked(w, text), unlinked(w,
	    first_of(w, "url")), STR("\n")));
}

/* The brand's genuine mail of the same subject. */
static void
genuine(struct test_writer *w)
{
	const struct draft *d = w->d;
	const struct brand *brand = d->brand;
	struct str host;

	if (brand == NULL || brand->official.n == 0 ||
	    brand->basis == BASIS_UNVERIFIED)
		return;
	host = brand->official.at[0];
	buf_printf(w->to, "  - name: %s\n    expect: clean\n    mail:\n",
	    d->is_japanese ? "本物からのお知らせ" : "the brand's own notice");
	entry(w, "from", str_cat(w->arena, STR("\""), brand->name,
	    STR("\" <info@"), host, STR(">")));
	entry(w, "subject", unlinked(w, d->subject));
	buf_add_str(w->to, STR("      auth: {spf: pass, dkim: pass, dmarc: "
	    "pass}\n"));
	entry(w, "body", str_cat(w->arena, STR("https://"), host,
	    STR("/\n")));
}

static void
unrelated(struct test_writer *w)
{
	const struct draft *d = w->d;

	buf_printf(w->to, "  - name: %s\n    expect: clean\n    mail:\n",
	    d->is_japanese ? "無関係のメール" : "an unrelated mail");
	entry(w, "from", d->is_japanese ? STR("鈴木 <suzuki@corp.example>")
	    : STR("Ann <ann@corp.example>"));
	entry(w, "subject", d->is_japanese ? STR("来週の打ち合わせ")
	    : STR("lunch on Tuesday"));
	entry(w, "body", d->is_japanese
	    ? STR("資料は https://intra.corp.example/ にあります。")
	    : STR("The papers are at https://intra.corp.example/ as ever."));
}

void
drafttest_write(struct buf *to, struct arena *a, const struct draft *d,
    const size_t kept[DRAFT_GROUPS])
{
	struct test_writer w = { .to = to, .arena = a, .d = d, .kept = kept };

	buf_add_str(to, STR("\ntests:\n"));
	described(&w);
	genuine(&w);
	quoted(&w);
	unrelated(&w);
}
