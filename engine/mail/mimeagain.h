/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_MIMEAGAIN_H
#define MAIL_MIMEAGAIN_H

/*
 * Multiparts once more: by their other boundaries, by guess where the right
 * one is missing or never comes, and with an encoding of the whole undone.
 * For mime.c alone.
 */

#include "mail/mimereader.h"

/* Multiparts are read once more until this many times the message has been:
 * what mime_reader.again begins with. */
enum { MIME_AGAIN_SHARE = 4 };

/* Is there a way to read this part that was not tried?  It has been read. */
bool mime_is_in_doubt(const struct part *p);

/* Reads part i in each of those ways; what is found follows behind all other
 * parts.  Past a limit out->is_depth_over is set. */
void mime_read_again(struct mime_reader *r, uint32_t i);

#endif
