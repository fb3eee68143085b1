/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One value of a pack: its prefix, then the reader of its field's kind.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "rule/pattern.h"

#include <pcre2.h>

#include "base/arena.h"
#include "base/suggest.h"
#include "base/vec.h"
#include "mail/auth.h"
#include "mail/charset.h"
#include "rule/expand.h"
#include "rule/filetype.h"
#include "rule/hostclass.h"
#include "rule/phone.h"
#include "rule/refang.h"
#include "rule/same.h"

enum { PHRASE_MOST = 500, VALUE_MOST = 2000 };

enum prefix { PREFIX_PLAIN, PREFIX_IS, PREFIX_RE, PREFIX_RAW, PREFIX_LIST,
	PREFIX_LIT };

static enum prefix
take_prefix(struct str *s)
{
	static const struct {
		struct str text;
		enum prefix prefix;
	} prefixes[] = {
		{ STR_INIT("is:"), PREFIX_IS },
		{ STR_INIT("re:"), PREFIX_RE },
		{ STR_INIT("raw:"), PREFIX_RAW },
		{ STR_INIT("list:"), PREFIX_LIST },
		{ STR_INIT("lit:"), PREFIX_LIT },
	};

	for (size_t i = 0; i < nitems(prefixes); i++)
		if (str_skip(s, prefixes[i].text))
			return prefixes[i].prefix;
	return PREFIX_PLAIN;
}

/* What PCRE2 does not compile is no pattern. */
static bool
keep_regex(struct pattern_reader *r, struct str s)
{
	int code;
	PCRE2_SIZE at;
	PCRE2_UCHAR why[128];
	pcre2_code *compiled;

	if (s.n == 0 || s.n > VALUE_MOST)
		return pattern_refuse(r, "P01", s.n == 0
		    ? "holds no regular expression"
		    : "is longer than 2,000 bytes");
	compiled = pcre2_compile((PCRE2_SPTR)s.p, s.n, PCRE2_UTF | PCRE2_UCP |
	    PCRE2_NEVER_BACKSLASH_C, &code, &at, NULL);
	if (compiled == NULL) {
		pcre2_get_error_message(code, why, sizeof(why));
		return diag_add(r->diags, DIAG_ERROR, r->mark, "P01",
		    "%s: the regular expression is wrong at its character "
		    "%zu: %s", r->field->name, (size_t)at + 1,
		    (const char *)why);
	}
	pcre2_code_free(compiled);
	r->out->kind = PATTERN_REGEX;
	r->out->regex = str_copy(r->arena, s);
	return true;
}

static bool
read_addr(struct pattern_reader *r, struct str s)
{
	struct str text = refang_address(r->arena, str_trim(s));
	size_t octets = 4, count, n;

	r->out->kind = PATTERN_NET;
	/* "192.0.2.***": the report hides the end. */
	while (text.n > 0 && octets > 1) {
		size_t dot = str_find_last(text, '.');

		n = dot == text.n ? 0
		    : expand_mask_run(text, dot + 1, false, &count);
		if (n == 0 || dot + 1 + n != text.n)
			break;
		text.n = dot;
		octets--;
	}
	if (octets < 4) {
		for (size_t i = octets; i < 4; i++)
			text = str_cat(r->arena, text, STR(".0"));
		text = str_printf(r->arena, "%" STR_FMT "/%zu", STR_ARG(text),
		    octets * 8);
	}
	if (!addr_net_parse(text, &r->out->net))
		return pattern_refuse(r, "I01", "is no IP address or network");
	return true;
}

static bool
read_number(struct pattern_reader *r, struct str s)
{
	struct str digits = s;

	str_case_skip(&digits, STR("AS"));
	r->out->kind = PATTERN_NUMBER;
	if (!str_to_int(digits, &r->out->first) || r->out->first < 1 ||
	    r->out->first > UINT32_MAX) {
		pattern_refuse(r, "I14", "is no network number");
		diag_hint(r->diags, "a number such as AS64500, never the name "
		    "of a provider");
		return false;
	}
	r->out->last = r->out->first;
	return true;
}

/* NULL: any word will do. */
static const char *const *
words_of(const struct field *field)
{
	if (str_is(str_of(field->name), "helo.class"))
		return hostclass_helo_words;
	if (str_is(str_of(field->name), "file.type"))
		return filetype_names;
	return str_is(str_of(field->name), "rdns.class")
	    ? hostclass_rdns_words : NULL;
}

static bool
is_word(struct pattern_reader *r, const char *const *words)
{
	bool is_type = words == filetype_names;
	struct str best = { 0 };

	for (; *words != NULL; words++) {
		if (str_is(r->out->key, *words))
			return true;
		/* "application/pdf" is how a mail declares it */
		if (is_type && str_ends(r->out->key, str_of(*words)))
			best = str_of(*words);
		suggest_try(r->out->key, str_of(*words), &best);
	}
	pattern_refuse(r, is_type ? "S04" : "I01", is_type
	    ? "is no type of file that is told" : "is no class of names");
	if (best.n != 0)
		diag_hint(r->diags, "did you mean \"%" STR_FMT "\"?",
		    STR_ARG(best));
	else if (is_type)
		diag_hint(r->diags, "such as pdf, zip, docx, html: by the "
		    "file's first bytes, not as declared");
	return false;
}

/* All labels of a charset mean the name that texts in it get. */
static bool
read_charset(struct pattern_reader *r, struct str s)
{
	r->out->kind = PATTERN_KEY;
	if (charset_of_name(&r->out->key, r->arena, str_trim(s)))
		return true;
	pattern_refuse(r, "S04", "is no charset");
	diag_hint(r->diags, "such as utf-8, iso-2022-jp, shift_jis, euc-jp, "
	    "gb18030, windows-1252");
	return false;
}

static bool
read_word(struct pattern_reader *r, struct str s)
{
	bool is_country = str_is(str_of(r->field->name), "country");
	const char *const *words = words_of(r->field);

	if (str_is(str_of(r->field->name), "charset"))
		return read_charset(r, s);
	r->out->kind = PATTERN_KEY;
	r->out->key = str_lower(r->arena, s);
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= ' ')
			return pattern_refuse(r, "I01", "is not one word");
	if (s.n == 0 || (is_country && (s.n != 2 || !ascii_is_alpha(s.p[0]) ||
	    !ascii_is_alpha(s.p[1]))))
		return pattern_refuse(r, "I01", is_country
		    ? "is no country of two letters" : "is no word");
	return words == NULL || is_word(r, words);
}

static bool
read_relay(struct pattern_reader *r, struct str s)
{
	struct str text = refang_address(r->arena, str_trim(s));
	struct addr addr;
	char shown[ADDR_TEXT];

	if (addr_parse(text, &addr)) {
		addr_format(&addr, shown);
		r->out->kind = PATTERN_KEY;
		r->out->key = str_copy(r->arena, str_of(shown));
		return true;
	}
	if (str_has(text, '/') && addr_net_parse(text, &r->out->net)) {
		r->out->kind = PATTERN_NET;
		return true;
	}
	return pattern_read_name(r, s);
}

static bool
read_auth(struct pattern_reader *r, struct str s)
{
	struct str method, result;
	enum auth_method m;
	enum auth_result is;

	if (!str_cut(s, '=', &method, &result) ||
	    !auth_method_of(str_trim(method), &m) ||
	    !auth_result_of(str_trim(result), &is)) {
		pattern_refuse(r, "S04", "is no result of authentication");
		diag_hint(r->diags, "such as spf=fail, dkim=none, dmarc=pass, "
		    "arc=fail");
		return false;
	}
	r->out->kind = PATTERN_KEY;
	r->out->key = str_of(auth_result_name(is));
	return true;
}

static bool
read_bound(struct str s, int64_t *n)
{
	return s.n != 0 && ascii_is_digit(s.p[0]) && str_to_int(s, n) &&
	    *n <= INT32_MAX;
}

/* "1..3", "<1500", "<=3", ">2", ">=2", "0". */
static bool
read_count(struct pattern_reader *r, struct str s)
{
	struct pattern *out = r->out;
	size_t dots = str_find_str(s, STR(".."));
	struct str rest = s;
	bool is_fine;

	out->kind = PATTERN_NUMBER;
	out->first = 0;
	out->last = INT64_MAX;
	if (str_skip(&rest, STR("<="))) {
		is_fine = read_bound(rest, &out->last);
	} else if (str_skip(&rest, STR("<"))) {
		is_fine = read_bound(rest, &out->last) && out->last-- > 0;
	} else if (str_skip(&rest, STR(">="))) {
		is_fine = read_bound(rest, &out->first);
	} else if (str_skip(&rest, STR(">"))) {
		is_fine = read_bound(rest, &out->first);
		out->first++;
	} else if (dots < s.n) {
		is_fine = read_bound(str_head(s, dots), &out->first) &&
		    read_bound(str_from(s, dots + 2), &out->last) &&
		    out->first <= out->last;
	} else {
		is_fine = read_bound(s, &out->first);
		out->last = out->first;
	}
	if (!is_fine) {
		pattern_refuse(r, "I01", "is no number or range");
		diag_hint(r->diags, "such as 0, \"1..3\", \"<1500\", \">=2\"");
	}
	return is_fine;
}

static bool
read_hash(struct pattern_reader *r, struct str s)
{
	r->out->kind = PATTERN_KEY;
	r->out->key = str_lower(r->arena, s);
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_is_hex(s.p[i]))
			return pattern_refuse(r, "I01", "is no SHA-256");
	if (s.n != 64)
		return pattern_refuse(r, "I01", "is no SHA-256 of 64 digits");
	return true;
}

/* Read as the numbers in a mail are, so that both sides meet. */
static bool
read_phone(struct pattern_reader *r, struct str s)
{
	phone_list found = { 0 };

	phones_find(&found, r->arena, r->arena, s, 2);
	if (found.n != 1)
		return pattern_refuse(r, "I01", "is no phone number");
	r->out->kind = PATTERN_KEY;
	r->out->key = found.at[0].digits;
	return true;
}

static bool
read_header(struct pattern_reader *r, struct str s, bool is_whole)
{
	if (!r->is_literal && !is_whole &&
	    (str_is(s, "none") || str_is(s, "any"))) {
		r->out->kind = str_is(s, "none") ? PATTERN_NONE : PATTERN_ANY;
		return true;
	}
	return pattern_read_phrase(r, s, is_whole);
}

static bool
read_same(struct pattern_reader *r, struct str s)
{
	const struct same_pair *pair = same_find(s);
	struct str best = { 0 };

	if (pair == NULL) {
		for (size_t i = 0; i < n_same_pairs; i++)
			suggest_try(s, str_of(same_pairs[i].name), &best);
		pattern_refuse(r, "S04", "is no pair that is compared");
		diag_hint(r->diags, "%s%" STR_FMT "%s", best.n == 0
		    ? "such as \"from = rcpt\", \"url = rcpt\""
		    : "did you mean \"", STR_ARG(best),
		    best.n == 0 ? "" : "\"?");
		return false;
	}
	r->out->kind = PATTERN_KEY;
	r->out->key = str_of(pair->name);
	return true;
}

static bool
read_plain(struct pattern_reader *r, struct str s, bool is_whole)
{
	switch (r->field->kind) {
	case FIELD_ADDR:
		return read_addr(r, s);
	case FIELD_NUMBER:
		return read_number(r, s);
	case FIELD_WORD:
		return read_word(r, s);
	case FIELD_NAME:
		return pattern_read_name(r, s);
	case FIELD_RELAY:
		return read_relay(r, s);
	case FIELD_MAILBOX:
		return pattern_read_mailbox(r, s);
	case FIELD_DOMAIN:
		return pattern_read_domain(r, s);
	case FIELD_HOST:
		return pattern_read_host(r, s);
	case FIELD_TEXT:
	case FIELD_SOURCE:
		return pattern_read_phrase(r, s, is_whole);
	case FIELD_URL:
		return pattern_read_url(r, s);
	case FIELD_PATH:
		return pattern_read_path(r, s);
	case FIELD_QUERY:
		return pattern_read_query(r, s, is_whole);
	case FIELD_HEADER:
		return read_header(r, s, is_whole);
	case FIELD_AUTH:
		return read_auth(r, s);
	case FIELD_COUNT:
		return read_count(r, s);
	case FIELD_SAME:
		return read_same(r, s);
	case FIELD_HASH:
		return read_hash(r, s);
	case FIELD_PHONE:
		return read_phone(r, s);
	}
	return false;
}

static bool
may_be_regex(enum field_kind kind)
{
	return kind != FIELD_ADDR && kind != FIELD_NUMBER &&
	    kind != FIELD_AUTH && kind != FIELD_COUNT && kind != FIELD_SAME &&
	    kind != FIELD_HASH &&
	    kind != FIELD_PHONE && kind != FIELD_WORD;
}

static bool
is_folded(enum field_kind kind)
{
	return kind == FIELD_TEXT || kind == FIELD_HEADER;
}

static bool
read_regex(struct pattern_reader *r, struct str s, bool is_raw)
{
	enum field_kind kind = r->field->kind;

	if (!may_be_regex(kind))
		return pattern_refuse(r, "I01", "may not be a regular "
		    "expression");
	r->out->form = is_folded(kind) && !is_raw ? FORM_FOLDED : FORM_PLAIN;
	/* Folded text is lower case, and so are names. */
	r->out->is_caseless = r->out->form == FORM_FOLDED ||
	    kind == FIELD_HOST || kind == FIELD_DOMAIN ||
	    kind == FIELD_MAILBOX || kind == FIELD_NAME || kind == FIELD_RELAY;
	return keep_regex(r, s);
}

bool
pattern_read(struct pattern *out, struct arena *a, const struct field *field,
    struct str value, struct diags *d, struct mark mark)
{
	struct str s = value;
	enum prefix prefix = take_prefix(&s);
	struct pattern_reader r = {
		.out = out,
		.arena = a,
		.diags = d,
		.mark = mark,
		.field = field,
		.value = value,
		.is_literal = prefix == PREFIX_LIT,
	};
	bool is_text = is_folded(field->kind) || field->kind == FIELD_SOURCE;
	size_t most = is_text ? PHRASE_MOST : VALUE_MOST;

	*out = (struct pattern){ 0 };
	if (prefix == PREFIX_RE || prefix == PREFIX_RAW)
		return read_regex(&r, s, prefix == PREFIX_RAW);
	if (prefix == PREFIX_LIST)
		return pattern_refuse(&r, "S04",
		    "names a list: lists are values of a group, alone");
	s = str_trim(s);
	if (s.n == 0)
		return pattern_refuse(&r, "I01", "is empty");
	if (s.n > most)
		return pattern_refuse(&r, "I01", is_text
		    ? "is longer than 500 bytes"
		    : "is longer than 2,000 bytes");
	return read_plain(&r, s, prefix == PREFIX_IS);
}
