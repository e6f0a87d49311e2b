/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the responder asks the sender for: to send a frame, or to look at the number that a peer
 * has acknowledged.  Orders are collected and go through a pipe together; nobody waits for the
 * answer to a proof, which comes in the order of the proofs.  In the byte order of the machine.
 *
 *   order:  head | n bytes: a frame, or struct order_proof
 *   answer: to a proof, the connection's ticket; 0: it is none
 */
#ifndef POTSHERD_ANSWER_ORDERS_H
#define POTSHERD_ANSWER_ORDERS_H

#include "answer/cookie.h"
#include "potsherd/sender.h"

enum order_kind { ORDER_SEND, ORDER_PROVE, ORDER_KINDS };

struct order_head {
    uint32_t kind, n;
    uint64_t ticket; /* of the connection; 0: none */
    int32_t link_type;
    uint32_t unused;
};

struct order_proof {
    struct cookie_tuple tuple;
    uint32_t cookie;
};

struct orders;

/* To a sender in this process, or through two pipes to one in another, of which `from` does not
 * wait; all borrowed. */
struct orders *orders_new(struct sender *direct, int to, int from);
void orders_free(struct orders *o);
/* `now`, `clock`: of a sender in this process, as sender_take has them. */
void orders_set_time(struct orders *o, time_us now, time_us clock);
void orders_send(struct orders *o, const struct built_frame *wire, uint64_t ticket);
void orders_prove(struct orders *o, const struct cookie_tuple *tuple, uint32_t cookie);
/* The answer to the proof that was asked for first and has none yet; false: it is not there. */
bool orders_next_ticket(struct orders *o, uint64_t *ticket);
/* What waits goes off, at the latest now. */
void orders_flush(struct orders *o);
/* The sender does not take orders any more: it has ended. */
bool orders_failed(const struct orders *o);

#endif
