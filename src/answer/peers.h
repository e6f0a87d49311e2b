/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who may be answered: which addresses, and which link addresses, a host can have that
 * has sent a frame.  The loop asks before it answers; the sender asks again.  Pure.
 *
 * Not answered are addresses of the scope (ourselves), of groups, of no host, of loopback
 * and link-local ones, those that stand for such an address of IPv4 in IPv6, and the
 * broadcasts of the networks around.  Private addresses (RFC 1918, RFC 4193) are.
 *
 * Cost: an address is compared with every network; how many there are the operator
 * chooses (scope.h, PEERS_NETS_MAX), no stranger.
 */
#ifndef POTSHERD_ANSWER_PEERS_H
#define POTSHERD_ANSWER_PEERS_H

#include "answer/scope.h"
#include "potsherd/answer.h"

#define PEERS_NETS_MAX (2 * SCOPE_MAX)

struct peers {
    const struct scope *scope;
    uint8_t mac[6]; /* our own link address; zero: not known (no interface) */
    bool any_link;  /* frames for any host are taken: a span port */
    struct prefix nets[PEERS_NETS_MAX];
    unsigned n;
};

/* `nets`: IPv4 networks that the interfaces are in, as they are configured.  Where none of
 * them holds a prefix of the scope, that prefix is taken to be in a /24.  `scope` is
 * borrowed. */
void peers_init(struct peers *p, const struct scope *scope, const uint8_t mac[6], bool any_link,
                const struct prefix *nets, unsigned n);

/* The same, of what the interfaces have. */
void peers_set_link(struct peers *p, const struct scope *scope, const struct answer_link *link,
                    bool any_link);

/* Whether a segment from this address gets an answer. */
bool peers_may_have(const struct peers *p, const struct address *address);
/* Likewise for who asks where an address of ours is: IPv6 hosts ask from fe80::/10. */
bool peers_may_ask(const struct peers *p, const struct address *address);

/* A link address of one host: no group, not zero, and not our own. */
bool peers_is_other(const struct peers *p, const uint8_t mac[6]);
/* Whether frames to this link address are for us. */
bool peers_is_for_us(const struct peers *p, const uint8_t mac[6]);
bool peers_knows_own(const struct peers *p); /* link address */

#endif
