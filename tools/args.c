/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Command lines of the tools from one table; see args.h. */
#include "args.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *base_name(const char *program)
{
    const char *slash = strrchr(program, '/');

    return slash ? slash + 1 : program;
}

void args_wrong(const char *program, const char *format, ...)
{
    va_list arguments;

    fprintf(stderr, "%s: ", base_name(program));
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fprintf(stderr, " (see %s --help)\n", base_name(program));
    exit(2);
}

/* Reads a number up to `end`; false unless it is one of min .. max. */
static bool read_number(const char *text, char end, const struct arg *arg, uint64_t *number,
                        const char **rest)
{
    char *stop;

    if (*text < '0' || *text > '9')
        return false;
    errno = 0;
    *number = strtoull(text, &stop, 10);
    *rest = stop + (*stop != '\0');
    return errno == 0 && *stop == end && *number >= arg->min && *number <= arg->max;
}

static bool is_choice(const char *choices, const char *text)
{
    size_t len = strlen(text);

    for (const char *p = choices; p; p = strchr(p, '|')) {
        p += *p == '|';
        if (len && strncmp(p, text, len) == 0 && (p[len] == '|' || p[len] == '\0'))
            return true;
    }
    return false;
}

static void read_value(const char *program, const struct arg *arg, const char *text,
                       struct arg_value *value)
{
    unsigned long long min = arg->min, max = arg->max;
    const char *rest;
    char *stop;

    value->text = text;
    switch (arg->kind) {
    case ARG_NUMBER:
        if (!read_number(text, '\0', arg, &value->number, &rest))
            args_wrong(program, "--%s needs a number from %llu to %llu, not '%s'", arg->name, min,
                       max, text);
        break;
    case ARG_PAIR:
        if (!read_number(text, ',', arg, &value->number, &rest) ||
            !read_number(rest, '\0', arg, &value->second, &rest))
            args_wrong(program, "--%s needs two numbers from %llu to %llu, as in 10,20, not '%s'",
                       arg->name, min, max, text);
        break;
    case ARG_SHARE:
        value->share = strtod(text, &stop);
        if (stop == text || *stop || !(value->share >= 0 && value->share <= 1))
            args_wrong(program, "--%s needs a share from 0 to 1, as in 0.01, not '%s'", arg->name,
                       text);
        break;
    case ARG_CHOICE:
        if (!is_choice(arg->choices, text))
            args_wrong(program, "--%s needs one of %s, not '%s'", arg->name, arg->choices, text);
        break;
    case ARG_FLAG:
    case ARG_TEXT:
        break;
    }
}

static size_t find(const char *program, const char *text, const struct arg *table, size_t count)
{
    size_t len = strcspn(text, "=");

    for (size_t i = 0; i < count; i++)
        if (strlen(table[i].name) == len && strncmp(table[i].name, text, len) == 0)
            return i;
    args_wrong(program, "there is no option --%.*s", (int)len, text);
}

int args_parse(int argc, char **argv, const struct arg *table, size_t count,
               struct arg_value *values)
{
    int operands = 0;

    for (int i = 1; i < argc; i++) {
        const char *text = argv[i] + 2, *equals;
        size_t k;

        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return -1;
        if (strncmp(argv[i], "-", 1) != 0 || strcmp(argv[i], "-") == 0) {
            argv[++operands] = argv[i];
            continue;
        }
        if (strncmp(argv[i], "--", 2) != 0)
            args_wrong(argv[0], "options begin with two dashes, unlike '%s'", argv[i]);
        k = find(argv[0], text, table, count);
        equals = strchr(text, '=');
        values[k].given = (unsigned)i;
        if (table[k].kind == ARG_FLAG) {
            if (equals)
                args_wrong(argv[0], "--%s takes no value", table[k].name);
        } else if (equals) {
            read_value(argv[0], &table[k], equals + 1, &values[k]);
        } else if (i + 1 < argc) {
            read_value(argv[0], &table[k], argv[++i], &values[k]);
        } else {
            args_wrong(argv[0], "--%s needs %s behind it", table[k].name, table[k].argument);
        }
    }
    return operands;
}

void args_print(const struct arg *table, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char left[64];

        snprintf(left, sizeof left, "--%s%s%s", table[i].name, table[i].argument ? " " : "",
                 table[i].argument ? table[i].argument : "");
        printf("  %-24s %s\n", left, table[i].help);
    }
}
