/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pages of help: all commands, and the options of one. */
#include <glib.h>
#include <stdio.h>
#include <string.h>

#include "cli/option_table.h"

/* By what one does first; a command that is not here comes last. */
static const struct {
    const char *title, *commands[10]; /* NULL at the end */
} groups[] = {
    {"Captures to records, records to answers",
     {"replay", "report", "find", "extract", "campaigns", "share", "verify"}},
    {"Live, on a span port or on unused addresses", {"doctor", "watch", "answer"}},
    {"Options, rules and columns", {"config", "rules", "schema"}},
};

static bool is_grouped(const struct command *command)
{
    for (size_t i = 0; i < G_N_ELEMENTS(groups); i++)
        if (g_strv_contains(groups[i].commands, command->name))
            return true;
    return false;
}

static void print_option(const struct option_spec *s)
{
    char left[64];

    g_snprintf(left, sizeof left, "%s%c%s --%s%s%s", s->letter ? "-" : " ",
               s->letter ? s->letter : ' ', s->letter ? "," : " ", s->name, s->argument ? " " : "",
               s->argument ? s->argument : "");
    printf("  %-30s %s", left, s->help);
    if (s->fallback)
        printf(" [%s]", s->fallback);
    putchar('\n');
}

static bool has_size(const struct command *command)
{
    for (size_t i = 0; i < option_spec_count; i++)
        if (option_specs[i].kind == KIND_SIZE && option_is_of(&option_specs[i], command))
            return true;
    return false;
}

void options_print_help(const struct command *command)
{
    const char *blank = command->arguments[0] ? " " : "";

    printf("potsherd %s [options]%s%s\n", command->name, blank, command->arguments);
    printf("  %s\n\n", command->purpose);
    for (size_t i = 0; i < option_spec_count; i++)
        if (option_is_of(&option_specs[i], command) && !option_is_common(&option_specs[i]))
            print_option(&option_specs[i]);
    puts("  -h, --help                     this page; options of all commands: potsherd --help");
    if (has_size(command))
        puts("SIZE is in bytes, or with K, M, G or T (powers of 1024).");
    printf("\nExample: %s\n", command->example);
}

static void print_command(const struct command *c)
{
    printf("  %-9s %-13s  %s\n", c->name, c->arguments, c->purpose);
}

void options_print_commands(void)
{
    puts("potsherd: who abuses open proxies and relays, from packets alone\n");
    puts("Usage: potsherd COMMAND [options] ...");
    for (size_t i = 0; i < G_N_ELEMENTS(groups); i++) {
        printf("\n%s:\n", groups[i].title);
        for (const char *const *name = groups[i].commands; *name; name++)
            print_command(command_find(*name));
    }
    for (const struct command *c = commands; c->name; c++)
        if (!is_grouped(c))
            print_command(c);
    puts("\nOptions of all commands:");
    for (size_t i = 0; i < option_spec_count; i++)
        if (option_is_common(&option_specs[i]))
            print_option(&option_specs[i]);
    puts("  -h, --help                     what a command does, its options, an example");
    puts("\n  potsherd help COMMAND, potsherd --version (-V)");
}
