/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Facts to hits: every value of every indexed fact is looked up, and what
 * hits is noted under its pack.  Then the packs so touched are judged.
 */
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "mail/fold.h"
#include "mail/message.h"
#include "rule/quote.h"
#include "rule/ruleset.h"
#include "rule/ruleset_parts.h"
#include "rule/same.h"

enum { RCPT_TRIES = 16, HOST_MOST = 1024, OUTER_MOST = 16,
	HEADERS_MOST = 200 };

/* One value of one fact, looked at. */
struct look {
	uint32_t fact;
	const struct fact_value *value;
	const struct list_hit *listed; /* a list holds it, or NULL */
};

static bool
is_url_fact(uint32_t fact)
{
	return fact >= FACT_URL && fact <= FACT_URL_COUNTRY;
}

/* A link in a report that only shows itself, bare or as its own anchor; what
 * it carries inside goes with it. */
static bool
is_quoted_url(struct match_run *run, size_t i)
{
	const struct message *m = run->message;
	const struct url *u;

	for (int depth = 0; depth < OUTER_MOST; depth++) {
		if (i >= m->urls.n)
			return false;
		u = &m->urls.at[i];
		if (u->outer == URL_NONE)
			break;
		i = u->outer;
	}
	if (i >= m->urls.n)
		return false;
	return m->urls.at[i].source == URL_TEXT ||
	    (m->urls.at[i].source == URL_A &&
	        link_shows_itself(run->ground.arena, m, i));
}

static bool
is_set(const struct match_run *run, uint32_t id)
{
	const struct fact *f = facts_get(run->facts, id);

	return f->state == FACT_KNOWN && f->n != 0 && f->at[0].number != 0;
}

/* A report, or a warning with nothing to act on: its text only quotes. */
static bool
is_about_fraud(const struct match_run *run)
{
	struct arena *a;
	bool is;

	if (!is_set(run, FACT_WARNING))
		return is_set(run, FACT_REPORT);
	if (facts_get(run->facts, FACT_PHONE)->n != 0)
		return false;
	a = arena_new();
	is = quote_is_idle(run->message, run->ruleset->brands, a);
	arena_free(a);
	return is;
}

static bool
is_report(struct match_run *run)
{
	if (!run->knows_report)
		run->is_report = is_about_fraud(run);
	run->knows_report = true;
	return run->is_report;
}

static bool
is_quoted(struct match_run *run, const struct look *look)
{
	if (!is_report(run))
		return false;
	switch (look->fact) {
	case FACT_SUBJECT:
	case FACT_BODY:
	case FACT_HIDDEN:
	case FACT_HTML:
	case FACT_LINK_TEXT:
	case FACT_PHONE:
		return true;
	default:
		return is_url_fact(look->fact) &&
		    look->value->place.kind == PLACE_URL &&
		    is_quoted_url(run, look->value->place.index);
	}
}

static struct touched *
touch(struct match_run *run, uint32_t pack)
{
	struct mark_at *mark = &run->ruleset->pack_marks[pack];

	if (mark->epoch != run->ruleset->epoch) {
		mark->epoch = run->ruleset->epoch;
		mark->at = (uint32_t)run->touched.n;
		VEC_ADD(run->arena, &run->touched)->pack = pack;
	}
	return &run->touched.at[mark->at];
}

static struct value_hit *
hit_of(struct match_run *run, uint32_t indicator)
{
	struct ruleset *r = run->ruleset;
	struct touched *t = touch(run, r->pack_of[indicator]);
	struct mark_at *mark = &r->indicator_marks[indicator];

	if (mark->epoch != r->epoch) {
		mark->epoch = r->epoch;
		mark->at = (uint32_t)t->hits.n;
		*VEC_ADD(run->arena, &t->hits) = (struct value_hit){
			.indicator = indicator, .truth = TRUTH_FALSE };
	}
	return &t->hits.at[mark->at];
}

/* Beyond the few places that are told, one that counts takes the place of a
 * quotation. */
static void
add_evidence(struct match_run *run, struct value_hit *hit,
    const struct evidence *e)
{
	if (hit->evidence.n < EVIDENCE_MOST)
		*VEC_ADD(run->arena, &hit->evidence) = *e;
	else if (!e->is_quoted && !hit->is_plain)
		hit->evidence.at[EVIDENCE_MOST - 1] = *e;
	hit->is_plain |= !e->is_quoted;
}

static void
add_hit(struct match_run *run, uint32_t indicator, const struct look *look,
    struct str found, size_t offset)
{
	const struct indicator *in = ruleset_indicator(run->ruleset,
	    indicator);
	const struct value *v = in->value;
	struct evidence e = {
		.value = v,
		.field = v->field,
		.found = found,
		.place = look->value->place,
		.listed = look->listed,
		.is_quoted = is_quoted(run, look),
	};
	enum truth truth = TRUTH_TRUE;
	struct value_hit *hit;

	if (v->is_spoofed)
		truth = spoof_judge(run, look->fact, look->value->text);
	if (truth == TRUTH_FALSE)
		return;
	if (e.place.kind == PLACE_PART)
		e.place.offset += (uint32_t)offset;
	hit = hit_of(run, indicator);
	hit->fact = look->fact;
	hit->is_stale = look->listed != NULL && look->listed->is_stale;
	if (!e.is_quoted && truth > hit->truth)
		hit->truth = truth;
	add_evidence(run, hit, &e);
}

/* Said by the site; but what excuses a message still does, and a name that is
 * known to be borrowed is no indicator of whom it belongs to. */
static bool
is_never(struct match_run *run, const struct indicator *in, uint32_t number,
    const struct look *look)
{
	const struct ruleset *r = run->ruleset;
	const struct pack *p = r->known[r->pack_of[number]];

	return !in->value->is_spoofed &&
	    !p->groups.at[in->group].is_exception &&
	    lists_never(r->lists, look->fact, look->value, run->day,
	        run->ground.arena);
}

/* A regex that was cut short neither hit nor missed: whoever writes the
 * message could choose which. */
static void
leave_open(struct match_run *run, uint32_t indicator, const struct look *look)
{
	const struct indicator *in = ruleset_indicator(run->ruleset,
	    indicator);
	struct value_hit *hit;

	if (in == NULL || is_quoted(run, look) ||
	    is_never(run, in, indicator, look) || (in->value->is_spoofed &&
	    spoof_judge(run, look->fact, look->value->text) == TRUTH_FALSE))
		return;
	hit = hit_of(run, indicator);
	if (hit->truth == TRUTH_TRUE)
		return;
	hit->fact = look->fact;
	hit->truth = TRUTH_UNDECIDED;
	hit->is_plain = true;
	hit->is_cut = true;
}

/* A link object is confirmed on the link that one of its keys led to; both
 * whole URLs and objects show the link as it stands. */
static void
hit_indicator(struct match_run *run, uint32_t indicator,
    const struct look *look, struct str found, size_t offset)
{
	const struct indicator *in = ruleset_indicator(run->ruleset,
	    indicator);
	const struct message *m = run->message;
	uint32_t i = look->value->place.index;
	uint64_t limited = regex_room_limited(run->ground.room);

	if (in == NULL || is_never(run, in, indicator, look))
		return;
	if (in->value->field->kind != FIELD_URL ||
	    look->value->place.kind != PLACE_URL || i >= m->urls.n) {
		add_hit(run, indicator, look, found, offset);
		return;
	}
	run->listing.hit = look->listed;
	if (in->link != NULL &&
	    !link_probe_try(in->link, &run->ground, m, i)) {
		if (regex_room_limited(run->ground.room) != limited)
			leave_open(run, indicator, look);
		return;
	}
	add_hit(run, indicator,
	    &(struct look){ FACT_URL, look->value, run->listing.hit },
	    m->urls.at[i].raw, 0);
}

static void
hit_values(struct match_run *run, struct set_values found,
    const struct look *look)
{
	for (size_t i = 0; i < found.n; i++)
		hit_indicator(run, found.at[i], look, look->value->text, 0);
}

static void
look_up_below(struct match_run *run, const struct look *look, struct str host)
{
	while (host.n != 0 && host.n <= HOST_MOST) {
		hit_values(run, set_find(&run->ruleset->keys,
		    KEY_KIND(look->fact, KEY_BELOW), host), look);
		host = str_from(host, str_find(host, '.') + 1);
	}
}

static void
look_up_nets(struct match_run *run, const struct look *look)
{
	net_values found = { 0 };

	nets_find(&run->ruleset->nets, look->fact, fact_addr(look->value),
	    &found, run->ground.arena);
	hit_values(run, (struct set_values){ found.at, found.n }, look);
}

/* A text in the form that a channel reads, and the way back. */
struct reading {
	struct str text;
	struct str original;
	const struct folded *folded; /* NULL: as it stands */
};

static struct str
source_of(const struct reading *r, size_t begin, size_t end)
{
	if (r->folded != NULL)
		return fold_source(r->folded, r->original, begin, end);
	return str_sub(r->original, begin, end);
}

/* A row of a list, and what of the message it holds. */
struct row_hit {
	const struct list_state *state;
	struct list_row row;
	struct str found;
	size_t offset;
};

/* What a list says lives as long as the scan. */
static void
hit_row(struct match_run *run, uint32_t indicator, const struct look *look,
    const struct row_hit *h)
{
	struct look listed = *look;

	listed.listed = lists_hit(h->state, run->arena, &h->row, run->now);
	hit_indicator(run, indicator, &listed, h->found, h->offset);
}

static void
look_up_phrases(struct match_run *run, uint32_t indicator,
    const struct look *look, const struct list_state *state)
{
	struct reading r = { .original = look->value->text };
	struct row_hit hit = { .state = state };
	match_list matches = { 0 };
	const struct match *match;
	struct folded folded;

	folded = folds_get(&run->folds, run->ground.arena,
	    regex_text(run->ground.arena, r.original));
	r.text = folded.text;
	r.folded = &folded;
	list_scan(state->list, r.text, &matches, run->ground.arena);
	VEC_EACH(match, &matches) {
		if (!list_row(state->list, match->id, run->day, &hit.row))
			continue;
		hit.found = source_of(&r, match->begin, match->end);
		hit.offset = (size_t)(hit.found.p - r.original.p);
		hit_row(run, indicator, look, &hit);
	}
}

static void
look_up_list(struct match_run *run, const struct listed *l,
    const struct look *look)
{
	const struct list_state *state = lists_at(run->ruleset->lists,
	    l->list);
	struct row_hit hit = { .state = state, .found = look->value->text };

	if (state == NULL || lists_age(state, run->now) == LIST_DEAD)
		return;
	if (l->list->type == LIST_PHRASE)
		look_up_phrases(run, l->indicator, look, state);
	else if (list_find(state->list, look->value, run->day,
	    run->ground.arena, &hit.row))
		hit_row(run, l->indicator, look, &hit);
}

static void
look_up_lists(struct match_run *run, const struct look *look)
{
	const struct listed *l;

	VEC_EACH(l, &run->ruleset->index[look->fact].lists)
		look_up_list(run, l, look);
}

/* "@kir.jp" is a mailbox of any name there. */
static void
look_up_domain(struct match_run *run, const struct look *look, struct str key)
{
	size_t at = str_find_last(key, '@');

	if (at != 0 && at < key.n && probe_is_mailbox(look->fact))
		hit_values(run, set_find(&run->ruleset->keys,
		    KEY_KIND(look->fact, KEY_WHOLE), str_from(key, at)),
		    look);
}

static void
look_up(struct match_run *run, const struct look *look)
{
	const struct fact_index *index = &run->ruleset->index[look->fact];
	struct str key;

	if ((index->has & INDEX_NETS) != 0)
		look_up_nets(run, look);
	if ((index->has & (INDEX_WHOLE | INDEX_BELOW)) == 0)
		return;
	key = probe_key(run->ground.arena, look->fact, look->value->text);
	if ((index->has & INDEX_WHOLE) != 0) {
		hit_values(run, set_find(&run->ruleset->keys,
		    KEY_KIND(look->fact, KEY_WHOLE), key), look);
		look_up_domain(run, look, key);
	}
	if ((index->has & INDEX_BELOW) != 0)
		look_up_below(run, look, key);
}

static bool
find_recipient(struct match_run *run, struct channel *c,
    const struct reading *r, struct match *match)
{
	for (int i = 0; i < RCPT_TRIES; i++) {
		if (recipients_in(&run->recipients, run->ground.arena,
		        source_of(r, match->capture_begin,
		            match->capture_end)))
			return true;
		if (!matcher_next(c->matcher, r->text, match))
			return false;
	}
	return false;
}

static void
scan(struct match_run *run, struct channel *c, const struct look *look,
    const struct reading *r)
{
	match_list matches = { 0 }, cut = { 0 };
	struct match *match;

	matcher_scan_cut(c->matcher, r->text, &matches, &cut,
	    run->ground.arena);
	VEC_EACH(match, &cut) {
		const struct regex_row *regex = &c->regexes[match->id];

		for (uint32_t i = 0; i < regex->n; i++)
			leave_open(run, run->ruleset->led_to[regex->first + i],
			    look);
	}
	VEC_EACH(match, &matches) {
		const struct regex_row *regex = &c->regexes[match->id];
		struct str found;

		if (regex->has_rcpt != 0 && !find_recipient(run, c, r, match))
			continue;
		found = source_of(r, match->begin, match->end);
		for (uint32_t i = 0; i < regex->n; i++)
			hit_indicator(run,
			    run->ruleset->led_to[regex->first + i], look,
			    found, (size_t)(found.p - r->original.p));
	}
}

static void
scan_forms(struct match_run *run, const struct look *look)
{
	const struct fact_index *index = &run->ruleset->index[look->fact];
	struct reading r = { .original = look->value->text };
	struct folded folded;
	struct str text;

	if (r.original.n == 0)
		return;
	text = regex_text(run->ground.arena, r.original);
	if (index->channels[FORM_PLAIN] != NULL) {
		r.text = text;
		scan(run, index->channels[FORM_PLAIN], look, &r);
	}
	if (index->channels[FORM_FOLDED] != NULL) {
		folded = folds_get(&run->folds, run->ground.arena, text);
		r.text = folded.text;
		r.folded = &folded;
		scan(run, index->channels[FORM_FOLDED], look, &r);
	}
}

static void
match_fact(struct match_run *run, uint32_t fact)
{
	const struct fact_index *index = &run->ruleset->index[fact];
	const struct fact *f;
	bool has_regexes = index->channels[FORM_PLAIN] != NULL ||
	    index->channels[FORM_FOLDED] != NULL;
	bool has_keys = index->has != 0;
	bool has_lists = run->ruleset->lists != NULL && index->lists.n != 0;

	if (!has_regexes && !has_keys && !has_lists)
		return;
	f = facts_get(run->facts, fact);
	for (size_t i = 0; i < f->n; i++) {
		struct look look = { .fact = fact, .value = &f->at[i] };

		if (has_keys)
			look_up(run, &look);
		if (has_lists)
			look_up_lists(run, &look);
		if (has_regexes)
			scan_forms(run, &look);
		arena_empty(run->ground.arena);
	}
}

static bool
probe_look(struct match_run *run, const struct indicator *in,
    uint32_t number, const struct look *look, struct str *found)
{
	uint64_t limited = regex_room_limited(run->ground.room);

	if (probe_try(&in->probe, &run->ground, look->fact, look->value,
	    found))
		return true;
	if (regex_room_limited(run->ground.room) != limited)
		leave_open(run, number, look);
	return false;
}

static void
try_header(struct match_run *run, uint32_t indicator)
{
	const struct indicator *in = ruleset_indicator(run->ruleset,
	    indicator);
	const struct headers *headers = &run->message->headers;
	const char *name = str_cstr(run->ground.arena, in->value->header);
	const struct header *h = headers_find(headers, name);
	struct str found;

	if (h == NULL && in->value->pattern.kind == PATTERN_NONE) {
		struct fact_value none = { .place = { .kind = PLACE_HEADER,
		    .name = in->value->header } };

		add_hit(run, indicator,
		    &(struct look){ .fact = FACTS_OWN, .value = &none },
		    STR(""), 0);
	}
	for (int i = 0; h != NULL && i < HEADERS_MOST; i++) {
		struct fact_value value = {
			.text = header_text(run->ground.arena, h->value),
			.place = { .kind = PLACE_HEADER, .name = h->name,
			    .offset = (uint32_t)h->offset },
		};

		struct look look = { .fact = FACTS_OWN, .value = &value };

		if (probe_look(run, in, indicator, &look, &found))
			add_hit(run, indicator, &look,
			    str_copy(run->arena, found), 0);
		h = headers_next(headers, h);
	}
}

static void
try_links(struct match_run *run, uint32_t indicator)
{
	const struct fact *urls = facts_get(run->facts, FACT_URL);

	for (size_t i = 0; i < urls->n; i++)
		hit_indicator(run, indicator,
		    &(struct look){ .fact = FACT_URL, .value = &urls->at[i] },
		    STR(""), 0);
}

static void
try_fact(struct match_run *run, uint32_t indicator, uint32_t fact)
{
	const struct indicator *in = ruleset_indicator(run->ruleset,
	    indicator);
	const struct fact *f = facts_get(run->facts, fact);
	struct fact_value none = { .place = { .kind = PLACE_NOWHERE } };
	struct str found;

	if (f->state == FACT_ABSENT &&
	    in->value->pattern.kind == PATTERN_NONE)
		add_hit(run, indicator,
		    &(struct look){ .fact = fact, .value = &none },
		    STR(""), 0);
	for (size_t i = 0; i < f->n; i++) {
		struct look look = { .fact = fact, .value = &f->at[i] };

		if (probe_look(run, in, indicator, &look, &found))
			add_hit(run, indicator, &look, found, 0);
	}
}

static void
try_same(struct match_run *run, uint32_t indicator)
{
	const struct same_pair *pair =
	    ruleset_indicator(run->ruleset, indicator)->value->pair;
	const struct fact_value *value = same_try(pair, run->facts,
	    run->message, &run->recipients, run->ground.arena);

	if (value != NULL)
		add_hit(run, indicator,
		    &(struct look){ .fact = pair->facts[0], .value = value },
		    value->text, 0);
}

static void
try_loose(struct match_run *run, uint32_t indicator)
{
	const struct indicator *in = ruleset_indicator(run->ruleset,
	    indicator);
	const struct field *field = in->value->field;

	if (in->link != NULL)
		try_links(run, indicator);
	else if (field->kind == FIELD_HEADER)
		try_header(run, indicator);
	else if (field->kind == FIELD_SAME)
		try_same(run, indicator);
	else if (field->n_facts == 0)
		try_fact(run, indicator, in->value->fact);
	for (uint8_t i = 0; in->link == NULL && i < field->n_facts; i++)
		try_fact(run, indicator, field->facts[i]);
}

static void
touch_branded(struct match_run *run, const struct brand *brand)
{
	struct ruleset *r = run->ruleset;
	size_t i = 0;

	while (i < r->brand_list.n && r->brand_list.at[i] != brand)
		i++;
	for (size_t k = 0; i < r->branded.n && k < r->branded.at[i].n; k++)
		touch(run, r->branded.at[i].at[k]);
}

static void
match_brands(struct match_run *run)
{
	struct ruleset *r = run->ruleset;

	brand_index_match(&run->findings, r->brands, &(struct brand_ground){
	    .arena = run->arena, .facts = run->facts,
	    .message = run->message, .folds = &run->folds });
	for (size_t i = 0; i < run->findings.n; i++)
		touch_branded(run, run->findings.at[i]->brand);
}

/* Marks of earlier messages are told by their epoch; when the count comes
 * round, all are made old. */
static void
begin_epoch(struct ruleset *r)
{
	if (++r->epoch != 0)
		return;
	memset(r->pack_marks, 0, r->n_packs * sizeof(*r->pack_marks));
	memset(r->indicator_marks, 0,
	    r->n_indicators * sizeof(*r->indicator_marks));
	r->epoch = 1;
}

static void
begin(struct match_run *run)
{
	begin_epoch(run->ruleset);
	recipients_init_later(&run->recipients, run->arena, run->facts);
	arena_empty(run->ruleset->scratch);
	regex_room_start(run->ruleset->room);
	run->listing = (struct probe_listing){ .lists = run->ruleset->lists,
		.arena = run->arena, .day = run->day, .now = run->now };
	run->ground = (struct probe_ground){ run->ruleset->scratch,
		run->ruleset->room, &run->recipients, &run->listing };
	run->folds.arena = run->arena;
	run->asked_in_vain = ARENA_MANY(run->arena, bool,
	    run->facts->table->defs.n);
}

static const struct group *
first_true(const struct rule_hit *hit)
{
	for (size_t i = 0; i < hit->pack->groups.n; i++)
		if (hit->groups[i].truth == TRUTH_TRUE)
			return hit->groups[i].group;
	return NULL;
}

/* By the site, for the brands of a pack. */
static bool
is_excepted(const struct hits *hits, const struct pack *brands)
{
	const struct rule_hit *hit;

	VEC_EACH(hit, &hits->rules)
		if (hit->pack->is_site && hit->silenced_by != NULL &&
		    str_eq(hit->pack->site_of, brands->id))
			return true;
	return false;
}

static void
judge(struct hits *out, struct match_run *run)
{
	const struct fact_table *table = run->facts->table;

	for (size_t i = 0; i < run->touched.n; i++) {
		struct rule_hit hit;

		if (!rule_judge(&hit, run, &run->touched.at[i]))
			continue;
		if (hit.pack->site_of.n != 0 && hit.truth == TRUTH_TRUE)
			hit.silenced_by = first_true(&hit);
		else if (hit.pack->is_site && hit.truth == TRUTH_TRUE)
			out->silenced_by = first_true(&hit);
		*VEC_ADD(run->arena, &out->rules) = hit;
	}
	for (size_t i = 0; i < run->findings.n; i++)
		if (!is_excepted(out, run->findings.at[i]->pack))
			*VEC_ADD(run->arena, &out->brands) =
			    run->findings.at[i];
	for (size_t i = 0; i < table->defs.n; i++)
		if (run->asked_in_vain[i])
			*VEC_ADD(run->arena, &out->failed) =
			    str_of(table->defs.at[i]->name);
	out->folds = run->folds;
	out->is_report = run->is_report;
}

static void
try_pack(struct match_run *run, uint32_t pack)
{
	struct ruleset *r = run->ruleset;
	const struct pack_info *info = ruleset_info(r, pack);

	for (size_t i = 0; info != NULL && i < info->loose.n; i++) {
		try_loose(run, r->packs[pack].first + info->loose.at[i]);
		arena_empty(r->scratch);
	}
}

void
ruleset_match(struct hits *out, struct arena *a, struct ruleset *r,
    const struct facts *facts, const struct message *m, int32_t day)
{
	struct match_run run = {
		.ruleset = r,
		.facts = facts,
		.message = m,
		.arena = a,
		.day = day,
		.now = clock_wall(),
	};

	*out = (struct hits){ 0 };
	begin(&run);
	for (uint32_t fact = 0; fact < FACTS_OWN; fact++)
		match_fact(&run, fact);
	match_brands(&run);
	for (uint32_t i = 0; i < r->n_always; i++)
		touch(&run, r->always[i]);
	/* Hits of loose values touch no further pack. */
	for (size_t i = 0; i < run.touched.n; i++)
		try_pack(&run, run.touched.at[i].pack);
	judge(out, &run);
}
