/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A session reads one request, has its message scanned, answers and closes.
 * The word behind the command says which of the two protocols it is, so both
 * listeners take either.
 */
#include "front/spamc.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/log.h"
#include "front/client.h"
#include "front/front.h"
#include "front/job.h"
#include "front/learn.h"
#include "front/packing.h"
#include "front/request.h"
#include "front/spamcparse.h"
#include "front/spamcreply.h"
#include "net/conn.h"
#include "scan/scan.h"
#include "scan/world.h"

enum {
	LINE_MOST = 1024,
	HEAD_MOST = 64 * 1024,
	FIELDS_MOST = 2000,   /* Exim names every recipient in one */
	HEADERS_MOST = 64 * 1024, /* what a reply has on top of the message */
	ERROR_MOST = 1024
};

struct session {
	struct client *client;
	struct conn *conn;
	struct spamc_limits limits;
	struct spamc_parse parse;
	struct scan *scan;      /* under way, or NULL */
	bool is_begun;          /* its first byte is here */
	bool is_closing;
};

static void
finish(struct session *ss)
{
	ss->is_closing = true;
	client_hold(ss->client, 0);
	buf_release(&ss->parse.body);
	/* One request a connection; who speaks RSPAMC may see it otherwise. */
	if (ss->parse.state == SPAMC_DONE && !ss->parse.is_rspamc)
		conn_end(ss->conn);
	else
		conn_close(ss->conn);
}

static void
answer(struct session *ss, const struct buf *reply)
{
	conn_send(ss->conn, buf_str(reply));
	finish(ss);
}

static void
refuse(struct session *ss, enum spamc_code code, const char *error)
{
	char peer[CLIENT_TEXT];
	struct buf reply;

	client_text(ss->client, peer);
	log_info("spamc %s: %s %s", peer, spamc_code_name(code), error);
	front_refused(ss->client->front, REFUSED_REQUEST);
	buf_init(&reply, ERROR_MOST);
	spamc_reply_error(&reply, ss->parse.is_rspamc, code, error);
	answer(ss, &reply);
	buf_release(&reply);
}

static void
on_verdict(struct scan *s)
{
	struct session *ss = s->client;
	struct buf reply;

	ss->scan = NULL;
	job_over(s, ss->client);
	buf_init(&reply, 2 * s->raw.n + HEADERS_MOST);
	if (ss->parse.is_rspamc)
		spamc_reply_rspamc(&reply, s);
	else
		spamc_reply(&reply, &ss->parse, s);
	if (reply.is_full)
		refuse(ss, SPAMC_EX_SOFTWARE, "the reply is too long");
	else
		answer(ss, &reply);
	buf_release(&reply);
}

/* The fields of RSPAMC are those of rspamd's HTTP.  SPAMC has none that
 * say anything of the message but the user whose settings are wanted. */
static void
read_envelope(struct session *ss, struct scan *s)
{
	const struct spamc_field *f;

	if (!ss->parse.is_rspamc)
		return;
	VEC_EACH(f, &ss->parse.fields)
		request_read_field(s, f->name, f->value,
		    client_is_trusted(ss->client));
}

/* Of what unpacks to more than the limit the beginning is enough. */
static bool
unpack_body(struct session *ss)
{
	struct buf whole;
	bool is_good;

	buf_init(&whole, front_room(ss->client->front));
	is_good = unpack(&whole, PACKING_ZLIB, buf_str(&ss->parse.body)) !=
	    UNPACKED_BROKEN;
	buf_release(&ss->parse.body);
	ss->parse.body = whole;
	return is_good;
}

/* Of a message that is to be learnt: what was done is said, and nothing of
 * what was done before. */
static void
answer_tell(struct session *ss, bool is_done)
{
	static const struct spamc_tell nothing;
	struct buf reply;

	buf_init(&reply, ERROR_MOST);
	spamc_reply_tell(&reply, is_done ? &ss->parse.tell : &nothing);
	answer(ss, &reply);
	buf_release(&reply);
}

static void
on_lesson(struct scan *s)
{
	struct session *ss = s->client;
	enum lesson_result result = s->lesson->result;

	ss->scan = NULL;
	learn_over(s, ss->client);
	switch (result) {
	case LESSON_LEARNT:
	case LESSON_FORGOTTEN:
		answer_tell(ss, true);
		break;
	case LESSON_KNOWN:
	case LESSON_UNKNOWN:
		answer_tell(ss, false);
		break;
	case LESSON_NOTHING:
		refuse(ss, SPAMC_EX_DATAERR, lesson_result_text(result));
		break;
	case LESSON_OFF:
		refuse(ss, SPAMC_EX_UNAVAILABLE, "Service Unavailable: "
		    "nothing is learnt by TELL here");
		break;
	default:
		refuse(ss, SPAMC_EX_TEMPFAIL, lesson_result_text(result));
		break;
	}
}

/* To be taken out of both is to be forgotten; "remote" is whoever shares the
 * store with us. */
static enum lesson_kind
lesson_kind_of(const struct spamc_tell *tell)
{
	if (tell->set == 0)
		return LESSON_FORGET;
	return tell->is_ham ? LESSON_GOOD : LESSON_BAD;
}

static void
send_message(struct session *ss, bool is_lesson)
{
	struct scan *s;
	enum job_result result;

	if (ss->parse.is_packed && !unpack_body(ss)) {
		refuse(ss, SPAMC_EX_DATAERR, "the message is not whole as "
		    "zlib packs it");
		return;
	}
	s = job_new(ss->client, is_lesson ? on_lesson : on_verdict, ss);
	read_envelope(ss, s);
	if (is_lesson) {
		s->envelope.user = str_copy(s->arena, ss->parse.user);
		learn_begin(s, ss->client, lesson_kind_of(&ss->parse.tell),
		    STR(""));
	}
	result = job_send(s, ss->client, &ss->parse.body);
	if (result != JOB_SENT) {
		refuse(ss, SPAMC_EX_TEMPFAIL, job_why(result));
		return;
	}
	ss->scan = s;
}

static void
do_scan(struct session *ss)
{
	send_message(ss, false);
}

static void
do_tell(struct session *ss)
{
	if (client_may(ss->client, ROLE_LEARN, STR("")) != CLIENT_MAY)
		refuse(ss, SPAMC_EX_UNAVAILABLE, "Service Unavailable: "
		    "nothing is learnt by TELL here");
	else
		send_message(ss, true);
}

static void
do_ping(struct session *ss)
{
	struct buf reply;

	buf_init(&reply, ERROR_MOST);
	spamc_reply_pong(&reply);
	answer(ss, &reply);
	buf_release(&reply);
}

static void (*const acts[SPAMC_COMMANDS])(struct session *ss) = {
	[SPAMC_CHECK] = do_scan,
	[SPAMC_SYMBOLS] = do_scan,
	[SPAMC_REPORT] = do_scan,
	[SPAMC_REPORT_IFSPAM] = do_scan,
	[SPAMC_PROCESS] = do_scan,
	[SPAMC_HEADERS] = do_scan,
	[SPAMC_TELL] = do_tell,
	[SPAMC_PING] = do_ping,
	/* The client has kept the message to itself: there is no answer. */
	[SPAMC_SKIP] = finish,
};

static void
go_on(struct session *ss)
{
	const struct front *f = ss->client->front;

	if (!ss->is_begun && !spamc_parse_is_fresh(&ss->parse)) {
		ss->is_begun = true;
		/* Most come whole. */
		if (ss->parse.state != SPAMC_DONE)
			conn_alarm(ss->conn, f->conf->request_ms);
	}
	client_hold(ss->client, ss->parse.body.n);
	if (ss->parse.state == SPAMC_BAD) {
		refuse(ss, ss->parse.code, ss->parse.error);
	} else if (ss->parse.state == SPAMC_DONE) {
		conn_alarm(ss->conn, CONN_NEVER);
		acts[ss->parse.command](ss);
	} else if (front_is_full(f)) {
		refuse(ss, SPAMC_EX_TEMPFAIL, "too much is coming in; try "
		    "again later");
	}
}

static size_t
on_data(void *owner, struct str bytes)
{
	struct session *ss = owner;
	size_t n;

	if (ss->scan != NULL || ss->is_closing)
		return 0;
	n = spamc_parse(&ss->parse, bytes);
	if (n < bytes.n && ss->parse.state == SPAMC_DONE &&
	    ss->parse.has_length && !ss->parse.is_rspamc)
		refuse(ss, SPAMC_EX_PROTOCOL, "Content-Length mismatch: the "
		    "message is longer");
	else
		go_on(ss);
	return n;
}

static void
on_half_closed(void *owner)
{
	struct session *ss = owner;

	if (ss->scan != NULL || ss->is_closing)
		return;
	if (!ss->is_begun) {
		finish(ss);
		return;
	}
	spamc_parse_end(&ss->parse);
	go_on(ss);
}

static void
on_alarm(void *owner)
{
	struct session *ss = owner;

	if (ss->scan != NULL)
		return;
	if (ss->is_begun)
		refuse(ss, SPAMC_EX_TIMEOUT, "Timeout: the request took too "
		    "long to arrive");
	else
		finish(ss);
}

static void
on_gone(void *owner)
{
	struct session *ss = owner;

	job_drop(ss->scan);
	spamc_parse_release(&ss->parse);
	client_leave(ss->client);
	free(ss);
}

static const struct conn_handler handler = {
	.data = on_data,
	.half_closed = on_half_closed,
	.alarm = on_alarm,
	.gone = on_gone
};

static void *
open_session(struct client *c)
{
	struct session *ss = calloc(1, sizeof(*ss));

	if (ss == NULL)
		abort();
	ss->client = c;
	ss->conn = c->conn;
	ss->limits = (struct spamc_limits){ .line = LINE_MOST,
		.head = HEAD_MOST, .fields = FIELDS_MOST,
		.body = c->front->conf->message };
	spamc_parse_init(&ss->parse, &ss->limits);
	ss->parse.notes = world_noted(c->front->world);
	return ss;
}

static void
drain(void *session)
{
	struct session *ss = session;

	if (ss->scan == NULL && !ss->is_begun && !ss->is_closing)
		finish(ss);
}

static const char too_many[] = "too many connections; try again later";

static void
turn_away_spamc(struct buf *to)
{
	spamc_reply_error(to, false, SPAMC_EX_TEMPFAIL, too_many);
}

static void
turn_away_rspamc(struct buf *to)
{
	spamc_reply_error(to, true, SPAMC_EX_TEMPFAIL, too_many);
}

const struct front_protocol front_spamc = {
	.name = "spamc",
	.mark = "SPAMC/",
	.handler = &handler,
	.open = open_session,
	.drain = drain,
	.turn_away = turn_away_spamc
};

const struct front_protocol front_rspamc = {
	.name = "rspamc",
	.mark = "RSPAMC/",
	.handler = &handler,
	.open = open_session,
	.drain = drain,
	.turn_away = turn_away_rspamc
};
