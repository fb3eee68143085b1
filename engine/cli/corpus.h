/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_CORPUS_H
#define CLI_CORPUS_H

/*
 * A folder of mail, as people keep it: a message a file (.eml, Maildir), many
 * in a file (mbox), folders in folders.  Found first, read one at a time: of
 * 100,000 mails only names are kept.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "base/vec.h"

struct arena;
struct err;

struct corpus_mail {
	struct str file;
	uint32_t number;      /* in an mbox, from 1; 0: the file is the mail */
	uint64_t begin, end;  /* in an mbox */
	bool is_ham, is_spam; /* its folder is named so */
};

struct corpus {
	VEC(struct corpus_mail) mails; /* by path, then place */
	size_t files;
	size_t others;        /* files that are no mail */
};

/* Adds what lies below path, or the file itself; "-" is one mail or an mbox
 * on standard input.  False: it cannot be read. */
bool corpus_find(struct corpus *c, struct arena *a, struct str path,
    struct err *e);

/* The bytes of a mail; false where it has gone meanwhile. */
bool corpus_read(struct str *raw, struct arena *a,
    const struct corpus_mail *mail, struct err *e);

#endif
