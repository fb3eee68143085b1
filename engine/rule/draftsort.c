/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keep, ask or drop.  A name of a brand's own is never an indicator, but it
 * may be forged; one that reporters and analysts use is theirs; a host of
 * everybody's needs a path.
 */
#include "rule/draftsort.h"

#include "base/addr.h"
#include "base/arena.h"
#include "mail/url.h"
#include "rule/brandindex.h"
#include "rule/drafthost.h"
#include "rule/expand.h"
#include "rule/phone.h"

enum { VALUES_MOST = 600 };

const char *const draft_fate_names[] = { "kept", "asked", "dropped" };

struct draft_value *
draft_add(struct draft_maker *m, enum draft_group group, const char *field,
    struct str text, uint32_t line)
{
	struct draft *d = m->draft;
	struct draft_value *v;

	VEC_EACH(v, &d->values)
		if (v->group == group && str_is(str_of(v->field), field) &&
		    str_eq(v->text, text))
			return NULL;
	if (d->values.n >= VALUES_MOST) {
		d->is_cut = true;
		return NULL;
	}
	v = VEC_ADD(m->arena, &d->values);
	v->group = group;
	v->field = field;
	v->text = text;
	v->line = line;
	return v;
}

void
draft_ask(struct draft_maker *m, struct draft_value *v, struct str why)
{
	(void)m;
	if (v == NULL || v->fate == DRAFT_DROP)
		return;
	v->fate = DRAFT_ASK;
	v->why = why;
}

void
draft_drop(struct draft_maker *m, struct draft_value *v, struct str why)
{
	(void)m;
	if (v == NULL)
		return;
	v->fate = DRAFT_DROP;
	v->why = why;
}

static void
sender_domain(struct draft_maker *m, const struct draft_seen *s,
    struct str host, const char *field)
{
	bool is_reply = str_is(str_of(field), "reply_to");

	if (str_is(str_of(field), "mail_from"))
		return;
	if (host_is_suffix(host) ||
	    drafthost_is_shared(host) ||
	    str_is(host, "gmail.com") || str_is(host, "outlook.com") ||
	    str_is(host, "hotmail.com") || str_is(host, "yahoo.co.jp") ||
	    str_is(host, "icloud.com") || str_is(host, "outlook.jp"))
		return;
	draft_add(m, DRAFT_SENDER, is_reply ? "reply_to.domain" :
	    "from.domain", host, s->line);
}

void
draft_sender(struct draft_maker *m, const struct draft_seen *s,
    const char *field)
{
	struct str host = str_from(s->text, str_find_last(s->text, '@') + 1);
	struct draft_value *v;
	const struct brand *owner;
	bool is_official;

	host = drafthost_normal(m, str_lower(m->arena, host));
	if (drafthost_is_example(host) || pattern_has_mask(host, true) ||
	    !drafthost_is_real(host))
		return;
	v = draft_add(m, DRAFT_SENDER, field, s->text, s->line);
	if (v == NULL)
		return;
	owner = draft_owner(m, host, STR(""), &is_official);
	if (owner != NULL && is_official) {
		v->is_spoofed = true;
		draft_ask(m, v, str_printf(m->arena, "an official address of "
		    "%" STR_FMT " used as sender: forged? (spoofed: true "
		    "counts only without authentication)",
		    STR_ARG(owner->id)));
	} else if (owner != NULL) {
		return; /* the brand itself disowns it */
	} else if (s->is_genuine || (s->is_loose &&
	    drafthost_is_reporter(host))) {
		draft_drop(m, v, STR("the report's own, or called genuine"));
	} else if (drafthost_is_established(host)) {
		v->is_spoofed = true;
		draft_ask(m, v, STR("perhaps an innocent party whose address "
		    "was forged; spoofed: true counts only without "
		    "authentication"));
	} else {
		if (s->is_loose)
			draft_ask(m, v, STR("stands without a label: is it "
			    "the sender?"));
		sender_domain(m, s, host, field);
	}
}

void
draft_relay(struct draft_maker *m, const struct draft_seen *s,
    const char *field)
{
	struct draft_value *v;
	const struct brand *owner;
	bool is_official;
	struct addr addr;

	if (str_case_is(s->text, "unknown") || s->text.n < 2)
		return;
	if (addr_parse(s->text, &addr) && addr_is_private(&addr))
		return;
	v = draft_add(m, DRAFT_RELAY, field, s->text, s->line);
	owner = draft_owner(m, s->text, STR(""), &is_official);
	if (v != NULL && owner != NULL) {
		v->is_spoofed = true;
		draft_ask(m, v, str_printf(m->arena, "a name of %" STR_FMT
		    " given by the sending host: forged? (spoofed: true)",
		    STR_ARG(owner->id)));
	} else if (v != NULL && s->is_loose) {
		draft_ask(m, v, STR("an address without a label: the sending "
		    "host, or the site?"));
	}
}

void
draft_site_ip(struct draft_maker *m, const struct draft_seen *s)
{
	struct addr addr;

	if (!addr_parse(s->text, &addr) || addr_is_private(&addr))
		return;
	draft_add(m, DRAFT_SITE_IP, "url.ip", s->text, s->line);
}

static bool
is_brand_phone(const struct draft_maker *m, struct str number)
{
	const struct brand_known *known;
	const struct str *phone;

	if (m->conf->brands == NULL)
		return false;
	VEC_EACH(known, &m->conf->brands->brands)
		VEC_EACH(phone, &known->brand->phones) {
			phone_list list = { 0 };

			phones_find(&list, m->arena, m->arena, *phone, 1);
			if (list.n != 0 && str_eq(list.at[0].digits, number))
				return true;
		}
	return false;
}

void
draft_phone(struct draft_maker *m, const struct draft_seen *s)
{
	struct draft_value *v = draft_add(m, DRAFT_PHONE, "phone", s->text,
	    s->line);

	if (is_brand_phone(m, s->text))
		draft_drop(m, v, STR("the brand's own number"));
	else if (s->is_loose)
		draft_ask(m, v, STR("is it the fraud's number, or the "
		    "brand's own, copied?"));
}

size_t
draft_count(const struct draft *d, enum draft_fate fate)
{
	const struct draft_value *v;
	size_t n = 0;

	VEC_EACH(v, &d->values)
		n += v->fate == fate;
	return n;
}
