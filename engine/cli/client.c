/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small blocking HTTP/1.1 client: connect, send, read to the end of the
 * answer.  The connection is closed after one request, so the answer's end is
 * its length, its last chunk or the end of the stream.
 */
#include "cli/client.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"

enum {
	TIMEOUT_USUAL = 60 * 1000,
	REPLY_MOST = 64 << 20,
	READ_STEP = 64 * 1024,
	REQUEST_MOST = 512 << 20
};

struct client {
	const struct client_request *request;
	struct arena *arena;
	int fd;
	int64_t deadline;
	struct err *err;
};

static bool
wait_for(struct client *c, short events)
{
	struct pollfd p = { .fd = c->fd, .events = events };
	int64_t left = c->deadline - clock_ms();
	int n;

	if (left <= 0)
		return err_set(c->err, "no answer in time");
	do
		n = poll(&p, 1, (int)left);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return err_set(c->err, "%s", strerror(errno));
	return n != 0 || err_set(c->err, "no answer in time");
}

static bool
connect_to(struct client *c, const struct sockaddr *to, socklen_t n,
    int family)
{
	socklen_t size = sizeof(int);
	int error = 0;

	c->fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (c->fd < 0)
		return err_set(c->err, "%s", strerror(errno));
	if (connect(c->fd, to, n) == 0)
		return true;
	if (errno != EINPROGRESS)
		error = errno;
	else if (!wait_for(c, POLLOUT))
		error = -1;
	else if (getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0)
		error = errno;
	if (error == 0)
		return true;
	if (error > 0)
		err_set(c->err, "%s", strerror(error));
	close(c->fd);
	c->fd = -1;
	return false;
}

static bool
connect_unix(struct client *c, struct str path)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };

	if (path.n >= sizeof(un.sun_path))
		return err_set(c->err, "the path is too long");
	memcpy(un.sun_path, path.p, path.n);
	return connect_to(c, (const struct sockaddr *)&un, sizeof(un),
	    AF_UNIX);
}

/* "host:port", "[v6]:port" or a host alone. */
static void
split_server(struct str server, struct str *host, struct str *port)
{
	size_t colon = str_find_last(server, ':');
	size_t close = str_find_last(server, ']');
	bool is_v6 = close < server.n;
	bool has_port = colon < server.n && (is_v6 ? colon > close :
	    str_find(server, ':') == colon);

	*host = has_port ? str_head(server, colon) : server;
	*port = has_port ? str_from(server, colon + 1) : STR("11333");
	if (host->n >= 2 && host->p[0] == '[' &&
	    host->p[host->n - 1] == ']')
		*host = str_sub(*host, 1, host->n - 1);
}

static bool
connect_server(struct client *c)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *list, *at;
	struct str server = c->request->server, host, port;
	int64_t number;
	int error;

	if (str_skip(&server, STR("unix:")))
		return connect_unix(c, server);
	split_server(server, &host, &port);
	if (!str_to_int(port, &number) || number < 1 || number > 65535)
		return err_set(c->err, "\"%" STR_FMT "\" is no port; from 1 to "
		    "65535", STR_ARG(port));
	error = getaddrinfo(str_cstr(c->arena, host),
	    str_cstr(c->arena, port), &hints, &list);
	if (error != 0)
		return err_set(c->err, "%s", gai_strerror(error));
	for (at = list; at != NULL; at = at->ai_next)
		if (connect_to(c, at->ai_addr, at->ai_addrlen,
		    at->ai_family))
			break;
	freeaddrinfo(list);
	return at != NULL;
}

static void
write_request(struct buf *b, const struct client_request *r)
{
	request_write(b, r->path, str_starts(r->server, STR("unix:")) ?
	    STR("localhost") : r->server, &r->fields, r->body);
}

/*
 * A server that refuses early answers and closes before all is sent: what it
 * said is worth more than the broken pipe.
 */
static bool
send_all(struct client *c, struct str bytes)
{
	while (bytes.n != 0) {
		ssize_t n;

		if (!wait_for(c, POLLOUT))
			return false;
		n = send(c->fd, bytes.p, bytes.n, MSG_NOSIGNAL);
		if (n > 0)
			bytes = str_from(bytes, (size_t)n);
		else if (errno == EPIPE || errno == ECONNRESET)
			return true;
		else if (errno != EAGAIN && errno != EINTR)
			return err_set(c->err, "%s", strerror(errno));
	}
	return true;
}

/* The value of a field in the head of an answer, or "". */
static struct str
head_field(struct str head, const char *wanted)
{
	struct str line, name, value;

	while (str_next(&head, '\n', &line))
		if (str_cut(line, ':', &name, &value) &&
		    str_case_is(str_trim(name), wanted))
			return str_trim(value);
	return STR("");
}

/* True when the answer is there in full; *at is where its body begins. */
static bool
is_whole(struct str got, size_t *at)
{
	size_t end = str_find_str(got, STR("\r\n\r\n"));
	struct str head = str_head(got, end), length;
	int64_t n;

	if (end == got.n)
		return false;
	*at = end + 4;
	length = head_field(head, "Content-Length");
	if (str_to_int(length, &n) && n >= 0)
		return got.n - *at >= (size_t)n;
	if (str_case_is(head_field(head, "Transfer-Encoding"), "chunked"))
		return str_ends(got, STR("\r\n0\r\n\r\n")) ||
		    str_is(str_from(got, *at), "0\r\n\r\n");
	return false;
}

static bool
receive(struct client *c, struct buf *b)
{
	size_t at;
	ssize_t n;

	for (;;) {
		if (is_whole(buf_str(b), &at))
			return true;
		if (!buf_reserve(b, READ_STEP))
			return err_set(c->err, "the answer is too long");
		if (!wait_for(c, POLLIN))
			return false;
		n = recv(c->fd, b->p + b->n, READ_STEP, 0);
		if (n > 0)
			b->n += (size_t)n;
		else if (n == 0)
			return true;
		else if (errno != EAGAIN && errno != EINTR)
			return b->n != 0 ||
			    err_set(c->err, "%s", strerror(errno));
	}
}

static bool
hex_size(struct str s, size_t *size)
{
	s = str_trim(str_head(s, str_find(s, ';')));
	*size = 0;
	if (s.n == 0 || s.n > 8)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (!ascii_is_hex(s.p[i]))
			return false;
		*size = *size * 16 + (size_t)ascii_hex(s.p[i]);
	}
	return true;
}

static bool
unchunk(struct str *out, struct arena *a, struct str body)
{
	struct str line;
	struct buf b;
	size_t size;

	buf_init_arena(&b, a, REPLY_MOST);
	while (str_next(&body, '\n', &line) && hex_size(line, &size)) {
		if (size == 0) {
			*out = buf_str(&b);
			return true;
		}
		if (size > body.n)
			return false;
		buf_add_str(&b, str_head(body, size));
		body = str_from(body, size);
		str_skip(&body, STR("\r\n"));
	}
	return false;
}

/* "HTTP/1.1 200 OK" */
static bool
read_status(struct str head, unsigned *status)
{
	struct str version, rest;
	int64_t n;

	if (!str_starts(head, STR("HTTP/")) ||
	    !str_cut(head, ' ', &version, &rest) ||
	    !str_to_int(str_head(rest, 3), &n) || n < 100)
		return false;
	*status = (unsigned)n;
	return true;
}

static bool
read_reply(struct client_reply *out, struct client *c, struct str got)
{
	size_t end = str_find_str(got, STR("\r\n\r\n"));
	struct str head = str_head(got, end);
	int64_t n;

	if (got.n == 0)
		return err_set(c->err, "closed the connection without an "
		    "answer");
	if (end == got.n || !read_status(head, &out->status))
		return err_set(c->err, "does not speak HTTP");
	out->body = str_from(got, end + 4);
	if (str_case_is(head_field(head, "Transfer-Encoding"), "chunked"))
		return unchunk(&out->body, c->arena, out->body) ||
		    err_set(c->err, "the answer broke off");
	if (str_to_int(head_field(head, "Content-Length"), &n) && n >= 0) {
		if (out->body.n < (size_t)n)
			return err_set(c->err, "the answer broke off");
		out->body = str_head(out->body, (size_t)n);
	}
	return true;
}

static bool
exchange(struct client_reply *out, struct client *c)
{
	struct buf request, reply;
	bool done;

	buf_init(&request, REQUEST_MOST);
	write_request(&request, c->request);
	done = request.is_full ? err_set(c->err, "the message is too long") :
	    send_all(c, buf_str(&request));
	buf_release(&request);
	if (!done)
		return false;
	buf_init_arena(&reply, c->arena, REPLY_MOST);
	return receive(c, &reply) && read_reply(out, c, buf_str(&reply));
}

void
client_add(struct client_request *r, struct arena *a, const char *name,
    struct str value)
{
	if (value.n != 0)
		request_add(&r->fields, a, name, value);
}

void
client_show_token(struct client_request *r, struct arena *a, struct str said)
{
	struct str token = said.n != 0 ? said
	    : str_of(getenv("SEKISHO_TOKEN"));

	if (token.n != 0)
		request_add_token(&r->fields, a, token);
}

bool
client_post(struct client_reply *out, struct arena *a,
    const struct client_request *r, struct err *e)
{
	struct client c = { .request = r, .arena = a, .fd = -1, .err = e };
	bool done;

	c.deadline = clock_ms() +
	    (r->timeout_ms > 0 ? r->timeout_ms : TIMEOUT_USUAL);
	*out = (struct client_reply){ 0 };
	done = connect_server(&c) && exchange(out, &c);
	if (c.fd >= 0)
		close(c.fd);
	return done || err_wrap(e, "%" STR_FMT, STR_ARG(r->server));
}
