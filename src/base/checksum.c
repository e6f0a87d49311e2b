/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/checksum.h"

#include "base/cursor.h"

uint16_t checksum_add(uint16_t sum, const uint8_t *bytes, size_t n)
{
    struct cursor c = cursor_over(bytes, n);
    uint64_t total = sum;

    while (c.left >= 4) /* two words at once: the carry comes back below */
        total += cursor_be32(&c);
    if (c.left >= 2)
        total += cursor_be16(&c);
    if (c.left)
        total += (uint32_t)cursor_u8(&c) << 8;
    while (total > 0xffff)
        total = (total & 0xffff) + (total >> 16);
    return (uint16_t)total;
}

uint16_t checksum_pseudo_header(const struct address *src, const struct address *dst,
                                uint8_t protocol, uint32_t n)
{
    const size_t address_bytes = src->family == 4 ? 4 : 16;
    const uint8_t rest[8] = {
        (uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n, [7] = protocol,
    };
    uint16_t sum = checksum_add(0, src->bytes, address_bytes);

    sum = checksum_add(sum, dst->bytes, address_bytes);
    return checksum_add(sum, rest, sizeof rest);
}
