/* SPDX-License-Identifier: Apache-2.0 */
/* Names of hosts that a report holds, and why some are no indicators. */
#include "rule/drafthost.h"

#include "base/addr.h"
#include "base/arena.h"
#include "mail/host.h"
#include "mail/url.h"
#include "rule/brandindex.h"
#include "rule/expand.h"
#include "rule/sharedname.h"

/* Those that analyse, warn and are cited. */
static const char *const reporters[] = { "google.com", "ip-sc.net",
	"virustotal.com", "urlscan.io", "norton.com", "antiphishing.jp",
	"jpcert.or.jp", "ipa.go.jp", "npa.go.jp", "abuseipdb.com",
	"phishtank.com", "phishtank.org", "openphish.com", "abuse.ch",
	"mandiant.com", "trendmicro.com", "microsoft.com", "mozilla.org",
	"wikipedia.org", "github.com", "shodan.io", "censys.io",
	"whois.com", "domaintools.com", "safebrowsing.google.com",
	"web.archive.org", "cisa.gov", "ftc.gov", "mitre.org",
	"any.run", "hybrid-analysis.com", "dmarc.org", "w3.org",
	"soumu.go.jp", "caa.go.jp", "nisc.go.jp", "talosintelligence.com" };

static bool
is_in(struct str host, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (host_is_below(host, str_of(list[i])))
			return true;
	return false;
}

bool
drafthost_is_reporter(struct str host)
{
	return is_in(host, reporters, nitems(reporters));
}

bool
drafthost_is_shared(struct str host)
{
	return shared_name_above(host) != NULL;
}

bool
drafthost_is_real(struct str host)
{
	struct addr addr;

	if (addr_parse(host, &addr))
		return true;
	return host_has_known_suffix(host) &&
	    str_find_str(host, STR("-.")) == host.n &&
	    str_find_str(host, STR(".-")) == host.n && host.p[0] != '-';
}

struct str
drafthost_normal(struct draft_maker *m, struct str host)
{
	struct str name;

	if (pattern_has_mask(host, true))
		return host;
	return host_normalize(&name, m->arena, host) ? name : host;
}

const struct brand *
draft_owner(const struct draft_maker *m, struct str host, struct str path,
    bool *is_official)
{
	const struct brand_index *index = m->conf->brands;
	const struct brand *owner = NULL;
	enum realm best = REALM_FOREIGN;
	struct str name = { NULL, 0 };

	while (index != NULL && owner == NULL && host.n != 0 &&
	    brand_index_up(host, &name)) {
		const struct brand_domain *d = brand_index_domain(index, name);

		for (; d != NULL; d = brand_index_next(index, d)) {
			enum realm realm = brand_index_realm(index, d->brand,
			    host, path);

			if (realm >= best)
				continue;
			best = realm;
			owner = index->brands.at[d->brand].brand;
		}
	}
	*is_official = owner != NULL && best != REALM_NEVER_SENDS;
	return owner;
}

struct str
drafthost_stranger(struct draft_maker *m, const struct draft_seen *s,
    struct str host, struct str path)
{
	bool is_official;
	const struct brand *owner = draft_owner(m, host, path, &is_official);

	if (owner != NULL && is_official)
		return str_printf(m->arena, "belongs to %" STR_FMT
		    ", the genuine one", STR_ARG(owner->id));
	if (owner != NULL)
		return str_printf(m->arena, "a name of %" STR_FMT
		    " that is no place of links", STR_ARG(owner->id));
	if (s->is_genuine)
		return STR("the report calls it genuine or its source");
	if (drafthost_is_reporter(host))
		return STR("a site of analysts or search, cited by reports");
	return STR("");
}

bool
drafthost_is_example(struct str host)
{
	static const char *const names[] = { "example.com", "example.net",
		"example.org", "example.jp", "example.co.jp" };

	return is_in(host, names, nitems(names));
}

bool
drafthost_is_established(struct str host)
{
	static const struct str tails[] = { STR_INIT(".co.jp"),
		STR_INIT(".ac.jp"), STR_INIT(".go.jp"), STR_INIT(".or.jp"),
		STR_INIT(".lg.jp"), STR_INIT(".ed.jp"), STR_INIT(".gov"),
		STR_INIT(".edu"), STR_INIT(".gov.uk"), STR_INIT(".ac.uk") };

	for (size_t i = 0; i < nitems(tails); i++)
		if (str_ends(host, tails[i]))
			return true;
	return false;
}
