/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "answer/filter.h"

#include <glib.h>

/* SYN without ACK; pcap-filter has a name for that byte in IPv4 only. */
#define IS_SYN "((ip and tcp[13] & 0x12 == 2) or (ip6 and ip6[53] & 0x12 == 2))"

char *filter_make(const struct scope *scope, const uint16_t *ports, unsigned n, bool syns, bool arp)
{
    GString *nets = g_string_new(NULL), *all = g_string_new(NULL);
    char text[ADDRESS_TEXT_MAX + 4];

    for (unsigned i = 0; i < scope->n; i++) {
        prefix_format(&scope->list[i], text);
        g_string_append_printf(nets, "%sdst net %s", i ? " or " : "", text);
    }
    g_string_append_printf(all, "(%s" IS_SYN " and (%s) and tcp and (", syns ? "" : "not ",
                           nets->str);
    for (unsigned i = 0; i < n; i++)
        g_string_append_printf(all, "%sdst port %u", i ? " or " : "", ports[i]);
    g_string_append(all, "))");
    if (arp && !syns)
        g_string_append(all, " or arp or (icmp6 and ip6[40] == 135)");
    g_string_free(nets, TRUE);
    return g_string_free(all, FALSE);
}
