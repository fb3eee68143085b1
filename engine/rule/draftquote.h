/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_DRAFTQUOTE_H
#define RULE_DRAFTQUOTE_H

/* What a report puts in quotation marks: of Japanese, of English, or those of
 * a chat. */

#include "rule/draftsort.h"

/* Inside quotes if it begins with one, else all of it. */
struct str draftquote_inside(struct str s);

/* 「...」又は「...」: each is a subject. */
void draftquote_subjects(struct draft_maker *m, struct str value,
    uint32_t line);
/* with the display name "Bank Support" */
void draftquote_names(struct draft_maker *m, struct str text, uint32_t line);

/* "the attachment invoice.zip": names of files that stand in a sentence. */
void draftquote_files(struct draft_maker *m, struct str text, uint32_t line);

#endif
