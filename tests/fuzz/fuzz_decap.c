/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * libFuzzer entry: the first byte chooses the link type, the second how much of
 * each frame the snap length took; then frames, each behind its length in 2
 * bytes.  Fragments are joined and entered as stream does it.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/cursor.h"
#include "potsherd/decap.h"
#include "potsherd/defrag.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static unsigned touched; /* so that every byte told of is really read */

static void touch(const uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        touched += bytes[i];
}

static void segment(const struct datagram *d)
{
    struct segment s;

    if (d->caplen > d->wire_len)
        abort();
    touch(d->payload, d->caplen);
    if (decap_segment(d, true, &s) != DECAP_OK)
        return;
    if (s.caplen > s.wire_len)
        abort();
    touch(s.options, s.options_caplen);
    touch(s.data, s.caplen);
}

static void one_frame(struct defrag *defrag, const struct frame *frame)
{
    struct datagram d;

    if (decap_frame(frame, &d) != DECAP_OK)
        return;
    while (d.fragment) {
        touch(d.payload, d.caplen);
        if (!defrag_put(defrag, &d, &d))
            return;
        if (decap_joined(&d, &d) != DECAP_OK)
            return;
    }
    segment(&d);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static const int links[] = {1,   0,   9,   12,  50,  51,  101, 104,
                                108, 113, 228, 229, 276, 105, 117, 239};
    struct cursor c = cursor_over(bytes, n);
    struct frame frame = {.link_type = links[cursor_u8(&c) % (sizeof links / sizeof links[0])]};
    uint8_t cut = cursor_u8(&c);
    struct defrag *defrag = defrag_new();

    while (c.left >= 2) {
        size_t length = cursor_be16(&c);
        struct cursor sub = cursor_sub(&c, length < c.left ? length : c.left);
        uint8_t *own = malloc(sub.left ? sub.left : 1); /* the sanitizer sees its end */

        memcpy(own, sub.at, sub.left);
        frame.ts += (time_us)cut * TIME_SECOND;
        frame.number++;
        frame.bytes = own;
        frame.caplen = (uint32_t)sub.left;
        frame.wire_len = frame.caplen + cut;
        one_frame(defrag, &frame);
        free(own);
    }
    defrag_free(defrag);
    return 0;
}
