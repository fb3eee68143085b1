/* SPDX-License-Identifier: Apache-2.0 */
/* Field by field, by the places that the reader of headers has noted. */
#include "front/rewrite.h"

#include "base/buf.h"
#include "front/action.h"
#include "front/headers.h"
#include "scan/scan.h"

struct writing {
	struct buf *to;
	const struct scan *scan;
	const struct outcome *outcome;
	struct str raw;
	const char *newline;
	removal_list removals;
};

static const char *
newline_of(struct str raw)
{
	size_t at = str_find(raw, '\n');

	return at < raw.n && (at == 0 || raw.p[at - 1] != '\r') ? "\n" :
	    "\r\n";
}

static void
add_field(struct writing *w, const char *name, struct str value)
{
	value = headers_fold(w->scan->scratch, name, value, w->newline);
	buf_printf(w->to, "%s: %" STR_FMT "%s", name, STR_ARG(value),
	    w->newline);
}

static bool
is_removed(const struct writing *w, const struct header *h)
{
	const struct str *gone;

	VEC_EACH(gone, &w->removals) {
		if (str_case_eq(*gone, h->name))
			return true;
	}
	return headers_is_forged(w->scan, w->scan->scratch, h);
}

/* "From taro Mon Feb  9 ..." of a mailbox file stays above all fields. */
static size_t
mailbox_line(struct str raw)
{
	struct str line = raw;

	if (!str_starts(raw, STR("From ")))
		return 0;
	line = str_head(line, str_find(line, '\n') + 1);
	return line.n;
}

/* Behind the line end of a field.  Of one that was too long to be read whole
 * the rest belongs to it too. */
static size_t
field_end(const struct writing *w, const struct header *h)
{
	struct str rest = str_from(w->raw,
	    (size_t)(h->raw.p - w->raw.p) + h->raw.n);

	do
		str_take_line(&rest);
	while (rest.n != 0 && (rest.p[0] == ' ' || rest.p[0] == '\t'));
	return w->raw.n - rest.n;
}

static void
copy(struct writing *w, size_t from, size_t to)
{
	buf_add_str(w->to, str_sub(w->raw, from, to));
}

/* All fields but those that go; gives where the last one ends. */
static size_t
copy_fields(struct writing *w, size_t at, struct str subject)
{
	const struct headers *h = &w->scan->message.headers;

	for (size_t i = 0; i < h->n; i++) {
		const struct header *f = &h->at[i];
		bool is_subject = subject.n != 0 &&
		    str_case_is(f->name, "Subject");

		if (f->offset < at || (!is_subject && !is_removed(w, f)))
			continue;
		copy(w, at, f->offset);
		at = field_end(w, f);
		if (is_subject) {
			add_field(w, "Subject", subject);
			subject = STR("");
		}
	}
	if (subject.n != 0)
		add_field(w, "Subject", subject);
	return at;
}

/* Behind the empty line that ends the fields; *has_empty: there is one. */
static size_t
section_end(const struct writing *w, bool *has_empty)
{
	const struct headers *h = &w->scan->message.headers;
	size_t at = h->n == 0 ? mailbox_line(w->raw) :
	    field_end(w, &h->at[h->n - 1]);
	struct str rest = str_from(w->raw, at);

	*has_empty = false;
	/* Fields past a limit were not read. */
	while (rest.n != 0) {
		*has_empty = str_take_line(&rest).n == 0;
		if (*has_empty)
			return w->raw.n - rest.n;
		if ((w->scan->message.limits & 1u << LIMIT_HEADERS) == 0)
			break;
	}
	return at;
}

static size_t
begin(struct writing *w, struct buf *to, const struct scan *s,
    const struct outcome *o)
{
	const struct result_header *r;
	result_list added = { 0 };
	struct str subject = STR("");
	size_t at;

	*w = (struct writing){ .to = to, .scan = s, .outcome = o,
		.raw = s->raw, .newline = newline_of(s->raw) };
	headers_remove(&w->removals, s->scratch, s);
	headers_add(&added, s->scratch, s, o);
	headers_subject(&subject, s->scratch, s, o);
	at = mailbox_line(s->raw);
	copy(w, 0, at);
	VEC_EACH(r, &added)
		add_field(w, r->name, r->value);
	return copy_fields(w, at, subject);
}

void
rewrite_headers(struct buf *to, const struct scan *s, const struct outcome *o)
{
	struct writing w;
	size_t at = begin(&w, to, s, o);
	bool has_empty;

	copy(&w, at, section_end(&w, &has_empty));
	if (!has_empty)
		buf_add_str(to, str_of(w.newline));
}

void
rewrite_message(struct buf *to, const struct scan *s, const struct outcome *o)
{
	struct writing w;
	size_t at = begin(&w, to, s, o);

	copy(&w, at, s->raw.n);
}
