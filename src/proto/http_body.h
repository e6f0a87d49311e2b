/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One direction of HTTP/1: its state, and the framing of bodies (RFC 9112 sections 6, 7),
 * which is the same for requests and replies.
 */
#ifndef POTSHERD_PROTO_HTTP_BODY_H
#define POTSHERD_PROTO_HTTP_BODY_H

#include "proto/layer.h"

#define HTTP_STATES(X)                                                                             \
    X(START)         /* request line or status line */                                             \
    X(HEADER)        /* header lines */                                                            \
    X(BODY)          /* `left` bytes */                                                            \
    X(BODY_TO_CLOSE) /* whatever comes */                                                          \
    X(CHUNK_SIZE)                                                                                  \
    X(CHUNK_DATA)                                                                                  \
    X(CHUNK_END)                                                                                   \
    X(TRAILER)                                                                                     \
    X(TUNNEL_WAIT)    /* client: after CONNECT, until its reply */                                 \
    X(GRANTED_HEADER) /* client: ... which came before its header was whole */                     \
    X(SKIP)           /* not to be understood any more */

enum http_state {
#define HTTP_STATE_ENUM(name) HTTP_##name,
    HTTP_STATES(HTTP_STATE_ENUM)
#undef HTTP_STATE_ENUM
};

struct http_side { /* one direction's place in its messages */
    enum direction from;
    enum http_state state; /* changed by http_enter only */
    uint64_t left;
    size_t head_bytes;
    struct buf header; /* the newest header line, which the next may continue */
    bool has_length, chunked;
    bool resync; /* a gap may have cut a line: look for a first line */
};

void http_enter(struct layer *l, struct http_side *side, enum http_state state);

/* Header lines, unfolded (RFC 9112 section 5.2): true with the one that this line, empty at the
 * end of the header, shows to be whole.  `out` is its copy until the next call. */
bool http_unfold(struct http_side *side, struct bytes line, struct buf *out);
void http_read_framing(struct http_side *side, struct bytes name, struct bytes value);
/* The header is complete.  `to_close`: without a framing the body ends with the connection. */
void http_start_body(struct layer *l, struct http_side *side, bool to_close);
/* Steps over a body.  `part` is what of it is in `in`. */
enum step http_take_body(struct layer *l, struct http_side *side, struct bytes in, size_t *used,
                         struct bytes *part);
/* A gap inside a body of known length is stepped over; true if that was all. */
bool http_gap_in_body(struct layer *l, struct http_side *side, uint64_t missing);

#endif
