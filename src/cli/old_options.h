/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * /etc/potsherd/watch-eth1.conf as the units of 0.1 read it: an environment file of systemd with
 * the command line in OPTIONS=.  Such a file still holds, and what to write instead is logged.
 */
#ifndef POTSHERD_CLI_OLD_OPTIONS_H
#define POTSHERD_CLI_OLD_OPTIONS_H

#include "base/buf.h"
#include "cli/option_values.h"

/* The number of the line OPTIONS=, if there is one before any [section]; 0: it is no such file. */
unsigned old_options_line(const char *text);

/* False: `why` begins with file and line. */
bool old_options_read(const char *path, const char *text, struct option_values *v,
                      struct failure *why);

#endif
