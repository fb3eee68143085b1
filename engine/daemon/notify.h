/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_NOTIFY_H
#define DAEMON_NOTIFY_H

/*
 * A word to whoever started us and wants to hear (sd_notify(3)): a datagram
 * to the socket that the environment names.  Without one nothing is said.
 * Only the master speaks.
 */

/* "READY=1", "STOPPING=1": lines of "NAME=VALUE". */
void notify_send(const char *text);

#endif
