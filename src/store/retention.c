/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "potsherd/retention.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "potsherd/manifest.h"
#include "potsherd/segment.h"

#define DAY (86400 * TIME_SECOND)

struct retention {
    struct retention_options options;
    time_us looked; /* when last, since the machine's start; -1: never */
    time_us offset; /* from there to the clock: the most that is believed */
    time_us ahead;  /* since when the clock has been ahead of that; -1: it is not */
    struct retention_freed freed;
    GHashTable *reported; /* set of paths that could not be removed; and folders, not read */
    bool reported_limit;
};

struct file {
    struct segment_name name;
    char *path;
    uint64_t size;
    time_us written; /* last */
};

static void free_file(gpointer file)
{
    g_free(((struct file *)file)->path);
    g_free(file);
}

struct retention *retention_new(const struct retention_options *options)
{
    struct retention *r = MEM_NEW(struct retention);

    r->options = *options;
    r->looked = r->ahead = -1;
    r->reported = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return r;
}

void retention_free(struct retention *r)
{
    if (!r)
        return;
    g_hash_table_destroy(r->reported);
    mem_free(r);
}

static void warn_once(struct retention *r, const char *path, const char *what)
{
    const char *reason = g_strerror(errno);

    if (g_hash_table_add(r->reported, g_strdup(path)))
        log_warn("%s: %s: %s", path, what, reason);
}

/* --- what is there --- */

static void add_file(GPtrArray *files, int dir_fd, const char *dir, const char *name)
{
    struct segment_name parsed;
    struct stat st;
    struct file *f;

    if (!segment_parse(name, &parsed) || fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
        !S_ISREG(st.st_mode))
        return;
    f = g_new0(struct file, 1);
    f->name = parsed;
    f->path = g_build_filename(dir, name, NULL);
    f->size = (uint64_t)st.st_size;
    f->written = st.st_mtim.tv_sec * TIME_SECOND + st.st_mtim.tv_nsec / 1000;
    g_ptr_array_add(files, f);
}

static void add_folder(struct retention *r, GPtrArray *files, const char *dir)
{
    DIR *all = opendir(dir);
    const struct dirent *entry;

    if (!all) {
        warn_once(r, dir, "cannot be listed for --keep and --max-disk");
        return;
    }
    while ((entry = readdir(all)))
        add_file(files, dirfd(all), dir, entry->d_name);
    closedir(all);
}

static gint compare_files(gconstpointer pa, gconstpointer pb)
{
    const struct file *a = *(const struct file *const *)pa, *b = *(const struct file *const *)pb;
    int order = strcmp(a->name.stamp, b->name.stamp);

    return order ? order : strcmp(a->path, b->path);
}

static GPtrArray *list(struct retention *r)
{
    const struct retention_options *o = &r->options;
    GPtrArray *files = g_ptr_array_new_with_free_func(free_file);

    add_folder(r, files, o->dir);
    if (o->pcaps && strcmp(o->pcaps, o->dir) != 0)
        add_folder(r, files, o->pcaps);
    g_ptr_array_sort(files, compare_files);
    return files;
}

/* --- what goes --- */

/* What its folder lists is removed there, too.  Before the file, so that none is missing without a
 * reason; and to the end after it, since there may be no room before. */
static bool unlink_listed(const struct file *f, const char *why)
{
    char *dir = g_path_get_dirname(f->path), *name = g_path_get_basename(f->path);
    char *list = g_build_filename(dir, MANIFEST_NAME, NULL);
    struct failure failure = {""};
    struct manifest *m = NULL;
    bool good;
    int error;

    if (file_is_there(AT_FDCWD, list) && (m = manifest_open(AT_FDCWD, dir, false, &failure)))
        manifest_note(m, "removed", name, why);
    good = unlink(f->path) == 0;
    error = errno;
    (void)manifest_close(m, &failure);
    if (failure.text[0])
        log_warn("%s", failure.text);
    g_free(list);
    g_free(name);
    g_free(dir);
    errno = error;
    return good;
}

static bool remove_file(struct retention *r, const struct file *f, const char *why)
{
    if (!unlink_listed(f, why)) {
        if (errno == ENOENT) /* somebody was faster */
            return true;
        warn_once(r, f->path, "is to be removed, but cannot be");
        return false;
    }
    r->freed.files++;
    r->freed.bytes += f->size;
    log_info_as(LOG_RECORDS_REMOVED, "%s: removed, %llu bytes: %s", f->path,
                (unsigned long long)f->size, why);
    return true;
}

static void warn_of_limit(struct retention *r, uint64_t left)
{
    if (left <= r->options.max_bytes) {
        r->reported_limit = false;
    } else if (!r->reported_limit) {
        r->reported_limit = true;
        log_warn_as(LOG_DISK_LIMIT,
                    "%s: %llu bytes, more than --max-disk allows, and nothing finished is left to "
                    "remove; shorter segments would help",
                    r->options.dir, (unsigned long long)left);
    }
}

static void remove_old(struct retention *r, const GPtrArray *files, time_us now)
{
    const struct retention_options *o = &r->options;
    time_us limit = INT64_MIN;
    char old[64], much[64];
    uint64_t left = 0;

    if (o->keep_days && o->keep_days < (uint64_t)(INT64_MAX / DAY))
        limit = now - (time_us)o->keep_days * DAY;
    snprintf(old, sizeof old, "older than %llu day%s", (unsigned long long)o->keep_days,
             o->keep_days == 1 ? "" : "s");
    snprintf(much, sizeof much, "more than %llu bytes in all", (unsigned long long)o->max_bytes);
    for (guint i = 0; i < files->len; i++)
        left += ((const struct file *)g_ptr_array_index(files, i))->size;
    for (guint i = 0; i < files->len; i++) {
        const struct file *f = g_ptr_array_index(files, i);
        bool is_old = f->written < limit;
        bool is_much = o->max_bytes && left > o->max_bytes;

        if (f->name.state == SEGMENT_FINISHED && (is_old || is_much) &&
            remove_file(r, f, is_old ? old : much))
            left -= f->size;
    }
    if (o->max_bytes)
        warn_of_limit(r, left);
}

/* --- the clock --- */

static void begin_ahead(struct retention *r, time_us by, time_us up)
{
    r->ahead = up;
    if (r->options.keep_days)
        log_warn("the clock has gone ahead by %lld days: --keep goes on by the time before, until "
                 "it is right again or has stood so for %lld days; a new start believes it",
                 (long long)(by / DAY), (long long)(RETENTION_BELIEF / DAY));
}

static void end_ahead(struct retention *r)
{
    r->ahead = -1;
    if (r->options.keep_days)
        log_info("--keep goes by the clock again");
}

/* The clock's time, or what it would be if it had gone on evenly. */
static time_us believable(struct retention *r, time_us now, time_us up)
{
    time_us offset = now - up;

    if (r->looked < 0) {
        r->offset = offset;
    } else if (offset - r->offset > DAY && (r->ahead < 0 || up - r->ahead < RETENTION_BELIEF)) {
        if (r->ahead < 0)
            begin_ahead(r, offset - r->offset, up);
        return r->offset + up;
    }
    if (r->ahead >= 0)
        end_ahead(r);
    if (offset > r->offset)
        r->offset = offset;
    return now;
}

void retention_apply(struct retention *r, time_us now, time_us up, struct retention_freed *freed)
{
    bool wanted = r->options.keep_days || r->options.max_bytes;

    if (wanted && (r->looked < 0 || up - r->looked >= RETENTION_EVERY)) {
        GPtrArray *files = list(r);

        remove_old(r, files, believable(r, now, up));
        g_ptr_array_free(files, TRUE);
        r->looked = up;
    }
    if (freed)
        *freed = r->freed;
}
