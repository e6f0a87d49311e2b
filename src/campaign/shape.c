/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "campaign/shape.h"

#include <stdbool.h>

#include "base/number.h"

#define HEX_LEAST 6

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

/* How many bytes that "#" stands for; 0: none. */
static size_t run_length(struct bytes rest)
{
    size_t hex = 0, digits = 0;
    bool any = false;

    while (digits < rest.n && is_digit(rest.at[digits]))
        digits++;
    while (hex < rest.n && number_hex_digit(rest.at[hex]) >= 0)
        any |= is_digit(rest.at[hex++]);
    return any && hex >= HEX_LEAST ? hex : digits;
}

static size_t add_piece(struct bytes rest, struct buf *out)
{
    size_t n = run_length(rest);

    if (n) {
        buf_append_byte(out, '#');
        return n;
    }
    if (rest.at[0] == '%' && rest.n > 2 && number_hex_digit(rest.at[1]) >= 0 &&
        number_hex_digit(rest.at[2]) >= 0)
        return 3;
    buf_append_byte(out, rest.at[0]);
    return 1;
}

/* "a=1&b=2": "a=&b=". */
static void add_query(struct bytes query, struct buf *out)
{
    bool in_value = false;

    while (query.n && query.at[0] != '#') {
        bool ends = query.at[0] == '&' || query.at[0] == ';';

        in_value &= !ends;
        if (in_value) {
            query = bytes_skip(query, 1);
            continue;
        }
        in_value = query.at[0] == '=';
        query = bytes_skip(query, add_piece(query, out));
    }
}

void shape_of_path(struct bytes path, struct buf *out)
{
    buf_clear(out);
    while (path.n && path.at[0] != '#') {
        if (path.at[0] == '?') {
            buf_append_byte(out, '?');
            add_query(bytes_skip(path, 1), out);
            break;
        }
        path = bytes_skip(path, add_piece(path, out));
    }
    if (out->len == 1 && out->data[0] == '/')
        buf_clear(out);
}
