/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_FIELD_H
#define RULE_FIELD_H

/*
 * The fields a group may name (pack-format 2.3), in one table: which facts a
 * field reads, how its values are written and matched, and what the evidence
 * says by default.  The manual, the schema and the loader are made from it.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum field_kind {
	FIELD_ADDR,    /* address or CIDR: ip, url.ip */
	FIELD_NUMBER,  /* asn: AS64500 */
	FIELD_WORD,    /* one of few words: country, file.type, charset */
	FIELD_NAME,    /* host name at connect time, or none: helo, rdns */
	FIELD_RELAY,   /* host name or address */
	FIELD_MAILBOX, /* from, mail_from, reply_to */
	FIELD_DOMAIN,  /* this name and everything below */
	FIELD_HOST,    /* exactly this host, a leading www. ignored */
	FIELD_TEXT,    /* folded text, anywhere in it */
	FIELD_SOURCE,  /* html: not folded */
	FIELD_URL,     /* whole URL pattern, or an object about one link */
	FIELD_PATH,    /* whole segments of a URL path; case kept */
	FIELD_QUERY,
	FIELD_HEADER,  /* {Name: values} */
	FIELD_AUTH,    /* spf=fail */
	FIELD_COUNT,   /* {links: "1..3"} */
	FIELD_SAME,    /* from = rcpt: one of same.h's pairs */
	FIELD_HASH,
	FIELD_PHONE
};

struct field {
	const char *name;      /* "from.domain" */
	enum field_kind kind;
	uint32_t facts[2];     /* enum fact_id; text reads two */
	uint8_t n_facts;       /* header, auth, count, same: 0 */
	bool is_network;       /* only the world knows: undecided offline */
	const char *say_ja;    /* evidence, with {match} in it */
	const char *say_en;
	const char *help;
};

extern const struct field fields[];
extern const size_t n_fields;

/* NULL: there is none. */
const struct field *field_find(struct str name);

#endif
