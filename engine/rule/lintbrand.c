/* SPDX-License-Identifier: Apache-2.0 */
/* Lint of brands: who says that a domain is theirs, and what else would be
 * taken for them. */
#include "base/arena.h"
#include "base/vec.h"
#include "mail/url.h"
#include "rule/lint.h"
#include "rule/packread.h"
#include "rule/sharedname.h"

enum { TOKEN_LEAST = 4 };

/* B02: those that admit that nobody does share one note: they exempt
 * nothing. */
static void
unsourced(struct pack_reader *r)
{
	const struct brand *brand;
	size_t n = 0;

	VEC_EACH(brand, &r->pack->brands) {
		if (brand->basis == BASIS_UNVERIFIED)
			n++;
		else if (brand->source.n == 0)
			diag_add(r->diags, DIAG_WARNING, brand->mark, "B02",
			    "brand \"%" STR_FMT "\" has no source",
			    STR_ARG(brand->id));
	}
	if (n != 0)
		diag_add(r->diags, DIAG_NOTE, r->pack->id_mark, "B02",
		    "%zu brand%s unverified: exempting nothing", n,
		    n == 1 ? " is" : "s are");
}

static bool
is_word(struct str token)
{
	static const struct str words[] = {
		STR_INIT("card"), STR_INIT("bank"), STR_INIT("mail"),
		STR_INIT("shop"), STR_INIT("store"), STR_INIT("online"),
		STR_INIT("service"), STR_INIT("support"), STR_INIT("account"),
		STR_INIT("login"), STR_INIT("member"), STR_INIT("point"),
		STR_INIT("secure"), STR_INIT("japan"), STR_INIT("group"),
		STR_INIT("mobile"), STR_INIT("payment"), STR_INIT("credit"),
		STR_INIT("post"), STR_INIT("express"), STR_INIT("security"),
		STR_INIT("home"), STR_INIT("news"), STR_INIT("info"),
		STR_INIT("portal"), STR_INIT("center"), STR_INIT("smart"),
		STR_INIT("prime"), STR_INIT("music"),
	};

	return str_case_is_any(token, words, nitems(words));
}

static bool
has_text(const str_list *list, struct str s)
{
	const struct str *one;

	VEC_EACH(one, list)
		if (str_eq(*one, s))
			return true;
	return false;
}

/* B03 */
static void
broad_token(struct pack_reader *r, const struct brand *brand,
    struct str token)
{
	if (token.n < TOKEN_LEAST)
		diag_add(r->diags, DIAG_WARNING, brand->mark, "B03",
		    "brand \"%" STR_FMT "\": the token \"%" STR_FMT "\" is "
		    "shorter than 4 characters", STR_ARG(brand->id),
		    STR_ARG(token));
	else if (is_word(token))
		diag_add(r->diags, DIAG_WARNING, brand->mark, "B03",
		    "brand \"%" STR_FMT "\": the token \"%" STR_FMT "\" is an "
		    "ordinary word", STR_ARG(brand->id), STR_ARG(token));
	else
		return;
	diag_hint(r->diags, "a longer token, or the innocent under "
	    "not_tokens");
}

static bool
has_customers_below(const struct brand *brand, struct str domain)
{
	const struct str *space;

	VEC_EACH(space, &brand->customer_space) {
		struct str name = *space;

		str_skip(&name, STR("="));
		if (host_is_below(name, domain))
			return true;
	}
	return false;
}

/* B04 */
static void
open_domain(struct pack_reader *r, const struct brand *brand,
    struct str domain)
{
	const char *what = shared_name(domain);

	if (what == NULL || has_customers_below(brand, domain) ||
	    str_is(str_of(what), "one of the largest sites"))
		return;
	diag_add(r->diags, DIAG_WARNING, brand->mark, "B04",
	    "brand \"%" STR_FMT "\": %" STR_FMT " is %s, and no "
	    "customer_space is named", STR_ARG(brand->id), STR_ARG(domain),
	    what);
	diag_hint(r->diags, "customer_space: [\"=%" STR_FMT "\"] where "
	    "customers send from the very name", STR_ARG(domain));
}

void
brands_lint(struct pack_reader *r)
{
	const struct brand *brand;
	const struct str *text;

	unsourced(r);
	VEC_EACH(brand, &r->pack->brands) {
		VEC_EACH(text, &brand->tokens)
			if (!has_text(&brand->not_tokens, *text))
				broad_token(r, brand, *text);
		VEC_EACH(text, &brand->official)
			open_domain(r, brand, *text);
	}
}
