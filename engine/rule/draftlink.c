/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a lure leads: a link gives its domain and the path of its kit, unless
 * the host is the brand's, a reporter's or everybody's.
 */
#include "base/addr.h"
#include "base/arena.h"
#include "base/buf.h"
#include "mail/url.h"
#include "rule/brandindex.h"
#include "rule/drafthost.h"
#include "rule/expand.h"
#include "rule/lint.h"
#include "rule/refang.h"
#include "rule/sharedname.h"
#include "rule/sighting.h"
#include "rule/trackers.h"

enum { PATH_LEAST = 5 };

static bool
is_stock_segment(struct str s)
{
	return s.n < 3 || lint_is_stock(s);
}

/* Drawn by lot for one victim: many digits, or letters without sense. */
static bool
is_random(struct str s)
{
	size_t n_digits = 0, n_hex = 0;

	for (size_t i = 0; i < s.n; i++) {
		n_digits += ascii_is_digit(s.p[i]);
		n_hex += ascii_is_hex(s.p[i]);
	}
	return n_digits >= 5 || (s.n >= 12 && n_hex == s.n) ||
	    (s.n >= 8 && n_digits >= 3);
}

/* The path up to a mask or a random piece, if it is one nobody else has. */
static struct str
kit_path(struct str path)
{
	struct str rest = path, segment;
	size_t end = 0;
	bool is_own = false;

	str_skip(&rest, STR("/"));
	while (rest.n != 0 && str_next(&rest, '/', &segment)) {
		if (segment.n == 0)
			continue;
		if (pattern_has_mask(segment, true) || is_random(segment) ||
		    str_find_str(segment, STR("…")) < segment.n ||
		    str_ends(segment, STR("...")) || str_has(segment, '%'))
			break;
		is_own = is_own || !is_stock_segment(segment);
		end = (size_t)(segment.p + segment.n - path.p);
	}
	if (!is_own || end < PATH_LEAST)
		return STR("");
	return str_head(path, end < path.n && path.p[end] == '/' ? end + 1 :
	    end);
}

/* Asked for want of a label; one that stands elsewhere answers. */
static void
loose(struct draft_maker *m, const struct draft_seen *s,
    struct draft_value *v)
{
	if (!s->is_loose || v == NULL || v->fate != DRAFT_KEEP)
		return;
	v->is_loose = true;
	draft_ask(m, v, m->has_defanged ? STR("live in a report that "
	    "defangs: part of the campaign, or cited?") :
	    STR("named without a label: part of the campaign?"));
}

/* Adds what is perhaps part of the campaign; NULL if it is there. */
static struct draft_value *
add_seen(struct draft_maker *m, const struct draft_seen *s,
    enum draft_group group, const char *field, struct str text)
{
	struct draft_value *v = draft_add(m, group, field, text, s->line);

	loose(m, s, v);
	if (v != NULL || s->is_loose)
		return v;
	VEC_EACH(v, &m->draft->values)
		if (v->is_loose && v->group == group &&
		    str_is(str_of(v->field), field) &&
		    str_eq(v->text, text)) {
			v->is_loose = false;
			v->fate = DRAFT_KEEP;
			v->why = STR("");
		}
	return NULL;
}

static void
add_path(struct draft_maker *m, const struct draft_seen *s, struct str path)
{
	struct str kit = kit_path(path);
	struct draft_value *v;

	if (kit.n == 0)
		return;
	VEC_EACH(v, &m->draft->values)
		if (v->group == DRAFT_PATH && !v->is_loose &&
		    str_find_str(kit, v->text) < kit.n)
			return;
	v = add_seen(m, s, DRAFT_PATH, "url.path", kit);
	if (v != NULL && !v->is_loose && kit.n < 8)
		draft_ask(m, v, STR("a short path: does only this kit have "
		    "it?"));
}

/* The brand's name or an official one stands in front of another domain. */
static bool
has_token(const struct draft_maker *m, struct str host)
{
	const struct brand_index *index = m->conf->brands;
	const struct brand_known *known;
	const struct str *token;

	if (index == NULL)
		return false;
	VEC_EACH(known, &index->brands)
		VEC_EACH(token, &known->brand->tokens)
			if (token->n > 3 && str_case_find_str(host, *token) <
			    host.n)
				return true;
	return false;
}

/* Who sends from it has bought it. */
static bool
is_senders(const struct draft_maker *m, struct str domain)
{
	const struct draft_value *v;

	VEC_EACH(v, &m->draft->values)
		if (v->group == DRAFT_SENDER && !v->is_spoofed &&
		    str_ends(v->text, domain))
			return true;
	return false;
}

static void
add_domain(struct draft_maker *m, const struct draft_seen *s,
    struct str host, bool has_path)
{
	struct str domain = host_registrable(host);
	struct draft_value *v;
	struct addr addr;

	if (addr_parse(host, &addr)) {
		char text[ADDR_TEXT];

		addr_format(&addr, text);
		add_seen(m, s, DRAFT_SITE_IP, "url.ip", str_copy(m->arena,
		    str_of(text)));
		return;
	}
	if (domain.n == 0)
		return;
	v = add_seen(m, s, DRAFT_LANDING, "url.domain", domain);
	if (v != NULL && s->is_hacked) {
		v->is_hacked = true;
		return;
	}
	if (v == NULL || v->is_loose || !has_path || has_token(m, host) ||
	    is_senders(m, domain) || (domain.n != host.n &&
	    !str_starts(host, STR("www."))))
		return;
	v->is_hacked = true;
	draft_ask(m, v, STR("thrown away, or somebody's hacked site? "
	    "hacked_site: true lets the host alone never count"));
}

/* "uid=***@***.net": the victim's, so the end means nothing. */
static struct str
without_victim(struct arena *a, struct str url)
{
	size_t at = str_find_last(url, '@'), dot, end;

	if (at >= url.n || str_find(url, '?') > at ||
	    mask_at(url, at + 1 < url.n ? at + 1 : at, true) == 0)
		return url;
	dot = at + str_find(str_from(url, at), '.');
	end = dot + str_find_any(str_from(url, dot), '&', '#', '/');
	if (dot >= url.n || mask_at(url, dot + 1 < url.n ? dot + 1 : dot,
	    true) != 0)
		return url;
	return str_cat(a, str_head(url, dot), STR(".***"),
	    str_from(url, end));
}

void
draft_url(struct draft_maker *m, const struct draft_seen *s)
{
	struct str host, path, why;
	struct draft_value *v;
	bool is_masked;

	sighting_split(s->text, &host, &path);
	host = str_lower(m->arena, host);
	is_masked = pattern_has_mask(host, true);
	if (!is_masked)
		host = drafthost_normal(m, host);
	if (drafthost_is_example(host) ||
	    (!is_masked && !drafthost_is_real(host)))
		return;
	why = is_masked ? STR("") : drafthost_stranger(m, s, host, path);
	v = add_seen(m, s, DRAFT_LANDING, "url", without_victim(m->arena,
	    s->text));
	if (why.n != 0) {
		draft_drop(m, v, why);
		return;
	}
	if (drafthost_is_shared(host))
		return;
	add_path(m, s, path);
	if (!is_masked && tracker_of(host) == TRACKER_NONE)
		add_domain(m, s, host, path.n > 1 ||
		    str_has(s->text, '?'));
}

void
draft_host(struct draft_maker *m, const struct draft_seen *s)
{
	struct str host = drafthost_normal(m, s->text), domain, why;
	struct draft_value *v;

	if (drafthost_is_example(host) || pattern_has_mask(host, true) ||
	    !drafthost_is_real(host))
		return;
	why = drafthost_stranger(m, s, host, STR(""));
	domain = host_registrable(host);
	if (domain.n == 0)
		return;
	if (why.n == 0 && drafthost_is_shared(host))
		why = str_printf(m->arena, "is %s: needs a path",
		    shared_name_above(host));
	if (!s->is_link)
		VEC_EACH(v, &m->draft->values)
			if (v->fate != DRAFT_DROP && !v->is_loose &&
			    str_find_str(v->text, host) < v->text.n &&
			    v->group != DRAFT_BODY)
				return;
	v = add_seen(m, s, DRAFT_LANDING, "url.domain", domain);
	if (why.n != 0)
		draft_drop(m, v, why);
}
