/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The run: which kinds of files, which rows, and one of the formats for each. */
#include "export/find.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>

#include "export/selection.h"

static const struct find_format *const formats[] = {&find_text, &find_csv, &find_json};

/* --- what is asked for --- */

static bool find_kind(const char *name, enum record_file *kind)
{
    for (unsigned i = 0; i < RECORD_FILE_COUNT; i++)
        if (!strcmp(record_schema(i)->name, name)) {
            *kind = i;
            return true;
        }
    return false;
}

/* Bits of the kinds; 0 and a message. */
static unsigned kinds_asked(const struct options *o, struct failure *why)
{
    unsigned kinds = o->files.count ? 0 : 1u << RECORD_EMAILS;

    for (unsigned i = 0; i < o->files.count; i++) {
        enum record_file kind;

        if (!strcmp(o->files.at[i], "all")) {
            kinds = (1u << RECORD_FILE_COUNT) - 1;
        } else if (find_kind(o->files.at[i], &kind)) {
            kinds |= 1u << kind;
        } else {
            failure_set(why,
                        "--file %s: expected all, or a name without .csv that potsherd schema "
                        "has: connections, requests, emails, ...",
                        o->files.at[i]);
            return 0;
        }
    }
    return kinds;
}

static bool find_column(enum record_file kind, const char *name, unsigned *column)
{
    const struct record_schema *s = record_schema(kind);

    for (*column = 0; *column < s->column_count; ++*column)
        if (!strcmp(s->columns[*column].name, name))
            return true;
    return false;
}

/* Those of --columns that the kind has. */
static void choose_columns(struct finding *f, char *const *names)
{
    f->column_count = 0;
    f->chosen = names != NULL;
    for (unsigned i = 0; names && names[i] && f->column_count < FIND_COLUMNS_MAX; i++)
        f->column_count += find_column(f->kind, names[i], &f->columns[f->column_count]);
}

static bool check_columns(unsigned kinds, char *const *names, struct failure *why)
{
    for (unsigned i = 0; names && names[i]; i++) {
        bool known = false;
        unsigned column;

        for (unsigned kind = 0; kind < RECORD_FILE_COUNT; kind++)
            known = known || (kinds & 1u << kind && find_column(kind, names[i], &column));
        if (!known)
            return failure_set(
                why, "--columns %s: no such column there; potsherd schema lists them", names[i]);
    }
    return true;
}

/* --- rows --- */

struct printing {
    struct finding *f;
    struct selection *selection;
};

static void begin_file(void *context, const char *path, const struct source *source)
{
    struct printing *p = context;

    selection_look_at_file(p->selection, p->f->set, p->f->kind, path, source);
    if (p->f->format->file)
        p->f->format->file(p->f, source);
}

static bool print_row(void *context, struct source *source, const struct bytes *cells)
{
    struct printing *p = context;
    struct finding *f = p->f;

    if (!selection_has(p->selection, f->kind, cells))
        return true;
    if (!f->rows++ && f->format->begin)
        f->format->begin(f);
    f->format->row(f, source, cells);
    (void)source_rest(source); /* which may be torn */
    return !f->stop;
}

static uint64_t print_kind(struct finding *f, struct selection *selection)
{
    struct printing p = {f, selection};
    const struct record_reader reader = {begin_file, print_row, &p};

    f->rows = 0;
    f->format->open(f);
    record_set_read(f->set, f->kind, &reader);
    f->format->close(f);
    return f->rows;
}

static void print_kinds(struct finding *f, struct selection *selection, unsigned kinds,
                        char *const *names)
{
    uint64_t rows = 0;

    f->several = (kinds & (kinds - 1)) != 0;
    for (unsigned kind = 0; kind < RECORD_FILE_COUNT && !f->stop; kind++) {
        f->kind = kind;
        choose_columns(f, names);
        if (!(kinds & 1u << kind) || (f->chosen && !f->column_count))
            continue;
        f->first = !rows;
        rows += print_kind(f, selection);
    }
    find_flush(f);
    if (!rows && !f->stop)
        log_info("no row of these files is of what was asked for");
}

static int run(struct finding *f, struct filters *filters, unsigned kinds, char *const *names)
{
    struct selection selection = {.filters = filters};
    bool good;

    selection_make(&selection, f->set, kinds);
    print_kinds(f, &selection, kinds, names);
    selection_fini(&selection);
    good = record_set_is_whole(f->set);
    return !filters_are_decided(filters) || !good;
}

int find_run(const struct export_options *options, struct failure *failure)
{
    const struct options *o = options->options;
    char **names = o->columns ? g_strsplit(o->columns, ",", FIND_COLUMNS_MAX) : NULL;
    struct filters *filters = filters_new(options, failure);
    unsigned kinds = filters ? kinds_asked(o, failure) : 0;
    struct record_set set = {.listed = false};
    struct finding f = {.format = formats[0], .set = &set};
    int result = 2;

    for (size_t i = 0; i < G_N_ELEMENTS(formats); i++)
        if (!strcmp(formats[i]->name, o->format))
            f.format = formats[i];
    if (kinds && check_columns(kinds, names, failure))
        result = record_set_list(&set, o, failure) ? run(&f, filters, kinds, names) : 1;
    record_set_fini(&set);
    filters_free(filters);
    g_strfreev(names);
    buf_fini(&f.out);
    return result;
}
