/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "potsherd/evidence.h"

#include "record/channel.h"

#define WAITING_MAX (256 * 1024) /* bytes of either that are sent together */

static bool send(const struct evidence *e, enum channel_kind kind, struct buf *bytes)
{
    struct channel_head head = {.kind = kind, .bytes = bytes->len};
    bool good = !bytes->len || channel_put(e->pipe, &head, bytes->data);

    buf_clear(bytes);
    return good;
}

void evidence_frame(struct evidence *e, const struct frame *frame)
{
    struct channel_frame head = {.ts = frame->ts,
                                 .link_type = frame->link_type,
                                 .caplen = frame->caplen,
                                 .wire_len = frame->wire_len};

    buf_append(&e->frames, &head, sizeof head);
    buf_append(&e->frames, frame->bytes, frame->caplen);
    if (e->frames.len >= WAITING_MAX)
        (void)send(e, CHANNEL_FRAMES, &e->frames);
}

void evidence_line(struct evidence *e, const void *line, size_t n)
{
    buf_append(&e->lines, line, n);
    if (e->lines.len >= WAITING_MAX)
        (void)send(e, CHANNEL_LINES, &e->lines);
}

bool evidence_flush(struct evidence *e)
{
    bool frames = send(e, CHANNEL_FRAMES, &e->frames);

    return send(e, CHANNEL_LINES, &e->lines) && frames;
}

void evidence_fini(struct evidence *e)
{
    buf_fini(&e->frames);
    buf_fini(&e->lines);
}
