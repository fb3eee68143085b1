/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One function a header.  Mail readers parse X-Spamd-Result and X-Spam-Status
 * with patterns, so nothing of the mail itself goes into these two.
 */
#include "front/headers.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "check/authreport.h"
#include "front/action.h"
#include "front/symbol.h"
#include "mail/encoding.h"
#include "rule/extract.h"
#include "scan/scan.h"

enum {
	RESULT_MOST = 2000,
	RESULT_USUAL = 200,
	REPORT_MOST = 6000,
	TEXT_MOST = 400,      /* of one symbol's explanation */
	LEVEL_MOST = 50,
	WORD_BYTES = 45,      /* 60 of base64, 72 with its marks */
	COLUMNS = 78,
	TAB = 8,
	AUTH_MOST = 12000
};

/* Encoded words. */

static bool
is_plain(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < 0x20 || s.p[i] >= 0x7f)
			return false;
	}
	return str_find_str(s, STR("=?")) == s.n;
}

/* Whole characters: a word must be text by itself. */
static struct str
word_piece(struct str *text)
{
	struct str piece = utf8_head(*text, WORD_BYTES);

	*text = str_from(*text, piece.n);
	return piece;
}

struct str
headers_encode(struct arena *a, struct str text)
{
	struct buf clean, b;
	struct str word;

	if (is_plain(text))
		return text;
	buf_init_arena(&clean, a, 3 * text.n + 1);
	utf8_add_clean(&clean, text);
	text = buf_str(&clean);
	buf_init_arena(&b, a, 4 * text.n + 100);
	while (text.n != 0) {
		word = encoding_to_base64(a, word_piece(&text));
		buf_printf(&b, "%s=?UTF-8?B?%" STR_FMT "?=",
		    b.n == 0 ? "" : " ", STR_ARG(word));
	}
	return buf_str(&b);
}

/* Folding. */

/* The next word.  A list of names too long for a line is taken apart behind
 * a comma: *is_tail then, as no blank belongs in front of the rest. */
static struct str
fold_word(struct str *rest, bool *is_tail)
{
	size_t n = str_find(*rest, ' ');
	struct str word = str_head(*rest, n);
	struct str fits = str_head(word, COLUMNS - TAB);
	size_t comma = str_find_last(fits, ',');

	*is_tail = fits.n < word.n && comma < fits.n;
	if (*is_tail)
		word.n = comma + 1;
	*rest = str_from(*rest, *is_tail ? word.n : n + 1);
	return word;
}

/* An item of a report begins a line of its own. */
struct str
headers_fold(struct arena *a, const char *name, struct str value,
    const char *newline)
{
	size_t column = strlen(name) + 1;
	bool is_tail = false, follows_tail;
	struct str word;
	struct buf b;

	buf_init_arena(&b, a, 3 * value.n + 16);
	while (value.n != 0) {
		follows_tail = is_tail;
		word = fold_word(&value, &is_tail);
		if (b.n != 0 && word.n != 0 && (str_is(word, "*") ||
		    column + 1 + word.n > COLUMNS)) {
			buf_printf(&b, "%s\t", newline);
			column = TAB;
		} else if (b.n != 0 && !follows_tail) {
			buf_add_byte(&b, ' ');
			column++;
		}
		buf_add_str(&b, word);
		column += word.n;
	}
	return buf_str(&b);
}

/* The headers. */

struct writing {
	struct arena *arena;
	const struct scan *scan;
	const struct outcome *outcome;
	symbol_list symbols;
};

/* " NAME(1.00)[];", whole or not at all. */
static void
add_result(struct buf *b, const struct symbol *symbol)
{
	size_t begin = b->n;

	buf_add_byte(b, ' ');
	buf_add_str(b, symbol->name);
	buf_add_byte(b, '(');
	points_add(b, symbol->points);
	buf_add_str(b, STR(")[];"));
	if (b->is_full)
		b->n = begin;
	b->is_full = false;
}

/* "default: True [6.08 / 15.00]; NAME(1.00)[];" */
static struct str
spamd_result(struct writing *w)
{
	const struct symbol *symbol;
	struct buf b;

	buf_init_arena(&b, w->arena, RESULT_MOST);
	buf_reserve(&b, RESULT_USUAL);
	buf_add_str(&b, outcome_is_caught(w->outcome) ?
	    STR("default: True [") : STR("default: False ["));
	points_add(&b, w->scan->verdict.points);
	buf_add_str(&b, STR(" / "));
	points_add(&b, outcome_reject(w->scan));
	buf_add_str(&b, STR("];"));
	VEC_EACH(symbol, &w->symbols)
		add_result(&b, symbol);
	buf_fit(&b);
	return buf_str(&b);
}

/* "Yes, score=6.50 required=6.00 tests=A,B version=sekisho-0.1.0": no
 * blank between the names, since a client reads them up to the next one. */
static struct str
spam_status(struct writing *w)
{
	const struct symbol *symbol;
	struct str between = STR("");
	struct buf b;

	buf_init_arena(&b, w->arena, RESULT_MOST);
	buf_reserve(&b, RESULT_USUAL);
	buf_add_str(&b, outcome_is_caught(w->outcome) ? STR("Yes, score=") :
	    STR("No, score="));
	points_add(&b, w->scan->verdict.points);
	buf_add_str(&b, STR(" required="));
	points_add(&b, outcome_required(w->scan));
	buf_add_str(&b, STR(" tests="));
	VEC_EACH(symbol, &w->symbols) {
		if (b.n + symbol->name.n + 2 > RESULT_MOST - 100)
			break;
		buf_add_str(&b, between);
		buf_add_str(&b, symbol->name);
		between = STR(",");
	}
	if (between.n == 0)
		buf_add_str(&b, STR("none"));
	buf_add_str(&b, STR(" autolearn=no version=sekisho-" SEKISHO_VERSION));
	buf_fit(&b);
	return buf_str(&b);
}

static struct str
spam_score(struct writing *w)
{
	return points_text(w->arena, w->scan->verdict.points);
}

static struct str
spam_flag(struct writing *w)
{
	return outcome_is_caught(w->outcome) ? STR("YES") : STR("");
}

/* The word that filters of rspamd's users wait for. */
static struct str
spam_word(struct writing *w)
{
	return outcome_is_caught(w->outcome) ? STR("Yes") : STR("");
}

static struct str
spam_level(struct writing *w)
{
	int32_t n = w->scan->verdict.points / 100;
	struct buf b;

	buf_init_arena(&b, w->arena, LEVEL_MOST);
	for (int32_t i = 0; i < n && i < LEVEL_MOST; i++)
		buf_add_byte(&b, '*');
	return buf_str(&b);
}

static void
add_report_line(struct writing *w, struct buf *b, struct str points,
    struct str name, struct str text)
{
	struct arena *a = w->arena;
	struct str line = str_printf(a, "%s* %" STR_FMT " %" STR_FMT "%s%"
	    STR_FMT, b->n == 0 ? "" : " ", STR_ARG(points), STR_ARG(name),
	    text.n == 0 ? "" : " ",
	    STR_ARG(headers_encode(a, utf8_head(text, TEXT_MOST))));

	if (b->n + line.n <= REPORT_MOST)
		buf_add_str(b, line);
}

/* Whether the header says what was found, and not names alone. */
static bool
has_report(const struct writing *w)
{
	return outcome_is_caught(w->outcome) &&
	    w->scan->policy->headers == POLICY_HEADERS_FULL;
}

/* "* 6.50 NAME what it is: why * 1.00 NEXT ..."; each item begins a line. */
static struct str
spam_report(struct writing *w)
{
	const struct symbol *symbol;
	struct buf b;

	if (!has_report(w))
		return STR("");
	buf_init_arena(&b, w->arena, REPORT_MOST);
	VEC_EACH(symbol, &w->symbols) {
		struct str why = str_join(w->arena, symbol->options.at,
		    symbol->points > 0 ? symbol->options.n : 0, STR("; "));
		struct str text = symbol->description.n == 0 || why.n == 0 ?
		    str_cat(w->arena, symbol->description, why) :
		    str_cat(w->arena, symbol->description, STR(": "), why);

		add_report_line(w, &b, points_text(w->arena, symbol->points),
		    symbol->name, text);
	}
	return buf_str(&b);
}

/* One row a header; an empty value: not this time. */
static const struct row {
	const char *name;
	struct str (*value)(struct writing *w);
} rows[] = {
	{ "X-Spamd-Result", spamd_result },
	{ "X-Spam-Status", spam_status },
	{ "X-Spam-Score", spam_score },
	{ "X-Spam-Level", spam_level },
	{ "X-Spam-Flag", spam_flag },
	{ "X-Spam", spam_word },
	{ "X-Spam-Report", spam_report },
};

/* Somebody of ours hands it in: a user, or a host of our networks.  Behind a
 * relay somebody else came to us, or it is not known who. */
static bool
is_own(const struct scan *s)
{
	const struct generation_conf *c = &s->generation->conf;
	const struct message *m = &s->message;

	return s->envelope.user.n != 0 || (m->relay.family == 0 &&
	    addr_net_list_has(c->trusted.at, c->trusted.n, &m->peer_ip));
}

/* Authentication-Results. */

static const char auth_name[] = "Authentication-Results";

/* A fact that a check has declared, or NULL. */
static const struct fact *
fact_of(const struct scan *s, const char *name)
{
	uint32_t id;

	return fact_table_find(&s->generation->facts, str_of(name), &id)
	    ? facts_get(&s->facts, id) : NULL;
}

/* RFC 8601 2.7.3: does the address have a name that leads back to it?  Where
 * it has none at all there is nothing to fail. */
static const char *
iprev_of(const struct scan *s)
{
	const struct fact *name = facts_get(&s->facts, FACT_RDNS);
	const struct fact *claimed = fact_of(s, "rdns.claimed");

	if (name->state == FACT_KNOWN)
		return "pass";
	if (name->state != FACT_ABSENT)
		return "temperror";
	return claimed != NULL && claimed->state == FACT_ABSENT ? "permerror"
	    : "fail";
}

static void
put_iprev(struct buf *b, const struct scan *s)
{
	const struct fact *ip = facts_get(&s->facts, FACT_IP);

	/* Of the name that a relay tells nobody knows how it was found. */
	if (ip->state != FACT_KNOWN || s->message.relay.family != 0)
		return;
	buf_printf(b, "; iprev=%s", iprev_of(s));
	auth_report_pair(b, "policy.iprev", ip->at[0].text);
}

static void
add_auth(result_list *out, struct arena *a, const struct scan *s)
{
	struct str id = s->generation->conf.authserv_id;
	const struct fact *results = fact_of(s, "auth.results");
	struct buf b;

	if (id.n == 0 || results == NULL || results->state != FACT_KNOWN)
		return;
	buf_init_arena(&b, a, AUTH_MOST);
	buf_add_str(&b, id);
	put_iprev(&b, s);
	if (results->at[0].text.n != 0)
		buf_add_str(&b, STR("; "));
	buf_add_str(&b, results->at[0].text);
	if (b.n == id.n)
		buf_add_str(&b, STR("; none"));
	*VEC_ADD(a, out) = (struct result_header){ auth_name, buf_str(&b),
		.is_first = true };
}

/* RFC 8601 5: no gateway that is believed writes under our name, so whatever
 * came in under it is forged, or of another trip; whoever reads the mail behind
 * us would believe it. */
bool
headers_is_forged(const struct scan *s, struct arena *a,
    const struct header *h)
{
	struct str id = s->generation->conf.authserv_id, host;
	struct auth auth = { .source = STR("") };

	if (id.n == 0 || !str_case_is(h->name, auth_name) ||
	    !auth_read(&auth, a, h->value, &host))
		return false;
	while (str_ends(host, STR(".")))
		host = str_head(host, host.n - 1);
	return str_case_eq(host, id);
}

void
headers_add(result_list *out, struct arena *a, const struct scan *s,
    const struct outcome *o)
{
	struct writing w = { .arena = a, .scan = s, .outcome = o };

	add_auth(out, a, s);
	if (s->policy->headers == POLICY_HEADERS_NONE)
		return;
	if (has_report(&w))
		symbols_of(&w.symbols, a, s, s->policy->lang);
	else
		symbols_with_points(&w.symbols, a, s);
	for (size_t i = 0; i < nitems(rows); i++) {
		struct str value = rows[i].value(&w);

		if (value.n == 0)
			continue;
		*VEC_ADD(a, out) = (struct result_header){
			.name = rows[i].name, .value = value };
	}
}

/* What goes. */

static bool
removes_foreign(const struct scan *s)
{
	return s->policy->foreign == POLICY_FOREIGN_REMOVE ||
	    (s->policy->foreign == POLICY_FOREIGN_UNTRUSTED && !is_own(s));
}

/* "X-Spam..." and "X-Rspamd...": of many that begin with "X-" few. */
static bool
is_result(struct str name)
{
	char third = name.n < 6 ? '\0' : (char)(name.p[2] | 0x20);

	return (third == 's' && str_case_starts(name, STR("X-Spam"))) ||
	    (third == 'r' && str_case_starts(name, STR("X-Rspamd")));
}

static bool
is_listed(const removal_list *list, struct str name)
{
	const struct str *known;

	VEC_EACH(known, list) {
		if (str_case_eq(*known, name))
			return true;
	}
	return false;
}

void
headers_remove(removal_list *out, struct arena *a, const struct scan *s)
{
	const struct headers *h = &s->message.headers;

	for (size_t i = 0; i < nitems(rows); i++)
		*VEC_ADD(a, out) = str_of(rows[i].name);
	if (!removes_foreign(s))
		return;
	for (size_t i = 0; i < h->n; i++) {
		struct str name = h->at[i].name;

		if (is_result(name) && is_plain(name) && !is_listed(out, name))
			*VEC_ADD(a, out) = name;
	}
}

/* The subject. */

/* Without the tags of other gateways, and without ours from an earlier trip. */
static struct str
untagged(const struct scan *s)
{
	struct str subject = s->message.subject, tag;

	if (!removes_foreign(s))
		return subject;
	subject = extract_untag(subject, &s->generation->extract, &tag);
	tag = str_trim(s->policy->subject_tag);
	while (tag.n != 0 && str_case_skip(&subject, tag))
		subject = str_trim(subject);
	return subject;
}

bool
headers_subject(struct str *value, struct arena *a, const struct scan *s,
    const struct outcome *o)
{
	struct str subject = untagged(s);

	if (o->measure == MEASURE_REWRITE_SUBJECT &&
	    s->policy->subject_tag.n != 0)
		subject = str_cat(a, s->policy->subject_tag, subject);
	if (str_eq(subject, s->message.subject))
		return false;
	*value = headers_encode(a, subject);
	return true;
}
