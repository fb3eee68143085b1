/* SPDX-License-Identifier: Apache-2.0 */
/*
 * recv and send, or OpenSSL between them and the owner.  TLS reads from
 * memory, as the first bytes of a handshake may have come behind a header of
 * PROXY, and writes to the socket.
 */
#include "net/wire.h"

#include <errno.h>
#include <limits.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "net/tls_ssl.h"
#include "net/tlsclient.h"

enum { SEALED_STEP = 16 * 1024 };

static void
secure(struct wire *w, SSL *ssl)
{
	BIO *out = BIO_new_socket(w->fd, BIO_NOCLOSE);

	w->ssl = ssl;
	w->sealed = BIO_new(BIO_s_mem());
	if (out == NULL || w->sealed == NULL)
		abort();
	BIO_set_mem_eof_return(w->sealed, -1);
	SSL_set_bio(w->ssl, w->sealed, out);
	SSL_set_mode(w->ssl, SSL_MODE_ENABLE_PARTIAL_WRITE |
	    SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
}

void
wire_secure(struct wire *w, struct tls *t, struct str early)
{
	secure(w, tls_accept(t));
	SSL_set_accept_state(w->ssl);
	if (early.n != 0)
		BIO_write(w->sealed, early.p, (int)early.n);
}

void
wire_secure_to(struct wire *w, const struct tls_client *t, struct str at)
{
	secure(w, tls_client_connect(t, at));
	SSL_set_connect_state(w->ssl);
}

void
wire_release(struct wire *w)
{
	if (w->ssl != NULL)
		SSL_free(w->ssl);
	wire_close(w);
}

void
wire_close(struct wire *w)
{
	if (w->fd >= 0)
		close(w->fd);
	w->fd = -1;
}

bool
wire_is_empty(const struct wire *w)
{
	char byte;

	return recv(w->fd, &byte, 1, MSG_PEEK) <= 0;
}

/* A client that cannot come in should find out why from somebody. */
static enum wire_result
fail(void)
{
	const char *why = ERR_reason_error_string(ERR_get_error());

	if (why != NULL)
		log_info("tls: %s", why);
	ERR_clear_error();
	return WIRE_BROKEN;
}

enum wire_result
wire_waste(struct wire *w, char *room, size_t most, size_t *n)
{
	ssize_t got = recv(w->fd, room, most, 0);

	if (got == 0)
		return WIRE_END;
	if (got < 0)
		return errno == EAGAIN || errno == EINTR ? WIRE_LATER :
		    WIRE_BROKEN;
	*n = (size_t)got;
	return WIRE_DONE;
}

static enum wire_result
feed(struct wire *w)
{
	char bytes[SEALED_STEP];
	size_t n = 0;
	enum wire_result is = wire_waste(w, bytes, sizeof(bytes), &n);

	if (is == WIRE_DONE && BIO_write(w->sealed, bytes, (int)n) != (int)n)
		abort();
	return is;
}

static int
at_most(size_t n)
{
	return n < INT_MAX ? (int)n : INT_MAX;
}

static enum wire_result
unseal(struct wire *w, char *to, size_t most, size_t *n)
{
	enum wire_result fed = WIRE_DONE;
	int got;

	w->wants_room = false;
	while (fed == WIRE_DONE) {
		ERR_clear_error();
		got = SSL_read(w->ssl, to, at_most(most));
		if (got > 0) {
			*n = (size_t)got;
			return WIRE_DONE;
		}
		switch (SSL_get_error(w->ssl, got)) {
		case SSL_ERROR_WANT_READ:
			fed = feed(w);
			break;
		case SSL_ERROR_WANT_WRITE:
			w->wants_room = true;
			return WIRE_LATER;
		case SSL_ERROR_ZERO_RETURN:
			return WIRE_END;
		default:
			return fail();
		}
	}
	return fed;
}

enum wire_result
wire_receive(struct wire *w, char *to, size_t most, size_t *n)
{
	return w->ssl != NULL ? unseal(w, to, most, n) :
	    wire_waste(w, to, most, n);
}

bool
wire_has_more(const struct wire *w)
{
	return w->ssl != NULL && (SSL_has_pending(w->ssl) != 0 ||
	    BIO_pending(w->sealed) != 0);
}

static enum wire_result
seal(struct wire *w, struct str *bytes)
{
	w->wants_peer = false;
	while (bytes->n != 0) {
		int sent;

		ERR_clear_error();
		sent = SSL_write(w->ssl, bytes->p, at_most(bytes->n));
		if (sent > 0) {
			*bytes = str_from(*bytes, (size_t)sent);
			continue;
		}
		switch (SSL_get_error(w->ssl, sent)) {
		case SSL_ERROR_WANT_READ:
			w->wants_peer = true;
			return WIRE_LATER;
		case SSL_ERROR_WANT_WRITE:
			return WIRE_LATER;
		default:
			return fail();
		}
	}
	return WIRE_DONE;
}

enum wire_result
wire_send(struct wire *w, struct str *bytes, bool is_last)
{
	int how = MSG_NOSIGNAL | (is_last ? MSG_MORE : 0);

	if (w->ssl != NULL)
		return seal(w, bytes);
	while (bytes->n != 0) {
		ssize_t sent = send(w->fd, bytes->p, bytes->n, how);

		if (sent < 0 && errno != EINTR)
			return errno == EAGAIN ? WIRE_LATER : WIRE_BROKEN;
		if (sent > 0)
			*bytes = str_from(*bytes, (size_t)sent);
	}
	return WIRE_DONE;
}

void
wire_shut(struct wire *w)
{
	if (w->ssl == NULL) {
		shutdown(w->fd, SHUT_WR);
		return;
	}
	SSL_shutdown(w->ssl);
	ERR_clear_error();
}
