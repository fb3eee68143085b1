/* SPDX-License-Identifier: Apache-2.0 */
/* A queue, a few connections at a time, and a look at what comes back. */
#include "front/mirror.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/count.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/log.h"
#include "front/counts.h"
#include "front/front.h"
#include "front/history.h"
#include "front/mirrorverdict.h"
#include "front/requestwrite.h"
#include "net/conn.h"
#include "net/endpoint.h"
#include "net/resolver.h"
#include "net/store.h"
#include "net/tlsclient.h"
#include "scan/scan.h"
#include "scan/world.h"

enum {
	CALLS_MOST = 4,
	WAITING_MOST = 256,
	REPLY_MOST = 4 * 1024 * 1024,
	REQUEST_EXTRA = 64 * 1024,
	RCPT_MOST = 100,
	TOLD_MS = 60000
};

struct call {
	TAILQ_ENTRY(call) entry;
	struct mirror *mirror;
	struct conn *conn;      /* NULL: it waits */
	struct buf request, reply;
	struct buf kept;        /* the entry, not closed yet */
	struct arena *arena;    /* of what follows */
	struct str id;
	struct mirror_verdict here;
};
TAILQ_HEAD(call_list, call);

struct mirror {
	struct front *front;
	const struct tls_client *tls; /* NULL: in the clear */
	struct call_list waiting, calling;
	size_t n_waiting, n_calling, held;
	int64_t told_ms;
	uint64_t sent, outcomes[MIRRORED]; /* for the log: since the start */
};

static void
call_free(struct call *c)
{
	buf_release(&c->request);
	buf_release(&c->reply);
	buf_release(&c->kept);
	arena_free(c->arena);
	free(c);
}

static void
count(struct mirror *m, enum mirrored outcome)
{
	m->outcomes[outcome]++;
	count_add(&m->front->counts->mirrored[outcome], 1);
}

static void
tell_lost(struct mirror *m)
{
	if (m->told_ms != 0 && clock_ms() - m->told_ms < TOLD_MS)
		return;
	m->told_ms = clock_ms();
	log_warn("mirror: %" PRIu64 " sent, %" PRIu64 " dropped, %" PRIu64
	    " failed so far", m->sent, m->outcomes[MIRRORED_DROPPED],
	    m->outcomes[MIRRORED_FAILED]);
}

/* The answer. */

static void
keep(struct call *c, const struct mirror_verdict *there, struct str differs)
{
	const struct front *f = c->mirror->front;
	struct store *store = world_store(f->world);
	struct buf *b = &c->kept;
	struct json j;

	json_init(&j, b);
	j.has_value = true;
	json_put_str(&j, "their_action", there->action);
	json_put_points(&j, "their_score", there->points);
	json_put_str(&j, "differs", differs);
	json_put_str(&j, "mirror", f->conf->mirror.to);
	buf_add_byte(b, '}');
	if (store != NULL && !b->is_full && f->conf->history.keep != 0)
		store_diary_add(store, STR(HISTORY_DIFFERS), buf_str(b),
		    f->conf->history.keep);
}

static void
compare(struct call *c, const struct mirror_verdict *there)
{
	struct mirror *m = c->mirror;
	const struct mirror_conf *conf = &m->front->conf->mirror;
	struct str differs = mirror_verdict_differs(c->arena, &c->here, there,
	    conf->margin);

	count(m, differs.n == 0 ? MIRRORED_SAME : MIRRORED_DIFFERING);
	if (differs.n == 0)
		return;
	log_info("id=%" STR_FMT " mirror=%" STR_FMT " here=\"%" STR_FMT
	    "\" %.2f there=\"%" STR_FMT "\" %.2f differs: %" STR_FMT,
	    STR_ARG(c->id), STR_ARG(conf->to), STR_ARG(c->here.action),
	    (double)c->here.points / 100, STR_ARG(there->action),
	    (double)there->points / 100, STR_ARG(str_head(differs, 500)));
	keep(c, there, differs);
}

static void
read_reply(struct call *c)
{
	struct mirror_verdict there;

	if (mirror_verdict_read(&there, c->arena, buf_str(&c->reply))) {
		compare(c, &there);
		return;
	}
	count(c->mirror, MIRRORED_FAILED);
	tell_lost(c->mirror);
}

/* Calls. */

static void call_next(struct mirror *m);

static size_t
on_data(void *owner, struct str bytes)
{
	struct call *c = owner;

	buf_add_str(&c->reply, bytes);
	return bytes.n;
}

static void
on_half_closed(void *owner)
{
	struct call *c = owner;

	conn_drop(c->conn);
}

static void
on_gone(void *owner)
{
	struct call *c = owner;
	struct mirror *m = c->mirror;

	TAILQ_REMOVE(&m->calling, c, entry);
	m->n_calling--;
	m->held -= c->request.n;
	read_reply(c);
	call_free(c);
	call_next(m);
}

static const struct conn_handler handler = {
	.data = on_data,
	.half_closed = on_half_closed,
	.alarm = on_half_closed,
	.gone = on_gone
};

/* -1: it cannot be called.  A configuration that came later and wants TLS
 * gets no call in the clear. */
static int
connect_to(const struct mirror *m, const struct mirror_conf *conf)
{
	struct resolver_at at;

	if (conf->tls != 0 && m->tls == NULL)
		return -1;
	return resolver_at_read(&at, conf->to) ?
	    endpoint_call(&at.addr, at.port) : -1;
}

static void
begin(struct mirror *m, struct call *c)
{
	const struct mirror_conf *conf = &m->front->conf->mirror;
	int fd = connect_to(m, conf);

	if (fd < 0) {
		count(m, MIRRORED_FAILED);
		m->held -= c->request.n;
		tell_lost(m);
		call_free(c);
		return;
	}
	m->sent++;
	TAILQ_INSERT_TAIL(&m->calling, c, entry);
	m->n_calling++;
	c->conn = conn_new(m->front->loop, fd, &handler, c, conf->timeout_ms);
	if (m->tls != NULL)
		conn_secure_to(c->conn, m->tls, conf->to);
	conn_alarm(c->conn, conf->timeout_ms);
	conn_send(c->conn, buf_str(&c->request));
}

static void
call_next(struct mirror *m)
{
	struct call *c;

	while (m->n_calling < CALLS_MOST &&
	    (c = TAILQ_FIRST(&m->waiting)) != NULL) {
		TAILQ_REMOVE(&m->waiting, c, entry);
		m->n_waiting--;
		begin(m, c);
	}
}

/* Requests. */

static void
write_request(struct buf *b, const struct scan *s,
    const struct mirror_conf *conf)
{
	struct envelope env = s->envelope;
	request_field_list head = { 0 };

	if (env.rcpt.n > RCPT_MOST)
		env.rcpt.n = RCPT_MOST;
	if (conf->token.n != 0)
		request_add_token(&head, s->scratch, conf->token);
	request_add_envelope(&head, s->scratch, &env);
	if (s->asked.n != 0)
		request_add(&head, s->scratch, "Settings-ID", s->asked);
	request_write(b, STR("/checkv2"), conf->to, &head, s->raw);
}

static struct call *
call_new(struct mirror *m, const struct scan *s)
{
	struct call *c = calloc(1, sizeof(*c));

	if (c == NULL)
		abort();
	c->mirror = m;
	c->arena = arena_new();
	c->id = str_copy(c->arena, s->id);
	mirror_verdict_of(&c->here, c->arena, s);
	buf_init(&c->reply, REPLY_MOST);
	buf_init(&c->kept, DIARY_VALUE_MOST);
	history_write_head(&c->kept, s, &m->front->conf->history);
	buf_init(&c->request, s->raw.n + REQUEST_EXTRA);
	write_request(&c->request, s, &m->front->conf->mirror);
	return c;
}

static bool
is_chosen(const struct scan *s, const struct mirror_conf *conf)
{
	return conf->to.n != 0 && (int32_t)(hash_bytes(s->id, 0) % 100) <
	    conf->share;
}

void
mirror_send(struct mirror *m, const struct scan *s)
{
	const struct mirror_conf *conf;
	struct call *c;

	if (m == NULL || !is_chosen(s, &m->front->conf->mirror))
		return;
	conf = &m->front->conf->mirror;
	if (m->n_waiting >= WAITING_MOST ||
	    m->held + s->raw.n > conf->held) {
		count(m, MIRRORED_DROPPED);
		tell_lost(m);
		return;
	}
	c = call_new(m, s);
	TAILQ_INSERT_TAIL(&m->waiting, c, entry);
	m->held += c->request.n;
	m->n_waiting++;
	call_next(m);
}

bool
mirror_believes(struct tls_client **out, struct arena *a,
    const struct mirror_conf *conf, struct err *e)
{
	const struct tls_client_conf tls = { .name = conf->tls_name,
		.ca = conf->ca.n == 0 ? NULL : str_cstr(a, conf->ca) };

	*out = NULL;
	return conf->tls == 0 || tls_client_new(out, &tls, e) ||
	    err_wrap(e, "mirror");
}

struct mirror *
mirror_new(struct front *f, const struct tls_client *tls)
{
	struct mirror *m = calloc(1, sizeof(*m));

	if (m == NULL)
		abort();
	m->front = f;
	m->tls = tls;
	TAILQ_INIT(&m->waiting);
	TAILQ_INIT(&m->calling);
	return m;
}

void
mirror_free(struct mirror *m)
{
	struct call *c;

	if (m == NULL)
		return;
	while ((c = TAILQ_FIRST(&m->calling)) != NULL) {
		TAILQ_REMOVE(&m->calling, c, entry);
		conn_free(c->conn);
		call_free(c);
	}
	while ((c = TAILQ_FIRST(&m->waiting)) != NULL) {
		TAILQ_REMOVE(&m->waiting, c, entry);
		call_free(c);
	}
	free(m);
}
