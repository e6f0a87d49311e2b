/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Packets of many conversations in the order of time.  A slot holds those of one conversation; a
 * heap of the slots by the time of their next packet puts them in order.
 */
#ifndef TOOLS_PACKET_QUEUE_H
#define TOOLS_PACKET_QUEUE_H

#include "frames.h"

struct slot {
    uint64_t next_us; /* time of the record at `at` */
    size_t at, len, room;
    uint8_t *bytes; /* records: time and length, frame */
    uint64_t last_us;
    uint64_t order; /* of those of the same time */
    struct slot *next_spare;
};

struct packet_queue { /* starts with all zero */
    struct slot **heap;
    size_t len, room;
    struct slot *spare;
};

/* What struct talk calls: `context` is a slot. */
void slot_append(void *context, uint64_t us, const uint8_t *frame, size_t len);
void slot_rewind(struct slot *slot); /* once it is full: to its first packet */

/* A slot without packets, one that was given back or a new one; its order is the caller's. */
struct slot *queue_take(struct packet_queue *queue);
void queue_give_back(struct packet_queue *queue, struct slot *slot);
void queue_push(struct packet_queue *queue, struct slot *slot);
/* Writes the first packet of all; returns its slot, which is the caller's again, if that was its
 * last one, or NULL. */
struct slot *queue_write(struct packet_queue *queue, struct writer *writer);
void queue_free(struct packet_queue *queue); /* and the slots that were given back */

#endif
