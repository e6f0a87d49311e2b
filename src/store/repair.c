/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "potsherd/repair.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <string.h>

#include "potsherd/csv_file.h"
#include "potsherd/lines.h"
#include "potsherd/mbox.h"
#include "potsherd/row_json.h"
#include "potsherd/schema.h"
#include "potsherd/segment.h"

/* NAME.csv.part, of a run without segments, or NAME-anything.csv.part. */
static bool is_part_of_rows(const char *name, const char *ending)
{
    for (int i = 0; i < RECORD_FILE_COUNT; i++) {
        const char *record = record_schema(i)->name;
        size_t n = strlen(record);

        if (!strncmp(name, record, n) && (name[n] == '-' || name[n] == '.') &&
            g_str_has_suffix(name, ending))
            return true;
    }
    return false;
}

/* NULL: not ours to finish. */
static const struct output_kind *kind_of_part(const char *name)
{
    struct segment_name live;

    if (segment_parse(name, &live) && live.state == SEGMENT_PART) {
        if (live.kind == SEGMENT_MBOX)
            return &mbox_file;
        if (live.kind == SEGMENT_LOG)
            return &log_file;
    }
    if (is_part_of_rows(name, ".ndjson.part"))
        return &ndjson_file;
    return is_part_of_rows(name, ".csv.part") ? &csv_file : NULL;
}

bool repair_folder(const struct output_place *place, struct failure *why)
{
    int copy = openat(place->dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *all = copy >= 0 ? fdopendir(copy) : NULL;
    const struct dirent *entry;
    bool good = true;

    if (!all)
        return failure_set(why, "%s: cannot be listed: %s", place->dir, g_strerror(errno));
    while (good && (entry = readdir(all))) {
        const struct output_kind *kind = kind_of_part(entry->d_name);

        if (kind)
            good = output_file_repair(kind, place, entry->d_name, why);
    }
    closedir(all);
    return good;
}
