/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The ports as a filter.
 *
 * `vlan`, `mpls` and `pppoes` of pcap-filter(7) shift whatever stands after them in
 * the expression, so alternatives cannot be written with them.  Here the places of
 * the headers are counted from the start of the frame instead, which also is right
 * whether the kernel has taken the outer tag off a live frame or not: without it the
 * frame is one with a tag less.
 *
 * A load beyond the frame ends the whole program with "no", so what may stand in
 * short frames is asked for before what stands further in.
 */
#include <glib.h>
#include <string.h>

#include "potsherd/ports.h"

#define RANGES_MAX    32768 /* every other port */
#define INSTRUCTIONS  1800  /* of the kernel's 4096: far jumps double them */
#define ETHERNET_TYPE 12    /* where it stands in a frame */
#define TAG           4     /* bytes of a VLAN tag, and of an MPLS label */
#define TAGS_MAX      2
#define LABELS_MAX    2

/* How often the ports are asked for, and with that how long the program is. */
enum detail {
    PORTS_EVERYWHERE,
    PORTS_BEHIND_TAGS, /* MPLS and PPPoE whole */
    PORTS_PLAIN,       /* tagged frames whole, too; nothing in it depends on the link */
    PORTS_NOWHERE,     /* all of TCP */
};

/* One of these stands in the expression for each time that a port is looked at: for
 * each version of IP, source and destination. */
static const unsigned looks[] = {
    [PORTS_EVERYWHERE] = 4 * (1 + TAGS_MAX + 2 * (1 + LABELS_MAX)),
    [PORTS_BEHIND_TAGS] = 4 * (1 + TAGS_MAX),
    [PORTS_PLAIN] = 4,
};

struct port_range {
    uint16_t first, last;
};

struct maker {
    GString *text;
    enum detail detail;
    struct port_range *ranges;
    unsigned range_count;
};

/* Where an IP header is: "ip" at 0, or "link" at so many bytes. */
struct place {
    const char *base;
    unsigned at;
};

static void list_ranges(struct maker *m, const struct port_rules *rules)
{
    m->ranges = g_new(struct port_range, RANGES_MAX);
    for (unsigned port = 1; port < 65536; port++) {
        if (!ports_module(rules, (uint16_t)port))
            continue;
        if (m->range_count && m->ranges[m->range_count - 1].last == port - 1)
            m->ranges[m->range_count - 1].last = (uint16_t)port;
        else
            m->ranges[m->range_count++] = (struct port_range){(uint16_t)port, (uint16_t)port};
    }
}

static void choose_detail(struct maker *m)
{
    unsigned instructions = 0; /* for one look */

    for (unsigned i = 0; i < m->range_count; i++)
        instructions += m->ranges[i].first == m->ranges[i].last ? 1 : 2;
    while (m->detail < PORTS_NOWHERE && instructions * looks[m->detail] > INSTRUCTIONS)
        m->detail++;
}

static void say(struct maker *m, const char *format, ...) G_GNUC_PRINTF(2, 3);
static void say(struct maker *m, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    g_string_append_vprintf(m->text, format, args);
    va_end(args);
}

/* The 16 bits at `where` are one of the ports. */
static void say_port(struct maker *m, const char *where)
{
    for (unsigned i = 0; i < m->range_count; i++) {
        const struct port_range *r = &m->ranges[i];

        say(m, "%s", i ? " or " : "");
        if (r->first == r->last)
            say(m, "%s = %u", where, r->first);
        else
            say(m, "(%s >= %u and %s <= %u)", where, r->first, where, r->last);
    }
}

/* TCP of these ports, whose header begins at `from`: an expression. */
static void say_tcp(struct maker *m, const char *base, const char *from)
{
    char src[64], dst[64];

    if (m->detail == PORTS_NOWHERE) {
        say(m, "%s[0] >= 0", base);
        return;
    }
    g_snprintf(src, sizeof src, "%s[%s : 2]", base, from);
    g_snprintf(dst, sizeof dst, "%s[%s + 2 : 2]", base, from);
    say_port(m, dst);
    say(m, " or ");
    say_port(m, src);
}

static void say_one_of(struct maker *m, const char *where, const unsigned *values, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        say(m, "%s%s = %u", i ? " or " : "", where, values[i]);
}

/* What an IP packet carries, if that is for us: the transport, or a tunnel. */
static void say_payload(struct maker *m, const struct place *p, const char *protocol,
                        const char *from)
{
    static const unsigned tunnels[] = {4, 41, 47, 51, 97, 137},
                          udp[] = {4789, 8472, 6081, 4790, 2152, 1701, 3544, 6080, 4341, 37008};
    char port[64];

    say(m, "(%s = 6 and (", protocol);
    say_tcp(m, p->base, from);
    say(m, ")) or ");
    say_one_of(m, protocol, tunnels, G_N_ELEMENTS(tunnels));
    g_snprintf(port, sizeof port, "%s[%s + 2 : 2]", p->base, from);
    say(m, " or (%s = 17 and (", protocol);
    say_one_of(m, port, udp, G_N_ELEMENTS(udp));
    g_snprintf(port, sizeof port, "%s[%s : 2]", p->base, from); /* of servers */
    say(m, " or %s = 3544 or %s = 1701", port, port);
    say(m, " or %s[%s + 8 : 4] = 0x08000000))", p->base, from); /* VXLAN, on any port */
}

static void say_ip4(struct maker *m, const char *base, unsigned at)
{
    const struct place p = {base, at};
    char protocol[32], from[64];

    g_snprintf(protocol, sizeof protocol, "%s[%u]", base, at + 9);
    g_snprintf(from, sizeof from, "((%s[%u] & 15) << 2) + %u", base, at, at);
    say(m, "(%s[%u : 2] & 0x1fff != 0 or ", base, at + 6);
    say_payload(m, &p, protocol, from);
    say(m, ")");
}

static void say_ip6(struct maker *m, const char *base, unsigned at)
{
    static const unsigned extensions[] = {0, 43, 44, 60, 135, 139, 140};
    const struct place p = {base, at};
    char protocol[32], from[16];

    g_snprintf(protocol, sizeof protocol, "%s[%u]", base, at + 6);
    g_snprintf(from, sizeof from, "%u", at + 40);
    say(m, "(");
    say_payload(m, &p, protocol, from);
    say(m, " or ");
    say_one_of(m, protocol, extensions, G_N_ELEMENTS(extensions));
    say(m, ")");
}

/* PPPoE, whose header begins at `at`: a session, and IP where it usually stands.
 * What else there is (a protocol in one byte, MPLS) is let through. */
static void say_pppoe(struct maker *m, unsigned at)
{
    const unsigned type = at + 6, ip = at + 8;

    say(m, "(link[%u : 2] = 0x1100 and ((link[%u : 2] = 0x21 and ", at, type);
    say_ip4(m, "link", ip);
    say(m, ") or (link[%u : 2] = 0x57 and ", type);
    say_ip6(m, "link", ip);
    say(m, ") or (link[%u : 2] != 0x21 and link[%u : 2] != 0x57)))", type, type);
}

/* After the last label, where nothing says what follows: IP by its first
 * half-byte, unless Ethernet may stand there (decap.c); all else is let through. */
static void say_behind_labels(struct maker *m, unsigned at)
{
    static const unsigned types[] = {0x8100, 0x88a8, 0x9100, 0x0800,
                                     0x86dd, 0x0806, 0x8847, 0x8864};
    char type[32];

    g_snprintf(type, sizeof type, "link[%u : 2]", at + ETHERNET_TYPE);
    say(m, "(");
    say_one_of(m, type, types, G_N_ELEMENTS(types));
    say(m, " or (link[%u] & 0xf0 = 0x40 and ", at);
    say_ip4(m, "link", at);
    say(m, ") or (link[%u] & 0xf0 = 0x60 and ", at);
    say_ip6(m, "link", at);
    say(m, ") or (link[%u] & 0xf0 != 0x40 and link[%u] & 0xf0 != 0x60))", at, at);
}

static void say_mpls(struct maker *m, unsigned at, unsigned labels)
{
    const unsigned bottom = at + 2;

    say(m, "((link[%u] & 1 = 1 and ", bottom);
    say_behind_labels(m, at + TAG);
    say(m, ") or (link[%u] & 1 = 0", bottom);
    if (labels < LABELS_MAX) {
        say(m, " and ");
        say_mpls(m, at + TAG, labels + 1);
    }
    say(m, "))");
}

/* Tags and headers that are not looked into: let through. */
static const unsigned opaque_types[] = {0x22f3, 0x88e5, 0x88e7, 0x8909,
                                        0x8926, 0x892f, 0x893f, 0x894f};

static void say_carriers(struct maker *m, unsigned at, unsigned tags)
{
    const bool look_in = m->detail == PORTS_EVERYWHERE && tags < TAGS_MAX;
    char where[32];

    if (m->detail >= PORTS_PLAIN) {
        say(m, "ether proto 0x8847 or ether proto 0x8848 or ether proto 0x8864");
        for (unsigned i = 0; i < G_N_ELEMENTS(opaque_types); i++)
            say(m, " or ether proto 0x%x", opaque_types[i]);
        return;
    }
    g_snprintf(where, sizeof where, "link[%u : 2]", at);
    say_one_of(m, where, opaque_types, G_N_ELEMENTS(opaque_types));
    say(m, " or ");
    say(m, "((link[%u : 2] = 0x8847 or link[%u : 2] = 0x8848)", at, at);
    if (look_in) {
        say(m, " and ");
        say_mpls(m, at + 2, 1);
    }
    say(m, ") or (link[%u : 2] = 0x8864", at);
    if (look_in) {
        say(m, " and ");
        say_pppoe(m, at + 2);
    }
    say(m, ")");
}

/* A VLAN tag at `at`, and what follows it. */
static void say_tagged(struct maker *m, unsigned at, unsigned tags)
{
    const unsigned type = at + TAG;

    if (m->detail >= PORTS_PLAIN) {
        say(m, "ether proto 0x8100 or ether proto 0x88a8 or ether proto 0x9100");
        return;
    }
    say(m, "((link[%u : 2] = 0x8100 or link[%u : 2] = 0x88a8 or link[%u : 2] = 0x9100)", at, at,
        at);
    if (tags <= TAGS_MAX) {
        say(m, " and ((link[%u : 2] = 0x0800 and ", type);
        say_ip4(m, "link", type + 2);
        say(m, ") or (link[%u : 2] = 0x86dd and ", type);
        say_ip6(m, "link", type + 2);
        say(m, ") or ");
        say_carriers(m, type, tags);
        say(m, " or (link[%u : 2] <= 1500 and link[%u : 4] = 0xaaaa0300) or ", type, type + 2);
        say_tagged(m, type, tags + 1);
        say(m, ")");
    }
    say(m, ")");
}

static void say_snap(struct maker *m)
{
    if (m->detail >= PORTS_PLAIN)
        say(m, "ether proto 0xaa");
    else
        say(m, "(link[%u : 2] <= 1500 and link[14 : 4] = 0xaaaa0300)", ETHERNET_TYPE);
}

char *ports_filter(const struct port_rules *rules, unsigned coarser)
{
    struct maker m = {.text = g_string_new(NULL)};

    list_ranges(&m, rules);
    if (!m.range_count) /* nothing is abused: nothing is asked for */
        m.detail = PORTS_NOWHERE;
    choose_detail(&m);
    m.detail += coarser;
    if (m.detail > PORTS_NOWHERE) {
        g_free(m.ranges);
        g_string_free(m.text, TRUE);
        return NULL;
    }
    say(&m, "(ip and ");
    say_ip4(&m, "ip", 0);
    say(&m, ") or (ip6 and ");
    say_ip6(&m, "ip6", 0);
    say(&m, ") or ");
    say_tagged(&m, ETHERNET_TYPE, 1);
    say(&m, " or ");
    say_carriers(&m, ETHERNET_TYPE, 0);
    say(&m, " or ");
    say_snap(&m);
    g_free(m.ranges);
    return g_string_free(m.text, FALSE);
}
