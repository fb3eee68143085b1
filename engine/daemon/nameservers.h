/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_NAMESERVERS_H
#define DAEMON_NAMESERVERS_H

/* The name servers of a worker, as the settings under dns name them. */

#include <stdbool.h>

struct daemon_conf;
struct dns;
struct err;
struct loop;

/*
 * Leaves *out alone where nobody is to be asked.  is_telling: a public
 * resolver that lists of the DNS do not answer is told in the log; of several
 * workers one does.  False: a word that is no server, or there is none.
 */
bool nameservers_open(struct dns **out, struct loop *l,
    const struct daemon_conf *conf, bool is_telling, struct err *e);

#endif
