/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/interfaces.h"

#include <glib.h>
#include <net/if.h>

char *interface_names(void)
{
    struct if_nameindex *all = if_nameindex();
    GString *names = g_string_new(NULL);

    for (const struct if_nameindex *one = all; one && one->if_index; one++)
        g_string_append_printf(names, "%s%s", names->len ? ", " : "", one->if_name);
    if (all)
        if_freenameindex(all);
    return g_string_free(names, FALSE);
}

bool interface_is_missing(const char *name, struct failure *why)
{
    char *names = interface_names();

    failure_set(why, "%s: there is no such interface; there are: %s", name, names);
    g_free(names);
    return false;
}
