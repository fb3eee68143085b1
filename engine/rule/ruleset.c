/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A ruleset opened: the sections of an image looked at, so that no number in
 * them leads outside; packs taken out of it as messages touch them.
 */
#include "rule/ruleset.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/log.h"
#include "rule/brandindex.h"
#include "rule/image.h"
#include "rule/packbytes.h"
#include "rule/packshape.h"
#include "rule/ruleset_parts.h"
#include "rule/same.h"
#include "rule/sieve.h"

/* Counts up with every change of what sections mean. */
enum { RULESET_FORMAT = 3, TAKING_MOST = 3,
	LISTS_MOST = 1 << 16 };

/* Stands for packs whose bytes are not sound. */
static const struct pack no_pack;

static void *
zeroed(size_t n, size_t size)
{
	void *p = calloc(n + 1, size);

	if (p == NULL) {
		fputs("sekisho: out of memory\n", stderr);
		abort();
	}
	return p;
}

static bool
are_below(const uint32_t *at, uint32_t n, uint32_t below)
{
	for (uint32_t i = 0; i < n; i++)
		if (at[i] >= below)
			return false;
	return true;
}

static bool
numbers(const struct ruleset *r, enum ruleset_section section,
    const uint32_t **at, uint32_t *n, uint32_t below, struct err *e)
{
	const void *p;

	if (!image_rows(r->image, section, sizeof(**at), &p, n, e))
		return false;
	*at = p;
	return are_below(*at, *n, below) ||
	    err_set(e, "section %d points outside", section);
}

static bool
open_packs(struct ruleset *r, struct err *e)
{
	const void *p;

	if (!image_rows(r->image, SECTION_PACKS, sizeof(*r->packs), &p,
	        &r->n_packs, e))
		return false;
	r->packs = p;
	r->pack_bytes = image_section(r->image, SECTION_PACK_BYTES, 0);
	if (!numbers(r, SECTION_INDICATORS, &r->pack_of, &r->n_indicators,
	        r->n_packs, e))
		return false;
	for (uint32_t i = 0; i < r->n_packs; i++) {
		const struct pack_row *row = &r->packs[i];

		if (row->at > r->pack_bytes.n ||
		    row->n > r->pack_bytes.n - row->at ||
		    row->first > r->n_indicators ||
		    row->indicators > r->n_indicators - row->first)
			return err_set(e, "pack %u lies outside", i);
	}
	/* An indicator stands in the row of its pack. */
	for (uint32_t i = 0; i < r->n_indicators; i++)
		if (i - r->packs[r->pack_of[i]].first >=
		    r->packs[r->pack_of[i]].indicators)
			return err_set(e, "indicator %u is in no pack", i);
	r->infos = zeroed(r->n_packs, sizeof(*r->infos));
	r->known = zeroed(r->n_packs, sizeof(*r->known));
	r->pack_marks = zeroed(r->n_packs, sizeof(*r->pack_marks));
	r->indicator_marks = zeroed(r->n_indicators,
	    sizeof(*r->indicator_marks));
	return true;
}

static bool
open_keys(struct ruleset *r, struct err *e)
{
	if (!set_open(&r->keys, image_section(r->image, SECTION_KEYS, 0), e) ||
	    !nets_open(&r->nets, image_section(r->image, SECTION_NETS, 0), e))
		return false;
	return (set_values_below(&r->keys, r->n_indicators) &&
	    set_values_below(&r->nets.set, r->n_indicators)) ||
	    err_set(e, "a key of no indicator");
}

/* Of the whole section, before a channel takes its part. */
struct regex_rows {
	const struct regex_row *at;
	uint32_t n;
};

static bool
open_channel(struct ruleset *r, uint32_t number,
    const struct channel_row *row, const struct regex_rows *regexes,
    struct err *e)
{
	struct channel *channel = ARENA_ONE(r->arena, struct channel);

	if (row->fact >= FACTS_OWN || row->form >= FORMS ||
	    row->first > regexes->n ||
	    row->regexes > regexes->n - row->first ||
	    r->index[row->fact].channels[row->form] != NULL)
		return err_set(e, "channel %u points outside", number);
	if (!matcher_open(&channel->matcher, image_section(r->image,
	        SECTION_MATCHERS, number), e))
		return err_wrap(e, "channel %u", number);
	r->index[row->fact].channels[row->form] = channel;
	matcher_share(channel->matcher, r->room);
	channel->regexes = regexes->at + row->first;
	return matcher_ids_below(channel->matcher, row->regexes) ||
	    err_set(e, "channel %u has an unknown regex", number);
}

static bool
open_channels(struct ruleset *r, struct err *e)
{
	const struct channel_row *rows;
	struct regex_rows regexes;
	const void *p, *q;
	uint32_t n, n_led_to;

	if (!image_rows(r->image, SECTION_CHANNELS, sizeof(*rows), &p, &n,
	        e) ||
	    !image_rows(r->image, SECTION_REGEXES, sizeof(*regexes.at), &q,
	        &regexes.n, e) ||
	    !numbers(r, SECTION_LED_TO, &r->led_to, &n_led_to,
	        r->n_indicators, e))
		return false;
	rows = p;
	regexes.at = q;
	for (uint32_t i = 0; i < regexes.n; i++)
		if (regexes.at[i].first > n_led_to ||
		    regexes.at[i].n > n_led_to - regexes.at[i].first)
			return err_set(e, "regex %u points outside", i);
	for (uint32_t i = 0; i < n; i++)
		if (!open_channel(r, i, &rows[i], &regexes, e))
			return false;
	return true;
}

static bool
open_index(struct ruleset *r, struct err *e)
{
	const uint32_t *has;
	uint32_t n;

	if (!numbers(r, SECTION_INDEX, &has, &n, UINT32_MAX, e))
		return false;
	if (n != FACTS_OWN)
		return err_set(e, "an index of %u facts", n);
	for (uint32_t i = 0; i < n; i++)
		r->index[i].has = has[i];
	return numbers(r, SECTION_ALWAYS, &r->always, &r->n_always,
	    r->n_packs, e) && open_channels(r, e);
}

static const struct list_conf *
list_of(void *client, uint32_t number)
{
	const struct ruleset *r = client;

	return number < r->list_confs.n ? r->list_confs.at[number] : NULL;
}

static const struct pack *
take_pack(void *client, uint32_t number)
{
	struct ruleset *r = client;
	struct pack_source from = { take_pack, list_of, r };
	const struct pack_row *row;
	struct pack *pack;
	bool is_sound;

	if (number >= r->n_packs || r->taking >= TAKING_MOST)
		return NULL;
	if (r->known[number] != NULL)
		return r->known[number];
	row = &r->packs[number];
	r->taking++;
	is_sound = pack_take(&pack, r->arena,
	    str_sub(r->pack_bytes, row->at, row->at + row->n), &from);
	r->taking--;
	if (!is_sound)
		return NULL;
	r->known[number] = pack;
	return pack;
}

static bool
take_list(struct ruleset *r, uint32_t number, struct str bytes,
    struct err *e)
{
	struct list_conf *conf;

	if (!list_conf_take(&conf, r->arena, bytes) || conf->number != number)
		return err_set(e, "list %u is not sound", number);
	*VEC_ADD(r->arena, &r->list_confs) = conf;
	return true;
}

static bool
take_lists(struct ruleset *r, struct err *e)
{
	struct str bytes = image_section(r->image, SECTION_LISTS, 0);

	for (uint32_t i = 0; bytes.p != NULL && i < LISTS_MOST; i++) {
		if (!take_list(r, i, bytes, e))
			return false;
		bytes = image_section(r->image, SECTION_LISTS, i + 1);
	}
	return true;
}

/* The packs that a section names, to be read and no more. */
static bool
take_packs(struct ruleset *r, enum ruleset_section section, pack_list *out,
    struct err *e)
{
	const uint32_t *packs;
	uint32_t n;

	if (!numbers(r, section, &packs, &n, r->n_packs, e))
		return false;
	for (uint32_t i = 0; i < n; i++) {
		const struct pack *pack = take_pack(r, packs[i]);

		if (pack == NULL)
			return err_set(e, "pack %u is not sound", packs[i]);
		*VEC_ADD(r->arena, out) = (struct pack *)(uintptr_t)pack;
	}
	return true;
}

static bool
take_list_packs(struct ruleset *r, struct err *e)
{
	struct pack **pack;

	if (!take_packs(r, SECTION_LIST_PACKS, &r->list_packs, e))
		return false;
	VEC_EACH(pack, &r->list_packs)
		for (size_t k = 0; k < (*pack)->lists.n; k++)
			(*pack)->lists.at[k]->pack = *pack;
	return true;
}

/* The lists of packs that were given stand for those in the image. */
static void
use_given_lists(struct ruleset *r)
{
	for (size_t i = 0; i < r->list_packs.n; i++) {
		const struct pack *pack = r->list_packs.at[i];

		for (size_t k = 0; k < pack->lists.n; k++)
			if (pack->lists.at[k]->number < r->list_confs.n)
				r->list_confs.at[pack->lists.at[k]->number] =
				    pack->lists.at[k];
	}
}

static bool
open_lists(struct ruleset *r, struct err *e)
{
	const struct listed_row *rows;
	const void *p;
	uint32_t n;

	if (!take_lists(r, e) || !take_list_packs(r, e) ||
	    !image_rows(r->image, SECTION_LISTED, sizeof(*rows), &p, &n, e))
		return false;
	use_given_lists(r);
	rows = p;
	for (uint32_t i = 0; i < n; i++) {
		if (rows[i].fact >= FACTS_OWN ||
		    rows[i].indicator >= r->n_indicators ||
		    rows[i].list >= r->list_confs.n)
			return err_set(e, "a list that leads nowhere");
		*VEC_ADD(r->arena, &r->index[rows[i].fact].lists) =
		    (struct listed){ rows[i].indicator,
		    r->list_confs.at[rows[i].list] };
	}
	return true;
}

static bool
open_held(struct ruleset *r, struct err *e)
{
	struct str bytes = image_section(r->image, SECTION_HELD, 0);

	for (uint32_t i = 0; bytes.p != NULL && i < HELD_MOST; i++) {
		if (!pack_held_take(VEC_ADD(r->arena, &r->held), r->arena,
		        bytes))
			return err_set(e, "file %u held back is not sound", i);
		bytes = image_section(r->image, SECTION_HELD, i + 1);
	}
	return true;
}

/* Packs with brands are taken at once: every message is held against
 * them. */
static bool
open_brands(struct ruleset *r, struct err *e)
{
	struct brand_names names = {
		.names = image_section(r->image, SECTION_BRAND_NAMES, 0),
		.skeletons = image_section(r->image, SECTION_BRAND_NAMES, 1),
	};
	struct packs_brands at = { .packs = &r->brand_packs };
	const struct brand *b;

	if (!take_packs(r, SECTION_BRAND_PACKS, &r->brand_packs, e))
		return false;
	while ((b = packs_next_brand(&at)) != NULL)
		*VEC_ADD(r->arena, &r->brand_list) = b;
	return brand_index_open(&r->brands, &r->brand_packs, &names, e);
}

static bool
open_branded(struct ruleset *r, struct err *e)
{
	const struct branded_row *rows;
	const void *p;
	uint32_t n;

	if (!image_rows(r->image, SECTION_BRANDED, sizeof(*rows), &p, &n, e))
		return false;
	rows = p;
	for (size_t i = 0; i < r->brand_list.n; i++)
		(void)VEC_ADD(r->arena, &r->branded);
	for (uint32_t i = 0; i < n; i++) {
		if (rows[i].brand >= r->branded.n || rows[i].pack >= r->n_packs)
			return err_set(e, "a brand that is not there");
		*VEC_ADD(r->arena, &r->branded.at[rows[i].brand]) =
		    rows[i].pack;
	}
	return true;
}

static struct ruleset *
ruleset_new(struct image *image, const struct fact_table *table)
{
	struct arena *a = arena_new();
	struct ruleset *r = ARENA_ONE(a, struct ruleset);

	r->arena = a;
	r->image = image;
	r->table = table;
	r->room = regex_room_new();
	r->scratch = arena_new();
	r->index = ARENA_MANY(a, struct fact_index, FACTS_OWN);
	return r;
}

static bool
open_sections(struct ruleset *r, struct err *e)
{
	return open_keys(r, e) && open_index(r, e) && open_lists(r, e) &&
	    open_brands(r, e) && open_branded(r, e) && open_held(r, e);
}

bool
ruleset_open(struct ruleset **out, struct image *image,
    const struct fact_table *table, struct err *e)
{
	struct ruleset *r = ruleset_new(image, table);

	if (!open_packs(r, e) || !open_sections(r, e)) {
		r->image = NULL;
		ruleset_free(r);
		return err_wrap(e, "is damaged");
	}
	*out = r;
	return true;
}

static size_t
warm_channels(struct ruleset *r, int64_t until_us)
{
	size_t made = 0;

	for (uint32_t fact = 0; fact < FACTS_OWN; fact++)
		for (int form = 0; form < FORMS; form++) {
			struct channel *c = r->index[fact].channels[form];

			if (c != NULL)
				made += matcher_warm(c->matcher, until_us);
		}
	return made;
}

/* Packs that are tried on every message have regexes of their own. */
size_t
ruleset_warm(struct ruleset *r, int64_t most_us)
{
	int64_t until_us = clock_us() + most_us;
	size_t had = r->made.n;

	for (uint32_t i = 0; i < r->n_always && clock_us() < until_us; i++)
		ruleset_info(r, r->always[i]);
	return r->made.n - had + warm_channels(r, until_us);
}

bool
ruleset_asks(const struct ruleset *r, uint32_t fact)
{
	const struct fact_index *index = &r->index[fact];

	for (size_t i = 0; i < FORMS; i++) {
		if (index->channels[i] != NULL)
			return true;
	}
	return index->has != 0 || index->lists.n != 0;
}

/* The bytes live in the arena of the ruleset, which is as good as a file. */
bool
ruleset_build(struct ruleset **out, const pack_list *packs,
    const struct fact_table *table, const struct ruleset_conf *conf,
    struct err *e)
{
	static const struct image_name name;
	struct ruleset *r = ruleset_new(NULL, table);
	struct arena *scratch = arena_new();
	struct image_writer w;
	bool is_open;

	image_writer_init(&w, scratch);
	is_open = ruleset_compile(&w, packs, conf, e);
	if (is_open)
		is_open = image_read(&r->image,
		    image_write(&w, r->arena, &name), name.stamp, e) &&
		    open_packs(r, e);
	arena_free(scratch);
	for (uint32_t i = 0; is_open && i < r->n_packs; i++)
		r->known[i] = packs->at[i];
	if (!is_open || !open_sections(r, e)) {
		ruleset_free(r);
		return false;
	}
	*out = r;
	return true;
}

static void
free_channels(struct ruleset *r)
{
	for (uint32_t fact = 0; fact < FACTS_OWN; fact++)
		for (int form = 0; form < FORMS; form++) {
			struct channel *c = r->index[fact].channels[form];

			if (c != NULL)
				matcher_free(c->matcher);
		}
}

void
ruleset_free(struct ruleset *r)
{
	struct regex **regex;

	if (r == NULL)
		return;
	free_channels(r);
	VEC_EACH(regex, &r->made)
		regex_free(*regex);
	regex_room_free(r->room);
	brand_index_free(r->brands);
	free(r->infos);
	free(r->known);
	free(r->pack_marks);
	free(r->indicator_marks);
	image_free(r->image);
	arena_free(r->scratch);
	arena_free(r->arena);
}

bool
ruleset_is_brands(const struct ruleset *r, struct str host)
{
	return brand_index_owns(r->brands, host);
}

static const struct brand *
find_brand(const struct ruleset *r, struct str id)
{
	return id.n == 0 ? NULL : packs_brand(&r->brand_packs, id);
}

const struct pack_info *
ruleset_info(struct ruleset *r, uint32_t pack)
{
	struct pack_info *info = &r->infos[pack];
	const struct pack *p;
	struct err e = { "its bytes are not sound" };

	if (info->pack != NULL)
		return info->n_indicators == r->packs[pack].indicators
		    ? info : NULL;
	p = take_pack(r, pack);
	if (p == NULL || p->when == NULL ||
	    p->names.n < p->groups.n ||
	    !pack_info_make(info, r->arena, p, &r->made, &e)) {
		log_error("pack %u of the image is left out: %s", pack,
		    e.text);
		*info = (struct pack_info){ .pack = &no_pack,
			.n_indicators = SIZE_MAX };
		return NULL;
	}
	info->brand = find_brand(r, p->brand);
	return info->n_indicators == r->packs[pack].indicators ? info : NULL;
}

const struct indicator *
ruleset_indicator(struct ruleset *r, uint32_t indicator)
{
	uint32_t pack = r->pack_of[indicator];
	const struct pack_info *info = ruleset_info(r, pack);

	return info == NULL ? NULL
	    : &info->indicators[indicator - r->packs[pack].first];
}

/* One number for the tables that numbers in an image are of. */
static uint64_t
hash_tables(struct arena *a)
{
	uint64_t hash = RULESET_FORMAT;
	struct fact_table table;

	fact_table_init(&table, a);
	for (size_t i = 0; i < table.defs.n; i++)
		hash = hash_bytes(str_of(table.defs.at[i]->name), hash);
	for (size_t i = 0; i < n_fields; i++)
		hash = hash_bytes(str_of(fields[i].name), hash);
	for (size_t i = 0; i < n_same_pairs; i++)
		hash = hash_bytes(str_of(same_pairs[i].name), hash);
	for (size_t i = 0; i < n_pack_shapes; i++)
		for (size_t k = 0; k < pack_shapes[i]->n; k++) {
			const struct shape_member *m =
			    &pack_shapes[i]->members[k];
			uint64_t all[] = { m->offset, m->size, m->kind };

			hash = hash_bytes((struct str){ (const char *)all,
			    sizeof(all) }, hash);
		}
	return hash;
}

struct str
ruleset_stamp(struct arena *a)
{
	return str_printf(a, "sekisho %s %08x; %" STR_FMT, SEKISHO_VERSION,
	    (unsigned)hash_tables(a), STR_ARG(sieve_stamp(a)));
}

uint64_t
ruleset_limited(const struct ruleset *r)
{
	return regex_room_limited(r->room);
}

void
ruleset_use_lists(struct ruleset *r, const struct lists *lists)
{
	r->lists = lists;
}

const pack_list *
ruleset_list_packs(const struct ruleset *r)
{
	return &r->list_packs;
}

const pack_held_list *
ruleset_held(const struct ruleset *r)
{
	return &r->held;
}

size_t
ruleset_indicators(const struct ruleset *r)
{
	return r->n_indicators;
}

size_t
ruleset_packs(const struct ruleset *r)
{
	return r->n_packs;
}

size_t
ruleset_size(const struct ruleset *r)
{
	return image_size(r->image);
}
