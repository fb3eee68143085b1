/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names that many share: below them, or under their pages, anybody writes.
 * As an indicator they would hit all their innocent users.
 */
#include "base/vec.h"
#include "mail/url.h"
#include "rule/lint.h"
#include "rule/trackers.h"

static const char *const pages[] = {
	"workers.dev", "pages.dev", "r2.dev", "trycloudflare.com",
	"amazonaws.com", "cloudfront.net", "awsapprunner.com",
	"azurewebsites.net", "azureedge.net", "blob.core.windows.net",
	"web.core.windows.net", "cloudapp.net", "cloudapp.azure.com",
	"appspot.com", "web.app", "firebaseapp.com", "run.app",
	"storage.googleapis.com", "googleusercontent.com", "blogspot.com",
	"sites.google.com", "docs.google.com", "drive.google.com",
	"forms.gle", "translate.goog", "github.io", "githubusercontent.com",
	"gitlab.io", "bitbucket.io", "netlify.app", "vercel.app",
	"herokuapp.com", "onrender.com", "fly.dev", "surge.sh",
	"glitch.me", "repl.co", "replit.app", "ngrok.io", "ngrok-free.app",
	"weebly.com", "wixsite.com", "wix.com", "webflow.io",
	"squarespace.com", "myshopify.com", "godaddysites.com",
	"wordpress.com", "tumblr.com", "medium.com", "notion.site",
	"notion.so", "canva.site", "framer.website", "framer.app",
	"strikingly.com", "jimdofree.com", "jimdosite.com", "yolasite.com",
	"000webhostapp.com", "infinityfreeapp.com", "altervista.org",
	"duckdns.org", "ddns.net", "hopto.org", "no-ip.org", "dynu.net",
	"ipfs.io", "dweb.link", "typeform.com", "jotform.com",
	"surveymonkey.com", "dropbox.com", "dropboxusercontent.com",
	"mediafire.com", "mega.nz", "sharepoint.com", "onedrive.live.com",
	"1drv.ms", "box.com", "wetransfer.com", "kir.jp", "xsrv.jp",
	"sakura.ne.jp", "lolipop.jp", "heteml.jp", "ssl-lolipop.jp",
	"fc2.com", "fc2web.com", "ameblo.jp", "hatenablog.com",
	"livedoor.jp", "livedoor.blog", "seesaa.net", "exblog.jp",
	"muragon.com", "goope.jp", "peraichi.com", "crayonsite.net",
	"web.fc2.com", "cloudflare.net", "akamaized.net",
};

static const char *const shorteners[] = {
	"bit.ly", "j.mp", "t.co", "goo.gl", "tinyurl.com", "is.gd", "v.gd",
	"ow.ly", "buff.ly", "rebrand.ly", "cutt.ly", "rb.gy", "t.ly",
	"shorturl.at", "s.id", "lnkd.in", "tiny.cc", "bl.ink", "short.io",
	"adf.ly", "x.gd", "00m.in", "onl.tw", "onl.la", "ux.nu", "qr.ae",
	"qrco.de", "me-qr.com", "linktr.ee", "lit.link", "amzn.to",
	"youtu.be", "fb.me", "wa.me", "t.me", "lin.ee",
};

static const char *const providers[] = {
	"gmail.com", "googlemail.com", "outlook.com", "outlook.jp",
	"hotmail.com", "hotmail.co.jp", "live.com", "live.jp", "msn.com",
	"yahoo.com", "yahoo.co.jp", "ymail.ne.jp", "ymail.com",
	"rocketmail.com", "icloud.com", "me.com", "mac.com", "aol.com",
	"gmx.com", "gmx.de", "gmx.net", "web.de", "mail.ru", "yandex.ru",
	"yandex.com", "proton.me", "protonmail.com", "tutanota.com",
	"zoho.com", "mail.com", "qq.com", "163.com", "126.com", "sina.com",
	"naver.com", "daum.net", "docomo.ne.jp", "ezweb.ne.jp", "au.com",
	"softbank.ne.jp", "i.softbank.jp", "ymobile.ne.jp", "nifty.com",
	"biglobe.ne.jp", "ocn.ne.jp", "so-net.ne.jp", "plala.or.jp",
	"dion.ne.jp", "odn.ne.jp", "asahi-net.or.jp", "excite.co.jp",
	"rakuten.jp", "jcom.zaq.ne.jp", "zaq.ne.jp", "hi-ho.ne.jp",
	"wakwak.com", "infoseek.jp", "onmicrosoft.com",
};

static const char *const sites[] = {
	"google.com", "google.co.jp", "googleapis.com", "gstatic.com",
	"youtube.com", "facebook.com", "instagram.com", "twitter.com",
	"x.com", "line.me", "whatsapp.com", "linkedin.com", "tiktok.com",
	"pinterest.com", "reddit.com", "wikipedia.org", "amazon.com",
	"amazon.co.jp", "apple.com", "microsoft.com", "office.com",
	"office365.com", "live.net", "windows.net", "microsoftonline.com",
	"bing.com", "baidu.com", "github.com", "gitlab.com",
	"cloudflare.com", "akamai.net", "adobe.com", "paypal.com",
	"ebay.com", "netflix.com", "spotify.com", "zoom.us", "slack.com",
	"discord.com", "discord.gg", "telegram.org", "rakuten.co.jp",
	"mercari.com", "cookpad.com", "nicovideo.jp", "dmm.com", "dmm.co.jp",
	"note.com", "qiita.com", "hatena.ne.jp", "goo.ne.jp", "nhk.or.jp",
	"nikkei.com", "asahi.com", "jp-bank.japanpost.jp", "japanpost.jp",
	"example.com", "example.jp", "mozilla.org", "archive.org",
	"cloudflareinsights.com", "jsdelivr.net", "unpkg.com",
	"jquery.com", "w3.org", "mailchimp.com",
};

struct shared {
	const char *what;
	const char *const *names;
	size_t n;
};

static const struct shared shared[] = {
	{ "a page or file host", pages, nitems(pages) },
	{ "a shortener", shorteners, nitems(shorteners) },
	{ "a mail provider", providers, nitems(providers) },
	{ "one of the largest sites", sites, nitems(sites) },
};

const char *
shared_name(struct str host)
{
	for (size_t i = 0; i < nitems(shared); i++)
		for (size_t k = 0; k < shared[i].n; k++)
			if (str_is(host, shared[i].names[k]))
				return shared[i].what;
	if (tracker_of(host) == TRACKER_CLICK &&
	    str_eq(host, host_registrable(host)))
		return "a click counter of a mail house";
	return NULL;
}
