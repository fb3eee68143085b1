/* SPDX-License-Identifier: Apache-2.0 */
/* Asks on standard error, so that the pack alone goes to standard output. */
#include "cli/interview.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/suggest.h"
#include "cli/terminal.h"
#include "rule/brandindex.h"

enum { ASKED_MOST = 64 << 10 };

static const char *const severities[] = { "info", "low", "medium", "high",
	"critical" };
static const char *const tlps[] = { "clear", "green", "amber",
	"amber+strict", "red" };

/* One line of answer; "" for none.  False at the end. */
static bool
take_line(struct interview *i, struct str *out)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t n = i->is_over ? -1 : getline(&line, &room, i->from);

	i->line++;
	i->is_over = n < 0;
	*out = n < 0 ? STR("") : str_trim(str_copy(i->arena,
	    (struct str){ line, (size_t)n }));
	free(line);
	return n >= 0;
}

static void
say(const struct interview *i, struct str text, const char *choices)
{
	const struct terminal *t = i->terminal;
	struct buf b;

	buf_init(&b, ASKED_MOST);
	buf_printf(&b, "%s?%s ", terminal_ink(t, INK_YELLOW),
	    terminal_ink(t, INK_PLAIN));
	terminal_lines(&b, t, text, 2);
	buf_printf(&b, "  %s[%s]%s ", terminal_ink(t, INK_BOLD), choices,
	    terminal_ink(t, INK_PLAIN));
	terminal_write(STDERR_FILENO, buf_str(&b));
	buf_release(&b);
}

static void
answered(const struct interview *i, struct str answer)
{
	struct buf b;

	/* A person has typed it there already. */
	if (i->name.n == 0 && !i->is_over)
		return;
	buf_init(&b, ASKED_MOST);
	terminal_text(&b, answer);
	buf_add_byte(&b, '\n');
	terminal_write(STDERR_FILENO, buf_str(&b));
	buf_release(&b);
}

/* What an answer means goes to client; false: it means nothing. */
typedef bool understand(struct str answer, void *client);

struct question {
	struct str text;
	const char *choices;
	understand *take;
	void *client;
};

/* A person is asked again, a file has one try. */
static bool
ask(struct interview *i, const struct question *q, struct err *e)
{
	struct str answer;

	for (;;) {
		say(i, q->text, q->choices);
		take_line(i, &answer);
		answered(i, answer);
		if (answer.n == 0 || q->take(answer, q->client))
			return true;
		if (i->name.n != 0)
			return err_set(e, "%" STR_FMT ":%u: \"%" STR_FMT
			    "\" is none of %s", STR_ARG(i->name), i->line,
			    STR_ARG(answer), q->choices);
	}
}

static bool
take_fate(struct str answer, void *client)
{
	struct draft_value *v = client;

	if (str_case_is(answer, "y") || str_case_is(answer, "yes"))
		v->fate = DRAFT_KEEP;
	else if (str_case_is(answer, "n") || str_case_is(answer, "no") ||
	    str_case_is(answer, "drop"))
		v->fate = DRAFT_DROP;
	else if (str_case_is(answer, "s") || str_case_is(answer, "spoofed"))
		v->is_spoofed = true;
	else if (str_case_is(answer, "h") || str_case_is(answer, "hacked"))
		v->is_hacked = true;
	else
		return false;
	if (v->fate == DRAFT_ASK)
		v->fate = DRAFT_KEEP;
	if (v->fate == DRAFT_DROP)
		v->why = STR("left out by whoever answered");
	return true;
}

static bool
take_day(struct str answer, void *client)
{
	return day_parse(answer, client);
}

struct word_ask {
	const char *about;
	const char *choices;
	const char *const *words;
	size_t n;
	struct str *to;
};

static bool
take_word(struct str answer, void *client)
{
	struct word_ask *w = client;

	for (size_t i = 0; i < w->n; i++)
		if (str_case_is(answer, w->words[i])) {
			*w->to = str_of(w->words[i]);
			return true;
		}
	return false;
}

struct brand_ask {
	const struct brand_index *index;
	struct str id;
};

static bool
take_brand(struct str answer, void *client)
{
	struct brand_ask *ask_ = client;
	const struct brand_known *known;

	if (str_case_is(answer, "none"))
		ask_->id = STR("none");
	VEC_EACH(known, &ask_->index->brands)
		if (str_case_eq(known->brand->id, answer))
			ask_->id = known->brand->id;
	return ask_->id.n != 0;
}

static const struct draft_question *
find(const struct draft *d, const char *about)
{
	const struct draft_question *q;

	VEC_EACH(q, &d->questions)
		if (str_is(q->about, about))
			return q;
	return NULL;
}

/* All about a key. */
static void
forget(struct draft *d, const char *about)
{
	size_t kept = 0;

	for (size_t i = 0; i < d->questions.n; i++)
		if (!str_is(d->questions.at[i].about, about))
			d->questions.at[kept++] = d->questions.at[i];
	d->questions.n = kept;
}

bool
interview_begin(struct interview *i, struct draft *d,
    struct draft_conf *conf, bool *is_changed, struct err *e)
{
	struct brand_ask brand = { .index = conf->brands };
	const struct draft_question *q = find(d, "brand");
	int32_t seen = DAY_NONE;

	if (q != NULL && !ask(i, &(struct question){ q->text,
	    d->brand != NULL ? "Enter, ID, none" : "ID, Enter for none",
	    take_brand, &brand }, e))
		return false;
	q = find(d, "seen");
	if (q != NULL && !ask(i, &(struct question){ q->text,
	    "2026-02-09, Enter to leave it", take_day, &seen }, e))
		return false;
	*is_changed = brand.id.n != 0 || seen != DAY_NONE;
	/* What was guessed and not denied is known from here on. */
	if (brand.id.n != 0)
		conf->brand = brand.id;
	else if (d->brand != NULL)
		conf->brand = d->brand->id;
	if (brand.id.n == 0 && d->brand != NULL)
		forget(d, "brand");
	if (seen != DAY_NONE)
		conf->seen = seen;
	return true;
}

static bool
ask_value(struct interview *i, struct draft_value *v, struct err *e)
{
	struct str text = str_cat(i->arena, v->line == 0 ? STR("")
	    : str_printf(i->arena, "line %u  ", (unsigned)v->line), v->text,
	    STR("  "));

	text = str_cat(i->arena, text, str_of(v->field), STR(": "), v->why);
	return ask(i, &(struct question){ text,
	    "y keep, n drop, s spoofed, h hacked, Enter leaves it open",
	    take_fate, v }, e);
}

static bool
ask_word(struct interview *i, struct draft *d, struct word_ask *words,
    struct err *e)
{
	const struct draft_question *q = find(d, words->about);

	if (q != NULL && !ask(i, &(struct question){ q->text, words->choices,
	    take_word, words }, e))
		return false;
	if (words->to->n != 0)
		forget(d, words->about);
	return true;
}

bool
interview_finish(struct interview *i, struct draft *d, struct err *e)
{
	struct word_ask severity = { "severity",
		"info, low, Enter for medium, high, critical",
		severities, nitems(severities), &d->severity };
	struct word_ask tlp = { "tlp",
		"clear, green, Enter for amber, amber+strict, red",
		tlps, nitems(tlps), &d->tlp };
	struct draft_value *v;

	VEC_EACH(v, &d->values)
		if (v->fate == DRAFT_ASK && !ask_value(i, v, e))
			return false;
	return ask_word(i, d, &severity, e) && ask_word(i, d, &tlp, e);
}
