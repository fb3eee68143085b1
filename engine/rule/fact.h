/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_FACT_H
#define RULE_FACT_H

/*
 * A fact is a typed, named value about the message in hand.  Facts are
 * declared in tables, once; names become numbers when a generation is
 * loaded.  The engine's own come first and have the numbers below; checks
 * and plugins add theirs behind.
 *
 * A fact is open until its author gives it; what is open at the end is
 * failed.  Failed makes conditions undecided, absent makes them false.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/map.h"
#include "base/str.h"
#include "base/vec.h"

enum fact_type { FACT_BOOL, FACT_INT, FACT_STR, FACT_ADDR };

enum fact_state {
	FACT_OPEN,
	FACT_KNOWN,
	FACT_ABSENT,
	FACT_FAILED,
	FACT_LATER /* found when it is asked for: facts_get never shows it */
};

struct fact_def {
	const char *name;
	enum fact_type type;
	const char *help; /* one line, English */
	bool is_many;     /* a list of values */
};

/* The engine's own facts, in the order of the table in fact.c. */
enum fact_id {
	FACT_IP,
	FACT_ASN,
	FACT_COUNTRY,
	FACT_OPERATOR,
	FACT_HELO,
	FACT_HELO_CLASS,    /* of hostclass.h */
	FACT_RDNS,          /* absent: there is none */
	FACT_RDNS_GENERIC,  /* the address stands in the name */
	FACT_RDNS_CLASS,    /* of hostclass.h */
	FACT_RELAY,         /* names and addresses in Received */
	FACT_MAIL_FROM,
	FACT_MAIL_FROM_DOMAIN,
	FACT_FROM,
	FACT_FROM_DOMAIN,
	FACT_FROM_AGE,
	FACT_FROM_REGISTERED,
	FACT_FROM_NAME,
	FACT_FROM_ODD_QUOTES,
	FACT_FROM_ROLE,     /* the local part names an office: support, info */
	FACT_FROM_RANDOM,   /* the local part looks drawn by lot */
	FACT_REPLY_TO,
	FACT_REPLY_TO_DOMAIN,
	FACT_RCPT,
	FACT_USER,
	FACT_SUBJECT,       /* without gateway tags */
	FACT_SUBJECT_TAG,   /* "[spam]" */
	FACT_BODY,          /* visible text, one value a text part */
	FACT_HIDDEN,        /* text kept from the reader's eye */
	FACT_HTML,
	FACT_URL,           /* the matching form, pattern.h */
	FACT_URL_HOST,
	FACT_URL_DOMAIN,
	FACT_URL_PATH,
	FACT_URL_QUERY,
	FACT_URL_IP,
	FACT_URL_ASN,
	FACT_URL_COUNTRY,
	FACT_URL_OPERATOR,
	FACT_NETWORKS_SOURCE,
	FACT_URL_AGE,
	FACT_URL_REGISTERED,
	FACT_URL_VERDICT,
	FACT_URL_VERDICT_WORD, /* "google=dangerous", and "dangerous" */
	FACT_DNSLIST,
	FACT_DNSLIST_SAID,
	FACT_LINK_TEXT,
	FACT_AUTH_SPF,
	FACT_AUTH_DKIM,
	FACT_AUTH_DMARC,
	FACT_AUTH_ARC,
	FACT_COUNT_LINKS,
	FACT_COUNT_URL_HOSTS,
	FACT_COUNT_RECIPIENTS,
	FACT_COUNT_ATTACHMENTS,
	FACT_COUNT_BODY_CHARS,
	FACT_COUNT_REFERENCES,
	FACT_FILE_NAME,
	FACT_FILE_TYPE,     /* sniffed */
	FACT_FILE_SHA256,
	FACT_PHONE,
	FACT_CHARSET,
	FACT_CHARSET_GUESSED,
	FACT_DEFANGED,      /* number of URLs written so none can click */
	FACT_RCPT_IN_URL,   /* a link carries the recipient's address */
	FACT_ORIGIN_IP,     /* of X-Originating-IP and its like: unproven */
	FACT_DATE_OFFSET,   /* seconds from Received to Date */
	FACT_HEADER_DUPLICATE, /* names of fields that may stand only once */
	FACT_MIME_DAMAGED,
	FACT_REPORT,        /* a text about phishing, not phishing: quote.h */
	FACT_WARNING,       /* a short warning of it */
	FACT_TEXT_QUOTED,
	FACT_LIMIT,         /* names of the limits reached */
	FACT_REPUTATION_IP, /* from here on in the order of enum
                               reputation_kind (scan/reputation.h) */
	FACT_REPUTATION_NET,
	FACT_REPUTATION_ASN,
	FACT_REPUTATION_HELO,
	FACT_REPUTATION_MAIL_FROM,
	FACT_REPUTATION_FROM,
	FACT_REPUTATION_MAILBOX,
	FACT_REPUTATION_DKIM,
	FACT_REPUTATION_HOST,
	FACT_REPUTATION_DOMAIN,
	FACT_REPUTATION_TARGET,
	FACT_REPUTATION_FILE,
	FACT_REPUTATION_TEMPLATE,
	FACT_REPUTATION_CAMPAIGN, /* seen with it before */
	FACTS_OWN
};

/* Where in the mail a value stands. */
enum place_kind {
	PLACE_NOWHERE,  /* made of the whole message */
	PLACE_ENVELOPE, /* name: "ip", "helo", "mail_from", "rcpt" */
	PLACE_HEADER,   /* name: of the field; offset in the message */
	PLACE_HOP,      /* index: of the Received line */
	PLACE_PART,     /* name: part number; offset in its visible text */
	PLACE_URL       /* index: of the URL in message.urls */
};

struct place {
	struct str name;
	uint32_t kind : 3; /* enum place_kind */
	uint32_t index : 29;
	uint32_t offset;
};

extern const struct place nowhere;

/* There may be thousands of one message: kept small. */
struct fact_value {
	struct str text;   /* for FACT_STR; and a printable form of the rest */
	int64_t number;    /* FACT_INT, FACT_BOOL */
	const struct addr *addr; /* FACT_ADDR; else NULL, mostly */
	struct place place;
};

struct fact {
	const struct fact_value *at;
	uint32_t n;
	uint32_t state : 3; /* enum fact_state */
	uint32_t room : 29; /* 0: at is not ours to write */
};

/* The table of a generation: the engine's facts, then those added. */
struct fact_table {
	struct arena *arena;
	VEC(const struct fact_def *) defs;
	struct map by_name;
	bool is_lent[FACTS_OWN]; /* a check gives it */
};

void fact_table_init(struct fact_table *t, struct arena *a);
/* False: the name is taken; a second author of a fact is refused.  A fact
 * of the world among the engine's own is lent to the first who wants it. */
bool fact_table_add(struct fact_table *t, const struct fact_def *def,
    uint32_t *id);
bool fact_table_find(const struct fact_table *t, struct str name,
    uint32_t *id);

/* A fact of the world that no check gives. */
bool fact_table_lacks(const struct fact_table *t, uint32_t id);

/* Has what is found later, and gives a fact when somebody asks for it: by then
 * the fact is open. */
struct facts_finder {
	void (*find)(struct facts_finder *finder, uint32_t id);
};

struct facts {
	struct arena *arena;
	const struct fact_table *table;
	struct fact *at; /* one an id */
	const struct fact_value *last_bool; /* the newest that has a place */
	struct facts_finder *finder;
};

void facts_init(struct facts *f, struct arena *a,
    const struct fact_table *table);
const struct fact *facts_get(const struct facts *f, uint32_t id);
/* Of a fact that a check may have declared; NULL: none has. */
const struct fact *facts_find(const struct facts *f, struct str name);
/* Few are asked for: the finder looks for this one, which is open, when it
 * is, and lives as long as the facts. */
void facts_leave(struct facts *f, uint32_t id, struct facts_finder *finder);
/* Open again, for who finds several at once. */
void facts_take_up(struct facts *f, uint32_t id);

/* Room for n more values of a fact that is_many, for those who know how many
 * will come. */
void facts_expect(struct facts *f, uint32_t id, size_t n);

/* Of family 0 where the value has none. */
const struct addr *fact_addr(const struct fact_value *value);

/* Give a value; of a fact that is_many, one more.  They mark it known. */
struct fact_value *facts_give_str(struct facts *f, uint32_t id,
    struct str text, struct place where);
void facts_give_int(struct facts *f, uint32_t id, int64_t number,
    struct place where);
/* The number of a network: as text "AS64500". */
void facts_give_asn(struct facts *f, uint32_t id, int64_t number,
    struct place where);
void facts_give_bool(struct facts *f, uint32_t id, bool is,
    struct place where);
void facts_give_addr(struct facts *f, uint32_t id, const struct addr *addr,
    struct place where);
void facts_give_absent(struct facts *f, uint32_t id);
void facts_give_failed(struct facts *f, uint32_t id);

#endif
