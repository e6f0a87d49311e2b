/* SPDX-License-Identifier: GPL-3.0-or-later */
/* potsherd campaigns: the options, and then src/campaign. */
#include <glib.h>
#include <math.h>

#include "base/log.h"
#include "cli/period.h"
#include "potsherd/campaign.h"

#define THRESHOLD_MAX 1e6

static bool parse_threshold(const char *text, double *out)
{
    char *end;

    *out = g_ascii_strtod(text, &end);
    return end != text && !*end && isfinite(*out) && *out >= 1 && *out <= THRESHOLD_MAX;
}

int command_campaigns(const struct options *options)
{
    const struct command *command = command_find("campaigns");
    struct campaign_options how = {.dirs = options->arguments,
                                   .dir_count = options->argument_count,
                                   .output = options->output,
                                   .state = options->state,
                                   .sensor = options->sensor,
                                   .force = options->force,
                                   .quiet = options->quiet,
                                   .jobs = options->jobs,
                                   .memory = options->max_memory,
                                   .min_messages = options->min_messages,
                                   .min_children = options->min_children,
                                   .alike = (unsigned)options->alike};
    struct failure why = {""};
    int result;

    if (!options->output)
        return usage_error(command, "-o: say which folder to write to");
    if (!parse_threshold(options->threshold, &how.threshold))
        return usage_error(command, "--threshold %s: expected a number from 1 on",
                           options->threshold);
    result = period_parse(command, options, &how.period);
    if (result >= 0)
        return result;
    result = campaigns_run(&how, &why);
    if (why.text[0])
        log_warn("%s", why.text);
    return result;
}
