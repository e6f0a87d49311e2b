/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/exporting.h"

#include "base/log.h"
#include "cli/period.h"

int export_with(const char *command, const struct options *options,
                int (*run)(const struct export_options *how, struct failure *why))
{
    struct export_options how = {.options = options};
    struct failure why = {""};
    int result = period_parse(command_find(command), options, &how.period);

    if (result >= 0)
        return result;
    result = run(&how, &why);
    if (result == 2)
        return usage_error(command_find(command), "%s", why.text);
    if (why.text[0])
        log_warn("%s", why.text);
    return result;
}
