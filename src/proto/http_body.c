/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/http_body.h"

#include "proto/http_line.h"

void http_enter(struct layer *l, struct http_side *side, enum http_state state)
{
#define STATE_NAME(name) #name,
    static const char *const names[] = {HTTP_STATES(STATE_NAME)};
#undef STATE_NAME

    if (layer_is_traced(l) && state != side->state)
        layer_trace(l, side->from == FROM_CLIENT ? "http client" : "http server",
                    names[side->state], names[state]);
    side->state = state;
}

bool http_unfold(struct http_side *side, struct bytes line, struct buf *out)
{
    struct buf whole = side->header;

    if (line.n && side->header.len && (line.at[0] == ' ' || line.at[0] == '\t')) {
        line = bytes_trim(line);
        if (side->header.len + line.n < CONVERSATION_HEAD_MAX) {
            buf_append_byte(&side->header, ' ');
            buf_append(&side->header, line.at, line.n);
        }
        return false;
    }
    side->header = *out;
    *out = whole;
    buf_set(&side->header, line.at, line.n);
    return out->len != 0;
}

/* What frames a body: the same headers in both directions (RFC 9112 section 6). */
void http_read_framing(struct http_side *side, struct bytes name, struct bytes value)
{
    if (bytes_equal_nocase(name, "Content-Length"))
        side->has_length = http_parse_length(value, &side->left);
    else if (bytes_equal_nocase(name, "Transfer-Encoding"))
        side->chunked = bytes_find_nocase(value, "chunked") != NULL;
}

void http_start_body(struct layer *l, struct http_side *side, bool to_close)
{
    if (side->chunked)
        http_enter(l, side, HTTP_CHUNK_SIZE);
    else if (side->has_length && side->left)
        http_enter(l, side, HTTP_BODY);
    else
        http_enter(l, side, to_close && !side->has_length ? HTTP_BODY_TO_CLOSE : HTTP_START);
}

/* Steps over a body.  `part` is what of it is in `in`. */
enum step http_take_body(struct layer *l, struct http_side *side, struct bytes in, size_t *used,
                         struct bytes *part)
{
    struct bytes line;
    enum step step = STEP_AGAIN;

    *part = BYTES_NONE;
    switch (side->state) {
    case HTTP_BODY:
    case HTTP_CHUNK_DATA:
        *used = in.n < side->left ? in.n : (size_t)side->left;
        *part = (struct bytes){in.at, *used};
        side->left -= *used;
        if (!side->left)
            http_enter(l, side, side->state == HTTP_BODY ? HTTP_START : HTTP_CHUNK_END);
        return STEP_AGAIN;
    case HTTP_CHUNK_SIZE:
        if (!layer_take_line(l, side->from, in, &line, used, &step))
            return step;
        if (!http_parse_chunk_size(line, &side->left))
            http_enter(l, side, HTTP_SKIP);
        else
            http_enter(l, side, side->left ? HTTP_CHUNK_DATA : HTTP_TRAILER);
        return STEP_AGAIN;
    case HTTP_CHUNK_END:
        if (layer_take_line(l, side->from, in, &line, used, &step))
            http_enter(l, side, HTTP_CHUNK_SIZE);
        return *used ? STEP_AGAIN : step;
    case HTTP_TRAILER:
        if (layer_take_line(l, side->from, in, &line, used, &step) && !line.n)
            http_enter(l, side, HTTP_START);
        return *used ? STEP_AGAIN : step;
    default: /* to the close */
        *used = in.n;
        if (side->state == HTTP_BODY_TO_CLOSE)
            *part = in;
        return STEP_AGAIN;
    }
}

/* A gap inside a body of known length is stepped over; true if that was all. */
bool http_gap_in_body(struct layer *l, struct http_side *side, uint64_t missing)
{
    if (side->state == HTTP_BODY_TO_CLOSE || side->state == HTTP_SKIP)
        return true;
    if ((side->state != HTTP_BODY && side->state != HTTP_CHUNK_DATA) || missing > side->left)
        return false;
    side->left -= missing;
    if (!side->left)
        http_enter(l, side, side->state == HTTP_BODY ? HTTP_START : HTTP_CHUNK_END);
    return true;
}
