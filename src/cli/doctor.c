/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * potsherd doctor: what on this host makes captures bad, what it means, and the
 * command that fixes it.  Looks only; changes nothing and sends nothing.  What is printed, and
 * the exit code, are by rank (findings.h).
 */
#include <errno.h>
#include <glib.h>
#include <ifaddrs.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <unistd.h>

#include "base/interfaces.h"
#include "base/log.h"
#include "base/sandbox.h"
#include "cli/findings.h"
#include "cli/options.h"
#include "potsherd/answer.h"
#include "potsherd/capture_live.h"
#include "potsherd/geo.h"
#include "potsherd/pipeline.h"

#define DISK_FULL_BYTES (UINT64_C(64) << 20)
#define DISK_LOW_BYTES  (UINT64_C(1) << 30)
#define MTU_USUAL       1500
#define LINK_WAIT_MS    5000
#define LINK_STEP_MS    100
#define CLOCK_OFF_US    1000000
#define CALLS_WIDTH     88       /* columns */
#define FILTER_ROOM     "131072" /* what newer kernels have (6.7) */

struct examination {
    const struct options *options;
    const char *interface;
    enum answer_guarded guard; /* of --address; `own` of the host's is in it */
    struct address own;
    struct failure why; /* GUARD_UNKNOWN, GUARD_BAD_PREFIX */
    int socket;
    struct findings found;
};

static void well(struct examination *e, const char *what, const char *state)
{
    findings_add(&e->found, RANK_OK, what, state, NULL, NULL);
}

static void ill(struct examination *e, enum rank rank, const char *what, const char *state,
                const char *meaning, const char *fix)
{
    findings_add(&e->found, rank, what, state, meaning, fix);
}

static void unknown(struct examination *e, const char *what, const char *why)
{
    char *line = g_strndup(why, strcspn(why, "\n")); /* nft's messages have several */

    findings_add(&e->found, RANK_UNKNOWN, what, line, NULL, NULL);
    g_free(line);
}

static bool ask(const struct examination *e, unsigned long request, struct ifreq *r)
{
    g_strlcpy(r->ifr_name, e->interface, sizeof r->ifr_name);
    return ioctl(e->socket, request, r) == 0;
}

/* One number of the ethtool interface; false when the driver does not report it. */
static bool ask_ethtool(const struct examination *e, uint32_t command, void *value)
{
    struct ifreq r = {0};

    memcpy(value, &command, sizeof command);
    r.ifr_data = value;
    return ask(e, SIOCETHTOOL, &r);
}

/* Autonegotiation, and a switch's spanning tree, take their seconds. */
static bool wait_for_carrier(struct examination *e, struct ifreq *r, unsigned *waited_ms)
{
    for (*waited_ms = 0; *waited_ms < LINK_WAIT_MS; *waited_ms += LINK_STEP_MS) {
        if (!ask(e, SIOCGIFFLAGS, r) || !(r->ifr_flags & IFF_UP))
            return false;
        if (r->ifr_flags & IFF_RUNNING)
            return true;
        if (!*waited_ms)
            log_info("%s is up without a carrier: waiting for it, %d seconds at most", e->interface,
                     LINK_WAIT_MS / 1000);
        g_usleep(LINK_STEP_MS * 1000);
    }
    return false;
}

static void look_at_link(struct examination *e)
{
    struct ifreq r = {0};
    unsigned waited;
    char state[64], *fix;

    if (!ask(e, SIOCGIFFLAGS, &r)) {
        unknown(e, "link", g_strerror(errno));
        return;
    }
    if (wait_for_carrier(e, &r, &waited)) {
        g_snprintf(state, sizeof state, waited ? "up, after %.1f s" : "up", waited / 1e3);
        well(e, "link", state);
        return;
    }
    if (r.ifr_flags & IFF_UP) {
        g_snprintf(state, sizeof state, "up, but no carrier, after %d s", LINK_WAIT_MS / 1000);
        fix = g_strdup("look at the cable and at the switch's mirror port");
    } else {
        g_snprintf(state, sizeof state, "down");
        fix = g_strdup_printf("ip link set %s up", e->interface);
    }
    ill(e, RANK_WILL_LOSE, "link", state, "Nothing can arrive.", fix);
    g_free(fix);
}

static void look_at_mtu(struct examination *e)
{
    struct ifreq r = {0};
    char state[32];

    if (!ask(e, SIOCGIFMTU, &r)) {
        unknown(e, "MTU", g_strerror(errno));
        return;
    }
    g_snprintf(state, sizeof state, "%d bytes", r.ifr_mtu);
    if (r.ifr_mtu >= MTU_USUAL) {
        well(e, "MTU", state);
    } else {
        char *fix = g_strdup_printf("ip link set %s mtu %d", e->interface, MTU_USUAL);

        ill(e, RANK_WILL_LOSE, "MTU", state,
            "Longer frames of the mirrored network are dropped before they are seen.", fix);
        g_free(fix);
    }
}

static const struct offload {
    const char *name, *key; /* key: as ethtool -K takes it */
    uint32_t command, bits; /* the bits of its answer that mean "on" */
    const char *meaning;
} offloads[] = {
    {"receive offload (GRO)", "gro", ETHTOOL_GGRO, UINT32_MAX,
     "Segments are joined before they are captured: sizes and counts of packets are not the "
     "wire's."},
    {"receive offload (LRO)", "lro", ETHTOOL_GFLAGS, ETH_FLAG_LRO,
     "The card joins segments before they are captured, and what it changes in their headers is "
     "lost."},
    {"send offload (TSO)", "tso", ETHTOOL_GTSO, UINT32_MAX,
     "This host's own segments are captured before they are cut: up to 64 KiB long."},
    {"send offload (GSO)", "gso", ETHTOOL_GGSO, UINT32_MAX,
     "This host's own segments are captured before they are cut: up to 64 KiB long."},
    {"receive checksums", "rx", ETHTOOL_GRXCSUM, UINT32_MAX,
     "Checksums are checked by the card; what is captured here may hold none."},
    {"send checksums", "tx", ETHTOOL_GTXCSUM, UINT32_MAX,
     "This host's own packets are captured without checksums: leave --verify-checksums off."},
};

static void look_at_offloads(struct examination *e)
{
    for (size_t i = 0; i < G_N_ELEMENTS(offloads); i++) {
        const struct offload *o = &offloads[i];
        struct ethtool_value value = {0};
        char *fix;

        if (!ask_ethtool(e, o->command, &value)) {
            unknown(e, o->name, "not reported by the driver");
            continue;
        }
        if (!(value.data & o->bits)) {
            well(e, o->name, "off");
            continue;
        }
        fix = g_strdup_printf("ethtool -K %s %s off", e->interface, o->key);
        ill(e, RANK_BETTER, o->name, "on", o->meaning, fix);
        g_free(fix);
    }
}

/* Cards of virtual machines: what they let through is decided outside, and cannot be asked from
 * here. */
static const struct virtual_card {
    const char *driver, *meaning, *fix;
} virtual_cards[] = {
    {"virtio_net", "The bridge of the virtual machine's host must flood to this port, too; there:",
     "ip link set BRIDGE type bridge ageing_time 0"},
    {"vmxnet3", "The port group must accept promiscuous mode; on the ESXi host:",
     "esxcli network vswitch standard policy security set -v vSwitch0 --allow-promiscuous=true"},
    {"hv_netvsc", "The virtual switch must mirror to this card; on the Hyper-V host:",
     "Set-VMNetworkAdapter -VMName NAME -PortMirroring Destination"},
    {"ena", "This cloud's network carries nobody else's frames: have them mirrored to this card:",
     "aws ec2 create-traffic-mirror-session help"},
};

static const struct virtual_card *find_virtual_card(const struct examination *e)
{
    struct ethtool_drvinfo info = {0};

    if (!ask_ethtool(e, ETHTOOL_GDRVINFO, &info))
        return NULL;
    for (size_t i = 0; i < G_N_ELEMENTS(virtual_cards); i++)
        if (!strcmp(info.driver, virtual_cards[i].driver))
            return &virtual_cards[i];
    return NULL;
}

/* SIOCGIFFLAGS does not show a capture's promiscuous mode; the file does. */
static bool is_promiscuous(const struct examination *e)
{
    char *path = g_build_filename("/sys/class/net", e->interface, "flags", NULL), *text = NULL;
    bool on = g_file_get_contents(path, &text, NULL, NULL) &&
              g_ascii_strtoull(text, NULL, 16) & IFF_PROMISC;

    g_free(text);
    g_free(path);
    return on;
}

static void look_at_promiscuous_mode(struct examination *e)
{
    const struct virtual_card *card = find_virtual_card(e);
    const char *state = is_promiscuous(e) ? "on" : "off; watch turns it on while it runs";

    if (!card) {
        well(e, "promiscuous mode", state);
        return;
    }
    findings_add(&e->found, RANK_UNKNOWN, "promiscuous mode", state, card->meaning, card->fix);
}

static void look_at_ring(struct examination *e)
{
    struct ethtool_ringparam ring = {0};
    char state[64];

    if (!ask_ethtool(e, ETHTOOL_GRINGPARAM, &ring) || !ring.rx_max_pending) {
        unknown(e, "receive ring", "not reported by the driver");
        return;
    }
    g_snprintf(state, sizeof state, "%u of at most %u", ring.rx_pending, ring.rx_max_pending);
    if (ring.rx_pending >= ring.rx_max_pending) {
        well(e, "receive ring", state);
    } else {
        char *fix = g_strdup_printf("ethtool -G %s rx %u", e->interface, ring.rx_max_pending);

        ill(e, RANK_MAY_LOSE, "receive ring", state,
            "In bursts the card drops what a longer ring would hold.", fix);
        g_free(fix);
    }
}

/* For the socket that `watch` opens: tried on one that needs no privilege. */
static void look_at_filter_room(struct examination *e)
{
    const char *what = "room for the filter";
    struct failure why;
    char *rules = pipeline_find_rules("ports.rules"), *filter = NULL;
    struct port_rules *ports = ports_load(rules, &why);

    if (ports)
        filter = ports_filter(ports, 0);
    if (!filter)
        unknown(e, what, why.text);
    else if (capture_live_has_room(filter))
        well(e, what, "the kernel takes it whole");
    else
        ill(e, RANK_MAY_LOSE, what, "net.core.optmem_max is too small",
            "The kernel takes a shorter filter only, which lets packets in that are not needed.",
            "sysctl -w net.core.optmem_max=" FILTER_ROOM);
    free(filter);
    ports_free(ports);
    g_free(rules);
}

static void look_at_addresses(struct examination *e)
{
    struct ifaddrs *all, *a;
    GString *own = g_string_new(NULL);
    struct address address;
    char text[ADDRESS_TEXT_MAX];

    if (getifaddrs(&all) != 0) {
        unknown(e, "own addresses", g_strerror(errno));
        g_string_free(own, TRUE);
        return;
    }
    for (a = all; a; a = a->ifa_next) {
        if (strcmp(a->ifa_name, e->interface) != 0 || !address_from_socket(a->ifa_addr, &address))
            continue;
        address_format(&address, text);
        g_string_append_printf(own, "%s%s", own->len ? " " : "", text);
    }
    freeifaddrs(all);
    well(e, "own addresses", own->len ? own->str : "none: a pure mirror port");
    g_string_free(own, TRUE);
}

/* "sed -e 's|...|...|' FILE | nft -f -": our rules with these addresses in them. */
static char *firewall_command(const struct option_list *addresses)
{
    char *found = pipeline_find_rules("firewall.nft");
    char *file = g_canonicalize_filename(found, NULL), *quoted = g_shell_quote(file);
    GString *command = g_string_new("sed");

    for (const char *family = "46"; *family; family++) {
        GString *list = g_string_new(NULL);

        for (uint64_t i = 0; i < addresses->count; i++)
            if ((strchr(addresses->at[i], ':') != NULL) == (*family == '6'))
                g_string_append_printf(list, "%s%s", list->len ? ", " : "", addresses->at[i]);
        if (list->len)
            g_string_append_printf(command,
                                   " -e 's|^define addresses%c = .*|define addresses%c = "
                                   "{ %s }|'",
                                   *family, *family, list->str);
        g_string_free(list, TRUE);
    }
    g_string_append_printf(command, " %s | nft -f -", quoted);
    g_free(quoted);
    g_free(file);
    g_free(found);
    return g_string_free(command, FALSE);
}

static void ill_firewall(struct examination *e, const char *own)
{
    char *state = g_strdup_printf("no nftables table `inet potsherd` for %s", own);
    char *fix = firewall_command(&e->options->addresses);

    ill(e, RANK_WILL_LOSE, "the host's own resets", state,
        "The address is this host's own: its TCP answers every SYN with a reset, which ends what "
        "`answer` begins. Start it with --firewall, or load the rules:",
        fix);
    g_free(fix);
    g_free(state);
}

static void look_at_firewall(struct examination *e)
{
    char text[ADDRESS_TEXT_MAX], state[ADDRESS_TEXT_MAX + 64];

    address_format(&e->own, text);
    if (e->guard == GUARD_MISSING) {
        ill_firewall(e, text);
    } else if (e->guard == GUARD_UNKNOWN) {
        unknown(e, "the host's own resets", e->why.text);
    } else if (e->guard == GUARD_LOADED) {
        g_snprintf(state, sizeof state, "kept in for %s (nftables)", text);
        well(e, "the host's own resets", state);
    } else if (e->options->addresses.count) {
        well(e, "the host's own resets", "none: the host does not have these addresses");
    }
}

/* Of DB-IP, whose lite ones (CC BY 4.0) are had without an account; each month's has another
 * name. */
static const char no_databases[] =
    "Countries and ASes stay empty. Databases in MaxMind's format are looked for in\n"
    "/var/lib/GeoIP, /usr/share/GeoIP and /usr/local/share/GeoIP, or where --geo says. Potsherd\n"
    "never fetches any: with an account of MaxMind's geoipupdate does; without one this gets\n"
    "DB-IP lite (https://db-ip.com/db/lite.php), once a month:";
static const char free_databases[] =
    "mkdir -p /usr/local/share/GeoIP && cd /usr/local/share/GeoIP && for d in country asn; do "
    "curl -fsS https://download.db-ip.com/free/dbip-$d-lite-$(date +%Y-%m).mmdb.gz | "
    "gunzip >dbip-$d-lite.mmdb.new && mv dbip-$d-lite.mmdb.new dbip-$d-lite.mmdb; done";

static void look_at_databases(struct examination *e)
{
    const struct option_list *geo = &e->options->geo;
    struct buf text = {0};
    struct failure why;

    if (!geo_open(geo->at, (unsigned)geo->count, &why))
        ill(e, RANK_WILL_LOSE, "geolocation", why.text, "No command starts with such a --geo.",
            "give files or folders that are there, or --geo none");
    else if (geo_databases())
        geo_describe(&text);
    else if (geo->count == 1 && !strcmp(geo->at[0], "none"))
        buf_append_text(&text, "none, as asked for");
    else
        ill(e, RANK_BETTER, "geolocation", "no databases", no_databases, free_databases);
    if (text.len)
        well(e, "geolocation", buf_string(&text));
    buf_fini(&text);
    geo_close();
}

/* As the kernel knows it from what disciplines it (adjtimex(2)): chrony, ntpd, timesyncd. */
static void look_at_clock(struct examination *e)
{
    struct timex t = {0};
    int result = adjtimex(&t);
    char state[64];

    if (result == -1) {
        unknown(e, "clock", g_strerror(errno));
        return;
    }
    if (result == TIME_ERROR || t.status & STA_UNSYNC) {
        ill(e, RANK_BETTER, "clock", "not synchronised",
            "Times in the records drift away from those of other logs: as evidence they need a "
            "clock that is right.",
            "timedatectl set-ntp true");
        return;
    }
    g_snprintf(state, sizeof state, "synchronised, within %ld ms", t.maxerror / 1000);
    if (t.maxerror < CLOCK_OFF_US)
        well(e, "clock", state);
    else
        ill(e, RANK_BETTER, "clock", state,
            "It has not been set for a while, or by a server that is far away.",
            "chronyc sources, or timedatectl timesync-status, says which");
}

static void look_at_disk(struct examination *e)
{
    struct statvfs fs;
    const char *output = e->options->output;
    char *dir = g_strdup(output), state[96];
    uint64_t left;

    while (statvfs(dir, &fs) != 0 && strcmp(dir, "/") != 0 && strcmp(dir, ".") != 0) {
        char *up = g_path_get_dirname(dir);

        g_free(dir);
        dir = up;
    }
    left = (uint64_t)fs.f_bavail * fs.f_frsize;
    g_snprintf(state, sizeof state, "%.1f GB free for %s", (double)left / 1e9, output);
    if (left >= DISK_LOW_BYTES)
        well(e, "disk", state);
    else
        ill(e, left < DISK_FULL_BYTES ? RANK_WILL_LOSE : RANK_MAY_LOSE, "disk", state,
            "When it is full, records are dropped and counted.",
            "choose another directory with -o DIR, or make room");
    g_free(dir);
}

/* Asked first, since a wrong --address ends all. */
static bool look_up_guard(struct examination *e)
{
    const struct option_list *asked = &e->options->addresses;

    e->guard = answer_is_guarded(asked->at, (unsigned)asked->count, &e->own, &e->why);
    return e->guard != GUARD_BAD_PREFIX;
}

/* The calls of each role; with a star: only with some arguments (base/sandbox.c). */
static void print_calls(enum sandbox_role role)
{
    struct buf calls = {0};
    char **words;
    int column = CALLS_WIDTH;

    sandbox_list(role, &calls);
    words = g_strsplit(buf_string(&calls), " ", -1);
    printf("      the %s may call", sandbox_role_name(role));
    for (char **word = words; *word; word++) {
        int n = (int)strlen(*word) + 1;

        if (column + n > CALLS_WIDTH)
            printf("\n       ");
        column = column + n > CALLS_WIDTH ? n : column + n;
        printf(" %s", *word);
    }
    putchar('\n');
    g_strfreev(words);
    buf_fini(&calls);
}

static void look_at_sandbox(struct examination *e)
{
    struct buf state = {0};

    sandbox_describe(&state);
    if (sandbox_has_landlock())
        well(e, "sandbox", buf_string(&state));
    else
        ill(e, RANK_BETTER, "sandbox", buf_string(&state),
            "Which files the processes may open is left to their user and to seccomp.",
            "add landlock to lsm= on the kernel's command line, or take a newer kernel");
    buf_fini(&state);
}

static void look_at_all(struct examination *e)
{
    look_at_link(e);
    look_at_mtu(e);
    look_at_promiscuous_mode(e);
    look_at_offloads(e);
    look_at_ring(e);
    look_at_filter_room(e);
    look_at_addresses(e);
    look_at_firewall(e);
    look_at_databases(e);
    look_at_clock(e);
    look_at_disk(e);
    look_at_sandbox(e);
}

static void print(const struct examination *e)
{
    if (e->options->json) {
        findings_print_json(&e->found);
        return;
    }
    findings_print(&e->found);
    for (int role = 0; e->options->verbose && role < SANDBOX_ROLES; role++)
        print_calls(role);
    findings_print_sum(&e->found);
}

int command_doctor(const struct options *options)
{
    struct examination e = {.options = options, .interface = options->interface};
    int code;

    if (!e.interface)
        return usage_error_interface(command_find("doctor"), "look at");
    if (!look_up_guard(&e))
        return usage_error(command_find("doctor"), "--address %s", e.why.text);
    e.socket = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (e.socket < 0 || !if_nametoindex(e.interface)) {
        interface_is_missing(e.interface, &e.why);
        log_warn("%s", e.why.text);
        if (e.socket >= 0)
            close(e.socket);
        return 1;
    }
    findings_init(&e.found, e.interface);
    look_at_all(&e);
    close(e.socket);
    print(&e);
    code = findings_exit_code(&e.found);
    findings_fini(&e.found);
    return code;
}
