/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random numbers, pcap files, frames and TCP conversations for the tools; see frames.h. */
#include "frames.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- bytes ---- */

uint16_t get16(const uint8_t *p)
{
    return (uint16_t)(p[0] << 8 | p[1]);
}

uint32_t get32(const uint8_t *p)
{
    return (uint32_t)get16(p) << 16 | get16(p + 2);
}

void put16(uint8_t *p, uint32_t value)
{
    p[0] = (uint8_t)(value >> 8);
    p[1] = (uint8_t)value;
}

void put32(uint8_t *p, uint32_t value)
{
    put16(p, value >> 16);
    put16(p + 2, value);
}

/* ---- random numbers: xoshiro256**, its state filled by splitmix64 ---- */

static uint64_t splitmix64(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

void rng_init(struct rng *rng, uint64_t seed, uint64_t stream)
{
    uint64_t state = seed;

    state = splitmix64(&state) ^ stream;
    for (int i = 0; i < 4; i++)
        rng->s[i] = splitmix64(&state);
}

static uint64_t rotate_left(uint64_t x, int bits)
{
    return x << bits | x >> (64 - bits);
}

uint64_t rng_next(struct rng *rng)
{
    uint64_t *s = rng->s;
    uint64_t result = rotate_left(s[1] * 5, 7) * 9;
    uint64_t t = s[1] << 17;

    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate_left(s[3], 45);
    return result;
}

uint32_t rng_below(struct rng *rng, uint32_t limit)
{
    return (uint32_t)((rng_next(rng) >> 32) * limit >> 32);
}

double rng_share(struct rng *rng)
{
    return (double)(rng_next(rng) >> 11) * 0x1p-53;
}

/* ---- pcap files ---- */

enum { FILE_HEAD = 24, RECORD_HEAD = 16, RECORD_MAX = 1 << 20, IO_BUFFER = 1 << 20 };

static uint32_t load32(const uint8_t *p, bool swapped)
{
    uint32_t value;

    memcpy(&value, p, sizeof value);
    return swapped ? __builtin_bswap32(value) : value;
}

static bool reader_fail(struct reader *reader, const char *why)
{
    snprintf(reader->error, sizeof reader->error, "%s at byte %llu", why,
             (unsigned long long)reader->offset);
    return false;
}

static bool reader_understand(struct reader *reader, const uint8_t head[FILE_HEAD])
{
    uint32_t magic = load32(head, false);

    reader->swapped = magic == 0xd4c3b2a1u || magic == 0x4d3cb2a1u;
    magic = load32(head, reader->swapped);
    if (magic != 0xa1b2c3d4u && magic != 0xa1b23c4du)
        return reader_fail(reader, "not a pcap file (pcapng: convert with editcap -F pcap)");
    reader->nano = magic == 0xa1b23c4du;
    reader->link_type = load32(head + 20, reader->swapped) & 0xffff;
    reader->offset = FILE_HEAD;
    return true;
}

bool reader_open(struct reader *reader, const char *path)
{
    uint8_t head[FILE_HEAD];

    memset(reader, 0, sizeof *reader);
    reader->file = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    if (!reader->file) {
        snprintf(reader->error, sizeof reader->error, "%s", strerror(errno));
        return false;
    }
    setvbuf(reader->file, NULL, _IOFBF, IO_BUFFER);
    if (fread(head, 1, sizeof head, reader->file) != sizeof head) {
        reader_fail(reader, "not a pcap file: too short");
    } else if (reader_understand(reader, head)) {
        reader->buffer = malloc(RECORD_MAX);
        if (reader->buffer)
            return true;
        reader_fail(reader, "out of memory");
    }
    reader_close(reader);
    return false;
}

int reader_next(struct reader *reader, struct record *record)
{
    uint8_t head[RECORD_HEAD];
    size_t got = fread(head, 1, sizeof head, reader->file);

    if (got == 0 && feof(reader->file))
        return 0;
    if (got != sizeof head) {
        reader_fail(reader, "record cut short");
        return -1;
    }
    record->ns = load32(head, reader->swapped) * 1000000000ull +
                 load32(head + 4, reader->swapped) * (reader->nano ? 1ull : 1000ull);
    record->have = load32(head + 8, reader->swapped);
    record->len = load32(head + 12, reader->swapped);
    record->bytes = reader->buffer;
    if (record->have > RECORD_MAX) {
        reader_fail(reader, "record too long");
        return -1;
    }
    if (fread(reader->buffer, 1, record->have, reader->file) != record->have) {
        reader_fail(reader, "record cut short");
        return -1;
    }
    reader->offset += RECORD_HEAD + record->have;
    return 1;
}

void reader_close(struct reader *reader)
{
    if (reader->file && reader->file != stdin)
        fclose(reader->file);
    free(reader->buffer);
    reader->file = NULL;
    reader->buffer = NULL;
}

bool writer_open(struct writer *writer, const char *path, bool nano)
{
    uint32_t head[6] = {nano ? 0xa1b23c4du : 0xa1b2c3d4u, 0, 0, 0, 262144, LINK_ETHERNET};
    uint16_t version[2] = {2, 4};

    memset(writer, 0, sizeof *writer);
    writer->nano = nano;
    writer->file = strcmp(path, "-") == 0 ? stdout : fopen(path, "wb");
    if (!writer->file)
        return false;
    setvbuf(writer->file, NULL, _IOFBF, IO_BUFFER);
    memcpy(&head[1], version, sizeof version);
    writer->failed = fwrite(head, sizeof head, 1, writer->file) != 1;
    return true;
}

void writer_put(struct writer *writer, const struct record *record)
{
    uint32_t head[4] = {(uint32_t)(record->ns / 1000000000u),
                        (uint32_t)(record->ns % 1000000000u / (writer->nano ? 1 : 1000)),
                        record->have, record->len};

    if (writer->failed)
        return;
    writer->failed = fwrite(head, sizeof head, 1, writer->file) != 1 ||
                     fwrite(record->bytes, 1, record->have, writer->file) != record->have;
}

bool writer_close(struct writer *writer)
{
    bool good = !writer->failed && fflush(writer->file) == 0;

    if (writer->file != stdout && fclose(writer->file) != 0)
        good = false;
    writer->file = NULL;
    return good;
}

/* ---- frames ---- */

void endpoint_set_ipv4(struct endpoint *endpoint, uint32_t address, uint16_t port)
{
    memset(endpoint, 0, sizeof *endpoint);
    endpoint->version = 4;
    endpoint->port = port;
    endpoint->mac[0] = 0x02; /* locally administered */
    put32(endpoint->mac + 2, address);
    put32(endpoint->ip, address);
}

void endpoint_text(const struct endpoint *endpoint, char text[ADDRESS_TEXT])
{
    inet_ntop(endpoint->version == 4 ? AF_INET : AF_INET6, endpoint->ip, text, ADDRESS_TEXT);
}

bool endpoint_equal(const struct endpoint *a, const struct endpoint *b)
{
    return a->version == b->version && a->port == b->port &&
           memcmp(a->ip, b->ip, sizeof a->ip) == 0;
}

/* RFC 1071.  32 bits at a time in the machine's own order: the sum does not mind. */
uint16_t internet_checksum(const uint8_t *bytes, size_t len, uint64_t start)
{
    uint64_t sum = 0;
    uint32_t word;
    uint16_t folded;

    for (; len >= 4; bytes += 4, len -= 4) {
        memcpy(&word, bytes, 4);
        sum += word;
    }
    if (len) {
        word = 0;
        memcpy(&word, bytes, len);
        sum += word;
    }
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    folded = (uint16_t)sum;
    sum = ntohs(folded) + start;
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~sum;
}

/* The sum over the addresses, protocol and length that TCP's checksum begins with. */
static uint64_t pseudo_header_sum(const uint8_t *frame, const struct frame_at *at)
{
    const uint8_t *addresses = frame + at->ip + (at->version == 4 ? 12 : 8);
    size_t len = at->version == 4 ? 8 : 32;

    return (uint64_t)(uint16_t)~internet_checksum(addresses, len, 0) + IP_PROTO_TCP +
           (at->end - at->tcp);
}

void frame_fix(uint8_t *frame, const struct frame_at *at)
{
    uint8_t *ip = frame + at->ip;
    uint8_t *tcp = frame + at->tcp;

    if (at->version == 4) {
        put16(ip + 2, at->end - at->ip);
        put16(ip + 10, 0);
        put16(ip + 10, internet_checksum(ip, at->tcp - at->ip, 0));
    } else {
        put16(ip + 4, at->end - at->ip - IPV6_HEAD);
    }
    put16(tcp + 16, 0);
    put16(tcp + 16, internet_checksum(tcp, at->end - at->tcp, pseudo_header_sum(frame, at)));
}

static void build_ip(uint8_t *ip, const struct segment *segment)
{
    if (segment->from->version == 4) {
        memset(ip, 0, IPV4_HEAD);
        ip[0] = 0x45;
        put16(ip + 4, segment->id);
        put16(ip + 6, 0x4000); /* don't fragment */
        ip[8] = segment->ttl;
        ip[9] = IP_PROTO_TCP;
        memcpy(ip + 12, segment->from->ip, 4);
        memcpy(ip + 16, segment->to->ip, 4);
    } else {
        memset(ip, 0, 8);
        ip[0] = 0x60;
        ip[6] = IP_PROTO_TCP;
        ip[7] = segment->ttl;
        memcpy(ip + 8, segment->from->ip, 16);
        memcpy(ip + 24, segment->to->ip, 16);
    }
}

static void build_tcp(uint8_t *tcp, const struct segment *segment)
{
    put16(tcp, segment->from->port);
    put16(tcp + 2, segment->to->port);
    put32(tcp + 4, segment->seq);
    put32(tcp + 8, segment->flags & TCP_ACK ? segment->ack : 0);
    tcp[12] = (uint8_t)((TCP_HEAD + segment->options_len) / 4 << 4);
    tcp[13] = segment->flags;
    put16(tcp + 14, segment->window);
    put32(tcp + 16, 0); /* checksum, urgent pointer */
    memcpy(tcp + TCP_HEAD, segment->options, segment->options_len);
}

size_t frame_build(uint8_t *out, const struct segment *segment)
{
    struct frame_at at = {.version = segment->from->version, .ip = ETHERNET_HEAD};

    memcpy(out, segment->to->mac, 6);
    memcpy(out + 6, segment->from->mac, 6);
    put16(out + 12, at.version == 4 ? TYPE_IPV4 : TYPE_IPV6);
    at.tcp = at.ip + (at.version == 4 ? IPV4_HEAD : IPV6_HEAD);
    at.data = at.tcp + TCP_HEAD + segment->options_len;
    at.end = at.data + (uint32_t)segment->len;
    build_ip(out + at.ip, segment);
    build_tcp(out + at.tcp, segment);
    if (segment->len)
        memcpy(out + at.data, segment->data, segment->len);
    frame_fix(out, &at);
    return at.end;
}

static bool is_vlan_tag(uint16_t type)
{
    return type == 0x8100 || type == 0x88a8 || type == 0x9100;
}

uint16_t frame_ethertype(const uint8_t *frame, size_t len, uint32_t *offset)
{
    uint32_t at = 12;

    while (at + 2 <= len && is_vlan_tag(get16(frame + at)))
        at += 4;
    if (at + 2 > len)
        return 0;
    *offset = at + 2;
    return get16(frame + at);
}

/* Total length 0 is how a packet beyond 64 KiB or from an offloading card says "to the end". */
static bool find_ipv4(const uint8_t *frame, size_t len, struct frame_at *at)
{
    const uint8_t *ip = frame + at->ip;
    uint32_t total;

    if (at->ip + IPV4_HEAD > len || ip[0] >> 4 != 4 || (ip[0] & 15) < 5)
        return false;
    if (ip[9] != IP_PROTO_TCP || get16(ip + 6) & 0x3fff)
        return false;
    total = get16(ip + 2);
    at->version = 4;
    at->tcp = at->ip + (uint32_t)(ip[0] & 15) * 4;
    at->end = total ? at->ip + total : (uint32_t)len;
    return true;
}

static bool find_ipv6(const uint8_t *frame, size_t len, struct frame_at *at)
{
    const uint8_t *ip = frame + at->ip;
    uint32_t payload;

    if (at->ip + IPV6_HEAD > len || ip[0] >> 4 != 6 || ip[6] != IP_PROTO_TCP)
        return false;
    payload = get16(ip + 4);
    at->version = 6;
    at->tcp = at->ip + IPV6_HEAD;
    at->end = payload ? at->tcp + payload : (uint32_t)len;
    return true;
}

bool frame_find_tcp(const uint8_t *frame, size_t len, struct frame_at *at)
{
    uint16_t type = frame_ethertype(frame, len, &at->ip);

    if (type == TYPE_IPV4 ? !find_ipv4(frame, len, at)
                          : type != TYPE_IPV6 || !find_ipv6(frame, len, at))
        return false;
    if (at->end > len || at->tcp + TCP_HEAD > at->end)
        return false;
    at->data = at->tcp + (uint32_t)(frame[at->tcp + 12] >> 4) * 4;
    return at->data >= at->tcp + TCP_HEAD && at->data <= at->end;
}

void frame_endpoints(const uint8_t *frame, const struct frame_at *at, struct endpoint *from,
                     struct endpoint *to)
{
    size_t size = at->version == 4 ? 4 : 16;
    const uint8_t *addresses = frame + at->ip + (at->version == 4 ? 12 : 8);

    memset(from, 0, sizeof *from);
    memset(to, 0, sizeof *to);
    from->version = to->version = at->version;
    memcpy(to->mac, frame, 6);
    memcpy(from->mac, frame + 6, 6);
    memcpy(from->ip, addresses, size);
    memcpy(to->ip, addresses + size, size);
    from->port = get16(frame + at->tcp);
    to->port = get16(frame + at->tcp + 2);
}

/* ---- a TCP conversation, as seen from beside the server ---- */

enum { DELAY_SAME_US = 15, DELAY_SERVER_US = 150, DELAY_ACK_US = 40, WINDOW = 65535 };

void talk_init(struct talk *talk, const struct endpoint *client, const struct endpoint *server,
               const struct rng *rng)
{
    memset(talk, 0, offsetof(struct talk, frame));
    talk->rng = *rng;
    talk->mss = 1460;
    talk->window_scale = 7;
    talk->timestamps = true;
    talk->sack = true;
    talk->rtt_us = 20000 + rng_below(&talk->rng, 180000);
    talk->side[CLIENT].at = *client;
    talk->side[SERVER].at = *server;
    for (int i = CLIENT; i <= SERVER; i++) {
        talk->side[i].seq = (uint32_t)rng_next(&talk->rng);
        talk->side[i].ts_base = (uint32_t)rng_next(&talk->rng);
        talk->side[i].id = (uint16_t)rng_next(&talk->rng);
    }
    talk->side[CLIENT].ttl = (uint8_t)(40 + rng_below(&talk->rng, 88));
    talk->side[SERVER].ttl = 64;
}

/* Time passes: a wire's worth, a server's thought, or a way to the client and back. */
static void talk_advance(struct talk *talk, enum talker who, bool bare_ack)
{
    uint32_t base = who == talk->last ? DELAY_SAME_US
                    : who == CLIENT   ? talk->rtt_us
                    : bare_ack        ? DELAY_ACK_US
                                      : DELAY_SERVER_US;

    talk->now_us += base + rng_below(&talk->rng, base / 8 + 1);
    talk->last = who;
}

static void option_timestamps(struct talk *talk, enum talker who, struct segment *segment)
{
    struct talk_side *side = &talk->side[who];
    uint32_t now = side->ts_base + (uint32_t)(talk->now_us / 1000);
    uint8_t *p = segment->options + segment->options_len;

    if (!talk->timestamps)
        return;
    memcpy(p, (const uint8_t[]){1, 1, 8, 10}, 4);
    put32(p + 4, now);
    put32(p + 8, side->ts_heard);
    talk->side[!who].ts_heard = now;
    segment->options_len = (uint8_t)(segment->options_len + 12);
}

static void options_of_syn(struct talk *talk, struct segment *segment)
{
    uint8_t *p = segment->options;

    memcpy(p, (const uint8_t[]){2, 4, 0, 0}, 4);
    put16(p + 2, talk->mss);
    p += 4;
    if (talk->sack) {
        memcpy(p, (const uint8_t[]){1, 1, 4, 2}, 4);
        p += 4;
    }
    if (talk->window_scale >= 0) {
        memcpy(p, (const uint8_t[]){1, 3, 3, (uint8_t)talk->window_scale}, 4);
        p += 4;
    }
    segment->options_len = (uint8_t)(p - segment->options);
}

static void talk_send(struct talk *talk, enum talker who, uint8_t flags, const uint8_t *data,
                      size_t len)
{
    struct talk_side *me = &talk->side[who], *other = &talk->side[!who];
    struct segment segment = {.from = &me->at,
                              .to = &other->at,
                              .seq = me->seq,
                              .ack = me->got,
                              .window = WINDOW,
                              .id = me->id++,
                              .flags = flags,
                              .ttl = me->ttl,
                              .data = data,
                              .len = len};
    uint32_t used = (uint32_t)len + !!(flags & TCP_SYN) + !!(flags & TCP_FIN);

    talk_advance(talk, who, flags == TCP_ACK && len == 0);
    if (flags & TCP_SYN)
        options_of_syn(talk, &segment);
    option_timestamps(talk, who, &segment);
    talk->emit(talk->context, talk->now_us, talk->frame, frame_build(talk->frame, &segment));
    me->seq += used;
    other->got += used;
    if (flags & TCP_ACK)
        me->unacknowledged = 0;
}

void talk_open(struct talk *talk)
{
    talk->side[CLIENT].got = talk->side[SERVER].seq;
    talk->side[SERVER].got = talk->side[CLIENT].seq;
    talk->last = CLIENT;
    talk_send(talk, CLIENT, TCP_SYN, NULL, 0);
    talk_send(talk, SERVER, TCP_SYN | TCP_ACK, NULL, 0);
    talk_send(talk, CLIENT, TCP_ACK, NULL, 0);
}

void talk_say(struct talk *talk, enum talker who, const void *bytes, size_t len)
{
    const uint8_t *p = bytes;
    size_t most = talk->mss - (talk->timestamps ? 12u : 0u);

    while (len) {
        bool last = len <= most;
        size_t n = last ? len : most;

        talk_send(talk, who, last ? TCP_ACK | TCP_PSH : TCP_ACK, p, n);
        p += n;
        len -= n;
        if (++talk->side[!who].unacknowledged >= 2)
            talk_send(talk, !who, TCP_ACK, NULL, 0);
    }
}

void talk_pause(struct talk *talk, uint64_t us)
{
    talk->now_us += us;
}

void talk_close(struct talk *talk, enum talker first)
{
    talk_send(talk, first, TCP_FIN | TCP_ACK, NULL, 0);
    talk_send(talk, !first, TCP_FIN | TCP_ACK, NULL, 0);
    talk_send(talk, first, TCP_ACK, NULL, 0);
}

void talk_reset(struct talk *talk, enum talker who)
{
    talk_send(talk, who, TCP_RST | TCP_ACK, NULL, 0);
}
