/* SPDX-License-Identifier: Apache-2.0 */
/* Rules: what they ask for, and which pieces of a policy they speak of. */
#include "daemon/settings.h"

#include "conf/diag.h"
#include "conf/node.h"
#include "daemon/policyrows.h"

const char *const policy_measures[] = {
	[MEASURE_NONE] = "none",
	[MEASURE_GREYLIST] = "greylist",
	[MEASURE_ADD_HEADER] = "add_header",
	[MEASURE_REWRITE_SUBJECT] = "rewrite_subject",
	[MEASURE_SOFT_REJECT] = "soft_reject",
	[MEASURE_REJECT] = "reject",
	[MEASURE_QUARANTINE] = "quarantine",
	[MEASURE_DISCARD] = "discard",
	NULL
};

const char *const policy_headers[] = {
	[POLICY_HEADERS_NONE] = "none",
	[POLICY_HEADERS_SHORT] = "short",
	[POLICY_HEADERS_FULL] = "full",
	NULL
};

const char *const policy_foreign[] = {
	[POLICY_FOREIGN_KEEP] = "keep",
	[POLICY_FOREIGN_UNTRUSTED] = "remove_untrusted",
	[POLICY_FOREIGN_REMOVE] = "remove",
	NULL
};

static const char *const directions[] = {
	[POLICY_BOTH] = "both",
	[POLICY_INBOUND] = "inbound",
	[POLICY_OUTBOUND] = "outbound",
	NULL
};

/* A rule as it is written. */
struct entry {
	struct policy_rule rule;
	VEC(struct str) rcpt;
};

#define IN(member_) .offset = offsetof(struct entry, member_)
#define IN_POLICY(member_) .offset = offsetof(struct entry, rule.policy.member_)

static const struct setting rows[] = {
	POLICY_ROWS(IN_POLICY),
	{ "packs", SETTING_IS_STRS, IN_POLICY(packs),
	    .help = "ids of the packs that score; others are observed" },
	{ "without", SETTING_IS_STRS, IN_POLICY(without),
	    .help = "ids of packs that are only observed" },
	{ "name", SETTING_IS_STR, IN(rule.name),
	    .help = "of your choice" },
	{ "rcpt", SETTING_IS_STRS, IN(rcpt),
	    .help = "recipients: user@example.jp, example.jp, .example.jp" },
	{ "user", SETTING_IS_STRS, IN(rule.users),
	    .help = "authenticated users; * for any" },
	{ "network", SETTING_IS_NETS, IN(rule.networks),
	    .help = "networks of the client that hands a message in" },
	{ "listener", SETTING_IS_STRS, IN(rule.listeners),
	    .help = "names of listeners" },
	{ "id", SETTING_IS_STRS, IN(rule.ids),
	    .help = "what the gateway asks for as Settings-ID" },
	{ "direction", SETTING_IS_WORD, IN(rule.direction),
	    .words = directions, .help = "inbound, outbound or both" },
	{ 0 }
};

static const size_t sizes[SETTING_TYPES] = {
	[SETTING_IS_STR] = sizeof(struct str),
	[SETTING_IS_LINE] = sizeof(struct str),
	[SETTING_IS_POINTS] = sizeof(int32_t),
	[SETTING_IS_WORD] = sizeof(int),
	[SETTING_IS_STRS] = sizeof(((struct policy *)NULL)->packs),
};

/* "thresholds.reject" stands in the map of that name. */
static bool
is_said(const struct node *map, const char *name)
{
	struct str section, key;
	const struct node *child;

	if (!str_cut(str_of(name), '.', &section, &key))
		return node_get(map, name) != NULL;
	NODE_EACH(child, map) {
		if (str_eq(child->key, section))
			return child->type == NODE_MAP &&
			    node_get(child, key.p) != NULL;
	}
	return false;
}

static void
note_said(struct policy_rule *r, struct arena *a, const struct node *map)
{
	const size_t first = offsetof(struct entry, rule.policy);

	for (const struct setting *row = rows; row->name != NULL; row++) {
		if (row->offset < first ||
		    row->offset >= first + sizeof(struct policy) ||
		    !is_said(map, row->name))
			continue;
		*VEC_ADD(a, &r->said) = (struct policy_piece){
			row->offset - first, sizes[row->type] };
	}
}

/* Addresses, domains, and what is below a domain. */
static void
read_rcpt(struct entry *entry, struct arena *a)
{
	const struct str *rcpt;

	map_init(&entry->rule.rcpt, a);
	VEC_EACH(rcpt, &entry->rcpt)
		map_put(&entry->rule.rcpt, str_lower(a, *rcpt), 1);
}

static void
read_rule(policy_rule_list *out, struct arena *a, const struct node *map,
    struct diags *d)
{
	struct entry entry = { .rule = { .direction = POLICY_BOTH } };
	const struct str *lang = &entry.rule.policy.lang;

	if (!settings_read(&entry, a, rows, map, d))
		return;
	if (lang->n != 0 && !str_is(*lang, "ja") && !str_is(*lang, "en")) {
		diag_add(d, DIAG_ERROR, map->mark, "", "lang must be ja or "
		    "en, not \"%" STR_FMT "\"", STR_ARG(*lang));
		return;
	}
	read_rcpt(&entry, a);
	note_said(&entry.rule, a, map);
	if (entry.rule.said.n == 0)
		diag_add(d, DIAG_ERROR, map->mark, "",
		    "this entry of settings changes nothing");
	*VEC_ADD(a, out) = entry.rule;
}

void
settings_rules_read(policy_rule_list *out, struct arena *a,
    const struct node *list, struct diags *d)
{
	const struct node *entry;

	if (list->type != NODE_LIST || list->n > RULES_MOST) {
		diag_add(d, DIAG_ERROR, list->mark, "", "settings must be a "
		    "list of up to %d mappings", RULES_MOST);
		return;
	}
	NODE_EACH(entry, list)
		read_rule(out, a, entry, d);
}
