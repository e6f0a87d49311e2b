/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "potsherd/mbox_reader.h"

#include <string.h>

#include "base/mem.h"
#include "potsherd/mbox.h"
#include "store/record_input.h"

#define BUFFER_BYTES (256 * 1024)
#define FROM_MAX     (64 * 1024) /* bytes of a From line */

static const char mark[] = MBOX_MARK;

enum { MARK = sizeof mark - 1 };

enum place { AT_FROM, AT_START, IN_QUOTES, IN_LINE, AT_END }; /* the last: of a message's text */

struct mbox_reader {
    struct record_input *input;
    char *path;
    struct failure failure;
    uint8_t data[BUFFER_BYTES];
    size_t at, len;
    bool at_end; /* of the input */
    enum place place;
    bool line_end; /* of the line before, which is the message's only if another line follows */
    struct buf out;
};

/* Makes `n` bytes available from `at` on; false: the file has not so many. */
static bool need(struct mbox_reader *m, size_t n)
{
    while (m->len - m->at < n && !m->at_end) {
        ssize_t got;

        memmove(m->data, m->data + m->at, m->len - m->at);
        m->len -= m->at;
        m->at = 0;
        got = record_input_read(m->input, m->data + m->len, sizeof m->data - m->len, &m->failure);
        m->at_end = got <= 0;
        m->len += got > 0 ? (size_t)got : 0;
    }
    return m->len - m->at >= n;
}

static bool is_at_mark(struct mbox_reader *m)
{
    return need(m, MARK) && !memcmp(m->data + m->at, mark, MARK);
}

/* --- the text --- */

static void put(struct mbox_reader *m, size_t n)
{
    buf_append(&m->out, m->data + m->at, n);
    m->at += n;
}

/* The quotes that a line begins with: all but the last go out at once, and that one when "From "
 * does not follow. */
static void take_quotes(struct mbox_reader *m)
{
    size_t n = 0;

    if (need(m, 2) && m->data[m->at + 1] == '>') {
        while (m->at + n + 1 < m->len && m->data[m->at + n + 1] == '>')
            n++;
        put(m, n);
        return;
    }
    if (need(m, 1 + MARK) && !memcmp(m->data + m->at + 1, mark, MARK))
        m->at++;
    m->place = IN_LINE;
}

static void take_line(struct mbox_reader *m)
{
    const uint8_t *end = memchr(m->data + m->at, '\n', m->len - m->at);

    put(m, end ? (size_t)(end - m->data) - m->at : m->len - m->at);
    if (!end)
        return;
    m->at++;
    m->line_end = true;
    m->place = AT_START;
}

/* The line end before a From line, or the end of the file, is the format's own. */
static void begin_line(struct mbox_reader *m)
{
    if (!need(m, 1) || is_at_mark(m)) {
        m->place = AT_END;
        return;
    }
    if (m->line_end)
        buf_append_byte(&m->out, '\n');
    m->line_end = false;
    m->place = m->data[m->at] == '>' ? IN_QUOTES : IN_LINE;
}

struct bytes mbox_reader_text(struct mbox_reader *m)
{
    buf_clear(&m->out);
    while (m->out.len < BUFFER_BYTES && m->place != AT_END && m->place != AT_FROM) {
        if (m->place == AT_START)
            begin_line(m);
        else if (m->place == IN_QUOTES)
            take_quotes(m);
        else if (need(m, 1))
            take_line(m);
        else
            m->place = AT_END;
    }
    if (m->place == AT_END)
        m->line_end = false;
    return buf_view(&m->out);
}

/* --- messages --- */

static bool is_none(struct mbox_reader *m)
{
    if (!m->failure.text[0])
        failure_set(&m->failure, "%s: no mbox: a line that begins with \"From \" is missing",
                    m->path);
    return false;
}

bool mbox_reader_next(struct mbox_reader *m, struct bytes *name)
{
    const uint8_t *end = NULL;
    struct bytes line;

    while (m->place != AT_FROM && mbox_reader_text(m).n)
        ;
    if (!need(m, 1))
        return false;
    if (!is_at_mark(m))
        return is_none(m);
    for (size_t n = MARK; !end && n < FROM_MAX && need(m, n + 1); n = m->len - m->at)
        end = memchr(m->data + m->at, '\n', m->len - m->at);
    if (!end)
        return is_none(m);
    line = (struct bytes){m->data + m->at + MARK, (size_t)(end - m->data) - m->at - MARK};
    m->at = (size_t)(end - m->data) + 1;
    *name = bytes_take_word(&line);
    m->place = AT_START;
    return true;
}

struct mbox_reader *mbox_reader_open(const char *path, struct failure *failure)
{
    struct record_input *input = record_input_open(path, failure);
    struct mbox_reader *m;

    if (!input)
        return NULL;
    m = MEM_NEW(struct mbox_reader);
    m->input = input;
    m->path = mem_string(path, strlen(path));
    return m;
}

bool mbox_reader_failed(const struct mbox_reader *m, struct failure *failure)
{
    if (m->failure.text[0])
        *failure = m->failure;
    return m->failure.text[0] != '\0';
}

void mbox_reader_close(struct mbox_reader *m)
{
    if (!m)
        return;
    record_input_close(m->input);
    buf_fini(&m->out);
    mem_free(m->path);
    mem_free(m);
}
