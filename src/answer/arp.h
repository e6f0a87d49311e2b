/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who has this address?  Answers ARP requests and IPv6 neighbour solicitations
 * for the addresses of the scope, so that unused addresses come alive.  Pure.
 */
#ifndef POTSHERD_ANSWER_ARP_H
#define POTSHERD_ANSWER_ARP_H

#include "answer/frame.h"
#include "answer/scope.h"

struct arp_answer {
    struct address asker, us;
    struct wire frame;
};

/* True when `frame` asks for an address of the scope: `out` is the answer, which
 * names `mac`. */
bool arp_answer(const struct scope *scope, const uint8_t mac[6], const struct frame *frame,
                struct arp_answer *out);

#endif
