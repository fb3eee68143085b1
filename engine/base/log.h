/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

/*
 * What the daemon tells its operator: one line an event, on standard error.
 * Control characters are written as \xNN, so nothing a peer sends can begin
 * a line of its own.
 */

#include <stdbool.h>

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARN, LOG_LEVEL_INFO,
	LOG_LEVEL_DEBUG };

void log_set_level(enum log_level most);
/* Whether such a line would be written: for one that takes making. */
bool log_has(enum log_level l);
/* Every line goes there too from now on; -1: nowhere else. */
void log_copy_to(int fd);
void log_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
