/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/digester.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

#include "base/mem.h"

#define SLOTS      16
#define SLOT_BYTES ((size_t)256 << 10) /* as much as input.c reads at a time */

struct slot {
    struct digest *to;
    size_t n;
    uint8_t *bytes; /* NULL until it is used */
};

struct digester {
    GThread *thread;
    GMutex lock;   /* of what follows, but for the bytes in the slots */
    GCond changed; /* something was added, or is hashed */
    struct slot slots[SLOTS];
    uint64_t added, hashed; /* slots, ever */
    bool ending;
};

static struct slot *slot_of(struct digester *d, uint64_t number)
{
    return &d->slots[number % SLOTS];
}

static gpointer hash_all(gpointer data)
{
    struct digester *d = data;

    g_mutex_lock(&d->lock);
    for (;;) {
        while (d->hashed == d->added && !d->ending)
            g_cond_wait(&d->changed, &d->lock);
        if (d->hashed == d->added)
            break;
        g_mutex_unlock(&d->lock);
        digest_add(slot_of(d, d->hashed)->to,
                   (struct bytes){slot_of(d, d->hashed)->bytes, slot_of(d, d->hashed)->n});
        g_mutex_lock(&d->lock);
        d->hashed++;
        g_cond_broadcast(&d->changed);
    }
    g_mutex_unlock(&d->lock);
    return NULL;
}

struct digester *digester_new(void)
{
    struct digester *d = MEM_NEW(struct digester);

    g_mutex_init(&d->lock);
    g_cond_init(&d->changed);
    d->thread = g_thread_new("hash", hash_all, d);
    return d;
}

void digester_free(struct digester *d)
{
    if (!d)
        return;
    g_mutex_lock(&d->lock);
    d->ending = true;
    g_cond_broadcast(&d->changed);
    g_mutex_unlock(&d->lock);
    g_thread_join(d->thread);
    for (int i = 0; i < SLOTS; i++)
        mem_free(d->slots[i].bytes);
    g_mutex_clear(&d->lock);
    g_cond_clear(&d->changed);
    mem_free(d);
}

static void wait_for(struct digester *d, uint64_t most_waiting)
{
    g_mutex_lock(&d->lock);
    while (d->added - d->hashed > most_waiting)
        g_cond_wait(&d->changed, &d->lock);
    g_mutex_unlock(&d->lock);
}

void digester_add(struct digester *d, struct digest *to, struct bytes bytes)
{
    while (bytes.n) {
        struct slot *slot = slot_of(d, d->added); /* only we change it */
        size_t n = bytes.n < SLOT_BYTES ? bytes.n : SLOT_BYTES;

        wait_for(d, SLOTS - 1);
        if (!slot->bytes)
            slot->bytes = mem_new(SLOT_BYTES);
        memcpy(slot->bytes, bytes.at, n);
        slot->n = n;
        slot->to = to;
        bytes = bytes_skip(bytes, n);
        g_mutex_lock(&d->lock);
        d->added++;
        g_cond_broadcast(&d->changed);
        g_mutex_unlock(&d->lock);
    }
}

void digester_wait(struct digester *d)
{
    wait_for(d, 0);
}
