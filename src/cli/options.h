/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one table of commands and options: usage, help, parsing and the manual are
 * made from it (options.c), and so are configuration files.  Adding an option: a field in
 * potsherd/options.h and a line there.
 */
#ifndef POTSHERD_CLI_OPTIONS_H
#define POTSHERD_CLI_OPTIONS_H

#include "potsherd/options.h"

struct command {
    const char *name;
    const char *arguments; /* for usage: "FILE..." */
    const char *purpose;   /* a line */
    const char *example;
    int least_arguments, most_arguments; /* most -1: any number */
};

extern const struct command commands[]; /* ends with a NULL name */
const struct command *command_find(const char *name);

/* Reads configuration files and then argv, which begins with the command's name.  Returns -1 to
 * run the command, or the exit code: 0 after --help, 2 after a mistake (one line was logged). */
int options_parse(const struct command *command, int argc, char **argv, struct options *out);

/* On the command line or in a file; false: what is in force is the default. */
bool option_was_given(const struct command *command, const char *name);

void options_print_help(const struct command *command);
void options_print_commands(void);

/* A mistake on the command line: logs it, and where help is; returns 2.  Of an option whose value
 * a file gave, file and line stand before the message, which has to begin with the option. */
int usage_error(const struct command *command, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* -i was not given: the same, with the interfaces that there are.  `doing`: "listen". */
int usage_error_interface(const struct command *command, const char *doing);

int command_replay(const struct options *options);
int command_report(const struct options *options);
int command_schema(const struct options *options);
int command_doctor(const struct options *options);
int command_answer(const struct options *options);
int command_watch(const struct options *options);
int command_rules(const struct options *options);
int command_find_rows(const struct options *options);
int command_extract(const struct options *options);
int command_campaigns(const struct options *options);
int command_share(const struct options *options);
int command_config(const struct options *options);
int command_verify(const struct options *options);

#endif
