/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/place.h"

#include <glib.h>

#include "base/escape.h"
#include "potsherd/address.h"
#include "potsherd/geo.h"

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
    escape_cell(&place->as_name, found->as_name);
}

void place_fini(struct place *place)
{
    buf_fini(&place->cc);
    buf_fini(&place->asn);
    buf_fini(&place->as_name);
}
