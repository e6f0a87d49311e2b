/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/base64.h"

#include <string.h>

static int digit(uint8_t c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

bool base64_decode(struct bytes text, struct buf *out)
{
    size_t before = out->len;
    uint32_t bits = 0;
    int have = 0;

    while (text.n && text.at[text.n - 1] == '=')
        text.n--;
    for (size_t i = 0; i < text.n; i++) {
        int d = digit(text.at[i]);

        if (d < 0) {
            out->len = before;
            return false;
        }
        bits = bits << 6 | (uint32_t)d;
        have += 6;
        if (have >= 8) {
            have -= 8;
            buf_append_byte(out, (uint8_t)(bits >> have));
        }
    }
    return true;
}

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_encode(struct bytes bytes, struct buf *out)
{
    static char pairs[4096][2]; /* two digits for each twelve bits */
    const uint8_t *p = bytes.at;
    size_t n = bytes.n;
    uint8_t *to;

    if (!pairs[0][0])
        for (unsigned i = 4096; i--;) { /* the first one last, so that it says: done */
            pairs[i][1] = digits[i & 63];
            pairs[i][0] = digits[i >> 6];
        }
    buf_reserve(out, 4 * (n / 3 + 1));
    to = out->data + out->len;
    for (; n >= 3; n -= 3, p += 3, to += 4) {
        uint32_t bits = (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];

        memcpy(to, pairs[bits >> 12], 2);
        memcpy(to + 2, pairs[bits & 4095], 2);
    }
    if (n) {
        uint32_t bits = (uint32_t)p[0] << 16 | (n == 2 ? (uint32_t)p[1] << 8 : 0);

        memcpy(to, pairs[bits >> 12], 2);
        to[2] = n == 2 ? (uint8_t)digits[bits >> 6 & 63] : '=';
        to[3] = '=';
        to += 4;
    }
    out->len = (size_t)(to - out->data);
}
