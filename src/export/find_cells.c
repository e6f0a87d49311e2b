/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the formats of `find` are given: the cells of a row, and where they print. */
#include "export/find.h"

#include <stdio.h>

#define FLUSH_BYTES 65536

void find_flush(struct finding *f)
{
    if (!f->stop && f->out.len && fwrite(f->out.data, 1, f->out.len, stdout) != f->out.len)
        f->stop = true; /* main says why */
    buf_clear(&f->out);
}

void find_put(struct finding *f, struct bytes bytes)
{
    buf_append(&f->out, bytes.at, bytes.n);
    if (f->out.len >= FLUSH_BYTES)
        find_flush(f);
}

/* The row's cells go with the first part of its data. */
static void read_data(const struct finding *f, struct source *source, struct bytes *cells,
                      struct buf *memory)
{
    size_t data = 0, at = 0;
    struct bytes part;

    for (unsigned i = 0; i < f->column_count; i++)
        buf_append(memory, cells[i].at, cells[i].n);
    data = memory->len;
    while ((part = source_data(source)).n)
        buf_append(memory, part.at, part.n);
    for (unsigned i = 0; i < f->column_count; i++) {
        if (f->columns[i] == PAYLOADS_data) {
            cells[i] = (struct bytes){memory->data + data, memory->len - data};
            continue;
        }
        cells[i].at = memory->data + at;
        at += cells[i].n;
    }
}

void find_cells(const struct finding *f, struct source *source, const struct bytes *cells,
                struct bytes *out, struct buf *memory)
{
    bool with_data = false;

    buf_clear(memory);
    for (unsigned i = 0; i < f->column_count; i++) {
        out[i] = cells[f->columns[i]];
        with_data = with_data || (f->kind == RECORD_PAYLOADS && f->columns[i] == PAYLOADS_data);
    }
    if (with_data)
        read_data(f, source, out, memory);
}
