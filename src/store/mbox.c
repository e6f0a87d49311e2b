/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "potsherd/mbox.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"

#define BUFFER_BYTES (64 * 1024)

struct mbox {
    struct output_file file;
    struct mbox_sink sink;
    struct buf out;   /* of the message that is written */
    bool parted;      /* the file has its beginning */
    unsigned matched; /* of the payload being written: AT_START to IN_LINE */
    uint8_t last;     /* byte of it */
};

/* --- as a file --- */

static off_t units_begin(int fd, off_t size)
{
    (void)fd;
    (void)size;
    return 0;
}

/* Where the last mark begins at a line's start, before which all messages are whole. */
static off_t units_end(int fd, off_t from, off_t size)
{
    static const char mark[] = "\n" MBOX_MARK;
    char part[65536];
    size_t overlap = strlen(mark) - 1;

    for (off_t end = size; end - from > (off_t)overlap;) {
        size_t n = end - from < (off_t)sizeof part ? (size_t)(end - from) : sizeof part;
        off_t begin = end - (off_t)n;

        if (pread(fd, part, n, begin) != (ssize_t)n)
            return -1;
        for (size_t i = n - overlap; i-- > 0;)
            if (part[i] == '\n' && memcmp(part + i, mark, strlen(mark)) == 0)
                return begin + (off_t)i + 1;
        end = begin + (begin > from ? (off_t)overlap : 0);
    }
    return from;
}

/* Each is written alone, and is whole with its last byte. */
static uint64_t count(struct bytes bytes)
{
    (void)bytes;
    return 0;
}

const struct output_kind mbox_file = {.ending = ".mbox",
                                      .units = "messages",
                                      .doing = "recording",
                                      .mark = MBOX_MARK,
                                      .units_begin = units_begin,
                                      .units_end = units_end,
                                      .count = count};

/* A file's first message brings its mark with it, the others' is there. */
void mbox_take(struct mbox *m, struct bytes bytes, uint64_t messages, bool part)
{
    struct buf first = {0};

    if (!m->parted && (m->file.fd < 0 || !m->file.whole)) {
        buf_append_text(&first, MBOX_MARK);
        buf_append(&first, bytes.at, bytes.n);
        bytes = buf_view(&first);
    }
    (void)output_file_write(&m->file, bytes, messages, part);
    m->parted = part;
    buf_fini(&first);
}

void mbox_abandon(struct mbox *m)
{
    m->parted = false;
    output_file_abandon(&m->file);
}

static bool put_into_file(void *context, struct bytes bytes, uint64_t messages, bool part)
{
    mbox_take(context, bytes, messages, part);
    return true; /* what was not taken is counted there */
}

struct mbox *mbox_open(const struct output_place *place, const char *name, struct mbox_sink sink)
{
    struct mbox *m = MEM_NEW(struct mbox);

    m->sink = sink.put ? sink : (struct mbox_sink){put_into_file, m};
    output_file_init(&m->file, place, &mbox_file, name, BYTES_NONE);
    if (!place->live)
        (void)output_file_begin(&m->file);
    return m;
}

struct output_file *mbox_file_of(struct mbox *m)
{
    return &m->file;
}

static void put(struct mbox *m, const void *at, size_t n)
{
    buf_append(&m->out, at, n);
    if (n)
        m->last = ((const uint8_t *)at)[n - 1];
    if (m->out.len < BUFFER_BYTES)
        return;
    (void)m->sink.put(m->sink.context, buf_view(&m->out), 0, true);
    buf_clear(&m->out);
}

/* --- the quoting: where in its line a payload is; nothing of it is held --- */

static const char quoted[] = "From ";

/* A quoted line gets one > more.  Among the >s it may stand anywhere: here it stands after
 * them, so these go out as they come, and of a line no more is waited for than "From ". */
enum { AT_START, IN_LINE = sizeof quoted - 1 }; /* in between: bytes of "From " after the >s */

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

    gmtime_r(&seconds, &tm);
    strftime(when, sizeof when, "%a %b %e %H:%M:%S %Y", &tm);
    n = snprintf(line, sizeof line, "%s@potsherd %s\n", name, when);
    put(m, line, (size_t)n);
    m->matched = AT_START;
    m->last = '\n';
}

void mbox_end(struct mbox *m)
{
    end_match(m);
    put(m, "\n\n", m->last == '\n' ? 1 : 2);
    put(m, MBOX_MARK, strlen(MBOX_MARK));
    (void)m->sink.put(m->sink.context, buf_view(&m->out), 1, false);
    buf_clear(&m->out);
}

void mbox_free(struct mbox *m)
{
    if (!m)
        return;
    output_file_fini(&m->file);
    buf_fini(&m->out);
    mem_free(m);
}
