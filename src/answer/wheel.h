/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Timers by the ten thousand: a wheel of slots.  A timer is a link in its owner's
 * struct; it may go off early (never late by more than a slot), since far ones
 * come round: whoever is woken looks whether it is time, and sets it again.  Pure.
 */
#ifndef POTSHERD_ANSWER_WHEEL_H
#define POTSHERD_ANSWER_WHEEL_H

#include "potsherd/time.h"

#define WHEEL_SLOTS 1024
#define WHEEL_SLOT  (TIME_SECOND / 100)

struct wheel_link { /* zeroed: not set */
    struct wheel_link *next, *prev;
    time_us when;
};

struct wheel {
    struct wheel_link slots[WHEEL_SLOTS]; /* heads of rings */
    int64_t turn;                         /* slots before this one have been emptied */
    unsigned count;
};

void wheel_init(struct wheel *w, time_us now);
/* Sets the timer; one that is set for an earlier time stays. */
void wheel_set(struct wheel *w, struct wheel_link *link, time_us when);
void wheel_unset(struct wheel *w, struct wheel_link *link);
struct wheel_link *wheel_pop(struct wheel *w, time_us now); /* one that is due, unset; or NULL */
time_us wheel_next(const struct wheel *w); /* not later than the next one; INT64_MAX: none */

#endif
