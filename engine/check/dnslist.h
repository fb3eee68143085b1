/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHECK_DNSLIST_H
#define CHECK_DNSLIST_H

/*
 * A list that is asked through the DNS: what of a message it is asked about,
 * under which name, and what its answers mean.  For many of the well-known
 * ones there is a preset; none is asked before somebody names it, since each
 * has terms of its own.
 */

#include "base/addr.h"
#include "base/str.h"
#include "base/vec.h"
#include "check/dnscode.h"
#include "rule/fact.h"

struct arena;
struct scan;

/* What of a message. */
enum dnslist_what {
	DNSLIST_IP,          /* the client that handed it in */
	DNSLIST_RECEIVED_IP, /* hosts before it, as Received lines claim */
	DNSLIST_URL_IP,      /* addresses of links, written or looked up */
	DNSLIST_HELO,
	DNSLIST_RDNS,
	DNSLIST_DOMAIN,      /* registrable, of From, envelope, Reply-To */
	DNSLIST_HOST,        /* the same in full */
	DNSLIST_DKIM,        /* registrable, of a signature that passes */
	DNSLIST_URL_DOMAIN,  /* registrable, of links */
	DNSLIST_URL_HOST,
	DNSLIST_EMAIL,       /* hash of From, envelope, Reply-To */
	DNSLIST_URL,         /* hash of a link without scheme, fragment */
	DNSLIST_FILE,        /* hash of an attachment */
	DNSLIST_WHATS
};

/* "ip", "received_ip", ...; by enum dnslist_what. */
extern const char *const dnslist_whats[DNSLIST_WHATS];

enum dnslist_hash { DNSLIST_SHA256, DNSLIST_SHA1 };
enum dnslist_digits { DNSLIST_HEX, DNSLIST_BASE32 };

struct dnslist {
	struct str id;       /* letters, digits, "-" */
	struct str zone;
	unsigned whats;      /* bits: 1 << enum dnslist_what */
	int hash;            /* enum dnslist_hash */
	int digits;          /* enum dnslist_digits */
	size_t queries;      /* most of one message */
	dnscode_list codes;
	dnscode_list alarms;
	struct str test;     /* in front of zone: is always listed; "": as
	                        RFC 5782 5 says */
};
typedef VEC(struct dnslist) dnslist_list;

enum { DNSLISTS_MOST = 32, DNSLIST_ID_MOST = 32 };

struct dnslist_preset {
	const char *name;
	const char *zone;    /* NULL: of one's own, with a key in it */
	const char *what;    /* words with blanks between */
	const char *codes;   /* "127.0.0.2 sbl, 127.0.0.3 css" */
	const char *alarms;  /* the same */
	const char *test;
	const char *terms;   /* whose hold, and where they stand */
	int hash, digits;
};

/* name NULL at the end. */
extern const struct dnslist_preset dnslist_presets[];
/* False: there is no such preset.  Zone may be left "". */
bool dnslist_of_preset(struct dnslist *out, struct arena *a, struct str name);

bool dnslist_what_of(struct str name, enum dnslist_what *what);

/* One thing of a message that lists may be asked about. */
struct dnssubject {
	enum dnslist_what what;
	struct addr addr;    /* or */
	struct str text;     /* a name, or what is hashed */
	struct str shown;
	struct place place;
};
typedef VEC(struct dnssubject) dnssubject_list;

enum { DNSSUBJECTS_MOST = 32 }; /* of one kind */

/* Those of the kinds in whats; false: there are more than that.  never: names
 * of ours that nobody is told. */
struct dnsnever {
	const struct str *at;
	size_t n;
};
bool dnssubjects_find(dnssubject_list *out, struct arena *a,
    const struct scan *s, unsigned whats, const struct dnsnever *never);

/* The name that a list is asked for; "" where it can be none. */
struct str dnssubject_name(struct arena *a, const struct dnssubject *subject,
    const struct dnslist *list);

#endif
