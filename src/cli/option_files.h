/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Configuration files: a section a command, a key an option of the table.  In this order, what is
 * read later wins: potsherd.conf and COMMAND-NAME.conf of --unit NAME in the folder of the
 * configuration (places.h), FILE of --config.
 *
 * Every section of a file is looked at, not only the command's: a mistake is found when the file
 * is read, not when its command runs one day.
 */
#ifndef POTSHERD_CLI_OPTION_FILES_H
#define POTSHERD_CLI_OPTION_FILES_H

#include "cli/option_values.h"

struct option_sources {
    const char *config, *unit; /* NULL: not given */
    bool no_config;
};

/* Sets what files and --unit say.  False: `why` is all that there is to say. */
bool option_files_read(struct option_values *v, const struct option_sources *sources,
                       struct failure *why);

/* The files that were looked for, in their order: "read PATH", "not there: PATH"; NULL behind
 * the last one. */
const char *option_files_seen(unsigned n);

#endif
