/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "potsherd/interface.h"

#include <glib.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "base/interfaces.h"

static bool read_mac(const char *interface, uint8_t mac[6], struct failure *why)
{
    char *path = g_build_filename("/sys/class/net", interface, "address", NULL), *text = NULL;
    unsigned b[6];
    bool good = g_file_get_contents(path, &text, NULL, NULL) &&
                sscanf(text, "%x:%x:%x:%x:%x:%x", b, b + 1, b + 2, b + 3, b + 4, b + 5) == 6;

    for (int i = 0; good && i < 6; i++)
        mac[i] = (uint8_t)b[i];
    good = good && (b[0] | b[1] | b[2] | b[3] | b[4] | b[5]); /* lo has one of zeros */
    g_free(text);
    g_free(path);
    if (!good && !if_nametoindex(interface))
        return interface_is_missing(interface, why);
    return good || failure_set(why,
                               "%s: it has no Ethernet address, which answers come from; name one "
                               "that has (ip link shows them)",
                               interface);
}

static bool is_one_of(const char *name, const char *one, const char *other)
{
    return !strcmp(name, one) || (other && !strcmp(name, other));
}

static unsigned bits_of(const struct sockaddr *mask)
{
    const struct sockaddr_in *in = (const struct sockaddr_in *)(const void *)mask;

    return mask ? (unsigned)__builtin_popcount(in->sin_addr.s_addr) : 0;
}

static void read_nets(const char *sends, const char *hears, struct answer_link *out)
{
    struct ifaddrs *all = NULL, *i;

    if (getifaddrs(&all) != 0)
        return;
    for (i = all; i && out->n < ANSWER_NETS_MAX; i = i->ifa_next) {
        struct answer_net *net = &out->nets[out->n];

        if (i->ifa_addr && i->ifa_addr->sa_family == AF_INET &&
            is_one_of(i->ifa_name, sends, hears) &&
            address_from_socket(i->ifa_addr, &net->address)) {
            net->bits = (uint8_t)bits_of(i->ifa_netmask);
            out->n++;
        }
    }
    freeifaddrs(all);
}

bool interface_read(const char *sends, const char *hears, struct answer_link *out,
                    struct failure *why)
{
    memset(out, 0, sizeof *out);
    if (!read_mac(sends, out->mac, why))
        return false;
    read_nets(sends, hears, out);
    return true;
}
