/* SPDX-License-Identifier: Apache-2.0 */
/* One line an event; the level is the only state. */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/str.h"
#include "base/utf8.h"

enum { LINE_MOST = 4096, CHARACTER_MOST = 20 };

static enum log_level level = LOG_LEVEL_INFO;
static int copy = -1;

void
log_set_level(enum log_level most)
{
	level = most;
}

void
log_copy_to(int fd)
{
	copy = fd;
}

bool
log_has(enum log_level l)
{
	return l <= level;
}

/* Bytes that are no UTF-8. */
static size_t
add_bytes(char *line, size_t n, struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		n += (size_t)snprintf(line + n, 5, "\\x%02x",
		    (unsigned char)s.p[i]);
	return n;
}

/* Whoever reads the log in a terminal sees what was written, not what it makes
 * of the terminal. */
static size_t
add_clean(char *line, size_t n, const char *text)
{
	struct str s = str_of(text);

	for (size_t at = 0; at < s.n && n + CHARACTER_MOST < LINE_MOST;) {
		size_t begin = at;
		uint32_t point = utf8_next(s, &at);
		struct str raw = str_sub(s, begin, at);

		if (point >= 0x20 && point < 0x7f)
			line[n++] = (char)point;
		else if (!utf8_is_valid(raw) || point < 0x20 || point == 0x7f)
			n = add_bytes(line, n, raw);
		else if (utf8_is_unsafe(point))
			n += (size_t)snprintf(line + n, 12, "\\u%04x",
			    point);
		else {
			memcpy(line + n, raw.p, raw.n);
			n += raw.n;
		}
	}
	return n;
}

static void
write_line(const char *word, const char *text)
{
	char line[LINE_MOST];
	struct timespec now;
	struct tm utc;
	size_t n;
	ssize_t written;

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &utc);
	n = strftime(line, sizeof(line), "%Y-%m-%dT%H:%M:%S", &utc);
	n += (size_t)snprintf(line + n, sizeof(line) - n, ".%03ldZ %s ",
	    now.tv_nsec / 1000000, word);
	n = add_clean(line, n, text);
	line[n++] = '\n';
	/* A log that cannot be written must not stop the mail. */
	written = write(STDERR_FILENO, line, n);
	if (copy >= 0)
		written = write(copy, line, n);
	(void)written;
}

#define LOG_BODY(least, word)                             \
	do {                                              \
		char text[LINE_MOST];                     \
		va_list ap;                               \
		if (level < (least))                      \
			return;                           \
		va_start(ap, fmt);                        \
		vsnprintf(text, sizeof(text), fmt, ap);   \
		va_end(ap);                               \
		write_line((word), text);                 \
	} while (0)

void
log_error(const char *fmt, ...)
{
	LOG_BODY(LOG_LEVEL_ERROR, "error");
}

void
log_warn(const char *fmt, ...)
{
	LOG_BODY(LOG_LEVEL_WARN, "warning");
}

void
log_info(const char *fmt, ...)
{
	LOG_BODY(LOG_LEVEL_INFO, "info");
}

void
log_debug(const char *fmt, ...)
{
	LOG_BODY(LOG_LEVEL_DEBUG, "debug");
}
