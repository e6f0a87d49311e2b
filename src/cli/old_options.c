/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/old_options.h"

#include <glib.h>
#include <string.h>

#include "base/log.h"
#include "cli/command_line.h"

#define NAME "OPTIONS="

unsigned old_options_line(const char *text)
{
    unsigned line = 1;

    for (;; line++) {
        text += strspn(text, " \t\r");
        if (*text == '[')
            return 0;
        if (g_str_has_prefix(text, NAME))
            return line;
        text = strchr(text, '\n');
        if (!text)
            return 0;
        text++;
    }
}

/* What stands behind OPTIONS= of that line: as systemd.exec(5) has it, a backslash at its end
 * joins the next one, and quotes around the whole are not part of it. */
static char *value_of(const char *text, unsigned line)
{
    GString *value = g_string_new(NULL);
    char *whole;

    while (--line)
        text = strchr(text, '\n') + 1;
    text = strchr(text, '=') + 1;
    for (; *text && *text != '\n'; text++) {
        if (text[0] == '\\' && text[1] == '\n')
            text++;
        else
            g_string_append_c(value, *text);
    }
    g_strstrip(value->str);
    whole = strchr("\"'", value->str[0]) ? g_shell_unquote(value->str, NULL) : NULL;
    if (!whole)
        return g_string_free(value, FALSE);
    g_string_free(value, TRUE);
    return whole;
}

/* --- what to write instead --- */

/* As a value of a list: what separates is escaped. */
static void append_value(GString *out, const struct option_spec *s, const char *text)
{
    for (; *text; text++) {
        if (s->kind == KIND_LIST && *text == ';')
            g_string_append_c(out, '\\');
        g_string_append_c(out, *text);
    }
}

static bool is_before(const GArray *options, guint n, const struct option_spec *s)
{
    for (guint i = 0; i < n; i++)
        if (g_array_index(options, struct given_option, i).spec == s)
            return true;
    return false;
}

/* The last value of an option; of a list, all. */
static void append_line(GString *out, const GArray *options, const struct option_spec *s)
{
    const char *last = NULL, *between = "";

    g_string_append_printf(out, ", \"%s = ", s->name);
    for (guint i = 0; i < options->len; i++) {
        const struct given_option *given = &g_array_index(options, struct given_option, i);

        if (given->spec != s)
            continue;
        last = given->text;
        if (s->kind == KIND_LIST) {
            g_string_append(out, between);
            append_value(out, s, last);
            between = ";";
        }
    }
    if (s->kind != KIND_LIST)
        g_string_append(out, last);
    g_string_append_c(out, '"');
}

static void log_lines(const char *path, unsigned line, const struct command *command,
                      const GArray *options)
{
    GString *lines = g_string_new(NULL);

    for (guint i = 0; i < options->len; i++) {
        const struct option_spec *s = g_array_index(options, struct given_option, i).spec;

        if (!is_before(options, i, s))
            append_line(lines, options, s);
    }
    log_info("%s:%u: OPTIONS= is the old form and is read still; write lines instead: \"[%s]\"%s",
             path, line, command->name, lines->str);
    g_string_free(lines, TRUE);
}

/* --- reading --- */

static bool set_all(const char *path, unsigned line, struct option_values *v, const GArray *options,
                    struct failure *why)
{
    const struct option_place place = {OPTION_UNIT, g_intern_string(path), line};
    struct failure mistake = {""};

    for (guint i = 0; i < options->len; i++) {
        const struct given_option *given = &g_array_index(options, struct given_option, i);

        if (!option_has_key(given->spec))
            return failure_set(why, "%s:%u: --%s goes with the command line only", path, line,
                               given->spec->name);
        if (!option_set(v, given->spec, g_intern_string(given->text), &place, &mistake))
            return failure_set(why, "%s:%u: --%s %s: %s", path, line, given->spec->name,
                               given->text, mistake.text);
    }
    return true;
}

static bool take_words(const char *path, unsigned line, char **words, struct option_values *v,
                       struct failure *why)
{
    int count = (int)g_strv_length(words);
    struct command_line given;
    struct failure mistake = {""};
    bool good;

    if (!command_line_read(v->command, count, words, &given, &mistake))
        good = failure_set(why, "%s:%u: %s", path, line, mistake.text);
    else if (given.help || given.argument_count)
        good = failure_set(why, "%s:%u: %s is no option", path, line,
                           given.help ? "--help" : given.arguments[0]);
    else
        good = set_all(path, line, v, given.options, why);
    if (good)
        log_lines(path, line, v->command, given.options);
    command_line_fini(&given);
    return good;
}

bool old_options_read(const char *path, const char *text, struct option_values *v,
                      struct failure *why)
{
    unsigned line = old_options_line(text);
    char *value = value_of(text, line);
    char *all = g_strdup_printf("%s %s", v->command->name, value), **words = NULL;
    GError *error = NULL;
    bool good = g_shell_parse_argv(all, NULL, &words, &error);

    if (!good) {
        failure_set(why, "%s:%u: %s", path, line, error->message);
        g_error_free(error);
    }
    good = good && take_words(path, line, words, v, why);
    g_strfreev(words);
    g_free(all);
    g_free(value);
    return good;
}
