/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/interfaces.h"

#include <net/if.h>

#include "base/buf.h"

bool interface_is_missing(const char *name, struct failure *why)
{
    struct if_nameindex *all = if_nameindex();
    struct buf names = {0};

    for (const struct if_nameindex *one = all; one && one->if_index; one++) {
        buf_append_text(&names, names.len ? ", " : "");
        buf_append_text(&names, one->if_name);
    }
    if (all)
        if_freenameindex(all);
    failure_set(why, "%s: there is no such interface; there are: %s", name, buf_string(&names));
    buf_fini(&names);
    return false;
}
