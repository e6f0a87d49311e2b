/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * libnet builds from the last header to the first, each under a protocol tag; a header that
 * is built again under its tag is overwritten in place.  Its contexts of type LIBNET_NONE
 * have no socket; what it calls a cull of the packet refuses them, so the bytes come from
 * libnet_pblock_coalesce, which also computes the checksums left 0.
 *
 * A checksum covers the length that a header had when its tag was made, corrected for its own
 * payload only, not for its options: so a context is cleared when the length of what stands
 * beside the TCP header changes.  Segments with and without options have a context each.
 */
#include "potsherd/build.h"

#include <libnet.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"

#define TTL          64
#define ND_HOPS      255 /* RFC 4861 section 7.1.2 */
#define MAC_BYTES    6
#define ARP_BYTES    28
#define ND_BYTES     32
#define ADVERT_FLAGS (ND_NA_FLAG_SOLICITED | ND_NA_FLAG_OVERRIDE)
#define OPTIONS_MAX  40

struct context { /* frames of one shape */
    libnet_t *net;
    libnet_ptag_t options, tcp, ip, link; /* 0: not built yet */
    size_t options_n, link_n;             /* bytes, of the frame built last */
};

struct builder {
    struct context tcp[2][2]; /* IPv4, IPv6; without options, with */
    libnet_t *neighbor;
};

static libnet_t *open_context(void)
{
    char error[LIBNET_ERRBUF_SIZE] = "";
    libnet_t *net = libnet_init(LIBNET_NONE, NULL, error);

    if (!net)
        log_panic("libnet: %s", error);
    return net;
}

struct builder *builder_new(void)
{
    struct builder *b = MEM_NEW(struct builder);

    for (int i = 0; i < 4; i++)
        b->tcp[i / 2][i % 2].net = open_context();
    b->neighbor = open_context();
    return b;
}

void builder_free(struct builder *b)
{
    if (!b)
        return;
    for (int i = 0; i < 4; i++)
        libnet_destroy(b->tcp[i / 2][i % 2].net);
    libnet_destroy(b->neighbor);
    mem_free(b);
}

/* Only a mistake of ours, or the end of memory, makes a builder fail. */
static libnet_ptag_t built(libnet_t *net, libnet_ptag_t tag)
{
    if (tag < 0)
        log_panic("libnet: %s", libnet_geterror(net));
    return tag;
}

static void take_bytes(libnet_t *net, const struct link *link, struct built_frame *out)
{
    uint8_t *bytes = NULL;
    uint32_t n = 0;

    if (libnet_pblock_coalesce(net, &bytes, &n) < 0)
        log_panic("libnet: %s", libnet_geterror(net));
    if (n > sizeof out->bytes)
        log_panic("a frame of %u bytes", n);
    out->link_type = link->link_type;
    out->n = n;
    memcpy(out->bytes, bytes, n);
    free(bytes);
}

/* --- headers --- */

/* VLAN tags and the type after them are the payload of a header with the first tag's type. */
static libnet_ptag_t put_link(libnet_t *net, const struct link *link, libnet_ptag_t tag)
{
    const uint8_t *at = link->bytes;

    if (!link->n)
        return 0;
    return built(net,
                 libnet_build_ethernet(at, at + MAC_BYTES, (uint16_t)(at[12] << 8 | at[13]),
                                       link->n > 14 ? at + 14 : NULL, link->n - 14u, net, tag));
}

static uint32_t ipv4_of(const struct address *address)
{
    uint32_t value;

    memcpy(&value, address->bytes, sizeof value);
    return value;
}

static struct libnet_in6_addr ipv6_of(const struct address *address)
{
    struct libnet_in6_addr value;

    memcpy(&value, address->bytes, sizeof value);
    return value;
}

/* RFC 791 section 3.1: no options, not to be fragmented, so no identification
 * either (RFC 6864). */
static libnet_ptag_t put_ipv4(libnet_t *net, const struct segment *s, size_t n, libnet_ptag_t tag)
{
    return built(net,
                 libnet_build_ipv4((uint16_t)(LIBNET_IPV4_H + n), 0, 0, IP_DF, TTL, IPPROTO_TCP, 0,
                                   ipv4_of(&s->src), ipv4_of(&s->dst), NULL, 0, net, tag));
}

/* RFC 8200 section 3. */
static libnet_ptag_t put_ipv6(libnet_t *net, const struct address *src, const struct address *dst,
                              uint8_t protocol, size_t n, uint8_t hops, libnet_ptag_t tag)
{
    return built(net, libnet_build_ipv6(0, 0, (uint16_t)n, protocol, hops, ipv6_of(src),
                                        ipv6_of(dst), NULL, 0, net, tag));
}

/* --- TCP: RFC 9293 section 3.1 --- */

static void reset(struct context *c, size_t options_n, size_t link_n)
{
    if (c->options_n == options_n && c->link_n == link_n)
        return;
    libnet_clear_packet(c->net);
    *c = (struct context){.net = c->net, .options_n = options_n, .link_n = link_n};
}

static void put_options(struct context *c, const struct segment *s)
{
    uint8_t options[OPTIONS_MAX] = {0};

    if (!c->options_n)
        return;
    memcpy(options, s->options, s->options_caplen);
    c->options = built(
        c->net, libnet_build_tcp_options(options, (uint32_t)c->options_n, c->net, c->options));
}

void build_tcp(struct builder *b, const struct link *link, const struct segment *s,
               struct built_frame *out)
{
    size_t options_n = (s->options_caplen + 3u) & ~3u;
    size_t n = LIBNET_TCP_H + options_n + s->caplen;
    struct context *c = &b->tcp[s->src.family == 6][options_n != 0];

    reset(c, options_n, link->n);
    put_options(c, s);
    c->tcp = built(c->net, libnet_build_tcp(s->src_port, s->dst_port, s->seq, s->ack, s->flags,
                                            s->window, 0, s->urgent, (uint16_t)n,
                                            s->caplen ? s->data : NULL, s->caplen, c->net, c->tcp));
    c->ip = s->src.family == 4 ? put_ipv4(c->net, s, n, c->ip)
                               : put_ipv6(c->net, &s->src, &s->dst, IPPROTO_TCP, n, TTL, c->ip);
    c->link = put_link(c->net, link, c->link);
    take_bytes(c->net, link, out);
}

/* --- address resolution: rare, so nothing is kept --- */

void build_arp_reply(struct builder *b, const struct link *link, const uint8_t mac[6],
                     const struct address *us, const uint8_t peer_mac[6],
                     const struct address *peer, struct built_frame *out)
{
    libnet_t *net = b->neighbor;

    libnet_clear_packet(net);
    built(net, libnet_build_arp(ARPHRD_ETHER, FRAME_ETHER_IPV4, MAC_BYTES, 4, ARPOP_REPLY, mac,
                                us->bytes, peer_mac, peer->bytes, NULL, 0, net, 0));
    put_link(net, link, 0);
    take_bytes(net, link, out);
    memcpy(out->bytes + MAC_BYTES, mac,
           MAC_BYTES); /* the question went to the broadcast or a group address */
}

void build_advertisement(struct builder *b, const struct link *link, const uint8_t mac[6],
                         const struct address *us, const struct address *peer,
                         struct built_frame *out)
{
    libnet_t *net = b->neighbor;
    uint8_t option[MAC_BYTES];

    memcpy(option, mac, MAC_BYTES);
    libnet_clear_packet(net);
    built(net, libnet_build_icmpv6_ndp_opt(ND_OPT_TARGET_LINKADDR, option, sizeof option, net, 0));
    built(net, libnet_build_icmpv6_ndp_nadv(ND_NEIGHBOR_ADVERT, 0, 0, ADVERT_FLAGS, ipv6_of(us),
                                            NULL, 0, net, 0));
    put_ipv6(net, us, peer, IPPROTO_ICMPV6, ND_BYTES, ND_HOPS, 0);
    put_link(net, link, 0);
    take_bytes(net, link, out);
    memcpy(out->bytes + MAC_BYTES, mac, MAC_BYTES);
}
