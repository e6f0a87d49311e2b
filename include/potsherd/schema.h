/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The table of columns.h as data: for header lines, `potsherd schema`, and
 * whoever reads the records back.
 */
#ifndef POTSHERD_SCHEMA_H
#define POTSHERD_SCHEMA_H

#include "potsherd/columns.h"

enum record_file {
#define SCHEMA_FILE(NAME, name, writer, meaning) RECORD_##NAME,
    PS_FILES(SCHEMA_FILE)
#undef SCHEMA_FILE
        RECORD_FILE_COUNT
};

/* Who makes the rows of a file: see columns.h. */
enum record_writer { WRITER_NONE, WRITER_RECORDER, WRITER_LIVE, WRITER_ANSWER, WRITER_MESSAGES };

enum column_type {
    COLUMN_TIME,
    COLUMN_TEXT,
    COLUMN_REAL,
    COLUMN_HEX,
    COLUMN_UINT,
    COLUMN_BOOL,
    COLUMN_IP,
    COLUMN_B64
};

/* CONNECTIONS_ts, CONNECTIONS_uid, ...: a column's number in its file. */
#define SCHEMA_COLUMN(FILE, name, TYPE, unit, meaning) FILE##_##name,
enum { PS_COLUMNS_CONNECTIONS(SCHEMA_COLUMN) CONNECTIONS_COLUMN_COUNT };
enum { PS_COLUMNS_REQUESTS(SCHEMA_COLUMN) REQUESTS_COLUMN_COUNT };
enum { PS_COLUMNS_EMAILS(SCHEMA_COLUMN) EMAILS_COLUMN_COUNT };
enum { PS_COLUMNS_RECIPIENTS(SCHEMA_COLUMN) RECIPIENTS_COLUMN_COUNT };
enum { PS_COLUMNS_URLS(SCHEMA_COLUMN) URLS_COLUMN_COUNT };
enum { PS_COLUMNS_ATTACHMENTS(SCHEMA_COLUMN) ATTACHMENTS_COLUMN_COUNT };
enum { PS_COLUMNS_PAYLOADS(SCHEMA_COLUMN) PAYLOADS_COLUMN_COUNT };
enum { PS_COLUMNS_SCANS(SCHEMA_COLUMN) SCANS_COLUMN_COUNT };
enum { PS_COLUMNS_STATS(SCHEMA_COLUMN) STATS_COLUMN_COUNT };
enum { PS_COLUMNS_FIRST_BYTES(SCHEMA_COLUMN) FIRST_BYTES_COLUMN_COUNT };
enum { PS_COLUMNS_LOGINS(SCHEMA_COLUMN) LOGINS_COLUMN_COUNT };
enum { PS_COLUMNS_REFUSALS(SCHEMA_COLUMN) REFUSALS_COLUMN_COUNT };
#undef SCHEMA_COLUMN

struct column {
    const char *name;
    enum column_type type;
    const char *unit; /* "B", "s", or empty */
    const char *meaning;
};

struct record_schema {
    const char *name; /* of the file, without .csv */
    enum record_writer writer;
    const char *row; /* what a row is */
    const struct column *columns;
    unsigned column_count;
};

const struct record_schema *record_schema(enum record_file file);
const char *column_type_name(enum column_type type);

#endif
