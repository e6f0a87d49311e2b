/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/option_values.h"

#include <glib.h>
#include <stdarg.h>
#include <string.h>

#include "base/interfaces.h"
#include "base/log.h"
#include "base/number.h"

static const struct option_values *in_force; /* of the one command that runs */

/* --- texts to values --- */

static bool parse_number(const char *text, uint64_t *out)
{
    return number_parse(bytes_of(text), UINT64_MAX, out);
}

/* 4096, 64K, 16M, 1G: powers of 1024. */
static bool parse_size(const char *text, uint64_t *out)
{
    static const char units[] = "KMGT";
    size_t n = strlen(text);
    const char *unit = n ? strchr(units, g_ascii_toupper(text[n - 1])) : NULL;
    char *digits = g_strndup(text, unit ? n - 1 : n);
    unsigned shift = unit ? 10 * (unsigned)(unit - units + 1) : 0;
    bool good = parse_number(digits, out) && *out <= UINT64_MAX >> shift;

    g_free(digits);
    *out <<= shift;
    return good;
}

bool option_parse_flag(const char *text, bool *out)
{
    static const char *const words[] = {"false", "no", "off", "0", "true", "yes", "on", "1"};

    for (unsigned i = 0; i < G_N_ELEMENTS(words); i++)
        if (!strcmp(words[i], text)) {
            *out = i >= G_N_ELEMENTS(words) / 2;
            return true;
        }
    return false;
}

static bool is_choice(const char *choices, const char *text)
{
    char **all = g_strsplit(choices, "|", -1);
    bool found = g_strv_contains((const char *const *)all, text);

    g_strfreev(all);
    return found;
}

/* --- what an option takes --- */

/* 64M where it is a round number of a unit. */
static char *size_text(uint64_t size)
{
    static const char units[] = "KMGT";
    unsigned unit = 0;

    while (unit < 4 && size && size % 1024 == 0) {
        size /= 1024;
        unit++;
    }
    return unit ? g_strdup_printf("%" G_GUINT64_FORMAT "%c", size, units[unit - 1])
                : g_strdup_printf("%" G_GUINT64_FORMAT, size);
}

static uint64_t list_most(const struct option_spec *s)
{
    return s->most ? s->most : OPTION_LIST_MAX;
}

char *option_takes(const struct option_spec *s)
{
    char *least, *most, *text;

    switch (s->kind) {
    case KIND_FLAG:
        return g_strdup("true or false");
    case KIND_CHOICE:
        return g_strdup(s->argument);
    case KIND_TEXT:
        return g_strdup(s->argument);
    case KIND_LIST:
        return g_strdup_printf("%s; %" G_GUINT64_FORMAT " at most", s->argument, list_most(s));
    case KIND_NUMBER:
        return g_strdup_printf("a number from %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT,
                               s->least, s->most);
    default:
        least = size_text(s->least);
        most = size_text(s->most);
        text = g_strdup_printf("a size from %s to %s, in bytes or with K, M, G, T", least, most);
        g_free(least);
        g_free(most);
        return text;
    }
}

static bool refuse(const struct option_spec *s, struct failure *why)
{
    char *takes = option_takes(s);

    failure_set(why, "expected %s", takes);
    g_free(takes);
    return false;
}

/* --- setting --- */

static bool add_to_list(const struct option_spec *s, const char *text, bool more,
                        struct option_list *list, struct failure *why)
{
    if (!more)
        list->count = 0;
    if (list->count == list_most(s))
        return failure_set(why, "more than %" G_GUINT64_FORMAT " times", list_most(s));
    list->at[list->count++] = text;
    return true;
}

static bool set_number(const struct option_spec *s, const char *text, void *field,
                       struct failure *why)
{
    uint64_t number = 0;

    if (!(s->kind == KIND_SIZE ? parse_size : parse_number)(text, &number) || number < s->least ||
        number > s->most)
        return refuse(s, why);
    *(uint64_t *)field = number;
    return true;
}

static bool set_field(const struct option_spec *s, const char *text, bool more, void *field,
                      struct failure *why)
{
    switch (s->kind) {
    case KIND_FLAG:
        return option_parse_flag(text, field) || refuse(s, why);
    case KIND_LIST:
        return add_to_list(s, text, more, field, why);
    case KIND_CHOICE:
        if (!is_choice(s->argument, text))
            return refuse(s, why);
        *(const char **)field = text;
        return true;
    case KIND_TEXT:
        *(const char **)field = text;
        return true;
    default:
        return set_number(s, text, field, why);
    }
}

static void *field_of(const struct option_values *v, const struct option_spec *s)
{
    return (char *)v->options + s->offset;
}

bool option_set(struct option_values *v, const struct option_spec *s, const char *text,
                const struct option_place *place, struct failure *why)
{
    size_t i = (size_t)(s - option_specs);

    if (!set_field(s, text, v->places[i].rank == place->rank, field_of(v, s), why))
        return false;
    v->places[i] = *place;
    v->texts[i] = text;
    return true;
}

void option_reset(struct option_values *v, const struct option_spec *s,
                  const struct option_place *place)
{
    static const size_t sizes[] = {
        [KIND_FLAG] = sizeof(bool),       [KIND_TEXT] = sizeof(char *),
        [KIND_CHOICE] = sizeof(char *),   [KIND_LIST] = sizeof(struct option_list),
        [KIND_NUMBER] = sizeof(uint64_t), [KIND_SIZE] = sizeof(uint64_t),
    };
    size_t i = (size_t)(s - option_specs);
    struct failure why = {""};

    memset(field_of(v, s), 0, sizes[s->kind]);
    v->texts[i] = s->fallback;
    if (s->fallback && !set_field(s, s->fallback, false, field_of(v, s), &why))
        log_panic("the default of --%s: %s", s->name, why.text);
    v->places[i] = *place;
}

void option_values_init(struct option_values *v, const struct command *command, struct options *out)
{
    const struct option_place by_default = {OPTION_DEFAULT, NULL, 0};

    memset(v, 0, sizeof *v);
    memset(out, 0, sizeof *out);
    v->command = command;
    v->options = out;
    for (size_t i = 0; i < option_spec_count; i++)
        if (option_is_of(&option_specs[i], command))
            option_reset(v, &option_specs[i], &by_default);
}

/* --- the values in force --- */

void option_values_adopt(const struct option_values *v)
{
    in_force = v;
}

static const struct option_place *place_in_force(const struct command *command,
                                                 const struct option_spec *s)
{
    return in_force && in_force->command == command && s ? &in_force->places[s - option_specs]
                                                         : NULL;
}

bool option_was_given(const struct command *command, const char *name)
{
    const struct option_place *place = place_in_force(command, option_find(command, name));

    return place && place->rank > OPTION_DEFAULT;
}

/* The option that a message begins with: "--since yesterday: ...", "-f: ...". */
static const struct option_spec *option_meant(const struct command *command, const char *text)
{
    const struct option_spec *s;
    char *name;

    if (!command || text[0] != '-')
        return NULL;
    if (text[1] != '-')
        return option_find_letter(command, text[1]);
    name = g_strndup(text + 2, strcspn(text + 2, " :="));
    s = option_find(command, name);
    g_free(name);
    return s;
}

int usage_error(const struct command *command, const char *format, ...)
{
    const struct option_place *place;
    const char *name = command ? command->name : "", *blank = command ? " " : "";
    va_list args;
    char *text;

    va_start(args, format);
    text = g_strdup_vprintf(format, args);
    va_end(args);
    place = place_in_force(command, option_meant(command, text));
    if (place && place->file)
        log_warn("%s:%u: %s (see potsherd %s%s--help)", place->file, place->line, text, name,
                 blank);
    else
        log_warn("%s (see potsherd %s%s--help)", text, name, blank);
    g_free(text);
    return 2;
}

int usage_error_interface(const struct command *command, const char *doing)
{
    char *names = interface_names();
    int result = usage_error(command, "-i: say which interface to %s; there are: %s", doing, names);

    g_free(names);
    return result;
}
