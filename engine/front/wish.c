/* SPDX-License-Identifier: Apache-2.0 */
/* One row a threshold. */
#include "front/wish.h"

#include <jansson.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/vec.h"
#include "scan/policy.h"

enum { POINTS_MOST = 1000000 };

static const struct {
	const char *name, *other;
	size_t offset;   /* of an int32_t in struct policy */
} rows[] = {
	{ "reject", "reject", offsetof(struct policy, verdict.reject) },
	{ "soft reject", "soft_reject",
	    offsetof(struct policy, verdict.soft_reject) },
	{ "rewrite subject", "rewrite_subject",
	    offsetof(struct policy, verdict.rewrite) },
	{ "add header", "add_header",
	    offsetof(struct policy, verdict.add_header) },
	{ "greylist", "greylist", offsetof(struct policy, verdict.greylist) },
};

/* Hundredths; null takes the action out.  False: neither. */
static bool
read_points(const json_t *value, int32_t *points)
{
	double n = json_number_value(value);

	*points = INT32_MAX;
	if (json_is_null(value))
		return true;
	if (!json_is_number(value) || n > POINTS_MOST || n < -POINTS_MOST)
		return false;
	*points = (int32_t)(n * 100 + (n < 0 ? -0.5 : 0.5));
	return true;
}

static void
read_actions(struct policy_rule *rule, struct arena *a, const json_t *actions)
{
	for (size_t i = 0; i < nitems(rows); i++) {
		const json_t *value = json_object_get(actions, rows[i].name);
		int32_t points;

		if (value == NULL)
			value = json_object_get(actions, rows[i].other);
		if (value == NULL || !read_points(value, &points))
			continue;
		memcpy((char *)&rule->policy + rows[i].offset, &points,
		    sizeof(points));
		*VEC_ADD(a, &rule->said) = (struct policy_piece){
			rows[i].offset, sizeof(points) };
	}
}

const struct policy_rule *
wish_read(struct arena *a, struct str json)
{
	struct policy_rule *rule = ARENA_ONE(a, struct policy_rule);
	json_t *root = json_loadb(json.p, json.n, 0, NULL);

	if (root == NULL)
		log_info("Settings of a request is no JSON");
	read_actions(rule, a, json_object_get(root, "actions"));
	json_decref(root);
	return rule->said.n != 0 ? rule : NULL;
}
