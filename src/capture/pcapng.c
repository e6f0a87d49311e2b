/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "capture/pcapng.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

#define PACKET_MAX     (1u << 20) /* bytes of a packet; more is damage */
#define BLOCK_MAX      (PACKET_MAX + 65536)
#define INTERFACES_MAX (1u << 20)
#define SKIPPED_KINDS  8
#define BYTE_ORDER     0x1a2b3c4d

enum block {
    BLOCK_SECTION = 0x0a0d0d0a,
    BLOCK_INTERFACE = 1,
    BLOCK_PACKET_OLD = 2,
    BLOCK_PACKET_SIMPLE = 3,
    BLOCK_NAMES = 4,
    BLOCK_STATISTICS = 5,
    BLOCK_PACKET = 6,
    BLOCK_JOURNAL = 9,
    BLOCK_SECRETS = 10,
    BLOCK_CUSTOM = 0xbad,
    BLOCK_CUSTOM_LOCAL = 0x40000bad,
};

struct interface {
    uint16_t link_type;
    uint8_t resolution; /* 10^-n, or with 0x80 2^-n, of a second */
    uint32_t snap;      /* 0: no limit */
    int64_t offset;     /* seconds */
};

struct pcapng {
    size_t (*read)(void *context, uint8_t *to, size_t n);
    void *context;
    uint64_t at, block_at; /* bytes read; where the current block begins */
    bool begun, big;
    struct interface *interfaces; /* of the section */
    uint32_t count, room;
    struct buf body;
    struct {
        uint32_t type;
        uint64_t n;
    } skipped[SKIPPED_KINDS]; /* the last has what finds no place */
};

struct pcapng *pcapng_new(size_t (*read)(void *context, uint8_t *to, size_t n), void *context)
{
    struct pcapng *p = MEM_NEW(struct pcapng);

    p->read = read;
    p->context = context;
    return p;
}

void pcapng_free(struct pcapng *p)
{
    if (!p)
        return;
    mem_free(p->interfaces);
    buf_fini(&p->body);
    mem_free(p);
}

uint64_t pcapng_offset(const struct pcapng *p)
{
    return p->block_at;
}

/* --- numbers, in the byte order of the section --- */

static uint32_t get32(const struct pcapng *p, const uint8_t *at)
{
    if (p->big)
        return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
    return (uint32_t)at[3] << 24 | (uint32_t)at[2] << 16 | (uint32_t)at[1] << 8 | at[0];
}

static uint16_t get16(const struct pcapng *p, const uint8_t *at)
{
    return (uint16_t)(p->big ? at[0] << 8 | at[1] : at[1] << 8 | at[0]);
}

/* --- what is skipped --- */

static const char *name_of(uint32_t type)
{
    switch (type) {
    case BLOCK_JOURNAL:
        return "the systemd journal";
    case BLOCK_SECRETS:
        return "decryption secrets";
    case BLOCK_CUSTOM:
        return "custom data";
    default:
        return NULL;
    }
}

static void note_skipped(struct pcapng *p, uint32_t type)
{
    size_t i = 0;

    if (type == BLOCK_NAMES || type == BLOCK_STATISTICS)
        return; /* usual, and about packets that are read */
    if (type == BLOCK_CUSTOM_LOCAL)
        type = BLOCK_CUSTOM;
    while (i < SKIPPED_KINDS - 1 && p->skipped[i].n && p->skipped[i].type != type)
        i++;
    p->skipped[i].type = type;
    p->skipped[i].n++;
}

void pcapng_skipped(const struct pcapng *p, struct buf *out)
{
    buf_clear(out);
    for (size_t i = 0; i < SKIPPED_KINDS && p->skipped[i].n; i++) {
        const char *name = name_of(p->skipped[i].type);
        char text[80];

        if (name)
            snprintf(text, sizeof text, "%s%" PRIu64 " of %s", i ? ", " : "", p->skipped[i].n,
                     name);
        else
            snprintf(text, sizeof text, "%s%" PRIu64 " of type 0x%08" PRIx32, i ? ", " : "",
                     p->skipped[i].n, p->skipped[i].type);
        buf_append_text(out, text);
    }
    buf_append_byte(out, '\0');
    out->len--;
}

/* --- bytes --- */

static bool take(struct pcapng *p, uint8_t *to, size_t n)
{
    size_t got = p->read(p->context, to, n);

    p->at += got;
    return got == n;
}

static enum pcapng_result cut(struct pcapng *p, struct failure *why)
{
    p->block_at = p->at;
    failure_set(why, "truncated block");
    return PCAPNG_CUT;
}

static enum pcapng_result damaged(struct failure *why, const char *what, uint32_t value)
{
    failure_set(why, "%s %" PRIu32, what, value);
    return PCAPNG_DAMAGED;
}

/* Reads on to the end of a block of which nothing is wanted. */
static bool skip(struct pcapng *p, uint32_t n)
{
    uint8_t bytes[4096];

    while (n) {
        uint32_t part = n < sizeof bytes ? n : (uint32_t)sizeof bytes;

        if (!take(p, bytes, part))
            return false;
        n -= part;
    }
    return true;
}

/* --- sections and interfaces --- */

/* The byte order stands after the length that it is the order of. */
static bool read_order(struct pcapng *p, const uint8_t head[12])
{
    p->big = false;
    if (get32(p, head + 8) == BYTE_ORDER)
        return true;
    p->big = true;
    return get32(p, head + 8) == BYTE_ORDER;
}

static int64_t get64(const struct pcapng *p, const uint8_t *at)
{
    uint64_t first = get32(p, at), second = get32(p, at + 4);

    return (int64_t)(p->big ? first << 32 | second : second << 32 | first);
}

/* Options:  | code 16 | length 16 | value, padded to 4 | ..., up to code 0. */
static void read_options(const struct pcapng *p, struct interface *i, struct bytes in)
{
    while (in.n >= 4) {
        uint16_t code = get16(p, in.at), n = get16(p, in.at + 2);
        size_t padded = (n + 3u) & ~3u;

        in = bytes_skip(in, 4);
        if (!code || n > in.n)
            return;
        if (code == 9 && n == 1) /* if_tsresol */
            i->resolution = in.at[0];
        else if (code == 14 && n == 8) /* if_tsoffset */
            i->offset = get64(p, in.at);
        in = bytes_skip(in, padded);
    }
}

static bool add_interface(struct pcapng *p, struct bytes body)
{
    struct interface *i;

    if (body.n < 8 || p->count == INTERFACES_MAX)
        return false;
    if (p->count == p->room) {
        p->room = p->room ? 2 * p->room : 4;
        p->interfaces = mem_resize(p->interfaces, p->room * sizeof *p->interfaces);
    }
    i = &p->interfaces[p->count++];
    *i = (struct interface){
        .link_type = get16(p, body.at), .resolution = 6, .snap = get32(p, body.at + 4)};
    read_options(p, i, bytes_skip(body, 8));
    return true;
}

/* --- packets --- */

/* Units of the interface into microseconds, kept far enough from the ends for others' sums. */
static time_us time_of(const struct interface *i, uint64_t units)
{
    const __int128 limit = (__int128)4000000000000 * TIME_SECOND; /* 126,000 years */
    unsigned n = i->resolution & 0x7f;
    __int128 t = units;

    if (i->resolution & 0x80) {
        t = n < 64 ? t * TIME_SECOND >> n : 0;
    } else {
        for (; n < 6; n++)
            t *= 10;
        for (; n > 6 && t; n--)
            t /= 10;
    }
    t += (__int128)i->offset * TIME_SECOND;
    return (time_us)(t > limit ? limit : t < -limit ? -limit : t);
}

/* The head of a packet: | interface | time high 32, low 32 | caplen 32 | length 32 | bytes */
static enum pcapng_result read_packet(struct pcapng *p, uint32_t interface, struct bytes in,
                                      struct pcapng_packet *out, struct failure *why)
{
    const struct interface *i;

    if (in.n < 16)
        return damaged(why, "a packet block is too short: bytes", (uint32_t)in.n);
    if (interface >= p->count)
        return damaged(why, "a packet of an interface that is not described:", interface);
    i = &p->interfaces[interface];
    out->timed = true;
    out->ts = time_of(i, (uint64_t)get32(p, in.at) << 32 | get32(p, in.at + 4));
    out->link_type = i->link_type;
    out->caplen = get32(p, in.at + 8);
    out->wire_len = get32(p, in.at + 12);
    out->bytes = in.at + 16;
    if (out->caplen > PACKET_MAX)
        return damaged(why, "a packet of more than 1 MiB: bytes", out->caplen);
    if (out->caplen > in.n - 16)
        return damaged(why, "a packet is longer than its block: bytes", out->caplen);
    return PCAPNG_PACKET;
}

/*   | length 32 | bytes */
static enum pcapng_result read_simple(struct pcapng *p, struct bytes in, struct pcapng_packet *out,
                                      struct failure *why)
{
    const struct interface *i = p->interfaces;

    if (in.n < 4 || !p->count)
        return damaged(why, "a packet of an interface that is not described:", 0);
    out->timed = false;
    out->ts = 0;
    out->link_type = i->link_type;
    out->wire_len = get32(p, in.at);
    out->caplen = out->wire_len < in.n - 4 ? out->wire_len : (uint32_t)in.n - 4;
    if (i->snap && out->caplen > i->snap)
        out->caplen = i->snap;
    out->bytes = in.at + 4;
    return PCAPNG_PACKET;
}

/* --- blocks --- */

static bool is_wanted(uint32_t type)
{
    return type == BLOCK_SECTION || type == BLOCK_INTERFACE || type == BLOCK_PACKET ||
           type == BLOCK_PACKET_OLD || type == BLOCK_PACKET_SIMPLE;
}

/* What a block holds; PCAPNG_END: no packet, read on. */
static enum pcapng_result use_block(struct pcapng *p, uint32_t type, struct bytes body,
                                    struct pcapng_packet *out, struct failure *why)
{
    switch (type) {
    case BLOCK_INTERFACE:
        return add_interface(p, body)
                   ? PCAPNG_END
                   : damaged(why, "an interface that cannot be described: number", p->count);
    case BLOCK_PACKET:
        if (body.n < 4)
            return damaged(why, "a packet block is too short: bytes", (uint32_t)body.n);
        return read_packet(p, get32(p, body.at), bytes_skip(body, 4), out, why);
    case BLOCK_PACKET_OLD:
        if (body.n < 4)
            return damaged(why, "a packet block is too short: bytes", (uint32_t)body.n);
        return read_packet(p, get16(p, body.at), bytes_skip(body, 4), out, why);
    case BLOCK_PACKET_SIMPLE:
        return read_simple(p, body, out, why);
    default: /* a section: its version, major 1 */
        p->count = 0;
        return body.n >= 4 && get16(p, body.at) == 1
                   ? PCAPNG_END
                   : damaged(why, "pcapng of another version:", body.n < 4 ? 0 : get16(p, body.at));
    }
}

/* The head of the next block: its type, and how many bytes follow.  PCAPNG_PACKET: it is there. */
static enum pcapng_result begin_block(struct pcapng *p, uint32_t *type, uint32_t *left,
                                      struct failure *why)
{
    uint8_t head[12];
    size_t n = 8;

    p->block_at = p->at;
    n = p->read(p->context, head, 8);
    p->at += n;
    if (!n && p->begun)
        return PCAPNG_END;
    if (n < 8 && !p->begun)
        return PCAPNG_NONE;
    if (n < 8)
        return cut(p, why);
    *type = get32(p, head);
    if (*type == BLOCK_SECTION) { /* the same in both orders */
        if (!take(p, head + 8, 4))
            return cut(p, why);
        if (!read_order(p, head))
            return damaged(why, "a section without its byte order:", get32(p, head + 8));
        n = 12;
    } else if (!p->begun) {
        return PCAPNG_NONE;
    }
    *left = get32(p, head + 4);
    if (*left < n + 4 || *left % 4)
        return damaged(why, "a block of an impossible length:", *left);
    *left -= (uint32_t)n;
    p->begun = true;
    return PCAPNG_PACKET;
}

enum pcapng_result pcapng_next(struct pcapng *p, struct pcapng_packet *out, struct failure *why)
{
    for (;;) {
        uint32_t type, left, total;
        enum pcapng_result result = begin_block(p, &type, &left, why);

        if (result != PCAPNG_PACKET)
            return result;
        if (!is_wanted(type)) {
            note_skipped(p, type);
            if (!skip(p, left))
                return cut(p, why);
            continue;
        }
        if (left > BLOCK_MAX)
            return damaged(why, "a block of more than 1 MiB: bytes", left);
        total = left + (type == BLOCK_SECTION ? 12 : 8);
        buf_clear(&p->body);
        buf_reserve(&p->body, left);
        if (!take(p, p->body.data, left))
            return cut(p, why);
        if (get32(p, p->body.data + left - 4) != total)
            return damaged(why, "a block does not end with its length:", total);
        result = use_block(p, type, (struct bytes){p->body.data, left - 4}, out, why);
        if (result != PCAPNG_END)
            return result;
    }
}
