/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An image with any bytes in it is refused, or matches without leaving it.
 * The input is a list of edits of six bytes to the sections of a sound image
 * (section, place, how, byte); checksums are made anew, as nobody who damages
 * an image by chance could.  The image is read as a file of its own too.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/log.h"
#include "base/vec.h"
#include "mail/message.h"
#include "rule/explain.h"
#include "rule/extract.h"
#include "rule/image.h"
#include "rule/ruleset.h"
#include "rule/verdict.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { EDIT = 6, EDITS_MOST = 64, ANSWER_MOST = 1 << 20, DAY = 20493 };

static const char *const packs_yaml[] = {
	"pack: 1\nkind: brands\nid: fuzz-brands\ntitle: x\nrevision: 1\n"
	"created: 2026-01-01\nstatus: stable\nmode: score\n"
	"review_by: 2099-12-31\nconfidence: medium\ntlp: clear\n"
	"references: [https://report.example/]\n"
	"brands:\n  kagoya:\n    name: Kagoya\n    names: [KAGOYA]\n"
	"    tokens: [kagoya]\n    basis: official\n"
	"    official: [kagoya.jp]\n    source: https://www.kagoya.jp/\n"
	"tests:\n"
	"  - {name: a, brand: kagoya, expect: match, mail: "
	"{from: a@b.example, subject: x, body: x}}\n"
	"  - {name: b, brand: kagoya, expect: clean, mail: "
	"{from: a@b.example, subject: y, body: y}}\n",
	"pack: 1\nkind: campaign\nid: fuzz-one\ntitle: x\nrevision: 1\n"
	"status: stable\nmode: score\ncreated: 2026-01-01\n"
	"expires: 2099-12-31\nseverity: high\nconfidence: high\n"
	"tlp: clear\nreferences: [https://report.example/]\ngroups:\n"
	"  sender:\n    score: 2\n    from.domain: sender.example\n"
	"    ip: 192.0.2.0/24\n    header:\n      X-Mailer: evil\n"
	"  lure:\n    score: 2\n    subject: 're:verif[a-z]{1,3}'\n"
	"    body: your account <any> now\n"
	"  landing:\n    score: 3\n    url.host: land.xyz\n"
	"    url.path: /kit-portal/\n"
	"when: landing or (sender and lure) or 2 of them\n"
	"tests:\n"
	"  - {name: a, expect: match, mail: {from: a@b.example, "
	"subject: x, body: x}}\n"
	"  - {name: b, expect: clean, mail: {from: a@b.example, "
	"subject: y, body: y}}\n",
};

static const char mail[] =
    "Received: from mx.example (mx.example [192.0.2.7]) by in.example; "
    "Mon, 9 Feb 2026 05:08:00 +0900\r\n"
    "From: KAGOYA <a@sender.example>\r\nTo: b@rcpt.example\r\n"
    "X-Mailer: evil\r\nSubject: please verify\r\n\r\n"
    "your account ends now https://land.xyz/kit-portal/ KAGOYA\r\n";

/* Made once. */
static struct arena *arena;
static struct fact_table table;
static struct image_writer sound;
static struct image_name name;

static void
make_sound(void)
{
	pack_list packs = { 0 };
	struct diags d;
	struct err e;

	arena = arena_new();
	log_set_level(LOG_LEVEL_ERROR);
	fact_table_init(&table, arena);
	diags_init(&d, arena);
	for (size_t i = 0; i < nitems(packs_yaml); i++) {
		struct pack *p;

		if (!pack_read(&p, arena, STR("fuzz.pack.yaml"),
		        str_of(packs_yaml[i]), &d)) {
			fprintf(stderr, "%.*s\n",
			    STR_ARG(d.list.at[0].text));
			abort();
		}
		*VEC_ADD(arena, &packs) = p;
	}
	name.stamp = ruleset_stamp(arena);
	image_writer_init(&sound, arena);
	if (!ruleset_compile(&sound, &packs, NULL, &e))
		abort();
}

static void
edit(struct image_writer *w, const uint8_t *at)
{
	struct image_part *part = &w->parts.at[at[0] % w->parts.n];
	size_t place = (size_t)at[1] << 16 | (size_t)at[2] << 8 | at[3];
	char *p;

	if (part->bytes.n == 0)
		return;
	place %= part->bytes.n;
	p = (char *)(uintptr_t)part->bytes.p + place;
	switch (at[4] % 4) {
	case 0:
		*p = (char)at[5];
		break;
	case 1:
		*p = (char)(*p + (int8_t)at[5]);
		break;
	case 2:
		part->bytes.n -= at[5] % part->bytes.n;
		break;
	default:
		memset(p, at[5], part->bytes.n - place < 4
		    ? part->bytes.n - place : 4);
	}
}

static void
match(struct ruleset *r, struct arena *a)
{
	static const struct message_conf conf;
	static const struct envelope envelope;
	struct verdict verdict;
	struct message m;
	struct facts facts;
	struct hits hits;
	struct buf b;

	message_read(&m, a, str_of(mail), &envelope, &conf);
	facts_init(&facts, a, &table);
	extract_facts(&facts, &m, &envelope, &(struct extract_conf){ 0 });
	ruleset_match(&hits, a, r, &facts, &m, DAY);
	verdict_decide(&verdict, a, &hits, &verdict_conf_default, DAY);
	buf_init_arena(&b, a, ANSWER_MOST);
	explain_text(&b, &verdict, &facts, &m, &(struct explain_conf){
	    .lang = STR("en"), .width = 80 });
}

static void
try(struct str bytes, struct arena *a)
{
	struct image *image;
	struct ruleset *r;
	struct err e;

	if (!image_read(&image, bytes, name.stamp, &e))
		return;
	if (!ruleset_open(&r, image, &table, &e)) {
		image_free(image);
		return;
	}
	match(r, a);
	ruleset_free(r);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct image_writer w;

	if (arena == NULL)
		make_sound();
	try(str_copy(a, (struct str){ (const char *)data, size }), a);
	image_writer_init(&w, a);
	for (size_t i = 0; i < sound.parts.n; i++) {
		const struct image_part *part = &sound.parts.at[i];

		image_writer_add(&w, part->kind, part->number,
		    str_copy(a, part->bytes));
	}
	for (size_t i = 0; i < EDITS_MOST && (i + 1) * EDIT <= size; i++)
		edit(&w, data + i * EDIT);
	try(image_write(&w, a, &name), a);
	arena_free(a);
	return 0;
}
