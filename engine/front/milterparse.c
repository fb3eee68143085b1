/* SPDX-License-Identifier: Apache-2.0 */
/* Packets, and one row a command for what is in them. */
#include "front/milterparse.h"

#include <limits.h>

#include "base/arena.h"

enum { LENGTH_BYTES = 4, ARGS_MOST = 100, MACROS_MOST = 200 };

struct reading {
	struct milter_event *event;
	struct arena *arena;
	struct str rest;        /* of the packet's data */
	const char *error;
};

static bool
bad(struct reading *r, const char *error)
{
	r->error = error;
	return false;
}

void
milter_parse_init(struct milter_parse *p, size_t most)
{
	*p = (struct milter_parse){ .most = most };
	buf_init(&p->packet, most);
}

void
milter_parse_release(struct milter_parse *p)
{
	buf_release(&p->packet);
}

bool
milter_parse_is_fresh(const struct milter_parse *p)
{
	return (p->state == MILTER_IN_LENGTH && p->n_length == 0) ||
	    p->state == MILTER_PACKET;
}

static void
refuse(struct milter_parse *p, const char *error)
{
	p->state = MILTER_BAD;
	p->error = error;
}

static void
take_length(struct milter_parse *p, char byte)
{
	p->left = p->left << CHAR_BIT | (unsigned char)byte;
	if (++p->n_length < LENGTH_BYTES)
		return;
	if (p->left == 0)
		refuse(p, "a packet without a command");
	else if (p->left > p->most)
		refuse(p, "a packet is larger than the limit");
	else
		p->state = MILTER_IN_PACKET;
}

static size_t
take_packet(struct milter_parse *p, struct str bytes)
{
	size_t n = bytes.n < p->left ? bytes.n : p->left;

	buf_add(&p->packet, bytes.p, n);
	p->left -= (uint32_t)n;
	if (p->left == 0)
		p->state = MILTER_PACKET;
	return n;
}

size_t
milter_parse(struct milter_parse *p, struct str bytes)
{
	size_t at = 0;

	if (p->state == MILTER_PACKET && bytes.n != 0) {
		p->state = MILTER_IN_LENGTH;
		p->n_length = 0;
		buf_empty(&p->packet);
	}
	while (at < bytes.n && p->state == MILTER_IN_LENGTH)
		take_length(p, bytes.p[at++]);
	if (p->state == MILTER_IN_PACKET)
		at += take_packet(p, str_from(bytes, at));
	return at;
}

static bool
take_number(struct reading *r, size_t bytes, uint32_t *value)
{
	if (r->rest.n < bytes)
		return bad(r, "a number is cut short");
	*value = 0;
	for (size_t i = 0; i < bytes; i++)
		*value = *value << CHAR_BIT | (unsigned char)r->rest.p[i];
	r->rest = str_from(r->rest, bytes);
	return true;
}

/* Up to the NUL that ends it. */
static bool
take_text(struct reading *r, struct str *text)
{
	struct str after;

	if (!str_cut(r->rest, '\0', text, &after))
		return bad(r, "a text without its NUL");
	r->rest = after;
	return true;
}

static bool
read_option(struct reading *r)
{
	struct milter_option *o = &r->event->option;

	return take_number(r, 4, &o->version) &&
	    take_number(r, 4, &o->actions) && take_number(r, 4, &o->events);
}

/* "unknown", or the address in brackets: a look-up that found nothing. */
static struct str
host_name(struct str host)
{
	if (str_case_is(host, "unknown") || str_starts(host, STR("[")))
		return STR("");
	return host;
}

static bool
read_connect(struct reading *r)
{
	struct milter_event *e = r->event;
	struct str host, address;
	uint32_t family, port;

	if (!take_text(r, &host) || !take_number(r, 1, &family))
		return false;
	e->host = host_name(host);
	/* Of a client without an address nothing follows. */
	if (family == 'U')
		return true;
	if (family != '4' && family != '6' && family != 'L')
		return bad(r, "an address of an unknown family");
	if (!take_number(r, 2, &port) || !take_text(r, &address))
		return false;
	/* Sendmail writes "IPv6:2001:db8::1". */
	str_case_skip(&address, STR("IPv6:"));
	if (family != 'L' && !addr_parse(address, &e->addr))
		return bad(r, "the client's address is none");
	return true;
}

/* Some servers end such a text in NUL, some do not. */
static bool
read_text(struct reading *r)
{
	r->event->text = str_head(r->rest, str_find(r->rest, '\0'));
	return true;
}

static bool
read_bytes(struct reading *r)
{
	r->event->text = r->rest;
	return true;
}

static bool
read_address(struct reading *r)
{
	struct milter_event *e = r->event;
	struct str arg;

	if (!take_text(r, &arg))
		return false;
	if (arg.n >= 2 && arg.p[0] == '<' && arg.p[arg.n - 1] == '>')
		arg = str_sub(arg, 1, arg.n - 1);
	e->address = arg;
	while (r->rest.n != 0 && e->args.n < ARGS_MOST) {
		if (!take_text(r, &arg))
			return false;
		*VEC_ADD(r->arena, &e->args) = arg;
	}
	return true;
}

static bool
read_header(struct reading *r)
{
	struct milter_event *e = r->event;

	if (!take_text(r, &e->name) || !take_text(r, &e->value))
		return false;
	return e->name.n != 0 || bad(r, "a header without a name");
}

/* "i" comes bare, "{mail_addr}" in braces; either may be the other way. */
static struct str
macro_name(struct str name)
{
	if (name.n >= 2 && name.p[0] == '{' && name.p[name.n - 1] == '}')
		return str_sub(name, 1, name.n - 1);
	return name;
}

static bool
read_macros(struct reading *r)
{
	struct milter_event *e = r->event;
	struct str name, value;
	struct milter_macro *macro;
	uint32_t stage;

	if (!take_number(r, 1, &stage))
		return false;
	e->stage = (enum milter_command)stage;
	while (r->rest.n != 0 && e->macros.n < MACROS_MOST) {
		if (!take_text(r, &name) || !take_text(r, &value))
			return false;
		macro = VEC_ADD(r->arena, &e->macros);
		macro->name = macro_name(name);
		macro->value = value;
	}
	return true;
}

static bool
read_nothing(struct reading *r)
{
	(void)r;
	return true;
}

static const struct {
	enum milter_command command;
	bool (*read)(struct reading *r);
} rows[] = {
	{ MILTER_OPTION, read_option },
	{ MILTER_CONNECT, read_connect },
	{ MILTER_HELO, read_text },
	{ MILTER_MAIL, read_address },
	{ MILTER_RCPT, read_address },
	{ MILTER_DATA, read_nothing },
	{ MILTER_HEADER, read_header },
	{ MILTER_END_OF_HEADERS, read_nothing },
	{ MILTER_BODY, read_bytes },
	{ MILTER_END_OF_BODY, read_bytes },
	{ MILTER_ABORT, read_nothing },
	{ MILTER_QUIT, read_nothing },
	{ MILTER_QUIT_NEW, read_nothing },
	{ MILTER_MACRO, read_macros },
	{ MILTER_UNKNOWN, read_text },
};

bool
milter_event_read(struct milter_event *e, struct arena *a,
    const struct milter_parse *p, const char **error)
{
	struct str packet = buf_str(&p->packet);
	struct reading r = { .event = e, .arena = a,
		.rest = str_from(packet, 1) };

	*e = (struct milter_event){ .command =
		(enum milter_command)(unsigned char)packet.p[0] };
	for (size_t i = 0; i < nitems(rows); i++) {
		if (rows[i].command != e->command)
			continue;
		if (rows[i].read(&r))
			return true;
		*error = r.error;
		return false;
	}
	*error = "there is no such command";
	return false;
}

bool
milter_negotiate(struct milter_option *agreed,
    const struct milter_option *offered, const struct milter_option *wanted)
{
	if (offered->version < MILTER_VERSION_LEAST)
		return false;
	agreed->version = offered->version < wanted->version ?
	    offered->version : wanted->version;
	agreed->actions = offered->actions & wanted->actions;
	agreed->events = offered->events & wanted->events;
	return true;
}

void
milter_header_text(struct buf *to, const struct milter_event *e,
    bool has_space)
{
	struct str rest = e->value, line;
	bool is_first = true;

	buf_add_str(to, e->name);
	buf_add_byte(to, ':');
	if (!has_space)
		buf_add_byte(to, ' ');
	while (str_next(&rest, '\n', &line)) {
		if (line.n != 0 && line.p[line.n - 1] == '\r' &&
		    rest.p != NULL)
			line.n--;
		if (!is_first)
			buf_add_str(to, STR("\r\n"));
		is_first = false;
		buf_add_str(to, line);
	}
	buf_add_str(to, STR("\r\n"));
}
