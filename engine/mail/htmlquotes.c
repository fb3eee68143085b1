/* SPDX-License-Identifier: Apache-2.0 */
/* Pieces of the visible text, in the order they begin in. */
#include "mail/htmlquotes.h"

#include "base/utf8.h"
#include "mail/htmllink.h"

void
html_quotes_empty(struct html_quotes *q)
{
	q->list.n = q->n_open = 0;
}

bool
html_quotes_is_class(struct arena *a, const struct html_token *token)
{
	struct str class = html_attr_text(a, token, ATTR_CLASS);

	return str_starts(class, STR("gmail_quote")) ||
	    str_starts(class, STR("yahoo_quoted")) ||
	    str_starts(class, STR("protonmail_quote"));
}

void
html_quotes_begin(struct html_quotes *q, struct arena *a, size_t at)
{
	if (q->n_open++ == 0)
		*VEC_ADD(a, &q->list) = (struct quoted){ (uint32_t)at,
			(uint32_t)at };
}

void
html_quotes_end(struct html_quotes *q, size_t at)
{
	if (q->n_open > 0 && --q->n_open == 0)
		q->list.at[q->list.n - 1].end = (uint32_t)at;
}

void
html_quotes_turn(struct html_quotes *q, struct str visible, size_t begin)
{
	for (size_t i = q->list.n; i > 0; i--) {
		struct quoted *piece = &q->list.at[i - 1];

		if (piece->begin < begin && piece->end < begin)
			break;
		piece->begin = (uint32_t)utf8_end(visible, piece->begin);
		piece->end = (uint32_t)utf8_end(visible, piece->end);
	}
}

void
html_quotes_done(struct html_quotes *q, const struct lines *visible)
{
	uint32_t end = (uint32_t)lines_done(visible).n;

	while (q->n_open > 0)
		html_quotes_end(q, visible->text.n);
	for (size_t i = q->list.n; i > 0; i--) {
		struct quoted *piece = &q->list.at[i - 1];

		if (piece->end <= end)
			break;
		piece->end = end;
		if (piece->begin > end)
			piece->begin = end;
	}
}
