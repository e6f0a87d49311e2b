/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "export/added.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "potsherd/time.h"

#define COLUMNS  78
#define WORD_MAX 900
#define DATE_MAX 64

/* --- values --- */

static void put_hex(struct buf *out, uint8_t c)
{
    static const char digits[] = "0123456789abcdef";
    const char hex[] = {'\\', 'x', digits[c >> 4], digits[c & 15]};

    buf_append(out, hex, sizeof hex);
}

/* `reserved`: bytes that would end it where it stands.  Blanks stay where one alone stands between
 * others: there lines may be folded. */
static void put_text(struct buf *out, struct bytes text, const char *reserved)
{
    for (size_t i = 0; i < text.n; i++) {
        uint8_t c = text.at[i];
        bool inside = i && i + 1 < text.n && text.at[i - 1] != ' ';

        if (c == '\\')
            buf_append_text(out, "\\\\");
        else if ((c == ' ' && !inside) || c < ' ' || c >= 0x7f || strchr(reserved, c))
            put_hex(out, c);
        else
            buf_append_byte(out, c);
    }
}

static bool is_name_byte(uint8_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c && strchr(".:_-[]", c));
}

static void put_name(struct buf *out, struct bytes name)
{
    for (size_t i = 0; i < name.n; i++)
        if (is_name_byte(name.at[i]))
            buf_append_byte(out, name.at[i]);
        else
            put_hex(out, name.at[i]);
}

static bool is_v6(struct bytes ip)
{
    return ip.n && memchr(ip.at, ':', ip.n);
}

/* RFC 5321 section 4.1.3 */
static void put_literal(struct buf *out, struct bytes ip)
{
    buf_append_text(out, is_v6(ip) ? "[IPv6:" : "[");
    put_name(out, ip);
    buf_append_byte(out, ']');
}

static void put_with_port(struct buf *out, struct bytes host, struct bytes port)
{
    buf_append_text(out, is_v6(host) ? "[" : "");
    put_name(out, host);
    buf_append_text(out, is_v6(host) ? "]" : "");
    if (port.n) {
        buf_append_byte(out, ':');
        put_name(out, port);
    }
}

static struct bytes target_of(const struct envelope *envelope)
{
    return envelope->cells[ENVELOPE_TARGET_HOST].n ? envelope->cells[ENVELOPE_TARGET_HOST]
                                                   : envelope->cells[ENVELOPE_TARGET_IP];
}

/* RFC 5322 section 3.3 */
void added_date(time_us ts, struct buf *out)
{
    time_t seconds = (time_t)(ts / TIME_SECOND);
    char text[DATE_MAX];
    struct tm tm;

    gmtime_r(&seconds, &tm);
    strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S +0000", &tm);
    buf_append_text(out, text);
}

/* --- lines --- */

/* What does not fit into the line begins another one. */
static void put_word(struct buf *out, size_t *column, struct bytes word, const char *line_end)
{
    if (*column && *column + 1 + word.n > COLUMNS) {
        buf_append_text(out, line_end);
        *column = 0;
    }
    buf_append_byte(out, ' ');
    ++*column;
    for (; word.n > WORD_MAX; word = bytes_skip(word, WORD_MAX)) {
        buf_append(out, word.at, WORD_MAX);
        buf_append_text(out, line_end);
        buf_append_byte(out, ' ');
        *column = 1;
    }
    buf_append(out, word.at, word.n);
    *column += word.n;
}

/* The first word stands in the line of the name. */
static void put_line(struct buf *out, const char *name, struct buf *value, const char *line_end)
{
    struct bytes rest = buf_view(value);
    size_t column = 0;

    buf_append_text(out, name);
    buf_append_byte(out, ':');
    do {
        const uint8_t *blank = rest.n ? memchr(rest.at, ' ', rest.n) : NULL;
        struct bytes word = {rest.at, blank ? (size_t)(blank - rest.at) : rest.n};

        put_word(out, &column, word, line_end);
        column += rest.at == value->data ? strlen(name) + 1 : 0;
        rest = bytes_skip(rest, word.n + 1);
    } while (rest.n);
    buf_append_text(out, line_end);
    buf_clear(value);
}

/* --- the headers --- */

struct making {
    const struct added *how;
    const struct envelope *envelope;
    struct buf *out;
    struct buf value;
};

static void end_header(struct making *m, const char *name)
{
    put_line(m->out, name, &m->value, m->how->line_end);
}

static void put_return_path(struct making *m)
{
    struct bytes path = m->envelope->cells[ENVELOPE_MAIL_FROM];

    if (!path.n)
        return; /* not known */
    if (path.n == 2 && !memcmp(path.at, "<>", 2))
        path.n = 0;
    buf_append_byte(&m->value, '<');
    put_text(&m->value, path, "<>");
    buf_append_byte(&m->value, '>');
    end_header(m, "Return-Path");
}

static void put_recipients(struct making *m)
{
    for (size_t i = 0; i < m->envelope->recipient_count; i++) {
        put_text(&m->value, m->envelope->recipients[i], "");
        end_header(m, "X-Envelope-To");
    }
}

static void put_way(struct making *m)
{
    const struct bytes *cells = m->envelope->cells;
    struct bytes target = target_of(m->envelope);

    buf_append_byte(&m->value, '[');
    put_name(&m->value, cells[ENVELOPE_SRC_IP]);
    buf_append_byte(&m->value, ']');
    end_header(m, "X-Originating-IP");
    put_name(&m->value, cells[ENVELOPE_MODULE]);
    if (!m->how->hides_sensor) {
        buf_append_byte(&m->value, ' ');
        put_with_port(&m->value, cells[ENVELOPE_DST_IP], cells[ENVELOPE_DST_PORT]);
    }
    end_header(m, "X-Potsherd-Proxy");
    if (!target.n)
        return;
    put_with_port(&m->value, target, cells[ENVELOPE_TARGET_PORT]);
    end_header(m, "X-Potsherd-Target");
}

static bool is(struct bytes cell, const char *text)
{
    return cell.n == strlen(text) && !memcmp(cell.at, text, cell.n);
}

static void put_state(struct making *m)
{
    struct bytes missing = m->envelope->cells[ENVELOPE_MISSING];

    if (missing.n && !is(missing, "0")) {
        put_name(&m->value, missing);
        end_header(m, "X-Potsherd-Missing");
    }
    if (is(m->envelope->cells[ENVELOPE_COMPLETE], "0")) {
        buf_append_text(&m->value, "0");
        end_header(m, "X-Potsherd-Complete");
    }
    if (m->how->lines) {
        buf_append_text(&m->value, m->how->lines);
        end_header(m, "X-Potsherd-Lines");
    }
}

static void put_sensor(struct making *m)
{
    const struct bytes *cells = m->envelope->cells;
    struct bytes sensor = cells[ENVELOPE_SENSOR];

    if (m->how->hides_sensor) {
        buf_append_text(&m->value, "honeypot");
        return;
    }
    put_name(&m->value, sensor.n ? sensor : bytes_of("potsherd"));
    buf_append_text(&m->value, " (");
    put_literal(&m->value, cells[ENVELOPE_DST_IP]);
    buf_append_byte(&m->value, ':');
    put_name(&m->value, cells[ENVELOPE_DST_PORT]);
    buf_append_byte(&m->value, ')');
}

static void put_received(struct making *m)
{
    const struct bytes *cells = m->envelope->cells;
    struct bytes helo = cells[ENVELOPE_HELO], target = target_of(m->envelope);
    struct buf *to = &m->value;

    buf_append_text(to, "from ");
    put_name(to, helo.n ? helo : bytes_of("unknown"));
    buf_append_text(to, " (");
    put_literal(to, cells[ENVELOPE_SRC_IP]);
    buf_append_text(to, ") by ");
    put_sensor(m);
    buf_append_text(to, " (potsherd " POTSHERD_VERSION ", captured via ");
    put_name(to, cells[ENVELOPE_MODULE]);
    if (target.n) {
        buf_append_text(to, " for ");
        put_with_port(to, target, cells[ENVELOPE_TARGET_PORT]);
    }
    buf_append_text(to, ") id ");
    buf_append_text(to, m->how->message);
    buf_append_text(to, "; ");
    added_date(m->how->ts, to);
    end_header(m, "Received");
}

void added_headers(const struct added *how, const struct envelope *envelope, struct buf *out)
{
    struct making m = {how, envelope, out, {0}};

    put_return_path(&m);
    put_recipients(&m);
    put_way(&m);
    put_state(&m);
    put_received(&m);
    if (how->sha256) {
        buf_append_text(&m.value, how->sha256);
        end_header(&m, "X-Potsherd-SHA256");
    }
    buf_fini(&m.value);
}
