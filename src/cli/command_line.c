/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/command_line.h"

#include <getopt.h>
#include <string.h>

#include "base/log.h"
#include "cli/spelling.h"

enum { LONG_FIRST = 256, LONG_HELP = LONG_FIRST + OPTION_SPECS_MAX };

/* getopt's tables out of ours.  A flag may be taken back: --quiet=no. */
static void make_tables(const struct command *command, struct option *longs, char *shorts)
{
    size_t n = 0;

    if (!strcmp(command->name, "config"))
        *shorts++ = '+';
    *shorts++ = ':';
    for (size_t i = 0; i < option_spec_count; i++) {
        bool takes = option_specs[i].kind != KIND_FLAG;

        if (!option_is_of(&option_specs[i], command))
            continue;
        longs[n++] =
            (struct option){option_specs[i].name, takes ? required_argument : optional_argument,
                            NULL, LONG_FIRST + (int)i};
        if (option_specs[i].letter) {
            *shorts++ = option_specs[i].letter;
            if (takes)
                *shorts++ = ':';
        }
    }
    longs[n++] = (struct option){"help", no_argument, NULL, LONG_HELP};
    longs[n] = (struct option){NULL, 0, NULL, 0};
    *shorts++ = 'h';
    *shorts = '\0';
}

/* --- what is unknown --- */

static void add_name(GString *names, const char *before, const char *name)
{
    g_string_append_printf(names, "%s%s%s", names->len ? ", " : "", before, name);
}

static char *options_that_begin(const struct option *longs, const char *name)
{
    GString *all = g_string_new(NULL);

    for (; longs->name; longs++)
        if (g_str_has_prefix(longs->name, name))
            add_name(all, "--", longs->name);
    return g_string_free(all, FALSE);
}

static char *commands_with(const char *name)
{
    GString *all = g_string_new(NULL);

    for (const struct command *c = commands; c->name; c++)
        if (option_find(c, name))
            add_name(all, "", c->name);
    return g_string_free(all, FALSE);
}

static const char *nearest_option(const struct option *longs, const char *name)
{
    const char *names[OPTION_SPECS_MAX + 2];
    size_t n = 0;

    for (; longs->name; longs++)
        names[n++] = longs->name;
    names[n] = NULL;
    return spelling_nearest(name, names);
}

static void refuse_long(const struct command *command, const struct option *longs, const char *name,
                        struct failure *why)
{
    char *begin = options_that_begin(longs, name), *others = commands_with(name);
    const char *nearest = nearest_option(longs, name);

    if (*others)
        failure_set(why, "unknown option --%s: %s does not have it, but %s", name, command->name,
                    others);
    else if (*name && *begin)
        failure_set(why, "--%s may be any of %s", name, begin);
    else if (nearest)
        failure_set(why, "unknown option --%s: did you mean --%s?", name, nearest);
    else
        failure_set(why, "unknown option --%s", name);
    g_free(begin);
    g_free(others);
}

static char *commands_with_letter(char letter)
{
    GString *all = g_string_new(NULL);

    for (const struct command *c = commands; c->name; c++)
        if (option_find_letter(c, letter))
            add_name(all, "", c->name);
    return g_string_free(all, FALSE);
}

static void refuse_letter(const struct command *command, char letter, struct failure *why)
{
    char *others = commands_with_letter(letter);

    if (*others)
        failure_set(why, "unknown option -%c: %s does not have it, but %s", letter, command->name,
                    others);
    else
        failure_set(why, "unknown option -%c", letter);
    g_free(others);
}

static char *long_name(const char *word)
{
    return g_strndup(word + 2, strcspn(word + 2, "="));
}

/* getopt takes the beginning of an option for the option, also where that is the whole name of
 * another command's: report --to is not --top. */
static bool is_of_others(const struct command *command, const struct option *longs,
                         const struct option_spec *spec, const char *word, struct failure *why)
{
    char *name = long_name(word), *others = commands_with(name);
    bool wrong = strcmp(name, spec->name) != 0 && *others;

    if (wrong)
        refuse_long(command, longs, name, why);
    g_free(others);
    g_free(name);
    return wrong;
}

/* getopt has found an option that it does not know, or one with a value that takes none. */
static void refuse(const struct command *command, const struct option *longs, const char *word,
                   struct failure *why)
{
    char *name;

    if (optopt == LONG_HELP)
        failure_set(why, "--help takes no value");
    else if (optopt || word[0] != '-' || word[1] != '-')
        refuse_letter(command, (char)optopt, why);
    else {
        name = long_name(word);
        refuse_long(command, longs, name, why);
        g_free(name);
    }
}

/* --- reading --- */

static void add_option(const struct command *command, int choice, struct command_line *out)
{
    struct given_option given = {
        choice >= LONG_FIRST ? &option_specs[choice - LONG_FIRST]
                             : option_find_letter(command, choice),
        optarg,
    };

    if (given.spec->kind == KIND_FLAG && !given.text)
        given.text = "true";
    g_array_append_val(out->options, given);
}

static bool read_options(const struct command *command, int argc, char **argv,
                         struct command_line *out, struct failure *why)
{
    struct option longs[OPTION_SPECS_MAX + 2];
    char shorts[2 * OPTION_SPECS_MAX + 4];
    int choice;

    make_tables(command, longs, shorts);
    opterr = 0;
    optind = 0; /* getopt(3): from the beginning, also the second time */
    while ((choice = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
        if (choice == LONG_HELP || choice == 'h') {
            out->help = true;
            return true;
        }
        if (choice == ':')
            return failure_set(why, "%s needs a value", argv[optind - 1]);
        if (choice == '?') {
            refuse(command, longs, argv[optind - 1], why);
            return false;
        }
        if (choice >= LONG_FIRST &&
            is_of_others(command, longs, &option_specs[choice - LONG_FIRST],
                         argv[optind - (optarg && optarg == argv[optind - 1] ? 2 : 1)], why))
            return false;
        add_option(command, choice, out);
    }
    return true;
}

bool command_line_read(const struct command *command, int argc, char **argv,
                       struct command_line *out, struct failure *why)
{
    *out = (struct command_line){.options = g_array_new(FALSE, FALSE, sizeof(struct given_option))};
    if (!read_options(command, argc, argv, out, why))
        return false;
    out->arguments = argv + optind;
    out->argument_count = argc - optind;
    return true;
}

void command_line_fini(struct command_line *c)
{
    g_array_free(c->options, TRUE);
}
