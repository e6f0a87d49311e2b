/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libFuzzer entry: a line of recipients, separated by commas, then a payload.  However it is cut,
 * the same is left of it; and the local part of its own recipient stands nowhere in a line that
 * has no @. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "redact/payload.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

#define OURS "zqxjkvbp"

static struct buf left[2];

static void take(void *context, struct bytes bytes)
{
    buf_append(context, bytes.at, bytes.n);
}

static void run(struct redact_payload *p, struct bytes text, size_t step, struct buf *out)
{
    buf_clear(out);
    redact_payload_begin(p, false, (struct redact_sink){take, out});
    while (text.n) {
        size_t n = step && step < text.n ? step : text.n;

        redact_payload_put(p, (struct bytes){text.at, n});
        text = bytes_skip(text, n);
    }
    redact_payload_end(p);
}

static struct bytes add_recipients(struct redact_known *known, struct redact_hash *hash,
                                   struct redact_addresses *addresses, struct bytes text)
{
    struct address source = address_v4((const uint8_t[]){192, 0, 2, 10});
    const uint8_t *end = text.n ? memchr(text.at, '\n', text.n) : NULL;
    struct bytes line = {text.at, end ? (size_t)(end - text.at) : 0};

    redact_known_begin(known);
    redact_known_add_source(known, addresses, &source);
    redact_known_add_recipient(known, hash, bytes_of(OURS "@example.com"));
    while (line.n) {
        const uint8_t *comma = memchr(line.at, ',', line.n);
        size_t n = comma ? (size_t)(comma - line.at) : line.n;

        redact_known_add_recipient(known, hash, (struct bytes){line.at, n});
        line = bytes_skip(line, n + 1);
    }
    redact_known_end(known);
    return end ? bytes_skip(text, (size_t)(end - text.at) + 1) : text;
}

/* What may be part of a mail address, whose domain stays. */
static bool has_sign(struct bytes line)
{
    for (size_t i = 0; i < line.n; i++)
        if (strchr("@%&\\=\xef", line.at[i]))
            return true;
    return false;
}

static void check_line(struct bytes line)
{
    size_t length = strlen(OURS);
    const uint8_t *at = line.n ? memmem(line.at, line.n, OURS, length) : NULL;

    if (at && (at == line.at || !redact_is_word(at[-1])) &&
        (at + length == line.at + line.n || !redact_is_word(at[length])))
        abort();
}

/* A domain may stand in the line behind its @. */
static void check(struct bytes text)
{
    bool behind = false;

    while (text.n) {
        const uint8_t *end = memchr(text.at, '\n', text.n);
        size_t n = end ? (size_t)(end - text.at) : text.n;
        struct bytes line = {text.at, n};

        if (has_sign(line)) {
            behind = true;
        } else if (bytes_trim(line).n) {
            if (!behind)
                check_line(line);
            behind = false;
        }
        text = bytes_skip(text, n + 1);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static struct redact_policy policy = {.level = REDACT_ADDRESSES, .key_bytes = 16};
    static struct redact_hash hash;
    static struct redact_addresses *addresses;
    static struct redact_known known;
    static struct redact_text text;
    static struct redact_payload payload;
    struct bytes rest;

    if (!addresses) {
        redact_hash_init(&hash, &policy);
        addresses = redact_addresses_new(&policy);
        redact_text_init(&text, &hash, &known);
        redact_payload_init(&payload, &text);
    }
    rest = add_recipients(&known, &hash, addresses, (struct bytes){bytes, n});
    run(&payload, rest, 0, &left[0]);
    run(&payload, rest, 1 + n % 3, &left[1]);
    if (left[0].len != left[1].len ||
        (left[0].len && memcmp(left[0].data, left[1].data, left[0].len) != 0))
        abort();
    check(buf_view(&left[0]));
    return 0;
}
