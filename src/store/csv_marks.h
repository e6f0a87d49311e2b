/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * 64 bytes of a CSV file as one word, in which a bit stands for a byte that has a meaning: a
 * comma, a quote, a control character.
 */
#ifndef POTSHERD_STORE_CSV_MARKS_H
#define POTSHERD_STORE_CSV_MARKS_H

#include <stdint.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "store/csv_lines.h"

#ifdef __SSE2__
/* Sixteen bytes: a comma, a quote, or anything below a blank? */
static inline uint64_t csv_marks_of_16(const uint8_t *at)
{
    __m128i x = _mm_loadu_si128((const __m128i *)(const void *)at);
    __m128i comma = _mm_cmpeq_epi8(x, _mm_set1_epi8(','));
    __m128i quote = _mm_cmpeq_epi8(x, _mm_set1_epi8('"'));
    __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(x, _mm_set1_epi8(0x1f)), x);

    return (uint64_t)(unsigned)_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(comma, quote), control));
}

static inline uint64_t csv_marks_of(const uint8_t *at)
{
    return csv_marks_of_16(at) | csv_marks_of_16(at + 16) << 16 | csv_marks_of_16(at + 32) << 32 |
           csv_marks_of_16(at + 48) << 48;
}
#else
static inline uint64_t csv_marks_of(const uint8_t *at)
{
    uint64_t marks = 0;

    for (unsigned i = 0; i < CSV_BLOCK_BYTES; i++)
        marks |= (uint64_t)(at[i] == ',' || at[i] == '"' || at[i] < 0x20) << i;
    return marks;
}
#endif

#endif
