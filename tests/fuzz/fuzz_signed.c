/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes are a signed mail.  The names of two selectors have the keys of
 * RFC 8463, whose private halves stand there too; every other has an answer
 * by its first letter.  Verifying ends, keeps its bounds, and where a reader
 * would see another body than was signed nothing verifies.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "check/arc.h"
#include "check/dkim.h"
#include "check/names.h"
#include "check/signedmail.h"
#include "mail/header.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { NOW = 1700000000, ASKED_MOST = 2 * ARC_SETS_MOST };

struct world {
	struct arena *arena;
	size_t asked;
};

static const struct dns_answer *
find(void *owner, enum dns_type type, struct str name)
{
	static const struct str keys[] = {
		STR_INIT("v=DKIM1; k=ed25519; "
		    "p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="),
		STR_INIT("v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBi"
		    "QKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY"
		    "/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+P"
		    "L6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIK"
		    "T+l/K4w3QIDAQAB"),
		STR_INIT("v=DKIM1; p="),
	};
	static const struct dns_answer answers[] = {
		{ .result = DNS_FOUND, .n = 2, .at = keys },
		{ .result = DNS_FOUND, .n = 1, .at = &keys[2] },
		{ .result = DNS_FAILED },
		{ .result = DNS_NO_NAME },
	};
	struct world *w = owner;

	assert(type == DNS_TXT);
	assert(++w->asked <= ASKED_MOST);
	switch (name.p[0]) {
	case 'b':
	case 't':
		return &answers[0];
	case 'g':
		return &answers[1];
	case 'd':
		return &answers[2];
	default:
		return &answers[3];
	}
}

/* What a reader of mail takes for the body. */
static struct str
body_of(struct arena *a, struct str raw)
{
	const struct header_limits limits = { SIZE_MAX, SIZE_MAX, 5000 };
	struct headers headers;
	struct str body;

	headers_read(&headers, a, raw, 0, &limits, &body);
	return body;
}

static void
check_dkim(struct world *w, const struct signed_mail *m, struct str body)
{
	struct names names = { find, w };
	struct dkim_verdict v;
	const struct dkim_query q = { m, STR("example.com"), NOW };

	assert(dkim_check(&v, w->arena, &names, &q));
	assert(v.n <= DKIM_SIGNATURES_MOST);
	for (size_t i = 0; i < v.n; i++) {
		assert(v.at[i].result != AUTH_UNKNOWN);
		assert((v.at[i].problem == NULL) ==
		    (v.at[i].result == AUTH_PASS));
		assert(v.at[i].result != AUTH_PASS || m->body.n == body.n);
	}
}

static void
check_arc(struct world *w, const struct signed_mail *m, struct str body)
{
	struct names names = { find, w };
	struct arc_verdict v;

	w->asked = 0;
	assert(arc_check(&v, w->arena, m, &names, NOW));
	assert(v.n <= ARC_SETS_MOST);
	assert((v.problem != NULL) == (v.result == AUTH_FAIL));
	assert(v.result != AUTH_PASS || m->body.n == body.n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str raw = { (const char *)data, size };
	struct world w = { .arena = arena_new() };
	struct str body = body_of(w.arena, raw);
	struct signed_mail m;

	signed_mail_read(&m, w.arena, raw);
	if (m.problem == NULL && m.fields.n != 0)
		assert(m.body.n == body.n);
	check_dkim(&w, &m, body);
	check_arc(&w, &m, body);
	arena_free(w.arena);
	return 0;
}
