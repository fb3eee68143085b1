/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_RECEIVED_H
#define MAIL_RECEIVED_H

/*
 * One Received field (RFC 5321 4.4) in the forms of Postfix, qmail and the
 * bare "from X (rdns [ip])".  Only the line written by a host we trust can
 * be believed; which one that is, message.h decides.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/str.h"
#include "base/vec.h"

struct hop {
	struct str raw;  /* the field, unfolded */
	struct str helo; /* what the client called itself, or "" */
	struct str rdns; /* its name by reverse look-up, or "" */
	bool has_rdns;   /* the line speaks of one: then "" is "none" */
	struct addr ip;  /* family 0: none given */
	struct str by;
	struct str with;
	struct str id;
	struct str date; /* behind the last ";" */
	size_t offset;   /* of the field in the message */
};

typedef VEC(struct hop) hop_list;

void received_read(struct hop *out, struct arena *a, struct str value);

/* The line says that a user of its host has proven who he is. */
bool hop_is_of_user(const struct hop *hop);

#endif
