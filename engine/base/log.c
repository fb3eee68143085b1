/* SPDX-License-Identifier: Apache-2.0 */
/* One line an event; the level and the place are the only state. */
#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/logline.h"

enum { TEXT_MOST = 4096, LINE_MOST = 32 * 1024, LINE_USUAL = 1024,
	PACKET_MOST = 96 * 1024 };

static enum log_level level = LOG_LEVEL_INFO;
static enum log_format format = LOG_FORMAT_TEXT;
static enum log_to place = LOG_TO_STDERR;
static struct sockaddr_un to;
static int out = -1;
static int copy = -1;
static uint64_t lost;

void
log_set_level(enum log_level most)
{
	level = most;
}

void
log_set_format(enum log_format f)
{
	format = f;
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

bool
log_is_json(void)
{
	return format == LOG_FORMAT_JSON;
}

uint64_t
log_lost(void)
{
	return lost;
}

static bool
find_socket(struct sockaddr_un *at, enum log_to where, struct str path,
    struct err *e)
{
	static const char *const usual[] = {
		[LOG_TO_SYSLOG] = "/dev/log",
		[LOG_TO_JOURNAL] = "/run/systemd/journal/socket"
	};
	struct stat st;

	*at = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (path.n == 0)
		path = str_of(usual[where]);
	if (path.n >= sizeof(at->sun_path))
		return err_set(e, "%" STR_FMT ": the path is too long",
		    STR_ARG(path));
	memcpy(at->sun_path, path.p, path.n);
	if (stat(at->sun_path, &st) != 0 || access(at->sun_path, W_OK) != 0)
		return err_set(e, "%s: %s", at->sun_path, strerror(errno));
	return S_ISSOCK(st.st_mode) ||
	    err_set(e, "%s: is no socket", at->sun_path);
}

static bool
is_socket(enum log_to where)
{
	return where == LOG_TO_SYSLOG || where == LOG_TO_JOURNAL;
}

bool
log_is_there(enum log_to where, struct str path, struct err *e)
{
	struct sockaddr_un at;

	return !is_socket(where) || find_socket(&at, where, path, e);
}

bool
log_open(enum log_to where, struct str path, struct err *e)
{
	if (!is_socket(where))
		return true;
	if (!find_socket(&to, where, path, e))
		return false;
	out = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (out < 0)
		return err_set(e, "socket: %s", strerror(errno));
	place = where;
	return true;
}

/* A log that cannot be written must not stop the mail. */
static void
write_to(int fd, struct str line)
{
	ssize_t n = write(fd, line.p, line.n);

	lost += n != (ssize_t)line.n;
}

/* Sent to the name, not over a connection: whoever reads there may be started
 * anew at any time. */
static void
send_packet(const struct log_line *l, struct str said)
{
	struct buf b;

	said.n--;
	buf_init(&b, PACKET_MOST);
	if (place == LOG_TO_SYSLOG)
		logline_syslog(&b, l, said);
	else
		logline_journal(&b, l, said);
	lost += sendto(out, b.p, b.n, MSG_NOSIGNAL,
	    (const struct sockaddr *)&to, sizeof(to)) < 0;
	buf_release(&b);
}

/* What a datagram says of itself (time, level) is left out of its text. */
static void
say(struct buf *b, const struct log_line *l)
{
	if (format == LOG_FORMAT_JSON) {
		logline_json(b, l);
	} else if (out < 0) {
		logline_text(b, l);
	} else {
		logline_words(b, l);
		if (b->n == b->most)
			b->n--;
		buf_add_byte(b, '\n');
	}
}

static void
write_copy(const struct log_line *l)
{
	struct buf b;

	buf_init(&b, LINE_MOST);
	logline_text(&b, l);
	write_to(copy, buf_str(&b));
	buf_release(&b);
}

static void
write_line(struct log_line *l)
{
	struct buf b;

	clock_gettime(CLOCK_REALTIME, &l->when);
	l->pid = (long)getpid();
	buf_init(&b, LINE_MOST);
	buf_reserve(&b, LINE_USUAL);
	say(&b, l);
	if (out < 0)
		write_to(STDERR_FILENO, buf_str(&b));
	else
		send_packet(l, buf_str(&b));
	if (copy >= 0)
		write_copy(l);
	buf_release(&b);
}

#define LOG_BODY(least)                                          \
	do {                                                     \
		struct log_line line = { .level = (least) };     \
		char text[TEXT_MOST];                            \
		va_list ap;                                      \
		if (level < (least))                             \
			return;                                  \
		va_start(ap, fmt);                               \
		vsnprintf(text, sizeof(text), fmt, ap);          \
		va_end(ap);                                      \
		line.text = str_of(text);                        \
		write_line(&line);                               \
	} while (0)

void
log_error(const char *fmt, ...)
{
	LOG_BODY(LOG_LEVEL_ERROR);
}

void
log_warn(const char *fmt, ...)
{
	LOG_BODY(LOG_LEVEL_WARN);
}

void
log_info(const char *fmt, ...)
{
	LOG_BODY(LOG_LEVEL_INFO);
}

void
log_debug(const char *fmt, ...)
{
	LOG_BODY(LOG_LEVEL_DEBUG);
}

void
log_event(const char *event, const struct log_field *fields, size_t n)
{
	struct log_line line = { .level = LOG_LEVEL_INFO, .event = event,
		.fields = fields, .n = n };

	if (log_has(LOG_LEVEL_INFO))
		write_line(&line);
}
