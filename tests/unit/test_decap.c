/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Packets are built from the inside out, as they were on their way: data first,
 * then each header in front of it.  Every frame stands at the end of a page
 * behind which nothing is mapped, so reading one byte too far ends the test.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <sys/mman.h>
#include <unistd.h>

#include "potsherd/decap.h"

#define DATA     "EHLO mx.example\r\n"
#define DATA_N   (sizeof DATA - 1)
#define PACKET_N 4096

struct packet {
    uint8_t bytes[PACKET_N];
    size_t at; /* the first byte that is in use */
};

static size_t packet_n(const struct packet *p)
{
    return PACKET_N - p->at;
}

static uint8_t *front(struct packet *p, size_t n)
{
    assert_true(p->at >= n);
    p->at -= n;
    memset(p->bytes + p->at, 0, n);
    return p->bytes + p->at;
}

static void put16(uint8_t *at, size_t v)
{
    at[0] = (uint8_t)(v >> 8);
    at[1] = (uint8_t)v;
}

static void put32(uint8_t *at, uint32_t v)
{
    put16(at, v >> 16);
    put16(at + 2, v & 0xffff);
}

static void raw(struct packet *p, const void *bytes, size_t n)
{
    memcpy(front(p, n), bytes, n);
}
#define RAW(p, text) raw(p, text, sizeof(text) - 1)

static uint16_t sum16(const uint8_t *b, size_t n, uint32_t sum)
{
    for (size_t i = 0; i + 1 < n; i += 2)
        sum += (uint32_t)(b[i] << 8 | b[i + 1]);
    if (n & 1)
        sum += (uint32_t)b[n - 1] << 8;
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~sum;
}

static void start(struct packet *p)
{
    p->at = PACKET_N;
}

static void tcp(struct packet *p) /* 12 bytes of options */
{
    uint8_t *h;

    RAW(p, DATA);
    h = front(p, 32);
    put16(h, 40000);
    put16(h + 2, 25);
    put32(h + 4, 0x01020304);
    put32(h + 8, 0x05060708);
    h[12] = 8 << 4;
    h[13] = TCP_ACK | TCP_PSH;
    put16(h + 14, 1000);
    put16(h + 18, 7);
    memcpy(h + 20, "\1\1\x08\x0a\0\0\0\1\0\0\0\2", 12);
}

static void ip4(struct packet *p, uint8_t protocol)
{
    size_t n = packet_n(p);
    uint8_t *h = front(p, 24); /* with an option */

    h[0] = 0x46;
    put16(h + 2, n + 24);
    put16(h + 4, 0x1234);
    h[8] = 64;
    h[9] = protocol;
    memcpy(h + 12, "\xc0\0\2\1\xc6\x33\x64\2\1\1\1", 12);
    put16(h + 10, sum16(h, 24, 0));
}

static void ip6(struct packet *p, uint8_t next)
{
    size_t n = packet_n(p);
    uint8_t *h = front(p, 40);

    h[0] = 0x60;
    put16(h + 4, n);
    h[6] = next;
    h[7] = 64;
    memcpy(h + 8, "\x20\1\xd\xb8\0\0\0\0\0\0\0\0\0\0\0\1", 16);
    memcpy(h + 24, "\x20\1\xd\xb8\0\0\0\0\0\0\0\0\0\0\0\2", 16);
}

static void ethernet(struct packet *p, uint16_t type)
{
    put16(front(p, 2), type);
    RAW(p, "\x02\0\0\0\0\1\x02\0\0\0\0\2");
}

static void udp(struct packet *p, uint16_t port)
{
    size_t n = packet_n(p);
    uint8_t *h = front(p, 8);

    put16(h, 50000);
    put16(h + 2, port);
    put16(h + 4, n + 8);
}

static void tcp4(struct packet *p)
{
    tcp(p);
    ip4(p, 6);
}

static void frame4(struct packet *p)
{
    tcp4(p);
    ethernet(p, 0x0800);
}

static void pppoe(struct packet *p)
{
    size_t n = packet_n(p);
    uint8_t *h = front(p, 6);

    h[0] = 0x11;
    put16(h + 4, n);
}

/* Link layers */

static void make_ethernet(struct packet *p)
{
    frame4(p);
}

static void make_ethernet_ip6(struct packet *p)
{
    tcp(p);
    ip6(p, 6);
    ethernet(p, 0x86dd);
}

static void make_vlan(struct packet *p)
{
    tcp4(p);
    RAW(p, "\0\1\x08\0");
    ethernet(p, 0x8100);
}

static void make_vlans(struct packet *p)
{
    tcp4(p);
    RAW(p, "\0\2\x81\0\0\3\x81\0\0\4\x91\0\0\5\x81\0\0\1\x08\0");
    ethernet(p, 0x88a8);
}

static void make_snap(struct packet *p)
{
    tcp4(p);
    RAW(p, "\xaa\xaa\3\0\0\0\x08\0");
    ethernet(p, (uint16_t)packet_n(p));
}

static void make_raw4(struct packet *p)
{
    tcp4(p);
}

static void make_raw6(struct packet *p)
{
    tcp(p);
    ip6(p, 6);
}

static void make_null_le(struct packet *p)
{
    tcp4(p);
    RAW(p, "\2\0\0\0");
}

static void make_null_be(struct packet *p)
{
    make_raw6(p);
    RAW(p, "\0\0\0\x1c");
}

static void make_cooked1(struct packet *p)
{
    tcp4(p);
    RAW(p, "\0\0\0\1\0\6\2\0\0\0\0\1\0\0\x08\0");
}

static void make_cooked1_vlan(struct packet *p)
{
    tcp4(p);
    RAW(p, "\0\0\0\1\0\6\2\0\0\0\0\1\0\0\x81\0\0\7\x08\0");
}

static void make_cooked2(struct packet *p)
{
    make_raw6(p);
    RAW(p, "\x86\xdd\0\0\0\0\0\3\0\1\0\6\2\0\0\0\0\1\0\0");
}

static void make_ppp(struct packet *p)
{
    tcp4(p);
    RAW(p, "\xff\3\0\x21");
}

static void make_ppp_compressed(struct packet *p)
{
    make_raw6(p);
    RAW(p, "\x57");
}

static void make_cisco_hdlc(struct packet *p)
{
    tcp4(p);
    RAW(p, "\x0f\0\x08\0");
}

/* Tunnels */

static void make_mpls_last(struct packet *p)
{
    make_raw6(p);
    RAW(p, "\0\0\x21\x40");
    ethernet(p, 0x8848);
}

static void mpls_stack(struct packet *p)
{
    RAW(p, "\0\0\x10\x40\0\0\x21\x40");
    ethernet(p, 0x8847);
    p->bytes[p->at + 14 + 6] |= 1; /* bottom of stack */
}

static void make_mpls_ip(struct packet *p)
{
    tcp4(p);
    mpls_stack(p);
}

static void make_mpls_word(struct packet *p)
{
    frame4(p);
    RAW(p, "\0\0\0\x9");
    mpls_stack(p);
}

static void make_mpls_ethernet(struct packet *p) /* whose address begins like a control word */
{
    frame4(p);
    mpls_stack(p);
}

static void make_mpls_ethernet4(struct packet *p) /* whose address begins like IPv4 */
{
    frame4(p);
    p->bytes[p->at] = 0x46;
    mpls_stack(p);
}

static void make_pppoe(struct packet *p)
{
    tcp4(p);
    RAW(p, "\0\x21");
    pppoe(p);
    ethernet(p, 0x8864);
}

static void make_pppoe_ip6(struct packet *p)
{
    make_raw6(p);
    RAW(p, "\0\x57");
    pppoe(p);
    ethernet(p, 0x8864);
}

static void make_gre(struct packet *p)
{
    tcp4(p);
    RAW(p, "\0\0\x08\0");
    ip4(p, 47);
    ethernet(p, 0x0800);
}

static void make_gre_all(struct packet *p) /* checksum, key, sequence, routing */
{
    make_raw6(p);
    RAW(p, "\xf0\0\x86\xdd\0\0\0\0\0\0\0\1\0\0\0\2\x08\0\0\4\1\2\3\4\0\0\0\0");
    ip6(p, 47);
    ethernet(p, 0x86dd);
}

static void make_gre_ethernet(struct packet *p)
{
    frame4(p);
    RAW(p, "\x20\0\x65\x58\0\0\0\1");
    ip4(p, 47);
    ethernet(p, 0x0800);
}

static void make_gre_wccp(struct packet *p)
{
    tcp4(p);
    RAW(p, "\0\0\x88\x3e\0\0\0\0");
    ip4(p, 47);
    ethernet(p, 0x0800);
}

static void make_pptp(struct packet *p)
{
    tcp4(p);
    RAW(p, "\x30\x81\x88\x0b\0\x40\0\1\0\0\0\5\0\0\0\6\xff\3\x21");
    ip4(p, 47);
    ethernet(p, 0x0800);
}

static void make_erspan1(struct packet *p)
{
    frame4(p);
    RAW(p, "\0\0\x88\xbe");
    ip4(p, 47);
    ethernet(p, 0x0800);
}

static void make_erspan2(struct packet *p)
{
    make_vlans(p);
    RAW(p, "\x10\0\x88\xbe\0\0\0\1\x10\1\0\1\0\0\0\1");
    ip4(p, 47);
    ethernet(p, 0x0800);
}

static void make_erspan3(struct packet *p)
{
    frame4(p);
    RAW(p, "\x10\0\x22\xeb\0\0\0\1\x20\1\0\1\0\0\0\1\0\0\0\0");
    ip4(p, 47);
    ethernet(p, 0x0800);
}

static void make_erspan3_platform(struct packet *p)
{
    frame4(p);
    RAW(p, "\x10\0\x22\xeb\0\0\0\1\x20\1\0\1\0\0\0\1\0\0\0\1\x0c\0\0\0\1\2\3\4");
    ip4(p, 47);
    ethernet(p, 0x0800);
}

static void make_erspan3_ip(struct packet *p)
{
    tcp4(p);
    RAW(p, "\x10\0\x22\xeb\0\0\0\1\x20\1\0\1\0\0\0\1\0\0\x08\0");
    ip4(p, 47);
    ethernet(p, 0x0800);
}

static void make_vxlan(struct packet *p)
{
    frame4(p);
    RAW(p, "\x08\0\0\0\0\0\7\0");
    udp(p, 4789);
    ip4(p, 17);
    ethernet(p, 0x0800);
}

static void make_vxlan_linux(struct packet *p)
{
    make_ethernet_ip6(p);
    RAW(p, "\x88\0\0\1\0\0\7\0");
    udp(p, 8472);
    ip6(p, 17);
    ethernet(p, 0x86dd);
}

static void make_geneve(struct packet *p)
{
    frame4(p);
    RAW(p, "\2\0\x65\x58\0\0\7\0\1\2\3\1\0\0\0\1");
    udp(p, 6081);
    ip4(p, 17);
    ethernet(p, 0x0800);
}

static void make_geneve_ip(struct packet *p)
{
    make_raw6(p);
    RAW(p, "\0\0\x86\xdd\0\0\7\0");
    udp(p, 6081);
    ip4(p, 17);
    ethernet(p, 0x0800);
}

static void make_ip_in_ip(struct packet *p)
{
    tcp4(p);
    ip4(p, 4);
    ip6(p, 4);
    ethernet(p, 0x86dd);
}

static void make_6in4(struct packet *p)
{
    make_raw6(p);
    ip4(p, 41);
    ethernet(p, 0x0800);
}

static void make_mpls_in_ip(struct packet *p)
{
    tcp4(p);
    RAW(p, "\0\0\x11\x40");
    ip4(p, 137);
    ethernet(p, 0x0800);
}

static void make_etherip(struct packet *p)
{
    frame4(p);
    RAW(p, "\x30\0");
    ip4(p, 97);
    ethernet(p, 0x0800);
}

static void make_extensions(struct packet *p)
{
    tcp(p);
    RAW(p, "\6\4\0\0\0\0\0\1\0\0\0\2\1\2\3\4\5\6\7\x08\x09\x0a\x0b\x0c"); /* AH */
    RAW(p, "\x33\0\1\4\0\0\0\0");                                         /* destination */
    RAW(p, "\x3c\0\0\0\0\0\0\x09");                                       /* lone fragment */
    RAW(p, "\x2c\2\4\0\0\0\0\0\1\2\3\4\5\6\7\x08\1\2\3\4\5\6\7\x08");     /* routing */
    RAW(p, "\x2b\0\1\4\0\0\0\0");                                         /* hop-by-hop */
    ip6(p, 0);
    ethernet(p, 0x86dd);
}

static void make_jumbo(struct packet *p) /* length in the option alone */
{
    size_t n;

    tcp(p);
    n = packet_n(p) + 8;
    RAW(p, "\6\0\xc2\4\0\0\0\0");
    put32(p->bytes + p->at + 4, (uint32_t)n);
    ip6(p, 0);
    put16(p->bytes + p->at + 4, 0);
    ethernet(p, 0x86dd);
}

static void make_nested(struct packet *p)
{
    frame4(p);
    RAW(p, "\x08\0\0\0\0\0\7\0");
    udp(p, 4789);
    ip6(p, 17);
    ip4(p, 41);
    RAW(p, "\0\0\x08\0");
    ip4(p, 47);
    RAW(p, "\0\x21");
    pppoe(p);
    RAW(p, "\0\2\x88\x64");
    ethernet(p, 0x8100);
}

static void make_offload(struct packet *p) /* IPv4 total length 0 */
{
    frame4(p);
    put16(p->bytes + p->at + 14 + 2, 0);
}

static void make_offload6(struct packet *p) /* IPv6 payload length 0 */
{
    make_ethernet_ip6(p);
    put16(p->bytes + p->at + 14 + 4, 0);
}

/* Tags before the type: their values as the fields say, then the type that follows. */
#define MAKE_TAG(name, type, bytes)                                                                \
    static void make_##name(struct packet *p)                                                      \
    {                                                                                              \
        tcp(p);                                                                                    \
        ip4(p, 6);                                                                                 \
        RAW(p, bytes);                                                                             \
        ethernet(p, type);                                                                         \
    }

MAKE_TAG(vntag, 0x8926, "\x80\x01\0\2\x08\0")
MAKE_TAG(etag, 0x893f, "\0\1\0\2\0\3\x08\0")
MAKE_TAG(cmd, 0x8909, "\1\1\0\1\0\x64\x08\0")
MAKE_TAG(hsr, 0x892f, "\0\x40\0\1\x08\0")
MAKE_TAG(macsec, 0x88e5, "\0\0\0\0\0\1\x08\0")
MAKE_TAG(macsec_sci, 0x88e5, "\x20\0\0\0\0\1\1\2\3\4\5\6\7\x08\x08\0")
MAKE_TAG(vlan_snap, 0x8100, "\0\2\0\x50\xaa\xaa\3\0\0\0\x08\0")

static void make_itag(struct packet *p)
{
    frame4(p);
    RAW(p, "\0\0\1\2");
    ethernet(p, 0x88e7);
}

static void make_trill(struct packet *p) /* with an option word */
{
    frame4(p);
    RAW(p, "\0\x7f\0\1\0\2\1\2\3\4");
    ethernet(p, 0x22f3);
}

static void make_nsh(struct packet *p) /* MD type 1: six words */
{
    frame4(p);
    RAW(p, "\x0f\xc6\1\3\0\0\1\xff\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0\4");
    ethernet(p, 0x894f);
}

static void over_udp(struct packet *p, uint16_t port)
{
    udp(p, port);
    ip4(p, 17);
    ethernet(p, 0x0800);
}

#define MAKE_UDP(name, port, inside, bytes)                                                        \
    static void make_##name(struct packet *p)                                                      \
    {                                                                                              \
        inside(p);                                                                                 \
        RAW(p, bytes);                                                                             \
        over_udp(p, port);                                                                         \
    }

MAKE_UDP(vxlan_any_port, 12345, frame4, "\x08\0\0\0\0\0\7\0")
MAKE_UDP(gpe_ip, 4790, make_raw4, "\x0c\0\0\1\0\0\7\0")
MAKE_UDP(gpe_ethernet, 4790, frame4, "\x0c\0\0\3\0\0\7\0")
MAKE_UDP(gtpu, 2152, make_raw4, "\x30\xff\0\x34\0\0\0\1")
MAKE_UDP(gtpu_extension, 2152, make_raw4, "\x34\xff\0\x3c\0\0\0\1\0\0\0\x85\1\0\1\0")
MAKE_UDP(l2tp, 1701, make_raw4, "\x40\2\0\x3c\0\1\0\2\xff\3\0\x21")
MAKE_UDP(l2tp_offset, 1701, make_raw4, "\2\2\0\1\0\2\0\2\0\0\0\x21")
MAKE_UDP(tzsp, 37008, frame4, "\1\0\0\1\x0a\1\x99\0\1")
MAKE_UDP(teredo, 3544, make_raw6, "\0\0\1\2\1\2\3\4")
MAKE_UDP(teredo_plain, 3544, make_raw6, "")
MAKE_UDP(gue, 6080, make_raw4, "\0\4\0\0")
MAKE_UDP(gue_direct, 6080, make_raw4, "")
MAKE_UDP(lisp, 4341, make_raw4, "\x80\0\0\1\0\0\0\1")

static void make_nflog(struct packet *p) /* attributes: prefix, then the packet */
{
    size_t n;

    make_raw4(p);
    n = packet_n(p) + 4;
    RAW(p, "\0\0\x09\0");
    p->bytes[p->at] = (uint8_t)n;
    p->bytes[p->at + 1] = (uint8_t)(n >> 8);
    RAW(p, "\2\0\0\5\x05\0\x0a\0x\0\0\0");
}

static void make_pflog(struct packet *p)
{
    static const uint8_t zeros[60];

    make_raw4(p);
    raw(p, zeros, 60);
    p->bytes[p->at] = 57;
    p->bytes[p->at + 1] = 2;
}

static const struct shape {
    const char *name;
    int link_type;
    void (*make)(struct packet *p);
    bool own_length; /* so that padding behind it is known to be padding */
} shapes[] = {
    {"Ethernet", 1, make_ethernet, true},
    {"Ethernet, IPv6", 1, make_ethernet_ip6, true},
    {"VLAN", 1, make_vlan, true},
    {"stacked VLANs", 1, make_vlans, true},
    {"SNAP", 1, make_snap, true},
    {"raw IPv4", 101, make_raw4, true},
    {"raw IPv4 of libpcap", 12, make_raw4, true},
    {"raw IPv6", 101, make_raw6, true},
    {"IPv4", 228, make_raw4, true},
    {"IPv6", 229, make_raw6, true},
    {"loopback, little", 0, make_null_le, true},
    {"loopback, big", 0, make_null_be, true},
    {"loopback of OpenBSD", 108, make_null_be, true},
    {"cooked v1", 113, make_cooked1, true},
    {"cooked v1, VLAN", 113, make_cooked1_vlan, true},
    {"cooked v2", 276, make_cooked2, true},
    {"PPP", 9, make_ppp, true},
    {"PPP, compressed", 9, make_ppp_compressed, true},
    {"PPP in HDLC", 50, make_ppp, true},
    {"Cisco HDLC", 104, make_cisco_hdlc, true},
    {"MPLS, IPv6", 1, make_mpls_last, true},
    {"MPLS", 1, make_mpls_ip, true},
    {"MPLS, control word", 1, make_mpls_word, true},
    {"MPLS, Ethernet", 1, make_mpls_ethernet, true},
    {"MPLS, Ethernet 4", 1, make_mpls_ethernet4, true},
    {"PPPoE", 1, make_pppoe, true},
    {"PPPoE, IPv6", 1, make_pppoe_ip6, true},
    {"GRE", 1, make_gre, true},
    {"GRE, all fields", 1, make_gre_all, true},
    {"GRE, Ethernet", 1, make_gre_ethernet, true},
    {"GRE, WCCP", 1, make_gre_wccp, true},
    {"PPTP", 1, make_pptp, true},
    {"ERSPAN I", 1, make_erspan1, true},
    {"ERSPAN II", 1, make_erspan2, true},
    {"ERSPAN III", 1, make_erspan3, true},
    {"ERSPAN III, platform", 1, make_erspan3_platform, true},
    {"ERSPAN III, IP", 1, make_erspan3_ip, true},
    {"VXLAN", 1, make_vxlan, true},
    {"VXLAN, old port", 1, make_vxlan_linux, true},
    {"GENEVE", 1, make_geneve, true},
    {"GENEVE, IPv6", 1, make_geneve_ip, true},
    {"VN-Tag", 1, make_vntag, true},
    {"E-Tag", 1, make_etag, true},
    {"Cisco CMD", 1, make_cmd, true},
    {"HSR", 1, make_hsr, true},
    {"MACsec in clear", 1, make_macsec, true},
    {"MACsec in clear, SCI", 1, make_macsec_sci, true},
    {"SNAP in a VLAN", 1, make_vlan_snap, true},
    {"802.1ah", 1, make_itag, true},
    {"TRILL", 1, make_trill, true},
    {"NSH", 1, make_nsh, true},
    {"VXLAN, any port", 1, make_vxlan_any_port, true},
    {"VXLAN-GPE, IP", 1, make_gpe_ip, true},
    {"VXLAN-GPE, Ethernet", 1, make_gpe_ethernet, true},
    {"GTP-U", 1, make_gtpu, true},
    {"GTP-U, extension", 1, make_gtpu_extension, true},
    {"L2TP", 1, make_l2tp, true},
    {"L2TP, offset", 1, make_l2tp_offset, true},
    {"TZSP", 1, make_tzsp, true},
    {"Teredo", 1, make_teredo, true},
    {"Teredo, no origin", 1, make_teredo_plain, true},
    {"GUE", 1, make_gue, true},
    {"GUE, direct", 1, make_gue_direct, true},
    {"LISP", 1, make_lisp, true},
    {"NFLOG", 239, make_nflog, true},
    {"PFLOG", 117, make_pflog, true},
    {"IP in IP", 1, make_ip_in_ip, true},
    {"6in4", 1, make_6in4, true},
    {"MPLS in IP", 1, make_mpls_in_ip, true},
    {"EtherIP", 1, make_etherip, true},
    {"extension headers", 1, make_extensions, true},
    {"jumbogram", 1, make_jumbo, true},
    {"nested", 1, make_nested, true},
    {"offload", 1, make_offload, false},
    {"offload, IPv6", 1, make_offload6, false},
};

static uint8_t *page_end; /* nothing is mapped from here on */

static int map_pages(void **state)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    uint8_t *at = mmap(NULL, 3 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    (void)state;
    if (at == MAP_FAILED || mprotect(at + 2 * page, page, PROT_NONE) != 0)
        return -1;
    page_end = at + 2 * page;
    return 0;
}

/* The first `captured` of the bytes as a frame at the end of the page. */
static struct frame at_page_end(int link_type, const uint8_t *bytes, size_t captured, size_t wire)
{
    uint8_t *at = page_end - captured;

    memcpy(at, bytes, captured);
    return (struct frame){.ts = 5,
                          .link_type = link_type,
                          .bytes = at,
                          .caplen = (uint32_t)captured,
                          .wire_len = (uint32_t)wire};
}

static struct frame frame_of(const struct packet *p, int link_type)
{
    return at_page_end(link_type, p->bytes + p->at, packet_n(p), packet_n(p));
}

static void expect_segment(const struct frame *frame, const char *name)
{
    struct datagram d;
    struct segment s;

    if (decap_frame(frame, &d) != DECAP_OK || decap_segment(&d, false, &s) != DECAP_OK)
        fail_msg("%s: %s, protocol %d", name, decap_reason_text(decap_frame(frame, &d)),
                 d.protocol);
    if (s.caplen != DATA_N || s.wire_len != DATA_N || memcmp(s.data, DATA, DATA_N) != 0)
        fail_msg("%s: %u of %u bytes of data", name, s.caplen, s.wire_len);
    assert_int_equal(s.ts, 5);
    assert_int_equal(s.src_port, 40000);
    assert_int_equal(s.dst_port, 25);
    assert_int_equal(s.seq, 0x01020304);
    assert_int_equal(s.ack, 0x05060708);
    assert_int_equal(s.flags, TCP_ACK | TCP_PSH);
    assert_int_equal(s.window, 1000);
    assert_int_equal(s.urgent, 7);
    assert_int_equal(s.options_caplen, 12);
    assert_false(d.bad_checksum && d.wire_len == 0);
    assert_int_equal(s.src.bytes[s.src.family == 4 ? 3 : 15], 1);
    assert_int_equal(s.dst.bytes[s.dst.family == 4 ? 3 : 15], 2);
}

static void every_shape_is_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        struct packet p;
        struct frame frame;

        start(&p);
        shapes[i].make(&p);
        assert_true(decap_link_type_known(shapes[i].link_type));
        frame = frame_of(&p, shapes[i].link_type);
        expect_segment(&frame, shapes[i].name);
    }
}

static void padding_is_no_payload(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        struct packet p;
        struct frame frame;
        uint8_t padded[PACKET_N + 20];

        start(&p);
        shapes[i].make(&p);
        if (!shapes[i].own_length)
            continue;
        memset(padded, 0x55, sizeof padded);
        memcpy(padded, p.bytes + p.at, packet_n(&p));
        frame = at_page_end(shapes[i].link_type, padded, packet_n(&p) + 20, packet_n(&p) + 20);
        expect_segment(&frame, shapes[i].name);
    }
}

/* A cut frame gives a reason that says so, or what there is and how much there was. */
static void check_cut(const struct shape *shape, const struct frame *frame, size_t lost)
{
    struct datagram d;
    struct segment s;
    enum decap_reason reason = decap_frame(frame, &d);

    if (reason == DECAP_LINK_CUT || reason == DECAP_TUNNEL_CUT || reason == DECAP_IP_CUT)
        return;
    if (reason == DECAP_OK && d.protocol == 17)
        return; /* a tunnel that can not be told any more */
    if (reason != DECAP_OK)
        fail_msg("%s, %u bytes: %s", shape->name, frame->caplen, decap_reason_text(reason));
    assert_int_equal(d.wire_len, 32 + DATA_N);
    assert_int_equal(d.caplen + lost, d.wire_len);
    reason = decap_segment(&d, true, &s);
    if (d.caplen < 20) {
        assert_int_equal(reason, DECAP_TCP_CUT);
        return;
    }
    assert_int_equal(reason, DECAP_OK);
    assert_false(s.bad_checksum);
    assert_int_equal(s.wire_len, DATA_N);
    assert_int_equal(s.caplen, d.caplen < 32 ? 0 : d.caplen - 32);
    assert_int_equal(s.options_caplen, d.caplen < 32 ? d.caplen - 20 : 12);
}

static void every_cut_is_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        struct packet p;

        start(&p);
        shapes[i].make(&p);
        for (size_t n = 0; n < packet_n(&p); n++) {
            struct frame frame = at_page_end(shapes[i].link_type, p.bytes + p.at, n, packet_n(&p));

            check_cut(&shapes[i], &frame, packet_n(&p) - n);
        }
    }
}

static enum decap_reason reason_of(struct packet *p, int link_type, struct datagram *d)
{
    struct frame frame = frame_of(p, link_type);

    return decap_frame(&frame, d);
}

static void other_frames_have_reasons(void **state)
{
    struct packet p;
    struct datagram d;
    struct segment s;

    (void)state;
    start(&p);
    frame4(&p);
    assert_int_equal(reason_of(&p, 105, &d), DECAP_LINK_TYPE);
    assert_false(decap_link_type_known(105));
    p.bytes[p.at + 13] = 6; /* ARP */
    assert_int_equal(reason_of(&p, 1, &d), DECAP_NOT_IP);

    start(&p);
    frame4(&p);
    p.bytes[p.at + 14] = 0x44;
    assert_int_equal(reason_of(&p, 1, &d), DECAP_IP_MALFORMED);

    start(&p);
    make_gre(&p);
    p.bytes[p.at + 14 + 24 + 2] = 0x55;
    assert_int_equal(reason_of(&p, 1, &d), DECAP_TUNNEL_UNKNOWN);

    start(&p);
    RAW(&p, "\0\0\x10\x40\0\0\x21\x40"); /* no label has the bottom bit */
    ethernet(&p, 0x8847);
    assert_int_equal(reason_of(&p, 1, &d), DECAP_TUNNEL_CUT);

    start(&p);
    tcp4(&p);
    for (unsigned i = 0; i < DECAP_DEPTH_MAX; i++)
        ip4(&p, 4);
    assert_int_equal(reason_of(&p, 101, &d), DECAP_TOO_DEEP);
    p.at += 24;
    assert_int_equal(reason_of(&p, 101, &d), DECAP_OK);

    start(&p);
    RAW(&p, "hello");
    udp(&p, 4789); /* by chance */
    ip4(&p, 17);
    assert_int_equal(reason_of(&p, 101, &d), DECAP_OK);
    assert_int_equal(d.protocol, 17);
    assert_int_equal(decap_segment(&d, false, &s), DECAP_NOT_TCP);
    for (int i = 0; i < DECAP_REASON_COUNT; i++)
        assert_non_null(decap_reason_text((enum decap_reason)i));
}

static void fragments_are_told(void **state)
{
    struct packet p;
    struct datagram d;
    struct segment s;

    (void)state;
    start(&p);
    tcp4(&p);
    put16(p.bytes + p.at + 6, 0x2000 | 3);
    assert_int_equal(reason_of(&p, 101, &d), DECAP_OK);
    assert_true(d.fragment && d.more_fragments && d.bad_checksum);
    assert_int_equal(d.fragment_at, 24);
    assert_int_equal(d.fragment_id, 0x1234);
    assert_int_equal(decap_segment(&d, false, &s), DECAP_FRAGMENT);

    start(&p);
    RAW(&p, "12345678");
    RAW(&p, "\x3c\0\0\x18\0\0\0\x09");
    ip6(&p, 44);
    ip4(&p, 41);
    assert_int_equal(reason_of(&p, 101, &d), DECAP_OK);
    assert_true(d.fragment && !d.more_fragments);
    assert_int_equal(d.fragment_at, 24);
    assert_int_equal(d.fragment_id, 9);
    assert_int_equal(d.protocol, 60);
    assert_int_equal(d.caplen, 8);
}

static void joined_tunnels_are_entered(void **state)
{
    struct packet p;
    struct datagram d = {.ts = 9, .protocol = 60};
    struct segment s;

    (void)state;
    start(&p);
    tcp4(&p);
    RAW(&p, "\x04\0\1\4\0\0\0\0");
    d.src.family = d.dst.family = 6;
    d.payload = p.bytes + p.at;
    d.caplen = d.wire_len = (uint32_t)packet_n(&p);
    assert_int_equal(decap_joined(&d, &d), DECAP_OK);
    assert_int_equal(d.protocol, 6);
    assert_int_equal(d.src.family, 4);
    assert_int_equal(decap_segment(&d, false, &s), DECAP_OK);
    assert_int_equal(s.ts, 9);
    assert_int_equal(decap_joined(&d, &d), DECAP_OK);
    assert_int_equal(d.protocol, 6);
}

static void check_tcp_sum(struct packet *p, size_t tcp_at)
{
    struct datagram d;
    struct segment s;

    assert_int_equal(reason_of(p, 101, &d), DECAP_OK);
    assert_int_equal(decap_segment(&d, true, &s), DECAP_OK);
    assert_false(s.bad_checksum);
    p->bytes[p->at + tcp_at + 40] ^= 1;
    assert_int_equal(reason_of(p, 101, &d), DECAP_OK);
    assert_int_equal(decap_segment(&d, true, &s), DECAP_OK);
    assert_true(s.bad_checksum);
    assert_int_equal(decap_segment(&d, false, &s), DECAP_OK);
    assert_false(s.bad_checksum);
}

static void checksums_are_verified(void **state)
{
    struct packet p;
    struct datagram d;
    const size_t n = 32 + DATA_N;

    (void)state;
    start(&p);
    tcp4(&p);
    put16(p.bytes + p.at + 24 + 16,
          sum16(p.bytes + p.at + 24, n,
                6 + (uint32_t)n + (uint16_t)~sum16(p.bytes + p.at + 12, 8, 0)));
    check_tcp_sum(&p, 24);
    start(&p);
    make_raw6(&p);
    put16(p.bytes + p.at + 40 + 16,
          sum16(p.bytes + p.at + 40, n,
                6 + (uint32_t)n + (uint16_t)~sum16(p.bytes + p.at + 8, 32, 0)));
    check_tcp_sum(&p, 40);
    start(&p);
    tcp4(&p);
    assert_int_equal(reason_of(&p, 101, &d), DECAP_OK);
    assert_false(d.bad_checksum);
    p.bytes[p.at + 8] = 63;
    assert_int_equal(reason_of(&p, 101, &d), DECAP_OK);
    assert_true(d.bad_checksum);
}

static void bad_tcp_headers_have_reasons(void **state)
{
    struct packet p;
    struct datagram d;
    struct segment s;

    (void)state;
    start(&p);
    tcp4(&p);
    p.bytes[p.at + 24 + 12] = 4 << 4;
    assert_int_equal(reason_of(&p, 101, &d), DECAP_OK);
    assert_int_equal(decap_segment(&d, false, &s), DECAP_TCP_MALFORMED);
    start(&p);
    RAW(&p, "short");
    ip4(&p, 6);
    assert_int_equal(reason_of(&p, 101, &d), DECAP_OK);
    assert_int_equal(decap_segment(&d, false, &s), DECAP_TCP_MALFORMED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_shape_is_read),    cmocka_unit_test(padding_is_no_payload),
        cmocka_unit_test(every_cut_is_told),      cmocka_unit_test(other_frames_have_reasons),
        cmocka_unit_test(fragments_are_told),     cmocka_unit_test(joined_tunnels_are_entered),
        cmocka_unit_test(checksums_are_verified), cmocka_unit_test(bad_tcp_headers_have_reasons),
    };

    return cmocka_run_group_tests(tests, map_pages, NULL);
}
