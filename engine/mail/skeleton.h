/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIL_SKELETON_H
#define MAIL_SKELETON_H

/* Moves letters together that stand alone: "k a g o y a" is "kagoya". */

struct arena;
struct folded;

struct folded skeleton_squeeze(struct arena *a, const struct folded *f);

#endif
