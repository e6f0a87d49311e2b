/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/schema_load.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>

#include "base/input.h"
#include "potsherd/listing.h"

/* --- words in the lines --- */

/* 'it''s' */
static void print_literal(const char *text)
{
    putchar('\'');
    for (; *text; text++) {
        if (*text == '\'')
            putchar('\'');
        putchar(*text);
    }
    putchar('\'');
}

static char *unpacking(const struct load_file *f)
{
    char *path = g_shell_quote(f->path), *command;

    command = g_strdup_printf("%s -dc %s", f->unpack, path);
    g_free(path);
    return command;
}

static void print_columns(const struct load_file *f)
{
    for (unsigned i = 0; i < f->columns; i++)
        printf("%s\"%s\"", i ? ", " : "", f->schema->columns[i].name);
}

/* --- a line --- */

/* In double quotes the shell of SQLite knows the escapes of C. */
static void print_sqlite_word(const char *text)
{
    char *escaped = g_strescape(text, NULL);

    printf("\"%s\"", escaped);
    g_free(escaped);
}

void load_sqlite(const struct load_file *f)
{
    char *command = f->unpack ? unpacking(f) : NULL;
    char *source = command ? g_strconcat("|", command, NULL) : g_strdup(f->path);

    fputs(".import --csv --skip 1 ", stdout);
    print_sqlite_word(source);
    printf(" %s_csv\n", f->schema->name);
    g_free(source);
    g_free(command);
}

void load_postgresql(const struct load_file *f)
{
    char *command = f->unpack ? unpacking(f) : NULL;

    printf("\\copy \"%s\" (", f->schema->name);
    print_columns(f);
    fputs(command ? ") from program " : ") from ", stdout);
    print_literal(command ? command : f->path);
    puts(" with (format csv, header)");
    g_free(command);
}

/* It knows .gz and .zst by their names. */
void load_duckdb(const struct load_file *f)
{
    printf("COPY \"%s\" (", f->schema->name);
    print_columns(f);
    fputs(") FROM ", stdout);
    print_literal(f->path);
    puts(" (" LOAD_DUCKDB_OPTIONS ");");
}

void load_clickhouse(const struct load_file *f)
{
    char *command = f->unpack ? unpacking(f) : NULL, *path = g_shell_quote(f->path);

    printf("-- $ %s%sclickhouse-client --query='INSERT INTO %s_csv (", command ? command : "",
           command ? " | " : "", f->schema->name);
    print_columns(f);
    printf(") FORMAT CSVWithNames'%s%s\n", command ? "" : " <", command ? "" : path);
    g_free(command);
    g_free(path);
}

/* --- the files --- */

static const char *unpacker(const char *path)
{
    static const char *const programs[][2] = {
        {".csv.gz", "gzip"}, {".csv.zst", "zstd"}, {".csv.xz", "xz"}, {".csv.lz4", "lz4"}};

    for (size_t i = 0; i < G_N_ELEMENTS(programs); i++)
        if (g_str_has_suffix(path, programs[i][0]))
            return programs[i][1];
    return NULL;
}

/* Columns are only ever appended: what an older version wrote is a beginning of the schema. */
static unsigned columns_in(const char *header, const struct record_schema *s)
{
    char **names = g_strsplit(header, ",", -1);
    unsigned n = 0;

    while (n < s->column_count && names[n] && !strcmp(names[n], s->columns[n].name))
        n++;
    if (names[n])
        n = 0;
    g_strfreev(names);
    return n;
}

static char *first_line(const char *path, struct failure *why)
{
    char line[16384] = "";
    struct input *input = input_open(path, why);
    FILE *stream = input ? input_stream(input) : NULL;

    if (stream) {
        if (!fgets(line, sizeof line, stream))
            line[0] = '\0';
        fclose(stream);
    }
    input_close(input);
    return input ? g_strndup(line, strcspn(line, "\n")) : NULL;
}

static bool load_one(load_line *load, const struct listed_file *listed)
{
    struct load_file f = {.schema = record_schema(listed->kind), .unpack = unpacker(listed->path)};
    struct failure why;
    char *header = first_line(listed->path, &why), *path;
    bool good;

    if (!header) {
        log_warn("%s: %s", listed->path, why.text);
        return false;
    }
    f.columns = columns_in(header, f.schema);
    g_free(header);
    path = g_canonicalize_filename(listed->path, NULL);
    f.path = path;
    if (!f.columns || strchr(path, '\n'))
        log_warn("%s: %s", listed->path,
                 f.columns ? "a name with a line end in it cannot stand in SQL; rename it"
                           : "its first line names other columns than `potsherd schema`; a newer "
                             "version wrote it, or another program");
    else
        load(&f);
    good = f.columns && !strchr(path, '\n');
    g_free(path);
    return good;
}

bool schema_load(load_line *load, const struct options *options)
{
    struct listing_kind kinds[RECORD_FILE_COUNT];
    struct listing all;
    struct failure why;
    bool good = true;

    for (int i = 0; i < RECORD_FILE_COUNT; i++)
        kinds[i] = (struct listing_kind){record_schema(i)->name, ".csv"};
    listing_init(&all, kinds, RECORD_FILE_COUNT);
    for (int i = 0; i < options->argument_count; i++)
        if (!listing_add(&all, options->arguments[i], &why)) {
            log_warn("%s", why.text);
            good = false;
        }
    listing_sort(&all);
    for (guint i = 0; i < all.unread->len; i++)
        log_info("%s", (const char *)g_ptr_array_index(all.unread, i));
    for (guint i = 0; i < all.files->len; i++)
        good = load_one(load, g_ptr_array_index(all.files, i)) && good;
    listing_fini(&all);
    return good;
}
