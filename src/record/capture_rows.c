/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which captures were read: for who has to show what the records were made of. */
#include "base/digest.h"
#include "record/recorder.h"

void record_capture(struct recorder *r, const struct record_capture *c)
{
    struct rows *w = &r->files[RECORD_CAPTURES].rows;

    rows_begin(w);
    rows_uint(w, CAPTURES_capture_n, c->capture_n);
    rows_word(w, CAPTURES_file, c->file);
    if (c->packets) {
        rows_time(w, CAPTURES_first, c->first);
        rows_time(w, CAPTURES_last, c->last);
    }
    rows_uint(w, CAPTURES_packets, c->packets);
    rows_uint(w, CAPTURES_bytes, c->bytes);
    if (c->sha256)
        rows_hex(w, CAPTURES_sha256, c->sha256, SHA256_BYTES);
    rows_end(w);
}
