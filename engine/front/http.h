/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRONT_HTTP_H
#define FRONT_HTTP_H

/*
 * HTTP towards gateways on keep-alive connections, on the scan port and on
 * the control port.  Requests of one connection are answered one after the
 * other, in their order; a peer that has shut its side is answered all the
 * same.
 */

struct front_protocol;

extern const struct front_protocol front_http;
extern const struct front_protocol front_control;

#endif
