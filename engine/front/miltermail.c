/* SPDX-License-Identifier: Apache-2.0 */
/* One row an event, one a macro. */
#include "front/miltermail.h"

enum {
	KEPT_MOST = 512 * 1024 /* bytes of all texts of one arena */
};

/* Said again it costs nothing, and of who says more and more no more is
 * kept. */
static struct str
keep(struct arena *a, struct str had, struct str text)
{
	if (str_eq(had, text))
		return had;
	return arena_used(a) + text.n <= KEPT_MOST ? str_copy(a, text) :
	    STR("");
}

void
milter_mail_init(struct milter_mail *m, size_t most)
{
	*m = (struct milter_mail){ .peer_arena = arena_new(),
		.mail_arena = arena_new() };
	buf_init(&m->raw, most);
}

void
milter_mail_release(struct milter_mail *m)
{
	arena_free(m->peer_arena);
	arena_free(m->mail_arena);
	buf_release(&m->raw);
}

void
milter_mail_reset(struct milter_mail *m)
{
	arena_empty(m->mail_arena);
	m->mail = (struct envelope){ 0 };
	/* A message goes with its end: an idle connection holds none. */
	buf_release(&m->raw);
}

void
milter_mail_reset_peer(struct milter_mail *m)
{
	milter_mail_reset(m);
	arena_empty(m->peer_arena);
	m->peer = (struct envelope){ 0 };
}

static void
add_connect(struct milter_mail *m, const struct milter_event *e)
{
	static const struct addr here = { 4, { 127, 0, 0, 1 } };

	/* A client without an address is a program of the server's own. */
	m->peer.ip = e->addr.family != 0 ? e->addr : here;
	m->peer.rdns = keep(m->peer_arena, m->peer.rdns, e->host);
	m->peer.has_rdns = true;
}

static void
add_helo(struct milter_mail *m, const struct milter_event *e)
{
	m->peer.helo = keep(m->peer_arena, m->peer.helo, e->text);
}

static void
add_mail(struct milter_mail *m, const struct milter_event *e)
{
	m->mail.mail_from = keep(m->mail_arena, m->mail.mail_from,
	    e->address);
	m->mail.has_mail_from = true;
}

static void
add_rcpt(struct milter_mail *m, const struct milter_event *e)
{
	struct str rcpt = keep(m->mail_arena, STR(""), e->address);

	if (rcpt.n < e->address.n)
		m->mail.is_rcpt_cut = true;
	envelope_add_rcpt(&m->mail, m->mail_arena, rcpt);
}

static void
add_header(struct milter_mail *m, const struct milter_event *e)
{
	milter_header_text(&m->raw, e, m->has_space);
}

static void
add_end_of_headers(struct milter_mail *m, const struct milter_event *e)
{
	(void)e;
	buf_add_str(&m->raw, STR("\r\n"));
}

static void
add_body(struct milter_mail *m, const struct milter_event *e)
{
	buf_add_str(&m->raw, e->text);
}

/* Those that say something of a message, and where it goes. */
static const struct {
	const char *name;
	size_t offset;   /* of a struct str in struct envelope */
	bool is_peers;   /* holds for the whole connection */
} macros[] = {
	{ "i", offsetof(struct envelope, queue_id), false },
	{ "auth_authen", offsetof(struct envelope, user), false },
	{ "tls_version", offsetof(struct envelope, tls), true },
};

static void
add_macro(struct milter_mail *m, const struct milter_macro *macro)
{
	for (size_t i = 0; i < nitems(macros); i++) {
		struct envelope *env = macros[i].is_peers ? &m->peer :
		    &m->mail;
		struct arena *a = macros[i].is_peers ? m->peer_arena :
		    m->mail_arena;

		struct str *to = (void *)((char *)env + macros[i].offset);

		if (str_is(macro->name, macros[i].name))
			*to = keep(a, *to, macro->value);
	}
}

static void
add_macros(struct milter_mail *m, const struct milter_event *e)
{
	const struct milter_macro *macro;

	VEC_EACH(macro, &e->macros)
		add_macro(m, macro);
}

static const struct {
	enum milter_command command;
	void (*add)(struct milter_mail *m, const struct milter_event *e);
} rows[] = {
	{ MILTER_CONNECT, add_connect },
	{ MILTER_HELO, add_helo },
	{ MILTER_MAIL, add_mail },
	{ MILTER_RCPT, add_rcpt },
	{ MILTER_HEADER, add_header },
	{ MILTER_END_OF_HEADERS, add_end_of_headers },
	{ MILTER_BODY, add_body },
	{ MILTER_END_OF_BODY, add_body },
	{ MILTER_MACRO, add_macros },
};

void
milter_mail_add(struct milter_mail *m, const struct milter_event *e)
{
	for (size_t i = 0; i < nitems(rows); i++) {
		if (rows[i].command == e->command)
			rows[i].add(m, e);
	}
}

void
milter_mail_envelope(struct envelope *out, struct arena *a,
    const struct milter_mail *m)
{
	const struct str *rcpt;

	*out = (struct envelope){
		.ip = m->peer.ip,
		.helo = str_copy(a, m->peer.helo),
		.rdns = str_copy(a, m->peer.rdns),
		.has_rdns = m->peer.has_rdns,
		.tls = str_copy(a, m->peer.tls),
		.mail_from = str_copy(a, m->mail.mail_from),
		.has_mail_from = m->mail.has_mail_from,
		.user = str_copy(a, m->mail.user),
		.queue_id = str_copy(a, m->mail.queue_id),
		.is_rcpt_cut = m->mail.is_rcpt_cut,
	};
	VEC_EACH(rcpt, &m->mail.rcpt)
		*VEC_ADD(a, &out->rcpt) = str_copy(a, *rcpt);
}
