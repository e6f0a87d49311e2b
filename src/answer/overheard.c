/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "answer/overheard.h"

#include <stdio.h>

#include "answer/lines.h"
#include "base/cursor.h"
#include "base/mem.h"

struct overheard {
    struct lines *lines;
    struct buf line; /* under construction */
};

/* --- RFC 8446 section 4.1.2, RFC 6066 section 3 ---
 *
 *   record     16 VV VV NN NN
 *   handshake  01 NN NN NN, version 2, random 32, session id <1>, suites <2>,
 *              compressions <1>, extensions <2>: type 2, body <2>
 *   name       extension 0: list <2>: type 1 (0: host), name <2> */

static struct bytes read_name(struct cursor body)
{
    uint16_t n;
    const uint8_t *name;

    cursor_skip(&body, 2);
    if (cursor_u8(&body) != 0)
        return BYTES_NONE;
    n = cursor_be16(&body);
    name = cursor_take(&body, n);
    return name ? (struct bytes){name, n} : BYTES_NONE;
}

struct bytes overheard_server_name(struct bytes said)
{
    struct cursor c = cursor_over(said.at, said.n);

    if (cursor_u8(&c) != 0x16)
        return BYTES_NONE;
    cursor_skip(&c, 4);
    if (cursor_u8(&c) != 1)
        return BYTES_NONE;
    cursor_skip(&c, 3 + 2 + 32);
    cursor_skip(&c, cursor_u8(&c));
    cursor_skip(&c, cursor_be16(&c));
    cursor_skip(&c, cursor_u8(&c));
    cursor_skip(&c, 2);
    while (!c.failed && c.left) {
        uint16_t type = cursor_be16(&c), n = cursor_be16(&c);

        if (type == 0)
            return read_name(cursor_over(c.at, c.failed ? 0 : c.left));
        cursor_skip(&c, n);
    }
    return BYTES_NONE;
}

/* --- the file --- */

static void put_escaped(struct buf *to, struct bytes b)
{
    static const char digits[] = "0123456789ABCDEF";

    for (size_t i = 0; i < b.n; i++) {
        uint8_t byte = b.at[i];

        if (byte == '\\') {
            buf_append_text(to, "\\\\");
        } else if (byte < ' ' || byte > '~') {
            buf_append_text(to, "\\x");
            buf_append_byte(to, (uint8_t)digits[byte >> 4]);
            buf_append_byte(to, (uint8_t)digits[byte & 15]);
        } else {
            buf_append_byte(to, byte);
        }
    }
}

struct overheard *overheard_open(int dir_fd, const char *folder, struct failure *why)
{
    struct lines *lines = lines_open(dir_fd, folder, "overheard.tsv", why);
    struct overheard *o;

    if (!lines)
        return NULL;
    o = MEM_NEW(struct overheard);
    o->lines = lines;
    return o;
}

void overheard_put(struct overheard *o, const struct address *client, uint16_t client_port,
                   const struct address *us, uint16_t port, struct bytes target, struct bytes said,
                   time_us now)
{
    char time[TIME_TEXT_MAX], from[ADDRESS_TEXT_MAX], to[ADDRESS_TEXT_MAX];
    char head[TIME_TEXT_MAX + 2 * ADDRESS_TEXT_MAX + 32];

    time_format(now, time);
    address_format(client, from);
    address_format(us, to);
    snprintf(head, sizeof head, "%s\t%s\t%u\t%s\t%u\t", time, from, client_port, to, port);
    buf_clear(&o->line);
    buf_append_text(&o->line, head);
    put_escaped(&o->line, target);
    buf_append_byte(&o->line, '\t');
    put_escaped(&o->line, overheard_server_name(said));
    buf_append_byte(&o->line, '\t');
    put_escaped(&o->line, said);
    buf_append_byte(&o->line, '\n');
    lines_put(o->lines, o->line.data, o->line.len);
}

void overheard_flush(struct overheard *o)
{
    lines_flush(o->lines);
}

uint64_t overheard_lost(const struct overheard *o)
{
    return o ? lines_lost(o->lines) : 0;
}

void overheard_close(struct overheard *o)
{
    if (!o)
        return;
    lines_close(o->lines);
    buf_fini(&o->line);
    mem_free(o);
}
