/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "potsherd/checksum.h"

#include "base/cursor.h"

uint16_t checksum_add(uint16_t before, const uint8_t *bytes, size_t n)
{
    struct cursor c = cursor_over(bytes, n);
    uint64_t sum = before;

    while (c.left >= 4) /* two words at once: the carry comes back below */
        sum += cursor_be32(&c);
    if (c.left >= 2)
        sum += cursor_be16(&c);
    if (c.left)
        sum += (uint32_t)cursor_u8(&c) << 8;
    while (sum > 0xffff)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)sum;
}

uint16_t checksum_pseudo(const struct address *src, const struct address *dst, uint8_t protocol,
                         size_t n)
{
    const size_t bytes = src->family == 4 ? 4 : 16;
    const uint8_t rest[8] = {(uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8),
                             (uint8_t)n, [7] = protocol};
    uint16_t sum = checksum_add(0, src->bytes, bytes);

    return checksum_add(checksum_add(sum, dst->bytes, bytes), rest, sizeof rest);
}

bool checksum_is_right(const struct address *src, const struct address *dst, uint8_t protocol,
                       const uint8_t *payload, size_t n)
{
    return checksum_add(checksum_pseudo(src, dst, protocol, n), payload, n) == 0xffff;
}
