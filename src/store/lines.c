/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "potsherd/lines.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "potsherd/manifest.h"
#include "potsherd/segment.h"

#define BUFFER_BYTES (64 * 1024)

struct lines {
    struct output_place place;
    struct output_file file;
    time_us begun;    /* the file */
    struct buf out;   /* whole lines, not yet written */
    uint64_t waiting; /* lines in `out` */
};

static off_t units_begin(int fd, off_t size)
{
    (void)fd;
    (void)size;
    return 0;
}

const struct output_kind log_file = {.ending = ".log",
                                     .units = "lines",
                                     .doing = "writing",
                                     .units_begin = units_begin,
                                     .units_end = output_lines_end,
                                     .count = output_lines_count};

struct lines *lines_open(int dir_fd, const char *folder, const char *name, struct failure *why)
{
    int copy = openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct lines *l;

    if (copy < 0) {
        failure_set(why, "%s: cannot be opened: %s", folder, strerror(errno));
        return NULL;
    }
    l = MEM_NEW(struct lines);
    l->place = (struct output_place){.dir_fd = copy, .dir = folder, .live = true};
    l->place.manifest = manifest_open(copy, folder, false, why);
    if (!l->place.manifest) {
        close(copy);
        mem_free(l);
        return NULL;
    }
    output_file_init(&l->file, &l->place, &log_file, name, BYTES_NONE);
    return l;
}

static void write_out(struct lines *l)
{
    if (l->waiting)
        (void)output_file_write(&l->file, buf_view(&l->out), l->waiting, false);
    buf_clear(&l->out);
    l->waiting = 0;
}

/* By age in both directions: the clock may be set back. */
static bool is_full(const struct lines *l, time_us now)
{
    time_us age = now - l->begun;

    return l->file.written >= LINES_BYTES_MAX || age > LINES_AGE_MAX || age < -LINES_AGE_MAX;
}

/* By a name that is not taken: a restart may come within the second. */
static void set_stamp(struct lines *l, time_us now)
{
    l->begun = now;
    do {
        segment_format_stamp(now, l->place.stamp);
        now += TIME_SECOND;
    } while (output_file_is_taken(&l->file));
}

void lines_put(struct lines *l, const void *line, size_t n, time_us now)
{
    if (l->file.fd >= 0 && is_full(l, now)) {
        write_out(l);
        (void)output_file_finish(&l->file);
    }
    if (l->file.fd < 0 && !l->waiting)
        set_stamp(l, now);
    buf_append(&l->out, line, n);
    l->waiting++;
    if (l->out.len >= BUFFER_BYTES)
        write_out(l);
}

void lines_flush(struct lines *l)
{
    write_out(l);
    output_file_check(&l->file);
    manifest_flush(l->place.manifest);
}

uint64_t lines_lost(const struct lines *l)
{
    return l ? l->file.lost : 0;
}

void lines_close(struct lines *l)
{
    struct failure why;

    if (!l)
        return;
    write_out(l);
    (void)output_file_finish(&l->file);
    output_file_fini(&l->file);
    if (!manifest_close(l->place.manifest, &why))
        log_warn("%s", why.text);
    close(l->place.dir_fd);
    buf_fini(&l->out);
    mem_free(l);
}
