/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_EXPAND_H
#define RULE_EXPAND_H

/*
 * From what an author writes to a PCRE2 regex: literals quoted, placeholders
 * and masks expanded.  Used by the readers of pattern.c; one an indicator.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/str.h"
#include "conf/diag.h"
#include "rule/pattern.h"

struct arena;

/* What a reader of a value needs. */
struct pattern_reader {
	struct pattern *out;
	struct arena *arena;
	struct diags *diags;
	struct mark mark;
	const struct field *field;
	struct str value;  /* as written, for messages */
	bool is_literal;   /* "lit:" */
};

/* Adds the error about the value; always false. */
bool pattern_refuse(struct pattern_reader *r, const char *code,
    const char *text);

/* For messages: quoted, at most 80 characters. */
struct str pattern_shown(struct arena *a, struct str value);

struct expand {
	struct pattern_reader *reader;
	struct buf regex;
	struct buf plain;    /* the regex as plain text while it is one */
	bool is_plain;
	bool has_rcpt;
	unsigned wild;       /* placeholders and masks so far */
	size_t literal;      /* characters that must stand there */
};

enum { EXPAND_WILD_MOST = 16, EXPAND_REGEX_MOST = 32 * 1024 };

void expand_init(struct expand *e, struct pattern_reader *r);

/* Text that must stand there as it is. */
void expand_literal(struct expand *e, struct str text);
/* A piece of regex that is no plain text. */
void expand_regex(struct expand *e, const char *regex);
/* The same for a mask or placeholder, of which there is a bound. */
void expand_wild(struct expand *e, const char *regex);

/* The placeholder at s[at] added, and its length; 0: there is none. */
size_t expand_placeholder(struct expand *e, struct str s, size_t at);

/* P10: "＜date＞", as input methods write it, is no placeholder. */
void expand_note_wide(struct pattern_reader *r, struct str s);

/* Bytes of the run of one mask character at s[at]; *n characters. */
size_t expand_mask_run(struct str s, size_t at, bool is_url, size_t *n);

/* Takes "…", "...", "…[伏字]" and the like off the end. */
bool expand_cut_tail(struct str *s);

/* Sets regex, literal and has_rcpt of the pattern; false when there was
 * nothing but masks, or too many of them. */
bool expand_finish(struct expand *e);

/* The readers of the kinds of values that need them. */
bool pattern_read_phrase(struct pattern_reader *r, struct str s,
    bool is_whole);
bool pattern_read_url(struct pattern_reader *r, struct str s);
bool pattern_read_path(struct pattern_reader *r, struct str s);
bool pattern_read_query(struct pattern_reader *r, struct str s,
    bool is_whole);
bool pattern_read_host(struct pattern_reader *r, struct str s);
bool pattern_read_domain(struct pattern_reader *r, struct str s);
bool pattern_read_mailbox(struct pattern_reader *r, struct str s);
bool pattern_read_name(struct pattern_reader *r, struct str s);

/* Adds a host with masks to a regex, labels in lower case. */
void expand_host(struct expand *e, struct str host);

/* A host without masks as DNS has it; false with an error. */
bool pattern_host(struct pattern_reader *r, struct str *out,
    struct str host);

bool pattern_has_mask(struct str s, bool is_url);

#endif
