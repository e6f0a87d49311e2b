/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "campaign/campaign_files.h"

#include <errno.h>
#include <glib.h>
#include <string.h>
#include <unistd.h>

#include "potsherd/csv_file.h"
#include "potsherd/record.h"

static const enum record_file numbers[OUT_FILES] = {RECORD_CAMPAIGNS, RECORD_CAMPAIGN_EMAILS,
                                                    RECORD_CAMPAIGN_SOURCES, RECORD_CAMPAIGN_PORTS,
                                                    RECORD_CAMPAIGN_DAYS};

static bool put(void *context, struct bytes bytes, uint64_t rows, bool part)
{
    return output_file_write(context, bytes, rows, part);
}

static void open_file(struct campaign_files *o, enum campaign_file file)
{
    const struct record_schema *schema = record_schema(numbers[file]);
    struct buf header = {0};

    rows_header(schema, &header);
    output_file_init(&o->files[file], &o->place, &csv_file, schema->name, buf_view(&header));
    rows_init(&o->rows[file], numbers[file], NULL, (struct row_sink){put, &o->files[file]});
    buf_fini(&header);
}

static void remove_earlier(const struct campaign_files *o, const char *name)
{
    static const char *const endings[] = {".csv", ".csv.part"};

    for (size_t i = 0; i < G_N_ELEMENTS(endings); i++) {
        char *whole = g_strconcat(name, endings[i], NULL);

        (void)!unlinkat(o->place.dir_fd, whole, 0);
        g_free(whole);
    }
}

static bool begin_files(struct campaign_files *o, bool force, struct failure *why)
{
    bool taken = false;

    for (int i = 0; i < OUT_FILES; i++) {
        open_file(o, (enum campaign_file)i);
        if (force)
            remove_earlier(o, o->files[i].name);
        taken |= output_file_is_taken(&o->files[i]);
    }
    if (taken)
        return failure_set(why,
                           "%s holds the campaigns of an earlier run: replace them with --force, "
                           "or choose another folder with -o OUT",
                           o->place.dir);
    o->made = true;
    for (int i = 0; i < OUT_FILES; i++)
        if (!output_file_begin(&o->files[i]))
            return failure_set(why, "%s/%s.csv: cannot be made: %s", o->place.dir, o->files[i].name,
                               strerror(errno));
    return true;
}

bool campaign_files_open(struct campaign_files *o, const char *folder, bool force,
                         struct failure *why)
{
    *o = (struct campaign_files){.place = {.dir_fd = -1, .dir = folder}};
    o->place.dir_fd = record_lock(folder, why);
    if (o->place.dir_fd < 0)
        return false;
    return begin_files(o, force, why);
}

bool campaign_files_finish(struct campaign_files *o, struct failure *why)
{
    for (int i = 0; i < OUT_FILES; i++)
        if (!rows_flush(&o->rows[i]) || !output_file_finish(&o->files[i])) {
            *why = o->files[i].failure;
            return false;
        }
    o->finished = true;
    return true;
}

void campaign_files_close(struct campaign_files *o)
{
    for (int i = 0; i < OUT_FILES; i++) {
        if (!o->files[i].kind)
            continue;
        rows_fini(&o->rows[i]);
        output_file_fini(&o->files[i]);
        if (o->made && !o->finished)
            remove_earlier(o, o->files[i].name);
    }
    if (o->place.dir_fd >= 0)
        close(o->place.dir_fd);
}
