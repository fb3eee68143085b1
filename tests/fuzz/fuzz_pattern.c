/* SPDX-License-Identifier: Apache-2.0 */
/* Any text is a value of any field or refused; every regex made of a value
 * compiles, and a plain phrase finds itself. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/utf8.h"
#include "mail/fold.h"
#include "rule/pattern.h"
#include "rule/regex.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
assert_regex(struct arena *a, const struct pattern *p, struct str value)
{
	struct regex *regex;
	struct err e;

	assert(utf8_is_valid(p->regex));
	assert(regex_new(&regex, p->regex, p->is_caseless, STR("x"), &e));
	regex_free(regex);
	if (p->literal.n != 0 && p->form == FORM_FOLDED)
		assert(str_eq(fold(a, p->literal).text, p->literal) ||
		    !str_eq(refang(a, value), value));
}

static void
assert_pattern(struct arena *a, const struct pattern *p, struct str value)
{
	switch (p->kind) {
	case PATTERN_KEY:
	case PATTERN_BELOW:
		assert(p->key.n != 0 && utf8_is_valid(p->key));
		break;
	case PATTERN_NET:
		assert(p->net.addr.family != 0);
		break;
	case PATTERN_NUMBER:
		assert(p->first <= p->last);
		break;
	case PATTERN_REGEX:
		assert_regex(a, p, value);
		break;
	default:
		break;
	}
}

/* The first byte chooses the field. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct str raw = { (const char *)data, size }, value;
	const struct field *field = &fields[size > 0 ? data[0] % n_fields : 0];
	struct pattern p;
	struct diags d;
	struct buf b;

	/* Values come out of files that are UTF-8. */
	buf_init_arena(&b, a, 3 * size + 1);
	utf8_add_clean(&b, str_from(raw, 1));
	value = buf_str(&b);
	diags_init(&d, a);
	diags_file(&d, STR("p"), STR(""));
	if (pattern_read(&p, a, field, value, &d, (struct mark){ 1, 1 }))
		assert_pattern(a, &p, value);
	else
		assert(d.errors != 0);
	assert(utf8_is_valid(refang(a, value)));
	assert(utf8_is_valid(defang(a, value)));
	arena_free(a);
	return 0;
}
