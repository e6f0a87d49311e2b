/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A persona's side of proxy requests: HTTP and SOCKS.  A tunnel to a mail port leads to
 * a mail server of its own.
 */
#ifndef POTSHERD_ANSWER_PERSONA_PROXY_H
#define POTSHERD_ANSWER_PERSONA_PROXY_H

#include "answer/persona_state.h"

void persona_proxy_request(struct persona *p, const struct event *event, time_us now);
void persona_proxy_methods(struct persona *p, struct bytes methods); /* of a SOCKS5 greeting */
void persona_proxy_refuse_socks(struct persona *p, enum module module);
void persona_proxy_say_http(struct persona *p, const char *key, const char *body_key, time_us now);
void persona_proxy_say_page(struct persona *p, time_us now); /* the answer to GET and POST */

#endif
