/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_TELLER_H
#define DAEMON_TELLER_H

/*
 * Writes what a worker's store, name servers, checks and lists have counted
 * to its seat, each second and whenever somebody asks: they count for
 * themselves, from nothing on, and the seat goes on from what stood there.
 */

struct dns;
struct front;
struct store;
struct store_ledger;
struct teller;

/* store and dns may be NULL; front, its world and both outlive the teller.
 * ledger: the store's; what is told of it is noted there. */
struct teller *teller_new(struct front *f, struct store *s,
    struct store_ledger *ledger, struct dns *d);
void teller_free(struct teller *t);

#endif
