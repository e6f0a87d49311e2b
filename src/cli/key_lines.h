/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lines of a key file (GLib's GKeyFile, which knows no line numbers). */
#ifndef POTSHERD_CLI_KEY_LINES_H
#define POTSHERD_CLI_KEY_LINES_H

#include <glib.h>

#include "base/buf.h"

struct failure;

struct key_line {
    char *section, *key; /* key NULL: the section begins here */
    unsigned line;       /* from 1 */
};

/* Loads `text` and lists its sections and keys in their order.  NULL: *line and `why` say what
 * is wrong. */
GKeyFile *key_lines_load(struct bytes text, GPtrArray **lines, unsigned *line, struct failure *why);

/* "a; b\;c" is "a" and "b;c": parts without the blanks around them, none of them empty. */
GPtrArray *key_lines_split(const char *value);

#endif
