/* SPDX-License-Identifier: Apache-2.0 */
/* Hashes and roles of tokens. */
#include "daemon/tokens.h"

#include <string.h>

#include "conf/diag.h"
#include "conf/node.h"
#include "conf/setting.h"

struct entry {
	struct str hash;
	VEC(struct str) roles;
};

static const struct setting rows[] = {
	{ "hash", SETTING_IS_STR, .offset = offsetof(struct entry, hash),
	    .help = "what \"sekisho token\" says, 64 hex digits" },
	{ "roles", SETTING_IS_STRS, .offset = offsetof(struct entry, roles),
	    .help = "scan, read, learn, admin" },
	{ 0 }
};

static void
read_token(token_list *out, struct arena *a, const struct node *node,
    struct diags *d)
{
	struct entry entry = { .hash = STR("") };
	struct token token = { .name = node->key };
	const struct str *role;
	struct str hash;

	if (!settings_read(&entry, a, rows, node, d))
		return;
	if (!token_is_hash(entry.hash)) {
		diag_add(d, DIAG_ERROR, node->mark, "", "hash of token %"
		    STR_FMT " must be 64 hex digits, as \"sekisho token\" "
		    "says them", STR_ARG(node->key));
		return;
	}
	VEC_EACH(role, &entry.roles) {
		if (role_of(*role) == 0)
			diag_add(d, DIAG_ERROR, node->mark, "", "roles must "
			    "be scan, read, learn or admin, not \"%" STR_FMT
			    "\"", STR_ARG(*role));
		token.roles |= role_of(*role);
	}
	if (token.roles == 0) {
		diag_add(d, DIAG_ERROR, node->mark, "", "token %" STR_FMT
		    " has no roles", STR_ARG(node->key));
		return;
	}
	hash = str_lower(a, entry.hash);
	memcpy(token.hash, hash.p, hash.n);
	*VEC_ADD(a, out) = token;
}

void
tokens_read(token_list *out, struct arena *a, const struct node *map,
    struct diags *d)
{
	const struct node *entry;

	if (map->type != NODE_MAP || map->n > TOKENS_MOST) {
		diag_add(d, DIAG_ERROR, map->mark, "", "tokens must be a "
		    "mapping of up to %d names", TOKENS_MOST);
		return;
	}
	NODE_EACH(entry, map)
		read_token(out, a, entry, d);
}
