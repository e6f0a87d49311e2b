/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The walk through a frame's headers, for the readers in decap_*.c.
 *
 * Each reader takes one header off the front and says which comes next; decap.c calls the
 * reader of that.  So a reader needs to know no other's file, though links carry IP, IP carries
 * tunnels, and tunnels carry links.  Pure.
 */
#ifndef POTSHERD_PACKET_WALK_H
#define POTSHERD_PACKET_WALK_H

#include "base/cursor.h"
#include "potsherd/decap.h"

enum header {
    HEADER_NONE, /* arrived */
    HEADER_ETHERNET,
    HEADER_IP,
    HEADER_IP4,
    HEADER_IP6,
    HEADER_PAYLOAD, /* of an IP packet, joined from fragments */
    HEADER_LOOPBACK,
    HEADER_COOKED_V1,
    HEADER_COOKED_V2,
    HEADER_PPP,
    HEADER_HDLC,
    HEADER_PPPOE,
    HEADER_MPLS,
    HEADER_GRE,
    HEADER_ERSPAN,
    HEADER_VXLAN,
    HEADER_VXLAN_GPE,
    HEADER_GENEVE,
    HEADER_GTPU,
    HEADER_L2TP,
    HEADER_TZSP,
    HEADER_TEREDO,
    HEADER_GUE,
    HEADER_LISP,
    HEADER_NSH,
    HEADER_TRILL,
    HEADER_ITAG,
    HEADER_NFLOG,
    HEADER_PFLOG,
    HEADER_ETHERIP,
    HEADER_WCCP,
};

struct walk {
    struct cursor c; /* captured bytes of the header at hand and all after it */
    size_t missing;  /* bytes that followed on the wire and were not captured */
    enum header next;
    bool in_tunnel;       /* after the first header that is no plain link layer */
    struct datagram *out; /* filled by the last IP header */
};

enum ethertype {
    ETHERTYPE_IPV4 = 0x0800,
    ETHERTYPE_ARP = 0x0806,
    ETHERTYPE_ERSPAN3 = 0x22eb,
    ETHERTYPE_TRILL = 0x22f3,
    ETHERTYPE_ETHERNET = 0x6558, /* transparent Ethernet bridging */
    ETHERTYPE_VLAN = 0x8100,
    ETHERTYPE_IPV6 = 0x86dd,
    ETHERTYPE_PPP = 0x880b,
    ETHERTYPE_WCCP = 0x883e,
    ETHERTYPE_MPLS = 0x8847,
    ETHERTYPE_MPLS_UPSTREAM = 0x8848,
    ETHERTYPE_PPPOE = 0x8864,
    ETHERTYPE_QINQ = 0x88a8,
    ETHERTYPE_ERSPAN = 0x88be,
    ETHERTYPE_MACSEC = 0x88e5,
    ETHERTYPE_ITAG = 0x88e7,
    ETHERTYPE_CMD = 0x8909, /* Cisco MetaData */
    ETHERTYPE_VNTAG = 0x8926,
    ETHERTYPE_HSR = 0x892f,
    ETHERTYPE_ETAG = 0x893f,
    ETHERTYPE_NSH = 0x894f,
    ETHERTYPE_QINQ_OLD = 0x9100,
};

enum ip_protocol {
    PROTOCOL_HOP_BY_HOP = 0,
    PROTOCOL_IPV4 = 4,
    PROTOCOL_TCP = 6,
    PROTOCOL_UDP = 17,
    PROTOCOL_IPV6 = 41,
    PROTOCOL_ROUTING = 43,
    PROTOCOL_FRAGMENT = 44,
    PROTOCOL_GRE = 47,
    PROTOCOL_AH = 51,
    PROTOCOL_NONE = 59,
    PROTOCOL_DESTINATION = 60,
    PROTOCOL_ETHERIP = 97,
    PROTOCOL_MOBILITY = 135,
    PROTOCOL_MPLS = 137,
    PROTOCOL_HIP = 139,
    PROTOCOL_SHIM6 = 140,
};

static inline size_t walk_wire_left(const struct walk *w)
{
    return w->c.left + w->missing;
}

/* A length field says that n bytes belong to the packet at hand: what is beyond
 * is padding, what is short of it was not captured. */
static inline void walk_limit(struct walk *w, size_t n)
{
    if (w->c.left >= n) {
        w->c.left = n;
        w->missing = 0;
    } else {
        w->missing = n - w->c.left;
    }
}

/* The header is read: on to the next, if it was all there. */
static inline enum decap_reason walk_follow(struct walk *w, enum header next)
{
    if (w->c.failed)
        return w->in_tunnel ? DECAP_TUNNEL_CUT : DECAP_LINK_CUT;
    w->next = next;
    return DECAP_OK;
}

static inline enum decap_reason walk_enter_tunnel(struct walk *w, enum header next)
{
    w->in_tunnel = true;
    return walk_follow(w, next);
}

static inline enum decap_reason walk_unknown(const struct walk *w)
{
    if (w->c.failed)
        return w->in_tunnel ? DECAP_TUNNEL_CUT : DECAP_LINK_CUT;
    return w->in_tunnel ? DECAP_TUNNEL_UNKNOWN : DECAP_NOT_IP;
}

/* The way ends at the IP packet whose header was read last. */
static inline enum decap_reason walk_arrive(struct walk *w)
{
    w->out->payload = w->c.at;
    w->out->caplen = (uint32_t)w->c.left;
    w->out->wire_len = (uint32_t)walk_wire_left(w);
    w->next = HEADER_NONE;
    return DECAP_OK;
}

/* --- decap_link.c --- */

enum header link_header(int link_type); /* HEADER_NONE: not supported */
bool link_is_vlan(uint16_t type);
/* What an EtherType announces, VLAN tags skipped. */
enum decap_reason link_follow_type(struct walk *w, uint16_t type);
enum decap_reason read_ethernet(struct walk *w);
enum decap_reason read_loopback(struct walk *w);
enum decap_reason read_cooked_v1(struct walk *w);
enum decap_reason read_cooked_v2(struct walk *w);
enum decap_reason read_ppp(struct walk *w);
enum decap_reason read_hdlc(struct walk *w);
enum decap_reason read_nflog(struct walk *w);
enum decap_reason read_pflog(struct walk *w);

/* --- decap_ip.c --- */

enum decap_reason read_ip(struct walk *w);
enum decap_reason read_ip4(struct walk *w);
enum decap_reason read_ip6(struct walk *w);
enum decap_reason read_payload(struct walk *w);

/* --- decap_tunnel.c --- */

enum decap_reason read_pppoe(struct walk *w);
enum decap_reason read_mpls(struct walk *w);
enum decap_reason read_gre(struct walk *w);
enum decap_reason read_erspan(struct walk *w);
enum decap_reason read_etherip(struct walk *w);
enum decap_reason read_wccp(struct walk *w);
enum decap_reason read_nsh(struct walk *w);
enum decap_reason read_trill(struct walk *w);
enum decap_reason read_itag(struct walk *w);
/* What a GRE or GENEVE header announces: EtherTypes, and what has none. */
enum decap_reason tunnel_follow_type(struct walk *w, uint16_t type);
/* Whether an Ethernet header with a type that we follow, or an IP header of a packet that fits,
 * may stand here. */
bool looks_like_ethernet(struct cursor c);
bool looks_like_ip(struct cursor c, size_t on_wire);

/* --- decap_udp.c --- */

enum decap_reason read_vxlan(struct walk *w);
enum decap_reason read_vxlan_gpe(struct walk *w);
enum decap_reason read_geneve(struct walk *w);
enum decap_reason read_gtpu(struct walk *w);
enum decap_reason read_l2tp(struct walk *w);
enum decap_reason read_tzsp(struct walk *w);
enum decap_reason read_teredo(struct walk *w);
enum decap_reason read_gue(struct walk *w);
enum decap_reason read_lisp(struct walk *w);
/* Enters a tunnel over UDP, or ends at the datagram. */
enum decap_reason read_udp(struct walk *w);

#endif
