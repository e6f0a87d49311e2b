/* SPDX-License-Identifier: GPL-3.0-or-later */
/* potsherd schema: the table of columns.h, for people and for programs. */
#include "potsherd/schema.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "cli/options.h"
#include "cli/schema_sql.h"
#include "cli/spelling.h"

static void print_markdown(const struct record_schema *s)
{
    printf("## %s.csv\n\nA row is %s.\n\n| column | type | holds | unit | meaning "
           "|\n|---|---|---|---|---|\n",
           s->name, s->row);
    for (unsigned i = 0; i < s->column_count; i++) {
        const struct column *c = &s->columns[i];

        printf("| %s | %s | %s | %s | %s |\n", c->name, column_type_name(c->type),
               column_holds_name(c->holds), c->unit, c->meaning);
    }
    putchar('\n');
}

static void print_json_text(const char *text)
{
    struct buf out = {0};

    json_string(&out, text);
    fputs(buf_string(&out), stdout);
    buf_fini(&out);
}

static void print_json(const struct record_schema *s, bool last)
{
    printf("  {\"file\": \"%s.csv\", \"row\": ", s->name);
    print_json_text(s->row);
    fputs(", \"columns\": [\n", stdout);
    for (unsigned i = 0; i < s->column_count; i++) {
        const struct column *c = &s->columns[i];

        printf("    {\"name\": \"%s\", \"type\": \"%s\", \"holds\": \"%s\", \"unit\": \"%s\", "
               "\"meaning\": ",
               c->name, column_type_name(c->type), column_holds_name(c->holds), c->unit);
        print_json_text(c->meaning);
        printf("}%s\n", i + 1 < s->column_count ? "," : "");
    }
    printf("  ]}%s\n", last ? "" : ",");
}

static void print(const struct record_schema *s, const char *as, bool last)
{
    if (!strcmp(as, "json"))
        print_json(s, last);
    else
        print_markdown(s);
}

/* "emails", "emails.csv"; -1: no record file. */
static int file_called(const char *name)
{
    for (int i = 0; i < RECORD_FILE_COUNT; i++) {
        const char *own = record_schema(i)->name;
        size_t n = strlen(own);

        if (!strncmp(name, own, n) && (!name[n] || !strcmp(name + n, ".csv")))
            return i;
    }
    return -1;
}

static int no_such_file(const char *name)
{
    const char *names[RECORD_FILE_COUNT + 1], *nearest;

    for (int i = 0; i < RECORD_FILE_COUNT; i++)
        names[i] = record_schema(i)->name;
    names[RECORD_FILE_COUNT] = NULL;
    nearest = spelling_nearest(name, names);
    if (g_file_test(name, G_FILE_TEST_EXISTS))
        return usage_error(command_find("schema"),
                           "%s: say for which program, for example --as sqlite: only SQL loads "
                           "records",
                           name);
    return usage_error(command_find("schema"), "%s: there is no such record file%s%s%s", name,
                       nearest ? ": did you mean " : "", nearest ? nearest : "",
                       nearest ? "?" : "");
}

int command_schema(const struct options *options)
{
    const struct sql_dialect *dialect = sql_dialect_find(options->as);
    int first = 0, last = RECORD_FILE_COUNT - 1;

    if (options->argument_count) {
        int file = file_called(options->arguments[0]);

        if (dialect && (file < 0 || options->argument_count > 1))
            return !schema_sql(dialect, options);
        if (file < 0)
            return no_such_file(options->arguments[0]);
        if (options->argument_count > 1)
            return usage_error(command_find("schema"), "%s: nothing goes with schema %s",
                               options->arguments[1], options->arguments[0]);
        first = last = file;
    }
    if (dialect && first != last)
        return !schema_sql(dialect, options);
    if (dialect)
        return schema_sql_table(dialect, first), 0;
    if (!strcmp(options->as, "json"))
        puts("[");
    for (int i = first; i <= last; i++)
        print(record_schema(i), options->as, i == last);
    if (!strcmp(options->as, "json"))
        puts("]");
    return 0;
}
