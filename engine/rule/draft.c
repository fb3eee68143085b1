/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A draft from bytes: which reader they are for, and what only shows once
 * everything was read: the brand, a title, an id, what must be asked.
 */
#include "rule/draft.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "mail/fold.h"
#include "mail/message.h"
#include "mail/xtest.h"
#include "rule/brandindex.h"
#include "rule/draftsort.h"
#include "rule/pattern.h"
#include "rule/quote.h"

enum { STEM_LEAST = 6, HEAD_LINES = 40, TITLE_CHARS = 100, NAME_WEIGHT = 25,
	TEXT_MOST = 20, DROP_WEIGHT = 4, HOST_WEIGHT = 15, CLAIM_LEAST = 2,
	MESSAGE_MOST = 32 << 20 };

/* "From: " and two of its kin before the first empty line. */
static bool
looks_like_message(struct str bytes)
{
	static const struct str names[] = { STR_INIT("from:"),
		STR_INIT("received:"), STR_INIT("date:"),
		STR_INIT("message-id:"), STR_INIT("mime-version:"),
		STR_INIT("return-path:"), STR_INIT("x-test-"),
		STR_INIT("content-type:"), STR_INIT("to:"),
		STR_INIT("delivered-to:"), STR_INIT("subject:") };
	size_t found = 0, lines = 0;

	for (; bytes.n != 0 && lines < HEAD_LINES; lines++) {
		struct str line = str_take_line(&bytes);
		size_t before = found;

		if (line.n == 0)
			break;
		for (size_t i = 0; i < nitems(names); i++)
			found += str_case_starts(line, names[i]);
		if (lines == 0 && found == before &&
		    !str_starts(line, STR("X-")) &&
		    !str_starts(line, STR("DKIM-")) &&
		    !str_starts(line, STR("ARC-")) &&
		    !str_starts(line, STR("From ")))
			return false;
	}
	return found >= 3;
}

/* Texts of a report that came by mail. */
static struct str
texts_of(struct arena *a, const struct message *m)
{
	const struct text *text;
	struct str s = STR("");

	VEC_EACH(text, &m->texts)
		s = str_cat(a, s, text->visible, STR("\n"));
	return s;
}

static const struct brand *
brand_named(const struct brand_index *index, struct str id)
{
	const struct brand_known *known;

	if (index == NULL)
		return NULL;
	VEC_EACH(known, &index->brands)
		if (str_eq(known->brand->id, id))
			return known->brand;
	return NULL;
}

/* Whether what stands before and behind ends the word. */
static bool
is_edge(struct str s, size_t at)
{
	return at >= s.n || !ascii_is_alnum(s.p[at]);
}

/* How often a name stands in a folded text. */
static size_t
occurrences(struct str text, struct str name, size_t most)
{
	size_t n = 0, at = 0;

	while (n < most) {
		size_t found = str_find_str(str_from(text, at), name) + at;

		if (found >= text.n)
			break;
		if (!ascii_is_alnum(name.p[0]) ||
		    ((found == 0 || is_edge(text, found - 1)) &&
		    is_edge(text, found + name.n)))
			n++;
		at = found + name.n;
	}
	return n;
}

static size_t
claims(struct arena *a, const struct draft *d, const struct brand *brand,
    struct str text)
{
	struct str heads = fold(a, str_cat(a, d->from_name, STR("\n"),
	    d->subject)).text;
	const struct draft_value *v;
	const struct str *name;
	size_t n = 0;

	VEC_EACH(name, &brand->names) {
		struct str folded = fold(a, *name).text;

		if (folded.n == 0)
			continue;
		n += NAME_WEIGHT * occurrences(heads, folded, 2);
		n += occurrences(text, folded, TEXT_MOST);
	}
	VEC_EACH(v, &d->values) {
		VEC_EACH(name, &brand->official)
			if (str_find_str(v->text, *name) < v->text.n)
				n += DROP_WEIGHT;
		VEC_EACH(name, &brand->tokens)
			if (v->group == DRAFT_LANDING && name->n > 3 &&
			    v->fate != DRAFT_DROP &&
			    str_find_str(v->text, *name) < v->text.n)
				n += HOST_WEIGHT;
	}
	return n;
}

/* What two or more of a brand's names begin with: "楽天" of 楽天カード and
 * 楽天銀行.  "" for less than two wide characters. */
static struct str
stem_of(struct arena *a, const struct brand *brand)
{
	struct str best = STR("");

	for (size_t i = 1; i < brand->names.n; i++) {
		struct str one = fold(a, brand->names.at[i - 1]).text;
		struct str two = fold(a, brand->names.at[i]).text;
		size_t n = 0;

		while (n < one.n && n < two.n && one.p[n] == two.p[n])
			n++;
		one = utf8_head(one, n);
		if (one.n > best.n && one.n >= STEM_LEAST && utf8_has_wide(one))
			best = one;
	}
	return best;
}

/* Who says that he is it, in a display name or between 【 and 】: a service
 * that the pack of brands does not name, of a house that it does. */
static const struct brand *
brand_of_house(struct draft_maker *m)
{
	const struct draft *d = m->draft;
	const struct brand_known *known;
	const struct brand *best = NULL;
	size_t most = 0, at = str_find_str(d->subject, STR("【"));
	struct str in = str_from(d->subject, at == d->subject.n ? at :
	    at + STR("【").n);
	struct str name = fold(m->arena, d->from_name).text;

	in = fold(m->arena, str_head(in, str_find_str(in, STR("】")))).text;
	VEC_EACH(known, &m->conf->brands->brands) {
		struct str stem = stem_of(m->arena, known->brand);

		if (stem.n > most && (str_starts(in, stem) ||
		    str_starts(name, stem))) {
			most = stem.n;
			best = known->brand;
		}
	}
	return best;
}

static void
guess_brand(struct draft_maker *m, struct str text)
{
	struct str folded = fold(m->arena, text).text;
	const struct brand_known *known;
	size_t most = CLAIM_LEAST;

	m->draft->brand = brand_named(m->conf->brands, m->conf->brand);
	if (m->conf->brand.n != 0 || m->conf->brands == NULL)
		return;
	VEC_EACH(known, &m->conf->brands->brands) {
		size_t n = claims(m->arena, m->draft, known->brand, folded);

		if (n > most) {
			most = n;
			m->draft->brand = known->brand;
		}
	}
	if (m->draft->brand == NULL)
		m->draft->brand = brand_of_house(m);
}

/* Lower-case letters and digits, joined by "-". */
static struct str
slug(struct arena *a, struct str s)
{
	struct buf b;

	buf_init_arena(&b, a, 40);
	for (size_t i = 0; i < s.n && b.n < 40; i++) {
		char c = ascii_lower(s.p[i]);

		if (ascii_is_alnum(c))
			buf_add_byte(&b, c);
		else if (b.n != 0 && b.p[b.n - 1] != '-')
			buf_add_byte(&b, '-');
	}
	while (b.n != 0 && b.p[b.n - 1] == '-')
		b.n--;
	return buf_str(&b);
}

static struct str
first_text(const struct draft *d, enum draft_group group, const char *field)
{
	const struct draft_value *v;

	VEC_EACH(v, &d->values)
		if (v->group == group && v->fate != DRAFT_DROP &&
		    str_is(str_of(v->field), field))
			return v->text;
	return STR("");
}

static void
make_id(struct draft_maker *m)
{
	struct draft *d = m->draft;
	struct str what = d->brand != NULL ? d->brand->id :
	    first_text(d, DRAFT_LANDING, "url.domain");
	char day[16];

	d->id = m->conf->id;
	if (d->id.n != 0)
		return;
	if (what.n == 0)
		what = first_text(d, DRAFT_SENDER, "from.domain");
	what = slug(m->arena, what);
	day_format(d->last != DAY_NONE ? d->last : d->today, day);
	d->id = str_cat(m->arena, d->is_japanese ? STR("jp-") : STR(""),
	    what.n == 0 ? STR("campaign") : what, STR("-"),
	    str_copy(m->arena, str_head(str_of(day), 7)));
}

static void
make_title(struct draft_maker *m)
{
	struct draft *d = m->draft;
	struct arena *a = m->arena;
	struct str subject = first_text(d, DRAFT_SUBJECT, "subject");
	struct str host = first_text(d, DRAFT_LANDING, "url.domain");
	struct str name = d->brand != NULL ? str_head(d->brand->name,
	    str_find_str(d->brand->name, STR(" ("))) : STR("");
	struct str what = subject.n != 0 ? subject : defang(a, host);

	if (what.n == 0)
		what = d->source;
	if (d->is_japanese)
		d->title = name.n != 0 ? str_cat(a, name, STR("偽装「"), what,
		    STR("」")) : str_cat(a, STR("フィッシング「"), what,
		    STR("」"));
	else
		d->title = name.n != 0 ? str_cat(a, STR("Fake "), name,
		    STR(": "), what) : str_cat(a, STR("Phishing: "), what);
	if (utf8_count(d->title) > TITLE_CHARS)
		d->title = utf8_head(d->title, TITLE_CHARS * 3);
}

static void
question(struct draft_maker *m, const char *about, struct str text)
{
	struct draft_question *q = VEC_ADD(m->arena, &m->draft->questions);

	q->about = str_of(about);
	q->text = text;
}

static size_t
count_group(const struct draft *d, enum draft_group group)
{
	const struct draft_value *v;
	size_t n = 0;

	VEC_EACH(v, &d->values)
		n += v->group == group && v->fate != DRAFT_DROP;
	return n;
}

/* Nothing in it would outlive the day of its making. */
static bool
is_old(const struct draft *d)
{
	return d->last != DAY_NONE && d->last + DRAFT_HOST_DAYS < d->today &&
	    count_group(d, DRAFT_PATH) + count_group(d, DRAFT_SUBJECT) +
	    count_group(d, DRAFT_BODY) + count_group(d, DRAFT_FILE) == 0;
}

/* " (lines 4, 9)"; "" where they have none. */
static struct str
subject_lines(struct draft_maker *m)
{
	const struct draft_value *v;
	struct str lines = STR("");

	VEC_EACH(v, &m->draft->values) {
		if (v->group != DRAFT_SUBJECT || v->fate == DRAFT_DROP ||
		    v->line == 0)
			continue;
		lines = str_printf(m->arena, "%" STR_FMT "%s%u",
		    STR_ARG(lines), lines.n == 0 ? " (lines " : ", ",
		    (unsigned)v->line);
	}
	return lines.n == 0 ? lines : str_cat(m->arena, lines, STR(")"));
}

/* What no report says, and what this one left out. */
static void
ask_all(struct draft_maker *m)
{
	struct draft *d = m->draft;
	struct arena *a = m->arena;
	size_t subjects = count_group(d, DRAFT_SUBJECT);

	if (d->is_machine)
		question(m, "confidence", STR("the report says that a machine "
		    "wrote it: hold every value against the mail itself "
		    "before status: test, then name yourself in "
		    "x-provenance, confirmed:"));
	if (d->last == DAY_NONE)
		question(m, "seen", STR("when was it seen? The report gives "
		    "no day; --seen DATE sets it"));
	else if (d->is_day_guessed)
		question(m, "seen", STR("taken from a day that stands in the "
		    "report: is it when the mail came?"));
	if (d->is_old)
		question(m, "expires", STR("the report is old and names "
		    "hosts alone: they live from today on; are they still "
		    "the fraud's?"));
	if (d->brand == NULL && !str_is(m->conf->brand, "none"))
		question(m, "brand", STR("whom does it imitate? No known "
		    "brand is named; \"sekisho brand who NAME\" looks"));
	else if (d->brand != NULL && m->conf->brand.n == 0)
		question(m, "brand", str_printf(a, "%" STR_FMT
		    " was guessed from names in the text: is it right?",
		    STR_ARG(d->brand->id)));
	if (d->tlp.n == 0)
		question(m, "tlp", STR("who may see this pack? amber was "
		    "taken"));
	if (d->severity.n == 0)
		question(m, "severity", STR("how bad is it for those who fall "
		    "for it? medium was taken"));
	if (subjects > 1)
		question(m, "groups", str_printf(a, "%zu subjects%" STR_FMT
		    ": one campaign, or a pack for each? --lines FROM-TO "
		    "reads one part alone", subjects,
		    STR_ARG(subject_lines(m))));
	if (count_group(d, DRAFT_LANDING) == 0)
		question(m, "groups", STR("no link was found: where does it "
		    "lead?"));
	if (count_group(d, DRAFT_SENDER) == 0)
		question(m, "groups", STR("no sender was found"));
	if (d->is_cut)
		question(m, "groups", STR("the report is longer than is read: "
		    "what stands at its end?"));
	if (!d->is_message)
		question(m, "tests", STR("the mail of the test is rebuilt "
		    "from the report: does the real one look so?"));
}

/* The longer before what it begins with. */
static const char *const tlp_words[] = { "amber+strict", "amber", "clear",
	"green", "red" };

struct str
draft_tlp(struct str word)
{
	if (str_case_is(word, "white"))
		return STR("clear");
	for (size_t i = 0; i < nitems(tlp_words); i++)
		if (str_case_is(word, tlp_words[i]))
			return str_of(tlp_words[i]);
	return STR("");
}

/* "TLP:GREEN" */
static struct str
tlp_in(struct str text)
{
	size_t at = str_case_find_str(text, STR("tlp:")), n = 0;
	struct str rest = str_trim(str_from(text, at + 4));

	while (n < rest.n && (ascii_is_alpha(rest.p[n]) || rest.p[n] == '+'))
		n++;
	return at < text.n ? draft_tlp(str_head(rest, n)) : STR("");
}

void
draft_settle(struct draft_maker *m, struct str text)
{
	if (m->draft->tlp.n == 0)
		m->draft->tlp = tlp_in(text);
	guess_brand(m, text);
	make_title(m);
	make_id(m);
	m->draft->is_old = is_old(m->draft);
	ask_all(m);
}

/* What another command reads better than any reader of prose. */
static void
ask_format(struct draft_maker *m, struct str bytes)
{
	static const struct {
		const char *sign, *format;
	} formats[] = {
		{ "\"bundle\"", "stix" }, { "\"Event\"", "misp" },
	};

	bytes = str_trim(bytes);
	for (size_t i = 0; str_starts(bytes, STR("{")) &&
	    i < nitems(formats); i++)
		if (str_find_str(bytes, str_of(formats[i].sign)) < bytes.n)
			question(m, "groups", str_printf(m->arena, "is it of "
			    "%s? \"sekisho import --from %s\" reads that "
			    "exactly", formats[i].format, formats[i].format));
}

void
draft_make(struct draft *out, struct arena *a, struct str bytes,
    const struct draft_conf *conf)
{
	struct draft_maker m = { .draft = out, .arena = a, .conf = conf,
		.dateline = DAY_NONE };
	struct envelope env = { 0 };
	struct message msg;
	struct str bad;

	*out = (struct draft){ .source = conf->source, .today = conf->today,
		.first = DAY_NONE, .last = DAY_NONE };
	if (conf->as == DRAFT_AS_REPORT || (conf->as == DRAFT_AS_GUESSED &&
	    !looks_like_message(bytes))) {
		draft_from_report(&m, bytes);
		ask_format(&m, bytes);
		return;
	}
	bytes = str_head(bytes, MESSAGE_MOST);
	xtest_take(&env, a, &bytes, &bad);
	message_read(&msg, a, bytes, &env, NULL);
	out->is_japanese = utf8_has_wide(msg.subject) ||
	    utf8_has_wide(texts_of(a, &msg));
	/* A lure never defangs its links. */
	if (conf->as == DRAFT_AS_GUESSED && (msg.defanged != 0 ||
	    quote_is_report(&msg, a, &bad))) {
		if (msg.has_date && day_of(msg.date) <= conf->today)
			m.dateline = day_of(msg.date);
		draft_from_report(&m, texts_of(a, &msg));
		return;
	}
	draft_from_message(&m, &msg);
}
