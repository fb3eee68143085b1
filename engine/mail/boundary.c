/* SPDX-License-Identifier: Apache-2.0 */
/* Boundaries as they are declared, found and guessed. */
#include "mail/boundary.h"

#include "base/arena.h"
#include "mail/mimepart.h"

enum {
	DASHED_MOST = 16,  /* lines that a later one is compared with */
	GUESS_MOST = 200   /* bytes of a boundary; RFC 2046 has 70 */
};

/* --- declared --- */

/* A boundary does not end in a blank (RFC 2046 5.1.1). */
static size_t
add(struct str *out, size_t n, struct str boundary)
{
	while (boundary.n != 0 &&
	    ascii_is_space(boundary.p[boundary.n - 1]))
		boundary.n--;
	if (boundary.n == 0 || str_is_any(boundary, out, n))
		return n;
	/* of too many it is the first or the last that counts */
	n -= n == BOUNDARIES_MOST;
	out[n] = boundary;
	return n + 1;
}

static size_t
add_field(struct str *out, size_t n, struct arena *a, struct str value)
{
	struct str found[BOUNDARIES_MOST];
	size_t have = header_param_all(found, BOUNDARIES_MOST, a, value,
	    "boundary");

	for (size_t i = 0; i < have; i++)
		n = add(out, n, found[i]);
	return n;
}

size_t
boundaries_declared(struct str *out, struct arena *a, const struct part *p)
{
	const struct header *h = headers_find(&p->headers, "Content-Type");
	size_t n = add_field(out, 0, a, p->content_type);

	if (h == NULL || (h = headers_next(&p->headers, h)) == NULL)
		return n;
	for (h = headers_find(&p->headers, "Content-Type"); h != NULL;
	    h = headers_next(&p->headers, h))
		n = add_field(out, n, a, h->value);
	return n;
}

/* --- guessed --- */

static bool
is_likely(struct str text)
{
	size_t letters = 0;

	if (text.n > GUESS_MOST)
		return false;
	for (size_t i = 0; i < text.n; i++) {
		if (ascii_is_space(text.p[i]))
			return false;
		letters += ascii_is_alnum(text.p[i]);
	}
	return letters != 0;
}

/* Is one of the lines before this one again, or with "--" behind it? */
static bool
is_again(const struct str *seen, size_t n, struct str text, struct str *out)
{
	struct str open = str_ends(text, STR("--")) ?
	    str_head(text, text.n - 2) : text;

	for (size_t i = 0; i < n; i++)
		if (str_eq(seen[i], text) || str_eq(seen[i], open)) {
			*out = seen[i];
			return true;
		}
	return false;
}

size_t
boundaries_guess(struct str *out, struct str body, char line_end)
{
	struct str seen[DASHED_MOST], rest = body, line, twice = STR("");
	size_t n = 0, lines = 0;

	while (rest.n != 0) {
		struct str text;
		size_t i = 0;

		line = str_head(rest, str_find(rest, line_end));
		rest = str_from(rest, line.n + 1);
		if (!str_skip(&line, STR("--")))
			continue;
		text = str_trim(line);
		if (text.n <= GUESS_MOST &&
		    str_case_starts(rest, STR("Content-"))) {
			while (i < n && !str_eq(out[i], text))
				i++;
			if (i == n && n < BOUNDARIES_MOST)
				out[n++] = text;
			continue;
		}
		if (!is_likely(text) || twice.n != 0 ||
		    is_again(seen, lines, text, &twice))
			continue;
		if (lines < DASHED_MOST)
			seen[lines++] = text;
	}
	if (n == 0 && twice.n != 0)
		out[n++] = twice;
	return n;
}

/* --- its line --- */

bool
boundary_is_at(struct str boundary, struct str s, bool *is_last)
{
	struct str rest = str_from(s, boundary.n);

	if (!str_starts(s, boundary))
		return false;
	*is_last = str_skip(&rest, STR("--"));
	/* "-->" ends it as well: no boundary goes on like this */
	if (*is_last && rest.n != 0 && str_has(STR("<>\"&;*"), rest.p[0]))
		return true;
	/* NUL ends a line to programs that read it as a C string */
	while (rest.n != 0 && (rest.p[0] == ' ' || rest.p[0] == '\t' ||
	    rest.p[0] == '\0'))
		rest = str_from(rest, 1);
	return rest.n == 0 || rest.p[0] == '\r' || rest.p[0] == '\n';
}

size_t
boundary_count(struct str boundary, struct str body, struct arena *a,
    size_t most)
{
	struct str dashed = str_cat(a, STR("--"), boundary);
	size_t n = 0, at = 0;

	while (n < most) {
		at += str_find_str(str_from(body, at), dashed);
		if (at >= body.n)
			break;
		at += dashed.n;
		n++;
	}
	return n;
}
