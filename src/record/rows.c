/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record/rows.h"

#include <errno.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/file.h"
#include "potsherd/compress.h"
#include "record/channel.h"

#define BUFFER_BYTES (256 * 1024)
#define BASE64_BYTES (48 * 1024) /* a multiple of three */

/* A replay has failed then; live, the rows are dropped and it is tried again. */
static bool fail(struct rows *w, const char *doing)
{
    if (w->place->files.live) {
        if (!w->paused)
            log_warn("%s: cannot %s: %s; recording pauses and goes on when there is room", w->path,
                     doing, g_strerror(errno));
        w->paused = true;
        return false;
    }
    if (!w->failed)
        failure_set(&w->failure, "%s: cannot %s: %s; the rows before are kept", w->path, doing,
                    g_strerror(errno));
    w->failed = true;
    return false;
}

static void header(struct rows *w)
{
    for (unsigned i = 0; i < w->schema->column_count; i++) {
        if (i)
            buf_append_byte(&w->out, ',');
        buf_append_text(&w->out, w->schema->columns[i].name);
    }
    buf_append_byte(&w->out, '\n');
}

/* After an error: the file ends with the last row that is whole. */
static void keep_whole_rows(struct rows *w)
{
    char last[4096];
    off_t end = (off_t)w->written, whole = (off_t)w->whole;

    while (end > whole) {
        size_t n = (size_t)(end - whole) < sizeof last ? (size_t)(end - whole) : sizeof last;
        const char *newline;

        if (pread(w->fd, last, n, end - (off_t)n) != (ssize_t)n)
            break;
        newline = memrchr(last, '\n', n);
        if (newline) {
            end -= last + n - newline - 1;
            break;
        }
        end -= (off_t)n;
    }
    (void)!ftruncate(w->fd, end);
    (void)lseek(w->fd, end, SEEK_SET);
    w->written = w->whole = (uint64_t)end;
}

static uint64_t count_lines(const uint8_t *at, size_t n)
{
    uint64_t lines = 0;

    for (const uint8_t *end; n && (end = memchr(at, '\n', n)); at = end + 1) {
        n -= (size_t)(end + 1 - at);
        lines++;
    }
    return lines;
}

static bool write_all(struct rows *w)
{
    bool good = !w->failed;
    size_t at = 0;

    while (at < w->out.len && good) {
        ssize_t n = write(w->fd, w->out.data + at, w->out.len - at);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            good = fail(w, "write");
            keep_whole_rows(w);
            w->buffered -= count_lines(w->out.data, at);
            break;
        }
        at += (size_t)n;
        w->written += (uint64_t)n;
    }
    buf_clear(&w->out);
    return good;
}

static void discard_file(struct rows *w)
{
    char *name = g_path_get_basename(w->path);

    (void)!unlinkat(w->place->files.dir_fd, name, 0);
    g_free(name);
    close(w->fd);
    w->fd = -1;
}

/* The file and its header line, which must be there whole. */
static bool create(struct rows *w)
{
    const struct rows_place *place = w->place;
    char *name = g_strdup_printf("%s%s.csv.part", w->schema->name, place->files.stamp);
    struct buf rows = w->out;
    bool good;

    g_free(w->path);
    w->path = g_strdup_printf("%s/%s", place->files.dir, name);
    w->fd = file_create(place->files.dir_fd, name);
    g_free(name);
    if (w->fd < 0)
        return fail(w, "create");
    w->written = w->whole = 0;
    buf_init(&w->out);
    header(w);
    good = write_all(w);
    buf_fini(&w->out);
    w->out = rows;
    if (!good && place->files.live)
        discard_file(w);
    w->whole = w->written;
    return good;
}

bool rows_open(struct rows *w, const struct rows_place *place, enum record_file file)
{
    memset(w, 0, sizeof *w);
    w->place = place;
    w->file = file;
    w->schema = record_schema(file);
    w->fd = -1;
    buf_reserve(&w->out, BUFFER_BYTES + 4096);
    if (place->job)
        w->fd =
            file == RECORD_EMAILS || file == RECORD_PAYLOADS ? place->message_pipe : place->pipe;
    return place->job || place->files.live || create(w);
}

static void drop_buffered(struct rows *w)
{
    buf_clear(&w->out);
    w->unwritten += w->buffered;
    w->buffered = 0;
}

/* A job's rows are on the disk when the writing process has them there. */
static bool send_rows(struct rows *w, enum channel_kind kind)
{
    struct channel_head head = {kind, w->file, w->buffered, w->out.len};

    if (!w->failed && !channel_put(w->fd, &head, w->out.data)) {
        failure_set(&w->failure, "the process that writes the records is gone: %s",
                    g_strerror(errno));
        w->failed = true;
    }
    buf_clear(&w->out);
    w->buffered = 0;
    return !w->failed;
}

/* At the end of a row. */
bool rows_flush(struct rows *w)
{
    if (w->failed || !w->out.len)
        return !w->failed;
    if (w->place->job)
        return send_rows(w, CHANNEL_ROWS);
    if ((w->fd < 0 && !create(w)) || !write_all(w)) {
        drop_buffered(w);
        return false;
    }
    w->whole = w->written;
    w->buffered = 0;
    if (w->paused) {
        log_info("%s: recording goes on; %" G_GUINT64_FORMAT " rows were not written", w->path,
                 w->unwritten);
        w->paused = false;
    }
    return true;
}

void rows_sync(struct rows *w)
{
    if (rows_flush(w) && w->fd >= 0 && !w->place->job && fdatasync(w->fd) != 0)
        (void)fail(w, "sync");
}

bool rows_finish(struct rows *w)
{
    char *final, *part;

    rows_flush(w);
    if (w->fd < 0 || w->place->job)
        return !w->failed;
    part = g_path_get_basename(w->path);
    final = g_strndup(part, strlen(part) - strlen(".part"));
    if (w->place->files.sync && fsync(w->fd) != 0)
        fail(w, "sync");
    if (close(w->fd) != 0)
        fail(w, "finish");
    w->fd = -1;
    if (!file_rename(w->place->files.dir_fd, part, final))
        fail(w, "rename");
    else if (w->place->files.compressor)
        compressor_put(w->place->files.compressor, final);
    g_free(part);
    g_free(final);
    return !w->failed;
}

bool rows_close(struct rows *w)
{
    if (!w->place)
        return true;
    rows_finish(w);
    buf_fini(&w->out);
    g_free(w->path);
    w->path = NULL;
    w->place = NULL;
    return !w->failed;
}

void rows_begin(struct rows *w)
{
    w->column = w->first = 0;
}

/* The commas up to and with the one before `column`. */
static void fill_to(struct rows *w, unsigned column)
{
    for (; w->column <= column; w->column++)
        if (w->column > w->first)
            buf_append_byte(&w->out, ',');
}

void rows_end(struct rows *w)
{
    if (w->torn) {
        buf_clear(&w->out);
        w->unwritten++;
        w->torn = false;
        return;
    }
    fill_to(w, w->schema->column_count - 1);
    buf_append_byte(&w->out, '\n');
    w->rows++;
    w->buffered++;
    if (w->out.len >= BUFFER_BYTES || w->parted) /* who takes it waits for the rest */
        rows_flush(w);
    w->parted = false;
}

/* Goes to a column; the ones left out stay empty. */
static void go_to(struct rows *w, unsigned column)
{
    if (column < w->column || column >= w->schema->column_count)
        log_panic("%s.csv: column %u set after %u", w->schema->name, column, w->column);
    fill_to(w, column);
}

void rows_lend(struct rows *w, enum record_file file, unsigned column, struct buf *out)
{
    memset(w, 0, sizeof *w);
    w->schema = record_schema(file);
    w->fd = -1;
    w->out = *out;
    w->column = w->first = column;
}

void rows_lend_end(struct rows *w, unsigned last, struct buf *out)
{
    fill_to(w, last);
    *out = w->out;
}

/* Bytes that stand for themselves: printable ASCII but for comma, quote, backslash. */
static bool is_plain(uint8_t c)
{
    return c >= 0x20 && c < 0x7f && c != ',' && c != '"' && c != '\\';
}

/* The length of the printable UTF-8 character at `at`, or 0.  C1 controls are not. */
static size_t utf8_length(struct bytes at)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t n = at.at[0] >= 0xf0 ? 4 : at.at[0] >= 0xe0 ? 3 : at.at[0] >= 0xc2 ? 2 : 0;
    uint32_t code;

    if (!n || n > at.n || at.at[0] > 0xf4)
        return 0;
    code = at.at[0] & (0x7fu >> n);
    for (size_t i = 1; i < n; i++) {
        if ((at.at[i] & 0xc0) != 0x80)
            return 0;
        code = code << 6 | (at.at[i] & 0x3fu);
    }
    if (code < least[n] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000) || code < 0xa0)
        return 0;
    return n;
}

static void escape_slowly(struct buf *out, struct bytes text)
{
    static const char digits[] = "0123456789abcdef";
    bool quoted = memchr(text.at, ',', text.n) || memchr(text.at, '"', text.n);

    if (quoted)
        buf_append_byte(out, '"');
    while (text.n) {
        uint8_t c = text.at[0];
        size_t n = c >= 0x80 ? utf8_length(text) : 1;

        if (n > 1 || is_plain(c) || c == ',') {
            buf_append(out, text.at, n);
        } else if (c == '"') {
            buf_append_text(out, "\"\"");
        } else if (c == '\\') {
            buf_append_text(out, "\\\\");
        } else {
            char hex[4] = {'\\', 'x', digits[c >> 4], digits[c & 15]};

            buf_append(out, hex, 4);
            n = 1;
        }
        text = bytes_skip(text, n);
    }
    if (quoted)
        buf_append_byte(out, '"');
}

void rows_escape(struct buf *out, struct bytes text)
{
    for (size_t i = 0; i < text.n; i++)
        if (!is_plain(text.at[i])) {
            escape_slowly(out, text);
            return;
        }
    buf_append(out, text.at, text.n);
}

void rows_text(struct rows *w, unsigned column, struct bytes text)
{
    if (!text.n)
        return;
    go_to(w, column);
    rows_escape(&w->out, text);
}

void rows_text_lower(struct rows *w, unsigned column, struct bytes text)
{
    size_t from;

    if (!text.n)
        return;
    go_to(w, column);
    from = w->out.len;
    rows_escape(&w->out, text);
    for (size_t i = from; i < w->out.len; i++) /* \x stays as it is, and its digits are low */
        if (w->out.data[i] >= 'A' && w->out.data[i] <= 'Z')
            w->out.data[i] |= 0x20;
}

void rows_word(struct rows *w, unsigned column, const char *text)
{
    if (text)
        rows_text(w, column, bytes_of(text));
}

void rows_uint(struct rows *w, unsigned column, uint64_t value)
{
    char digits[20];
    size_t at = sizeof digits;

    go_to(w, column);
    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value);
    buf_append(&w->out, digits + at, sizeof digits - at);
}

void rows_bool(struct rows *w, unsigned column, bool value)
{
    go_to(w, column);
    buf_append_byte(&w->out, value ? '1' : '0');
}

void rows_time(struct rows *w, unsigned column, time_us t)
{
    char text[TIME_TEXT_MAX];

    go_to(w, column);
    buf_append(&w->out, text, time_format(t, text));
}

void rows_seconds(struct rows *w, unsigned column, time_us t)
{
    char text[32];

    go_to(w, column);
    g_snprintf(text, sizeof text, "%" G_GINT64_FORMAT ".%06d", t / TIME_SECOND,
               (int)(t % TIME_SECOND));
    buf_append_text(&w->out, text);
}

void rows_ip(struct rows *w, unsigned column, const struct address *ip)
{
    char text[ADDRESS_TEXT_MAX];

    if (!ip->family)
        return;
    go_to(w, column);
    buf_append(&w->out, text, address_format(ip, text));
}

void rows_hex(struct rows *w, unsigned column, const uint8_t *bytes, size_t n)
{
    static const char digits[] = "0123456789abcdef";

    go_to(w, column);
    buf_reserve(&w->out, 2 * n);
    for (size_t i = 0; i < n; i++) {
        w->out.data[w->out.len++] = (uint8_t)digits[bytes[i] >> 4];
        w->out.data[w->out.len++] = (uint8_t)digits[bytes[i] & 15];
    }
}

void rows_cells(struct rows *w, unsigned column, unsigned last, struct bytes cells)
{
    go_to(w, column);
    buf_append(&w->out, cells.at, cells.n);
    w->column = last + 1;
}

/* The part of a row that has not found room takes the rest of the row with it. */
static void put_part_of_row(struct rows *w)
{
    if (w->place->job) {
        w->parted = send_rows(w, CHANNEL_PART);
        return;
    }
    if ((w->fd < 0 && !create(w)) || !write_all(w)) {
        drop_buffered(w);
        w->torn = true;
    }
    w->buffered = 0;
}

void rows_base64(struct rows *w, unsigned column, struct bytes part)
{
    if (w->column <= column)
        go_to(w, column);
    while (part.n && !w->torn) {
        size_t n = part.n < BASE64_BYTES ? part.n : BASE64_BYTES;

        base64_encode((struct bytes){part.at, n}, &w->out);
        part = bytes_skip(part, n);
        if (w->out.len >= BUFFER_BYTES && part.n) /* a long row goes out in parts */
            put_part_of_row(w);
    }
}

void rows_take(struct rows *w, struct bytes rows, uint64_t count, bool part)
{
    if (w->torn && count) { /* what is left of the row that has not found room */
        const uint8_t *end = memchr(rows.at, '\n', rows.n);

        rows = bytes_skip(rows, end ? (size_t)(end - rows.at) + 1 : rows.n);
        w->unwritten++;
        w->torn = false;
        count--;
    }
    if (w->torn)
        return;
    buf_append(&w->out, rows.at, rows.n);
    w->rows += count;
    w->buffered += count;
    if (part)
        put_part_of_row(w);
    else if (w->out.len >= BUFFER_BYTES)
        rows_flush(w);
}

void rows_abandon_part(struct rows *w)
{
    if (!w->torn && w->fd >= 0)
        keep_whole_rows(w);
    w->torn = false;
    w->unwritten++;
}
