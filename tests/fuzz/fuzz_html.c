/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes are a page: text that is UTF-8, links that lie inside it. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "mail/html.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LINKS_MOST = 50 };

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	url_list links = { .n = 0 };
	struct html_page page;
	const struct url *u;
	struct buf clean;
	struct str html;

	buf_init_arena(&clean, a, size * 3 + 1);
	utf8_add_clean(&clean, (struct str){ (const char *)data, size });
	html = buf_str(&clean);
	html_read(&page, &links, a, html, 5, LINKS_MOST);
	assert(utf8_is_valid(page.visible));
	assert(utf8_is_valid(page.hidden));
	for (size_t i = 0; i < page.quoted.n; i++)
		assert(utf8_is_valid(str_sub(page.visible,
		    page.quoted.at[i].begin, page.quoted.at[i].end)));
	assert(utf8_is_valid(page.title));
	assert(links.n <= LINKS_MOST);
	VEC_EACH(u, &links) {
		assert(u->offset <= html.n);
		assert(u->part == 5);
		assert(u->host.n > 0);
		assert(utf8_is_valid(u->text));
		assert(utf8_is_valid(u->raw));
	}
	assert(utf8_is_valid(html_unescape(a, html)));
	html_read_from(&page, &links, a, &(struct html_source){
	    .html = html, .most_links = LINKS_MOST, .is_file = true,
	    .is_stripped = page.hides_somewhere });
	assert(utf8_is_valid(page.visible));
	arena_free(a);
	return 0;
}
