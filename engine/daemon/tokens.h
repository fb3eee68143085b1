/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_TOKENS_H
#define DAEMON_TOKENS_H

/* The setting tokens: "NAME: {hash: HEX, roles: [scan]}". */

#include "front/token.h"

struct diags;
struct node;

enum { TOKENS_MOST = 1000 };

/* What is wrong goes to d. */
void tokens_read(token_list *out, struct arena *a, const struct node *map,
    struct diags *d);

#endif
