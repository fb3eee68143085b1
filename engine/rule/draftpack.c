/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A draft as a pack in YAML.  Each value stands with the line of the report
 * it came from, each open question as a comment "ask:".  Addresses are
 * written defanged; nothing in the report can break out of its place.
 */
#include "rule/draft.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "conf/scalar.h"
#include "rule/drafttest.h"
#include "rule/field.h"
#include "rule/pattern.h"

enum { ROUNDS_MOST = 5, PACK_MOST = 1 << 20, PACK_DAYS = 365,
	COMMENT_MOST = 400, DROPPED_MOST = 60 };

static const struct group_shape {
	const char *name;
	const char *points;
	int32_t days;          /* that the values live; 0: as the pack */
} shapes[DRAFT_GROUPS] = {
	[DRAFT_SENDER] = { "sender", "4", DRAFT_HOST_DAYS },
	[DRAFT_NAME] = { "lure_name", "1", 0 },
	[DRAFT_RELAY] = { "relay", "2.5", DRAFT_RELAY_DAYS },
	[DRAFT_SUBJECT] = { "lure_subject", "3", 0 },
	[DRAFT_BODY] = { "lure_body", "3", 0 },
	[DRAFT_BUTTON] = { "button", "1", 0 },
	[DRAFT_LANDING] = { "landing", "6", DRAFT_HOST_DAYS },
	[DRAFT_PATH] = { "kit_path", "6", 0 },
	[DRAFT_SITE_IP] = { "landing_ip", "0.5", DRAFT_RELAY_DAYS },
	[DRAFT_PHONE] = { "phone", "3", 0 },
	[DRAFT_FILE] = { "file", "6", 0 },
};

/* In the order in which fields stand in a group. */
static const char *const field_order[] = { "from", "from.domain",
	"mail_from", "mail_from.domain", "reply_to", "reply_to.domain",
	"from.name", "ip", "asn", "helo", "rdns", "relay", "subject", "body",
	"text", "html", "link.text", "url", "link", "url.host", "url.domain",
	"url.path", "url.query", "url.ip", "phone", "file.name", "file.type",
	"file.sha256" };

struct writer {
	struct buf *to;
	struct arena *arena;
	struct draft *d;
	size_t kept[DRAFT_GROUPS];
};

const char *
draft_group_name(enum draft_group group)
{
	return shapes[group].name;
}

/* One line, whatever the report holds. */
static void
comment(struct writer *w, const char *indent, struct str text)
{
	text = utf8_head(text, COMMENT_MOST);
	buf_printf(w->to, "%s# ", indent);
	for (size_t at = 0; at < text.n;) {
		uint32_t point = utf8_next(text, &at);

		if (utf8_is_unsafe(point) || point < 0x20 || point == 0xfeff ||
		    point == 0x85 || point == 0x2028 || point == 0x2029 ||
		    (point & 0xfffe) == 0xfffe)
			point = ' ';
		utf8_add(w->to, point);
	}
	buf_add_byte(w->to, '\n');
}

static void
asks(struct writer *w, const char *about)
{
	const struct draft_question *q;

	VEC_EACH(q, &w->d->questions)
		if (str_is(q->about, about))
			comment(w, "", str_cat(w->arena, STR("ask: "),
			    q->text));
}

static void
line(struct writer *w, const char *key, struct str value)
{
	asks(w, key);
	buf_printf(w->to, "%s: ", key);
	scalar_add(w->to, value);
	buf_add_byte(w->to, '\n');
}

static int32_t
base_day(const struct draft *d)
{
	return d->last != DAY_NONE && !d->is_old ? d->last : d->today;
}

static struct str
place(struct writer *w, uint32_t number)
{
	if (number == 0)
		return w->d->source;
	return str_printf(w->arena, "%" STR_FMT " line %u",
	    STR_ARG(w->d->source), (unsigned)number);
}

static void
head(struct writer *w)
{
	const struct draft *d = w->d;
	int32_t end = d->today > base_day(d) ? d->today : base_day(d);

	comment(w, "", str_cat(w->arena, STR("Draft from "), d->source,
	    STR(", made by sekisho draft on "), day_text(w->arena, d->today),
	    STR(".")));
	comment(w, "", STR("Answer what is marked \"ask:\", take the marks "
	    "away, then set status: test."));
	buf_add_str(w->to, STR("pack: 1\nkind: campaign\n"));
	line(w, "id", d->id);
	line(w, "title", d->title);
	buf_add_str(w->to, STR("revision: 1\nstatus: draft\nmode: observe\n"));
	line(w, "created", day_text(w->arena, d->today));
	asks(w, "seen");
	if (d->last != DAY_NONE)
		buf_printf(w->to, "seen: {first: %" STR_FMT ", last: %"
		    STR_FMT "}\n", STR_ARG(day_text(w->arena, d->first)),
		    STR_ARG(day_text(w->arena, d->last)));
	line(w, "expires", day_text(w->arena, end + PACK_DAYS));
	line(w, "severity", d->severity.n != 0 ? d->severity : STR("medium"));
	line(w, "confidence", d->is_machine ? STR("low") : STR("medium"));
	line(w, "tlp", d->tlp.n != 0 ? d->tlp : STR("amber"));
	line(w, "lang", d->is_japanese ? STR("ja") : STR("en"));
}

static void
provenance(struct writer *w)
{
	const struct draft *d = w->d;

	buf_add_str(w->to, STR("references:\n  - "));
	scalar_add(w->to, str_cat(w->arena, d->is_message ?
	    STR("message ") : STR("campaign report "), d->source,
	    d->is_machine ? STR(" (written by a machine)") : STR("")));
	buf_add_str(w->to, STR("\nx-provenance:\n  kind: "));
	buf_add_str(w->to, d->is_machine ? STR("machine") : d->is_message ?
	    STR("message") : STR("report"));
	buf_add_str(w->to, STR("\n  source: "));
	scalar_add(w->to, d->source);
	buf_printf(w->to, "\n  read: %" STR_FMT "\n",
	    STR_ARG(day_text(w->arena, d->today)));
	asks(w, "brand");
	if (d->brand != NULL)
		buf_printf(w->to, "brand: %" STR_FMT "\n",
		    STR_ARG(d->brand->id));
}

/* As a pack writes a value of that field: nobody can click it. */
static struct str
value_text(struct writer *w, const struct draft_value *v)
{
	const struct field *field = field_find(str_of(v->field));

	switch (field->kind) {
	case FIELD_URL:
	case FIELD_DOMAIN:
	case FIELD_HOST:
	case FIELD_MAILBOX:
		return defang(w->arena, v->text);
	default:
		return v->text;
	}
}

static void
dropped(struct writer *w)
{
	const struct draft_value *v;
	size_t n = 0;
	bool is_first = true;

	VEC_EACH(v, &w->d->values) {
		if (v->fate != DRAFT_DROP || n++ >= DROPPED_MOST)
			continue;
		if (is_first)
			buf_add_str(w->to, STR("x-left-out:\n"));
		is_first = false;
		buf_add_str(w->to, STR("  - "));
		scalar_add(w->to, str_cat(w->arena, value_text(w, v),
		    STR(": "), v->why, v->line == 0 ? STR("") :
		    str_printf(w->arena, " (line %u)", (unsigned)v->line)));
		buf_add_byte(w->to, '\n');
	}
}

static uint32_t
line_number(const struct buf *b)
{
	uint32_t n = 1;

	for (size_t i = 0; i < b->n; i++)
		n += b->p[i] == '\n';
	return n;
}

static void
value(struct writer *w, struct draft_value *v)
{
	const struct draft *d = w->d;

	if (v->fate == DRAFT_ASK)
		comment(w, "      ", str_cat(w->arena, STR("ask: "), v->why));
	v->place = line_number(w->to);
	buf_add_str(w->to, STR("      - value: "));
	scalar_add(w->to, value_text(w, v));
	buf_add_str(w->to, STR("\n        source: "));
	scalar_add(w->to, place(w, v->line));
	buf_add_byte(w->to, '\n');
	if (d->last != DAY_NONE)
		buf_printf(w->to, "        seen: %" STR_FMT "\n",
		    STR_ARG(day_text(w->arena, d->last)));
	if (v->is_spoofed)
		buf_add_str(w->to, STR("        spoofed: true\n"));
	if (v->is_hacked)
		buf_add_str(w->to, STR("        hacked_site: true\n"));
}

static void
fields_of(struct writer *w, enum draft_group group)
{
	struct draft_value *v;

	for (size_t i = 0; i < nitems(field_order); i++) {
		bool is_first = true;

		VEC_EACH(v, &w->d->values) {
			if (v->group != group || v->fate == DRAFT_DROP ||
			    !str_is(str_of(v->field), field_order[i]))
				continue;
			if (is_first)
				buf_printf(w->to, "    %s:\n", v->field);
			is_first = false;
			value(w, v);
		}
	}
}

static void
groups(struct writer *w)
{
	buf_add_byte(w->to, '\n');
	asks(w, "groups");
	buf_add_str(w->to, STR("groups:\n"));
	for (int g = 0; g < DRAFT_GROUPS; g++) {
		const struct group_shape *shape = &shapes[g];

		if (w->kept[g] == 0)
			continue;
		buf_printf(w->to, "  %s:\n", shape->name);
		if (g == DRAFT_BODY && w->kept[g] > 1)
			buf_add_str(w->to, STR("    want: 2\n"));
		fields_of(w, g);
		buf_printf(w->to, "    score: %s\n", shape->points);
		if (g == DRAFT_BODY)
			buf_add_str(w->to, STR("    more: 0.5\n    cap: "
			    "4\n"));
		if (shape->days != 0)
			buf_printf(w->to, "    expires: %" STR_FMT "\n",
			    STR_ARG(day_text(w->arena, base_day(w->d) +
			    shape->days)));
	}
}

/* "1 of (a, b)" over those of a set that the pack has; "" for none. */
static struct str
any_of(struct writer *w, unsigned set)
{
	struct str names = STR("");
	size_t n = 0;

	for (int g = 0; g < DRAFT_GROUPS; g++) {
		if ((set & 1U << g) == 0 || w->kept[g] == 0)
			continue;
		names = str_cat(w->arena, names, n++ == 0 ? STR("") :
		    STR(", "), str_of(shapes[g].name));
	}
	return n < 2 ? names : str_cat(w->arena, STR("1 of ("), names,
	    STR(")"));
}

static void
or_else(struct writer *w, struct str *when, struct str term)
{
	*when = when->n == 0 ? term : str_cat(w->arena, *when, STR(" or "),
	    term);
}

/* A group that counts only beside one of others, or alone if there is none
 * and nothing else either. */
static void
beside(struct writer *w, struct str *when, enum draft_group g, unsigned set)
{
	struct str others = any_of(w, set);
	struct str name = str_of(shapes[g].name);

	if (w->kept[g] == 0)
		return;
	if (others.n != 0)
		or_else(w, when, str_cat(w->arena, STR("("), name,
		    STR(" and "), others, STR(")")));
	if (w->d->brand != NULL && (g == DRAFT_SUBJECT || g == DRAFT_BODY))
		or_else(w, when, str_cat(w->arena, STR("("), name,
		    STR(" and brand.offsite_link)")));
	else if (others.n == 0 && when->n == 0)
		*when = name;
}

#define BIT(g) (1U << (g))

static struct str
condition(struct writer *w)
{
	static const enum draft_group strong[] = { DRAFT_LANDING, DRAFT_PATH,
		DRAFT_FILE };
	struct str when = STR("");

	for (size_t i = 0; i < nitems(strong); i++)
		if (w->kept[strong[i]] != 0)
			or_else(w, &when, str_of(shapes[strong[i]].name));
	beside(w, &when, DRAFT_SENDER, BIT(DRAFT_NAME) | BIT(DRAFT_RELAY) |
	    BIT(DRAFT_SUBJECT) | BIT(DRAFT_BODY) | BIT(DRAFT_PHONE));
	beside(w, &when, DRAFT_SUBJECT, BIT(DRAFT_RELAY) | BIT(DRAFT_BODY) |
	    BIT(DRAFT_BUTTON) | BIT(DRAFT_PHONE));
	beside(w, &when, DRAFT_BODY, BIT(DRAFT_RELAY) | BIT(DRAFT_PHONE));
	beside(w, &when, DRAFT_PHONE, 0);
	beside(w, &when, DRAFT_RELAY, BIT(DRAFT_NAME));
	beside(w, &when, DRAFT_NAME, 0);
	beside(w, &when, DRAFT_BUTTON, 0);
	beside(w, &when, DRAFT_SITE_IP, 0);
	return when;
}

/* One URL must not pay three times; what a machine wrote counts little. */
static void
score(struct writer *w)
{
	static const enum draft_group of[] = { DRAFT_LANDING, DRAFT_PATH,
		DRAFT_SITE_IP, DRAFT_BUTTON };
	struct str names = STR("");
	size_t n = 0;

	for (size_t i = 0; i < nitems(of); i++)
		if (w->kept[of[i]] != 0)
			names = str_cat(w->arena, names, n++ == 0 ? STR("") :
			    STR(", "), str_of(shapes[of[i]].name));
	if (n < 2 && !w->d->is_machine)
		return;
	buf_add_str(w->to, STR("score:\n"));
	if (w->d->is_machine)
		buf_add_str(w->to, STR("  cap: 5\n"));
	if (n >= 2)
		buf_printf(w->to, "  caps:\n    - {of: [%" STR_FMT
		    "], max: %s}\n", STR_ARG(names),
		    w->d->is_machine ? "5" : "8");
}

static void
count_groups(struct writer *w)
{
	const struct draft_value *v;

	VEC_EACH(v, &w->d->values)
		w->kept[v->group] += v->fate != DRAFT_DROP;
}

static void
write_pack(struct buf *to, struct arena *a, struct draft *d)
{
	struct writer w = { .to = to, .arena = a, .d = d };
	struct str when;

	count_groups(&w);
	head(&w);
	provenance(&w);
	dropped(&w);
	groups(&w);
	when = condition(&w);
	if (when.n != 0)
		buf_printf(to, "\nwhen: >-\n  %" STR_FMT "\n", STR_ARG(when));
	score(&w);
	asks(&w, "tests");
	drafttest_write(to, a, d, w.kept);
}

static struct draft_value *
value_at(struct draft *d, uint32_t line_)
{
	struct draft_value *v;

	VEC_EACH(v, &d->values)
		if (v->fate != DRAFT_DROP && v->place == line_)
			return v;
	return NULL;
}

/* Whether a value had to go. */
static bool
drop_refused(struct draft *draft, const struct diags *d)
{
	const struct diag *diag;
	bool is_any = false;

	VEC_EACH(diag, &d->list) {
		struct draft_value *v = diag->level == DIAG_NOTE ? NULL :
		    value_at(draft, diag->mark.line);

		if (v == NULL)
			continue;
		v->fate = DRAFT_DROP;
		v->why = diag->text;
		is_any = true;
	}
	return is_any;
}

struct str
draft_finish(struct draft *draft, struct arena *a, struct diags *d)
{
	struct buf b;
	struct pack *pack;

	for (int round = 0; round < ROUNDS_MOST; round++) {
		buf_init_arena(&b, a, PACK_MOST);
		write_pack(&b, a, draft);
		diags_init(d, a);
		pack_read(&pack, a, STR("draft"), buf_str(&b), d);
		if (!drop_refused(draft, d))
			break;
	}
	return buf_str(&b);
}
