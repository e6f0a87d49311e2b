/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Datagrams become segments: fragments are joined, and what is left out is counted. */
#include "potsherd/stream.h"

#include <netinet/in.h>

#include "base/cursor.h"
#include "base/mem.h"
#include "potsherd/counters.h"
#include "potsherd/defrag.h"
#include "stream/connections.h"

struct stream {
    struct connections connections;
    struct counters counts;
    struct defrag *defrag;
};

const char *connection_end_name(enum connection_end end)
{
    static const char *const names[] = {"", "fin", "rst", "timeout", "evicted", "cut", "eof"};

    return names[end];
}

const char *connection_flag_word(unsigned bit)
{
    static const char *const words[] = {
#define FLAG_WORD(name, word, meaning) word,
        CONNECTION_FLAGS(FLAG_WORD)
#undef FLAG_WORD
    };

    return words[bit];
}

struct stream *stream_new(const struct stream_options *options,
                          const struct stream_handler *handler)
{
    struct stream *s = MEM_NEW(struct stream);

    connections_init(&s->connections, options, handler, &s->counts);
    s->defrag = defrag_new();
    return s;
}

void stream_tick(struct stream *s, time_us now)
{
    connections_advance(&s->connections, now);
}

/* What is of no connection, as far as one can see, is the first job's. */
static bool is_first(const struct stream *s)
{
    return !s->connections.options.share.job;
}

/* Of a frame that all jobs see. */
void stream_count_bad(struct stream *s, enum decap_reason reason)
{
    s->counts.not_understood[reason] += is_first(s);
}

/* The whole datagram that `d` is the last fragment of; through tunnels, whose
 * packets may have been fragmented inside and out. */
static enum decap_reason join(struct stream *s, struct datagram *d)
{
    enum decap_reason reason = DECAP_OK;

    while (reason == DECAP_OK && d->fragment) {
        s->counts.fragments += is_first(s);
        if (!defrag_put(s->defrag, d, d))
            return DECAP_FRAGMENT;
        reason = decap_joined(d, d);
    }
    return reason;
}

/* By no more than it takes, since all jobs do this for all frames. */
static bool is_mine(const struct job_share *share, const struct datagram *d)
{
    struct flow_key key;
    struct cursor c;
    uint16_t src_port;
    bool from_low;

    if (share->jobs < 2)
        return true;
    if (d->protocol != IPPROTO_TCP || d->caplen < 4)
        return !share->job;
    c = cursor_over(d->payload, d->caplen);
    src_port = cursor_be16(&c);
    flow_key_between(&d->src, src_port, &d->dst, cursor_be16(&c), &key, &from_low);
    return flow_hash(&key, share->secret) % share->jobs == share->job;
}

static void put_whole(struct stream *s, const struct datagram *datagram)
{
    const struct stream_options *options = &s->connections.options;
    struct segment seg;
    enum decap_reason reason;

    if (!is_mine(&options->share, datagram))
        return;
    reason = decap_segment(datagram, options->verify_checksums, &seg);
    if (reason != DECAP_OK) {
        s->counts.not_understood[reason]++;
        return;
    }
    s->counts.segments++;
    if (options->service_only && !options->is_service(seg.src_port) &&
        !options->is_service(seg.dst_port))
        s->counts.not_followed++;
    else
        connections_put(&s->connections, &seg);
}

void stream_put(struct stream *s, const struct datagram *datagram)
{
    struct datagram whole;
    enum decap_reason reason;

    s->counts.datagrams += is_first(s);
    connections_advance(&s->connections, datagram->ts);
    if (s->connections.options.verify_checksums && datagram->bad_checksum) {
        stream_count_bad(s, DECAP_IP_CHECKSUM);
        return;
    }
    if (!datagram->fragment) {
        put_whole(s, datagram);
        return;
    }
    whole = *datagram;
    reason = join(s, &whole);
    if (reason == DECAP_OK)
        put_whole(s, &whole);
    else if (reason != DECAP_FRAGMENT) /* that waits for others; counted at the end */
        stream_count_bad(s, reason);
}

static void count_unjoined(struct stream *s)
{
    struct defrag_counts c = defrag_counts(s->defrag);

    if (!is_first(s))
        return;
    s->counts.unjoined = c.timed_out + c.evicted + c.overlapping + c.cut + c.too_many + c.waiting;
}

void stream_finish(struct stream *s)
{
    connections_finish(&s->connections);
    count_unjoined(s);
}

const struct counters *stream_counts(const struct stream *s)
{
    return &s->counts;
}

uint64_t stream_memory(const struct stream *s)
{
    return s->connections.reassembler.memory;
}

void stream_free(struct stream *s)
{
    if (!s)
        return;
    connections_fini(&s->connections);
    defrag_free(s->defrag);
    mem_free(s);
}
