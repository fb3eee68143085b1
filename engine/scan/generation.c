/* SPDX-License-Identifier: Apache-2.0 */
/* Making a generation, all of it or nothing. */
#include "scan/generation.h"

#include <assert.h>
#include <malloc.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "rule/rulecache.h"

/* A start should not be felt. */
enum { WARM_US = 20 * 1000 };

void
generation_conf_default(struct generation_conf *conf)
{
	*conf = (struct generation_conf){
		.limits = message_limits_default,
		.policy = policy_default,
		.deadline_ms = 8000,
		.memory = (size_t)256 * 1024 * 1024
	};
	conf->policy.verdict = verdict_conf_default;
}

static void
copy_strs(struct generation_conf *to, const struct generation_conf *from,
    struct arena *a)
{
	const struct str *s;

	VEC_EACH(s, &from->packs)
		*VEC_ADD(a, &to->packs) = str_copy(a, *s);
	to->image = str_copy(a, from->image);
	to->authserv_id = str_copy(a, from->authserv_id);
	VEC_EACH(s, &from->authserv)
		*VEC_ADD(a, &to->authserv) = str_copy(a, *s);
	VEC_EACH(s, &from->auth_fields)
		*VEC_ADD(a, &to->auth_fields) = str_copy(a, *s);
	VEC_EACH(s, &from->subject_tags)
		*VEC_ADD(a, &to->subject_tags) = str_copy(a, *s);
}

/* Nothing of the caller's is kept but rules and what checks were told. */
static void
conf_copy(struct generation_conf *to, const struct generation_conf *from,
    struct arena *a)
{
	const struct check_use *use;
	const struct addr_net *net;

	to->limits = from->limits;
	to->policy = policy_copy(&from->policy, a);
	policy_settle(&to->policy);
	to->rules = from->rules;
	to->deadline_ms = from->deadline_ms;
	to->memory = from->memory;
	to->is_shared = from->is_shared;
	to->kept = from->kept;
	to->proof_ms = from->proof_ms;
	copy_strs(to, from, a);
	VEC_EACH(net, &from->trusted)
		*VEC_ADD(a, &to->trusted) = *net;
	VEC_EACH(use, &from->checks)
		*VEC_ADD(a, &to->checks) = *use;
}

static void
point_at_conf(struct generation *g)
{
	const struct generation_conf *c = &g->conf;
	const char **names = ARENA_MANY(g->arena, const char *,
	    c->auth_fields.n);

	for (size_t i = 0; i < c->auth_fields.n; i++)
		names[i] = str_cstr(g->arena, c->auth_fields.at[i]);
	g->message = (struct message_conf){
		.limits = &c->limits,
		.trusted = c->trusted.at, .n_trusted = c->trusted.n,
		.authserv = c->authserv.at, .n_authserv = c->authserv.n,
		.auth_fields = names, .n_auth_fields = c->auth_fields.n
	};
	g->extract = (struct extract_conf){
		.subject_tags = c->subject_tags.at,
		.n_subject_tags = c->subject_tags.n
	};
}

static bool
load_checks(struct generation *g, bool is_serving, struct err *e)
{
	size_t n = g->conf.checks.n;

	g->checks = ARENA_MANY(g->arena, struct check_plan, n);
	return check_plan_make(g->checks, g->arena, &g->conf.checks,
	    &g->facts, e) && check_plan_open(g->checks, n, is_serving, e);
}

/* What is told outlives a generation that came to nothing. */
static void
keep_diags(struct diags *d, size_t first)
{
	for (size_t i = first; i < d->list.n; i++) {
		struct diag *diag = &d->list.at[i];

		diag->file = str_copy(d->arena, diag->file);
		diag->text = str_copy(d->arena, diag->text);
		diag->hint = str_copy(d->arena, diag->hint);
		diag->line = str_copy(d->arena, diag->line);
	}
	d->file = d->source = STR("");
}

struct loaded {
	pack_list packs;
	pack_held_list held;
	bool is_right;
};

/* Where packs had errors no file keeps them, so that they are told again. */
static bool
make_ruleset(struct generation *g, struct rulecache *cache,
    const struct loaded *l, struct err *e)
{
	const struct ruleset_conf conf = { .held = &l->held };
	bool needs_packs = true, is_made;

	if (cache != NULL)
		cache->held = &l->held;
	is_made = cache != NULL
	    ? rulecache_make(&g->ruleset, cache, &l->packs, l->is_right,
	        &needs_packs, e)
	    : ruleset_build(&g->ruleset, &l->packs, &g->facts, &conf, e);
	if (!is_made || needs_packs)
		return is_made;
	arena_free(g->pack_arena);
	g->pack_arena = NULL;
	/* And what Vectorscan's compiler took, more than serving needs. */
	malloc_trim(0);
	return true;
}

/* Images of lists lie beside that of the packs. */
static struct str
list_images(const struct generation *g)
{
	struct str image = g->conf.image;
	size_t slash = str_find_last(image, '/');
	struct str folder;

	if (slash == image.n)
		return STR("");
	folder = str_cat(g->arena, str_head(image, slash), STR("/lists"));
	mkdir(str_cstr(g->arena, folder), 0700);
	return folder;
}

static bool
read_packs(struct generation *g, struct rulecache *cache, struct diags *d,
    struct err *e)
{
	const struct packs_paths paths = { g->conf.packs.at,
		g->conf.packs.n };
	const struct pack_keep keep = { .path = g->conf.image.n == 0 ? STR("")
		: str_cat(g->arena, g->conf.image, STR(".packs")),
		.fd = g->conf.kept, .proof_ms = g->conf.proof_ms,
		.lists = list_images(g) };
	size_t errors = d->errors, first = d->list.n;
	struct loaded l = { .packs = { 0 } };

	g->pack_arena = arena_new();
	l.is_right = packs_load_kept(&l.packs, g->pack_arena, &paths, &keep,
	    &l.held, d);
	/* Diags have texts of the packs in them. */
	keep_diags(d, first);
	if (l.packs.n == 0)
		return err_set(e, "%" STR_FMT "%s: no usable pack (*.pack.yaml)"
		    "%s", STR_ARG(g->conf.packs.at[0]),
		    g->conf.packs.n > 1 ? " and others" : "",
		    d->errors > errors ? "; see the errors above" : "");
	return make_ruleset(g, cache, &l, e);
}

static bool
load_ruleset(struct generation *g, struct diags *d, struct err *e)
{
	const struct rulecache_paths paths = { g->conf.packs.at,
		g->conf.packs.n };
	struct rulecache cache;
	bool is_loaded;

	if (g->conf.packs.n == 0)
		return err_set(e, "no packs are named");
	if (g->conf.image.n == 0 && !g->conf.is_shared)
		return read_packs(g, NULL, d, e);
	rulecache_init(&cache, g->arena, g->conf.image, &paths, &g->facts);
	cache.is_shared = g->conf.is_shared;
	is_loaded = rulecache_find(&g->ruleset, &cache) ||
	    read_packs(g, &cache, d, e);
	g->image = cache.fd;
	cache.fd = -1;
	rulecache_release(&cache);
	return is_loaded;
}

static bool
is_left_out(const struct generation *g, struct str file)
{
	const struct pack_held *held;

	VEC_EACH(held, ruleset_held(g->ruleset))
		if (held->is_left_out && str_eq(held->path, file))
			return true;
	return false;
}

static void
find_files(file_list *out, const struct generation *g)
{
	static const struct str tails[] = { STR_INIT(".pack.yaml"),
		STR_INIT(".overlay.yaml") };
	const struct str *path;
	struct err e;

	for (size_t i = 0; i < nitems(tails); i++)
		VEC_EACH(path, &g->conf.packs)
			file_walk(out, g->arena, str_cstr(g->arena, *path),
			    tails[i], &e);
}

static void
sort_files(struct generation *g, const file_list *files)
{
	const struct str *file;

	VEC_EACH(file, files) {
		if (is_left_out(g, *file))
			*VEC_ADD(g->arena, &g->broken) = *file;
		else
			*VEC_ADD(g->arena, &g->files) = *file;
	}
}

static bool
checks_need(const struct generation *g, uint32_t fact)
{
	for (size_t i = 0; i < g->conf.checks.n; i++) {
		for (size_t k = 0; k < g->checks[i].n_needs; k++) {
			if (g->checks[i].needs[k] == fact)
				return true;
		}
	}
	return false;
}

/* Hashing attachments takes as long as decoding them. */
static void
look_what_is_asked(struct generation *g)
{
	g->extract.is_without_hashes =
	    !ruleset_asks(g->ruleset, FACT_FILE_SHA256) &&
	    !checks_need(g, FACT_FILE_SHA256);
}

void
generation_open_lists(struct generation *g)
{
	g->lists = lists_open_kept(ruleset_list_packs(g->ruleset),
	    list_images(g));
}

static bool
load_packs(struct generation *g, struct diags *d, struct err *e)
{
	file_list files = { 0 };

	/* Before: one that comes meanwhile has not been right yet. */
	find_files(&files, g);
	if (!load_ruleset(g, d, e))
		return false;
	look_what_is_asked(g);
	generation_open_lists(g);
	sort_files(g, &files);
	return true;
}

static struct generation *
generation_new(const struct generation_conf *conf)
{
	struct arena *a = arena_new();
	struct generation *g = ARENA_ONE(a, struct generation);

	g->arena = a;
	g->references = 1;
	g->number = 1;
	g->image = -1;
	conf_copy(&g->conf, conf, a);
	point_at_conf(g);
	fact_table_init(&g->facts, a);
	return g;
}

bool
generation_load(struct generation **out, const struct generation_conf *conf,
    struct diags *d, struct err *e)
{
	struct generation *g = generation_new(conf);
	bool is_loaded = load_checks(g, false, e) && load_packs(g, d, e);

	if (is_loaded)
		*out = g;
	else
		generation_drop(g);
	return is_loaded;
}

bool
generation_open(struct generation **out, const struct generation_conf *conf,
    int image, struct err *e)
{
	struct generation *g = generation_new(conf);
	bool is_open = load_checks(g, true, e) &&
	    rulecache_open(&g->ruleset, image, &g->facts, e);

	if (is_open) {
		ruleset_warm(g->ruleset, WARM_US);
		look_what_is_asked(g);
		*out = g;
	} else {
		generation_drop(g);
	}
	return is_open;
}

struct generation *
generation_relist(struct generation *g, struct lists *lists)
{
	struct arena *a = arena_new();
	struct generation *other = ARENA_ONE(a, struct generation);

	*other = *g;
	other->arena = a;
	other->references = 1;
	other->scans = 0;
	other->n_spares = 0;
	other->kept = NULL;
	other->image = -1;
	other->lists = lists;
	other->base = generation_hold(g->base != NULL ? g->base : g);
	other->relisted = 0;
	other->base->relisted++;
	return other;
}

struct generation *
generation_hold(struct generation *g)
{
	g->references++;
	return g;
}

static void
drop_lists(struct generation *g)
{
	lists_free(g->lists);
	g->lists = NULL;
}

static void
drop_base(struct generation *base)
{
	base->relisted--;
	generation_drop(base);
}

/* Nobody looks into the lists of one that only others are based on, and they
 * are large. */
void
generation_drop(struct generation *g)
{
	if (g == NULL)
		return;
	assert(g->references > 0);
	if (--g->references == g->relisted)
		drop_lists(g);
	if (g->references != 0)
		return;
	if (g->base != NULL)
		drop_base(g->base);
	else if (g->ruleset != NULL)
		ruleset_free(g->ruleset);
	if (g->base == NULL && g->pack_arena != NULL)
		arena_free(g->pack_arena);
	if (g->image >= 0)
		close(g->image);
	if (g->base == NULL && g->checks != NULL)
		check_plan_close(g->checks, g->conf.checks.n);
	while (g->n_spares != 0)
		arena_free(g->spares[--g->n_spares]);
	arena_free(g->kept);
	arena_free(g->arena);
}
