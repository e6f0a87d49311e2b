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
enum record_writer {
    WRITER_NONE,
    WRITER_RECORDER,
    WRITER_LIVE,
    WRITER_ANSWER,
    WRITER_MESSAGES,
    WRITER_CAPTURES,
    WRITER_CAMPAIGNS
};

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

/* X(NAME, word): what a cell holds of persons; see columns.h and redact.h. */
#define COLUMN_HOLDS(X)                                                                            \
    X(OPEN, "open")                                                                                \
    X(UID, "uid")                                                                                  \
    X(FLOW, "flow")                                                                                \
    X(SOURCE, "source")                                                                            \
    X(PEER, "peer")                                                                                \
    X(MAILBOX, "mailbox")                                                                          \
    X(DOMAIN, "domain")                                                                            \
    X(SECRET, "secret")                                                                            \
    X(FREE, "free")                                                                                \
    X(CONTENT, "content")                                                                          \
    X(LINK, "link")                                                                                \
    X(TARGET, "target")                                                                            \
    X(DIGEST, "digest")                                                                            \
    X(BYTES, "bytes")

enum column_holds {
#define HOLDS_ENUM(NAME, word) HOLDS_##NAME,
    COLUMN_HOLDS(HOLDS_ENUM)
#undef HOLDS_ENUM
};

/* CONNECTIONS_ts, CONNECTIONS_uid, ...: a column's number in its file. */
#define SCHEMA_COLUMN(FILE, name, TYPE, HOLDS, unit, meaning) FILE##_##name,
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
enum { PS_COLUMNS_CAPTURES(SCHEMA_COLUMN) CAPTURES_COLUMN_COUNT };
enum { PS_COLUMNS_CAMPAIGNS(SCHEMA_COLUMN) CAMPAIGNS_COLUMN_COUNT };
enum { PS_COLUMNS_CAMPAIGN_EMAILS(SCHEMA_COLUMN) CAMPAIGN_EMAILS_COLUMN_COUNT };
enum { PS_COLUMNS_CAMPAIGN_SOURCES(SCHEMA_COLUMN) CAMPAIGN_SOURCES_COLUMN_COUNT };
enum { PS_COLUMNS_CAMPAIGN_PORTS(SCHEMA_COLUMN) CAMPAIGN_PORTS_COLUMN_COUNT };
enum { PS_COLUMNS_CAMPAIGN_DAYS(SCHEMA_COLUMN) CAMPAIGN_DAYS_COLUMN_COUNT };
#undef SCHEMA_COLUMN

struct column {
    const char *name;
    enum column_type type;
    enum column_holds holds;
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
const char *column_holds_name(enum column_holds holds);

#endif
