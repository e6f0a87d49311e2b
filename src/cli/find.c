/* SPDX-License-Identifier: GPL-3.0-or-later */
/* potsherd find: the options, and then src/export. */
#include "cli/exporting.h"

int command_find_rows(const struct options *options)
{
    return export_with("find", options, find_run);
}
