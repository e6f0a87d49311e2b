/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The way from a frame to the IP packet in it: one reader a header, until nothing follows. */
#include "packet/walk.h"

static enum decap_reason read_header(struct walk *w)
{
    static enum decap_reason (*const readers[])(struct walk * w) = {
        [HEADER_ETHERNET] = read_ethernet,
        [HEADER_IP] = read_ip,
        [HEADER_IP4] = read_ip4,
        [HEADER_IP6] = read_ip6,
        [HEADER_PAYLOAD] = read_payload,
        [HEADER_LOOPBACK] = read_loopback,
        [HEADER_COOKED_V1] = read_cooked_v1,
        [HEADER_COOKED_V2] = read_cooked_v2,
        [HEADER_PPP] = read_ppp,
        [HEADER_HDLC] = read_hdlc,
        [HEADER_PPPOE] = read_pppoe,
        [HEADER_MPLS] = read_mpls,
        [HEADER_GRE] = read_gre,
        [HEADER_ERSPAN] = read_erspan,
        [HEADER_VXLAN] = read_vxlan,
        [HEADER_VXLAN_GPE] = read_vxlan_gpe,
        [HEADER_GENEVE] = read_geneve,
        [HEADER_GTPU] = read_gtpu,
        [HEADER_L2TP] = read_l2tp,
        [HEADER_TZSP] = read_tzsp,
        [HEADER_TEREDO] = read_teredo,
        [HEADER_GUE] = read_gue,
        [HEADER_LISP] = read_lisp,
        [HEADER_NSH] = read_nsh,
        [HEADER_TRILL] = read_trill,
        [HEADER_ITAG] = read_itag,
        [HEADER_NFLOG] = read_nflog,
        [HEADER_PFLOG] = read_pflog,
        [HEADER_ETHERIP] = read_etherip,
        [HEADER_WCCP] = read_wccp,
    };

    return readers[w->next](w);
}

static enum decap_reason go(struct walk *w)
{
    for (unsigned depth = 0; depth < DECAP_DEPTH_MAX; depth++) {
        enum decap_reason reason = read_header(w);

        if (reason != DECAP_OK || w->next == HEADER_NONE)
            return reason;
    }
    return DECAP_TOO_DEEP;
}

bool decap_link_type_known(int link_type)
{
    return link_header(link_type) != HEADER_NONE;
}

enum decap_reason decap_frame(const struct frame *frame, struct datagram *out)
{
    struct walk w = {
        .c = cursor_over(frame->bytes, frame->caplen),
        .missing = frame->wire_len > frame->caplen ? frame->wire_len - frame->caplen : 0,
        .next = link_header(frame->link_type),
        .out = out,
    };

    *out = (struct datagram){.ts = frame->ts, .capture_n = frame->capture_n};
    return w.next != HEADER_NONE ? go(&w) : DECAP_LINK_TYPE;
}

enum decap_reason decap_joined(const struct datagram *joined, struct datagram *out)
{
    struct walk w = {
        .c = cursor_over(joined->payload, joined->caplen),
        .missing = joined->wire_len > joined->caplen ? joined->wire_len - joined->caplen : 0,
        .next = HEADER_PAYLOAD,
        .out = out,
    };

    *out = *joined;
    return go(&w);
}

const char *decap_reason_text(enum decap_reason reason)
{
    static const char *const texts[] = {
#define DECAP_TEXT(name, text) text,
        DECAP_REASONS(DECAP_TEXT)
#undef DECAP_TEXT
    };

    return (unsigned)reason < DECAP_REASON_COUNT ? texts[reason] : "?";
}
