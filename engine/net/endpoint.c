/* SPDX-License-Identifier: Apache-2.0 */
#include "net/endpoint.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

#include "base/addr.h"

socklen_t
endpoint_make(struct sockaddr_storage *to, const struct addr *addr,
    uint16_t port)
{
	struct sockaddr_in *four = (struct sockaddr_in *)to;
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)to;

	*to = (struct sockaddr_storage){ 0 };
	if (addr->family == 6) {
		six->sin6_family = AF_INET6;
		six->sin6_port = htons(port);
		memcpy(&six->sin6_addr, addr->bytes, sizeof(six->sin6_addr));
		return sizeof(*six);
	}
	four->sin_family = AF_INET;
	four->sin_port = htons(port);
	memcpy(&four->sin_addr, addr->bytes, sizeof(four->sin_addr));
	return sizeof(*four);
}

int
endpoint_call(const struct addr *addr, uint16_t port)
{
	struct sockaddr_storage to;
	socklen_t n = endpoint_make(&to, addr, port);
	int fd = socket(to.ss_family, SOCK_STREAM | SOCK_CLOEXEC |
	    SOCK_NONBLOCK, 0);
	int why;

	if (fd < 0 || connect(fd, (const struct sockaddr *)&to, n) == 0 ||
	    errno == EINPROGRESS)
		return fd;
	why = errno;
	close(fd);
	errno = why;
	return -1;
}
