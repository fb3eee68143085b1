/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From rows to an image, and looking into it.  An image has the set or the
 * networks, the line of each row, and, where rows say more, what they say.
 */
#include "rule/list.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/hash.h"
#include "rule/fact.h"
#include "rule/image.h"
#include "rule/set.h"

enum { PART_SET = 1, PART_NETS, PART_LINES, PART_EXTRAS, PART_TEXT };

enum { BAD_TEXT = 80, BAD_SHARE = 100, TEXT_MOST = 64 * 1024 * 1024,
	FIELD_MOST = 400 };

const char *const list_type_names[LIST_TYPES] = {
	[LIST_DOMAIN] = "domain",
	[LIST_HOST] = "host",
	[LIST_URL] = "url",
	[LIST_IP] = "ip",
	[LIST_EMAIL] = "email",
	[LIST_SHA256] = "sha256",
};

/* What a row says beside its value; texts lie in PART_TEXT. */
struct extra {
	int32_t expires;
	uint32_t note, note_n;
	uint32_t ref, ref_n;
};

struct list {
	struct arena *arena;
	uint32_t references;
	enum list_type type;
	struct image *image;
	struct set set;
	struct nets nets;
	const uint32_t *lines;
	uint32_t n;
	const struct extra *extras; /* NULL: no row says more */
	struct str text;
};

/* While rows are read. */
struct filling {
	struct arena *arena;    /* until the list is made */
	struct arena *scratch;  /* until the next row */
	const struct list_conf *conf;
	struct list_report *report;
	struct arena *told;     /* of the report's texts */
	struct set set;
	struct nets nets;
	VEC(uint32_t) lines;
	VEC(struct extra) extras;
	struct buf text;
	bool has_extras;
};

static uint32_t
add_text(struct filling *f, struct str s, uint32_t *n)
{
	uint32_t at = (uint32_t)f->text.n;

	s = str_head(s, FIELD_MOST);
	*n = (uint32_t)s.n;
	buf_add_str(&f->text, s);
	return at;
}

static void
add_extra(struct filling *f, const struct list_line *line)
{
	struct extra *x = VEC_ADD(f->arena, &f->extras);

	x->expires = DAY_NONE;
	if (!day_parse(str_head(line->at[LIST_EXPIRES], 10), &x->expires))
		x->expires = DAY_NONE;
	x->note = add_text(f, line->at[LIST_NOTE], &x->note_n);
	x->ref = add_text(f, line->at[LIST_REF], &x->ref_n);
}

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
add_row(struct filling *f, const struct list_line *line)
{
	uint32_t row = (uint32_t)f->lines.n;
	struct list_key key;

	if (!line->is_whole || !list_key_read(&key, f->scratch,
	    f->conf->type, line->at[LIST_VALUE])) {
		refuse_row(f, line);
		return;
	}
	if (f->conf->type == LIST_IP)
		nets_add(&f->nets, 0, &key.net, row);
	else
		set_add(&f->set, 0, str_copy(f->arena, key.text), row);
	*VEC_ADD(f->arena, &f->lines) = line->line;
	if (f->has_extras)
		add_extra(f, line);
	f->report->rows++;
}

static bool
read_rows(struct filling *f, struct list_reader *reader, struct err *e)
{
	const struct list_conf *conf = f->conf;
	struct list_line line;

	while (list_reader_next(reader, f->scratch, &line)) {
		add_row(f, &line);
		arena_empty(f->scratch);
		if (f->report->rows > (uint64_t)conf->max_rows)
			return err_set(e, "holds more than %lld rows "
			    "(max_rows)", (long long)conf->max_rows);
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

static struct str
bytes_of(const void *at, size_t n)
{
	return (struct str){ at, n };
}

/* The parts in one piece of memory that outlives the filling. */
static bool
make_image(struct list *list, struct filling *f, struct err *e)
{
	static const struct image_name name = { .stamp = STR_INIT("list") };
	struct image_writer w;

	image_writer_init(&w, list->arena);
	if (list->type == LIST_IP) {
		nets_freeze(&f->nets);
		image_writer_add(&w, PART_NETS, 0, nets_bytes(&f->nets));
	} else {
		set_freeze(&f->set);
		image_writer_add(&w, PART_SET, 0, set_bytes(&f->set));
	}
	image_writer_add(&w, PART_LINES, 0, bytes_of(f->lines.at,
	    f->lines.n * sizeof(*f->lines.at)));
	if (f->has_extras) {
		image_writer_add(&w, PART_EXTRAS, 0, bytes_of(f->extras.at,
		    f->extras.n * sizeof(*f->extras.at)));
		image_writer_add(&w, PART_TEXT, 0, buf_str(&f->text));
	}
	return image_read(&list->image, image_write(&w, list->arena, &name),
	    name.stamp, e);
}

static bool
open_image(struct list *list, struct err *e)
{
	const void *lines = NULL, *extras = NULL;
	uint32_t n = 0;

	if (list->type == LIST_IP ? !nets_open(&list->nets, image_section(
	        list->image, PART_NETS, 0), e)
	    : !set_open(&list->set, image_section(list->image, PART_SET, 0),
	        e))
		return false;
	list->n = 0;
	if (image_section(list->image, PART_LINES, 0).n != 0 &&
	    !image_rows(list->image, PART_LINES, sizeof(uint32_t), &lines,
	        &list->n, e))
		return false;
	list->lines = lines;
	if (image_section(list->image, PART_EXTRAS, 0).n == 0)
		return true;
	if (!image_rows(list->image, PART_EXTRAS, sizeof(struct extra),
	        &extras, &n, e))
		return false;
	list->extras = n == list->n ? extras : NULL;
	list->text = image_section(list->image, PART_TEXT, 0);
	return true;
}

static bool
is_pinned(const struct list_conf *conf, struct str text, struct err *e)
{
	char found[SHA256_TEXT];

	if (conf->sha256.n == 0)
		return true;
	hash_sha256(text, found);
	return str_case_is(conf->sha256, found) ||
	    err_set(e, "its SHA-256 is %s, the pack asks for %" STR_FMT,
	        found, STR_ARG(conf->sha256));
}

static void
filling_init(struct filling *f)
{
	f->arena = arena_new();
	f->scratch = arena_new();
	set_init(&f->set, f->arena);
	nets_init(&f->nets, f->arena);
	buf_init(&f->text, TEXT_MOST);
}

static void
filling_release(struct filling *f)
{
	buf_release(&f->text);
	arena_free(f->scratch);
	arena_free(f->arena);
}

bool
list_read(struct list **out, struct arena *a, const struct list_conf *conf,
    struct str text, struct list_report *report, struct err *e)
{
	struct filling f = { .conf = conf, .report = report, .told = a };
	struct list_reader reader;
	struct list *list;
	bool is_made;

	*report = (struct list_report){ 0 };
	if (!is_pinned(conf, text, e) || !list_reader_init(&reader,
	    conf->format, conf->column, conf->skip_header, text, e))
		return false;
	f.has_extras = reader.column[LIST_EXPIRES] >= 0 ||
	    reader.column[LIST_NOTE] >= 0 || reader.column[LIST_REF] >= 0;
	filling_init(&f);
	if (!read_rows(&f, &reader, e)) {
		filling_release(&f);
		return false;
	}
	list = ARENA_ONE(a = arena_new(), struct list);
	list->arena = a;
	list->references = 1;
	list->type = conf->type;
	is_made = make_image(list, &f, e) && open_image(list, e);
	filling_release(&f);
	if (is_made)
		*out = list;
	else
		list_drop(list);
	return is_made;
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
	if (list->image != NULL)
		image_free(list->image);
	arena_free(list->arena);
}

size_t
list_rows(const struct list *list)
{
	return list->n;
}

/* The first of the rows that has not expired. */
static bool
take_row(const struct list *list, struct set_values found, int32_t day,
    struct list_row *row)
{
	for (size_t i = 0; i < found.n; i++) {
		const struct extra *x;
		uint32_t at = found.at[i];

		if (at >= list->n)
			continue;
		row->line = list->lines[at];
		row->expires = DAY_NONE;
		if (list->extras == NULL)
			return true;
		x = &list->extras[at];
		if (x->expires != DAY_NONE && x->expires < day)
			continue;
		row->expires = x->expires;
		row->note = str_sub(list->text, x->note,
		    (size_t)x->note + x->note_n);
		row->ref = str_sub(list->text, x->ref,
		    (size_t)x->ref + x->ref_n);
		return true;
	}
	return false;
}

static bool
find_addr(const struct list *list, const struct fact_value *value,
    int32_t day, struct arena *a, struct list_row *row)
{
	struct addr addr = value->addr;
	net_values found = { 0 };

	row->key = value->text;
	if (addr.family == 0 && !addr_parse(value->text, &addr))
		return false;
	nets_find(&list->nets, 0, &addr, &found, a);
	return take_row(list, (struct set_values){ found.at, found.n }, day,
	    row);
}

bool
list_find(const struct list *list, const struct fact_value *value,
    int32_t day, struct arena *a, struct list_row *row)
{
	list_keys keys = { 0 };

	*row = (struct list_row){ .expires = DAY_NONE };
	if (list->type == LIST_IP)
		return find_addr(list, value, day, a, row);
	list_keys_of(&keys, a, list->type, value->text);
	for (size_t i = 0; i < keys.n; i++) {
		row->key = keys.at[i];
		if (take_row(list, set_find(&list->set, 0, keys.at[i]), day,
		    row))
			return true;
	}
	return false;
}
