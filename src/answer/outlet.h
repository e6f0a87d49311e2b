/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where frames go: received and sent ones to the recorder and the saved capture, ours to the
 * sender; and the time that they bear.
 */
#ifndef POTSHERD_ANSWER_OUTLET_H
#define POTSHERD_ANSWER_OUTLET_H

#include "answer/key.h"
#include "answer/sender.h"

struct outlet {
    struct sender *sender;
    struct builder *builder;
    struct pcapfile *saved;    /* or NULL */
    const struct peers *peers; /* borrowed */
    void (*record)(void *context, const struct frame *frame);
    void *context;
    struct connection_key asker; /* who may be answered without having a connection */
    time_us now;                 /* never goes back: timers go by it */
    time_us behind;              /* the clock's lag behind `now` since it was set back */
};

/* The clock shows `now`. */
void outlet_advance(struct outlet *o, time_us now);
time_us outlet_clock(const struct outlet *o);

void outlet_record_at(struct outlet *o, time_us ts, const struct link *link, const uint8_t *bytes,
                      size_t n, uint32_t wire);
void outlet_record(struct outlet *o, const struct link *link, const uint8_t *bytes, size_t n,
                   uint32_t wire);
bool outlet_send(struct outlet *o, const struct built_frame *wire); /* false: not sent */

/* The header `link` with our own link address of now as its source, whatever the frame was sent
 * to that is answered: an interface may get another one. */
struct link outlet_own_link(const struct outlet *o, const struct link *link);
/* Finishes the saved packets: what is lost is known then. */
void outlet_finish(struct outlet *o);

#endif
