/* SPDX-License-Identifier: GPL-3.0-or-later */
/* potsherd extract: the options, and then src/export. */
#include "base/log.h"
#include "cli/period.h"
#include "potsherd/export.h"

int command_extract(const struct options *options)
{
    const struct command *command = command_find("extract");
    struct failure why = {""};
    struct period period;
    int result;

    if (!options->to)
        return usage_error(command, "--to: say what to write: eml, mbox, maildir, attachments or "
                                    "iocs");
    if (!options->output)
        return usage_error(command, "-o: say which folder to write to");
    result = period_parse(command, options, &period);
    if (result >= 0)
        return result;
    result = extract_run(&(struct export_options){.options = options,
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
