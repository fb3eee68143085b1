/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A page and the pages inside it, each read behind the one it was found in, and
 * what they come to together.
 */
#include "mail/html.h"

#include "base/arena.h"
#include "base/buf.h"
#include "mail/entity.h"
#include "mail/htmlinner.h"
#include "mail/htmlreader.h"
#include "mail/xmlpage.h"

enum { LINKS_FACTOR = 4 }; /* found for each that can be kept */

/* What is being put together of all of them. */
struct pages {
	struct html_page *page;
	url_list *links;
	struct str alts; /* of what is shown */
	const struct html_source *source;
	struct html_reader reader;
	struct html_inner_queue queue;
};

/* What is shown of a page inside goes below what is shown around it. */
static struct str
join_texts(struct arena *a, struct str one, struct str two)
{
	if (one.n == 0 || two.n == 0)
		return one.n == 0 ? two : one;
	return str_cat(a, one, STR("\n"), two);
}

static void
begin(struct pages *p, struct arena *a, struct str html, struct str base)
{
	struct html_links *links = &p->reader.build.links;

	html_reader_begin(&p->reader, a, html);
	p->reader.build.cascade.is_stripped = p->source->is_stripped;
	p->reader.build.is_unhidden = p->source->is_unhidden;
	links->most = p->source->most_links * LINKS_FACTOR + LINKS_FACTOR;
	links->base = base;
	links->inner.most = p->queue.left;
}

/* Adds what the page in hand shows, or would show after a click. */
static void
add(struct pages *p, bool is_shown)
{
	struct html_build *b = &p->reader.build;
	struct html_texts *t = &b->texts;
	struct html_page *page = p->page;
	bool is_cut = html_build_is_cut(b);
	struct str visible = html_texts_keep(t, &t->visible);
	struct str office = lines_done(&p->reader.office.text);

	/* What says more to Outlook than to all others is meant for those who
	 * have it. */
	if (office.n > visible.n)
		visible = join_texts(t->arena, visible, office);
	else
		page->hidden = join_texts(t->arena, page->hidden, office);
	if (is_shown)
		page->visible = join_texts(t->arena, page->visible, visible);
	else
		page->hidden = join_texts(t->arena, page->hidden, visible);
	page->hidden = join_texts(t->arena, page->hidden,
	    html_texts_keep(t, &t->hidden));
	if (is_shown)
		p->alts = join_texts(t->arena, p->alts, lines_done(&t->alts));
	if (page->title.n == 0)
		page->title = lines_done(&t->title);
	page->is_turned |= t->is_turned;
	page->is_cut |= is_cut;
	page->hides_somewhere |= b->hides_somewhere;
}

static void
resolve(struct pages *p)
{
	html_links_resolve(&p->reader.build.links, p->links, p->source->part,
	    p->source->most_links);
}

/* Those inside the page in hand, which stands in outer, or in none. */
static void
queue_inner(struct pages *p, const struct html_inner *outer)
{
	const struct html_links *links = &p->reader.build.links;

	p->page->is_cut |= !html_inner_queue_add(&p->queue, &links->inner,
	    links->base, outer);
}

/* A file that is XML has more to it than what HTML would see. */
static void
read_as_xml(struct pages *p, struct arena *a)
{
	struct html_build *b = &p->reader.build;
	struct str page;

	if (p->source->is_file && xmlpage_read(&page, a, p->source->html,
	    &b->is_cut))
		html_inners_add(&b->links.inner, a, page, 0);
}

static void
read_outermost(struct pages *p, struct arena *a)
{
	struct html_texts *texts = &p->reader.build.texts;

	begin(p, a, p->source->html, p->source->base);
	html_reader_read(&p->reader);
	read_as_xml(p, a);
	resolve(p);
	html_quotes_done(&texts->quotes, &texts->visible);
	p->page->quoted = texts->quotes.list;
	add(p, true);
	queue_inner(p, NULL);
}

/* Its links stand where it does, and what it quotes is of no matter. */
static void
read_inner(struct pages *p, struct arena *a, const struct html_inner *inner)
{
	size_t first = p->links->n;

	begin(p, a, inner->html, inner->base);
	html_reader_read(&p->reader);
	resolve(p);
	for (; first < p->links->n; first++)
		p->links->at[first].offset = inner->offset;
	add(p, inner->is_shown);
	queue_inner(p, inner);
}

void
html_read_from(struct html_page *page, url_list *links, struct arena *a,
    const struct html_source *source)
{
	struct pages p;

	p.page = page;
	p.links = links;
	p.alts = STR("");
	p.source = source;
	*page = (struct html_page){ .is_cut = false };
	html_reader_init(&p.reader, source->is_file);
	html_inner_queue_init(&p.queue, source->html.n);
	read_outermost(&p, a);
	for (size_t i = 0; i < p.queue.n; i++)
		read_inner(&p, a, &p.queue.at[i]);
	html_reader_release(&p.reader);
	page->written = page->visible.n;
	page->visible = join_texts(a, page->visible, p.alts);
}

void
html_read(struct html_page *page, url_list *links, struct arena *a,
    struct str html, uint32_t part, size_t most_links)
{
	html_read_from(page, links, a, &(struct html_source){ .html = html,
	    .part = part, .most_links = most_links });
}

struct str
html_unescape(struct arena *a, struct str s)
{
	struct buf b;

	if (!str_has(s, '&'))
		return s;
	buf_init_arena(&b, a, s.n * ENTITY_GROWTH);
	entities_add(&b, s, false);
	return buf_str(&b);
}
