/* SPDX-License-Identifier: GPL-3.0-or-later */
/* potsherd share: the options, and then src/export. */
#include "cli/exporting.h"

int command_share(const struct options *options)
{
    const struct command *command = command_find("share");

    if (!options->as)
        return usage_error(command, "--as: say what to write: list, abuseipdb, ecs, xarf, arf, "
                                    "misp or stix");
    if (!options->output)
        return usage_error(command, "-o: say which folder to write to");
    return export_with("share", options, share_run);
}
