/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "packet-queue.h"

#include <stdlib.h>
#include <string.h>

struct stored {
    uint64_t us;
    uint64_t len;
};

static void *grow(void *old, size_t size)
{
    void *p = realloc(old, size);

    if (!p) {
        fputs("out of memory\n", stderr);
        exit(1);
    }
    return p;
}

/* ---- a slot ---- */

void slot_append(void *context, uint64_t us, const uint8_t *frame, size_t len)
{
    struct slot *slot = context;
    struct stored stored = {us, len};

    if (slot->len + sizeof stored + len > slot->room) {
        slot->room = (slot->len + sizeof stored + len) * 2;
        slot->bytes = grow(slot->bytes, slot->room);
    }
    memcpy(slot->bytes + slot->len, &stored, sizeof stored);
    memcpy(slot->bytes + slot->len + sizeof stored, frame, len);
    slot->len += sizeof stored + len;
    slot->last_us = us;
}

void slot_rewind(struct slot *slot)
{
    struct stored stored;

    memcpy(&stored, slot->bytes, sizeof stored);
    slot->at = 0;
    slot->next_us = stored.us;
}

static void write_next(struct slot *slot, struct writer *writer)
{
    struct stored stored;
    struct record record;

    memcpy(&stored, slot->bytes + slot->at, sizeof stored);
    record = (struct record){.ns = stored.us * 1000,
                             .have = (uint32_t)stored.len,
                             .len = (uint32_t)stored.len,
                             .bytes = slot->bytes + slot->at + sizeof stored};
    writer_put(writer, &record);
    slot->at += sizeof stored + stored.len;
    if (slot->at < slot->len) {
        memcpy(&stored, slot->bytes + slot->at, sizeof stored);
        slot->next_us = stored.us;
    }
}

/* ---- the heap ---- */

static bool before(const struct slot *a, const struct slot *b)
{
    return a->next_us != b->next_us ? a->next_us < b->next_us : a->order < b->order;
}

static void heap_down(struct packet_queue *queue)
{
    struct slot **heap = queue->heap;
    size_t i = 0;

    for (size_t child = 1; child < queue->len; child = 2 * i + 1) {
        struct slot *held = heap[i];

        if (child + 1 < queue->len && before(heap[child + 1], heap[child]))
            child++;
        if (!before(heap[child], held))
            return;
        heap[i] = heap[child];
        heap[child] = held;
        i = child;
    }
}

void queue_push(struct packet_queue *queue, struct slot *slot)
{
    size_t i = queue->len++;

    if (i == queue->room) {
        queue->room = queue->room * 2 + 16;
        queue->heap = grow(queue->heap, queue->room * sizeof(struct slot *));
    }
    for (; i && before(slot, queue->heap[(i - 1) / 2]); i = (i - 1) / 2)
        queue->heap[i] = queue->heap[(i - 1) / 2];
    queue->heap[i] = slot;
}

struct slot *queue_write(struct packet_queue *queue, struct writer *writer)
{
    struct slot *slot = queue->heap[0];
    bool last;

    write_next(slot, writer);
    last = slot->at == slot->len;
    if (last)
        queue->heap[0] = queue->heap[--queue->len];
    heap_down(queue);
    return last ? slot : NULL;
}

/* ---- spare slots ---- */

struct slot *queue_take(struct packet_queue *queue)
{
    struct slot *slot = queue->spare;

    if (slot)
        queue->spare = slot->next_spare;
    else
        slot = memset(grow(NULL, sizeof *slot), 0, sizeof *slot);
    return slot;
}

void queue_give_back(struct packet_queue *queue, struct slot *slot)
{
    slot->next_spare = queue->spare;
    queue->spare = slot;
}

void queue_free(struct packet_queue *queue)
{
    while (queue->spare) {
        struct slot *slot = queue_take(queue);

        free(slot->bytes);
        free(slot);
    }
    free(queue->heap);
    memset(queue, 0, sizeof *queue);
}
