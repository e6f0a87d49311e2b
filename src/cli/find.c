/* SPDX-License-Identifier: GPL-3.0-or-later */
/* potsherd find: the options, and then src/export. */
#include "base/log.h"
#include "cli/period.h"
#include "potsherd/export.h"

int command_find_rows(const struct options *options)
{
    const struct command *command = command_find("find");
    struct failure why = {""};
    struct period period;
    int result = period_parse(command, options, &period);

    if (result >= 0)
        return result;
    result = find_run(&(struct export_options){.options = options,
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
