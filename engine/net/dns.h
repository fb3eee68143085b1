/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NET_DNS_H
#define NET_DNS_H

/*
 * Questions to the name servers.  Each goes to the healthiest resolver, then
 * to the others; one that did not answer is left alone for a while that
 * doubles.  Names are spelt in random case (draft-vixie-dnsext-dns0x20), and
 * an answer that does not repeat the spelling is asked for again over TCP.
 * Answers are kept (net/dnscache.h).  Belongs to the loop's thread.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/dnswire.h"
#include "net/resolver.h"

struct dns;
struct dns_question;

enum { DNS_OPEN_MOST = 4096 };

struct dns_conf {
	const struct resolver_at *resolvers;
	size_t n_resolvers;     /* 0: those of the system */
	int timeout_ms;         /* of one try */
	size_t cache_bytes;
	const struct str *never; /* these names and all below are not asked */
	size_t n_never;
	bool asks_private;      /* names that mean something at home only too
	                           (net/dnsprivate.h) */
};

bool dns_open(struct dns **out, struct loop *l, const struct dns_conf *conf,
    struct err *e);
/* Replies still to come do not. */
void dns_close(struct dns *d);

/* answer stays until the reply returns. */
typedef void dns_reply(void *asker, const struct dns_answer *answer);

/* reply is called once, from the loop, never from inside this call.  What
 * is no name, must never be asked or is one too many is answered as failed,
 * and what means something at home only as no name. */
struct dns_question *dns_ask(struct dns *d, enum dns_type type,
    struct str name, dns_reply *reply, void *asker);
/* Right behind dns_ask: those of one owner share what there is of TCP with
 * the others'.  whose is compared alone. */
void dns_share(struct dns_question *q, const void *whose);
/* Before its reply: then it does not come.  The answer is kept all the
 * same. */
void dns_forget(struct dns_question *q);

/* "4.3.2.1.in-addr.arpa": the name for DNS_PTR, and with another suffix for
 * lists of addresses.  Empty for no address. */
struct str dns_reverse(struct arena *a, const struct addr *addr,
    struct str suffix4, struct str suffix6);

struct dns_counts {
	size_t open;
	uint64_t asked, kept, sent, failed;
	uint64_t late;    /* packets that nothing came back for */
	uint64_t odd;     /* packets that answered something else */
	uint64_t refused; /* never sent: forbidden, no name, too many */
};
struct dns_counts dns_counts(const struct dns *d);

#endif
