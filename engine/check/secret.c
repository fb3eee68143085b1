/* SPDX-License-Identifier: Apache-2.0 */
/* Written beside and linked to its place: nobody ever reads half a key. */
#include "check/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"

enum { SECRET_BYTES = 32, SECRET_TEXT = 2 * SECRET_BYTES, FILE_MOST = 1024 };

bool
secret_read(struct str *out, struct arena *a, const char *path,
    struct err *e)
{
	struct str text;

	if (!file_read(&text, a, path, FILE_MOST, e))
		return false;
	text = str_trim(text);
	for (size_t i = 0; i < text.n; i++)
		if (!ascii_is_hex(text.p[i]))
			text.n = 0;
	if (text.n != SECRET_TEXT)
		return err_set(e, "%s: not a key of %d hex digits", path,
		    SECRET_TEXT);
	*out = text;
	return true;
}

static bool
draw(char text[static SECRET_TEXT])
{
	static const char digits[] = "0123456789abcdef";
	unsigned char bytes[SECRET_BYTES];

	if (getrandom(bytes, sizeof(bytes), 0) != sizeof(bytes))
		return false;
	for (size_t i = 0; i < SECRET_BYTES; i++) {
		text[2 * i] = digits[bytes[i] >> 4];
		text[2 * i + 1] = digits[bytes[i] & 15];
	}
	return true;
}

static bool
write_secret(int fd)
{
	char text[SECRET_TEXT + 1];

	text[SECRET_TEXT] = '\n';
	return draw(text) &&
	    write(fd, text, sizeof(text)) == (ssize_t)sizeof(text);
}

bool
secret_make(struct str *out, struct arena *a, struct err *e)
{
	char text[SECRET_TEXT];

	if (!draw(text))
		return err_set(e, "no random bytes: %s", strerror(errno));
	*out = str_copy(a, (struct str){ text, SECRET_TEXT });
	return true;
}

/* Who is second finds the first one's. */
static bool
make(struct arena *a, const char *path, struct err *e)
{
	const char *fresh = str_cstr(a, str_printf(a, "%s.%ld", path,
	    (long)getpid()));
	int fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	bool is_made;

	if (fd < 0)
		return err_set(e, "%s: %s", fresh, strerror(errno));
	is_made = write_secret(fd) && fsync(fd) == 0;
	close(fd);
	is_made = is_made && (link(fresh, path) == 0 || errno == EEXIST);
	if (!is_made)
		err_set(e, "%s: %s", path, strerror(errno));
	unlink(fresh);
	return is_made;
}

bool
secret_load(struct str *out, struct arena *a, const char *path, struct err *e)
{
	if (access(path, F_OK) != 0 && !make(a, path, e))
		return false;
	return secret_read(out, a, path, e);
}
