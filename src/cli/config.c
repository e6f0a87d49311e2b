/* SPDX-License-Identifier: GPL-3.0-or-later */
/* potsherd config: the options in force for a command, and an example of a configuration file. */
#include <glib.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "cli/option_files.h"
#include "cli/option_read.h"

/* --- the example --- */

static void print_key(const struct option_spec *s)
{
    const char *fallback = s->fallback ? s->fallback : s->kind == KIND_FLAG ? "false" : "";
    char *takes = option_takes(s);

    printf("\n# %s\n# (%s)\n#%s =%s%s\n", s->help, takes, s->name, *fallback ? " " : "", fallback);
    g_free(takes);
}

static void print_section(const struct command *command)
{
    bool any = false;

    for (size_t i = 0; i < option_spec_count; i++)
        any = any || (option_has_key(&option_specs[i]) && option_is_of(&option_specs[i], command) &&
                      !option_is_common(&option_specs[i]));
    if (!any)
        return;
    printf("\n[%s]\n# %s\n", command->name, command->purpose);
    for (size_t i = 0; i < option_spec_count; i++)
        if (option_has_key(&option_specs[i]) && option_is_of(&option_specs[i], command))
            print_key(&option_specs[i]);
}

static int print_example(void)
{
    puts("# Options of potsherd: a section a command, a line an option, as on its command line.\n"
         "# Lines that begin with # are comments. A list is a;b (a semicolon in it is \\;). An\n"
         "# option with nothing behind = is at its default. What is on the command line wins.\n"
         "# potsherd config COMMAND shows what is in force, and names mistakes.");
    for (const struct command *c = commands; c->name; c++)
        print_section(c);
    return 0;
}

/* --- what is in force --- */

/* "/etc/potsherd/potsherd.conf:3". */
static char *place_text(const struct option_values *v, size_t i)
{
    const struct option_place *p = &v->places[i];

    if (p->file)
        return g_strdup_printf("%s:%u", p->file, p->line);
    return g_strdup(p->rank == OPTION_DEFAULT ? "default"
                    : p->rank == OPTION_UNIT  ? "--unit"
                                              : "command line");
}

static char *list_text(const struct option_list *list)
{
    GString *all = g_string_new(NULL);

    for (uint64_t n = 0; n < list->count; n++) {
        if (n)
            g_string_append_c(all, ';');
        for (const char *at = list->at[n]; *at; at++) {
            if (*at == ';')
                g_string_append_c(all, '\\');
            g_string_append_c(all, *at);
        }
    }
    return g_string_free(all, FALSE);
}

static char *value_text(const struct option_values *v, size_t i)
{
    const struct option_spec *s = &option_specs[i];
    const void *field = (const char *)v->options + s->offset;

    if (s->kind == KIND_LIST)
        return list_text(field);
    if (s->kind == KIND_FLAG)
        return g_strdup(*(const bool *)field ? "true" : "false");
    return g_strdup(v->texts[i] ? v->texts[i] : "");
}

static void print_value(const struct option_values *v, size_t i, int width)
{
    char *value = value_text(v, i), *place = place_text(v, i);

    log_print("%-*s  %s =%s%s", width, place, option_specs[i].name, *value ? " " : "", value);
    g_free(value);
    g_free(place);
}

static int place_width(const struct option_values *v)
{
    size_t width = 0;

    for (size_t i = 0; i < option_spec_count; i++) {
        char *place = place_text(v, i);

        if (option_is_of(&option_specs[i], v->command) && option_has_key(&option_specs[i]))
            width = MAX(width, strlen(place));
        g_free(place);
    }
    return (int)width;
}

static int print_in_force(const struct option_values *v)
{
    int width = place_width(v);
    const char *file;

    for (unsigned i = 0; (file = option_files_seen(i)) != NULL; i++)
        log_print("# %s", file);
    log_print("[%s]", v->command->name);
    for (size_t i = 0; i < option_spec_count; i++)
        if (option_is_of(&option_specs[i], v->command) && option_has_key(&option_specs[i]))
            print_value(v, i, width);
    return 0;
}

int command_config(const struct options *options)
{
    const struct command *self = command_find("config"), *other;
    struct options theirs;
    const struct option_values *values;
    int result;

    if (options->example)
        return options->argument_count
                   ? usage_error(self, "%s: nothing goes with --example", options->arguments[0])
                   : print_example();
    if (!options->argument_count)
        return usage_error(self, "say of which command, or give --example");
    other = command_find(options->arguments[0]);
    if (!other || other == self)
        return usage_error(self, "%s: expected a command that runs", options->arguments[0]);
    values = options_read(other, options->argument_count, options->arguments, &theirs, &result);
    if (result >= 0)
        return result;
    if (theirs.argument_count)
        return usage_error(self, "%s: nothing but options goes with config", theirs.arguments[0]);
    return print_in_force(values);
}
