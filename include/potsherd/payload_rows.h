/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads payloads.csv, plain or compressed.  Its last cell may be longer than csv_reader takes, and
 * than memory: it comes in parts.
 *
 *   payload_rows_next -> payload_rows_data until it is empty -> payload_rows_tail
 *
 * Each of the three may be left out.  Damaged rows are counted as csv_reader counts them.  What a
 * row has before its data, and behind it, is PAYLOAD_ROW_MAX bytes at most.
 */
#ifndef POTSHERD_PAYLOAD_ROWS_H
#define POTSHERD_PAYLOAD_ROWS_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/log.h"
#include "potsherd/csv_reader.h"
#include "potsherd/schema.h"

#define PAYLOAD_ROW_MAX (64 * 1024)

struct payload_rows;

/* NULL and a message when it cannot be read, or has no uid, email_n and, behind them, data. */
struct payload_rows *payload_rows_open(const char *path, struct csv_damage *damage,
                                       struct failure *failure);
void payload_rows_close(struct payload_rows *p);                /* NULL is fine */
struct bytes payload_rows_header(const struct payload_rows *p); /* as it stands */
bool payload_rows_has(const struct payload_rows *p, unsigned column);

/* The cells by their columns' numbers, PAYLOADS_ts...; that of data is empty.  Quotes that were
 * doubled stay so (csv_cell_undouble).  Valid until payload_rows_data.  NULL at the end of the
 * file, and after a read error (payload_rows_failed). */
const struct bytes *payload_rows_next(struct payload_rows *p);
/* The row as it stands, up to its data; as long valid as the cells. */
struct bytes payload_rows_head(const struct payload_rows *p);
/* More of the data; empty at its end.  Valid until the next call. */
struct bytes payload_rows_data(struct payload_rows *p);
/* The rest of the row as it stands, with its line end.  Empty: the row is damaged. */
struct bytes payload_rows_tail(struct payload_rows *p);
/* The caller found the row to be damaged. */
void payload_rows_damaged(struct payload_rows *p, const char *what);

bool payload_rows_failed(const struct payload_rows *p, struct failure *failure);

#endif
