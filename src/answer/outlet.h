/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where frames go: received and sent ones to the recorder, ours to the sender; and the time that
 * they bear.
 */
#ifndef POTSHERD_ANSWER_OUTLET_H
#define POTSHERD_ANSWER_OUTLET_H

#include "answer/orders.h"
#include "answer/peers.h"
#include "answer/rate.h"

struct outlet {
    struct orders *orders;
    struct builder *builder;
    const struct peers *peers; /* borrowed */
    struct rate *rate;         /* of each peer: the sender has the same, and asks no questions */
    uint64_t over_rate;        /* frames that were not sent for that */
    void (*record)(void *context, const struct frame *frame);
    void *context;
    time_us now;    /* never goes back: timers go by it */
    time_us behind; /* the clock's lag behind `now` since it was set back */
};

/* The clock shows `now`. */
void outlet_advance(struct outlet *o, time_us now);
time_us outlet_clock(const struct outlet *o);

void outlet_record_at(struct outlet *o, time_us ts, const struct link *link, const uint8_t *bytes,
                      size_t n, uint32_t wire);
void outlet_record(struct outlet *o, const struct link *link, const uint8_t *bytes, size_t n,
                   uint32_t wire);
/* `ticket`: of the connection; 0: none is needed.  False: it is not sent, over the rate. */
bool outlet_send(struct outlet *o, const struct built_frame *wire, const struct address *peer,
                 uint64_t ticket);

/* The header `link` with our own link address of now as its source, whatever the frame was sent
 * to that is answered: an interface may get another one. */
struct link outlet_own_link(const struct outlet *o, const struct link *link);

#endif
