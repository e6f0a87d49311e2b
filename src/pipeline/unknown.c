/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "potsherd/unknown.h"

#include <glib.h>
#include <inttypes.h>
#include <netinet/in.h>

#define SHOWN 6

enum space { FREE, ETHERTYPE, IP_PROTOCOL, UDP_PORT };

static void count(struct unknown_packets *u, unsigned space, uint16_t number, uint64_t n)
{
    unsigned at = number * 2654435761u >> 24;

    for (unsigned i = 0; i < UNKNOWN_PROBES; i++) {
        struct unknown_kind *k = &u->kinds[(at + i) % UNKNOWN_PLACES];

        if (k->space && (k->space != space || k->number != number))
            continue;
        k->space = (uint8_t)space;
        k->number = number;
        k->count += n;
        return;
    }
    u->others += n;
}

/* The smaller port: servers have those. */
static uint16_t udp_port(const struct datagram *d)
{
    uint16_t source = (uint16_t)(d->payload[0] << 8 | d->payload[1]);
    uint16_t destination = (uint16_t)(d->payload[2] << 8 | d->payload[3]);

    return MIN(source, destination);
}

void unknown_note(struct unknown_packets *u, const struct datagram *d, enum decap_reason reason)
{
    if (reason != DECAP_OK) {
        if ((reason == DECAP_NOT_IP || reason == DECAP_TUNNEL_UNKNOWN) && d->ethertype)
            count(u, ETHERTYPE, d->ethertype, 1);
    } else if (d->protocol == IPPROTO_UDP && !d->fragment && d->caplen >= 4) {
        count(u, UDP_PORT, udp_port(d), 1);
    } else if (d->protocol != IPPROTO_TCP) {
        count(u, IP_PROTOCOL, d->protocol, 1);
    }
}

void unknown_add(struct unknown_packets *to, const struct unknown_packets *more)
{
    for (unsigned i = 0; i < UNKNOWN_PLACES; i++) {
        const struct unknown_kind *k = &more->kinds[i];

        if (k->space && k->space <= UDP_PORT) /* a job's memory: it may be anything */
            count(to, k->space, k->number, k->count);
    }
    to->others += more->others;
}

static int by_count(const void *a, const void *b)
{
    const struct unknown_kind *x = *(const struct unknown_kind *const *)a,
                              *y = *(const struct unknown_kind *const *)b;

    if (x->count != y->count)
        return x->count < y->count ? 1 : -1;
    return x->space != y->space ? x->space - y->space : x->number - y->number;
}

void unknown_describe(const struct unknown_packets *u, struct buf *out)
{
    static const char *const names[] = {
        [ETHERTYPE] = "EtherType",
        [IP_PROTOCOL] = "IP protocol",
        [UDP_PORT] = "UDP port",
    };
    const struct unknown_kind *found[UNKNOWN_PLACES] = {NULL};
    uint64_t others = u->others;
    unsigned n = 0;
    char text[64];

    for (unsigned i = 0; i < UNKNOWN_PLACES; i++)
        if (u->kinds[i].space)
            found[n++] = &u->kinds[i];
    qsort(found, n, sizeof *found, by_count);
    for (unsigned i = 0; i < n; i++) {
        if (i >= SHOWN) {
            others += found[i]->count;
            continue;
        }
        g_snprintf(text, sizeof text,
                   found[i]->space == ETHERTYPE ? "%s%" PRIu64 " %s 0x%04x" : "%s%" PRIu64 " %s %u",
                   i ? ", " : "", found[i]->count, names[found[i]->space], found[i]->number);
        buf_append_text(out, text);
    }
    if (others) {
        g_snprintf(text, sizeof text, ", %" PRIu64 " others", others);
        buf_append_text(out, text);
    }
}
