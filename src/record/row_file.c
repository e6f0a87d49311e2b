/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record/row_file.h"

#include <errno.h>
#include <glib.h>

#include "potsherd/csv_file.h"
#include "record/channel.h"

static bool put_into_file(void *context, struct bytes bytes, uint64_t rows, bool part)
{
    struct row_file *f = context;

    return output_file_write(&f->file, bytes, rows, part);
}

static bool put_as_json(void *context, struct bytes bytes, uint64_t rows, bool part)
{
    struct row_file *f = context;

    buf_clear(&f->lines);
    row_json_put(&f->json, bytes, &f->lines);
    return output_file_write(&f->file, buf_view(&f->lines), rows, part);
}

static bool gone(struct row_file *f)
{
    return failure_set(&f->gone, "the process that writes the records is gone: %s",
                       g_strerror(errno));
}

static bool put_into_outbox(void *context, struct bytes bytes, uint64_t rows, bool part)
{
    struct row_file *f = context;
    struct channel_head head = {part ? CHANNEL_PART : CHANNEL_ROWS, f->number, rows, bytes.n};

    return !row_file_failure(f) && (outbox_put(f->outbox, &head, bytes.at) || gone(f));
}

/* They are on the disk when the process that writes has them there. */
static bool put_into_pipe(void *context, struct bytes bytes, uint64_t rows, bool part)
{
    struct row_file *f = context;
    struct channel_head head = {part ? CHANNEL_PART : CHANNEL_ROWS, f->number, rows, bytes.n};

    if (row_file_failure(f))
        return false;
    return channel_put(f->pipe, &head, bytes.at) || gone(f);
}

bool row_file_open(struct row_file *f, const struct row_place *place, enum record_file number,
                   const struct row_mask *mask)
{
    const struct record_schema *schema = record_schema(number);
    bool json = place->json && !place->job;
    struct row_sink sink = {place->outbox ? put_into_outbox
                            : place->job  ? put_into_pipe
                            : json        ? put_as_json
                                          : put_into_file,
                            f};
    struct buf header = {0};

    *f = (struct row_file){.number = number, .pipe = -1};
    if (place->job)
        f->pipe = schema->writer == WRITER_MESSAGES ? place->message_pipe : place->pipe;
    f->outbox = place->outbox;
    rows_init(&f->rows, number, mask, sink);
    f->rows.each = place->outbox;
    if (json)
        f->json.schema = schema;
    else
        rows_header(schema, &header);
    output_file_init(&f->file, &place->files, json ? &ndjson_file : &csv_file, schema->name,
                     buf_view(&header));
    buf_fini(&header);
    return place->files.live || output_file_begin(&f->file);
}

static bool is_open(const struct row_file *f)
{
    return f->rows.schema != NULL;
}

bool row_file_flush(struct row_file *f)
{
    bool good;

    if (!is_open(f))
        return true;
    good = rows_flush(&f->rows);
    output_file_check(&f->file);
    return good;
}

void row_file_sync(struct row_file *f)
{
    if (is_open(f) && row_file_flush(f))
        output_file_sync(&f->file);
}

void row_file_finish(struct row_file *f)
{
    if (!is_open(f))
        return;
    (void)rows_flush(&f->rows);
    (void)output_file_finish(&f->file);
}

void row_file_close(struct row_file *f)
{
    row_file_finish(f);
    rows_fini(&f->rows);
    output_file_fini(&f->file);
    row_json_fini(&f->json);
    buf_fini(&f->lines);
    f->rows.schema = NULL;
}

void row_file_abandon(struct row_file *f)
{
    f->rows.parted = false;
    row_json_reset(&f->json);
    output_file_abandon(&f->file);
}

const struct failure *row_file_failure(const struct row_file *f)
{
    if (f->gone.text[0])
        return &f->gone;
    return output_file_failed(&f->file) ? &f->file.failure : NULL;
}
