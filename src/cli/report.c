/* SPDX-License-Identifier: GPL-3.0-or-later */
/* potsherd report: the options, and then src/report. */
#include "potsherd/report.h"

#include <string.h>

#include "base/log.h"
#include "cli/options.h"
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
    const struct command *command = command_find("report");
    struct report_options how = {.dirs = (const char *const *)options->arguments,
                                 .dir_count = (unsigned)options->argument_count,
                                 .top = (unsigned)options->top,
                                 .sensor = options->sensor,
                                 .by_proxied = strcmp(options->by, "proxied") == 0,
                                 .format = options->format,
                                 .output = options->output};
    struct failure why = {""};
    int result;

    if (!how.dir_count) {
        how.dirs = here;
        how.dir_count = 1;
    }
    how.has_since = options->since != NULL;
    how.has_until = options->until != NULL;
    if (how.has_since && !time_parse(options->since, strlen(options->since), &how.since))
        return usage_error(command, "--since %s: expected 2026-11-23 or 2026-11-23T09:42:00Z",
                           options->since);
    if (how.has_until && !report_parse_until(options->until, &how.until))
        return usage_error(command, "--until %s: expected 2026-11-23 or 2026-11-23T09:42:00Z",
                           options->until);
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
