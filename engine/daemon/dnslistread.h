/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_DNSLISTREAD_H
#define DAEMON_DNSLISTREAD_H

/*
 * The setting dnslists: which lists of the DNS are asked.  Each entry is the
 * name of a preset, or a mapping that says more:
 *
 *	- spamcop
 *	- preset: spamhaus-zen
 *	  zone: KEY.zen.dq.spamhaus.net
 *	  points: {sbl: 3, xbl: 2.5}
 *	- id: ours
 *	  zone: bl.example.jp
 *	  what: [ip, url_domain]
 *	  codes: {127.0.0.2: bad, 127.0.0.4-7: {name: worse, points: 3}}
 *	  alarms: {127.0.0.1: asked too often}
 */

#include "check/dnslist.h"

struct diags;
struct err;
struct node;

/* What is wrong goes to d. */
void dnslists_read(dnslist_list *out, struct arena *a,
    const struct node *list, struct diags *d);

/* A preset, as on a command line. */
bool dnslists_add(dnslist_list *out, struct arena *a, struct str preset,
    struct err *e);

#endif
