/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_AUTH_H
#define MAIL_AUTH_H

/*
 * What is known about the authentication of a message (RFC 8601).  A method
 * that nobody computed or that no trusted host reported is unknown, which is
 * something else than the result "none".
 */

#include <stdbool.h>

#include "base/str.h"

struct arena;

enum auth_method {
	AUTH_SPF,
	AUTH_DKIM,
	AUTH_DMARC,
	AUTH_ARC,
	AUTH_METHODS
};

enum auth_result {
	AUTH_UNKNOWN,
	AUTH_NONE,
	AUTH_PASS,
	AUTH_FAIL,
	AUTH_SOFTFAIL,
	AUTH_NEUTRAL,
	AUTH_POLICY,
	AUTH_TEMPERROR,
	AUTH_PERMERROR
};

enum {
	AUTH_SIGNERS_MOST = 8,
	AUTH_FROMS_MOST = 8,
	AUTH_SIGNATURES_MOST = 16
};

/* What is said of one DKIM signature; selector and part of b= may be empty. */
struct auth_signature {
	enum auth_result result;
	struct str domain, selector, part;
};

struct auth {
	enum auth_result result[AUTH_METHODS];
	struct str domain[AUTH_METHODS]; /* what passed: header.d, mailfrom */
	struct str signer[AUTH_SIGNERS_MOST]; /* of each DKIM signature that
	                                         passed and says whose it is */
	size_t n_signers;
	struct str silent[AUTH_SIGNERS_MOST]; /* of each whose key nobody could
	                                         look up */
	size_t n_silent;
	struct str settled[AUTH_FROMS_MOST]; /* of several domains in From those
	                                        whose own DMARC is no fail */
	size_t n_settled;
	struct str sealed;               /* for which DMARC passed at a sealer
	                                    whom we trust */
	struct auth_signature signature[AUTH_SIGNATURES_MOST];
	size_t n_signatures;
	bool is_about_helo;              /* the result of SPF */
	bool is_for_nobody[AUTH_METHODS]; /* where unknown: since a sender
	                                     had a hand in what is said */
	struct str source;               /* who says so, for the evidence */
	bool is_found_here[AUTH_METHODS]; /* by checks of ours */
};

/* Somebody has said anything. */
bool auth_is_known(const struct auth *auth);
/* It is not known, and that is not the sender's doing. */
bool auth_is_open(const struct auth *auth, enum auth_method method);

const char *auth_method_name(enum auth_method method);
const char *auth_result_name(enum auth_result result);
bool auth_method_of(struct str name, enum auth_method *method);
bool auth_result_of(struct str name, enum auth_result *result);

/*
 * One more result of a method.  Of two that contradict each other the worse
 * counts: a pass may be a sender's, written into what a host prints raw.
 * Several DKIM signatures do not, and one that passes is enough; but beside
 * the fail of one that nobody tells apart, or beside "none", nobody knows
 * whether it does, as with a temporary error.  domain may be empty.
 */
void auth_add(struct auth *auth, enum auth_method method,
    enum auth_result result, struct str domain);
/* SPF of HELO: it stays unless there is one of MAIL FROM, whatever that says
 * (RFC 7489 3.1.2). */
void auth_add_helo(struct auth *auth, enum auth_result result,
    struct str domain);

/* Takes out what a sender gains by: each pass, and what may pass tomorrow.
 * Who has written such is no less a forger for it: unless checks of ours find
 * it out, he passes for nobody. */
void auth_distrust(struct auth *auth);

/*
 * Reads the value of an Authentication-Results field into *auth by auth_add.
 * *authserv is the host that says so.  Of a field that can be read in more
 * than one way all that is said in any of them counts, but for what a sender
 * gains by; and DMARC passes only for a domain that is named.  False: not a
 * readable field.
 */
bool auth_read(struct auth *auth, struct arena *a, struct str value,
    struct str *authserv);

#endif
