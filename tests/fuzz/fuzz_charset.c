/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The first byte chooses a label, the rest is text: what comes out is UTF-8,
 * and what a charset holds survives the way there and back.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "mail/charset.h"
#include "mail/encoding.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const labels[] = { "", "utf-8", "iso-2022-jp",
	"shift_jis", "euc-jp", "us-ascii", "iso-8859-1", "utf-16", "utf-16le",
	"utf-7", "gb2312", "gb18030", "big5", "euc-kr", "iso-2022-kr",
	"hz-gb-2312", "koi8-r", "windows-1251", "iso-2022-cn", "utf-32",
	"x-nothing" };

static void
try_encodings(struct arena *a, struct str bytes)
{
	struct str out;

	assert(encoding_decode(a, bytes, ENCODING_BASE64).n <= bytes.n);
	assert(encoding_decode(a, bytes, ENCODING_QUOTED).n <= bytes.n);
	assert(encoding_decode_q(a, bytes).n <= bytes.n);
	encoding_base64_strict(&out, a, bytes);
	assert(str_eq(encoding_decode(a, encoding_to_base64(a, bytes),
	    ENCODING_BASE64), bytes));
}

/* Some signs have two code points or two places, so the first trip may change
 * one; the second may not. */
static void
try_again(struct arena *a, struct str utf8, struct str label)
{
	struct charset_text t;
	struct str bytes, again;

	if (str_is(label, "utf-8") || !charset_encode(&bytes, a, utf8, label))
		return;
	t = charset_decode(a, bytes, label);
	/* ASCII that looks like ISO-2022-JP without its escapes */
	if (t.is_guess)
		return;
	assert(charset_encode(&again, a, t.utf8, label));
	assert(str_eq(bytes, again));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str bytes = { (const char *)data, size }, label;
	struct arena *a = arena_new();
	struct charset_text t;

	if (size != 0) {
		label = str_of(labels[data[0] % nitems(labels)]);
		bytes = str_from(bytes, 1);
		t = charset_decode(a, bytes, label);
		assert(utf8_is_valid(t.utf8));
		assert(t.charset.n != 0);
		if (!t.is_damaged)
			try_again(a, t.utf8, label);
		t = charset_decode(a, bytes, str_head(bytes, 20));
		assert(utf8_is_valid(t.utf8));
	}
	try_encodings(a, bytes);
	arena_free(a);
	return 0;
}
