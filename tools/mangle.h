/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Inside mangle: the capture as a list of packets, and the operations on it.
 *
 * An operation is one pass over the list.  Those of mangle-segments.c see TCP
 * segments with their connection; they run first.  Those of mangle-layers.c
 * see frames: fragments, and what is wrapped around them.
 */
#ifndef TOOLS_MANGLE_H
#define TOOLS_MANGLE_H

#include "args.h"
#include "frames.h"

enum { NO_CONNECTION = UINT32_MAX };

struct packet {
    uint64_t ns;
    uint8_t *bytes; /* owned by the list that holds the packet */
    uint32_t have, len;
    struct frame_at at;  /* when connection is one */
    uint32_t connection; /* of its TCP segment, else NO_CONNECTION */
    uint8_t from;        /* CLIENT or SERVER */
    bool gone;           /* leaves the list with capture_sweep */
};

struct connection {
    struct endpoint client, server;
    uint32_t first_seq[2];
    bool seen[2];
    bool has_syn;
    uint32_t syn_seq;
    uint64_t lost[2]; /* stream bytes that --drop took, by sender */
};

struct capture {
    struct packet *packets;
    size_t count, room;
    struct connection *connections;
    size_t connection_count, connection_room;
    const struct arg_value *values; /* of all options */
    struct rng rng;                 /* of the running operation */
    size_t unchanged;               /* packets that a layer could not wrap */
    uint64_t data_segments, dropped_segments, dropped_bytes, lost_bytes;
};

/* Positions of each connection's packets: index[start[k]] .. index[start[k + 1] - 1]. */
struct by_connection {
    size_t *start, *index;
};

void *grow(void *old, size_t size); /* never NULL */

/* mangle.c */
void packet_push(struct capture *capture, struct packet packet);
struct packet packet_copy(const struct packet *packet);
struct packet packet_part(const struct packet *packet, uint32_t offset, uint32_t len);
void packet_fix(struct packet *packet); /* after a change: lengths and checksums */
uint32_t packet_data_len(const struct packet *packet);
uint32_t packet_seq(const struct packet *packet);
uint8_t packet_flags(const struct packet *packet);
bool packet_is_data(const struct packet *packet); /* a TCP segment with payload */
/* Starts a new list; the old one is returned, to be pushed over or freed packet by packet. */
struct packet *capture_restart(struct capture *capture, size_t *count);
void capture_sweep(struct capture *capture);
void capture_sort(struct capture *capture); /* by time; stable */
struct by_connection capture_by_connection(const struct capture *capture);
void by_connection_free(struct by_connection *by);

typedef void operation(struct capture *capture, const struct arg_value *value);

/* All options.  Operations are applied in this order, but for the encapsulations. */
enum option {
    OPT_SEED,
    OPT_LOST,
    OPT_REUSE,
    OPT_REUSE_ABRUPT,
    OPT_NO_HANDSHAKE,
    OPT_ONE_DIRECTION,
    OPT_WRAP,
    OPT_IPV6,
    OPT_JOIN,
    OPT_CUT,
    OPT_URGENT,
    OPT_DROP,
    OPT_DUPLICATE,
    OPT_OVERLAP,
    OPT_LAST,
    OPT_HONEST_ACKS,
    OPT_REORDER,
    OPT_KEEP_HANDSHAKE,
    OPT_TSO_ZERO,
    OPT_FRAGMENT,
    OPT_BAD_CHECKSUMS,
    OPT_VLAN,
    OPT_QINQ,
    OPT_MPLS,
    OPT_PPPOE,
    OPT_GRE,
    OPT_GRE_OPTIONS,
    OPT_ERSPAN,
    OPT_VXLAN,
    OPT_GENEVE,
    OPT_IPIP,
    OPT_6IN4,
    OPT_SNAP,
    OPTIONS
};

operation op_reuse, op_reuse_abrupt, op_no_handshake, op_one_direction, op_wrap, op_ipv6, op_join,
    op_cut, op_urgent, op_drop, op_duplicate, op_overlap, op_last, op_reorder, op_tso_zero;
operation op_fragment, op_bad_checksums, op_snap, op_vlan, op_qinq, op_mpls, op_pppoe, op_gre,
    op_gre_options, op_erspan, op_vxlan, op_geneve, op_ipip, op_6in4;

#endif
