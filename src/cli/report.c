/* SPDX-License-Identifier: GPL-3.0-or-later */
/* potsherd report: the options, and then src/report. */
#include "potsherd/report.h"

#include <string.h>

#include "base/log.h"
#include "cli/period.h"
#include "potsherd/geo.h"

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

int command_report(const struct options *options)
{
    static const char *const here[] = {"./potsherd-out"};
    struct report_options how = {.dirs = (const char *const *)options->arguments,
                                 .dir_count = (unsigned)options->argument_count,
                                 .top = (unsigned)options->top,
                                 .sensor = options->sensor,
                                 .by_proxied = strcmp(options->by, "proxied") == 0,
                                 .format = options->format,
                                 .output = options->output};
    struct failure why = {""};
    struct period period;
    int result;

    if (!how.dir_count) {
        how.dirs = here;
        how.dir_count = 1;
    }
    result = period_parse(command_find("report"), options, &period);
    if (result >= 0)
        return result;
    how.since = period.since;
    how.until = period.until;
    how.has_since = period.has_since;
    how.has_until = period.has_until;
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
