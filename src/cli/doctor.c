/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * potsherd doctor: what on this host makes captures bad, what it means, and the
 * command that mends it.  Looks only; changes nothing and sends nothing.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <glib.h>
#include <ifaddrs.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <unistd.h>

#include "base/log.h"
#include "cli/options.h"

#define DISK_LOW_BYTES (UINT64_C(1) << 30)
#define MTU_USUAL      1500

struct examination {
    const char *interface;
    const char *directory;
    int socket;
    unsigned complaints;
};

static void well(const char *what, const char *state)
{
    printf("ok    %-22s %s\n", what, state);
}

static void ill(struct examination *e, const char *what, const char *state, const char *meaning,
                const char *mend)
{
    e->complaints++;
    printf("MEND  %-22s %s\n      %s\n", what, state, meaning);
    if (mend)
        printf("      > %s\n", mend);
}

static void unknown(const char *what, const char *why)
{
    printf("?     %-22s %s\n", what, why);
}

static bool ask(const struct examination *e, unsigned long request, struct ifreq *r)
{
    g_strlcpy(r->ifr_name, e->interface, sizeof r->ifr_name);
    return ioctl(e->socket, request, r) == 0;
}

/* One number of the ethtool interface; false when the driver does not tell. */
static bool ask_ethtool(const struct examination *e, uint32_t command, void *value)
{
    struct ifreq r = {0};

    memcpy(value, &command, sizeof command);
    r.ifr_data = value;
    return ask(e, SIOCETHTOOL, &r);
}

static void look_at_link(struct examination *e)
{
    struct ifreq r = {0};

    if (!ask(e, SIOCGIFFLAGS, &r)) {
        unknown("link", g_strerror(errno));
        return;
    }
    if ((r.ifr_flags & IFF_UP) && (r.ifr_flags & IFF_RUNNING)) {
        well("link", "up");
    } else {
        bool up = r.ifr_flags & IFF_UP;
        char *mend = up ? g_strdup("look at the cable and at the switch's mirror port")
                        : g_strdup_printf("ip link set %s up", e->interface);

        ill(e, "link", up ? "up, but no carrier" : "down", "Nothing can arrive.", mend);
        g_free(mend);
    }
}

static void look_at_mtu(struct examination *e)
{
    struct ifreq r = {0};
    char state[32];

    if (!ask(e, SIOCGIFMTU, &r)) {
        unknown("MTU", g_strerror(errno));
        return;
    }
    g_snprintf(state, sizeof state, "%d bytes", r.ifr_mtu);
    if (r.ifr_mtu >= MTU_USUAL) {
        well("MTU", state);
    } else {
        char *mend = g_strdup_printf("ip link set %s mtu %d", e->interface, MTU_USUAL);

        ill(e, "MTU", state,
            "Longer frames of the mirrored network are dropped before they are seen.", mend);
        g_free(mend);
    }
}

static const struct offload {
    const char *name, *key; /* key: as ethtool -K takes it */
    uint32_t command;
    const char *meaning;
} offloads[] = {
    {"receive offload (GRO)", "gro", ETHTOOL_GGRO,
     "Segments are joined before they are captured: sizes and counts of packets are not the "
     "wire's."},
    {"send offload (TSO)", "tso", ETHTOOL_GTSO,
     "This host's own segments are captured before they are cut: up to 64 KiB long."},
    {"send offload (GSO)", "gso", ETHTOOL_GGSO,
     "This host's own segments are captured before they are cut: up to 64 KiB long."},
    {"receive checksums", "rx", ETHTOOL_GRXCSUM,
     "Checksums are checked by the card; what is captured here may hold none."},
    {"send checksums", "tx", ETHTOOL_GTXCSUM,
     "This host's own packets are captured without checksums: leave --verify-checksums off."},
};

static void look_at_offloads(struct examination *e)
{
    for (size_t i = 0; i < G_N_ELEMENTS(offloads); i++) {
        const struct offload *o = &offloads[i];
        struct ethtool_value value = {0};
        char *mend;

        if (!ask_ethtool(e, o->command, &value)) {
            unknown(o->name, "the driver does not tell");
            continue;
        }
        if (!value.data) {
            well(o->name, "off");
            continue;
        }
        mend = g_strdup_printf("ethtool -K %s %s off", e->interface, o->key);
        ill(e, o->name, "on", o->meaning, mend);
        g_free(mend);
    }
}

static void look_at_ring(struct examination *e)
{
    struct ethtool_ringparam ring = {0};
    char state[64];

    if (!ask_ethtool(e, ETHTOOL_GRINGPARAM, &ring) || !ring.rx_max_pending) {
        unknown("receive ring", "the driver does not tell");
        return;
    }
    g_snprintf(state, sizeof state, "%u of at most %u", ring.rx_pending, ring.rx_max_pending);
    if (ring.rx_pending >= ring.rx_max_pending) {
        well("receive ring", state);
    } else {
        char *mend = g_strdup_printf("ethtool -G %s rx %u", e->interface, ring.rx_max_pending);

        ill(e, "receive ring", state, "In bursts the card drops what a longer ring would hold.",
            mend);
        g_free(mend);
    }
}

/* On its own addresses the kernel answers a conversation that it does not know
 * with a reset. */
static void look_at_addresses(struct examination *e)
{
    struct ifaddrs *all, *a;
    GString *own = g_string_new(NULL);
    char text[INET6_ADDRSTRLEN];

    if (getifaddrs(&all) != 0) {
        unknown("own addresses", g_strerror(errno));
        g_string_free(own, TRUE);
        return;
    }
    for (a = all; a; a = a->ifa_next) {
        const void *bytes;

        if (strcmp(a->ifa_name, e->interface) != 0 || !a->ifa_addr)
            continue;
        if (a->ifa_addr->sa_family == AF_INET)
            bytes = &((const struct sockaddr_in *)(const void *)a->ifa_addr)->sin_addr;
        else if (a->ifa_addr->sa_family == AF_INET6)
            bytes = &((const struct sockaddr_in6 *)(const void *)a->ifa_addr)->sin6_addr;
        else
            continue;
        if (inet_ntop(a->ifa_addr->sa_family, bytes, text, sizeof text))
            g_string_append_printf(own, "%s%s", own->len ? " " : "", text);
    }
    freeifaddrs(all);
    well("own addresses", own->len ? own->str : "none: a pure mirror port");
    g_string_free(own, TRUE);
}

static void look_at_clock(struct examination *e)
{
    struct timex t = {0};
    char state[64];

    if (adjtimex(&t) == -1) {
        unknown("clock", g_strerror(errno));
        return;
    }
    if (!(t.status & STA_UNSYNC)) {
        g_snprintf(state, sizeof state, "synchronised, within %ld ms", t.maxerror / 1000);
        well("clock", state);
        return;
    }
    ill(e, "clock", "not synchronised", "Times in the records drift away from those of other logs.",
        "timedatectl set-ntp true");
}

static void look_at_disk(struct examination *e)
{
    struct statvfs fs;
    char *dir = g_strdup(e->directory), state[96];
    uint64_t left;

    while (statvfs(dir, &fs) != 0 && strcmp(dir, "/") != 0 && strcmp(dir, ".") != 0) {
        char *up = g_path_get_dirname(dir);

        g_free(dir);
        dir = up;
    }
    left = (uint64_t)fs.f_bavail * fs.f_frsize;
    g_snprintf(state, sizeof state, "%.1f GB free for %s", (double)left / 1e9, e->directory);
    if (left >= DISK_LOW_BYTES)
        well("disk", state);
    else
        ill(e, "disk", state, "When it is full, records are dropped and counted.",
            "choose another directory with -o DIR, or make room");
    g_free(dir);
}

int command_doctor(const struct options *options)
{
    struct examination e = {.interface = options->interface, .directory = options->output};

    if (!e.interface)
        return usage_error(command_find("doctor"), "doctor needs -i INTERFACE");
    e.socket = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (e.socket < 0 || !if_nametoindex(e.interface)) {
        log_warn("%s: %s; see the interfaces with: ip link", e.interface, g_strerror(errno));
        if (e.socket >= 0)
            close(e.socket);
        return 1;
    }
    look_at_link(&e);
    look_at_mtu(&e);
    look_at_offloads(&e);
    look_at_ring(&e);
    look_at_addresses(&e);
    look_at_clock(&e);
    look_at_disk(&e);
    close(e.socket);
    if (e.complaints)
        printf("%u to mend\n", e.complaints);
    else
        puts("nothing to mend");
    return e.complaints > 0;
}
