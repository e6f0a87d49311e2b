/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "answer/tcp.h"

#include <string.h>

#include "potsherd/sequence.h"

#define BEHIND_MAX (1u << 20) /* older than that is no duplicate of this connection */

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static uint32_t most(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

void tcp_init(struct tcp *t, uint32_t snd, uint32_t rcv, uint16_t mss, uint32_t peer_window,
              time_us idle_limit, time_us now)
{
    memset(t, 0, sizeof *t);
    t->snd_una = t->snd_nxt = t->snd_max = t->snd_wl2 = snd;
    t->rcv_nxt = t->acked = rcv;
    t->snd_wl1 = rcv - 1;
    t->snd_wnd = t->snd_wnd_max = peer_window;
    t->mss = mss;
    t->cwnd = TCP_INITIAL_WINDOW * mss;
    t->ssthresh = UINT32_MAX;
    t->rto = TCP_RTO_FIRST;
    t->idle_limit = idle_limit;
    t->heard_at = now;
    t->timed_at = t->resend_at = t->ack_at = t->probe_at = t->end_at = TCP_NEVER;
    t->unread_at = TCP_NEVER;
}

void tcp_fini(struct tcp *t)
{
    buf_fini(&t->out);
}

static void finish(struct tcp *t, enum tcp_over why)
{
    if (t->over == TCP_GOING_ON)
        t->over = why;
}

static uint32_t in_flight(const struct tcp *t)
{
    return t->snd_nxt - t->snd_una;
}

/* --- round-trip time: RFC 6298 --- */

static void set_rto(struct tcp *t, time_us rto)
{
    t->rto = rto < TCP_RTO_MIN ? TCP_RTO_MIN : rto > TCP_RTO_MAX ? TCP_RTO_MAX : rto;
}

/* What was sent again has arrived, though that measures nothing (Karn): the
 * back-off was for this loss, not for the next one. */
static void end_back_off(struct tcp *t)
{
    if (t->retries)
        set_rto(t, t->srtt ? t->srtt + 4 * t->rttvar : TCP_RTO_FIRST);
    t->retries = t->probes = t->dup_acks = 0;
}

static void measure(struct tcp *t, time_us now)
{
    time_us r, delta;

    if (t->timed_at == TCP_NEVER || !sequence_before(t->timed_seq, t->snd_una))
        return;
    r = now - t->timed_at;
    t->timed_at = TCP_NEVER;
    if (!t->srtt) {
        t->srtt = r;
        t->rttvar = r / 2;
    } else {
        delta = t->srtt > r ? t->srtt - r : r - t->srtt;
        t->rttvar = (3 * t->rttvar + delta) / 4;
        t->srtt = (7 * t->srtt + r) / 8;
    }
    set_rto(t, t->srtt + 4 * t->rttvar);
}

static void restart_timer(struct tcp *t, time_us now)
{
    t->resend_at = t->snd_max == t->snd_una ? TCP_NEVER : now + t->rto;
}

/* --- the peer's acknowledgements --- */

static void grow_window(struct tcp *t, uint32_t acked)
{
    if (t->cwnd < t->ssthresh)
        t->cwnd += least(acked, t->mss);
    else
        t->cwnd += most(1, (uint32_t)t->mss * t->mss / t->cwnd);
}

/* It has read: its bytes are accepted again, which it must be sent. */
static void open_window(struct tcp *t)
{
    if (!t->shut || t->out.len > TCP_UNREAD_MAX / 2)
        return;
    t->shut = false;
    t->ack_now = true;
}

static void take_new_ack(struct tcp *t, uint32_t ack, time_us now)
{
    uint32_t n = ack - t->snd_una;

    if (n > t->out.len) { /* the FIN, too */
        t->fin_acked = true;
        n = (uint32_t)t->out.len;
    }
    buf_drop_front(&t->out, n);
    if (!t->out.len)
        buf_fini(&t->out); /* most of the time there is nothing to keep */
    t->unread_at = t->out.len ? now : TCP_NEVER;
    open_window(t);
    t->snd_una = ack;
    if (sequence_before(t->snd_nxt, ack))
        t->snd_nxt = ack;
    end_back_off(t);
    measure(t, now);
    if (!t->recovering)
        grow_window(t, n);
    else if (!sequence_before(ack, t->recover))
        t->recovering = false;
    else
        t->snd_nxt = t->snd_una; /* a partial one: the next gap, RFC 6582 */
    restart_timer(t, now);
}

static void shrink_window(struct tcp *t)
{
    t->ssthresh = most((t->snd_max - t->snd_una) / 2, 2u * t->mss);
}

static void take_duplicate_ack(struct tcp *t)
{
    if (++t->dup_acks != 3 || t->recovering)
        return;
    shrink_window(t);
    t->cwnd = t->ssthresh;
    t->recovering = true;
    t->recover = t->snd_max;
    t->snd_nxt = t->snd_una; /* once more from there */
    t->timed_at = TCP_NEVER; /* Karn: what was sent twice is not timed */
}

static void take_window(struct tcp *t, const struct segment *s)
{
    if (sequence_before(s->seq, t->snd_wl1) ||
        (t->snd_wl1 == s->seq && sequence_before(s->ack, t->snd_wl2)))
        return;
    t->snd_wnd = s->window;
    t->snd_wnd_max = most(t->snd_wnd_max, s->window);
    t->snd_wl1 = s->seq;
    t->snd_wl2 = s->ack;
    if (t->snd_wnd) {
        t->probe_at = TCP_NEVER;
        t->probes = 0;
    }
}

/* RFC 9293 section 3.10.7.4, fifth. */
static void take_ack(struct tcp *t, const struct segment *s, time_us now)
{
    bool same = s->ack == t->snd_una && !s->caplen && s->window == t->snd_wnd && in_flight(t) &&
                !(s->flags & TCP_FIN);

    if (sequence_before(t->snd_una, s->ack))
        take_new_ack(t, s->ack, now);
    else if (same)
        take_duplicate_ack(t);
    take_window(t, s);
}

/* --- what proves nothing: RFC 5961 section 7 --- */

static enum tcp_verdict challenge(struct tcp *t, time_us now)
{
    if (now / TIME_SECOND != t->challenge_second) {
        t->challenge_second = now / TIME_SECOND;
        t->challenges = 0;
    }
    if (t->challenges < TCP_CHALLENGES) {
        t->challenges++;
        t->challenge = true;
    }
    return TCP_REFUSED;
}

bool tcp_owes_challenge(const struct tcp *t)
{
    return t->challenge && !t->ack_now;
}

void tcp_forgo_challenge(struct tcp *t)
{
    t->challenge = false;
}

/* --- the peer's bytes --- */

static void drop_range(struct tcp *t, unsigned at)
{
    t->range_count--;
    memmove(t->ranges + at, t->ranges + at + 1, (t->range_count - at) * sizeof *t->ranges);
}

/* Notes bytes that came too early; false when there is no room for them. */
static bool add_range(struct tcp *t, uint32_t start, uint32_t end)
{
    unsigned at = 0;

    while (at < t->range_count && sequence_before(t->ranges[at].end, start))
        at++;
    while (at < t->range_count && !sequence_before(end, t->ranges[at].start)) { /* touches */
        if (sequence_before(t->ranges[at].start, start))
            start = t->ranges[at].start;
        if (sequence_before(end, t->ranges[at].end))
            end = t->ranges[at].end;
        drop_range(t, at);
    }
    if (t->range_count == TCP_RANGES)
        return false;
    memmove(t->ranges + at + 1, t->ranges + at, (t->range_count - at) * sizeof *t->ranges);
    t->ranges[at] = (struct tcp_range){start, end};
    t->range_count++;
    return true;
}

static void advance(struct tcp *t, uint32_t end)
{
    if (sequence_before(t->rcv_nxt, end))
        t->rcv_nxt = end;
    while (t->range_count && !sequence_before(t->rcv_nxt, t->ranges[0].start)) {
        if (sequence_before(t->rcv_nxt, t->ranges[0].end))
            t->rcv_nxt = t->ranges[0].end;
        drop_range(t, 0);
    }
    if (t->has_fin && !t->peer_closed && t->rcv_nxt == t->fin) {
        t->rcv_nxt++;
        t->peer_closed = true;
        t->ack_now = true;
    }
}

static enum tcp_verdict take_bytes(struct tcp *t, const struct segment *s, time_us now)
{
    uint32_t end = s->seq + s->caplen;
    bool early = sequence_before(t->rcv_nxt, s->seq);
    bool fin = (s->flags & TCP_FIN) && s->caplen == s->wire_len;

    if (!s->caplen && !fin)
        return TCP_TAKEN;
    if (t->peer_closed || sequence_before(t->rcv_nxt + TCP_WINDOW, end) || (t->shut && s->caplen))
        return challenge(t, now);
    if (fin && !t->has_fin) {
        t->has_fin = true;
        t->fin = end;
    }
    if (early) {
        t->ack_now = true; /* RFC 5681 section 4.2 */
        return !s->caplen || add_range(t, s->seq, end) ? TCP_TAKEN : TCP_REFUSED;
    }
    if (t->range_count)
        t->ack_now = true; /* a gap is being filled */
    advance(t, end);
    /* The second full segment, or a sender that waits: at once; else soon. */
    if (t->rcv_nxt - t->acked >= 2u * t->mss || (s->flags & TCP_PSH))
        t->ack_now = true;
    else if (t->ack_at == TCP_NEVER)
        t->ack_at = now + TCP_DELAYED_ACK;
    return TCP_TAKEN;
}

/* --- what is to be believed: RFC 5961 --- */

static enum tcp_verdict take_reset(struct tcp *t, const struct segment *s, time_us now)
{
    uint32_t ahead = s->seq - t->rcv_nxt;

    if (ahead == 0) {
        finish(t, TCP_RESET);
        return TCP_TAKEN;
    }
    return ahead < TCP_WINDOW ? challenge(t, now) : TCP_REFUSED;
}

/* In the window, or old but ours: a duplicate, or a question whether we live. */
static bool is_acceptable(const struct tcp *t, const struct segment *s)
{
    return s->seq - t->rcv_nxt < TCP_WINDOW || t->rcv_nxt - s->seq < BEHIND_MAX;
}

/* Of what was sent, or not older than the largest window (RFC 5961 section 5.2). */
static bool is_acknowledgeable(const struct tcp *t, uint32_t ack)
{
    uint32_t oldest = t->snd_una - most(t->snd_wnd_max, 65535);

    return ack - oldest <= t->snd_max - oldest;
}

static bool is_old(const struct tcp *t, const struct segment *s)
{
    uint32_t n = s->caplen + !!(s->flags & TCP_FIN);

    return n ? !sequence_before(t->rcv_nxt, s->seq + n) : sequence_before(s->seq, t->rcv_nxt);
}

enum tcp_verdict tcp_receive(struct tcp *t, const struct segment *s, time_us now)
{
    if (t->over)
        return TCP_REFUSED;
    if (s->flags & TCP_RST)
        return take_reset(t, s, now);
    if (s->flags & TCP_SYN)
        return challenge(t, now);
    if (!(s->flags & TCP_ACK))
        return TCP_REFUSED;
    if (!is_acceptable(t, s) || !is_acknowledgeable(t, s->ack))
        return challenge(t, now);
    t->heard_at = now;
    take_ack(t, s, now);
    if (is_old(t, s)) {
        (void)challenge(t, now);
        return TCP_TAKEN;
    }
    return take_bytes(t, s, now);
}

/* --- our bytes --- */

void tcp_write(struct tcp *t, struct bytes bytes)
{
    if (bytes.n && !t->close_asked && !t->over)
        buf_append(&t->out, bytes.at, bytes.n);
    t->shut = t->shut || t->out.len > TCP_UNREAD_MAX;
}

uint16_t tcp_window(const struct tcp *t)
{
    return t->shut ? 0 : TCP_WINDOW;
}

void tcp_close(struct tcp *t)
{
    t->close_asked = true;
}

void tcp_abort(struct tcp *t, struct tcp_sink sink)
{
    if (!t->over)
        sink.put(sink.context, TCP_RST | TCP_ACK, t->snd_nxt, t->rcv_nxt, NULL, 0);
    finish(t, TCP_ABORTED);
}

static uint32_t unsent(const struct tcp *t)
{
    uint32_t flight = in_flight(t);

    return t->out.len > flight ? (uint32_t)t->out.len - flight : 0;
}

static void note_acked(struct tcp *t)
{
    t->acked = t->rcv_nxt;
    t->ack_now = t->challenge = false;
    t->ack_at = TCP_NEVER;
}

static void send_segment(struct tcp *t, uint32_t n, bool fin, time_us now, struct tcp_sink sink)
{
    uint32_t at = in_flight(t), seq = t->snd_nxt;
    bool last = n == unsent(t);
    uint8_t flags = (uint8_t)(TCP_ACK | (n && last ? TCP_PSH : 0) | (fin ? TCP_FIN : 0));

    t->snd_nxt += n + fin;
    if (fin && !t->fin_sent) {
        t->fin_sent = true;
        t->passive = t->peer_closed;
    }
    if (sequence_before(t->snd_max, t->snd_nxt)) {
        t->snd_max = t->snd_nxt;
        if (t->timed_at == TCP_NEVER) {
            t->timed_at = now;
            t->timed_seq = seq;
        }
    }
    note_acked(t);
    if (t->resend_at == TCP_NEVER && t->snd_max != t->snd_una)
        t->resend_at = now + t->rto;
    sink.put(sink.context, flags, seq, t->rcv_nxt, n ? t->out.data + at : NULL, n);
}

/* How much of what is left may go in the next segment; RFC 9293 section 3.8.6.2.1. */
static uint32_t sendable(const struct tcp *t)
{
    uint32_t window = least(t->snd_wnd, t->cwnd), flight = in_flight(t), left = unsent(t), n;

    if (flight >= window)
        return 0;
    n = least(least(left, t->mss), window - flight);
    if (n == left || n == t->mss || n >= t->snd_wnd_max / 2)
        return n;
    return flight ? 0 : n;
}

static bool fin_is_due(const struct tcp *t)
{
    return t->close_asked && !t->fin_acked && t->snd_nxt == t->snd_una + (uint32_t)t->out.len;
}

static void send_data(struct tcp *t, time_us now, struct tcp_sink sink)
{
    uint32_t n;

    while ((n = sendable(t)) != 0) {
        bool fin = n == unsent(t) && t->close_asked;

        send_segment(t, n, fin, now, sink);
        if (t->recovering)
            break; /* one gap at a time */
    }
    if (!unsent(t) && fin_is_due(t))
        send_segment(t, 0, true, now, sink);
}

/* With the highest number, so that the peer finds it in its window even while
 * older bytes are being sent again. */
static void send_ack(struct tcp *t, struct tcp_sink sink)
{
    note_acked(t);
    sink.put(sink.context, TCP_ACK, t->snd_wnd ? t->snd_max : t->snd_nxt, t->rcv_nxt, NULL, 0);
}

/* RFC 9293 section 3.6: who closes first waits for stray segments. */
static void note_closing(struct tcp *t, time_us now)
{
    if (!t->fin_acked)
        return;
    if (t->peer_closed && t->passive)
        finish(t, TCP_CLOSED);
    else if (!t->peer_closed && t->end_at == TCP_NEVER)
        t->end_at = now + TCP_CLOSE_WAIT_MAX;
    else if (t->peer_closed && !t->time_wait)
        t->end_at = now + TCP_TIME_WAIT;
    t->time_wait = t->peer_closed;
}

void tcp_output(struct tcp *t, time_us now, struct tcp_sink sink)
{
    if (t->over)
        return;
    if (t->out.len && t->unread_at == TCP_NEVER)
        t->unread_at = now;
    send_data(t, now, sink);
    if (t->ack_now || t->challenge)
        send_ack(t, sink);
    if (unsent(t) && !t->snd_wnd && !in_flight(t) && t->probe_at == TCP_NEVER)
        t->probe_at = now + t->rto;
    note_closing(t, now);
}

/* --- time --- */

static time_us earlier(time_us a, time_us b)
{
    return a < b ? a : b;
}

/* A peer that sends and never reads is not silent, but idle all the same. */
static time_us read_by(const struct tcp *t)
{
    return t->unread_at == TCP_NEVER ? TCP_NEVER : t->unread_at + t->idle_limit;
}

time_us tcp_next(const struct tcp *t)
{
    time_us next = earlier(t->resend_at, t->ack_at);

    next = earlier(next, earlier(t->probe_at, t->end_at));
    next = earlier(next, read_by(t));
    return earlier(next, t->heard_at + t->idle_limit);
}

static void back_off(struct tcp *t)
{
    set_rto(t, 2 * t->rto);
    t->timed_at = TCP_NEVER;
}

static void resend(struct tcp *t, time_us now, struct tcp_sink sink)
{
    t->resend_at = TCP_NEVER;
    if (t->retries++ == TCP_RETRIES) {
        tcp_abort(t, sink);
        t->over = TCP_GAVE_UP;
        return;
    }
    shrink_window(t);
    t->cwnd = t->mss;
    t->recovering = false;
    t->snd_nxt = t->snd_una;
    back_off(t);
    if (!sendable(t) && unsent(t)) { /* the window has been shut since */
        t->probe_at = now;
        return;
    }
    send_data(t, now, sink);
}

/* RFC 9293 section 3.8.6.1: a byte of what waits, so that the peer sends its window. */
static void probe(struct tcp *t, time_us now, struct tcp_sink sink)
{
    t->probe_at = TCP_NEVER;
    if (!unsent(t) || t->snd_wnd)
        return;
    sink.put(sink.context, TCP_ACK, t->snd_nxt, t->rcv_nxt, t->out.data + in_flight(t), 1);
    if (sequence_before(t->snd_max, t->snd_nxt + 1))
        t->snd_max = t->snd_nxt + 1;
    if (t->probes < 6)
        t->probes++;
    t->probe_at = now + earlier(t->rto << t->probes, TCP_RTO_MAX);
    t->resend_at = TCP_NEVER; /* the idle limit ends this */
}

void tcp_timer(struct tcp *t, time_us now, struct tcp_sink sink)
{
    if (t->over)
        return;
    if (now >= t->end_at) {
        if (!t->peer_closed)
            tcp_abort(t, sink);
        t->over = t->peer_closed ? TCP_CLOSED : TCP_GAVE_UP;
        return;
    }
    if (now >= t->heard_at + t->idle_limit) {
        tcp_abort(t, sink);
        t->over = TCP_IDLE;
        return;
    }
    if (now >= read_by(t)) {
        tcp_abort(t, sink);
        t->over = TCP_GAVE_UP;
        return;
    }
    if (now >= t->resend_at)
        resend(t, now, sink);
    if (now >= t->probe_at)
        probe(t, now, sink);
    if (now >= t->ack_at) {
        t->ack_at = TCP_NEVER;
        t->ack_now = true;
    }
    tcp_output(t, now, sink);
}

bool tcp_is_waiting(const struct tcp *t)
{
    return t->over || (t->fin_acked && t->peer_closed);
}
