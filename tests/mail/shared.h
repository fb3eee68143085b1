/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_MAIL_SHARED_H
#define TESTS_MAIL_SHARED_H

/*
 * Third-party cases that are not part of the project: found through the
 * environment variable SEKISHO_SHARED.  Where that is not set, the test is
 * skipped and says so.
 */

#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>

static inline const char *
shared_path(char *room, size_t n, const char *name)
{
	const char *base = getenv("SEKISHO_SHARED");

	if (base == NULL) {
		print_message("skipped: SEKISHO_SHARED is not set, "
		    "%s cannot be read\n", name);
		skip();
	}
	snprintf(room, n, "%s/data/%s", base, name);
	return room;
}

static inline bool
is_surrogate(const char *p, const char *kinds)
{
	return p[0] == '\\' && p[1] == 'u' && (p[2] | 0x20) == 'd' &&
	    strchr(kinds, p[3] | 0x20) != NULL;
}

/* Jansson takes no lone surrogate; a browser reads U+FFFD. */
static inline void
replace_surrogates(char *p)
{
	for (; *p != '\0'; p++) {
		if (is_surrogate(p, "89ab") &&
		    is_surrogate(p + 6, "cdef"))
			p += 11;
		else if (is_surrogate(p, "89abcdef"))
			memcpy(p + 2, "fffd", 4);
		else if (p[0] == '\\' && p[1] != '\0')
			p++;
	}
}

/* The text of a file, or a skipped test; to be freed. */
static inline char *
shared_text(const char *name)
{
	char path[512];
	FILE *f = fopen(shared_path(path, sizeof(path), name), "r");
	char *text = NULL;
	size_t room = 0;

	if (f == NULL || getdelim(&text, &room, '\0', f) <= 0) {
		print_message("skipped: %s cannot be read\n", path);
		skip();
	}
	fclose(f);
	return text;
}

static inline json_t *
shared_json(const char *name)
{
	char *text = shared_text(name);
	json_error_t e;
	json_t *j;

	replace_surrogates(text);
	j = json_loads(text, JSON_ALLOW_NUL, &e);
	free(text);
	if (j == NULL) {
		print_message("skipped: %s: %s\n", name, e.text);
		skip();
	}
	return j;
}

static inline struct str
shared_str(const json_t *object, const char *key)
{
	const json_t *j = json_object_get(object, key);

	return (struct str){ json_string_value(j), json_string_length(j) };
}

#endif
