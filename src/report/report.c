/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The run: which files, count them, make the tables, write them out. */
#include "potsherd/report.h"

#include <glib.h>
#include <string.h>

#include "potsherd/geo.h"
#include "potsherd/listing.h"
#include "report/about.h"
#include "report/output.h"
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

/* Loud where it is not what it seems: sums of keys of which some were left out. */
static void say_anonymised(const struct reading *r, struct report_tables *tables)
{
    tables_notice(tables,
                  "Anonymised: addresses are shown as networks (/24, and /48 of IPv6), senders and "
                  "recipients as domains. Totals and numbers of sources are of addresses.%s",
                  tally_is_rough(&r->tally) || r->tally.sources.fixed
                      ? " Rare addresses, for which there was no memory, are not in the numbers "
                        "of their networks."
                      : "");
}

static struct report_tables *make_tables(const struct reading *r, const struct report_options *o)
{
    struct report_tables *tables = tables_of(&r->tally, o->top ? o->top : REPORT_TOP_DEFAULT);
    const struct making m = {&r->tally, tables, o->top};

    tables->width = o->width ? o->width : REPORT_WIDTH_DEFAULT;
    tables->bold = o->bold;
    if (r->failed)
        tables_warning(tables, "%u of %u record files could not be read to the end.", r->failed,
                       r->files.files->len);
    say_doubles(r, tables);
    for (guint i = 0; i < r->files.unread->len; i++)
        tables_notice(tables, "%s.", (const char *)g_ptr_array_index(r->files.unread, i));
    if (o->sensor)
        tables_notice(tables, "Only rows of the sensor %s.", o->sensor);
    if (!r->tally.any_day && r->files.files->len &&
        (o->sensor || o->period.has_since || o->period.has_until))
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
    if (o->anonymise)
        say_anonymised(r, tables);
    about_make(&m, o, r->failed);
    return tables;
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
    if (format->render_table && o->csv)
        return failure_set(failure,
                           "--csv goes with text, json and html; --format csv has --output");
    if (o->tlp && !about_tlp(o->tlp))
        return failure_set(failure, "--tlp %s is no word of TLP 2.0", o->tlp);
    if (o->period.has_since && o->period.has_until && o->period.since >= o->period.until)
        return failure_set(failure, "--since is not before --until");
    return true;
}

int report_run(const struct report_options *o, struct failure *failure)
{
    const struct report_format *format = format_called(o->format ? o->format : "text");
    struct tally_options counted = {.period = o->period,
                                    .sensor = o->sensor,
                                    .remap = o->remap,
                                    .by_proxied = o->by_proxied,
                                    .anonymise = o->anonymise};
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
        if (output_write(format, o, tables, failure))
            status = r.failed || r.tally.damage.rows;
        tables_free(tables);
    }
    listing_fini(&r.files);
    tally_fini(&r.tally);
    return status;
}
