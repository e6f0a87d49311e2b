/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Command lines of the tools from one table: what is read, checked and shown
 * by --help is the same list.  Wrong usage ends the program with one line that
 * says what to do, and exit code 2.
 */
#ifndef TOOLS_ARGS_H
#define TOOLS_ARGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum arg_kind {
    ARG_FLAG,
    ARG_NUMBER, /* min .. max */
    ARG_PAIR,   /* two of them with a comma between */
    ARG_SHARE,  /* 0 .. 1 */
    ARG_CHOICE, /* one of the words in choices, "a|b|c" */
    ARG_TEXT
};

struct arg {
    const char *name;     /* without the dashes */
    const char *argument; /* how --help calls it; NULL for a flag */
    enum arg_kind kind;
    uint64_t min, max;
    const char *choices;
    const char *help;
};

struct arg_value {
    unsigned given; /* 0: not given; else its place on the command line, from 1 */
    uint64_t number, second;
    double share;
    const char *text;
};

/*
 * Fills values[i] for table[i]; values that are not given stay as they are.
 * Moves the operands to argv[1] .. and returns how many there are, or -1 when
 * --help is asked for.
 */
int args_parse(int argc, char **argv, const struct arg *table, size_t count,
               struct arg_value *values);
void args_print(const struct arg *table, size_t count);
__attribute__((format(printf, 2, 3), noreturn)) void args_wrong(const char *program,
                                                                const char *format, ...);

#endif
