/* SPDX-License-Identifier: Apache-2.0 */
/* Octet by octet. */
#include "check/dnscode.h"

enum { OCTET_MOST = 255, OCTET_LOOPBACK = 127 };

static bool
read_octet(uint8_t *out, struct str text)
{
	int64_t n;

	if (text.n > 3 || !str_to_int(text, &n) || n < 0 || n > OCTET_MOST)
		return false;
	*out = (uint8_t)n;
	return true;
}

static bool
read_part(struct dnscode_octet *out, struct str text)
{
	struct str least, most;

	*out = (struct dnscode_octet){ .most = OCTET_MOST };
	if (str_is(text, "*"))
		return true;
	if (str_skip(&text, STR("&")))
		return read_octet(&out->mask, text) && out->mask != 0;
	if (!str_cut(text, '-', &least, &most))
		most = least;
	return read_octet(&out->least, least) &&
	    read_octet(&out->most, most) && out->least <= out->most;
}

bool
dnscode_read(struct dnscode *out, struct str text)
{
	struct str part;

	for (size_t i = 0; i < DNSCODE_BYTES; i++) {
		if (!str_next(&text, '.', &part) ||
		    !read_part(&out->at[i], part))
			return false;
	}
	return text.p == NULL;
}

bool
dnscode_has(const struct dnscode *c, const uint8_t *bytes)
{
	for (size_t i = 0; i < DNSCODE_BYTES; i++) {
		const struct dnscode_octet *o = &c->at[i];

		if (bytes[i] < o->least || bytes[i] > o->most ||
		    (o->mask != 0 && (bytes[i] & o->mask) == 0))
			return false;
	}
	return true;
}

/* Those that several lists have agreed on. */
static const char *
common_alarm(const uint8_t *bytes)
{
	if (bytes[0] != OCTET_LOOPBACK)
		return "no answer of a list: it is gone, or a resolver lies";
	if (bytes[1] != OCTET_MOST || bytes[2] != OCTET_MOST)
		return NULL;
	switch (bytes[3]) {
	case 252:
		return "the name of the zone is wrong";
	case 254:
		return "asked through a public resolver";
	case 255:
		return "asked too often";
	default:
		return "the list refuses to answer";
	}
}

const char *
dnscode_alarm(const dnscode_list *alarms, struct str address)
{
	const uint8_t *bytes = (const uint8_t *)address.p;
	const struct dnscode *c;
	const char *why;

	if (address.n != DNSCODE_BYTES)
		return "no address";
	why = common_alarm(bytes);
	if (why != NULL)
		return why;
	VEC_EACH(c, alarms) {
		if (dnscode_has(c, bytes))
			return c->name.n != 0 ? c->name.p
			    : "the list refuses to answer";
	}
	return NULL;
}
