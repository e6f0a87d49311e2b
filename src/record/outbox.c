/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record/outbox.h"

#include "base/pipe.h"

#define SEND_BYTES (256 * 1024)

bool outbox_send(struct outbox *o)
{
    bool good = !o->out.len || pipe_write(o->pipe, buf_view(&o->out));

    buf_clear(&o->out);
    return good;
}

bool outbox_put(struct outbox *o, const struct channel_head *head, const void *bytes)
{
    const struct channel_moment m = {*head, *o->now};

    buf_append(&o->out, &m, sizeof m);
    buf_append(&o->out, bytes, head->bytes);
    return o->out.len < SEND_BYTES || outbox_send(o);
}

bool outbox_mark(struct outbox *o)
{
    const struct channel_head mark = {.kind = CHANNEL_MARK};

    return outbox_put(o, &mark, "") && outbox_send(o);
}

void outbox_fini(struct outbox *o)
{
    buf_fini(&o->out);
}
