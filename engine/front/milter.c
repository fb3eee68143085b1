/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A session takes events in the order that SMTP has them, gathers a message,
 * has it scanned, answers its end, and goes on with the next.  Events in any
 * other order end the connection; what becomes of the mail then is the
 * server's to say.
 */
#include "front/milter.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/log.h"
#include "front/client.h"
#include "front/front.h"
#include "front/job.h"
#include "front/milteranswer.h"
#include "front/miltermail.h"
#include "front/milterparse.h"
#include "front/milterreply.h"
#include "net/conn.h"
#include "scan/scan.h"

enum {
	PACKET_MOST = 1024 * 1024,
	REPLY_MOST = 1024 * 1024,
	IDLE_MS = 2 * 60 * 60 * 1000, /* an SMTP session may take its time */
	PROGRESS_MS = 1000,           /* between signs of life in a scan */
	SKIP_BELOW = 16 * 1024 * 1024 /* servers take less by themselves */
};

/* How far a message is; events say from where to where they lead. */
enum phase {
	PHASE_NEW = 1,        /* no options yet */
	PHASE_IDLE = 2,       /* between messages */
	PHASE_MAIL = 4,       /* sender and recipients */
	PHASE_HEADERS = 8,
	PHASE_BODY = 16,
	PHASE_ANY = 31 & ~PHASE_NEW
};

struct session {
	struct client *client;
	struct conn *conn;
	struct milter_parse parse;
	struct milter_option agreed;
	struct milter_mail mail;
	struct arena *scratch;  /* of one event */
	enum phase phase;
	struct scan *scan;      /* under way, or NULL */
	bool is_refused;        /* too much was coming in when it came */
	bool is_last;           /* no message after this one */
	bool is_closing;
	bool is_answered;       /* or will be: all that came in this turn */
};

static const struct milter_option wanted = {
	.version = MILTER_VERSION,
	.actions = MILTER_ADD_HEADER | MILTER_CHANGE_HEADER |
	    MILTER_QUARANTINE | MILTER_SET_MACROS,
	/* All is judged at the end, so nothing before is to be answered, but
	 * sometimes the body: that may be too long. */
	.events = MILTER_NO_UNKNOWN | MILTER_NO_DATA | MILTER_SKIP |
	    MILTER_NO_REPLY_HEADER | MILTER_NO_REPLY_CONNECT |
	    MILTER_NO_REPLY_HELO | MILTER_NO_REPLY_MAIL |
	    MILTER_NO_REPLY_RCPT | MILTER_NO_REPLY_DATA |
	    MILTER_NO_REPLY_UNKNOWN | MILTER_NO_REPLY_END_OF_HEADERS |
	    MILTER_LEADING_SPACE
};

static const struct milter_macros macros[] = {
	{ MILTER_AT_CONNECT, "j {daemon_name}" },
	{ MILTER_AT_HELO, "{tls_version}" },
	{ MILTER_AT_MAIL, "i {auth_authen} {auth_type}" },
	{ MILTER_AT_RCPT, "i" },
	{ MILTER_AT_DATA, "i" },
	{ MILTER_AT_END_OF_HEADERS, "i" },
	{ MILTER_AT_END_OF_MESSAGE, "i" },
};

static void
finish(struct session *ss)
{
	ss->is_closing = true;
	client_hold(ss->client, 0);
	conn_close(ss->conn);
}

static void
send_reply(struct session *ss, enum milter_reply reply)
{
	struct buf b;

	ss->is_answered = true;
	buf_init(&b, REPLY_MOST);
	milter_put(&b, reply);
	conn_send(ss->conn, buf_str(&b));
	buf_release(&b);
}

/* The server does with the message what it is configured to do when a milter
 * fails. */
static void
refuse(struct session *ss, const char *error)
{
	char peer[CLIENT_TEXT];

	client_text(ss->client, peer);
	log_info("milter %s: %s", peer, error);
	front_refused(ss->client->front, REFUSED_REQUEST);
	finish(ss);
}

static void
message_over(struct session *ss)
{
	milter_mail_reset(&ss->mail);
	client_hold(ss->client, 0);
	ss->is_refused = false;
	ss->phase = PHASE_IDLE;
}

/* The end of a message is answered; on to the next, or the end. */
static void
answer(struct session *ss, const struct buf *reply)
{
	conn_send(ss->conn, buf_str(reply));
	message_over(ss);
	if (ss->is_last || client_is_last(ss->client)) {
		finish(ss);
		return;
	}
	conn_alarm(ss->conn, IDLE_MS);
	conn_resume(ss->conn);
}

static void
answer_later(struct session *ss)
{
	struct buf reply;

	front_refused(ss->client->front, REFUSED_REQUEST);
	buf_init(&reply, REPLY_MOST);
	milter_put_code(&reply, STR("451 4.3.2 Too much mail at a time; try "
	    "again later"));
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
	buf_init(&reply, REPLY_MOST);
	milter_answer(&reply, &ss->agreed, s);
	if (reply.is_full)
		refuse(ss, "the reply is too long");
	else
		answer(ss, &reply);
	buf_release(&reply);
}

/* One function an event; the message has it already. */

static void
do_option(struct session *ss, const struct milter_event *e)
{
	struct milter_option want = wanted;
	struct buf reply;

	/* Each reply is a trip that the server waits for: it is worth it only
	 * where the rest of a body may have to be skipped. */
	if ((e->option.events & MILTER_SKIP) == 0 ||
	    ss->client->front->conf->message >= SKIP_BELOW)
		want.events |= MILTER_NO_REPLY_BODY;
	if (!milter_negotiate(&ss->agreed, &e->option, &want)) {
		refuse(ss, "a protocol version below 2");
		return;
	}
	ss->mail.has_space = (ss->agreed.events & MILTER_LEADING_SPACE) != 0;
	buf_init(&reply, REPLY_MOST);
	milter_put_option(&reply, &ss->agreed, macros, nitems(macros));
	conn_send(ss->conn, buf_str(&reply));
	buf_release(&reply);
}

/* Of a client that greets again in the middle of a message Postfix tells
 * first, and takes back the message then. */
static void
do_helo(struct session *ss, const struct milter_event *e)
{
	(void)e;
	message_over(ss);
}

static void
do_body(struct session *ss, const struct milter_event *e)
{
	(void)e;
	if ((ss->agreed.events & MILTER_NO_REPLY_BODY) != 0)
		return;
	send_reply(ss, ss->mail.raw.is_full &&
	    (ss->agreed.events & MILTER_SKIP) != 0 ? MILTER_REPLY_SKIP :
	    MILTER_REPLY_CONTINUE);
}

static void
do_end(struct session *ss, const struct milter_event *e)
{
	struct scan *s;

	(void)e;
	if (ss->is_refused) {
		answer_later(ss);
		return;
	}
	s = job_new(ss->client, on_verdict, ss);
	milter_mail_envelope(&s->envelope, s->arena, &ss->mail);
	if (job_send(s, ss->client, &ss->mail.raw) != JOB_SENT) {
		answer_later(ss);
		return;
	}
	ss->scan = s;
	conn_alarm(ss->conn, PROGRESS_MS);
}

static void
do_abort(struct session *ss, const struct milter_event *e)
{
	(void)e;
	if (ss->phase != PHASE_NEW)
		message_over(ss);
}

static void
do_quit(struct session *ss, const struct milter_event *e)
{
	(void)e;
	finish(ss);
}

static void
do_quit_new(struct session *ss, const struct milter_event *e)
{
	(void)e;
	message_over(ss);
	milter_mail_reset_peer(&ss->mail);
}

static void
do_nothing(struct session *ss, const struct milter_event *e)
{
	(void)ss;
	(void)e;
}

/* "No reply": the bit that says so once agreed on; 0: never a reply. */
static const struct row {
	enum milter_command command;
	unsigned from;
	enum phase to;          /* 0: it stays */
	uint32_t no_reply;
	void (*act)(struct session *ss, const struct milter_event *e);
} rows[] = {
	{ MILTER_OPTION, PHASE_NEW, PHASE_IDLE, 0, do_option },
	{ MILTER_CONNECT, PHASE_IDLE, 0, MILTER_NO_REPLY_CONNECT,
	    do_nothing },
	{ MILTER_HELO, PHASE_ANY, PHASE_IDLE, MILTER_NO_REPLY_HELO, do_helo },
	{ MILTER_MAIL, PHASE_IDLE, PHASE_MAIL, MILTER_NO_REPLY_MAIL,
	    do_nothing },
	{ MILTER_RCPT, PHASE_MAIL, 0, MILTER_NO_REPLY_RCPT, do_nothing },
	{ MILTER_DATA, PHASE_MAIL, PHASE_HEADERS, MILTER_NO_REPLY_DATA,
	    do_nothing },
	{ MILTER_HEADER, PHASE_MAIL | PHASE_HEADERS, PHASE_HEADERS,
	    MILTER_NO_REPLY_HEADER, do_nothing },
	{ MILTER_END_OF_HEADERS, PHASE_MAIL | PHASE_HEADERS, PHASE_BODY,
	    MILTER_NO_REPLY_END_OF_HEADERS, do_nothing },
	{ MILTER_BODY, PHASE_BODY, 0, 0, do_body },
	{ MILTER_END_OF_BODY, PHASE_BODY, 0, 0, do_end },
	{ MILTER_ABORT, PHASE_ANY, 0, 0, do_abort },
	{ MILTER_QUIT, PHASE_ANY | PHASE_NEW, 0, 0, do_quit },
	{ MILTER_QUIT_NEW, PHASE_ANY, 0, 0, do_quit_new },
	{ MILTER_MACRO, PHASE_ANY, 0, 0, do_nothing },
	{ MILTER_UNKNOWN, PHASE_ANY, 0, MILTER_NO_REPLY_UNKNOWN,
	    do_nothing },
};

static const struct row *
row_of(enum milter_command command)
{
	for (size_t i = 0; i < nitems(rows); i++) {
		if (rows[i].command == command)
			return &rows[i];
	}
	return NULL;
}

/* Of what comes while too much is held already nothing is kept. */
static void
gather(struct session *ss, const struct milter_event *e)
{
	const struct front *f = ss->client->front;

	if (!ss->is_refused)
		milter_mail_add(&ss->mail, e);
	client_hold(ss->client, ss->mail.raw.n);
	if (!front_is_full(f) || ss->is_refused)
		return;
	ss->is_refused = true;
	buf_release(&ss->mail.raw);
	client_hold(ss->client, 0);
}

static void
obey(struct session *ss, const struct milter_event *e)
{
	const struct row *row = row_of(e->command);

	if (row == NULL || (row->from & ss->phase) == 0) {
		refuse(ss, "an event that may not come here");
		return;
	}
	gather(ss, e);
	if (row->to != 0)
		ss->phase = row->to;
	row->act(ss, e);
	if (row->no_reply != 0 && (ss->agreed.events & row->no_reply) == 0)
		send_reply(ss, MILTER_REPLY_CONTINUE);
}

static void
go_on(struct session *ss)
{
	struct milter_event event;
	const char *error;

	if (ss->parse.state == MILTER_BAD) {
		refuse(ss, ss->parse.error);
	} else if (ss->parse.state != MILTER_PACKET) {
		conn_alarm(ss->conn, ss->client->front->conf->request_ms);
	} else if (!milter_event_read(&event, ss->scratch, &ss->parse,
		&error)) {
		refuse(ss, error);
	} else {
		conn_alarm(ss->conn, IDLE_MS);
		obey(ss, &event);
	}
	arena_empty(ss->scratch);
}

static size_t
on_data(void *owner, struct str bytes)
{
	struct session *ss = owner;
	size_t at = 0;

	while (at < bytes.n && ss->scan == NULL && !ss->is_closing) {
		ss->is_answered = false;
		at += milter_parse(&ss->parse, str_from(bytes, at));
		go_on(ss);
	}
	/* Most events get no reply that would do it. */
	if (!ss->is_answered && ss->scan == NULL && !ss->is_closing)
		conn_acknowledge(ss->conn);
	return at;
}

static void
on_half_closed(void *owner)
{
	struct session *ss = owner;

	ss->is_last = true;
	if (ss->scan == NULL && !ss->is_closing)
		finish(ss);
}

static void
on_alarm(void *owner)
{
	struct session *ss = owner;

	if (ss->scan == NULL) {
		refuse(ss, "the server took too long");
		return;
	}
	send_reply(ss, MILTER_REPLY_PROGRESS);
	conn_alarm(ss->conn, PROGRESS_MS);
}

static void
on_gone(void *owner)
{
	struct session *ss = owner;

	job_drop(ss->scan);
	milter_parse_release(&ss->parse);
	milter_mail_release(&ss->mail);
	arena_free(ss->scratch);
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
	ss->phase = PHASE_NEW;
	ss->scratch = arena_new();
	milter_parse_init(&ss->parse, PACKET_MOST);
	milter_mail_init(&ss->mail, front_room(c->front));
	return ss;
}

static void
drain(void *session)
{
	struct session *ss = session;

	ss->is_last = true;
	if (ss->scan == NULL && !ss->is_closing &&
	    (ss->phase & (PHASE_NEW | PHASE_IDLE)) != 0)
		finish(ss);
}

const struct front_protocol front_milter = {
	.name = "milter",
	.handler = &handler,
	.open = open_session,
	.drain = drain
};
