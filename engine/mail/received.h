/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_RECEIVED_H
#define MAIL_RECEIVED_H

/*
 * One Received field (RFC 5321 4.4) in the forms of Postfix, qmail and the
 * bare "from X (rdns [ip])".  Only the line written by a host we trust can
 * be believed; which one that is, message.h decides.
 *
 * Even in an honest line the greeting, an answer of ident, the names in a
 * certificate, sender and recipient are a stranger's.  What servers let
 * through in a greeting:
 *	Postfix    one word in new ones, blanks in old and similar ones; never
 *	           ( ) < > " \ ; @, so the first "(name [ip])" is its own
 *	Sendmail   letters, digits and [ ] . - _ # : up to a blank
 *	Exim       letters, digits, . - _ or [ip]; anything from hosts named in
 *	           helo_accept_junk_hosts.  It stands behind the address, as
 *	           does ident, which may have blanks and brackets
 *	qmail      letters, digits and . @ % + / = : - alone
 *	qpsmtpd, Haraka    one word, with parentheses and brackets
 *	Exchange, Gmail    what looks like a name or [ip]
 *	Courier    one word; ident stands behind the address, with blanks
 *	amavis, Zimbra     those of the Postfix in front of them
 * All but Exim write the address last, right before their "by", with only
 * comments about TLS, users and ident between.  None of them writes a second
 * one but in the place of a greeting ("[10.0.0.5]"); any other, and another
 * "by" with an address before it, is a stranger's.  Such a line is unclear:
 * which address is whose is not guessed; what stands behind its only "by" is
 * the server's all the same.  Servers like MDaemon write the greeting alone:
 * an address in its place is nobody's.  A comment "authenticated" makes nobody
 * a user.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/str.h"
#include "base/vec.h"

struct hop {
	struct str raw;  /* the field, unfolded */
	bool has_from;   /* it speaks of a client */
	struct str helo; /* what the client called itself, or "" */
	struct str rdns; /* its name by reverse look-up, or "" */
	bool has_rdns;   /* the line speaks of one: then "" is "none" */
	struct addr ip;  /* family 0: none given */
	struct str by;
	struct str with;
	struct str id;
	struct str date; /* behind the last ";" */
	bool is_unclear; /* of two addresses one is the client's word */
	size_t offset;   /* of the field in the message */
};

typedef VEC(struct hop) hop_list;

void received_read(struct hop *out, struct arena *a, struct str value);

/* The line says that a user of its host has proven who he is. */
bool hop_is_of_user(const struct hop *hop);

/* A program that empties mailboxes wrote it: the host named is no client. */
bool hop_is_fetched(const struct hop *hop);

/* A mailbox is where it ended: the host named is the last inner one. */
bool hop_is_filed(const struct hop *hop);

#endif
