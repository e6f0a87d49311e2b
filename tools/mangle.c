/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mangle: turns a good capture into a bad one.
 *
 * Every way in which a span port spoils a capture is an operation in the table
 * below, and the table's order is the order in which they are applied; only
 * the encapsulations follow the command line, the first one innermost.  The
 * whole capture is held in memory.
 */
#include "mangle.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct operation_entry {
    struct arg arg;
    operation *run; /* NULL: a setting that others look at */
    bool wraps;     /* an encapsulation */
};

#define FLAG(name, help)                                                                           \
    {                                                                                              \
        name, NULL, ARG_FLAG, 0, 0, NULL, help                                                     \
    }
#define NUMBER(name, what, min, max, help)                                                         \
    {                                                                                              \
        name, what, ARG_NUMBER, min, max, NULL, help                                               \
    }
#define SHARE(name, help)                                                                          \
    {                                                                                              \
        name, "SHARE", ARG_SHARE, 0, 0, NULL, help                                                 \
    }
#define CHOICE(name, choices, help)                                                                \
    {                                                                                              \
        name, choices, ARG_CHOICE, 0, 0, choices, help                                             \
    }
#define PAIR(name, what, min, max, help)                                                           \
    {                                                                                              \
        name, what, ARG_PAIR, min, max, NULL, help                                                 \
    }
#define TEXT(name, what, help)                                                                     \
    {                                                                                              \
        name, what, ARG_TEXT, 0, 0, NULL, help                                                     \
    }

static const struct operation_entry table[OPTIONS] = {
    [OPT_SEED] = {NUMBER("seed", "S", 0, UINT64_MAX, "of all that is random (default 1)"), NULL,
                  false},
    [OPT_LOST] = {TEXT("lost", "FILE", "write what --drop took from whom, as TSV"), NULL, false},
    [OPT_REUSE] = {FLAG("reuse", "one 4-tuple for all connections of a source, in turn"), op_reuse,
                   false},
    [OPT_REUSE_ABRUPT] = {FLAG("reuse-abrupt", "the same, and no FIN or RST before the next SYN"),
                          op_reuse_abrupt, false},
    [OPT_NO_HANDSHAKE] = {FLAG("no-handshake", "remove SYN, SYN/ACK and the bare ACK"),
                          op_no_handshake, false},
    [OPT_ONE_DIRECTION] = {CHOICE("one-direction", "client|server", "keep what this side sent"),
                           op_one_direction, false},
    [OPT_WRAP] = {FLAG("wrap", "sequence numbers wrap amid the data"), op_wrap, false},
    [OPT_IPV6] = {FLAG("ipv6", "a.b.c.d becomes 2001:db8::a.b.c.d"), op_ipv6, false},
    [OPT_JOIN] = {FLAG("join", "neighbouring data segments become one, to 64 KiB"), op_join, false},
    [OPT_CUT] = {NUMBER("cut", "BYTES", 1, 65535, "data segments become pieces of BYTES"), op_cut,
                 false},
    [OPT_URGENT] = {NUMBER("urgent", "K", 1, UINT32_MAX,
                           "URG amid each client's K-th data segment"),
                    op_urgent, false},
    [OPT_DROP] = {SHARE("drop", "remove that share of the data segments"), op_drop, false},
    [OPT_DUPLICATE] = {SHARE("duplicate", "repeat that share of the packets"), op_duplicate, false},
    [OPT_OVERLAP] = {CHOICE("overlap", "same|different", "retransmit halves, with these bytes"),
                     op_overlap, false},
    [OPT_LAST] = {NUMBER("last", "K", 1, UINT32_MAX, "each client's K-th data segment comes last"),
                  op_last, false},
    [OPT_HONEST_ACKS] = {FLAG("honest-acks", "with --last: no ACK of it before it comes"), NULL,
                         false},
    [OPT_REORDER] = {NUMBER("reorder", "N", 2, UINT32_MAX,
                            "shuffle each N packets; times stay in order"),
                     op_reorder, false},
    [OPT_KEEP_HANDSHAKE] = {FLAG("keep-handshake",
                                 "with --reorder: SYN to first ACK stay in place"),
                            NULL, false},
    [OPT_TSO_ZERO] = {FLAG("tso-zero", "IP length 0 in packets above 1500 bytes (--join)"),
                      op_tso_zero, false},
    [OPT_FRAGMENT] = {NUMBER("fragment", "BYTES", 8, 65528,
                             "IP fragments of at most BYTES of payload"),
                      op_fragment, false},
    [OPT_BAD_CHECKSUMS] = {FLAG("bad-checksums", "of IPv4 and TCP"), op_bad_checksums, false},
    [OPT_VLAN] = {NUMBER("vlan", "ID", 0, 4095, "802.1Q tag"), op_vlan, true},
    [OPT_QINQ] = {PAIR("qinq", "OUT,IN", 0, 4095, "802.1ad tag, 802.1Q tag"), op_qinq, true},
    [OPT_MPLS] = {NUMBER("mpls", "LABEL", 0, 1048575, "one label"), op_mpls, true},
    [OPT_PPPOE] = {FLAG("pppoe", "session 1"), op_pppoe, true},
    [OPT_GRE] = {FLAG("gre", "IP in GRE in IPv4"), op_gre, true},
    [OPT_GRE_OPTIONS] = {FLAG("gre-options", "the same with checksum, key and sequence number"),
                         op_gre_options, true},
    [OPT_ERSPAN] = {NUMBER("erspan", "1|2|3", 1, 3, "Ethernet in ERSPAN in GRE in IPv4"), op_erspan,
                    true},
    [OPT_VXLAN] = {NUMBER("vxlan", "VNI", 0, 16777215, "Ethernet in VXLAN in UDP in IPv4"),
                   op_vxlan, true},
    [OPT_GENEVE] = {NUMBER("geneve", "VNI", 0, 16777215,
                           "Ethernet in GENEVE, with an option, in UDP"),
                    op_geneve, true},
    [OPT_IPIP] = {FLAG("ipip", "IPv4 or IPv6 in IPv4"), op_ipip, true},
    [OPT_6IN4] = {FLAG("6in4", "IPv6 in IPv4; IPv4 stays as it is"), op_6in4, true},
    [OPT_SNAP] = {NUMBER("snap", "N", 1, 262144, "keep N bytes of each packet"), op_snap, false},
};

static void help(void)
{
    struct arg args[OPTIONS];

    for (size_t i = 0; i < OPTIONS; i++)
        args[i] = table[i].arg;
    puts("usage: mangle IN.pcap OUT.pcap --operation [argument] ...   (- is standard input, "
         "output)\n"
         "Turns a good Ethernet capture into a bad one. Applied in this order; encapsulations\n"
         "(vlan to 6in4) in the order of the command line, the first is the innermost:\n");
    args_print(args, OPTIONS);
    puts("\nexample: mangle good.pcap bad.pcap --ipv6 --drop 0.01 --lost lost.tsv --vlan 7 --vxlan "
         "99\n"
         "Says on standard output (error, if OUT is -): packets, connections, what --drop took.");
}

/* ---- packets ---- */

void *grow(void *old, size_t size)
{
    void *p = realloc(old, size ? size : 1);

    if (!p) {
        fprintf(stderr, "mangle: memory: %s\n", strerror(errno));
        exit(1);
    }
    return p;
}

void packet_push(struct capture *capture, struct packet packet)
{
    if (capture->count == capture->room) {
        capture->room = capture->room * 2 + 1024;
        capture->packets = grow(capture->packets, capture->room * sizeof packet);
    }
    capture->packets[capture->count++] = packet;
}

struct packet packet_copy(const struct packet *packet)
{
    struct packet copy = *packet;

    copy.bytes = grow(NULL, packet->have);
    memcpy(copy.bytes, packet->bytes, packet->have);
    return copy;
}

void packet_fix(struct packet *packet)
{
    packet->have = packet->len = packet->at.end;
    frame_fix(packet->bytes, &packet->at);
}

/* The segment with `len` bytes of its data from `offset` on; FIN only with the last of them. */
struct packet packet_part(const struct packet *packet, uint32_t offset, uint32_t len)
{
    struct packet part = *packet;
    uint32_t head = packet->at.data;

    part.bytes = grow(NULL, head + len);
    memcpy(part.bytes, packet->bytes, head);
    memcpy(part.bytes + head, packet->bytes + head + offset, len);
    part.at.end = head + len;
    put32(part.bytes + part.at.tcp + 4, packet_seq(packet) + offset);
    if (offset + len < packet_data_len(packet))
        part.bytes[part.at.tcp + 13] &= (uint8_t) ~(TCP_FIN | TCP_PSH);
    packet_fix(&part);
    return part;
}

uint32_t packet_data_len(const struct packet *packet)
{
    return packet->at.end - packet->at.data;
}

uint32_t packet_seq(const struct packet *packet)
{
    return get32(packet->bytes + packet->at.tcp + 4);
}

uint8_t packet_flags(const struct packet *packet)
{
    return packet->bytes[packet->at.tcp + 13];
}

bool packet_is_data(const struct packet *packet)
{
    return packet->connection != NO_CONNECTION && packet_data_len(packet) > 0;
}

/* ---- the list ---- */

struct packet *capture_restart(struct capture *capture, size_t *count)
{
    struct packet *old = capture->packets;

    *count = capture->count;
    capture->packets = NULL;
    capture->count = capture->room = 0;
    return old;
}

void capture_sweep(struct capture *capture)
{
    size_t kept = 0;

    for (size_t i = 0; i < capture->count; i++) {
        if (capture->packets[i].gone)
            free(capture->packets[i].bytes);
        else
            capture->packets[kept++] = capture->packets[i];
    }
    capture->count = kept;
}

static void merge(struct packet *to, const struct packet *from, size_t middle, size_t end)
{
    size_t a = 0, b = middle;

    for (size_t i = 0; i < end; i++)
        to[i] = b == end || (a < middle && from[a].ns <= from[b].ns) ? from[a++] : from[b++];
}

void capture_sort(struct capture *capture)
{
    size_t count = capture->count;
    struct packet *from = capture->packets;
    struct packet *to = grow(NULL, count * sizeof *to);

    for (size_t width = 1; width < count; width *= 2) {
        struct packet *swap = from;

        for (size_t i = 0; i < count; i += 2 * width) {
            size_t end = count - i < 2 * width ? count - i : 2 * width;

            merge(to + i, from + i, end < width ? end : width, end);
        }
        from = to;
        to = swap;
    }
    capture->packets = from;
    capture->room = count;
    free(to);
}

struct by_connection capture_by_connection(const struct capture *capture)
{
    size_t connections = capture->connection_count;
    struct by_connection by;

    by.start = grow(NULL, (connections + 2) * sizeof(size_t));
    by.index = grow(NULL, capture->count * sizeof(size_t));
    memset(by.start, 0, (connections + 2) * sizeof(size_t));
    for (size_t i = 0; i < capture->count; i++)
        if (capture->packets[i].connection != NO_CONNECTION)
            by.start[capture->packets[i].connection + 2]++;
    for (size_t k = 1; k <= connections; k++)
        by.start[k + 1] += by.start[k];
    for (size_t i = 0; i < capture->count; i++)
        if (capture->packets[i].connection != NO_CONNECTION)
            by.index[by.start[capture->packets[i].connection + 1]++] = i;
    return by;
}

void by_connection_free(struct by_connection *by)
{
    free(by->start);
    free(by->index);
}

/* ---- which connection a segment belongs to ---- */

struct finder {
    uint32_t *slots; /* connection + 1, 0: free */
    size_t size;     /* a power of two */
};

static uint64_t hash_endpoint(const struct endpoint *endpoint)
{
    uint64_t hash = 0xcbf29ce484222325u ^ endpoint->port;

    for (size_t i = 0; i < sizeof endpoint->ip; i++)
        hash = (hash ^ endpoint->ip[i]) * 0x100000001b3u;
    return hash ^ hash >> 29;
}

/* The same place for both directions. */
static uint32_t *finder_place(const struct finder *finder, const struct capture *capture,
                              const struct endpoint *a, const struct endpoint *b)
{
    size_t i = (size_t)(hash_endpoint(a) + hash_endpoint(b));

    for (;; i++) {
        uint32_t *place = &finder->slots[i & (finder->size - 1)];
        const struct connection *c;

        if (*place == 0)
            return place;
        c = &capture->connections[*place - 1];
        if ((endpoint_equal(&c->client, a) && endpoint_equal(&c->server, b)) ||
            (endpoint_equal(&c->client, b) && endpoint_equal(&c->server, a)))
            return place;
    }
}

static uint32_t connection_new(struct capture *capture, const struct endpoint *from,
                               const struct endpoint *to, uint8_t flags)
{
    struct connection *c;
    bool backwards = flags & TCP_SYN ? (flags & TCP_ACK) != 0 : from->port < to->port;

    if (capture->connection_count == capture->connection_room) {
        capture->connection_room = capture->connection_room * 2 + 256;
        capture->connections =
            grow(capture->connections, capture->connection_room * sizeof *capture->connections);
    }
    c = &capture->connections[capture->connection_count];
    memset(c, 0, sizeof *c);
    c->client = backwards ? *to : *from;
    c->server = backwards ? *from : *to;
    return (uint32_t)capture->connection_count++;
}

static void finder_assign(struct finder *finder, struct capture *capture, struct packet *packet)
{
    struct endpoint from, to;
    uint8_t flags = packet_flags(packet);
    bool syn = (flags & (TCP_SYN | TCP_ACK)) == TCP_SYN;
    struct connection *c = NULL;
    uint32_t *place;

    frame_endpoints(packet->bytes, &packet->at, &from, &to);
    place = finder_place(finder, capture, &from, &to);
    if (*place)
        c = &capture->connections[*place - 1];
    if (!c || (syn && !(c->has_syn && c->syn_seq == packet_seq(packet))))
        *place = connection_new(capture, &from, &to, flags) + 1;
    packet->connection = *place - 1;
    c = &capture->connections[packet->connection];
    packet->from = endpoint_equal(&c->client, &from) ? CLIENT : SERVER;
    if (syn) {
        c->has_syn = true;
        c->syn_seq = packet_seq(packet);
    }
    if (!c->seen[packet->from])
        c->first_seq[packet->from] = packet_seq(packet);
    c->seen[packet->from] = true;
}

static void find_connections(struct capture *capture)
{
    struct finder finder = {.size = 1024};

    while (finder.size < capture->count)
        finder.size *= 2;
    finder.slots = grow(NULL, finder.size * sizeof *finder.slots);
    memset(finder.slots, 0, finder.size * sizeof *finder.slots);
    for (size_t i = 0; i < capture->count; i++) {
        struct packet *packet = &capture->packets[i];

        if (packet->have == packet->len && frame_find_tcp(packet->bytes, packet->have, &packet->at))
            finder_assign(&finder, capture, packet);
    }
    free(finder.slots);
}

/* ---- files ---- */

static void die(const char *path, const char *why)
{
    fprintf(stderr, "mangle: %s: %s\n", path, why);
    exit(1);
}

static bool load(struct capture *capture, const char *path)
{
    struct reader reader;
    struct record record;
    bool nano;
    int got;

    if (!reader_open(&reader, path))
        die(path, reader.error);
    if (reader.link_type != LINK_ETHERNET)
        die(path, "not an Ethernet capture");
    while ((got = reader_next(&reader, &record)) > 0) {
        struct packet packet = {.ns = record.ns,
                                .bytes = grow(NULL, record.have),
                                .have = record.have,
                                .len = record.len,
                                .connection = NO_CONNECTION};

        memcpy(packet.bytes, record.bytes, record.have);
        packet_push(capture, packet);
    }
    if (got < 0)
        die(path, reader.error);
    nano = reader.nano;
    reader_close(&reader);
    find_connections(capture);
    return nano;
}

static void save(const struct capture *capture, const char *path, bool nano)
{
    struct writer writer;

    if (!writer_open(&writer, path, nano))
        die(path, strerror(errno));
    for (size_t i = 0; i < capture->count; i++) {
        const struct packet *packet = &capture->packets[i];
        struct record record = {packet->ns, packet->have, packet->len, packet->bytes};

        writer_put(&writer, &record);
    }
    if (!writer_close(&writer))
        die(path, strerror(errno));
}

/* ---- running the table ---- */

static void run_one(struct capture *capture, const struct arg_value *values, size_t i)
{
    uint64_t seed = values[OPT_SEED].given ? values[OPT_SEED].number : 1;

    rng_init(&capture->rng, seed, i);
    table[i].run(capture, &values[i]);
}

/* The encapsulations one after the other as given. */
static void run_wraps(struct capture *capture, const struct arg_value *values)
{
    unsigned done = 0;

    for (;;) {
        size_t next = OPTIONS;

        for (size_t i = 0; i < OPTIONS; i++)
            if (table[i].wraps && values[i].given > done &&
                (next == OPTIONS || values[i].given < values[next].given))
                next = i;
        if (next == OPTIONS)
            return;
        done = values[next].given;
        run_one(capture, values, next);
    }
}

static void run_all(struct capture *capture, const struct arg_value *values)
{
    bool wrapped = false;

    for (size_t i = 0; i < OPTIONS; i++) {
        if (table[i].wraps && !wrapped) {
            run_wraps(capture, values);
            wrapped = true;
        }
        if (table[i].run && !table[i].wraps && values[i].given)
            run_one(capture, values, i);
    }
}

static void say_what_was_done(const struct capture *capture, size_t before, FILE *out)
{
    fprintf(out, "packets_in %zu\npackets_out %zu\nconnections %zu\n", before, capture->count,
            capture->connection_count);
    if (capture->values[OPT_DROP].given) {
        fprintf(out, "data_segments %llu\n", (unsigned long long)capture->data_segments);
        fprintf(out, "dropped_segments %llu\n", (unsigned long long)capture->dropped_segments);
        fprintf(out, "dropped_bytes %llu\n", (unsigned long long)capture->dropped_bytes);
        fprintf(out, "lost_bytes %llu\n", (unsigned long long)capture->lost_bytes);
    }
    if (capture->unchanged)
        fprintf(out, "not_wrapped %zu\n", capture->unchanged);
}

int main(int argc, char **argv)
{
    static struct arg args[OPTIONS];
    static struct arg_value values[OPTIONS];
    struct capture capture = {.values = values};
    size_t before;
    bool nano;
    int operands;

    for (size_t i = 0; i < OPTIONS; i++)
        args[i] = table[i].arg;
    operands = args_parse(argc, argv, args, OPTIONS, values);
    if (operands < 0) {
        help();
        return 0;
    }
    if (operands != 2)
        args_wrong(argv[0], "needs a capture to read and one to write");
    nano = load(&capture, argv[1]);
    before = capture.count;
    run_all(&capture, values);
    save(&capture, argv[2], nano);
    say_what_was_done(&capture, before, strcmp(argv[2], "-") == 0 ? stderr : stdout);
    return 0;
}
