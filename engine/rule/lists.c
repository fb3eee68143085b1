/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of lists: reading files, holding them against what was there. */
#include "rule/lists.h"

#include <inttypes.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/log.h"
#include "base/turn.h"
#include "base/vec.h"
#include "rule/fact.h"

enum {
	FILE_MOST = 1 << 30,
	SHRINK_LEAST = 20,  /* rows; shorter lists may lose any of theirs */
	SHRINK_SHARE = 2,   /* fewer than one in so many rows left: an alarm */
	DEAD_AGES = 3,
	TURN_MS = 3000      /* for another process to read the same rows */
};

/* A file that was read, or why it was not. */
struct fresh {
	struct list *list;
	struct list_sign sign;
	bool is_read;        /* it had changed */
	struct err err;      /* when there is no list */
};

struct lists_change {
	struct arena *arena;
	const struct lists *now;
	struct list_sign *seen;  /* in the look before */
	bool *has_changed;
	struct fresh *fresh;
};

static struct list_sign
sign_of(const char *path)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return (struct list_sign){ 0 };
	return (struct list_sign){
		.inode = (uint64_t)st.st_ino,
		.size = (uint64_t)st.st_size,
		.mtime_ns = (int64_t)st.st_mtim.tv_sec * 1000000000 +
		    st.st_mtim.tv_nsec,
		.is_there = true,
	};
}

static bool
is_same_sign(const struct list_sign *a, const struct list_sign *b)
{
	return a->is_there == b->is_there && a->inode == b->inode &&
	    a->size == b->size && a->mtime_ns == b->mtime_ns;
}

static const char *
path_of(struct arena *a, const struct list_conf *conf)
{
	return str_cstr(a, conf->path);
}

/* A list that serves: half of its rows do not go at once. */
static bool
has_shrunk(const struct list_state *before, uint64_t rows)
{
	uint64_t had = before->list == NULL ? 0 : before->health.rows;

	return had >= SHRINK_LEAST && rows < had / SHRINK_SHARE;
}

static void
refuse_shrunk(struct fresh *f, const struct list_state *before)
{
	err_set(&f->err, "has only %" PRIu64 " rows left of %" PRIu64 "; if "
	    "that is right, reload the daemon", list_rows(f->list),
	    before->health.rows);
	list_drop(f->list);
	f->list = NULL;
}

static void
tell_bad_rows(const struct list_conf *conf, const struct list_report *report)
{
	for (size_t i = 0; i < report->first_bad.n; i++)
		log_warn("list %" STR_FMT ": %" STR_FMT ":%u: \"%" STR_FMT
		    "\" is no %s", STR_ARG(conf->id), STR_ARG(conf->path),
		    report->first_bad.at[i].line,
		    STR_ARG(report->first_bad.at[i].text),
		    list_type_names[conf->type]);
}

/* "feeds/openphish" is feeds.openphish.image. */
static const char *
image_path(struct arena *a, const struct list_conf *conf, struct str images)
{
	struct str pack, name;

	str_cut(conf->id, '/', &pack, &name);
	return str_cstr(a, str_cat(a, images, STR("/"), pack, STR("."), name,
	    STR(".image")));
}

/* That there is none is nothing to tell. */
static bool
open_image(struct list **out, const struct list_conf *conf, const char *path,
    const char *sum)
{
	struct stat st;
	struct err e;

	if (stat(path, &st) != 0)
		return false;
	if (list_open(out, path, sum, &e)) {
		if (list_rows(*out) <= (uint64_t)conf->max_rows)
			return true;
		list_drop(*out);
		err_set(&e, "%s: holds more than max_rows", path);
	}
	log_info("list %" STR_FMT ": %s; it is read again", STR_ARG(conf->id),
	    e.text);
	return false;
}

/* What was read serves from its image, which other processes may share;
 * where that cannot be kept it serves as it is. */
static void
keep_image(struct list **list, const struct list_conf *conf, const char *path,
    const char *sum)
{
	struct list *kept;
	struct err e;

	if (!list_save(*list, path, &e) ||
	    !list_open(&kept, path, sum, &e)) {
		log_warn("list %" STR_FMT ": %s; its image is not kept",
		    STR_ARG(conf->id), e.text);
		return;
	}
	list_drop(*list);
	*list = kept;
}

/* A file and what it is read for. */
struct reading {
	struct arena *arena;
	struct list_source from;
	struct str images;
	char sum[LIST_SUM];
};

static bool
read_rows(struct list **out, const struct reading *r, struct err *e)
{
	struct list_report report;

	if (!list_read(out, r->arena, &r->from, &report, e))
		return false;
	tell_bad_rows(r->from.conf, &report);
	return true;
}

/* From an image, or else its rows. */
static bool
read_kept(struct list **out, const struct reading *r, struct err *e)
{
	const struct list_conf *conf = r->from.conf;
	const char *own = image_path(r->arena, conf, r->images);
	const char *beside = str_cstr(r->arena, str_cat(r->arena, conf->path,
	    STR(".image")));

	if ((r->images.n != 0 && open_image(out, conf, own, r->sum)) ||
	    open_image(out, conf, beside, r->sum))
		return true;
	if (!read_rows(out, r, e))
		return false;
	if (r->images.n != 0)
		keep_image(out, conf, own, r->sum);
	return true;
}

/* The version of a text: the one that serves, that one and some rows, or a
 * new one.  Of all workers one makes the image. */
static bool
read_version(struct list **out, struct reading *r, struct err *e)
{
	bool is_read;
	int turn;

	if (!list_is_pinned(r->from.conf, r->from.text, e))
		return false;
	list_sum(r->sum, r->from.conf, r->from.text);
	if (list_has_sum(r->from.before, r->sum)) {
		*out = list_hold(r->from.before);
		return true;
	}
	if (list_goes_on(&r->from))
		return read_rows(out, r, e);
	turn = r->images.n == 0 ? -1 : turn_take(str_cstr(r->arena,
	    r->images), TURN_MS);
	is_read = read_kept(out, r, e);
	turn_end(turn);
	return is_read;
}

static void
read_file(struct fresh *f, const struct list_state *before, struct str images,
    bool may_shrink)
{
	const struct list_conf *conf = before->conf;
	struct arena *a = arena_new();
	struct reading r = { .arena = a, .images = images,
		.from = { .conf = conf, .before = before->list } };

	f->is_read = true;
	f->sign = sign_of(path_of(a, conf));
	if (file_read_regular(&r.from.text, a, path_of(a, conf), FILE_MOST,
	        &f->err) &&
	    (read_version(&f->list, &r, &f->err) ||
	    err_wrap(&f->err, "%" STR_FMT, STR_ARG(conf->path))) &&
	    !may_shrink && has_shrunk(before, list_rows(f->list)))
		refuse_shrunk(f, before);
	arena_free(a);
}

/* A state takes what was read; the reason for an alarm stays until a file is
 * taken again. */
static void
take(struct list_state *s, struct arena *a, struct fresh *f)
{
	struct list_health *h = &s->health;

	s->sign = f->sign;
	if (f->list == NULL) {
		h->failures++;
		h->alarm = str_copy(a, str_of(f->err.text));
		log_error("list %" STR_FMT ": %s; %s", STR_ARG(s->conf->id),
		    f->err.text, s->list == NULL ? "nothing serves in its place"
		    : "the last good version serves");
		return;
	}
	list_drop(s->list);
	s->list = f->list;
	f->list = NULL;
	h->rows = list_rows(s->list);
	h->bad = list_bad_rows(s->list);
	h->loads++;
	h->loaded_at = clock_wall();
	h->mtime = f->sign.mtime_ns / 1000000000;
	h->alarm = STR("");
	log_info("list %" STR_FMT ": %" PRIu64 " rows, %" PRIu64 " bad ones",
	    STR_ARG(s->conf->id), h->rows, h->bad);
	if (lists_age(s, clock_wall()) != LIST_FRESH)
		log_warn("list %" STR_FMT ": older than its max_age: its hits "
		    "count for nothing", STR_ARG(s->conf->id));
}

static size_t
count_lists(const pack_list *packs)
{
	size_t n = 0;

	for (size_t i = 0; i < packs->n; i++)
		n += packs->at[i]->lists.n;
	return n;
}

static struct lists *
table_new(size_t n, struct str images)
{
	struct arena *a = arena_new();
	struct lists *lists = ARENA_ONE(a, struct lists);

	lists->arena = a;
	lists->images = str_copy(a, images);
	lists->n = n;
	lists->at = ARENA_MANY(a, struct list_state, n + 1);
	return lists;
}

struct lists *
lists_open_kept(const pack_list *packs, struct str images)
{
	struct lists *lists = table_new(count_lists(packs), images);
	struct list_conf *const *conf;

	for (size_t i = 0; i < packs->n; i++) {
		VEC_EACH(conf, &packs->at[i]->lists) {
			struct list_state *s = &lists->at[(*conf)->number];
			struct fresh f = { 0 };

			s->conf = *conf;
			read_file(&f, s, images, true);
			take(s, lists->arena, &f);
		}
	}
	return lists;
}

struct lists *
lists_open(const pack_list *packs)
{
	return lists_open_kept(packs, STR(""));
}

void
lists_free(struct lists *lists)
{
	if (lists == NULL)
		return;
	for (size_t i = 0; i < lists->n; i++)
		list_drop(lists->at[i].list);
	arena_free(lists->arena);
}

const struct list_state *
lists_at(const struct lists *lists, const struct list_conf *conf)
{
	const struct list_state *s;

	if (lists == NULL || conf == NULL || conf->number >= lists->n)
		return NULL;
	s = &lists->at[conf->number];
	return s->conf == conf && s->list != NULL ? s : NULL;
}

/* What of a message a list of each type may hold. */
enum { TYPE_FACTS = 9, NO_FACT = FACTS_OWN };

static const uint32_t type_facts[LIST_TYPES][TYPE_FACTS] = {
	[LIST_DOMAIN] = { FACT_URL_HOST, FACT_FROM_DOMAIN,
	    FACT_MAIL_FROM_DOMAIN, FACT_REPLY_TO_DOMAIN, FACT_HELO,
	    FACT_RDNS, FACT_FROM, FACT_MAIL_FROM, FACT_REPLY_TO },
	[LIST_HOST] = { FACT_URL_HOST, FACT_FROM_DOMAIN,
	    FACT_MAIL_FROM_DOMAIN, FACT_REPLY_TO_DOMAIN, FACT_HELO,
	    FACT_RDNS, NO_FACT },
	[LIST_URL] = { FACT_URL, NO_FACT },
	[LIST_IP] = { FACT_IP, FACT_URL_IP, NO_FACT },
	[LIST_EMAIL] = { FACT_FROM, FACT_MAIL_FROM, FACT_REPLY_TO, NO_FACT },
	[LIST_SHA256] = { FACT_FILE_SHA256, NO_FACT },
	[LIST_PHRASE] = { NO_FACT },
};

static bool
holds_any(const struct list_state *s, const struct facts *facts, int32_t day,
    struct arena *a)
{
	const uint32_t *ids = type_facts[s->conf->type];
	struct list_row row;

	for (size_t i = 0; i < TYPE_FACTS && ids[i] != NO_FACT; i++) {
		const struct fact *f = facts_get(facts, ids[i]);

		for (size_t k = 0; k < f->n; k++)
			if (list_find(s->list, &f->at[k], day, a, &row))
				return true;
	}
	return false;
}

bool
lists_hold(const struct lists *lists, const struct pack *pack,
    const struct facts *facts, int32_t day, struct arena *a)
{
	struct list_conf *const *conf;
	const struct list_state *s;

	VEC_EACH(conf, &pack->lists) {
		s = lists_at(lists, *conf);
		if (s != NULL && holds_any(s, facts, day, a))
			return true;
	}
	return false;
}

static bool
is_about(enum list_type type, uint32_t fact)
{
	const uint32_t *ids = type_facts[type];

	for (size_t i = 0; i < TYPE_FACTS && ids[i] != NO_FACT; i++)
		if (ids[i] == fact)
			return true;
	return false;
}

bool
lists_never(const struct lists *lists, uint32_t fact,
    const struct fact_value *value, int32_t day, struct arena *a)
{
	struct list_row row;

	for (size_t i = 0; lists != NULL && i < lists->n; i++) {
		const struct list_state *s = &lists->at[i];

		if (s->list != NULL &&
		    str_starts(s->conf->id, STR("site/never")) &&
		    is_about(s->conf->type, fact) &&
		    list_find(s->list, value, day, a, &row))
			return true;
	}
	return false;
}

enum list_age
lists_age(const struct list_state *s, int64_t now)
{
	int64_t age = now - s->health.mtime, most = s->conf->max_age;

	if (most == 0 || age <= most)
		return LIST_FRESH;
	return age <= most * DEAD_AGES ? LIST_STALE : LIST_DEAD;
}

const struct list_hit *
lists_hit(const struct list_state *s, struct arena *a,
    const struct list_row *row, int64_t now)
{
	struct list_hit *hit = ARENA_ONE(a, struct list_hit);

	*hit = (struct list_hit){ .list = s->conf,
		.line = row->line,
		.key = str_copy(a, row->key),
		.day = day_of(s->health.mtime),
		.note = str_copy(a, row->note),
		.ref = str_copy(a, row->ref),
		.is_stale = lists_age(s, now) == LIST_STALE };
	return hit;
}

struct lists_change *
lists_change_new(const struct lists *now)
{
	struct arena *a = arena_new();
	struct lists_change *c = ARENA_ONE(a, struct lists_change);

	c->arena = a;
	c->now = now;
	c->seen = ARENA_MANY(a, struct list_sign, now->n + 1);
	c->has_changed = ARENA_MANY(a, bool, now->n + 1);
	c->fresh = ARENA_MANY(a, struct fresh, now->n + 1);
	for (size_t i = 0; i < now->n; i++)
		c->seen[i] = now->at[i].sign;
	return c;
}

void
lists_change_free(struct lists_change *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < c->now->n; i++)
		list_drop(c->fresh[i].list);
	arena_free(c->arena);
}

/* A file that is being written changes from look to look; one that is gone
 * for a moment while it is replaced is waited for as well. */
bool
lists_look(struct lists_change *c)
{
	bool any = false;

	for (size_t i = 0; i < c->now->n; i++) {
		const struct list_state *s = &c->now->at[i];
		struct list_sign sign;
		char path[4096];

		if (s->conf == NULL || s->conf->path.n >= sizeof(path))
			continue;
		memcpy(path, s->conf->path.p, s->conf->path.n);
		path[s->conf->path.n] = '\0';
		sign = sign_of(path);
		c->has_changed[i] = !is_same_sign(&sign, &s->sign) &&
		    is_same_sign(&sign, &c->seen[i]);
		any |= c->has_changed[i];
		c->seen[i] = sign;
	}
	return any;
}

bool
lists_settled(struct lists_change *c, struct str path)
{
	bool any = false;

	for (size_t i = 0; i < c->now->n; i++) {
		const struct list_conf *conf = c->now->at[i].conf;

		if (conf == NULL || !str_eq(conf->path, path))
			continue;
		c->seen[i] = sign_of(path_of(c->arena, conf));
		any = true;
	}
	return any;
}

void
lists_read(struct lists_change *c)
{
	for (size_t i = 0; i < c->now->n; i++)
		if (c->has_changed[i])
			read_file(&c->fresh[i], &c->now->at[i],
			    c->now->images, false);
}

/* What was refused is noted too, so that it is not read again and again. */
struct lists *
lists_renew(struct lists_change *c)
{
	struct lists *lists;
	bool any = false;

	for (size_t i = 0; i < c->now->n; i++)
		any |= c->fresh[i].is_read;
	if (!any)
		return NULL;
	lists = table_new(c->now->n, c->now->images);
	for (size_t i = 0; i < c->now->n; i++) {
		struct list_state *s = &lists->at[i];

		*s = c->now->at[i];
		list_hold(s->list);
		s->health.alarm = str_copy(lists->arena, s->health.alarm);
		if (c->fresh[i].is_read)
			take(s, lists->arena, &c->fresh[i]);
	}
	return lists;
}

static const struct list_state *
find_before(const struct lists *before, const struct list_conf *conf)
{
	for (size_t i = 0; i < before->n; i++) {
		const struct list_state *s = &before->at[i];

		if (s->conf != NULL && str_eq(s->conf->id, conf->id) &&
		    s->conf->type == conf->type)
			return s;
	}
	return NULL;
}

/* A reload may be about something else: the guard must not go in silence. */
static void
tell_shrunk(const struct list_state *s, const struct list_state *old)
{
	if (old != NULL && has_shrunk(old, s->health.rows))
		log_warn("list %" STR_FMT ": taken by the reload with %" PRIu64
		    " rows left of %" PRIu64, STR_ARG(s->conf->id),
		    s->health.rows, old->health.rows);
}

void
lists_keep(struct lists *lists, const struct lists *before)
{
	for (size_t i = 0; i < lists->n; i++) {
		struct list_state *s = &lists->at[i];
		const struct list_state *old;

		if (s->conf == NULL)
			continue;
		old = find_before(before, s->conf);
		if (s->list != NULL) {
			tell_shrunk(s, old);
			continue;
		}
		if (old == NULL || old->list == NULL)
			continue;
		s->list = list_hold(old->list);
		s->health.rows = old->health.rows;
		s->health.loaded_at = old->health.loaded_at;
		s->health.mtime = old->health.mtime;
		log_warn("list %" STR_FMT ": the version of before the reload "
		    "serves", STR_ARG(s->conf->id));
	}
}
