/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RULE_PACKBYTES_H
#define RULE_PACKBYTES_H

/*
 * A pack as bytes and back, for the image: all that matching, verdicts and
 * explanations want of it, without its tests and the places in its file.
 * Texts of a pack that was read stay where the bytes are.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "rule/pack.h"

struct arena;
struct buf;
struct list_conf;
struct pack_held;

/* Values taken from a library name it by its number in this list. */
void pack_put(struct buf *to, const struct pack *pack,
    const pack_list *packs);

/* Give the pack or list with a number, or NULL. */
struct pack_source {
	const struct pack *(*pack)(void *client, uint32_t number);
	const struct list_conf *(*list)(void *client, uint32_t number);
	void *client;
};

/* False when the bytes are no pack: nothing outside them is read, and no
 * number in the pack points beyond what it counts. */
bool pack_take(struct pack **out, struct arena *a, struct str bytes,
    const struct pack_source *from);

/* What a pack says about a list of its own, but for the pack. */
void list_conf_put(struct buf *to, const struct list_conf *conf);
bool list_conf_take(struct list_conf **out, struct arena *a,
    struct str bytes);

/* A file that another revision stands in for. */
void pack_held_put(struct buf *to, const struct pack_held *held);
bool pack_held_take(struct pack_held *out, struct arena *a,
    struct str bytes);

/* The name of a struct whose members are not all told about, or NULL: what
 * a pack gained must be put and taken, or named as left out. */
const char *pack_bytes_gap(void);

#endif
