/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The run: which files, count them, make the tables, write them out. */
#include "potsherd/report.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "potsherd/geo.h"
#include "potsherd/listing.h"
#include "report/format.h"
#include "report/tables.h"

#define DATE_LENGTH 10
#define DAY_US      (INT64_C(86400) * TIME_SECOND)

static const struct report_format *const formats[] = {&report_format_text, &report_format_csv,
                                                      &report_format_json, &report_format_html};

const char *const report_format_names[] = {"text", "csv", "json", "html", NULL};

static const struct report_format *format_called(const char *name)
{
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (strcmp(formats[i]->name, name) == 0)
            return formats[i];
    return NULL;
}

bool report_format_known(const char *name)
{
    return format_called(name) != NULL;
}

bool report_parse_until(const char *text, time_us *until)
{
    if (!time_parse(text, strlen(text), until))
        return false;
    if (strlen(text) == DATE_LENGTH)
        *until += DAY_US;
    return true;
}

/* ---- reading ---- */

struct reading {
    struct tally tally;
    struct listing files;
    struct listing_kind kinds[TALLY_KINDS];
    uint64_t bytes_before, bytes_in_all; /* for the progress */
    unsigned failed;                     /* files that could not be read */
};

static void show_progress(void *user, uint64_t bytes)
{
    const struct reading *r = user;
    uint64_t done = r->bytes_before + bytes;

    log_progress("report: %llu %% of %llu MB read",
                 (unsigned long long)(r->bytes_in_all ? done * 100 / r->bytes_in_all : 100),
                 (unsigned long long)(r->bytes_in_all / 1000000));
}

static void list_kinds(struct reading *r)
{
    for (unsigned i = 0; i < TALLY_KINDS; i++)
        r->kinds[i] = (struct listing_kind){tally_kind_name(i), ".csv"};
    listing_init(&r->files, r->kinds, TALLY_KINDS);
}

static bool find_files(struct reading *r, const struct report_options *o, struct failure *failure)
{
    for (unsigned i = 0; i < o->dir_count; i++)
        if (!listing_add(&r->files, o->dirs[i], failure))
            return false;
    listing_sort(&r->files);
    for (guint i = 0; i < r->files.unread->len; i++)
        log_info("%s", (const char *)g_ptr_array_index(r->files.unread, i));
    for (guint i = 0; i < r->files.files->len; i++)
        r->bytes_in_all += ((struct listed_file *)g_ptr_array_index(r->files.files, i))->size;
    return true;
}

/* What cannot be read is said at once, and the other files still count. */
static void read_once(struct reading *r, bool quiet)
{
    r->bytes_before = 0;
    r->failed = 0;
    for (guint i = 0; i < r->files.files->len; i++) {
        const struct listed_file *file = g_ptr_array_index(r->files.files, i);
        struct failure failure = {""};

        if (!tally_read(&r->tally, file->kind, file->path, show_progress, r, &failure)) {
            if (!quiet)
                log_warn("%s", failure.text);
            r->failed++;
        }
        r->bytes_before += file->size;
    }
    log_progress_clear();
}

static void read_files(struct reading *r)
{
    read_once(r, false);
    if (r->tally.damage.rows > CSV_DAMAGE_LOGGED)
        log_warn("%llu damaged rows in all, in %llu files; only the first %d are listed above",
                 (unsigned long long)r->tally.damage.rows,
                 (unsigned long long)r->tally.damage.files, CSV_DAMAGE_LOGGED);
    if (r->tally.lacking_files > TALLY_LACKING_LOGGED)
        log_info("%u record files lack columns; the first %d are listed above",
                 r->tally.lacking_files, TALLY_LACKING_LOGGED);
    if (!tally_is_rough(&r->tally))
        return;
    log_info("more different keys than there is memory for: the records are read a second time");
    tally_again(&r->tally);
    read_once(r, true);
}

static void say_databases(struct report_tables *tables)
{
    struct buf text = {0};

    geo_describe(&text);
    tables_notice(tables, "Countries and ASes are not the recorded ones, but those of %s.",
                  buf_string(&text));
    buf_fini(&text);
}

static void say_doubles(const struct reading *r, struct report_tables *tables)
{
    const char *a, *b;
    uint64_t same, of;

    if (doubles_found(r->tally.doubles, &a, &b, &same, &of))
        tables_warning(tables,
                       "%s and %s hold the same connections (%llu of %llu that were compared): "
                       "they count twice.",
                       a, b, (unsigned long long)same, (unsigned long long)of);
}

static struct report_tables *make_tables(const struct reading *r, const struct report_options *o)
{
    struct report_tables *tables = tables_of(&r->tally, o->top ? o->top : REPORT_TOP_DEFAULT);

    if (r->failed)
        tables_warning(tables, "%u of %u record files could not be read to the end.", r->failed,
                       r->files.files->len);
    say_doubles(r, tables);
    for (guint i = 0; i < r->files.unread->len; i++)
        tables_notice(tables, "%s.", (const char *)g_ptr_array_index(r->files.unread, i));
    if (o->sensor)
        tables_notice(tables, "Only rows of the sensor %s.", o->sensor);
    if (!r->tally.any_day && r->files.files->len && (o->sensor || o->since || o->until))
        tables_warning(tables,
                       "No row is of what was asked for with --sensor, --since and --until.");
    if (o->remap)
        say_databases(tables);
    if (o->by_proxied)
        tables_notice(
            tables,
            "Sources are the clients that PROXY protocol headers name (%llu connections), "
            "where there is one%s.",
            (unsigned long long)r->tally.proxied.keys,
            geo_databases() ? "" : "; no databases, so their countries are not known");
    return tables;
}

/* ---- writing ---- */

static bool write_stream(FILE *to, const struct buf *text)
{
    return to && fwrite(text->data, 1, text->len, to) == text->len && fflush(to) == 0;
}

static bool write_fd(int fd, const struct buf *text)
{
    FILE *file = fd >= 0 ? fdopen(fd, "wb") : NULL;
    bool done = write_stream(file, text);

    return file && fclose(file) == 0 && done;
}

/* A terminal, a pipe: as it comes. */
static bool write_device(const char *path, const struct buf *text)
{
    return write_fd(open(path, O_WRONLY | O_CLOEXEC), text);
}

static bool replace_file(const char *path, const struct buf *text)
{
    char *beside;
    int fd = file_create_beside(path, &beside);
    bool done = write_fd(fd, text) && rename(beside, path) == 0;
    int error = errno;

    if (!done && fd >= 0)
        unlink(beside);
    g_free(beside);
    errno = error;
    return done;
}

/* Whole or not at all: beside its place first, unless its place is a device. */
static bool write_file(const char *path, const struct buf *text, struct failure *failure)
{
    struct stat st;
    bool is_file = stat(path, &st) != 0 || S_ISREG(st.st_mode);

    return (is_file ? replace_file(path, text) : write_device(path, text)) ||
           failure_set(failure, "%s: cannot be written: %s", path, strerror(errno));
}

static bool write_stdout(const struct buf *text, struct failure *failure)
{
    return write_stream(stdout, text) || errno == EPIPE || /* the reader has had enough */
           failure_set(failure, "standard output: cannot be written: %s", strerror(errno));
}

/* report-ID.csv, so that no name is that of a record file. */
static bool write_folder(const struct report_format *format, const struct report_tables *tables,
                         const char *folder, struct failure *failure)
{
    bool done = true;

    if (!folder_make(folder, NULL, NULL))
        return failure_set(failure, "%s: cannot be made: %s", folder, strerror(errno));
    for (guint i = 0; done && i < tables->tables->len; i++) {
        const struct table *t = g_ptr_array_index(tables->tables, i);
        char *path = g_strdup_printf("%s/report-%s.%s", folder, t->id, format->extension);
        struct buf text = {0};

        format->render_table(t, &text);
        done = write_file(path, &text, failure);
        buf_fini(&text);
        g_free(path);
    }
    return done;
}

static bool write_report(const struct report_format *format, const struct report_tables *tables,
                         const char *output, struct failure *failure)
{
    struct buf text = {0};
    bool done;

    if (format->render_table)
        return write_folder(format, tables, output, failure);
    format->render(tables, &text);
    done = output ? write_file(output, &text, failure) : write_stdout(&text, failure);
    buf_fini(&text);
    return done;
}

/* ---- the run ---- */

static bool options_fit(const struct report_options *o, const struct report_format *format,
                        struct failure *failure)
{
    if (!format)
        return failure_set(failure, "--format %s is not known; give text, csv, json or html",
                           o->format);
    if (!o->dir_count)
        return failure_set(failure, "give the folder that holds the records");
    if (format->render_table && !o->output)
        return failure_set(failure, "--format %s writes a file a table: give --output FOLDER",
                           format->name);
    if (o->has_since && o->has_until && o->since >= o->until)
        return failure_set(failure, "--since is not before --until");
    return true;
}

int report_run(const struct report_options *o, struct failure *failure)
{
    const struct report_format *format = format_called(o->format ? o->format : "text");
    struct tally_options counted = {.since = o->since,
                                    .until = o->until,
                                    .has_since = o->has_since,
                                    .has_until = o->has_until,
                                    .sensor = o->sensor,
                                    .remap = o->remap,
                                    .by_proxied = o->by_proxied};
    struct reading r = {.failed = 0};
    int status = 1;

    failure->text[0] = '\0';
    if (!options_fit(o, format, failure))
        return 2;
    tally_init(&r.tally, &counted);
    list_kinds(&r);
    if (find_files(&r, o, failure)) {
        struct report_tables *tables;

        read_files(&r);
        tables = make_tables(&r, o);
        if (write_report(format, tables, o->output, failure))
            status = r.failed || r.tally.damage.rows;
        tables_free(tables);
    }
    listing_fini(&r.files);
    tally_fini(&r.tally);
    return status;
}
