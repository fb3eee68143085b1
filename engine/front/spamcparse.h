/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRONT_SPAMCPARSE_H
#define FRONT_SPAMCPARSE_H

/*
 * An incremental reader of SPAMC requests (SpamAssassin's spamd/PROTOCOL, up
 * to 1.5) and of RSPAMC, the same in shape, which Exim speaks to rspamd.  It
 * takes bytes as they come, in pieces of any size.  A body without a length
 * ends where the client shuts its side: spamc_parse_end says that it has.
 *
 * A packed body is kept as it came.  Bent for: LF alone at the end of head
 * lines, header names in any case.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"
#include "base/vec.h"

enum spamc_command {
	SPAMC_CHECK,
	SPAMC_SYMBOLS,
	SPAMC_REPORT,
	SPAMC_REPORT_IFSPAM,
	SPAMC_PROCESS,
	SPAMC_HEADERS,
	SPAMC_TELL,
	SPAMC_PING,
	SPAMC_SKIP,
	SPAMC_COMMANDS
};

enum spamc_state {
	SPAMC_IN_LINE,
	SPAMC_IN_FIELDS,
	SPAMC_IN_BODY,
	SPAMC_DONE,
	SPAMC_BAD        /* code and error say why; nothing more is read */
};

/* Exit codes of sysexits.h that replies carry, and spamd's own for time. */
enum spamc_code {
	SPAMC_EX_OK = 0,
	SPAMC_EX_DATAERR = 65,
	SPAMC_EX_UNAVAILABLE = 69,
	SPAMC_EX_SOFTWARE = 70,
	SPAMC_EX_TEMPFAIL = 75,
	SPAMC_EX_PROTOCOL = 76,
	SPAMC_EX_TIMEOUT = 79
};

/* "EX_OK" */
const char *spamc_code_name(enum spamc_code code);

struct spamc_limits {
	size_t line;     /* bytes of the request line */
	size_t head;     /* bytes of all head lines */
	size_t fields;   /* header lines */
	size_t body;
};

struct spamc_field {
	struct str name, value;
};

enum spamc_target { SPAMC_LOCAL = 1, SPAMC_REMOTE = 2 };

/* What TELL says about a message. */
struct spamc_tell {
	unsigned set, remove;   /* bits of enum spamc_target */
	bool is_spam, is_ham;   /* neither: to be forgotten */
};

struct inhand;

struct spamc_parse {
	const struct spamc_limits *limits;
	struct inhand *notes;   /* where bytes may have been received, and a
	                           whole body stays; or NULL */
	struct arena *arena;
	enum spamc_state state;
	struct buf line;        /* the head line now coming in */
	size_t head;            /* bytes of the head so far */
	uint64_t left;          /* of a body with a length */

	enum spamc_command command;
	unsigned version;       /* 15 is 1.5 */
	bool is_rspamc;
	VEC(struct spamc_field) fields;
	struct spamc_tell tell;
	struct str user;
	struct buf body;        /* up to limits->body and one byte: what is
	                           more was thrown away */
	bool has_length;
	bool is_packed;         /* with zlib */
	enum spamc_code code;   /* of a refusal */
	const char *error;
};

void spamc_parse_init(struct spamc_parse *p,
    const struct spamc_limits *limits);
void spamc_parse_release(struct spamc_parse *p);

/* How many of the bytes were read; the rest is not the request's. */
size_t spamc_parse(struct spamc_parse *p, struct str bytes);

/* No more bytes will come: the request is whole or refused. */
void spamc_parse_end(struct spamc_parse *p);

/* Nothing has come yet. */
bool spamc_parse_is_fresh(const struct spamc_parse *p);

#endif
