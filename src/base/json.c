/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/json.h"

void json_bytes(struct buf *out, struct bytes text)
{
    static const char digits[] = "0123456789abcdef";

    buf_append_byte(out, '"');
    for (size_t i = 0; i < text.n; i++) {
        uint8_t c = text.at[i];

        if (c < ' ') { /* RFC 8259 section 7: no control character stands for itself */
            const char escape[] = {'\\', 'u', '0', '0', digits[c >> 4], digits[c & 15]};

            buf_append(out, escape, sizeof escape);
            continue;
        }
        if (c == '"' || c == '\\')
            buf_append_byte(out, '\\');
        buf_append_byte(out, c);
    }
    buf_append_byte(out, '"');
}

void json_string(struct buf *out, const char *text)
{
    json_bytes(out, bytes_of(text));
}
