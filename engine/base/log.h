/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

/*
 * What the daemon tells its operator: one line an event, on standard error
 * unless log_open says otherwise.  Control characters are written as \xNN,
 * so nothing a peer sends can begin a line of its own.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct err;

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARN, LOG_LEVEL_INFO,
	LOG_LEVEL_DEBUG };
enum log_format { LOG_FORMAT_TEXT, LOG_FORMAT_JSON };
enum log_to { LOG_TO_STDERR, LOG_TO_FILE, LOG_TO_SYSLOG, LOG_TO_JOURNAL };

void log_set_level(enum log_level most);
void log_set_format(enum log_format f);
/*
 * Where lines go from now on.  A file is the caller's to put in the place of
 * standard error.  The sockets of the system's log and of the journal are
 * opened here, once, before a sandbox closes; path in place of the usual one,
 * or "".  A datagram that finds nobody is counted, and the next one tried.
 */
bool log_open(enum log_to to, struct str path, struct err *e);
/* What log_open would say, and nothing is opened. */
bool log_is_there(enum log_to to, struct str path, struct err *e);

/* Whether such a line would be written: for one that takes making. */
bool log_has(enum log_level l);
/* Whether fields are looked at for their json. */
bool log_is_json(void);
/* Lines that did not arrive, of this process. */
uint64_t log_lost(void);
/* Every line goes there too from now on; -1: nowhere else. */
void log_copy_to(int fd);
void log_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

enum log_kind {
	LOG_WORD,   /* blanks and quotes become "_" in text */
	LOG_QUOTED, /* stands between quotes in text */
	LOG_NUMBER,
	LOG_US,     /* a number; "us" behind it in text */
	LOG_FLAG    /* there or not; no value */
};

struct log_field {
	enum log_kind kind;
	const char *name;
	const char *key;    /* in JSON and the journal; NULL: the name */
	struct str value;
	struct str json;    /* in JSON in its place: a list, an object; "" */
};

/* An event as fields, at level info. */
void log_event(const char *event, const struct log_field *fields, size_t n);

#endif
