/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rows of a record file as JSON lines (RFC 8259, an object a line), made of the CSV that rows are
 * written as: numbers as numbers, BOOL as false and true, times, addresses and all else as
 * strings; what is empty is left out.  Of text the escapes of records are undone where that gives
 * UTF-8; other text stays as it stands in the cell.
 */
#ifndef POTSHERD_ROW_JSON_H
#define POTSHERD_ROW_JSON_H

#include "base/json.h"
#include "potsherd/output_file.h"
#include "potsherd/schema.h"

/* Appends a cell's value; `cell` is as it stands between the commas, without the quotes around
 * it, and not empty. `scratch` is overwritten. */
void row_json_value(struct buf *out, enum column_type type, struct bytes cell, struct buf *scratch);

/* Rows that come in pieces, cut anywhere.  All zero but `schema` is a fresh one. */
struct row_json {
    const struct record_schema *schema;   /* borrowed */
    unsigned column;                      /* of the cell that is read */
    bool in_row, quoted, closed, in_data; /* closed: a quoted part has just ended */
    struct buf cell, scratch;             /* up to a cell; base64 is passed on as it comes */
    struct json line;
};

/* Appends to `out` what these bytes of CSV add to the lines; no header line. */
void row_json_put(struct row_json *j, struct bytes csv, struct buf *out);
void row_json_reset(struct row_json *j); /* the row that is being put will not end */
void row_json_fini(struct row_json *j);

/* NAME.ndjson, without a head. */
extern const struct output_kind ndjson_file;

#endif
