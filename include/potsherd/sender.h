/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The only place that sends; the adapter of libnet's sockets, whose types stay inside.
 *
 *   responder --orders--> sender --frames that may leave--> wire, file or function
 *             <--tickets--       --a line for each--> audit log
 *
 * The responder, which reads what strangers send, is another process (but in --self-test): what it
 * asks for is looked at again, frame by frame (answer/gate.h).
 */
#ifndef POTSHERD_SENDER_H
#define POTSHERD_SENDER_H

#include "potsherd/answer.h"
#include "potsherd/build.h"
#include "potsherd/redact.h"

struct sender_options {
    const char *const *addresses; /* ADDR or ADDR/LEN; borrowed while opening */
    unsigned address_count;
    const char *(*module)(uint16_t port); /* NULL: not open */
    bool arp;
    bool span;
    const char *interface; /* the wire */
    bool routed;           /* IP packets by the host's routes, not frames */
    uint64_t rate;         /* frames a second to one peer; 0: no limit */
    uint64_t syn_rate;     /* SYNs answered a second and peer; 0: no limit */
    /* Instead of the wire; or NULL.  False: it was not taken. */
    bool (*put)(void *context, const struct frame *frame);
    const struct redact_policy *redact; /* of the peers in the audit log; NULL: nothing */
    /* A line of the audit log, its newline included; or NULL. */
    void (*audit)(void *context, const char *line, size_t n, time_us now);
    void *context;
};

struct sender;

/* Opens the sockets, which needs privileges. */
struct sender *sender_open(const struct sender_options *options, struct failure *why);
/* In the process that sends: the secrets are made, of which no other may know. */
void sender_begin(struct sender *s, void *context);
/* The interface's link address or networks are others now. */
void sender_set_link(struct sender *s, const struct answer_link *link);
/* Whether the interface that its socket is bound to is still there; and one of its name may be
 * again.  A process does so that has the socket, too, since the sender's must not. */
bool sender_is_bound(const struct sender *s);
bool sender_bind_again(const struct sender *s);

/* Takes the orders at the beginning of `bytes`; how many bytes they are: what is behind them is
 * not whole.  -1: there is what is no order.  `steady` does not go back, `clock` is what the audit
 * log shows; answers are appended. */
long sender_take(struct sender *s, struct bytes orders, time_us steady, time_us clock,
                 struct buf *answers);

/* Adds what it has counted. */
void sender_add_counts(const struct sender *s, struct answer_counts *to);
unsigned sender_descriptors(const struct sender *s, int fds[3]); /* how many */
void sender_close(struct sender *s);                             /* NULL is fine */

#endif
