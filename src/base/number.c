/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/number.h"

size_t number_prefix(struct bytes text, uint64_t max, uint64_t *out)
{
    uint64_t value = 0;
    size_t n = 0;

    for (; n < text.n; n++) {
        unsigned digit = text.at[n] - (unsigned)'0';
        uint64_t next; /* no division: columns of numbers are read by this */

        if (digit > 9 || __builtin_mul_overflow(value, UINT64_C(10), &next) ||
            __builtin_add_overflow(next, digit, &next) || next > max)
            break;
        value = next;
    }
    *out = value;
    return n;
}

bool number_parse(struct bytes text, uint64_t max, uint64_t *out)
{
    bool whole = number_prefix(text, max, out) == text.n && text.n;

    if (!whole)
        *out = 0;
    return whole;
}
