/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The conversation of two hosts over one TCP connection, from its bytes.
 *
 * A conversation is a stack of layers: the connection's protocol, and, for each
 * proxy request that was granted, the protocol inside the tunnel.  Which
 * protocol a layer speaks is decided by its bytes, whatever the port.  Pure:
 * bytes in, events out, no clock, no file, no log; however the bytes are cut,
 * the events are the same.
 *
 * The caller feeds both directions in causal order (a reply after the bytes that
 * it acknowledges), reports missing bytes in place, and frees at the end.
 */
#ifndef POTSHERD_CONVERSATION_H
#define POTSHERD_CONVERSATION_H

#include "potsherd/event.h"

#define CONVERSATION_DEPTH_MAX      8      /* nested proxies */
#define CONVERSATION_LINE_MAX       16384  /* a command, a header line, a reply line */
#define CONVERSATION_HEAD_MAX       65536  /* an HTTP header */
#define CONVERSATION_HELD_MAX       262144 /* bytes that wait for the other side's reply */
#define CONVERSATION_REQUESTS_MAX   256    /* HTTP requests that wait for their replies */
#define CONVERSATION_RECIPIENTS_MAX 10000  /* of one message; more are counted, not listed */

struct conversation;

struct conversation *conversation_new(struct event_sink sink);

/* The bytes do not begin where the conversation began: look for a resync point. */
void conversation_set_midstream(struct conversation *c);

/* The server's bytes are made from the events: what only a reply would decide is decided at
 * once, as this server takes it (a dot between bare LFs ends a text). */
void conversation_set_answering(struct conversation *c);

/* Shows every change of a parser's state, for tests and debugging.  Without it that costs
 * one test of a pointer a change. */
struct transition {
    time_us ts;
    unsigned depth;
    const char *machine; /* "layer": its protocol changes; or the protocol, and which side's */
    const char *from, *to;
};
struct transition_sink {
    void (*put)(void *context, const struct transition *transition);
    void *context;
};
void conversation_set_trace(struct conversation *c, struct transition_sink trace);

void conversation_feed(struct conversation *c, enum direction from, const uint8_t *bytes, size_t n,
                       time_us now);
void conversation_gap(struct conversation *c, enum direction from, uint64_t missing, time_us now);
void conversation_close(struct conversation *c, enum direction from, time_us now); /* FIN */

/* Nothing more will come: settles what is open.  Call once, before free. */
void conversation_finish(struct conversation *c, time_us now);
void conversation_free(struct conversation *c);

bool conversation_is_understood(const struct conversation *c);   /* a protocol was recognised */
enum module conversation_protocol(const struct conversation *c); /* of the outermost layer */
size_t conversation_held(const struct conversation *c);          /* bytes of memory, about */

#endif
