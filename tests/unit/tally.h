/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of the report share: one tally, rows into it, tables out of it. */
#ifndef POTSHERD_TEST_TALLY_H
#define POTSHERD_TEST_TALLY_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "report/tables.h"

#define EMAILS                                                                                     \
    "ts,sensor,src_ip,dst_port,service,src_cc,src_asn,src_as_name,module,target_host,target_ip,"   \
    "target_port,mail_from,rcpt_count,size,body_sha256,subject,language,mailer,charset,probe,"     \
    "tags\n"

static char path[] = "/tmp/test_tally.XXXXXX";
static struct tally tally;

static void begin(const struct tally_options *options)
{
    static const struct tally_options everything;

    tally_init(&tally, options ? options : &everything);
}

static void read_text(const char *kind, const char *header, const char *rows)
{
    struct failure failure = {""};
    FILE *file = fopen(path, "wb");
    unsigned i = 0;

    assert_non_null(file);
    assert_true(fputs(header, file) >= 0 && fputs(rows, file) >= 0 && fclose(file) == 0);
    while (strcmp(tally_kind_name(i), kind) != 0)
        i++;
    if (!tally_read(&tally, i, path, NULL, NULL, &failure))
        fail_msg("%s", failure.text);
}

/* The rows of a table as "a|b;" each, by the ids of columns. */
static void expect_table(const struct report_tables *tables, const char *id, const char *columns,
                         const char *expected)
{
    const struct table *t = tables_find(tables, id);
    char **wanted = g_strsplit(columns, " ", 0);
    GString *rows = g_string_new(NULL);
    char scratch[VALUE_TEXT_MAX];

    assert_non_null(t);
    for (size_t row = 0; row < table_rows(t); row++) {
        for (char **name = wanted; *name; name++)
            for (unsigned i = 0; i < table_columns(t); i++)
                if (strcmp(table_column_at(t, i)->id, *name) == 0)
                    g_string_append_printf(rows, "%s%s", name == wanted ? "" : "|",
                                           value_text(table_value_at(t, row, i), scratch));
        g_string_append_c(rows, ';');
    }
    assert_string_equal(rows->str, expected);
    g_string_free(rows, TRUE);
    g_strfreev(wanted);
}

static void end(struct report_tables *tables)
{
    tables_free(tables);
    tally_fini(&tally);
}

static int make_path(void **state)
{
    int fd = mkstemp(path);

    (void)state;
    return fd < 0 ? -1 : close(fd);
}

static int remove_path(void **state)
{
    (void)state;
    return unlink(path);
}

#endif
