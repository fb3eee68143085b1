/* SPDX-License-Identifier: Apache-2.0 */
/* Lines that come in pieces. */
#include "front/line.h"

#include "base/buf.h"

struct str
line_piece(struct str bytes)
{
	size_t end = str_find(bytes, '\n');

	return str_head(bytes, end < bytes.n ? end + 1 : bytes.n);
}

bool
line_take(struct buf *begun, struct str piece, struct str *line)
{
	bool is_whole = str_ends(piece, STR("\n"));

	if (is_whole && begun->n == 0) {
		*line = str_head(piece, piece.n - 1);
		return true;
	}
	buf_add_str(begun, piece);
	*line = buf_str(begun);
	if (is_whole)
		*line = str_head(*line, line->n - 1);
	return is_whole;
}
