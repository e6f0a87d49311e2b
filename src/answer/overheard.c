/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "answer/overheard.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cursor.h"
#include "base/mem.h"

struct overheard {
    FILE *stream;
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

static void put_escaped(FILE *to, struct bytes b)
{
    for (size_t i = 0; i < b.n; i++) {
        if (b.at[i] == '\\')
            fputs("\\\\", to);
        else if (b.at[i] < ' ' || b.at[i] > '~')
            fprintf(to, "\\x%02X", b.at[i]);
        else
            fputc(b.at[i], to);
    }
}

struct overheard *overheard_open(const char *folder, struct failure *why)
{
    char path[4096];
    FILE *stream;
    struct overheard *o;

    snprintf(path, sizeof path, "%s/overheard.tsv", folder);
    stream = fopen(path, "ae");
    if (!stream) {
        failure_set(why, "%s: %s", path, strerror(errno));
        return NULL;
    }
    o = MEM_NEW(struct overheard);
    o->stream = stream;
    return o;
}

void overheard_put(struct overheard *o, const struct address *client, uint16_t client_port,
                   const struct address *us, uint16_t port, struct bytes target, struct bytes said,
                   time_us now)
{
    char time[TIME_TEXT_MAX], from[ADDRESS_TEXT_MAX], to[ADDRESS_TEXT_MAX];

    time_format(now, time);
    address_format(client, from);
    address_format(us, to);
    fprintf(o->stream, "%s\t%s\t%u\t%s\t%u\t", time, from, client_port, to, port);
    put_escaped(o->stream, target);
    fputc('\t', o->stream);
    put_escaped(o->stream, overheard_server_name(said));
    fputc('\t', o->stream);
    put_escaped(o->stream, said);
    fputc('\n', o->stream);
}

void overheard_flush(struct overheard *o)
{
    fflush(o->stream);
}

void overheard_close(struct overheard *o)
{
    if (!o)
        return;
    fclose(o->stream);
    mem_free(o);
}
