/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stream/nids.h"

#include <nids.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/log.h"
#include "base/mem.h"

#define HEADERS     40    /* IPv4 and TCP, no options */
#define PIECE_MAX   65000 /* payload of one packet shown to libnids */
#define WINDOW_MAX  65535
#define ID_LOW_BITS 27 /* of a connection's number, in the addresses; the rest is in a port */

struct nids_stream {
    void *user;
    struct tcp_stream *tcp;
    uint64_t id;                 /* the private addresses' number */
    uint32_t next[2];            /* by enum direction */
    uint8_t headers[2][HEADERS]; /* of its packets, by who sends; what differs is 0 */
};

static nids_deliver *deliver_to;
static struct nids_stream *current; /* whose packet libnids is looking at */
static uint64_t room;               /* streams that it was begun for; 0: it was not */
static uint64_t open_streams;
static uint64_t last_id;
static uint8_t packet[HEADERS + PIECE_MAX] __attribute__((aligned(8)));

static void out_of_memory(char *where)
{
    log_panic("libnids: out of memory in %s", where);
}

static void ignore_warning(int type, int number, void *header, void *data)
{
    (void)type, (void)number, (void)header, (void)data;
}

static void hand_on(enum direction from, struct half_stream *to)
{
    uint32_t n = (uint32_t)to->count_new;

    if (!n)
        return;
    current->next[from] += n;
    deliver_to(current->user, from, (const uint8_t *)to->data + (to->count - to->offset) - n, n);
}

static void on_tcp(struct tcp_stream *tcp, void **unused)
{
    (void)unused;
    if (!current)
        return;
    if (tcp->nids_state == NIDS_JUST_EST) {
        current->tcp = tcp;
        tcp->client.collect++;
        tcp->server.collect++;
    } else if (tcp->nids_state == NIDS_DATA) {
        hand_on(FROM_CLIENT, &tcp->server);
        hand_on(FROM_SERVER, &tcp->client);
    } else { /* cannot happen: it sees no FIN, no RST, and never too many streams */
        log_panic("libnids ended a connection by itself (%d)", tcp->nids_state);
    }
}

static void end(void)
{
    current = NULL;
    nids_unregister_tcp(on_tcp); /* or its entry is lost with the next nids_init */
    nids_exit();
    pcap_close(nids_params.pcap_desc); /* libnids closes only what it opened */
    nids_params.pcap_desc = NULL;
    room = 0;
}

/* libnids links all streams that there may be when it begins, which touches all of their memory:
 * thousands of page faults, a tenth of a second on a virtual machine.  So that memory is to be of
 * large pages, as far as malloc lets us say so: what it has mapped and freed once it takes from the
 * heap the next time (mallopt(3), M_MMAP_THRESHOLD), up to 32 MB, and what was freed last at the
 * heap's end it gives out again.  With another malloc, or a larger table, nothing is gained. */
static void prepare_memory(size_t bytes)
{
    const uintptr_t page = 2 << 20;
    void *volatile from = malloc(bytes); /* or the compiler leaves out what is not used */
    uintptr_t begin, end_of;

    free(from);
    from = malloc(bytes);
    begin = ((uintptr_t)from + page - 1) & ~(page - 1);
    end_of = ((uintptr_t)from + bytes) & ~(page - 1);
    if (from && begin < end_of)
        (void)madvise((void *)begin, end_of - begin, MADV_HUGEPAGE);
    free(from);
}

/* It begins once: a parser's sandbox lets nobody open the /dev/urandom that nids_init reads.
 * (For nothing here: it hashes addresses that are ours.) */
void nids_adapter_init(uint64_t max_streams, nids_deliver *deliver)
{
    static struct nids_chksum_ctl no_checksums = {0, 0, NIDS_DONT_CHKSUM, 0};

    deliver_to = deliver;
    if (room == max_streams)
        return;
    if (room)
        end();
    room = max_streams;
    /* It evicts at 3/4 of its table; ours is full before. */
    nids_params.n_tcp_streams = (int)(max_streams + max_streams / 3 + 64);
    nids_params.n_hosts = 1; /* no fragments come this way */
    nids_params.scan_num_hosts = 0;
    nids_params.syslog = ignore_warning;
    nids_params.no_mem = out_of_memory;
    nids_params.dev_addon = 0;
    nids_params.pcap_filter = NULL;
    nids_params.pcap_desc = pcap_open_dead(DLT_RAW, 65535);
    prepare_memory(sizeof(struct tcp_stream) * (max_streams + max_streams / 3 + 64));
    if (!nids_params.pcap_desc || !nids_init())
        log_panic("libnids does not start: %s", nids_errbuf);
    nids_register_chksum_ctl(&no_checksums, 1);
    nids_register_tcp(on_tcp);
}

void nids_adapter_fini(void)
{
    if (open_streams) /* they would stay in its table */
        end();
    open_streams = 0;
}

static void put_be16(uint8_t *to, uint32_t value)
{
    to[0] = (uint8_t)(value >> 8);
    to[1] = (uint8_t)value;
}

static void put_be32(uint8_t *to, uint32_t value)
{
    put_be16(to, value >> 16);
    put_be16(to + 2, value);
}

/* 240.0.0.0/4 is reserved (RFC 1112), so it cannot be anybody's address. */
static void make_headers(struct nids_stream *s, enum direction from)
{
    bool client = from == FROM_CLIENT;
    uint32_t low = (uint32_t)(s->id & ((1u << ID_LOW_BITS) - 1));
    uint32_t client_address = 0xf0000000u | low, server_address = 0xf8000000u | low;
    uint16_t client_port = (uint16_t)(s->id >> ID_LOW_BITS), server_port = 1;
    uint8_t *h = s->headers[from];

    h[0] = 0x45; /* version 4, five words */
    h[8] = 64;   /* TTL */
    h[9] = IPPROTO_TCP;
    put_be32(h + 12, client ? client_address : server_address);
    put_be32(h + 16, client ? server_address : client_address);
    put_be16(h + 20, client ? client_port : server_port);
    put_be16(h + 22, client ? server_port : client_port);
    h[32] = 0x50; /* five words, no options */
    put_be16(h + 34, WINDOW_MAX);
}

static void put_headers(const struct nids_stream *s, enum direction from, uint32_t seq,
                        uint32_t ack, uint8_t flags, uint32_t payload)
{
    memcpy(packet, s->headers[from], HEADERS);
    put_be16(packet + 2, HEADERS + payload);
    put_be32(packet + 24, seq);
    put_be32(packet + 28, ack);
    packet[33] = flags;
}

static void show(struct nids_stream *s, uint32_t payload)
{
    struct pcap_pkthdr header = {.caplen = HEADERS + payload, .len = HEADERS + payload};

    current = s;
    nids_pcap_handler(NULL, &header, packet);
    current = NULL;
}

struct nids_stream *nids_stream_open(void *user, uint32_t next_from_client,
                                     uint32_t next_from_server)
{
    struct nids_stream *s = MEM_NEW(struct nids_stream);
    uint32_t client = next_from_client - 1, server = next_from_server - 1;

    open_streams++;
    s->user = user;
    s->id = ++last_id;
    make_headers(s, FROM_CLIENT);
    make_headers(s, FROM_SERVER);
    s->next[FROM_CLIENT] = next_from_client;
    s->next[FROM_SERVER] = next_from_server;
    put_headers(s, FROM_CLIENT, client, 0, TH_SYN, 0);
    show(s, 0);
    put_headers(s, FROM_SERVER, server, next_from_client, TH_SYN | TH_ACK, 0);
    show(s, 0);
    put_headers(s, FROM_CLIENT, next_from_client, next_from_server, TH_ACK, 0);
    show(s, 0);
    if (!s->tcp)
        log_panic("libnids did not take the handshake");
    return s;
}

void nids_stream_close(struct nids_stream *s)
{
    if (!s)
        return;
    open_streams--;
    nids_free_tcp_stream(s->tcp);
    mem_free(s);
}

static struct half_stream *receiver(struct nids_stream *s, enum direction from)
{
    return from == FROM_CLIENT ? &s->tcp->server : &s->tcp->client;
}

void nids_stream_put(struct nids_stream *s, enum direction from, const uint8_t *bytes, size_t n)
{
    struct half_stream *to = receiver(s, from);

    while (n) {
        uint32_t piece = n < PIECE_MAX ? (uint32_t)n : PIECE_MAX, seq = s->next[from];

        to->ack_seq = seq; /* its window check counts from what the receiver acknowledged */
        to->window = WINDOW_MAX;
        put_headers(s, from, seq, s->next[!from], TH_ACK, piece);
        memcpy(packet + HEADERS, bytes, piece);
        show(s, piece);
        if (s->next[from] != seq + piece)
            log_panic("libnids did not deliver the bytes that were next");
        bytes += piece;
        n -= piece;
    }
}

void nids_stream_skip(struct nids_stream *s, enum direction from, uint32_t n)
{
    struct half_stream *sender = from == FROM_CLIENT ? &s->tcp->client : &s->tcp->server;

    sender->first_data_seq += n; /* the base that libnids counts from; it queues nothing */
    s->next[from] += n;
}

uint32_t nids_stream_count(const struct nids_stream *s, enum direction from)
{
    return (uint32_t)(from == FROM_CLIENT ? s->tcp->server.count : s->tcp->client.count);
}
