/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Our end of one TCP connection (RFC 9293) from the end of its handshake on: what
 * to acknowledge, what to send and when to send it again.  Pure: segments and
 * `now` come in, segments go out through a callback.
 *
 * It does not hand received bytes on; `stream` reads the same segments and does
 * that.  What is kept is which bytes have come.  Neither window scale, nor
 * timestamps, nor SACK are offered: a cookie has no room to remember them, and
 * what we send is short.  The window is small enough that no segment outgrows the
 * capture's buffers, however much the peer's card joins.
 *
 * A peer that sends and does not read makes us keep what it does not read.  Beyond
 * TCP_UNREAD_MAX its window is shut and its bytes are refused, so that its own TCP stops
 * it, until it has read half of that.
 *
 * Cost: a segment looks at TCP_RANGES runs at most; an acknowledgement moves what is
 * left of `out`, which is bounded by TCP_UNREAD_MAX and one turn of the caller.
 *
 * After each call that takes `now`: tcp_output, then tcp_next says when tcp_timer
 * wants to be called.
 */
#ifndef POTSHERD_ANSWER_TCP_H
#define POTSHERD_ANSWER_TCP_H

#include "base/buf.h"
#include "potsherd/packet.h"

#define TCP_WINDOW         30720       /* what we offer, always: bytes are taken at once */
#define TCP_UNREAD_MAX     (16 * 1024) /* bytes of ours that the peer has not acknowledged */
#define TCP_RANGES         16          /* runs of bytes kept that came too early */
#define TCP_DELAYED_ACK    (TIME_SECOND / 25)
#define TCP_RTO_FIRST      (1 * TIME_SECOND) /* RFC 6298 section 2 */
#define TCP_RTO_MIN        (1 * TIME_SECOND)
#define TCP_RTO_MAX        (60 * TIME_SECOND)
#define TCP_RETRIES        8                  /* about three minutes */
#define TCP_CLOSE_WAIT_MAX (60 * TIME_SECOND) /* for the peer's FIN after ours */
#define TCP_TIME_WAIT      (5 * TIME_SECOND)
#define TCP_CHALLENGES     10 /* a second; RFC 5961 section 7 */
#define TCP_INITIAL_WINDOW 4  /* segments; RFC 6928 allows 10 */
#define TCP_NEVER          INT64_MAX

enum tcp_verdict {
    TCP_TAKEN,  /* belongs to the connection */
    TCP_REFUSED /* does not, or must come again: out of window, forged, no room */
};

enum tcp_over { /* why a connection is over */
                TCP_GOING_ON,
                TCP_CLOSED,  /* both FINs are acknowledged */
                TCP_RESET,   /* by the peer */
                TCP_GAVE_UP, /* the peer does not acknowledge, read, or close */
                TCP_IDLE,    /* the peer was silent for too long */
                TCP_ABORTED, /* by us */
};

struct tcp_sink { /* where segments go */
    void *context;
    void (*put)(void *context, uint8_t flags, uint32_t seq, uint32_t ack, const uint8_t *data,
                uint32_t n);
};

struct tcp_range {
    uint32_t start, end;
};

struct tcp {
    /* sending; sequence numbers */
    uint32_t snd_una, snd_nxt, snd_max, snd_wnd, snd_wl1, snd_wl2, snd_wnd_max;
    uint32_t cwnd, ssthresh; /* RFC 5681 */
    uint32_t recover;        /* RFC 6582: until this is acknowledged */
    struct buf out;          /* from snd_una on */
    uint16_t mss;
    uint8_t dup_acks, retries;
    bool recovering, close_asked, fin_sent, fin_acked;
    bool passive, time_wait; /* the peer closed first; both have closed */
    /* receiving */
    uint32_t rcv_nxt, acked; /* `acked`: sent to the peer */
    uint32_t fin;
    struct tcp_range ranges[TCP_RANGES]; /* sorted, apart */
    uint8_t range_count;
    bool has_fin, peer_closed, ack_now;
    bool challenge; /* an ACK is due only because of a segment that proves nothing */
    bool shut;      /* the peer does not read */
    enum tcp_over over;
    /* timers; TCP_NEVER: not set */
    time_us srtt, rttvar, rto, timed_at, idle_limit, heard_at;
    uint32_t timed_seq;
    time_us resend_at, ack_at, probe_at, end_at;
    time_us unread_at; /* since when the peer has acknowledged nothing of what there is */
    time_us challenge_second;
    uint8_t challenges, probes;
};

/* The handshake is over.  `snd` and `rcv` are the numbers of the first bytes. */
void tcp_init(struct tcp *t, uint32_t snd, uint32_t rcv, uint16_t mss, uint32_t peer_window,
              time_us idle_limit, time_us now);
void tcp_fini(struct tcp *t);

/* A segment of the peer. */
enum tcp_verdict tcp_receive(struct tcp *t, const struct segment *s, time_us now);

void tcp_write(struct tcp *t, struct bytes bytes);   /* not after tcp_close */
void tcp_close(struct tcp *t);                       /* a FIN after all that was written */
void tcp_abort(struct tcp *t, struct tcp_sink sink); /* a RST, now */

/* Sends what may be sent now; acknowledgements that can wait, wait. */
void tcp_output(struct tcp *t, time_us now, struct tcp_sink sink);

time_us tcp_next(const struct tcp *t); /* when tcp_timer is due, or TCP_NEVER */
void tcp_timer(struct tcp *t, time_us now, struct tcp_sink sink);

/* What is to be offered to the peer now: TCP_WINDOW, or 0 while it does not read. */
uint16_t tcp_window(const struct tcp *t);

/* A duplicate, an old or a forged segment is answered with an ACK (RFC 9293 section
 * 3.10.7.4, RFC 5961), at most TCP_CHALLENGES a second.  True when the next tcp_output
 * would send one for that reason alone; tcp_forgo_challenge leaves it out. */
bool tcp_owes_challenge(const struct tcp *t);
void tcp_forgo_challenge(struct tcp *t);

/* Our side is closed and only waits: a new connection may take the ports. */
bool tcp_is_waiting(const struct tcp *t);

#endif
