/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "export/line_ends.h"

#include <string.h>

void line_ends_look(struct line_ends_found *f, struct bytes part)
{
    const uint8_t *from = part.at, *end = part.at + part.n;

    while (from < end) {
        const uint8_t *lf = memchr(from, '\n', (size_t)(end - from));
        uint8_t before;

        if (!lf)
            break;
        before = lf > part.at ? lf[-1] : f->last;
        f->crlf = f->crlf || before == '\r';
        f->lf = f->lf || before != '\r';
        from = lf + 1;
    }
    if (!part.n)
        return;
    f->last = end[-1];
    f->any = true;
}

enum line_ends line_ends_of(const struct line_ends_found *f)
{
    if (f->crlf)
        return f->lf ? LINE_ENDS_MIXED : LINE_ENDS_CRLF;
    return LINE_ENDS_LF;
}

const char *line_ends_word(enum line_ends ends)
{
    static const char *const words[] = {"lf", "crlf", "mixed"};

    return words[ends];
}

void line_ends_to_lf(struct line_ends_map *m, struct bytes part, struct buf *out)
{
    while (part.n) {
        const uint8_t *cr;
        size_t n;

        if (m->cr && part.at[0] != '\n')
            buf_append_byte(out, '\r');
        cr = memchr(part.at, '\r', part.n);
        n = cr ? (size_t)(cr - part.at) : part.n;
        buf_append(out, part.at, n);
        m->cr = cr != NULL;
        part = bytes_skip(part, n + m->cr);
    }
}

void line_ends_finish(struct line_ends_map *m, struct buf *out)
{
    if (m->cr)
        buf_append_byte(out, '\r');
    m->cr = false;
}
