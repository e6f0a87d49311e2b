/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "answer/arrival.h"

#include "potsherd/checksum.h"
#include "potsherd/decap.h"

#define OPTION_MSS 2

/* The kernel hands over without a checksum what comes from this host or its guests, or was
 * joined by it: there is the sum of the pseudo header, for the card to go on with. */
static bool is_whole(const struct datagram *d, const struct segment *s)
{
    uint16_t checksum;

    if (d->bad_checksum || d->caplen < d->wire_len)
        return false;
    checksum = (uint16_t)(d->payload[16] << 8 | d->payload[17]);
    return !s->bad_checksum ||
           checksum == checksum_pseudo(&d->src, &d->dst, d->protocol, d->wire_len);
}

bool arrival_read(const struct frame *frame, struct arrival *out)
{
    struct frame inner = {.ts = frame->ts, .link_type = FRAME_LINK_RAW};
    struct datagram d;
    uint16_t type;
    size_t offset, header;

    out->frame = frame;
    if (!link_read(frame, &out->came, &type, &offset) ||
        (type != FRAME_ETHER_IPV4 && type != FRAME_ETHER_IPV6))
        return false;
    inner.bytes = frame->bytes + offset;
    inner.caplen = inner.wire_len = frame->caplen - (uint32_t)offset;
    if (!inner.caplen || decap_frame(&inner, &d) != DECAP_OK || d.fragment || d.protocol != 6)
        return false;
    header = type == FRAME_ETHER_IPV4 ? (inner.bytes[0] & 15u) * 4 : 40;
    if (d.payload != inner.bytes + header || decap_segment(&d, true, &out->segment) != DECAP_OK)
        return false;
    out->whole = is_whole(&d, &out->segment);
    out->source_routed = d.src.family == 4 && decap_is_source_routed(inner.bytes, header);
    return true;
}

uint16_t arrival_mss(const struct segment *s)
{
    const uint8_t *o = s->options;
    unsigned n = s->options_caplen;

    for (unsigned i = 0; i < n && o[i];) {
        if (o[i] == 1) {
            i++;
            continue;
        }
        if (i + 1 >= n || o[i + 1] < 2 || i + o[i + 1] > n)
            break;
        if (o[i] == OPTION_MSS && o[i + 1] == 4)
            return (uint16_t)(o[i + 2] << 8 | o[i + 3]);
        i += o[i + 1];
    }
    return 0;
}

uint8_t *arrival_put_mss(uint8_t option[4], uint16_t mss)
{
    option[0] = OPTION_MSS;
    option[1] = 4;
    option[2] = (uint8_t)(mss >> 8);
    option[3] = (uint8_t)mss;
    return option;
}

uint16_t arrival_our_mss(const struct address *us)
{
    return us->family == 4 ? FRAME_MSS_V4 : FRAME_MSS_V6;
}
