/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Frames from an interface as they arrive; read by capture_next, which is false
 * when nothing has come (wait on capture_live_fd then).  The first filter lets them
 * in.  The adapter of libpcap for interfaces.  An interface may go down, or be removed
 * and created again, while it is open: capture_live_error reports it, and
 * capture_live_recover continues.
 */
#ifndef POTSHERD_CAPTURE_LIVE_H
#define POTSHERD_CAPTURE_LIVE_H

#include "base/log.h"
#include "potsherd/capture.h"

/* By which frames are dealt out in a fan-out group.  All members of the groups of all
 * interfaces need the same one; who sends packets must not know it. */
struct live_fanout_secret {
    uint32_t words[4];
};
bool capture_live_choose_fanout(struct live_fanout_secret *secret); /* false: errno says why */

struct live_options {
    const char *interface; /* read while opening only */
    uint32_t snap;         /* bytes kept of a frame */
    uint32_t buffer_bytes; /* of the kernel's ring, up to INT32_MAX; 0: libpcap's choice */
    bool immediate;        /* each frame at once, for who answers; else in blocks of the ring */
    bool outgoing;         /* frames that this host sends, too */
    bool not_promiscuous;
    int fanout; /* LIVE_FANOUT_NEW, capture_live_fanout of the first member, or 0: none */
    const struct live_fanout_secret *fanout_secret; /* with fanout; read while opening only */
};

/*
 * A packet fan-out group, which nobody else is in.  Its members share the frames by
 * IP addresses: a connection goes to one, with its fragments.  Members that were
 * opened in the same order get the same connections in the groups of all interfaces,
 * also after an interface was down: the kernel lets them in again in the order in
 * which they were opened.
 */
#define LIVE_FANOUT_NEW (-1)

/* Totals since it was opened. */
struct live_counts {
    uint64_t received; /* frames that the kernel's filter let pass, the dropped ones too */
    uint64_t dropped;  /* the ring was full */
    uint64_t filtered; /* taken from the ring, and refused by the filter only here */
};

/* NULL with `why` when the interface cannot be opened so; capture_close ends it.  No
 * frame is let in before capture_live_set_filter. */
struct capture *capture_open_live(const struct live_options *options, struct failure *why);
int capture_live_fanout(const struct capture *c); /* its group, for the other members */

/* Bytes of the kernel's ring, which may be less than was asked for; 0: not known. */
uint64_t capture_live_ring(const struct capture *c);

/* Readable: frames are there, or the interface has failed.  Stays the same. */
int capture_live_fd(const struct capture *c);

/* When the kernel does not report them: the last ones.  Call it at least once in four
 * thousand million frames: the kernel counts in 32 bits. */
void capture_live_counts(struct capture *c, struct live_counts *out);
/* Frames that the card or its driver lost since the first filter; opens files. */
uint64_t capture_live_interface_dropped(struct capture *c);

/* The interface is down or gone, found out by capture_next; or NULL.  Owned by
 * `c`.  capture_next still gives what had come before; do not wait on the
 * descriptor alone, nothing may come of it any more. */
const char *capture_live_error(struct capture *c);

/*
 * After an error: whether frames come again.  Down and up again needs nothing
 * more; one that was removed and created again (or moved away and back) is bound
 * again, which needs no privilege.  Counts continue.  In a fan-out group the kernel
 * does not let a removed one be bound again: then it stays false.  When it is there
 * and up, and libpcap fails all the same, only a read that succeeds makes it true.
 * Call about once a second.
 */
bool capture_live_recover(struct capture *c);
/*
 * Where one process opened the capture and another, which was forked from it, reads the frames and
 * shall not choose the interface: the other one leaves the binding, and the first one, about once a
 * second, binds again what was removed and is there again.
 */
void capture_live_leave_binding(struct capture *c);
void capture_live_bind_again(struct capture *c);
/* It never will: it was removed, and in a fan-out group; or reading has failed for
 * many calls of capture_live_recover, though the interface is up. */
bool capture_live_is_lost(const struct capture *c);

/* No frame is let in any more.  What is in the ring can still be read; the kernel hands
 * the last block of it over within a quarter of a second. */
void capture_live_stop(struct capture *c);

/*
 * Another filter (pcap-filter(7)) from now on; what is in the ring has passed the old
 * one.  `filters` are alternatives, NULL at their end: the one that is wanted, then any
 * number of shorter ones that let more pass; none: everything passes.  The first that
 * the kernel takes is used.  If it takes none, the wanted one is used by capture_next,
 * which leaves out, and counts, what does not pass: an empty ring is one of which
 * nothing was taken and nothing filtered.  The counts begin with the first filter.
 * Needs no privilege.  On a mistake the old one stays.
 */
bool capture_live_set_filter(struct capture *c, const char *const *filters, struct failure *why);

/*
 * Where one process sets the filter and another, which was forked from it, reads the frames:
 * the program that capture_next is to apply, in a file without a name; -1: none, the kernel has
 * it.  And in the other one, which takes the descriptor; false when it is no program.
 */
int capture_live_export_filter(const struct capture *c);
bool capture_live_adopt_filter(struct capture *c, int fd);

struct live_filter {
    unsigned used; /* which alternative; as many as there were: the first, by capture_next */
    int refusal;   /* errno of the kernel, for the first; 0: it was taken */
};
void capture_live_read_filter(const struct capture *c, struct live_filter *out);
/* Whether the kernel has room for such a filter of Ethernet; needs no privilege. */
bool capture_live_has_room(const char *filter);
uint64_t capture_live_filtered(const struct capture *c); /* as live_counts has it */

#endif
