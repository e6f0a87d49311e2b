/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record/flow_id.h"

#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "base/base64.h"

_Static_assert(FLOW_UID_DIGITS == REDACT_DIGITS, "a uid is either hash");

void flow_uid(const struct connection *c, struct digest *d, struct redact *r,
              char out[FLOW_UID_DIGITS])
{
    static const char digits[] = "0123456789abcdef";
    char src[ADDRESS_TEXT_MAX], dst[ADDRESS_TEXT_MAX], ts[TIME_TEXT_MAX], text[160];
    uint8_t hash[SHA256_BYTES];
    int n;

    address_format(&c->src, src);
    address_format(&c->dst, dst);
    time_format(c->first, ts);
    n = snprintf(text, sizeof text, "%s %u %s %u %s", src, c->src_port, dst, c->dst_port, ts);
    if (redact_uid(r, (struct bytes){(const uint8_t *)text, (size_t)n}, out))
        return;
    digest_begin(d, DIGEST_SHA256);
    digest_add(d, (struct bytes){(const uint8_t *)text, (size_t)n});
    digest_end(d, hash);
    for (int i = 0; i < FLOW_UID_DIGITS / 2; i++) {
        out[2 * i] = digits[hash[i] >> 4];
        out[2 * i + 1] = digits[hash[i] & 15];
    }
}

void flow_community_id(const struct connection *c, struct digest *d,
                       char out[FLOW_COMMUNITY_ID_MAX])
{
    size_t size = c->src.family == 4 ? 4 : 16, n = 0;
    int order = memcmp(c->src.bytes, c->dst.bytes, size);
    bool forward = order < 0 || (order == 0 && c->src_port < c->dst_port);
    const struct address *first = forward ? &c->src : &c->dst,
                         *second = forward ? &c->dst : &c->src;
    uint16_t first_port = forward ? c->src_port : c->dst_port;
    uint16_t second_port = forward ? c->dst_port : c->src_port;
    uint8_t data[2 + 16 + 16 + 2 + 2 + 2] = {0, 0}, hash[SHA1_BYTES];
    struct buf text = {0};

    n = 2; /* the seed */
    memcpy(data + n, first->bytes, size);
    n += size;
    memcpy(data + n, second->bytes, size);
    n += size;
    data[n++] = IPPROTO_TCP;
    data[n++] = 0;
    data[n++] = (uint8_t)(first_port >> 8);
    data[n++] = (uint8_t)first_port;
    data[n++] = (uint8_t)(second_port >> 8);
    data[n++] = (uint8_t)second_port;
    digest_begin(d, DIGEST_SHA1);
    digest_add(d, (struct bytes){data, n});
    digest_end(d, hash);
    buf_append_text(&text, "1:");
    base64_encode((struct bytes){hash, sizeof hash}, &text);
    memcpy(out, buf_string(&text), FLOW_COMMUNITY_ID_MAX);
    buf_fini(&text);
}
