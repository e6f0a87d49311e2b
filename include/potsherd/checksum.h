/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Internet checksum, RFC 1071.  Pure. */
#ifndef POTSHERD_CHECKSUM_H
#define POTSHERD_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

#include "potsherd/address.h"

/* The sum of 16-bit words in one's complement, an odd last byte filled up with zero, on top of
 * `before`, the sum of an even number of bytes.  0xffff over bytes whose checksum is right. */
uint16_t checksum_add(uint16_t before, const uint8_t *bytes, size_t n);

/* The sum of the pseudo header of a payload of `n` bytes (RFC 9293 section 3.1, RFC 8200 section
 * 8.1).  It is also what the system leaves in the checksum's place for a card to complete. */
uint16_t checksum_pseudo(const struct address *src, const struct address *dst, uint8_t protocol,
                         size_t n);

/* Whether the checksum in a payload (TCP, ICMPv6) that is all there is right. */
bool checksum_is_right(const struct address *src, const struct address *dst, uint8_t protocol,
                       const uint8_t *payload, size_t n);

#endif
