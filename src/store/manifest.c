/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SHA256SUMS written; manifest_line.c reads its lines. */
#include "potsherd/manifest.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"

#define WAITING_MAX (1 << 20) /* bytes of lines: some ten thousand files */

struct manifest {
    int dir_fd;
    const char *dir;
    bool sync;
    GMutex lock;        /* of what follows */
    struct buf waiting; /* whole lines */
    uint64_t lost;      /* lines */
    bool failed;        /* the last time; was logged */
    bool quiet;         /* is not logged */
};

/* A path where there is no descriptor. */
static char *path_of(int dir_fd, const char *dir)
{
    return dir_fd == AT_FDCWD ? g_build_filename(dir, MANIFEST_NAME, NULL)
                              : g_strdup(MANIFEST_NAME);
}

static bool check_file(int dir_fd, const char *dir, struct failure *why)
{
    char *path = path_of(dir_fd, dir);
    int fd = file_open_left(dir_fd, path);
    bool good = fd >= 0 || errno == ENOENT || file_open_failed(why, dir, MANIFEST_NAME);

    if (fd >= 0)
        close(fd);
    g_free(path);
    return good;
}

struct manifest *manifest_open(int dir_fd, const char *dir, bool sync, struct failure *why)
{
    struct manifest *m;

    if (!check_file(dir_fd, dir, why))
        return NULL;
    m = MEM_NEW(struct manifest);
    m->dir_fd = dir_fd;
    m->dir = dir;
    m->sync = sync;
    g_mutex_init(&m->lock);
    return m;
}

void manifest_wait_quietly(struct manifest *m)
{
    m->quiet = true;
}

/* --- appending --- */

/* What a power cut left of a line goes: its file has no final name yet. */
static bool cut_torn(const struct manifest *m, int fd)
{
    off_t size = lseek(fd, 0, SEEK_END), end;
    char line[MANIFEST_LINE_MAX];
    size_t n = size < (off_t)sizeof line ? (size_t)size : sizeof line;
    const char *newline;

    if (size <= 0 || pread(fd, line, n, size - (off_t)n) != (ssize_t)n || line[n - 1] == '\n')
        return size >= 0;
    newline = memrchr(line, '\n', n);
    if (!newline && n < (size_t)size)
        return false; /* no line of ours, and none of its neighbours */
    end = size - (off_t)n + (newline ? newline - line + 1 : 0);
    log_info("%s/" MANIFEST_NAME ": a last line of %lld bytes was not whole; cut off", m->dir,
             (long long)(size - end));
    return ftruncate(fd, end) == 0;
}

/* All of it, or nothing. */
static bool append(const struct manifest *m, int fd)
{
    off_t before;
    ssize_t n;

    errno = EINVAL;
    if (!cut_torn(m, fd))
        return false;
    before = lseek(fd, 0, SEEK_END);
    n = write(fd, m->waiting.data, m->waiting.len);
    if (n == (ssize_t)m->waiting.len)
        return !m->sync || fdatasync(fd) == 0;
    if (n > 0 && lseek(fd, 0, SEEK_END) == before + n)
        (void)!ftruncate(fd, before);
    errno = n < 0 ? errno : ENOSPC;
    return false;
}

static bool write_out(const struct manifest *m)
{
    char *path = path_of(m->dir_fd, m->dir);
    int fd = file_open_append(m->dir_fd, path);
    bool good = fd >= 0 && append(m, fd);
    int error = errno;

    if (fd >= 0)
        close(fd);
    g_free(path);
    errno = error;
    return good;
}

static void flush(struct manifest *m)
{
    if (!m->waiting.len)
        return;
    if (write_out(m)) {
        buf_clear(&m->waiting);
        m->failed = false;
        return;
    }
    if (!m->failed && !m->quiet)
        log_warn("%s/" MANIFEST_NAME ": cannot be appended to: %s; sums wait until it can be",
                 m->dir, g_strerror(errno));
    m->failed = true;
}

static void put(struct manifest *m, const char *line)
{
    g_mutex_lock(&m->lock);
    if (m->waiting.len >= WAITING_MAX)
        m->lost++;
    else
        buf_append_text(&m->waiting, line);
    flush(m);
    g_mutex_unlock(&m->lock);
}

static void put_hex(char *out, const uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        snprintf(out + 2 * i, 3, "%02x", bytes[i]);
}

void manifest_add(struct manifest *m, const char *file, const uint8_t sum[MANIFEST_SUM_BYTES])
{
    char hex[2 * MANIFEST_SUM_BYTES + 1], *line;

    put_hex(hex, sum, MANIFEST_SUM_BYTES);
    line = g_strdup_printf("%s  %s\n", hex, file);
    put(m, line);
    g_free(line);
}

void manifest_note(struct manifest *m, const char *what, const char *file, const char *why)
{
    char *line = g_strdup_printf("# %s %s: %s\n", what, file, why);

    put(m, line);
    g_free(line);
}

void manifest_flush(struct manifest *m)
{
    if (!m)
        return;
    g_mutex_lock(&m->lock);
    flush(m);
    g_mutex_unlock(&m->lock);
}

bool manifest_close(struct manifest *m, struct failure *why)
{
    bool good = true;

    if (!m)
        return true;
    manifest_flush(m);
    if (m->waiting.len || m->lost)
        good = failure_set(why,
                           "%s/" MANIFEST_NAME ": %zu bytes of it and %llu lines could not be "
                           "written: it lacks files, which verify names",
                           m->dir, m->waiting.len, (unsigned long long)m->lost);
    buf_fini(&m->waiting);
    g_mutex_clear(&m->lock);
    mem_free(m);
    return good;
}

/* --- a run that takes another one's place --- */

/* Whether any was left out. */
static bool copy_lines(FILE *from, FILE *to, bool (*is_replaced)(const char *file))
{
    struct manifest_line parsed;
    struct failure ignored;
    bool changed = false;
    char *line = NULL;
    size_t room = 0;
    ssize_t n;

    while ((n = getline(&line, &room, from)) > 0) {
        size_t text = (size_t)n - 1;

        if (line[text] != '\n') /* torn */
            break;
        if (manifest_parse((struct bytes){(uint8_t *)line, text}, &parsed, &ignored) &&
            is_replaced(parsed.file)) {
            changed = true;
            continue;
        }
        fwrite(line, 1, text, to);
        putc('\n', to);
    }
    free(line);
    return changed;
}

/* Closes both. */
static bool rewrite(int dir_fd, int from, int to, bool (*is_replaced)(const char *file))
{
    static const char fresh[] = MANIFEST_NAME ".part";
    FILE *in = fdopen(from, "r"), *out = fdopen(to, "w");
    bool changed = copy_lines(in, out, is_replaced);
    bool good = !ferror(in) && !ferror(out) && fflush(out) == 0;

    good = fclose(out) == 0 && good;
    fclose(in);
    if (good && changed)
        return renameat(dir_fd, fresh, dir_fd, MANIFEST_NAME) == 0;
    (void)unlinkat(dir_fd, fresh, 0);
    return good;
}

bool manifest_replace(int dir_fd, const char *dir, bool (*is_replaced)(const char *file),
                      struct failure *why)
{
    int from = file_open_left(dir_fd, MANIFEST_NAME), to;
    struct stat st;

    if (from < 0)
        return errno == ENOENT || file_open_failed(why, dir, MANIFEST_NAME);
    if (fstat(from, &st) != 0 || (uint64_t)st.st_size > MANIFEST_BYTES_MAX) {
        close(from);
        return failure_set(why, "%s/" MANIFEST_NAME ": larger than 256 MiB: move it away", dir);
    }
    (void)unlinkat(dir_fd, MANIFEST_NAME ".part", 0);
    to = file_create(dir_fd, MANIFEST_NAME ".part");
    if (to >= 0 && rewrite(dir_fd, from, to, is_replaced))
        return true;
    if (to < 0)
        close(from);
    return failure_set(why, "%s/" MANIFEST_NAME ": cannot be written: %s", dir, g_strerror(errno));
}
