/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For `config`, which looks at the options of another command. */
#ifndef POTSHERD_CLI_OPTION_READ_H
#define POTSHERD_CLI_OPTION_READ_H

#include "cli/option_values.h"

/* As options_parse, but whatever is behind the options may be missing.  *result is its value. */
const struct option_values *options_read(const struct command *command, int argc, char **argv,
                                         struct options *out, int *result);

#endif
