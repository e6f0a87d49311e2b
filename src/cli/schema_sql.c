/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/schema_sql.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>

#include "cli/schema_load.h"
#include "potsherd/schema.h"

/* What tells a row from all others; NULL: nothing does, and the connection's or the message's rows
 * are found by an index. */
static const char *const keys[RECORD_FILE_COUNT] = {
    [RECORD_CONNECTIONS] = "uid",
    [RECORD_REQUESTS] = "uid request_n",
    [RECORD_EMAILS] = "uid email_n",
    [RECORD_PAYLOADS] = "uid email_n",
    [RECORD_LOGINS] = "uid login_n",
    [RECORD_REFUSALS] = "uid refusal_n",
    [RECORD_CAMPAIGNS] = "campaign",
    [RECORD_CAMPAIGN_EMAILS] = "uid email_n",
    [RECORD_CAMPAIGN_SOURCES] = "campaign src_ip",
    [RECORD_CAMPAIGN_PORTS] = "campaign module dst_port",
    [RECORD_CAMPAIGN_DAYS] = "campaign day",
};
static const char *const indexes[RECORD_FILE_COUNT] = {
    [RECORD_RECIPIENTS] = "uid email_n",
    [RECORD_URLS] = "uid email_n",
    [RECORD_ATTACHMENTS] = "uid email_n",
    [RECORD_FIRST_BYTES] = "uid",
};

struct sql_dialect {
    const char *name;
    const char *types[COLUMN_B64 + 1]; /* by enum column_type */
    const char *day;                   /* of ts */
    const char *note;
    void (*after_columns)(const struct record_schema *s, enum record_file file);
    void (*after_table)(const struct record_schema *s, enum record_file file);
    load_line *load;
};

/* "uid, email_n" of "uid email_n", quoted. */
static void print_names(const char *names)
{
    char **all = g_strsplit(names, " ", -1);

    for (char **name = all; *name; name++)
        printf("%s\"%s\"", name == all ? "" : ", ", *name);
    g_strfreev(all);
}

static void print_key(const struct record_schema *s, enum record_file file)
{
    (void)s;
    if (keys[file]) {
        fputs("    PRIMARY KEY (", stdout);
        print_names(keys[file]);
        puts(")");
    }
    puts(");");
}

static void print_index(const struct record_schema *s, enum record_file file)
{
    if (!indexes[file])
        return;
    printf("CREATE INDEX \"%s_rows\" ON \"%s\" (", s->name, s->name);
    print_names(indexes[file]);
    puts(");");
}

/* --- SQLite: .import knows no NULL --- */

static void print_sqlite_input(const struct record_schema *s, enum record_file file)
{
    print_index(s, file);
    printf("CREATE VIEW \"%s_csv\" AS SELECT * FROM \"%s\";\n", s->name, s->name);
    printf("CREATE TRIGGER \"%s_in\" INSTEAD OF INSERT ON \"%s_csv\" BEGIN INSERT INTO \"%s\" "
           "VALUES (",
           s->name, s->name, s->name);
    for (unsigned i = 0; i < s->column_count; i++)
        printf("%snullif(NEW.\"%s\", '')", i ? ", " : "", s->columns[i].name);
    puts("); END;");
}

/* --- ClickHouse: an empty cell of a number is none that it takes --- */

static bool has_ts(const struct record_schema *s)
{
    return !strcmp(s->columns[0].name, "ts");
}

static void print_engine(const struct record_schema *s, enum record_file file)
{
    (void)file;
    printf(") ENGINE = MergeTree %s;\n",
           has_ts(s) ? "PARTITION BY substring(\"ts\", 1, 7) ORDER BY \"ts\"" : "ORDER BY tuple()");
}

static const char *clickhouse_cell(const struct record_schema *s, const struct column *c)
{
    if (has_ts(s) && c == s->columns)
        return "\"%s\"";
    switch (c->type) {
    case COLUMN_UINT:
        return "toUInt64OrNull(\"%s\")";
    case COLUMN_BOOL:
        return "toUInt8OrNull(\"%s\")";
    case COLUMN_REAL:
        return "toFloat64OrNull(\"%s\")";
    default:
        return "nullIf(\"%s\", '')";
    }
}

static void print_clickhouse_input(const struct record_schema *s, enum record_file file)
{
    (void)file;
    printf("CREATE TABLE \"%s_csv\" (", s->name);
    for (unsigned i = 0; i < s->column_count; i++)
        printf("%s\"%s\" String", i ? ", " : "", s->columns[i].name);
    printf(") ENGINE = Null;\nCREATE MATERIALIZED VIEW \"%s_in\" TO \"%s\" AS SELECT ", s->name,
           s->name);
    for (unsigned i = 0; i < s->column_count; i++) {
        const char *name = s->columns[i].name;
        char **around = g_strsplit(clickhouse_cell(s, &s->columns[i]), "%s", 2);

        printf("%s%s%s%s AS \"%s\"", i ? ", " : "", around[0], name, around[1], name);
        g_strfreev(around);
    }
    printf(" FROM \"%s_csv\";\n", s->name);
}

/* --- the dialects --- */

static const struct sql_dialect dialects[] = {
    {.name = "sqlite",
     .types = {[COLUMN_TIME] = "TEXT",
               [COLUMN_TEXT] = "TEXT",
               [COLUMN_REAL] = "REAL",
               [COLUMN_HEX] = "TEXT",
               [COLUMN_UINT] = "INTEGER",
               [COLUMN_BOOL] = "INTEGER",
               [COLUMN_IP] = "TEXT",
               [COLUMN_B64] = "TEXT"},
     .day = "substr(\"ts\", 1, 10)",
     .note = "SQLite.  NAME_csv takes rows as they stand in the CSV, and empty cells as NULL:\n"
             "-- .import --csv --skip 1 emails.csv emails_csv",
     .after_columns = print_key,
     .after_table = print_sqlite_input,
     .load = load_sqlite},
    {.name = "postgresql",
     .types = {[COLUMN_TIME] = "timestamptz",
               [COLUMN_TEXT] = "text",
               [COLUMN_REAL] = "double precision",
               [COLUMN_HEX] = "text",
               [COLUMN_UINT] = "bigint",
               [COLUMN_BOOL] = "boolean",
               [COLUMN_IP] = "inet",
               [COLUMN_B64] = "text"},
     .day = "CAST(\"ts\" AT TIME ZONE 'UTC' AS date)",
     .note = "PostgreSQL.  \"user\" without quotes would be who is logged in.\n"
             "-- \\copy emails from 'emails.csv' with (format csv, header)",
     .after_columns = print_key,
     .after_table = print_index,
     .load = load_postgresql},
    {.name = "duckdb",
     .types = {[COLUMN_TIME] = "TIMESTAMP",
               [COLUMN_TEXT] = "VARCHAR",
               [COLUMN_REAL] = "DOUBLE",
               [COLUMN_HEX] = "VARCHAR",
               [COLUMN_UINT] = "UBIGINT",
               [COLUMN_BOOL] = "BOOLEAN",
               [COLUMN_IP] = "VARCHAR",
               [COLUMN_B64] = "VARCHAR"},
     .day = "CAST(\"ts\" AS DATE)",
     .note = "DuckDB.  Times are UTC.\n"
             "-- COPY emails FROM 'emails.csv' (" LOAD_DUCKDB_OPTIONS ");",
     .after_columns = print_key,
     .after_table = print_index,
     .load = load_duckdb},
    {.name = "clickhouse",
     .types = {[COLUMN_TIME] = "Nullable(String)",
               [COLUMN_TEXT] = "Nullable(String)",
               [COLUMN_REAL] = "Nullable(Float64)",
               [COLUMN_HEX] = "Nullable(String)",
               [COLUMN_UINT] = "Nullable(UInt64)",
               [COLUMN_BOOL] = "Nullable(UInt8)",
               [COLUMN_IP] = "Nullable(String)",
               [COLUMN_B64] = "Nullable(String)"},
     .day = "substring(\"ts\", 1, 10)",
     .note = "ClickHouse (18.16 and later; --multiquery).  Times and addresses are texts, since\n"
             "-- 18.16 has no type for them.  NAME_csv takes rows as they stand in the CSV, and\n"
             "-- empty cells as NULL.  What loads them, behind the views, is for the shell:\n"
             "-- sed -n 's/^-- \\$ //p' THIS-FILE | sh",
     .after_columns = print_engine,
     .after_table = print_clickhouse_input,
     .load = load_clickhouse},
};

const struct sql_dialect *sql_dialect_find(const char *name)
{
    if (!strcmp(name, "sql"))
        return &dialects[0];
    for (size_t i = 0; i < G_N_ELEMENTS(dialects); i++)
        if (!strcmp(name, dialects[i].name))
            return &dialects[i];
    return NULL;
}

/* ClickHouse sorts by ts, and so takes no NULL there. */
static const char *type_of(const struct sql_dialect *d, const struct record_schema *s, unsigned i)
{
    bool sorts = !i && has_ts(s) && d->load == load_clickhouse;

    return sorts ? "String" : d->types[s->columns[i].type];
}

void schema_sql_table(const struct sql_dialect *d, enum record_file file)
{
    const struct record_schema *s = record_schema(file);
    bool key = keys[file] && d->after_columns == print_key;

    printf("-- %s.csv: a row is %s\nCREATE TABLE \"%s\" (\n", s->name, s->row, s->name);
    for (unsigned i = 0; i < s->column_count; i++) {
        const struct column *c = &s->columns[i];

        printf("    \"%s\" %s%s -- %s%s%s\n", c->name, type_of(d, s, i),
               key || i + 1 < s->column_count ? "," : "", c->meaning, c->unit[0] ? "; " : "",
               c->unit);
    }
    d->after_columns(s, file);
    d->after_table(s, file);
    putchar('\n');
}

static void print_views(const struct sql_dialect *d)
{
#define ASKED                                                                                      \
    "\"sensor\", \"src_ip\", \"src_cc\", \"src_asn\", \"src_as_name\", \"module\", \"class\", "    \
    "\"target_host\", \"target_ip\", \"target_port\""

    puts("-- Who asked the proxies for what, requests inside of tunnels left out\n"
         "CREATE VIEW \"who_asked_for_what\" AS\n    SELECT " ASKED ",\n"
         "        count(*) AS \"requests\", min(\"ts\") AS \"first_ts\", max(\"ts\") AS "
         "\"last_ts\"\n"
         "    FROM \"requests\" WHERE \"depth\" = 1 AND \"class\" <> 'web' GROUP BY " ASKED ";\n");
    puts(
        "-- Mails with who sent them\n"
        "CREATE VIEW \"mails_with_source\" AS\n"
        "    SELECT \"ts\", \"uid\", \"email_n\", \"sensor\", \"src_ip\", \"src_cc\", \"src_asn\", "
        "\"src_as_name\", \"dst_port\",\n"
        "        \"module\", \"target_host\", \"target_ip\", \"target_port\", \"mail_from\", "
        "\"rcpt_count\", \"subject\", \"tags\", \"sha256\"\n"
        "    FROM \"emails\";\n");
    printf("-- Mails and their recipients, a day (UTC)\n"
           "CREATE VIEW \"mails_a_day\" AS\n"
           "    SELECT %s AS \"day\", count(*) AS \"emails\", sum(\"rcpt_count\") AS "
           "\"recipients\"\n    FROM \"emails\" GROUP BY %s;\n\n",
           d->day, d->day);
}

bool schema_sql(const struct sql_dialect *d, const struct options *options)
{
    printf("-- potsherd's records in %s\n"
           "-- Names are quoted: \"end\" and \"user\" are reserved words.\n\n",
           d->note);
    for (int i = 0; i < RECORD_FILE_COUNT; i++)
        schema_sql_table(d, i);
    print_views(d);
    return schema_load(d->load, options);
}
