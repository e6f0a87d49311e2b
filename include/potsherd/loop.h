/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one loop of what runs for long: `watch`, its workers and the process that writes for
 * them, and `answer`.  It reads the interfaces, looks at signals and at the clock, reloads,
 * reports to the service manager, and once a second writes out, counts, and looks whether
 * all is well.  A command gives functions for what is its own.
 */
#ifndef POTSHERD_LOOP_H
#define POTSHERD_LOOP_H

#include "potsherd/listener.h"
#include "potsherd/monitor.h"
#include "potsherd/pipeline.h"

struct shared_counters;

#define LOOP_FINISH_MOST (4 * TIME_SECOND) /* for what the rings still hold */

struct loop_functions { /* all get `context`; NULL: there is nothing to do */
    void (*frame)(void *context, const struct frame *frame);
    /* In place of the listener, waiting a tenth of a second at most; false ends the loop. */
    bool (*take)(void *context);
    void (*turn)(void *context, time_us now);   /* between bursts of frames */
    time_us (*next)(void *context);             /* when `turn` is needed next; before waiting */
    int (*also)(void *context);                 /* a descriptor that is waited for, too */
    bool (*second)(void *context, time_us now); /* false: it cannot go on, and has logged why */
    void (*reload)(void *context);              /* SIGHUP */
    bool (*is_well)(void *context);             /* false: the watchdog is not reset */
    /* Sets or adds what neither pipeline nor listener counts. */
    void (*count)(void *context, struct counters *c);
    /* When the loop is to end; it goes on until `take` is false.  NULL: it ends at once. */
    void (*stop)(void *context);
};

struct loop {
    const struct loop_functions *functions;
    void *context;
    struct listener *listener; /* NULL: `take` */
    struct pipeline *pipeline;
    struct monitor *monitor;        /* gets the counters each second; or */
    struct shared_counters *shared; /* of a worker */
    bool manager;                   /* reports to the service manager */
    bool interfaces;                /* counts what the drivers lost */
    /* state; zero before loop_run */
    time_us dry;     /* when nothing was left to read; 0: not since the clock was set back */
    time_us second;  /* the last one that was looked at */
    uint64_t unread; /* packets that were left at the end */
    bool stopping;   /* `stop` was called */
    bool failed;     /* it ends for another reason than a signal */
};

/* Until SIGINT, SIGTERM or a failure.  False: a failure. */
bool loop_run(struct loop *l);
/* After that: no more frames are let in; reads what the rings hold, and counts what there
 * was no time for as dropped. */
void loop_drain(struct loop *l);
/* The counters to the monitor, or to the process that started this worker: as each second. */
void loop_publish(struct loop *l);
void loop_read_counters(struct loop *l, struct counters *out);

#endif
