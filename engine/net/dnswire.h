/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NET_DNSWIRE_H
#define NET_DNSWIRE_H

/*
 * An answer of a name server as it came over the wire (RFC 1035 4), read as
 * what anybody may have sent: what does not belong to the question is passed
 * over, aliases are followed inside the packet, and nothing is believed
 * about other names.  An answer that does not parse, or whose records are all
 * of other names, says nothing: DNS_FAILED, not that there is no record.
 * Pure functions.
 *
 * Names are text: labels between dots, no dot at the end, lower case.  A
 * name with a byte that no name in mail has (a dot inside a label, a blank,
 * a control) is no name here, and the record that holds it is passed over.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct arena;

enum {
	DNS_NAME_MOST = 253,    /* bytes of text, RFC 1035 2.3.4 */
	DNS_LABEL_MOST = 63,
	DNS_RECORDS_MOST = 2000, /* of one answer; with more it says nothing */
	DNS_ALIASES_MOST = 12   /* CNAMEs behind one another */
};

enum dns_type {
	DNS_A = 1,
	DNS_PTR = 12,
	DNS_MX = 15,
	DNS_TXT = 16,
	DNS_AAAA = 28
};

enum dns_result {
	DNS_FOUND,
	DNS_EMPTY,   /* the name is there, without such records */
	DNS_NO_NAME, /* NXDOMAIN */
	DNS_FAILED   /* nobody could say */
};

/*
 * What at[] holds: DNS_A four bytes, DNS_AAAA sixteen; DNS_PTR a name; DNS_MX
 * names, the most preferred first ("" for the null MX of RFC 7505); DNS_TXT
 * the strings of a record joined without a blank (RFC 7208 3.3).
 */
struct dns_answer {
	enum dns_result result;
	bool is_never;         /* with DNS_FAILED: nobody may be asked */
	uint32_t ttl;          /* seconds */
	size_t n;
	const struct str *at;
};

/*
 * Reads the answer to a question for name, spelt as it was sent.  False: its
 * header or its question is damaged or not ours, or spells the name in other
 * case than it was asked, as an answer from somebody who never saw the
 * question would.
 */
bool dns_read(struct dns_answer *out, struct arena *a, struct str packet,
    enum dns_type type, struct str name);

/* Whether a name can be asked for: labels of 1 to 63 bytes, 253 in all. */
bool dns_is_name(struct str name);

#endif
