/* SPDX-License-Identifier: Apache-2.0 */
/* Sixteen bytes, then addresses, then what we do not look at. */
#include "net/proxy.h"

#include <string.h>

enum {
	HEAD = 16,
	LENGTH_MOST = 2048,  /* behind the head */
	LENGTH_IPV4 = 12,
	LENGTH_IPV6 = 36
};

enum { VERSION = 0x20, LOCAL = 0, PROXIED = 1 };
enum { UNKNOWN = 0x00, TCP_IPV4 = 0x11, TCP_IPV6 = 0x21, UNIX = 0x31 };

static const struct str signature = STR_INIT("\r\n\r\n\0\r\nQUIT\n");

/* An IPv4 address in the clothes of IPv6 is one all the same. */
static struct addr
ipv6_of(const char *bytes)
{
	static const char mapped[12] = "\0\0\0\0\0\0\0\0\0\0\xff\xff";
	struct addr addr = { .family = 6 };

	if (memcmp(bytes, mapped, sizeof(mapped)) == 0) {
		addr.family = 4;
		memcpy(addr.bytes, bytes + sizeof(mapped), 4);
	} else {
		memcpy(addr.bytes, bytes, 16);
	}
	return addr;
}

static enum proxy_result
read_peer(struct addr *peer, unsigned family, struct str body)
{
	switch (family) {
	case TCP_IPV4:
		if (body.n < LENGTH_IPV4)
			return PROXY_BAD;
		*peer = (struct addr){ .family = 4 };
		memcpy(peer->bytes, body.p, 4);
		return PROXY_READ;
	case TCP_IPV6:
		if (body.n < LENGTH_IPV6)
			return PROXY_BAD;
		*peer = ipv6_of(body.p);
		return PROXY_READ;
	case UNIX:
	case UNKNOWN:
		return PROXY_READ;
	default:
		return PROXY_BAD;
	}
}

enum proxy_result
proxy_read(struct str bytes, size_t *taken, struct addr *peer)
{
	struct str seen = str_head(bytes, signature.n);
	unsigned version, family;
	size_t n;

	if (!str_starts(signature, seen))
		return PROXY_BAD;
	if (bytes.n < HEAD)
		return PROXY_MORE;
	version = (unsigned char)bytes.p[12];
	family = (unsigned char)bytes.p[13];
	n = (size_t)(unsigned char)bytes.p[14] << 8 |
	    (unsigned char)bytes.p[15];
	if (n > LENGTH_MOST || (version & 0xf0) != VERSION ||
	    (version & 0x0f) > PROXIED)
		return PROXY_BAD;
	if (bytes.n < HEAD + n)
		return PROXY_MORE;
	*taken = HEAD + n;
	if ((version & 0x0f) == LOCAL)
		return PROXY_READ;
	return read_peer(peer, family, str_sub(bytes, HEAD, HEAD + n));
}
