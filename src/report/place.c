/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/place.h"

#include <glib.h>

#include "potsherd/address.h"
#include "potsherd/geo.h"

#define ASCII_DELETE 0x7f
#define C1_LAST      0x9f

/* DESIGN section 5: bytes that are not printable UTF-8 as \xNN, a backslash as two. */
static void append_escaped(struct buf *out, struct bytes text)
{
    while (text.n) {
        gunichar c = g_utf8_get_char_validated((const char *)text.at, (gssize)text.n);
        bool broken = c >= (gunichar)-2;
        bool control = c < ' ' || (c >= ASCII_DELETE && c <= C1_LAST);
        size_t n = broken || control ? 1 : (size_t)g_unichar_to_utf8(c, NULL);
        char hex[5];

        if (broken || control) {
            g_snprintf(hex, sizeof hex, "\\x%02x", text.at[0]);
            buf_append_text(out, hex);
        } else {
            if (c == '\\')
                buf_append_byte(out, '\\');
            buf_append(out, text.at, n);
        }
        text = bytes_skip(text, n);
    }
}

void place_find(struct place *place, struct bytes ip)
{
    struct address address;
    const struct geo_place *found;
    char number[16];

    buf_clear(&place->cc);
    buf_clear(&place->asn);
    buf_clear(&place->as_name);
    if (!address_parse((const char *)ip.at, ip.n, &address))
        return;
    found = geo_find(&address);
    buf_append_text(&place->cc, found->cc);
    if (found->asn) {
        g_snprintf(number, sizeof number, "%u", found->asn);
        buf_append_text(&place->asn, number);
    }
    append_escaped(&place->as_name, found->as_name);
}

void place_fini(struct place *place)
{
    buf_fini(&place->cc);
    buf_fini(&place->asn);
    buf_fini(&place->as_name);
}
