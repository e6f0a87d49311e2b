/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/number.h"

size_t number_prefix(struct bytes text, uint64_t max, uint64_t *out)
{
    uint64_t value = 0;
    size_t n = 0;

    for (; n < text.n; n++) {
        unsigned digit = text.at[n] - (unsigned)'0';

        if (digit > 9 || value > max / 10 || digit > max - value * 10)
            break;
        value = value * 10 + digit;
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
