/* SPDX-License-Identifier: Apache-2.0 */
/* A verdict in words, for programs. */
#include "rule/explain.h"

#include "base/json.h"

void
explain_json(struct json *j, const struct verdict *v,
    const struct facts *facts, const struct message *m, struct str lang)
{
	(void)facts;
	(void)m;
	(void)lang;
	json_object(j);
	json_put_str(j, "action", str_of(action_name(v->action)));
	json_put_points(j, "score", v->points);
	json_object_end(j);
}
