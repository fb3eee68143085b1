/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Packs to the sections of an image: an entry in an index for every value
 * that an index can lead to, packs as bytes, and which packs may fire although
 * nothing leads to them.
 */
#include "rule/ruleset.h"

#include <inttypes.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/map.h"
#include "rule/image.h"
#include "rule/list.h"
#include "rule/packbytes.h"
#include "rule/ruleset_parts.h"

/* A regex of a channel in the making. */
struct new_regex {
	number_list indicators;
	bool has_rcpt;
};

struct new_channel {
	struct matcher *matcher;
	VEC(struct new_regex) regexes;
	struct map by_text;
};

struct compile {
	struct arena *arena;      /* of the image's writer */
	struct image_writer *writer;
	const struct ruleset_conf *conf;
	const pack_list *packs;
	struct err *err;
	struct map brands;        /* by id: their numbers */
	uint32_t n_brands;
	struct buf bytes;         /* of packs */
	struct set keys;
	struct nets nets;
	uint32_t index[FACTS_OWN];
	struct new_channel *channels[FACTS_OWN][FORMS];
	VEC(struct pack_row) rows;
	VEC(struct branded_row) branded;
	VEC(struct listed_row) listed;
	number_list indicators, always, brand_packs, list_packs;

	/* The value in hand. */
	struct str name;          /* for messages */
	uint32_t indicator;
};

static struct new_channel *
channel_of(struct compile *c, uint32_t fact, enum pattern_form form)
{
	struct new_channel **channel = &c->channels[fact][form];

	if (*channel == NULL) {
		*channel = ARENA_ONE(c->arena, struct new_channel);
		(*channel)->matcher = matcher_new();
		map_init(&(*channel)->by_text, c->arena);
	}
	return *channel;
}

/* The same regex in several packs is matched once. */
static void
index_regex(struct compile *c, uint32_t fact, const struct pattern *p)
{
	struct new_channel *channel = channel_of(c, fact, p->form);
	uint32_t next = (uint32_t)channel->regexes.n;
	uint32_t id = *map_put(&channel->by_text, str_cat(c->arena,
	    p->is_caseless ? STR("i") : STR("-"),
	    p->has_rcpt ? STR("r") : STR("-"), p->regex), next);

	if (id == next) {
		VEC_ADD(c->arena, &channel->regexes)->has_rcpt = p->has_rcpt;
		matcher_add(channel->matcher, id, p->regex, p->is_caseless,
		    c->name);
	}
	*VEC_ADD(c->arena, &channel->regexes.at[id].indicators) =
	    c->indicator;
}

static void
index_key(struct compile *c, uint32_t fact, enum key_kind kind,
    struct str key)
{
	c->index[fact] |= kind == KEY_WHOLE ? INDEX_WHOLE : INDEX_BELOW;
	set_add(&c->keys, KEY_KIND(fact, kind), key, c->indicator);
}

/* A list of the site that is not there holds nothing. */
static void
index_list(struct compile *c, uint32_t fact, const struct list_conf *list)
{
	if (list != NULL)
		*VEC_ADD(c->arena, &c->listed) = (struct listed_row){ fact,
			c->indicator, list->number };
}

static void
index_pattern(struct compile *c, uint32_t fact, const struct pattern *p)
{
	switch (p->kind) {
	case PATTERN_KEY:
		index_key(c, fact, KEY_WHOLE,
		    probe_key(c->arena, fact, p->key));
		break;
	case PATTERN_BELOW:
		index_key(c, fact, KEY_BELOW, str_lower(c->arena, p->key));
		break;
	case PATTERN_NUMBER:
		index_key(c, fact, KEY_WHOLE, probe_key(c->arena, fact,
		    str_printf(c->arena, "AS%" PRId64, p->first)));
		break;
	case PATTERN_NET:
		c->index[fact] |= INDEX_NETS;
		nets_add(&c->nets, fact, &p->net, c->indicator);
		break;
	case PATTERN_LIST:
		index_list(c, fact, p->list);
		break;
	default:
		index_regex(c, fact, p);
	}
}

static void
index_value(struct compile *c, const struct value *v)
{
	struct leads leads;

	value_leads(&leads, v);
	for (uint8_t f = 0; f < leads.n_facts; f++)
		for (size_t i = 0; i < leads.n; i++)
			index_pattern(c, leads.facts[f], &leads.at[i]);
}

/* Whether a pack may fire although no index led to it. */
static bool
may_fire(const struct pack_info *info, struct arena *a, enum truth brand)
{
	const struct pack *p = info->pack;
	enum truth *names = ARENA_MANY(a, enum truth, p->names.n);

	for (size_t i = 0; i < p->names.n; i++) {
		if (i >= p->groups.n)
			names[i] = brand;
		else if (info->groups[i].loose != 0 &&
		    info->groups[i].loose >= p->groups.at[i].want)
			names[i] = TRUTH_UNDECIDED;
	}
	return condition_eval(p->when, names) != TRUTH_FALSE;
}

static void
sort_pack(struct compile *c, uint32_t number, const struct pack_info *info,
    struct arena *scratch)
{
	const uint32_t *brand = map_get(&c->brands, info->pack->brand);

	if (may_fire(info, scratch, TRUTH_FALSE))
		*VEC_ADD(c->arena, &c->always) = number;
	else if (info->pack->brand.n != 0 && brand != NULL &&
	    may_fire(info, scratch, TRUTH_UNDECIDED))
		*VEC_ADD(c->arena, &c->branded) = (struct branded_row){
			*brand, number };
}

/* Brands and lists have no condition, and libraries only lend groups. */
static bool
is_campaign(const struct pack *p)
{
	return p->kind == PACK_CAMPAIGN && p->when != NULL;
}

static void
index_pack(struct compile *c, uint32_t number, const struct pack_info *info)
{
	for (size_t i = 0; i < info->n_indicators; i++) {
		const struct indicator *in = &info->indicators[i];

		c->indicator = (uint32_t)c->indicators.n;
		c->name = str_cat(c->arena, info->pack->id, STR("/"),
		    info->pack->groups.at[in->group].name, STR(": "),
		    in->value->text);
		*VEC_ADD(c->arena, &c->indicators) = number;
		index_value(c, in->value);
	}
}

/* Regexes of loose values and links are made here only to see that they can
 * be. */
static bool
compile_pack(struct compile *c, uint32_t number, struct arena *scratch)
{
	const struct pack *p = c->packs->at[number];
	struct pack_row *row = VEC_ADD(c->arena, &c->rows);
	struct pack_info info;
	regex_list made = { 0 };
	struct regex **regex;
	bool is_right = true;

	row->at = c->bytes.n;
	row->first = (uint32_t)c->indicators.n;
	pack_put(&c->bytes, p, c->packs);
	row->n = c->bytes.n - row->at;
	if (p->brands.n != 0)
		*VEC_ADD(c->arena, &c->brand_packs) = number;
	if (p->lists.n != 0)
		*VEC_ADD(c->arena, &c->list_packs) = number;
	if (is_campaign(p)) {
		is_right = pack_info_make(&info, scratch, p, &made, c->err);
		VEC_EACH(regex, &made)
			regex_free(*regex);
		if (is_right) {
			index_pack(c, number, &info);
			sort_pack(c, number, &info, scratch);
		}
	}
	row->indicators = (uint32_t)c->indicators.n - row->first;
	arena_empty(scratch);
	return is_right;
}

static void
number_brands(struct compile *c)
{
	struct packs_brands at = { .packs = c->packs };
	const struct brand *b;

	map_init(&c->brands, c->arena);
	while ((b = packs_next_brand(&at)) != NULL)
		map_put(&c->brands, b->id, c->n_brands++);
}

static bool
compile_packs(struct compile *c)
{
	struct arena *scratch = arena_new();
	bool is_right = true;

	number_brands(c);
	for (uint32_t i = 0; i < c->packs->n && is_right; i++)
		is_right = compile_pack(c, i, scratch);
	arena_free(scratch);
	return is_right;
}

static void
add_section(struct compile *c, enum ruleset_section section, uint32_t number,
    struct str bytes)
{
	image_writer_add(c->writer, section, number, bytes);
}

#define ADD_LIST(c, section, list) \
	add_section(c, section, 0, (struct str){ \
	    (const char *)(list)->at, (list)->n * sizeof(*(list)->at) })

/* The matcher of the same channel in an earlier ruleset, or "". */
static struct str
old_matcher(const struct compile *c, uint32_t fact, int form)
{
	const struct ruleset *old = c->conf->old;

	if (old == NULL || old->index[fact].channels[form] == NULL)
		return STR("");
	return matcher_bytes(old->index[fact].channels[form]->matcher);
}

/* What comes of the channels, side by side. */
struct channel_sections {
	VEC(struct channel_row) rows;
	VEC(struct regex_row) regexes;
	number_list led_to;
};

static bool
compile_channel(struct compile *c, struct channel_sections *out,
    uint32_t fact, int form)
{
	struct new_channel *channel = c->channels[fact][form];
	struct matcher_conf conf = { .old = old_matcher(c, fact, form),
		.is_folded = form == FORM_FOLDED,
		.is_plain = c->conf->is_plain };
	const struct new_regex *regex;

	if (!matcher_compile(channel->matcher, &conf, c->err))
		return false;
	add_section(c, SECTION_MATCHERS, (uint32_t)out->rows.n,
	    str_copy(c->arena, matcher_bytes(channel->matcher)));
	*VEC_ADD(c->arena, &out->rows) = (struct channel_row){ fact,
		(uint32_t)form, (uint32_t)out->regexes.n,
		(uint32_t)channel->regexes.n };
	VEC_EACH(regex, &channel->regexes) {
		*VEC_ADD(c->arena, &out->regexes) = (struct regex_row){
			(uint32_t)out->led_to.n,
			(uint32_t)regex->indicators.n, regex->has_rcpt };
		for (size_t i = 0; i < regex->indicators.n; i++)
			*VEC_ADD(c->arena, &out->led_to) =
			    regex->indicators.at[i];
	}
	return true;
}

/* Nothing is compiled any more once something was wrong. */
static bool
compile_channels(struct compile *c, bool is_right)
{
	struct channel_sections out = { .led_to = { 0 } };

	for (uint32_t fact = 0; fact < FACTS_OWN; fact++)
		for (int form = 0; form < FORMS; form++) {
			struct new_channel *channel =
			    c->channels[fact][form];

			if (channel == NULL)
				continue;
			is_right = is_right && compile_channel(c, &out, fact,
			    form);
			matcher_free(channel->matcher);
		}
	ADD_LIST(c, SECTION_CHANNELS, &out.rows);
	ADD_LIST(c, SECTION_REGEXES, &out.regexes);
	ADD_LIST(c, SECTION_LED_TO, &out.led_to);
	return is_right;
}

static bool
compile_brands(struct compile *c)
{
	struct brand_names names = { .is_plain = c->conf->is_plain };
	struct brand_index *index;

	if (c->conf->old != NULL)
		names = brand_index_names(c->conf->old->brands);
	names.is_plain = c->conf->is_plain;
	if (!brand_index_build(&index, c->packs, &names, c->err))
		return false;
	names = brand_index_names(index);
	add_section(c, SECTION_BRAND_NAMES, 0,
	    str_copy(c->arena, names.names));
	add_section(c, SECTION_BRAND_NAMES, 1,
	    str_copy(c->arena, names.skeletons));
	brand_index_free(index);
	return true;
}

static void
add_lists(struct compile *c)
{
	struct list_conf *const *conf;
	struct buf b;

	for (size_t i = 0; i < c->packs->n; i++) {
		VEC_EACH(conf, &c->packs->at[i]->lists) {
			buf_init_arena(&b, c->arena, SIZE_MAX);
			list_conf_put(&b, *conf);
			add_section(c, SECTION_LISTS, (*conf)->number,
			    buf_str(&b));
		}
	}
	ADD_LIST(c, SECTION_LISTED, &c->listed);
	ADD_LIST(c, SECTION_LIST_PACKS, &c->list_packs);
}

static void
add_held(struct compile *c)
{
	const pack_held_list *held = c->conf->held;
	struct buf b;

	for (size_t i = 0; held != NULL && i < held->n && i < HELD_MOST;
	    i++) {
		buf_init_arena(&b, c->arena, SIZE_MAX);
		pack_held_put(&b, &held->at[i]);
		add_section(c, SECTION_HELD, (uint32_t)i, buf_str(&b));
	}
}

static void
add_sections(struct compile *c)
{
	set_freeze(&c->keys);
	nets_freeze(&c->nets);
	ADD_LIST(c, SECTION_PACKS, &c->rows);
	add_section(c, SECTION_PACK_BYTES, 0,
	    str_copy(c->arena, buf_str(&c->bytes)));
	ADD_LIST(c, SECTION_INDICATORS, &c->indicators);
	add_section(c, SECTION_KEYS, 0, set_bytes(&c->keys));
	add_section(c, SECTION_NETS, 0, nets_bytes(&c->nets));
	add_section(c, SECTION_INDEX, 0, str_copy(c->arena, (struct str){
	    (const char *)c->index, sizeof(c->index) }));
	ADD_LIST(c, SECTION_ALWAYS, &c->always);
	ADD_LIST(c, SECTION_BRANDED, &c->branded);
	ADD_LIST(c, SECTION_BRAND_PACKS, &c->brand_packs);
	add_lists(c);
	add_held(c);
}

bool
ruleset_compile(struct image_writer *w, const pack_list *packs,
    const struct ruleset_conf *conf, struct err *e)
{
	static const struct ruleset_conf usual;
	struct compile c = { .arena = w->arena, .writer = w, .packs = packs,
		.conf = conf == NULL ? &usual : conf, .err = e };
	bool is_right;

	buf_init(&c.bytes, SIZE_MAX);
	set_init(&c.keys, c.arena);
	nets_init(&c.nets, c.arena);
	is_right = compile_channels(&c, compile_packs(&c));
	if (is_right)
		add_sections(&c);
	buf_release(&c.bytes);
	return is_right && compile_brands(&c);
}
