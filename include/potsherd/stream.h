/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * TCP connections out of datagrams: each byte once, in causal order, and every
 * byte that the capture lacks accounted for.
 *
 * libnids reassembles; what it cannot do (DESIGN, section 4) is done around it:
 * fragments, reused ports, lost segments, one direction only, missing handshakes,
 * IPv6, and limits that are counted.  libnids is one global instance a process,
 * so there is one stream at a time.
 *
 * Causal order: a segment that acknowledges bytes is delivered after those bytes,
 * in whichever order the capture holds them.  Bytes that were acknowledged, or
 * are followed by others, and do not come within STREAM_PATIENCE are given up
 * and reported as a gap.  Where copies of the same bytes differ, the first counts.
 */
#ifndef POTSHERD_STREAM_H
#define POTSHERD_STREAM_H

#include "potsherd/decap.h"
#include "potsherd/event.h"
#include "potsherd/moment.h"

#define STREAM_PATIENCE           (2 * TIME_SECOND)  /* for bytes acknowledged but not seen */
#define STREAM_LINGER             (5 * TIME_SECOND)  /* for late segments after the end */
#define STREAM_HANDSHAKE_TIMEOUT  (30 * TIME_SECOND) /* for a SYN to be answered */
#define STREAM_HALF_OPEN_MAX      65536              /* handshakes under way, by default */
#define STREAM_REORDER_BYTES_MAX  (64 << 20) /* of one connection, waiting for earlier ones */
#define STREAM_REORDER_PIECES_MAX 65536      /* segments, likewise */

enum connection_end { END_NONE, END_FIN, END_RST, END_TIMEOUT, END_EVICTED, END_CUT, END_EOF };
const char *connection_end_name(enum connection_end end); /* as in the column `end` */

/* X(NAME, word in the column `flags`, meaning) */
#define CONNECTION_FLAGS(X)                                                                        \
    X(NO_HANDSHAKE, "no-handshake", "the capture does not hold the whole handshake")               \
    X(ONE_SIDED, "one-sided", "packets of one direction only")                                     \
    X(URGENT, "urgent", "urgent data; kept in the stream")                                         \
    X(SNAPPED, "snapped", "packets cut by the snap length")                                        \
    X(REORDER_LIMIT, "reorder-limit", "too much waited for a lost segment; given up early")        \
    X(REUSED, "reused", "ended by a new connection on the same ports")                             \
    X(CHECKSUM, "checksum", "segments with a wrong checksum left out")                             \
    X(LIMIT, "limit", "a cap of the parsers cut something")

enum connection_flag_bit {
#define CONNECTION_FLAG_BIT(name, word, meaning) CONNECTION_BIT_##name,
    CONNECTION_FLAGS(CONNECTION_FLAG_BIT)
#undef CONNECTION_FLAG_BIT
        CONNECTION_FLAG_COUNT
};
#define CONNECTION_FLAG(name) (1u << CONNECTION_BIT_##name)
const char *connection_flag_word(unsigned bit);

struct connection { /* the facts of one; by enum direction where there are two */
    struct address src, dst;
    uint16_t src_port, dst_port;
    time_us first, last;
    uint32_t capture_n; /* of the capture file that holds its first packet, from 1; 0: live */
    uint64_t bytes[2], packets[2], missing[2];
    enum connection_end end;
    unsigned flags;
    void *user; /* the handler's */
};

struct stream_handler { /* every function is called with `context` first */
    void *context;
    void (*open)(void *context, struct connection *c);
    void (*data)(void *context, struct connection *c, enum direction from, const uint8_t *bytes,
                 size_t n, time_us now);
    void (*gap)(void *context, struct connection *c, enum direction from, uint64_t missing,
                time_us now);
    void (*close)(void *context, struct connection *c, enum direction from, time_us now);
    void (*finish)(void *context, struct connection *c, time_us now); /* no more of the above */
    void (*end)(void *context, struct connection *c);                 /* counts are final */
    size_t (*memory)(void *context, const struct connection *c);      /* bytes held for it */
    /* SYNs that led to no connection */
    void (*attempt)(void *context, const struct connection *c);
};

struct stream_options {
    uint64_t max_connections; /* that are followed at the same time */
    uint64_t max_half_open;   /* handshakes under way; 0: STREAM_HALF_OPEN_MAX */
    uint64_t max_memory;      /* bytes, for everything that waits */
    time_us idle_timeout;
    bool verify_checksums;
    bool service_only; /* leave out segments between two ports that are not served */
    /* Whether a port is one that is served; tells who is the client in a connection
     * whose handshake is missing.  May be NULL. */
    bool (*is_service)(uint16_t port);
    struct job_share share; /* connections of others are left out */
    struct moment *moment;  /* kept at what the handler is called for; may be NULL */
};

struct counters; /* counters.h */
struct stream;

struct stream *stream_new(const struct stream_options *options,
                          const struct stream_handler *handler);
/* One frame's datagram (fragments are joined here). */
void stream_put(struct stream *s, const struct datagram *datagram);
/* A frame that gave no datagram. */
void stream_count_bad(struct stream *s, enum decap_reason reason);
/* Time goes on without packets (live). */
void stream_tick(struct stream *s, time_us now);
/* The end of the capture: every connection ends. */
void stream_finish(struct stream *s);
const struct counters *stream_counts(const struct stream *s);
/* Bytes held for connections now, what the handler holds among them. */
uint64_t stream_memory(const struct stream *s);
void stream_free(struct stream *s);

#endif
