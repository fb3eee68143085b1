/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Labels of charsets: every one a browser knows (WHATWG Encoding), and those
 * that mail programs write besides.  Names mean the superset that senders
 * mean by them: "iso-8859-1" is windows-1252, "gb2312" GB 18030.
 */
#include "mail/charsetlabel.h"

#include <stdlib.h>
#include <string.h>

#include "base/vec.h"

const struct charset charset_utf8 = { .name = "utf-8", .kind = KIND_UTF8 };
const struct charset charset_ascii = { .name = "us-ascii",
	.kind = KIND_ASCII };
const struct charset charset_cp932 = { .name = "shift_jis", .kind = KIND_JIS,
	.jis = JIS_CP932 };
const struct charset charset_euc = { .name = "euc-jp", .kind = KIND_JIS,
	.jis = JIS_EUC };
const struct charset charset_iso2022 = { .name = "iso-2022-jp",
	.kind = KIND_JIS, .jis = JIS_ISO2022 };
const struct charset charset_western = { .name = "windows-1252",
	.kind = KIND_ICU, .icu = "windows-1252" };

static const struct charset shift_2004 = { .name = "shift_jis-2004",
	.kind = KIND_JIS, .jis = JIS_SHIFT_2004 };
static const struct charset euc_2004 = { .name = "euc-jis-2004",
	.kind = KIND_JIS, .jis = JIS_EUC_2004 };
static const struct charset utf7 = { .name = "utf-7", .kind = KIND_ICU,
	.icu = "utf-7" };
static const struct charset latin1 = { .name = "iso-8859-1",
	.kind = KIND_ICU, .icu = "windows-1252" };
static const struct charset turkish = { .name = "iso-8859-9",
	.kind = KIND_ICU, .icu = "windows-1254" };
static const struct charset latin10 = { .name = "iso-8859-16",
	.kind = KIND_LATIN10 };
static const struct charset user = { .name = "x-user-defined",
	.kind = KIND_USER };
static const struct charset chinese = { .name = "gb2312", .kind = KIND_ICU,
	.icu = "gb18030" };
static const struct charset gbk = { .name = "gbk", .kind = KIND_ICU,
	.icu = "gb18030" };
static const struct charset korean = { .name = "euc-kr", .kind = KIND_ICU,
	.icu = "windows-949" };
static const struct charset utf16 = { .name = "utf-16", .kind = KIND_UTF16,
	.icu = "utf-16le" };
static const struct charset utf16le = { .name = "utf-16le",
	.kind = KIND_UTF16, .icu = "utf-16le" };
static const struct charset utf16be = { .name = "utf-16be",
	.kind = KIND_UTF16, .icu = "utf-16be" };
static const struct charset ibm866 = {
	.name = "ibm866", .kind = KIND_ICU, .icu = "ibm-866"
};
static const struct charset iso_8859_2 = {
	.name = "iso-8859-2", .kind = KIND_ICU, .icu = "iso-8859-2"
};
static const struct charset iso_8859_3 = {
	.name = "iso-8859-3", .kind = KIND_ICU, .icu = "iso-8859-3"
};
static const struct charset iso_8859_4 = {
	.name = "iso-8859-4", .kind = KIND_ICU, .icu = "iso-8859-4"
};
static const struct charset iso_8859_5 = {
	.name = "iso-8859-5", .kind = KIND_ICU, .icu = "iso-8859-5"
};
static const struct charset iso_8859_6 = {
	.name = "iso-8859-6", .kind = KIND_ICU, .icu = "iso-8859-6"
};
static const struct charset iso_8859_7 = {
	.name = "iso-8859-7", .kind = KIND_ICU, .icu = "iso-8859-7"
};
static const struct charset iso_8859_8 = {
	.name = "iso-8859-8", .kind = KIND_ICU, .icu = "iso-8859-8"
};
static const struct charset iso_8859_8_i = {
	.name = "iso-8859-8-i", .kind = KIND_ICU, .icu = "iso-8859-8"
};
static const struct charset iso_8859_10 = {
	.name = "iso-8859-10", .kind = KIND_ICU, .icu = "iso-8859-10"
};
static const struct charset iso_8859_13 = {
	.name = "iso-8859-13", .kind = KIND_ICU, .icu = "iso-8859-13"
};
static const struct charset iso_8859_14 = {
	.name = "iso-8859-14", .kind = KIND_ICU, .icu = "iso-8859-14"
};
static const struct charset iso_8859_15 = {
	.name = "iso-8859-15", .kind = KIND_ICU, .icu = "iso-8859-15"
};
static const struct charset koi8_r = {
	.name = "koi8-r", .kind = KIND_ICU, .icu = "koi8-r"
};
static const struct charset koi8_u = {
	.name = "koi8-u", .kind = KIND_ICU, .icu = "koi8-u"
};
static const struct charset macintosh = {
	.name = "macintosh", .kind = KIND_ICU, .icu = "macintosh"
};
static const struct charset windows_874 = {
	.name = "windows-874", .kind = KIND_ICU, .icu = "windows-874-2000"
};
static const struct charset windows_1250 = {
	.name = "windows-1250", .kind = KIND_ICU, .icu = "windows-1250"
};
static const struct charset windows_1251 = {
	.name = "windows-1251", .kind = KIND_ICU, .icu = "windows-1251"
};
static const struct charset windows_1253 = {
	.name = "windows-1253", .kind = KIND_ICU, .icu = "windows-1253"
};
static const struct charset windows_1254 = {
	.name = "windows-1254", .kind = KIND_ICU, .icu = "windows-1254"
};
static const struct charset windows_1255 = {
	.name = "windows-1255", .kind = KIND_ICU, .icu = "windows-1255"
};
static const struct charset windows_1256 = {
	.name = "windows-1256", .kind = KIND_ICU, .icu = "windows-1256"
};
static const struct charset windows_1257 = {
	.name = "windows-1257", .kind = KIND_ICU, .icu = "windows-1257"
};
static const struct charset windows_1258 = {
	.name = "windows-1258", .kind = KIND_ICU, .icu = "windows-1258"
};
static const struct charset x_mac_cyrillic = {
	.name = "x-mac-cyrillic", .kind = KIND_ICU, .icu = "x-mac-cyrillic"
};
static const struct charset gb18030 = {
	.name = "gb18030", .kind = KIND_ICU, .icu = "gb18030"
};
static const struct charset big5 = {
	.name = "big5", .kind = KIND_ICU, .icu = "big5-hkscs"
};

/* Lower case, "_" as "-", in order of bytes. */
static const struct label {
	const char *label;
	const struct charset *charset;
} labels[] = {
	{ "866", &ibm866 },
	{ "ansi-x3.4-1968", &charset_ascii },
	{ "arabic", &iso_8859_6 },
	{ "ascii", &charset_ascii },
	{ "asmo-708", &iso_8859_6 },
	{ "big5", &big5 },
	{ "big5-hkscs", &big5 },
	{ "cesu-8", &charset_utf8 },
	{ "chinese", &gbk },
	{ "cn-big5", &big5 },
	{ "cp1250", &windows_1250 },
	{ "cp1251", &windows_1251 },
	{ "cp1252", &charset_western },
	{ "cp1253", &windows_1253 },
	{ "cp1254", &windows_1254 },
	{ "cp1255", &windows_1255 },
	{ "cp1256", &windows_1256 },
	{ "cp1257", &windows_1257 },
	{ "cp1258", &windows_1258 },
	{ "cp20932", &charset_euc },
	{ "cp50220", &charset_iso2022 },
	{ "cp50221", &charset_iso2022 },
	{ "cp50222", &charset_iso2022 },
	{ "cp51932", &charset_euc },
	{ "cp819", &latin1 },
	{ "cp866", &ibm866 },
	{ "cp932", &charset_cp932 },
	{ "cp936", &gbk },
	{ "cp949", &korean },
	{ "csbig5", &big5 },
	{ "cseuckr", &korean },
	{ "cseucpkdfmtjapanese", &charset_euc },
	{ "csgb2312", &chinese },
	{ "csibm866", &ibm866 },
	{ "csiso2022jp", &charset_iso2022 },
	{ "csiso2022jp2", &charset_iso2022 },
	{ "csiso58gb231280", &gbk },
	{ "csiso88596e", &iso_8859_6 },
	{ "csiso88596i", &iso_8859_6 },
	{ "csiso88598e", &iso_8859_8 },
	{ "csiso88598i", &iso_8859_8_i },
	{ "csisolatin1", &latin1 },
	{ "csisolatin2", &iso_8859_2 },
	{ "csisolatin3", &iso_8859_3 },
	{ "csisolatin4", &iso_8859_4 },
	{ "csisolatin5", &turkish },
	{ "csisolatin6", &iso_8859_10 },
	{ "csisolatin9", &iso_8859_15 },
	{ "csisolatinarabic", &iso_8859_6 },
	{ "csisolatincyrillic", &iso_8859_5 },
	{ "csisolatingreek", &iso_8859_7 },
	{ "csisolatinhebrew", &iso_8859_8 },
	{ "cskoi8r", &koi8_r },
	{ "csksc56011987", &korean },
	{ "csmacintosh", &macintosh },
	{ "csshiftjis", &charset_cp932 },
	{ "csunicode", &utf16le },
	{ "csunicode11utf7", &utf7 },
	{ "csutf7", &utf7 },
	{ "cswindows31j", &charset_cp932 },
	{ "cyrillic", &iso_8859_5 },
	{ "dos-874", &windows_874 },
	{ "ecma-114", &iso_8859_6 },
	{ "ecma-118", &iso_8859_7 },
	{ "elot-928", &iso_8859_7 },
	{ "euc", &charset_euc },
	{ "euc-jis-2004", &euc_2004 },
	{ "euc-jisx0213", &euc_2004 },
	{ "euc-jp", &charset_euc },
	{ "euc-jp-ms", &charset_euc },
	{ "euc-kr", &korean },
	{ "eucjp", &charset_euc },
	{ "eucjp-ms", &charset_euc },
	{ "eucjp-win", &charset_euc },
	{ "gb-2312", &gbk },
	{ "gb-2312-80", &chinese },
	{ "gb18030", &gb18030 },
	{ "gb2312", &chinese },
	{ "gbk", &gbk },
	{ "greek", &iso_8859_7 },
	{ "greek8", &iso_8859_7 },
	{ "hebrew", &iso_8859_8 },
	{ "ibm-943", &charset_cp932 },
	{ "ibm819", &latin1 },
	{ "ibm866", &ibm866 },
	{ "iso-10646-ucs-2", &utf16le },
	{ "iso-2022-jp", &charset_iso2022 },
	{ "iso-2022-jp-1", &charset_iso2022 },
	{ "iso-2022-jp-2", &charset_iso2022 },
	{ "iso-2022-jp-2004", &charset_iso2022 },
	{ "iso-2022-jp-3", &charset_iso2022 },
	{ "iso-2022-jp-ext", &charset_iso2022 },
	{ "iso-2022-jp-ms", &charset_iso2022 },
	{ "iso-8859-1", &latin1 },
	{ "iso-8859-10", &iso_8859_10 },
	{ "iso-8859-11", &windows_874 },
	{ "iso-8859-13", &iso_8859_13 },
	{ "iso-8859-14", &iso_8859_14 },
	{ "iso-8859-15", &iso_8859_15 },
	{ "iso-8859-16", &latin10 },
	{ "iso-8859-1:1987", &latin1 },
	{ "iso-8859-2", &iso_8859_2 },
	{ "iso-8859-2:1987", &iso_8859_2 },
	{ "iso-8859-3", &iso_8859_3 },
	{ "iso-8859-3:1988", &iso_8859_3 },
	{ "iso-8859-4", &iso_8859_4 },
	{ "iso-8859-4:1988", &iso_8859_4 },
	{ "iso-8859-5", &iso_8859_5 },
	{ "iso-8859-5:1988", &iso_8859_5 },
	{ "iso-8859-6", &iso_8859_6 },
	{ "iso-8859-6-e", &iso_8859_6 },
	{ "iso-8859-6-i", &iso_8859_6 },
	{ "iso-8859-6:1987", &iso_8859_6 },
	{ "iso-8859-7", &iso_8859_7 },
	{ "iso-8859-7:1987", &iso_8859_7 },
	{ "iso-8859-8", &iso_8859_8 },
	{ "iso-8859-8-e", &iso_8859_8 },
	{ "iso-8859-8-i", &iso_8859_8_i },
	{ "iso-8859-8:1988", &iso_8859_8 },
	{ "iso-8859-9", &turkish },
	{ "iso-8859-9:1989", &turkish },
	{ "iso-ir-100", &latin1 },
	{ "iso-ir-101", &iso_8859_2 },
	{ "iso-ir-109", &iso_8859_3 },
	{ "iso-ir-110", &iso_8859_4 },
	{ "iso-ir-126", &iso_8859_7 },
	{ "iso-ir-127", &iso_8859_6 },
	{ "iso-ir-138", &iso_8859_8 },
	{ "iso-ir-144", &iso_8859_5 },
	{ "iso-ir-148", &turkish },
	{ "iso-ir-149", &korean },
	{ "iso-ir-157", &iso_8859_10 },
	{ "iso-ir-58", &gbk },
	{ "iso2022-jp", &charset_iso2022 },
	{ "iso2022jp", &charset_iso2022 },
	{ "iso646-us", &charset_ascii },
	{ "iso8859-1", &latin1 },
	{ "iso8859-10", &iso_8859_10 },
	{ "iso8859-11", &windows_874 },
	{ "iso8859-13", &iso_8859_13 },
	{ "iso8859-14", &iso_8859_14 },
	{ "iso8859-15", &iso_8859_15 },
	{ "iso8859-2", &iso_8859_2 },
	{ "iso8859-3", &iso_8859_3 },
	{ "iso8859-4", &iso_8859_4 },
	{ "iso8859-5", &iso_8859_5 },
	{ "iso8859-6", &iso_8859_6 },
	{ "iso8859-7", &iso_8859_7 },
	{ "iso8859-8", &iso_8859_8 },
	{ "iso8859-9", &turkish },
	{ "iso88591", &latin1 },
	{ "iso885910", &iso_8859_10 },
	{ "iso885911", &windows_874 },
	{ "iso885913", &iso_8859_13 },
	{ "iso885914", &iso_8859_14 },
	{ "iso885915", &iso_8859_15 },
	{ "iso88592", &iso_8859_2 },
	{ "iso88593", &iso_8859_3 },
	{ "iso88594", &iso_8859_4 },
	{ "iso88595", &iso_8859_5 },
	{ "iso88596", &iso_8859_6 },
	{ "iso88597", &iso_8859_7 },
	{ "iso88598", &iso_8859_8 },
	{ "iso88599", &turkish },
	{ "jis", &charset_iso2022 },
	{ "jis7", &charset_iso2022 },
	{ "koi", &koi8_r },
	{ "koi8", &koi8_r },
	{ "koi8-r", &koi8_r },
	{ "koi8-ru", &koi8_u },
	{ "koi8-u", &koi8_u },
	{ "korean", &korean },
	{ "ks-c-5601", &korean },
	{ "ks-c-5601-1987", &korean },
	{ "ks-c-5601-1989", &korean },
	{ "ksc-5601", &korean },
	{ "ksc5601", &korean },
	{ "l1", &latin1 },
	{ "l2", &iso_8859_2 },
	{ "l3", &iso_8859_3 },
	{ "l4", &iso_8859_4 },
	{ "l5", &turkish },
	{ "l6", &iso_8859_10 },
	{ "l9", &iso_8859_15 },
	{ "latin1", &latin1 },
	{ "latin2", &iso_8859_2 },
	{ "latin3", &iso_8859_3 },
	{ "latin4", &iso_8859_4 },
	{ "latin5", &turkish },
	{ "latin6", &iso_8859_10 },
	{ "logical", &iso_8859_8_i },
	{ "mac", &macintosh },
	{ "macintosh", &macintosh },
	{ "ms-kanji", &charset_cp932 },
	{ "ms932", &charset_cp932 },
	{ "ms949", &korean },
	{ "mskanji", &charset_cp932 },
	{ "shift-jis", &charset_cp932 },
	{ "shift-jis-2004", &shift_2004 },
	{ "shift-jisx0213", &shift_2004 },
	{ "shiftjis", &charset_cp932 },
	{ "sjis", &charset_cp932 },
	{ "sjis-win", &charset_cp932 },
	{ "sun-eu-greek", &iso_8859_7 },
	{ "tis-620", &windows_874 },
	{ "ucs-2", &utf16le },
	{ "uhc", &korean },
	{ "ujis", &charset_euc },
	{ "unicode", &utf16le },
	{ "unicode-1-1-utf-7", &utf7 },
	{ "unicode-1-1-utf-8", &charset_utf8 },
	{ "unicode-2-0-utf-7", &utf7 },
	{ "unicode11utf7", &utf7 },
	{ "unicode11utf8", &charset_utf8 },
	{ "unicode20utf8", &charset_utf8 },
	{ "unicodefeff", &utf16le },
	{ "unicodefffe", &utf16be },
	{ "us-ascii", &charset_ascii },
	{ "utf-16", &utf16 },
	{ "utf-16be", &utf16be },
	{ "utf-16le", &utf16le },
	{ "utf-7", &utf7 },
	{ "utf-8", &charset_utf8 },
	{ "utf7", &utf7 },
	{ "utf8", &charset_utf8 },
	{ "utf8mb4", &charset_utf8 },
	{ "visual", &iso_8859_8 },
	{ "windows-1250", &windows_1250 },
	{ "windows-1251", &windows_1251 },
	{ "windows-1252", &charset_western },
	{ "windows-1253", &windows_1253 },
	{ "windows-1254", &windows_1254 },
	{ "windows-1255", &windows_1255 },
	{ "windows-1256", &windows_1256 },
	{ "windows-1257", &windows_1257 },
	{ "windows-1258", &windows_1258 },
	{ "windows-31j", &charset_cp932 },
	{ "windows-50220", &charset_iso2022 },
	{ "windows-50221", &charset_iso2022 },
	{ "windows-50222", &charset_iso2022 },
	{ "windows-874", &windows_874 },
	{ "windows-932", &charset_cp932 },
	{ "windows-949", &korean },
	{ "x-cp1250", &windows_1250 },
	{ "x-cp1251", &windows_1251 },
	{ "x-cp1252", &charset_western },
	{ "x-cp1253", &windows_1253 },
	{ "x-cp1254", &windows_1254 },
	{ "x-cp1255", &windows_1255 },
	{ "x-cp1256", &windows_1256 },
	{ "x-cp1257", &windows_1257 },
	{ "x-cp1258", &windows_1258 },
	{ "x-euc", &charset_euc },
	{ "x-euc-jp", &charset_euc },
	{ "x-gbk", &gbk },
	{ "x-iso-2022-jp", &charset_iso2022 },
	{ "x-mac-cyrillic", &x_mac_cyrillic },
	{ "x-mac-roman", &macintosh },
	{ "x-mac-ukrainian", &x_mac_cyrillic },
	{ "x-ms-cp932", &charset_cp932 },
	{ "x-mskanji", &charset_cp932 },
	{ "x-sjis", &charset_cp932 },
	{ "x-unicode-2-0-utf-7", &utf7 },
	{ "x-unicode20utf8", &charset_utf8 },
	{ "x-user-defined", &user },
	{ "x-utf-8", &charset_utf8 },
	{ "x-x-big5", &big5 },
};

static int
by_label(const void *key, const void *row)
{
	return strcmp(key, ((const struct label *)row)->label);
}

const struct charset *
charset_of_label(const char *label)
{
	const struct label *row = bsearch(label, labels, nitems(labels),
	    sizeof(*labels), by_label);

	return row == NULL ? NULL : row->charset;
}
