/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "potsherd/mbox.h"

#include <errno.h>
#include <glib.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"

struct mbox {
    const struct output_place *place;
    FILE *file;
    char *name; /* of the file while it is written */
    char *path;
    off_t whole; /* bytes up to the last message that is known to be in the file, and its mark */
    struct failure failure;
    unsigned matched; /* of the payload being written: AT_START to IN_LINE */
    uint8_t last;     /* byte written */
};

/* A live file ends with a mark while it is written. */
static off_t mark_bytes(const struct mbox *m)
{
    return m->place->live && m->whole ? (off_t)strlen(MBOX_MARK) : 0;
}

static void fail(struct mbox *m)
{
    if (m->failure.text[0])
        return;
    failure_set(&m->failure, "%s: cannot write: %s; the messages before are kept", m->path,
                g_strerror(errno));
    __fpurge(m->file); /* or it would be tried again behind the end */
    (void)!ftruncate(fileno(m->file), m->whole);
    (void)fseeko(m->file, m->whole, SEEK_SET);
}

struct mbox *mbox_open(const struct output_place *place, struct failure *why)
{
    char *name = g_strdup_printf("payloads%s.mbox%s", place->stamp, place->live ? ".part" : "");
    int fd = file_create(place->dir_fd, name);
    struct mbox *m = NULL;

    if (fd < 0) {
        failure_set(why, "%s/%s: cannot create: %s", place->dir, name, g_strerror(errno));
        g_free(name);
    } else {
        m = MEM_NEW(struct mbox);
        m->place = place;
        m->file = fdopen(fd, "w");
        m->name = name;
        m->path = g_strdup_printf("%s/%s", place->dir, name);
    }
    return m;
}

static void put(struct mbox *m, const void *at, size_t n)
{
    if (m->failure.text[0])
        return;
    if (n && fwrite(at, 1, n, m->file) != n)
        fail(m);
    if (n)
        m->last = ((const uint8_t *)at)[n - 1];
}

/* --- the quoting: where in its line a payload is; nothing of it is held --- */

static const char quoted[] = "From ";

/* A quoted line gets one > more.  Among the >s it may stand anywhere: here it stands behind
 * them, so these go out as they come, and of a line no more is waited for than "From ". */
enum { AT_START, IN_LINE = sizeof quoted - 1 }; /* in between: bytes of "From " behind the >s */

/* What was taken for the beginning of "From ". */
static void end_match(struct mbox *m)
{
    if (m->matched < IN_LINE)
        put(m, quoted, m->matched);
    m->matched = IN_LINE;
}

/* All of `part` that needs no look: the >s, or up to the line's end; 0: the next byte does. */
static size_t run_of(struct mbox *m, struct bytes part)
{
    const uint8_t *end;
    size_t n = 0;

    if (m->matched == IN_LINE) {
        end = memchr(part.at, '\n', part.n);
        m->matched = end ? AT_START : IN_LINE;
        return end ? (size_t)(end - part.at) + 1 : part.n;
    }
    while (m->matched == AT_START && n < part.n && part.at[n] == '>')
        n++;
    return n;
}

void mbox_text(struct mbox *m, struct bytes part)
{
    while (part.n) {
        size_t n = run_of(m, part);

        put(m, part.at, n);
        part = bytes_skip(part, n);
        if (n)
            continue;
        if (part.at[0] != (uint8_t)quoted[m->matched]) {
            end_match(m);
            continue;
        }
        part = bytes_skip(part, 1);
        if (++m->matched == IN_LINE) {
            put(m, ">", 1);
            put(m, quoted, IN_LINE);
        }
    }
}

void mbox_begin(struct mbox *m, const char *name, time_us ts)
{
    time_t seconds = (time_t)(ts / TIME_SECOND);
    char when[64], line[128];
    struct tm tm;
    int n;

    if (m->place->live) /* after a failure the next message tries again */
        m->failure.text[0] = '\0';
    gmtime_r(&seconds, &tm);
    strftime(when, sizeof when, "%a %b %e %H:%M:%S %Y", &tm);
    n = snprintf(line, sizeof line, MBOX_MARK "%s@potsherd %s\n", name, when);
    put(m, line + mark_bytes(m), (size_t)(n - mark_bytes(m)));
    m->matched = AT_START;
    m->last = '\n';
}

void mbox_end(struct mbox *m)
{
    end_match(m);
    put(m, m->last == '\n' ? "\n" : "\n\n", m->last == '\n' ? 1 : 2);
    if (m->place->live)
        put(m, MBOX_MARK, strlen(MBOX_MARK));
    mbox_flush(m); /* what it holds is whole messages */
}

static void cannot_finish(struct mbox *m, const char *doing)
{
    if (!m->failure.text[0])
        failure_set(&m->failure, "%s: cannot %s: %s", m->path, doing, g_strerror(errno));
}

void mbox_flush(struct mbox *m)
{
    if (!m->file)
        return;
    if (fflush(m->file) != 0)
        fail(m);
    else if (!m->failure.text[0])
        m->whole = ftello(m->file);
}

void mbox_sync(struct mbox *m)
{
    mbox_flush(m);
    if (m->file && fdatasync(fileno(m->file)) != 0)
        cannot_finish(m, "sync");
}

/* The time stays that of the last message. */
static bool cut_mark(const struct mbox *m)
{
    int fd = fileno(m->file);
    struct stat st;

    return fstat(fd, &st) == 0 && file_cut(fd, &st, m->whole - mark_bytes(m));
}

/* Without the mark, and under its final name; one without a message goes. */
static void finish_live(struct mbox *m)
{
    const struct output_place *place = m->place;
    char *final = g_strndup(m->name, strlen(m->name) - strlen(".part"));

    if (!m->whole) {
        (void)!unlinkat(place->dir_fd, m->name, 0);
    } else {
        if (!cut_mark(m))
            cannot_finish(m, "finish");
        if (place->sync && fsync(fileno(m->file)) != 0)
            cannot_finish(m, "sync");
        if (!file_rename(place->dir_fd, m->name, final))
            cannot_finish(m, "rename");
    }
    g_free(final);
}

void mbox_finish(struct mbox *m)
{
    if (!m->file)
        return;
    mbox_flush(m);
    if (m->place->live)
        finish_live(m);
    if (fclose(m->file) != 0)
        cannot_finish(m, "finish");
    m->file = NULL;
}

void mbox_free(struct mbox *m)
{
    if (!m)
        return;
    if (m->file)
        fclose(m->file);
    g_free(m->name);
    g_free(m->path);
    mem_free(m);
}

const struct failure *mbox_failure(const struct mbox *m)
{
    return m->failure.text[0] ? &m->failure : NULL;
}

uint64_t mbox_bytes(const struct mbox *m)
{
    return (uint64_t)m->whole;
}
