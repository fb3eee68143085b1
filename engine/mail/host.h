/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_HOST_H
#define MAIL_HOST_H

/*
 * The host of a URL by the WHATWG rules: a domain (UTS 46), an IPv4 address
 * in whatever notation, or an IPv6 address in brackets.
 */

#include <stdbool.h>

#include "base/str.h"

struct arena;
struct err;

enum {
	HOST_WRITTEN_MOST = 8192, /* bytes as written */
	HOST_MOST = 512           /* bytes once percent-decoded */
};

struct host {
	struct str name;  /* lower case, A-labels, no last dot; "[::1]" */
	struct str shown; /* the same in Unicode */
	bool is_ip;
};

/* text is the host as it stands in a URL; percent-decoded here when the
 * caller says that it can be encoded.  False: it is none. */
bool host_read(struct host *out, struct arena *a, struct str text,
    bool is_encoded);

/* The name ends in a suffix that the list names, and has a label more. */
bool host_has_known_suffix(struct str host);

/* Can a name have a known suffix that ends in this label?  False is sure. */
bool host_may_end_in(struct str label);

/*
 * Replaces the system's public suffix list by a file, for this process and
 * before any host is looked at.  False: not readable, the old one stays.
 */
bool host_suffixes_load(const char *path, struct err *e);

/* Reads the lists now: before a daemon forks or locks itself in. */
void hosts_prepare(void);

#endif
