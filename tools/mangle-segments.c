/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The operations of mangle that see TCP segments and their connections; see mangle.h. */
#include "mangle.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { TSO_ABOVE = 1500, REUSE_GAP_NS = 100000, DUPLICATE_LATER = 4 };

static uint32_t packet_ack(const struct packet *packet)
{
    return get32(packet->bytes + packet->at.tcp + 8);
}

static bool is_handshake(const struct packet *packet)
{
    return packet->connection != NO_CONNECTION && (packet_flags(packet) & TCP_SYN);
}

/* Marks each connection's SYN, SYN/ACK and the client's first ACK without data. */
static bool *mark_handshakes(const struct capture *capture)
{
    bool *marked = grow(NULL, capture->count);
    bool *open = grow(NULL, capture->connection_count);

    memset(open, 0, capture->connection_count);
    for (size_t i = 0; i < capture->count; i++) {
        const struct packet *packet = &capture->packets[i];
        bool syn = is_handshake(packet);

        marked[i] = syn;
        if (packet->connection == NO_CONNECTION)
            continue;
        if (syn) {
            open[packet->connection] = true;
        } else if (packet->from == CLIENT && open[packet->connection]) {
            marked[i] = packet_flags(packet) == TCP_ACK && !packet_is_data(packet);
            open[packet->connection] = false;
        }
    }
    free(open);
    return marked;
}

void op_no_handshake(struct capture *capture, const struct arg_value *value)
{
    bool *marked = mark_handshakes(capture);

    (void)value;
    for (size_t i = 0; i < capture->count; i++)
        capture->packets[i].gone = marked[i];
    free(marked);
    capture_sweep(capture);
}

void op_one_direction(struct capture *capture, const struct arg_value *value)
{
    uint8_t keep = strcmp(value->text, "client") == 0 ? CLIENT : SERVER;

    for (size_t i = 0; i < capture->count; i++) {
        struct packet *packet = &capture->packets[i];

        packet->gone = packet->connection != NO_CONNECTION && packet->from != keep;
    }
    capture_sweep(capture);
}

/* ---- reuse of ports ---- */

/* Writes the connection's addresses and ports into one of its packets of the same IP version. */
static void packet_readdress(struct packet *packet, const struct connection *connection)
{
    const struct endpoint *from =
        packet->from == CLIENT ? &connection->client : &connection->server;
    const struct endpoint *to = packet->from == CLIENT ? &connection->server : &connection->client;
    size_t size = packet->at.version == 4 ? 4 : 16;
    uint8_t *addresses = packet->bytes + packet->at.ip + (packet->at.version == 4 ? 12 : 8);

    memcpy(packet->bytes, to->mac, 6);
    memcpy(packet->bytes + 6, from->mac, 6);
    memcpy(addresses, from->ip, size);
    memcpy(addresses + size, to->ip, size);
    put16(packet->bytes + packet->at.tcp, from->port);
    put16(packet->bytes + packet->at.tcp + 2, to->port);
    packet_fix(packet);
}

/* Removes the end of a connection: its data stays, and nobody acknowledges a FIN. */
static void forget_end(struct capture *capture, const struct by_connection *by, size_t k)
{
    bool ended = false;
    uint32_t fin[2];
    bool has_fin[2] = {false, false};

    for (size_t i = by->start[k]; i < by->start[k + 1]; i++) {
        struct packet *packet = &capture->packets[by->index[i]];
        uint8_t *tcp = packet->bytes + packet->at.tcp;
        uint8_t other = !packet->from;

        if (tcp[13] & TCP_FIN) {
            fin[packet->from] = packet_seq(packet) + packet_data_len(packet);
            has_fin[packet->from] = true;
        }
        ended = ended || (tcp[13] & (TCP_FIN | TCP_RST));
        if (!ended)
            continue;
        packet->gone = !packet_is_data(packet) || (tcp[13] & TCP_RST);
        tcp[13] &= (uint8_t)~TCP_FIN;
        if (has_fin[other] && (int32_t)(packet_ack(packet) - fin[other]) > 0)
            put32(tcp + 8, fin[other]);
        packet_fix(packet);
    }
}

/* The connections of one client in a chain: previous[k] is the one before k, or NO_CONNECTION. */
static uint32_t *chain_by_source(const struct capture *capture, bool *is_last)
{
    size_t count = capture->connection_count, size = 1024;
    uint32_t *previous = grow(NULL, count * sizeof *previous);
    uint32_t *latest;

    while (size < 2 * count)
        size *= 2;
    latest = grow(NULL, size * sizeof *latest);
    memset(latest, 0xff, size * sizeof *latest);
    for (uint32_t k = 0; k < count; k++) {
        const struct endpoint *client = &capture->connections[k].client;
        size_t place = get32(client->ip) * 2654435761u + get32(client->ip + 12) * 40503u;

        for (;; place++) {
            uint32_t held = latest[place & (size - 1)];
            const struct endpoint *other;

            if (held == NO_CONNECTION)
                break;
            other = &capture->connections[held].client;
            if (other->version == client->version &&
                memcmp(other->ip, client->ip, sizeof client->ip) == 0)
                break;
        }
        previous[k] = latest[place & (size - 1)];
        latest[place & (size - 1)] = k;
        is_last[k] = true;
        if (previous[k] != NO_CONNECTION)
            is_last[previous[k]] = false;
    }
    free(latest);
    return previous;
}

static void reuse(struct capture *capture, bool abrupt)
{
    struct by_connection by = capture_by_connection(capture);
    size_t count = capture->connection_count;
    bool *is_last = grow(NULL, count);
    uint32_t *previous = chain_by_source(capture, is_last);
    uint64_t *end = grow(NULL, count * sizeof *end);

    for (size_t k = 0; k < count; k++) {
        struct connection *connection = &capture->connections[k];
        uint64_t shift = 0, begin = capture->packets[by.index[by.start[k]]].ns;

        if (abrupt && !is_last[k])
            forget_end(capture, &by, k);
        if (previous[k] != NO_CONNECTION) {
            connection->client = capture->connections[previous[k]].client;
            connection->server = capture->connections[previous[k]].server;
            shift = end[previous[k]] + REUSE_GAP_NS - begin;
        }
        end[k] = 0;
        for (size_t i = by.start[k]; i < by.start[k + 1]; i++) {
            struct packet *packet = &capture->packets[by.index[i]];

            packet->ns += shift;
            packet_readdress(packet, connection);
            if (packet->ns > end[k] && !packet->gone)
                end[k] = packet->ns;
        }
    }
    free(end);
    free(previous);
    free(is_last);
    by_connection_free(&by);
    capture_sweep(capture);
    capture_sort(capture);
}

void op_reuse(struct capture *capture, const struct arg_value *value)
{
    (void)value;
    if (!capture->values[OPT_REUSE_ABRUPT].given)
        reuse(capture, false);
}

void op_reuse_abrupt(struct capture *capture, const struct arg_value *value)
{
    (void)value;
    reuse(capture, true);
}

/* ---- sequence numbers ---- */

static void sack_shift(struct packet *packet, uint32_t shift)
{
    uint8_t *option = packet->bytes + packet->at.tcp + TCP_HEAD;
    uint8_t *end = packet->bytes + packet->at.data;

    while (option < end && *option != 0) {
        uint8_t len = *option == 1 ? 1 : option + 1 < end ? option[1] : 0;

        if (len == 0 || len > end - option || (len == 1 && *option != 1))
            return;
        for (uint8_t i = 2; *option == 5 && i + 4 <= len; i = (uint8_t)(i + 4))
            put32(option + i, get32(option + i) + shift);
        option += len;
    }
}

/* The numbers of each side move so that 0 lies in the middle of what it says. */
void op_wrap(struct capture *capture, const struct arg_value *value)
{
    uint32_t(*span)[2] = grow(NULL, capture->connection_count * sizeof *span);

    (void)value;
    memset(span, 0, capture->connection_count * sizeof *span);
    for (size_t i = 0; i < capture->count; i++) {
        const struct packet *packet = &capture->packets[i];
        uint32_t reach;

        if (!packet_is_data(packet))
            continue;
        reach = packet_seq(packet) + packet_data_len(packet) -
                capture->connections[packet->connection].first_seq[packet->from];
        if ((int32_t)(reach - span[packet->connection][packet->from]) > 0)
            span[packet->connection][packet->from] = reach;
    }
    for (size_t i = 0; i < capture->count; i++) {
        struct packet *packet = &capture->packets[i];
        const struct connection *c;
        uint32_t shift[2];

        if (packet->connection == NO_CONNECTION)
            continue;
        c = &capture->connections[packet->connection];
        for (int side = CLIENT; side <= SERVER; side++)
            shift[side] = 0 - span[packet->connection][side] / 2 - c->first_seq[side];
        put32(packet->bytes + packet->at.tcp + 4, packet_seq(packet) + shift[packet->from]);
        if (packet_flags(packet) & TCP_ACK)
            put32(packet->bytes + packet->at.tcp + 8, packet_ack(packet) + shift[!packet->from]);
        sack_shift(packet, shift[!packet->from]);
        packet_fix(packet);
    }
    for (size_t k = 0; k < capture->connection_count; k++)
        for (int side = CLIENT; side <= SERVER; side++)
            capture->connections[k].first_seq[side] = 0 - span[k][side] / 2;
    free(span);
}

/* ---- IPv6 ---- */

static void map_address(uint8_t to[16], const uint8_t from[4])
{
    memset(to, 0, 16);
    put32(to, 0x20010db8);
    memcpy(to + 12, from, 4);
}

static void endpoint_to_ipv6(struct endpoint *endpoint)
{
    uint8_t mapped[16];

    if (endpoint->version != 4)
        return;
    map_address(mapped, endpoint->ip);
    memcpy(endpoint->ip, mapped, sizeof mapped);
    endpoint->version = 6;
}

static void packet_to_ipv6(struct packet *packet)
{
    const uint8_t *ip = packet->bytes + packet->at.ip;
    struct frame_at at = packet->at;
    uint8_t *bytes = grow(NULL, packet->have + IPV6_HEAD);

    at.version = 6;
    at.tcp = at.ip + IPV6_HEAD;
    at.data = at.tcp + packet->at.data - packet->at.tcp;
    at.end = at.tcp + packet->at.end - packet->at.tcp;
    memcpy(bytes, packet->bytes, at.ip);
    put16(bytes + at.ip - 2, TYPE_IPV6);
    put32(bytes + at.ip, 0x60000000);
    bytes[at.ip + 6] = IP_PROTO_TCP;
    bytes[at.ip + 7] = ip[8];
    map_address(bytes + at.ip + 8, ip + 12);
    map_address(bytes + at.ip + 24, ip + 16);
    memcpy(bytes + at.tcp, packet->bytes + packet->at.tcp, packet->at.end - packet->at.tcp);
    free(packet->bytes);
    packet->bytes = bytes;
    packet->at = at;
    packet_fix(packet);
}

void op_ipv6(struct capture *capture, const struct arg_value *value)
{
    (void)value;
    for (size_t i = 0; i < capture->count; i++)
        if (capture->packets[i].connection != NO_CONNECTION && capture->packets[i].at.version == 4)
            packet_to_ipv6(&capture->packets[i]);
    for (size_t k = 0; k < capture->connection_count; k++) {
        endpoint_to_ipv6(&capture->connections[k].client);
        endpoint_to_ipv6(&capture->connections[k].server);
    }
}

/* ---- other segments, same bytes ---- */

static void packet_append(struct packet *packet, const struct packet *more)
{
    uint32_t len = packet_data_len(more);

    packet->bytes = grow(packet->bytes, packet->at.end + len);
    memcpy(packet->bytes + packet->at.end, more->bytes + more->at.data, len);
    packet->at.end += len;
    packet->bytes[packet->at.tcp + 13] |= packet_flags(more) & (TCP_FIN | TCP_PSH);
}

static bool can_join(const struct packet *first, const struct packet *next)
{
    return packet_seq(next) == packet_seq(first) + packet_data_len(first) &&
           !(packet_flags(first) & (TCP_FIN | TCP_SYN | TCP_RST | TCP_URG)) &&
           !(packet_flags(next) & (TCP_SYN | TCP_RST | TCP_URG)) &&
           first->at.end - first->at.ip + packet_data_len(next) <= IP_LEN_MAX;
}

/* The joined segment stands where its first one stood: no ACK comes before what it acknowledges. */
void op_join(struct capture *capture, const struct arg_value *value)
{
    size_t connections = capture->connection_count;
    struct packet *(*open)[2] = grow(NULL, connections * sizeof *open);

    (void)value;
    memset(open, 0, connections * sizeof *open);
    for (size_t i = 0; i < capture->count; i++) {
        struct packet *packet = &capture->packets[i], **mine;

        if (!packet_is_data(packet))
            continue;
        mine = &open[packet->connection][packet->from];
        open[packet->connection][!packet->from] = NULL;
        if (*mine && can_join(*mine, packet)) {
            packet_append(*mine, packet);
            packet->gone = true;
        } else {
            *mine = packet;
        }
    }
    free(open);
    for (size_t i = 0; i < capture->count; i++)
        if (packet_is_data(&capture->packets[i]))
            packet_fix(&capture->packets[i]);
    capture_sweep(capture);
}

void op_cut(struct capture *capture, const struct arg_value *value)
{
    uint32_t piece = (uint32_t)value->number;
    size_t count;
    struct packet *old = capture_restart(capture, &count);

    for (size_t i = 0; i < count; i++) {
        uint32_t len = packet_is_data(&old[i]) ? packet_data_len(&old[i]) : 0;

        if (len <= piece) {
            packet_push(capture, old[i]);
            continue;
        }
        for (uint32_t at = 0; at < len; at += piece)
            packet_push(capture, packet_part(&old[i], at, len - at < piece ? len - at : piece));
        free(old[i].bytes);
    }
    free(old);
}

/* Numbers the client's data segments of each connection, from 1; 0: something else. */
static uint32_t *number_data(const struct capture *capture)
{
    uint32_t *number = grow(NULL, capture->count * sizeof *number);
    uint32_t *seen = grow(NULL, capture->connection_count * sizeof *seen);

    memset(seen, 0, capture->connection_count * sizeof *seen);
    for (size_t i = 0; i < capture->count; i++) {
        const struct packet *packet = &capture->packets[i];
        bool counts = packet_is_data(packet) && packet->from == CLIENT;

        number[i] = counts ? ++seen[packet->connection] : 0;
    }
    free(seen);
    return number;
}

void op_urgent(struct capture *capture, const struct arg_value *value)
{
    uint32_t *number = number_data(capture);

    for (size_t i = 0; i < capture->count; i++) {
        struct packet *packet = &capture->packets[i];

        if (number[i] != value->number)
            continue;
        packet->bytes[packet->at.tcp + 13] |= TCP_URG;
        put16(packet->bytes + packet->at.tcp + 18, (packet_data_len(packet) + 1) / 2);
        packet_fix(packet);
    }
    free(number);
}

/* ---- loss ---- */

struct span {
    int64_t begin, end;
};

static int compare_spans(const void *a, const void *b)
{
    const struct span *x = a, *y = b;

    return x->begin < y->begin ? -1 : x->begin > y->begin;
}

/* How many bytes of the spans no earlier one covers, when `covered` is done first. */
static uint64_t bytes_outside(struct span *spans, size_t count, struct span *covered,
                              size_t covered_count)
{
    uint64_t bytes = 0;
    int64_t at = INT64_MIN;
    size_t k = 0;

    if (count)
        qsort(spans, count, sizeof *spans, compare_spans);
    if (covered_count)
        qsort(covered, covered_count, sizeof *covered, compare_spans);
    for (size_t i = 0; i < count; i++) {
        if (at < spans[i].begin)
            at = spans[i].begin;
        while (at < spans[i].end) {
            while (k < covered_count && covered[k].end <= at)
                k++;
            if (k < covered_count && covered[k].begin <= at) {
                at = covered[k].end;
                continue;
            }
            if (k < covered_count && covered[k].begin < spans[i].end) {
                bytes += (uint64_t)(covered[k].begin - at);
                at = covered[k].begin;
            } else {
                bytes += (uint64_t)(spans[i].end - at);
                at = spans[i].end;
            }
        }
    }
    return bytes;
}

static void count_lost(struct capture *capture, const struct by_connection *by, size_t k,
                       struct span *gone, struct span *left)
{
    for (uint8_t side = CLIENT; side <= SERVER; side++) {
        struct connection *connection = &capture->connections[k];
        size_t gone_count = 0, left_count = 0;

        for (size_t i = by->start[k]; i < by->start[k + 1]; i++) {
            const struct packet *packet = &capture->packets[by->index[i]];
            struct span span;

            if (packet->from != side || !packet_is_data(packet))
                continue;
            span.begin = (int32_t)(packet_seq(packet) - connection->first_seq[side]);
            span.end = span.begin + packet_data_len(packet);
            if (packet->gone)
                gone[gone_count++] = span;
            else
                left[left_count++] = span;
        }
        connection->lost[side] = bytes_outside(gone, gone_count, left, left_count);
        capture->lost_bytes += connection->lost[side];
    }
}

static void write_lost(const struct capture *capture, const char *path)
{
    FILE *file = fopen(path, "w");

    if (file)
        fputs("src_ip\tsrc_port\tdst_ip\tdst_port\tbytes\tfrom_src\tfrom_dst\n", file);
    for (size_t k = 0; file && k < capture->connection_count; k++) {
        const struct connection *c = &capture->connections[k];
        char client[ADDRESS_TEXT], server[ADDRESS_TEXT];
        unsigned long long src = c->lost[CLIENT], dst = c->lost[SERVER];

        if (src + dst == 0)
            continue;
        endpoint_text(&c->client, client);
        endpoint_text(&c->server, server);
        fprintf(file, "%s\t%u\t%s\t%u\t%llu\t%llu\t%llu\n", client, c->client.port, server,
                c->server.port, src + dst, src, dst);
    }
    if (!file || (ferror(file) | fclose(file))) {
        fprintf(stderr, "mangle: %s: %s\n", path, strerror(errno));
        exit(1);
    }
}

void op_drop(struct capture *capture, const struct arg_value *value)
{
    struct by_connection by;
    struct span *gone = grow(NULL, capture->count * sizeof *gone);
    struct span *left = grow(NULL, capture->count * sizeof *left);

    for (size_t i = 0; i < capture->count; i++) {
        struct packet *packet = &capture->packets[i];

        if (!packet_is_data(packet))
            continue;
        capture->data_segments++;
        packet->gone = rng_share(&capture->rng) < value->share;
        if (packet->gone) {
            capture->dropped_segments++;
            capture->dropped_bytes += packet_data_len(packet);
        }
    }
    by = capture_by_connection(capture);
    for (size_t k = 0; k < capture->connection_count; k++)
        count_lost(capture, &by, k, gone, left);
    by_connection_free(&by);
    free(gone);
    free(left);
    capture_sweep(capture);
    if (capture->values[OPT_LOST].given)
        write_lost(capture, capture->values[OPT_LOST].text);
}

/* ---- more than once, or in another order ---- */

/* The copy comes after up to four of the packets that follow. */
void op_duplicate(struct capture *capture, const struct arg_value *value)
{
    size_t count, waiting = 0;
    struct packet *old = capture_restart(capture, &count);
    struct packet copies[DUPLICATE_LATER + 1];
    size_t due[DUPLICATE_LATER + 1];

    for (size_t i = 0; i <= count; i++) {
        size_t kept = 0;

        if (i < count)
            packet_push(capture, old[i]);
        if (i < count && waiting <= DUPLICATE_LATER && rng_share(&capture->rng) < value->share) {
            copies[waiting] = packet_copy(&old[i]);
            due[waiting++] = i + rng_below(&capture->rng, DUPLICATE_LATER);
        }
        for (size_t k = 0; k < waiting; k++) {
            if (due[k] <= i || i == count) {
                copies[k].ns = capture->packets[capture->count - 1].ns;
                packet_push(capture, copies[k]);
            } else {
                copies[kept] = copies[k];
                due[kept++] = due[k];
            }
        }
        waiting = kept;
    }
    free(old);
}

/*
 * After each data segment a retransmission of what came before, from the
 * middle of the segment before it, or of itself where that one is not its
 * neighbour, up to its own middle or end.
 */
static struct packet make_overlap(struct packet *packet, const struct packet *before)
{
    uint32_t len = packet_data_len(packet), half = len / 2, tail = 0;
    struct packet joined;

    if (before && packet_seq(before) + packet_data_len(before) == packet_seq(packet))
        tail = packet_data_len(before) - packet_data_len(before) / 2;
    if (tail == 0 || packet->at.data - packet->at.ip + tail + half > IP_LEN_MAX)
        return packet_part(packet, half, len - half);
    joined = packet_part(packet, 0, half);
    joined.bytes = grow(joined.bytes, joined.at.end + tail);
    memmove(joined.bytes + joined.at.data + tail, joined.bytes + joined.at.data, half);
    memcpy(joined.bytes + joined.at.data, before->bytes + before->at.end - tail, tail);
    joined.at.end += tail;
    put32(joined.bytes + joined.at.tcp + 4, packet_seq(packet) - tail);
    packet_fix(&joined);
    return joined;
}

void op_overlap(struct capture *capture, const struct arg_value *value)
{
    bool garbage = strcmp(value->text, "different") == 0;
    size_t count;
    struct packet *old = capture_restart(capture, &count);
    struct packet *(*before)[2] = grow(NULL, capture->connection_count * sizeof *before);

    memset(before, 0, capture->connection_count * sizeof *before);
    for (size_t i = 0; i < count; i++) {
        struct packet again;

        packet_push(capture, old[i]);
        if (!packet_is_data(&old[i]))
            continue;
        again = make_overlap(&old[i], before[old[i].connection][old[i].from]);
        again.bytes[again.at.tcp + 13] &= (uint8_t) ~(TCP_FIN | TCP_SYN | TCP_URG);
        for (uint32_t k = again.at.data; garbage && k < again.at.end; k++)
            again.bytes[k] = (uint8_t)(again.bytes[k] ^ (1 + rng_below(&capture->rng, 255)));
        packet_fix(&again);
        packet_push(capture, again);
        before[old[i].connection][old[i].from] = &old[i];
    }
    free(before);
    free(old);
}

/* Exchanges all but the times. */
static void swap_contents(struct packet *a, struct packet *b)
{
    struct packet held = *a;
    uint64_t ns = b->ns;

    *a = *b;
    *b = held;
    a->ns = held.ns;
    b->ns = ns;
}

/* index[from] moves to index[to]; those between move up. */
static void move_last(struct capture *capture, const size_t *index, size_t from, size_t to)
{
    uint32_t seq = packet_seq(&capture->packets[index[from]]);

    for (size_t i = from; i < to; i++) {
        struct packet *packet = &capture->packets[index[i]];

        swap_contents(packet, &capture->packets[index[i + 1]]);
        if (capture->values[OPT_HONEST_ACKS].given && packet->from == SERVER &&
            (packet_flags(packet) & TCP_ACK) && (int32_t)(packet_ack(packet) - seq) > 0) {
            put32(packet->bytes + packet->at.tcp + 8, seq);
            packet_fix(packet);
        }
    }
}

void op_last(struct capture *capture, const struct arg_value *value)
{
    struct by_connection by = capture_by_connection(capture);
    uint32_t *number = number_data(capture);

    for (size_t k = 0; k < capture->connection_count; k++) {
        size_t end = by.start[k + 1], from = end, to = end;

        for (size_t i = by.start[k]; i < end; i++) {
            if (number[by.index[i]] == 0)
                continue;
            if (number[by.index[i]] == value->number)
                from = i;
            to = i;
        }
        if (from < to)
            move_last(capture, by.index, from, to);
    }
    free(number);
    by_connection_free(&by);
}

static void shuffle(struct capture *capture, const size_t *places, size_t count)
{
    for (size_t i = count; i > 1; i--) {
        size_t k = rng_below(&capture->rng, (uint32_t)i);

        swap_contents(&capture->packets[places[i - 1]], &capture->packets[places[k]]);
    }
}

void op_reorder(struct capture *capture, const struct arg_value *value)
{
    bool *stays = NULL;
    size_t *places = grow(NULL, capture->count * sizeof *places);
    size_t count = 0;

    if (capture->values[OPT_KEEP_HANDSHAKE].given)
        stays = mark_handshakes(capture);
    for (size_t i = 0; i < capture->count; i++) {
        if (!stays || !stays[i])
            places[count++] = i;
        if ((i + 1) % value->number == 0 || i + 1 == capture->count) {
            shuffle(capture, places, count);
            count = 0;
        }
    }
    free(places);
    free(stays);
}

void op_tso_zero(struct capture *capture, const struct arg_value *value)
{
    (void)value;
    for (size_t i = 0; i < capture->count; i++) {
        const struct packet *packet = &capture->packets[i];
        uint8_t *ip = packet->bytes + packet->at.ip;

        if (packet->connection == NO_CONNECTION || packet->at.end - packet->at.ip <= TSO_ABOVE)
            continue;
        if (packet->at.version == 6) {
            put16(ip + 4, 0);
            continue;
        }
        put16(ip + 2, 0);
        put16(ip + 10, 0);
        put16(ip + 10, internet_checksum(ip, packet->at.tcp - packet->at.ip, 0));
    }
}
