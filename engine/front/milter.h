/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRONT_MILTER_H
#define FRONT_MILTER_H

/*
 * A milter, protocol 2 to 6, as Postfix and Sendmail call it: many messages
 * a connection, each answered at its end.
 */

struct front_protocol;

extern const struct front_protocol front_milter;

#endif
