/* SPDX-License-Identifier: GPL-3.0-or-later */
/* --since and --until, of the commands that read records back. */
#ifndef POTSHERD_CLI_PERIOD_H
#define POTSHERD_CLI_PERIOD_H

#include "cli/options.h"
#include "potsherd/time.h"

/* Returns -1, or the exit code after a mistake, which was logged. */
int period_parse(const struct command *command, const struct options *options, struct period *out);

#endif
