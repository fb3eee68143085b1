/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_REPUTATIONNAME_H
#define CLI_REPUTATIONNAME_H

/*
 * Names of entities as people write them, turned into what sekishod keeps
 * them under: lower case, A-labels, the registrable domain where the kind is
 * one, addresses in their short form.  What it would never look up is refused,
 * with the word that it would.
 */

#include <stdbool.h>

#include "base/str.h"
#include "scan/reputation.h"

struct arena;
struct err;

bool reputation_name(struct str *name, struct arena *a,
    enum reputation_kind kind, struct err *e);

#endif
