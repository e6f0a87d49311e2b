/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of columns.h as SQL, for the engines that records are loaded into. */
#ifndef POTSHERD_CLI_SCHEMA_SQL_H
#define POTSHERD_CLI_SCHEMA_SQL_H

#include <stdbool.h>

#include "potsherd/options.h"
#include "potsherd/schema.h"

struct sql_dialect;

/* sqlite, postgresql, duckdb, clickhouse, or sql for the first; NULL: none of them. */
const struct sql_dialect *sql_dialect_find(const char *name);
void schema_sql_table(const struct sql_dialect *dialect, enum record_file file);
/* Tables, keys and views, and what loads the records of the folders that were named.  False: they
 * hold what cannot be loaded, and that was logged. */
bool schema_sql(const struct sql_dialect *dialect, const struct options *options);

#endif
