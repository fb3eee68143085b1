/* SPDX-License-Identifier: Apache-2.0 */
/* OpenSSL, told what a server must not do. */
#include "net/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/err.h"
#include "net/tls_ssl.h"

struct tls {
	SSL_CTX *context;
	struct tls_conf conf;
	struct timespec times[3]; /* of the files, as they were read */
};

static void
read_times(struct timespec to[static 3], const struct tls_conf *c)
{
	const char *const paths[] = { c->certificate, c->key, c->client_ca };
	struct stat st;

	for (size_t i = 0; i < 3; i++) {
		to[i] = (struct timespec){ 0 };
		if (paths[i] != NULL && stat(paths[i], &st) == 0)
			to[i] = st.st_ctim;
	}
}

bool
tls_refuse(struct err *e, const char *what, const char *path)
{
	const char *why = ERR_reason_error_string(ERR_get_error());

	ERR_clear_error();
	return err_set(e, "tls: %s %s: %s", what, path,
	    why != NULL ? why : "cannot be used");
}

bool
tls_load_key(struct ssl_ctx_st *context, const char *certificate,
    const char *key, struct err *e)
{
	if (key == NULL)
		key = certificate;
	if (SSL_CTX_use_certificate_chain_file(context, certificate) != 1)
		return tls_refuse(e, "certificate", certificate);
	if (SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) != 1 ||
	    SSL_CTX_check_private_key(context) != 1)
		return tls_refuse(e, "key", key);
	return true;
}

static bool
has_name(const struct tls *t, X509 *certificate)
{
	for (size_t i = 0; i < t->conf.n_names; i++) {
		struct str name = t->conf.names[i];

		if (X509_check_host(certificate, name.p, name.n, 0, NULL) ==
		    1)
			return true;
	}
	return t->conf.n_names == 0;
}

/* A certificate of that CA that bears another name ends the handshake. */
static int
on_verify(int is_right, X509_STORE_CTX *store)
{
	SSL *ssl = X509_STORE_CTX_get_ex_data(store,
	    SSL_get_ex_data_X509_STORE_CTX_idx());
	const struct tls *t = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));

	if (is_right == 0 || X509_STORE_CTX_get_error_depth(store) != 0)
		return is_right;
	if (has_name(t, X509_STORE_CTX_get_current_cert(store)))
		return 1;
	X509_STORE_CTX_set_error(store, X509_V_ERR_HOSTNAME_MISMATCH);
	return 0;
}

static bool
load(SSL_CTX *context, const struct tls_conf *c, struct err *e)
{
	ERR_clear_error();
	if (!tls_load_key(context, c->certificate, c->key, e))
		return false;
	if (c->client_ca == NULL)
		return true;
	if (SSL_CTX_load_verify_locations(context, c->client_ca, NULL) != 1)
		return tls_refuse(e, "client_ca", c->client_ca);
	SSL_CTX_set_client_CA_list(context,
	    SSL_load_client_CA_file(c->client_ca));
	SSL_CTX_set_verify(context,
	    SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, on_verify);
	return true;
}

/* NULL, with e: a file cannot be used. */
static SSL_CTX *
make_context(struct tls *t, struct err *e)
{
	static const unsigned char session[] = "sekisho";
	SSL_CTX *context = SSL_CTX_new(TLS_server_method());

	if (context == NULL)
		abort();
	SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
	SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION |
	    SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
	SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_session_id_context(context, session,
	    sizeof(session) - 1);
	SSL_CTX_set_app_data(context, t);
	if (load(context, &t->conf, e))
		return context;
	SSL_CTX_free(context);
	return NULL;
}

bool
tls_new(struct tls **out, const struct tls_conf *conf, struct err *e)
{
	struct tls *t = calloc(1, sizeof(*t));

	if (t == NULL)
		abort();
	t->conf = *conf;
	read_times(t->times, conf);
	t->context = make_context(t, e);
	if (t->context == NULL) {
		free(t);
		return false;
	}
	*out = t;
	return true;
}

bool
tls_has_changed(const struct tls *t)
{
	struct timespec now[3];

	read_times(now, &t->conf);
	return memcmp(now, t->times, sizeof(now)) != 0;
}

bool
tls_renew(struct tls *t, struct err *e)
{
	SSL_CTX *context;

	read_times(t->times, &t->conf);
	context = make_context(t, e);

	if (context == NULL)
		return false;
	/* Connections hold on to the one they began with. */
	SSL_CTX_free(t->context);
	t->context = context;
	return true;
}

void
tls_free(struct tls *t)
{
	if (t == NULL)
		return;
	SSL_CTX_free(t->context);
	free(t);
}

struct ssl_st *
tls_accept(struct tls *t)
{
	SSL *ssl = SSL_new(t->context);

	if (ssl == NULL)
		abort();
	return ssl;
}
