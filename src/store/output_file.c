/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "potsherd/output_file.h"

#include <errno.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "potsherd/compress.h"
#include "potsherd/manifest.h"
#include "store/output_hash.h"

#define PART_ENDING ".part"
#define LOCK_TRIES  20
#define LOCK_WAIT   100000 /* microseconds */

void output_file_init(struct output_file *f, const struct output_place *place,
                      const struct output_kind *kind, const char *name, struct bytes head)
{
    *f = (struct output_file){.place = place, .kind = kind, .name = name, .fd = -1};
    buf_append(&f->head, head.at, head.n);
}

static void drop_hash(struct output_file *f)
{
    output_hash_free(f->hash);
    f->hash = NULL;
}

void output_file_fini(struct output_file *f)
{
    if (!f->kind)
        return;
    if (f->fd >= 0)
        close(f->fd);
    f->fd = -1;
    drop_hash(f);
    buf_fini(&f->head);
    g_free(f->path);
    f->path = NULL;
}

bool output_file_failed(const struct output_file *f)
{
    return f->failure.text[0] != '\0';
}

/* --- names --- */

/* Within its folder; to be freed. */
static char *part_name(const struct output_file *f)
{
    return g_strdup_printf("%s%s%s" PART_ENDING, f->name, f->place->stamp, f->kind->ending);
}

bool output_file_is_taken(const struct output_file *f)
{
    char *part = part_name(f);
    char *final = g_strndup(part, strlen(part) - strlen(PART_ENDING));
    bool taken = file_is_there(f->place->dir_fd, part) || file_is_there(f->place->dir_fd, final);

    g_free(part);
    g_free(final);
    return taken;
}

static void set_path(struct output_file *f)
{
    const char *dir = f->place->dir;

    g_free(f->path);
    f->path = g_strconcat(dir ? dir : "", dir ? "/" : "", f->name, f->place->stamp, f->kind->ending,
                          NULL);
}

/* Of the file that is open, whatever the stamp says by now. */
static char *final_name(const struct output_file *f)
{
    return f->place->dir ? g_path_get_basename(f->path) : g_strdup(f->path);
}

static void remove_part(struct output_file *f)
{
    char *final = final_name(f), *part = g_strconcat(final, PART_ENDING, NULL);

    (void)!unlinkat(f->place->dir_fd, part, 0);
    close(f->fd);
    f->fd = -1;
    g_free(part);
    g_free(final);
}

bool output_file_fail(struct output_file *f, const char *doing)
{
    if (!f->path)
        set_path(f);
    if (f->place->live && !f->direct) {
        if (!f->paused)
            log_warn_as(LOG_RECORDS_PAUSE,
                        "%s: cannot %s: %s; %s pauses and goes on when there is room", f->path,
                        doing, g_strerror(errno), f->kind->doing);
        f->paused = true;
    } else if (!output_file_failed(f)) {
        failure_set(&f->failure, "%s: cannot %s: %s; the %s before are kept%s", f->path, doing,
                    g_strerror(errno), f->kind->units,
                    errno == ENOSPC || errno == EDQUOT
                        ? "; make room, or choose another directory with -o DIR"
                        : "");
    }
    return false;
}

/* --- writing --- */

static bool write_all(struct output_file *f, struct bytes bytes)
{
    while (bytes.n) {
        ssize_t n = write(f->fd, bytes.at, bytes.n);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        output_hash_add(f->hash, (struct bytes){bytes.at, (size_t)n});
        bytes = bytes_skip(bytes, (size_t)n);
        f->written += (uint64_t)n;
    }
    return true;
}

/* After an error: the file ends with the last unit that is whole. */
static void cut_back(struct output_file *f)
{
    off_t end = f->kind->units_end(f->fd, (off_t)f->whole, (off_t)f->written);

    if (end < (off_t)f->whole)
        end = (off_t)f->whole;
    (void)!ftruncate(f->fd, end);
    (void)lseek(f->fd, end, SEEK_SET);
    if (!output_hash_cut(f->hash, f->fd, (off_t)f->whole, end - (off_t)f->whole))
        drop_hash(f); /* read again when it is finished */
    f->written = f->whole = (uint64_t)end;
}

static void mark_whole(struct output_file *f)
{
    f->whole = f->written;
    output_hash_mark_whole(f->hash);
}

static bool write_head(struct output_file *f)
{
    f->written = f->whole = f->units = 0;
    drop_hash(f);
    if (f->place->manifest && !f->direct)
        f->hash = output_hash_new(f->kind->mark ? strlen(f->kind->mark) : 0);
    if (write_all(f, buf_view(&f->head))) {
        mark_whole(f);
        return true;
    }
    return output_file_fail(f, "write");
}

bool output_file_begin(struct output_file *f)
{
    char *part = part_name(f);
    bool good;

    set_path(f);
    f->fd = file_create(f->place->dir_fd, part);
    g_free(part);
    if (f->fd < 0)
        return output_file_fail(f, "create");
    (void)flock(f->fd, LOCK_EX | LOCK_NB); /* until we are gone */
    good = write_head(f);
    if (!good)
        remove_part(f);
    return good;
}

bool output_file_begin_at(struct output_file *f, const char *path)
{
    f->direct = true;
    g_free(f->path);
    f->path = g_strdup(path);
    f->fd = file_open_empty(path);
    if (f->fd < 0)
        return output_file_fail(f, "create");
    (void)flock(f->fd, LOCK_EX | LOCK_NB);
    return write_head(f);
}

/* Of a write that failed; `kept` units of it are in the file all the same. */
static bool drop(struct output_file *f, uint64_t units, uint64_t kept, bool part)
{
    f->units += kept;
    f->lost += units - kept;
    f->torn = part;
    return false;
}

static void go_on(struct output_file *f)
{
    if (f->paused)
        log_info_as(LOG_RECORDS_GO_ON, "%s: %s goes on; %" G_GUINT64_FORMAT " %s were not written",
                    f->path, f->kind->doing, f->lost, f->kind->units);
    f->paused = false;
}

bool output_file_write(struct output_file *f, struct bytes bytes, uint64_t units, bool part)
{
    uint64_t before = f->written, kept = 0;

    if (output_file_failed(f))
        return false;
    if (f->torn)
        return drop(f, units, 0, units ? part : true);
    if (f->fd < 0) {
        if (!output_file_begin(f))
            return drop(f, units, 0, part);
        before = f->written;
    }
    if (!write_all(f, bytes)) {
        output_file_fail(f, "write");
        cut_back(f);
        if (f->whole > before)
            kept = f->kind->count((struct bytes){bytes.at, (size_t)(f->whole - before)});
        return drop(f, units, kept, part);
    }
    f->units += units;
    if (part)
        return true;
    mark_whole(f);
    go_on(f);
    return true;
}

void output_file_abandon(struct output_file *f)
{
    if (!f->torn && f->fd >= 0)
        cut_back(f);
    f->torn = false;
    f->lost++;
}

void output_file_check(struct output_file *f)
{
    struct stat st;

    if (f->fd < 0 || f->direct || !f->place->live || f->written != f->whole ||
        fstat(f->fd, &st) != 0 || st.st_nlink)
        return;
    log_warn_as(LOG_RECORDS_PAUSE,
                "%s has been removed while it was written: its %" G_GUINT64_FORMAT " %s are lost",
                f->path, f->units, f->kind->units);
    f->lost += f->units;
    close(f->fd);
    f->fd = -1;
}

void output_file_sync(struct output_file *f)
{
    if (f->fd >= 0 && fdatasync(f->fd) != 0)
        (void)output_file_fail(f, "sync");
}

/* --- its end --- */

/* The time stays that of the last unit. */
static bool cut_mark(const struct output_file *f)
{
    struct stat st;

    return !f->kind->mark || !f->units ||
           (fstat(f->fd, &st) == 0 &&
            file_cut(f->fd, &st, (off_t)(f->whole - strlen(f->kind->mark))));
}

/* Before it has its final name: no file has that without a line. */
static void list_sum(struct output_file *f)
{
    uint8_t sum[MANIFEST_SUM_BYTES];
    char *final;

    if (!f->place->manifest || f->direct)
        return;
    if (f->hash)
        output_hash_end(f->hash, f->kind->mark && f->units, sum);
    else if (!output_hash_read(f->fd, lseek(f->fd, 0, SEEK_END), sum))
        return; /* verify will name it */
    drop_hash(f);
    final = g_path_get_basename(f->path);
    manifest_add(f->place->manifest, final, sum);
    g_free(final);
}

static void note_unnamed(const struct output_file *f)
{
    char *final = g_path_get_basename(f->path);

    if (f->place->manifest)
        manifest_note(f->place->manifest, "removed", final, "it could not get this name");
    g_free(final);
}

static void give_name(struct output_file *f)
{
    char *final = final_name(f), *part = g_strconcat(final, PART_ENDING, NULL);

    if (!file_rename(f->place->dir_fd, part, final)) {
        output_file_fail(f, "rename");
        note_unnamed(f);
    } else if (f->kind->compressed && f->place->compressor) {
        compressor_put(f->place->compressor, final);
    }
    g_free(part);
    g_free(final);
}

bool output_file_finish(struct output_file *f)
{
    output_file_check(f);
    if (f->fd < 0)
        return !output_file_failed(f);
    if (f->place->live && !f->direct && !f->units) {
        remove_part(f);
        return true;
    }
    if (!cut_mark(f))
        output_file_fail(f, "finish");
    if (f->place->sync && fsync(f->fd) != 0)
        output_file_fail(f, "sync");
    list_sum(f);
    if (close(f->fd) != 0)
        output_file_fail(f, "finish");
    f->fd = -1;
    if (!f->direct)
        give_name(f);
    return !output_file_failed(f);
}

/* --- what a run that did not end left --- */

/* Whoever has just been killed may still be on its way out. */
static bool is_left(int fd)
{
    for (int tries = 0; flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK; tries++) {
        if (tries == LOCK_TRIES)
            return false;
        g_usleep(LOCK_WAIT);
    }
    return true;
}

/* 0: there is no unit; -1: it cannot be read. */
static off_t end_of_units(const struct output_kind *kind, int fd, off_t size)
{
    off_t begin = kind->units_begin(fd, size), end;

    if (begin < 0)
        return 0;
    end = kind->units_end(fd, begin, size);
    return end == begin ? 0 : end;
}

/* What this process has not written it can only read. */
static bool list_repaired(const struct output_place *place, const char *final, int fd, off_t end)
{
    uint8_t sum[MANIFEST_SUM_BYTES];

    if (!place->manifest)
        return true;
    if (!output_hash_read(fd, end, sum))
        return false;
    manifest_note(place->manifest, "repaired", final,
                  "finished after a run that did not end; its sum is of then");
    manifest_add(place->manifest, final, sum);
    return true;
}

/* Cut to its units; then it gets its name. */
static bool finish_left(const struct output_kind *kind, const struct output_place *place,
                        const char *name, int fd, off_t end)
{
    char *final = g_strndup(name, strlen(name) - strlen(PART_ENDING));
    off_t torn = 0;
    struct stat st;
    bool good = fstat(fd, &st) == 0;

    if (good) {
        torn = st.st_size - end;
        if (kind->mark && torn == (off_t)strlen(kind->mark)) /* and nothing else */
            torn = 0;
        good = file_cut(fd, &st, end) && fsync(fd) == 0 && list_repaired(place, final, fd, end) &&
               renameat(place->dir_fd, name, place->dir_fd, final) == 0;
    }
    if (good)
        log_info_as(LOG_RUN_BEFORE_CUT,
                    "%s/%s: finished after a run that did not end; %lld bytes of "
                    "incomplete %s cut off",
                    place->dir, final, (long long)torn, kind->units);
    g_free(final);
    return good;
}

static bool repair(const struct output_kind *kind, const struct output_place *place,
                   const char *name, int fd)
{
    struct stat st;
    off_t end = fstat(fd, &st) == 0 ? end_of_units(kind, fd, st.st_size) : -1;

    if (end > 0)
        return finish_left(kind, place, name, fd, end);
    return end == 0 && unlinkat(place->dir_fd, name, 0) == 0;
}

bool output_file_repair(const struct output_kind *kind, const struct output_place *place,
                        const char *name, struct failure *why)
{
    int fd = file_open_left(place->dir_fd, name);
    bool good = fd >= 0 && (!is_left(fd) || repair(kind, place, name, fd));

    if (!good)
        failure_set(why, "%s/%s: cannot finish what an earlier run left: %s", place->dir, name,
                    g_strerror(errno));
    if (fd >= 0)
        close(fd);
    return good;
}

/* --- lines --- */

off_t output_lines_end(int fd, off_t from, off_t end)
{
    char part[65536];

    while (end > from) {
        size_t n = end - from < (off_t)sizeof part ? (size_t)(end - from) : sizeof part;
        const char *newline;

        if (pread(fd, part, n, end - (off_t)n) != (ssize_t)n)
            return -1;
        newline = memrchr(part, '\n', n);
        if (newline)
            return end - (off_t)n + (newline - part) + 1;
        end -= (off_t)n;
    }
    return from;
}

uint64_t output_lines_count(struct bytes bytes)
{
    const uint8_t *end;
    uint64_t lines = 0;

    while (bytes.n && (end = memchr(bytes.at, '\n', bytes.n))) {
        bytes = bytes_skip(bytes, (size_t)(end + 1 - bytes.at));
        lines++;
    }
    return lines;
}
