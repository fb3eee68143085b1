/* SPDX-License-Identifier: Apache-2.0 */
/* Which rules wait, and until when. */
#include "mail/htmlpassed.h"

/* What is told may be hidden now, or may be shown by one that waits. */
static bool
is_matter(const struct html_passed *p)
{
	return style_box_hides(&p->told) || (p->told.tells & p->shown) != 0;
}

bool
html_passed_tell(struct html_passed *p, const struct style_box *box)
{
	uint32_t tells = style_box_hiding(box);

	if (!p->are_wanted && (tells & ~p->told.tells) != 0) {
		p->told.tells |= tells;
		p->are_wanted = is_matter(p);
	}
	return p->are_wanted;
}

bool
html_passed_add(struct html_passed *p, struct arena *a,
    struct html_passed_rule rule)
{
	const struct style_box *box = &rule.box;

	if (p->are_wanted || style_box_hiding(box) != 0 ||
	    box->important != 0 || p->list.n == HTML_PASSED_MOST)
		return false;
	p->shown |= box->said;
	p->has_sizes |= style_box_is_sized(box);
	p->are_wanted = is_matter(p);
	if (!p->are_wanted && box->said != 0)
		*VEC_ADD(a, &p->list) = rule;
	return !p->are_wanted;
}
