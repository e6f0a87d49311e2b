/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/spelling.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

#define LENGTH_MAX   64 /* of longer texts their beginning counts */
#define DISTANCE_MAX 2

/* A row for each letter of `a` so far: optimal string alignment. */
unsigned spelling_distance(const char *a, const char *b)
{
    unsigned rows[3][LENGTH_MAX + 1];
    unsigned n = (unsigned)strnlen(a, LENGTH_MAX), m = (unsigned)strnlen(b, LENGTH_MAX);

    for (unsigned j = 0; j <= m; j++)
        rows[0][j] = j;
    for (unsigned i = 1; i <= n; i++) {
        unsigned *now = rows[i % 3];
        const unsigned *before = rows[(i + 2) % 3], *two_before = rows[(i + 1) % 3];

        now[0] = i;
        for (unsigned j = 1; j <= m; j++) {
            now[j] = MIN(MIN(before[j], now[j - 1]) + 1, before[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                now[j] = MIN(now[j], two_before[j - 2] + 1);
        }
    }
    return rows[n % 3][m];
}

const char *spelling_nearest(const char *text, const char *const *names)
{
    const char *nearest = NULL;
    unsigned least = DISTANCE_MAX + 1;

    for (; *names; names++) {
        unsigned distance = spelling_distance(text, *names);

        /* Of a short word two edits leave nothing that it could be known by. */
        if (distance < least && 2 * distance <= MIN(strlen(text), LENGTH_MAX)) {
            least = distance;
            nearest = *names;
        }
    }
    return nearest;
}
