/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The line grammar of HTTP/1 (RFC 9112), and how its first line is recognised.  Looks at
 * the bytes it is given, keeps nothing.
 */
#ifndef POTSHERD_PROTO_HTTP_LINE_H
#define POTSHERD_PROTO_HTTP_LINE_H

#include "base/buf.h"
#include "proto/detect.h"

#define HTTP_METHOD_MAX 32

enum http_line {
    HTTP_LINE_GOOD,       /* a request line of RFC 9112 section 3 (and of old spam tools) */
    HTTP_LINE_BAD,        /* ends in an HTTP version, but is not well formed */
    HTTP_LINE_NO_VERSION, /* begins with a known method, no version */
    HTTP_LINE_OTHER,
};

struct http_request_line {
    struct bytes method, target;
    bool versioned; /* HTTP/digit.digit at the end */
    bool other;     /* a version of another HTTP than ours */
    bool absolute;  /* target is a URI with a scheme */
    bool is_connect;
    bool of_server;    /* origin or asterisk form (sections 3.2.1, 3.2.4): of no proxy */
    const char *fault; /* what is malformed, or NULL */
};

void http_read_request_line(struct bytes text, struct http_request_line *line);
enum http_line http_classify_line(struct bytes text); /* without its LF */
bool http_is_known_method(struct bytes method);
uint16_t http_scheme_port(struct bytes uri);
bool http_read_status(struct bytes line, int *status);
/* "name: value"; false for what is no header line. */
bool http_split_header(struct bytes line, struct bytes *name, struct bytes *value);
/* The same, with a name that is a token: no line of another protocol, most likely. */
bool http_is_header(struct bytes line);
bool http_may_begin_line(uint8_t c); /* of a header, or the empty one after it */
bool http_parse_length(struct bytes text, uint64_t *out);
bool http_parse_chunk_size(struct bytes line, uint64_t *out);
/* The value of (Proxy-)Authorization; user and password are in `plain`, the caller's. */
bool http_read_basic(struct bytes value, struct buf *plain, struct bytes *user,
                     struct bytes *password);

/* The user that Digest (RFC 7616) or NTLM names; in `plain` or `ascii`, the caller's, or in
 * `response`. */
bool http_read_user(struct bytes mechanism, struct bytes response, struct buf *plain,
                    struct buf *ascii, struct bytes *user);

enum guess http_recognise(struct detection *d);
enum guess http_recognise_answer(struct bytes client, struct bytes server);

#endif
