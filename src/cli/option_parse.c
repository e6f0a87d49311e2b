/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a command line and the files that hold beneath it to the options of a run. */
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "cli/command_line.h"
#include "cli/option_files.h"
#include "cli/option_read.h"

static struct option_values values; /* of the one command that runs */

/* What would hold what --redact takes out. */
static int check_redact(const struct command *command, const struct options *o)
{
    const char *payload = o->payload ? o->payload : "";

    if (!option_find(command, "redact"))
        return -1;
    if (!o->redact)
        return o->redact_key ? usage_error(command, "--redact-key: say with --redact what is "
                                                    "redacted")
                             : -1;
    if (o->save_pcap || o->dry_run)
        return usage_error(command, "--redact: %s keeps packets as they are; leave one of them out",
                           o->save_pcap ? "--save-pcap" : "--dry-run");
    if (!strcmp(o->redact, "content") && !strcmp(payload, "mbox"))
        return usage_error(command, "--redact content: there is no payload for --payload mbox");
    return -1;
}

/* Where files are read from has to be known before them. */
static struct option_sources sources_of(const struct command_line *given)
{
    struct option_sources sources = {NULL, NULL, false};

    for (guint i = 0; i < given->options->len; i++) {
        const struct given_option *g = &g_array_index(given->options, struct given_option, i);

        if (!strcmp(g->spec->name, "config"))
            sources.config = g->text;
        else if (!strcmp(g->spec->name, "unit"))
            sources.unit = g->text;
        else if (!strcmp(g->spec->name, "no-config"))
            (void)option_parse_flag(g->text, &sources.no_config); /* set_given says what is wrong */
    }
    return sources;
}

static int set_given(const struct command *command, const struct command_line *given)
{
    const struct option_place place = {OPTION_COMMAND_LINE, NULL, 0};
    struct failure why = {""};

    for (guint i = 0; i < given->options->len; i++) {
        const struct given_option *g = &g_array_index(given->options, struct given_option, i);

        if (!option_set(&values, g->spec, g->text, &place, &why))
            return usage_error(command, "--%s %s: %s", g->spec->name, g->text, why.text);
    }
    return -1;
}

static int set_all(const struct command *command, const struct command_line *given,
                   struct options *out)
{
    const struct option_sources sources = sources_of(given);
    struct failure why = {""};
    int result;

    option_values_init(&values, command, out);
    option_values_adopt(&values);
    if (strcmp(command->name, "config") && !option_files_read(&values, &sources, &why)) {
        log_warn("%s", why.text);
        return 2;
    }
    result = set_given(command, given);
    return result >= 0 ? result : check_redact(command, out);
}

const struct option_values *options_read(const struct command *command, int argc, char **argv,
                                         struct options *out, int *result)
{
    struct command_line given;
    struct failure why = {""};

    if (!command_line_read(command, argc, argv, &given, &why)) {
        *result = usage_error(command, "%s", why.text);
    } else if (given.help) {
        options_print_help(command);
        *result = 0;
    } else {
        *result = set_all(command, &given, out);
        out->arguments = given.arguments;
        out->argument_count = given.argument_count;
    }
    command_line_fini(&given);
    return &values;
}

int options_parse(const struct command *command, int argc, char **argv, struct options *out)
{
    int result;

    (void)options_read(command, argc, argv, out, &result);
    if (result >= 0)
        return result;
    if (out->argument_count < command->least_arguments)
        return usage_error(command, "%s needs %s", command->name, command->arguments);
    if (command->most_arguments >= 0 && out->argument_count > command->most_arguments)
        return usage_error(command, "%s: nothing goes with %s",
                           out->arguments[command->most_arguments], command->name);
    return -1;
}
