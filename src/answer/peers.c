/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "answer/peers.h"

#include <string.h>

#define MAC_BYTES 6
#define NET_BITS  24 /* of a network that is not configured on an interface */
#define HOST_NET  30 /* longer prefixes have no broadcast (RFC 3021) */

static const uint8_t no_mac[MAC_BYTES];

/* --- link addresses --- */

bool peers_knows_own(const struct peers *p)
{
    return memcmp(p->mac, no_mac, MAC_BYTES) != 0;
}

static bool is_one_host(const uint8_t mac[6])
{
    return !(mac[0] & 1) && memcmp(mac, no_mac, MAC_BYTES) != 0;
}

bool peers_is_other(const struct peers *p, const uint8_t mac[6])
{
    return is_one_host(mac) && memcmp(mac, p->mac, MAC_BYTES) != 0;
}

bool peers_is_for_us(const struct peers *p, const uint8_t mac[6])
{
    return p->any_link || !peers_knows_own(p) ? is_one_host(mac)
                                              : memcmp(mac, p->mac, MAC_BYTES) == 0;
}

/* --- networks --- */

static struct prefix net_of(const struct address *address, unsigned bits)
{
    struct prefix p = {.address = *address, .length = (uint8_t)bits};

    prefix_clear_host_bits(&p);
    return p;
}

static bool is_known(const struct peers *p, const struct address *address)
{
    for (unsigned i = 0; i < p->n; i++)
        if (prefix_has(&p->nets[i], address))
            return true;
    return false;
}

static void add_net(struct peers *p, const struct address *address, unsigned bits)
{
    if (p->n < PEERS_NETS_MAX && address->family == 4 && bits && bits <= HOST_NET)
        p->nets[p->n++] = net_of(address, bits);
}

void peers_init(struct peers *p, const struct scope *scope, const uint8_t mac[6], bool any_link,
                const struct prefix *nets, unsigned n)
{
    memset(p, 0, sizeof *p);
    p->scope = scope;
    p->any_link = any_link;
    memcpy(p->mac, mac, MAC_BYTES);
    for (unsigned i = 0; i < n; i++)
        add_net(p, &nets[i].address, nets[i].length);
    for (unsigned i = 0; i < scope->n; i++)
        if (scope->list[i].length > NET_BITS && !is_known(p, &scope->list[i].address))
            add_net(p, &scope->list[i].address, NET_BITS);
}

void peers_set_link(struct peers *p, const struct scope *scope, const struct answer_link *link,
                    bool any_link)
{
    struct prefix nets[ANSWER_NETS_MAX];
    unsigned n = link->n < ANSWER_NETS_MAX ? link->n : ANSWER_NETS_MAX;

    for (unsigned i = 0; i < n; i++)
        nets[i] = (struct prefix){.address = link->nets[i].address, .length = link->nets[i].bits};
    peers_init(p, scope, link->mac, any_link, nets, n);
}

/* The first or the last address of a network: both have been its broadcast (RFC 919,
 * RFC 1122 section 3.3.6). */
static bool is_broadcast(const struct peers *p, const struct address *address)
{
    const uint8_t *b = address->bytes;
    uint32_t value = (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];

    for (unsigned i = 0; i < p->n && address->family == 4; i++) {
        uint32_t hosts = UINT32_MAX >> p->nets[i].length;

        if (prefix_has(&p->nets[i], address) && ((value & hosts) == 0 || (value & hosts) == hosts))
            return true;
    }
    return false;
}

/* --- addresses --- */

/* RFC 6890: this network, loopback, link-local; multicast and what lies above. */
static bool is_host_v4(const uint8_t b[4])
{
    return b[0] && b[0] != 127 && b[0] < 224 && !(b[0] == 169 && b[1] == 254);
}

static bool is_link_local(const uint8_t b[16])
{
    return b[0] == 0xfe && (b[1] & 0xc0) == 0x80;
}

/* RFC 6890, RFC 4291, RFC 3879: ::/32 holds the unspecified and the loopback address and
 * all ways to write an IPv4 address that no packet may bear; fec0::/10, ff00::/8.  An IPv4
 * address in one of 6to4 or NAT64 must be a host's, too (RFC 3964 section 5). */
static bool is_host_v6(const uint8_t b[16])
{
    static const uint8_t low[4], nat64[12] = {0, 0x64, 0xff, 0x9b};

    if (memcmp(b, low, sizeof low) == 0 || b[0] == 0xff || is_link_local(b) ||
        (b[0] == 0xfe && (b[1] & 0xc0) == 0xc0))
        return false;
    if (b[0] == 0x20 && b[1] == 2)
        return is_host_v4(b + 2);
    return memcmp(b, nat64, sizeof nat64) != 0 || is_host_v4(b + 12);
}

bool peers_may_have(const struct peers *p, const struct address *address)
{
    bool host = address->family == 4 ? is_host_v4(address->bytes) : is_host_v6(address->bytes);

    return host && !scope_has(p->scope, address) && !is_broadcast(p, address);
}

bool peers_may_ask(const struct peers *p, const struct address *address)
{
    return peers_may_have(p, address) ||
           (address->family == 6 && is_link_local(address->bytes) && !scope_has(p->scope, address));
}
