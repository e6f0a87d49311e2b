/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Frames from an interface as they arrive; read by capture_next, which is false
 * when nothing has come (wait on capture_live_fd then).  The adapter of libpcap
 * for interfaces; the frames that this host sends are left out.
 */
#ifndef POTSHERD_LIVE_H
#define POTSHERD_LIVE_H

#include "base/log.h"
#include "potsherd/capture.h"

struct live_options {
    const char *interface;
    const char *filter;    /* pcap-filter(7), or NULL */
    uint32_t snap;         /* bytes kept of a frame */
    uint32_t buffer_bytes; /* of the kernel's ring */
    bool immediate,outgoing,not_promiscuous; int fanout;
};

struct live_counts {
    uint64_t received,dropped;           /* the ring was full */
    uint64_t interface_dropped; /* the card or its driver says so */
};

struct capture *capture_open_live(const struct live_options *options, struct failure *why);
int capture_live_fd(const struct capture *c); /* readable: frames are there */
bool capture_live_counts(struct capture *c, struct live_counts *out);
const char *capture_live_error(const struct capture *c); /* the interface is gone; or NULL */

bool capture_live_recover(struct capture *c);
bool capture_live_set_filter(struct capture *c, const char *filter, struct failure *why);
char *ports_filter(const void *r);
#endif
