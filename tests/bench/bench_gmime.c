/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GMime over the same mails, for comparison: parsing alone, and parsing with
 * the decoding of every part; no charsets, no HTML, no links.
 */
#include <gmime/gmime.h>
#include <inttypes.h>

#include "bench/bench.h"

enum { ROUNDS = 25 };

/* Parts of the message that hold bytes, each written to nowhere. */
static void
decode_part(GMimeObject *parent, GMimeObject *part, gpointer sink)
{
	GMimeDataWrapper *content;

	(void)parent;
	if (!GMIME_IS_PART(part))
		return;
	content = g_mime_part_get_content(GMIME_PART(part));
	if (content != NULL)
		g_mime_data_wrapper_write_to_stream(content, sink);
}

/* Nanoseconds to parse one mail, and to decode it too. */
static void
parse_one(struct str raw, int64_t *parse, int64_t *decode)
{
	GMimeStream *sink = g_mime_stream_null_new();
	int64_t at = cpu_ns();
	GMimeStream *stream = g_mime_stream_mem_new_with_buffer(raw.p, raw.n);
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);

	*parse += cpu_since(at);
	if (message != NULL)
		g_mime_message_foreach(message, decode_part, sink);
	*decode += cpu_since(at);
	if (message != NULL)
		g_object_unref(message);
	g_object_unref(parser);
	g_object_unref(stream);
	g_object_unref(sink);
}

int
main(int argc, char **argv)
{
	int64_t parse[ROUNDS] = { 0 }, decode[ROUNDS] = { 0 };
	struct arena *a = arena_new();
	mail_list mails = { 0 };
	const struct str *mail;
	double n;

	bench_as_daemon();
	g_mime_init();
	if (!bench_sample(&mails, a, argc, argv))
		return 0;
	for (int i = 0; i < ROUNDS; i++)
		VEC_EACH(mail, &mails)
			parse_one(*mail, &parse[i], &decode[i]);
	n = (double)mails.n * 1000;
	printf("GMime %d.%d: parse %.1f us a mail, parse and decode %.1f us\n",
	    GMIME_MAJOR_VERSION, GMIME_MINOR_VERSION,
	    (double)bench_least(parse, ROUNDS) / n,
	    (double)bench_least(decode, ROUNDS) / n);
	g_mime_shutdown();
	arena_free(a);
	return 0;
}
