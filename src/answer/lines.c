/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "answer/lines.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"

#define BUFFER_BYTES (64 * 1024)
#define NAME_ROOM    64
#define FOLDER_ROOM  4096

struct lines {
    char folder[FOLDER_ROOM], name[NAME_ROOM];
    int dir_fd, fd;   /* fd -1: none is open */
    struct buf out;   /* whole lines, not yet written */
    uint64_t waiting; /* lines in `out` */
    uint64_t written; /* lines in the file, of this run */
    uint64_t lost;
    bool paused; /* the last write failed, as was said */
};

/* At the end of what is there, so that a line that was torn ends there. */
static bool open_end(struct lines *l)
{
    l->fd = file_open_append(l->dir_fd, l->name);
    l->written = 0;
    return l->fd >= 0;
}

struct lines *lines_open(int dir_fd, const char *folder, const char *name, struct failure *why)
{
    struct lines *l = MEM_NEW(struct lines);

    snprintf(l->folder, sizeof l->folder, "%s", folder);
    snprintf(l->name, sizeof l->name, "%s", name);
    l->fd = -1;
    l->dir_fd = openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (l->dir_fd >= 0 && open_end(l))
        return l;
    file_open_failed(why, folder, name);
    lines_close(l);
    return NULL;
}

static void pause_writing(struct lines *l, const char *what)
{
    if (!l->paused)
        log_warn("%s/%s: %s: %s; its lines are counted, not written, until that is mended",
                 l->folder, l->name, what, strerror(errno));
    l->paused = true;
}

static void forget_waiting(struct lines *l)
{
    l->lost += l->waiting;
    l->waiting = 0;
    buf_clear(&l->out);
}

/* All, or nothing: what was begun is cut off again. */
static bool write_all(const struct lines *l)
{
    size_t at = 0;
    struct stat st;
    int error;

    if (fstat(l->fd, &st) != 0)
        return false;
    while (at < l->out.len) {
        ssize_t n = write(l->fd, l->out.data + at, l->out.len - at);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            error = n ? errno : ENOSPC;
            (void)!ftruncate(l->fd, st.st_size);
            errno = error;
            return false;
        }
        at += (size_t)n;
    }
    return true;
}

static void write_out(struct lines *l)
{
    if (!l->waiting)
        return;
    if (l->fd < 0 && !open_end(l)) {
        pause_writing(l, "cannot be opened");
        forget_waiting(l);
    } else if (!write_all(l)) {
        pause_writing(l, "cannot be written");
        forget_waiting(l);
    } else {
        if (l->paused)
            log_info("%s/%s: written again; %llu lines are missing", l->folder, l->name,
                     (unsigned long long)l->lost);
        l->paused = false;
        l->written += l->waiting;
        l->waiting = 0;
        buf_clear(&l->out);
    }
}

void lines_put(struct lines *l, const void *line, size_t n)
{
    buf_append(&l->out, line, n);
    l->waiting++;
    if (l->out.len >= BUFFER_BYTES)
        write_out(l);
}

/* What has no name any more nobody will read. */
static void leave_if_removed(struct lines *l)
{
    struct stat st;

    if (l->fd < 0 || fstat(l->fd, &st) != 0 || st.st_nlink)
        return;
    log_warn("%s/%s has been removed while it was written: %llu lines of it are lost", l->folder,
             l->name, (unsigned long long)l->written);
    l->lost += l->written;
    close(l->fd);
    l->fd = -1;
}

void lines_flush(struct lines *l)
{
    write_out(l);
    leave_if_removed(l);
}

uint64_t lines_lost(const struct lines *l)
{
    return l ? l->lost : 0;
}

void lines_close(struct lines *l)
{
    if (!l)
        return;
    if (l->fd >= 0) {
        write_out(l);
        close(l->fd);
    }
    if (l->dir_fd >= 0)
        close(l->dir_fd);
    buf_fini(&l->out);
    mem_free(l);
}
