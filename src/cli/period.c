/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/period.h"

#include <string.h>

#include "potsherd/report.h"

int period_parse(const struct command *command, const struct options *options, struct period *out)
{
    *out =
        (struct period){.has_since = options->since != NULL, .has_until = options->until != NULL};
    if (out->has_since && !time_parse(options->since, strlen(options->since), &out->since))
        return usage_error(command, "--since %s: expected 2026-11-23 or 2026-11-23T09:42:00Z",
                           options->since);
    if (out->has_until && !report_parse_until(options->until, &out->until))
        return usage_error(command, "--until %s: expected 2026-11-23 or 2026-11-23T09:42:00Z",
                           options->until);
    return -1;
}
