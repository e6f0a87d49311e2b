/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/key_lines.h"

#include <string.h>

#include "base/log.h"

/* --- loading --- */

static GKeyFile *load(struct bytes text, GError **error)
{
    GKeyFile *file = g_key_file_new();

    if (g_key_file_load_from_data(file, text.n ? (const char *)text.at : "", text.n,
                                  G_KEY_FILE_NONE, error))
        return file;
    g_key_file_free(file);
    return NULL;
}

/* The length of the first `n` lines. */
static size_t length_of_lines(struct bytes text, unsigned n)
{
    size_t at = 0;

    while (n-- && at < text.n) {
        const uint8_t *end = memchr(text.at + at, '\n', text.n - at);

        at = end ? (size_t)(end - text.at) + 1 : text.n;
    }
    return at;
}

static unsigned count_lines(struct bytes text)
{
    unsigned n = 0;

    for (size_t at = 0; at < text.n; n++)
        at += length_of_lines((struct bytes){text.at + at, text.n - at}, 1);
    return n;
}

/* The last line of the shortest beginning that cannot be loaded. */
static unsigned line_refused(struct bytes text)
{
    unsigned good = 0, bad = count_lines(text);

    while (good + 1 < bad) {
        unsigned middle = good + (bad - good) / 2;
        GKeyFile *file = load((struct bytes){text.at, length_of_lines(text, middle)}, NULL);

        if (file)
            good = middle;
        else
            bad = middle;
        if (file)
            g_key_file_free(file);
    }
    return bad;
}

static void refuse(const GError *error, struct failure *why)
{
    if (g_error_matches(error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_GROUP_NOT_FOUND))
        failure_set(why, "no section before it: expected a line like [watch] first");
    else
        failure_set(why, "expected [section], option = value or # comment");
}

/* --- lines --- */

static void free_line(gpointer data)
{
    struct key_line *l = data;

    g_free(l->section);
    g_free(l->key);
    g_free(l);
}

static void add_line(GPtrArray *lines, const char *section, const char *key, unsigned line)
{
    struct key_line *l = g_new0(struct key_line, 1);

    l->section = g_strdup(section);
    l->key = g_strdup(key);
    l->line = line;
    g_ptr_array_add(lines, l);
}

/* Of a text that GKeyFile has taken: every line is a section, a key, a comment or empty. */
static GPtrArray *list_lines(struct bytes text)
{
    GPtrArray *lines = g_ptr_array_new_with_free_func(free_line);
    char *all = g_strndup(text.n ? (const char *)text.at : "", text.n), *section = g_strdup("");
    char **each = g_strsplit(all, "\n", -1);

    for (unsigned i = 0; each[i]; i++) {
        char *line = g_strstrip(each[i]), *end;

        if (line[0] == '[' && (end = strrchr(line, ']')) != NULL) {
            g_free(section);
            section = g_strndup(line + 1, (size_t)(end - line) - 1);
            add_line(lines, section, NULL, i + 1);
        } else if (line[0] != '#' && (end = strchr(line, '=')) != NULL) {
            *end = '\0';
            add_line(lines, section, g_strchomp(line), i + 1);
        }
    }
    g_strfreev(each);
    g_free(section);
    g_free(all);
    return lines;
}

GKeyFile *key_lines_load(struct bytes text, GPtrArray **lines, unsigned *line, struct failure *why)
{
    const uint8_t *nul = text.n ? memchr(text.at, '\0', text.n) : NULL;
    GError *error = NULL;
    GKeyFile *file;

    if (nul) {
        *line = count_lines((struct bytes){text.at, (size_t)(nul - text.at) + 1});
        failure_set(why, "this is no text: it has a NUL in it");
        return NULL;
    }
    file = load(text, &error);
    if (file) {
        *lines = list_lines(text);
        return file;
    }
    *line = line_refused(text);
    refuse(error, why);
    g_error_free(error);
    return NULL;
}

/* --- lists --- */

GPtrArray *key_lines_split(const char *value)
{
    GPtrArray *parts = g_ptr_array_new_with_free_func(g_free);
    GString *part = g_string_new(NULL);

    for (;; value++) {
        if (value[0] == '\\' && value[1] == ';') {
            g_string_append_c(part, *++value);
            continue;
        }
        if (*value && *value != ';') {
            g_string_append_c(part, *value);
            continue;
        }
        g_strstrip(part->str);
        if (part->str[0])
            g_ptr_array_add(parts, g_strdup(part->str));
        g_string_truncate(part, 0);
        if (!*value)
            break;
    }
    g_string_free(part, TRUE);
    return parts;
}
