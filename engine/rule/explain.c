/* SPDX-License-Identifier: Apache-2.0 */
/* A verdict in words, for a person. */
#include "rule/explain.h"

#include "base/buf.h"

static struct str
say_of(const struct verdict_line *line, struct str lang)
{
	struct str s = STR("");

	if (line->group != NULL)
		s = say_in(&line->group->group->say, lang);
	else if (line->bonus != NULL)
		s = say_in(&line->bonus->say, lang);
	return s.n == 0 ? line->name : s;
}

struct str
explain_line(struct arena *a, const struct verdict *v,
    const struct verdict_line *line, const struct message *m,
    struct str lang)
{
	(void)a;
	(void)v;
	(void)m;
	return say_of(line, lang);
}

void
explain_text(struct buf *to, const struct verdict *v,
    const struct facts *facts, const struct message *m,
    const struct explain_conf *conf)
{
	const struct verdict_line *line;

	buf_printf(to, "%s %.2f\n", action_name(v->action), v->points / 100.0);
	VEC_EACH (line, &v->lines) {
		struct str say = explain_line(facts->arena, v, line, m,
		    conf->lang);

		buf_printf(to, "%+8.2f  %" STR_FMT "\n", line->points / 100.0,
		    STR_ARG(say));
	}
}
