/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lines that load record files into the tables of schema_sql.c. */
#ifndef POTSHERD_CLI_SCHEMA_LOAD_H
#define POTSHERD_CLI_SCHEMA_LOAD_H

#include "potsherd/options.h"
#include "potsherd/schema.h"

#define LOAD_DUCKDB_OPTIONS                                                                        \
    "FORMAT csv, HEADER, AUTO_DETECT false, DELIMITER ',', QUOTE '\"', ESCAPE '\"', NULLSTR '', "  \
    "MAX_LINE_SIZE 134217728"

struct load_file {
    const struct record_schema *schema;
    const char *path;   /* absolute */
    const char *unpack; /* program that uncompresses it to its output; NULL: plain */
    unsigned columns;   /* that it has, of the schema's: an older version wrote fewer */
};

typedef void load_line(const struct load_file *file);
load_line load_sqlite, load_postgresql, load_duckdb, load_clickhouse;

/* Of all files in the folders that were named; none: nothing. */
bool schema_load(load_line *load, const struct options *options);

#endif
