/* SPDX-License-Identifier: Apache-2.0 */
/* Magic numbers of the files that come by mail. */
#include "rule/filetype.h"

#include "base/utf8.h"
#include "base/vec.h"

enum { HEAD = 4096 };

const char *const filetype_names[] = {
	"7z", "bzip2", "cab", "class", "data", "docx", "elf", "exe", "gif",
	"gzip", "html", "iso", "jar", "jpeg", "lnk", "mp4", "ole", "one",
	"pdf", "png", "pptx", "rar", "rtf", "svg", "text", "tnef", "webp",
	"xlsx", "xml", "xz", "zip", "zstd", NULL
};

#define MAGIC(at, bytes, name) { (at), STR_INIT(bytes), STR_INIT(name) }

static const struct magic {
	size_t at;
	struct str bytes;
	struct str name;
} magics[] = {
	MAGIC(0, "%PDF-", "pdf"),
	MAGIC(0, "MZ", "exe"),
	MAGIC(0, "\x7f""ELF", "elf"),
	MAGIC(0, "Rar!\x1a\x07", "rar"),
	MAGIC(0, "7z\xbc\xaf\x27\x1c", "7z"),
	MAGIC(0, "\x1f\x8b", "gzip"),
	MAGIC(0, "BZh", "bzip2"),
	MAGIC(0, "\xfd""7zXZ", "xz"),
	MAGIC(0, "\x28\xb5\x2f\xfd", "zstd"),
	MAGIC(0, "MSCF", "cab"),
	MAGIC(0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
	MAGIC(0, "{\\rtf", "rtf"),
	MAGIC(0, "\x78\x9f\x3e\x22", "tnef"),
	MAGIC(0, "\x4c\0\0\0\x01\x14\x02\0", "lnk"),
	MAGIC(0, "\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d", "one"),
	MAGIC(0, "\x89PNG", "png"),
	MAGIC(0, "\xff\xd8\xff", "jpeg"),
	MAGIC(0, "GIF8", "gif"),
	MAGIC(8, "WEBP", "webp"),
	MAGIC(4, "ftyp", "mp4"),
	MAGIC(32769, "CD001", "iso"),
	MAGIC(0, "\xca\xfe\xba\xbe", "class"),
};

static const struct mark_up {
	struct str tag;
	struct str name;
} mark_ups[] = {
	{ STR_INIT("<!doctype html"), STR_INIT("html") },
	{ STR_INIT("<html"), STR_INIT("html") },
	{ STR_INIT("<head"), STR_INIT("html") },
	{ STR_INIT("<body"), STR_INIT("html") },
	{ STR_INIT("<script"), STR_INIT("html") },
	{ STR_INIT("<svg"), STR_INIT("svg") },
	{ STR_INIT("<?xml"), STR_INIT("xml") },
};

/* Office files and Java archives are archives with known names inside. */
static struct str
zip_kind(struct str bytes)
{
	struct str head = str_head(bytes, HEAD);

	if (str_find_str(head, STR("word/")) != head.n)
		return STR("docx");
	if (str_find_str(head, STR("xl/")) != head.n)
		return STR("xlsx");
	if (str_find_str(head, STR("ppt/")) != head.n)
		return STR("pptx");
	if (str_find_str(head, STR("META-INF/MANIFEST")) != head.n)
		return STR("jar");
	return STR("zip");
}

static bool
find_mark_up(struct str bytes, struct str *name)
{
	struct str head = str_head(bytes, HEAD);

	str_skip(&head, STR("\xef\xbb\xbf"));
	head = str_trim(head);
	for (size_t i = 0; i < nitems(mark_ups); i++) {
		if (!str_case_starts(head, mark_ups[i].tag))
			continue;
		*name = mark_ups[i].name;
		if (str_is(*name, "xml") &&
		    str_case_find_str(head, STR("<svg")) != head.n)
			*name = STR("svg");
		return true;
	}
	return false;
}

static bool
is_text(struct str bytes)
{
	struct str head = str_head(bytes, HEAD);

	for (size_t i = 0; i < head.n; i++) {
		unsigned char c = (unsigned char)head.p[i];

		if (c < 0x20 && !ascii_is_space((char)c) && c != 0x1b)
			return false;
	}
	return true;
}

struct str
filetype_of(struct str bytes)
{
	struct str name;

	if (str_starts(bytes, STR("PK\x03\x04")))
		return zip_kind(bytes);
	if (find_mark_up(bytes, &name))
		return name;
	for (size_t i = 0; i < nitems(magics); i++)
		if (str_starts(str_from(bytes, magics[i].at),
		        magics[i].bytes))
			return magics[i].name;
	return is_text(bytes) ? STR("text") : STR("data");
}
