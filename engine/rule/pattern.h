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

enum pattern_kind {
	PATTERN_KEY,    /* the fact's text, normalised, is key */
	PATTERN_BELOW,  /* the fact's host is key or lies below it */
	PATTERN_NET,
	PATTERN_NUMBER, /* the fact's number lies in first..last */
	PATTERN_REGEX,
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
	struct addr_net net;
	int64_t first, last;
	struct str regex;       /* PCRE2 syntax, UTF */
	struct str literal;     /* the whole regex as plain text where it is
	                           one, else "" */
	enum pattern_form form;
	bool is_caseless;
	bool has_rcpt;          /* the first capture must be a recipient */
	bool is_whole;          /* anchored at both ends ("is:") */
};

/*
 * Reads one value of a field.  What is wrong goes to d at mark; false then.
 */
bool pattern_read(struct pattern *out, struct arena *a,
    const struct field *field, struct str value, struct diags *d,
    struct mark mark);

/*
 * The form of a URL in which patterns and mails meet: scheme in lower case,
 * host without a leading "www.", path with single slashes, query as written.
 */
struct str pattern_url_form(struct arena *a, struct str scheme,
    struct str host, struct str path, struct str query);

/* Defanging undone in address-like tokens only: hxxp, [.], (at), full-width
 * letters in hosts.  Sentences stay as they are. */
struct str refang(struct arena *a, struct str s);
/* The other way, for showing: "hxxps://a[.]example/x". */
struct str defang(struct arena *a, struct str s);

#endif
