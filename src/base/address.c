/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "potsherd/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

static size_t format_octet(char *to, unsigned v)
{
    size_t n = 0;

    if (v >= 100)
        to[n++] = (char)('0' + v / 100);
    if (v >= 10)
        to[n++] = (char)('0' + v / 10 % 10);
    to[n++] = (char)('0' + v % 10);
    return n;
}

size_t address_format(const struct address *a, char text[ADDRESS_TEXT_MAX])
{
    size_t n = 0;

    text[0] = '\0';
    if (a->family == 4) { /* by hand: it stands in every row */
        for (int i = 0; i < 4; i++) {
            if (i)
                text[n++] = '.';
            n += format_octet(text + n, a->bytes[i]);
        }
        text[n] = '\0';
    } else if (a->family == 6 && inet_ntop(AF_INET6, a->bytes, text, ADDRESS_TEXT_MAX)) {
        n = strlen(text);
    }
    return n;
}

bool address_parse(const char *text, size_t n, struct address *out)
{
    char copy[ADDRESS_TEXT_MAX];
    uint8_t bytes[16];

    memset(out, 0, sizeof *out);
    if (n >= sizeof copy || memchr(text, '\0', n))
        return false;
    memcpy(copy, text, n);
    copy[n] = '\0';
    if (inet_pton(AF_INET, copy, bytes) == 1) {
        *out = address_v4(bytes);
        return true;
    }
    if (inet_pton(AF_INET6, copy, bytes) == 1) {
        *out = address_v6(bytes);
        return true;
    }
    return false;
}

bool address_from_socket(const struct sockaddr *from, struct address *out)
{
    const void *any = from;

    memset(out, 0, sizeof *out);
    if (from && from->sa_family == AF_INET)
        *out = address_v4((const void *)&((const struct sockaddr_in *)any)->sin_addr);
    else if (from && from->sa_family == AF_INET6)
        *out = address_v6(((const struct sockaddr_in6 *)any)->sin6_addr.s6_addr);
    return out->family != 0;
}
