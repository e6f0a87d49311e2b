/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The lines of the option table (options.c), for those who read it: values, files, the command
 * line, help.
 */
#ifndef POTSHERD_CLI_OPTION_TABLE_H
#define POTSHERD_CLI_OPTION_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/options.h"

enum kind { KIND_TEXT, KIND_LIST, KIND_CHOICE, KIND_NUMBER, KIND_SIZE, KIND_FLAG };

struct option_spec {
    const char *name;
    char letter; /* 0: none */
    enum kind kind;
    size_t offset;        /* in struct options */
    const char *argument; /* for help; the choices of KIND_CHOICE, separated by | */
    const char *fallback; /* default, as it would be typed; NULL: none */
    uint64_t least, most; /* KIND_NUMBER, KIND_SIZE; KIND_LIST: how many, 0: OPTION_LIST_MAX */
    unsigned in;          /* commands that have it */
    const char *help;
};

#define OPTION_SPECS_MAX 256
extern const struct option_spec option_specs[];
extern const size_t option_spec_count;

bool option_is_of(const struct option_spec *spec, const struct command *command);
bool option_is_common(const struct option_spec *spec); /* all commands have it */
bool option_has_key(const struct option_spec *spec);   /* it may stand in a configuration file */
const struct option_spec *option_find(const struct command *command, const char *name);
const struct option_spec *option_find_letter(const struct command *command, int letter);

#endif
