/* SPDX-License-Identifier: Apache-2.0 */
/* JSON of gateways, read with patience. */
#include "front/mtaresult.h"

#include <jansson.h>

#include "base/arena.h"

enum { RESULTS_MOST = 50 };

static struct str
member(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	if (!json_is_string(value))
		return STR("");
	return (struct str){ json_string_value(value),
		json_string_length(value) };
}

static void
read_one(struct auth *auth, struct arena *a, enum auth_method method,
    const json_t *object)
{
	struct str text = str_lower(a, str_trim(member(object, "result")));
	enum auth_result result;

	if (auth_result_of(text, &result))
		auth_add(auth, method, result,
		    str_lower(a, member(object, "domain")));
}

void
mta_result_read(struct auth *auth, struct arena *a, enum auth_method method,
    struct str text)
{
	json_t *root = json_loadb(text.p, text.n, 0, NULL);
	const json_t *results = json_object_get(root, "results");

	read_one(auth, a, method, root);
	for (size_t i = 0; i < json_array_size(results) && i < RESULTS_MOST;
	    i++)
		read_one(auth, a, method, json_array_get(results, i));
	json_decref(root);
}
