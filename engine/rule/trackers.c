/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The list: link protectors of mail gateways, click counters of mail houses,
 * redirectors of large sites, and sites that look up domains.  A name covers
 * everything below it.  Only names that belong to such a service alone are
 * here; a page host or a shortener, where anyone writes, is not.
 */
#include "rule/trackers.h"

#include "base/vec.h"
#include "mail/url.h"

static const struct str clicks[] = {
	/* link protectors */
	STR_INIT("safelinks.protection.outlook.com"),
	STR_INIT("safelinks.protection.office365.us"),
	STR_INIT("safelinks.protection.outlook.de"),
	STR_INIT("urldefense.com"),
	STR_INIT("urldefense.proofpoint.com"),
	STR_INIT("urldefense.us"),
	STR_INIT("protect-us.mimecast.com"),
	STR_INIT("protect-eu.mimecast.com"),
	STR_INIT("protect-au.mimecast.com"),
	STR_INIT("protect-za.mimecast.com"),
	STR_INIT("protect.mimecast.com"),
	STR_INIT("mimecastprotect.com"),
	STR_INIT("secure-web.cisco.com"),
	STR_INIT("linkprotect.cudasvc.com"),
	STR_INIT("ctp.trendmicro.com"),
	STR_INIT("clicktime.symantec.com"),
	STR_INIT("clicktime.cloud.postoffice.net"),
	STR_INIT("protection.sophos.com"),
	STR_INIT("urlsand.esvalabs.com"),
	STR_INIT("emailprotection.link"),
	STR_INIT("checklink.mail.ru"),
	STR_INIT("edgepilot.com"),
	STR_INIT("inky.com"),
	STR_INIT("scanmail.trustwave.com"),
	STR_INIT("antiphishing.vadesecure.com"),
	STR_INIT("avanan.click"),
	STR_INIT("avanan.net"),
	STR_INIT("phishprotection.appriver.com"),
	/* click counters of mail houses */
	STR_INIT("list-manage.com"),
	STR_INIT("mandrillapp.com"),
	STR_INIT("sendgrid.net"),
	STR_INIT("awstrack.me"),
	STR_INIT("exacttarget.com"),
	STR_INIT("exct.net"),
	STR_INIT("sfmc-content.com"),
	STR_INIT("pardot.com"),
	STR_INIT("mktoweb.com"),
	STR_INIT("hubspotlinks.com"),
	STR_INIT("hubspotlinksstarter.com"),
	STR_INIT("en25.com"),
	STR_INIT("responsys.net"),
	STR_INIT("rsys2.net"),
	STR_INIT("rsys5.com"),
	STR_INIT("cheetahmail.com"),
	STR_INIT("ccsend.com"),
	STR_INIT("rs6.net"),
	STR_INIT("cmail19.com"),
	STR_INIT("cmail20.com"),
	STR_INIT("createsend.com"),
	STR_INIT("mailgun.org"),
	STR_INIT("mailgun.net"),
	STR_INIT("mailjet.com"),
	STR_INIT("mjt.lu"),
	STR_INIT("sparkpostmail.com"),
	STR_INIT("sparkpostmail2.com"),
	STR_INIT("sendinblue.com"),
	STR_INIT("sibautomation.com"),
	STR_INIT("brevo.com"),
	STR_INIT("klaviyomail.com"),
	STR_INIT("klclick.com"),
	STR_INIT("klclick1.com"),
	STR_INIT("customeriomail.com"),
	STR_INIT("sailthru.com"),
	STR_INIT("emlnk.com"),
	STR_INIT("activehosted.com"),
	STR_INIT("convertkit-mail.com"),
	STR_INIT("convertkit-mail2.com"),
	STR_INIT("benchmarkemail.com"),
	STR_INIT("bmetrack.com"),
	STR_INIT("emarsys.net"),
	STR_INIT("postmarkapp.com"),
	STR_INIT("pstmrk.it"),
	STR_INIT("mlsend.com"),
	STR_INIT("zohocampaigns.com"),
	STR_INIT("maillist-manage.com"),
	STR_INIT("mailpublisher.jp"),
	STR_INIT("cuenote.jp"),
	STR_INIT("benchmarkemail.jp"),
	/* redirectors that show or check their target */
	STR_INIT("l.facebook.com"),
	STR_INIT("lm.facebook.com"),
	STR_INIT("t.co"),
	STR_INIT("lnkd.in"),
	STR_INIT("slack-redir.net"),
};

static const struct str lookups[] = {
	STR_INIT("web.archive.org"),
	STR_INIT("archive.today"),
	STR_INIT("archive.ph"),
	STR_INIT("virustotal.com"),
	STR_INIT("urlscan.io"),
	STR_INIT("similarweb.com"),
	STR_INIT("who.is"),
	STR_INIT("whois.com"),
	STR_INIT("whois.domaintools.com"),
	STR_INIT("domaintools.com"),
	STR_INIT("aguse.jp"),
	STR_INIT("securitytrails.com"),
	STR_INIT("builtwith.com"),
	STR_INIT("ssllabs.com"),
	STR_INIT("mxtoolbox.com"),
	STR_INIT("dnschecker.org"),
	STR_INIT("dnsviz.net"),
	STR_INIT("crt.sh"),
	STR_INIT("transparencyreport.google.com"),
	STR_INIT("safeweb.norton.com"),
	STR_INIT("talosintelligence.com"),
	STR_INIT("ip-sc.net"),
};

/* Of nearly all names the first letter is wrong, where it would stand. */
static bool
is_in(const struct str *names, size_t n, struct str host)
{
	for (size_t i = 0; i < n; i++)
		if (names[i].n <= host.n &&
		    host.p[host.n - names[i].n] == names[i].p[0] &&
		    host_is_below(host, names[i]))
			return true;
	return false;
}

enum tracker_kind
tracker_of(struct str host)
{
	if (is_in(clicks, nitems(clicks), host))
		return TRACKER_CLICK;
	if (is_in(lookups, nitems(lookups), host))
		return TRACKER_LOOKUP;
	return TRACKER_NONE;
}
