/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libFuzzer entry: a pcapng file. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "capture/pcapng.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static size_t take(void *context, uint8_t *to, size_t n)
{
    struct bytes *left = context;
    size_t part = n < left->n ? n : left->n;

    if (part)
        memcpy(to, left->at, part);
    *left = bytes_skip(*left, part);
    return part;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct bytes left = {bytes, n};
    struct pcapng *p = pcapng_new(take, &left);
    struct pcapng_packet packet;
    struct buf skipped = {0};
    struct failure why;
    unsigned sum = 0;

    while (pcapng_next(p, &packet, &why) == PCAPNG_PACKET)
        for (uint32_t i = 0; i < packet.caplen; i++)
            sum += packet.bytes[i];
    if (pcapng_offset(p) > n)
        abort();
    pcapng_skipped(p, &skipped);
    buf_fini(&skipped);
    pcapng_free(p);
    return (int)(sum & 0);
}
