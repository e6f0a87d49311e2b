/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "potsherd/capture.h"

#include "capture/source.h"

bool capture_next(struct capture *c, struct frame *out)
{
    if (!c->source->next(c, out))
        return false;
    out->number = ++c->frames;
    return true;
}

void capture_read_progress(const struct capture *c, struct capture_progress *out)
{
    c->source->read_progress(c, out);
    out->frames = c->frames;
}

unsigned capture_failures(const struct capture *c)
{
    return c->failures;
}

void capture_close(struct capture *c)
{
    if (c)
        c->source->close(c);
}
