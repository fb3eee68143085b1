/* SPDX-License-Identifier: Apache-2.0 */
/* sekisho stats: how a repository of packs is doing. */
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/json.h"
#include "base/map.h"
#include "cli/command.h"
#include "cli/cost.h"
#include "cli/loader.h"
#include "cli/optionrows.h"
#include "cli/statslive.h"
#include "rule/field.h"
#include "rule/list.h"

enum { OUTPUT_MOST = 64 << 20, SOON = 14, ROWS_SHOWN = 20, NAME_CELLS = 40 };

struct stats_args {
	bool is_json, has_overlap, has_cost;
	bool is_live;
	struct str at, color, since, config, state;
	word_list folders;
};

#define ARG(name) offsetof(struct stats_args, name)

static const struct option_row rows[] = {
	{ "overlap", 0, OPTION_FLAG, ARG(has_overlap), NULL,
	    "indicators that several packs share" },
	{ "cost", 0, OPTION_FLAG, ARG(has_cost), NULL,
	    "what each pack costs a mail, measured here" },
	ROW_AT(struct stats_args, "the date to pretend (default: today)"),
	ROW_PACKS_BESIDE(struct stats_args),
	{ "live", 0, OPTION_FLAG, ARG(is_live), NULL,
	    "what packs that observe would have done to the mail that came" },
	{ "since", 0, OPTION_TEXT, ARG(since), "TIME",
	    "of --live: 2026-02-09, 2h, 7d" },
	ROW_CONFIG(struct stats_args, "of --live: "),
	ROW_STATE(struct stats_args, "of --live: "),
	ROW_JSON(struct stats_args, "one JSON object"),
	ROW_COLOR(struct stats_args),
	{ 0 }
};

/* A name and how many there are of it, in the order they came. */
struct tally {
	struct str name;
	size_t n;
};

struct tallies {
	struct map by_name;
	VEC(struct tally) list;
};

/* Something that a person should look at. */
struct matter {
	struct str what;      /* "expires 2026-12-01" */
	const struct pack *pack;
	struct str detail;
};

typedef VEC(struct matter) matter_list;

struct stats {
	struct arena *arena;
	const struct stats_args *args;
	const struct loaded *loaded;
	int32_t day;
	size_t packs, groups, indicators, tests;
	struct tallies kinds, states, fields, expiry;
	matter_list soon, expired, review, unverified, unused;
	struct cost cost;
	VEC(struct tally) shared;   /* "url.domain bad.example": packs */
};

static void
count(struct stats *s, struct tallies *t, struct str name, size_t n)
{
	uint32_t *at;

	if (t->by_name.arena == NULL)
		map_init(&t->by_name, s->arena);
	at = map_put(&t->by_name, name, (uint32_t)t->list.n);
	if (*at == t->list.n)
		*VEC_ADD(s->arena, &t->list) = (struct tally){ name, 0 };
	t->list.at[*at].n += n;
}

static void
tell(struct stats *s, matter_list *to, const struct pack *p,
    struct str what, struct str detail)
{
	*VEC_ADD(s->arena, to) = (struct matter){ what, p, detail };
}

static struct str
kind_of(const struct pack *p)
{
	static const char *const names[] = {
		[PACK_CAMPAIGN] = "campaign", [PACK_BRANDS] = "brands",
		[PACK_LISTS] = "lists", [PACK_LIBRARY] = "library",
	};

	return str_of(names[p->kind]);
}

static struct str
state_of(const struct stats *s, const struct pack *p)
{
	static const char *const effects[] = {
		[EFFECT_NONE] = "expired", [EFFECT_OBSERVE] = "observes",
		[EFFECT_SCORE] = "scores",
	};

	if (p->status == PACK_DRAFT)
		return STR("draft");
	if (p->status == PACK_RETIRED)
		return STR("retired");
	return str_of(effects[pack_effect_on(p, s->day)]);
}

/* Where a date lies, as the calendar has it. */
static struct str
span_of(const struct stats *s, int32_t expires)
{
	static const struct {
		int32_t days;
		const char *name;
	} spans[] = {
		{ -1, "expired" }, { SOON, "within 14 days" },
		{ 30, "within 30 days" }, { 90, "within 90 days" },
		{ 365, "within a year" },
	};

	if (expires == DAY_NONE)
		return STR("never");
	for (size_t i = 0; i < nitems(spans); i++)
		if (expires - s->day <= spans[i].days)
			return str_of(spans[i].name);
	return STR("later");
}

static void
note_expiry(struct stats *s, const struct pack *p, int32_t expires,
    struct str what)
{
	struct str until;

	if (expires == DAY_NONE || expires - s->day > SOON)
		return;
	until = str_cat(s->arena, STR("expire"), expires < s->day
	    ? STR("d ") : STR("s "), day_text(s->arena, expires));
	tell(s, expires < s->day ? &s->expired : &s->soon, p, until, what);
}

/* The first date of those that hold for a value. */
static int32_t
value_expiry(const struct pack *p, const struct group *g,
    const struct value *v)
{
	int32_t days[] = { p->expires, g->expires, v->expires };
	int32_t first = DAY_NONE;

	for (size_t i = 0; i < nitems(days); i++)
		if (days[i] != DAY_NONE &&
		    (first == DAY_NONE || days[i] < first))
			first = days[i];
	return first;
}

static void
read_group(struct stats *s, const struct pack *p, const struct group *g)
{
	const struct value *v;

	s->groups++;
	s->indicators += g->values.n;
	VEC_EACH(v, &g->values) {
		count(s, &s->fields, str_of(v->field->name), 1);
		count(s, &s->expiry, span_of(s, value_expiry(p, g, v)), 1);
		if (v->expires != p->expires && v->expires != g->expires)
			note_expiry(s, p, v->expires, v->text);
	}
	if (g->expires != p->expires)
		note_expiry(s, p, g->expires, g->name);
}

static void
read_brands(struct stats *s, const struct pack *p)
{
	const struct brand *b;

	VEC_EACH(b, &p->brands) {
		count(s, &s->kinds, STR("brand"), 1);
		if (b->basis == BASIS_UNVERIFIED)
			tell(s, &s->unverified, p, STR("unverified"), b->id);
		else if (b->source.n == 0)
			tell(s, &s->unverified, p, STR("no source"), b->id);
	}
}

/* A value of the pack comes from the library, or looks in the list. */
static bool
uses(const struct pack *p, const struct pack *library,
    const struct list_conf *list)
{
	const struct group *g;
	const struct value *v;

	VEC_EACH(g, &p->groups)
		VEC_EACH(v, &g->values)
			if ((library != NULL && v->library == library) ||
			    (list != NULL && v->pattern.list == list))
				return true;
	return false;
}

static bool
is_used(const struct stats *s, const struct pack *library,
    const struct list_conf *list)
{
	for (size_t i = 0; i < s->loaded->packs.n; i++)
		if (uses(s->loaded->packs.at[i], library, list))
			return true;
	return false;
}

static bool
is_brand_used(const struct stats *s, struct str id)
{
	for (size_t i = 0; i < s->loaded->packs.n; i++)
		if (str_eq(s->loaded->packs.at[i]->brand, id))
			return true;
	return false;
}

/* A brand without a campaign scores on its own: it is counted, no matter. */
static void
find_unused(struct stats *s, const struct pack *p)
{
	const struct brand *b;
	size_t idle = 0;

	if (p->kind == PACK_LIBRARY && !is_used(s, p, NULL))
		tell(s, &s->unused, p, STR("library"), p->id);
	for (size_t i = 0; i < p->lists.n; i++)
		if (!is_used(s, NULL, p->lists.at[i]))
			tell(s, &s->unused, p, STR("list"),
			    p->lists.at[i]->id);
	VEC_EACH(b, &p->brands)
		idle += !is_brand_used(s, b->id);
	if (idle != 0)
		count(s, &s->kinds, STR("brand without campaign"), idle);
}

static void
read_pack(struct stats *s, const struct pack *p)
{
	const struct group *g;

	s->packs++;
	s->tests += p->tests.n;
	count(s, &s->kinds, kind_of(p), 1);
	count(s, &s->states, state_of(s, p), 1);
	note_expiry(s, p, p->expires, STR("the pack"));
	if (p->review_by != DAY_NONE && p->review_by - s->day <= SOON)
		tell(s, &s->review, p, str_cat(s->arena,
		    STR("review by "), day_text(s->arena, p->review_by)),
		    STR(""));
	VEC_EACH(g, &p->groups)
		read_group(s, p, g);
	read_brands(s, p);
	find_unused(s, p);
}

/* One thing that packs may share: how often, and who had it last. */
struct shared {
	const struct pack *last;
	size_t packs;
	struct str name;
};

static int
by_packs(const void *a, const void *b)
{
	const struct tally *one = a, *two = b;

	if (one->n != two->n)
		return one->n < two->n ? 1 : -1;
	return str_order(one->name, two->name);
}

/* Values by field and text, and in how many packs each is. */
struct sharing {
	struct arena *arena;
	VEC(struct shared) all;
	struct map seen;
};

static void
add_value(struct sharing *to, const struct pack *p, const struct value *v)
{
	struct str name = str_cat(to->arena, str_of(v->field->name), STR(" "),
	    v->pattern.key.n != 0 ? v->pattern.key : v->text);
	uint32_t at = *map_put(&to->seen, name, (uint32_t)to->all.n);
	struct shared *one;

	if (at == to->all.n)
		*VEC_ADD(to->arena, &to->all) = (struct shared){
			.name = name };
	one = &to->all.at[at];
	one->packs += one->last != p;
	one->last = p;
}

static void
add_pack(struct sharing *to, const struct pack *p)
{
	const struct group *g;
	const struct value *v;

	VEC_EACH(g, &p->groups) {
		VEC_EACH(v, &g->values)
			add_value(to, p, v);
	}
}

static void
find_shared(struct stats *s)
{
	struct sharing sharing = { .arena = s->arena };

	map_init(&sharing.seen, s->arena);
	for (size_t i = 0; i < s->loaded->n_named; i++)
		add_pack(&sharing, s->loaded->packs.at[i]);
	for (size_t i = 0; i < sharing.all.n; i++)
		if (sharing.all.at[i].packs > 1)
			*VEC_ADD(s->arena, &s->shared) = (struct tally){
				sharing.all.at[i].name,
				sharing.all.at[i].packs };
	if (s->shared.n != 0)
		qsort(s->shared.at, s->shared.n, sizeof(*s->shared.at),
		    by_packs);
}

static void
print_tallies(struct buf *b, const char *title, const struct tallies *t,
    const struct terminal *term)
{
	const struct tally *one;

	if (t->list.n == 0)
		return;
	buf_printf(b, "\n%s%s%s\n", terminal_ink(term, INK_BOLD), title,
	    terminal_ink(term, INK_PLAIN));
	VEC_EACH(one, &t->list) {
		buf_printf(b, "%8zu  ", one->n);
		terminal_text(b, one->name);
		buf_add_byte(b, '\n');
	}
}

static void
print_matters(struct buf *b, const char *title, const matter_list *list,
    const struct terminal *term)
{
	const struct matter *m;
	size_t n = 0;

	if (list->n == 0)
		return;
	buf_printf(b, "\n%s%s%s: %zu\n", terminal_ink(term, INK_YELLOW),
	    title, terminal_ink(term, INK_PLAIN), list->n);
	VEC_EACH(m, list) {
		if (n++ == ROWS_SHOWN) {
			buf_printf(b, "  and %zu more (--json has all)\n",
			    list->n - ROWS_SHOWN);
			break;
		}
		buf_add_str(b, STR("  "));
		terminal_cell(b, m->pack->id, NAME_CELLS);
		buf_add_byte(b, ' ');
		terminal_text(b, m->what);
		buf_add_str(b, STR("  "));
		terminal_text(b, m->detail);
		buf_add_byte(b, '\n');
	}
}

static void
print_shared(struct buf *b, const struct stats *s,
    const struct terminal *term)
{
	const struct tally *one;
	size_t n = 0;

	buf_printf(b, "\n%sshared by packs%s: %zu indicator%s\n",
	    terminal_ink(term, INK_BOLD), terminal_ink(term, INK_PLAIN),
	    s->shared.n, s->shared.n == 1 ? "" : "s");
	VEC_EACH(one, &s->shared) {
		if (n++ == ROWS_SHOWN)
			break;
		buf_printf(b, "%8zu  ", one->n);
		terminal_text(b, one->name);
		buf_add_byte(b, '\n');
	}
}

static void
print_nanos(struct buf *b, int64_t nanos)
{
	if (nanos < 0)
		buf_printf(b, "%12s", "unknown");
	else
		buf_printf(b, "%8lld.%lld us", (long long)(nanos / 1000),
		    (long long)(nanos % 1000 / 100));
}

static void
print_cost(struct buf *b, const struct stats *s, const struct terminal *term)
{
	const struct cost *c = &s->cost;
	const struct pack_cost *one;
	size_t n = 0;

	buf_printf(b, "\n%scost a mail%s, measured on %zu of %zu bytes, "
	    "%zu bytes of patterns\n", terminal_ink(term, INK_BOLD),
	    terminal_ink(term, INK_PLAIN), c->mails, c->bytes / c->mails,
	    c->image);
	print_nanos(b, c->nanos);
	buf_add_str(b, STR("  all packs\n"));
	print_nanos(b, c->bare);
	buf_add_str(b, STR("  no pack\n"));
	VEC_EACH(one, &c->packs) {
		if (n++ == ROWS_SHOWN)
			break;
		print_nanos(b, one->nanos);
		buf_add_str(b, STR("  "));
		terminal_cell(b, one->pack->id, NAME_CELLS);
		buf_printf(b, " alone, %zu value%s, %zu regex%s\n",
		    one->values, one->values == 1 ? "" : "s", one->regexes,
		    one->regexes == 1 ? "" : "es");
	}
}

/* Lists of what wants a person, with their titles and keys. */
static const struct {
	const char *title, *key;
	size_t offset;
} matters[] = {
	{ "expiring within 14 days", "soon", offsetof(struct stats, soon) },
	{ "expired", "expired", offsetof(struct stats, expired) },
	{ "to be reviewed", "review", offsetof(struct stats, review) },
	{ "brands unverified or without a source", "unverified",
	    offsetof(struct stats, unverified) },
	{ "used by no pack", "unused", offsetof(struct stats, unused) },
};

static const matter_list *
matter_of(const struct stats *s, size_t i)
{
	return (const matter_list *)((const char *)s + matters[i].offset);
}

static void
print_text(struct buf *b, const struct stats *s)
{
	struct terminal t;

	terminal_init(&t, STDOUT_FILENO, s->args->color);
	buf_printf(b, "%zu pack%s, %zu group%s, %zu indicator%s, %zu "
	    "test%s\n", s->packs, s->packs == 1 ? "" : "s", s->groups,
	    s->groups == 1 ? "" : "s", s->indicators,
	    s->indicators == 1 ? "" : "s", s->tests,
	    s->tests == 1 ? "" : "s");
	print_tallies(b, "kinds", &s->kinds, &t);
	print_tallies(b, "states", &s->states, &t);
	print_tallies(b, "indicators by field", &s->fields, &t);
	print_tallies(b, "indicators expire", &s->expiry, &t);
	for (size_t i = 0; i < nitems(matters); i++)
		print_matters(b, matters[i].title, matter_of(s, i), &t);
	if (s->args->has_overlap)
		print_shared(b, s, &t);
	if (s->args->has_cost)
		print_cost(b, s, &t);
}

static void
json_tallies(struct json *j, const char *key, const struct tallies *t)
{
	const struct tally *one;

	json_key(j, key);
	json_open_object(j);
	VEC_EACH(one, &t->list) {
		json_key_str(j, one->name);
		json_int(j, (int64_t)one->n);
	}
	json_close_object(j);
}

static void
json_matters(struct json *j, const char *key, const matter_list *list)
{
	const struct matter *m;

	json_key(j, key);
	json_open_array(j);
	VEC_EACH(m, list) {
		json_open_object(j);
		json_put_str(j, "pack", m->pack->id);
		json_put_str(j, "file", m->pack->file);
		json_put_str(j, "what", m->what);
		json_put_str(j, "detail", m->detail);
		json_close_object(j);
	}
	json_close_array(j);
}

static void
json_shared(struct json *j, const struct stats *s)
{
	const struct tally *one;

	json_key(j, "shared");
	json_open_array(j);
	VEC_EACH(one, &s->shared) {
		json_open_object(j);
		json_put_str(j, "indicator", one->name);
		json_put_int(j, "packs", (int64_t)one->n);
		json_close_object(j);
	}
	json_close_array(j);
}

static void
json_cost(struct json *j, const struct cost *c)
{
	const struct pack_cost *one;

	json_key(j, "cost");
	json_open_object(j);
	json_put_int(j, "mails", (int64_t)c->mails);
	json_put_int(j, "bytes", (int64_t)c->bytes);
	json_put_int(j, "image_bytes", (int64_t)c->image);
	json_put_int(j, "nanoseconds", c->nanos);
	json_put_int(j, "nanoseconds_without", c->bare);
	json_key(j, "packs");
	json_open_array(j);
	VEC_EACH(one, &c->packs) {
		json_open_object(j);
		json_put_str(j, "pack", one->pack->id);
		json_put_int(j, "nanoseconds", one->nanos);
		json_put_int(j, "values", (int64_t)one->values);
		json_put_int(j, "regexes", (int64_t)one->regexes);
		json_close_object(j);
	}
	json_close_array(j);
	json_close_object(j);
}

static void
print_json(struct buf *b, const struct stats *s)
{
	struct json j;

	json_init(&j, b);
	json_open_object(&j);
	json_put_int(&j, "packs", (int64_t)s->packs);
	json_put_int(&j, "groups", (int64_t)s->groups);
	json_put_int(&j, "indicators", (int64_t)s->indicators);
	json_put_int(&j, "tests", (int64_t)s->tests);
	json_tallies(&j, "kinds", &s->kinds);
	json_tallies(&j, "states", &s->states);
	json_tallies(&j, "fields", &s->fields);
	json_tallies(&j, "expiry", &s->expiry);
	for (size_t i = 0; i < nitems(matters); i++)
		json_matters(&j, matters[i].key, matter_of(s, i));
	if (s->args->has_overlap)
		json_shared(&j, s);
	if (s->args->has_cost)
		json_cost(&j, &s->cost);
	json_close_object(&j);
	buf_add_byte(b, '\n');
}

static enum status
run(struct call *call)
{
	const struct stats_args *args = call->args;
	struct loaded loaded;
	struct stats s = { .arena = call->arena, .args = args,
		.loaded = &loaded, .day = day_today() };
	const struct stats_live live = { .config = args->config,
		.state = args->state, .since = args->since,
		.is_json = args->is_json };
	struct err e;
	struct buf b;

	if (args->is_live)
		return stats_live(call, &live);
	if (call->operands.n == 0)
		return command_fail(call, "PACK|-... is missing; try "
		    "\"sekisho stats --help\"");
	if (!options_day("at", args->at, &s.day, &e))
		return command_fail(call, "%s", e.text);
	if (!loader_read(&loaded, call->arena, &call->operands,
	    &args->folders, &e))
		return command_fail(call, "%s", e.text);
	loader_print(&loaded.diags, args->color, DIAG_ERROR);
	for (size_t i = 0; i < loaded.n_named; i++)
		read_pack(&s, loaded.packs.at[i]);
	if (args->has_overlap)
		find_shared(&s);
	if (args->has_cost && !cost_measure(&s.cost, call->arena, &loaded,
	    &e))
		return command_fail(call, "--cost: %s", e.text);
	buf_init_arena(&b, call->arena, OUTPUT_MOST);
	if (args->is_json)
		print_json(&b, &s);
	else
		print_text(&b, &s);
	if (!terminal_write(STDOUT_FILENO, buf_str(&b)))
		return STATUS_INTERNAL;
	return loaded.diags.errors != 0 ? STATUS_UNREADABLE : STATUS_FINE;
}

const struct command command_stats = {
	.name = "stats",
	.operands = "PACK|-...",
	.summary = "count packs and what wants a person's eye",
	.detail = "Counts packs and indicators (files or folders) by kind, "
	    "state, field and expiry, and\nnames what expires soon, has "
	    "expired, wants a review, is unverified or unused.  With --live "
	    "counts, of the verdicts\nthat sekishod keeps, what packs in "
	    "mode observe would have done.",
	.rows = rows,
	.args_size = sizeof(struct stats_args),
	.run = run,
};
