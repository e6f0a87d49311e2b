/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An IP address as a plain fact: bytes in network order, 4 or 16 of them.
 * Unused bytes are zero, so two equal addresses are equal by memcmp.
 */
#ifndef POTSHERD_ADDRESS_H
#define POTSHERD_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct sockaddr;

#define ADDRESS_TEXT_MAX 46 /* longest text form and its NUL (INET6_ADDRSTRLEN) */

struct address {
    uint8_t bytes[16];
    uint8_t family; /* 0: none, 4, 6 */
};

static inline struct address address_v4(const uint8_t bytes[4])
{
    struct address a = {.family = 4};

    memcpy(a.bytes, bytes, 4);
    return a;
}

static inline struct address address_v6(const uint8_t bytes[16])
{
    struct address a = {.family = 6};

    memcpy(a.bytes, bytes, 16);
    return a;
}

/* Text form (RFC 5952) into `text`; returns its length. */
size_t address_format(const struct address *a, char text[ADDRESS_TEXT_MAX]);

/* Reads a dotted quad or an IPv6 address (no brackets, no zone); nothing else
 * may stand before or after it. */
bool address_parse(const char *text, size_t n, struct address *out);

/* What the system calls gave; false when that is NULL or no IP address. */
bool address_from_socket(const struct sockaddr *from, struct address *out);

#endif
