/* SPDX-License-Identifier: Apache-2.0 */
/* OpenSSL, told whom a client believes. */
#include "net/tlsclient.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "net/tls_ssl.h"

enum { NAME_MOST = 300 };

struct tls_client {
	SSL_CTX *context;
	struct str name;
};

static bool
load(SSL_CTX *context, const struct tls_client_conf *c, struct err *e)
{
	ERR_clear_error();
	if (c->ca == NULL ? SSL_CTX_set_default_verify_paths(context) != 1 :
	    SSL_CTX_load_verify_locations(context, c->ca, NULL) != 1)
		return tls_refuse(e, "ca", c->ca == NULL ? "of the system" :
		    c->ca);
	if (c->certificate == NULL)
		return true;
	return tls_load_key(context, c->certificate, c->key, e);
}

bool
tls_client_new(struct tls_client **out, const struct tls_client_conf *conf,
    struct err *e)
{
	struct tls_client *t = calloc(1, sizeof(*t));

	if (t == NULL)
		abort();
	t->name = conf->name;
	t->context = SSL_CTX_new(TLS_client_method());
	if (t->context == NULL)
		abort();
	SSL_CTX_set_min_proto_version(t->context, TLS1_2_VERSION);
	SSL_CTX_set_verify(t->context, SSL_VERIFY_PEER, NULL);
	if (!load(t->context, conf, e)) {
		tls_client_free(t);
		return false;
	}
	*out = t;
	return true;
}

void
tls_client_free(struct tls_client *t)
{
	if (t == NULL)
		return;
	SSL_CTX_free(t->context);
	free(t);
}

/* Without port and brackets. */
static struct str
host_of(struct str at)
{
	struct str host = str_head(at, str_find_last(at, ':'));

	if (str_starts(host, STR("[")) && str_ends(host, STR("]")))
		host = str_sub(host, 1, host.n - 1);
	return host;
}

struct ssl_st *
tls_client_connect(const struct tls_client *t, struct str at)
{
	struct str name = t->name.n != 0 ? t->name : host_of(at);
	SSL *ssl = SSL_new(t->context);
	char text[NAME_MOST];

	if (ssl == NULL)
		abort();
	snprintf(text, sizeof(text), "%" STR_FMT, STR_ARG(name));
	if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), text) != 1) {
		SSL_set1_host(ssl, text);
		SSL_set_tlsext_host_name(ssl, text);
	}
	return ssl;
}

const char *
tls_client_why(const struct ssl_st *ssl, unsigned long error)
{
	long verified = SSL_get_verify_result(ssl);

	if (verified != X509_V_OK)
		return X509_verify_cert_error_string(verified);
	return error == 0 ? NULL : ERR_reason_error_string(error);
}
