/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The public suffix list, from the system's libpsl or a configured file, with
 * its private section as browsers have it.  Where its text is there libpsl is
 * only asked for the place: of a page of nothing but names its automaton took
 * half the time.
 */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include <libpsl.h>

#include "base/err.h"
#include "base/hash.h"
#include "mail/host.h"
#include "mail/suffixset.h"
#include "mail/url.h"

static pthread_once_t list_once = PTHREAD_ONCE_INIT;
static struct suffixset set; /* neither changes once asked */
static psl_ctx_t *list;      /* where there is no set */

/* libpsl reads text that ends in NUL; a name of DNS is no longer than this. */
enum { NAME_ROOM = 256 };

/* What was asked before: the links of a page lead to few hosts, and mails come
 * from the same ones.  Longer names than NAME_KEPT are not kept. */
enum { NAME_KEPT = 52, ANSWERS = 1024 /* a power of two */ };

struct answer {
	uint8_t n; /* 0: none yet */
	uint8_t begin; /* of the registered domain; n: there is none */
	char name[NAME_KEPT];
};

static _Thread_local struct answer answers[ANSWERS];

/* Of the list that libpsl would read, the text, which lies beside it. */
static bool
read_text(void)
{
	const char *path = psl_dist_filename();
	struct str name = str_of(path == NULL ? "" : path);
	char text[1024];

	if (str_ends(name, STR(".dafsa")))
		name.n -= strlen(".dafsa");
	else if (str_ends(name, STR(".dat")))
		name.n -= strlen(".dat");
	snprintf(text, sizeof(text), "%.*s.dat", (int)name.n, name.p);
	return name.n != 0 && suffixset_read(&set, text);
}

static void
list_make(void)
{
	if (set.n == 0 && list == NULL && !read_text())
		list = psl_latest(NULL);
}

/* False: there is no list. */
static bool
is_listed(void)
{
	pthread_once(&list_once, list_make);
	return set.n != 0 || list != NULL;
}

bool
host_suffixes_load(const char *path, struct err *e)
{
	psl_ctx_t *loaded = NULL;
	struct suffixset read;

	if (!suffixset_read(&read, path)) {
		loaded = psl_load_file(path);
		if (loaded == NULL || psl_suffix_count(loaded) == 0) {
			psl_free(loaded);
			return err_set(e, "%s: no public suffix list", path);
		}
	}
	psl_free(list);
	list = loaded;
	suffixset_release(&set);
	set = read;
	memset(answers, 0, sizeof(answers));
	return true;
}

/* An address has no suffix: no top-level domain is a number. */
static bool
is_address(struct str host)
{
	size_t dot = str_find_last(host, '.');
	struct str last = dot == host.n ? host : str_from(host, dot + 1);

	return last.n == 0 || host.p[0] == '[' || ascii_is_digit(last.p[0]);
}

/* Names of DNS alone. */
static bool
is_name(struct str host)
{
	return host.n != 0 && host.n < NAME_ROOM && !is_address(host) &&
	    memchr(host.p, '\0', host.n) == NULL;
}

static const char *
name_copy(char to[static NAME_ROOM], struct str host)
{
	memcpy(to, host.p, host.n);
	to[host.n] = '\0';
	return to;
}

/* Where the registered domain begins, host.n if there is none. */
static size_t
registrable_begin(struct str host)
{
	char name[NAME_ROOM];
	const char *found;

	if (!is_name(host))
		return host.n;
	if (set.n != 0)
		return suffixset_begin(&set, host);
	found = psl_registrable_domain(list, name_copy(name, host));
	return found == NULL ? host.n : (size_t)(found - name);
}

static size_t
kept_begin(struct str host)
{
	struct answer *asked = &answers[hash_bytes(host, 0) & (ANSWERS - 1)];

	if (!str_eq(host, (struct str){ asked->name, asked->n })) {
		asked->begin = (uint8_t)registrable_begin(host);
		asked->n = (uint8_t)host.n;
		memcpy(asked->name, host.p, host.n);
	}
	return asked->begin;
}

struct str
host_registrable(struct str host)
{
	size_t begin;

	if (host.n == 0 || host.p[0] == '.' || !is_listed())
		return STR("");
	begin = host.n <= NAME_KEPT ? kept_begin(host) :
	    registrable_begin(host);
	return begin == host.n ? STR("") : str_from(host, begin);
}

/* Of a name; by the rule for all that have none, too, unless it has to be
 * named. */
static bool
is_suffix(struct str host, bool is_named)
{
	char name[NAME_ROOM];

	if (!is_listed() || !is_name(host))
		return false;
	if (set.n != 0)
		return suffixset_has(&set, host, is_named);
	return psl_is_public_suffix2(list, name_copy(name, host),
	    PSL_TYPE_ANY | (is_named ? PSL_TYPE_NO_STAR_RULE : 0)) != 0;
}

bool
host_is_suffix(struct str host)
{
	return is_suffix(host, false);
}

bool
host_has_known_suffix(struct str host)
{
	struct str registered = host_registrable(host), label, rest;

	return registered.n != 0 && str_cut(registered, '.', &label, &rest) &&
	    is_suffix(rest, true);
}

bool
host_may_end_in(struct str label)
{
	return !is_listed() || set.n == 0 || suffixset_has_below(&set, label);
}
