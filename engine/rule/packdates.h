/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_PACKDATES_H
#define RULE_PACKDATES_H

/* The dates of a pack: what must expire, and in which order days come. */

#include <stdbool.h>

struct node;
struct pack_reader;
struct value;

/* Once everything is read; root is the pack's. */
void pack_check_dates(struct pack_reader *r, const struct node *root);

/* An indicator that somebody rents or owns: it must expire. */
bool value_needs_expiry(const struct value *v);

#endif
