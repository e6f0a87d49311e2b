/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "export/record_set.h"

static void name_kinds(struct record_set *set)
{
    for (unsigned i = 0; i < RECORD_FILE_COUNT; i++)
        set->kinds[i] = (struct listing_kind){record_schema(i)->name, ".csv"};
    set->kinds[RECORD_SET_MBOX] =
        (struct listing_kind){record_schema(RECORD_PAYLOADS)->name, ".mbox"};
}

bool record_set_list(struct record_set *set, const struct options *options, struct failure *failure)
{
    name_kinds(set);
    listing_init(&set->listing, set->kinds, RECORD_SET_KINDS);
    set->listed = true;
    for (int i = 0; i < options->argument_count; i++)
        if (!listing_add(&set->listing, options->arguments[i], failure))
            return false;
    listing_sort(&set->listing);
    for (guint i = 0; i < set->listing.unread->len; i++)
        log_info("%s", (const char *)g_ptr_array_index(set->listing.unread, i));
    return true;
}

void record_set_fini(struct record_set *set)
{
    if (set->listed)
        listing_fini(&set->listing);
}

bool record_set_has(const struct record_set *set, unsigned kind)
{
    for (guint i = 0; i < set->listing.files->len; i++)
        if (((const struct listed_file *)g_ptr_array_index(set->listing.files, i))->kind == kind)
            return true;
    return false;
}

void record_set_fail(struct record_set *set, const struct failure *why)
{
    log_warn("%s", why->text);
    set->failed++;
}

static bool read_file(struct record_set *set, const struct listed_file *file,
                      const struct record_reader *reader)
{
    struct csv_damage again = {.quiet = true};
    bool first = !set->read[file->kind], wanted = true;
    struct failure failure = {""};
    struct source *s = source_open(file->path, file->kind, first ? &set->damage : &again, &failure);
    const struct bytes *cells;

    if (s && reader->file)
        reader->file(reader->context, file->path, s);
    while (s && wanted && (cells = source_next(s)) != NULL)
        wanted = reader->row(reader->context, s, cells);
    if (first && (!s || source_failed(s, &failure)))
        record_set_fail(set, &failure);
    source_close(s);
    return wanted;
}

bool record_set_read(struct record_set *set, enum record_file kind,
                     const struct record_reader *reader)
{
    bool wanted = true;

    for (guint i = 0; wanted && i < set->listing.files->len; i++) {
        const struct listed_file *file = g_ptr_array_index(set->listing.files, i);

        if (file->kind == kind)
            wanted = read_file(set, file, reader);
    }
    set->read[kind] = true;
    return wanted;
}

bool record_set_is_whole(const struct record_set *set)
{
    if (set->damage.rows > CSV_DAMAGE_LOGGED)
        log_warn("%llu damaged rows in all, in %llu files; only the first %d are listed above",
                 (unsigned long long)set->damage.rows, (unsigned long long)set->damage.files,
                 CSV_DAMAGE_LOGGED);
    return !set->damage.rows && !set->failed;
}
