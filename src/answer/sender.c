/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "answer/sender.h"

#include <errno.h>
#include <libnet.h>
#include <net/if.h>
#include <netpacket/packet.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cursor.h"
#include "base/mem.h"
#include "potsherd/decap.h"
#include "potsherd/lines.h"
#include "potsherd/pcapfile.h"
#include "potsherd/segment.h"

struct sender {
    struct sender_options options;
    struct sender_counts counts;
    libnet_t *link, *raw4, *raw6;
    struct pcapfile *file;
    struct lines *audit;
    struct rate *rate;
    time_us second; /* of the newest line of the audit file */
    char time[TIME_TEXT_MAX];
    bool has_time;
};

#define MAC_BYTES   6
#define SECOND_TEXT 20 /* "2006-06-10T00:00:00." */

struct outgoing { /* a frame as it reads on the outside */
    struct address us, peer;
    uint16_t port, peer_port;
    const char *kind; /* "arp", "nd", or NULL: TCP */
    uint8_t flags;
};

/* --- what is it, really? --- */

static bool read_arp(const struct peers *peers, struct cursor c, struct outgoing *out)
{
    const uint8_t *us, *our_mac, *peer, *peer_mac;

    cursor_skip(&c, 6);
    if (cursor_be16(&c) != 2)
        return false;
    our_mac = cursor_take(&c, MAC_BYTES);
    us = cursor_take(&c, 4);
    peer_mac = cursor_take(&c, MAC_BYTES);
    peer = cursor_take(&c, 4);
    if (c.failed || memcmp(our_mac, peers->mac, MAC_BYTES) != 0 || !peers_is_other(peers, peer_mac))
        return false;
    *out = (struct outgoing){.us = address_v4(us), .peer = address_v4(peer), .kind = "arp"};
    return true;
}

static bool read_advertisement(const struct datagram *d, struct outgoing *out)
{
    if (d->protocol != 58 || d->caplen < 24 || d->payload[0] != 136)
        return false;
    *out = (struct outgoing){.us = d->src, .peer = d->dst, .kind = "nd"};
    return memcmp(d->payload + 8, d->src.bytes, 16) == 0;
}

/* `back`: the frame's own link header, turned round.  Without an interface (a unit test)
 * there is no address of our own to compare with. */
static bool is_from_us_to_one(const struct peers *peers, const struct link *back)
{
    const uint8_t *from = back->bytes, *to = back->bytes + MAC_BYTES;

    if (back->link_type != FRAME_LINK_ETHERNET)
        return true;
    return peers_is_other(peers, to) &&
           (!peers_knows_own(peers) || memcmp(from, peers->mac, MAC_BYTES) == 0);
}

/* Who asks where we are may have an address that no segment comes from. */
static bool may_get(const struct peers *peers, const struct outgoing *o)
{
    return scope_has(peers->scope, &o->us) &&
           (o->kind ? peers_may_ask(peers, &o->peer) : peers_may_have(peers, &o->peer));
}

static bool read_outgoing(const struct peers *peers, const struct built_frame *wire,
                          struct outgoing *out)
{
    struct frame frame = {.link_type = wire->link_type,
                          .bytes = wire->bytes,
                          .caplen = (uint32_t)wire->n,
                          .wire_len = (uint32_t)wire->n};
    struct datagram d;
    struct segment s;
    struct link link;
    uint16_t type;
    size_t offset;

    if (!link_read(&frame, &link, &type, &offset) || !is_from_us_to_one(peers, &link))
        return false;
    if (type == FRAME_ETHER_ARP)
        return read_arp(peers, cursor_over(wire->bytes + offset, wire->n - offset), out);
    if (decap_frame(&frame, &d) != DECAP_OK)
        return false;
    if (d.protocol != 6)
        return read_advertisement(&d, out);
    if (decap_segment(&d, true, &s) != DECAP_OK || s.bad_checksum)
        return false;
    *out = (struct outgoing){
        .us = s.src, .peer = s.dst, .port = s.src_port, .peer_port = s.dst_port, .flags = s.flags};
    return true;
}

/* --- the audit file ---
 *
 * A line for every frame is much: put together by hand, it costs a fifth of what
 * printf takes. */

static char *put_number(char *to, uint64_t number, unsigned least_digits)
{
    char digits[20];
    unsigned n = 0;

    do {
        digits[n++] = (char)('0' + number % 10);
        number /= 10;
    } while (number || n < least_digits);
    while (n)
        *to++ = digits[--n];
    return to;
}

/* RFC 3339; all but the microseconds is kept from the last line. */
static char *put_time(struct sender *s, char *to, time_us now)
{
    if (now / TIME_SECOND != s->second || !s->has_time) {
        s->has_time = true;
        s->second = now / TIME_SECOND;
        time_format(now, s->time);
    }
    memcpy(to, s->time, SECOND_TEXT);
    to = put_number(to + SECOND_TEXT, (uint64_t)(now % TIME_SECOND), 6);
    *to++ = 'Z';
    return to;
}

static char *put_endpoint(char *to, const struct address *address, uint16_t port)
{
    *to++ = ' ';
    to += address_format(address, to);
    *to++ = ' ';
    return put_number(to, port, 1);
}

static char *put_kind(char *to, const struct outgoing *o)
{
    static const char letters[] = "FSRPAU"; /* by bit */

    *to++ = ' ';
    if (o->kind)
        return stpcpy(to, o->kind);
    for (int bit = 0; bit < 6; bit++)
        if (o->flags & 1 << bit)
            *to++ = letters[bit];
    return to;
}

static void audit(struct sender *s, const struct outgoing *o, size_t n, time_us now)
{
    char line[TIME_TEXT_MAX + 2 * ADDRESS_TEXT_MAX + 64], *end;

    if (!s->audit)
        return;
    end = put_time(s, line, now);
    end = put_endpoint(end, &o->peer, o->peer_port);
    end = put_endpoint(end, &o->us, o->port);
    end = put_kind(end, o);
    *end++ = ' ';
    end = put_number(end, n, 1);
    *end++ = '\n';
    lines_put(s->audit, line, (size_t)(end - line), now);
}

/* --- sinks --- */

static bool put_routed(struct sender *s, const struct built_frame *wire)
{
    struct frame frame = {
        .link_type = wire->link_type, .bytes = wire->bytes, .caplen = (uint32_t)wire->n};
    struct link link;
    uint16_t type;
    size_t offset;
    uint32_t n;

    if (!link_read(&frame, &link, &type, &offset))
        return false;
    n = (uint32_t)(wire->n - offset);
    if (type == FRAME_ETHER_IPV6)
        return s->raw6 && libnet_write_raw_ipv6(s->raw6, wire->bytes + offset, n) == (int)n;
    return type == FRAME_ETHER_IPV4 && s->raw4 &&
           libnet_adv_write_raw_ipv4(s->raw4, wire->bytes + offset, n) == (int)n;
}

/* libnet's socket would receive all that passes, on every interface, and libnet asks for
 * the interface's number at every frame: bound, to no protocol, it does neither. */
static bool bind_link(const struct sender *s)
{
    struct sockaddr_ll to = {.sll_family = AF_PACKET,
                             .sll_ifindex = (int)if_nametoindex(s->options.interface)};

    return to.sll_ifindex && bind(libnet_getfd(s->link), (struct sockaddr *)&to, sizeof to) == 0;
}

/* An interface that was removed takes the binding along; once it is back, the socket is bound
 * again, which needs no privilege. */
static bool put_on_link(const struct sender *s, const struct built_frame *wire)
{
    int fd = libnet_getfd(s->link);

    if (send(fd, wire->bytes, wire->n, 0) == (ssize_t)wire->n)
        return true;
    return (errno == ENXIO || errno == ENODEV) && bind_link(s) &&
           send(fd, wire->bytes, wire->n, 0) == (ssize_t)wire->n;
}

static bool put(struct sender *s, const struct built_frame *wire, time_us now)
{
    uint32_t n = (uint32_t)wire->n;

    if (s->options.put) {
        s->options.put(s->options.context, wire);
        return true;
    }
    if (s->file) {
        pcapfile_put(s->file, &(struct frame){.ts = now,
                                              .link_type = wire->link_type,
                                              .bytes = wire->bytes,
                                              .caplen = n,
                                              .wire_len = n});
        return !pcapfile_failure(s->file);
    }
    if (s->options.routed || wire->link_type != FRAME_LINK_ETHERNET)
        return put_routed(s, wire);
    return put_on_link(s, wire);
}

bool sender_send(struct sender *s, const struct built_frame *wire, time_us now)
{
    const struct sender_options *o = &s->options;
    struct outgoing outgoing;

    if (!read_outgoing(o->peers, wire, &outgoing) || !may_get(o->peers, &outgoing) ||
        !o->is_known(o->known, &outgoing.us, outgoing.port, &outgoing.peer, outgoing.peer_port)) {
        s->counts.out_of_scope++;
        return false;
    }
    if (!rate_take(s->rate, &outgoing.peer, now)) {
        s->counts.over_rate++;
        return false;
    }
    if (!put(s, wire, now)) {
        s->counts.failed++;
        return false;
    }
    s->counts.sent++;
    s->counts.bytes += wire->n;
    audit(s, &outgoing, wire->n, now);
    return true;
}

/* --- opening --- */

static libnet_t *open_libnet(int how, const char *interface, struct failure *why)
{
    char error[LIBNET_ERRBUF_SIZE] = "";
    libnet_t *l = libnet_init(how, interface, error);

    if (!l)
        failure_set(why, "%s: cannot send: %.*s (this needs root, or CAP_NET_RAW)", interface,
                    (int)strcspn(error, "\n"), error);
    return l;
}

static bool open_wire(struct sender *s, struct failure *why)
{
    const char *interface = s->options.interface;
    struct failure no_ipv6;

    if (!s->options.routed) {
        s->link = open_libnet(LIBNET_LINK_ADV, interface, why);
        return s->link && (bind_link(s) ||
                           failure_set(why, "%s: cannot send: %s", interface, strerror(errno)));
    }
    s->raw4 = open_libnet(LIBNET_RAW4_ADV, interface, why);
    s->raw6 = open_libnet(LIBNET_RAW6_ADV, interface, &no_ipv6);
    return s->raw4 != NULL;
}

static bool open_file(struct sender *s, struct failure *why)
{
    s->file = pcapfile_open(s->options.file, why);
    return s->file != NULL;
}

/* Whether only who we are now can put a link into the folder of this file. */
static bool is_in_our_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    char folder[4096] = ".";
    struct stat st;

    if (slash)
        snprintf(folder, sizeof folder, "%.*s", (int)(slash - path) + 1, path);
    return stat(folder, &st) == 0 && st.st_uid == geteuid() && !(st.st_mode & (S_IWGRP | S_IWOTH));
}

/* The operator may name a file that only root can make; elsewhere it is made later. */
static bool open_sinks(struct sender *s, struct failure *why)
{
    const struct sender_options *o = &s->options;

    if (o->put)
        return true;
    if (o->file)
        return !is_in_our_folder(o->file) || open_file(s, why);
    return open_wire(s, why);
}

bool sender_open_files(struct sender *s, int dir_fd, const char *folder, struct failure *why)
{
    if (dir_fd >= 0 && !(s->audit = lines_open(dir_fd, folder, SEGMENT_AUDIT, why)))
        return false;
    return !s->options.file || s->options.put || s->file || open_file(s, why);
}

struct sender *sender_open(const struct sender_options *options, struct failure *why)
{
    struct sender *s = MEM_NEW(struct sender);

    s->options = *options;
    s->rate = rate_new(options->rate, &options->key);
    if (open_sinks(s, why))
        return s;
    sender_close(s);
    return NULL;
}

void sender_flush(struct sender *s)
{
    if (s->audit)
        lines_flush(s->audit);
    if (s->file)
        pcapfile_flush(s->file);
}

uint64_t sender_unaudited(const struct sender *s)
{
    return lines_lost(s->audit);
}

const struct sender_counts *sender_counts(const struct sender *s)
{
    return &s->counts;
}

void sender_close(struct sender *s)
{
    if (!s)
        return;
    if (s->link)
        libnet_destroy(s->link);
    if (s->raw4)
        libnet_destroy(s->raw4);
    if (s->raw6)
        libnet_destroy(s->raw6);
    pcapfile_close(s->file);
    lines_close(s->audit);
    rate_free(s->rate);
    mem_free(s);
}
