/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What find, extract and share have in common: their options, a run of src/export, its exit code.
 */
#ifndef POTSHERD_CLI_EXPORTING_H
#define POTSHERD_CLI_EXPORTING_H

#include "cli/options.h"
#include "potsherd/export.h"

/* Reads --since and --until, runs it, and says what went wrong.  Returns the exit code. */
int export_with(const char *command, const struct options *options,
                int (*run)(const struct export_options *how, struct failure *why));

#endif
