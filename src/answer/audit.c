/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "answer/audit.h"

#include <string.h>

#define SECOND_TEXT 20 /* "2006-06-10T00:00:00." */

static char *put_number(char *to, uint64_t number, unsigned least_digits)
{
    char digits[20];
    unsigned n = 0;

    do {
        digits[n++] = (char)('0' + number % 10);
        number /= 10;
    } while (number || n < least_digits);
    while (n)
        *to++ = digits[--n];
    return to;
}

/* RFC 3339; all but the microseconds is kept from the last line. */
static char *put_time(struct audit_time *t, char *to, time_us now)
{
    if (now / TIME_SECOND != t->second || !t->known) {
        t->known = true;
        t->second = now / TIME_SECOND;
        time_format(now, t->text);
    }
    memcpy(to, t->text, SECOND_TEXT);
    to = put_number(to + SECOND_TEXT, (uint64_t)(now % TIME_SECOND), 6);
    *to++ = 'Z';
    return to;
}

static char *put_endpoint(char *to, const struct address *address, uint16_t port)
{
    *to++ = ' ';
    to += address_format(address, to);
    *to++ = ' ';
    return put_number(to, port, 1);
}

static char *put_kind(char *to, const struct outgoing *o)
{
    static const char letters[] = "FSRPAU"; /* by bit */

    *to++ = ' ';
    if (o->kind)
        return stpcpy(to, o->kind);
    for (int bit = 0; bit < 6; bit++)
        if (o->flags & 1 << bit)
            *to++ = letters[bit];
    return to;
}

size_t audit_format(struct audit_time *time, const struct outgoing *o, size_t n, time_us now,
                    char line[AUDIT_LINE_MAX])
{
    char *end = put_time(time, line, now);

    end = put_endpoint(end, &o->peer, o->peer_port);
    end = put_endpoint(end, &o->us, o->port);
    end = put_kind(end, o);
    *end++ = ' ';
    end = put_number(end, n, 1);
    *end++ = '\n';
    return (size_t)(end - line);
}
