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

static const char *const clicks[] = {
	/* link protectors */
	"safelinks.protection.outlook.com",
	"safelinks.protection.office365.us",
	"safelinks.protection.outlook.de",
	"urldefense.com",
	"urldefense.proofpoint.com",
	"urldefense.us",
	"protect-us.mimecast.com",
	"protect-eu.mimecast.com",
	"protect-au.mimecast.com",
	"protect-za.mimecast.com",
	"protect.mimecast.com",
	"mimecastprotect.com",
	"secure-web.cisco.com",
	"linkprotect.cudasvc.com",
	"ctp.trendmicro.com",
	"clicktime.symantec.com",
	"clicktime.cloud.postoffice.net",
	"protection.sophos.com",
	"urlsand.esvalabs.com",
	"emailprotection.link",
	"checklink.mail.ru",
	"edgepilot.com",
	"inky.com",
	"scanmail.trustwave.com",
	"antiphishing.vadesecure.com",
	"avanan.click",
	"avanan.net",
	"phishprotection.appriver.com",
	/* click counters of mail houses */
	"list-manage.com",
	"mandrillapp.com",
	"sendgrid.net",
	"awstrack.me",
	"exacttarget.com",
	"exct.net",
	"sfmc-content.com",
	"pardot.com",
	"mktoweb.com",
	"hubspotlinks.com",
	"hubspotlinksstarter.com",
	"en25.com",
	"responsys.net",
	"rsys2.net",
	"rsys5.com",
	"cheetahmail.com",
	"ccsend.com",
	"rs6.net",
	"cmail19.com",
	"cmail20.com",
	"createsend.com",
	"mailgun.org",
	"mailgun.net",
	"mailjet.com",
	"mjt.lu",
	"sparkpostmail.com",
	"sparkpostmail2.com",
	"sendinblue.com",
	"sibautomation.com",
	"brevo.com",
	"klaviyomail.com",
	"klclick.com",
	"klclick1.com",
	"customeriomail.com",
	"sailthru.com",
	"emlnk.com",
	"activehosted.com",
	"convertkit-mail.com",
	"convertkit-mail2.com",
	"benchmarkemail.com",
	"bmetrack.com",
	"emarsys.net",
	"postmarkapp.com",
	"pstmrk.it",
	"mlsend.com",
	"zohocampaigns.com",
	"maillist-manage.com",
	"mailpublisher.jp",
	"cuenote.jp",
	"benchmarkemail.jp",
	/* redirectors that show or check their target */
	"l.facebook.com",
	"lm.facebook.com",
	"t.co",
	"lnkd.in",
	"slack-redir.net",
};

static const char *const lookups[] = {
	"web.archive.org",
	"archive.today",
	"archive.ph",
	"virustotal.com",
	"urlscan.io",
	"similarweb.com",
	"who.is",
	"whois.com",
	"whois.domaintools.com",
	"domaintools.com",
	"aguse.jp",
	"securitytrails.com",
	"builtwith.com",
	"ssllabs.com",
	"mxtoolbox.com",
	"dnschecker.org",
	"dnsviz.net",
	"crt.sh",
	"transparencyreport.google.com",
	"safeweb.norton.com",
	"talosintelligence.com",
	"ip-sc.net",
};

static bool
is_in(const char *const *names, size_t n, struct str host)
{
	for (size_t i = 0; i < n; i++)
		if (host_is_below(host, str_of(names[i])))
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
