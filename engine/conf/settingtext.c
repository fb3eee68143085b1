/* SPDX-License-Identifier: Apache-2.0 */
/* Settings back into texts, in the largest unit that leaves nothing over. */
#include <inttypes.h>

#include "base/addr.h"
#include "base/buf.h"
#include "conf/setting.h"
#include "conf/unit.h"

enum { TEXT_MOST = 100 };

typedef VEC(struct str) str_list;
typedef VEC(struct addr_net) net_list;

static void
add_number(struct buf *to, int64_t n)
{
	buf_printf(to, "%" PRId64, n);
}

static void
tell_str(struct buf *to, const void *at, const struct setting *row)
{
	(void)row;
	buf_add_str(to, *(const struct str *)at);
}

static void
tell_int(struct buf *to, const void *at, const struct setting *row)
{
	(void)row;
	add_number(to, *(const int64_t *)at);
}

static void
tell_count(struct buf *to, const void *at, const struct setting *row)
{
	(void)row;
	add_number(to, (int64_t)*(const size_t *)at);
}

static void
tell_size(struct buf *to, const void *at, const struct setting *row)
{
	const int64_t n = (int64_t)*(const size_t *)at;

	(void)row;
	if (n == 0)
		add_number(to, 0);
	else
		unit_tell(to, n, unit_sizes);
}

static void
tell_time(struct buf *to, const void *at, const struct setting *row)
{
	const int64_t n = *(const int64_t *)at;

	(void)row;
	if (n == 0)
		buf_add_str(to, STR("0s"));
	else
		unit_tell(to, n, unit_times);
}

static void
tell_points(struct buf *to, const void *at, const struct setting *row)
{
	const int32_t n = *(const int32_t *)at;

	(void)row;
	if (n == INT32_MAX)
		buf_add_str(to, STR("off"));
	else if (n % 100 == 0)
		add_number(to, n / 100);
	else if (n % 10 == 0)
		buf_printf(to, "%d.%d", n / 100, n % 100 / 10);
	else
		buf_printf(to, "%d.%02d", n / 100, n % 100);
}

static void
tell_word(struct buf *to, const void *at, const struct setting *row)
{
	buf_add_str(to, str_of(row->words[*(const int *)at]));
}

static void (*const tells[SETTING_TYPES])(struct buf *to, const void *at,
    const struct setting *row) = {
	[SETTING_IS_STR] = tell_str,
	[SETTING_IS_LINE] = tell_str,
	[SETTING_IS_INT] = tell_int,
	[SETTING_IS_COUNT] = tell_count,
	[SETTING_IS_SIZE] = tell_size,
	[SETTING_IS_TIME] = tell_time,
	[SETTING_IS_POINTS] = tell_points,
	[SETTING_IS_WORD] = tell_word,
};

static struct str
net_text(struct arena *a, const struct addr_net *net)
{
	const unsigned whole = net->addr.family == 4 ? 32 : 128;
	char text[ADDR_TEXT];
	struct buf b;

	addr_format(&net->addr, text);
	if (net->bits == whole)
		return str_copy(a, str_of(text));
	buf_init_arena(&b, a, TEXT_MOST);
	buf_printf(&b, "%s/%u", text, (unsigned)net->bits);
	return buf_str(&b);
}

void
setting_tell(setting_texts *out, struct arena *a, const void *conf,
    const struct setting *row)
{
	const void *at = (const char *)conf + row->offset;
	const struct addr_net *net;
	const struct str *text;
	struct buf b;

	if (row->type == SETTING_IS_STRS) {
		VEC_EACH(text, (const str_list *)at)
			*VEC_ADD(a, out) = *text;
		return;
	}
	if (row->type == SETTING_IS_NETS) {
		VEC_EACH(net, (const net_list *)at)
			*VEC_ADD(a, out) = net_text(a, net);
		return;
	}
	buf_init_arena(&b, a, SIZE_MAX);
	tells[row->type](&b, at, row);
	*VEC_ADD(a, out) = buf_str(&b);
}
