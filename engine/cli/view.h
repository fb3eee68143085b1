/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_VIEW_H
#define CLI_VIEW_H

/* A message that was read, for a person and for programs. */

#include "base/str.h"

struct arena;
struct buf;
struct message;
struct terminal;

struct view {
	struct str file;
	struct str raw;
	const struct message *message;
	const struct terminal *terminal;
};

void view_text(struct buf *to, const struct view *v);

/* One object and a line end. */
void view_json(struct buf *to, const struct view *v);

/* Pieces of the reader alone: each line of input as a URL, the input as a
 * page, the input as text of a charset. */
void view_urls(struct buf *to, struct str input);
void view_html(struct buf *to, struct arena *a, struct str input);
void view_decode(struct buf *to, struct arena *a, struct str input,
    struct str label);

#endif
