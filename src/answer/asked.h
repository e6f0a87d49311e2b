/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ACKs that look as if they end a handshake, while the sender is being asked (orders.h), and what
 * comes of the same peers meanwhile.  Answers come in the order of the questions.  Pure.
 *
 * Cost: as long as somebody is asked about, each segment of no conversation is compared with
 * ASKED_MAX hashes at most; what is kept is bounded by ASKED_BYTES_MAX.
 */
#ifndef POTSHERD_ANSWER_ASKED_H
#define POTSHERD_ANSWER_ASKED_H

#include "potsherd/packet.h"

#define ASKED_MAX       512
#define ASKED_BYTES_MAX (8 << 20)

struct asked;

struct asked *asked_new(void);
void asked_free(struct asked *a);

bool asked_has_room(const struct asked *a, const struct frame *frame);
/* The sender is asked about this frame's peer; a copy is kept.  `hash`: of the addresses and
 * ports, by a secret key.  There is room. */
void asked_add(struct asked *a, uint64_t hash, uint16_t mss, const struct frame *frame);

enum asked_hold { ASKED_NOT, ASKED_HELD, ASKED_FULL };

/* If it is of a peer that the sender is asked about, a copy is kept, or there is no room. */
enum asked_hold asked_hold(struct asked *a, uint64_t hash, const struct frame *frame);

/* The answer about the peer asked for first is there, and nobody asks any more; `mss` as it was
 * added.  Its frames come by asked_next until that is false, the ACK first; each is valid until
 * the next call.  False: nobody was asked about. */
bool asked_begin(struct asked *a, uint16_t *mss);
bool asked_next(struct asked *a, struct frame *out);

#endif
