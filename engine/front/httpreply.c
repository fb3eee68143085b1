/* SPDX-License-Identifier: Apache-2.0 */
/* Reasons and fields of replies. */
#include "front/httpreply.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/vec.h"

static const struct {
	int status;
	const char *reason;
	const char *field;     /* that comes with it, or NULL */
} reasons[] = {
	{ 200, "OK", NULL },
	{ 400, "Bad Request", NULL },
	{ 401, "Unauthorized", "WWW-Authenticate: Bearer\r\n" },
	{ 403, "Forbidden", NULL },
	{ 404, "Not Found", NULL },
	{ 405, "Method Not Allowed", "Allow: POST, PUT, GET\r\n" },
	{ 408, "Request Timeout", NULL },
	{ 413, "Content Too Large", NULL },
	{ 414, "URI Too Long", NULL },
	{ 417, "Expectation Failed", NULL },
	{ 429, "Too Many Requests", "Retry-After: 10\r\n" },
	{ 431, "Request Header Fields Too Large", NULL },
	{ 500, "Internal Server Error", NULL },
	{ 501, "Not Implemented", NULL },
	{ 503, "Service Unavailable", "Retry-After: 1\r\n" },
	{ 505, "HTTP Version Not Supported", NULL },
};

static void
add_status(struct buf *to, int status)
{
	char room[STR_INT];

	for (size_t i = 0; i < nitems(reasons); i++) {
		if (reasons[i].status != status)
			continue;
		buf_add_str(to, STR("HTTP/1.1 "));
		buf_add_str(to, str_int(room, status));
		buf_add_byte(to, ' ');
		buf_add_str(to, str_of(reasons[i].reason));
		buf_add_str(to, STR("\r\n"));
		if (reasons[i].field != NULL)
			buf_add_str(to, str_of(reasons[i].field));
		return;
	}
	buf_printf(to, "HTTP/1.1 %d Error\r\n", status);
}

static void
add_two(struct buf *to, int64_t n)
{
	buf_add_byte(to, (char)('0' + n / 10));
	buf_add_byte(to, (char)('0' + n % 10));
}

/* "Sun, 22 Nov 2026 11:21:53 GMT" (RFC 9110 5.6.7).  strftime would take as
 * long as all the rest. */
static void
add_date(struct buf *to, int64_t wall)
{
	static const char days[] = "SunMonTueWedThuFriSat";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	int32_t day = day_of(wall);
	int64_t second = wall - day * INT64_C(86400);
	char text[16];

	day_format(day, text);
	buf_add(to, days + 3 * ((day + 4) % 7), 3);
	buf_add_str(to, STR(", "));
	buf_add(to, text + 8, 2);
	buf_add_byte(to, ' ');
	buf_add(to, months + 3 * (10 * (text[5] - '0') + text[6] - '1'), 3);
	buf_add_byte(to, ' ');
	buf_add(to, text, 4);
	buf_add_byte(to, ' ');
	add_two(to, second / 3600);
	buf_add_byte(to, ':');
	add_two(to, second / 60 % 60);
	buf_add_byte(to, ':');
	add_two(to, second % 60);
	buf_add_str(to, STR(" GMT"));
}

void
http_reply_head(struct buf *to, const struct http_reply *r)
{
	char room[STR_INT];

	add_status(to, r->status);
	buf_add_str(to, STR("Server: sekisho/" SEKISHO_VERSION "\r\nDate: "));
	add_date(to, clock_wall());
	buf_add_str(to, r->is_last ? STR("\r\nConnection: close") :
	    STR("\r\nConnection: keep-alive"));
	buf_add_str(to, STR("\r\nContent-Type: "));
	buf_add_str(to, str_of(r->type));
	buf_add_str(to, STR("\r\nContent-Length: "));
	buf_add_str(to, str_int(room, (int64_t)r->n));
	buf_add_str(to, STR("\r\n"));
	if (r->packing != PACKING_NONE)
		buf_printf(to, "Content-Encoding: %s\r\n",
		    packing_name(r->packing));
	/* rspamc unpacks only what is labelled so. */
	if (r->packing == PACKING_ZSTD)
		buf_add_str(to, STR("Compression: zstd\r\n"));
	if (r->is_private)
		buf_add_str(to, STR("Cache-Control: no-store\r\n"));
	buf_add_str(to, STR("\r\n"));
}
