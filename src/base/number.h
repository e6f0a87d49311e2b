/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers without a sign, as protocols, files and options write them. */
#ifndef POTSHERD_BASE_NUMBER_H
#define POTSHERD_BASE_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

/* All of `text` is digits, one at least, and stands for `max` or less.  Otherwise false and
 * *out is 0. */
bool number_parse(struct bytes text, uint64_t max, uint64_t *out);

/* The digits that `text` begins with, as far as they stand for `max` or less; how many. */
size_t number_prefix(struct bytes text, uint64_t max, uint64_t *out);

/* The value of a hex digit of either case; -1: it is none. */
static inline int number_hex_digit(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

#endif
