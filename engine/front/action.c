/* SPDX-License-Identifier: Apache-2.0 */
/* One row a measure, one a placeholder of the texts. */
#include "front/action.h"

#include "base/buf.h"
#include "front/symbol.h"
#include "scan/scan.h"

enum { TEXT_MOST = 400, SYMBOLS_MOST = 150 };

static const struct measure_row {
	const char *code;
	const char *enhanced;
	size_t text;      /* offset in struct policy, or 0: none */
} rows[MEASURES] = {
	[MEASURE_SOFT_REJECT] = { "451", "4.7.1",
	    offsetof(struct policy, soft_reject_text) },
	[MEASURE_REJECT] = { "554", "5.7.1",
	    offsetof(struct policy, reject_text) },
	[MEASURE_QUARANTINE] = { "", "",
	    offsetof(struct policy, quarantine_text) },
};

const char *
measure_name(enum measure measure)
{
	switch (measure) {
	case MEASURE_QUARANTINE:
		return "quarantine";
	case MEASURE_DISCARD:
		return "discard";
	default:
		return action_name((enum action)measure);
	}
}

/* What goes into SMTP replies and fields of the queue: one plain line. */
static void
add_plain(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		bool is_plain = s.p[i] >= 0x20 && s.p[i] < 0x7f;

		buf_add_byte(b, is_plain ? s.p[i] : '?');
	}
}

static void
add_queue_id(struct buf *b, const struct scan *s)
{
	add_plain(b, s->envelope.queue_id.n != 0 ? s->envelope.queue_id :
	    s->id);
}

static void
add_id(struct buf *b, const struct scan *s)
{
	add_plain(b, s->id);
}

static void
add_score(struct buf *b, const struct scan *s)
{
	add_plain(b, points_text(s->scratch, s->verdict.points));
}

static void
add_symbols(struct buf *b, const struct scan *s)
{
	const struct campaign *c;
	size_t first = b->n;

	VEC_EACH(c, &s->verdict.campaigns) {
		if (c->points <= 0 || b->n - first > SYMBOLS_MOST)
			continue;
		if (b->n != first)
			buf_add_str(b, STR(", "));
		add_plain(b, c->symbol);
	}
}

static const struct {
	const char *name;
	void (*add)(struct buf *b, const struct scan *s);
} placeholders[] = {
	{ "queue_id", add_queue_id },
	{ "id", add_id },
	{ "score", add_score },
	{ "symbols", add_symbols },
};

static bool
add_placeholder(struct buf *b, const struct scan *s, struct str name)
{
	for (size_t i = 0; i < nitems(placeholders); i++) {
		if (!str_is(name, placeholders[i].name))
			continue;
		placeholders[i].add(b, s);
		return true;
	}
	return false;
}

/* An unknown name in braces stays as it is written. */
static struct str
fill(struct arena *a, struct str text, const struct scan *s)
{
	struct buf b;

	buf_init_arena(&b, a, TEXT_MOST);
	while (text.n != 0) {
		size_t brace = str_find(text, '{'), end;

		add_plain(&b, str_head(text, brace));
		text = str_from(text, brace);
		if (text.n == 0)
			break;
		end = str_find(text, '}');
		if (add_placeholder(&b, s, str_sub(text, 1, end))) {
			text = str_from(text, end + 1);
		} else {
			buf_add_byte(&b, '{');
			text = str_from(text, 1);
		}
	}
	return buf_str(&b);
}

void
outcome_of(struct outcome *o, struct arena *a, const struct scan *s)
{
	const struct policy *p = s->policy;
	const struct measure_row *row;

	*o = (struct outcome){ .measure =
	    (enum measure)p->measures[s->verdict.action] };
	row = &rows[o->measure];
	o->code = row->code == NULL ? "" : row->code;
	o->enhanced = row->enhanced == NULL ? "" : row->enhanced;
	if (row->text != 0)
		o->text = fill(a, *(const struct str *)(const void *)
		    ((const char *)p + row->text), s);
}

bool
outcome_is_caught(const struct outcome *o)
{
	return o->measure != MEASURE_NONE && o->measure != MEASURE_GREYLIST;
}

int32_t
outcome_required(const struct scan *s)
{
	const struct verdict_conf *c = &s->policy->verdict;

	return c->add_header != INT32_MAX ? c->add_header : c->reject;
}

int32_t
outcome_reject(const struct scan *s)
{
	const struct verdict_conf *c = &s->policy->verdict;

	return c->reject != INT32_MAX ? c->reject : c->add_header;
}
