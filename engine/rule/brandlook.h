/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_BRANDLOOK_H
#define RULE_BRANDLOOK_H

/*
 * A message while brands are held against it: what the parts of brand.c share.
 * Lives as long as one match; of no interest to anybody else.
 */

#include <stdbool.h>
#include <stdint.h>

#include "rule/brand.h"
#include "rule/brandindex.h"
#include "rule/brandlink.h"

struct message;

/* What is known of one brand while a message is read. */
struct suspect {
	struct brand_finding *finding;
	uint32_t brand;
	struct evidence name;   /* of the display name */
	bool in_name;
	bool in_subject;
	bool in_text;
	enum realm from;        /* whose the From address is */
	enum truth authentic;   /* passing authentication, whoever sends */
	uint32_t foreign;       /* the first link that leaves, or URL_NONE */
	bool has_front;         /* an official name in front of a host */
	bool has_directory;
	struct evidence near;   /* of a word one letter off; its url, or
	                           URL_NONE */
	struct str meant;
	uint32_t near_url;
	bool is_near;
	bool is_name_alike;     /* the display name is the brand's to the
	                           eye, and is not */
};

struct look {
	struct arena *arena;
	struct brand_index *index;
	const struct facts *facts;
	const struct message *message;
	struct folds *folds;
	bool is_report;
	struct brand_links links;
	struct suspect *suspects; /* one a brand; those without a finding
	                             have nothing to do with the message */
};

/* What is known of a brand, from now on something. */
struct suspect *look_suspect(struct look *l, uint32_t brand);

/* The first value of a fact, "" where it is not known, and where that stands:
 * without a value the header field. */
struct str look_text(const struct look *l, uint32_t id);
struct place look_place(const struct look *l, uint32_t id,
    const char *header);

/* brandname.c: names in a text, and in all texts of the message; words that
 * are nearly a name, once the links were read. */
enum claim { CLAIM_NAME, CLAIM_SUBJECT, CLAIM_TEXT };

void look_names(struct look *l, struct str text, enum claim where,
    struct place place);
void look_claims(struct look *l);
void look_near(struct look *l);

/* brandsender.c: brands that the sender has to do with; whose he is. */
void look_senders(struct look *l);
enum realm look_realm(const struct look *l, uint32_t brand);
/* The first mailbox in From that is the brand's; NULL: none. */
const struct address *look_official(const struct look *l, uint32_t brand);
/* Is the brand's domain in From, or the first one there, the sender's?  Of
 * several the worst counts.  Undecided: nobody looked, or nobody could. */
enum truth look_authentic(const struct look *l, uint32_t brand);
enum truth look_helo(const struct look *l, const struct suspect *s);

/* brandsign.c: the signs against a brand's mail, and its genuine links. */
void look_signs(const struct look *l, struct suspect *s);

#endif
