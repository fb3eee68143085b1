/* SPDX-License-Identifier: Apache-2.0 */
/* The names, in the order of their bytes, as they are looked for by halves. */
#include "rule/sharedname.h"

#include <stdlib.h>

#include "base/vec.h"
#include "mail/url.h"
#include "rule/trackers.h"

struct shared_row {
	const char *name;
	enum shared_kind kind;
};

/* clang-format off */
static const struct shared_row shared[] = {
	{ "000webhostapp.com", SHARED_PAGES }, { "00m.in", SHARED_SHORTENER },
	{ "126.com", SHARED_PROVIDER }, { "163.com", SHARED_PROVIDER },
	{ "1drv.ms", SHARED_PAGES }, { "adf.ly", SHARED_SHORTENER },
	{ "adobe.com", SHARED_SITE }, { "akamai.net", SHARED_SITE },
	{ "akamaized.net", SHARED_PAGES }, { "altervista.org", SHARED_PAGES },
	{ "amazon.co.jp", SHARED_SITE }, { "amazon.com", SHARED_SITE },
	{ "amazonaws.com", SHARED_PAGES }, { "ameblo.jp", SHARED_PAGES },
	{ "amzn.to", SHARED_SHORTENER }, { "aol.com", SHARED_PROVIDER },
	{ "apple.com", SHARED_SITE }, { "appspot.com", SHARED_PAGES },
	{ "archive.org", SHARED_SITE }, { "asahi-net.or.jp", SHARED_PROVIDER },
	{ "asahi.com", SHARED_SITE }, { "au.com", SHARED_PROVIDER },
	{ "awsapprunner.com", SHARED_PAGES }, { "azureedge.net", SHARED_PAGES },
	{ "azurewebsites.net", SHARED_PAGES }, { "baidu.com", SHARED_SITE },
	{ "biglobe.ne.jp", SHARED_PROVIDER }, { "bing.com", SHARED_SITE },
	{ "bit.ly", SHARED_SHORTENER }, { "bitbucket.io", SHARED_PAGES },
	{ "bl.ink", SHARED_SHORTENER },
	{ "blob.core.windows.net", SHARED_PAGES },
	{ "blogspot.com", SHARED_PAGES }, { "box.com", SHARED_PAGES },
	{ "buff.ly", SHARED_SHORTENER }, { "canva.com", SHARED_PAGES },
	{ "canva.site", SHARED_PAGES },
	{ "cloudapp.azure.com", SHARED_PAGES },
	{ "cloudapp.net", SHARED_PAGES }, { "cloudflare.com", SHARED_SITE },
	{ "cloudflare.net", SHARED_PAGES },
	{ "cloudflareinsights.com", SHARED_SITE },
	{ "cloudfront.net", SHARED_PAGES }, { "cookpad.com", SHARED_SITE },
	{ "crayonsite.net", SHARED_PAGES }, { "cutt.ly", SHARED_SHORTENER },
	{ "daum.net", SHARED_PROVIDER }, { "ddns.net", SHARED_PAGES },
	{ "dion.ne.jp", SHARED_PROVIDER }, { "discord.com", SHARED_SITE },
	{ "discord.gg", SHARED_SITE }, { "dmm.co.jp", SHARED_SITE },
	{ "dmm.com", SHARED_SITE }, { "docomo.ne.jp", SHARED_PROVIDER },
	{ "docs.google.com", SHARED_PAGES },
	{ "drive.google.com", SHARED_PAGES }, { "dropbox.com", SHARED_PAGES },
	{ "dropboxusercontent.com", SHARED_PAGES },
	{ "duckdns.org", SHARED_PAGES }, { "dweb.link", SHARED_PAGES },
	{ "dynu.net", SHARED_PAGES }, { "ebay.com", SHARED_SITE },
	{ "example.com", SHARED_SITE }, { "example.jp", SHARED_SITE },
	{ "exblog.jp", SHARED_PAGES }, { "excite.co.jp", SHARED_PROVIDER },
	{ "ezweb.ne.jp", SHARED_PROVIDER }, { "facebook.com", SHARED_SITE },
	{ "fb.me", SHARED_SHORTENER }, { "fc2.com", SHARED_PAGES },
	{ "fc2web.com", SHARED_PAGES }, { "firebaseapp.com", SHARED_PAGES },
	{ "fly.dev", SHARED_PAGES }, { "forms.gle", SHARED_PAGES },
	{ "framer.app", SHARED_PAGES }, { "framer.website", SHARED_PAGES },
	{ "github.com", SHARED_SITE }, { "github.io", SHARED_PAGES },
	{ "githubusercontent.com", SHARED_PAGES },
	{ "gitlab.com", SHARED_SITE }, { "gitlab.io", SHARED_PAGES },
	{ "glitch.me", SHARED_PAGES }, { "gmail.com", SHARED_PROVIDER },
	{ "gmx.com", SHARED_PROVIDER }, { "gmx.de", SHARED_PROVIDER },
	{ "gmx.net", SHARED_PROVIDER }, { "godaddysites.com", SHARED_PAGES },
	{ "goo.gl", SHARED_SHORTENER }, { "goo.ne.jp", SHARED_SITE },
	{ "google.co.jp", SHARED_SITE }, { "google.com", SHARED_SITE },
	{ "googleapis.com", SHARED_SITE },
	{ "googlemail.com", SHARED_PROVIDER },
	{ "googleusercontent.com", SHARED_PAGES }, { "goope.jp", SHARED_PAGES },
	{ "gstatic.com", SHARED_SITE }, { "hatena.ne.jp", SHARED_SITE },
	{ "hatenablog.com", SHARED_PAGES }, { "herokuapp.com", SHARED_PAGES },
	{ "heteml.jp", SHARED_PAGES }, { "hi-ho.ne.jp", SHARED_PROVIDER },
	{ "hopto.org", SHARED_PAGES }, { "hotmail.co.jp", SHARED_PROVIDER },
	{ "hotmail.com", SHARED_PROVIDER },
	{ "i.softbank.jp", SHARED_PROVIDER }, { "icloud.com", SHARED_PROVIDER },
	{ "infinityfreeapp.com", SHARED_PAGES },
	{ "infoseek.jp", SHARED_PROVIDER }, { "instagram.com", SHARED_SITE },
	{ "ipfs.io", SHARED_PAGES }, { "is.gd", SHARED_SHORTENER },
	{ "j.mp", SHARED_SHORTENER }, { "japanpost.jp", SHARED_SITE },
	{ "jcom.zaq.ne.jp", SHARED_PROVIDER },
	{ "jimdofree.com", SHARED_PAGES }, { "jimdosite.com", SHARED_PAGES },
	{ "jotform.com", SHARED_PAGES },
	{ "jp-bank.japanpost.jp", SHARED_SITE }, { "jquery.com", SHARED_SITE },
	{ "jsdelivr.net", SHARED_SITE }, { "kir.jp", SHARED_PAGES },
	{ "lin.ee", SHARED_SHORTENER }, { "line.me", SHARED_SITE },
	{ "linkedin.com", SHARED_SITE }, { "linktr.ee", SHARED_SHORTENER },
	{ "lit.link", SHARED_SHORTENER }, { "live.com", SHARED_PROVIDER },
	{ "live.jp", SHARED_PROVIDER }, { "live.net", SHARED_SITE },
	{ "livedoor.blog", SHARED_PAGES }, { "livedoor.jp", SHARED_PAGES },
	{ "lnkd.in", SHARED_SHORTENER }, { "lolipop.jp", SHARED_PAGES },
	{ "mac.com", SHARED_PROVIDER }, { "mail.com", SHARED_PROVIDER },
	{ "mail.ru", SHARED_PROVIDER }, { "mailchimp.com", SHARED_SITE },
	{ "me-qr.com", SHARED_SHORTENER }, { "me.com", SHARED_PROVIDER },
	{ "mediafire.com", SHARED_PAGES }, { "medium.com", SHARED_PAGES },
	{ "mega.nz", SHARED_PAGES }, { "mercari.com", SHARED_SITE },
	{ "microsoft.com", SHARED_SITE },
	{ "microsoftonline.com", SHARED_SITE }, { "mozilla.org", SHARED_SITE },
	{ "msn.com", SHARED_PROVIDER }, { "muragon.com", SHARED_PAGES },
	{ "myshopify.com", SHARED_PAGES }, { "naver.com", SHARED_PROVIDER },
	{ "netflix.com", SHARED_SITE }, { "netlify.app", SHARED_PAGES },
	{ "ngrok-free.app", SHARED_PAGES }, { "ngrok.io", SHARED_PAGES },
	{ "nhk.or.jp", SHARED_SITE }, { "nicovideo.jp", SHARED_SITE },
	{ "nifty.com", SHARED_PROVIDER }, { "nikkei.com", SHARED_SITE },
	{ "no-ip.org", SHARED_PAGES }, { "note.com", SHARED_SITE },
	{ "notion.site", SHARED_PAGES }, { "notion.so", SHARED_PAGES },
	{ "ocn.ne.jp", SHARED_PROVIDER }, { "odn.ne.jp", SHARED_PROVIDER },
	{ "office.com", SHARED_SITE }, { "office365.com", SHARED_SITE },
	{ "onedrive.live.com", SHARED_PAGES }, { "onl.la", SHARED_SHORTENER },
	{ "onl.tw", SHARED_SHORTENER }, { "onmicrosoft.com", SHARED_PROVIDER },
	{ "onrender.com", SHARED_PAGES }, { "outlook.com", SHARED_PROVIDER },
	{ "outlook.jp", SHARED_PROVIDER }, { "ow.ly", SHARED_SHORTENER },
	{ "pages.dev", SHARED_PAGES }, { "paypal.com", SHARED_SITE },
	{ "peraichi.com", SHARED_PAGES }, { "pinterest.com", SHARED_SITE },
	{ "plala.or.jp", SHARED_PROVIDER }, { "proton.me", SHARED_PROVIDER },
	{ "protonmail.com", SHARED_PROVIDER }, { "qiita.com", SHARED_SITE },
	{ "qq.com", SHARED_PROVIDER }, { "qr.ae", SHARED_SHORTENER },
	{ "qr.paps.jp", SHARED_SHORTENER },
	{ "qrco.de", SHARED_SHORTENER }, { "r2.dev", SHARED_PAGES },
	{ "rakuten.co.jp", SHARED_SITE }, { "rakuten.jp", SHARED_PROVIDER },
	{ "rb.gy", SHARED_SHORTENER }, { "rebrand.ly", SHARED_SHORTENER },
	{ "reddit.com", SHARED_SITE }, { "repl.co", SHARED_PAGES },
	{ "replit.app", SHARED_PAGES }, { "rocketmail.com", SHARED_PROVIDER },
	{ "run.app", SHARED_PAGES }, { "s.id", SHARED_SHORTENER },
	{ "sakura.ne.jp", SHARED_PAGES }, { "seesaa.net", SHARED_PAGES },
	{ "sharepoint.com", SHARED_PAGES }, { "short.io", SHARED_SHORTENER },
	{ "shorturl.at", SHARED_SHORTENER }, { "sina.com", SHARED_PROVIDER },
	{ "sites.google.com", SHARED_PAGES }, { "slack.com", SHARED_SITE },
	{ "so-net.ne.jp", SHARED_PROVIDER },
	{ "softbank.ne.jp", SHARED_PROVIDER }, { "spotify.com", SHARED_SITE },
	{ "squarespace.com", SHARED_PAGES }, { "ssl-lolipop.jp", SHARED_PAGES },
	{ "storage.googleapis.com", SHARED_PAGES },
	{ "strikingly.com", SHARED_PAGES }, { "surge.sh", SHARED_PAGES },
	{ "surveymonkey.com", SHARED_PAGES }, { "t.co", SHARED_SHORTENER },
	{ "t.ly", SHARED_SHORTENER }, { "t.me", SHARED_SHORTENER },
	{ "telegra.ph", SHARED_PAGES }, { "telegram.org", SHARED_SITE },
	{ "tiktok.com", SHARED_SITE },
	{ "tiny.cc", SHARED_SHORTENER }, { "tinyurl.com", SHARED_SHORTENER },
	{ "translate.goog", SHARED_PAGES },
	{ "trycloudflare.com", SHARED_PAGES }, { "tumblr.com", SHARED_PAGES },
	{ "tutanota.com", SHARED_PROVIDER }, { "twitter.com", SHARED_SITE },
	{ "typeform.com", SHARED_PAGES }, { "unpkg.com", SHARED_SITE },
	{ "ux.nu", SHARED_SHORTENER }, { "v.gd", SHARED_SHORTENER },
	{ "vercel.app", SHARED_PAGES }, { "w3.org", SHARED_SITE },
	{ "wa.me", SHARED_SHORTENER }, { "wakwak.com", SHARED_PROVIDER },
	{ "web.app", SHARED_PAGES }, { "web.core.windows.net", SHARED_PAGES },
	{ "web.de", SHARED_PROVIDER }, { "web.fc2.com", SHARED_PAGES },
	{ "webflow.io", SHARED_PAGES }, { "weebly.com", SHARED_PAGES },
	{ "wetransfer.com", SHARED_PAGES }, { "whatsapp.com", SHARED_SITE },
	{ "wikipedia.org", SHARED_SITE }, { "windows.net", SHARED_SITE },
	{ "wix.com", SHARED_PAGES }, { "wixsite.com", SHARED_PAGES },
	{ "wordpress.com", SHARED_PAGES }, { "workers.dev", SHARED_PAGES },
	{ "x.com", SHARED_SITE }, { "x.gd", SHARED_SHORTENER },
	{ "xsrv.jp", SHARED_PAGES }, { "yahoo.co.jp", SHARED_PROVIDER },
	{ "yahoo.com", SHARED_PROVIDER }, { "yandex.com", SHARED_PROVIDER },
	{ "yandex.ru", SHARED_PROVIDER }, { "ymail.com", SHARED_PROVIDER },
	{ "ymail.ne.jp", SHARED_PROVIDER },
	{ "ymobile.ne.jp", SHARED_PROVIDER }, { "yolasite.com", SHARED_PAGES },
	{ "youtu.be", SHARED_SHORTENER }, { "youtube.com", SHARED_SITE },
	{ "zaq.ne.jp", SHARED_PROVIDER }, { "zoho.com", SHARED_PROVIDER },
	{ "zoom.us", SHARED_SITE },
};
/* clang-format on */

static int
by_name(const void *key, const void *row)
{
	const struct str *name = key;

	return str_order(*name, str_of(((const struct shared_row *)row)->name));
}

enum shared_kind
shared_kind(struct str host)
{
	const struct shared_row *row = bsearch(&host, shared, nitems(shared),
	    sizeof(shared[0]), by_name);

	if (row != NULL)
		return row->kind;
	if (tracker_of(host) == TRACKER_CLICK &&
	    str_eq(host, host_registrable(host)))
		return SHARED_CLICKS;
	return SHARED_NONE;
}

const char *
shared_name(struct str host)
{
	static const char *const what[] = {
		[SHARED_NONE] = NULL,
		[SHARED_PAGES] = "a page or file host",
		[SHARED_SHORTENER] = "a shortener",
		[SHARED_PROVIDER] = "a mail provider",
		[SHARED_SITE] = "one of the largest sites",
		[SHARED_CLICKS] = "a click counter of a mail house",
	};

	return what[shared_kind(host)];
}

const char *
shared_name_above(struct str host)
{
	struct str own = host_registrable(host);
	const char *what = shared_name(host);

	while (what == NULL && host.n > own.n && own.n != 0) {
		host = str_from(host, str_find(host, '.') + 1);
		what = shared_name(host);
	}
	return what;
}
