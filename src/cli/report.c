/* SPDX-License-Identifier: GPL-3.0-or-later */
/* potsherd report: the options, and then src/report. */
#include "potsherd/report.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/number.h"
#include "base/terminal.h"
#include "cli/period.h"
#include "potsherd/geo.h"

#define WIDTH_LEAST 60
#define LAST_SECOND UINT64_C(253402300799) /* 9999-12-31T23:59:59Z */

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);

    return n > m && !strcasecmp(text + n - m, end);
}

/* Without --geo the recorded countries and ASes count, wherever databases may lie; but none is
 * recorded of proxied clients. */
static bool open_databases(const struct options *options, struct report_options *how)
{
    struct failure why = {""};

    if ((options->geo.count || how->by_proxied) &&
        !geo_open(options->geo.at, (unsigned)options->geo.count, &why)) {
        log_warn("%s", why.text);
        return false;
    }
    how->remap = options->geo.count && geo_databases() > 0;
    return true;
}

/* The time that a report was made: now, or what makes its bytes the same each time
 * (https://reproducible-builds.org/specs/source-date-epoch/). */
static bool time_made(time_us *made)
{
    const char *epoch = getenv("SOURCE_DATE_EPOCH");
    struct timespec now;
    uint64_t seconds;

    if (!epoch || !*epoch) {
        clock_gettime(CLOCK_REALTIME, &now);
        *made = now.tv_sec * TIME_SECOND;
        return true;
    }
    if (!number_parse(bytes_of(epoch), LAST_SECOND, &seconds))
        return false;
    *made = (time_us)seconds * TIME_SECOND;
    return true;
}

/* By the end of its name, unless --format says it.  False: a file cannot be what it says. */
static bool format_of_name(const struct options *options, const char **format)
{
    static const struct {
        const char *end, *format;
    } ends[] = {{".html", "html"}, {".htm", "html"}, {".json", "json"}, {".csv", NULL}};

    *format = options->format;
    if (!options->output || option_was_given(command_find("report"), "format"))
        return true;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (ends_with(options->output, ends[i].end)) {
            *format = ends[i].format;
            return *format != NULL;
        }
    return true;
}

/* What is no terminal gets the usual width, and a file UTF-8 in any locale. */
static void fit_terminal(struct report_options *how)
{
    unsigned width = terminal_width(STDOUT_FILENO);

    if (how->output)
        return;
    how->width = width && width < WIDTH_LEAST ? WIDTH_LEAST : width;
    how->ascii = !terminal_has_utf8();
    how->bold = terminal_has_colour(STDOUT_FILENO);
}

int command_report(const struct options *options)
{
    static const char *const here[] = {"./potsherd-out"};
    struct report_options how = {.dirs = (const char *const *)options->arguments,
                                 .dir_count = (unsigned)options->argument_count,
                                 .top = (unsigned)options->top,
                                 .sensor = options->sensor,
                                 .by_proxied = strcmp(options->by, "proxied") == 0,
                                 .title = options->title,
                                 .organisation = options->organisation,
                                 .contact = options->contact,
                                 .tlp = options->tlp,
                                 .anonymise = options->anonymise,
                                 .csv = options->csv,
                                 .output = options->output};
    struct failure why = {""};
    int result;

    if (!how.dir_count) {
        how.dirs = here;
        how.dir_count = 1;
    }
    if (!format_of_name(options, &how.format))
        return usage_error(command_find("report"),
                           "-o %s: csv is a file a table: give --format csv and a folder, or "
                           "--format text",
                           options->output);
    fit_terminal(&how);
    result = period_parse(command_find("report"), options, &how.period);
    if (result >= 0)
        return result;
    if (!time_made(&how.made))
        return usage_error(command_find("report"),
                           "SOURCE_DATE_EPOCH=%s: expected seconds since 1970",
                           getenv("SOURCE_DATE_EPOCH"));
    if (!open_databases(options, &how))
        return 1;
    result = report_run(&how, &why);
    if (why.text[0])
        log_warn("%s", why.text);
    if (geo_damaged(&why)) {
        log_warn("%s", why.text);
        result = 1;
    }
    geo_close();
    return result;
}
