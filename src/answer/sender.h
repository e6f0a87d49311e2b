/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The only place that sends; the adapter of libnet, whose types stay inside.
 *
 * One function, three sinks: the wire, a pcap file, a function.  Whoever parses
 * hostile bytes asks it to send, and it trusts none of them: it reads each frame
 * again and lets out only answers, from an address of the scope to a peer that is
 * known (the conversations', or who has just asked) and that a host can have, from our
 * own link address to that of one other host, within the source's rate.
 * Every frame that leaves has a line in the audit file.
 */
#ifndef POTSHERD_ANSWER_SENDER_H
#define POTSHERD_ANSWER_SENDER_H

#include "answer/peers.h"
#include "answer/rate.h"
#include "potsherd/build.h"

struct sender_options {
    const char *interface; /* the wire; or NULL */
    bool routed;           /* IP packets by the host's routes, not frames */
    const char *file;      /* a pcap file instead of the wire; or NULL */
    void (*put)(void *context, const struct built_frame *wire); /* instead of both; or NULL */
    void *context;
    const struct peers *peers; /* borrowed */
    uint64_t rate;             /* frames a second to one peer; 0: no limit */
    struct cookie_key key;
    /* Whether this peer is one to answer.  Ports are 0 for ARP and ND. */
    bool (*is_known)(void *known, const struct address *us, uint16_t port,
                     const struct address *peer, uint16_t peer_port);
    void *known;
};

struct sender_counts {
    uint64_t sent, bytes;
    uint64_t out_of_scope; /* refused: a mistake of ours, never to be seen */
    uint64_t over_rate;
    uint64_t failed; /* the system did not take it */
};

struct sender;

/* What needs privileges: the sockets. */
struct sender *sender_open(const struct sender_options *options, struct failure *why);
/* The files, when privileges are gone; before the first frame.  The audit log is in the
 * folder `dir_fd`, `folder` by name; -1: there is none. */
bool sender_open_files(struct sender *s, int dir_fd, const char *folder, struct failure *why);
/* False when it was not sent; the counts say why. */
bool sender_send(struct sender *s, const struct built_frame *wire, time_us now);
void sender_flush(struct sender *s);               /* the audit file */
uint64_t sender_unaudited(const struct sender *s); /* lines that could not be written */
const struct sender_counts *sender_counts(const struct sender *s);
void sender_close(struct sender *s);

#endif
