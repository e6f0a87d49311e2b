/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The Internet checksum (RFC 1071): the one's complement sum of 16-bit words in network byte
 * order, the last one filled up with zero where the bytes are odd in number.
 */
#ifndef POTSHERD_BASE_CHECKSUM_H
#define POTSHERD_BASE_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

#include "potsherd/address.h"

/* `sum` and `n` bytes more; all of them but the last piece have an even number of bytes.  A
 * header field holds the complement, so that the sum of sound data is 0xffff. */
uint16_t checksum_add(uint16_t sum, const uint8_t *bytes, size_t n);

/* The sum of the pseudo header of a segment of `n` bytes (RFC 9293 section 3.1, RFC 8200
 * section 8.1): both addresses, the length and the protocol. */
uint16_t checksum_pseudo_header(const struct address *src, const struct address *dst,
                                uint8_t protocol, uint32_t n);

#endif
