/* SPDX-License-Identifier: Apache-2.0 */
/* Opening, asking, changing.  Of the configuration only what tells where the
 * store is and how names are kept is looked at. */
#include "cli/reputation.h"

#include <math.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/map.h"
#include "check/filemark.h"
#include "check/receipt.h"
#include "check/reputationrows.h"
#include "check/secret.h"
#include "cli/reputationname.h"
#include "conf/diag.h"
#include "conf/node.h"
#include "net/loop.h"
#include "scan/storerows.h"

#define USUAL_CONFIG "/etc/sekisho/sekisho.yaml"

enum {
	FILE_MOST = 1024 * 1024,
	LOOK_MS = 10,
	CALL_MS = 5000,
	PATIENCE_MS = 30000
};

struct settings {
	struct str state;
	struct store_settings store;
	struct reputation_conf reputation;
};

#define IN(member_) .offset = offsetof(struct settings, member_)
#define IN_REPUTATION(member_) IN(reputation.member_)
#define IN_STORE(member_) IN(store.member_)

static const struct setting rows[] = {
	{ "state", SETTING_IS_STR, IN(state) },
	STORE_ROWS(IN_STORE),
	REPUTATION_ROWS(IN_REPUTATION),
	{ 0 }
};

static bool
is_ours(struct str key)
{
	struct str section, rest;

	for (const struct setting *row = rows; row->name != NULL; row++) {
		str_cut(str_of(row->name), '.', &section, &rest);
		if (str_eq(key, section))
			return true;
	}
	return false;
}

static void
drop_others(struct node *map)
{
	struct node **at = &map->first;

	while (*at != NULL) {
		if (is_ours((*at)->key))
			at = &(*at)->next;
		else
			*at = (*at)->next;
	}
}

static bool
read_settings(struct settings *out, struct arena *a, const char *path,
    struct err *e)
{
	static const struct node_limits limits = { FILE_MOST, 16, 100000 };
	struct node *root = NULL;
	struct diags d;
	struct str yaml;

	if (!file_read(&yaml, a, path, FILE_MOST, e))
		return false;
	diags_init(&d, a);
	diags_file(&d, str_of(path), yaml);
	if (node_read(&root, a, yaml, &limits, &d) && root != NULL) {
		drop_others(root);
		settings_read(out, a, rows, root, &d);
	}
	return d.errors == 0 || err_set(e, "%s: not a usable configuration: "
	    "\"sekishod -t -c %s\" tells why", path, path);
}

/* No key is made here: whoever has none knows no mailbox by its name. */
static void
find_secret(struct reputation_store *s, const struct settings *set)
{
	struct str path = set->reputation.key_file;
	struct err e;

	if (!set->reputation.hides_mailboxes)
		return;
	if (path.n == 0 && set->state.n == 0) {
		s->keyless = "no state folder and no reputation.key_file";
		return;
	}
	if (path.n == 0)
		path = str_cat(s->arena, set->state, STR("/reputation.key"));
	if (secret_read(&s->secret, s->arena, str_cstr(s->arena, path), &e))
		return;
	s->secret = STR("");
	s->keyless = str_cstr(s->arena, str_of(e.text));
}

/* Where the store is. */
static bool
make_conf(struct store_conf *conf, struct arena *a,
    const struct settings *set, struct err *e)
{
	const char *setting;

	if (!store_settings_check(&set->store, &setting, e))
		return false;
	if (set->store.engine == STORE_OFF)
		return err_set(e, "store.engine is off: nothing is kept");
	store_settings_conf(conf, a, &set->store, set->state);
	/* the journals are the daemon's */
	conf->remote.journal = NULL;
	/* Its budget is a mail's; a person waits. */
	if (conf->remote.budget_ms < CALL_MS)
		conf->remote.budget_ms = CALL_MS;
	if (conf->kind != STORE_LMDB)
		return true;
	if (set->state.n == 0)
		return err_set(e, "the configuration names no state folder; "
		    "say which with --state");
	if (access(conf->folder, F_OK) != 0)
		return err_set(e, "%s: there is no store", conf->folder);
	return true;
}

/* Servers must be called first. */
struct call {
	struct store *store;
	struct loop *loop;
	struct timer *timer;
	int64_t ends;
};

static void
on_call(void *owner)
{
	struct call *c = owner;

	if (store_is_ready(c->store) || clock_ms() > c->ends)
		loop_stop(c->loop);
	else
		timer_set(c->timer, LOOK_MS);
}

static bool
open_store(struct reputation_store *s, const struct settings *set,
    struct err *e)
{
	struct call c = { .loop = s->loop, .ends = clock_ms() + CALL_MS };
	struct store_conf conf;

	if (!make_conf(&conf, s->arena, set, e) ||
	    !store_open(&s->store, s->loop, &conf, e))
		return false;
	c.store = s->store;
	c.timer = timer_new(s->loop, on_call, &c);
	timer_set(c.timer, 0);
	loop_run(s->loop);
	timer_free(c.timer);
	if (store_is_ready(s->store))
		return true;
	store_close(s->store);
	return err_set(e, "the store's servers do not answer");
}

bool
reputation_open(struct reputation_store *s, struct arena *a,
    struct str config, struct str state, struct err *e)
{
	struct settings set = { .state = STR("") };
	const char *path = config.n != 0 ? str_cstr(a, config) :
	    access(USUAL_CONFIG, R_OK) == 0 ? USUAL_CONFIG : NULL;

	*s = (struct reputation_store){ .arena = a, .secret = STR(""),
		.now = clock_wall() };
	settings_first(&set, a, rows);
	if (path != NULL && !read_settings(&set, a, path, e))
		return false;
	if (state.n != 0)
		set.state = state;
	s->campaign_life = set.reputation.campaign_ms / 1000;
	find_secret(s, &set);
	if (!loop_new(&s->loop, e))
		return false;
	if (open_store(s, &set, e))
		return true;
	loop_free(s->loop);
	return false;
}

void
reputation_close(struct reputation_store *s)
{
	store_close(s->store);
	loop_free(s->loop);
}

/* Questions. */

struct answer {
	struct reputation_store *store;
	enum store_result result;
	struct str value;
};

static void
on_answer(void *asker, enum store_result result, struct str value)
{
	struct answer *a = asker;

	a->result = result;
	a->value = str_copy(a->store->arena, value);
	loop_stop(a->store->loop);
}

static bool
ask(struct answer *out, struct reputation_store *s, struct str key,
    struct err *e)
{
	*out = (struct answer){ .store = s, .result = STORE_FAILED };
	store_get(s->store, store_key(s->store, key), on_answer, out);
	loop_run(s->loop);
	return out->result != STORE_FAILED ||
	    err_set(e, "the store does not answer");
}

bool
reputation_ask(struct str *value, struct reputation_store *s, struct str key,
    struct err *e)
{
	struct answer a;

	if (!ask(&a, s, key, e))
		return false;
	*value = a.result == STORE_FOUND ? a.value : STR("");
	return true;
}

bool
reputation_entry_of(struct reputation_entry *out, struct reputation_store *s,
    struct str word, struct err *e)
{
	struct str kind;
	bool is_hidden;

	*out = (struct reputation_entry){ .kind = REPUTATION_KINDS };
	if (!str_cut(word, ':', &kind, &out->name) || out->name.n == 0 ||
	    !reputation_kind_of(kind, &out->kind))
		return err_set(e, "\"%" STR_FMT "\" is not such as "
		    "ip:192.0.2.1 or domain:example.com", STR_ARG(word));
	if (!reputation_name(&out->name, s->arena, out->kind, e))
		return false;
	is_hidden = reputation_is_hidden(out->name);
	if (reputation_kinds[out->kind].is_private && !is_hidden &&
	    s->keyless != NULL)
		return err_set(e, "mailboxes are kept as keyed hashes, and "
		    "there is no key: %s", s->keyless);
	out->key = reputation_key(s->arena, out->kind, out->name,
	    is_hidden ? STR("") : s->secret);
	return true;
}

static void
decay(struct reputation_entry *entry, int64_t now)
{
	if (entry->tally.at < now)
		store_tally_decay(&entry->tally, now,
		    reputation_half_life(entry->kind));
}

bool
reputation_look(struct reputation_store *s, struct reputation_entry *entry,
    struct err *e)
{
	struct answer tally, mark;

	if (!ask(&tally, s, entry->key, e))
		return false;
	entry->is_there = tally.result == STORE_FOUND &&
	    store_tally_read(tally.value, &entry->tally);
	if (entry->is_there)
		decay(entry, s->now);
	if (!reputation_kinds[entry->kind].carries)
		return true;
	if (!ask(&mark, s, pivot_key(s->arena, entry->kind, entry->name), e))
		return false;
	if (mark.result != STORE_FOUND ||
	    !pivot_mark_read(mark.value, &entry->mark))
		entry->mark = (struct pivot_mark){ .campaign = STR("") };
	return true;
}

/* Walks. */

struct walk {
	struct reputation_store *store;
	reputation_entries *out;
	struct map by_key;          /* of out */
	reputation_receipts *receipts;
	bool is_whole;
};

static void
on_each(void *asker, struct str key, struct str value)
{
	struct walk *w = asker;
	struct reputation_entry entry = { .is_there = true };

	key = str_copy(w->store->arena, key);
	if (!reputation_key_read(key, &entry.kind, &entry.name) ||
	    !store_tally_read(value, &entry.tally))
		return;
	entry.key = key;
	decay(&entry, w->store->now);
	*VEC_ADD(w->store->arena, w->out) = entry;
}

static void
on_walked(void *asker, bool is_whole)
{
	struct walk *w = asker;

	w->is_whole = is_whole;
	loop_stop(w->store->loop);
}

static void
on_mark(void *asker, struct str key, struct str value)
{
	struct walk *w = asker;
	uint32_t *at;

	if (!str_skip(&key, STR(PIVOT_KEYS)))
		return;
	at = map_get(&w->by_key, str_cat(w->store->arena,
	    STR(REPUTATION_KEYS), key));
	value = str_copy(w->store->arena, value);
	if (at != NULL && !pivot_mark_read(value, &w->out->at[*at].mark))
		w->out->at[*at].mark = (struct pivot_mark){ .first = 0 };
}

static void
on_receipt(void *asker, struct str key, struct str value)
{
	struct walk *w = asker;
	struct arena *a = w->store->arena;

	*VEC_ADD(a, w->receipts) = (struct reputation_receipt){
		str_copy(a, key), str_copy(a, value) };
}

static bool
walk(struct walk *w, struct str prefix, store_each *each, struct err *e)
{
	w->is_whole = false;
	store_walk(w->store->store, prefix, each, on_walked, w);
	loop_run(w->store->loop);
	return w->is_whole || err_set(e, "the store did not tell all it has");
}

bool
reputation_list_marks(reputation_entries *list, struct reputation_store *s,
    struct err *e)
{
	struct walk w = { .store = s, .out = list };

	map_init(&w.by_key, s->arena);
	for (size_t i = 0; i < list->n; i++)
		map_put(&w.by_key, list->at[i].key, (uint32_t)i);
	return walk(&w, STR(PIVOT_KEYS), on_mark, e);
}

bool
reputation_list_receipts(reputation_receipts *out,
    struct reputation_store *s, struct err *e)
{
	struct walk w = { .store = s, .receipts = out };

	return walk(&w, STR(RECEIPT_KEYS), on_receipt, e) &&
	    walk(&w, STR(HEARD_KEYS), on_receipt, e);
}

bool
reputation_list(reputation_entries *out, struct reputation_store *s,
    enum reputation_kind kind, struct err *e)
{
	struct walk w = { .store = s, .out = out };
	struct str prefix = STR(REPUTATION_KEYS);

	if (kind != REPUTATION_KINDS)
		prefix = str_cat(s->arena, prefix,
		    str_of(reputation_kinds[kind].name), STR(":"));
	return walk(&w, prefix, on_each, e);
}

/* Changes. */

static void
set_mark(struct reputation_store *s, const struct reputation_entry *entry)
{
	const struct pivot_mark *m = &entry->mark;
	int64_t life = m->last + s->campaign_life - s->now;

	if (m->campaign.n != 0 && life > 0 &&
	    reputation_kinds[entry->kind].carries)
		store_put(s->store, pivot_key(s->arena, entry->kind,
		    entry->name), pivot_mark_write(s->arena, m), life);
}

/* When it was first seen is kept as the time of a lesson of next to nothing;
 * when last, as that of the lesson, which was so much more then. */
void
reputation_set(struct reputation_store *s,
    const struct reputation_entry *entry)
{
	int64_t half_life = reputation_half_life(entry->kind);
	struct store_lesson l = { .bad = 1e-6, .when = entry->tally.first,
		.half_life = half_life,
		.life = half_life * REPUTATION_LIVES };
	int64_t ago;

	if (l.when != 0 && l.when < entry->tally.at)
		store_teach(s->store, entry->key, &l);
	l.bad = entry->tally.bad;
	l.good = entry->tally.good;
	l.when = entry->tally.at;
	ago = l.when - entry->tally.last;
	if (entry->tally.last > 0 && ago > 0 && ago < l.life) {
		l.bad *= exp2((double)ago / (double)half_life);
		l.good *= exp2((double)ago / (double)half_life);
		l.when = entry->tally.last;
	}
	store_teach(s->store, entry->key, &l);
	set_mark(s, entry);
	if (entry->kind == REPUTATION_FILE)
		store_put(s->store, STR(FILE_MARK_ALL), STR(FILE_MARK_VALUE),
		    filemark_life());
}

bool
reputation_set_receipt(struct reputation_store *s,
    const struct reputation_receipt *receipt)
{
	int64_t life = receipt_ends(receipt->value) - s->now;

	if (life > 0)
		store_put_new(s->store, receipt->key, receipt->value, life);
	return life > 0;
}

void
reputation_forget(struct reputation_store *s,
    const struct reputation_entry *entry)
{
	store_forget(s->store, entry->key);
	if (reputation_kinds[entry->kind].carries)
		store_forget(s->store, pivot_key(s->arena, entry->kind,
		    entry->name));
}

/* Waiting for the writer. */

struct wait {
	struct reputation_store *store;
	struct timer *timer;
	int64_t ends;
};

static bool
is_written(const struct reputation_store *s)
{
	struct store_counts c;

	store_counts(s->store, &c);
	return c.written + c.dropped + c.failed >= c.puts;
}

static void
on_look(void *owner)
{
	struct wait *w = owner;

	if (is_written(w->store) || clock_ms() > w->ends)
		loop_stop(w->store->loop);
	else
		timer_set(w->timer, LOOK_MS);
}

bool
reputation_settle(struct reputation_store *s)
{
	struct wait w = { .store = s, .ends = clock_ms() + PATIENCE_MS };
	struct store_counts c;

	w.timer = timer_new(s->loop, on_look, &w);
	timer_set(w.timer, 0);
	loop_run(s->loop);
	timer_free(w.timer);
	store_counts(s->store, &c);
	return is_written(s) && c.dropped == 0 && c.failed == 0;
}
