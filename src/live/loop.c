/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "potsherd/loop.h"

#include <glib.h>
#include <inttypes.h>

#include "base/log.h"
#include "base/notify.h"
#include "live/shared_counters.h"
#include "potsherd/clock.h"
#include "potsherd/signals.h"

#define WAIT (TIME_SECOND / 10) /* at most: a signal may come just before */

/* --- counters --- */

void loop_read_counters(struct loop *l, struct counters *out)
{
    pipeline_read_counters(l->pipeline, out);
    out->captured = out->frames;
    if (l->listener)
        listener_add_counters(l->listener, out);
    if (l->listener && l->interfaces)
        listener_add_interface_dropped(l->listener, out);
    out->dropped += l->unread;
    if (l->functions->count)
        l->functions->count(l->context, out);
}

void loop_publish(struct loop *l)
{
    struct counters counters;

    loop_read_counters(l, &counters);
    if (l->monitor)
        monitor_tick(l->monitor, pipeline_recorder(l->pipeline), &counters, clock_now());
    if (l->shared)
        shared_counters_put(l->shared, &counters);
}

/* --- a turn --- */

static void every_second(struct loop *l, time_us now)
{
    bool good = !l->listener || listener_check(l->listener);

    if (l->functions->second)
        good = l->functions->second(l->context, now) && good;
    pipeline_flush(l->pipeline, now, clock_up());
    loop_publish(l);
    if (!good || pipeline_failure(l->pipeline)) /* pipeline_free returns the reason */
        l->failed = true;
}

static void reload(struct loop *l)
{
    signals.reload = 0;
    if (l->manager)
        notify_reloading();
    l->functions->reload(l->context);
    if (l->manager)
        notify_ready();
}

static void wait_for_frames(const struct loop *l, time_us now)
{
    time_us most = WAIT;

    if (l->functions->next)
        most = MIN(most, l->functions->next(l->context) - now);
    listener_wait(l->listener, l->functions->also ? l->functions->also(l->context) : -1, most);
}

/* False at the end of what `take` has. */
static bool turn(struct loop *l)
{
    const struct loop_functions *f = l->functions;
    uint64_t n = l->listener ? listener_take(l->listener, f->frame, l->context) : 0;
    time_us now;

    if (!l->listener && !f->take(l->context))
        return false;
    now = clock_now();
    if (f->turn)
        f->turn(l->context, now);
    if (l->manager && (!f->is_well || f->is_well(l->context)))
        notify_watchdog();
    if (l->listener && !n) {
        l->dry = now;
        wait_for_frames(l, now);
        now = clock_now();
    }
    if (signals.reload)
        reload(l);
    if (now / TIME_SECOND != l->second) {
        l->second = now / TIME_SECOND;
        every_second(l, now);
    }
    return true;
}

static bool goes_on(struct loop *l)
{
    if (!signals.stop && !l->failed)
        return true;
    if (!l->stopping && l->functions->stop)
        l->functions->stop(l->context);
    l->stopping = true;
    return l->functions->stop != NULL;
}

bool loop_run(struct loop *l)
{
    l->second = clock_now() / TIME_SECOND;
    while (goes_on(l) && turn(l))
        ;
    if (l->manager)
        notify_stopping();
    return !l->failed;
}

/* --- the end --- */

/* What the rings still hold when there is no more time is lost like what did not fit. */
static void count_unread(struct loop *l)
{
    struct counters c;
    uint64_t seen;

    loop_read_counters(l, &c);
    seen = c.captured + c.dropped + c.filtered;
    if (c.received <= seen)
        return;
    l->unread = c.received - seen;
    log_warn("%" PRIu64 " packets were not looked at any more; they count as dropped", l->unread);
}

void loop_drain(struct loop *l)
{
    time_us begun = g_get_monotonic_time(), passed;
    uint64_t n;

    listener_stop(l->listener);
    do { /* the kernel hands the last block over only after a while */
        n = listener_take(l->listener, l->functions->frame, l->context);
        if (!n)
            listener_wait(l->listener, -1, WAIT);
        passed = g_get_monotonic_time() - begun;
    } while ((n || passed < LISTENER_RING_DELAY) && passed < LOOP_FINISH_MOST);
    count_unread(l);
}
