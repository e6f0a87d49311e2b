/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/json.h"

#include <glib.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/escape.h"

/* --- strings --- */

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

/* GLib takes a NUL for the end of a text. */
bool json_holds(struct bytes text)
{
    while (text.n) {
        const uint8_t *nul = memchr(text.at, 0, text.n);
        size_t n = nul ? (size_t)(nul - text.at) : text.n;

        if (!g_utf8_validate_len((const char *)text.at, n, NULL))
            return false;
        text = bytes_skip(text, n + (nul != NULL));
    }
    return true;
}

/* --- the writer --- */

void json_name(struct json *j, const char *name)
{
    if (j->any)
        buf_append_byte(j->out, ',');
    j->any = true;
    if (!name)
        return;
    json_string(j->out, name);
    buf_append_byte(j->out, ':');
}

void json_open(struct json *j, const char *name, char bracket)
{
    json_name(j, name);
    buf_append_byte(j->out, (uint8_t)bracket);
    j->any = false;
}

void json_close(struct json *j, char bracket)
{
    buf_append_byte(j->out, (uint8_t)bracket);
    j->any = true;
}

void json_word(struct json *j, const char *name, const char *text)
{
    json_name(j, name);
    json_string(j->out, text);
}

void json_uint(struct json *j, const char *name, uint64_t value)
{
    char digits[24];

    json_name(j, name);
    snprintf(digits, sizeof digits, "%" PRIu64, value);
    buf_append_text(j->out, digits);
}

void json_bool(struct json *j, const char *name, bool value)
{
    json_name(j, name);
    buf_append_text(j->out, value ? "true" : "false");
}

void json_text(struct json *j, const char *name, struct bytes text)
{
    struct buf escaped = {0};

    json_name(j, name);
    if (json_holds(text)) {
        json_bytes(j->out, text);
        return;
    }
    escape_cell(&escaped, text);
    json_bytes(j->out, buf_view(&escaped));
    buf_fini(&escaped);
}
