/* SPDX-License-Identifier: GPL-3.0-or-later */
/* potsherd share: the options, and then src/export. */
#include "base/log.h"
#include "cli/period.h"
#include "potsherd/export.h"

int command_share(const struct options *options)
{
    const struct command *command = command_find("share");
    struct failure why = {""};
    struct period period;
    int result;

    if (!options->as)
        return usage_error(command, "--as: say what to write: list, abuseipdb, ecs, xarf, arf, "
                                    "misp or stix");
    if (!options->output)
        return usage_error(command, "-o: say which folder to write to");
    result = period_parse(command, options, &period);
    if (result >= 0)
        return result;
    result = share_run(&(struct export_options){.options = options,
                                                .since = period.since,
                                                .until = period.until,
                                                .has_since = period.has_since,
                                                .has_until = period.has_until},
                       &why);
    if (result == 2)
        return usage_error(command, "%s", why.text);
    if (why.text[0])
        log_warn("%s", why.text);
    return result;
}
