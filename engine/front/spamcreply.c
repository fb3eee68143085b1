/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One function a part, put together by version.  Clients read these replies
 * with scanf and patterns: every blank counts.
 */
#include "front/spamcreply.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "front/action.h"
#include "front/rewrite.h"
#include "front/symbol.h"
#include "scan/scan.h"

/* Exim reads a whole reply into 32 KB. */
enum { REPORT_MOST = 16 * 1024, OPTION_MOST = 200 };

struct writing {
	struct arena *arena;
	const struct scan *scan;
	struct outcome outcome;
	symbol_list symbols;
};

static void
begin(struct writing *w, const struct scan *s)
{
	*w = (struct writing){ .arena = s->scratch, .scan = s };
	outcome_of(&w->outcome, w->arena, s);
	symbols_of(&w->symbols, w->arena, s, s->policy->lang);
}

/* Hundredths to tenths, downwards: a client that compares the two numbers
 * must not find a score at a threshold that it has not reached. */
static int32_t
tenths(int32_t points)
{
	return points >= 0 ? points / 10 : -((-points + 9) / 10);
}

static struct str
tenths_text(struct arena *a, int32_t n)
{
	return str_printf(a, "%s%d.%d", n < 0 ? "-" : "", abs(n) / 10,
	    abs(n) % 10);
}

/* "Spam: True ; 15.0 / 6.0" */
static struct str
spam_line(struct writing *w, bool is_yes_or_no)
{
	static const char *const words[2][2] = { { "False", "True" },
		{ "No", "Yes" } };
	int32_t points = w->scan->verdict.points;
	int32_t least = outcome_required(w->scan);
	int32_t score = tenths(points), required = tenths(least);

	/* 6.02 is below 6.05. */
	if (points < least && score >= required)
		score = required - 1;
	return str_printf(w->arena, "Spam: %s ; %" STR_FMT " / %" STR_FMT
	    "\r\n", words[is_yes_or_no][outcome_is_caught(&w->outcome)],
	    STR_ARG(tenths_text(w->arena, score)),
	    STR_ARG(tenths_text(w->arena, required)));
}

static void
add_names(struct writing *w, struct buf *to)
{
	const struct symbol *symbol;

	VEC_EACH(symbol, &w->symbols) {
		if (to->n + symbol->name.n + 1 > REPORT_MOST)
			break;
		buf_printf(to, "%s%" STR_FMT, to->n != 0 ? "," : "",
		    STR_ARG(symbol->name));
	}
}

/* A line break of a symbol's text would be taken for the next one. */
static void
add_text(struct buf *to, struct str text)
{
	text = utf8_head(text, OPTION_MOST);
	for (size_t i = 0; i < text.n; i++)
		buf_add_byte(to, (unsigned char)text.p[i] < 0x20 ? ' ' :
		    text.p[i]);
}

/* For a person; never empty, as Exim looks for its last letter. */
static void
add_report(struct writing *w, struct buf *to)
{
	const struct scan *s = w->scan;
	const struct symbol *symbol;
	const struct str *option;

	buf_printf(to, "sekisho: %s, %" STR_FMT " of %" STR_FMT " points\n",
	    measure_name(w->outcome.measure),
	    STR_ARG(points_text(w->arena, s->verdict.points)),
	    STR_ARG(points_text(w->arena, outcome_required(s))));
	VEC_EACH(symbol, &w->symbols) {
		struct str points = points_text(w->arena, symbol->points);

		if (to->n > REPORT_MOST)
			break;
		buf_printf(to, "%6" STR_FMT " %" STR_FMT " ",
		    STR_ARG(points), STR_ARG(symbol->name));
		add_text(to, symbol->description);
		buf_add_byte(to, '\n');
		VEC_EACH(option, &symbol->options) {
			if (to->n > REPORT_MOST)
				break;
			buf_add_str(to, STR("         "));
			add_text(to, *option);
			buf_add_byte(to, '\n');
		}
	}
}

/* What stands behind the head of a reply. */
static void
add_body(struct writing *w, struct buf *to, const struct spamc_parse *p)
{
	switch (p->command) {
	case SPAMC_SYMBOLS:
		add_names(w, to);
		/* spamd ends it in a line for those that read by lines. */
		if (p->version < 13)
			buf_add_str(to, STR("\r\n"));
		break;
	case SPAMC_REPORT_IFSPAM:
		if (outcome_is_caught(&w->outcome))
			add_report(w, to);
		break;
	case SPAMC_REPORT:
		add_report(w, to);
		break;
	case SPAMC_PROCESS:
		rewrite_message(to, w->scan, &w->outcome);
		break;
	case SPAMC_HEADERS:
		rewrite_headers(to, w->scan, &w->outcome);
		break;
	default:
		break;
	}
}

static bool
gives_message(const struct spamc_parse *p)
{
	return p->command == SPAMC_PROCESS || p->command == SPAMC_HEADERS;
}

/* The length comes first: Exim, which says 1.2, wants the verdict right
 * behind the status, newer clients a length in front of it. */
static void
add_head(struct writing *w, struct buf *to, const struct spamc_parse *p,
    size_t n)
{
	bool has_spam = !gives_message(p) || p->version >= 13;
	bool has_length = p->command != SPAMC_CHECK &&
	    p->version >= (gives_message(p) ? 12 : 13);

	if (gives_message(p) && p->version < 12) {
		buf_add_str(to, STR("SPAMD/1.0 0 EX_OK\r\n"));
		return;
	}
	buf_add_str(to, STR("SPAMD/1.1 0 EX_OK\r\n"));
	if (has_length)
		buf_printf(to, "Content-length: %zu\r\n", n);
	if (has_spam)
		buf_add_str(to, spam_line(w,
		    p->command == SPAMC_REPORT_IFSPAM));
	buf_add_str(to, STR("\r\n"));
}

void
spamc_reply(struct buf *to, const struct spamc_parse *p, const struct scan *s)
{
	struct writing w;
	struct buf body;

	begin(&w, s);
	buf_init(&body, to->most);
	add_body(&w, &body, p);
	add_head(&w, to, p, body.n);
	buf_add_str(to, buf_str(&body));
	to->is_full = to->is_full || body.is_full;
	buf_release(&body);
}

/* "Action" right behind "Metric", then the symbols, then the Message-ID. */
void
spamc_reply_rspamc(struct buf *to, const struct scan *s)
{
	const struct symbol *symbol;
	struct writing w;
	struct str id = str_trim(s->message.message_id);

	begin(&w, s);
	buf_printf(to, "RSPAMD/1.3 0 EX_OK\r\n"
	    "Metric: default; %s; %" STR_FMT " / %" STR_FMT " / %" STR_FMT
	    "\r\nAction: %s\r\n",
	    outcome_is_caught(&w.outcome) ? "True" : "False",
	    STR_ARG(points_text(w.arena, s->verdict.points)),
	    STR_ARG(points_text(w.arena, outcome_required(s))),
	    STR_ARG(points_text(w.arena, outcome_reject(s))),
	    measure_name(w.outcome.measure));
	VEC_EACH(symbol, &w.symbols) {
		if (to->n > REPORT_MOST)
			break;
		buf_printf(to, "Symbol: %" STR_FMT "(%" STR_FMT ")\r\n",
		    STR_ARG(symbol->name),
		    STR_ARG(points_text(w.arena, symbol->points)));
	}
	buf_add_str(to, STR("Message-ID: "));
	add_text(to, id);
	buf_add_str(to, STR("\r\n\r\n"));
}

static void
add_targets(struct buf *to, const char *name, unsigned targets)
{
	static const char *const words[] = { "", "local", "remote",
		"local,remote" };

	if (targets != 0)
		buf_printf(to, "%s: %s\r\n", name, words[targets]);
}

void
spamc_reply_tell(struct buf *to, const struct spamc_tell *tell)
{
	buf_add_str(to, STR("SPAMD/1.1 0 EX_OK\r\n"));
	add_targets(to, "DidSet", tell->set);
	add_targets(to, "DidRemove", tell->remove);
	buf_add_str(to, STR("Content-length: 0\r\n\r\n"));
}

void
spamc_reply_pong(struct buf *to)
{
	buf_add_str(to, STR("SPAMD/1.5 0 PONG\r\n"));
}

void
spamc_reply_error(struct buf *to, bool is_rspamc, enum spamc_code code,
    const char *error)
{
	buf_printf(to, "%s %d %s\r\n", is_rspamc ? "RSPAMD/1.3" : "SPAMD/1.0",
	    code, error);
}
