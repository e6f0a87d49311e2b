/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "potsherd/schema.h"

#define COLUMN(FILE, name, TYPE, HOLDS, unit, meaning)                                             \
    {#name, COLUMN_##TYPE, HOLDS_##HOLDS, unit, meaning},
static const struct column connections_columns[] = {PS_COLUMNS_CONNECTIONS(COLUMN)};
static const struct column requests_columns[] = {PS_COLUMNS_REQUESTS(COLUMN)};
static const struct column emails_columns[] = {PS_COLUMNS_EMAILS(COLUMN)};
static const struct column recipients_columns[] = {PS_COLUMNS_RECIPIENTS(COLUMN)};
static const struct column urls_columns[] = {PS_COLUMNS_URLS(COLUMN)};
static const struct column attachments_columns[] = {PS_COLUMNS_ATTACHMENTS(COLUMN)};
static const struct column payloads_columns[] = {PS_COLUMNS_PAYLOADS(COLUMN)};
static const struct column scans_columns[] = {PS_COLUMNS_SCANS(COLUMN)};
static const struct column stats_columns[] = {PS_COLUMNS_STATS(COLUMN)};
static const struct column first_bytes_columns[] = {PS_COLUMNS_FIRST_BYTES(COLUMN)};
static const struct column logins_columns[] = {PS_COLUMNS_LOGINS(COLUMN)};
static const struct column refusals_columns[] = {PS_COLUMNS_REFUSALS(COLUMN)};
static const struct column captures_columns[] = {PS_COLUMNS_CAPTURES(COLUMN)};
static const struct column campaigns_columns[] = {PS_COLUMNS_CAMPAIGNS(COLUMN)};
static const struct column campaign_emails_columns[] = {PS_COLUMNS_CAMPAIGN_EMAILS(COLUMN)};
static const struct column campaign_sources_columns[] = {PS_COLUMNS_CAMPAIGN_SOURCES(COLUMN)};
static const struct column campaign_ports_columns[] = {PS_COLUMNS_CAMPAIGN_PORTS(COLUMN)};
static const struct column campaign_days_columns[] = {PS_COLUMNS_CAMPAIGN_DAYS(COLUMN)};
#undef COLUMN

static const struct record_schema schemas[] = {
#define FILE_SCHEMA(NAME, name, writer, row)                                                       \
    {#name, WRITER_##writer, row, name##_columns, NAME##_COLUMN_COUNT},
    PS_FILES(FILE_SCHEMA)
#undef FILE_SCHEMA
};

const struct record_schema *record_schema(enum record_file file)
{
    return &schemas[file];
}

const char *column_type_name(enum column_type type)
{
    static const char *const names[] = {"TIME", "TEXT", "REAL", "HEX", "UINT", "BOOL", "IP", "B64"};

    return names[type];
}

const char *column_holds_name(enum column_holds holds)
{
    static const char *const names[] = {
#define NAME(NAME, word) word,
        COLUMN_HOLDS(NAME)
#undef NAME
    };

    return names[holds];
}
