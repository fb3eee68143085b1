/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names of hosts and mailboxes: exact ones become keys, masked ones anchored
 * regexes.  A label that is all mask stands for one or more labels, a mask
 * inside a label for characters of that label.
 */
#include "rule/expand.h"

#include "base/addr.h"
#include "base/arena.h"
#include "base/utf8.h"
#include "mail/url.h"
#include "rule/refang.h"

enum { HOST_MOST = 253, LOCAL_MOST = 64 };

static bool
is_all_mask(struct str label)
{
	size_t n;

	for (size_t at = 0; at < label.n; at += n) {
		n = mask_at(label, at, true);
		if (n == 0)
			return false;
	}
	return label.n != 0;
}

static bool
is_wild_label(struct str s)
{
	return is_all_mask(s) || str_is(s, "<any>");
}

/* One label, or a piece of a path or query: masks are "some of these". */
static void
expand_piece(struct expand *e, struct str s, const char *some)
{
	size_t from = 0, at = 0, n, count;

	while (at < s.n) {
		n = expand_mask_run(s, at, true, &count);
		if (n == 0) {
			at++;
			continue;
		}
		expand_literal(e, str_sub(s, from, at));
		expand_wild(e, some);
		at += n;
		from = at;
	}
	expand_literal(e, str_from(s, from));
}

/* A label without a mask, as DNS has it. */
static struct str
plain_label(struct arena *a, struct str label)
{
	struct str ascii;

	return host_normalize(&ascii, a, label) ? ascii : label;
}

void
expand_host(struct expand *e, struct str host)
{
	struct arena *a = e->reader->arena;
	struct str label, rest = str_lower(a, host);
	bool is_first = true;

	while (str_next(&rest, '.', &label)) {
		if (is_first && is_wild_label(label) && str_has(rest, '.')) {
			/* A "www." that both sides ignore may be all that
			 * the mask stood for. */
			expand_wild(e, "(?:[^/]+\\.)?");
			is_first = false;
			continue;
		}
		if (is_wild_label(label))
			expand_wild(e, "[^/]+");
		else if (pattern_has_mask(label, true))
			expand_piece(e, label, "[^./]+");
		else
			expand_literal(e, plain_label(a, label));
		if (rest.p != NULL)
			expand_literal(e, STR("."));
		is_first = false;
	}
}

static bool
is_label(struct str label)
{
	if (label.n == 0 || label.n > 63)
		return false;
	for (size_t i = 0; i < label.n; i++)
		if (!ascii_is_alnum(label.p[i]) && label.p[i] != '-' &&
		    label.p[i] != '_')
			return false;
	return true;
}

bool
pattern_host(struct pattern_reader *r, struct str *out, struct str host)
{
	struct str rest, label;
	struct addr addr;
	char text[ADDR_TEXT];

	if (addr_parse(host, &addr)) {
		addr_format(&addr, text);
		*out = str_copy(r->arena, str_of(text));
		return true;
	}
	if (!host_normalize(out, r->arena, host) || out->n == 0 ||
	    out->n > HOST_MOST)
		return pattern_refuse(r, "I01", "is no host name");
	rest = *out;
	while (str_next(&rest, '.', &label))
		if (!is_label(label))
			return pattern_refuse(r, "I01", "is no host name");
	return true;
}

/* A name with a dot in it, or an address. */
static bool
full_host(struct pattern_reader *r, struct str *out, struct str host)
{
	if (!pattern_host(r, out, host))
		return false;
	if (!str_has(*out, '.') && !str_has(*out, ':'))
		return pattern_refuse(r, "I01", "is no full host name");
	return true;
}

static void
drop_www(struct str *host)
{
	struct str rest = *host;

	if (str_case_skip(&rest, STR("www.")) && str_has(rest, '.'))
		*host = rest;
}

/* What a person pastes before a host: "https://", and what follows it. */
static bool
bare_host(struct pattern_reader *r, struct str *out, struct str s)
{
	struct str host = refang_address(r->arena, str_trim(s));

	if (str_find_str(host, STR("://")) < host.n || str_has(host, '/')) {
		pattern_refuse(r, "I01", "is no host name");
		diag_hint(r->diags, "a whole address goes to \"url\"");
		return false;
	}
	if (str_ends(host, STR(".")))
		host.n--;
	*out = host;
	return true;
}

static bool
finish_masked(struct expand *e, const char *end)
{
	expand_regex(e, end);
	e->reader->out->form = FORM_PLAIN;
	e->reader->out->is_caseless = true;
	return expand_finish(e);
}

bool
pattern_read_host(struct pattern_reader *r, struct str s)
{
	struct expand e;

	if (!bare_host(r, &s, s))
		return false;
	drop_www(&s);
	if (!pattern_has_mask(s, true) || r->is_literal) {
		r->out->kind = PATTERN_KEY;
		return full_host(r, &r->out->key, s);
	}
	expand_init(&e, r);
	expand_regex(&e, "\\A(?:www\\.)?");
	expand_host(&e, s);
	return finish_masked(&e, "\\z");
}

bool
pattern_read_domain(struct pattern_reader *r, struct str s)
{
	struct expand e;
	size_t n, count;

	if (!bare_host(r, &s, s))
		return false;
	/* "*.kir.jp", ".kir.jp" and "@kir.jp": the domain and below. */
	n = expand_mask_run(s, 0, true, &count);
	if (n != 0 && str_starts(str_from(s, n), STR(".")) &&
	    !pattern_has_mask(str_from(s, n), true))
		s = str_from(s, n);
	if (!str_skip(&s, STR(".")))
		str_skip(&s, STR("@"));
	drop_www(&s);
	if (!pattern_has_mask(s, true) || r->is_literal) {
		r->out->kind = PATTERN_BELOW;
		return full_host(r, &r->out->key, s);
	}
	expand_init(&e, r);
	expand_regex(&e, "(?:\\A|\\.)");
	expand_host(&e, s);
	return finish_masked(&e, "\\z");
}

static bool
read_none(struct pattern_reader *r, struct str s)
{
	if (r->is_literal || (!str_is(s, "none") && !str_is(s, "any")))
		return false;
	r->out->kind = str_is(s, "none") ? PATTERN_NONE : PATTERN_ANY;
	return true;
}

/* Any name that somebody gave in HELO, single labels and "[192.0.2.1]"
 * too. */
bool
pattern_read_name(struct pattern_reader *r, struct str s)
{
	struct expand e;

	if (read_none(r, s))
		return true;
	if (!bare_host(r, &s, s))
		return false;
	if (!pattern_has_mask(s, true) || r->is_literal) {
		r->out->kind = PATTERN_KEY;
		return pattern_host(r, &r->out->key, s);
	}
	expand_init(&e, r);
	expand_regex(&e, "\\A");
	expand_host(&e, s);
	return finish_masked(&e, "\\z");
}

static bool
is_local(struct str local)
{
	if (local.n == 0 || local.n > LOCAL_MOST)
		return false;
	for (size_t i = 0; i < local.n; i++)
		if ((unsigned char)local.p[i] <= ' ' ||
		    str_has(STR("<>,;:\"\\"), local.p[i]))
			return false;
	return true;
}

static bool
read_masked_mailbox(struct pattern_reader *r, struct str local,
    struct str domain)
{
	struct expand e;

	expand_init(&e, r);
	expand_regex(&e, "\\A");
	expand_piece(&e, str_lower(r->arena, local), "[^@]+");
	expand_literal(&e, STR("@"));
	if (pattern_has_mask(domain, true))
		expand_host(&e, domain);
	else if (full_host(r, &domain, domain))
		expand_literal(&e, domain);
	else
		return false;
	/* "***@***.net" says nothing about anybody. */
	if (is_all_mask(local) && e.literal < 8)
		return pattern_refuse(r, "I01", "leaves too little beside its "
		    "masks");
	return finish_masked(&e, "\\z");
}

bool
pattern_read_mailbox(struct pattern_reader *r, struct str s)
{
	struct str local, domain;
	size_t at;

	if (read_none(r, s))
		return true;
	s = refang_address(r->arena, str_trim(s));
	at = str_find_last(s, '@');
	/* "kir.jp", and "@kir.jp" as reports print it */
	if (at == s.n || (at == 0 && s.n > 1)) {
		pattern_refuse(r, "I01", "is no mail address");
		diag_hint(r->diags, "a domain goes to \"%s.domain\"",
		    r->field->name);
		return false;
	}
	local = str_head(s, at);
	domain = str_from(s, at + 1);
	if (!is_local(local) || domain.n == 0) {
		pattern_refuse(r, "I01", "is no mail address");
		diag_hint(r->diags, "the address alone, without a name%s",
		    str_is(str_of(r->field->name), "from")
		    ? ": that goes to \"from.name\"" : "");
		return false;
	}
	if (pattern_has_mask(domain, true) ||
	    (pattern_has_mask(local, true) && !is_all_mask(local)))
		return read_masked_mailbox(r, local, domain);
	r->out->kind = PATTERN_KEY;
	if (!full_host(r, &domain, domain))
		return false;
	r->out->key = str_cat(r->arena, is_all_mask(local) ? STR("")
	    : str_lower(r->arena, local), STR("@"), domain);
	return true;
}
