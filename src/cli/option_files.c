/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/option_files.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/places.h"
#include "cli/key_lines.h"
#include "cli/old_options.h"
#include "cli/spelling.h"

#define FILE_MAX (1 << 20)
#define RECORDS  "/var/lib/potsherd" /* of the units, StateDirectory= */

static GPtrArray *seen;

const char *option_files_seen(unsigned n)
{
    return seen && n < seen->len ? g_ptr_array_index(seen, n) : NULL;
}

static void note(const char *what, const char *path)
{
    if (!seen)
        seen = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(seen, g_strdup_printf("%s%s", what, path));
}

/* --- a key --- */

struct reading {
    const char *path; /* lives as long as the program */
    enum option_rank rank;
    GKeyFile *file;
    struct option_values *values; /* of the command that runs */
    struct options scratch;       /* and of the others, which are only checked */
    struct option_values others;
};

static bool refuse_section(const struct reading *r, const struct key_line *l, struct failure *why)
{
    const char *names[64];
    const char *nearest;
    unsigned n = 0;

    for (const struct command *c = commands; c->name && n + 1 < G_N_ELEMENTS(names); c++)
        names[n++] = c->name;
    names[n] = NULL;
    nearest = spelling_nearest(l->section, names);
    if (nearest)
        return failure_set(why, "%s:%u: unknown section [%s]: did you mean [%s]?", r->path, l->line,
                           l->section, nearest);
    return failure_set(why,
                       "%s:%u: unknown section [%s]: sections are the commands of potsherd "
                       "--help",
                       r->path, l->line, l->section);
}

static bool others_have(const char *key)
{
    const struct option_spec *s;

    for (const struct command *c = commands; c->name; c++)
        if ((s = option_find(c, key)) != NULL && option_has_key(s))
            return true;
    return false;
}

static bool refuse_key(const struct reading *r, const struct key_line *l,
                       const struct command *command, struct failure *why)
{
    const char *names[OPTION_SPECS_MAX + 1];
    const struct option_spec *s = option_find(command, l->key);
    const char *nearest;
    size_t n = 0;

    if (s)
        return failure_set(why, "%s:%u: %s goes with the command line only", r->path, l->line,
                           l->key);
    if (others_have(l->key))
        return failure_set(why, "%s:%u: %s does not have the option %s (see potsherd %s --help)",
                           r->path, l->line, command->name, l->key, command->name);
    for (size_t i = 0; i < option_spec_count; i++)
        if (option_is_of(&option_specs[i], command) && option_has_key(&option_specs[i]))
            names[n++] = option_specs[i].name;
    names[n] = NULL;
    nearest = spelling_nearest(l->key, names);
    if (nearest)
        return failure_set(why, "%s:%u: unknown option %s of [%s]: did you mean %s?", r->path,
                           l->line, l->key, l->section, nearest);
    return failure_set(why, "%s:%u: unknown option %s of [%s] (see potsherd %s --help)", r->path,
                       l->line, l->key, l->section, command->name);
}

static bool set_list(struct option_values *v, const struct option_spec *s, const char *value,
                     const struct option_place *place, struct failure *why)
{
    GPtrArray *parts = key_lines_split(value);
    bool good = true;

    option_reset(v, s, place); /* not added to what an equal place gave */
    for (guint i = 0; i < parts->len && good; i++)
        good = option_set(v, s, g_intern_string(g_ptr_array_index(parts, i)), place, why);
    g_ptr_array_free(parts, TRUE);
    return good;
}

static bool set_value(const struct reading *r, const struct key_line *l, struct option_values *v,
                      const struct option_spec *s, struct failure *why)
{
    const struct option_place place = {r->rank, r->path, l->line};
    char *value = g_key_file_get_value(r->file, l->section, l->key, NULL);
    struct failure mistake = {""};
    bool good = true;

    g_strstrip(value);
    if (s->kind == KIND_LIST)
        good = set_list(v, s, value, &place, &mistake);
    else if (!*value)
        option_reset(v, s, &place);
    else
        good = option_set(v, s, g_intern_string(value), &place, &mistake);
    if (!good)
        failure_set(why, "%s:%u: %s = %s: %s", r->path, l->line, l->key, value, mistake.text);
    g_free(value);
    return good;
}

static bool read_key(struct reading *r, const struct key_line *l, struct failure *why)
{
    const struct command *command = command_find(l->section);
    const struct option_spec *s = option_find(command, l->key);

    if (!s || !option_has_key(s))
        return refuse_key(r, l, command, why);
    if (command == r->values->command)
        return set_value(r, l, r->values, s, why);
    option_values_init(&r->others, command, &r->scratch);
    return set_value(r, l, &r->others, s, why);
}

/* --- a file --- */

static const struct key_line *find_line(const GPtrArray *lines, guint n, const struct key_line *l)
{
    for (guint i = 0; i < n; i++) {
        const struct key_line *before = g_ptr_array_index(lines, i);

        if (before->key && !strcmp(before->key, l->key) && !strcmp(before->section, l->section))
            return before;
    }
    return NULL;
}

static bool read_lines(struct reading *r, const GPtrArray *lines, struct failure *why)
{
    for (guint i = 0; i < lines->len; i++) {
        const struct key_line *l = g_ptr_array_index(lines, i), *before;

        if (!command_find(l->section))
            return refuse_section(r, l, why);
        if (!l->key)
            continue;
        if (!read_key(r, l, why)) /* so there are no more lines than options */
            return false;
        before = find_line(lines, i, l);
        if (before)
            return failure_set(why, "%s:%u: %s is set in line %u already; a list is a;b", r->path,
                               l->line, l->key, before->line);
    }
    return true;
}

static bool read_text(const char *path, enum option_rank rank, struct bytes text,
                      struct option_values *v, struct failure *why)
{
    struct reading *r = g_new0(struct reading, 1);
    GPtrArray *lines = NULL;
    struct failure mistake = {""};
    unsigned line = 0;
    bool good;

    r->path = g_intern_string(path);
    r->rank = rank;
    r->values = v;
    r->file = key_lines_load(text, &lines, &line, &mistake);
    if (r->file) {
        good = read_lines(r, lines, why);
        g_key_file_free(r->file);
        g_ptr_array_free(lines, TRUE);
    } else {
        good = failure_set(why, "%s:%u: %s", path, line, mistake.text);
    }
    g_free(r);
    return good;
}

/* A regular file or a pipe, up to FILE_MAX. */
static bool load(const char *path, struct buf *out, struct failure *why)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    char piece[4096];
    ssize_t n = -1;

    if (fd >= 0)
        while ((n = read(fd, piece, sizeof piece)) > 0 && out->len <= FILE_MAX)
            buf_append(out, piece, (size_t)n);
    if (n < 0)
        failure_set(why, "%s: %s%s", path, g_strerror(errno),
                    errno == EACCES ? "; let its group read it, or give --no-config" : "");
    if (fd >= 0)
        close(fd);
    if (out->len > FILE_MAX)
        return failure_set(why, "%s: longer than %d bytes: this is no configuration file", path,
                           FILE_MAX);
    return n >= 0;
}

static bool is_old(enum option_rank rank, struct buf *text)
{
    return rank == OPTION_NAMED && strlen(buf_string(text)) == text->len &&
           old_options_line(buf_string(text));
}

static bool read_file(const char *path, enum option_rank rank, struct option_values *v,
                      struct failure *why)
{
    struct buf text = {0};
    bool good;

    if (rank != OPTION_FILE && access(path, F_OK) != 0 && errno == ENOENT) {
        note("not there: ", path);
        return true;
    }
    good = load(path, &text, why);
    if (good && is_old(rank, &text))
        good = old_options_read(path, buf_string(&text), v, why);
    else if (good)
        good = read_text(path, rank, buf_view(&text), v, why);
    buf_fini(&text);
    note("read: ", path);
    return good;
}

/* --- all of them --- */

/* What the unit of an interface is for, unless its file says otherwise. */
static bool set_unit(struct option_values *v, const char *unit, struct failure *why)
{
    const struct option_place place = {OPTION_UNIT, NULL, 0};
    char *folder = g_strdup_printf(RECORDS "/%s-%s", v->command->name, unit);
    const struct {
        const char *name, *text;
    } all[] = {{"interface", unit}, {"output", g_intern_string(folder)}, {"quiet", "true"}};
    bool good = true;

    for (unsigned i = 0; i < G_N_ELEMENTS(all) && good; i++)
        good = option_set(v, option_find(v->command, all[i].name), all[i].text, &place, why);
    g_free(folder);
    return good;
}

static bool read_beside(const char *folder, const char *name, enum option_rank rank,
                        struct option_values *v, struct failure *why)
{
    char *path = g_build_filename(folder, name, NULL);
    bool good = read_file(path, rank, v, why);

    g_free(path);
    return good;
}

static bool read_unit(const char *folder, const char *unit, struct option_values *v,
                      struct failure *why)
{
    char *name = g_strdup_printf("%s-%s.conf", v->command->name, unit);
    bool good =
        set_unit(v, unit, why) && (!folder || read_beside(folder, name, OPTION_NAMED, v, why));

    g_free(name);
    return good;
}

bool option_files_read(struct option_values *v, const struct option_sources *sources,
                       struct failure *why)
{
    char *folder = sources->no_config ? NULL : places_config();
    const char *unit = sources->unit;
    bool good = true;

    if (unit && (!*unit || strchr(unit, '/')))
        good = failure_set(why, "--unit %s: expected the name of an interface", unit);
    if (good && !folder && !sources->no_config)
        note("not there: ", "potsherd.conf: a program in its build folder reads none");
    if (good && folder)
        good = read_beside(folder, "potsherd.conf", OPTION_SYSTEM, v, why);
    if (good && unit)
        good = read_unit(folder, unit, v, why);
    if (good && sources->config)
        good = read_file(sources->config, OPTION_FILE, v, why);
    g_free(folder);
    return good;
}
