/* SPDX-License-Identifier: Apache-2.0 */
/* From rows to a table, to an image and back, and looking into it. */
#include "rule/list.h"

#include <assert.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/vec.h"
#include "rule/fact.h"
#include "rule/image.h"
#include "rule/set.h"
#include "rule/sieve.h"

/* FORMAT counts up when rows are read or kept in another way. */
enum { FORMAT = 3, PART_HEAD = 1, PART_SLOTS, PART_ROWS,
	PART_PHRASES };

/* Shorter texts are read whole at once; what grows longer than such a share
 * of the version before is made one table again. */
enum { LONG_TEXT = 256 * 1024, GROWN_SHARE = 8 };

enum { BAD_TEXT = 80, BAD_SHARE = 100, BITS4 = 32, BITS6 = 128 };

static const struct str stamp = STR_INIT("sekisho " SEKISHO_VERSION " list");

const char *const list_type_names[LIST_TYPES] = {
	[LIST_DOMAIN] = "domain",
	[LIST_HOST] = "host",
	[LIST_URL] = "url",
	[LIST_IP] = "ip",
	[LIST_EMAIL] = "email",
	[LIST_SHA256] = "sha256",
	[LIST_PHRASE] = "phrase",
};

/* In front of an image. */
struct list_head {
	uint64_t rows;
	uint64_t bad;
	uint64_t type;
	uint64_t lengths4;    /* of networks; bit n: some prefix has n bits */
	uint64_t lengths6[3];
	uint64_t text;        /* bytes read; 0: no row can follow on them */
	uint64_t line;        /* the last of them */
};

struct list {
	struct arena *arena;
	atomic_uint references; /* reading goes on in a thread of its own */
	char sum[LIST_SUM];
	struct list_head head;
	struct list_table table;
	struct matcher *phrases;  /* NULL: of another type */
	struct list_maker maker;  /* where the table lies, or */
	struct image *image;
	struct list *base;        /* held: the rows in front, or NULL; it has
	                           * none itself */
};

/* While rows are read. */
struct filling {
	struct arena *scratch;  /* until the next row */
	const struct list_conf *conf;
	struct list_report *report;
	struct arena *told;     /* of the report's texts */
	struct list_head *head;
	struct list_maker *maker;
	struct matcher *phrases;
	bool is_open;           /* the last row was cut short */
};

static void
refuse_row(struct filling *f, const struct list_line *line)
{
	struct list_bad *bad;

	f->report->bad++;
	if (f->report->first_bad.n == LIST_BAD_TOLD)
		return;
	bad = VEC_ADD(f->told, &f->report->first_bad);
	bad->line = line->line;
	bad->text = str_copy(f->told, str_head(line->at[LIST_VALUE],
	    BAD_TEXT));
}

static void
note_length(struct list_head *head, const struct addr_net *net)
{
	if (net->addr.family == 4)
		head->lengths4 |= UINT64_C(1) << net->bits;
	else
		head->lengths6[net->bits / 64] |=
		    UINT64_C(1) << net->bits % 64;
}

/* A range is kept as the networks that make it. */
static bool
add_nets(struct filling *f, struct addr_range range, struct list_row *row)
{
	unsigned char bytes[NET_KEY];
	struct addr_net net;

	while (addr_range_next(&range, &net)) {
		row->key = net_key(bytes, &net.addr, net.bits);
		note_length(f->head, &net);
		if (!list_maker_add(f->maker, row))
			return false;
	}
	return true;
}

static bool
add_value(struct filling *f, const struct list_key *key,
    const struct list_line *line)
{
	struct list_row row = { .key = key->text, .line = line->line,
		.note = line->at[LIST_NOTE], .ref = line->at[LIST_REF] };

	if (!day_parse(str_head(line->at[LIST_EXPIRES], 10), &row.expires))
		row.expires = DAY_NONE;
	if (f->conf->type == LIST_IP)
		return add_nets(f, key->range, &row);
	if (f->phrases != NULL)
		matcher_add(f->phrases, list_maker_next(f->maker), key->regex,
		    key->is_caseless, f->conf->id);
	return list_maker_add(f->maker, &row);
}

static void
add_row(struct filling *f, const struct list_line *line)
{
	struct list_key key;

	f->is_open = !line->is_whole;
	if (line->is_whole && list_key_read(&key, f->scratch, f->conf->type,
	    line->at[LIST_VALUE]) && add_value(f, &key, line))
		f->report->rows++;
	else
		refuse_row(f, line);
}

static bool
read_rows(struct filling *f, struct list_reader *reader, struct err *e)
{
	const struct list_conf *conf = f->conf;
	struct list_line line;

	while (list_reader_next(reader, f->scratch, &line)) {
		add_row(f, &line);
		arena_empty(f->scratch);
		if (f->maker->n > (uint64_t)conf->max_rows &&
		    f->report->rows <= (uint64_t)conf->max_rows)
			return err_set(e, "is split into more than %lld "
			    "networks (max_rows)", (long long)conf->max_rows);
		if (f->report->rows > (uint64_t)conf->max_rows)
			return err_set(e, "holds more than %lld rows "
			    "(max_rows)", (long long)conf->max_rows);
		if (f->phrases != NULL && f->report->rows > LIST_PHRASES_MOST)
			return err_set(e, "holds more than %d phrases",
			    LIST_PHRASES_MOST);
	}
	if (f->report->bad * BAD_SHARE > f->report->bad + f->report->rows)
		return err_set(e, "%llu of %llu rows are no %s (the first in "
		    "line %u: \"%" STR_FMT "\"); was its format changed?",
		    (unsigned long long)f->report->bad,
		    (unsigned long long)(f->report->bad + f->report->rows),
		    list_type_names[conf->type],
		    f->report->first_bad.at[0].line,
		    STR_ARG(f->report->first_bad.at[0].text));
	return true;
}

bool
list_is_pinned(const struct list_conf *conf, struct str text, struct err *e)
{
	char found[SHA256_TEXT];

	if (conf->sha256.n == 0)
		return true;
	hash_sha256(text, found);
	return str_case_is(conf->sha256, found) ||
	    err_set(e, "its SHA-256 is %s, the pack asks for %" STR_FMT,
	        found, STR_ARG(conf->sha256));
}

/* Whoever can make two texts with the same sum may as well write either into
 * the feed: it need not be hard to do. */
void
list_sum(char sum[static LIST_SUM], const struct list_conf *conf,
    struct str text)
{
	const uint64_t how[] = { FORMAT, conf->type, conf->format,
		conf->skip_header };
	const struct str bytes = { (const char *)how, sizeof(how) };
	struct arena *a = arena_new();
	uint64_t seed = hash_bytes(conf->column, 0);

	/* Phrases are compiled for this kind of processor. */
	if (conf->type == LIST_PHRASE)
		seed = hash_bytes(sieve_stamp(a), seed);
	arena_free(a);
	snprintf(sum, LIST_SUM, "%016" PRIx64 "%016" PRIx64 "%016" PRIx64,
	    hash_bytes(text, 1), hash_bytes(text, 2),
	    hash_bytes(bytes, seed));
}

bool
list_has_sum(const struct list *list, const char *sum)
{
	return list != NULL && strcmp(list->sum, sum) == 0;
}

static struct list *
list_new(void)
{
	struct arena *a = arena_new();
	struct list *list = ARENA_ONE(a, struct list);

	list->arena = a;
	list->references = 1;
	list_maker_init(&list->maker);
	return list;
}

/* From what was read to what serves. */
static bool
freeze(struct list *list, const struct filling *f, struct err *e)
{
	const struct matcher_conf folded = { .is_folded = true };

	list->head.rows = f->report->rows;
	list->head.bad = f->report->bad;
	list->head.type = f->conf->type;
	list_maker_freeze(&list->maker);
	return list_table_open(&list->table, list_maker_slots(&list->maker),
	    list_maker_rows(&list->maker), e) && (list->phrases == NULL ||
	    matcher_compile(list->phrases, &folded, e));
}

static struct list *
base_of(struct list *before)
{
	return before == NULL || before->base == NULL ? before : before->base;
}

/* Phrases are compiled together. */
bool
list_goes_on(const struct list_source *from)
{
	const struct list *base = base_of(from->before);
	size_t n = base == NULL ? 0 : (size_t)base->head.text;
	char sum[LIST_SUM];

	if (n < LONG_TEXT || n >= from->text.n ||
	    from->text.n - n > n / GROWN_SHARE || base->head.rows == 0 ||
	    from->conf->type == LIST_PHRASE)
		return false;
	list_sum(sum, from->conf, str_head(from->text, n));
	return list_has_sum(base, sum);
}

/* The rows of a list from there on where another ended. */
static void
go_on(struct filling *f, struct list_reader *reader, struct list *list,
    struct str text)
{
	const struct list_head *head = &list->base->head;

	list->head = *head;
	f->report->rows = head->rows;
	f->report->bad = head->bad;
	reader->rest = str_from(text, (size_t)head->text);
	reader->line = (uint32_t)head->line;
}

/* Behind a line that is whole another row may follow; the reader has seen
 * that line begin. */
static void
note_end(struct filling *f, const struct list_reader *reader, struct str text)
{
	f->head->text = !f->is_open && str_ends(text, STR("\n")) ? text.n
	    : 0;
	f->head->line = reader->line - 1;
}

bool
list_read(struct list **out, struct arena *a, const struct list_source *from,
    struct list_report *report, struct err *e)
{
	const struct list_conf *conf = from->conf;
	struct filling f = { .conf = conf, .report = report, .told = a };
	struct list_reader reader;
	struct list *list;
	bool is_read;

	*report = (struct list_report){ 0 };
	if (!list_is_pinned(conf, from->text, e) ||
	    !list_reader_init(&reader, &(struct list_layout){ conf->format,
	    conf->column, conf->skip_header }, from->text, e))
		return false;
	list = list_new();
	list_sum(list->sum, conf, from->text);
	f.scratch = arena_new();
	f.head = &list->head;
	f.maker = &list->maker;
	if (conf->type == LIST_PHRASE)
		f.phrases = list->phrases = matcher_new();
	if (list_goes_on(from)) {
		list->base = list_hold(base_of(from->before));
		go_on(&f, &reader, list, from->text);
	}
	is_read = read_rows(&f, &reader, e) && freeze(list, &f, e);
	note_end(&f, &reader, from->text);
	arena_free(f.scratch);
	if (is_read)
		*out = list;
	else
		list_drop(list);
	return is_read;
}

bool
list_save(const struct list *list, const char *path, struct err *e)
{
	const struct image_name name = { stamp, str_of(list->sum) };
	struct arena *scratch = arena_new();
	struct image_writer w;
	bool is_saved;

	assert(list->image == NULL && list->base == NULL);
	image_writer_init(&w, scratch);
	image_writer_add(&w, PART_HEAD, 0, (struct str){
	    (const char *)&list->head, sizeof(list->head) });
	image_writer_add(&w, PART_SLOTS, 0, list_maker_slots(&list->maker));
	image_writer_add(&w, PART_ROWS, 0, list_maker_rows(&list->maker));
	if (list->phrases != NULL)
		image_writer_add(&w, PART_PHRASES, 0,
		    matcher_bytes(list->phrases));
	is_saved = image_save(&w, &name, path, e);
	arena_free(scratch);
	return is_saved;
}

static bool
take_image(struct list *list, const char *sum, struct err *e)
{
	const void *head;
	uint32_t n;

	if (!str_is(image_key(list->image), sum))
		return err_set(e, "is of another version");
	if (!image_rows(list->image, PART_HEAD, sizeof(list->head), &head, &n,
	    e))
		return false;
	if (n == 1)
		memcpy(&list->head, head, sizeof(list->head));
	if (n != 1 || list->head.type >= LIST_TYPES)
		return err_set(e, "has no head of a list");
	memcpy(list->sum, sum, LIST_SUM);
	return list_table_open(&list->table,
	    image_section(list->image, PART_SLOTS, 0),
	    image_section(list->image, PART_ROWS, 0), e) &&
	    (list->head.type != LIST_PHRASE || matcher_open(&list->phrases,
	    image_section(list->image, PART_PHRASES, 0), e));
}

bool
list_open(struct list **out, const char *path, const char *sum, struct err *e)
{
	struct list *list = list_new();

	if (image_open(&list->image, path, stamp, e) &&
	    (take_image(list, sum, e) || err_wrap(e, "%s", path))) {
		*out = list;
		return true;
	}
	list_drop(list);
	return false;
}

struct list *
list_hold(struct list *list)
{
	if (list != NULL)
		list->references++;
	return list;
}

void
list_drop(struct list *list)
{
	if (list == NULL || --list->references != 0)
		return;
	list_drop(list->base);
	matcher_free(list->phrases);
	list_maker_release(&list->maker);
	image_free(list->image);
	arena_free(list->arena);
}

uint64_t
list_rows(const struct list *list)
{
	return list->head.rows;
}

uint64_t
list_bad_rows(const struct list *list)
{
	return list->head.bad;
}

static bool
is_live(const struct list_row *row, int32_t day)
{
	return row->expires == DAY_NONE || row->expires >= day;
}

void
list_scan(const struct list *list, struct str folded, match_list *out,
    struct arena *a)
{
	if (list->phrases != NULL)
		matcher_scan(list->phrases, folded, out, a);
}

bool
list_row(const struct list *list, uint32_t id, int32_t day,
    struct list_row *row)
{
	return list_table_row(&list->table, id, row) && is_live(row, day);
}

/* As in one table: of two with the same key the one that lasts longest, the
 * first of equals. */
static bool
find_row(const struct list *list, struct str key, struct list_row *row)
{
	bool is_found = list_table_find(&list->table, key, row);
	struct list_row first;

	if (list->base == NULL ||
	    !list_table_find(&list->base->table, key, &first))
		return is_found;
	if (!is_found || !list_row_outlasts(row, &first))
		*row = first;
	return true;
}

static bool
find_key(const struct list *list, struct str key, int32_t day,
    struct list_row *row)
{
	return find_row(list, key, row) && is_live(row, day);
}

static bool
has_length(const struct list_head *head, const struct addr *addr, unsigned bits)
{
	if (addr->family == 4)
		return (head->lengths4 >> bits & 1) != 0;
	return (head->lengths6[bits / 64] >> bits % 64 & 1) != 0;
}

/* The smallest network that the address lies in. */
static bool
find_addr(const struct list *list, const struct fact_value *value,
    int32_t day, struct list_row *row)
{
	struct addr addr = *fact_addr(value);
	unsigned char key[NET_KEY];

	if (addr.family == 0 && !addr_parse(value->text, &addr))
		return false;
	for (int bits = addr.family == 4 ? BITS4 : BITS6; bits >= 0; bits--) {
		if (has_length(&list->head, &addr, (unsigned)bits) &&
		    find_key(list, net_key(key, &addr, (unsigned)bits), day,
		    row)) {
			row->key = value->text;
			return true;
		}
	}
	return false;
}

bool
list_find(const struct list *list, const struct fact_value *value,
    int32_t day, struct arena *a, struct list_row *row)
{
	list_keys keys = { 0 };

	*row = (struct list_row){ .expires = DAY_NONE };
	if (list->head.type == LIST_IP)
		return find_addr(list, value, day, row);
	list_keys_of(&keys, a, (enum list_type)list->head.type, value->text);
	for (size_t i = 0; i < keys.n; i++)
		if (find_key(list, keys.at[i], day, row))
			return true;
	return false;
}
