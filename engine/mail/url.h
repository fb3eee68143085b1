/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_URL_H
#define MAIL_URL_H

/*
 * One link of a message: where it stands, what the reader sees, where it
 * goes.  Hosts and paths by the WHATWG URL rules; nothing is ever fetched.
 * A URL inside a URL (open redirect, rewriter) is an entry of its own whose
 * outer is the one that carries it.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "base/vec.h"

struct arena;

#define URL_NONE UINT32_MAX

/* A URL that is no longer is read whole; of longer ones the end is left out. */
enum { URL_READ_MOST = 18 * 1024 };

enum url_source {
	URL_TEXT, /* bare, in text */
	URL_A,
	URL_AREA,
	URL_FORM,
	URL_BASE,
	URL_REFRESH,
	URL_FRAME,
	URL_SCRIPT,     /* where a script sends the reader */
	URL_CODE,       /* from here on: loads, does not navigate */
	URL_IMAGE,
	URL_SVG,        /* an image inside SVG, or what it uses */
	URL_BACKGROUND, /* of style and attribute */
	URL_LINK,       /* <link> */
	URL_NESTED      /* inside another URL */
};

struct url {
	struct str raw;        /* as it stands in the mail */
	struct str normalized; /* WHATWG serialisation, double slashes in the
	                          path kept */
	struct str scheme;     /* "https" */
	struct str userinfo;
	struct str host;       /* lower case, A-labels, no last dot; an IPv6
	                          address in brackets */
	struct str host_shown; /* the same in Unicode */
	struct str registrable;/* by the public suffix list; "" for an address
	                          or a bare suffix */
	struct str path;       /* "/a/b", percent-decoded, case kept, runs of
	                          slashes collapsed */
	struct str query;      /* without "?", as written */
	struct str fragment;
	uint16_t port;         /* 0: the scheme's own */
	bool is_port_zero;     /* ":0", written out */
	bool is_ip;            /* the host is an address, in any notation */
	bool is_schemeless;    /* "www.example.com/x": mail programs link it */

	enum url_source source;
	struct str text;       /* what the reader sees of the anchor, UTF-8; ""
	                          for a bare URL */
	uint32_t part;         /* index of the part it stands in */
	uint32_t offset;       /* bytes into the part's text as UTF-8 */
	uint32_t outer;        /* index of the URL that carries it, URL_NONE */
};

typedef VEC(struct url) url_list;

/*
 * Reads one absolute URL (http, https, ftp; or scheme-less where it begins
 * with "www."), filling everything down to is_schemeless.  False: it is not
 * a URL with a host.
 */
bool url_read(struct url *out, struct arena *a, struct str raw);

/* The same for a reference in a page whose URL is base; NULL: there is none,
 * and then only an absolute one will do. */
bool url_resolve(struct url *out, struct arena *a, struct str raw,
    const struct url *base);

/* Fetched with the page and not by a click. */
bool url_source_is_loaded(enum url_source source);

/* Undoes %xx once. */
struct str url_decode(struct arena *a, struct str s);

/*
 * Finds bare URLs in visible text, Japanese punctuation and letters behind
 * them left out, and adds them with their offset; stops when the list holds
 * most.  Defanged ones (hxxp, [.]) are no links: they are only counted.
 */
void urls_find(url_list *out, struct arena *a, struct str text, size_t most,
    size_t *defanged);

/*
 * Adds the URLs carried by entry i in query values, path or fragment:
 * absolute, encoded once or twice, base64, scheme-less.  Follows what it
 * adds, to eight levels.  True: there was more than is followed.
 */
bool urls_unwrap(url_list *list, struct arena *a, uint32_t i, size_t most);

/* A host name as DNS has it: lower case, A-labels, odd dots made plain, no
 * last dot.  False when it can be none. */
bool host_normalize(struct str *out, struct arena *a, struct str host);

/*
 * The registrable domain of a normalised host by the public suffix list, or
 * "" when it has none.  suffix_is tells whether it is a public suffix.
 */
struct str host_registrable(struct str host);
bool host_is_suffix(struct str host);

/* host is domain or lies below it. */
bool host_is_below(struct str host, struct str domain);

#endif
