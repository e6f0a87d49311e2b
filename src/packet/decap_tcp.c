/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "packet/walk.h"
#include "potsherd/checksum.h"

/* RFC 9293 section 3.1
 *   | source port 16                      | destination port 16               |
 *   | sequence number 32 | acknowledgment number 32                           |
 *   | header words 4, 0 4, flags 8        | window 16                         |
 *   | checksum 16                         | urgent pointer 16                 |
 *   | options ... | data ...                                                  |
 */
enum decap_reason decap_segment(const struct datagram *d, bool verify, struct segment *out)
{
    struct cursor c = cursor_over(d->payload, d->caplen);
    uint32_t header_n, options_n;

    *out = (struct segment){.ts = d->ts, .src = d->src, .dst = d->dst, .capture_n = d->capture_n};
    if (d->fragment)
        return DECAP_FRAGMENT;
    if (d->protocol != PROTOCOL_TCP)
        return DECAP_NOT_TCP;
    out->src_port = cursor_be16(&c);
    out->dst_port = cursor_be16(&c);
    out->seq = cursor_be32(&c);
    out->ack = cursor_be32(&c);
    header_n = (uint32_t)(cursor_u8(&c) >> 4) * 4;
    out->flags = cursor_u8(&c);
    out->window = cursor_be16(&c);
    cursor_skip(&c, 2);
    out->urgent = cursor_be16(&c);
    if (c.failed)
        return d->wire_len < 20 ? DECAP_TCP_MALFORMED : DECAP_TCP_CUT;
    if (header_n < 20 || header_n > d->wire_len)
        return DECAP_TCP_MALFORMED;
    options_n = header_n - 20;
    out->options_caplen = (uint8_t)(options_n < c.left ? options_n : c.left);
    out->options = cursor_take(&c, out->options_caplen);
    out->data = c.at;
    out->caplen = (uint32_t)c.left;
    out->wire_len = d->wire_len - header_n;
    out->bad_checksum = verify && d->caplen == d->wire_len &&
                        !checksum_is_right(&d->src, &d->dst, d->protocol, d->payload, d->wire_len);
    return DECAP_OK;
}
