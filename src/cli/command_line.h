/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which options of the table stand on a command line, in their order; what they are set to is
 * not looked at. */
#ifndef POTSHERD_CLI_COMMAND_LINE_H
#define POTSHERD_CLI_COMMAND_LINE_H

#include <glib.h>

#include "cli/option_table.h"

struct failure;

struct given_option {
    const struct option_spec *spec;
    const char *text;
};

struct command_line {
    GArray *options; /* of struct given_option */
    bool help;       /* asked for: what stands behind it was not read */
    char **arguments;
    int argument_count;
};

/* argv begins with the command's name, and is put in order: options first.  Of the command
 * `config` only what stands before its first argument is read.  False: `why` says what is wrong. */
bool command_line_read(const struct command *command, int argc, char **argv,
                       struct command_line *out, struct failure *why);
void command_line_fini(struct command_line *c);

#endif
