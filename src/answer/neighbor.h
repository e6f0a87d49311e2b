/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who has this address?  Answers ARP requests and IPv6 neighbour solicitations
 * for the addresses of the scope, so that unused addresses come alive.  Pure.
 */
#ifndef POTSHERD_ANSWER_NEIGHBOR_H
#define POTSHERD_ANSWER_NEIGHBOR_H

#include "answer/peers.h"
#include "potsherd/build.h"

struct neighbor_answer {
    struct address asker, us;
    struct built_frame frame;
};

/* True when `frame` asks for an address of the scope, and comes from a host that may ask:
 * `out` is the answer, which names our own link address.  Who has no address yet and wants
 * to know whether it is taken (RFC 5227, RFC 4862) gets none. */
bool neighbor_answer(struct builder *builder, const struct peers *peers, const struct frame *frame,
                     struct neighbor_answer *out);

#endif
