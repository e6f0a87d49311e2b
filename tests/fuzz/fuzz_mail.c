/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libFuzzer entry: a mail, its headers and parts. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "mail/analysis.h"
#include "mail/mime.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static struct mail_tools tools;
    struct failure why;
    static struct analysis a;
    struct bytes text = {bytes, n};
    struct mail_facts facts = {.us = address_v4((const uint8_t[]){192, 0, 2, 1}),
                               .texts = {[FACT_HELO] = text, [FACT_RECIPIENTS] = text}};

    if (!tools.charsets) {
        tools.charsets = charsets_open();
        tools.domains = domains_open(NULL, &why);
        mime_open();
    }
    analysis_run(&a, &tools, text, true, &facts);
    for (int i = 0; i < MAIL_CELLS; i++)
        if (a.cells[i].len > 16 * HEADER_VALUE_MAX)
            abort();
    return 0;
}
