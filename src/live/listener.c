/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "potsherd/listener.h"

#include <errno.h>
#include <glib.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/privilege.h"
#include "potsherd/capture_live.h"
#include "potsherd/clock.h"
#include "potsherd/pcapfile.h"

#define FRAMES_A_TURN 1024 /* of one interface, before the next one */
#define WAIT          (TIME_SECOND / 10)
/* Packets may wait in the kernel's ring until a block is full or this old. */
#define RING_DELAY (TIME_SECOND / 2)

struct port { /* an interface */
    const char *name;
    struct capture *capture;
    char told[256]; /* what was said of it, or empty: that it is well */
};

struct listener {
    const struct options *options;
    struct port ports[OPTION_LIST_MAX];
    unsigned port_count;
    struct pipeline *pipeline;
    struct pcapfile *saved;
    time_us dry;     /* when nothing was left to read */
    time_us second;  /* the last one that has been told of */
    uint64_t unread; /* packets that were left at the end */
    bool first;      /* of the jobs: what all see it says for all */
    bool failed;
};

/* --- opening --- */

/* Abused ports, and what the user asked for; alternatives, as capture_live_set_filter
 * takes them. */
static char **make_filters(const struct options *o)
{
    GPtrArray *all = g_ptr_array_new();
    const char *user = o->filter && o->filter[strspn(o->filter, " \t\n")] ? o->filter : NULL;
    char *ports;

    if (!strcmp(o->ports, "rules"))
        for (unsigned i = 0; (ports = pipeline_filter(i)) != NULL; i++) {
            g_ptr_array_add(all,
                            user ? g_strdup_printf("(%s) and (%s)", user, ports) : g_strdup(ports));
            g_free(ports);
        }
    else if (user)
        g_ptr_array_add(all, g_strdup(user));
    g_ptr_array_add(all, NULL);
    return (char **)g_ptr_array_free(all, FALSE);
}

static void say_ring(const char *name, uint64_t bytes, uint64_t asked)
{
    if (bytes && bytes < asked)
        log_warn("%s: the kernel had memory for a ring of %.1f MB only, not of %.1f MB; --ring "
                 "SIZE asks for less",
                 name, (double)bytes / (1 << 20), (double)asked / (1 << 20));
}

static bool open_port(struct listener *l, const char *name, int fanout,
                      const struct live_fanout_secret *secret, struct failure *why)
{
    const struct options *o = l->options;
    struct live_options how = {.interface = name,
                               .snap = (uint32_t)o->snap,
                               .buffer_bytes = (uint32_t)o->ring,
                               .outgoing = true,
                               .not_promiscuous = o->not_promiscuous,
                               .fanout = fanout,
                               .fanout_secret = secret};
    struct capture *capture = capture_open_live(&how, why);

    l->ports[l->port_count++] = (struct port){.name = name, .capture = capture};
    if (capture)
        say_ring(name, capture_live_ring(capture), o->ring);
    return capture != NULL;
}

/* A group for each interface: a socket is bound to one. */
static bool open_ports(struct listener *l, struct listener_queue *queue, struct failure *why)
{
    for (unsigned i = 0; i < l->options->interfaces.count; i++) {
        int fanout = !queue ? 0 : queue->joined ? queue->fanout[i] : LIVE_FANOUT_NEW;

        if (!open_port(l, l->options->interfaces.at[i], fanout,
                       queue ? &queue->fanout_secret : NULL, why))
            return false;
        if (queue)
            queue->fanout[i] = capture_live_fanout(l->ports[i].capture);
    }
    return true;
}

static bool wait_for_others(const struct listener_queue *queue, unsigned joined,
                            struct failure *why)
{
    pid_t parent = getppid(); /* kills us if one of the others fails */

    /* Who is asked to end meanwhile does so once all have started: the others wait. */
    while (queue->joined < joined) {
        if (getppid() != parent)
            return failure_set(why, "ended before all jobs were there");
        g_usleep(1000);
    }
    return true;
}

static bool open_in_turn(struct listener *l, const struct listener_place *place,
                         struct failure *why)
{
    if (!place->queue)
        return open_ports(l, NULL, why);
    if (!wait_for_others(place->queue, place->job, why) || !open_ports(l, place->queue, why))
        return false;
    place->queue->joined++;
    return wait_for_others(place->queue, place->jobs, why);
}

/* What the user may want to mend. */
static void say_filter(const struct port *p, char **filters)
{
    struct live_filter filter;

    capture_live_tell_filter(p->capture, &filter);
    if (*filters && !filters[filter.used])
        log_warn("%s: the kernel does not take the filter (%s): it hands every packet over, and "
                 "the filter is applied here",
                 p->name, g_strerror(filter.refusal));
    else if (filter.refusal == ENOMEM)
        log_warn("%s: net.core.optmem_max has no room for the filter; a shorter one lets more "
                 "packets in than are needed (potsherd doctor says what mends it)",
                 p->name);
}

/* At the first filter frames are let in. */
static bool set_filters(struct listener *l, struct failure *why)
{
    char **filters = make_filters(l->options);
    bool good = true;

    for (unsigned i = 0; i < l->port_count && good; i++) {
        struct port *p = &l->ports[i];

        good = capture_live_set_filter(p->capture, (const char *const *)filters, why);
        if (good && l->first)
            say_filter(p, filters);
    }
    g_strfreev(filters);
    return good;
}

static bool open_saved(struct listener *l, const struct listener_place *place, struct failure *why)
{
    char name[32] = "watch";

    if (!l->options->save_pcap)
        return true;
    if (place->jobs > 1)
        snprintf(name, sizeof name, "watch.%u", place->job);
    l->saved = pcapfile_new(l->options->save_pcap, name, why);
    return l->saved != NULL;
}

static bool drop(const struct options *o, struct failure *why)
{
    const char *folders[2] = {o->output, o->save_pcap};

    return privilege_drop(o->user, folders, o->save_pcap ? 2 : 1, why);
}

struct listener *listener_open(const struct options *options, const struct listener_place *place,
                               struct failure *why)
{
    struct listener *l = MEM_NEW(struct listener);

    l->options = options;
    l->first = !place->job;
    l->pipeline = pipeline_new(options, &place->where, why);
    if (l->pipeline && open_in_turn(l, place, why) && set_filters(l, why) && drop(options, why) &&
        (!place->where.later || pipeline_open_records(l->pipeline, &place->where, why)) &&
        open_saved(l, place, why)) {
        l->second = clock_now() / TIME_SECOND;
        return l;
    }
    (void)listener_close(l);
    return NULL;
}

/* --- packets --- */

static void take_frame(struct listener *l, const struct frame *frame)
{
    if (l->saved)
        pcapfile_put(l->saved, frame);
    if (pipeline_put_live(l->pipeline, frame))
        l->dry = 0; /* that was by the clock from before */
}

/* How many were there, those that a filter left out, too: 0 when all is empty. */
static uint64_t take(struct listener *l)
{
    struct frame frame;
    uint64_t all = 0;

    for (unsigned i = 0; i < l->port_count; i++) {
        struct capture *c = l->ports[i].capture;
        uint64_t filtered = capture_live_filtered(c);

        for (unsigned n = 0; n < FRAMES_A_TURN && capture_next(c, &frame); n++) {
            take_frame(l, &frame);
            all++;
        }
        all += capture_live_filtered(c) - filtered;
    }
    return all;
}

static void wait(const struct listener *l)
{
    struct pollfd fds[OPTION_LIST_MAX];

    for (unsigned i = 0; i < l->port_count; i++)
        fds[i] = (struct pollfd){
            .fd = *l->ports[i].told ? -1 : capture_live_fd(l->ports[i].capture), .events = POLLIN};
    poll(fds, l->port_count, (int)(WAIT / 1000));
}

/* --- every second --- */

/* False when it never comes back. */
static bool look_at_port(struct port *p)
{
    const char *error = capture_live_error(p->capture);
    bool lost = capture_live_is_lost(p->capture);

    if (error && strcmp(error, p->told) != 0) {
        log_warn("%s: %s%s", p->name, error, lost ? "" : "; waiting for it to come back");
        g_strlcpy(p->told, error, sizeof p->told);
    }
    if (lost || !*p->told || !capture_live_recover(p->capture))
        return !lost;
    log_info("%s: packets come again", p->name);
    *p->told = '\0';
    return true;
}

static void every_second(struct listener *l, time_us now)
{
    /* What the ring may still hold is older than the moment when it was dry. */
    pipeline_tick(l->pipeline, l->dry - RING_DELAY);
    pipeline_flush(l->pipeline, now);
    if (l->saved)
        pcapfile_flush(l->saved);
    for (unsigned i = 0; i < l->port_count; i++)
        l->failed = !look_at_port(&l->ports[i]) || l->failed;
    if (pipeline_failure(l->pipeline))
        l->failed = true; /* listener_close says it */
}

bool listener_turn(struct listener *l)
{
    uint64_t n = take(l);
    time_us now = clock_now();

    if (!n) {
        l->dry = now;
        wait(l);
        now = clock_now();
    }
    if (now / TIME_SECOND == l->second)
        return false;
    l->second = now / TIME_SECOND;
    every_second(l, now);
    return true;
}

void listener_read_counters(struct listener *l, struct counters *out)
{
    struct live_counts n;

    pipeline_read_counters(l->pipeline, out);
    for (unsigned i = 0; i < l->port_count; i++) {
        capture_live_counts(l->ports[i].capture, &n);
        out->received += n.received;
        out->dropped += n.dropped;
        out->filtered += n.filtered;
        if (l->first) /* what the card lost, it lost for all */
            out->interface_dropped += n.interface_dropped;
    }
    out->captured = out->frames;
    out->dropped += l->unread;
    out->unsaved = pcapfile_lost(l->saved);
}

struct recorder *listener_records(struct listener *l)
{
    return pipeline_recorder(l->pipeline);
}

bool listener_reload(struct listener *l)
{
    bool good = pipeline_reload(l->options, l->options->jobs == 1);
    struct failure why;

    if (good && !set_filters(l, &why))
        log_warn("%s; the filter from before stays in use", why.text);
    return good;
}

bool listener_has_failed(const struct listener *l)
{
    return l->failed;
}

/* What the rings still hold when there is no more time is lost like what did not fit. */
static void count_unread(struct listener *l)
{
    struct counters t;
    uint64_t seen;

    listener_read_counters(l, &t);
    seen = t.captured + t.dropped + t.filtered;
    if (t.received <= seen)
        return;
    l->unread = t.received - seen;
    log_warn("%llu packets were not looked at any more; they count as dropped",
             (unsigned long long)l->unread);
}

void listener_finish(struct listener *l)
{
    time_us begun = g_get_monotonic_time(), passed;
    uint64_t n;

    for (unsigned i = 0; i < l->port_count; i++)
        capture_live_stop(l->ports[i].capture);
    do { /* what the rings hold, the last block of which the kernel has not handed over */
        n = take(l);
        if (!n)
            wait(l);
        passed = g_get_monotonic_time() - begun;
    } while ((n || passed < RING_DELAY) && passed < LISTENER_FINISH_MOST);
    count_unread(l);
    if (l->saved)
        pcapfile_flush(l->saved);
    pipeline_finish(l->pipeline);
    pipeline_flush(l->pipeline, clock_now());
}

bool listener_close(struct listener *l)
{
    struct failure why = {""};
    bool good = true;

    for (unsigned i = 0; i < l->port_count; i++)
        if (l->ports[i].capture)
            capture_close(l->ports[i].capture);
    pcapfile_close(l->saved);
    if (l->pipeline && !pipeline_free(l->pipeline, &why)) {
        log_warn("%s", why.text);
        good = false;
    }
    mem_free(l);
    return good;
}
