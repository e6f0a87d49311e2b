/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The values of a command's options, and where each of them comes from.  Sources have ranks: a
 * value takes the place of one of the same or a lower rank, and a list that of one of a lower
 * rank; those of the same rank are added to it.
 */
#ifndef POTSHERD_CLI_OPTION_VALUES_H
#define POTSHERD_CLI_OPTION_VALUES_H

#include "cli/option_table.h"

struct failure;

enum option_rank {
    OPTION_DEFAULT,
    OPTION_SYSTEM, /* potsherd.conf */
    OPTION_UNIT,   /* what --unit stands for; OPTIONS= of an old NAME.conf */
    OPTION_NAMED,  /* NAME.conf */
    OPTION_FILE,   /* --config */
    OPTION_COMMAND_LINE
};

struct option_place {
    enum option_rank rank;
    const char *file; /* NULL: none */
    unsigned line;
};

struct option_values {
    const struct command *command;
    struct options *options;
    struct option_place places[OPTION_SPECS_MAX]; /* as option_specs */
    const char *texts[OPTION_SPECS_MAX];          /* as they were typed; NULL: none; not of lists */
};

/* All options at their defaults. */
void option_values_init(struct option_values *v, const struct command *command,
                        struct options *out);

/* `text` lives as long as the program.  False: `why` is what would have been right, "expected
 * ...". */
bool option_set(struct option_values *v, const struct option_spec *s, const char *text,
                const struct option_place *place, struct failure *why);
/* As if it had not been set before. */
void option_reset(struct option_values *v, const struct option_spec *s,
                  const struct option_place *place);

/* What it takes, for people: "a number from 1 to 64".  To be freed with g_free. */
char *option_takes(const struct option_spec *s);

/* true, yes, on, 1 and their contraries. */
bool option_parse_flag(const char *text, bool *out);

/* The values in force, for option_was_given and usage_error. */
void option_values_adopt(const struct option_values *v);

#endif
