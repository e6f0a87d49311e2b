/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libFuzzer entry: the headers of a mail. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "mail/analysis.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static struct charsets *charsets;
    static struct analysis a;
    struct bytes text = {bytes, n};

    if (!charsets)
        charsets = charsets_open();
    text.n = headers_length(text);
    analysis_run(&a, charsets, text);
    for (int i = 0; i < MAIL_CELLS; i++)
        if (a.cells[i].len > 16 * HEADER_VALUE_MAX)
            abort();
    return 0;
}
