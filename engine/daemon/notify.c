/* SPDX-License-Identifier: Apache-2.0 */
/* NOTIFY_SOCKET: a path, or "@" and a name without one. */
#include "daemon/notify.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"

#define SOCKET "NOTIFY_SOCKET"

/* False: it is none. */
static bool
address_read(struct sockaddr_un *to, socklen_t *n, const char *path)
{
	size_t length = strlen(path);

	if ((path[0] != '/' && path[0] != '@') || length < 2 ||
	    length >= sizeof(to->sun_path))
		return false;
	*to = (struct sockaddr_un){ .sun_family = AF_UNIX };
	memcpy(to->sun_path, path, length);
	if (path[0] == '@')
		to->sun_path[0] = '\0';
	*n = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
	return true;
}

/* False with errno. */
static bool
tell(const struct sockaddr_un *to, socklen_t n, const char *text)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool is_sent;

	if (fd < 0)
		return false;
	is_sent = sendto(fd, text, strlen(text), MSG_NOSIGNAL | MSG_DONTWAIT,
	    (const struct sockaddr *)to, n) >= 0;
	close(fd);
	return is_sent;
}

void
notify_send(const char *text)
{
	const char *path = getenv(SOCKET);
	struct sockaddr_un to;
	socklen_t n;

	if (path == NULL || path[0] == '\0')
		return;
	if (!address_read(&to, &n, path))
		log_warn(SOCKET " is no address: %s", path);
	else if (!tell(&to, n, text))
		log_warn(SOCKET " %s: %s", path, strerror(errno));
}
