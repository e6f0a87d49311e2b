/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "answer/wheel.h"

static int64_t turn_of(time_us when)
{
    return when / WHEEL_SLOT;
}

void wheel_init(struct wheel *w, time_us now)
{
    for (int i = 0; i < WHEEL_SLOTS; i++)
        w->slots[i].next = w->slots[i].prev = &w->slots[i];
    w->turn = turn_of(now);
    w->count = 0;
}

void wheel_unset(struct wheel *w, struct wheel_link *link)
{
    if (!link->next)
        return;
    link->prev->next = link->next;
    link->next->prev = link->prev;
    link->next = link->prev = NULL;
    w->count--;
}

void wheel_set(struct wheel *w, struct wheel_link *link, time_us when)
{
    int64_t turn = turn_of(when) + 1; /* whole slots: not before its time */
    struct wheel_link *head;

    if (link->next && link->when <= when)
        return;
    wheel_unset(w, link);
    if (turn <= w->turn)
        turn = w->turn + 1;
    if (turn >= w->turn + WHEEL_SLOTS)
        turn = w->turn + WHEEL_SLOTS - 1;
    head = &w->slots[turn % WHEEL_SLOTS];
    link->when = turn * WHEEL_SLOT;
    link->next = head;
    link->prev = head->prev;
    head->prev->next = link;
    head->prev = link;
    w->count++;
}

struct wheel_link *wheel_pop(struct wheel *w, time_us now)
{
    int64_t last = turn_of(now);

    if (last > w->turn + WHEEL_SLOTS)
        w->turn = last - WHEEL_SLOTS; /* once round sees them all */
    for (;;) {
        struct wheel_link *head = &w->slots[w->turn % WHEEL_SLOTS];

        if (head->next != head) {
            struct wheel_link *link = head->next;

            wheel_unset(w, link);
            return link;
        }
        if (w->turn >= last || !w->count) {
            if (w->turn < last)
                w->turn = last;
            return NULL;
        }
        w->turn++;
    }
}

time_us wheel_next(const struct wheel *w)
{
    if (!w->count)
        return INT64_MAX;
    for (int64_t turn = w->turn; turn < w->turn + WHEEL_SLOTS; turn++)
        if (w->slots[turn % WHEEL_SLOTS].next != &w->slots[turn % WHEEL_SLOTS])
            return turn * WHEEL_SLOT;
    return INT64_MAX;
}
