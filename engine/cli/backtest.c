/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Scores the mails of a corpus on all processors.  Of a mail only what fired
 * is kept, so memory grows with the hits and not with the corpus.
 */
#include "cli/backtest.h"

#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/gang.h"
#include "base/map.h"
#include "base/utf8.h"
#include "cli/loader.h"
#include "mail/xtest.h"
#include "rule/brand.h"
#include "rule/lists.h"
#include "rule/ruleset.h"
#include "rule/sight.h"

enum { OUTPUT_MOST = 256 << 20, MAILS_LEAST = 32, SHOWN_EACH = 256 };

/* One version of the packs, ready to match. */
struct version {
	struct loaded loaded;
	struct ruleset *ruleset;
	struct lists *lists;
};

struct work {
	struct backtest *b;
	struct call *call;
	struct fact_table table;
	struct version now, old;
	bool has_old;
	int32_t day;
	struct arena *arena;      /* of one mail */
	struct str *found;        /* one a mail, "" where nothing fired */
	bool is_watched;
};

/* What a process sends of a mail; pointers are to packs read before.  Of one
 * that nothing fires on, this is all. */
struct sent {
	bool is_unread;
	bool is_caught;
	bool is_hit;           /* what is said of it follows, then texts */
	uint64_t bytes;
	size_t subject, why;   /* bytes of text */
};

struct said {
	struct backtest_says now, old;
};

static bool
open_version(struct version *v, struct work *w, const word_list *named,
    struct err *e)
{
	const struct backtest_conf *conf = w->b->conf;

	if (!loader_read(&v->loaded, w->call->arena, named, conf->folders, e))
		return false;
	if (v->loaded.diags.errors != 0) {
		loader_print(&v->loaded.diags, conf->color, DIAG_ERROR);
		return err_set(e, "the packs have errors");
	}
	/* Drafts are tried before they are loaded anywhere. */
	for (size_t i = 0; i < v->loaded.n_named; i++)
		if (v->loaded.packs.at[i]->status == PACK_DRAFT)
			v->loaded.packs.at[i]->status = PACK_TEST;
	if (!ruleset_build(&v->ruleset, &v->loaded.packs, &w->table, NULL, e))
		return false;
	v->lists = lists_open(&v->loaded.packs);
	ruleset_use_lists(v->ruleset, v->lists);
	return true;
}

static void
close_version(struct version *v)
{
	if (v->ruleset != NULL)
		ruleset_free(v->ruleset);
	lists_free(v->lists);
}

static bool
is_among(const struct loaded *loaded, const struct pack *pack)
{
	for (size_t i = 0; i < loaded->n_named; i++)
		if (loaded->packs.at[i] == pack)
			return true;
	return false;
}

/* Brands that came along unasked are not what is tried. */
static void
note_hits(struct backtest_says *says, const struct version *v,
    const struct verdict *verdict)
{
	const struct campaign *c;

	says->action = verdict->action;
	says->points = verdict->points;
	VEC_EACH(c, &verdict->campaigns) {
		if (says->n == BACKTEST_HITS || !is_among(&v->loaded, c->pack))
			continue;
		says->hits[says->n++] = (struct backtest_hit){
			.pack = c->pack,
			.brand = c->rule == NULL && c->brand != NULL
			    ? c->brand->brand : NULL,
			.points = c->points > c->would ? c->points : c->would,
			.is_observed = c->is_observed };
	}
}

static void
judge(struct backtest_says *says, struct work *w, const struct version *v,
    const struct sight *s)
{
	struct hits *hits = ARENA_ONE(w->arena, struct hits);
	struct verdict *verdict = ARENA_ONE(w->arena, struct verdict);

	ruleset_match(hits, w->arena, v->ruleset, &s->facts, &s->message,
	    w->day);
	verdict_decide(verdict, w->arena, hits, &verdict_conf_default,
	    w->day);
	note_hits(says, v, verdict);
}

/* DMARC passed, by a host we believe or by what the mail says itself: good
 * enough to ask a person to look. */
static bool
passed_dmarc(struct arena *a, const struct message *m)
{
	const struct header *h;

	if (m->auth.result[AUTH_DMARC] == AUTH_PASS)
		return true;
	VEC_EACH(h, &m->headers) {
		struct auth auth = { 0 };
		struct str authserv;

		if (str_case_is(h->name, "Authentication-Results") &&
		    auth_read(&auth, a, h->value, &authserv))
			return auth.result[AUTH_DMARC] == AUTH_PASS;
	}
	return false;
}

/* The brand that the sender's domain belongs to, or NULL. */
static const struct brand *
owner_of(const pack_list *packs, struct str domain)
{
	struct packs_brands at = { .packs = packs };
	const struct brand *brand;

	while ((brand = packs_next_brand(&at)) != NULL)
		if (brand_owns(brand, domain))
			return brand;
	return NULL;
}

/* Why a person should look before such a mail is marked. */
static struct str
why_genuine(const struct work *w, const struct corpus_mail *mail,
    const struct sight *s)
{
	const struct fact *from = facts_get(&s->facts, FACT_FROM_DOMAIN);
	const struct brand *brand = NULL;

	if (from->n != 0 && passed_dmarc(w->arena, &s->message))
		brand = owner_of(&w->now.loaded.packs, from->at[0].text);
	if (brand != NULL)
		return str_cat(w->arena, STR("from "), from->at[0].text,
		    STR(", which is "), brand->name, STR("'s, with DMARC "
		    "passed"));
	return mail->is_ham ? STR("in a folder of wanted mail") : STR("");
}

static bool
is_changed(const struct backtest_says *a, const struct backtest_says *b)
{
	if (a->action != b->action || a->points != b->points || a->n != b->n)
		return true;
	for (uint32_t i = 0; i < a->n; i++)
		if (!str_eq(a->hits[i].pack->id, b->hits[i].pack->id) ||
		    a->hits[i].points != b->hits[i].points)
			return true;
	return false;
}

static void
score_mail(struct said *said, struct work *w, const struct corpus_mail *mail,
    struct str raw, struct str texts[2])
{
	const struct backtest_conf *conf = w->b->conf;
	struct message_conf message_conf = { .authserv = conf->authserv->at,
		.n_authserv = conf->authserv->n };
	struct sight *s = ARENA_ONE(w->arena, struct sight);
	struct str bad;

	xtest_take(&s->envelope, w->arena, &raw, &bad);
	sight_read(s, w->arena, &w->table, raw, &message_conf);
	judge(&said->now, w, &w->now, s);
	if (w->has_old)
		judge(&said->old, w, &w->old, s);
	if (said->now.n != 0 || said->old.n != 0) {
		texts[0] = utf8_head(s->message.subject, BACKTEST_TEXT);
		texts[1] = why_genuine(w, mail, s);
	}
}

static void
try_mail(void *client, size_t i, struct buf *out)
{
	struct work *w = client;
	const struct corpus_mail *mail = &w->b->corpus.mails.at[i];
	struct str raw, texts[2] = { { 0 } };
	struct said said = { 0 };
	struct sent sent = { 0 };
	struct err e;

	sent.is_unread = !corpus_read(&raw, w->arena, mail, &e);
	if (!sent.is_unread) {
		sent.bytes = raw.n;
		score_mail(&said, w, mail, raw, texts);
	}
	sent.is_caught = said.now.action >= ACTION_ADD_HEADER;
	sent.is_hit = said.now.n != 0 || said.old.n != 0;
	sent.subject = texts[0].n;
	sent.why = texts[1].n;
	buf_add(out, &sent, sizeof(sent));
	if (sent.is_hit)
		buf_add(out, &said, sizeof(said));
	buf_add_str(out, texts[0]);
	buf_add_str(out, texts[1]);
	arena_empty(w->arena);
}

static void
show_progress(const struct work *w)
{
	const struct backtest *b = w->b;
	struct buf out;

	if (!w->is_watched || (b->done % SHOWN_EACH != 0 &&
	    b->done != b->corpus.mails.n))
		return;
	buf_init(&out, 128);
	buf_printf(&out, "\r%zu of %zu mails, %zu hit ", b->done,
	    b->corpus.mails.n, b->touched);
	terminal_write(STDERR_FILENO, buf_str(&out));
	buf_release(&out);
}

static void
take_mail(void *client, size_t i, struct str found)
{
	struct work *w = client;
	struct backtest *b = w->b;
	struct sent sent = { .is_unread = true };

	b->done++;
	if (found.n >= sizeof(sent))
		memcpy(&sent, found.p, sizeof(sent));
	b->unread += sent.is_unread;
	b->bytes += sent.bytes;
	b->caught += sent.is_caught;
	b->touched += sent.is_hit;
	if (sent.is_hit)
		w->found[i] = str_copy(w->call->arena, found);
	show_progress(w);
}

static struct backtest_row *
row_of(struct work *w, struct map *by_id, const struct backtest_hit *hit)
{
	struct str id = hit->brand != NULL ? hit->brand->id : hit->pack->id;
	struct backtest *b = w->b;
	uint32_t *at = map_put(by_id, id, (uint32_t)b->rows.n);

	if (*at == b->rows.n)
		*VEC_ADD(w->call->arena, &b->rows) = (struct backtest_row){
			.id = id, .pack = hit->pack,
			.is_observed = hit->is_observed };
	return &b->rows.at[*at];
}

static bool
has_hit(const struct backtest_says *says, const struct backtest_hit *hit)
{
	for (uint32_t i = 0; i < says->n; i++)
		if (str_eq(says->hits[i].pack->id, hit->pack->id) &&
		    (says->hits[i].brand == NULL) == (hit->brand == NULL) &&
		    (hit->brand == NULL ||
		    str_eq(says->hits[i].brand->id, hit->brand->id)))
			return true;
	return false;
}

static void
count_mail(struct work *w, struct map *by_id, const struct backtest_mail *m)
{
	for (uint32_t i = 0; i < m->now.n; i++) {
		const struct backtest_hit *hit = &m->now.hits[i];
		struct backtest_row *row = row_of(w, by_id, hit);

		row->hits++;
		row->caught += m->now.action >= ACTION_ADD_HEADER;
		row->genuine += m->why_genuine.n != 0;
		row->spam += m->mail->is_spam;
		row->gained += w->has_old && !has_hit(&m->old, hit);
		if (hit->points > row->most)
			row->most = hit->points;
	}
	for (uint32_t i = 0; i < m->old.n; i++)
		if (!has_hit(&m->now, &m->old.hits[i]))
			row_of(w, by_id, &m->old.hits[i])->lost++;
}

/* What was sent back, in the order of the corpus. */
static void
gather(struct work *w)
{
	struct backtest *b = w->b;
	struct map by_id;
	struct sent sent;
	struct said said;

	map_init(&by_id, w->call->arena);
	for (size_t i = 0; i < b->corpus.mails.n; i++) {
		struct str texts = str_from(w->found[i], sizeof(sent) +
		    sizeof(said));
		struct backtest_mail *m;

		if (w->found[i].n < sizeof(sent) + sizeof(said))
			continue;
		memcpy(&sent, w->found[i].p, sizeof(sent));
		memcpy(&said, w->found[i].p + sizeof(sent), sizeof(said));
		m = VEC_ADD(w->call->arena, &b->hits);
		*m = (struct backtest_mail){ .mail = &b->corpus.mails.at[i],
			.now = said.now, .old = said.old,
			.subject = str_head(texts, sent.subject),
			.why_genuine = str_from(texts, sent.subject),
			.is_changed = w->has_old &&
			    is_changed(&said.now, &said.old) };
		b->genuine_hits += m->why_genuine.n != 0 && m->now.n != 0;
		b->changed += m->is_changed;
		count_mail(w, &by_id, m);
	}
}

static bool
open_all(struct work *w, struct err *e)
{
	struct backtest *b = w->b;
	const struct str *path;
	word_list old = { 0 };

	VEC_EACH(path, b->conf->corpus)
		if (!corpus_find(&b->corpus, w->call->arena, *path, e))
			return err_wrap(e, "--corpus");
	if (b->corpus.mails.n == 0)
		return err_set(e, "--corpus: no mail in it (%zu files are "
		    "none)", b->corpus.others);
	fact_table_init(&w->table, w->call->arena);
	if (!open_version(&w->now, w, b->conf->named, e))
		return false;
	if (!w->has_old)
		return true;
	*VEC_ADD(w->call->arena, &old) = b->conf->against;
	return open_version(&w->old, w, &old, e) ||
	    err_wrap(e, "--against");
}

static bool
score_all(struct work *w, struct err *e)
{
	struct backtest *b = w->b;
	struct gang_job job = { .n = b->corpus.mails.n,
		.least = MAILS_LEAST, .work = try_mail, .take = take_mail,
		.client = w };
	int64_t begin = clock_us();
	bool done;

	w->found = ARENA_MANY(w->call->arena, struct str, job.n);
	w->arena = arena_new();
	done = gang_run(&job, e);
	arena_free(w->arena);
	if (w->is_watched)
		terminal_write(STDERR_FILENO, STR("\r\x1b[K"));
	b->seconds = (double)(clock_us() - begin) / 1e6;
	if (done)
		gather(w);
	return done;
}

bool
backtest_try(struct backtest *b, struct call *call, struct err *e)
{
	const struct backtest_conf *conf = b->conf;
	struct terminal errors;
	struct work w = { .b = b, .call = call,
		.has_old = conf->against.n != 0,
		.day = conf->day == DAY_NONE ? day_today() : conf->day };
	bool done;

	terminal_init(&errors, STDERR_FILENO, conf->color);
	w.is_watched = errors.is_terminal && !conf->is_quiet;
	done = open_all(&w, e) && score_all(&w, e);
	b->n_packs = w.now.loaded.n_named;
	close_version(&w.now);
	close_version(&w.old);
	return done;
}

static enum status
report(struct call *call, const struct backtest *b)
{
	const struct backtest_conf *conf = b->conf;
	struct buf out;

	buf_init_arena(&out, call->arena, OUTPUT_MOST);
	if (conf->is_json)
		backtest_json(&out, b);
	else
		backtest_print(&out, b);
	if (!terminal_write(STDOUT_FILENO, buf_str(&out)))
		return STATUS_INTERNAL;
	if (b->changed != 0 ||
	    (conf->most >= 0 && b->genuine_hits > (size_t)conf->most))
		return STATUS_FINDINGS;
	return STATUS_FINE;
}

enum status
backtest_run(struct call *call, const struct backtest_conf *conf)
{
	struct terminal terminal;
	struct backtest b = { .conf = conf, .terminal = &terminal };
	struct err e;

	terminal_init(&terminal, STDOUT_FILENO, conf->color);
	if (!backtest_try(&b, call, &e))
		return command_fail(call, "%s", e.text);
	return report(call, &b);
}
