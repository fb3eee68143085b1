/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHECK_SRS_H
#define CHECK_SRS_H

/*
 * The sender rewriting scheme of forwarders:
 *
 *	SRS0=HASH=DAY=DOMAIN=LOCAL@FORWARDER
 *	SRS1=HASH=FIRST==HASH=DAY=DOMAIN=LOCAL@FORWARDER
 *
 * where the separator behind the first word may be "+" or "-", too.  The hash
 * is the forwarder's to verify: what is read here is a claim.
 */

#include <stdbool.h>

#include "base/str.h"

struct arena;

/* The sender that the forwarder was given; false: mail_from is nobody's whom
 * one can tell. */
bool srs_sender(struct str *out, struct arena *a, struct str mail_from);

#endif
