/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_MESSAGE_H
#define MAIL_MESSAGE_H

/*
 * A message, read: headers, parts, texts, links, hops.  Made once by
 * message_read and never written again.  Everything lives in the arena given
 * and points into the raw bytes, which must live as long.
 *
 * Reading cannot fail.  What is broken, guessed or over a limit is said in
 * the message and becomes a fact of the scan.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/str.h"
#include "base/vec.h"
#include "mail/address.h"
#include "mail/envelope.h"
#include "mail/header.h"
#include "mail/mime.h"
#include "mail/quoted.h"
#include "mail/received.h"
#include "mail/url.h"

/* Limits of reliability.md; message_limits_default is what the daemon uses
 * unless configured otherwise. */
struct message_limits {
	size_t bytes;         /* of the message; the rest is not read */
	size_t depth;
	size_t parts;         /* a small message may have fewer */
	struct header_limits headers;
	size_t addresses;     /* of a field or two of one kind */
	size_t decoded;       /* bytes of one decoded text */
	size_t unpacked;      /* bytes of what files of a message have packed;
	                         a small message may have fewer */
	size_t urls;
	size_t hops;
};

extern const struct message_limits message_limits_default;

/* Bits of message.limits: what was reached.  Each is the fact limit.NAME. */
enum limit {
	LIMIT_BYTES,
	LIMIT_DEPTH,
	LIMIT_PARTS,
	LIMIT_HEADERS,
	LIMIT_PARAMS,    /* of one header field */
	LIMIT_WORDS,     /* encoded words of one header field */
	LIMIT_ADDRESSES,
	LIMIT_DECODED,
	LIMIT_UNPACKED,
	LIMIT_ENCRYPTED, /* what stands in a PDF could not be read */
	LIMIT_HTML,      /* tags, attributes or depth of a page */
	LIMIT_URLS,
	LIMIT_HOPS,
	LIMIT_RECIPIENTS, /* of the envelope */
	LIMITS
};

const char *limit_name(enum limit limit);

struct text {
	uint32_t part;      /* index into parts */
	bool is_html;
	struct str utf8;    /* decoded source: HTML mark-up, or as visible */
	struct str visible; /* what a person reads */
	struct str typed;   /* visible in the order its letters stand in, where
	                       an override of direction paints another; else
	                       "" */
	struct str hidden;  /* HTML kept from the reader's eye */
	quoted_list quoted; /* pieces of visible that are older mail's */
	struct str charset; /* what it was read as */
	bool is_guess;      /* the label was missing, unknown or wrong */
	bool is_damaged;    /* some bytes are nothing in that charset */
	bool is_again;      /* the text before, read in another charset */
	bool is_stripped;   /* a page among those before, as clients show it
	                       that take out of styles what moves text away, or
	                       as nobody may show it */
	bool is_unhidden;   /* that: all but nothing is seen of it, so what
	                       hides the rest may do so for few */
};

typedef VEC(struct str) name_list;

struct subject {
	struct str text; /* decoded */
	size_t offset;   /* of the field */
};

/* Where a field that any sender may write says the message came from. */
struct origin {
	struct str field;
	struct addr ip;
	size_t offset; /* of the field in the message */
};

struct message_conf {
	const struct message_limits *limits;
	/* Networks of ours: their Received lines are believed. */
	const struct addr_net *trusted;
	size_t n_trusted;
	/* Hosts whose Authentication-Results are believed, above the line of
	 * the peer and, if there is none, right below it: they must take out
	 * what comes in under their name (RFC 8601 5). */
	const struct str *authserv;
	size_t n_authserv;
	/* The fields they write them in; none: Authentication-Results. */
	const char *const *auth_fields;
	size_t n_auth_fields;
};

struct message {
	struct str raw;
	struct headers headers;
	part_list parts;
	VEC(struct text) texts;
	url_list urls;           /* bare, anchors, nested; in that order */
	hop_list hops;           /* newest first, as in the message */
	address_list from;
	address_list sender;
	address_list reply_to;
	struct str subject;      /* decoded; of the first field that has any */
	VEC(struct subject) subjects; /* of every field that has any: which
	                            one is shown differs */
	size_t most_to;          /* mailboxes of To and Cc that are read, */
	size_t to_expected;      /* and about so many there are */
	struct str message_id;
	int64_t date;            /* seconds since 1970, of the first field */
	bool has_date;
	int64_t received;        /* the same of the line that says who handed
	                            it over, or of the newest */
	bool has_received;
	int64_t date_offset;     /* by how much date is later than received;
	                            where a zone is missing, what is sure */
	bool has_offset;         /* they can be compared */
	VEC(struct origin) origins; /* believed by nobody */
	name_list duplicates;    /* fields that stand twice though once is all,
	                            lower case, at the top */
	size_t defanged;         /* URLs written so that none can click */
	uint32_t limits;         /* bits: 1 << enum limit */
	bool is_damaged;         /* MIME structure broken */

	/* Who handed the message to the first host we trust. */
	struct addr peer_ip;
	struct str peer_helo;
	struct str peer_rdns;
	bool has_peer_rdns;      /* known, if only to be none ("") */
	bool is_peer_nameless;   /* not known; a line that may be the peer's
	                            own says there is none */
	uint32_t peer_hop;       /* index of the Received line that says so, or
	                            UINT32_MAX: the envelope says so */
	bool is_peer_hidden;     /* that line has two addresses: the peer may
	                            have tried to be somebody else */
	struct addr relay;       /* the host of ours that the envelope names,
	                            where its lines say who the peer is; family
	                            0: there is none */
	struct str mail_from;    /* of the envelope, or of Return-Path */
	bool has_mail_from;
	bool is_mail_from_ours;  /* no line of the sender's says so */
	struct auth auth;        /* of the envelope, or of a trusted host */
};

/* env, conf and conf->limits may be NULL: nothing said, the defaults. */
void message_read(struct message *m, struct arena *a, struct str raw,
    const struct envelope *env, const struct message_conf *conf);
/* The sender, an author or a signature has what looks like results of a host
 * that prints it: nobody passes by these. */
bool message_is_tricky(const struct message *m, struct arena *a);

/* The mailboxes of To and Cc, which may be thousands and are not kept:
 * message_to_next is false behind the last, or at the limit.  Nobody who asks
 * for one by one asks for their names: those stay empty. */
struct message_to {
	const struct message *message;
	struct arena *arena;
	const struct header *field; /* to be read next */
	struct mailboxes reader;
	size_t left;
	bool is_cc;
	bool is_begun;
	bool has_names;             /* the mailboxes' names are asked for */
};

void message_to_begin(struct message_to *to, const struct message *m,
    struct arena *a);
bool message_to_next(struct message_to *to, struct address *out);

/* All of them with their names, for those who show them. */
address_list message_to(const struct message *m, struct arena *a);

#endif
