/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRONT_MILTERPARSE_H
#define FRONT_MILTERPARSE_H

/*
 * What a mail server says to a milter, protocol 2 to 6: bytes of any pieces
 * to packets, a packet to an event.  Knows nothing of the order in which
 * they may come; that is the session's.
 *
 * Slices of an event lie in the packet: they are gone with the next one.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/buf.h"
#include "base/str.h"
#include "base/vec.h"

/* The command byte of a packet. */
enum milter_command {
	MILTER_OPTION = 'O',
	MILTER_CONNECT = 'C',
	MILTER_HELO = 'H',
	MILTER_MAIL = 'M',
	MILTER_RCPT = 'R',
	MILTER_DATA = 'T',
	MILTER_HEADER = 'L',
	MILTER_END_OF_HEADERS = 'N',
	MILTER_BODY = 'B',
	MILTER_END_OF_BODY = 'E',
	MILTER_ABORT = 'A',
	MILTER_QUIT = 'Q',
	MILTER_QUIT_NEW = 'K',
	MILTER_MACRO = 'D',
	MILTER_UNKNOWN = 'U'
};

enum { MILTER_VERSION_LEAST = 2, MILTER_VERSION = 6 };

/* Bits of actions. */
enum {
	MILTER_ADD_HEADER = 0x1,
	MILTER_CHANGE_HEADER = 0x10,
	MILTER_QUARANTINE = 0x20,
	MILTER_SET_MACROS = 0x100
};

/* Bits of events: what is not to be sent, what is not to be answered. */
enum {
	MILTER_NO_UNKNOWN = 0x100,
	MILTER_NO_DATA = 0x200,
	MILTER_NO_REPLY_HEADER = 0x80,
	MILTER_SKIP = 0x400,
	MILTER_NO_REPLY_CONNECT = 0x1000,
	MILTER_NO_REPLY_HELO = 0x2000,
	MILTER_NO_REPLY_MAIL = 0x4000,
	MILTER_NO_REPLY_RCPT = 0x8000,
	MILTER_NO_REPLY_DATA = 0x10000,
	MILTER_NO_REPLY_UNKNOWN = 0x20000,
	MILTER_NO_REPLY_END_OF_HEADERS = 0x40000,
	MILTER_NO_REPLY_BODY = 0x80000,
	MILTER_LEADING_SPACE = 0x100000
};

struct milter_option {
	uint32_t version;
	uint32_t actions;
	uint32_t events;
};

enum milter_state {
	MILTER_IN_LENGTH,
	MILTER_IN_PACKET,
	MILTER_PACKET,     /* whole, until the next bytes */
	MILTER_BAD         /* error says why; nothing more is read */
};

struct milter_parse {
	size_t most;           /* bytes a packet may have */
	enum milter_state state;
	unsigned n_length;     /* bytes of it that are here */
	uint32_t left;         /* of the packet */
	struct buf packet;     /* command byte and data */
	const char *error;
};

void milter_parse_init(struct milter_parse *p, size_t most);
void milter_parse_release(struct milter_parse *p);

/* How many of the bytes belong to this packet; stops behind its last one. */
size_t milter_parse(struct milter_parse *p, struct str bytes);

/* Between two packets. */
bool milter_parse_is_fresh(const struct milter_parse *p);

struct milter_macro {
	struct str name;        /* without braces */
	struct str value;
};

struct milter_event {
	enum milter_command command;
	struct milter_option option;
	struct str host;        /* CONNECT; "": no name is known */
	struct addr addr;       /* CONNECT; family 0: none */
	struct str text;        /* HELO, BODY, END_OF_BODY, UNKNOWN */
	struct str address;     /* MAIL, RCPT, without angle brackets */
	VEC(struct str) args;   /* MAIL, RCPT: "SIZE=1000" */
	struct str name, value; /* HEADER */
	enum milter_command stage; /* MACRO: the command that it is for */
	VEC(struct milter_macro) macros;
};

/* The packet that is whole.  False: it is malformed, *error says how. */
bool milter_event_read(struct milter_event *e, struct arena *a,
    const struct milter_parse *p, const char **error);

/*
 * What is agreed: of the version, actions and events we want those that are
 * offered.  False when the versions have nothing in common.
 */
bool milter_negotiate(struct milter_option *agreed,
    const struct milter_option *offered, const struct milter_option *wanted);

/*
 * A header as it stood in the message: folds are CR LF again, and the blank
 * behind the colon that the server has eaten (unless it was asked not to) is
 * back.
 */
void milter_header_text(struct buf *to, const struct milter_event *e,
    bool has_space);

#endif
