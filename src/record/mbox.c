/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record/mbox.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"

struct mbox {
    FILE *file;
    char *path;
    off_t whole; /* bytes up to the last message that is known to be in the file */
    bool live;   /* after a failure the next message tries again */
    struct failure failure;
    bool line_start; /* of the payload being written */
    struct buf head; /* the >s and the beginning of "From " at a line's start */
    uint8_t last;    /* byte written */
};

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

struct mbox *mbox_open(const struct rows_place *place, struct failure *why)
{
    char *name = g_strdup_printf(MBOX_FORMAT, place->stamp);
    int how = place->live ? O_EXCL : O_TRUNC;
    int fd = openat(place->dir_fd, name, O_WRONLY | O_CREAT | O_CLOEXEC | how, 0666);
    struct mbox *m = NULL;

    if (fd < 0) {
        failure_set(why, "%s/%s: cannot create: %s", place->dir, name, g_strerror(errno));
    } else {
        m = MEM_NEW(struct mbox);
        m->live = place->live;
        m->file = fdopen(fd, "w");
        m->path = g_strdup_printf("%s/%s", place->dir, name);
    }
    g_free(name);
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

/* Whether `head` could still become ">*From ". */
static bool may_quote(const struct buf *head)
{
    size_t i = 0;

    while (i < head->len && head->data[i] == '>')
        i++;
    return head->len - i <= 5 && memcmp(head->data + i, "From ", head->len - i) == 0;
}

static void end_head(struct mbox *m, bool quote)
{
    if (quote)
        put(m, ">", 1);
    put(m, m->head.data, m->head.len);
    buf_clear(&m->head);
    m->line_start = false;
}

static void put_part(void *context, struct bytes part)
{
    struct mbox *m = context;

    while (part.n) {
        const uint8_t *end;
        size_t n;

        if (m->line_start) {
            buf_append_byte(&m->head, part.at[0]);
            part = bytes_skip(part, 1);
            if (!may_quote(&m->head)) {
                bool again = m->head.data[m->head.len - 1] == '\n';

                end_head(m, false);
                m->line_start = again;
            } else if (m->head.data[m->head.len - 1] == ' ') {
                end_head(m, true);
            }
            continue;
        }
        end = memchr(part.at, '\n', part.n);
        n = end ? (size_t)(end - part.at) + 1 : part.n;
        put(m, part.at, n);
        part = bytes_skip(part, n);
        m->line_start = end != NULL;
    }
}

bool mbox_write(struct mbox *m, const char *name, time_us ts, struct payload *p)
{
    time_t seconds = (time_t)(ts / TIME_SECOND);
    char when[64], line[128];
    struct tm tm;
    bool good;
    int n;

    if (m->live)
        m->failure.text[0] = '\0';
    gmtime_r(&seconds, &tm);
    strftime(when, sizeof when, "%a %b %e %H:%M:%S %Y", &tm);
    n = snprintf(line, sizeof line, "From %s@potsherd %s\n", name, when);
    put(m, line, (size_t)n);
    m->line_start = true;
    m->last = '\n';
    good = payload_each(p, put_part, m);
    end_head(m, false);
    put(m, m->last == '\n' ? "\n" : "\n\n", m->last == '\n' ? 1 : 2);
    mbox_flush(m); /* what it holds is whole messages */
    return good;
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

void mbox_finish(struct mbox *m)
{
    mbox_flush(m);
    if (m->file && fclose(m->file) != 0 && !m->failure.text[0])
        failure_set(&m->failure, "%s: cannot finish: %s", m->path, g_strerror(errno));
    m->file = NULL;
}

void mbox_free(struct mbox *m)
{
    if (!m)
        return;
    if (m->file)
        fclose(m->file);
    buf_fini(&m->head);
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
