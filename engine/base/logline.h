/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_LOGLINE_H
#define BASE_LOGLINE_H

/*
 * One event of the log as bytes: for a file or a terminal, as text or as
 * JSON; for the system's log daemon (RFC 3164 4.1, as syslog(3) writes it);
 * for journald, whose native protocol has a field a line.
 *
 * Whatever stands in a value, it never begins a line or a field of its own:
 * text has control characters as \xNN, JSON as \u00NN, and journald gets
 * values with a line end by their length.
 */

#include <stddef.h>
#include <time.h>

#include "base/log.h"
#include "base/str.h"

struct buf;

struct log_line {
	enum log_level level;
	struct timespec when;
	long pid;
	struct str text;              /* of a plain line; or "" */
	const char *event;            /* of one with fields, or NULL */
	const struct log_field *fields;
	size_t n;
};

/* With a line end; bounded by the buffer. */
void logline_text(struct buf *to, const struct log_line *l);
void logline_json(struct buf *to, const struct log_line *l);

/* Datagrams: said is the line as text or JSON, without its end. */
void logline_syslog(struct buf *to, const struct log_line *l, struct str said);
void logline_journal(struct buf *to, const struct log_line *l,
    struct str said);

/* What is said of an event, in text, without time and level. */
void logline_words(struct buf *to, const struct log_line *l);

#endif
