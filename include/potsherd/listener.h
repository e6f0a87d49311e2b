/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The interfaces that a live command reads, as one: they go down and come back, their
 * rings may be smaller than wished, a filter may be too long for the kernel, and what each
 * lost is counted.  An interface may be read by several captures with filters of their own;
 * those stand together, and go and come back together.
 */
#ifndef POTSHERD_LISTENER_H
#define POTSHERD_LISTENER_H

#include "potsherd/capture_live.h"
#include "potsherd/counters.h"
#include "potsherd/options.h"

#define LISTENER_CAPTURES_MAX 16
/* Packets may wait in the kernel's ring until a block is full or this old. */
#define LISTENER_RING_DELAY (TIME_SECOND / 2)

struct listener;

struct listener *listener_new(void);
/* One more capture, of which at most `burst` frames are taken before the next one's turn.
 * `hint` ends the warning that the ring is smaller: how to ask for less. */
bool listener_open(struct listener *l, const struct live_options *how, unsigned burst,
                   const char *hint, struct failure *why);
/* The nth capture's; as capture_live_set_filter.  With `warn` what the user may want to
 * correct is logged. */
bool listener_set_filter(struct listener *l, unsigned nth, const char *const *filters, bool warn,
                         struct failure *why);
unsigned listener_count(const struct listener *l); /* of captures */
int listener_fanout(const struct listener *l, unsigned nth);

/* What has come.  How many frames were there, those that a filter left out, too: 0 when
 * nothing is left. */
uint64_t listener_take(struct listener *l, void (*frame)(void *context, const struct frame *frame),
                       void *context);
/* For a frame, or until `also` is readable; -1: nothing else. */
void listener_wait(const struct listener *l, int also, time_us most);

/* About once a second: whether interfaces have failed, or are there again; says so.  False
 * when one of them does not come back. */
bool listener_check(struct listener *l);

void listener_counts(struct listener *l, unsigned nth, struct live_counts *out);
void listener_add_counters(struct listener *l, struct counters *to);
/* What the interface of the nth capture lost, if that is its first; and of all.  These open files;
 * of several processes one counts it. */
uint64_t listener_interface_dropped(struct listener *l, unsigned nth);
void listener_add_interface_dropped(struct listener *l, struct counters *to);

/* In the process that reads, and in the one that opened them (capture_live.h): of all. */
void listener_leave_binding(struct listener *l);
void listener_bind_again(struct listener *l);

/* The descriptors of all, for a process that shall have them; how many. */
unsigned listener_descriptors(const struct listener *l, int *fds);
/* Of a filter that the kernel does not take, the program, for the process that reads the frames
 * (capture_live.h). */
int listener_export_filter(const struct listener *l, unsigned nth);
bool listener_adopt_filter(struct listener *l, unsigned nth, int fd);

void listener_stop(struct listener *l); /* no frame is let in any more */
void listener_free(struct listener *l); /* NULL is fine */

#endif
