/* SPDX-License-Identifier: Apache-2.0 */
#include "front/mirrorverdict.h"

#include <jansson.h>

#include "base/arena.h"
#include "base/buf.h"
#include "front/action.h"
#include "scan/scan.h"

enum { TEXT_MOST = 64 * 1024, SYMBOLS_MOST = 1000 };

void
mirror_verdict_of(struct mirror_verdict *out, struct arena *a,
    const struct scan *s)
{
	const struct campaign *each;

	*out = (struct mirror_verdict){ .points = s->verdict.points };
	out->action = str_copy(a, str_of(measure_name(
	    (enum measure)s->policy->measures[s->verdict.action])));
	VEC_EACH(each, &s->verdict.campaigns) {
		if (each->points > 0)
			*VEC_ADD(a, &out->symbols) = str_copy(a,
			    each->symbol);
	}
}

/* The other's. */

static struct str
text_of(struct arena *a, const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text == NULL ? STR("") : str_copy(a, str_of(text));
}

/* Hundredths; what cannot be a score is none. */
static int32_t
points_of(const json_t *object, const char *key)
{
	double score = json_number_value(json_object_get(object, key));

	if (!(score < 1e6 && score > -1e6))
		return 0;
	return (int32_t)(score * 100 + (score < 0 ? -0.5 : 0.5));
}

static void
read_campaigns(struct mirror_verdict *out, struct arena *a,
    const json_t *campaigns)
{
	const json_t *one;
	size_t i;

	json_array_foreach(campaigns, i, one)
		if (points_of(one, "points") > 0 &&
		    out->symbols.n < SYMBOLS_MOST)
			*VEC_ADD(a, &out->symbols) = text_of(a, one,
			    "symbol");
}

/* The connection has ended with it, as we ask for. */
bool
mirror_verdict_read(struct mirror_verdict *out, struct arena *a,
    struct str reply)
{
	size_t end = str_find_str(reply, STR("\r\n\r\n"));
	struct str body = str_from(reply, end < reply.n ? end + 4 : end);
	json_t *root = NULL;

	*out = (struct mirror_verdict){ 0 };
	if (str_starts(reply, STR("HTTP/1.1 200")))
		root = json_loadb(body.p, body.n, 0, NULL);
	out->action = text_of(a, root, "action");
	out->points = points_of(root, "score");
	read_campaigns(out, a, json_object_get(json_object_get(root,
	    "sekisho"), "campaigns"));
	json_decref(root);
	return out->action.n != 0;
}

/* The two. */

static bool
has_symbol(const struct mirror_verdict *v, struct str symbol)
{
	const struct str *each;

	VEC_EACH(each, &v->symbols) {
		if (str_eq(*each, symbol))
			return true;
	}
	return false;
}

/* Campaigns that count for one of them alone. */
static void
add_lonely(struct buf *to, char sign, const struct mirror_verdict *v,
    const struct mirror_verdict *other)
{
	const struct str *each;

	VEC_EACH(each, &v->symbols) {
		if (!has_symbol(other, *each))
			buf_printf(to, " %c%" STR_FMT, sign, STR_ARG(*each));
	}
}

struct str
mirror_verdict_differs(struct arena *a, const struct mirror_verdict *here,
    const struct mirror_verdict *there, int32_t margin)
{
	struct buf b;

	buf_init_arena(&b, a, TEXT_MOST);
	if (!str_eq(here->action, there->action))
		buf_add_str(&b, STR(" action"));
	if (there->points - here->points > margin ||
	    here->points - there->points > margin)
		buf_add_str(&b, STR(" score"));
	add_lonely(&b, '+', there, here);
	add_lonely(&b, '-', here, there);
	return str_trim(buf_str(&b));
}
