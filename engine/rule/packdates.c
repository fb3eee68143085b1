/* SPDX-License-Identifier: Apache-2.0 */
/* The dates of a pack: what must expire, and in which order days come. */
#include "base/vec.h"
#include "rule/expand.h"
#include "rule/packdates.h"
#include "rule/packread.h"

static bool
has_names_of_hosts(enum field_kind kind)
{
	return kind == FIELD_ADDR || kind == FIELD_MAILBOX ||
	    kind == FIELD_DOMAIN || kind == FIELD_HOST || kind == FIELD_URL ||
	    kind == FIELD_NAME || kind == FIELD_RELAY;
}

/* Masks and single-label names are shapes: they do not age. */
bool
value_needs_expiry(const struct value *v)
{
	if (v->is_spoofed)
		return false;
	if (v->link != NULL)
		return v->link->hosts.n != 0 || v->link->domains.n != 0;
	if (!has_names_of_hosts(v->field->kind))
		return false;
	if (v->pattern.kind == PATTERN_NET)
		return true;
	if (v->field->kind == FIELD_URL && v->pattern.kind == PATTERN_REGEX)
		return !pattern_has_mask(str_head(v->text,
		    str_find(str_from(v->text, 9), '/') + 9), true) &&
		    !str_starts(v->text, STR("re:"));
	return (v->pattern.kind == PATTERN_KEY ||
	    v->pattern.kind == PATTERN_BELOW) && str_has(v->pattern.key, '.');
}

/* review_by serves in place of expires where what is rented expires. */
static void
check_expiry(struct pack_reader *r, const struct node *root)
{
	struct pack *p = r->pack;
	const struct group *g;
	const struct value *v;

	if (p->kind != PACK_CAMPAIGN || p->expires != DAY_NONE ||
	    node_get(root, "expires") != NULL)
		return;
	if (p->review_by == DAY_NONE) {
		diag_add(r->diags, DIAG_ERROR, root->mark, "S02",
		    "missing key \"expires\"");
		diag_hint(r->diags, "or \"review_by\", when every address, "
		    "host and domain has an \"expires\" of its own");
		return;
	}
	VEC_EACH(g, &p->groups) {
		if (g->expires != DAY_NONE || g->is_exception)
			continue;
		VEC_EACH(v, &g->values) {
			if (v->expires != DAY_NONE || !value_needs_expiry(v))
				continue;
			/* A mailbox may be one that the brand itself
			 * disowns: that does not age. */
			diag_add(r->diags,
			    v->field->kind == FIELD_MAILBOX ? DIAG_WARNING
			    : DIAG_ERROR, v->mark, "S02",
			    "%" STR_FMT ".%s: missing \"expires\"",
			    STR_ARG(g->name), v->field->name);
			diag_hint(r->diags, "a pack without \"expires\" needs "
			    "one at every address, host and domain, or at "
			    "their group");
		}
	}
}

static void
tell_order(struct pack_reader *r, struct mark mark, int32_t day,
    int32_t bound, const char *text)
{
	char shown[2][16];

	day_format(day, shown[0]);
	day_format(bound, shown[1]);
	diag_add(r->diags, DIAG_ERROR, mark, "S07", "%s (%s, %s)", text,
	    shown[0], shown[1]);
}

static void
check_not_before(struct pack_reader *r, struct mark mark, int32_t day,
    int32_t bound, const char *text)
{
	if (day != DAY_NONE && bound != DAY_NONE && day < bound)
		tell_order(r, mark, day, bound, text);
}

static void
check_not_after(struct pack_reader *r, struct mark mark, int32_t day,
    int32_t bound, const char *text)
{
	if (day != DAY_NONE && bound != DAY_NONE && day > bound)
		tell_order(r, mark, day, bound, text);
}

static struct mark
mark_of(const struct node *root, const char *key)
{
	const struct node *node = node_get(root, key);

	return node == NULL ? root->mark : node->mark;
}

void
pack_check_dates(struct pack_reader *r, const struct node *root)
{
	struct pack *p = r->pack;
	const struct group *g;
	const struct value *v;

	check_expiry(r, root);
	check_not_before(r, mark_of(root, "expires"), p->expires, p->created,
	    "expires: before created");
	check_not_before(r, mark_of(root, "updated"), p->updated, p->created,
	    "updated: before created");
	check_not_before(r, mark_of(root, "seen"), p->seen_last,
	    p->seen_first, "seen: last before first");
	VEC_EACH(g, &p->groups) {
		check_not_after(r, g->mark, g->expires, p->expires,
		    "a group expires after its pack");
		VEC_EACH(v, &g->values)
			check_not_after(r, v->mark, v->expires, p->expires,
			    "a value expires after its pack");
	}
}
