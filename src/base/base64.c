/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/base64.h"

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
