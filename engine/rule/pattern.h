/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_PATTERN_H
#define RULE_PATTERN_H

/*
 * A value of a pack as the engine reads it: defanging undone, masks and
 * placeholders expanded, folded.  Exact things become keys, everything else
 * a PCRE2 regex over one form of the field's text.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/str.h"
#include "conf/diag.h"
#include "rule/field.h"

struct arena;
struct list_conf; /* rule/list.h */

/*
 * Keys by kind of field; a fact is brought to the same form before the two
 * are compared.
 *   host, domain    lower case, A-labels, without a leading "www."
 *   name, relay     lower case; an address as addr_format writes it
 *   mailbox         "local@domain" in lower case; "@domain": any local part
 *   url             pattern_url_form: case kept but for the host
 *   word, hash      lower case
 *   auth            the result: "fail"
 *   phone           digits
 */
enum pattern_kind {
	PATTERN_KEY,    /* the fact's text, normalised, is key */
	PATTERN_BELOW,  /* the fact's host is key or lies below it */
	PATTERN_NET,
	PATTERN_NUMBER, /* the fact's number lies in first..last */
	PATTERN_REGEX,
	PATTERN_LIST,   /* an external list holds it; key is the list's id */
	PATTERN_NONE,   /* the fact is absent */
	PATTERN_ANY     /* the fact is known */
};

/* What a regex is matched against. */
enum pattern_form {
	FORM_FOLDED, /* mail/fold.h */
	FORM_PLAIN   /* decoded, as it stands */
};

struct pattern {
	enum pattern_kind kind;
	struct str key;
	const struct list_conf *list; /* of PATTERN_LIST, once packs_load has
	                                 found it; NULL: a list of the site
	                                 that is not there */
	struct addr_net net;
	int64_t first, last;
	struct str regex;       /* PCRE2 syntax, UTF */
	struct str literal;     /* the whole regex as plain text where it is
	                           one, else "" */
	enum pattern_form form;
	bool is_caseless;
	bool has_rcpt;          /* the first capture must be a recipient */
	bool is_whole;          /* "is:": the regex has anchors in it */
};

/*
 * Reads one value of a field.  What is wrong goes to d at mark; false then.
 */
bool pattern_read(struct pattern *out, struct arena *a,
    const struct field *field, struct str value, struct diags *d,
    struct mark mark);

/*
 * The form of a URL in which patterns and mails meet: scheme in lower case,
 * http written as https, since a lure comes with either; host without a
 * leading "www."; path with single slashes, never empty; query as written.
 * A pattern that cares about the scheme is an object about a link.
 */
struct str pattern_url_form(struct arena *a, struct str scheme,
    struct str host, struct str path, struct str query);

/* Defanging undone in address-like tokens only: hxxp, [.], (at), full-width
 * letters in hosts.  Sentences stay as they are.  s itself where there is
 * nothing to undo. */
struct str refang(struct arena *a, struct str s);
/* The other way, for showing: "hxxps://a[.]example/x". */
struct str defang(struct arena *a, struct str s);
/* Of its first n bytes alone, as they stand in the whole; a mark that ends
 * behind them is whole. */
struct str defang_head(struct arena *a, struct str s, size_t n);

#endif
