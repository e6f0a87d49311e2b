/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The rows of one record file, of whatever kind, with all the columns that the kind has: cells by
 * the columns' numbers (potsherd/schema.h), empty where the file lacks a column.  Cells keep
 * doubled quotes (csv_cell_undouble).
 *
 * The data of payloads.csv is no cell: it comes in parts, after the row (source_data).
 */
#ifndef POTSHERD_EXPORT_SOURCE_H
#define POTSHERD_EXPORT_SOURCE_H

#include "potsherd/csv_reader.h"
#include "potsherd/schema.h"

struct source;

struct source *source_open(const char *path, enum record_file kind, struct csv_damage *damage,
                           struct failure *failure); /* NULL: failure */
void source_close(struct source *s);                 /* NULL is fine */
struct bytes source_header(const struct source *s);  /* with its line end */
bool source_has(const struct source *s, unsigned column);

/* NULL at the end, and after a read error (source_failed). */
const struct bytes *source_next(struct source *s);
/* The row as it stands, with its line end; of payloads.csv up to its data. */
struct bytes source_line(const struct source *s);
/* Of payloads.csv: more of the data, in base64, until it is empty; and then the rest of the row as
 * it stands (empty: the row is damaged).  Of others both are empty. */
struct bytes source_data(struct source *s);
struct bytes source_rest(struct source *s);
void source_damaged(struct source *s, const char *what); /* the caller found the row to be so */

bool source_failed(const struct source *s, struct failure *failure);

#endif
